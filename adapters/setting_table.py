"""The settings there are, each in one row of a table; `.env.example` is made of it.

This module is on the path of every command, so it imports nothing but the standard library.
"""

import sys
from typing import Any

from adapters import database_url
from adapters import setting_kinds as kinds
from adapters.setting_kinds import Setting


def _url(text: str) -> str:
    return database_url.normalised(text) if text else ""


DATABASE_URL = Setting(
    "DATABASE_URL",
    "The database: postgresql://USER:PASSWORD@HOST:PORT/NAME or sqlite:////path/to/incidents.db. "
    "Not set: the POSTGRES_ settings, or else a SQLite file in your user data folder.",
    _url,
    show=database_url.shown,
)
POSTGRES_HOST = Setting("POSTGRES_HOST", "The PostgreSQL server, where DATABASE_URL is not set.", kinds.host)
POSTGRES_NAME = Setting(
    "POSTGRES_NAME", "The name of the database on it.", kinds.as_written, aliases=("POSTGRES_DB",)
)
POSTGRES_USER = Setting("POSTGRES_USER", "The database user.", kinds.as_written)
POSTGRES_PASSWORD = Setting(
    "POSTGRES_PASSWORD", "That user's password, as it is.", kinds.as_written, show=kinds.hidden, exact=True
)
POSTGRES_PORT = Setting("POSTGRES_PORT", "The server's port.", kinds.port, default="5432")
WORKSPACE = Setting(
    "INCIDENT_WORKSPACE", "The workspace whose incidents these are.", kinds.workspace, default="default"
)
ROLES = Setting(
    "INCIDENT_ROLES",
    f"Roles beside {', '.join(kinds.STANDARD_ROLES)}; commas between them.",
    kinds.roles,
    may_be_empty=True,
)
REQUIRED_ROLES = Setting(
    "INCIDENT_REQUIRED_ROLES",
    "Roles that must be held before an incident is resolved; empty for none.",
    kinds.roles,
    default="incident_commander",
    may_be_empty=True,
)
REVIEW_TO_CLOSE = Setting(
    "INCIDENT_REVIEW_TO_CLOSE",
    "Whether the review must be done before an incident is closed.",
    kinds.switch,
    default="false",
)
REASON_TO_LOWER = Setting(
    "INCIDENT_REASON_TO_LOWER",
    "Severities that are lowered only with a reason; empty for none.",
    kinds.severities,
    default="sev1,sev2",
    may_be_empty=True,
)
PEOPLE = Setting(
    "INCIDENT_PEOPLE",
    "Who a person is elsewhere: cli:ann=slack:U012AB3CD; commas between the pairs.",
    kinds.people,
    may_be_empty=True,
)
TIMEZONE = Setting(
    "INCIDENT_TIMEZONE", "The time zone of due dates, by its IANA name.", kinds.time_zone, default="UTC"
)
WAIT_SECONDS = Setting(
    "INCIDENT_WAIT_SECONDS",
    "How many seconds a command waits for the database before it gives up.",
    kinds.seconds,
    default="10",
)
COMMS_REMINDER_FIRST = Setting(
    "COMMS_REMINDER_FIRST",
    "How long an incident may be without an update before somebody is reminded: 90s, 30m, 12h or 7d.",
    kinds.length,
    default="30m",
)
COMMS_REMINDER_AGAIN = Setting(
    "COMMS_REMINDER_AGAIN", "How long after that reminder, and each later one.", kinds.length, default="25m"
)
COMMS_REMINDER_SEVERITIES = Setting(
    "COMMS_REMINDER_SEVERITIES",
    "The severities at which updates are asked for; empty for none.",
    kinds.severities,
    default="sev1,sev2",
    may_be_empty=True,
)
STALE_AFTER = Setting(
    "STALE_AFTER", "How long it may be open before it is listed as stale.", kinds.length, default="7d"
)
STALE_AGAIN = Setting("STALE_AGAIN", "How long after each such list.", kinds.length, default="2d")
ROLE_EMPTY_AFTER = Setting(
    "ROLE_EMPTY_AFTER",
    "How long a role that INCIDENT_REQUIRED_ROLES names may be empty during an incident.",
    kinds.length,
    default="10m",
)
WEBHOOK_URL = Setting(
    "WEBHOOK_URL",
    "Where each event is sent as a signed JSON document: https://HOST/PATH. Not set: nowhere.",
    kinds.endpoint,
    show=kinds.without_path,
)
WEBHOOK_SECRET = Setting(
    "WEBHOOK_SECRET",
    "What these documents are signed with, at least 16 characters; the receiver knows it too.",
    kinds.secret,
    show=kinds.hidden,
)
WEBHOOK_ALLOW_PRIVATE = Setting(
    "WEBHOOK_ALLOW_PRIVATE",
    "Whether WEBHOOK_URL may be http, and at an address that is not public.",
    kinds.switch,
    default="false",
)
WEBHOOK_PRIVATE_TEXTS = Setting(
    "WEBHOOK_PRIVATE_TEXTS",
    "Whether the texts of private incidents are sent too.",
    kinds.switch,
    default="false",
)

POSTGRES = (POSTGRES_HOST, POSTGRES_NAME, POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_PORT)
TABLE: tuple[Setting[Any], ...] = (
    DATABASE_URL,
    *POSTGRES,
    WORKSPACE,
    ROLES,
    REQUIRED_ROLES,
    REVIEW_TO_CLOSE,
    REASON_TO_LOWER,
    PEOPLE,
    TIMEZONE,
    WAIT_SECONDS,
    COMMS_REMINDER_FIRST,
    COMMS_REMINDER_AGAIN,
    COMMS_REMINDER_SEVERITIES,
    STALE_AFTER,
    STALE_AGAIN,
    ROLE_EMPTY_AFTER,
    WEBHOOK_URL,
    WEBHOOK_SECRET,
    WEBHOOK_ALLOW_PRIVATE,
    WEBHOOK_PRIVATE_TEXTS,
)


def example() -> str:
    """The text of `.env.example`: every setting with its meaning and its default, switched off."""
    head = "# Settings. Copy this file to .env, or set them in the environment, which comes first.\n"
    return head + "".join(_example_lines(setting) for setting in TABLE)


def _example_lines(setting: Setting[Any]) -> str:
    also = f" Also read as {' or '.join(setting.aliases)}." if setting.aliases else ""
    return f"\n# {setting.meaning}{also}\n# {setting.name}={setting.default}\n"


if __name__ == "__main__":
    sys.stdout.write(example())
