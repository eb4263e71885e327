"""One setting as it is declared, and the kinds of value a setting can have.

A parser takes the text as written and raises ValueError with the rest of a sentence that begins with the
setting's name: "must be true or false, not 'maybe'".
"""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Generic, NamedTuple, TypeVar

from adapters import spans

T = TypeVar("T")

STANDARD_ROLES = ("incident_commander", "technical_lead", "communications_liaison")
SEVERITIES = ("sev1", "sev2", "sev3", "sev4")

_WORDS_FOR = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}
_LONGEST_WAIT = 3600.0
_LONGEST = timedelta(days=365)
_SHORTEST_SECRET = 16
_MOST_COMMANDS = 50
# Patterns are compiled where they are first used: this is on the path of every command.
_ROLE = r"[a-z][a-z0-9_]{0,63}"
_PERSON = r"[a-z][a-z0-9_-]{0,31}:[^\s,=]{1,128}"
_VERB = r"[a-z]+( [a-z]+)?"
_GROUP = r"S[A-Z0-9]{2,20}"
_WORKSPACE = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
_NAME_OF_A_HOST = r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*|[0-9a-f]*:[0-9a-f.:]*"
_HOST = r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]|[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*|/[^\0]+"

_CHANNEL_ID = r"[CG][A-Z0-9]{8,20}"


def as_written(text: str) -> str:
    """What to show of a value that is no secret, and the parser of plain text."""
    return text


def hidden(text: str) -> str:
    """What to show of a secret: whether there is one."""
    return "***" if text else ""


class Setting(NamedTuple, Generic[T]):
    """One row. `default` is written as a person would; `show` hides what is secret.

    An empty text counts as not set, unless `may_be_empty`; spaces around it are dropped, unless `exact`.
    """

    name: str
    meaning: str
    parse: Callable[[str], T]
    default: str = ""
    aliases: tuple[str, ...] = ()
    show: Callable[[str], str] = as_written
    may_be_empty: bool = False
    exact: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The name and its aliases; the first that is set counts."""
        return (self.name, *self.aliases)


def quoted(text: str) -> str:
    """A wrong value inside a sentence: on one line, at most 40 characters of it."""
    return repr(text if len(text) <= 40 else text[:39] + "…")


def workspace(text: str) -> str:
    """A workspace's name, such as a Slack team's id."""
    if not re.fullmatch(_WORKSPACE, text):
        raise ValueError(f"must be 1 to 64 letters, digits, dots and dashes, not {quoted(text)}")
    return text


def switch(text: str) -> bool:
    """True or false, as people write it."""
    value = _WORDS_FOR.get(text.lower())
    if value is None:
        raise ValueError(f"must be true or false, not {quoted(text)}")
    return value


def seconds(text: str) -> float:
    """A number of seconds above 0, an hour at most."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= _LONGEST_WAIT:
        raise ValueError(f"must be a number of seconds above 0, at most 3600, not {quoted(text)}")
    return value


def length(text: str) -> timedelta:
    """A length of time above 0, a year at most."""
    try:
        value = spans.span(text.lower()) or timedelta()
    except OverflowError:
        value = timedelta()
    if not timedelta() < value <= _LONGEST:
        rule = "must be a length of time such as 90s, 30m, 12h or 7d, at most 365d"
        raise ValueError(f"{rule}, not {quoted(text)}")
    return value


def time_zone(text: str) -> str:
    """A name from the IANA time zone database, which is asked unless the name is UTC."""
    if text != "UTC":
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

        try:
            ZoneInfo(text)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"must be a time zone such as Europe/Berlin, not {quoted(text)}") from None
    return text


def roles(text: str) -> tuple[str, ...]:
    """Role names, each once."""
    return _items(
        text, partial(re.fullmatch, _ROLE), "must be role names of lower-case letters, digits and _"
    )


def severities(text: str) -> tuple[str, ...]:
    """Severities, each once."""
    return _items(text, SEVERITIES.__contains__, f"must be severities out of {', '.join(SEVERITIES)}")


def people(text: str) -> tuple[tuple[str, str], ...]:
    """Pairs of names of one person, `cli:ann=slack:U012AB3CD`; a name on the left stands there once."""
    pairs: dict[str, str] = {}
    for item in _split(text):
        here, _, there = (part.strip() for part in item.partition("="))
        if not (re.fullmatch(_PERSON, here) and re.fullmatch(_PERSON, there)):
            raise ValueError(f"must be pairs such as cli:ann=slack:U012AB3CD, not {quoted(item)}")
        if pairs.setdefault(here, there) != there:
            raise ValueError(f"maps {quoted(here)} to two people")
    return tuple(pairs.items())


def permits(text: str) -> tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]:
    """Who may do what: a verb, its people and its groups; `close=S0604QSJC|cli:ann, reopen=U012AB3CD`."""
    found: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    for item in _split(text):
        verb, _, names = (
            part.strip().lower() if not place else part.strip()
            for place, part in enumerate(item.partition("="))
        )
        who = [name.strip() for name in names.split("|") if name.strip()]
        if not re.fullmatch(_VERB, verb) or not who or verb in found:
            raise ValueError(
                f"must be pairs such as close=S0604QSJC|cli:ann, each verb once, not {quoted(item)}"
            )
        found[verb] = _people_and_groups(who)
    return tuple((verb, *each) for verb, each in found.items())


def _people_and_groups(names: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    groups = tuple(name for name in names if re.fullmatch(_GROUP, name))
    return tuple(_one_person(name) for name in names if name not in groups), groups


def _one_person(name: str) -> str:
    """A person as the record names them, also where only the id in Slack was written."""
    if re.fullmatch(r"[UW][A-Z0-9]{2,20}", name):
        return f"slack:{name}"
    if not re.fullmatch(_PERSON, name):
        raise ValueError(
            f"must name people such as U012AB3CD or cli:ann, and groups such as S0604QSJC, not {quoted(name)}"
        )
    return name


def some_people(text: str) -> tuple[str, ...]:
    """People, each once: `U012AB3CD, cli:ann`."""
    return tuple(dict.fromkeys(_one_person(name) for name in _split(text)))


def link(text: str) -> str:
    """An address that people can follow, or nothing."""
    if not text:
        return ""
    try:
        found = endpoint(text.partition("#")[0])
    except ValueError:
        found = ""
    if not found:
        raise ValueError(
            f"must be a whole address such as https://wiki.example.org/incidents, not {quoted(text)}"
        )
    return text


def one_of(*words: str) -> Callable[[str], str]:
    """A parser of one of these words, in any case."""

    def parse(text: str) -> str:
        if text.lower() not in words:
            raise ValueError(f"must be {', '.join(words[:-1])} or {words[-1]}, not {quoted(text)}")
        return text.lower()

    return parse


def host(text: str) -> str:
    """A host's name or address without a port, the folder of a Unix socket, or nothing."""
    if text and not re.fullmatch(_HOST, text):
        raise ValueError(f"must be a host's name or address, without a port, not {quoted(text)}")
    return text


def place(text: str) -> str:
    """Where to listen, HOST:PORT, or nothing; a port alone is one of this machine."""
    where, _, number = text.rpartition(":")
    bare = where.startswith("[") or ":" not in where
    known = bare and not where.startswith("/") and (not where or re.fullmatch(_HOST, where) is not None)
    try:
        known = known and bool(port(number))
    except ValueError:
        known = False
    if text and not known:
        raise ValueError(f"must be a place to listen at, such as 127.0.0.1:9100, not {quoted(text)}")
    return f"{where or '127.0.0.1'}:{number}" if text else ""


def host_and_port(where: str) -> tuple[str, int]:
    """The two parts of a `place`, which is not empty."""
    name, _, number = where.rpartition(":")
    return name.strip("[]"), int(number)


def port(text: str) -> str:
    """A port's number as text, or nothing."""
    if text and not (text.isascii() and text.isdigit() and 0 < int(text) <= 65535):
        raise ValueError(f"must be a number from 1 to 65535, not {quoted(text)}")
    return text


def endpoint(text: str) -> str:
    """An http or https address to send requests to, or nothing; never quoted, since it may hold a secret."""
    from urllib.parse import urlsplit

    if not text:
        return ""
    try:
        parts = urlsplit(text)
        known = parts.scheme in ("http", "https") and parts.port != 0
    except ValueError:
        parts, known = urlsplit(""), False
    if "@" in parts.netloc:
        raise ValueError("must hold no user and no password")
    plain = text.isascii() and text.isprintable() and " " not in text and not parts.fragment
    if not (known and plain and re.fullmatch(_NAME_OF_A_HOST, parts.hostname or "")):
        raise ValueError("must be an address such as https://hooks.example.org/incidents")
    return text


def without_path(text: str) -> str:
    """What to show of an endpoint: its host, and whether there is more."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(endpoint(text))
    except ValueError:
        return hidden(text)
    more = "/***" if parts.path not in ("", "/") or parts.query else ""
    return f"{parts.scheme}://{parts.netloc}{more}" if text else ""


def secret(text: str) -> str:
    """A secret that is long enough to sign with, or nothing."""
    if text and not (len(text) >= _SHORTEST_SECRET and text.isprintable()):
        raise ValueError(f"must have at least {_SHORTEST_SECRET} characters, and no control characters")
    return text


def number(least: int, most: int) -> Callable[[str], int]:
    """A parser of whole numbers from `least` to `most`."""

    def parse(text: str) -> int:
        value = int(text) if re.fullmatch(r"[0-9]{1,9}", text) else least - 1
        if not least <= value <= most:
            raise ValueError(f"must be a whole number from {least} to {most}, not {quoted(text)}")
        return value

    return parse


def token(kind: str) -> Callable[[str], str]:
    """A parser of Slack's tokens of one kind, `xoxb-` or `xapp-`, or nothing; a token is never quoted."""

    def parse(text: str) -> str:
        if text and not re.fullmatch(rf"{kind}[A-Za-z0-9-]{{8,}}", text):
            raise ValueError(f"must be a token of Slack that begins with {kind}")
        return text

    return parse


def signing_secret(text: str) -> str:
    """The secret of a Slack app, or nothing; never quoted."""
    if text and not re.fullmatch(r"[A-Za-z0-9]{16,}", text):
        raise ValueError("must be the signing secret of the app: at least 16 letters and digits, no token")
    return text


def slack_api(text: str) -> str:
    """The address under which Slack's methods are, with a slash at its end; never quoted."""
    try:
        found = endpoint(text)
    except ValueError:
        found = "?"
    if not found or "?" in found:
        raise ValueError("must be an address such as https://slack.com/api/, without a password")
    return found if found.endswith("/") else f"{found}/"


def slack_api_shown(text: str) -> str:
    """What to show of it: all, as long as it cannot hold a secret."""
    try:
        return slack_api(text)
    except ValueError:
        return hidden(text)


def channel(text: str) -> str:
    """A channel's name, without its #, or its id, or nothing."""
    name = text.removeprefix("#")
    if text and not re.fullmatch(rf"{_CHANNEL_ID}|[\w-]{{1,80}}", name):
        raise ValueError(f"must be a channel's name or id, such as #incidents, not {quoted(text)}")
    if not re.fullmatch(_CHANNEL_ID, name) and name != name.lower():
        raise ValueError(f"must be in lower case, as Slack names channels, not {quoted(text)}")
    return name


def slack_ids(letters: str, such_as: str) -> Callable[[str], tuple[str, ...]]:
    """A parser of ids of Slack that begin with one of the letters, each once; nothing is none."""
    pattern = rf"[{letters}][A-Z0-9]{{2,20}}"

    def parse(text: str) -> tuple[str, ...]:
        found = _items(text, partial(re.fullmatch, pattern), f"must be ids such as {such_as}")
        if text and not found:  # a list that was to name somebody must not become everybody
            raise ValueError(f"must be ids such as {such_as}, with commas between them, not {quoted(text)}")
        return found

    return parse


def matching(pattern: str, rule: str) -> Callable[[str], str]:
    """A parser of text that fits the pattern from end to end, or nothing; `rule` says how it must be."""

    def parse(text: str) -> str:
        if text and not re.fullmatch(pattern, text):
            raise ValueError(f"{rule}, not {quoted(text)}")
        return text

    return parse


def slash_commands(text: str) -> tuple[str, ...]:
    """Slash commands, each once, one at least and fifty at most, which is what Slack gives an app."""
    rule = "must be commands such as /incident, of at most 32 lower-case letters, digits, - and _"
    found = _items(text, partial(re.fullmatch, r"/[a-z0-9_-]{1,31}"), rule)
    if not 1 <= len(found) <= _MOST_COMMANDS:
        raise ValueError(f"must be one to {_MOST_COMMANDS} commands such as /incident")
    return found


def _items(text: str, fits: Callable[[str], object], rule: str) -> tuple[str, ...]:
    items = _split(text)
    wrong = next((item for item in items if not fits(item)), None)
    if wrong is not None:
        raise ValueError(f"{rule}, with commas between them, not {quoted(wrong)}")
    return tuple(dict.fromkeys(items))


def _split(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]
