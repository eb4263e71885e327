"""People: they type, press and fill in what the plan says, and remember what they were told."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from adapters.sandbox.control.person import PersonClient
from adapters.sandbox.person.seen import CannotDo, Interaction, SeenMessage
from adapters.slack.bot.payload import command_key
from tests.chaos.plan import Deed
from tests.chaos.world import World
from tests.cli.running import Program, Ran
from tests.servers.watchdog import wait_until
from tests.slack.stories.reading import read

YES, NO, UNKNOWN = "yes", "no", "unknown"
SHORTCUT, TITLE = "start_incident", "title"
FORM_WAIT = 2.5
"""Seconds that somebody waits for a form, and for a question."""
_NO = (
    "Not done: nothing was changed.", "Nothing was recorded", "That was a lot", "There is no", "Say ",
    "This bot ", "is not known here",
)  # fmt: skip
_REFUSED = {2, 3, 4, 5}
_UNAVAILABLE = 6


@dataclass(frozen=True)
class Asked:
    """Something that somebody asked for; `key` is its command key where that is known.

    `told` is what they were told, and `answer` whether that is a yes, a no, or neither.
    """

    deed: Deed
    key: str | None
    answer: str = UNKNOWN
    told: str = ""
    sent: Interaction | None = None


class Terminal(Program):
    """The command line in this process, however it ends."""

    def ran(self, words: tuple[str, ...]) -> Ran:
        """Run it."""
        return self._run(words, {})


@dataclass
class Crowd:
    """Everybody, and all that they asked for."""

    world: World
    asked: list[Asked] = field(default_factory=list)
    twice: set[str] = field(default_factory=set)
    """The command keys of what Slack delivered a second time."""

    def does(self, deed: Deed) -> None:
        """One deed of the plan; what Slack would not let them do is not done."""
        try:
            self._deeds[deed.what](deed)
        except CannotDo as reason:
            self.world.journal.note(f"   #{deed.number} could not be done: {reason}")

    def hears(self) -> None:
        """Read the answers to what was typed."""
        self.asked = [self._heard(each) for each in self.asked]

    def asks_again(self) -> int:
        """Everybody types again, with its key, what they had no answer to; how many that were."""
        unsure = [each for each in self.asked if each.answer is UNKNOWN and each.deed.what == "type"]
        again = {each.key: replace(each, sent=self._typed_again(each)) for each in unsure}
        self.asked = [self._heard(again.get(each.key, each)) for each in self.asked]
        return len(again)

    @property
    def _deeds(self) -> dict[str, Callable[[Deed], None]]:
        return {
            "type": self._types,
            "cli": self._runs,
            "form": self._fills_in,
            "press": self._presses,
            "choose": self._presses,
            "close": self._closes,
            "again": self._again,
        }

    @property
    def _general(self) -> str:
        return str(self.world.slack.told["general"])

    def _typed_again(self, asked: Asked) -> Interaction:
        text = f"{asked.deed.words[0]} --key {asked.key}"
        return self._person(asked.deed.who).command("/incident", text, self._general, wait=False)

    def _person(self, name: str) -> PersonClient:
        return self.world.slack.team.person(name)

    def _types(self, deed: Deed) -> None:
        sent = self._person(deed.who).command("/incident", deed.words[0], self._general, wait=False)
        self.asked.append(Asked(deed, _key(sent), sent=sent))

    def _runs(self, deed: Deed) -> None:
        key = f"chaos-{deed.token}"
        program = self.world.program
        ran = Terminal(program.url, program.settings, program.folder).ran((*deed.words, "--key", key))
        refused = ran.code in _REFUSED or (ran.code == _UNAVAILABLE and "It is not known" not in ran.err)
        answer = YES if ran.code == 0 else NO if refused else UNKNOWN
        self.asked.append(Asked(deed, key, answer, f"exit code {ran.code}: {ran.out}{ran.err}"))

    def _fills_in(self, deed: Deed) -> None:
        person = self._person(deed.who)
        before = {each.id for each in person.modals}
        person.shortcut(SHORTCUT, wait=False)

        def new() -> list[Any]:
            return [each for each in person.modals if each.id not in before and each.raw.get("submit")]

        if not wait_until(lambda: bool(new()), FORM_WAIT, every=0.05):
            raise CannotDo("no form opened")
        sent = person.submit(new()[-1], {TITLE: deed.words[0]}, wait=False)
        self.asked.append(Asked(deed, None, sent=sent))

    def _presses(self, deed: Deed) -> None:
        """In the panel, as it is now; by somebody who sees it."""
        key, element, *choice = deed.words
        person = self._person(deed.who)
        panel = self._panel(person, key)
        if deed.what == "press":
            sent = person.press(panel, element, block=_block_of(panel, element), wait=False)
        else:
            sent = person.choose(panel, element, choice[0], wait=False)
        assert sent is not None
        lasting = element.startswith("move:")
        self.asked.append(Asked(deed, None if lasting else _key(sent), sent=sent))

    def _closes(self, deed: Deed) -> None:
        """Type it, and press the button of the question."""
        person = self._person(deed.who)
        before = {each.ts for each in person.sees(self._general)}
        person.command("/incident", f"close {deed.words[0]}", self._general, wait=False)

        def question() -> SeenMessage | None:
            new = (each for each in person.sees(self._general) if each.ts not in before)
            return next((each for each in new if _block_of(each, "move:close!") is not None), None)

        wait_until(lambda: question() is not None, FORM_WAIT, every=0.05)
        found = question()
        if found is None:
            raise CannotDo("there was no question")
        sent = person.press(found, "move:close!", wait=False)
        assert sent is not None
        self.asked.append(Asked(deed, None, sent=sent))

    def _again(self, deed: Deed) -> None:
        """Slack delivers one of the last commands that had words a second time."""
        typed = [each for each in self.asked if each.sent is not None and _worded(each.deed)]
        if typed:
            chosen = typed[-min(int(deed.words[0]), len(typed))]
            self.twice.add(str(chosen.key))
            assert chosen.sent is not None
            self.world.slack.team.deliver_again(chosen.sent.id)

    def _panel(self, person: PersonClient, key: str) -> SeenMessage:
        name = key.lower()
        for place in self.world.slack.team.channels():
            of_it = place.name == name or place.name.startswith(f"{name}-")
            if of_it and not place.archived and place.kind == "public_channel":
                if person.id not in place.members:
                    person.join(place.id)
                for each in person.sees(place.id):
                    if each.raw.get("pinned_to"):
                        return each
        raise CannotDo(f"{key} has no panel")

    def _heard(self, asked: Asked) -> Asked:
        if asked.sent is None or asked.answer is not UNKNOWN:
            return asked
        came = self._person(asked.deed.who).outcome(asked.sent)
        if not came.acked:
            return replace(asked, answer=UNKNOWN, told=came.failure or "no answer")
        told = read(came.answer) if isinstance(came.answer, dict) else ""
        return replace(asked, answer=_meant(asked, came, told), told=told)


def _meant(asked: Asked, came: Interaction, told: str) -> str:
    """What an answer means; of what was pressed they are told elsewhere."""
    if asked.deed.what != "type":
        return UNKNOWN
    if "It is not known whether" in told or "unexpected" in told or not told:
        return UNKNOWN
    if told.startswith(_NO) or re.search(r"^(Nothing|No incident|INC-\d+ is not|INC-\d+ was not)", told):
        return NO
    return YES


def _worded(deed: Deed) -> bool:
    """Whether it was typed, and has words that can be found again."""
    return deed.what == "type" and deed.token in deed.words[0]


def _key(sent: Interaction) -> str | None:
    return command_key(sent.trigger_id) if sent.trigger_id else None


def _block_of(message: SeenMessage, element: str) -> str | None:
    """The first block that has this element."""
    for block in message.blocks:
        if any(each.get("action_id") == element for each in block.get("elements", ())):
            return str(block["block_id"])
    return None
