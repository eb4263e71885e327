"""Control: what a test or a demonstration does with a sandbox, in the same words in-process and over HTTP."""

from __future__ import annotations

from adapters.sandbox.control.client import SandboxClient
from adapters.sandbox.control.world import Control, Team

__all__ = ["Control", "Team", "SandboxClient"]
