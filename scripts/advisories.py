"""Ask the public advisories about every package that is installed here; exits with 1 for a known weakness.

A machine that cannot reach them says so, and goes on: what is not known is no fault of the code.
"""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
from typing import Any

PATIENCE = 90
"""Seconds for all of them."""


def asked() -> tuple[list[str], int]:
    """What is known to be weak, in a line each, and how many packages could be asked about."""
    command = [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off"]
    command += ["--timeout", "10", "--path", sysconfig.get_path("purelib")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    known = [each for each in json.loads(done.stdout)["dependencies"] if "vulns" in each]
    return [_line(each, flaw) for each in known for flaw in each["vulns"]], len(known)


def _line(package: dict[str, Any], flaw: dict[str, Any]) -> str:
    mended = ", ".join(flaw["fix_versions"]) or "no release"
    return f"{package['name']} {package['version']}: {flaw['id']}, mended in {mended}"


def main() -> int:
    """The exit code."""
    try:
        weak, count = asked()
    except (subprocess.TimeoutExpired, ValueError, KeyError, OSError):
        weak, count = [], 0
    if not count:
        print("The advisories cannot be reached from here: no package was asked about.")
        return 0
    for line in weak:
        print(line, file=sys.stderr)
    print(f"{count} packages were asked about; {len(weak) or 'no'} known weaknesses.")
    return 1 if weak else 0


if __name__ == "__main__":
    sys.exit(main())
