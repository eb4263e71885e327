"""Whatever is done, memory, SQLite and PostgreSQL answer the same and show the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any, ClassVar, Final
from uuid import UUID

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from incident_core import commands as c
from incident_core import events as e
from incident_core.errors import IncidentError
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.policy import Policy
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.ports.log import Answer
from incident_core.ports.reader import Entry, Query
from incident_core.record.document import document
from incident_core.testing.contracts import Desk, Store
from incident_core.testing.memory import Memory, MemoryStore
from incident_core.testing.strategies import commands, opens
from incident_core.testing.values import EPOCH, ROLES
from incident_core.usecases.verify import verify
from tests.databases import opened
from tests.sizes import examples

POLICY: Final = Policy(roles=ROLES, required_roles=("incident_commander", "scribe"))
STRANGER: Final = Actor("cli", "stranger")
ADMIN: Final = Actor("cli", "admin")
STORED: Final = replace(POLICY, admins=frozenset({ADMIN}))
NOBODY: Final = UUID(int=0)

_EXAMPLES = count(1)
"""One database serves every example: each has workspaces of its own, and a time after those before it."""


class Everywhere(RuleBasedStateMachine):
    """The same commands, at the same times, in two workspaces of each store."""

    stores: ClassVar[Mapping[str, Store]] = {}

    def __init__(self) -> None:
        super().__init__()
        example = next(_EXAMPLES)
        self.now = EPOCH + timedelta(days=30 * example)
        self.names = count(1)
        self.asked: list[tuple[str, c.Command, str | None, bool]] = []
        self.seen_by: set[Actor] = {STRANGER, ADMIN}
        self.keys: dict[str, list[str]] = {"one": [], "two": []}
        self.desks = {
            name: {each: Desk(store, POLICY, f"{each}-{example}") for each in self.keys}
            for name, store in self.stores.items()
        }

    @rule(workspace=st.sampled_from(("one", "two")), command=opens())
    def open(self, workspace: str, command: c.Open) -> None:
        answer = self.ask(workspace, replace(command, key=self.name(), at=self.now), None)
        assert isinstance(answer, Answer)
        self.keys[workspace].append(answer.key)

    @precondition(lambda self: any(self.keys.values()))
    @rule(data=st.data(), given=st.booleans(), wait=st.booleans(), times=st.integers(1, 4))
    def command(self, data: st.DataObject, given: bool, wait: bool, times: int) -> None:
        """Some commands in a row about one incident, mostly by people who can see it."""
        workspace, key = data.draw(self.some_incident(), label="incident")
        for _ in range(times):
            incident = self.incident(workspace, key)
            command = data.draw(commands(incident, POLICY, self.name()), label="command")
            command = replace(command, actor=data.draw(self.somebody(incident), label="actor"))
            if isinstance(command, c.Close) and command.duplicate_of is not None:
                others = [*self.keys[workspace], "INC-99"]
                command = replace(command, duplicate_of=data.draw(st.sampled_from(others)))
            if wait:
                self.now = max(self.now, command.at)
            self.ask(workspace, command, key, given)

    @rule(minutes=st.integers(-90, 600), microseconds=st.integers(0, 999_999))
    def wait(self, minutes: int, microseconds: int) -> None:
        """The clock goes on, or is set back."""
        self.now += timedelta(minutes=minutes, microseconds=microseconds)

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), otherwise=st.booleans())
    def repeat(self, data: st.DataObject, otherwise: bool) -> None:
        """Some commands again; or others with their keys."""
        again = st.lists(st.sampled_from(self.asked), min_size=1, max_size=6, unique_by=id)
        for workspace, command, key, given in data.draw(again, label="again"):
            if otherwise:
                command = replace(command, override="another request")  # noqa: PLW2901
            self.ask(workspace, command, key, given)

    @precondition(lambda self: any(self.keys.values()))
    @rule(data=st.data())
    def redact(self, data: st.DataObject) -> None:
        workspace, key = data.draw(self.some_incident(), label="incident")
        version = data.draw(st.integers(1, self.incident(workspace, key).version), label="version")
        field = data.draw(
            st.sampled_from(("title", "text", "note", "url", "reason", "impact")), label="field"
        )
        name = self.name()

        def commit(desk: Desk) -> object:
            viewer = min(self.incident(workspace, key).access, key=str)
            gone = e.TextRedacted(actor=viewer, at=self.now, version=version, field=field, reason="a secret")
            answer = desk.store.log.commit(desk.batch(desk.load(key, viewer), gone, name=name))
            return replace(answer, incident_id=NOBODY)

        self.everywhere(workspace, commit)

    @precondition(lambda self: any(self.keys.values()))
    @rule(data=st.data(), upper=st.booleans())
    def search(self, data: st.DataObject, upper: bool) -> None:
        workspace, key = data.draw(self.some_incident(), label="incident")
        incident = self.incident(workspace, key)
        known = [*_texts(document(incident)), "%", "_", "\\", "e", "nowhere"]
        text = data.draw(st.sampled_from(known), label="text")
        words = " ".join(data.draw(st.sampled_from((text, text[1:], text[:3]))).split()[:9])
        viewer = data.draw(self.somebody(incident), label="viewer")
        asked = words.upper() if upper else words
        self.everywhere(workspace, lambda desk: desk.store.reader.search(desk.workspace, asked, viewer, 3))

    @rule(
        data=st.data(),
        stages=st.sets(st.sampled_from(Stage)),
        severities=st.sets(st.sampled_from(Severity)),
        limit=st.integers(0, 4),
        private=st.booleans(),
    )
    def query(
        self,
        data: st.DataObject,
        stages: set[Stage],
        severities: set[Severity],
        limit: int,
        private: bool,
    ) -> None:
        asked = Query(frozenset(stages), frozenset(severities), limit or None, private=private)
        viewer = data.draw(self.somebody(), label="viewer")
        for workspace in self.keys:
            self.everywhere(workspace, partial(_found, asked, viewer))

    def teardown(self) -> None:
        """Everything that can be seen, by a stranger, by an admin, and by those who opened it."""
        for workspace, keys in self.keys.items():
            for viewer in (STRANGER, ADMIN):
                self.everywhere(workspace, partial(_found, Query(), viewer))
                self.everywhere(workspace, partial(_follow_ups, viewer))
            for actor in sorted(self.seen_by, key=str):
                self.everywhere(workspace, partial(_duties, actor))
                self.everywhere(workspace, partial(_follow_ups, actor))
            for key in keys:
                for viewer in (STRANGER, ADMIN, min(self.incident(workspace, key).access, key=str)):
                    self.everywhere(workspace, partial(_shown, key, viewer))

    def ask(self, workspace: str, command: c.Command, key: str | None, given: bool = False) -> object:
        self.asked.append((workspace, command, key, given))
        self.seen_by.add(command.actor)
        return self.everywhere(
            workspace, lambda desk: replace(desk.perform(command, key, at_given=given), incident_id=NOBODY)
        )

    def everywhere(self, workspace: str, ask: Callable[[Desk], object]) -> object:
        """What the stores answer to the same question, which is the same."""
        answers: dict[str, object] = {}
        for name, desks in self.desks.items():
            desks[workspace].clock.move_to(self.now)
            try:
                answers[name] = ask(desks[workspace])
            except IncidentError as error:
                answers[name] = (type(error), str(error))
        expected = answers["memory"]
        assert all(answer == expected for answer in answers.values()), answers
        return expected

    def name(self) -> str:
        return f"name-{next(self.names)}"

    def some_incident(self) -> st.SearchStrategy[tuple[str, str]]:
        return st.sampled_from([(workspace, key) for workspace, keys in self.keys.items() for key in keys])

    def somebody(self, incident: Incident | None = None) -> st.SearchStrategy[Actor]:
        """Mostly people who may see this incident."""
        anybody = sorted(self.seen_by, key=str)
        return st.sampled_from(
            [*sorted(incident.access if incident else (), key=str) * len(anybody), *anybody]
        )

    def incident(self, workspace: str, key: str) -> Incident:
        """As it is now, whoever may see it."""
        desk = self.desks["memory"][workspace]
        assert isinstance(desk.store, MemoryStore)
        incident_id = desk.store.memory.find(desk.workspace, key)
        assert incident_id is not None
        return desk.store.memory.views[incident_id]


def _found(query: Query, viewer: Actor, desk: Desk) -> object:
    reader, workspace = desk.store.reader, desk.workspace
    exported = list(reader.documents(workspace, query, viewer))
    return (reader.list(workspace, query, viewer), exported, reader.count(workspace, query, viewer))


def _duties(actor: Actor, desk: Desk) -> object:
    return desk.store.reader.duties(desk.workspace, actor)


def _follow_ups(viewer: Actor, desk: Desk) -> object:
    asked = partial(desk.store.reader.follow_ups, desk.workspace, viewer)
    return (asked(1_000), asked(2), asked(2, owner=viewer), asked(2, over_at=desk.clock.now()))


def _shown(key: str, viewer: Actor, desk: Desk) -> object:
    reader, workspace = desk.store.reader, desk.workspace
    incident = reader.show(workspace, key, viewer)
    if incident is None:
        return (desk.store.log.load(workspace, key, viewer), reader.timeline(workspace, key, viewer))
    earlier = reader.show(workspace, key, viewer, max(1, incident.version // 2))
    loaded = desk.load(key, viewer)
    return (
        document(incident),
        incident,
        earlier,
        loaded.incident,
        loaded.recorded_at,
        [*_without_names(desk.timeline(key, viewer))],
    )


def _without_names(entries: tuple[Entry, ...]) -> Iterator[tuple[Any, ...]]:
    """The entries without what is random or counts over everything; an override by its version."""
    versions = {entry.event_id: entry.version for entry in entries}
    for each in entries:
        override = versions.get(each.override_id or NOBODY)
        login = (each.event.actor.workspace, each.event.actor.login)
        yield each.version, each.event, login, each.source, each.recorded_at, override, each.redacted


def _texts(value: object) -> Iterator[str]:
    """Every text in a document that is not blank."""
    if isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str) and value.strip():
        yield value


SETTINGS: Final = settings(
    max_examples=examples(12, 25),
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    # Without shrinking, which takes minutes with real databases.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


def test_the_same_histories_lead_to_the_same_everywhere(sqlite_url: str, postgresql_url: str) -> None:
    with (
        closing(opened(sqlite_url, policy=STORED)) as sqlite,
        closing(opened(postgresql_url, policy=STORED)) as postgresql,
    ):
        all_of_them: dict[str, Store] = {
            "memory": MemoryStore.over(Memory(), policy=STORED),
            "sqlite": sqlite,
            "postgresql": postgresql,
        }

        class EverywhereHere(Everywhere):
            stores = all_of_them

        run_state_machine_as_test(EverywhereHere, settings=SETTINGS)
        for name, store in EverywhereHere.stores.items():
            audited = verify(store.ledger)
            assert (audited.finding, audited.checked > 100) == (None, True), name
            assert store.views.rebuild(write=False).differing == (), name
