"""In Slack: within three seconds people hear that nothing was recorded, or how to find out whether it was."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.gone.asking import ways
from tests.gone.server import Mortal, in_time
from tests.slack.stories.town import Town, wait_for
from tests.trials.proxy import Cut, Proxy

NOTHING = "Nothing was recorded, because the database cannot be used now."
UNKNOWN = "It is not known whether this was recorded"
LAST_WRITE = "INSERT INTO commands"


def _recovers(home: Town) -> None:
    """The bot goes on by itself."""
    wait_for(lambda: re.match(r"INC-\d+ opened", home.say("open It is back")) is not None)


def test_a_server_that_is_stopped_is_told_whatever_people_do(home: Town, server: Mortal) -> None:
    asked, before = ways(home), home.events()
    with server.stopped():
        for way in asked.all:
            with in_time():
                assert NOTHING in way(), way
    assert home.events() == before
    _recovers(home)


def test_a_server_that_answers_nothing_is_told_in_time(home: Town, server: Mortal) -> None:
    asked, before = ways(home), home.events()
    with server.frozen():
        for way in (asked.slash, asked.form_sent, asked.button):
            with in_time():
                assert NOTHING in way(), way
    assert home.events() == before
    _recovers(home)


STATES: dict[str, tuple[Callable[[Mortal], AbstractContextManager[None]], str]] = {
    "locked": (Mortal.locked, "somebody else kept it locked for 2 s"),
    "read-only": (Mortal.read_only, "it is read-only"),
    "full": (
        lambda server: server.changed(
            "CREATE FUNCTION full_() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100';"
            " END $$; CREATE TRIGGER full_ BEFORE INSERT ON events EXECUTE FUNCTION full_()",
            "DROP TRIGGER full_ ON events; DROP FUNCTION full_()",
        ),
        "its server's disk is full",
    ),
    "newer": (
        lambda server: server.changed(
            "CREATE TABLE was AS SELECT alembic_version.*, schema_info.* FROM alembic_version, schema_info;"
            " UPDATE alembic_version SET version_num = '9999';"
            " UPDATE schema_info SET oldest_reader = 9999, oldest_writer = 9999",
            "UPDATE alembic_version SET version_num = was.version_num FROM was;"
            " UPDATE schema_info SET oldest_reader = was.oldest_reader, oldest_writer = was.oldest_writer"
            " FROM was; DROP TABLE was",
        ),
        "is too new for this program; run: pip install --upgrade incident-core",
    ),
    "older": (
        lambda server: server.changed(
            "CREATE TABLE was AS SELECT * FROM alembic_version;"
            " UPDATE alembic_version SET version_num = '0001'",
            "UPDATE alembic_version SET version_num = was.version_num FROM was; DROP TABLE was",
        ),
        "run: incident db upgrade",
    ),
}


@pytest.mark.parametrize("state", STATES)
def test_a_database_that_cannot_be_written_says_why_and_nothing_has_changed(
    home: Town, server: Mortal, state: str
) -> None:
    key, before = home.say("open Before").split()[0], home.events()
    happens, sentence = STATES[state]
    with happens(server):
        with in_time():
            said = home.say("open It burns")
        assert said.startswith(NOTHING), said
        assert sentence in said
    assert home.events() == before
    _recovers(home)
    assert "declared" in home.say(f"declare {key}")


@pytest.mark.parametrize("how", Cut)
def test_a_lost_answer_to_commit_is_found_out_with_the_key_that_is_told(
    cut_off: Town, line: Proxy, how: Cut
) -> None:
    """Whether the server never saw the COMMIT or its answer was lost: the same again is recorded once."""
    home = cut_off
    key = home.opened("Before")
    before = home.events()
    line.arm(LAST_WRITE, how)
    with in_time():
        said = home.say(f"evidence {key} https://x.example/1")
    assert line.cut
    assert UNKNOWN in said
    again = re.search(r"evidence INC-\d+ .* --key \S+", said)
    assert again is not None, said
    recorded = home.events() - before
    assert recorded == (1 if how is Cut.AFTER else 0)
    assert "evidence e1 added" in home.say(again[0])
    assert home.events() == before + 1
    assert "evidence e1 added" in home.say(again[0])
    assert home.events() == before + 1


def test_a_server_that_freezes_at_the_commit_leaves_it_open_and_says_so(home: Town, server: Mortal) -> None:
    """A trigger that is run by the COMMIT waits: whoever waits for its answer is told in time."""
    key = home.opened("Slow commit")
    with server.slow_commits(), in_time():
        said = home.say(f"evidence {key} https://x.example/1")
    assert UNKNOWN in said
    again = re.search(r"evidence INC-\d+ .* --key \S+", said)
    assert again is not None, said
    assert "evidence e1 added" in home.say(again[0])
    assert len(home.incident(key).evidence) == 1
