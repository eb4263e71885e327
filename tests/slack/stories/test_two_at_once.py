"""Two people at once, on every pair of moves, from every stage: the record is one that the rules allow.

With INCIDENT_PAIRS=all every pair from every stage on both databases; otherwise half of them from one stage.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from adapters.bootstrap_policy import policy
from adapters.sandbox import Sandbox
from adapters.settings import Settings
from adapters.system import SystemClock, SystemIds
from incident_core import commands as c
from incident_core.model.actor import Actor
from incident_core.model.incident import Incident
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.usecases.perform import Perform
from incident_core.usecases.verify import verify
from tests.slack.stories.acting import Act, Press, Type
from tests.slack.stories.held import Gate, gate
from tests.slack.stories.moves import MOVES, PAIRS, Move, after, essence, given, up_to
from tests.slack.stories.town import WORKSPACE, Town, town, wait_for

ALL = os.environ.get("INCIDENT_PAIRS") == "all"
POLICY = policy(Settings("sqlite://"))
_KEYS = count(1)
_SHORT = [("postgresql_url", "investigation"), ("postgresql_url", "incident"),
          ("postgresql_url", "resolved"), ("sqlite_url", "closed")]  # fmt: skip
_LONG = [(kind, stage.value) for stage in Stage for kind in ("sqlite_url", "postgresql_url")]


def pairs(stage: Stage) -> list[tuple[Move, Move]]:
    """The pairs that begin in this stage."""
    place = list(Stage).index(stage)
    return [pair for number, pair in enumerate(PAIRS) if ALL or number % (2 * len(Stage)) == place]


@pytest.mark.parametrize(("kind", "stage"), _LONG if ALL else _SHORT)
def test_the_record_is_one_that_the_rules_allow_and_slack_shows_it(
    sandbox: Sandbox, request: pytest.FixtureRequest, tmp_path: Path, kind: str, stage: str
) -> None:
    """Two bots over one database, of which each hears of one of the two."""
    url: str = request.getfixturevalue(kind)
    with (
        town(sandbox, url, tmp_path) as home,
        town(sandbox, url, tmp_path, slack=home.slack),
        gate(url) as shut,
    ):
        crowd = Crowd(home, shut)
        meetings = crowd.prepared(Stage(stage))
        wrong = [fault for key, pair in meetings.items() for fault in crowd.meet(key, *pair)]
        home.quiet()
        assert home.database.views.rebuild(write=False).differing == ()
        assert verify(home.database.ledger).finding is None
        wrong += [fault for key in meetings for fault in shown_wrongly(home, key)]
        assert not wrong, "\n".join(wrong)
        assert shut.met >= shut.times // 2, "they hardly ever met"


def test_no_pair_is_left_out() -> None:
    assert len(PAIRS) == len(MOVES) * (len(MOVES) + 1) // 2 == 91
    assert ALL or [len(pairs(stage)) for stage in Stage] == [12, 12, 12, 11]
    met = {move.name for stage in Stage for pair in pairs(stage) for move in pair}
    assert met == {move.name for move in MOVES}


class Crowd:
    """Ann and Ben, who meet at one incident after another."""

    def __init__(self, home: Town, gate: Gate) -> None:
        self._home, self._gate = home, gate
        self._perform = Perform(
            home.database.log, SystemClock(), SystemIds(), POLICY, WORKSPACE, source="slack"
        )
        self._cleo = home.actor("cleo")

    def prepared(self, stage: Stage) -> dict[str, tuple[Move, Move]]:
        """An incident in this stage for every pair, all of them there in Slack; not by means of Slack."""
        found = {self._opened(f"{one.name} and {other.name}"): (one, other) for one, other in pairs(stage)}
        self._shown()
        for key in found:
            for command in up_to(stage, self._by(self._home.actor("ann")), self._cleo):
                self._perform(replace(command, key=f"test-{next(_KEYS)}"), key)
        self._shown()
        return found

    def _shown(self) -> None:
        """Wait until Slack has it all; whatever the bot answers wakes its workers."""
        self._home.say("list", "cleo")
        self._home.quiet()

    def _opened(self, title: str) -> str:
        by = self._by(self._home.actor("ann"))
        return self._perform(c.Open(**by, title=title, severity=Severity.SEV3), None).key

    def meet(self, key: str, first: Move, second: Move) -> Iterator[str]:
        """Both act before either is answered; what is wrong with what comes of it."""
        home, who = self._home, f"{key}: {first.name}, {second.name}"
        before = home.incident(key)
        acts = (self._ready("ann", first, before), self._ready("ben", second, before))
        with self._gate.shut():
            sent = [act() for act in acts]
        for name, one in zip(("ann", "ben"), sent, strict=True):
            if not home.slack.person(name).outcome(one).acked:
                yield f"{who}: {name} was not answered"
        for act in acts:
            wait_for(act.answered)
        orders = ((("ann", first), ("ben", second)), (("ben", second), ("ann", first)))
        allowed = [essence(after(POLICY, before, [self._command(*one) for one in each])) for each in orders]
        found = essence(home.incident(key))
        if found not in allowed:
            yield f"{who}, from {before.stage}, came to {found}; allowed is {allowed}"

    def _by(self, actor: Actor) -> dict[str, Any]:
        return given(actor, datetime.now(UTC), f"test-{next(_KEYS)}")

    def _command(self, who: str, move: Move) -> c.Command:
        return move.made(self._by(self._home.actor(who)), self._cleo)

    def _ready(self, who: str, move: Move, incident: Incident) -> Act:
        """Closing asks first: only the button closes."""
        home, person = self._home, self._home.slack.person(who)
        text = move.text.format(key=incident.key, by=person.id)
        if move.name == "close" and incident.stage in (Stage.INVESTIGATION, Stage.RESOLVED):
            home.typed(text, who)
            return Press(home, who, home.alone(who, home.general)[-1], f"Close {incident.key}")
        return Type(home, who, text)


def shown_wrongly(home: Town, key: str) -> Iterator[str]:
    """What Slack shows that the record does not say."""
    incident, room, panel = home.incident(key), home.room(key), home.shown(home.panel(key)).splitlines()
    state = f"{incident.severity} · {stage_of(incident)}"
    led = "nobody yet" if incident.commander is None else home.plain(f"<@{incident.commander.id}>")
    by = "" if incident.commander is None else f" · led by {led}"
    line, *last = home.digest_of(key).splitlines()
    wanted = {
        "topic": (room.topic, f"{key} · {state} · {incident.title}"),
        "archived": (room.archived, incident.stage is Stage.CLOSED),
        "panel": (panel[:2], [f"{key} · {incident.title}", state]),
        "roles": (set(panel) >= {f"incident commander: {led}", *others(home, incident)}, True),
        "digest": (line, f"{key} · {state} · <#{room.name}>{by} · {incident.title}"),
        "last update": (last in latest(home, incident), True),
    }
    for name, (found, right) in wanted.items():
        if found != right:
            yield f"{key}: {name} is {found}, and should be {right}"


def stage_of(incident: Incident) -> str:
    """As the topic has it."""
    more = {
        Stage.INCIDENT: f": {incident.status}",
        Stage.CLOSED: f": {str(incident.outcome).replace('_', ' ')}",
    }
    return f"{incident.stage}{more.get(incident.stage, '')}"


def latest(home: Town, incident: Incident) -> list[list[str]]:
    """What the digest may say of updates: the last one; where two were sent at one moment, either."""
    sent = [update for update in incident.updates if not update.retracted]
    last = [update for update in sent if update.sent_at == max(each.sent_at for each in sent)]
    return [[home.plain(f"Last update, DATE: {update.text}")] for update in last] or [[]]


def others(home: Town, incident: Incident) -> set[str]:
    """The lines of the roles beside the commander."""
    return {
        home.plain(f"{name.replace('_', ' ')}: <@{holder.id}>")
        for name, holder in incident.roles.items()
        if name != "incident_commander"
    }
