"""What was called, with what, and when it arrived, began and was answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass
class Call:
    """One call of the Web API. Times are seconds UTC of the sandbox's clock; `took` is real seconds."""

    method: str
    args: dict[str, Any]
    arrived: float
    team_id: str | None = None
    app_id: str | None = None
    token_kind: str | None = None
    began: float | None = None
    """When its effect began; None if it had none."""
    answered: float | None = None
    """When the answer was handed to the network; None while it is not, and for ever if it was dropped."""
    took: float = 0.0
    status: int = 0
    outcome: str = "pending"
    """`ok`, an error code, or what was done to it instead: hang, drop."""
    fault: str | None = None
