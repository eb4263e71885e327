"""What the bot may do in Slack beside its work: each feature is a setting that brings scopes with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adapters.settings import Settings


@dataclass(frozen=True, slots=True)
class Features:
    """Which are switched on; with none of them the bot knows nothing but what it is told."""

    private: bool = False
    """Private incidents have a channel, which is private too."""
    history: bool = False
    """Messages are read, to find one of its own after a crash."""
    files: bool = False
    """Files are sent, such as an export."""
    names: bool = False
    """People are looked up by the name somebody typed."""
    groups: bool = False
    """The members of user groups are known: to invite them, or to let only them do something."""
    mentions: bool = False
    """Whoever mentions the bot is answered."""
    reactions: bool = False
    """A reaction with a certain emoji opens an incident."""

    @classmethod
    def of(cls, settings: Settings) -> Features:
        """Those that these settings switch on."""
        return cls(
            private=settings.slack_private,
            history=settings.slack_history,
            files=settings.slack_files,
            names=settings.slack_names,
            groups=bool(settings.slack_response_group or settings.slack_invited_group or settings.groups),
            mentions=settings.slack_mentions,
            reactions=bool(settings.slack_emoji),
        )
