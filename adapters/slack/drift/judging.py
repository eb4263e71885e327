"""What a channel should be like, compared with what Slack says of it; pure.

Nobody asks who did it: what the bot does itself ends in what should be there. While the engine is at work on
a channel, nothing can be said about it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from adapters.slack.calls.channels import IN_IT
from adapters.slack.drawing.wanted import channel_content
from adapters.slack.names import candidates
from incident_core.model.stage import Stage
from incident_core.ports.findings import What
from incident_core.ports.mirrors import Effect
from incident_core.ports.whereabouts import Home
from incident_core.usecases.settling.news import News
from incident_core.usecases.settling.plan import fingerprint

CHANNEL, ARCHIVE, SHUT = "channel", "archive", "shut"
PINNED = {"panel": ("panel", "pin"), "digest": ("digest",)}
"""Messages that have to be there, each with what is of no use without it."""
OF_CHANNEL = frozenset({What.RENAMED, What.ARCHIVED, What.UNARCHIVED, What.REMOVED})
_NONE: Mapping[What, str] = {}


@dataclass(frozen=True, slots=True)
class Seen:
    """A channel as Slack shows it; not `there`: the bot cannot see it, or, `deleted`, nobody can."""

    there: bool = False
    name: str = ""
    archived: bool = False
    member: bool = False
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of what was `looked` for this was `found`; `news` are for the engine; `join` the channel again.

    Not `calm`: it has to become as it should be, which somebody has to see to.
    """

    looked: Set[What] = OF_CHANNEL
    found: Mapping[What, str] = field(default_factory=dict)
    news: tuple[News, ...] = ()
    join: bool = False
    calm: bool = True


def place(home: Home) -> str | None:
    """The id of its channel; None where it has none, or the engine is at work on it."""
    channel = home.known.get(CHANNEL)
    if channel is None or not channel.done or not all(map(at_rest, _about(home))):
        return None
    return channel.external_id


def at_rest(effect: Effect) -> bool:
    """Whether nobody is changing it."""
    return effect.intent is None or effect.stopped


def judged(home: Home, seen: Seen, prefix: str) -> Verdict | None:
    """What follows from it; None where the engine is at work."""
    channel = place(home)
    if channel is None:
        return None
    if home.stage is Stage.CLOSED:
        out = seen.there and not seen.archived and _done(home, ARCHIVE)
        return Verdict(found={What.UNARCHIVED: channel} if out else _NONE)
    if _done(home, ARCHIVE):  # it was reopened, and is taken out of the archive
        return None
    if not seen.there or (home.private and not seen.archived and not seen.member):
        return _gone(home, channel, seen)
    if seen.archived:
        return _archived(home, channel)
    found, looked = _renamed(home, channel, seen, prefix)
    news = (News(SHUT, channel, lost=(SHUT,)),) if _done(home, SHUT) else ()
    return Verdict(looked, found, news, join=not seen.member, calm=seen.member and not news)


def _about(home: Home) -> list[Effect]:
    return [home.known[slot] for slot in (CHANNEL, ARCHIVE, SHUT) if slot in home.known]


def _done(home: Home, slot: str) -> bool:
    return slot in home.known and home.known[slot].done


def _gone(home: Home, channel: str, seen: Seen) -> Verdict:
    """A private channel that the bot was taken out of looks as if it was deleted."""
    if home.private and not seen.deleted:
        return Verdict(found={What.REMOVED: channel})
    return Verdict(news=(News(CHANNEL, channel, lost=IN_IT),), calm=False)


def _archived(home: Home, channel: str) -> Verdict:
    """While people respond it is taken back out, which the engine does with whatever is shut."""
    news = () if _done(home, SHUT) else (News(CHANNEL, channel, there=SHUT),)
    stays = home.stage is Stage.RESOLVED
    return Verdict(found={What.ARCHIVED: channel} if stays else _NONE, news=news, calm=stays)


def _renamed(home: Home, channel: str, seen: Seen, prefix: str) -> tuple[Mapping[What, str], Set[What]]:
    """Whether it has another name than it was given; what was looked for, if it was given this one."""
    content = channel_content(prefix, home.number, home.title, private=home.private)
    given = home.known[CHANNEL]
    if given.fingerprint != fingerprint(content) or given.intent is not None:
        return _NONE, OF_CHANNEL - {What.RENAMED}
    if seen.name in candidates(str(content["name"])):
        return _NONE, OF_CHANNEL
    mark = hashlib.sha256(seen.name.encode()).hexdigest()[:16]
    return {What.RENAMED: f"{channel}:{mark}"}, OF_CHANNEL
