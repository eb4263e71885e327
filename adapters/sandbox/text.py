"""Message text as Slack keeps it: `&`, `<` and `>` are escaped unless they belong to its own markup."""

from __future__ import annotations

import re

TRUNCATED = 40_000
"""Characters of a message's text that are kept."""
ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")
MARKUP = re.compile(
    r"<(?:@[UWB]|#[CGD]|!(?:here|channel|everyone|subteam\^|date\^)|https?://|mailto:|tel:)[^<>\n]*>"
)
BARE_URL = re.compile(r"https?://[^\s<>|]+[^\s<>|.,;:!?)\]}'\"]")
MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


def kept(text: str, *, links: bool = True) -> str:
    """The text as it is stored and given back; with `links`, bare addresses become `<https://…>`."""
    parts: list[str] = []
    end = 0
    for found in MARKUP.finditer(text):
        parts += [_plain(text[end : found.start()], links), ENTITY.sub("&amp;", found.group())]
        end = found.end()
    return "".join([*parts, _plain(text[end:], links)])


def _plain(text: str, links: bool) -> str:
    escaped = ENTITY.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")
    return BARE_URL.sub(r"<\g<0>>", escaped) if links else escaped


def seen(text: str) -> str:
    """The characters that a person sees where `text` has no markup."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def mentioned(text: str) -> list[str]:
    """The ids of the users that the text mentions, each once."""
    return list(dict.fromkeys(MENTION.findall(text)))
