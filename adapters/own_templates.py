"""The folder of templates of a deployment's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from incident_core.errors import Invalid

if TYPE_CHECKING:
    from adapters.settings import Settings


def own_templates(settings: Settings) -> Path | None:
    """That of the settings, if they name one; raises Invalid where there is none of that name."""
    own = Path(settings.templates) if settings.templates else None
    if own is not None and not own.is_dir():
        raise Invalid("templates", f"TEMPLATES_DIRECTORY names {settings.templates}, which is no folder.")
    return own
