"""Databases that hold a history, and the program over one of them."""

from tests.cli.conftest import incident, migrated, program
from tests.queues.conftest import receiver, redis_url
from tests.slack.conftest import sandbox
from tests.slack.stories.conftest import new_town
from tests.trials.conftest import (
    chance,
    empty,
    empty_postgresql,
    empty_sqlite,
    figure,
    rounds,
    told,
    told_file,
    told_postgresql,
    told_sqlite,
    told_template,
)

__all__ = [
    "chance",
    "empty",
    "empty_postgresql",
    "empty_sqlite",
    "figure",
    "incident",
    "migrated",
    "new_town",
    "program",
    "receiver",
    "redis_url",
    "rounds",
    "sandbox",
    "told",
    "told_file",
    "told_postgresql",
    "told_sqlite",
    "told_template",
]
