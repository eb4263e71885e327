"""Everything that a person can do in Slack that changes an incident, and what they are told of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from adapters.sandbox.person import Person
from adapters.sandbox.person.seen import SeenMessage, SeenView
from tests.gone.conftest import EMOJI
from tests.slack.stories.town import Town, wait_for

Tell = Callable[[], str]


@dataclass(frozen=True)
class Ways:
    """What was on the screen before the database went away: `key` is an incident with a channel."""

    home: Town
    key: str
    panel: SeenMessage
    form: SeenView
    posts: list[SeenMessage]

    def slash(self) -> str:
        """A slash command."""
        return self.home.say("open It burns")

    def button(self) -> str:
        """A button."""
        return self._told(self.panel.channel, lambda: self._ann.press(self.panel, "move:declare"))

    def form_sent(self) -> str:
        """A form."""
        return json.dumps(self._ann.submit(self.form, {"text": "We know why"}).answer)

    def shortcut(self) -> str:
        """A shortcut on a message."""
        return self.home.collect(self.posts[0])

    def mention(self) -> str:
        """A mention."""
        return self.home.mention("open It burns")

    def reaction(self) -> str:
        """A reaction."""
        return self._told(self.home.general, lambda: self._ann.react(self.posts[1], EMOJI))

    @property
    def all(self) -> tuple[Tell, ...]:
        """Each of them."""
        return (self.slash, self.button, self.form_sent, self.shortcut, self.mention, self.reaction)

    @property
    def _ann(self) -> Person:
        return self.home.slack.person("ann")

    def _told(self, channel: str, act: Callable[[], object]) -> str:
        before = len(self.home.alone("ann", channel))
        act()
        return self.home.told("ann", channel, before)


def ways(home: Town) -> Ways:
    """With everything on the screen while the database is there."""
    ann = home.slack.person("ann")
    if home.slack.bot_user not in home.place(home.general).members:
        ann.invite(home.general, home.slack.bot_user)
    key, burning = home.opened("Not declared"), home.opened("Burning")
    home.say(f"declare {burning}")
    home.quiet()
    before = {each.id for each in ann.modals}
    ann.press(home.panel(burning), "Send an update")
    wait_for(lambda: any(each.id not in before for each in ann.modals))
    posts = [ann.post(home.general, f"p99 is {number} s") for number in range(2)]
    return Ways(home, key, home.panel(key), ann.modals[-1], posts)
