"""Every verb over a real socket: what it does to the record, and what its answer says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from adapters.slack.bot import said, story
from adapters.slack.bot.refusal import ELSEWHERE
from adapters.slack.bot.verbs.table import BY_WORD, VERBS
from adapters.slack.parts import plain
from adapters.slack.words import shipped_words
from incident_core import commands as c
from incident_core.events import EVENT_TYPES, EvidenceAdded
from incident_core.model.actor import Actor
from incident_core.model.move import RECORDED, Move
from incident_core.model.outcome import Outcome
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.model.status import Status
from incident_core.model.times import Due
from incident_core.testing.memory_clock import NOON
from tests.slack.bot.house import House

PAGE = Path(__file__).parents[3] / "docs" / "slack.md"


@pytest.fixture
def key(home: House) -> str:
    """An incident that Ann opened, with a channel."""
    return home.opened(room=True)


@pytest.fixture
def room(home: House, key: str) -> str:
    """Its channel."""
    return home.room_of(key)


def test_nothing_typed_shows_the_list(home: House, key: str) -> None:
    said = home.say("")
    assert "the newest first" in said
    assert f"{key} sev4 · investigation · API is slow" in said
    assert f"<#{home.room_of(key)}>" in said
    assert home.say("list") == said


@pytest.mark.parametrize("verb", ["declare", "incident", "escalate"])
def test_declare_and_its_aliases(home: House, key: str, room: str, verb: str) -> None:
    assert home.say(verb, channel=room) == f"{key} declared; <@{home.ann.id}> is the commander."
    assert home.incident(key).stage is Stage.INCIDENT
    assert home.say(verb, channel=room).startswith(f"Unchanged: {key} is an incident already")


@pytest.mark.parametrize(
    "form", ["declare {key} @ben", "declare {key} --commander @ben", "{key} declare <@{ben}>"]
)
def test_declare_may_name_a_commander(home: House, key: str, form: str) -> None:
    ben = home.actor("ben")
    home.say(form.format(key=key, ben=ben.id))
    assert home.incident(key).commander == ben


def test_the_key_is_needed_where_the_channel_is_of_no_incident(home: House) -> None:
    assert home.say("resolve") == (
        "Which incident? This channel is not one of an incident: add its key, as in /incident resolve INC-42."
    )


def test_a_channel_may_be_named_instead_of_the_key(home: House, key: str, room: str) -> None:
    assert home.say(f"show <#{room}|whatever>").startswith(key)


def test_a_channel_of_no_incident_is_part_of_the_text(home: House, key: str, room: str) -> None:
    home.say(f"update <#{home.general}|general> knows", channel=room)
    assert home.incident(key).updates[-1].text == "#general knows"


def test_severity_shows_sets_and_asks_for_a_reason(home: House, key: str, room: str) -> None:
    assert home.say("severity", channel=room).startswith(f"{key} is sev4 since ")
    assert home.say("severity SEV1 half of the users & more", channel=room) == f"{key} is sev1 now."
    assert "Lowering" in home.say("severity 3", channel=room)
    assert home.incident(key).severity is Severity.SEV1
    home.say('severity sev3 --reason "only a few"', channel=room)
    assert home.incident(key).severity is Severity.SEV3
    assert "lowered the severity from sev1 to sev3: only a few" in home.say("timeline", channel=room)


def test_status_shows_everything_or_sets(home: House, key: str, room: str) -> None:
    home.say("declare", channel=room)
    assert home.say("status Identified", channel=room) == f"{key} is identified now."
    assert home.incident(key).status is Status.IDENTIFIED
    shown = home.say("status", channel=room)
    assert shown == home.say("show", channel=room) == home.say(f"{key}")
    assert "sev4 · incident · identified" in shown
    assert "is not a status" in home.say("status done", channel=room)


def test_roles_are_claimed_assigned_released_and_handed_over(home: House, key: str, room: str) -> None:
    ann, ben = home.actor("ann"), home.actor("ben")
    home.say("claim", channel=room)
    home.say("assign technical lead @ben", channel=room)
    home.say(f"assign <@{ben.id}> comms", channel=room)
    assert dict(home.incident(key).roles) == {
        "incident_commander": ann,
        "technical_lead": ben,
        "communications_liaison": ben,
    }
    assert f"technical_lead: <@{ben.id}>" in home.say("assign", channel=room)
    home.say("release comms", channel=room)
    home.say("handover lead @ann", channel=room)
    home.say("transfer @ben", channel=room)
    assert dict(home.incident(key).roles) == {"incident_commander": ben, "technical_lead": ann}
    home.say("handover @ann --role commander", channel=room)
    assert home.incident(key).commander == ann


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("assign comms", "Say which role and who"),
        ("assign @ben", "Say which role and who"),
        ("assign comms @ben @cleo", "Name one person"),
        ("handover comms", "Say to whom"),
        ("handover @nobody_here", "Nobody that this bot has met is called @nobody_here"),
        ("handover WHO", "WHO stands for a person"),
        ("claim scribe", "There is no role scribe"),
        ("claim comms @ben", "A role is claimed for oneself"),
        ("resolve now", "now means nothing here"),
        ("severity high", "high is not a severity"),
        ("close well done", "well_done is not an outcome"),
        ("close duplicate", "names the other incident's key"),
        ("close duplicate INC-999999", "There is no incident INC-999999"),
        ("evidence nothing", "must be a link"),
        ("task frobnicate t1", "frobnicate is not something to do with a task"),
        ("task done", "Say which task"),
        ("task assign t1", "Say which task and who"),
        ("task add", "The text is empty"),
        ("followup add --due tomorrow x", "tomorrow is not a day"),
        ("update   ", "has none yet"),
        ("explain frobnicate", "frobnicate is not a move"),
        ("retract", "Say what, by its id"),
        ("access give @ben", "Say what and who"),
        ("stats yesterday", "yesterday is not a length of time"),
        ("list closed", "The list shows what is open, or everything"),
        ("search ...", "There is no word to search for"),
        ("export pdf", "The layouts are the usual one and case"),
        ("frobnicate", "frobnicate is not a verb of /incident"),
        ("resolvee", "Did you mean resolve?"),
        ("help frobnicate", "frobnicate is not a verb of /incident"),
    ],
)
def test_what_cannot_be_meant_is_said_and_changes_nothing(
    home: House, key: str, room: str, text: str, said: str
) -> None:
    before = home.events()
    assert said in home.say(text, channel=room)
    assert home.events() == before


def test_evidence_shows_and_adds(home: House, key: str, room: str) -> None:
    assert "has none yet" in home.say("evidence", channel=room)
    assert home.say("evidence https://x.y/?a=1&b=2 a | b", channel=room) == f"{key}: evidence e1 added."
    (piece,) = home.incident(key).evidence
    assert (piece.url, piece.note) == ("https://x.y/?a=1&b=2", "a | b")
    assert "e1" in home.say("evidence https://x.y/?a=1&b=2 a | b", channel=room)
    assert len(home.incident(key).evidence) == 1
    assert "https://x.y/?a=1&b=2" in home.say("evidence", channel=room)
    home.say("retract e1 wrong graph", channel=room)
    assert home.incident(key).evidence[0].retracted
    assert "has none yet" in home.say("evidence", channel=room)


def test_updates_are_sent_as_typed(home: House, key: str, room: str) -> None:
    text = "It works again.\n  We watch it: <b> & `c` \u2028 1 < 2"
    assert home.say(f"update {text}", channel=room) == f"{key}: update u1 sent."
    assert home.incident(key).updates[-1].text == text
    assert "It works again. We watch it" in home.say("update", channel=room)


def test_tasks_and_follow_ups(home: House, key: str, room: str) -> None:
    ann, ben = home.actor("ann"), home.actor("ben")
    home.say("task add --owner @ben Fail over", channel=room)
    home.say("task assign t1 @ann", channel=room)
    home.say(f"task {key} done T1", channel=room)
    home.say("followup add --due 2026-12-01 --owner @ben Alert on it", channel=room)
    incident = home.incident(key)
    assert (incident.tasks[0].text, incident.tasks[0].owner, incident.tasks[0].done_by) == (
        "Fail over",
        ann,
        ann,
    )
    assert (incident.follow_ups[0].owner, incident.follow_ups[0].due) == (ben, Due(date(2026, 12, 1)))
    assert f"☑ t1 Fail over (<@{ann.id}>)" in home.say("task", channel=room)
    assert f"☐ f1 Alert on it (<@{ben.id}>, due 2026-12-01 UTC)" in home.say("follow-up list", channel=room)
    home.say("followup done f1", channel=room)
    assert home.incident(key).follow_ups[0].done_by == ann


def test_title_is_shown_and_corrected(home: House, key: str, room: str) -> None:
    home.say("title Checkout is slow", channel=room)
    assert home.incident(key).title == "Checkout is slow"
    assert home.say("title", channel=room) == f"{key} is called: Checkout is slow"


def test_from_the_opening_to_the_close_and_back(home: House) -> None:
    key = home.say("open --sev2 Checkout is down").split()[0]
    room = home.give_room(key, "ann")
    home.say("declare", channel=room)
    home.clock.move(timedelta(minutes=35))
    assert "35m after it was declared" in home.say("resolve", channel=room)
    home.say("review done", channel=room)
    asked = home.say("close", channel=room)
    assert f"Close {key} as fixed? Its channel <#{room}> is archived and can only be read then." in asked
    assert "Its durations are final then." in asked
    assert home.incident(key).stage is Stage.RESOLVED, "nothing is closed before the button is pressed"
    assert home.turned(home.newest(channel=room), f"Close {key}").startswith(f"{key} closed: fixed.")
    assert home.incident(key).stage is Stage.CLOSED
    assert "needs a reason" in home.say(f"reopen {key}")
    assert home.say(f"reopen {key} errors are back").startswith(
        f"{key} reopened, and in stage incident again."
    )


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("close", Outcome.NO_ACTION),
        ("close false alarm", Outcome.FALSE_ALARM),
        ("close FALSE-ALARM", Outcome.FALSE_ALARM),
        ("close --outcome fixed", Outcome.FIXED),
        ("close duplicate {other}", Outcome.DUPLICATE),
        ("close duplicate of {other}", Outcome.DUPLICATE),
        ("close --duplicate-of {other}", Outcome.DUPLICATE),
    ],
)
def test_outcomes(home: House, key: str, room: str, text: str, outcome: Outcome) -> None:
    other = home.opened("the first one")
    home.say(text.format(other=other), channel=room)
    home.turned(home.newest(channel=room), f"Close {key}")
    closed = home.incident(key)
    assert (closed.outcome, closed.duplicate_of) == (outcome, other if outcome is Outcome.DUPLICATE else None)


def test_an_override_is_recorded_with_its_reason(home: House) -> None:
    key = home.opened("nobody leads", by="ann")
    home.do(c.Declare, key, commander=home.actor("ben"))
    said = home.say(f"resolve {key} --override we --really must")
    assert "the override was not needed" in said


def test_search_finds_by_words(home: House) -> None:
    key = home.opened("Zanzibar gateway drops connections")
    assert f"{key} sev4" in home.say("search zanzi* gateway")
    assert home.say("search zanzibar nothing") == "Nothing was found for: zanzibar nothing"


def test_stats_has_the_figures_of_a_week_or_another_window(home: House, key: str, room: str) -> None:
    home.say("declare", channel=room)
    home.clock.move(timedelta(hours=1))
    home.say("resolve", channel=room)
    said = home.say("stats")
    for each in (
        "Now: ",
        "In the last 7 days",
        "opened, ",
        "time spent: ",
        "average resolution time: incidents ",
    ):
        assert each in said
    assert "• time_to_resolve: n " in said
    assert ", p90 " in said
    assert "In the last 90 days" in home.say("stats 90d")
    assert "From the first incident on" in home.say("stats all")


def test_explain_names_what_can_be_done_and_why_not(home: House, key: str, room: str) -> None:
    said = home.say("explain", channel=room)
    assert f"• /incident declare {key}" in said
    assert "status investigating|identified|monitoring" in said
    why = home.say("explain status", channel=room)
    assert "status is possible only from incident" in why
    assert f"→ /incident declare {key}" in why
    assert "needs: reason" not in home.say("explain escalate", channel=room)


def test_help_names_every_verb_and_explains_each(home: House) -> None:
    said, shipped = home.say("help"), shipped_words()
    for verb in VERBS:
        assert f"{verb.name} {verb.about(shipped)}" in said
    for word, verb in BY_WORD.items():
        about = home.say(f"help {word}")
        assert f"/incident {verb.usage(shipped)}" in about
        assert f"For example: /incident {verb.example(shipped)}" in about


def test_the_commands_other_name_is_used_in_its_answers(home: House, key: str) -> None:
    assert "/case help" in home.say("frobnicate", command="/case")


def test_every_example_of_the_page_can_be_typed(home: House) -> None:
    for verb in VERBS:
        key = home.opened("for an example", room=True)
        example = verb.example(shipped_words())
        answer = home.say(example.replace("INC-42", key), channel=home.room_of(key))
        assert "is not a" not in answer, (example, answer)
        assert "means nothing" not in answer, (example, answer)


def test_the_page_lists_the_verbs_as_they_are() -> None:
    text = PAGE.read_text()
    begin = text.index("|---|---|---|\n") + len("|---|---|---|\n")
    rows = text[begin : text.index("\n\n", begin)].splitlines()
    wanted, words = [], shipped_words()
    for verb in VERBS:
        also = f" Also: {', '.join(f'`{alias}`' for alias in verb.aliases)}." if verb.aliases else ""
        usage = verb.usage(words).replace("|", "\\|")
        wanted.append(f"| `{usage}` | {verb.about(words)}{also} | `/incident {verb.example(words)}` |")
    assert rows == wanted


def test_every_move_has_a_verb_or_is_known_to_be_elsewhere() -> None:
    asked = {move.partition(" ")[0] for move in Move if move not in RECORDED}
    assert asked - BY_WORD.keys() == ELSEWHERE


def test_every_event_and_every_command_from_slack_has_words() -> None:
    kinds = {each for each in vars(c).values() if isinstance(each, type) and issubclass(each, c.Command)}
    given = {each for each in kinds if not each.__name__.startswith("_") and each is not c.Command}
    assert EVENT_TYPES.keys() == story.TYPES
    assert given - {c.Open, c.Look, c.CorrectMilestone} == said.COMMANDS


def test_what_was_redacted_is_marked_and_what_was_never_written_is_not() -> None:
    event = EvidenceAdded(actor=Actor("cli", "ann"), at=NOON, evidence="e1", url="https://x.y", note=None)
    assert "redacted" not in plain(story.said(shipped_words(), event))
    gone = replace(event, url=None)
    assert (
        plain(story.said(shipped_words(), gone, ("note", "url")))
        == "added evidence e1: [redacted] ([redacted])"
    )
