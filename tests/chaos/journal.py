"""What was done when, by whom, and what came of it; a failing run prints it."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from threading import Lock

_FROZE = re.compile(r"monkey: (stop|continue) ")


@dataclass(frozen=True, slots=True)
class Noted:
    """`at`: seconds UTC. `upsets`: from then on the end of a call may be unknown to whoever made it."""

    at: float
    words: str
    upsets: bool = False


@dataclass
class Journal:
    """Any thread may write."""

    began: float = field(default_factory=time.time)
    lines: list[Noted] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def note(self, words: str, *, upsets: bool = False) -> None:
        """Write it down."""
        with self._lock:
            self.lines.append(Noted(time.time(), words, upsets))

    @property
    def upsets(self) -> list[float]:
        """When something was done that may leave calls with an unknown end."""
        return [each.at for each in self.lines if each.upsets]

    @property
    def freezes(self) -> list[float]:
        """When a process was stopped, or went on."""
        return [each.at for each in self.lines if _FROZE.search(each.words)]

    def text(self) -> str:
        """All of it, a line for each."""
        return "\n".join(f"{each.at - self.began:7.2f}  {each.words}" for each in self.lines)
