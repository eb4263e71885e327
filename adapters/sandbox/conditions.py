"""How a workspace answers on request: whether it limits, how slowly, and with which faults."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

FaultKind = Literal["error", "status", "ratelimited", "hang", "drop"]


@dataclass
class Fault:
    """What goes wrong with the next `times` calls of `method` ("*" is any) for which `where` is true.

    error: answer `code` (fatal_error, service_unavailable, anything); status: HTTP `status` without a
    body that says more; ratelimited: 429 with `seconds`; hang: no answer for `seconds`; drop: the
    connection is cut. With `after` the effect takes place first.
    """

    method: str
    kind: FaultKind
    after: bool = False
    code: str = "fatal_error"
    status: int = 500
    seconds: float = 1.0
    times: int = 1
    skip: int = 0
    """So many calls go well before the first that does not."""
    where: Callable[[dict[str, Any]], bool] = field(default=lambda args: True, repr=False)

    @property
    def said(self) -> str:
        """How the journal calls it: `drop after`, `error before`."""
        return f"{self.kind} {'after' if self.after else 'before'}"

    def takes(self, method: str, args: dict[str, Any]) -> bool:
        """Whether it befalls this call; it counts the calls that it could befall."""
        if self.times < 1 or self.method not in ("*", method) or not self.where(args):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        self.times -= 1
        return True


@dataclass
class Conditions:
    """`limited`: rate tiers are kept. `latency`: seconds by method, "*" for all others."""

    limited: bool = True
    latency: dict[str, float] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, method: str, args: dict[str, Any]) -> Fault | None:
        """The fault that befalls this call, and it is used up by it."""
        found = next((fault for fault in self.faults if fault.takes(method, args)), None)
        self.faults = [fault for fault in self.faults if fault.times > 0]
        return found

    def delay(self, method: str) -> float:
        """Seconds that this call takes on the way."""
        return self.latency.get(method, self.latency.get("*", 0.0))
