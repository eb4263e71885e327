"""The contract of the port Mirrors: who may change what outside, and what is known about it."""

from __future__ import annotations

from incident_core.testing.contracts.mirrors_base import MIRRORS
from incident_core.testing.contracts.mirrors_claims import ClaimContract
from incident_core.testing.contracts.mirrors_effects import EffectContract
from incident_core.testing.contracts.mirrors_leases import LeaseContract
from incident_core.testing.contracts.mirrors_rousing import RouseContract
from incident_core.testing.contracts.mirrors_turns import TurnContract

__all__ = ["MIRRORS", "MirrorsContract"]


class MirrorsContract(ClaimContract, LeaseContract, EffectContract, RouseContract, TurnContract):
    """Subclass it, and say how a store with the mirrors MIRRORS is made and opened again."""
