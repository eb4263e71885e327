"""The settings there are, each in one row of a table; `.env.example` is made of it.

This module is on the path of every command, so it imports nothing but the standard library.
"""

import sys
from typing import Any

from adapters import database_url, redis_url
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
REDIS_URL = Setting(
    "REDIS_URL",
    "The Redis through which processes wake each other: redis://:PASSWORD@HOST:PORT/NUMBER. Not set: each "
    "looks for work by itself.",
    redis_url.normalised,
    show=redis_url.shown,
)
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
    aliases=("RESOLVE_REQUIRED_ROLES",),
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
ADMINS = Setting(
    "ADMIN_USERS",
    "Who sees every private incident, which is recorded: U012AB3CD or cli:ann; commas between them.",
    kinds.some_people,
    may_be_empty=True,
)
PERMITS = Setting(
    "INCIDENT_PERMISSIONS",
    "Who may do what, where not everybody may: close=S0604QSJC|cli:ann, reopen=U012AB3CD. A verb, then "
    "people and Slack's user groups, with | between them.",
    kinds.permits,
    may_be_empty=True,
)
AUDIT_HEAD_FILE = Setting(
    "AUDIT_HEAD_FILE",
    "A file in which workers and bots note the head of the log once a day, for `incident audit verify "
    "--against`; keep it where whoever may write to the database may not. Empty: none.",
    kinds.as_written,
)
OPS_ADDRESS = Setting(
    "OPS_ADDRESS",
    "Where workers and bots answer /live, /ready and /metrics: 127.0.0.1:9100, or a port alone. Not set: "
    "nowhere.",
    kinds.place,
)
LOG_FORMAT = Setting(
    "LOG_FORMAT", "How workers and bots write their log: text or json.", kinds.one_of("text", "json"),
    default="text",
)  # fmt: skip
LOG_LEVEL = Setting(
    "LOG_LEVEL",
    "From where on they write it: debug, info, warning or error.",
    kinds.one_of("debug", "info", "warning", "error"),
    default="warning",
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
WEBHOOK_PRIVATE = Setting(
    "WEBHOOK_PRIVATE",
    "Whether private incidents are sent too, with all that is said in them; otherwise nothing of them is.",
    kinds.switch,
    default="false",
    aliases=("WEBHOOK_PRIVATE_TEXTS",),
)

SLACK_BOT_TOKEN = Setting(
    "SLACK_BOT_TOKEN",
    "The bot's token, xoxb-…, from the page of the Slack app. Not set: there is no Slack.",
    kinds.token("xoxb-"),
    show=kinds.hidden,
)
SLACK_APP_TOKEN = Setting(
    "SLACK_APP_TOKEN",
    "The app-level token, xapp-…, with connections:write; for Socket Mode.",
    kinds.token("xapp-"),
    show=kinds.hidden,
)
SLACK_SIGNING_SECRET = Setting(
    "SLACK_SIGNING_SECRET",
    "What Slack signs its requests with; for HTTP instead of Socket Mode.",
    kinds.signing_secret,
    show=kinds.hidden,
)
SLACK_API_URL = Setting(
    "SLACK_API_URL",
    "Where Slack's methods are.",
    kinds.slack_api,
    default="https://slack.com/api/",
    show=kinds.slack_api_shown,
)
SLACK_DIGEST_CHANNEL = Setting(
    "INCIDENTS_DIGEST_CHANNEL",
    "The channel that hears of every incident that is not private: a name or an id. Not set: none.",
    kinds.channel,
    aliases=("ISSUES_CHANNEL_ID",),
)
SLACK_RESPONSE_GROUP = Setting(
    "INCIDENT_RESPONSE_GROUP_ID",
    "The user group whose members are invited when an incident is declared: S0604QSJC. Not set: none.",
    kinds.matching(r"S[A-Z0-9]{2,20}", "must be the id of a user group, such as S0604QSJC"),
)
SLACK_ALLOWED_WORKSPACES = Setting(
    "ALLOWED_WORKSPACE_IDS",
    "The workspaces whose people the bot serves: T012AB3CD; commas between them. Not set: its own.",
    kinds.slack_ids("TE", "T012AB3CD"),
)
SLACK_EXPORT_USERS = Setting(
    "EXPORT_AUTHORIZED_USERS",
    "Who may export from Slack: U012AB3CD; commas between them. Not set: everyone.",
    kinds.slack_ids("UW", "U012AB3CD"),
)
SLACK_WORKSPACE = Setting(
    "SLACK_WORKSPACE_ID",
    "Which workspace the bot's token must be of: foobar for foobar.slack.com, or its id. Not set: any.",
    kinds.matching(
        r"[a-z0-9][a-z0-9-]{0,62}|T[A-Z0-9]{2,20}",
        "must be foobar where the workspace is foobar.slack.com, or an id such as T012AB3CD",
    ),
)
SLACK_COMMANDS = Setting(
    "SLACK_COMMANDS",
    "The slash commands of the app, the first one being named in its answers; commas between them.",
    kinds.slash_commands,
    default="/incident",
)
GUIDE_LINK = Setting(
    "INCIDENT_GUIDE_LINK", "Your guide to handling incidents; linked in every panel.", kinds.link
)
POSTMORTEMS_LINK = Setting(
    "INCIDENT_POSTMORTEMS_LINK", "Your collection of post-mortems; linked in every panel.", kinds.link
)
CHANNEL_TOPIC = Setting(
    "INCIDENT_CHANNEL_TOPIC",
    "What the topic of each channel of an incident says behind how it is, such as the address of a call.",
    kinds.matching(r"[^\n\r]{1,200}", "must be one line of at most 200 characters"),
)
GROUP_INVITE = Setting(
    "INCIDENT_AUTO_GROUP_INVITE_ENABLED",
    "Whether a user group is invited to every incident that is not private.",
    kinds.switch,
    default="false",
)
GROUP_INVITE_NAME = Setting(
    "INCIDENT_AUTO_GROUP_INVITE_GROUP_NAME",
    "The handle of that group: sre-oncall.",
    kinds.matching(r"@?[a-z0-9._-]{1,80}", "must be the handle of a user group, such as sre-oncall"),
)
REACT = Setting(
    "INCIDENT_AUTO_CREATE_FROM_REACT_ENABLED",
    "Whether a reaction to a message starts an incident, with a link to that message.",
    kinds.switch,
    default="false",
)
REACT_EMOJI = Setting(
    "INCIDENT_AUTO_CREATE_FROM_REACT_EMOJI_NAME",
    "Which reaction that is: fire.",
    kinds.matching(r":?[a-z0-9_+'-]{1,80}:?", "must be the name of an emoji, such as fire"),
)
REVIEW_CHANNEL = Setting(
    "RCA_CHANNEL",
    "Which incidents get a channel for their review when they are resolved: never, severe (sev1 and sev2) "
    "or always.",
    kinds.one_of("never", "severe", "always"),
    default="severe",
)
SLACK_ALARM = Setting(
    "SLACK_REMINDERS_ALARM",
    "Whether a reminder calls everybody in the channel of the incident (@channel).",
    kinds.switch,
    default="true",
)
SLACK_MENTIONS = Setting(
    "SLACK_MENTIONS", "Whether it answers whoever mentions it.", kinds.switch, default="true"
)
TEMPLATES = Setting(
    "TEMPLATES_DIRECTORY",
    "A folder whose files take the place of those in templates/slack/ that are called the same.",
    kinds.as_written,
)
SLACK_CHANNEL_PREFIX = Setting(
    "SLACK_CHANNEL_PREFIX",
    "What the names of its channels begin with.",
    kinds.matching(r"[a-z0-9_-]{1,20}", "must be 1 to 20 lower-case letters, digits, - and _"),
    default="inc",
)
SLACK_PRIVATE_CHANNELS = Setting(
    "SLACK_PRIVATE_CHANNELS",
    "Whether private incidents have a channel, which is private too.",
    kinds.switch,
    default="true",
)
SLACK_READ_HISTORY = Setting(
    "SLACK_READ_HISTORY",
    "Whether it may read channels it is in, to find a message of its own after a crash.",
    kinds.switch,
    default="false",
)
SLACK_SEND_FILES = Setting(
    "SLACK_SEND_FILES", "Whether it may send files, such as an export.", kinds.switch, default="false"
)
SLACK_LOOK_UP_NAMES = Setting(
    "SLACK_LOOK_UP_NAMES",
    "Whether it may look up who @name is, beside the people it has met.",
    kinds.switch,
    default="false",
)
SLACK_COMMANDS_PER_MINUTE = Setting(
    "SLACK_COMMANDS_PER_MINUTE",
    "How many commands, clicks and forms a minute it takes from one person.",
    kinds.number(1, 600),
    default="30",
)
SLACK_WORKERS = Setting(
    "SLACK_WORKERS", "How many threads make calls to Slack.", kinds.number(1, 32), default="16"
)
SLACK_LOOK_EVERY = Setting(
    "SLACK_LOOK_EVERY",
    "How many minutes lie between two looks at what people changed in Slack by hand; 0: it is not looked at.",
    kinds.number(0, 1440),
    default="60",
)

POSTGRES = (POSTGRES_HOST, POSTGRES_NAME, POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_PORT)
SLACK: tuple[Setting[Any], ...] = (
    SLACK_BOT_TOKEN,
    SLACK_APP_TOKEN,
    SLACK_SIGNING_SECRET,
    SLACK_API_URL,
    SLACK_DIGEST_CHANNEL,
    SLACK_RESPONSE_GROUP,
    SLACK_ALLOWED_WORKSPACES,
    SLACK_EXPORT_USERS,
    SLACK_WORKSPACE,
    SLACK_COMMANDS,
    GUIDE_LINK,
    POSTMORTEMS_LINK,
    CHANNEL_TOPIC,
    GROUP_INVITE,
    GROUP_INVITE_NAME,
    REACT,
    REACT_EMOJI,
    REVIEW_CHANNEL,
    SLACK_ALARM,
    SLACK_MENTIONS,
    TEMPLATES,
    SLACK_CHANNEL_PREFIX,
    SLACK_PRIVATE_CHANNELS,
    SLACK_READ_HISTORY,
    SLACK_SEND_FILES,
    SLACK_LOOK_UP_NAMES,
    SLACK_COMMANDS_PER_MINUTE,
    SLACK_WORKERS,
    SLACK_LOOK_EVERY,
)
TABLE: tuple[Setting[Any], ...] = (
    DATABASE_URL,
    *POSTGRES,
    REDIS_URL,
    WORKSPACE,
    ROLES,
    REQUIRED_ROLES,
    REVIEW_TO_CLOSE,
    REASON_TO_LOWER,
    PEOPLE,
    ADMINS,
    PERMITS,
    AUDIT_HEAD_FILE,
    OPS_ADDRESS,
    LOG_FORMAT,
    LOG_LEVEL,
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
    WEBHOOK_PRIVATE,
    *SLACK,
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
