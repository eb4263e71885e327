"""Whatever comes in, at whatever listener: an answer or a clear refusal, and never half a change."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.slack.bot.app import request
from incident_core.usecases.verify import verify
from tests.slack.bot.house import House

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


def test_nothing_of_a_real_payload_is_unexpected(
    home: House, real: dict[str, dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    for kind, body in real.items():
        assert home.app.dispatch(request(body)).status == 200, kind
    assert [record.getMessage() for record in caplog.records if record.name == "incident.slack"] == []


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
