"""Modals and home tabs: triggers, the stack, hashes, and what a view may be."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.sandbox import add_user, create_app, install
from tests.sandbox.team import Team, code, manifest, new_team, refused

View = dict[str, Any]


def plain(text: str) -> View:
    """A plain text object."""
    return {"type": "plain_text", "text": text}


def modal(**more: Any) -> View:
    """A small modal."""
    return {"type": "modal", "title": plain("Declare"), "blocks": [{"type": "divider"}], **more}


def home(**more: Any) -> View:
    """A small home tab."""
    return {"type": "home", "blocks": [{"type": "divider"}], **more}


def asking(**more: Any) -> View:
    """A modal with an input."""
    element = {"type": "plain_text_input", "action_id": "name"}
    block = {"type": "input", "block_id": "who", "label": plain("Who?"), "element": element}
    return modal(blocks=[block], submit=plain("Go"), **more)


@pytest.fixture
def ann(team: Team) -> str:
    """A person."""
    return add_user(team.world, team.workspace, "ann").id


def trigger(team: Team, user: str) -> str:
    """A trigger as an interaction of the user with the app would carry it."""
    return team.world.triggers.issue(team.workspace.id, user, team.app.id, team.world.now())


def opened(team: Team, user: str, view: View | None = None) -> View:
    """A modal that the user has before them."""
    answer = team.client.views_open(trigger_id=trigger(team, user), view=view or modal())
    return dict(answer["view"])


class TestTriggers:
    """A trigger opens one view, within three seconds."""

    @pytest.mark.parametrize("method", ["views.open", "views.push"])
    def test_it_is_good_once(self, team: Team, ann: str, method: str) -> None:
        opened(team, ann)
        given = trigger(team, ann)
        team.client.api_call(method, json={"trigger_id": given, "view": modal()})
        assert code(team.client, method, trigger_id=given, view=modal()) == "exchanged_trigger_id"

    @pytest.mark.parametrize("method", ["views.open", "views.push"])
    def test_it_is_good_for_three_seconds(self, team: Team, ann: str, method: str) -> None:
        opened(team, ann)
        with team.world.clock.stopped():
            early, late = trigger(team, ann), trigger(team, ann)
            team.world.clock.move(3)
            assert team.client.api_call(method, json={"trigger_id": early, "view": modal()})["ok"]
            team.world.clock.move(0.01)
            assert code(team.client, method, trigger_id=late, view=modal()) == "expired_trigger_id"

    @pytest.mark.parametrize("method", ["views.open", "views.push"])
    def test_an_invented_one_or_anothers_is_invalid(self, team: Team, ann: str, method: str) -> None:
        other = team.add_app(("chat:write",))
        given = trigger(team, ann)
        theirs = team.speak(other.bot_token)
        assert code(team.client, method, trigger_id="1.2.x", view=modal()) == "invalid_trigger_id"
        assert code(theirs, method, trigger_id=given, view=modal()) == "invalid_trigger_id"
        assert code(team.client, method, view=modal()) == "invalid_arguments"

    def test_a_view_that_is_refused_does_not_use_it_up(self, team: Team, ann: str) -> None:
        given = trigger(team, ann)
        assert code(team.client, "views.open", trigger_id=given, view=home()) == "invalid_arguments"
        assert team.client.views_open(trigger_id=given, view=modal())["ok"]


class TestStack:
    """Opening, pushing and updating."""

    def test_an_opened_view_is_complete(self, team: Team, ann: str) -> None:
        view = opened(team, ann, asking(callback_id="declare", private_metadata="m", external_id="e"))
        assert (view["callback_id"], view["private_metadata"], view["external_id"]) == ("declare", "m", "e")
        assert (view["root_view_id"], view["previous_view_id"]) == (view["id"], None)
        assert view["state"] == {"values": {}}
        assert view["title"] == {"type": "plain_text", "text": "Declare", "emoji": True}
        assert view["bot_id"] == team.installed.bot_id

    def test_three_views_are_the_most(self, team: Team, ann: str) -> None:
        first = opened(team, ann)
        second = team.client.views_push(trigger_id=trigger(team, ann), view=modal())["view"]
        assert (second["root_view_id"], second["previous_view_id"]) == (first["id"], first["id"])
        assert team.client.views_push(trigger_id=trigger(team, ann), view=modal())["ok"]
        args = {"trigger_id": trigger(team, ann), "view": modal()}
        assert code(team.client, "views.push", **args) == "push_limit_reached"

    def test_nothing_is_pushed_on_nothing(self, team: Team, ann: str) -> None:
        args = {"trigger_id": trigger(team, ann), "view": modal()}
        assert code(team.client, "views.push", **args) == "not_found"

    def test_a_new_view_takes_the_place_of_all(self, team: Team, ann: str) -> None:
        first = opened(team, ann)
        opened(team, ann)
        args = {"view_id": first["id"], "view": modal()}
        assert code(team.client, "views.update", **args) == "not_found"

    def test_an_update_is_found_by_either_id_and_has_a_new_hash(self, team: Team, ann: str) -> None:
        view = opened(team, ann, modal(external_id="mine"))
        again = team.client.views_update(view_id=view["id"], hash=view["hash"], view=modal(external_id="x"))
        assert again["view"]["hash"] != view["hash"]
        assert again["view"]["id"] == view["id"]
        assert team.client.views_update(external_id="x", view=modal())["view"]["external_id"] == ""

    def test_an_update_of_what_has_changed_meanwhile_conflicts(self, team: Team, ann: str) -> None:
        view = opened(team, ann)
        team.client.views_update(view_id=view["id"], view=modal())
        args = {"view_id": view["id"], "hash": view["hash"], "view": modal()}
        assert code(team.client, "views.update", **args) == "hash_conflict"

    def test_an_update_needs_an_id_that_is_the_apps_own(self, team: Team, ann: str) -> None:
        view = opened(team, ann)
        theirs = team.speak(team.add_app(("chat:write",)).bot_token)
        assert code(team.client, "views.update", view=modal()) == "invalid_arguments"
        assert code(team.client, "views.update", external_id="none", view=modal()) == "not_found"
        assert code(theirs, "views.update", view_id=view["id"], view=modal()) == "not_found"

    def test_what_was_typed_stays_where_its_block_stays(self, team: Team, ann: str) -> None:
        view = opened(team, ann, asking())
        typed = {"name": {"type": "plain_text_input", "value": "Ann"}}
        team.workspace.views[view["id"]].values = {"who": typed, "gone": typed}
        updated = team.client.views_update(view_id=view["id"], view=asking())["view"]
        assert updated["state"]["values"] == {"who": typed}

    @pytest.mark.parametrize("method", ["views.open", "views.push", "views.update", "views.publish"])
    def test_no_two_views_have_the_same_external_id(self, team: Team, ann: str, method: str) -> None:
        team.client.views_publish(user_id=ann, view=home(external_id="same"))
        bob = add_user(team.world, team.workspace, "bob").id
        view = opened(team, ann)
        args: dict[str, Any] = {
            "views.open": {"trigger_id": trigger(team, ann), "view": modal(external_id="same")},
            "views.push": {"trigger_id": trigger(team, ann), "view": modal(external_id="same")},
            "views.update": {"view_id": view["id"], "view": modal(external_id="same")},
            "views.publish": {"user_id": bob, "view": home(external_id="same")},
        }[method]
        assert code(team.client, method, **args) == "duplicate_external_id"

    def test_a_view_keeps_its_own_external_id(self, team: Team, ann: str) -> None:
        view = opened(team, ann, modal(external_id="mine"))
        assert team.client.views_update(view_id=view["id"], view=modal(external_id="mine"))["ok"]
        for _ in range(2):
            assert team.client.views_publish(user_id=ann, view=home(external_id="home"))["ok"]


class TestHome:
    """views.publish."""

    def test_an_alert_is_for_modals_only(self, team: Team, ann: str) -> None:
        alert = {"type": "alert", "text": plain("x")}
        assert opened(team, ann, modal(blocks=[alert]))
        args = {"user_id": ann, "view": home(blocks=[alert])}
        assert code(team.client, "views.publish", **args) == "invalid_arguments"

    def test_it_is_published_again_and_again_for_each_user(self, team: Team, ann: str) -> None:
        first = team.client.views_publish(user_id=ann, view=home())["view"]
        again = team.client.views_publish(user_id=ann, hash=first["hash"], view=home())["view"]
        assert again["id"] == first["id"]
        args = {"user_id": ann, "hash": first["hash"], "view": home()}
        assert code(team.client, "views.publish", **args) == "hash_conflict"

    def test_an_app_without_a_home_tab_has_none(self, team: Team, ann: str) -> None:
        without = manifest()
        without["features"]["app_home"]["home_tab_enabled"] = False
        made = install(team.world, team.workspace, create_app(team.world, without))
        client = team.speak(made.bot_token)
        assert code(client, "views.publish", user_id=ann, view=home()) == "not_enabled"

    def test_only_a_bot_publishes_and_only_for_who_is_there(self, team: Team, ann: str) -> None:
        app = team.add_app(("chat:write",), ("chat:write",))
        person = team.speak(app.user_token)
        assert code(person, "views.publish", user_id=ann, view=home()) == "not_allowed_token_type"
        assert code(team.client, "views.publish", user_id="U0", view=home()) == "invalid_arguments"


WITHOUT_SUBMIT = {name: value for name, value in asking().items() if name != "submit"}
DIVIDERS = [{"type": "divider"}] * 101


@pytest.mark.parametrize(
    ("view", "fault"),
    [
        (modal(title=plain("a" * 25)), "must be less than 25 characters [json-pointer:/view/title/text]"),
        (modal(submit=plain("a" * 25)), "must be less than 25 characters [json-pointer:/view/submit/text]"),
        (modal(close=plain("a" * 25)), "must be less than 25 characters [json-pointer:/view/close/text]"),
        (
            modal(private_metadata="a" * 3001),
            "must be less than 3001 characters [json-pointer:/view/private_metadata]",
        ),
        (modal(callback_id="a" * 256), "must be less than 256 characters [json-pointer:/view/callback_id]"),
        (modal(external_id="a" * 256), "must be less than 256 characters [json-pointer:/view/external_id]"),
        (modal(blocks=DIVIDERS), "no more than 100 items allowed [json-pointer:/view/blocks]"),
        (modal(blocks=[{"type": "no"}]), "unsupported type: no [json-pointer:/view/blocks/0/type]"),
        (modal(blocks=None), "must provide an array [json-pointer:/view/blocks]"),
        (modal(colour=1), "invalid additional property: colour [json-pointer:/view]"),
        ({"type": "modal", "blocks": []}, "missing required field: title [json-pointer:/view]"),
        ({**asking(), "submit": None}, "must provide an object [json-pointer:/view/submit]"),
        (WITHOUT_SUBMIT, "missing required field: submit [json-pointer:/view]"),
        (home(), "must be one of: modal [json-pointer:/view/type]"),
        ("{", "failed to parse JSON for view"),
        ("[]", "must provide an object [json-pointer:/view]"),
    ],
)
def test_a_view_of_another_shape_is_refused(team: Team, ann: str, view: Any, fault: str) -> None:
    answer = refused(team.client, "views.open", trigger_id=trigger(team, ann), view=view)
    assert answer["error"] == "invalid_arguments"
    assert f"[ERROR] {fault}" in answer["response_metadata"]["messages"]


@pytest.mark.parametrize("limits", [{"title": plain("a" * 24)}, {"private_metadata": "a" * 3000}])
def test_a_view_at_its_limits_is_opened(team: Team, ann: str, limits: View) -> None:
    assert opened(team, ann, modal(**limits))
    assert opened(team, ann, modal(blocks=[{"type": "divider"}] * 100))


@pytest.mark.parametrize("method", ["views.open", "views.push", "views.update", "views.publish"])
def test_a_view_has_250_kilobytes_at_most(team: Team, ann: str, method: str) -> None:
    current = opened(team, ann)
    section = {"type": "section", "text": plain("a" * 2990)}
    publish = method == "views.publish"
    huge = (home if publish else modal)(blocks=[section] * 84)
    args: dict[str, Any] = {
        "views.update": {"view_id": current["id"]},
        "views.publish": {"user_id": ann},
    }.get(method, {"trigger_id": trigger(team, ann)})
    assert code(team.client, method, view=huge, **args) == "view_too_large"
    fitting = (home if publish else modal)(blocks=[section] * 81)
    assert team.client.api_call(method, json={**args, "view": fitting})["ok"]


def test_a_view_of_one_workspace_is_not_found_in_another(team: Team, ann: str) -> None:
    view, other = opened(team, ann), new_team(team.sandbox)
    assert code(other.client, "views.update", view_id=view["id"], view=modal()) == "not_found"
