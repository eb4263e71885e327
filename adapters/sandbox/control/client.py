"""SandboxClient: control of a sandbox over HTTP, with the methods of Control and Team."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adapters.sandbox.conditions import FaultKind
from adapters.sandbox.control.facts import Called, Delivered, Installed, Known, Place
from adapters.sandbox.control.line import Line
from adapters.sandbox.control.person import PersonClient

__all__ = ["SandboxClient", "TeamClient", "PersonClient"]


class SandboxClient:
    """A sandbox at this address. Its methods raise what Control's raise, and OSError if nobody answers."""

    def __init__(self, url: str) -> None:
        self._line = Line(url.rstrip("/"))

    def teams(self) -> list[str]:
        """As Control's."""
        return list(self._line.ask("teams"))

    def found(self, name: str = "Acme", *, first: str = "owner") -> TeamClient:
        """As Control's."""
        return self.team(self._line.ask("found", name=name, first=first)["team"])

    def team(self, team_id: str | None = None) -> TeamClient:
        """As Control's."""
        teams = self.teams()
        wanted = team_id or next(iter(teams), "")
        if wanted not in teams:
            raise LookupError(f"There is no workspace {wanted}.")
        return TeamClient(self._line.to("teams", wanted), wanted)

    def create_app(self, manifest: dict[str, Any]) -> str:
        """As Control's."""
        return str(self._line.ask("create_app", manifest=manifest))

    def change_app(self, app: str, manifest: dict[str, Any]) -> None:
        """As Control's."""
        self._line.ask("change_app", app=app, manifest=manifest)

    def app_token(self, app: str, scopes: Sequence[str] = ("connections:write",)) -> str:
        """As Control's."""
        return str(self._line.ask("app_token", app=app, scopes=list(scopes)))

    def revoke(self, token: str, why: str = "token_revoked") -> None:
        """As Control's."""
        self._line.ask("revoke", token=token, why=why)

    def connections(self, app: str) -> list[str]:
        """As Control's."""
        return list(self._line.ask("connections", app=app))

    def disconnect(self, app: str, reason: str = "refresh_requested") -> int:
        """As Control's."""
        return int(self._line.ask("disconnect", app=app, reason=reason))

    def drop(self, app: str, *, ghosts: bool = False, reset: bool = False) -> int:
        """As Control's."""
        return int(self._line.ask("drop", app=app, ghosts=ghosts, reset=reset))

    def bury(self, app: str) -> int:
        """As Control's."""
        return int(self._line.ask("bury", app=app))

    def verify(self, app: str) -> bool:
        """As Control's."""
        return bool(self._line.ask("verify", app=app))

    def now(self) -> float:
        """As Control's."""
        return float(self._line.ask("now"))

    def move(self, seconds: float) -> float:
        """As Control's."""
        return float(self._line.ask("move", seconds=seconds))

    def freeze(self) -> float:
        """As Control's."""
        return float(self._line.ask("freeze"))

    def thaw(self) -> float:
        """As Control's."""
        return float(self._line.ask("thaw"))

    def strays(self) -> list[Called]:
        """As Control's."""
        return [Called(**each) for each in self._line.ask("strays")]


class TeamClient:
    """One workspace; its methods are those of Team."""

    def __init__(self, line: Line, team_id: str) -> None:
        self._line, self._id = line, team_id

    @property
    def id(self) -> str:
        """As Team's."""
        return self._id

    def person(self, name: str) -> PersonClient:
        """As Team's."""
        return PersonClient(self._line.to("people", name))

    def people(self) -> list[Known]:
        """As Team's."""
        return [Known(**each) for each in self._line.ask("people")]

    def add_user(
        self,
        name: str,
        *,
        real_name: str | None = None,
        standing: str = "member",
        grid: bool = False,
        home: str | None = None,
        tz: str = "Etc/UTC",
        tz_offset: int = 0,
    ) -> str:
        """As Team's."""
        more = {"real_name": real_name, "standing": standing, "grid": grid, "home": home}
        return str(self._line.ask("add_user", name=name, tz=tz, tz_offset=tz_offset, **more))

    def deactivate(self, user: str) -> None:
        """As Team's."""
        self._line.ask("deactivate", user=user)

    def add_group(self, handle: str, users: Sequence[str] = ()) -> str:
        """As Team's."""
        return str(self._line.ask("add_group", handle=handle, users=list(users)))

    def set_group(self, handle: str, users: Sequence[str]) -> None:
        """As Team's."""
        self._line.ask("set_group", handle=handle, users=list(users))

    def switch_group(self, handle: str, on: bool) -> None:
        """As Team's."""
        self._line.ask("switch_group", handle=handle, on=on)

    def add_channel(self, name: str, *, by: str | None = None, private: bool = False) -> str:
        """As Team's."""
        return str(self._line.ask("add_channel", name=name, by=by, private=private))

    def share(self, channel: str, team_id: str, name: str) -> None:
        """As Team's."""
        self._line.ask("share", channel=channel, team_id=team_id, name=name)

    def channels(self) -> list[Place]:
        """As Team's."""
        return [Place(**each) for each in self._line.ask("channels")]

    def install(self, app: str, *, installer: str | None = None) -> Installed:
        """As Team's."""
        return Installed(**self._line.ask("install", app=app, installer=installer))

    def uninstall(self, app: str) -> None:
        """As Team's."""
        self._line.ask("uninstall", app=app)

    def tiers(self, kept: bool) -> None:
        """As Team's."""
        self._line.ask("tiers", kept=kept)

    def latency(self, seconds: float, method: str = "*") -> None:
        """As Team's."""
        self._line.ask("latency", seconds=seconds, method=method)

    def fault(
        self,
        method: str,
        kind: FaultKind,
        *,
        after: bool = False,
        code: str = "fatal_error",
        status: int = 500,
        seconds: float = 1.0,
        times: int = 1,
        skip: int = 0,
        args: dict[str, Any] | None = None,
    ) -> None:
        """As Team's."""
        how = {"after": after, "code": code, "status": status, "seconds": seconds}
        which = {"times": times, "skip": skip, "args": args}
        self._line.ask("fault", method=method, kind=kind, **how, **which)

    def clear_faults(self) -> None:
        """As Team's."""
        self._line.ask("clear_faults")

    def calls(self, method: str | None = None) -> list[Called]:
        """As Team's."""
        return [Called(**each) for each in self._line.ask("calls", method=method)]

    def clear_calls(self) -> None:
        """As Team's."""
        self._line.ask("clear_calls")

    def deliveries(self, app: str | None = None) -> list[Delivered]:
        """As Team's."""
        return [Delivered(**each) for each in self._line.ask("deliveries", app=app)]

    def deliver_again(self, delivery: str) -> Delivered:
        """As Team's."""
        return Delivered(**self._line.ask("deliver_again", delivery=delivery))
