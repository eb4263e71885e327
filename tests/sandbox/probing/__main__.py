"""`python -m tests.sandbox.probing`: ask the sandbox and the simulator, and print where they differ.

With --record the simulator's answers are written down, for machines that cannot install it. With a URL it
asks that server instead, and prints its answers as JSON. At a real workspace this makes about twenty
channels; what needs a trigger, which nothing but a person's click gives, is left out there.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time

from tests.sandbox.probing import asked, places
from tests.sandbox.probing.asking import Place


def main() -> None:
    """Print a table or, of another server, the answers."""
    given = _arguments()
    if given.url is not None:
        print_line(json.dumps(asked.answers(_elsewhere(given)), indent=1, ensure_ascii=False))
        return
    try:
        theirs = places.simulated()
    except places.NotInstalled as why:
        sys.exit(str(why))
    if given.record:
        asked.RECORDED.write_text(json.dumps(theirs, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    with places.sandbox() as place:
        ours = asked.answers(place)
    for difference in asked.differences(ours, theirs):
        print_line(f"| {' | '.join(difference)} |")
    print_line(f"{len(ours)} questions.")


def print_line(text: str) -> None:
    """To standard output."""
    sys.stdout.write(f"{text}\n")


def _elsewhere(given: argparse.Namespace) -> Place:
    token, narrow = os.environ["PROBE_TOKEN"], os.environ["PROBE_NARROW_TOKEN"]
    return Place(given.url, token, narrow, given.person, given.elsewhere, given.general, None, time.sleep)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.sandbox.probing", description=__doc__)
    parser.add_argument(
        "url", nargs="?", help="as slack_sdk's base_url; PROBE_TOKEN and PROBE_NARROW_TOKEN speak"
    )
    parser.add_argument("--person", help="a user's id")
    parser.add_argument("--elsewhere", help="a public channel that the bot is not in")
    parser.add_argument("--general", help="the id of #general")
    parser.add_argument(
        "--record", action="store_true", help="keep the simulator's answers in the repository"
    )
    given = parser.parse_args()
    if given.url and not (given.person and given.elsewhere and given.general):
        parser.error("another server is asked with --person, --elsewhere and --general")
    return given


if __name__ == "__main__":
    main()
