"""No text can change what a message is made of: whatever is typed stays text, in every message and field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.api import Api
from adapters.slack.definitions import Definitions
from adapters.slack.drawing.message import content
from adapters.slack.drawing.topic import LONGEST
from adapters.slack.examples import HOSTILE, examples
from adapters.slack.mirror import SlackMirror
from adapters.slack.words import Message, shipped_words
from incident_core import commands as c
from incident_core import events as e
from incident_core.model import text as valid
from incident_core.model.actor import Actor
from incident_core.model.role import COMMANDER, TECHNICAL_LEAD
from incident_core.model.severity import Severity
from incident_core.model.stage import Stage
from incident_core.ports.timers import Listed
from incident_core.testing.simulation.stories import BEGINNING, Story, command
from incident_core.testing.values import hostile_text
from tests.slack.test_drawing import BEN, SETUP, checked, of, reminder

TAME = "tame"
WORDS = shipped_words()
NASTY = (
    HOSTILE,
    '"}]}, {"type": "divider"}, {"a": "',
    "{{ who }} {% raw %}{{ '' }}{% endraw %} {# #}",
    "<!channel> <@U012AB3CD> <#C1|x> <https://x.example|y> &lt;!here&gt;",
    "*bold* _it_ ~no~ `code` ```more``` > quote\n• dot\n1. one",
    "\x1b[31mred\x00\x07\x7f\u2028\u2029\u202eback\u2066",
    "שלום مرحبا \u200f",
    '[{"type":"rich_text_quote","elements":[]}]',
    "line one\nline two\r\n\r\n\tthree",
)
_HASH = re.compile(r"\|[0-9a-f]{12}$")
"""What stands in a block_id for the name of a holder."""
_KEPT = ("text", "fallback", "url", "user_id", "timestamp")


def texts() -> st.SearchStrategy[str]:
    """What somebody typed, begun with a letter, so that it is never nothing; short enough not to be cut."""
    return st.one_of(st.sampled_from(NASTY), hostile_text(60), st.text(max_size=30)).map("x{}".format)


def masked(shown: Any) -> Any:
    """The same JSON with what its texts say left out; texts beside each other are one."""
    if isinstance(shown, dict):
        return {name: "…" if name in _KEPT else masked(each) for name, each in shown.items()}
    if isinstance(shown, str):
        return _HASH.sub("|…", shown)
    if isinstance(shown, list):
        found: list[Any] = []
        for each in map(masked, shown):
            if not (found and each == found[-1] == {"type": "text", "text": "…"}):
                found.append(each)
        return found
    return shown


def typed(message: Message) -> list[str]:
    """The fields of a message in which people's own words stand."""
    return [name for name in sorted(message.given) if isinstance(examples(message.name, name)[0], str)]


def values(message: Message, text: str) -> dict[str, Any]:
    """What it is given, with this text in every field that takes one."""
    usual = {name: examples(message.name, name)[0] for name in message.given}
    return usual | dict.fromkeys(typed(message), text)


def drawn(message: Message, given_: Mapping[str, Any]) -> dict[str, Any]:
    return content(WORDS.rows(message.name, **given_))


@pytest.mark.parametrize("file", sorted({name.partition(".")[0] for name in WORDS.messages}))
def test_a_text_that_looks_like_anything_else_is_only_a_text(file: str) -> None:
    """Each nasty text in all fields at once, in every message of a file."""
    for name, message in WORDS.messages.items():
        if name.startswith(f"{file}.") and typed(message):
            tame = masked(drawn(message, values(message, TAME))["blocks"])
            for text in NASTY:
                assert masked(drawn(message, values(message, f"x{text}"))["blocks"]) == tame, name


_TYPED = sorted(name for name, message in WORDS.messages.items() if typed(message))


@settings(max_examples=300)
@given(data=st.data(), text=texts())
def test_no_text_in_any_field_changes_what_a_message_is_made_of(data: st.DataObject, text: str) -> None:
    message = WORDS.messages[data.draw(st.sampled_from(_TYPED))]
    field = data.draw(st.sampled_from(typed(message)))
    tame = drawn(message, values(message, TAME))
    shown = drawn(message, values(message, TAME) | {field: text})
    assert masked(shown["blocks"]) == masked(tame["blocks"])
    for sign in "<>":  # mrkdwn: nothing but what we say ourselves mentions, links or commands
        assert shown["text"].count(sign) == tame["text"].count(sign)


# What is drawn of whole incidents

NOBODY = Api("xoxb-1-2-x", "http://127.0.0.1:9/", 1)
"""To draw, nobody is asked."""


def mirror(text: str) -> SlackMirror:
    """With every setting that is shown, and this text where a deployment may write."""
    return SlackMirror(
        NOBODY,
        replace(
            SETUP,
            guide="https://guide.example",
            postmortems="https://postmortems.example",
            about=text,
            review_at=frozenset(Severity),
            definitions=Definitions({TECHNICAL_LEAD: text, COMMANDER: text}, dict.fromkeys(Severity, text)),
        ),
    )


def told(prose: str) -> Story:
    """One incident with this text in everything that people write of it."""
    line, link = " ".join(prose.split()), "https://x.example/?a=1"
    due = BEGINNING + timedelta(hours=1)
    somebody = Actor("cli", "".join(filter(str.isprintable, line))[:128].strip())
    return of(
        command(c.Open, title=line, severity=Severity.SEV2),
        command(c.AddEvidence, url=link, note=prose),
        command(c.Declare),
        command(c.SetSeverity, severity=Severity.SEV3, reason=prose),
        command(c.Assign, role=TECHNICAL_LEAD, holder=BEN),
        command(c.Assign, role=TECHNICAL_LEAD, holder=somebody),
        command(c.SendUpdate, text=prose, impact=prose, components=(line,), next_due=due),
        command(c.CorrectUpdate, update="u1", text=prose),
        command(c.AddTask, text=prose, owner=BEN),
        command(c.AddFollowUp, text=prose),
        command(c.CorrectTitle, title=f"{line}."),
        command(c.Retract, entry="e1", reason=prose),
        command(c.Resolve),
        command(c.Close, override=prose),
        command(c.Reopen, reason=prose),
    )


def messages(prose: str) -> Iterator[Mapping[str, Any]]:
    """Every message of that incident: what is shown in each stage, what is said, and the reminders."""
    slack, story = mirror(prose), told(prose)
    for chapter in (story.chapters[0], *story.chapters[-4:]):
        for each in slack.wanted(chapter.incident):
            if each.slot == "topic":
                assert 0 < len(str(each.content["topic"])) <= LONGEST
            if "blocks" in each.content:
                yield each.content
    end = story.chapters[-1]
    for entry in end.entries:
        yield from (item.content for item in slack.items(end.incident, entry))
    for timer in ("comms", "stale", "role:technical_lead", "followup:f1"):
        yield from (item.content for item in slack.reminders(end.incident, reminder(timer)))
    listed = Listed("INC-1", prose, Severity.SEV1, Stage.INCIDENT, BEGINNING)
    yield from (item.content for item in slack.reminders(None, reminder("stale", listed=(listed,))))


@cache
def tame() -> list[Any]:
    """The form of all messages when nobody writes anything odd."""
    return form(list(messages(TAME)))


def form(shown: Sequence[Mapping[str, Any]]) -> list[Any]:
    return [masked(each["blocks"]) for each in shown]


def _valid(text: str) -> str:
    """As it can be recorded."""
    return valid.prose("text", text)


@settings(max_examples=15)
@given(
    text=st.one_of(st.sampled_from(NASTY[:5] + NASTY[6:8]), hostile_text(60)).map("x{}".format).map(_valid)
)
def test_whatever_people_write_slack_takes_the_messages_and_their_form_is_the_same(text: str) -> None:
    shown = list(messages(text))
    for each in shown:
        checked(each)
    differing = [each for each, other in zip(form(shown), tame(), strict=True) if each != other]
    assert differing == []


@pytest.mark.parametrize("text", ["é" * 150, "&" * 199, "x " * 99 + "x", "<&>" * 1333])
def test_what_is_long_fits_too(text: str) -> None:
    prose = text if len(text) < 200 else text[:199]
    for each in messages(prose):
        checked(each)


def test_what_an_event_has_lost_is_said_to_be_removed() -> None:
    """A redacted text is absent from the event; the line is as long as before."""
    story = told(TAME)
    chapter = story.chapters[-1]
    slack = mirror(TAME)
    for entry in chapter.entries:
        if isinstance(
            entry.event, (e.TaskAdded, e.FollowUpAdded, e.UpdateSent, e.Reopened, e.EntryRetracted)
        ):
            nothing: dict[str, Any] = {"reason" if hasattr(entry.event, "reason") else "text": None}
            bare = replace(entry, event=replace(entry.event, **nothing))
            (first, *_) = slack.items(chapter.incident, bare)
            (whole, *_) = slack.items(chapter.incident, entry)
            assert "[redacted]" in checked(first.content)
            assert form([first.content]) == form([whole.content])
