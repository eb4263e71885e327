"""After a prune, Slack goes on as if nothing had been removed: the same channel, and nothing said twice."""

from __future__ import annotations

from dataclasses import replace

from adapters.bootstrap import app
from incident_core.model.stage import Stage
from tests.cli.test_prune import later
from tests.slack.stories.conftest import Founding


def test_an_incident_that_was_pruned_is_reopened_in_its_channel_and_nothing_is_said_again(
    new_town: Founding,
) -> None:
    with new_town() as home:
        key = home.opened("API is slow", options="--declare")
        home.say(f"update {key} We roll back")
        home.say(f"resolve {key}")
        home.close(key)
        home.quiet()
        room, lines, digest = home.room(key), home.lines(key), home.digest()
        home.program.compose = lambda settings: replace(app(settings), clock=later(91))
        gone = home.program("db prune --write --json").json
        assert gone["said"] >= 4
        assert gone["answers"] >= 3
        assert home.program("db prune --json").json["said"] == 0
        home.program.compose = app
        home.say(f"reopen {key} it is back")
        home.say(f"evidence {key} https://x.example/1")
        home.quiet()
        assert home.incident(key).stage is Stage.INCIDENT
        assert home.room(key).id == room.id
        assert home.room(key).topic.startswith(f"{key} · sev4 · incident")
        after = home.lines(key)
        assert after[: len(lines)] == lines
        assert len(after) == len(lines) + 2
        assert len([line for line in home.digest() if line.startswith(key)]) == len(
            [line for line in digest if line.startswith(key)]
        )
        assert "Nothing is behind" in home.program("mirrors").err
