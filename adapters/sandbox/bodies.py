"""The body of a call: form, JSON or query, made into arguments by name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message as Headers
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

from adapters.sandbox.errors import ApiError, invalid

FORM, JSON, MULTIPART = "application/x-www-form-urlencoded", "application/json", "multipart/form-data"
CHARSETS = frozenset(("utf-8", "utf8", "iso-8859-1"))


@dataclass(frozen=True)
class Body:
    """What was given, and what Slack warns of: missing_charset, superfluous_charset."""

    args: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def read(query: str, content_type: str | None, body: bytes) -> Body:
    """The arguments of a call, from its query and its body. Raises ApiError as every method documents."""
    args: dict[str, Any] = dict(parse_qsl(query, keep_blank_values=True))
    if not body:
        return Body(args)
    if not content_type:
        raise ApiError("missing_post_type")
    kind, charset = _kind(content_type)
    if charset and charset not in CHARSETS:
        raise ApiError("invalid_charset")
    if kind == JSON:
        return Body(args | _json(body), () if charset else ("missing_charset",))
    if kind == MULTIPART:
        return Body(args | _multipart(content_type, body))
    if kind != FORM:
        raise ApiError("invalid_post_type")
    return Body(args | _form(body), ("superfluous_charset",) if charset else ())


def _kind(content_type: str) -> tuple[str, str]:
    headers = Headers()
    headers["content-type"] = content_type
    return headers.get_content_type(), str(headers.get_param("charset", "")).lower()


def _json(body: bytes) -> dict[str, Any]:
    try:
        given = json.loads(body)
    except ValueError:
        raise invalid("invalid_arguments", "the body is not valid JSON") from None
    if not isinstance(given, dict):
        raise invalid("invalid_arguments", "the body must be a JSON object")
    return given


def _form(body: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, errors="strict"))
    except ValueError:
        raise ApiError("invalid_form_data") from None


def _multipart(content_type: str, body: bytes) -> dict[str, str]:
    parsed = BytesParser(policy=HTTP).parsebytes(
        b"content-type: " + content_type.encode() + b"\r\n\r\n" + body
    )
    if not parsed.is_multipart():
        raise ApiError("invalid_form_data")
    named = ((part.get_param("name", header="content-disposition"), part) for part in parsed.iter_parts())
    return {str(name): _payload(part) for name, part in named if name}


def _payload(part: Headers) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode(errors="replace") if isinstance(payload, bytes) else ""
