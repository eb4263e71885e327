"""The long story on both databases, over sockets and over HTTP: what is shown and what is recorded."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.sandbox import Sandbox
from tests.slack.stories.long_story import (
    KEYS,
    OPTIONS,
    in_slacks_words,
    left,
    on_the_command_lines_words,
    peopled,
    played,
    reviewed,
)
from tests.slack.stories.town import town

EXPECTED = Path(__file__).with_name("long_story.txt")
REVIEWS = Path(__file__).with_name("long_story_review.md")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_two_teams_with_three_incidents_at_once_are_told_what_is_expected_line_by_line(
    sandbox: Sandbox, tmp_path: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    """One private, one drill, hand-over, downgrade with reason, override, reopen after resolve."""
    url = request.getfixturevalue(f"{kind}_url")
    http = kind == "postgresql"
    with town(sandbox, url, tmp_path, http=http, slack=peopled(sandbox), **OPTIONS) as home:
        told = [*played(home), *left(home)]
        assert told == EXPECTED.read_text(encoding="utf-8").splitlines()
        for key in KEYS:
            in_slack = [line.replace(" · ", " ") for line in in_slacks_words(home, key)]
            assert on_the_command_lines_words(home, key) == in_slack
            assert home.room(key).archived
        reviews = "\n".join(reviewed(home, key) for key in KEYS)
        assert reviews == REVIEWS.read_text(encoding="utf-8")
        verified = home.program("audit verify").out
        assert verified.startswith(f"the whole log: {home.events()} events verified, nothing was changed")
        assert home.program("db rebuild --dry-run").code == 0
        assert "Nothing is behind" in home.program("mirrors").err
