"""Bad input: one clear sentence, the right exit code, and nothing changed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from adapters.storage import open_database
from adapters.system import SystemIds
from incident_core.events import EvidenceAdded
from incident_core.model.actor import Actor
from incident_core.ports.log import Batch, Result
from incident_core.record.chain import Envelope
from tests.cli.running import Program

RTL = "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd"

WRONG: tuple[tuple[list[str], int, str], ...] = (
    (["open", ""], 2, "The title is empty."),
    (["open", "   "], 2, "The title is empty."),
    (["open", "x" * 201], 2, "The title has 201 characters; at most 200 fit."),
    (["open", "a\x1b[31mb"], 2, "The title contains the control character U+001B."),
    (["open", "a\nb"], 2, "The title contains the control character U+000A."),
    (["open", "a\udc80b"], 2, "The title contains the control character U+DC80."),
    (["open", "x", "--at", "2026-01-01T08:00"], 2, "has no time zone"),
    (["open", "x", "--at", "2026-01-01"], 2, "has no time zone"),
    (["open", "x", "--at", "2999-01-01T00:00Z"], 2, "is in the future"),
    (["open", "x", "--at", "in 5m"], 2, "is in the future"),
    (["open", "x", "--at", "yesterday"], 2, "is not a time: write"),
    (["open", "x", "--at", "999999w ago"], 2, "outside the years"),
    (["open", "x", "--at", "0001-01-01T00:00+14:00"], 2, "outside the years"),
    (["open", "x", "--severity", "sev5"], 2, "is not one of"),
    (["open", "x", "--as", "slack:"], 2, "is not a name"),
    (["open", "x", "--as", ""], 2, "is not a name"),
    (["open", "x", "--key", ""], 2, "1 to 200 printable characters"),
    (["open", "x", "--key", "k" * 201], 2, "1 to 200 printable characters"),
    (["show", "foo"], 2, "is not the key of an incident"),
    (["show", "INC-"], 2, "is not the key of an incident"),
    (["show", "INC-1\x1b[2J"], 2, "is not the key of an incident"),
    (["show", "x" * 10_000], 2, "xxx…' is not the key of an incident"),
    (["show", "-1"], 2, "No such option"),
    (["show", "99"], 4, "There is no incident INC-99 that you can see."),
    (["show", "0"], 4, "There is no incident INC-0 that you can see."),
    (["show", "9" * 15], 4, "that you can see."),
    (["status", "1", "fixed"], 2, "is not one of"),
    (["assign", "1", "janitor", "bob"], 3, "There is no role janitor"),
    (["assign", "1", "The Boss", "bob"], 2, "is not the name of a role"),
    (["assign", "1", "technical_lead", " "], 2, "is not a name"),
    (["evidence", "1", "ftp://example.com"], 2, "must be a link"),
    (["evidence", "1", "https://example.com/a b"], 2, "must be a link"),
    (["evidence", "1", "https://" + "x" * 2000], 2, "at most 2,000 fit"),
    (["update", "1", ""], 2, "The update is empty."),
    (["update", "1", "x" * 10_001], 2, "at most 10,000 fit"),
    (["update", "1", "x", "--next-due", "5m ago"], 2, "must be due after this one"),
    (["task", "1", "add", "x", "--due", "tomorrow"], 2, "is not a day"),
    (["task", "1", "add", "x", "--due", "2026-12-01 Mars/Crater"], 2, "There is no time zone"),
    (["task", "1", "done", "t9"], 3, "has no task with the id t9"),
    (["retract", "1", "e9", "--reason", "x"], 3, "has no evidence, update, task or follow-up"),
    (["times", "1", "set", "closed_at", "now"], 2, "closed_at cannot be set"),
    (["times", "1", "set", "lunch_at", "now"], 2, "is not one of"),
    (["times", "1", "set", "resolved_at", "now"], 3, "is not resolved"),
    (["times", "1", "set", "detected_at", "in 1h"], 2, "is in the future"),
    (["declare", "1", "--at", "2020-01-01T00:00Z", "--commander", "bob"], 3, "already"),
    (["status", "1", "monitoring", "--at", "2020-01-01T00:00Z"], 3, "which is after 2020-01-01"),
    (["update", "1", "x", "--at", "2020-01-01T00:00Z"], 3, "after 2020-01-01"),
    (["close", "1", "--duplicate-of", "1"], 3, "is possible only from"),
    (["close", "1", "--outcome", "duplicate"], 2, "names the other incident's key"),
    (["list", "--limit", "0"], 2, "is not in the range"),
    (["list", "--stage", "open"], 2, "is not one of"),
    (["search", " "], 2, "there is no word to search for"),
    (["search", "% * -"], 2, "there is no word to search for"),
    (["search", " ".join(f"w{number}" for number in range(51))], 2, "at most 50 words at once"),
    (["explain", "1", "dance"], 2, "is not a move"),
    (["explain", "1", "open"], 2, "opening is always possible"),
    (["explain", "1", "--at", "999999w ago"], 2, "outside the years"),
    (["export", "--format", "xml"], 2, "is not one of"),
    (["audit", "verify", "1", "--against", "x"], 2, "not both"),
    (["db", "stage", " "], 2, "say what the migration changes"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("words", "code", "sentence"), WRONG, ids=[" ".join(words)[:50] for words, *_ in WRONG]
)
def test_bad_input_is_one_sentence_and_changes_nothing(
    incident: Program, words: list[str], code: int, sentence: str
) -> None:
    if sentence == "already":
        sentence = "declare is possible only from investigation"
    before = incident("list --all --json").out
    ran = incident(words, code=code)
    assert ran.out == ""
    assert sentence in ran.err
    told = [line for line in ran.err.splitlines() if not line.startswith("→")]
    assert len(told) == 1
    assert ran.err.rstrip("\n").replace("\n", "").isprintable()
    assert incident("list --all --json").out == before


GOOD = ("🔥 checkout 👩‍🚒", RTL, "& < > ( ) $ // … ' \"", "x" * 200, "[bold]x[/bold]", "e\u0301", "日本語")


@pytest.mark.parametrize("title", GOOD)
def test_good_titles_come_back_as_they_were_typed(program: Program, title: str) -> None:
    program(["open", title])
    assert program("show 1 --json").json["title"] == title
    assert program("list").out.rstrip("\n").split("\t")[-1] == title


def test_a_title_is_trimmed(program: Program) -> None:
    program(["open", "  API is slow \n"])
    assert program("show 1 --json").json["title"] == "API is slow"


@pytest.mark.parametrize("key", ["INC-1", "inc-1", "Inc-1", "1", "INC-01", " 1 "])
def test_a_key_is_understood_in_any_case_and_as_a_number(incident: Program, key: str) -> None:
    assert incident(["show", key, "--json"]).json["key"] == "INC-1"


def test_times_before_the_incident_began_are_refused_with_the_way_out(incident: Program) -> None:
    ran = incident("evidence 1 https://a.example --at 2020-01-01T00:00Z", code=3)
    assert "→ incident times INC-1 set opened_at 2020-01-01T00:00:00.000000Z" in ran.err
    incident("times 1 set opened_at 2020-01-01T00:00:00.000000Z")
    incident("evidence 1 https://a.example --at 2020-01-01T00:00Z")


def test_two_thousand_links_are_collected_shown_and_exported(program: Program) -> None:
    program("open x --at 2026-01-01T00:00Z")
    _collect(program, 1_999)
    assert program("evidence 1 https://last.example").out == "INC-1: evidence e2000 added.\n"
    assert len(program("show 1 --json").json["evidence"]) == 2_000
    assert program("show 1").out.count("https://") == 2_000
    assert len(program("timeline 1").out.splitlines()) == 2_001
    assert "e1|e2|e3|e4|e5|…" in program("explain 1 retract").out
    assert program("export --format ndjson").out.count("graphs.example.com") == 1_999


def _collect(program: Program, count: int) -> None:
    """So many links at once, since one command each would take minutes."""
    ids, ann = SystemIds(), Actor("cli", "ann")
    database = open_database(program.url, ids=ids)
    loaded = database.log.load("default", "INC-1", ann)
    assert loaded is not None
    now = datetime.now(UTC)
    links = tuple(
        EvidenceAdded(actor=ann, at=now, evidence=f"e{n}", url=f"https://graphs.example.com/d/{n}")
        for n in range(1, count + 1)
    )
    envelope = Envelope("default", loaded.incident_id, ann, "cli", "k", "k", now)
    database.log.commit(Batch(envelope, "request", loaded.incident, Result.ACCEPTED, links))
    database.close()


def test_a_login_that_is_no_name_is_refused_with_a_sentence(program: Program) -> None:
    ran = program.process("open", "x", LOGNAME="a\tb")
    assert (ran.code, ran.err) == (2, "error: 'a\\tb' is not a name.\n")
