"""A service that operators can look at, from before it begins until after it has ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from adapters.ops.health import Health, Phase
from adapters.ops.server import Server


class Service(Protocol):
    """What runs beside whoever began it."""

    def start(self) -> None:
        """Begin; returns at once."""
        ...

    def stop(self) -> object:
        """End, in order."""
        ...


@dataclass(frozen=True, slots=True)
class Attended:
    """The service, and the server that tells of its health."""

    service: Service
    server: Server
    health: Health

    def start(self) -> None:
        """Begin; raises Unavailable where the server's port cannot be had, and what the service raises."""
        self.server.start()
        try:
            self.service.start()
        except BaseException:
            self.server.stop()
            raise
        self.health.phase = Phase.RUNNING

    def stop(self) -> None:
        """Say that it is over, end, and then say nothing more."""
        self.health.phase = Phase.STOPPING
        try:
            self.service.stop()
        finally:
            self.server.stop()
