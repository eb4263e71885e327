"""What is done about drift: the engine is told, what stands is kept, and what failed is tried again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from adapters.slack.calls.channels import IN_IT
from adapters.slack.drift.judging import Verdict
from incident_core.ports.backlog import Backlog
from incident_core.ports.clock import Clock
from incident_core.ports.findings import SENTENCES, Findings, What
from incident_core.ports.mirrors import Mirrors
from incident_core.ports.whereabouts import Home, Whereabouts
from incident_core.usecases.settling.news import News, tell

MIRROR = "slack"
MOST = 10_000
"""Findings that are known at a time."""
_CODES = ("channel_not_found", "is_archived", "is_inactive", "not_in_channel")
"""Why something is refused that may be taken once the channel is as it should be."""
_LOG = logging.getLogger("incident.slack")


@dataclass(frozen=True, slots=True)
class Ports:
    """What is known of the outside in `workspace`; every use of it may raise Unavailable."""

    workspace: str
    whereabouts: Whereabouts
    findings: Findings
    mirrors: Mirrors
    backlog: Backlog
    clock: Clock

    def standing(self) -> frozenset[tuple[str, What]]:
        """What is so now, by key."""
        found = self.findings.open(self.workspace, MOST)
        return frozenset((each.key, each.what) for each in found if each.mirror == MIRROR)

    def refused(self, key: str | None = None) -> frozenset[str]:
        """The keys of incidents in whose channel something was refused because of what it was like."""
        lags = self.backlog.lags(self.workspace, key, MOST)
        return frozenset(
            lag.key
            for lag in lags
            if lag.mirror == MIRROR
            and any(each.stopped and _inside(each.slot) and _because(each.error) for each in lag.stuck)
        )

    def homes(self, keys: Collection[str]) -> list[Home]:
        """These incidents as they are now."""
        return list(self.whereabouts.homes(self.workspace, MIRROR, sorted(keys)))


@dataclass(frozen=True, slots=True)
class Hand:
    """Does what follows from a verdict; `wake` wakes the workers."""

    ports: Ports
    wake: Callable[[], object]

    def take(self, home: Home, verdict: Verdict, standing: Collection[tuple[str, What]]) -> bool:
        """Do it; False, and nothing is done, where the incident is another than when Slack was asked."""
        if not _anything(home, verdict, standing):
            return True
        if self.ports.homes([home.key]) != [home]:
            return False
        if verdict.news:
            self.tell(home, verdict.news)
        self.keep(home.key, verdict.looked, verdict.found)
        return True

    def again(self, key: str) -> None:
        """The channel is as it should be: what was refused there, because it was not, is tried again."""
        if self.ports.refused(key):
            self.ports.backlog.retry(self.ports.workspace, key, MIRROR, self.ports.clock.now())
            self.wake()

    def tell(self, home: Home, news: tuple[News, ...]) -> None:
        """The engine puts it right."""
        _LOG.warning("Somebody changed %s of %s by hand.", ", ".join(each.slot for each in news), home.key)
        tell(
            self.ports.mirrors,
            self.ports.workspace,
            home.incident_id,
            MIRROR,
            news,
            self.ports.clock.now(),
        )
        self.wake()

    def keep(self, key: str, looked: Collection[What], found: Mapping[What, str]) -> None:
        """Of what was looked for this is so; what is new is told."""
        now = self.ports.clock.now()
        kept = self.ports.findings.keep(self.ports.workspace, MIRROR, key, looked, found, now)
        for what in kept.new:
            _LOG.warning("%s: %s", key, SENTENCES[what])
        if kept.new:
            self.wake()


def _inside(slot: str) -> bool:
    """Whether it is in the incident's channel."""
    kind, _, rest = slot.partition(":")
    return kind in IN_IT or (kind in ("say", "remind") and rest.startswith("channel:"))


def _because(error: str) -> bool:
    return any(f"({code})" in error for code in _CODES)


def _anything(home: Home, verdict: Verdict, standing: Collection[tuple[str, What]]) -> bool:
    """Whether it differs from what is known: otherwise nothing is written."""
    known = {what for what in verdict.looked if (home.key, what) in standing}
    return bool(verdict.news or verdict.join or verdict.found or known)
