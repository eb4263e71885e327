"""The last line of defence: whatever looks like a secret is not written, whoever wanted it to be."""

from __future__ import annotations

import re

MASK = "***"

_TOKEN = re.compile(r"\bx(?:ox[a-z]|app)(?:\.xox[a-z])?-[\w.%-]+", re.IGNORECASE)
_WEBHOOK_SECRET = re.compile(r"\bwhsec_?[\w+/=-]+", re.IGNORECASE)
_HOOK = re.compile(r"\b(hooks\.slack(?:-gov)?\.com)[/\\]+[^\s\"'<>|)]*", re.IGNORECASE)
_RESPONSE = re.compile(r"\bhttps?://[^\s\"'<>]*/(?:commands|actions|app|services|workflows)/T[^\s\"'<>|)]*")
_LOGIN = re.compile(r"(\b[a-z][a-z0-9+.-]*://)[^\s/@\"'<>]*:[^\s\"'<>]*@(?=[^\s@]*)", re.IGNORECASE)
_NAMED = re.compile(
    r"(?i)\b(password|passwd|secret|token|authorization)(\\?[\"']?\s*[:=]\s*\\?[\"']?)(?:bearer\s+)?[^\s\"'&,;}]+"
)


def masked(text: str) -> str:
    """The text with tokens, passwords and addresses that are secrets as ***."""
    text = _TOKEN.sub(MASK, text)
    text = _WEBHOOK_SECRET.sub(MASK, text)
    text = _HOOK.sub(rf"\1/{MASK}", text)
    text = _RESPONSE.sub(MASK, text)
    text = _LOGIN.sub(rf"\1{MASK}@", text)
    return _NAMED.sub(rf"\1\2{MASK}", text)
