"""The Whereabouts in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from incident_core.model.stage import Stage
from incident_core.ports.mirrors import Effect
from incident_core.ports.whereabouts import Home
from incident_core.testing.memory_mirrors import MemoryMirrors
from incident_core.testing.memory_state import Memory
from incident_core.usecases.settling.known import reminder_of, version_of


class MemoryWhereabouts:
    """The Whereabouts over a Memory and its mirrors."""

    def __init__(self, memory: Memory, mirrors: MemoryMirrors) -> None:
        self._memory = memory
        self._mirrors = mirrors

    def incident(self, workspace: str, mirror: str, slot: str, external_id: str) -> str | None:
        """The key of the incident that lives there."""
        with self._memory.lock:
            found = [n for n, place in self._places(workspace, mirror, slot) if place == external_id]
        return f"INC-{max(found)}" if found else None

    def living(
        self, workspace: str, mirror: str, slot: str, external_ids: Sequence[str]
    ) -> Mapping[str, str]:
        """The keys of the incidents that live in these places."""
        with self._memory.lock:
            places = sorted(self._places(workspace, mirror, slot))
        return {place: f"INC-{number}" for number, place in places if place in external_ids}

    def homes(self, workspace: str, mirror: str, keys: Sequence[str]) -> Sequence[Home]:
        """These incidents, with the lowest number first."""
        with self._memory.lock:
            return tuple(each for each in self._homes(workspace, mirror) if each.key in keys)

    def open(self, workspace: str, mirror: str, after: int, limit: int) -> Sequence[Home]:
        """Incidents that are not closed, with the lowest number first."""
        with self._memory.lock:
            found = [each for each in self._homes(workspace, mirror) if each.number > after]
        return tuple(each for each in found if each.stage is not Stage.CLOSED)[:limit]

    def outside(self, workspace: str, mirror: str, slot: str, keys: Sequence[str]) -> Mapping[str, str]:
        """External ids by key, of those that are there."""
        with self._memory.lock:
            found = {f"INC-{number}": place for number, place in self._places(workspace, mirror, slot)}
        return {key: found[key] for key in keys if key in found}

    def _homes(self, workspace: str, mirror: str) -> Iterator[Home]:
        for number, id_ in sorted(self._memory.numbers.get(workspace, {}).items()):
            row, seen = self._mirrors.rows.get((id_, mirror)), self._memory.views[id_]
            effects = {} if row is None else row.effects
            known = {slot: each for slot, each in effects.items() if self._is_state(slot)}
            yield Home(id_, number, seen.title, seen.stage, seen.private, seen.commander, known)

    def _is_state(self, slot: str) -> bool:
        return version_of(slot) is None and reminder_of(slot) is None

    def _places(self, workspace: str, mirror: str, slot: str) -> Iterator[tuple[int, str]]:
        """The number of each incident that has such a place, with its external id."""
        for number, incident_id in self._memory.numbers.get(workspace, {}).items():
            row = self._mirrors.rows.get((incident_id, mirror))
            effect = None if row is None else row.effects.get(slot)
            if effect is not None and effect.external_id is not None and self._is_place(effect):
                yield number, effect.external_id

    def _is_place(self, effect: Effect) -> bool:
        return effect.done and self._is_state(effect.slot)
