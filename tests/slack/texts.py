"""Texts that programs stumble over, as people type them."""

from __future__ import annotations

ODD = {
    "signs": "a & b < c > d ( e ) $ f // g … ' \" ` * _ ~",
    "mention": "<@U012AB3CD> <!channel> <#C012AB3CD|x> @here",
    "link": "<https://x.example|click> https://x.example/?a=1&b=2",
    "entity": "&amp; &lt;b&gt;",
    "backticks": "```code``` and `more`",
    "emoji": "🔥 👩🏽‍🚒 :fire:",
    "right to left": "שלום مرحبا \u202eabc",
    "no latin": "データベースが遅い",
    "only signs": "!?…",
    "format": "%s {0} {{x}} ${y}",
    "long": "é" * 200,
    "long signs": "&" * 200,
    "one word": "x" * 200,
}
"""As titles they are valid: one line of at most 200 characters."""

PROSE = ODD | {"lines": "first\nsecond\n\n> third\nann closed this", "very long": "<&>" * 3333}
