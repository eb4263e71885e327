"""Things that a person does in Slack without waiting, and whether they were told later what came of it."""

from __future__ import annotations

from adapters.sandbox.person.seen import Interaction, SeenMessage
from tests.slack.stories.reading import read
from tests.slack.stories.town import Town


class Act:
    """Something that somebody does, and whether they have been told what came of it."""

    def __init__(self, home: Town, who: str) -> None:
        self._home, self._person = home, home.slack.person(who)

    def __call__(self) -> Interaction:
        """Do it, and do not wait."""
        raise NotImplementedError

    def answered(self) -> bool:
        """Whether they have been told."""
        raise NotImplementedError


class Type(Act):
    """A command."""

    def __init__(self, home: Town, who: str, text: str) -> None:
        super().__init__(home, who)
        self._text = text
        self._sent: Interaction | None = None

    def __call__(self) -> Interaction:
        self._sent = self._person.command("/incident", self._text, self._home.general, wait=False)
        return self._sent

    def answered(self) -> bool:
        assert self._sent is not None
        return bool(read(self._person.outcome(self._sent).answer))


class Press(Act):
    """A button."""

    def __init__(self, home: Town, who: str, message: SeenMessage, button: str) -> None:
        super().__init__(home, who)
        self._message, self._button = message, button

    def __call__(self) -> Interaction:
        sent = self._person.press(self._message, self._button, wait=False)
        assert sent is not None
        return sent

    def answered(self) -> bool:
        seen = self._person.sees(self._home.general)
        return next(each for each in seen if each.ts == self._message.ts).blocks != self._message.blocks
