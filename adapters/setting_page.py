"""The page docs/settings.md, made of the rows: every setting, and what became of the variables of others."""

import sys
from collections.abc import Iterator
from typing import Any

from adapters import setting_refused as away
from adapters import setting_table as rows
from adapters.setting_kinds import Setting

KINDS = {
    "_url": "address of a database",
    "as_written": "text",
    "channel": "channel",
    "endpoint": "address",
    "host": "host",
    "length": "length of time",
    "link": "address",
    "matching": "text",
    "normalised": "address",
    "number": "whole number",
    "one_of": "word",
    "people": "pairs of people",
    "permits": "verbs and people",
    "place": "host and port",
    "port": "number",
    "roles": "list",
    "seconds": "seconds",
    "secret": "secret",
    "severities": "list",
    "signing_secret": "secret",
    "slack_api": "address",
    "slack_ids": "list of ids",
    "slash_commands": "list",
    "some_people": "list of people",
    "switch": "true or false",
    "time_zone": "time zone",
    "token": "secret",
    "workspace": "text",
}
"""What people call the values of a parser, by the function that it is, or that made it."""

CASE = (
    "DATABASE_URL",
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_APP_TOKEN",
    "ISSUES_CHANNEL_ID",
    "INCIDENT_RESPONSE_GROUP_ID",
    "ALLOWED_WORKSPACE_IDS",
    "EXPORT_AUTHORIZED_USERS",
    "PAGERDUTY_ROUTING_KEY",
)
INCIDENT_BOT = (
    "POSTGRES_HOST",
    "POSTGRES_NAME",
    "POSTGRES_USER",
    "POSTGRES_PASSWORD",
    "POSTGRES_PORT",
    "INCIDENTS_DIGEST_CHANNEL",
    "INCIDENT_GUIDE_LINK",
    "INCIDENT_POSTMORTEMS_LINK",
    "INCIDENT_CHANNEL_TOPIC",
    "SLACK_APP_TOKEN",
    "SLACK_BOT_TOKEN",
    "SLACK_WORKSPACE_ID",
    "AUTH0_DOMAIN",
    "INCIDENT_AUTO_GROUP_INVITE_ENABLED",
    "INCIDENT_AUTO_GROUP_INVITE_GROUP_NAME",
    "INCIDENT_EXTERNAL_PROVIDERS_ENABLED",
    "INCIDENT_EXTERNAL_PROVIDERS_LIST",
    "INCIDENT_AUTO_CREATE_FROM_REACT_ENABLED",
    "INCIDENT_AUTO_CREATE_FROM_REACT_EMOJI_NAME",
    "STATUSPAGE_INTEGRATION_ENABLED",
    "STATUSPAGE_API_KEY",
    "STATUSPAGE_PAGE_ID",
    "STATUSPAGE_URL",
    "TEMPLATES_DIRECTORY",
    "WEB_INTERFACE_ENABLED",
    "AUTO_CREATE_RCA",
    "CONFLUENCE_API_URL",
    "CONFLUENCE_API_USERNAME",
    "CONFLUENCE_API_TOKEN",
    "CONFLUENCE_SPACE",
    "CONFLUENCE_PARENT_PAGE",
    "PAGERDUTY_API_TOKEN",
    "PAGERDUTY_API_USERNAME",
)
"""Every variable that the readmes of the two programs name, in their order."""

_HEAD = """\
# Settings

Made of the table in the code: `python -m adapters.setting_page > docs/settings.md`.

Each is read from the environment, then from a `.env` file in the current folder; where neither sets it,
the default holds. An empty value counts as not set, unless this page says what empty means. `incident config`
prints what is in force and where it came from, with secrets masked. A value that cannot be used is refused
with a sentence, all of them at once, and nothing is done.

"""
_FROM_OTHERS = """
## Coming from another program

The variables that the readmes of Case and of incident-bot name, and what became of each. What is *refused*
keeps every command from running for as long as it is on or set, and each of them says so, all at once; only
`incident config` and `incident doctor` run, and list them. What is *not used* is let be; `config` and
`doctor` name it.

"""


def page() -> str:
    """The whole page, as Markdown."""
    settings = _table(("setting", "kind", "default", "what for"), map(_row, rows.TABLE))
    others = "\n".join(
        f"### {name}\n\n{_table(('variable', 'here'), ((f'`{each}`', became(each)) for each in names))}"
        for name, names in (("Case", CASE), ("incident-bot", INCIDENT_BOT))
    )
    return f"{_HEAD}{settings}{_FROM_OTHERS}{others}"


def kind(setting: Setting[Any]) -> str:
    """What its values are, for people."""
    return KINDS[getattr(setting.parse, "__qualname__", "").partition(".")[0]]


def became(name: str) -> str:
    """What there is here of a variable of another program."""
    if any(setting.name == name for setting in rows.TABLE):
        return "the same"
    for setting in rows.TABLE:
        if name in setting.aliases:
            return f"also read, as `{setting.name}`"
    for refused in away.REFUSED:
        if refused.setting.name == name:
            return f"refused: {_cell(refused.sentence)}"
    unused = next(each for each in away.UNUSED if each.setting.name == name)
    return f"not used: it goes with `{unused.switch.name}`"


def _row(setting: Setting[Any]) -> tuple[str, ...]:
    also = "".join(f", `{alias}`" for alias in setting.aliases)
    default = f"`{setting.default}`" if setting.default else "none"
    return f"`{setting.name}`{also}", kind(setting), default, _cell(setting.meaning)


def _table(heads: tuple[str, ...], lines: Iterator[tuple[str, ...]]) -> str:
    every = (heads, ("---",) * len(heads), *lines)
    return "".join(f"| {' | '.join(line)} |\n" for line in every)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(page())
