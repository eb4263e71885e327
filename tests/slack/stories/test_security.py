"""Security and privacy, as Case's readme has them: no message is read, little is asked for."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from adapters.sandbox import Sandbox
from adapters.settings import Settings
from adapters.slack.manifest import CHANGES, manifest
from incident_core.model.stage import Stage
from tests.servers.databases import connect
from tests.slack.bot.house import speaks_of
from tests.slack.stories.conftest import Founding
from tests.slack.stories.town import Town, founded, town

SECRET = "hunter2 is the password of the vault"
STRANGER = "This bot answers only people of its own workspace; nothing was done."
_TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"


def scopes(**options: str) -> set[str]:
    """What the app asks for with these settings."""
    settings = Settings.read({"DATABASE_URL": "sqlite:///x.db", **options}, Path("/nowhere"))
    return set(manifest(settings)["oauth_config"]["scopes"]["bot"])


def test_it_cannot_read_your_messages() -> None:
    made = manifest(Settings("sqlite://"))
    asked = scopes()
    assert not [each for each in asked if "history" in each or each in ("search:read", "files:read")]
    events = made["settings"]["event_subscriptions"]["bot_events"]
    assert not [each for each in events if each.startswith("message")]
    of_channels = {f"{kind}_{what}" for kind in ("channel", "group") for what in CHANGES}
    of_people = {"app_home_opened", "app_mention", "member_joined_channel", "member_left_channel"}
    assert set(events) == of_people | of_channels
    assert "user" not in made["oauth_config"]["scopes"]
    assert scopes(SLACK_READ_HISTORY="true") - asked == {"channels:history", "groups:history"}


def test_minimal_permissions_no_user_data_and_no_file_access() -> None:
    assert scopes(SLACK_PRIVATE_CHANNELS="false", SLACK_MENTIONS="false") == {
        "commands", "chat:write", "channels:manage", "channels:read", "channels:join", "pins:write",
    }  # fmt: skip
    private = {"groups:write", "groups:read"}
    assert scopes() - scopes(SLACK_PRIVATE_CHANNELS="false") == private
    assert scopes() - scopes(SLACK_MENTIONS="false") == {"app_mentions:read"}


def test_slack_itself_refuses_the_bot_what_was_not_asked_for(home: Town) -> None:
    client = WebClient(home.slack.bot_token, base_url=home.slack.api_url, retry_handlers=[])
    with pytest.raises(SlackApiError, match="missing_scope"):
        client.conversations_history(channel=home.slack.general)


def everything(url: str) -> bytes:
    """All bytes of a SQLite file and what lies beside it; of PostgreSQL every field of every table."""
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        return b"".join(each.read_bytes() for each in sorted(path.parent.glob(f"{path.name}*")))
    with closing(connect(url)) as line, line.cursor() as cursor:
        cursor.execute(_TABLES)
        found = []
        for (name,) in cursor.fetchall():
            cursor.execute(f'SELECT * FROM "{name}"')
            found += [field for row in cursor.fetchall() for field in row]
    return b"\n".join(bytes(each) if isinstance(each, memoryview) else str(each).encode() for each in found)


def test_it_only_stores_links_to_messages_and_not_their_content(
    sandbox: Sandbox, database_url: str, tmp_path: Path
) -> None:
    with town(sandbox, database_url, tmp_path, http=True) as home:
        ann = home.slack.person("ann")
        key = home.opened("Something leaks")
        message = ann.post(home.general, SECRET)
        assert home.collect(message) == f"{key}: evidence e1 added."
        home.opened("Another one")
        reply = ann.post(home.general, f"{SECRET}, said again", thread=message)
        ann.message_shortcut("Collect Evidence", reply)
        ann.submit(home.form(), {"incident": key})
        home.quiet()
        kept = [piece.url for piece in home.incident(key).evidence]
    stored = everything(database_url)
    assert b"hunter2" not in stored
    assert b"of the vault" not in stored
    assert b"Something leaks" in stored, "what is stored would be found"
    assert len(kept) == 2
    assert all(url is not None and url.encode() in stored for url in kept)


def test_evidence_from_a_channel_that_the_bot_is_not_in_needs_no_access_to_it(home: Town) -> None:
    key, _ = home.opened("Seen elsewhere"), home.opened("Another one")
    elsewhere = home.slack.person("cleo").create_channel("only-cleo", private=True)
    message = home.slack.person("cleo").post(elsewhere, SECRET)
    home.slack.team.clear_calls()
    home.slack.person("cleo").message_shortcut("Collect Evidence", message)
    home.slack.person("cleo").submit(home.form("cleo"), {"incident": key})
    home.quiet()
    assert len(home.incident(key).evidence) == 1
    assert not [call for call in home.slack.team.calls() if call.args.get("channel") == elsewhere]


def test_external_users_are_automatically_blocked(new_town: Founding) -> None:
    """Slack lets people of another workspace press buttons; its commands are for its own people."""
    with new_town() as home:
        other = home.slack.control.found("Elsewhere")
        key = home.opened("Not for strangers")
        place = home.room(key).id
        home.slack.team.share(place, other.id, "Elsewhere")
        home.slack.team.add_user("sid", home=other.id)
        home.slack.person("ann").invite(place, "sid")
        before, sid = home.events(), home.slack.person("sid")
        told = len(home.alone("sid", place))
        panel = next(each for each in sid.sees(place) if each.ts == home.panel(key).ts)
        sid.press(panel, "move:declare")
        assert home.told("sid", place, told) == STRANGER
        sid.message_shortcut("Collect Evidence", sid.post(place, "x"))
        assert home.told("sid", place, told + 1) == STRANGER
        assert home.events() == before
        assert home.incident(key).stage is Stage.INVESTIGATION


def test_a_private_incident_is_never_named_in_the_digest(home: Town) -> None:
    key = home.opened("Quiet matter", options="--private")
    home.say(f"declare {key}")
    home.quiet()
    assert home.room(key).kind == "private_channel"
    assert not [line for line in home.digest() if speaks_of(key, line) or "Quiet" in line]
    assert not speaks_of(key, home.say("list", by="ben"))
    assert key in home.say("list")


def test_tokens_and_secrets_are_told_nowhere(home: Town) -> None:
    key = home.opened("It has no secrets")
    shown = home.program("doctor").out + home.program(f"show {key} --json").out
    for secret in (home.slack.bot_token, home.slack.app_token, home.slack.signing_secret):
        assert secret not in shown
        assert secret.encode() not in everything(home.program.url)


def test_nobody_is_let_in_by_a_list_that_names_nobody_here(new_town: Founding, sandbox: Sandbox) -> None:
    slack = founded(sandbox)
    with new_town(slack=slack, ALLOWED_WORKSPACE_IDS="T0ELSEWHERE") as home:
        assert home.say("open Mine") == STRANGER
        assert home.events() == 0
