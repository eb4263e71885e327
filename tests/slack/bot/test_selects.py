"""The selects of a panel, and the elements beside its roles: they act for whoever uses them."""

from __future__ import annotations

import pytest

from adapters.sandbox import Sandbox, new_slack
from adapters.sandbox.person.seen import SeenMessage
from adapters.slack.bot.press import of_block
from adapters.slack.drawing import controls
from adapters.slack.drawing.setup import Setup
from incident_core import commands as c
from incident_core.model.role import COMMANDER, TECHNICAL_LEAD
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.status import Status
from tests.slack.bot.house import House, drawn, house, manifest, named, posted, select, value, words

SEVERITIES = tuple(each.value for each in Severity)


@pytest.fixture
def key(home: House) -> str:
    """An incident that Ann leads, with a channel in which Ben is too."""
    key = home.opened(room=True, declare=True)
    home.slack.person("ben").join(home.room_of(key))
    return key


@pytest.fixture
def room(home: House, key: str) -> str:
    """Its channel."""
    return home.room_of(key)


def _status(home: House, key: str) -> SeenMessage:
    block = named(home, "status", key, str(home.incident(key).status))
    return drawn(home, home.room_of(key), select("set:status", *Status), block=block)


def _severity(home: House, key: str) -> SeenMessage:
    block = named(home, "severity", key, str(home.incident(key).severity))
    return drawn(home, home.room_of(key), select("set:severity", *SEVERITIES), block=block)


def _role(home: House, key: str, role: str) -> SeenMessage:
    carried = value(home, key, role=role)
    return drawn(
        home,
        home.room_of(key),
        {"action_id": "role:claim", "value": carried},
        {"type": "users_select", "action_id": "role:assign"},
        {"action_id": "role:release", "value": carried},
        block=named(home, "role", key, role, "nobody"),
    )


def test_a_status_is_set_by_choosing_it(home: House, key: str, room: str) -> None:
    message, ben = _status(home, key), home.slack.person("ben")
    told = home.told(lambda: ben.choose(message, "set:status", "identified"), by="ben", channel=room)
    assert told == f"{key} is identified now."
    assert home.incident(key).status is Status.IDENTIFIED
    again = home.told(lambda: home.ann.choose(message, "set:status", "identified"), channel=room)
    assert again == f"Unchanged: {key} is identified already."


def test_a_severity_is_raised_by_choosing_it(home: House, key: str, room: str) -> None:
    message = _severity(home, key)
    told = home.told(lambda: home.ann.choose(message, "set:severity", "sev1"), channel=room)
    assert told == f"{key} is sev1 now."


def test_lowering_where_the_rules_want_a_reason_asks_for_it(home: House, key: str, room: str) -> None:
    home.do(c.SetSeverity, key, severity=Severity.SEV1)
    message = _severity(home, key)
    form = home.form(lambda: home.ann.choose(message, "set:severity", "sev3"))
    assert "From sev1 to sev3" in words(form.raw)
    assert home.incident(key).severity is Severity.SEV1
    home.ann.submit(form, {"reason": "only <b> & few"})
    assert home.shown(form) == f"{key} is sev3 now."
    assert home.incident(key).severity is Severity.SEV3
    assert "from sev1 to sev3: only <b> & few" in home.say("timeline", channel=room)
    message = _severity(home, key)
    told = home.told(lambda: home.ann.choose(message, "set:severity", "sev4"), channel=room)
    assert told == f"{key} is sev4 now.", "no rule wants a reason for that"


def test_a_reason_of_blanks_is_refused_beside_it(home: House, key: str) -> None:
    home.do(c.SetSeverity, key, severity=Severity.SEV2)
    message = _severity(home, key)
    form = home.form(lambda: home.ann.choose(message, "set:severity", "sev3"))
    home.ann.submit(form, {"reason": "   "})
    assert home.beside(form) == {"reason": "Lowering needs a reason."}
    home.ann.submit(form, {"reason": "a better one"})
    assert "sev3" in home.shown(form)


def test_a_press_that_is_delivered_twice_is_answered_the_same_whatever_happened_since(
    home: House, key: str, room: str
) -> None:
    message = _severity(home, key)
    home.told(lambda: home.ann.choose(message, "set:severity", "sev3"), channel=room)
    sent, first = home.slack.team.deliveries()[-1], words(home.newest(channel=room).raw)
    home.do(c.SetSeverity, key, severity=Severity.SEV1)
    events = home.events()
    assert home.told(lambda: home.again(sent.id), channel=room) == first, "it asks for no reason now"
    home.do(c.Resolve, key)
    assert home.told(lambda: home.again(sent.id), channel=room) == first, "nor is it too old"
    assert home.events() == events + 1


def test_a_role_is_claimed_assigned_and_released(home: House, key: str, room: str) -> None:
    message, ben = _role(home, key, TECHNICAL_LEAD), home.slack.person("ben")
    told = home.told(lambda: ben.press(message, "role:claim"), by="ben", channel=room)
    assert told == f"{key}: <@{ben.id}> holds technical_lead now."
    cleo = home.actor("cleo")
    told = home.told(lambda: home.ann.choose(message, "role:assign", "cleo"), channel=room)
    assert told == f"{key}: <@{cleo.id}> holds technical_lead now."
    assert home.incident(key).roles[TECHNICAL_LEAD] == cleo
    told = home.told(lambda: home.ann.press(message, "role:release"), channel=room)
    assert told == f"{key}: nobody holds technical_lead now."
    assert TECHNICAL_LEAD not in home.incident(key).roles


def test_what_the_rules_refuse_is_refused_with_what_helps(home: House, key: str, room: str) -> None:
    message = _role(home, key, COMMANDER)
    told = home.told(lambda: home.ann.press(message, "role:release"), channel=room)
    assert f"{key} cannot be without a commander" in told
    assert f"→ /incident handover {key} WHO" in told


def test_the_bot_can_hold_no_role(home: House, key: str, room: str) -> None:
    message, events = _role(home, key, TECHNICAL_LEAD), home.events()
    bot = home.slack.bot_user
    told = home.told(lambda: home.ann.choose(message, "role:assign", bot), channel=room)
    assert told == "The bot can hold no role: choose a person. Nothing was changed."
    assert home.events() == events


def test_the_name_a_person_has_elsewhere_is_assigned(sandbox: Sandbox) -> None:
    slack = new_slack(sandbox, manifest(), people=("ann", "ben"))
    ben = slack.person("ben").id
    with house(sandbox, slack=slack, people=((f"slack:{ben}", "cli:ben"),)) as home:
        key = home.opened(room=True, declare=True)
        message = _role(home, key, TECHNICAL_LEAD)
        told = home.told(lambda: home.ann.choose(message, "role:assign", ben), channel=home.room_of(key))
        assert told == f"{key}: ben (cli) holds technical_lead now."


@pytest.mark.parametrize(
    "element", ["set:status", "set:severity", "role:claim", "role:assign", "role:release"]
)
def test_what_was_drawn_in_an_earlier_stage_changes_nothing_and_says_what_is_so(
    home: House, key: str, room: str, element: str
) -> None:
    drawing = {"set:status": _status, "set:severity": _severity}.get(element)
    message = _role(home, key, TECHNICAL_LEAD) if drawing is None else drawing(home, key)
    home.do(c.Resolve, key)
    home.do(c.Reopen, key, reason="it was not over")
    events = home.events()
    chosen = {"set:status": "monitoring", "set:severity": "sev1", "role:assign": "ben"}.get(element)

    def used() -> object:
        if chosen is None:
            return home.ann.press(message, element)
        return home.ann.choose(message, element, chosen)

    told = home.told(used, channel=room)
    assert told == (
        f"{key} has moved on since this button was shown; nothing was changed. "
        "It is now: sev4 · incident · investigating."
    )
    assert home.events() == events


def test_whoever_may_not_see_it_can_use_nothing(home: House) -> None:
    key = home.opened("for few", by="ann", private=True, declare=True)
    room = home.give_room(key, "ann", "ben")
    ben, events = home.slack.person("ben"), home.events()
    status, role = _status(home, key), _role(home, key, TECHNICAL_LEAD)
    for used in (
        lambda: ben.choose(status, "set:status", "monitoring"),
        lambda: ben.press(role, "role:claim"),
        lambda: ben.choose(role, "role:assign", "ben"),
    ):
        assert home.told(used, by="ben", channel=room) == f"There is no incident {key} that you can see."
    assert home.events() == events


@pytest.mark.parametrize(
    "block",
    [
        "",
        "status",
        "status|INC-1",
        "status|INC-9999999|1|x",
        "status|x|y|z",
        "status|INC-1|٣|x",
        "role|INC-1|1",
    ],
)
def test_the_name_of_a_block_is_read_without_trust(home: House, key: str, room: str, block: str) -> None:
    message = drawn(home, room, select("set:status", "monitoring"), block=block or None)
    events = home.events()
    assert home.told(lambda: home.ann.choose(message, "set:status", "monitoring"), channel=room)
    assert home.events() == events


def test_only_plain_digits_are_a_number() -> None:
    assert of_block("timer|INC-1|12|followup:f1|more") == {
        "key": "INC-1",
        "visit": 12,
        "timer": "followup:f1",
    }
    for odd in ("²", "-1", "1e3", "٣", "1" * 5_000):
        assert of_block(f"status|INC-1|{odd}|x")["visit"] == odd


def test_the_panel_as_it_is_drawn_can_be_used(home: House, key: str, room: str) -> None:
    setup, incident = Setup(home.slack.bot_user), home.incident(key)
    lead = next(each for each in controls.roles(setup, incident) if each.name == TECHNICAL_LEAD)
    blocks = [
        *controls.selects(setup, incident),
        controls.pressed(setup, incident, lead),
        *controls.moves(setup, incident),
    ]
    message = posted(home, room, *blocks)
    told = home.told(lambda: home.ann.choose(message, "set:status", "monitoring"), channel=room)
    assert told == f"{key} is monitoring now."
    assert "sev2 now" in home.told(lambda: home.ann.choose(message, "set:severity", "sev2"), channel=room)
    assert "holds technical_lead" in home.told(lambda: home.ann.press(message, "role:claim"), channel=room)
    home.told(lambda: home.ann.choose(message, "role:assign", "ben"), channel=room)
    assert home.incident(key).roles[TECHNICAL_LEAD] == home.actor("ben")
    form = home.form(lambda: home.ann.press(message, "move:resolve"))
    home.ann.submit(form)
    assert f"{key} resolved" in home.shown(form)
    assert home.incident(key).stage is Stage.RESOLVED
