"""The review of an incident: its document, which people go on writing, and that the review was held."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from adapters.cli import output
from adapters.cli.files import backed_up, written
from adapters.cli.options import Given, Looking, key, reading, under_key, verb
from adapters.cli.performing import give
from incident_core import commands as c
from incident_core.errors import Invalid

if TYPE_CHECKING:
    from adapters.cli.app import Reviews
    from incident_core.record.reviewed import Review


class _Showing(click.Group):
    """The key stands before the command; without a command, it shows."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        known = (*self.commands, *ctx.help_option_names)
        if args and args[0].startswith("-") and args[0] not in ctx.help_option_names:
            raise click.UsageError(f"KEY stands first: incident review INC-42 {args[0]}", ctx)
        if not ctx.resilient_parsing and args and not args[0].startswith("-") and args[1:2] != ["--"]:
            args = args if args[1:2] and args[1] in known else [args[0], "show", *args[1:]]
        return super().parse_args(ctx, args)


@click.group(cls=_Showing)
@key
def review(key: str) -> None:
    """Print the review document, or say that the review (the post-mortem) was held.

    `incident review INC-42` is short for `incident review INC-42 show`.

    \b
    Example:
      incident review INC-42 -o inc-42-review.md
    """


@review.command("show")
@click.option(
    "-o", "--output", "path", type=click.Path(path_type=Path), metavar="FILE",
    help="Write this file, whole or not at all; what you wrote in it is kept. [default: standard output]",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Write FILE anew, whatever it is; FILE.bak keeps what it was.")
@reading
@under_key
def review_show(looking: Looking, key: str, path: Path | None, force: bool) -> None:
    """Print the review document, as Markdown: all that the record tells of the incident.

    A FILE that is there is made again: what stands between `<!-- yours: NAME -->` and `<!-- /yours: NAME
    -->` in it is kept, all else is replaced. A file that is no review of this incident is left alone.

    \b
    Example:
      incident review INC-42 -o inc-42-review.md
    """
    if looking.as_json and path is not None:
        raise click.UsageError("--json prints what the document is made from, and -o writes the document.")
    from incident_core.record.reviewed import plain
    from incident_core.usecases.reviewing import reviewing

    app = looking.app
    found = reviewing(app.reader, app.workspace, key, looking.actor, app.clock.now())
    if looking.as_json:
        output.data(plain(found))
    elif path is None or str(path) == "-":
        _print(app.reviews().written(found))
    elif path.is_file():
        _renew(app.reviews(), found, path, force=force)
    else:
        _write(path, app.reviews().written(found))
        output.note(f"The review of {found.key} was written to {path}.")


@review.command("done")
@verb
@under_key
def review_done(given: Given, key: str) -> None:
    """Say that the review was held.

    \b
    Example:
      incident review INC-42 done
    """
    give(given, c.FinishReview, key)


def _renew(reviews: Reviews, found: Review, path: Path, *, force: bool) -> None:
    """Make the file again, with what people wrote in it; raises Invalid where it is something else."""
    before = path.read_bytes()
    try:
        after = reviews.renewed(found, _text(before))
    except Invalid as fault:
        if fault.field != "output":
            raise
        if not force:
            how = f"Name another file, or type --force: {path.name}.bak keeps what it was"
            raise Invalid("output", f"{path} {fault.sentence}; it was left alone. {how}.") from fault
        _write_anew(path, before, reviews.written(found), fault.sentence)
        return
    if after.encode() == before:
        output.note(f"unchanged: {path} says all of that already.")
    else:
        _write(path, after)
        output.note(f"The review of {found.key} was written to {path}; what you wrote in it was kept.")


def _write_anew(path: Path, before: bytes, text: str, why: str) -> None:
    """Write it without what stood there, which is kept beside it."""
    kept = backed_up(path, before)
    _write(path, text)
    output.note(f"{path} {why}; it was written anew, and {kept} is what it was.")


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise Invalid("output", "is no text in UTF-8") from error


def _print(text: str) -> None:
    with output.data_begun():
        _write(None, text)


def _write(path: Path | None, text: str) -> None:
    with written(path) as stream:
        stream.write(text)
