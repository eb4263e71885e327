"""A person at their screen: what they do reaches apps, and what they see is what Slack would show them."""

from __future__ import annotations

from adapters.sandbox.person.person import Person
from adapters.sandbox.person.seen import CannotDo, Interaction, MustConfirm, SeenMessage, SeenView

__all__ = ["Person", "CannotDo", "MustConfirm", "Interaction", "SeenMessage", "SeenView"]
