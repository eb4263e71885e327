"""These take minutes of two cores: they run where INCIDENT_MANY is set, and by `make chaos`, `make bench`."""

from __future__ import annotations

import os

collect_ignore_glob: list[str] = [] if os.environ.get("INCIDENT_MANY") else ["test_*.py"]
