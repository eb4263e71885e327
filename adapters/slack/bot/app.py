"""Bolt's part: one listener for each kind of payload; all of them pass one gate and are answered by a table.

A listener does what was asked, and its answer is the acknowledgement. Nothing is sent to Slack before that:
what follows waits in the pool, which whoever sends the acknowledgement releases afterwards.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from adapters.slack.api import Told, nobody
from adapters.slack.bot import buttons, commands, faults, forms, shortcuts, suggestions
from adapters.slack.bot.answer import Answer, say
from adapters.slack.bot.asked import Bot
from adapters.slack.bot.desk import Desk
from adapters.slack.bot.drifted import Drifted
from adapters.slack.bot.events import Events
from adapters.slack.bot.following import Following, channel
from adapters.slack.bot.gate import Buckets, Gate
from adapters.slack.bot.manners import Manners
from adapters.slack.bot.outbound import CannotSend, Outbound
from adapters.slack.bot.payload import Payload
from adapters.slack.bot.pool import Pool
from adapters.slack.bot.press import Reply
from adapters.slack.bot.recent import Recent

_LOG = logging.getLogger("incident.slack")
_BOLT = logging.getLogger("incident.slack.bolt")
_ANY = re.compile("")
_AGAIN = 503
"""The status of what is not acknowledged, so that Slack sends it again; it does that with events only."""
Handler = Callable[[Payload], Any]


def bolt_app(
    desk: Desk,
    token: str,
    api_url: str,
    pool: Pool,
    *,
    signing_secret: str | None = None,
    regroup: Callable[[], object] = lambda: None,
    drifted: Drifted = lambda _: None,
    told: Told = nobody,
) -> App:
    """The app: `token` is the bot's, `pool` does what follows an acknowledgement.

    With a signing secret, requests over HTTP have to be signed with it; over Socket Mode there is none.
    `regroup` is called when somebody joined or left a user group, and `drifted` with what was heard of a
    channel or an account that somebody changed; `told` hears of each call.
    """
    manners = Manners(desk.holds, desk.workspace, desk.clock)
    out = Outbound(token, api_url, desk.words, manners, told)
    following = Following(desk.whereabouts, desk.workspace, pool, out.reply, partial(channel, desk.words))
    gate = Gate(desk.team, desk.allowed, Buckets(desk.clock, desk.per_minute))
    listeners = Listeners(Bot(desk, out, pool, gate, Recent(), following), regroup, drifted)
    team = desk.team

    def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=team.enterprise,
            team_id=team.team_id,
            bot_token=token,
            bot_id=team.bot_id,
            bot_user_id=team.bot_user,
        )

    # At lower levels Bolt warns of a token in the environment, which it does not need, and writes payloads.
    # It gives the logger of its name the level of `logger`: no other part of the program may have that name.
    _BOLT.setLevel(logging.ERROR)
    app = _Patient(
        name=_BOLT.name,
        logger=_BOLT,
        client=WebClient(base_url=api_url, retry_handlers=[]),
        authorize=authorize,
        process_before_response=True,
        raise_error_for_unhandled_request=True,
        signing_secret=signing_secret or "",
        request_verification_enabled=bool(signing_secret),
    )
    _listen(app, listeners)
    return app


class _Patient(App):
    """Bolt's app, which also answers what Bolt itself trips over: it reads payloads with trust."""

    unreadable: Callable[[Exception, Any], BoltResponse]

    def dispatch(self, req: BoltRequest) -> BoltResponse:
        """The answer; never raises."""
        try:
            return super().dispatch(req)
        except Exception as error:  # noqa: BLE001 - the edge of the process: Bolt reads payloads with trust
            return self.unreadable(error, req.body)


def request(body: Any, headers: Mapping[str, str] | None = None) -> BoltRequest:
    """What came over a socket, for `App.dispatch`; whatever Bolt cannot even look at comes as nothing."""
    try:
        return BoltRequest(mode="socket_mode", body=body, headers=dict(headers or {}))
    except Exception:  # noqa: BLE001 - Bolt reads payloads with trust
        _LOG.warning("Slack sent something that cannot be read at all.")
        return BoltRequest(mode="socket_mode", body={})


def _listen(app: _Patient, listeners: Listeners) -> None:
    def taken(handler: Handler) -> Callable[..., BoltResponse]:
        def listener(body: dict[str, Any]) -> BoltResponse:
            return _acknowledged(handler(Payload(body)))

        return listener

    app.command(_ANY)(taken(listeners.command))
    app.action(_ANY)(taken(listeners.action))
    app.shortcut(_ANY)(taken(listeners.shortcut))
    app.view(_ANY)(taken(listeners.submission))
    app.view_closed(_ANY)(taken(listeners.nothing))
    app.options(_ANY)(taken(listeners.options))

    def event(body: dict[str, Any]) -> BoltResponse:
        return BoltResponse(status=200 if listeners.event(Payload(body)) else _AGAIN, body="")

    app.event(_ANY)(event)

    def unhandled(error: Exception, body: dict[str, Any]) -> BoltResponse:
        return _acknowledged(listeners.unhandled(error, Payload(body)))

    app.error(unhandled)
    app.unreadable = unhandled


def _acknowledged(answer: Mapping[str, Any] | None) -> BoltResponse:
    if answer is None:
        return BoltResponse(status=200, body="")
    body = json.dumps(answer, ensure_ascii=False)
    return BoltResponse(status=200, body=body, headers={"Content-Type": "application/json;charset=utf-8"})


class Listeners:
    """What each kind of payload is answered with; None is an acknowledgement that says nothing."""

    def __init__(self, bot: Bot, regroup: Callable[[], object], drifted: Drifted) -> None:
        self._bot, self._words = bot, bot.desk.words
        self._events = Events(bot, regroup, drifted)

    def command(self, payload: Payload) -> dict[str, Any]:
        """A slash command: its answer is in the acknowledgement."""
        answer = self._stopped(payload) or commands.answered(self._bot, payload)
        self._after(answer)
        return {"response_type": "ephemeral", **answer.message(self._words)}

    def action(self, payload: Payload) -> None:
        """A button or a select: its answer goes to the response_url."""
        stopped = self._stopped(payload)
        reply = Reply(stopped) if stopped else buttons.pressed(self._bot, payload)
        if reply is not None:
            self._reply(payload, reply.answer, instead=reply.instead)

    def shortcut(self, payload: Payload) -> None:
        """A shortcut: its answer goes to the response_url; where there is none, into a window."""
        answer = self._stopped(payload) or shortcuts.chosen(self._bot, payload)
        if answer is None:
            return
        if payload.response_url:
            self._reply(payload, answer)
        elif payload.trigger:
            self._bot.pool.put(partial(self._window, payload.trigger, answer))

    def submission(self, payload: Payload) -> dict[str, Any]:
        """A form: its answer is in the acknowledgement."""
        stopped = self._stopped(payload)
        if stopped is None:
            return forms.submitted(self._bot, payload)
        return self._not_done(stopped)

    def options(self, payload: Payload) -> dict[str, Any]:
        """Typing in a select; not counted as asking."""
        if not payload.user or self._bot.gate.stranger(payload):
            return {"options": []}
        return {"options": suggestions.offered(self._bot, payload)}

    def event(self, payload: Payload) -> bool:
        """Something happened in the workspace; False where Slack has to say so again."""
        return self._events.told(payload)

    def nothing(self, payload: Payload) -> None:
        """Something that is only heard."""

    def unhandled(self, error: Exception, payload: Payload) -> dict[str, Any] | None:
        """What no listener takes, or Bolt cannot read: acknowledged, and explained if it can be."""
        _LOG.warning(
            "Slack sent something that nobody here takes: %.80a (%s)", payload.kind, type(error).__name__
        )
        answer = say(faults.UNREADABLE)
        if payload.kind == "command":
            return {"response_type": "ephemeral", **answer.message(self._words)}
        if payload.kind == "view_submission":
            return self._not_done(answer)
        if payload.kind == "block_suggestion":
            return {"options": []}
        if payload.response_url and payload.user:
            self._reply(payload, answer)
        return None

    def _not_done(self, answer: Answer) -> dict[str, Any]:
        title = self._words.text("answers.window_not_done")
        return {"response_action": "update", "view": answer.view(self._words, title)}

    def _stopped(self, payload: Payload) -> Answer | None:
        """Why they may not come in; None where they may."""
        gate = self._bot.gate
        if not payload.user:
            return say(faults.UNREADABLE)
        if gate.stranger(payload):
            return say(faults.STRANGER)
        self._bot.desk.directory.meet(payload.user, payload.user_name)
        seconds = gate.wait(payload.user)
        return faults.slow(seconds) if seconds else None

    def _reply(self, payload: Payload, answer: Answer, *, instead: bool = False) -> None:
        if payload.response_url:
            self._bot.pool.put(partial(self._bot.out.reply, payload.response_url, answer, instead=instead))
        self._after(answer)

    def _after(self, answer: Answer) -> None:
        for job in answer.after:
            self._bot.pool.put(job)

    def _window(self, trigger: str, answer: Answer) -> None:
        with suppress(CannotSend):
            self._bot.out.open(trigger, answer.view(self._words, self._words.text("answers.window")))
