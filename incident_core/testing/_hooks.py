"""What Hypothesis learns when it is imported beside this library: `st.from_type(Incident)` just works."""

from __future__ import annotations


def register() -> None:
    """Register a strategy for Incident, Actor and every event type; called by Hypothesis's entry point."""
    from hypothesis import strategies as st

    from incident_core.events import EVENT_TYPES, Event
    from incident_core.model.actor import Actor
    from incident_core.model.incident import Incident
    from incident_core.testing import strategies

    st.register_type_strategy(Actor, strategies.actors())
    st.register_type_strategy(Incident, strategies.histories().map(lambda history: history.incident))
    st.register_type_strategy(Event, strategies.events())
    for kind in EVENT_TYPES.values():
        st.register_type_strategy(kind, strategies.events(kind))
