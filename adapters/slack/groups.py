"""Who is in the user groups that may do something: asked of Slack now and then, and when one has changed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from threading import Event, Thread
from typing import Any

from adapters.slack.api import Api
from incident_core.errors import IncidentError
from incident_core.model.actor import Actor
from incident_core.ports.clock import Clock
from incident_core.ports.groups import Groups

EVERY, PAUSE = 600.0, 3.0
"""Seconds between two looks, and between two that were asked for: Slack takes twenty a minute."""
_LOG = logging.getLogger("incident.slack")


class Members:
    """Tells `groups` who is in each of `wanted` (ids of user groups), at once, then every so often.

    `actor` makes a person of a Slack id.
    """

    def __init__(
        self,
        api: Api,
        groups: Groups,
        workspace: str,
        wanted: Collection[str],
        actor: Callable[[str], Actor],
        clock: Clock,
        every: float = EVERY,
        pause: float = PAUSE,
    ) -> None:
        self._api, self._groups, self._workspace = api, groups, workspace
        self._wanted, self._actor, self._clock = frozenset(wanted), actor, clock
        self._every, self._pause = every, pause
        self._end, self._asked = Event(), Event()
        self._thread = Thread(target=self._run, name="groups", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Ask no more."""
        self._end.set()
        self._asked.set()

    def soon(self) -> None:
        """Something changed: look again, before it is time; returns at once."""
        self._asked.set()

    def look(self) -> int:
        """Ask once for all of them; how many are there. Where Slack does not answer, all stays as it was."""
        now = self._clock.now()
        reply = self._api.call("usergroups.list", include_users=True)
        if not reply.ok:
            _LOG.warning("The members of user groups stay as they were: %s", reply.sentence)
            return 0
        found = dict(_members(reply.data))
        for missing in sorted(self._wanted - found.keys()):
            _LOG.warning("There is no user group %.40a, or it is switched off: nobody is in it.", missing)
        for group in sorted(self._wanted):
            people = frozenset(self._actor(user) for user in found.get(group, ()))
            self._groups.keep(self._workspace, group, people, now)
        return len(self._wanted & found.keys())

    def _run(self) -> None:
        while not self._end.is_set():
            self._asked.clear()
            try:
                self.look()
            except IncidentError as fault:
                _LOG.warning("The members of user groups are not kept: %s", fault)
            except Exception:  # noqa: BLE001 - the edge of a thread: the next look has to come
                _LOG.exception("The members of user groups cannot be looked at.")
            self._end.wait(self._pause)
            self._asked.wait(self._every)


def _members(data: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The ids of the people of each group that is switched on; whatever else comes is left out."""
    for group in data.get("usergroups") or ():
        users = group.get("users") or ()
        yield str(group.get("id", "")), tuple(user for user in users if isinstance(user, str))
