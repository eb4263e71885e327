"""What roles and severities mean, in the deployment's own words: two files that map a name to a text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from incident_core.errors import Invalid

ROLES, SEVERITIES = "role_definitions.json", "severity_levels.json"


@dataclass(frozen=True, slots=True)
class Definitions:
    """A text for each role (`incident_commander`) and severity (`sev1`); those without one are left out."""

    roles: Mapping[str, str] = field(default_factory=dict)
    severities: Mapping[str, str] = field(default_factory=dict)


NOTHING = Definitions()


def read_definitions(*folders: Path) -> Definitions:
    """From the first of these folders that has the file; raises Invalid for one that cannot be read."""
    return Definitions(_texts(ROLES, folders), _texts(SEVERITIES, folders))


def _texts(name: str, folders: tuple[Path, ...]) -> Mapping[str, str]:
    path = next((folder / name for folder in folders if (folder / name).is_file()), None)
    if path is None:
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Invalid(name, f"{path} cannot be read: {error}") from error
    if not isinstance(found, dict) or not all(isinstance(text, str) for text in found.values()):
        raise Invalid(name, f"{path} must be one object in which each name has a text.")
    return found
