"""Control of a sandbox in the same process: workspaces, apps, people, the clock, and what goes wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adapters.sandbox import founding, rooms
from adapters.sandbox.conditions import Fault, FaultKind
from adapters.sandbox.control import telling
from adapters.sandbox.control.facts import Called, Delivered, Installed, Known, Place
from adapters.sandbox.delivery.desk import Desk
from adapters.sandbox.install import app_token, change_manifest, create_app, install, revoke, uninstall
from adapters.sandbox.manifest import settings
from adapters.sandbox.person import Person
from adapters.sandbox.state.apps import App
from adapters.sandbox.state.people import Standing, UserGroup
from adapters.sandbox.state.workspace import Workspace


class Control:
    """A whole sandbox. Unknown ids raise LookupError, unfit values ValueError."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._world = desk, desk.world

    def teams(self) -> list[str]:
        """The ids of all workspaces."""
        return list(self._world.workspaces)

    def found(self, name: str = "Acme", *, first: str = "owner") -> Team:
        """A new workspace, with its owner `first` and #general."""
        return Team(self._desk, founding.found(self._world, name, first=first))

    def team(self, team_id: str | None = None) -> Team:
        """A workspace; the first unless told which."""
        workspaces = self._world.workspaces
        wanted = team_id or next(iter(workspaces), "")
        if wanted not in workspaces:
            raise LookupError(f"There is no workspace {wanted}.")
        return Team(self._desk, workspaces[wanted])

    def create_app(self, manifest: dict[str, Any]) -> str:
        """An app of this manifest; its id. Raises BadManifest."""
        return create_app(self._world, manifest).id

    def change_app(self, app: str, manifest: dict[str, Any]) -> None:
        """Another manifest for an app; scopes come with the next installation. Raises BadManifest.

        An app that leaves Socket Mode is told so on its sockets (link_disabled).
        """
        known = self._app(app)
        change_manifest(self._world, known, manifest)
        if not settings(known).socket_mode:
            self._desk.post.sockets.disconnect_all(app, "link_disabled")

    def app_token(self, app: str, scopes: Sequence[str] = ("connections:write",)) -> str:
        """A new app-level token."""
        return app_token(self._world, self._app(app), tuple(scopes))

    def revoke(self, token: str, why: str = "token_revoked") -> None:
        """Refuse a token from now on: token_revoked or token_expired."""
        if token not in self._world.tokens:
            raise LookupError("There is no such token.")
        revoke(self._world, token, why)

    def connections(self, app: str) -> list[str]:
        """The open sockets of an app that take envelopes."""
        return [one.id for one in self._desk.post.sockets.of(self._app(app).id)]

    def disconnect(self, app: str, reason: str = "refresh_requested") -> int:
        """Ask an app's sockets to connect again: warning, refresh_requested, link_disabled; how many."""
        if reason not in ("warning", "refresh_requested", "link_disabled"):
            raise ValueError(f"Slack does not disconnect for the reason {reason!r}.")
        return self._desk.post.sockets.disconnect_all(self._app(app).id, reason)

    def drop(self, app: str, *, ghosts: bool = False, reset: bool = False) -> int:
        """Cut an app's sockets without a word; how many.

        `ghosts`: they stay registered for five hours, and what is sent to them is lost.
        `reset`: the app gets an RST, not a FIN.
        """
        return self._desk.post.sockets.drop(self._app(app).id, ghosts=ghosts, reset=reset)

    def bury(self, app: str) -> int:
        """Let Slack notice that an app's ghosts are gone: they count no more; how many."""
        return self._desk.post.sockets.bury(self._app(app).id)

    def verify(self, app: str) -> bool:
        """Whether the app's address for events answers the challenge."""
        return self._desk.post.verify_events(self._app(app))

    def now(self) -> float:
        """The sandbox's time: seconds UTC."""
        return self._world.now()

    def move(self, seconds: float) -> float:
        """Go forward; the new time. What was due in between happens now. Raises ValueError for going back."""
        self._world.clock.move(seconds)
        return self._world.now()

    def freeze(self) -> float:
        """Let the time stand still; the time."""
        self._world.clock.stop()
        return self._world.now()

    def thaw(self) -> float:
        """Let the time run again; the time."""
        self._world.clock.run()
        return self._world.now()

    def strays(self) -> list[Called]:
        """The calls that belong to no workspace, oldest first."""
        with self._world.lock:
            return [telling.called(call) for call in self._world.journal(None)]

    def _app(self, name: str) -> App:
        apps = self._world.apps
        if name not in apps:
            raise LookupError(f"There is no app {name}.")
        return apps[name]


class Team:
    """One workspace."""

    def __init__(self, desk: Desk, workspace: Workspace) -> None:
        self._desk, self._world, self._workspace = desk, desk.world, workspace

    @property
    def id(self) -> str:
        """Its id."""
        return self._workspace.id

    def person(self, name: str) -> Person:
        """Somebody who acts, by id or name. Raises CannotDo."""
        return Person(self._desk, self._workspace, name)

    def people(self) -> list[Known]:
        """Everybody, bots too."""
        return [telling.known(user) for user in list(self._workspace.users.values())]

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
        """A person; their id. `standing`: member, admin, owner, guest, single_channel_guest.

        `grid`: an id with W. `home`: the id of the other workspace that they belong to (Slack Connect).
        """
        kind = Standing(standing)
        if not name or any(user.name == name for user in self._workspace.users.values()):
            raise ValueError(f"Nobody new can be called {name!r} in {self._workspace.name}.")
        made = founding.add_user(
            self._world,
            self._workspace,
            name,
            real_name=real_name,
            standing=kind,
            grid=grid,
            home=home,
            tz=tz,
            tz_offset=tz_offset,
        )
        return made.id

    def deactivate(self, user: str) -> None:
        """Close somebody's account."""
        founding.deactivate(self._world, self._workspace, self._user(user))

    def add_group(self, handle: str, users: Sequence[str] = ()) -> str:
        """A user group of these people, by id or name; its id."""
        ids = [self._user(user) for user in users]
        return founding.add_group(self._world, self._workspace, handle, ids).id

    def set_group(self, handle: str, users: Sequence[str]) -> None:
        """Other people in a user group."""
        ids = [self._user(user) for user in users]
        founding.set_group(self._world, self._workspace, self._group(handle), ids)

    def switch_group(self, handle: str, on: bool) -> None:
        """Switch a user group off, or on again."""
        founding.switch_group(self._world, self._workspace, self._group(handle), on)

    def add_channel(self, name: str, *, by: str | None = None, private: bool = False) -> str:
        """A channel that somebody made, the owner unless told who; its id. Raises ValueError for its name."""
        creator = None if by is None else self._user(by)
        with self._world.lock:
            telling.in_words(lambda: rooms.check_name(self._workspace, name))
            return founding.add_channel(self._world, self._workspace, name, by=creator, private=private)

    def share(self, channel: str, team_id: str, name: str) -> None:
        """Share a channel with another workspace (Slack Connect)."""
        founding.share(self._world, self._workspace, self._channel(channel), team_id, name)

    def channels(self) -> list[Place]:
        """Every channel, whoever can see it."""
        with self._world.lock:
            return [telling.place(channel) for channel in self._workspace.channels.values()]

    def install(self, app: str, *, installer: str | None = None) -> Installed:
        """Install an app, or install it again after its manifest has changed."""
        if app not in self._world.apps:
            raise LookupError(f"There is no app {app}.")
        by = None if installer is None else self._user(installer)
        known = self._world.apps[app]
        made = install(self._world, self._workspace, known, by)
        return telling.installed(self._world, known, made)

    def uninstall(self, app: str) -> None:
        """Take an app out of the workspace."""
        if app not in self._workspace.installations:
            raise LookupError(f"The app {app} is not installed here.")
        uninstall(self._world, self._workspace, self._world.apps[app])

    def tiers(self, kept: bool) -> None:
        """Keep Slack's rate tiers, or not; buckets are full again."""
        self._workspace.conditions.limited = kept
        self._world.rates.refill(self._workspace.id)

    def latency(self, seconds: float, method: str = "*") -> None:
        """How long calls of a method take on the way, in real seconds; 0 is not at all."""
        self._workspace.conditions.latency[method] = seconds

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
        """Let the next calls of a method go wrong: error, status, ratelimited, hang or drop.

        `args`: only calls with these arguments. The rest is as `conditions.Fault` says.
        """
        telling.check_fault(method, kind)
        wanted = dict(args or {})
        fault = Fault(method, kind, after, code, status, seconds, times, skip)
        fault.where = lambda given: all(given.get(name) == value for name, value in wanted.items())
        with self._world.lock:
            self._workspace.conditions.faults.append(fault)

    def clear_faults(self) -> None:
        """Let nothing more go wrong."""
        with self._world.lock:
            self._workspace.conditions.faults.clear()

    def calls(self, method: str | None = None) -> list[Called]:
        """The calls that were made here, or those of one method, oldest first."""
        with self._world.lock:
            return [telling.called(call) for call in self._workspace.calls(method)]

    def clear_calls(self) -> None:
        """Forget the calls that were made."""
        with self._world.lock:
            self._workspace.journal.clear()

    def deliveries(self, app: str | None = None) -> list[Delivered]:
        """What was sent to apps from here, or to one app, oldest first."""
        parcels = tuple(self._desk.post.parcels)
        mine = (one for one in parcels if one.team_id == self.id and app in (None, one.app_id))
        return [telling.delivered(parcel) for parcel in mine]

    def deliver_again(self, delivery: str) -> Delivered:
        """Deliver a second time what was delivered before: a repeated event, a doubled command or click."""
        parcels = (one for one in tuple(self._desk.post.parcels) if one.team_id == self.id)
        found = next((one for one in parcels if one.id == delivery), None)
        if found is None:
            raise LookupError(f"Nothing was delivered from here as {delivery}.")
        return telling.delivered(self._desk.post.again(found))

    def _group(self, name: str) -> UserGroup:
        groups = self._workspace.groups.values()
        found = next((group for group in groups if name in (group.handle, group.id)), None)
        if found is None:
            raise LookupError(f"There is no user group {name}.")
        return found

    def _user(self, name: str) -> str:
        for user in self._workspace.users.values():
            if name in (user.id, user.name):
                return user.id
        raise LookupError(f"Nobody in {self._workspace.name} is called {name}.")

    def _channel(self, name: str) -> str:
        channel_id = self._workspace.names.get(name.removeprefix("#"), name)
        if channel_id not in self._workspace.channels:
            raise LookupError(f"There is no channel {name}.")
        return channel_id
