"""The acknowledgement comes first: nothing is sent to Slack before it, and nobody waits for what follows."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from itertools import count
from threading import Event
from typing import Any

import pytest

from adapters.sandbox.control.facts import Called
from adapters.slack.bot import buttons
from adapters.slack.bot.app import request
from adapters.slack.bot.pool import Pool
from incident_core import commands as c
from incident_core.model.severity import Severity
from tests.servers.watchdog import wait_until
from tests.slack.bot.house import SOON, House, panel, value


def test_a_command_is_answered_without_a_call(home: House) -> None:
    key = home.opened("no call at all")
    home.slack.team.clear_calls()
    for text in (
        "open It burns",
        "list",
        f"declare {key}",
        f"status {key}",
        f"resolve {key}",
        f"close {key}",
    ):
        home.say(text)
    assert home.slack.team.calls() == []


def test_forms_open_only_after_the_acknowledgement(home: House) -> None:
    key = home.opened("with a form", room=True)
    home.opened("another")
    home.opened("a third")
    home.do(c.Close, key)
    message = panel(home, key, "reopen")
    before = len(home.slack.team.deliveries())
    home.shown(home.form(lambda: home.ann.press(message, "move:reopen")))
    home.shown(home.form(lambda: home.ann.message_shortcut("Collect Evidence", message)))
    sent = home.slack.team.deliveries()[before:]
    triggers = [each.payload["trigger_id"] for each in sent]
    assert [len(_opened_by(home, each)) for each in triggers] == [1, 1]
    for each in sent:
        trigger = f"{each.id}."
        assert home.app.dispatch(request({**each.payload, "trigger_id": trigger})).status == 200
        assert not _opened_by(home, trigger), "it is not acknowledged yet"
        home.pool.release()
        assert wait_until(partial(_is_open, home, trigger), SOON)


def _opened_by(home: House, trigger: str) -> list[Called]:
    """The forms that this was opened with."""
    return [call for call in home.slack.team.calls("views.open") if call.args["trigger_id"] == trigger]


def _is_open(home: House, trigger: str) -> bool:
    return bool(_opened_by(home, trigger))


def test_whatever_is_pressed_chosen_or_sent_is_acknowledged_before_any_call(home: House) -> None:
    key = home.opened("with everything", room=True, declare=True, severity=Severity.SEV1)
    carried = value(home, key, role="technical_lead", timer="comms")
    form = home.form(lambda: home.ann.shortcut("start_incident"))
    shortcut = home.slack.team.deliveries()[-1].payload
    submitted = home.ann.submit(form, {"title": "With a form"}).payload
    home.shown(form)
    pressed = (*buttons.ABOUT, *buttons.ALONE, "link:guide", "page:older")
    payloads = [_press(home, action, carried, key) for action in pressed]
    home.slack.team.clear_calls()
    for payload in (*payloads, shortcut, {**shortcut, "callback_id": "incident_update"}, submitted):
        body = {**payload, "trigger_id": f"1.{next(_TRIGGERS)}.x"}
        assert home.app.dispatch(request(body)).status == 200
    assert home.slack.team.calls() == [], "nothing is released yet"
    home.pool.release()
    assert wait_until(lambda: len(home.slack.team.calls("views.open")) == 7, SOON)


def _press(home: House, action: str, carried: str, key: str) -> dict[str, Any]:
    """As Slack sends it; a button's value goes before what a block is called."""
    option = {"text": {"type": "plain_text", "text": "x"}, "value": _CHOSEN.get(action, "x")}
    used = {"action_id": action, "block_id": "b", "value": carried, "selected_option": option}
    team, ann = {"id": home.slack.workspace.id}, {"id": home.ann.id, "team_id": home.slack.workspace.id}
    room = {"id": home.room_of(key)}
    actions = [{**used, "type": "button", "selected_user": home.ann.id}]
    return {
        "type": "block_actions",
        "user": ann,
        "team": team,
        "channel": room,
        "actions": actions,
        "response_url": f"{home.slack.api_url}answer",
    }


_CHOSEN = {"set:status": "monitoring", "set:severity": "sev3", "timer:snooze": "30"}


_TRIGGERS = count(1)


def test_what_is_put_waits_until_it_is_released() -> None:
    pool, done = Pool(1), Event()
    pool.put(done.set)
    assert pool.start(lambda: None), "others may begin"
    assert not done.is_set()
    pool.release()
    assert done.wait(SOON)
    pool.close()


def test_what_takes_long_holds_nobody_up() -> None:
    pool, go, done = Pool(1), Event(), Event()
    for _ in range(5):
        pool.aside(lambda: bool(go.wait(SOON)))
    pool.start(done.set)
    assert done.wait(SOON)
    go.set()
    pool.close()


def test_a_pool_is_bounded_and_survives_what_goes_wrong(caplog: pytest.LogCaptureFixture) -> None:
    pool, go, done = Pool(1, most=2), Event(), Event()
    assert pool.start(lambda: bool(go.wait(SOON)))
    assert pool.start(_fails)
    assert not pool.start(done.set), "a third is dropped"
    go.set()
    assert wait_until(lambda: pool.start(done.set), SOON)
    assert done.wait(SOON)
    pool.close()
    assert not pool.start(done.set)
    assert any("What follows an answer in Slack failed." in record.getMessage() for record in caplog.records)


def _fails() -> None:
    raise RuntimeError("on purpose")


def test_a_token_in_the_environment_is_not_warned_of() -> None:
    """The bot's own settings are in the environment, where Bolt looks too."""
    code = (
        "import logging; logging.basicConfig(level=logging.DEBUG)\n"
        "from adapters.slack.bot.app import bolt_app\n"
        "from adapters.slack.bot.desk import Desk, Team\n"
        "from adapters.slack.bot.pool import Pool\n"
        "from incident_core.model.policy import Policy\n"
        "from incident_core.testing.memory import FrozenClock, Memory, MemoryStore\n"
        "from incident_core.usecases.perform import Perform\n"
        "s, k = MemoryStore.over(Memory()), FrozenClock()\n"
        "p = Perform(s.log, k, s.memory.ids, Policy(), 'w', 'slack')\n"
        "d = Desk(p, s.reader, s.whereabouts, s.statistics, s.timers, s.backlog, Policy(), k, 'w',"
        " Team('T1', 'acme', 'U1'), lambda review: '')\n"
        "bolt_app(d, 'xoxb-1', 'http://127.0.0.1:1/api/', Pool())\n"
        "logging.getLogger('incident.other').warning('is heard')\n"
        "print('made')"
    )
    environment = {**os.environ, "SLACK_BOT_TOKEN": "xoxb-secret", "SLACK_SIGNING_SECRET": "s"}
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert run.stdout == "made\n"
    assert [line for line in run.stderr.splitlines() if "WARNING" in line] == [
        "WARNING:incident.other:is heard"
    ]
    assert "xoxb-secret" not in run.stderr
