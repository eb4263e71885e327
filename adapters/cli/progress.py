"""How far a long command has come, shown on a terminal only, and beside the data."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")
Told = Callable[[int, int | None], None]
Total = Callable[[], int | None]


@contextmanager
def progress(description: str, *, wanted: bool = True) -> Iterator[Told]:
    """A function to tell how many are done, and of how many (None: not known)."""
    if not (wanted and _watched()):
        yield _nobody
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    # Not redirected: rich would send our data to standard error.
    with Progress(
        *columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False
    ) as bar:
        task = bar.add_task(description, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def steps(description: str) -> Iterator[Callable[[str], None]]:
    """A function to tell the name of the step that begins."""
    if not _watched():
        yield _nobody
        return
    from rich.console import Console

    with Console(stderr=True, markup=False).status(f"{description} …") as status:
        yield lambda step: status.update(f"{description}: {step} …")


def counted(things: Iterable[T], told: Told, total: Total, every: int = 500) -> Iterable[T]:
    """The same things, told of every so often; where nobody looks, nobody asks for the total."""
    return things if told is _nobody else _counting(things, told, total(), every)


def _counting(things: Iterable[T], told: Told, total: int | None, every: int) -> Iterator[T]:
    for count, thing in enumerate(things, start=1):
        yield thing
        if count % every == 0:
            told(count, total)


def _watched() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


def _nobody(*_: object) -> None:
    """Nobody is looking."""
