"""`python -m bench [NAME …] [--pairs N]`: print the ratios, all or those named, as Markdown."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator

from bench import committing, deciding, startup
from bench.pairs import HEADER, Ratio

BENCHES: dict[str, Callable[[int], Iterator[Ratio]]] = {
    "deciding": deciding.measure,
    "committing": committing.measure,
    "startup": startup.measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *BENCHES], metavar="NAME", help=", ".join(BENCHES))
    parser.add_argument("--pairs", type=int, default=9, help="how often each pair is measured (default: 9)")
    asked = parser.parse_args()
    print(HEADER)
    for name in asked.names or BENCHES:
        for ratio in BENCHES[name](asked.pairs):
            print(ratio.row(), flush=True)


if __name__ == "__main__":
    main()
