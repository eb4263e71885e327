"""Who joins the channel of a private incident is let see it, and who leaves it no longer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from slack_sdk import WebClient

from adapters.sandbox import Sandbox
from adapters.slack.bot.app import request
from adapters.slack.features import Features
from incident_core import commands as c
from incident_core.model.outcome import Outcome
from tests.servers.watchdog import wait_until
from tests.slack.bot.house import SOON, WORKSPACE, House, house

_OUTSIDE = ("is_ext_shared_channel", "team_id")
"""What stands in the envelope of an event."""


@dataclass(frozen=True)
class Secret:
    """A private incident of Ann's, with a private channel in which she and the bot are."""

    home: House
    key: str
    room: str

    def access(self) -> set[str]:
        """The names of those who may see it."""
        ids = {self.home.slack.person(name).id: name for name in ("ann", "ben", "cleo", "owner")}
        return {ids[actor.id] for actor in self.home.incident(self.key).access}

    def last(self) -> tuple[str, str]:
        """What was done last about it, and the id of whoever did it."""
        entry = (self.home.desk.reader.timeline(WORKSPACE, self.key, self.home.actor()) or ())[-1]
        return type(entry.event).__name__, entry.event.actor.id


def client(home: House) -> WebClient:
    return WebClient(home.slack.bot_token, base_url=home.slack.api_url)


def room(home: House, key: str, *, private: bool) -> str:
    """A channel that the bot made, as the mirror does, with Ann in it."""
    made = client(home).conversations_create(name=f"r-{key.lower()}", is_private=private)["channel"]["id"]
    client(home).conversations_invite(channel=made, users=home.slack.person("ann").id)
    home.remember(key, made)
    return str(made)


@pytest.fixture(scope="module")
def home(sandbox: Sandbox) -> Iterator[House]:
    with house(sandbox) as made:
        yield made


@pytest.fixture
def secret(home: House) -> Secret:
    key = home.opened("Quite secret", private=True)
    return Secret(home, key, room(home, key, private=True))


def settled(home: House) -> bool:
    """Wait until everything that Slack has told the bot so far is acknowledged."""
    return wait_until(lambda: all(each.acked is not None for each in home.slack.team.deliveries()), SOON)


def test_who_is_invited_may_see_it_and_the_inviter_is_who_let_them(secret: Secret) -> None:
    home = secret.home
    home.slack.person("ann").invite(secret.room, "ben")
    assert wait_until(lambda: secret.access() == {"ann", "ben"}, SOON)
    assert secret.last() == ("AccessGranted", home.slack.person("ann").id)
    assert "Quite secret" in home.say(f"status {secret.key}", by="ben")


def test_who_leaves_may_see_it_no_longer(secret: Secret) -> None:
    home = secret.home
    home.slack.person("ann").invite(secret.room, "ben")
    assert wait_until(lambda: secret.access() == {"ann", "ben"}, SOON)
    home.slack.person("ben").leave(secret.room)
    assert wait_until(lambda: secret.access() == {"ann"}, SOON)
    assert secret.last() == ("AccessRevoked", home.slack.person("ben").id)
    assert "Quite secret" not in home.say(f"status {secret.key}", by="ben")


def test_who_is_taken_out_may_see_it_no_longer(secret: Secret) -> None:
    home = secret.home
    home.slack.person("ann").invite(secret.room, "ben")
    assert wait_until(lambda: secret.access() == {"ann", "ben"}, SOON)
    home.slack.person("ann").remove(secret.room, "ben")
    assert wait_until(lambda: secret.access() == {"ann"}, SOON)


def test_who_comes_back_may_see_it_again(secret: Secret) -> None:
    home = secret.home
    for _ in range(2):
        home.slack.person("ann").invite(secret.room, "ben")
        assert wait_until(lambda: secret.access() == {"ann", "ben"}, SOON)
        home.slack.person("ben").leave(secret.room)
        assert wait_until(lambda: secret.access() == {"ann"}, SOON)


def test_what_the_mirror_does_itself_is_so_already_and_changes_nothing(secret: Secret) -> None:
    home = secret.home
    home.do(c.Grant, secret.key, who=home.actor("ben"))
    before = home.events()
    ben = home.slack.person("ben").id
    client(home).conversations_invite(channel=secret.room, users=ben)
    assert settled(home)
    home.do(c.Revoke, secret.key, who=home.actor("ben"))
    client(home).conversations_kick(channel=secret.room, user=ben)
    assert settled(home)
    assert home.events() == before + 1  # the Revoke of this test
    assert secret.access() == {"ann"}


def test_whom_the_bot_invites_without_a_grant_is_not_let_see_it_by_that(
    secret: Secret, caplog: pytest.LogCaptureFixture
) -> None:
    home = secret.home
    client(home).conversations_invite(channel=secret.room, users=home.slack.person("ben").id)
    assert settled(home)
    assert secret.access() == {"ann"}
    assert "in the channel of" not in caplog.text


def test_where_the_inviter_may_not_see_it_nobody_is_let_in(
    secret: Secret, caplog: pytest.LogCaptureFixture
) -> None:
    home = secret.home
    client(home).conversations_invite(channel=secret.room, users=home.slack.person("cleo").id)
    before = home.events()
    home.slack.person("cleo").invite(secret.room, "ben")
    assert wait_until(lambda: "grant in the channel of" in caplog.text, SOON)
    assert home.events() == before
    assert "Quite" not in caplog.text
    assert home.slack.person("ben").id not in caplog.text


def test_who_holds_a_role_stays_able_to_see_it_and_the_log_says_only_why(
    secret: Secret, caplog: pytest.LogCaptureFixture
) -> None:
    home = secret.home
    home.slack.person("ann").invite(secret.room, "ben")
    assert wait_until(lambda: secret.access() == {"ann", "ben"}, SOON)
    home.do(c.Declare, secret.key, commander=home.actor("ben"))
    home.slack.person("ben").leave(secret.room)
    assert wait_until(lambda: f"revoke in the channel of {secret.key} is refused" in caplog.text, SOON)
    assert secret.access() == {"ann", "ben"}
    assert "Quite" not in caplog.text
    assert home.slack.person("ben").id not in caplog.text


def test_the_last_who_may_see_it_cannot_lose_it(secret: Secret, caplog: pytest.LogCaptureFixture) -> None:
    secret.home.slack.person("ann").leave(secret.room)
    assert wait_until(lambda: f"revoke in the channel of {secret.key} is refused" in caplog.text, SOON)
    assert secret.access() == {"ann"}


def test_of_public_incidents_and_other_channels_nothing_is_recorded(home: House) -> None:
    key = home.opened("Everybody knows")
    public = room(home, key, private=False)
    hidden = client(home).conversations_create(name="elsewhere", is_private=True)["channel"]["id"]
    client(home).conversations_invite(channel=hidden, users=home.slack.person("ann").id)
    before = home.events()
    home.slack.person("ben").join(public)
    home.slack.person("ann").invite(hidden, "ben")
    home.slack.person("ben").leave(public)
    home.slack.person("ben").leave(hidden)
    assert settled(home)
    assert home.events() == before


def test_a_public_incident_with_a_private_channel_keeps_no_list_of_who_may_see_it(home: House) -> None:
    key = home.opened("Everybody knows")
    home.do(c.Grant, key, who=home.actor("ben"))
    hidden = room(home, key, private=True)
    before = home.events()
    for name in ("ben", "cleo"):
        home.slack.person("ann").invite(hidden, name)
        home.slack.person(name).leave(hidden)
    assert settled(home)
    assert home.events() == before


def test_a_closed_incident_lets_nobody_in(home: House, caplog: pytest.LogCaptureFixture) -> None:
    key = home.opened("Quite secret", private=True)
    hidden = room(home, key, private=True)
    home.do(c.Close, key, outcome=Outcome.FALSE_ALARM)
    home.slack.person("ann").invite(hidden, "ben")
    assert settled(home)
    assert f"grant in the channel of {key} is refused: closed" in caplog.text
    assert not home.incident(key).seen_by(home.actor("ben"))


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"team": "T0OTHER"}, id="of somebody from another workspace"),
        pytest.param({"team_id": "T0OTHER"}, id="in another workspace"),
        pytest.param({"is_ext_shared_channel": True}, id="in a channel shared with others"),
        pytest.param({"user": "USLACKBOT"}, id="of Slackbot"),
        pytest.param({"user": {}}, id="of nobody"),
        pytest.param({"user": "BOT"}, id="of the bot itself"),
        pytest.param({"channel": "general"}, id="nowhere"),
    ],
)
def test_whom_it_lets_in_never(secret: Secret, more: dict[str, Any]) -> None:
    home, before = secret.home, secret.home.events()
    given = {"user": home.slack.bot_user} if more.get("user") == "BOT" else more
    body = _event(secret, f"Ev-{more}", **given)
    assert home.app.dispatch(request(body)).status == 200
    assert home.events() == before
    assert home.app.dispatch(request(_event(secret, f"Ev-good-{more}"))).status == 200
    assert secret.access() == {"ann", "ben"}


def _event(secret: Secret, event_id: str, **more: Any) -> dict[str, Any]:
    """Ann brings Ben in, as Slack tells it."""
    home = secret.home
    envelope: dict[str, Any] = {name: more.pop(name) for name in _OUTSIDE if name in more}
    inner = {
        "type": "member_joined_channel",
        "user": home.slack.person("ben").id,
        "inviter": home.slack.person("ann").id,
        "channel": secret.room,
        "channel_type": "G",
        "team": home.slack.workspace.id,
    }
    body = {"type": "event_callback", "event_id": event_id, "team_id": home.slack.workspace.id}
    return {**body, **envelope, "event": {**inner, **more}}


def test_the_same_event_again_changes_nothing(secret: Secret) -> None:
    home = secret.home
    body = _event(secret, "Ev-twice")
    assert home.app.dispatch(request(body)).status == 200
    home.do(c.Revoke, secret.key, who=home.actor("ben"))
    assert home.app.dispatch(request(body)).status == 200
    assert secret.access() == {"ann"}


def test_where_private_channels_are_off_nothing_is_recorded(sandbox: Sandbox) -> None:
    with house(sandbox, features=Features()) as home:
        key = home.opened("Quite secret", private=True)
        secret = Secret(home, key, room(home, key, private=True))
        assert home.app.dispatch(request(_event(secret, "Ev-off"))).status == 200
        assert secret.access() == {"ann"}
