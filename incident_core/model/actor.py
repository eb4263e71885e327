"""Who acts or holds a role: a name in a namespace, such as slack:U012AB3CD or cli:ann."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from incident_core.errors import Invalid

_KIND = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_ID_LIMIT = 128


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or a program. Two actors are the same when `kind` and `id` are.

    `workspace` is where an outside id is valid; `login` is the account behind `--as`. Raises Invalid.
    """

    kind: str
    id: str
    workspace: str | None = field(default=None, compare=False)
    login: str | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if not _KIND.fullmatch(self.kind):
            raise Invalid("actor", f"{self.kind!r} is not a kind of name; use one like slack or cli.")
        if not self.id.strip() or self.id != self.id.strip() or not self.id.isprintable():
            raise Invalid("actor", f"{self.id!r} is not a name.")
        if len(self.id) > _ID_LIMIT:
            raise Invalid("actor", f"A name has at most {_ID_LIMIT} characters.")

    @classmethod
    def parse(cls, text: str, *, default: str = "cli", login: str | None = None) -> Actor:
        """`slack:U012AB3CD`, or a bare name, which belongs to `default`; raises Invalid."""
        kind, colon, rest = text.strip().partition(":")
        if colon and _KIND.fullmatch(kind):
            return cls(kind, rest.strip(), login=login)
        return cls(default, text.strip(), login=login)

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"
