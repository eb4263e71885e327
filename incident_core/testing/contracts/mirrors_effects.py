"""The contract of the port Mirrors: what is known of the outside reads back as it was saved."""

from __future__ import annotations

from incident_core.commands import AddTask, Redact
from incident_core.ports.mirror import Kind
from incident_core.ports.mirrors import Claim, Effect
from incident_core.testing.contracts.mirrors_base import MirrorsBase, begun, call


class EffectContract(MirrorsBase):
    """Part of MirrorsContract."""

    def test_what_was_saved_reads_back_equal(self) -> None:
        effects = [
            Effect("plain"),
            begun(self.at(0)),
            Effect("failing", attempts=7, next_at=self.at(3.000001), error="не получилось"),
            Effect("there", generation=3, done=True, fingerprint="0123456789abcdef", external_id="C1/2"),
            Effect("stopped", stopped=True, error="missing_scope", intent=call("stopped", Kind.CHANGE)),
            Effect("skipped", skipped=True),
            Effect("say:Ünïcode:with:colons:1", done=True, external_id="x"),
        ]
        self.desk.open()
        claim = self.only()
        self.mirrors.save(claim, effects, {})
        assert self.mirrors.gap(claim).effects == {effect.slot: effect for effect in effects}

    def test_what_is_saved_again_takes_the_place_of_what_was_there(self) -> None:
        self.desk.open()
        claim = self.only()
        self.mirrors.save(claim, [begun(self.at(0)), Effect("board", stopped=True, skipped=True)], {})
        again = [Effect("place", generation=2), Effect("board", done=True)]
        self.mirrors.save(claim, again, {})
        assert self.mirrors.gap(claim).effects == {effect.slot: effect for effect in again}

    def test_of_two_for_one_slot_the_last_is_kept(self) -> None:
        self.desk.open()
        claim = self.only()
        self.mirrors.save(claim, [Effect("place", error="first"), Effect("place", done=True)], {})
        self.mirrors.note(claim, [Effect("dirty:place:1", error="first"), Effect("dirty:place:1")])
        effects = self.mirrors.gap(claim).effects
        assert effects == {"place": Effect("place", done=True), "dirty:place:1": Effect("dirty:place:1")}

    def test_what_was_said_before_is_not_asked_for_again(self) -> None:
        self.desk.open(declare=True)
        claim = self.only()
        said = [Effect(f"say:place:{number}", done=True, external_id=f"x{number}") for number in (1, 2, 3)]
        self.mirrors.save(claim, [*said, Effect("place", done=True)], {})
        self.settle(claim, shown=2, next_at=self.at(0))
        assert self.mirrors.gap(self.only()).effects.keys() == {"say:place:3", "place"}

    def test_what_a_note_is_about_is_known_however_long_ago_it_was_said(self) -> None:
        """Otherwise the only line there is would be taken for one too many."""
        self.desk.open(declare=True)
        claim = self.only()
        said = [Effect(f"say:place:{number}", done=True, external_id=f"x{number}") for number in (1, 2, 3)]
        self.mirrors.save(claim, said, {})
        self.settle(claim, shown=3)
        doubt = Effect("doubt:say:place:2:1", intent=call("say:place:2", Kind.SAY))
        self.mirrors.note(claim, [Effect("stray:say:place:1:x1", external_id="x1"), doubt])
        gap = self.mirrors.gap(self.only(15))
        assert {slot for slot in gap.effects if slot.startswith("say:")} == {"say:place:1", "say:place:2"}
        assert gap.effects["say:place:1"] == said[0]

    def test_what_was_said_of_a_text_that_is_redacted_is_known_again_with_its_event(self) -> None:
        """Of a title all that was said before is: it may be told anywhere."""
        key, _ = self._said_thrice()
        gone = self.desk.do(Redact, key, entry="t1", reason="a name")
        gap = self.mirrors.gap(self.only())
        assert {slot for slot in gap.effects if slot.startswith("say:")} == {"say:place:2"}
        assert [(each.version, each.redacted) for each in gap.mended] == [(2, ("text",))]
        assert [each.version for each in gap.entries] == [gone.last_version]
        self.desk.do(Redact, key, entry="title", reason="a name")
        gap = self.mirrors.gap(self.only(15))
        assert [each.version for each in gap.mended] == [1, 2, 3]
        assert {f"say:place:{number}" for number in (1, 2, 3)} <= gap.effects.keys()

    def test_what_was_changed_too_late_is_known_again_with_its_event(self) -> None:
        _, claim = self._said_thrice()
        late = Effect("dirty:say:place:2:1", intent=call("say:place:2", Kind.CHANGE), intended_at=self.at(0))
        self.mirrors.note(claim, [late])
        gap = self.mirrors.gap(self.only(15))
        assert [each.version for each in gap.mended] == [2]
        assert "say:place:2" in gap.effects

    def _said_thrice(self) -> tuple[str, Claim]:
        """An incident of three events, of each of which something was said; nothing is left to do."""
        key = self.desk.open()
        for text in ("one", "two"):
            self.desk.do(AddTask, key, text=text)
        claim = self.only()
        said = [Effect(f"say:place:{number}", done=True, external_id=f"x{number}") for number in (1, 2, 3)]
        self.mirrors.save(claim, said, {})
        self.settle(claim, shown=3)
        assert self.mirrors.gap(claim).mended == ()
        return key, claim

    def test_a_note_that_is_settled_needs_nothing_more(self) -> None:
        self.desk.open(declare=True)
        claim = self.only()
        stray = Effect("stray:say:place:1:x1", external_id="x1", done=True)
        self.mirrors.save(claim, [Effect("say:place:1", done=True), stray], {})
        self.settle(claim, shown=2, next_at=self.at(0))
        assert "say:place:1" not in self.mirrors.gap(self.only()).effects
