"""The roles of a response; a deployment may add its own."""

from __future__ import annotations

import re

from incident_core.errors import Invalid

COMMANDER = "incident_commander"
TECHNICAL_LEAD = "technical_lead"
COMMUNICATIONS_LIAISON = "communications_liaison"
STANDARD_ROLES = (COMMANDER, TECHNICAL_LEAD, COMMUNICATIONS_LIAISON)

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


def role(text: str) -> str:
    """A well-formed role name; whether the deployment has it is a rule, not a form. Raises Invalid."""
    if not _NAME.fullmatch(text):
        raise Invalid("role", f"{text!r} is not the name of a role; use lower-case letters, digits and _.")
    return text
