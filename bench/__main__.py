"""`python -m bench [NAME …] [--pairs N]`: print the ratios, all or those named, as Markdown.

With --write, the tables take the place of those in a page, between lines like <!-- bench: scale -->.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import committing, deciding, idle, mirrors, pages, processes, scale, startup
from bench.behind import behind
from bench.pairs import HEADER, Ratio
from bench.sandbox import HEADER as SANDBOX_HEADER
from bench.sandbox import ROUNDS as SANDBOX_ROUNDS
from bench.sandbox import measure as measure_sandbox
from bench.slack import HEADER as SLACK_HEADER
from bench.slack import measure as measure_slack

RATIOS: dict[str, Callable[[int], Iterator[Ratio]]] = {
    "deciding": deciding.measure,
    "committing": committing.measure,
    "startup": startup.measure,
}
SCALE = "scale"
MIRRORS = "mirrors"
SANDBOX = "sandbox"
SLACK = "slack"
PROCESSES = "processes"


def main() -> None:
    """Measure and print; a page is written only when everything was measured."""
    asked = _arguments()
    tables: dict[str, list[str]] = {}
    missed: tuple[str, ...] = ()
    ratios = [name for name in asked.names or RATIOS if name in RATIOS]
    if ratios:
        rows = (ratio.row() for name in ratios for ratio in RATIOS[name](asked.pairs))
        tables["ratios"] = _printed(HEADER, rows)
    if SANDBOX in (asked.names or [SANDBOX]):
        found = measure_sandbox(min(asked.pairs, SANDBOX_ROUNDS))
        tables[SANDBOX] = _printed(SANDBOX_HEADER, (line.row() for line in found))
    if SLACK in (asked.names or [SLACK]):
        tables[SLACK] = _printed(SLACK_HEADER, (line.row() for line in measure_slack()))
    if SCALE in (asked.names or [SCALE]):
        sizes = [*scale.SIZES, *([scale.LARGE] if asked.large else [])]
        lines = (line.row() for line in scale.measure(sizes, asked.pairs, asked.folder))
        tables[SCALE] = _printed(scale.header(sizes), lines)
    if MIRRORS in (asked.names or [MIRRORS]):
        tables |= _mirrors(asked.incidents, min(asked.pairs, mirrors.ROUNDS))
    if PROCESSES in (asked.names or [PROCESSES]):
        found_there, missed = processes.measure(processes.SMALL if asked.small else processes.USUAL, _printed)
        tables |= found_there
    if asked.write is not None:
        pages.write(asked.write, tables)
    processes.report(missed)


def _mirrors(incidents: int, rounds: int) -> dict[str, list[str]]:
    with behind(incidents) as found:
        return {
            MIRRORS: _printed(mirrors.HEADER, (line.row() for line in mirrors.measure(found, rounds))),
            "idle": _printed(idle.HEADER, (line.row() for line in idle.measure(found))),
        }


def _printed(header: str, rows: Iterator[str]) -> list[str]:
    found = header.splitlines()
    print(header, flush=True)
    for row in rows:
        print(row, flush=True)
        found.append(row)
    return found


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    names = [*RATIOS, SCALE, MIRRORS, SANDBOX, SLACK, PROCESSES]
    parser.add_argument("names", nargs="*", choices=[[], *names], metavar="NAME", help=", ".join(names))
    parser.add_argument("--pairs", type=int, default=9, help="how often each pair is measured (default: 9)")
    parser.add_argument("--large", action="store_true", help=f"{SCALE}: also {scale.LARGE:,} incidents")
    parser.add_argument(
        "--folder", type=Path, help=f"{SCALE}: keep the SQLite files here, and use them again"
    )
    parser.add_argument(
        "--incidents", type=int, default=mirrors.INCIDENTS, metavar="N",
        help=f"{MIRRORS}: incidents behind at once (default: {mirrors.INCIDENTS:,})",
    )  # fmt: skip
    parser.add_argument("--small", action="store_true", help=f"{PROCESSES}: only to see that it runs")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the tables into this page")
    return parser.parse_args()


if __name__ == "__main__":
    main()
