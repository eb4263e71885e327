"""The long workflow: everything that can happen to one incident, as a transcript that can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.slack.stories.town import Town, wait_for

KEY = "INC-1"
TITLE = "API response times degrading"
ROOM = "inc-1-api-response-times-degrading"
_NEXT = (
    ("ann", "incident"),
    ("ann", "severity sev1 checkout is down"),
    ("ben", "claim lead"),
    ("ann", "assign comms @cleo"),
    ("ann", "status identified"),
    ("cleo", "update A deployment of 14:30 is rolled back"),
    ("ann", "task add --owner @ben Fail over to the second region"),
    ("ben", "task done t1"),
    ("ann", "followup add --due 2099-01-15 Alert on the length of the queue"),
    ("ann", "close"),
    ("ann", "transfer @ben"),
    ("ben", "status monitoring"),
    ("ben", "resolve"),
)


def played(home: Town) -> Iterator[str]:
    """Play it; what everybody is told, and what the channel looks like after each step."""
    yield f"ann opens it: {home.opened(TITLE)}"
    yield from _looks(home)
    yield from _collected(home)
    for name in ("ben", "cleo"):
        home.slack.person(name).join(ROOM)
    for who, text in _NEXT:
        yield from _typed(home, who, text, ROOM)
    yield from _reopened_by_form(home)
    yield from _typed(home, "ben", "resolve", ROOM)
    yield from _closed(home)
    yield from _typed(home, "cleo", f"reopen {KEY} customers still complain", home.general)
    yield from _typed(home, "cleo", "resolve", ROOM)
    yield from _closed(home)


def _collected(home: Town) -> Iterator[str]:
    """From a channel in which the bot is not."""
    ann = home.slack.person("ann")
    alerts = ann.create_channel("alerts", private=True)
    for text in ("The monitoring alert", "A customer complains", "Relevant error logs"):
        yield f"ann collects: {home.collect(ann.post(alerts, text))}"
    home.quiet()
    yield from _looks(home)


def _typed(home: Town, who: str, text: str, channel: str) -> Iterator[str]:
    yield f"{who}: {text}"
    yield from (f"  {line}" for line in home.say(text, who, channel).splitlines())
    home.quiet()
    yield from _looks(home)


def _reopened_by_form(home: Town) -> Iterator[str]:
    ann, before = home.slack.person("ann"), home.events()
    ann.press(home.panel(KEY), "Reopen")
    form = home.form()
    yield f"ann fills in: {form.title}"
    ann.submit(form, {"reason": "errors are back"})
    wait_for(lambda: home.events() > before)
    shown = ann.modal
    assert shown is not None
    yield f"  {home.shown(shown)}"
    ann.close(shown)
    home.quiet()
    yield from _looks(home)


def _closed(home: Town) -> Iterator[str]:
    yield "ben: close"
    home.say("close", "ben", ROOM)
    message = home.alone("ben", ROOM)[-1]
    yield from (f"  {line}" for line in home.shown(message).splitlines())
    yield f"ben presses: {home.pressed(message, f'Close {KEY}', 'ben')}"
    home.quiet()
    yield from _looks(home)


def _looks(home: Town) -> Iterator[str]:
    room = home.room(KEY)
    yield f"  = {room.topic}{' (archived)' if room.archived else ''}"


def left(home: Town) -> Iterator[str]:
    """What stands in Slack and in the record in the end."""
    yield "# The channel, and who is in it"
    yield ", ".join(sorted(home.members(KEY)))
    yield "# Its panel"
    yield from home.shown(home.panel(KEY)).splitlines()
    yield "# What was said there"
    yield from (line for said in home.lines(KEY) for line in said.splitlines())
    yield "# The digest"
    yield from (line for said in home.digest() for line in said.splitlines())
    yield "# The timeline in Slack"
    yield from _timeline(home)


def _timeline(home: Town) -> list[str]:
    """All pages, the last of which is shown first."""
    home.say(f"timeline {KEY}")
    message = home.alone("ann", home.general)[-1]
    shown = home.shown(message).splitlines()
    found = _entries(shown)
    while "[Older]" in shown[-1]:
        shown = home.pressed(message, "Older").splitlines()
        message = next(each for each in home.alone("ann", home.general) if each.ts == message.ts)
        found = _entries(shown) + found
    return found


def _entries(shown: list[str]) -> list[str]:
    found = (re.fullmatch(r"\d+\. DATE (.*)", line) for line in shown)
    return [line[1] for line in found if line is not None]
