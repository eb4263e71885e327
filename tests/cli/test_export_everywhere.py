"""The same history, exported through the program, is the same bytes from memory, SQLite and PostgreSQL."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Final

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from adapters.bootstrap import app
from adapters.cli.app import App
from adapters.settings import Settings
from incident_core import events as e
from incident_core.events import Event
from incident_core.lifecycle.fold import fold
from incident_core.model.actor import Actor
from incident_core.model.milestone import Milestone
from incident_core.model.outcome import Outcome
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.status import Status
from incident_core.ports.reader import Query
from incident_core.record.exports import from_csv, from_json, from_ndjson
from incident_core.testing.contracts import ANN, BOB, Desk, Store
from incident_core.testing.contracts.desk import CLEO
from incident_core.testing.memory import FrozenClock, Memory, MemoryStore
from incident_core.testing.strategies import histories
from incident_core.testing.values import EPOCH
from tests.cli.running import Program
from tests.databases import opened
from tests.record.samples import DUE
from tests.sizes import examples

LATER: Final = EPOCH + timedelta(days=400)
"""When it is exported."""

WAYS: Final = tuple(
    f"{way} --format {form}"
    for way in ("", "--layout case", "--timeline", "--stage closed --stage incident",
                "--since 2026-01-05T12:00Z --until 2026-02-01T00:00Z", "--timeline --stage resolved")
    for form in ("csv", "json", "ndjson")
)  # fmt: skip

_EXAMPLES = count(1)
Stories = Sequence[Sequence[Sequence[Event]]]


def story() -> Stories:
    """Two incidents with everything: each a list of commits, each of those a list of events."""

    def at(minutes: int) -> dict[str, Any]:
        return {"actor": (ANN, BOB, CLEO)[minutes % 3], "at": EPOCH + timedelta(minutes=minutes)}

    first: list[list[Event]] = [
        [e.Opened(**at(0), title="=cmd|' /C calc'!A0", severity=Severity.SEV3, private=False, drill=False)],
        [
            e.Declared(**at(1)),
            e.RoleAssigned(**at(1), role="incident_commander", holder=CLEO, how="declared"),
        ],
        [e.EvidenceAdded(**at(2), evidence="e1", url="https://example.com/é?x=%20", note='p99\n\tשלום, "x"')],
        [
            e.UpdateSent(
                **at(3), update="u1", text="-1 \u202eright\u202c", components="web\napi", next_due=LATER
            )
        ],
        [e.TaskAdded(**at(4), item="t1", text="🔥 '=x", owner=BOB, due=DUE)],
        [
            e.MilestoneCorrected(
                **at(5), milestone=Milestone.IMPACT_STARTED, when=EPOCH - timedelta(seconds=9.000_001)
            )
        ],
        [e.StatusSet(**at(6), status=Status.MONITORING)],
        [e.ExternalLinked(**at(7), system="slack", external_id="C012", url="https://example.com/C012")],
        [e.RuleOverridden(**at(8), rules=("required-roles",), reason="@all asleep"), e.Resolved(**at(8))],
        [e.TextRedacted(**at(9), version=4, field="note", reason="a token")],
        [e.Reopened(**at(10), to=Stage.INCIDENT, reason="it is back")],
        [e.RoleAssigned(**at(11), role="scribe", holder=ANN, how="assigned")],
    ]
    second: list[list[Event]] = [
        [e.Opened(**at(3), title="'=1", severity=Severity.SEV1, private=True, drill=True)],
        [e.AccessGranted(**at(3), who=ANN)],
        [e.Closed(**at(700), outcome=Outcome.DUPLICATE, duplicate_of="INC-1")],
        [e.TextRedacted(**at(701), version=1, field="title", reason="a name")],
    ]
    return first, second


class Trio:
    """The same in memory, SQLite and PostgreSQL, and the program over each."""

    def __init__(self, stores: Mapping[str, Store], programs: Mapping[str, Program]) -> None:
        self.stores, self.programs = stores, programs

    def tell(self, workspace: str, stories: Stories, at: timedelta) -> None:
        """Commit the stories in turns, a commit of each after the other."""
        for store in self.stores.values():
            desk = Desk(store, workspace=workspace)
            keys = [""] * len(stories)
            for turn in range(max(map(len, stories), default=0)):
                for place, told in enumerate(stories):
                    if turn < len(told):
                        desk.clock.move_to(LATER + at + timedelta(minutes=turn, microseconds=place))
                        loaded = desk.load(keys[place], _insider(told[:turn])) if turn else None
                        keys[place] = store.log.commit(desk.batch(loaded, *told[turn])).key

    def exported(self, workspace: str, way: str, viewer: Actor) -> bytes:
        """The bytes, which are the same from all three."""
        written = {}
        for name, program in self.programs.items():
            target = program.folder / f"{name}.out"
            program(f"export {way} --as '{_typed(viewer)}' -o {target}", INCIDENT_WORKSPACE=workspace)
            written[name] = target.read_bytes()
        assert written["sqlite"] == written["memory"], way
        assert written["postgresql"] == written["memory"], way
        return written["memory"]

    def assert_same_and_read_back(self, workspace: str, viewer: Actor) -> None:
        texts = {way: self.exported(workspace, way, viewer).decode() for way in WAYS}
        expected = list(self.stores["memory"].reader.documents(workspace, Query(), viewer))
        assert list(from_csv(io.StringIO(texts[" --format csv"], newline=""))) == expected
        assert from_json(texts[" --format json"]) == expected
        assert list(from_ndjson(io.StringIO(texts[" --format ndjson"]))) == expected


def _insider(told: Sequence[Sequence[Event]]) -> Actor:
    incident = fold([event for commit in told for event in commit])
    return min(incident.access, key=str) if incident.private else ANN


def _typed(who: Actor) -> str:
    """As it is typed inside quotes of a shell."""
    return str(who).replace("'", "'\\''")


def trio(stack: ExitStack, urls: Mapping[str, str], folder: Path) -> Trio:
    """Three stores; the program reads the memory through the App, as it reads a database."""
    stores: dict[str, Store] = {"memory": MemoryStore.over(Memory())}
    for name, url in urls.items():
        stores[name] = stack.enter_context(closing(opened(url)))
    return Trio(stores, {name: _program(stores[name], urls["sqlite"], folder) for name in stores})


def _program(store: Store, url: str, folder: Path) -> Program:
    return Program(url, {}, folder, partial(_composed, store))


def _composed(store: Store, made: Settings) -> App:
    return replace(app(made), reader=store.reader, clock=FrozenClock(LATER + timedelta(days=9)))


def test_a_history_with_everything_is_exported_to_the_same_bytes(
    sqlite_url: str, postgresql_url: str, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        both = trio(stack, {"sqlite": sqlite_url, "postgresql": postgresql_url}, tmp_path)
        both.tell("story", story(), timedelta())
        both.tell("other", story()[:1], timedelta(days=1))
        both.assert_same_and_read_back("story", ANN)
        both.assert_same_and_read_back("story", Actor("cli", "stranger"))
        seen = both.exported("story", "--timeline", ANN).decode()
        assert '""note"":null' in seen
        assert '"[""note""]"' in seen
        assert "a token" in seen


def test_any_histories_are_exported_to_the_same_bytes_and_read_back(
    sqlite_url: str, postgresql_url: str, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        both = trio(stack, {"sqlite": sqlite_url, "postgresql": postgresql_url}, tmp_path)

        @given(st.lists(histories(), max_size=3))
        @settings(max_examples=examples(6, 12), deadline=None, phases=[Phase.explicit, Phase.generate],
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        def check(found: list[object]) -> None:
            example = next(_EXAMPLES)
            stories = [[events for _, events in each.steps if events] for each in found]  # type: ignore[attr-defined]
            both.tell(f"any-{example}", stories, timedelta(minutes=example))
            viewers = {_insider(each) for each in stories} or {ANN}
            for viewer in viewers:
                both.assert_same_and_read_back(f"any-{example}", viewer)

        check()
