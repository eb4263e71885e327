"""Made-up incidents, for demonstrations and benchmarks; never into a real record by accident."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import click

from adapters.cli import output
from adapters.cli.batches import batches, incidents
from adapters.cli.kinds import WHEN
from adapters.cli.options import Looking, looking
from adapters.cli.when import When

if TYPE_CHECKING:
    from incident_core.usecases.generate import Made, Recipe


@click.command()
@click.option("--incidents", "count", type=click.IntRange(min=1), required=True, help="How many.")
@click.option("--seed", type=int, required=True, help="The same seed makes up the same incidents.")
@click.option(
    "--per-day",
    type=click.FloatRange(min=0.01, max=1_000_000),
    default=100,
    show_default=True,
    help="How many on an average day.",
)
@click.option("--until", type=WHEN, help="When the last one is opened. [default: now]")
@click.option("--yes", is_flag=True, help="Also beside incidents that were not made up.")
@looking
def generate(looking: Looking, count: int, seed: int, per_day: float, until: When | None, yes: bool) -> None:
    """Make up incidents with a plausible history, and write them into the database.

    They are decided by the real rules and recorded with the source `generate`. Given again with the same
    seed, only those are written that are not there yet. They cannot be deleted: use a database of its own.

    \b
    Example:
      incident generate --incidents 1000 --seed 42
    """
    recipe = _recipe(looking, count, seed, per_day, until)
    if not yes:
        _refuse_beside_others(looking)
    gc.freeze()  # what is loaded by now is here to stay: to look through it again and again takes time
    made = _filled(looking, recipe)
    there = f"; {made.there:,} were there already" if made.there else ""
    output.say(f"{incidents(made.new)} made up, with {made.events:,} events{there} ({looking.app.name}).")


def _recipe(looking: Looking, count: int, seed: int, per_day: float, until: When | None) -> Recipe:
    from incident_core.errors import Invalid
    from incident_core.model.times import to_iso, utc
    from incident_core.usecases.generate import Recipe

    app, now = looking.app, looking.app.clock.now()
    end = now if until is None else utc("until", until.resolve("until", now))
    if end > now:
        raise Invalid("until", f"{to_iso(end)} is in the future; it is {to_iso(now)} now.")
    return Recipe(count, seed, app.policy, end, per_day, app.workspace)


def _refuse_beside_others(looking: Looking) -> None:
    from incident_core.usecases.generate import PREFIX

    app = looking.app
    if app.intake().others(app.workspace, PREFIX):
        raise click.UsageError(
            f"{app.name} has incidents that were not made up, and what is recorded stays for ever. "
            "Set DATABASE_URL to another database, or add --yes if you mean it"
        )


def _filled(looking: Looking, recipe: Recipe) -> Made:
    from incident_core.usecases.generate import fill

    with batches("making up", "made up") as (counter, bar):

        def told(made: Made) -> None:
            counter.written = made.new
            bar(made.new + made.there, recipe.count)

        return fill(looking.app.intake(), looking.app.clock, recipe, told)
