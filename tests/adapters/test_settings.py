"""Settings: what is read from where, what is refused in which words, and that no password is ever shown."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import setting_kinds, setting_page, setting_refused, setting_table, settings
from adapters.bootstrap_policy import mark, policy
from adapters.settings import BadSettings, SettingLine, Settings
from incident_core.errors import Invalid
from incident_core.model.actor import Actor
from incident_core.model.intervals import Intervals
from incident_core.model.move import Move
from incident_core.model.permit import Permit
from incident_core.model.policy import Policy
from incident_core.model.role import STANDARD_ROLES
from incident_core.model.severity import Severity

ROOT = Path(__file__).parents[2]
FOLDER = Path("/home/ann/.local/share/incident")
PARTS = {"POSTGRES_HOST": "db.example", "POSTGRES_NAME": "incidents", "POSTGRES_USER": "ann"}


def read(directory: Path, **environ: str) -> Settings:
    """What these variables and the folder's .env give, on a machine whose data folder is FOLDER."""
    return Settings.read(environ, directory, data_folder=lambda: FOLDER)


def faults(directory: Path, **environ: str) -> tuple[str, ...]:
    """The sentences of the refusal."""
    with pytest.raises(BadSettings) as caught:
        read(directory, **environ)
    assert str(caught.value) == "\n".join(caught.value.sentences)
    return caught.value.sentences


def line(found: Settings, name: str) -> SettingLine:
    return next(one for one in found.explain() if one.name == name)


def test_with_nothing_set_every_default_holds_and_the_value_says_the_same(tmp_path: Path) -> None:
    assert read(tmp_path) == Settings(database_url="sqlite:////home/ann/.local/share/incident/incidents.db")


def test_the_default_folder_is_the_platforms_and_nothing_is_made_in_it(tmp_path: Path) -> None:
    folder = settings.user_data_folder()
    assert folder.is_absolute()
    assert folder.name == "incident"
    existed = folder.exists()
    assert Settings.read({}, tmp_path).database_url.endswith("incident/incidents.db")
    assert folder.exists() == existed


def test_an_account_without_a_home_folder_is_told_to_name_a_database(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="DATABASE_URL is not set, and this account has no folder"):
        Settings.read({}, tmp_path, data_folder=lambda: Path("~/.local/share"))


@pytest.mark.parametrize(
    ("name", "text", "attribute", "value"),
    [
        ("DATABASE_URL", "sqlite:///here.db", "database_url", "sqlite:///here.db"),
        ("DATABASE_URL", "postgresql://localhost/case_production", "database_url",
         "postgresql+psycopg2://localhost/case_production"),
        ("TEMPLATES_DIRECTORY", "mydirfortemplates/", "templates", "mydirfortemplates/"),
        ("INCIDENT_WORKSPACE", " T012AB3CD ", "workspace", "T012AB3CD"),
        ("INCIDENT_ROLES", "scribe, liaison_2,scribe", "extra_roles", ("scribe", "liaison_2")),
        ("INCIDENT_ROLES", "scribe,technical_lead", "extra_roles", ("scribe",)),
        ("INCIDENT_ROLES", "", "extra_roles", ()),
        ("INCIDENT_REQUIRED_ROLES", "technical_lead", "required_roles", ("technical_lead",)),
        ("INCIDENT_REQUIRED_ROLES", "", "required_roles", ()),
        ("INCIDENT_REVIEW_TO_CLOSE", "Yes", "review_to_close", True),
        ("INCIDENT_REVIEW_TO_CLOSE", "0", "review_to_close", False),
        ("INCIDENT_REASON_TO_LOWER", "sev1, sev2, sev3", "reason_to_lower", ("sev1", "sev2", "sev3")),
        ("INCIDENT_REASON_TO_LOWER", "", "reason_to_lower", ()),
        ("INCIDENT_PEOPLE", "cli:ann = slack:U1,cli:bo@x.org=slack:W2", "people",
         (("cli:ann", "slack:U1"), ("cli:bo@x.org", "slack:W2"))),
        ("INCIDENT_TIMEZONE", "Europe/Berlin", "timezone", "Europe/Berlin"),
        ("INCIDENT_WAIT_SECONDS", "0.5", "wait_seconds", 0.5),
        ("INCIDENT_WAIT_SECONDS", "", "wait_seconds", 10.0),
        ("COMMS_REMINDER_FIRST", "90s", "comms_reminder_first", timedelta(seconds=90)),
        ("COMMS_REMINDER_FIRST", "", "comms_reminder_first", timedelta(minutes=30)),
        ("COMMS_REMINDER_AGAIN", " 1H 30M ", "comms_reminder_again", timedelta(minutes=90)),
        ("COMMS_REMINDER_SEVERITIES", "sev1", "comms_reminder_severities", ("sev1",)),
        ("COMMS_REMINDER_SEVERITIES", "", "comms_reminder_severities", ()),
        ("STALE_AFTER", "365d", "stale_after", timedelta(days=365)),
        ("STALE_AGAIN", "12 hours", "stale_again", timedelta(hours=12)),
        ("ROLE_EMPTY_AFTER", "2w", "role_empty_after", timedelta(weeks=2)),
        ("SLACK_BOT_TOKEN", " xoxb-12-34-aBcD5678 ", "slack_bot_token", "xoxb-12-34-aBcD5678"),
        ("SLACK_APP_TOKEN", "xapp-1-A01-2-abcdef", "slack_app_token", "xapp-1-A01-2-abcdef"),
        ("SLACK_SIGNING_SECRET", "8f742231b10e8888abcd99yyyzzz85a5", "slack_signing_secret",
         "8f742231b10e8888abcd99yyyzzz85a5"),
        ("SLACK_API_URL", "http://127.0.0.1:8065/api", "slack_api_url", "http://127.0.0.1:8065/api/"),
        ("SLACK_API_URL", "", "slack_api_url", "https://slack.com/api/"),
        ("INCIDENTS_DIGEST_CHANNEL", "#incidents", "slack_digest_channel", "incidents"),
        ("INCIDENTS_DIGEST_CHANNEL", "störungen_2", "slack_digest_channel", "störungen_2"),
        ("ISSUES_CHANNEL_ID", "C123456789", "slack_digest_channel", "C123456789"),
        ("INCIDENT_RESPONSE_GROUP_ID", "S0604QSJC", "slack_response_group", "S0604QSJC"),
        ("ALLOWED_WORKSPACE_IDS", "T012AB3CD, E45", "slack_allowed_workspaces", ("T012AB3CD", "E45")),
        ("ALLOWED_WORKSPACE_IDS", "", "slack_allowed_workspaces", ()),
        ("EXPORT_AUTHORIZED_USERS", "U012AB3CD,W1234567,U012AB3CD", "slack_export_users",
         ("U012AB3CD", "W1234567")),
        ("SLACK_WORKSPACE_ID", "foobar-2", "slack_workspace", "foobar-2"),
        ("SLACK_WORKSPACE_ID", "T012AB3CD", "slack_workspace", "T012AB3CD"),
        ("SLACK_COMMANDS", "/incident, /case", "slack_commands", ("/incident", "/case")),
        ("SLACK_COMMANDS", "", "slack_commands", ("/incident",)),
        ("SLACK_CHANNEL_PREFIX", "case_2", "slack_channel_prefix", "case_2"),
        ("SLACK_PRIVATE_CHANNELS", "off", "slack_private", False),
        ("SLACK_READ_HISTORY", "on", "slack_history", True),
        ("SLACK_SEND_FILES", "yes", "slack_files", True),
        ("SLACK_LOOK_UP_NAMES", "1", "slack_names", True),
        ("SLACK_COMMANDS_PER_MINUTE", "600", "slack_per_minute", 600),
        ("SLACK_WORKERS", "1", "slack_workers", 1),
    ],
)  # fmt: skip
def test_a_setting_is_read(tmp_path: Path, name: str, text: str, attribute: str, value: object) -> None:
    assert getattr(read(tmp_path, **{name: text}), attribute) == value


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("DATABASE_URL", "mysql://ann:Xx99@h/x", "names a kind of database that this program has no driver"),
        (
            "DATABASE_URL",
            "postgresql://h/x?schema=public&pgbouncer=true",
            "has an option that only Prisma knows: leave out pgbouncer, schema",
        ),
        ("INCIDENT_WORKSPACE", "a/b", "must be 1 to 64 letters, digits, dots and dashes, not 'a/b'"),
        ("INCIDENT_ROLES", "Scribe", "must be role names of lower-case letters"),
        (
            "INCIDENT_REQUIRED_ROLES",
            "scribe",
            "names 'scribe', which is not a role here: add it to INCIDENT_R",
        ),
        ("INCIDENT_REVIEW_TO_CLOSE", "maybe", "must be true or false, not 'maybe'"),
        (
            "INCIDENT_REASON_TO_LOWER",
            "sev1,sev5",
            "must be severities out of sev1, sev2, sev3, sev4, with comm",
        ),
        (
            "INCIDENT_PEOPLE",
            "ann=slack:U1",
            "must be pairs such as cli:ann=slack:U012AB3CD, not 'ann=slack:U1'",
        ),
        ("INCIDENT_PEOPLE", "cli:ann=slack:U1,cli:ann=slack:U2", "maps 'cli:ann' to two people"),
        (
            "INCIDENT_TIMEZONE",
            "Mars/Olympus",
            "must be a time zone such as Europe/Berlin, not 'Mars/Olympus'",
        ),
        ("INCIDENT_TIMEZONE", "../../etc/passwd", "must be a time zone such as"),
        ("INCIDENT_WAIT_SECONDS", "soon", "must be a number of seconds above 0, at most 3600, not 'soon'"),
        ("INCIDENT_WAIT_SECONDS", "nan", "must be a number of seconds above 0"),
        ("INCIDENT_WAIT_SECONDS", "-1", "must be a number of seconds above 0"),
        ("INCIDENT_WAIT_SECONDS", "9" * 500, "not '999999999999999999999999999999999999999…'."),
        ("INCIDENT_WAIT_SECONDS", "1\n2", r"not '1\n2'."),
        (
            "COMMS_REMINDER_FIRST",
            "30",
            "must be a length of time such as 90s, 30m, 12h or 7d, at most 365d, n",
        ),
        ("COMMS_REMINDER_AGAIN", "-5m", "at most 365d, not '-5m'."),
        ("COMMS_REMINDER_SEVERITIES", "high", "must be severities out of sev1, sev2, sev3, sev4, with comm"),
        (
            "STALE_AFTER",
            "0d",
            "must be a length of time such as 90s, 30m, 12h or 7d, at most 365d, not '0d'.",
        ),
        ("STALE_AFTER", "366d", "at most 365d, not '366d'."),
        ("STALE_AGAIN", "999999999w", "at most 365d, not '999999999w'."),
        ("STALE_AGAIN", "2 moons", "at most 365d, not '2 moons'."),
        ("ROLE_EMPTY_AFTER", "1.5h", "at most 365d, not '1.5h'."),
        ("INCIDENTS_DIGEST_CHANNEL", "two words", "must be a channel's name or id, such as #incidents, not"),
        ("INCIDENTS_DIGEST_CHANNEL", "Incidents", "must be in lower case, as Slack names channels, not 'Inc"),
        ("INCIDENTS_DIGEST_CHANNEL", "#", "must be a channel's name or id"),
        ("INCIDENT_RESPONSE_GROUP_ID", "@oncall", "must be the id of a user group, such as S0604QSJC, not"),
        (
            "ALLOWED_WORKSPACE_IDS",
            "T012AB3CD,acme",
            "must be ids such as T012AB3CD, with commas between them",
        ),
        ("ALLOWED_WORKSPACE_IDS", ",", "must be ids such as T012AB3CD, with commas between them, not ','."),
        (
            "EXPORT_AUTHORIZED_USERS",
            "ann",
            "must be ids such as U012AB3CD, with commas between them, not 'ann'",
        ),
        ("EXPORT_AUTHORIZED_USERS", " , ", "must be ids such as U012AB3CD"),
        (
            "SLACK_WORKSPACE_ID",
            "foobar.slack.com",
            "must be foobar where the workspace is foobar.slack.com, or",
        ),
        (
            "SLACK_COMMANDS",
            "incident",
            "must be commands such as /incident, of at most 32 lower-case letters",
        ),
        ("SLACK_COMMANDS", "/" + "x" * 32, "must be commands such as /incident"),
        ("SLACK_COMMANDS", ",", "must be one to 50 commands such as /incident."),
        ("SLACK_COMMANDS", ",".join(f"/c{n}" for n in range(51)), "must be one to 50 commands"),
        ("SLACK_CHANNEL_PREFIX", "Inc", "must be 1 to 20 lower-case letters, digits, - and _, not 'Inc'."),
        ("SLACK_CHANNEL_PREFIX", "x" * 21, "must be 1 to 20 lower-case letters"),
        ("SLACK_PRIVATE_CHANNELS", "maybe", "must be true or false, not 'maybe'"),
        ("SLACK_COMMANDS_PER_MINUTE", "0", "must be a whole number from 1 to 600, not '0'."),
        ("SLACK_COMMANDS_PER_MINUTE", "601", "must be a whole number from 1 to 600"),
        ("SLACK_WORKERS", "2.5", "must be a whole number from 1 to 32, not '2.5'."),
        ("SLACK_WORKERS", "33", "must be a whole number from 1 to 32"),
    ],
)
def test_a_malformed_setting_is_refused_in_one_line_that_names_it(
    tmp_path: Path, name: str, text: str, says: str
) -> None:
    (sentence,) = faults(tmp_path, **{name: text})
    assert sentence.startswith(f"{name} (environment) ")
    assert says in sentence
    assert sentence.isprintable()
    assert sentence.endswith(".")


SECRETS = (
    ("SLACK_BOT_TOKEN", "xapp-1-KVQKVQKVQ", "must be a token of Slack that begins with xoxb-."),
    ("SLACK_BOT_TOKEN", "KVQ", "must be a token of Slack that begins with xoxb-."),
    ("SLACK_APP_TOKEN", "xoxb-KVQKVQKVQKVQ", "must be a token of Slack that begins with xapp-."),
    ("SLACK_APP_TOKEN", "xapp-KVQ KVQ KVQ", "must be a token of Slack that begins with xapp-."),
    (
        "SLACK_SIGNING_SECRET",
        "KVQ",
        "must be the signing secret of the app: at least 16 letters and digits, no token.",
    ),
    ("SLACK_SIGNING_SECRET", "xoxb-KVQKVQKVQKVQKVQKVQ", "must be the signing secret of the app"),
    ("SLACK_API_URL", "https://ann:KVQ@slack.com/api/", "must be an address such as https://slack.com/api/"),
    ("SLACK_API_URL", "slack.com/api?token=KVQ", "must be an address such as https://slack.com/api/"),
    (
        "SLACK_API_URL",
        "https://slack.com/api/?token=KVQ",
        "must be an address such as https://slack.com/api/",
    ),
)


@pytest.mark.parametrize(("name", "text", "says"), SECRETS)
def test_a_malformed_secret_of_slack_is_named_and_never_shown(
    tmp_path: Path, name: str, text: str, says: str
) -> None:
    with pytest.raises(BadSettings) as caught:
        read(tmp_path, **{name: text})
    (sentence,) = caught.value.sentences
    assert sentence.startswith(f"{name} (environment) {says}")
    assert "KVQ" not in f"{caught.value!r} {caught.value.lines}"


def test_the_secrets_of_slack_are_shown_nowhere(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        SLACK_BOT_TOKEN="xoxb-KVQKVQKVQ",
        SLACK_APP_TOKEN="xapp-KVQKVQKVQ",
        SLACK_SIGNING_SECRET="KVQKVQKVQKVQKVQKVQ",
    )
    assert "KVQ" not in f"{found!r} {found.explain()}"
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"):
        assert line(found, name).value == "***"


def test_the_digest_channel_of_the_other_name_counts_where_its_own_is_not_set(tmp_path: Path) -> None:
    found = read(tmp_path, ISSUES_CHANNEL_ID="C123456789", INCIDENTS_DIGEST_CHANNEL="incidents")
    assert found.slack_digest_channel == "incidents"
    assert line(read(tmp_path, ISSUES_CHANNEL_ID="C123456789"), "INCIDENTS_DIGEST_CHANNEL")[1:3] == (
        "C123456789", "environment, as ISSUES_CHANNEL_ID",
    )  # fmt: skip


def test_every_malformed_setting_of_slack_is_named_at_once_and_the_lines_say_what_is_not_set(
    tmp_path: Path,
) -> None:
    with pytest.raises(BadSettings) as caught:
        read(
            tmp_path, SLACK_APP_TOKEN="no", SLACK_WORKERS="0", SLACK_COMMANDS="x", EXPORT_AUTHORIZED_USERS="y"
        )
    assert [sentence.split(" ")[0] for sentence in caught.value.sentences] == [
        "SLACK_APP_TOKEN", "EXPORT_AUTHORIZED_USERS", "SLACK_COMMANDS", "SLACK_WORKERS",
    ]  # fmt: skip
    unset = {one.name for one in caught.value.lines if not one.is_set}
    assert "SLACK_BOT_TOKEN" in unset
    assert not {"SLACK_APP_TOKEN", "SLACK_WORKERS", "SLACK_API_URL"} & unset


def test_every_malformed_setting_is_named_at_once(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("INCIDENT_TIMEZONE=Mars\nDATABASE_URL postgres://h\n")
    found = faults(tmp_path, POSTGRES_HOST="db", INCIDENT_ROLES="B", INCIDENT_WAIT_SECONDS="x")
    assert [sentence.split(" ")[0] for sentence in found] == [
        "The", "POSTGRES_HOST", "INCIDENT_ROLES", "INCIDENT_TIMEZONE", "INCIDENT_WAIT_SECONDS",
    ]  # fmt: skip


def test_a_role_of_the_deployment_can_be_required(tmp_path: Path) -> None:
    found = read(tmp_path, INCIDENT_ROLES="scribe", INCIDENT_REQUIRED_ROLES="scribe,incident_commander")
    assert found.required_roles == ("scribe", "incident_commander")


def test_the_environment_goes_before_the_file_and_the_file_before_the_default(tmp_path: Path) -> None:
    text = "export INCIDENT_WORKSPACE='from-file' # a comment\nINCIDENT_TIMEZONE=Asia/Tokyo\n"
    (tmp_path / ".env").write_text("\ufeff" + text, encoding="utf-8")
    found = read(tmp_path, INCIDENT_TIMEZONE="Europe/Paris")
    assert (found.workspace, found.timezone, found.wait_seconds) == ("from-file", "Europe/Paris", 10.0)
    sources = {one.name: one.source for one in found.explain()}
    assert sources["INCIDENT_WORKSPACE"] == ".env file"
    assert sources["INCIDENT_TIMEZONE"] == "environment"
    assert sources["INCIDENT_WAIT_SECONDS"] == "default"
    assert sources["POSTGRES_USER"] == "not set"


def test_a_value_in_the_file_is_taken_as_written(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DATABASE_URL='postgresql://ann:${HOME}$x@h/i'\n")
    assert read(tmp_path).database_url == "postgresql+psycopg2://ann:${HOME}$x@h/i"


def test_lines_of_another_program_in_the_file_are_let_be(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# DATABASE_URL is set elsewhere\nOTHER THING\n'\nINCIDENT_WORKSPACE=w\n")
    assert read(tmp_path).workspace == "w"


@pytest.mark.parametrize("text", ["A=1\nDATABASE_URL\n", "A=1\nDATABASE_URL: sqlite:///x.db\n"])
def test_a_line_of_ours_that_is_not_understood_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / ".env").write_text(text)
    (sentence,) = faults(tmp_path)
    assert sentence == f"The file {tmp_path / '.env'} sets DATABASE_URL in line 2 in a way not understood."


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"DATABASE_URL=\xff\xfe")
    (sentence,) = faults(tmp_path)
    assert sentence == f"The file {tmp_path / '.env'} cannot be read: it is not UTF-8 text."


def test_a_folder_of_that_name_is_no_settings_file(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    assert read(tmp_path).workspace == "default"


def test_the_parts_of_a_postgresql_address_are_put_together(tmp_path: Path) -> None:
    found = read(tmp_path, **PARTS, POSTGRES_PASSWORD=" p@ss/w:rd%#? ", POSTGRES_PORT="5433")
    assert found.database_url == (
        "postgresql+psycopg2://ann:%20p%40ss%2Fw%3Ard%25%23%3F%20@db.example:5433/incidents"
    )
    assert line(found, "DATABASE_URL")[1:3] == (
        "postgresql+psycopg2://ann:***@db.example:5433/incidents", "made of the POSTGRES_ settings",
    )  # fmt: skip
    assert line(found, "POSTGRES_PASSWORD")[1:3] == ("***", "environment")


def test_the_database_may_be_named_in_the_other_way(tmp_path: Path) -> None:
    found = read(tmp_path, POSTGRES_HOST="h", POSTGRES_USER="ann", POSTGRES_DB="i")
    assert found.database_url == "postgresql+psycopg2://ann@h:5432/i"
    assert line(found, "POSTGRES_NAME")[1:3] == ("i", "environment, as POSTGRES_DB")


@pytest.mark.parametrize("absent", PARTS)
def test_a_part_that_is_missing_is_asked_for(tmp_path: Path, absent: str) -> None:
    (sentence,) = faults(tmp_path, **{name: text for name, text in PARTS.items() if name != absent})
    assert f"is set, but {absent} is not: set it, or set DATABASE_URL instead." in sentence


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        (
            "POSTGRES_PORT",
            "tcp://10.0.0.1:5432",
            "must be a number from 1 to 65535, not 'tcp://10.0.0.1:5432'",
        ),
        ("POSTGRES_PORT", "٣", "must be a number from 1 to 65535"),
        ("POSTGRES_PORT", "65536", "must be a number from 1 to 65535"),
        ("POSTGRES_HOST", "db:5433", "must be a host's name or address, without a port, not 'db:5433'"),
        ("POSTGRES_HOST", "ann@db", "must be a host's name or address"),
    ],
)
def test_a_malformed_part_is_refused(tmp_path: Path, name: str, text: str, says: str) -> None:
    (sentence,) = faults(tmp_path, **{**PARTS, name: text})
    assert sentence.startswith(f"{name} (environment) {says}")


def test_a_port_alone_as_kubernetes_sets_it_names_no_database(tmp_path: Path) -> None:
    assert read(tmp_path, POSTGRES_PORT="tcp://10.0.0.1:5432").database_url.startswith("sqlite:")


def test_database_url_goes_before_the_parts_and_config_says_so(tmp_path: Path) -> None:
    found = read(tmp_path, DATABASE_URL="postgres://b@h2/x", POSTGRES_HOST="h", POSTGRES_PORT="tcp://1")
    assert found.database_url == "postgresql+psycopg2://b@h2/x"
    for name in ("POSTGRES_HOST", "POSTGRES_PORT"):
        assert line(found, name).source == "environment; not used, since DATABASE_URL is set"


def test_the_explanation_has_one_line_per_setting_in_the_tables_order(tmp_path: Path) -> None:
    lines = read(tmp_path).explain()
    assert [one.name for one in lines] == [setting.name for setting in setting_table.TABLE]
    assert all(one.meaning.endswith(".") and one.source for one in lines)


PASSWORDS = st.text("aZ9@:/?#%&=+[]$ {}'\"\\é", min_size=1).map(lambda text: f"KVQ{text}KVQ")


@given(
    password=PASSWORDS,
    form=st.sampled_from(
        [
            "postgres://ann:{}@h/i", "postgresql://ann:{}@h:5432/i?sslmode=require", "postgresql://h/i?password={}",
            "postgresql://ann:{}@/i?host=/run", "postgresql+asyncpg://ann:{}@h/i", "postgresql://ann:{}@h:port/i",
            "postgresql://h:5432/i?password={}",
            "ann:{}@h/i", "{}", "postgresql://h/i?sslmode=on&%70assword={}", "postgresql:/ann:{}@h",
        ]
    ),
)  # fmt: skip
def test_no_password_of_an_address_is_ever_shown(password: str, form: str) -> None:
    _shows_nothing_of(password, {"DATABASE_URL": form.format(password)})


@given(password=PASSWORDS, port=st.sampled_from(["5432", "tcp://1"]))
def test_no_password_given_by_itself_is_ever_shown(password: str, port: str) -> None:
    _shows_nothing_of(password, {**PARTS, "POSTGRES_PASSWORD": password, "POSTGRES_PORT": port})
    _shows_nothing_of(password, {"POSTGRES_PASSWORD": password})


def _shows_nothing_of(password: str, environ: dict[str, str]) -> None:
    assert "KVQ" in password
    try:
        found = Settings.read(environ, Path("/nowhere"), data_folder=lambda: FOLDER)
    except BadSettings as fault:
        shown = f"{fault} {fault!r} {fault.args}"
    else:
        shown = f"{found!r} {found.explain()} {found.database_shown}"
    assert "KVQ" not in shown


def test_roles_and_severities_are_those_of_the_core() -> None:
    assert setting_kinds.STANDARD_ROLES == STANDARD_ROLES
    assert tuple(Severity) == setting_kinds.SEVERITIES


def test_the_lengths_of_the_timers_are_those_of_the_core(tmp_path: Path) -> None:
    assert policy(read(tmp_path)) == Policy()
    found = policy(
        read(
            tmp_path,
            COMMS_REMINDER_FIRST="1m",
            COMMS_REMINDER_AGAIN="2m",
            STALE_AFTER="3m",
            STALE_AGAIN="4m",
            ROLE_EMPTY_AFTER="5m",
            COMMS_REMINDER_SEVERITIES="sev3",
        )
    )
    first, again, stale_after, stale_again, empty = (timedelta(minutes=count) for count in range(1, 6))
    assert found.intervals == Intervals(
        first, again, stale_after, stale_again, empty, frozenset({Severity.SEV3})
    )


ANOTHER = (
    ("COMMS_REMINDER_FIRST", "31m"), ("COMMS_REMINDER_AGAIN", "26m"), ("COMMS_REMINDER_SEVERITIES", "sev2"),
    ("STALE_AFTER", "8d"), ("STALE_AGAIN", "3d"), ("ROLE_EMPTY_AFTER", "11m"),
    ("INCIDENT_REQUIRED_ROLES", ""),
)  # fmt: skip


def test_the_mark_of_the_timers_is_another_for_every_setting_that_moves_them(tmp_path: Path) -> None:
    marks = [mark(policy(read(tmp_path, **{name: text}))) for name, text in ANOTHER]
    usual = mark(policy(read(tmp_path)))
    assert usual == "1; comms 1800 1500 sev1 sev2; stale 604800 172800; role 600 incident_commander"
    assert len({usual, *marks}) == len(ANOTHER) + 1


def test_the_mark_of_the_timers_is_the_same_for_settings_that_say_the_same(tmp_path: Path) -> None:
    found = read(tmp_path, COMMS_REMINDER_SEVERITIES="sev2,sev1", STALE_AFTER="168h", INCIDENT_ROLES="scribe")
    assert mark(policy(found)) == mark(policy(read(tmp_path)))


def test_reading_the_settings_imports_neither_the_core_nor_a_library() -> None:
    script = """if True:
        import sys
        from pathlib import Path
        before = set(sys.modules)
        from adapters.settings import Settings
        Settings.read({'DATABASE_URL': 'sqlite:////x.db'}, Path('/nowhere'))
        packages = {name.partition('.')[0] for name in set(sys.modules) - before}
        print(*packages - set(sys.stdlib_module_names))"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.split() == ["adapters"]


def test_the_example_file_is_the_table() -> None:
    assert (ROOT / ".env.example").read_text() == setting_table.example(), (
        "type: .venv/bin/python -m adapters.setting_table > .env.example"
    )


def test_the_example_file_with_every_line_switched_on_gives_the_defaults(tmp_path: Path) -> None:
    names = tuple(f"{setting.name}=" for setting in setting_table.TABLE)
    lines = [text.removeprefix("# ") for text in setting_table.example().splitlines()]
    on = [text for text in lines if text.startswith(names)]
    (tmp_path / ".env").write_text("\n".join(on))
    assert len(on) == len(setting_table.TABLE)
    assert read(tmp_path) == read(tmp_path / "empty")


def test_required_roles_are_also_read_under_the_name_of_the_other_bot(tmp_path: Path) -> None:
    found = read(tmp_path, RESOLVE_REQUIRED_ROLES="incident_commander,technical_lead")
    assert policy(found).required_roles == ("incident_commander", "technical_lead")


def test_admins_are_ids_of_slack_or_names_with_their_kind_and_one_person_is_one(tmp_path: Path) -> None:
    people = "cli:cleo=slack:U0CLEO"
    found = read(tmp_path, ADMIN_USERS="U012AB3CD, cli:ann,cli:cleo", INCIDENT_PEOPLE=people)
    assert found.admins == ("slack:U012AB3CD", "cli:ann", "cli:cleo")
    assert policy(found).admins == {
        Actor("slack", "U012AB3CD"),
        Actor("cli", "ann"),
        Actor("slack", "U0CLEO"),
    }
    assert policy(read(tmp_path)).admins == frozenset()
    assert faults(tmp_path, ADMIN_USERS="ann") == (
        "ADMIN_USERS (environment) must name people such as U012AB3CD or cli:ann, "
        "and groups such as S0604QSJC, not 'ann'.",
    )


def test_permissions_name_a_verb_its_people_and_its_groups(tmp_path: Path) -> None:
    found = read(tmp_path, INCIDENT_PERMISSIONS="close=S0604QSJC|cli:ann, access grant = U012AB3CD")
    assert policy(found).permits == {
        Move.CLOSE: Permit(frozenset({Actor("cli", "ann")}), frozenset({"S0604QSJC"})),
        Move.GRANT: Permit(frozenset({Actor("slack", "U012AB3CD")})),
    }
    assert found.groups == ("S0604QSJC",)
    assert policy(found).groups == {"S0604QSJC"}


@pytest.mark.parametrize(
    "text", ["close", "close=", "=U012AB3CD", "close=ann", "close=U1B2,close=U3C4", "clo2e=U1B2"]
)
def test_permissions_that_say_nothing_are_a_fault(tmp_path: Path, text: str) -> None:
    (sentence,) = faults(tmp_path, INCIDENT_PERMISSIONS=text)
    assert sentence.startswith("INCIDENT_PERMISSIONS (environment) must ")


@pytest.mark.parametrize(
    ("verb", "says"),
    [
        ("open", "INCIDENT_PERMISSIONS cannot limit open: nobody can be kept from opening."),
        ("look", "INCIDENT_PERMISSIONS cannot limit look: the verbs are declare, resolve, "),
        ("dance", "INCIDENT_PERMISSIONS cannot limit dance: the verbs are declare, resolve, "),
    ],
)
def test_what_is_no_verb_and_opening_cannot_be_limited(tmp_path: Path, verb: str, says: str) -> None:
    with pytest.raises(Invalid) as caught:
        policy(read(tmp_path, INCIDENT_PERMISSIONS=f"{verb}=U012AB3CD"))
    assert caught.value.sentence.startswith(says)


def test_a_switch_without_the_name_that_goes_with_it_is_a_fault_and_a_name_alone_does_nothing(
    tmp_path: Path,
) -> None:
    assert faults(tmp_path, INCIDENT_AUTO_GROUP_INVITE_ENABLED="true") == (
        "INCIDENT_AUTO_GROUP_INVITE_ENABLED is true, "
        "but INCIDENT_AUTO_GROUP_INVITE_GROUP_NAME is not set: set it too.",
    )
    assert faults(tmp_path, INCIDENT_AUTO_CREATE_FROM_REACT_ENABLED="true") == (
        "INCIDENT_AUTO_CREATE_FROM_REACT_ENABLED is true, "
        "but INCIDENT_AUTO_CREATE_FROM_REACT_EMOJI_NAME is not set: set it too.",
    )
    named = {
        "INCIDENT_AUTO_GROUP_INVITE_GROUP_NAME": "@sre-oncall",
        "INCIDENT_AUTO_CREATE_FROM_REACT_EMOJI_NAME": ":fire:",
    }
    found = read(tmp_path, **named)
    assert (found.slack_invited_group, found.slack_emoji) == ("", "")
    on = {"INCIDENT_AUTO_GROUP_INVITE_ENABLED": "true", "INCIDENT_AUTO_CREATE_FROM_REACT_ENABLED": "true"}
    found = read(tmp_path, **named, **on)
    assert (found.slack_invited_group, found.slack_emoji) == ("sre-oncall", "fire")


def test_links_are_whole_addresses_and_rca_channel_is_one_of_three_words(tmp_path: Path) -> None:
    link = "https://wiki.example.org/incidents?x=1#start"
    found = read(tmp_path, INCIDENT_GUIDE_LINK=link, RCA_CHANNEL="Always")
    assert (found.guide_link, found.postmortems_link, found.review_channel) == (link, "", "always")
    wrong = faults(tmp_path, INCIDENT_GUIDE_LINK="wiki/incidents", RCA_CHANNEL="often")
    assert wrong == (
        "INCIDENT_GUIDE_LINK (environment) must be a whole address such as "
        "https://wiki.example.org/incidents, not 'wiki/incidents'.",
        "RCA_CHANNEL (environment) must be never, severe or always, not 'often'.",
    )


@pytest.mark.parametrize("each", setting_refused.REFUSED, ids=lambda each: each.setting.name)
def test_what_wants_something_that_is_not_here_is_refused_in_one_sentence(
    tmp_path: Path, each: setting_refused.Refused
) -> None:
    name = each.setting.name
    found = read(tmp_path, **{name: "true"})
    assert found.refused == (each.sentence,) == (line(found, name).refused,)
    assert each.sentence.startswith(name)
    assert each.sentence.endswith(".")
    with pytest.raises(BadSettings) as caught:
        found.accepted()
    assert caught.value.sentences == found.refused
    for off in ("", " "):
        assert read(tmp_path, **{name: off}).refused == ()


def test_a_switch_that_is_off_is_let_be_and_one_that_is_neither_is_malformed(tmp_path: Path) -> None:
    found = read(tmp_path, WEB_INTERFACE_ENABLED="False")
    assert found.accepted() is found
    assert line(found, "WEB_INTERFACE_ENABLED").value == "False"
    (sentence,) = faults(tmp_path, WEB_INTERFACE_ENABLED="maybe")
    assert sentence == "WEB_INTERFACE_ENABLED (environment) must be true or false, not 'maybe'."


def test_what_only_goes_with_a_refused_switch_is_told_as_not_used_and_never_shown(tmp_path: Path) -> None:
    for unused in setting_refused.UNUSED:
        found = read(tmp_path, **{unused.setting.name: "KVQ"}).accepted()
        told = line(found, unused.setting.name)
        assert (told.value, told.source.partition(";")[2]) == (
            "***", " not used, since nothing here has a use for it",
        )  # fmt: skip


def test_what_is_malformed_and_what_is_refused_are_named_together_each_at_its_line(tmp_path: Path) -> None:
    given = {"STALE_AFTER": "soon", "AUTO_CREATE_RCA": "true", "WEBHOOK_URL": "https://h.example/x"}
    with pytest.raises(BadSettings) as caught:
        read(tmp_path, **given)
    named = [sentence.split()[0] for sentence in caught.value.sentences]
    assert named == ["STALE_AFTER", "WEBHOOK_URL", "AUTO_CREATE_RCA"]
    assert {each.name for each in caught.value.lines if each.refused} == set(given)


def test_a_line_of_the_file_that_sets_a_refused_one_in_a_way_not_understood_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("'PAGERDUTY_API_TOKEN\n")
    (sentence,) = faults(tmp_path)
    assert sentence.endswith("sets PAGERDUTY_API_TOKEN in line 1 in a way not understood.")


def test_the_page_of_the_settings_is_the_table() -> None:
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == setting_page.page(), (
        "type: .venv/bin/python -m adapters.setting_page > docs/settings.md"
    )


def test_every_setting_has_a_kind_that_people_understand() -> None:
    for setting in setting_table.TABLE:
        assert setting_page.kind(setting)
        assert f"| `{setting.name}`" in setting_page.page()


def test_no_variable_is_a_setting_and_refused() -> None:
    ours = {name for setting in setting_table.TABLE for name in setting.names}
    assert ours.isdisjoint(setting_refused.NAMES)
