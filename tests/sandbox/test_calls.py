"""How any call is let in: tokens and their kinds, scopes, bodies, arguments; and what an answer carries."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_sdk import WebClient

from adapters.sandbox import Standing, add_user, app_token, contract, deactivate, people
from adapters.sandbox.api import FUNCTIONS
from adapters.sandbox.install import change_manifest, install, revoke, uninstall
from tests.sandbox.team import BOT_SCOPES, Team, code, manifest, refused


def send(
    team: Team,
    method: str,
    body: str | bytes,
    content_type: str | None,
    *,
    token: str | None = "",
    query: str = "",
) -> dict[str, Any]:
    """POST a body as it is; `token` "" is the bot's, None is none."""
    host = team.sandbox.url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=30)
    headers = {"Content-Type": content_type} if content_type else {}
    if token is not None:
        headers["Authorization"] = f"Bearer {token or team.installed.bot_token}"
    connection.request("POST", f"/api/{method}{query}", body, headers)
    answer: dict[str, Any] = json.loads(connection.getresponse().read())
    connection.close()
    return answer


def test_every_documented_method_is_served_and_no_other() -> None:
    assert FUNCTIONS.keys() == contract.methods().keys()


def test_a_method_that_slack_does_not_have_is_unknown(team: Team) -> None:
    assert refused(team.client, "conversations.explode") == {
        "ok": False,
        "error": "unknown_method",
        "req_method": "conversations.explode",
    }


def test_api_test_needs_no_token_and_gives_back_what_it_was_given(team: Team) -> None:
    nobody = team.speak(None)
    assert nobody.api_test()["ok"]
    assert refused(nobody, "api.test", error="my_error")["error"] == "my_error"


class TestTokens:
    """What a token has to be."""

    def test_without_one_nobody_is_authenticated(self, team: Team) -> None:
        assert code(team.speak(None), "auth.test") == "not_authed"

    def test_an_invented_one_is_invalid(self, team: Team) -> None:
        assert code(team.speak("xoxb-1-2-invented"), "auth.test") == "invalid_auth"

    @pytest.mark.parametrize("why", ["token_revoked", "token_expired"])
    def test_one_that_was_taken_back_says_how(self, team: Team, why: str) -> None:
        revoke(team.world, team.installed.bot_token, why)
        assert code(team.client, "auth.test") == why

    def test_one_of_an_app_that_was_uninstalled_is_inactive(self, team: Team) -> None:
        uninstall(team.world, team.workspace, team.app)
        assert code(team.client, "auth.test") == "account_inactive"

    def test_one_of_a_person_whose_account_was_closed_is_inactive(self, team: Team) -> None:
        installed = team.add_app(("users:read",), ("chat:write",))
        assert installed.user_token is not None
        deactivate(team.world, team.workspace, installed.installer)
        assert code(team.speak(installed.user_token), "auth.test") == "account_inactive"

    def test_it_may_stand_in_the_body_or_the_query_instead_of_the_header(self, team: Team) -> None:
        form = urlencode({"token": team.installed.bot_token})
        kind = "application/x-www-form-urlencoded"
        assert send(team, "auth.test", form, kind, token=None)["ok"]
        assert send(team, "auth.test", "", None, token=None, query=f"?{form}")["ok"]
        assert [call.args for call in team.workspace.calls("auth.test")] == [{}, {}]

    def test_sockets_are_opened_with_an_app_level_token_only(self, team: Team) -> None:
        assert code(team.client, "apps.connections.open") == "not_allowed_token_type"
        assert code(team.speak("xapp-1-A0-0-no"), "apps.connections.open") == "invalid_auth"
        token = app_token(team.world, team.app)
        opened = team.speak(token).apps_connections_open(app_token=token)
        assert opened["url"].startswith("ws://127.0.0.1:")

    def test_an_app_level_token_must_stand_in_the_header(self, team: Team) -> None:
        form = urlencode({"token": app_token(team.world, team.app)})
        kind = "application/x-www-form-urlencoded"
        assert send(team, "apps.connections.open", form, kind, token=None)["error"] == "not_authed"

    def test_an_app_level_token_opens_sockets_and_nothing_else(self, team: Team) -> None:
        client = team.speak(app_token(team.world, team.app))
        assert code(client, "conversations.list") == "not_allowed_token_type"
        assert client.auth_test()["app_id"] == team.app.id

    def test_an_app_level_token_needs_its_scope(self, team: Team) -> None:
        client = team.speak(app_token(team.world, team.app, ("authorizations:read",)))
        answer = refused(client, "apps.connections.open")
        assert (answer["error"], answer["needed"]) == ("missing_scope", "connections:write")

    def test_a_user_token_acts_as_its_person(self, team: Team) -> None:
        installed = team.add_app(("users:read",), ("chat:write", "channels:write"))
        client = team.speak(installed.user_token)
        assert client.auth_test()["user_id"] == installed.installer
        assert client.conversations_create(name="by-a-person")["channel"]["creator"] == installed.installer


class TestScopes:
    """A call needs a scope that the app was installed with."""

    @pytest.mark.parametrize("method", [name for name, known in contract.methods().items() if known.scopes])
    def test_without_any_of_the_documented_ones_it_is_missing(self, team: Team, method: str) -> None:
        installed = team.add_app(("commands", "incoming-webhook"))
        known = contract.methods()[method]
        args = dict.fromkeys(known.required, "1")
        answer = refused(team.speak(installed.bot_token), method, **args)
        assert answer["error"] == "missing_scope"
        assert answer["needed"].split(",") == list(known.scopes)
        assert answer["provided"] == "commands,incoming-webhook"

    def test_a_private_channel_needs_the_scope_for_private_ones(self, team: Team) -> None:
        public_only = team.speak(team.add_app(("channels:manage", "channels:read")).bot_token)
        answer = refused(public_only, "conversations.create", name="secret", is_private=True)
        assert (answer["error"], answer["needed"]) == ("missing_scope", "groups:write")
        answer = refused(public_only, "conversations.list", types="public_channel,private_channel")
        assert (answer["error"], answer["needed"]) == ("missing_scope", "groups:read")

    def test_a_bot_in_a_private_channel_needs_the_scope_for_it_too(self, team: Team) -> None:
        installed = team.add_app(("channels:history", "channels:read", "users:read"))
        client, secret = team.speak(installed.bot_token), team.channel("secret", is_private=True)
        people.invite(team.world, team.workspace, team.bot, secret, installed.bot_user_id)
        for method, needed in (("history", "groups:history"), ("info", "groups:read")):
            answer = refused(client, f"conversations.{method}", channel=secret)
            assert (answer["error"], answer["needed"]) == ("missing_scope", needed)

    def test_answers_tell_which_scopes_there_are_and_which_would_do(self, team: Team) -> None:
        headers = team.client.users_list().headers
        assert headers["x-oauth-scopes"] == ",".join(BOT_SCOPES)
        assert headers["x-accepted-oauth-scopes"] == "users:read"

    def test_installing_again_adds_scopes_and_takes_none_away(self, team: Team) -> None:
        small = team.add_app(("users:read",))
        client, app = team.speak(small.bot_token), team.world.apps[small.app_id]
        change_manifest(team.world, app, manifest(("users:read", "team:read")))
        assert code(client, "team.info") == "missing_scope"
        assert install(team.world, team.workspace, app) is small
        assert client.team_info()["team"]["id"] == team.workspace.id
        change_manifest(team.world, app, manifest(("team:read",)))
        install(team.world, team.workspace, app)
        assert client.users_list()["ok"]


class TestBodies:
    """Form, JSON and multipart bodies mean the same; others are refused."""

    FORM = "application/x-www-form-urlencoded"

    def test_form_json_and_multipart_say_the_same(self, team: Team) -> None:
        part = 'content-disposition: form-data; name="name"'
        multipart = f"--x\r\n{part}\r\n\r\nmultipart\r\n--x--\r\n"
        for name, body, kind in (
            ("form", "name=form", self.FORM),
            ("json", '{"name":"json"}', "application/json; charset=utf-8"),
            ("multipart", multipart, "multipart/form-data; boundary=x"),
        ):
            assert send(team, "conversations.create", body, kind)["channel"]["name"] == name

    @pytest.mark.parametrize(
        ("body", "kind", "error"),
        [
            ("name=x", None, "missing_post_type"),
            ("name=x", "text/plain", "invalid_post_type"),
            ("name=x", "application/json; charset=utf-16", "invalid_charset"),
            (b"name=%ff%fe\xff", FORM, "invalid_form_data"),
            ("no parts", "multipart/form-data", "invalid_form_data"),
            ("{", "application/json; charset=utf-8", "invalid_arguments"),
            ("[1]", "application/json; charset=utf-8", "invalid_arguments"),
        ],
    )
    def test_a_body_that_cannot_be_read_says_why(
        self, team: Team, body: str | bytes, kind: str | None, error: str
    ) -> None:
        assert send(team, "conversations.create", body, kind)["error"] == error
        assert "x" not in team.workspace.names

    def test_json_without_a_charset_and_a_form_with_one_are_warned_of(self, team: Team) -> None:
        answer = send(team, "auth.test", "{}", "application/json")
        assert answer["warning"] == "missing_charset"
        assert answer["response_metadata"]["warnings"] == ["missing_charset"]
        answer = send(team, "auth.test", "a=", f"{self.FORM}; charset=utf-8")
        assert answer["warning"] == "superfluous_charset"


class TestArguments:
    """Arguments are those that are documented, and of the documented kind."""

    @pytest.mark.parametrize("method", sorted(contract.methods().keys() - {"apps.connections.open"}))
    def test_one_that_is_not_documented_is_refused(self, team: Team, method: str) -> None:
        answer = refused(team.client, method, colour="red")
        assert answer["error"] == "invalid_arg_name"
        assert "colour" in answer["response_metadata"]["messages"][0]

    def test_the_workspace_may_be_named_in_every_call_as_bolt_does(self, team: Team) -> None:
        bolts = WebClient(team.installed.bot_token, base_url=team.sandbox.api_url, team_id=team.workspace.id)
        channel = bolts.conversations_create(name="named")["channel"]["id"]
        assert bolts.chat_postMessage(channel=channel, text="x")["ok"]

    @pytest.mark.parametrize(
        "method", sorted(name for name, known in contract.methods().items() if known.required)
    )
    def test_a_required_one_that_is_missing_is_named(self, team: Team, method: str) -> None:
        known = contract.methods()[method]
        answer = refused(team.client, method)
        assert answer["error"] in ("invalid_arguments", "missing_argument")
        named = "".join(answer["response_metadata"]["messages"])
        assert all(name in named for name in known.required)

    @pytest.mark.parametrize(
        ("method", "args", "error"),
        [
            ("conversations.create", {"name": "x", "is_private": "perhaps"}, "invalid_arguments"),
            ("conversations.create", {"name": {"a": 1}}, "invalid_array_arg"),
            ("conversations.invite", {"channel": "C1", "users": ["U1"]}, "invalid_array_arg"),
            ("emoji.list", {"include_categories": "some"}, "invalid_arguments"),
            ("conversations.list", {"limit": "many"}, "invalid_limit"),
            ("conversations.history", {"channel": "C1", "limit": "many"}, "invalid_arguments"),
            ("conversations.replies", {"channel": "C1", "ts": "1.0", "limit": 1001}, "invalid_arguments"),
            ("files.getUploadURLExternal", {"filename": "a", "length": 0}, "invalid_arguments"),
            ("bookmarks.add", {"title": "a" * 257, "type": "link"}, "invalid_arguments"),
            (
                "bookmarks.add",
                {"title": "a", "type": "link", "link": "http://" + "a" * 2050},
                "invalid_arguments",
            ),
            (
                "bookmarks.add",
                {"title": "a", "type": "link", "access_level": "own"},
                "invalid_arguments",
            ),
            ("chat.scheduleMessage", {"channel": "C1", "post_at": "soon"}, "invalid_arguments"),
        ],
    )
    def test_one_of_the_wrong_kind_is_refused(
        self, team: Team, method: str, args: dict[str, Any], error: str
    ) -> None:
        assert code(team.client, method, **args) == error

    def test_a_null_is_as_good_as_nothing(self, team: Team) -> None:
        assert send(team, "conversations.list", '{"cursor":null}', "application/json; charset=utf-8")["ok"]

    def test_guests_see_only_the_channels_they_are_in(self, team: Team) -> None:
        guest = add_user(team.world, team.workspace, "guest", standing=Standing.GUEST)
        app = team.add_app(("users:read",), ("channels:read",))
        token = team.world.tokens[app.user_token or ""]
        token.user_id = guest.id
        assert team.speak(token.secret).conversations_list()["channels"] == []
