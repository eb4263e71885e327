"""A Slack of our own: a server on this machine that answers like Slack, for tests and demonstrations."""

from __future__ import annotations

from adapters.sandbox.clock import Clock
from adapters.sandbox.conditions import Fault
from adapters.sandbox.founding import (
    add_channel,
    add_group,
    add_user,
    deactivate,
    found,
    set_group,
    share,
)
from adapters.sandbox.happenings import Happening
from adapters.sandbox.install import app_token, create_app, install
from adapters.sandbox.manifest import BadManifest
from adapters.sandbox.server import Sandbox
from adapters.sandbox.slack import Slack, default_manifest, new_slack
from adapters.sandbox.state.people import Standing
from adapters.sandbox.world import World

__all__ = [
    "Sandbox",
    "Slack",
    "new_slack",
    "default_manifest",
    "World",
    "Clock",
    "found",
    "add_user",
    "add_group",
    "set_group",
    "add_channel",
    "share",
    "deactivate",
    "Standing",
    "create_app",
    "install",
    "app_token",
    "BadManifest",
    "Fault",
    "Happening",
]
