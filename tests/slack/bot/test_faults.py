"""The database goes away, or its answer is lost: people get one clear sentence, and the record is whole."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace

import pytest

from adapters.sandbox import Sandbox
from adapters.slack.bot import faults
from incident_core import commands as c
from incident_core.errors import Conflict, OutcomeUnknown, Unavailable
from incident_core.model.actor import Actor
from incident_core.model.policy import Policy
from incident_core.ports.log import Answer, Batch, Loaded, Log
from incident_core.ports.reader import Query
from incident_core.testing.memory import Memory, MemoryStore
from tests.databases import opened
from tests.slack.bot.house import WORKSPACE, House, drawn, house, panel, value
from tests.storage.test_waits import locked


@dataclass
class Failing:
    """A Log that goes wrong on request: instead of a commit, after it, or instead of a load."""

    log: Log
    before: Exception | None = None
    after: Exception | None = None
    loading: Exception | None = None
    commits: list[str] = field(default_factory=list)

    def answered(self, workspace: str, command_key: str) -> Answer | None:
        """As the log does."""
        return self.log.answered(workspace, command_key)

    def load(self, workspace: str, key: str, viewer: Actor) -> Loaded | None:
        """As the log does, or not."""
        if self.loading is not None:
            raise self.loading
        return self.log.load(workspace, key, viewer)

    def commit(self, batch: Batch) -> Answer:
        """As the log does, or not, or without an answer."""
        if self.before is not None:
            raise self.before
        answer = self.log.commit(batch)
        self.commits.append(batch.envelope.command_key)
        if self.after is not None:
            raise self.after
        return answer

    def mend(self) -> None:
        """Nothing goes wrong any more."""
        self.before = self.after = self.loading = None


@dataclass(frozen=True)
class Broken:
    """A house over a log that can go wrong."""

    home: House
    log: Failing


@pytest.fixture(scope="module")
def broken(sandbox: Sandbox) -> Iterator[Broken]:
    """A house whose log goes wrong on request."""
    store = MemoryStore.over(Memory(), ("slack",))
    log = Failing(store.log)
    with house(sandbox, store=replace(store, log=log)) as made:
        yield Broken(made, log)


@pytest.fixture(autouse=True)
def _mended(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "broken" in request.fixturenames:
        found: Broken = request.getfixturevalue("broken")
        found.log.mend()


@pytest.fixture
def real(sandbox: Sandbox, database_url: str) -> Iterator[House]:
    """A house over a real database, which waits a third of a second for others."""
    with (
        closing(opened(database_url, 0.3, ("slack",), Policy())) as database,
        house(sandbox, store=database) as made,
    ):
        yield made


def test_a_database_that_is_away_records_nothing_and_says_so(broken: Broken) -> None:
    home = broken.home
    broken.log.before = Unavailable("The database at db.example does not answer.")
    before = home.events()
    said = home.say("open It burns")
    assert said == (
        "Nothing was recorded, because the database cannot be used now. "
        "The database at db.example does not answer."
    )
    assert home.events() == before


def test_an_unknown_outcome_is_found_out_with_the_key_that_is_shown(broken: Broken) -> None:
    home = broken.home
    broken.log.after = OutcomeUnknown("some key")
    came = home.ann.command("/incident", "open Was it?", home.general)
    said = home.newest().text
    again = f"/incident open Was it? --key slack:{came.trigger_id}"
    assert "It is not known whether this was recorded" in said
    assert again in said
    broken.log.mend()
    events = home.events()
    told = home.say(again.removeprefix("/incident "))
    assert "opened: Was it? (sev4)." in told
    assert home.events() == events
    assert "opened: Was it? (sev4)." in home.say("open Was it?")
    assert home.events() > events, "the same words without the key are another command"


def test_what_is_to_be_typed_again_is_shown_as_it_was_typed(broken: Broken) -> None:
    home = broken.home
    key = home.opened("typed again")
    ben = home.actor("ben")
    broken.log.before = OutcomeUnknown("some key")
    came = home.ann.command("/incident", f"assign {key} comms <@{ben.id}|ben>", home.general)
    again = f"assign {key} comms @ben --key slack:{came.trigger_id}"
    assert f"/incident {again}" in home.newest().text
    assert f"/incident {again}" in home.say(again), "the key is not added twice"
    broken.log.mend()
    assert home.say(again) == f"{key}: <@{ben.id}> holds communications_liaison now."


def test_an_unknown_outcome_of_a_button_is_found_out_by_pressing_it_again(broken: Broken) -> None:
    home = broken.home
    key = home.opened("pressed", room=True)
    message = panel(home, key, "declare")
    broken.log.after = OutcomeUnknown("some key")
    told = home.told(lambda: home.ann.press(message, "move:declare"), channel=home.room_of(key))
    assert "Press the same button again" in told
    broken.log.mend()
    events = home.events()
    told = home.told(lambda: home.ann.press(message, "move:declare"), channel=home.room_of(key))
    assert told.startswith(f"{key} declared")
    assert home.events() == events


def test_an_unknown_outcome_of_a_form_is_found_out_by_sending_it_again(broken: Broken) -> None:
    home = broken.home
    key = home.opened("reopened", room=True)
    home.do(c.Close, key)
    message = panel(home, key, "reopen")
    form = home.form(lambda: home.ann.press(message, "move:reopen"))
    broken.log.after = OutcomeUnknown("some key")
    came = home.ann.submit(form, {"reason": "it burns again"})
    assert "Send the same form again" in home.beside(form)["reason"]
    broken.log.mend()
    events = home.events()
    again = home.again(came.id)
    assert f"{key} reopened" in home.shown(form)
    assert again.answer["response_action"] == "update"
    assert home.events() == events


def test_what_was_refused_and_then_unknown_is_still_done_once(broken: Broken) -> None:
    home = broken.home
    key = home.opened("told of once", room=True, declare=True)
    message = drawn(home, home.room_of(key), {"action_id": "update:send", "value": value(home, key)})
    form = home.form(lambda: home.ann.press(message, "update:send"))
    home.do(c.Resolve, key)
    home.do(c.Close, key)
    home.ann.submit(form, {"text": "It is over"})
    assert f"{key} is closed" in home.beside(form)["open_incident"]
    home.do(c.Reopen, key, reason="it is not")
    broken.log.after = OutcomeUnknown("some key")
    home.ann.submit(form)
    assert "Send the same form again" in home.beside(form)["open_incident"]
    broken.log.mend()
    home.ann.submit(form)
    assert home.shown(form) == f"{key}: update u1 sent."
    assert len(home.incident(key).updates) == 1


def test_too_many_others_is_said_with_the_key(broken: Broken) -> None:
    home = broken.home
    key = home.opened("crowded")
    broken.log.before = Conflict("Too many others are changing it.")
    came = home.ann.command("/incident", f"declare {key}", home.general)
    said = home.newest().text
    assert "too many others are changing it" in said
    assert f"--key slack:{came.trigger_id}" in said


def test_what_nobody_foresaw_is_logged_and_no_traceback_is_shown(
    broken: Broken, caplog: pytest.LogCaptureFixture
) -> None:
    home = broken.home
    key = home.opened("a bug")
    broken.log.loading = ZeroDivisionError("division by zero, at secret.example")
    caplog.set_level(logging.ERROR)
    assert home.say(f"declare {key}") == faults.UNEXPECTED
    assert any(record.exc_info for record in caplog.records)


def test_long_texts_are_not_repeated_whole(broken: Broken) -> None:
    home = broken.home
    key = home.opened("long words")
    broken.log.after = OutcomeUnknown("some key")
    said = home.say(f"update {key} " + "word " * 500)
    assert "type the same again and add --key slack:" in said
    assert "word word" not in said


def test_a_real_database_that_somebody_else_keeps_locked(real: House, database_url: str) -> None:
    key = real.say("open Before").split()[0]
    with locked(database_url):
        said = real.say("open Meanwhile")
        assert said.startswith("Nothing was recorded, because the database cannot be used now.")
        assert key in real.say("list"), "reading goes on"
    assert real.say("open After").split()[0] == "INC-2"
    assert "Meanwhile" not in real.say("list")


def test_a_whole_story_on_a_real_database(real: House) -> None:
    key = real.say("open --sev2 API & checkout").split()[0]
    for text in (
        "declare",
        "status {} identified",
        "update {} We know why",
        "task {} add Roll back",
        "resolve",
    ):
        assert key in real.say(text.format(key) if "{}" in text else f"{text} {key}")
    assert "time_to_resolve" in real.say("stats")
    real.say(f"close {key}")
    assert real.turned(real.newest(), "move:close!").startswith(f"{key} closed: fixed.")
    assert "closed it: fixed" in real.say(f"timeline {key}")
    assert real.desk.reader.count(WORKSPACE, Query(), real.actor()) == 1
