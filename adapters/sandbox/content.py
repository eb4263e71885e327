"""What a message says: text, blocks, attachments and metadata, each within Slack's limits."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from adapters.sandbox import blocks as block_kit
from adapters.sandbox import text as texts
from adapters.sandbox.args import Args
from adapters.sandbox.errors import ApiError, invalid

ATTACHMENTS_MAX = 100
MARKDOWN_MAX = 12_000
METADATA_MAX = 16_000
"""Characters of JSON; Slack documents metadata_too_large without a figure."""
EVENT_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,254}")


@dataclass
class Content:
    """What is said, ready to be kept. `metadata` is None where none was given, {} where it was emptied."""

    text: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    metadata: dict[str, Any] | None = None
    truncated: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing would be seen."""
        return not (self.text.strip() or self.blocks or self.attachments)


def read(args: Args, *, longest: int | None = None) -> Content:
    """The content of a message. Raises ApiError as chat.postMessage documents it.

    `longest`: characters of text above which it is msg_too_long; without it the text is cut.
    """
    said = Content(blocks=_blocks(args), attachments=_attachments(args), metadata=_metadata(args))
    raw = _text(args)
    if longest is not None and len(raw) > longest:
        raise ApiError("msg_too_long")
    said.truncated = len(raw) > texts.TRUNCATED
    said.text = texts.kept(raw[: texts.TRUNCATED], links=args.text("parse") != "none")
    return said


def _text(args: Args) -> str:
    markdown = args.text("markdown_text")
    if not markdown:
        return args.text("text")
    if args.text("text") or args.get("blocks"):
        raise ApiError("markdown_text_conflict")
    if len(markdown) > MARKDOWN_MAX:
        raise ApiError("msg_blocks_too_long")
    return markdown


def _blocks(args: Args) -> list[dict[str, Any]]:
    given = args.structure("blocks", "invalid_blocks_format")
    if given is None:
        return []
    if not isinstance(given, list) or not all(isinstance(block, dict) for block in given):
        raise ApiError("invalid_blocks_format")
    return block_kit.for_message(given)


def _attachments(args: Args) -> list[dict[str, Any]]:
    given = args.structure("attachments", "invalid_attachments")
    if given is None:
        return []
    if not isinstance(given, list) or not all(isinstance(part, dict) for part in given):
        raise ApiError("invalid_attachments")
    if len(given) > ATTACHMENTS_MAX:
        raise ApiError("too_many_attachments")
    return [_attachment(number, part) for number, part in enumerate(given, 1)]


def _attachment(number: int, given: dict[str, Any]) -> dict[str, Any]:
    kept = {"id": number, "fallback": "[no preview available]", **given}
    if "blocks" in given:
        kept["blocks"] = block_kit.for_message(given["blocks"])
    return kept


def _metadata(args: Args) -> dict[str, Any] | None:
    given = args.structure("metadata", "invalid_metadata_format")
    if given is None:
        return None
    if given == {}:
        return {}
    if not isinstance(given, dict) or not EVENT_TYPE.fullmatch(str(given.get("event_type", ""))):
        raise invalid("invalid_metadata_format", "metadata needs an event_type")
    payload = given.get("event_payload")
    if not isinstance(payload, dict) or not all(_flat(value) for value in payload.values()):
        raise invalid("invalid_metadata_format", "event_payload must be an object, one level deep")
    if len(json.dumps(given)) > METADATA_MAX:
        raise ApiError("metadata_too_large")
    return {"event_type": given["event_type"], "event_payload": payload}


def _flat(value: Any) -> bool:
    """A word, a figure, a yes or no; or one level of objects, or a list of these."""
    if isinstance(value, dict):
        return all(isinstance(inner, (str, int, float, bool)) for inner in value.values())
    if isinstance(value, list):
        return all(_flat(inner) and not isinstance(inner, list) for inner in value)
    return isinstance(value, (str, int, float, bool))
