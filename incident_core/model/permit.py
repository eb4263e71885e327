"""Who may do something that not everybody may: named people, and the members of user groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from incident_core.model.actor import Actor


@dataclass(frozen=True, slots=True)
class Permit:
    """`groups` are ids of user groups; who is in them is not known here."""

    people: frozenset[Actor] = frozenset()
    groups: frozenset[str] = frozenset()

    def holds(self, actor: Actor, members: Mapping[str, frozenset[Actor]]) -> bool:
        """Whether the actor is one of them; a group whose members are not known has none."""
        return actor in self.people or any(actor in members.get(group, ()) for group in self.groups)

    def __str__(self) -> str:
        """`slack:U012AB3CD or a member of S0604QSJC`."""
        named = sorted(map(str, self.people))
        return " or ".join((*named, *(f"a member of {group}" for group in sorted(self.groups)))) or "nobody"
