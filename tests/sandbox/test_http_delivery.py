"""Signed HTTP: signatures, forms and JSON, what failures mean, and how often an event comes again."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from slack_sdk.signature import SignatureVerifier

from adapters.sandbox import Sandbox
from adapters.sandbox.delivery.parcels import Parcel, Sort
from tests.sandbox.bots import SOON, Bot, new_bot
from tests.sandbox.scripted import Answer, Endpoint, endpoint


@pytest.fixture
def app() -> Iterator[Endpoint]:
    with endpoint() as running:
        yield running


@pytest.fixture
def bot(sandbox: Sandbox, app: Endpoint) -> Bot:
    return new_bot(sandbox, app.url, events=("reaction_added",))


def event(bot: Bot) -> Parcel:
    """Something happens of which the app is told; the parcel that tells it."""
    ann = bot.person()
    ann.react(ann.post("general", "Look"), "fire")
    parcels = reversed(bot.sandbox.desk.post.parcels)
    return next(one for one in parcels if one.sort is Sort.EVENT and one.app_id == bot.app.id)


def test_every_request_is_signed_with_the_secret_of_the_app(bot: Bot, app: Endpoint) -> None:
    verifier = SignatureVerifier(bot.app.signing_secret)
    wrong = SignatureVerifier("another secret")
    bot.person().command("/incident", "open", "general")
    bot.person().shortcut("start")
    event(bot)
    for _ in range(3):
        got = app.next()
        assert verifier.is_valid_request(got.body, got.headers)
        assert not wrong.is_valid_request(got.body, got.headers)


def test_a_signature_is_good_wherever_the_sandboxs_clock_stands(bot: Bot, app: Endpoint) -> None:
    bot.sandbox.world.clock.move(1000)
    bot.person().command("/incident", "open", "general")
    got = app.next()
    assert SignatureVerifier(bot.app.signing_secret).is_valid_request(got.body, got.headers)


def test_a_command_is_a_form_an_interaction_a_payload_in_a_form_and_an_event_json(
    bot: Bot, app: Endpoint
) -> None:
    ann = bot.person()
    ann.command("/incident", "open & shut", "general")
    command = app.next()
    assert command.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert (command.form["command"], command.form["text"]) == ("/incident", "open &amp; shut")
    ann.shortcut("start")
    assert app.next().payload["type"] == "shortcut"
    parcel = event(bot)
    told = app.next()
    assert told.headers["Content-Type"] == "application/json"
    assert told.json == parcel.payload


@pytest.mark.parametrize(
    ("body", "headers", "said"),
    [
        ("", {}, None),
        ("Plain & simple", {"Content-Type": "text/plain"}, "Plain &amp; simple"),
        ('{"text": "As JSON"}', {"Content-Type": "application/json"}, "As JSON"),
    ],
)
def test_the_body_of_the_answer_to_a_command_is_shown(
    bot: Bot, app: Endpoint, body: str, headers: dict[str, str], said: str | None
) -> None:
    app.answers.put(Answer(200, body, headers))
    assert bot.person().command("/incident", "", "general").acked
    shown = [message.text for message in bot.person().sees("general") if message.ephemeral]
    assert shown == ([said] if said else [])


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(404), "http_client_error"),
        (Answer(500), "http_service_error"),
        (Answer(200, "{no JSON", {"Content-Type": "application/json"}), "invalid_command_response"),
        (Answer(200, json.dumps({"blocks": [{"type": "nonsense"}]})), "invalid_command_response"),
    ],
)
def test_an_answer_that_is_none_is_told_to_whoever_sent_the_command(
    bot: Bot, app: Endpoint, answer: Answer, code: str
) -> None:
    app.answers.put(answer)
    assert bot.person().command("/incident", "", "general").notice == code
    assert [notice.code for notice in bot.person().notices] == [code]


def test_nobody_at_the_address_is_told_at_once(sandbox: Sandbox) -> None:
    bot = new_bot(sandbox, "http://127.0.0.1:9/nobody", events=("reaction_added",))
    assert bot.person().command("/incident", "", "general").notice == "dispatch_failed"


def test_a_command_that_takes_longer_than_three_seconds_fails_and_is_not_sent_again(
    bot: Bot, app: Endpoint
) -> None:
    clock, ann = bot.sandbox.world.clock, bot.person()
    app.answers.put(Answer(silent=True))
    with clock.stopped():
        sent = ann.command("/incident", "", "general", wait=False)
        app.next()
        clock.move(3)
        assert ann.outcome(sent).notice == "operation_timeout"
        clock.move(1000)
    assert app.got.empty()


def test_an_address_for_events_is_verified_once_before_the_first(bot: Bot, app: Endpoint) -> None:
    assert event(bot).wait(SOON)
    assert event(bot).wait(SOON)
    assert app.challenges == 1


def test_an_address_that_does_not_answer_the_challenge_gets_no_events(bot: Bot, app: Endpoint) -> None:
    app.verifies = False
    parcel = event(bot)
    assert parcel.wait(SOON)
    assert parcel.failure == "url_not_verified"
    assert app.got.empty()
    assert not bot.sandbox.control.verify(bot.app.id)
    app.verifies = True
    assert bot.sandbox.control.verify(bot.app.id)


def test_a_failed_event_comes_again_at_once_after_one_minute_and_after_five(bot: Bot, app: Endpoint) -> None:
    clock = bot.sandbox.world.clock
    for answer in (Answer(500), Answer(silent=True), Answer(404), Answer(500)):
        app.answers.put(answer)
    with clock.stopped():
        parcel = event(bot)
        got = [app.next(), app.next()]
        clock.move(3)
        clock.move(60)
        got.append(app.next())
        bot.until(lambda: parcel.attempts[2].failure is not None)
        clock.move(300)
        got.append(app.next())
        assert parcel.wait(SOON)
    told = [(one.headers.get("X-Slack-Retry-Num"), one.headers.get("X-Slack-Retry-Reason")) for one in got]
    assert told == [(None, None), ("1", "http_error"), ("2", "http_timeout"), ("3", "http_error")]
    assert len({one.body for one in got}) == 1
    assert parcel.failure == "http_error"


def test_an_app_can_refuse_to_be_told_again(bot: Bot, app: Endpoint) -> None:
    app.answers.put(Answer(500, headers={"X-Slack-No-Retry": "1"}))
    parcel = event(bot)
    assert parcel.wait(SOON)
    assert (parcel.failure, len(parcel.attempts)) == ("http_error", 1)


def test_an_event_that_was_taken_does_not_come_again(bot: Bot, app: Endpoint) -> None:
    parcel = event(bot)
    assert parcel.wait(SOON)
    bot.sandbox.world.clock.move(1000)
    app.next()
    assert app.got.empty()


def test_the_body_of_the_answer_to_a_submission_moves_the_modal(bot: Bot, app: Endpoint) -> None:
    ann = bot.person()
    trigger = ann.shortcut("start").trigger_id
    field = {"type": "plain_text_input", "action_id": "text"}
    label = {"type": "plain_text", "text": "Title"}
    form = {"type": "input", "block_id": "title", "label": label, "element": field}
    view = {"type": "modal", "title": label, "submit": label, "blocks": [form]}
    bot.client.views_open(trigger_id=str(trigger), view=view)
    errors = {"response_action": "errors", "errors": {"title": "Too short"}}
    app.answers.put(Answer(200, json.dumps(errors), {"Content-Type": "application/json"}))
    assert ann.modal is not None
    ann.submit(ann.modal, {"Title": "x"})
    assert ann.modal.errors == {"title": "Too short"}


def test_a_sandbox_stops_though_an_app_does_not_answer(app: Endpoint) -> None:
    with Sandbox() as sandbox:
        bot = new_bot(sandbox, app.url, events=())
        app.answers.put(Answer(silent=True))
        sandbox.world.clock.stop()
        sent = bot.person().command("/incident", "", "general", wait=False)
        app.next()
    assert bot.person().outcome(sent).failure == "stopped"


def test_a_sandbox_that_was_stopped_can_be_started_again(app: Endpoint) -> None:
    sandbox = Sandbox()
    with sandbox:
        bot = new_bot(sandbox, app.url, events=())
        assert bot.person().command("/incident", "", "general").acked
    with sandbox:
        assert bot.person().command("/incident", "", "general").acked
