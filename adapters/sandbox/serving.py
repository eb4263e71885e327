"""A sandbox as a process of its own: one workspace, from the manifest of an app."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapters.sandbox import manifest_file
from adapters.sandbox.server import Sandbox
from adapters.sandbox.slack import Slack, new_slack

PEOPLE = ("ann", "ben")
"""Who is there besides the owner."""


@contextmanager
def serving(manifest: Path | None, port: int, *, tiers: bool, latency: float) -> Iterator[Slack]:
    """Serve inside the block; 0 is any port. Raises BadManifest, and OSError where the port is taken."""
    read = None if manifest is None else manifest_file.read(manifest)
    with Sandbox(port=port) as server:
        yield new_slack(server, read, tiers=tiers, latency=latency, people=PEOPLE)
