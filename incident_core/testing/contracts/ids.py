"""The contract of the port Ids."""

from __future__ import annotations

from uuid import UUID

from incident_core.ports.ids import Ids
from incident_core.testing.contracts.base import Contract, needs
from incident_core.testing.contracts.desk import at_once, of_type

UNIVERSAL = "universal"
"""No two processes ever give the same; a source that counts does not have it."""

_MANY = 500


class IdsContract(Contract):
    """Subclass it, and say how the source is made."""

    every_capability = frozenset({UNIVERSAL})

    def make(self) -> Ids:
        """A source, as a new process has one."""
        raise NotImplementedError

    def test_no_uuid_is_given_twice(self) -> None:
        ids = self.make()
        given = [ids.uuid() for _ in range(_MANY)]
        assert all(isinstance(each, UUID) for each in given)
        assert len(set(given)) == _MANY

    def test_every_salt_is_new_and_has_16_bytes(self) -> None:
        ids = self.make()
        salts = [ids.salt() for _ in range(_MANY)]
        assert {len(each) for each in salts} == {16}
        assert len(set(salts)) == _MANY

    def test_threads_may_share_a_source(self) -> None:
        ids = self.make()
        calls = [lambda: [ids.uuid() for _ in range(_MANY)]] * 4
        given = [each for several in of_type(at_once(*calls), list) for each in several]
        assert len(set(given)) == len(given) == 4 * _MANY

    @needs(UNIVERSAL)
    def test_two_processes_give_different_ones(self) -> None:
        one, two = self.make(), self.make()
        assert not {one.uuid() for _ in range(_MANY)} & {two.uuid() for _ in range(_MANY)}
        assert not {one.salt() for _ in range(_MANY)} & {two.salt() for _ in range(_MANY)}
