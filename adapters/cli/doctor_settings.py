"""What the doctor says of the program itself: its packages, its folders, its settings and its templates."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from adapters import shipped
from adapters.cli.doctor_check import Check, count

if TYPE_CHECKING:
    from adapters.cli.app import App
    from adapters.settings import BadSettings, Settings

LIBRARIES = ("SQLAlchemy", "alembic", "transitions", "psycopg2", "psycopg2-binary", "pysqlite3-binary",
             "pysqlite3", "slack-sdk", "slack-bolt", "jinja2", "redis", "rq")  # fmt: skip
"""Those whose release matters when something is reported; the ones that are installed are named."""


def installation() -> Iterator[Check]:
    """Which release this is, on what, and whether it is whole."""
    from adapters.cli.version import version

    yield Check("ok", "program", f"{shipped.DISTRIBUTION} {version()}, Python {platform.python_version()}")
    yield Check("ok", "libraries", ", ".join(_libraries()))
    owners = shipped.owners_of_adapters()
    others = [name for name in owners if name != shipped.DISTRIBUTION]
    if others:
        clash = f"also installed by {', '.join(others)}, which overwrites it: uninstall that"
        yield Check("bad", "packages", f"the package `adapters` is {clash}, then install this again.")
    else:
        yield Check("ok", "packages", "the package `adapters` is ours")
    for name, find in _FOLDERS:
        yield _found(name, find)


def _libraries() -> Iterator[str]:
    from importlib.metadata import PackageNotFoundError, version

    for name in LIBRARIES:
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            continue


_FOLDERS: tuple[tuple[str, Callable[[], object]], ...] = (
    ("migrations", shipped.migrations_directory),
    ("words", shipped.templates_directory),
)


def _found(name: str, find: Callable[[], object]) -> Check:
    try:
        return Check("ok", name, str(find()))
    except shipped.NotShipped as fault:
        return Check("bad", name, str(fault))


def settings(found: Settings) -> Iterator[Check]:
    """What is refused, and what is set for nothing."""
    for sentence in found.refused:
        yield Check("bad", "settings", sentence)
    unused = [line.name for line in found.explain() if "; not used" in line.source]
    if unused:
        are = "is" if len(unused) == 1 else "are"
        yield Check("warning", "settings", f"{', '.join(unused)} {are} set and not used: remove what is not")
    if not found.refused:
        set_ = sum(line.source not in ("default", "not set") for line in found.explain())
        yield Check("ok", "settings", f"{count(set_, 'is', 'are')} set; `incident config` shows them all")


def malformed(fault: BadSettings) -> Iterator[Check]:
    """Settings that nothing can be done with: the database cannot even be looked for."""
    for sentence in fault.sentences:
        yield Check("bad", "settings", sentence)
    yield Check("warning", "database", "it cannot be looked at before the settings are right")


def templates(app: App, words: Callable[[Settings], tuple[str, str]]) -> Iterator[Check]:
    """Whether all that is said can be said in this deployment's own words; `words` looks at Slack's."""
    from incident_core.errors import Invalid, Unavailable

    faults = app.templates()
    for sentence in faults:
        yield Check("bad", "templates", sentence)
    if faults:
        return
    if not (app.settings.slack_bot_token or app.settings.templates):
        yield Check("ok", "templates", "ours, and there is no Slack in which to say them")
        return
    try:
        state, sentence = words(app.settings)
        yield Check(state, "templates", sentence)
    except (Invalid, Unavailable, ModuleNotFoundError) as fault:
        yield Check("bad", "templates", str(fault))
