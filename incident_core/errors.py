"""What can go wrong, one class each; a refusal is not here, because a refusal is an answer."""

from __future__ import annotations


class IncidentError(Exception):
    """The root of every error this library raises; `str(error)` is one sentence for a person."""


class Invalid(IncidentError, ValueError):
    """A value that no rule could accept: `field` names it, `sentence` says what is wrong with it."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


class NotFound(IncidentError):
    """There is no such incident, or this viewer may not know that there is."""

    def __init__(self, key: str) -> None:
        super().__init__(f"There is no incident {key} that you can see.")
        self.key = key


class Conflict(IncidentError):
    """Somebody else changed the incident first; load it and decide again."""


class Unavailable(IncidentError):
    """The database or the network cannot be used now; nothing was changed."""


class OutcomeUnknown(Unavailable):
    """The answer to a commit was lost: it may have happened. Repeat with the same key to learn which."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"It is not known whether this was recorded. Repeat it with --key {key} to find out."
        )
        self.key = key


class LeaseLost(IncidentError):
    """Another worker has taken over what this one was doing; it stops, and leaves the rest to the other."""

    def __init__(self) -> None:
        super().__init__("Another worker has taken over.")


class TableError(IncidentError):
    """The lifecycle table contradicts itself; raised at import, so that a wrong table never runs."""


class UnknownEvent(IncidentError):
    """A stored event that this version of the program cannot read."""

    def __init__(self, kind: str, schema: int) -> None:
        super().__init__(f"This program does not know events of type {kind!r}, version {schema}; upgrade it.")
        self.kind = kind
        self.schema = schema
