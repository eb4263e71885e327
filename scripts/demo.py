"""Play one whole incident on a throw-away database, showing each command and what it printed."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

INCIDENT = Path(sys.executable).with_name("incident")
DONE, REFUSED = 0, 3

STORY: tuple[tuple[str, str, int], ...] = (
    ("Something happens: an investigation begins", 'open "API response times increasing" --as ann', DONE),
    (
        "Evidence is a link",
        'evidence INC-1 https://grafana.example.com/d/api --note "p99 went from 80 ms to 4 s" --as bob',
        DONE,
    ),
    ("It is serious: an incident, and ann leads it", "declare INC-1 --as ann", DONE),
    ("Everybody is affected", "severity INC-1 sev2 --as ann", DONE),
    ("A role is one word away", "claim INC-1 technical_lead --as bob", DONE),
    (
        "Those who are not in the room hear of it",
        'update INC-1 "Checkout is slow; a fix is on its way." --as ann',
        DONE,
    ),
    ("The cause is known", "status INC-1 identified --as bob", DONE),
    ("ann goes home: the commander is handed over", "handover INC-1 carol --as ann", DONE),
    ("A refusal explains itself", "close INC-1 --as carol", REFUSED),
    ("… and so does the whole table of rules", "explain INC-1 severity --as carol", DONE),
    ("The fix works", "status INC-1 monitoring --as bob", DONE),
    ("Service is restored", "resolve INC-1 --as carol", DONE),
    (
        "What is left to do",
        'followup INC-1 add "Alert on connection pool usage" --owner bob --as carol',
        DONE,
    ),
    ("The review was held", "review INC-1 done --as carol", DONE),
    ("Closed", "close INC-1 --as carol", DONE),
    ("The whole story, as it was recorded", "timeline INC-1", DONE),
    ("Nothing was changed behind anybody's back", "audit verify", DONE),
)


def main() -> int:
    """The number of commands that did not end as the story says."""
    with tempfile.TemporaryDirectory(prefix="incident-demo-") as folder:
        environment = os.environ | {
            "DATABASE_URL": f"sqlite:///{Path(folder, 'demo.db').as_posix()}",
            "INCIDENT_PEOPLE": "",
        }
        return sum(not _play(*scene, environment, folder) for scene in STORY)


def _play(title: str, line: str, expected: int, environment: dict[str, str], folder: str) -> bool:
    print(f"\n# {title}\n$ incident {line}", flush=True)
    code = subprocess.run([INCIDENT, *shlex.split(line)], env=environment, cwd=folder, check=False).returncode
    if code != expected:
        print(f"this ended with code {code} instead of {expected}", file=sys.stderr, flush=True)
    return code == expected


if __name__ == "__main__":
    sys.exit(main())
