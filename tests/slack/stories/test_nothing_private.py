"""Whatever happens in private incidents, nobody without access is shown a title, key, note or person of them.

Random histories, lived through in Slack; then everything is looked at by everybody who may not see it. With
INCIDENT_PAIRS=all many of them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from adapters.sandbox import Sandbox
from incident_core.errors import NotFound
from incident_core.model.actor import Actor
from tests.integrations.standin import StandIn, standing_in
from tests.slack.stories.looking_around import in_channels, in_slack, on_the_command_line
from tests.slack.stories.town import Town, founded, town

ALL = os.environ.get("INCIDENT_PAIRS") == "all"
INSIDERS, HOLDER, OUTSIDER = ("ann", "ben"), "dora", "cleo"
ELSEWHERE = "zoe"
"""Somebody who types on the command line only."""
_NUMBERS = count(1)
_STEPS = (
    "update {key} {word} is told", "evidence {key} https://example.com/{word} {word}",
    "task {key} add {word} is to be done", "severity {key} sev1 {word}", "severity {key} sev3 {word} less",
    "followup {key} add --owner @dora --due 2030-01-01 {word} afterwards",
    "followup {key} add --due 2020-01-01 {word} long ago", "assign {key} lead @dora",
    "declare {key}", "claim {key} comms", "handover {key} @dora", "status {key} identified",
    "status {key} monitoring",
    "resolve {key} --override {word}", "reopen {key} {word} again", "title {key} {word} retitled",
    "correct {key} u1 {word} is true", "retract {key} u1 {word} was wrong", "retract {key} e1 {word}",
    "access {key} grant @ben", "task {key} done t1", "timers {key} snooze stale 30m",
)  # fmt: skip
_LIFE = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(INSIDERS), st.sampled_from(_STEPS)), max_size=14
)
TURN = "private"


class World:
    """A town, and whoever receives its webhook; no dataclass, which hypothesis would print whole."""

    def __init__(self, home: Town, hook: StandIn) -> None:
        self.home, self.hook = home, hook


@dataclass
class Kept:
    """One incident: its key, the word that is in all its texts, and whether it is private by now."""

    key: str
    word: str
    private: bool
    opened_private: bool
    by: str


@pytest.fixture
def world(sandbox: Sandbox, sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    """One for a few histories: the bot takes no more than 600 questions a minute from anybody."""
    with standing_in() as hook:
        options = {
            "WEBHOOK_URL": hook.url,
            "WEBHOOK_SECRET": "a secret of these tests",
            "WEBHOOK_ALLOW_PRIVATE": "true",
            "INCIDENTS_DIGEST_CHANNEL": "incidents",
            "SLACK_COMMANDS_PER_MINUTE": "600",
        }
        slack = founded(sandbox, options, (*INSIDERS, HOLDER, OUTSIDER))
        with town(sandbox, sqlite_url, tmp_path, http=False, slack=slack, **options) as home:
            for name in (*INSIDERS, HOLDER, OUTSIDER):
                home.say("help", name)  # the bot has met them
                slack.person(name).join("incidents")
            yield World(home, hook)


@pytest.mark.parametrize("batch", range(10 if ALL else 1))
@settings(
    max_examples=4 if ALL else 3,
    phases=[Phase.generate],  # a history that was found is lived through once: each takes seconds
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=not ALL,
)
@given(_LIFE, st.integers(0, 14), st.booleans())
def test_nobody_without_access_is_shown_a_title_key_note_or_person_of_what_is_private(
    world: World, batch: int, life: Sequence[tuple[int, str, str]], turn: int, drill: bool
) -> None:
    home = world.home
    opened = [_opened(home, private=True, drill=drill), _opened(home), _opened(home)]
    for place, (which, who, line) in enumerate(life):
        if place == turn:
            _hide(home, opened[1])
        _do(home, opened[which], who, line)
    _hide(home, opened[1])
    home.quiet()
    _looked(world, opened)


def _opened(home: Town, *, private: bool = False, drill: bool = False) -> Kept:
    word = f"zq{next(_NUMBERS)}word"
    flags = f"{'--private' if private else ''} {'--drill' if drill else ''}".strip()
    title = word if private else f"Harmless {next(_NUMBERS)}"
    key = home.say(f"open {flags} {title}", "ann").partition(" ")[0]
    return Kept(key, word, private, private, "ann")


def _hide(home: Town, kept: Kept) -> None:
    """Make it private; what is typed about it from now on has the word."""
    if not kept.private:
        assert "is private now" in home.say(f"private {kept.key}", "ann")
        kept.private = True


def _do(home: Town, kept: Kept, who: str, line: str) -> None:
    """What is not private has no word in it, and nothing to do with who is only in what is private."""
    if kept.private or "@dora" not in line:
        home.say(line.format(key=kept.key, word=kept.word if kept.private else "harmless"), who)


def _looked(world: World, opened: Sequence[Kept]) -> None:
    home = world.home
    seen = {each.key: home.incident(each.key, "ann") for each in opened}
    viewers = (OUTSIDER, *INSIDERS[1:], HOLDER)
    keys, words = [each.key for each in opened], [each.word for each in opened]
    for name in viewers:
        hidden = [each for each in opened if each.private and not seen[each.key].seen_by(home.actor(name))]
        told = dict(in_slack(home, name, keys, words, [each.key for each in hidden]))
        _nothing_of(hidden, told, name)
        _nothing_of_the_words(hidden, dict(in_channels(home, name)), name)
        assert all(each.key in told["/incident list all"] for each in opened if each not in hidden)
    hidden = [each for each in opened if each.private]
    _nothing_of(hidden, dict(on_the_command_line(home, ELSEWHERE, keys, words)), ELSEWHERE)
    _nobody_of(home, home.slack.person(HOLDER).id, dict(in_channels(home, OUTSIDER)))
    _nothing_of_the_words(hidden, {"webhook": _sent(world.hook)}, "the webhook")
    assert not [each for each in opened if each.opened_private and f'"{each.key}"' in _sent(world.hook)]
    digest = "\n".join(home.digest())
    assert not [each.key for each in hidden if re.search(rf"\b{each.key}\b", digest)], digest


def _nothing_of(hidden: Sequence[Kept], told: dict[str, str], viewer: str) -> None:
    """Neither key nor word; that there is no such incident is said of any key."""
    for way, text in told.items():
        for each in hidden:
            left = text.replace(str(NotFound(each.key)), "")
            found = re.search(rf"\b{each.key}\b", left)
            assert found is None, f"{viewer} is told of {each.key} by {way}: {text}"
    _nothing_of_the_words(hidden, told, viewer)


def _nothing_of_the_words(hidden: Sequence[Kept], told: dict[str, str], viewer: str) -> None:
    """But for what they have typed themselves."""
    for way, text in told.items():
        for each in hidden:
            assert each.word in way or each.word not in text, f"{viewer} is told {each.word} by {way}: {text}"


def _nobody_of(home: Town, person: str, told: dict[str, str]) -> None:
    """Somebody who is only in what is private is named nowhere, but where Slack says that they joined."""
    for way, text in told.items():
        lines = [line for line in text.split('{"type": "message"') if '"subtype"' not in line]
        assert person not in "".join(line for line in lines if home.slack.bot_user in line), way


def _sent(hook: StandIn) -> str:
    return "\n".join(each.body.decode() for each in hook.received)


def test_a_viewer_with_access_is_shown_all_of_it(world: World) -> None:
    """What the property looks for is there to be found."""
    kept = _opened(world.home, private=True)
    told = dict(in_slack(world.home, "ann", [kept.key], [kept.word]))
    for way in ("/incident list", f"/incident status {kept.key}", f"/incident search {kept.word}", "home"):
        assert kept.key in told[way], way
        assert kept.word in told[way], way
    assert kept.key in told[f"typing {kept.word!r}"]
    assert Actor("slack", world.home.slack.person("ann").id) in world.home.incident(kept.key).access
