"""The options that commands share: who gives it, when it happened, why it may pass, how to answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, Protocol

import click

from adapters.cli.app import App
from adapters.cli.kinds import KEY, WHEN
from adapters.cli.session import Session
from adapters.cli.when import When

if TYPE_CHECKING:
    from incident_core.model.actor import Actor

Function = Callable[..., None]


class _Option(Protocol):
    def __call__(self, function: Function, /) -> Function: ...


@dataclass(frozen=True, slots=True)
class Looking:
    """Who looks, and whether the answer is JSON."""

    session: Session
    who: str | None
    as_json: bool

    @property
    def app(self) -> App:
        return self.session.app

    @property
    def actor(self) -> Actor:
        """Who gives the command; raises Invalid."""
        from adapters.cli.people import giver

        return giver(self.app.settings, self.who)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given(Looking):
    """What every verb is given besides its own arguments.

    `pinned` notes what relative times came to: a repeat with the same key has to name the same times.
    """

    at: When | None
    command_key: str | None
    override: str | None
    pinned: dict[str, str] = field(default_factory=dict)

    def moment(self, name: str, when: When) -> datetime:
        """The instant that was meant; raises Invalid."""
        from incident_core.model.times import to_iso

        at = when.resolve(name, self.app.clock.now())
        if when.fixed is None:
            self.pinned[name] = to_iso(at)
        return at

    def person(self, who: str) -> Actor:
        """Somebody who is named in the command; raises Invalid."""
        from adapters.cli.people import person

        return person(self.app.settings, who)


key: _Option = click.argument("key", type=KEY)

who: _Option = click.option(
    "--as",
    "who",
    metavar="WHO",
    help="Who gives the command: ann, cli:ann or slack:U012AB3CD. [default: the login name]",
)
at: _Option = click.option(
    "--at", type=WHEN, help="When it happened, if earlier: 2026-11-22T08:45Z, or 20m ago."
)
command_key: _Option = click.option(
    "--key",
    "command_key",
    metavar="TEXT",
    help="A name for this command: given again, it gets the first answer and does nothing more.",
)
override: _Option = click.option(
    "--override", metavar="REASON", help="Pass over a process rule; the reason is recorded."
)
as_json: _Option = click.option("--json", "as_json", is_flag=True, help="Answer with JSON.")


def verb(function: Function) -> Function:
    """A command that changes an incident: called with a Given, then its own arguments."""

    @wraps(function)
    @click.pass_obj
    def called(session: Session, /, override: str | None = None, **rest: Any) -> None:
        own = {name: rest.pop(name) for name in tuple(rest) if name not in _SHARED}
        function(Given(session=session, override=override, **rest), **own)

    return who(at(command_key(as_json(called))))


def looking(function: Function) -> Function:
    """A command for admins, who see everything: called with a Looking, then its own arguments."""

    @wraps(function)
    @click.pass_obj
    def called(session: Session, /, as_json: bool = False, **own: Any) -> None:
        function(Looking(session, None, as_json), **own)

    return called


def under_key(function: Function) -> Function:
    """A command below a group that has taken the key: `incident task INC-42 add`; passes it on."""

    @wraps(function)
    @click.pass_context
    def called(context: click.Context, /, *first: Any, **rest: Any) -> None:
        outer = context.parent
        assert outer is not None
        function(*first, key=outer.params["key"], **rest)

    return called


_SHARED = ("who", "as_json", "at", "command_key")


def reading(function: Function) -> Function:
    """A command that only looks: called with a Looking, then its own arguments."""

    @wraps(function)
    @click.pass_obj
    def called(session: Session, /, who: str | None, as_json: bool, **own: Any) -> None:
        function(Looking(session, who, as_json), **own)

    return who(as_json(called))
