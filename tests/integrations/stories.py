"""The stories that mirrors are told here."""

from __future__ import annotations

from incident_core import commands as c
from incident_core.model.severity import Severity
from incident_core.testing.simulation.stories import Story, command, opened, story

SECRET_WORDS = "Zanzibar"


def whole() -> Story:
    """Opened, declared, worked on, resolved, closed, reopened and closed again."""
    return story(
        7,
        [
            opened(severity=Severity.SEV2),
            command(c.Declare),
            command(c.SetSeverity, severity=Severity.SEV1, reason="all regions"),
            command(c.CorrectTitle, title="API is gone"),
            command(c.SendUpdate, text="Still gone."),
            command(c.Resolve),
            command(c.Close),
            command(c.Reopen, reason="not over"),
            command(c.Resolve),
            command(c.Close),
        ],
    )


def short() -> Story:
    """Opened and declared."""
    return story(7, [opened(severity=Severity.SEV2), command(c.Declare)])


def private() -> Story:
    """A private drill whose every text has the word that nobody else may read."""
    return story(
        7,
        [
            command(c.Open, title=f"In {SECRET_WORDS}", private=True, drill=True),
            command(c.AddEvidence, url=f"https://x.example/{SECRET_WORDS}", note=SECRET_WORDS),
            command(c.SetSeverity, severity=Severity.SEV1, reason=SECRET_WORDS),
            command(c.SendUpdate, text=SECRET_WORDS, impact=SECRET_WORDS),
        ],
    )
