"""Whatever comes in, at whatever listener: an answer or a clear refusal, and never half a change."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.sandbox.person.seen import SeenView
from adapters.slack.bot import buttons, forms
from adapters.slack.bot.app import request
from incident_core import commands as c
from incident_core.model.severity import Severity
from incident_core.usecases.verify import verify
from tests.slack.bot.house import House, drawn, named, panel, select, value

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=30),
    st.sampled_from(
        ["", "x" * 5_000, "\x00", "\ud800", "<@U0123ABC>", "INC-1", "--key slack:1", "[[[[", "{}"]
    ),
    st.lists(st.integers() | st.text(max_size=5), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), max_size=3),
)
TEXTS = st.sampled_from(
    [
        "",
        "open It",
        "list",
        "resolve INC-1",
        "close INC-1 --override",
        "task add",
        "explain",
        "search *",
        "stats 0d",
    ]
) | st.text(max_size=60)


class Faults(logging.Handler):
    """Keeps what was logged with a traceback: what nobody foresaw."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            self.found.append(self.format(record))


@pytest.fixture(scope="module")
def unforeseen() -> Iterator[list[str]]:
    """What was logged with a traceback so far."""
    handler, logger = Faults(), logging.getLogger("incident.slack")
    logger.addHandler(handler)
    yield handler.found
    logger.removeHandler(handler)


@pytest.fixture(scope="module")
def real(home: House) -> dict[str, dict[str, Any]]:
    """A payload of each kind, as it really comes, from an incident that there is."""
    key = home.opened("to be fuzzed", room=True)
    home.opened("another")
    command = home.ann.command("/incident", f"status {key}", home.general).payload
    message = home.ann.post(home.general, "evidence")
    form = home.form(lambda: home.ann.message_shortcut("Collect Evidence", message))
    shortcut = home.slack.team.deliveries()[-1].payload
    home.ann.options(form, "incident", "fuzz")
    options = home.slack.team.deliveries()[-1].payload
    submission = home.ann.submit(form, {"incident": key}).payload
    home.shown(form)
    everywhere = home.ann.shortcut("Old everywhere").payload
    home.say("close", channel=home.room_of(key))
    return {
        **_used(home, home.opened("to be pressed", room=True, declare=True, severity=Severity.SEV1)),
        **_forms(home, home.opened("to be told of", room=True, declare=True)),
        "command": command,
        "message_action": shortcut,
        "block_suggestion": options,
        "view_submission": submission,
        "view_closed": {**submission, "type": "view_closed", "is_cleared": False},
        "shortcut": everywhere,
        "block_actions": _pressed(everywhere, key, home.room_of(key)),
        "event_callback": {
            "type": "event_callback",
            "team_id": home.slack.workspace.id,
            "event": {"type": "app_mention", "user": home.ann.id, "text": "x", "channel": home.general},
        },
    }


def _used(home: House, key: str) -> dict[str, dict[str, Any]]:
    """A payload of each element: every name that the table has."""
    carried = value(home, key, role="technical_lead", timer="comms")
    chosen = {"set:status": "monitoring", "set:severity": "sev3", "timer:snooze": "30", "role:assign": "ben"}
    kinds = {
        "set:status": "status",
        "set:severity": "severity",
        "timer:snooze": "timer",
        "role:assign": "role",
    }
    found = {}
    for action in (*buttons.ABOUT, *buttons.ALONE, "link:guide"):
        if action == "followup:assign":
            element = {"type": "users_select", "action_id": action}
            message = drawn(home, home.room_of(key), element, block=f"followup|{key}|f1")
            came = home.ann.choose(message, action, "ben")
        elif action not in chosen:
            message = drawn(home, home.room_of(key), {"action_id": action, "value": carried})
            came = home.ann.press(message, action)
        else:
            element = select(action, chosen[action])
            if action == "role:assign":
                element = {"type": "users_select", "action_id": action}
            more = {"role": "technical_lead", "timer": "comms"}.get(kinds[action], "x")
            block = named(home, kinds[action], key, more, "nobody")
            message = drawn(home, home.room_of(key), element, block=block)
            came = home.ann.choose(message, action, chosen[action])
        assert came is not None
        found[action] = came.payload
    for modal in reversed(home.ann.modals):
        home.ann.close(modal)
    return found


def _forms(home: House, key: str) -> dict[str, dict[str, Any]]:
    """A submission of each form, and what a select in one asks for."""
    room, found = home.room_of(key), {}
    home.say("update Something", channel=room)
    elements = {
        "update": "update:send",
        "start": "home:start",
        "resolve": "move:resolve",
        "followup": "followup:add",
        "lower": "set:severity",
    }
    for name, action in elements.items():
        home.do(c.SetSeverity, key, severity=Severity.SEV1)
        carried, block = value(home, key), named(home, "severity", key, "sev1")
        if name == "lower":
            message = drawn(home, room, select(action, "sev4"), block=block)
            form = home.form(lambda: home.ann.choose(message, "set:severity", "sev4"))  # noqa: B023
        else:
            message = drawn(home, room, {"action_id": action, "value": carried})
            form = home.form(lambda: home.ann.press(message, action))  # noqa: B023
        found[f"form {name}"] = _sent(home, form, name)
    form = home.form(lambda: home.say("correct u1", channel=room))
    found["form correct"] = _sent(home, form, "correct")
    for name in ("close", "reopen"):
        message = panel(home, key, name)
        form = home.form(lambda: home.ann.press(message, f"move:{name}"))  # noqa: B023
        found[f"form {name}"] = _sent(home, form, name)
    return found


def _sent(home: House, form: SeenView, name: str) -> dict[str, Any]:
    filled: dict[str, dict[str, Any]] = {
        "update": {"text": "News", "components": "api", "next_due": home.clock.now() + timedelta(hours=1)},
        "start": {"title": "Another", "flags": ["Drill"], "impact": "Many"},
        "followup": {"text": "Index it", "owner": home.ann.id, "due": "2099-12-24"},
        "lower": {"reason": "less"},
        "reopen": {"reason": "more"},
    }
    payload = home.ann.submit(form, filled.get(name, {})).payload
    home.shown(form)
    return payload


def _pressed(like: dict[str, Any], key: str, room: str) -> dict[str, Any]:
    value = json.dumps({"key": key, "visit": 1})
    return {
        **{name: like[name] for name in ("user", "team", "enterprise", "token", "trigger_id")},
        "type": "block_actions",
        "channel": {"id": room, "name": "x"},
        "container": {"type": "message", "message_ts": "1.1", "channel_id": room},
        "actions": [{"type": "button", "action_id": "move:close!", "block_id": "b", "value": value}],
    }


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a payload."""
    if path:
        yield path
    inner: Any = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for name, each in inner:
        yield from _paths(each, (*path, name))


@st.composite
def mutations(draw: st.DrawFn, payloads: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """A real payload of which one to four things are missing or something else."""
    body = deepcopy(payloads[draw(st.sampled_from(sorted(payloads)))])
    for _ in range(draw(st.integers(1, 4))):
        places = list(_paths(body))
        if not places:
            return body
        *way, last = draw(st.sampled_from(places))
        inside = body
        for step in way:
            inside = inside[step]
        if draw(st.booleans()):
            del inside[last]
        else:
            inside[last] = draw(TEXTS if last == "text" else ODD)
    return body


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_any_payload_is_answered(
    home: House, real: dict[str, dict[str, Any]], unforeseen: list[str], data: st.DataObject
) -> None:
    body = data.draw(mutations(real))
    answers, events = len(home.store.memory.answers), home.events()
    answer = home.app.dispatch(request(body))
    home.pool.release()
    assert answer.status == 200
    said = json.loads(answer.body) if answer.body else {}
    assert "Traceback" not in answer.body
    assert isinstance(said, dict)
    # Every change is one command that was answered, and nothing else.
    assert home.events() == events or len(home.store.memory.answers) == answers + 1


@settings(max_examples=150)
@given(text=TEXTS)
def test_any_text_after_the_command_is_answered(
    home: House, real: dict[str, dict[str, Any]], text: str
) -> None:
    answer = home.app.dispatch(request({**real["command"], "text": text, "trigger_id": repr(text)}))
    said = json.loads(answer.body)
    assert answer.status == 200
    assert said["text"]
    assert said["blocks"]


@settings(max_examples=100)
@given(body=ODD)
def test_what_is_no_payload_at_all_is_acknowledged(home: House, body: Any) -> None:
    assert home.app.dispatch(request(body)).status == 200


def test_there_is_a_payload_of_every_element_and_every_form(real: dict[str, dict[str, Any]]) -> None:
    assert {*buttons.ABOUT, *buttons.ALONE} <= real.keys()
    sent = {body["view"]["callback_id"] for body in real.values() if body.get("type") == "view_submission"}
    assert sent == set(forms.FORMS)


def test_nothing_of_a_real_payload_is_unexpected(
    home: House, real: dict[str, dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    """But for this: Slack takes five answers to a payload, and these payloads came here before."""
    caplog.set_level(logging.WARNING)
    for kind, body in real.items():
        assert home.app.dispatch(request(body)).status == 200, kind
    said = [record.getMessage() for record in caplog.records if record.name == "incident.slack"]
    assert [text for text in said if "used_url" not in text] == []


def test_after_all_this_the_record_is_whole_and_nothing_was_unforeseen(
    home: House, real: dict[str, dict[str, Any]], unforeseen: list[str]
) -> None:
    home.pool.close()
    assert unforeseen == []
    audited = verify(home.store.ledger)
    assert (audited.finding, audited.checked) == (None, home.events())


def test_what_is_logged_of_a_payload_can_be_written_anywhere(
    home: House, caplog: pytest.LogCaptureFixture
) -> None:
    """A lone surrogate in a log line is an error in the place where it is written."""
    home.app.dispatch(request({"type": "\ud800\x1b[2J", "user": {"id": home.ann.id}}))
    lines = [record.getMessage() for record in caplog.records]
    assert any("nobody here takes" in line for line in lines)
    assert all(line.isascii() and line.isprintable() for line in lines)
