"""The environment, read once into a frozen value, by the rows of `adapters.setting_table`.

A name is looked up in the environment, then in the `.env` file of the current directory, then the default
holds. This module is on the path of every command, so it imports nothing but the standard library, and the
core not at all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from adapters import database_url, env_file
from adapters import setting_kinds as kinds
from adapters import setting_refused as away
from adapters import setting_table as rows
from adapters.setting_kinds import Setting

T = TypeVar("T")


class BadSettings(Exception):
    """Settings that cannot be used: `sentences` names every one of them, and quotes no secret.

    `lines` are all that were read, for whoever needs more of them than `Settings.read` asks for.
    """

    def __init__(self, sentences: tuple[str, ...], lines: "tuple[SettingLine, ...]" = ()) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences
        self.lines = lines


NOT_SET = "not set"


class SettingLine(NamedTuple):
    """One setting in force; `value` has its secrets masked, and is empty where nothing is set.

    `refused`: why it cannot be used and what to do, in sentences; empty where all is well.
    """

    name: str
    value: str
    source: str
    meaning: str
    refused: str = ""

    @property
    def is_set(self) -> bool:
        """Whether somebody set it, or a default holds."""
        return self.source != NOT_SET


_NAMES = (*(name for setting in rows.TABLE for name in setting.names), *away.NAMES)


def user_data_folder() -> Path:
    """Where this platform keeps a user's data for this program; may not exist yet."""
    from platformdirs import user_data_path

    return user_data_path("incident", appauthor=False)


@dataclass(frozen=True)
class Settings:
    """Every setting in force. `database_url` holds the password, so it is left out of the repr.

    `extra_roles` stand beside the standard ones; `people` are pairs of names of one person; `permits` are a
    verb, its people and its groups; `slack_invited_group` and `slack_emoji` are empty where switched off;
    `wait_seconds` is how long a command waits for the database; the lengths after it are those of the timers.
    An empty `webhook_url` means no webhook, an empty `slack_bot_token` no Slack; in what begins with
    `slack_`, empty is what the table says of "not set". `refused` are sentences about what is set and wants
    something that is not here: only what says so itself may go on without it.
    """

    database_url: str = field(repr=False)
    redis_url: str = field(default="", repr=False)
    workspace: str = "default"
    extra_roles: tuple[str, ...] = ()
    required_roles: tuple[str, ...] = ("incident_commander",)
    review_to_close: bool = False
    reason_to_lower: tuple[str, ...] = ("sev1", "sev2")
    people: tuple[tuple[str, str], ...] = ()
    admins: tuple[str, ...] = ()
    permits: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = ()
    audit_head_file: str = ""
    ops_address: str = ""
    log_format: str = "text"
    log_level: str = "warning"
    timezone: str = "UTC"
    wait_seconds: float = 10.0
    comms_reminder_first: timedelta = timedelta(minutes=30)
    comms_reminder_again: timedelta = timedelta(minutes=25)
    comms_reminder_severities: tuple[str, ...] = ("sev1", "sev2")
    stale_after: timedelta = timedelta(days=7)
    stale_again: timedelta = timedelta(days=2)
    role_empty_after: timedelta = timedelta(minutes=10)
    webhook_url: str = field(default="", repr=False)
    webhook_secret: str = field(default="", repr=False)
    webhook_allow_private: bool = False
    webhook_private: bool = False
    slack_bot_token: str = field(default="", repr=False)
    slack_app_token: str = field(default="", repr=False)
    slack_signing_secret: str = field(default="", repr=False)
    slack_api_url: str = "https://slack.com/api/"
    slack_digest_channel: str = ""
    slack_response_group: str = ""
    slack_allowed_workspaces: tuple[str, ...] = ()
    slack_export_users: tuple[str, ...] = ()
    slack_workspace: str = ""
    slack_commands: tuple[str, ...] = ("/incident",)
    guide_link: str = ""
    postmortems_link: str = ""
    slack_channel_topic: str = ""
    slack_invited_group: str = ""
    slack_emoji: str = ""
    review_channel: str = "severe"
    slack_alarm: bool = True
    slack_mentions: bool = True
    templates: str = ""
    slack_channel_prefix: str = "inc"
    slack_private: bool = True
    slack_history: bool = False
    slack_files: bool = False
    slack_names: bool = False
    slack_per_minute: int = 30
    slack_workers: int = 16
    slack_look_every: int = 60
    lines: tuple[SettingLine, ...] = field(default=(), repr=False, compare=False)
    refused: tuple[str, ...] = field(default=(), repr=False, compare=False)

    @classmethod
    def read(
        cls,
        environ: Mapping[str, str],
        directory: Path,
        data_folder: Callable[[], Path] = user_data_folder,
    ) -> "Settings":
        """The settings of `environ` and of the `.env` file in `directory`; BadSettings names every fault.

        `data_folder` is asked only where nothing names a database. Nothing is created. What is well formed
        and wants something that is not here raises nothing: it is in `refused`.
        """
        reading = _Reading(environ, *env_file.read(directory / ".env", _NAMES))
        database = _database(reading, data_folder)
        taken = {name: _taken(reading, each) for name, each in _FIELDS.items()}
        settings = cls(database_url=database, **taken)
        _strangers(settings, reading)
        _unsafe(settings, reading)
        refused = _refused(reading)
        lines = tuple(reading.lines.values())
        if reading.faults:
            raise BadSettings((*reading.faults, *refused), lines)
        return replace(settings, lines=lines, refused=refused)

    def accepted(self) -> "Settings":
        """These, where nothing is refused; raises BadSettings with every sentence."""
        if self.refused:
            raise BadSettings(self.refused, self.lines)
        return self

    @property
    def groups(self) -> tuple[str, ...]:
        """The user groups that may do something which not everybody may."""
        return tuple(dict.fromkeys(group for _, _, groups in self.permits for group in groups))

    @property
    def database_shown(self) -> str:
        """The database's address as a person may see it, with the password masked."""
        return database_url.shown(self.database_url)

    def explain(self) -> tuple[SettingLine, ...]:
        """Every setting in force and where it came from, in the table's order; () unless `read` made this."""
        return self.lines


class _Reading:
    """One pass over the sources: a line for every setting taken, and every fault met on the way."""

    def __init__(self, environ: Mapping[str, str], file: Mapping[str, str], faults: tuple[str, ...]) -> None:
        self._sources = (("environment", environ), (".env file", file))
        self.faults = list(faults)
        self.lines: dict[str, SettingLine] = {}

    def take(self, setting: Setting[T]) -> T:
        """The value in force; the default in place of a malformed one, which is noted as a fault."""
        text, _ = self.look(setting)
        try:
            return setting.parse(text)
        except ValueError as fault:
            self.blame(setting, f"{self.origin(setting)} {fault}.")
            return setting.parse(setting.default)

    def blame(self, setting: Setting[Any], sentence: str) -> None:
        """Note a fault of this setting, which was taken."""
        self.faults.append(sentence)
        self.refuse(setting, sentence)

    def refuse(self, setting: Setting[Any], sentence: str) -> None:
        """Say at its line why it cannot be used."""
        line = self.lines[setting.name]
        self.lines[setting.name] = line._replace(refused=f"{line.refused} {sentence}".strip())

    def forget(self, setting: Setting[Any]) -> None:
        """It is not set, and no setting of ours that a person would look for."""
        del self.lines[setting.name]

    def look(self, setting: Setting[Any]) -> tuple[str, bool]:
        """The text in force, whether it can be used or not, and whether anybody set it."""
        text, source = self._find(setting)
        line = SettingLine(setting.name, setting.show(text), source, setting.meaning)
        self.lines.setdefault(setting.name, line)  # of one that was taken before, more may be known by now
        return text, source not in ("default", NOT_SET)

    def origin(self, setting: Setting[Any]) -> str:
        """The name of one that was taken and, in brackets, where its value comes from."""
        return f"{setting.name} ({self.lines[setting.name].source})"

    def mark(self, setting: Setting[Any], source: str, value: str | None = None) -> None:
        """Say more about where a setting's value comes from."""
        line = self.lines[setting.name]
        self.lines[setting.name] = line._replace(source=source, value=line.value if value is None else value)

    def _find(self, setting: Setting[Any]) -> tuple[str, str]:
        for source, values in self._sources:
            for name in setting.names:
                text = values.get(name, "")
                text = text if setting.exact else text.strip()
                if text or (setting.may_be_empty and name in values):
                    return text, source if name == setting.name else f"{source}, as {name}"
        return setting.default, "default" if setting.default else NOT_SET


def _switched(reading: _Reading, switch: Setting[bool], name: Setting[str]) -> str:
    """The name that goes with a switch, where it is on; without one the switch is a fault."""
    on, named = reading.take(switch), reading.take(name)
    if on and not named:
        reading.blame(switch, f"{switch.name} is true, but {name.name} is not set: set it too.")
    return named if on else ""


def _database(reading: _Reading, data_folder: Callable[[], Path]) -> str:
    """DATABASE_URL, or else the address made of the POSTGRES_ settings, or else the file of this user."""
    url = reading.take(rows.DATABASE_URL)
    given = [setting for setting in rows.POSTGRES if reading.look(setting)[1]]
    if reading.look(rows.DATABASE_URL)[1]:
        for setting in given:
            reading.mark(
                setting, f"{reading.lines[setting.name].source}; not used, since DATABASE_URL is set"
            )
        return url
    # Kubernetes sets POSTGRES_PORT for every service of that name: alone, it means nothing.
    if given in ([], [rows.POSTGRES_PORT]):
        return _default_file(reading, data_folder)
    missing = [
        needed.name
        for needed in (rows.POSTGRES_HOST, rows.POSTGRES_NAME, rows.POSTGRES_USER)
        if needed not in given
    ]
    if missing:
        reading.blame(given[0], _half_set(given[0].name, missing))
        return ""
    return _from_parts(reading)


def _half_set(given: str, missing: list[str]) -> str:
    are, them = ("are", "them") if len(missing) > 1 else ("is", "it")
    absent = " and ".join(missing)
    return f"{given} is set, but {absent} {are} not: set {them}, or set DATABASE_URL instead."


def _from_parts(reading: _Reading) -> str:
    host, name, user, password, port = (reading.take(setting) for setting in rows.POSTGRES)
    if not host:  # malformed, and noted as such
        return ""
    url = database_url.postgres(host, name, user, password, port)
    reading.mark(rows.DATABASE_URL, "made of the POSTGRES_ settings", database_url.shown(url))
    return url


def _default_file(reading: _Reading, data_folder: Callable[[], Path]) -> str:
    folder = data_folder()
    if not folder.is_absolute():  # an account without a home folder
        sentence = "DATABASE_URL is not set, and this account has no folder for its data: set it."
        reading.blame(rows.DATABASE_URL, sentence)
        return ""
    url = database_url.sqlite(folder / "incidents.db")
    reading.mark(rows.DATABASE_URL, "default", url)
    return url


def _extra_roles(reading: _Reading) -> tuple[str, ...]:
    return tuple(role for role in reading.take(rows.ROLES) if role not in kinds.STANDARD_ROLES)


def _invited_group(reading: _Reading) -> str:
    return _switched(reading, rows.GROUP_INVITE, rows.GROUP_INVITE_NAME).lstrip("@")


def _emoji(reading: _Reading) -> str:
    return _switched(reading, rows.REACT, rows.REACT_EMOJI).strip(":")


def _refused(reading: _Reading) -> tuple[str, ...]:
    """The sentences about what is wanted and not here; what only goes with it is told as not used."""
    found: list[str] = []
    for each in away.REFUSED:
        if reading.take(each.setting):
            reading.refuse(each.setting, each.sentence)
            found.append(each.sentence)
    for other in away.UNUSED:
        reading.look(other.setting)
        source = reading.lines[other.setting.name].source
        reading.mark(other.setting, f"{source}; not used, since nothing here has a use for it")
    for setting in away.SETTINGS:
        if not reading.look(setting)[1]:
            reading.forget(setting)
    return tuple(found)


def _strangers(settings: Settings, reading: _Reading) -> None:
    """Required roles that nobody could ever hold; not judged where the roles themselves are malformed."""
    if reading.lines[rows.ROLES.name].refused:
        return
    known = {*kinds.STANDARD_ROLES, *settings.extra_roles}
    for role in settings.required_roles:
        if role not in known:
            what = f"names {kinds.quoted(role)}, which is not a role here: add it to {rows.ROLES.name}."
            reading.blame(rows.REQUIRED_ROLES, f"{reading.origin(rows.REQUIRED_ROLES)} {what}")


def _unsafe(settings: Settings, reading: _Reading) -> None:
    """What is missing for documents that go where they should, and that nobody else can read or sign."""
    if settings.webhook_url and not reading.look(rows.WEBHOOK_SECRET)[1]:
        sentence = f"{rows.WEBHOOK_URL.name} is set, but {rows.WEBHOOK_SECRET.name} is not: set it too."
        reading.blame(rows.WEBHOOK_URL, sentence)
    if settings.webhook_url.lower().startswith("http:") and not settings.webhook_allow_private:
        unless = f"must begin with https://, unless {rows.WEBHOOK_ALLOW_PRIVATE.name} is true."
        reading.blame(rows.WEBHOOK_URL, f"{reading.origin(rows.WEBHOOK_URL)} {unless}")


def _taken(reading: _Reading, each: "Setting[Any] | Callable[[_Reading], Any]") -> Any:
    return reading.take(each) if isinstance(each, Setting) else each(reading)


_FIELDS: "Mapping[str, Setting[Any] | Callable[[_Reading], Any]]" = {
    "redis_url": rows.REDIS_URL,
    "workspace": rows.WORKSPACE,
    "extra_roles": _extra_roles,
    "required_roles": rows.REQUIRED_ROLES,
    "review_to_close": rows.REVIEW_TO_CLOSE,
    "reason_to_lower": rows.REASON_TO_LOWER,
    "people": rows.PEOPLE,
    "admins": rows.ADMINS,
    "permits": rows.PERMITS,
    "audit_head_file": rows.AUDIT_HEAD_FILE,
    "ops_address": rows.OPS_ADDRESS,
    "log_format": rows.LOG_FORMAT,
    "log_level": rows.LOG_LEVEL,
    "timezone": rows.TIMEZONE,
    "wait_seconds": rows.WAIT_SECONDS,
    "comms_reminder_first": rows.COMMS_REMINDER_FIRST,
    "comms_reminder_again": rows.COMMS_REMINDER_AGAIN,
    "comms_reminder_severities": rows.COMMS_REMINDER_SEVERITIES,
    "stale_after": rows.STALE_AFTER,
    "stale_again": rows.STALE_AGAIN,
    "role_empty_after": rows.ROLE_EMPTY_AFTER,
    "webhook_url": rows.WEBHOOK_URL,
    "webhook_secret": rows.WEBHOOK_SECRET,
    "webhook_allow_private": rows.WEBHOOK_ALLOW_PRIVATE,
    "webhook_private": rows.WEBHOOK_PRIVATE,
    "slack_bot_token": rows.SLACK_BOT_TOKEN,
    "slack_app_token": rows.SLACK_APP_TOKEN,
    "slack_signing_secret": rows.SLACK_SIGNING_SECRET,
    "slack_api_url": rows.SLACK_API_URL,
    "slack_digest_channel": rows.SLACK_DIGEST_CHANNEL,
    "slack_response_group": rows.SLACK_RESPONSE_GROUP,
    "slack_allowed_workspaces": rows.SLACK_ALLOWED_WORKSPACES,
    "slack_export_users": rows.SLACK_EXPORT_USERS,
    "slack_workspace": rows.SLACK_WORKSPACE,
    "slack_commands": rows.SLACK_COMMANDS,
    "guide_link": rows.GUIDE_LINK,
    "postmortems_link": rows.POSTMORTEMS_LINK,
    "slack_channel_topic": rows.CHANNEL_TOPIC,
    "slack_invited_group": _invited_group,
    "slack_emoji": _emoji,
    "review_channel": rows.REVIEW_CHANNEL,
    "slack_alarm": rows.SLACK_ALARM,
    "slack_mentions": rows.SLACK_MENTIONS,
    "templates": rows.TEMPLATES,
    "slack_channel_prefix": rows.SLACK_CHANNEL_PREFIX,
    "slack_private": rows.SLACK_PRIVATE_CHANNELS,
    "slack_history": rows.SLACK_READ_HISTORY,
    "slack_files": rows.SLACK_SEND_FILES,
    "slack_names": rows.SLACK_LOOK_UP_NAMES,
    "slack_per_minute": rows.SLACK_COMMANDS_PER_MINUTE,
    "slack_workers": rows.SLACK_WORKERS,
    "slack_look_every": rows.SLACK_LOOK_EVERY,
}
"""Where each field comes from, but for the database: one setting, or what is made of some."""
