"""A pytest plugin, a Slack of its own for each test: `pytest_plugins = ["adapters.sandbox.fixture"]`.

`slack` is a workspace that nobody else uses, with the app of `slack_manifest` in it; a project that has a
manifest overrides that fixture. `slack_server` is the server, one for each process that runs tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import pytest

from adapters.sandbox.server import Sandbox
from adapters.sandbox.slack import Slack, default_manifest, new_slack

Scope = Literal["session", "package", "module", "class", "function"]
SCOPES: tuple[Scope, ...] = ("session", "package", "module", "class", "function")


def pytest_addoption(parser: pytest.Parser) -> None:
    """The settings of the plugin, in the project's own pytest configuration."""
    parser.addini("slack_scope", f"how long a workspace is kept: {', '.join(SCOPES)}", default="function")
    parser.addini("slack_tiers", "limit calls as Slack does", type="bool", default=False)


def _scope(fixture_name: str, config: pytest.Config) -> Scope:
    asked = str(config.getini("slack_scope"))
    for scope in SCOPES:
        if scope == asked:
            return scope
    raise pytest.UsageError(f"slack_scope is {asked!r}; it can be {', '.join(SCOPES)}.")


@pytest.fixture(scope="session")
def slack_server() -> Iterator[Sandbox]:
    """The server of this process, on a free port."""
    with Sandbox() as running:
        yield running


@pytest.fixture(scope="session")
def slack_manifest() -> dict[str, Any]:
    """The app that is installed; this one may do everything."""
    return default_manifest()


@pytest.fixture(scope=_scope)
def slack(slack_server: Sandbox, slack_manifest: dict[str, Any], pytestconfig: pytest.Config) -> Slack:
    """A workspace that nobody else uses, with the app in it."""
    return new_slack(slack_server, slack_manifest, tiers=bool(pytestconfig.getini("slack_tiers")))
