"""Who is meant: the login name unless --as says otherwise, and the same person's name elsewhere."""

from __future__ import annotations

import getpass
import os

from adapters.settings import Settings
from incident_core.model.actor import Actor


def login() -> str:
    """The account that runs this; where the system has no name for it, its number."""
    try:
        return getpass.getuser().strip()
    except (KeyError, OSError, ImportError):
        return f"uid-{os.getuid()}"


def giver(settings: Settings, who: str | None) -> Actor:
    """Who gives the command, with the login name beside it; raises Invalid."""
    account = login()
    named = Actor("cli", account, login=account) if who is None else Actor.parse(who, login=account)
    return _elsewhere(settings, named)


def person(settings: Settings, who: str) -> Actor:
    """Somebody who is named in a command; raises Invalid."""
    return _elsewhere(settings, Actor.parse(who))


def _elsewhere(settings: Settings, actor: Actor) -> Actor:
    """The name that INCIDENT_PEOPLE maps this one to, if it does."""
    other = dict(settings.people).get(str(actor))
    return actor if other is None else Actor.parse(other, login=actor.login)
