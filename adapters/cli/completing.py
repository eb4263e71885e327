"""What a shell may complete: keys and roles, quickly and silently; no database is made for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from adapters.cli.session import Session
from adapters.cli.shown import REDACTED, cell

if TYPE_CHECKING:
    from adapters.cli.app import App
    from incident_core.model.incident import Incident
    from incident_core.model.policy import Policy
    from incident_core.ports.reader import Summary

PATIENCE = 1.0
"""Seconds that somebody who pressed Tab waits for the database."""

NEWEST = 200
"""So many incidents are offered; an older key has to be typed."""

Item = CompletionItem[str]


def keys(context: click.Context, typed: str) -> list[Item]:
    """The newest keys that begin so, with what they are; the open ones first."""
    wanted = typed.upper() if not typed.isdigit() else f"INC-{typed}"
    try:
        found = [line for line in _newest(context) if line.key.startswith(wanted)]
    except Exception:  # noqa: BLE001 - whatever is wrong, a half-typed line is no place to say so
        return []
    return [CompletionItem(line.key, help=_help(line)) for line in sorted(found, key=_is_closed)]


def roles(context: click.Context, typed: str) -> list[Item]:
    """The roles of this deployment that begin so."""
    from incident_core.model.role import STANDARD_ROLES

    try:
        session: Session = context.find_root().obj
        every = (*STANDARD_ROLES, *session.settings.extra_roles)
    except Exception:  # noqa: BLE001 - as above: settings may be wrong
        every = STANDARD_ROLES
    return [CompletionItem(role) for role in every if role.startswith(typed)]


def timers(context: click.Context, typed: str) -> list[Item]:
    """The timers of the incident whose key stands before, that begin so."""
    from incident_core.guards.timers import timer_names

    key = None if context.parent is None else context.parent.params.get("key")
    try:
        found = None if key is None else _shown(context, key)
        names = () if found is None else timer_names(*found)
    except Exception:  # noqa: BLE001 - as above: the database may be away
        return []
    return [CompletionItem(name) for name in names if name.startswith(typed)]


def _shown(context: click.Context, key: str) -> tuple[Policy, Incident] | None:
    from adapters.cli.people import giver

    app = _hurried(context.find_root().obj)
    try:
        if app.describe().revision is None:
            return None
        incident = app.reader.show(app.workspace, key, giver(app.settings, context.params.get("who")))
        return None if incident is None else (app.policy, incident)
    finally:
        app.close()


def _newest(context: click.Context) -> Iterator[Summary]:
    from adapters.cli.people import giver
    from incident_core.ports.reader import Query

    app = _hurried(context.find_root().obj)
    try:
        if app.describe().revision is not None:
            who = giver(app.settings, context.params.get("who"))
            yield from app.reader.list(app.workspace, Query(limit=NEWEST), who)
    finally:
        app.close()


def _hurried(session: Session) -> App:
    settings = session.settings
    return session.compose(replace(settings, wait_seconds=min(settings.wait_seconds, PATIENCE)))


def _is_closed(line: Summary) -> bool:
    return line.stage == "closed"


def _help(line: Summary) -> str:
    return cell(f"{line.severity} {line.stage}: {REDACTED if line.title is None else line.title}")
