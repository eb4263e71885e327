"""What was typed is taken apart, and texts stay as they were typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.bot import parse
from adapters.slack.bot.people import Directory, is_person, person
from adapters.slack.bot.verbs.roles import role
from adapters.slack.bot.verbs.table import KEYLESS
from incident_core.errors import Invalid
from incident_core.model.actor import Actor
from incident_core.model.role import STANDARD_ROLES


@pytest.mark.parametrize(
    ("text", "verb", "key", "rest"),
    [
        ("", "", None, ""),
        ("resolve", "resolve", None, ""),
        ("  RESOLVE   inc-0042 ", "resolve", "INC-42", ""),
        ("INC-42 resolve", "resolve", "INC-42", ""),
        ("inc-42", "", "INC-42", ""),
        ("task INC-42 done t2", "task", "INC-42", "done t2"),
        ("update INC-42 two  spaces\nand a line", "update", "INC-42", "two  spaces\nand a line"),
        ("update it is like INC-42", "update", None, "it is like INC-42"),
        ("open INC-42 again", "open", None, "INC-42 again"),
        ("search INC-42", "search", None, "INC-42"),
        ("INC-42x", "inc-42x", None, ""),
    ],
)
def test_a_verb_and_perhaps_a_key(text: str, verb: str, key: str | None, rest: str) -> None:
    typed = parse.read(text, KEYLESS)
    assert (typed.word, typed.key, typed.rest) == (verb, key, rest)


def test_a_channel_may_stand_for_the_key() -> None:
    typed = parse.read("resolve <#C0123ABC|inc-42-api> --override because", KEYLESS)
    assert (typed.key, typed.room, typed.rest) == (None, "C0123ABC", "--override because")
    assert typed.as_text == "<#C0123ABC|inc-42-api> --override because"


def test_the_key_of_a_command_is_taken_from_its_end() -> None:
    typed = parse.read("declare INC-1 --key slack:12.34", KEYLESS)
    assert (typed.word, typed.key, typed.rest, typed.again) == ("declare", "INC-1", "", "slack:12.34")
    assert parse.read("open what does --key mean", KEYLESS).rest == "what does --key mean"


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("a &amp; b &lt;c&gt; &amp;lt;", "a & b <c> &lt;"),
        ("see <https://x.y/?a=1&amp;b=2>", "see https://x.y/?a=1&b=2"),
        ("see <http://x.y|x.y> now", "see x.y now"),
        ("ask <@U0123ABC|ann> in <#C0123ABC|general>", "ask @ann in #general"),
        ("ask <@U0123ABC>", "ask @ben"),
        ("ask <@U0999ABC>", "ask @U0999ABC"),
        ("<!here> and <!subteam^S012|@team>", "@here and @team"),
        ("<!subteam^S012>", "@S012"),
        ("mail <mailto:a@b.c|a@b.c>", "mail a@b.c"),
        ("&lt;!channel&gt; &lt;@U0123ABC&gt;", "<!channel> <@U0123ABC>"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("  kept  apart \n", "  kept  apart \n"),
    ],
)
def test_text_is_as_it_was_typed(sent: str, typed: str) -> None:
    known = Directory()
    known.learn("U0123ABC", "ben")
    assert parse.as_typed(sent, known) == typed


def test_options_end_where_the_next_begins() -> None:
    given = parse.options("@ann --role 'technical lead' --reason it was late", ("reason",), ("role",))
    assert (given.rest, dict(given.given)) == ("@ann", {"role": "technical lead", "reason": "it was late"})
    quoted = parse.options('--reason "errors are back" --role comms @ben', ("reason",), ("role",))
    assert (quoted.rest, dict(quoted.given)) == ("@ben", {"reason": "errors are back", "role": "comms"})


def test_a_dash_that_a_phone_made_of_two_is_understood() -> None:
    assert parse.options("—override we must", ("override",)).given == {"override": "we must"}


def test_what_looks_like_an_option_inside_a_reason_is_text() -> None:
    assert parse.options("--override run it with --force", ("override",)).given == {
        "override": "run it with --force"
    }


@pytest.mark.parametrize("text", ["--nonsense x", "a --nonsense", "--role", "--role a --role b"])
def test_options_that_cannot_be_meant_are_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse.options(text, (), ("role",))


def test_only_leading_flags_are_flags() -> None:
    given = parse.leading("--private --severity sev2 fix --private data", ("private",), ("severity",))
    assert (given.rest, dict(given.given)) == ("fix --private data", {"private": "", "severity": "sev2"})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("--reason a b", "a b"),
        ("a b", "a b"),
        ("--reasonable a", "--reasonable a"),
        ('--reason="a b"', "a b"),
    ],
)
def test_a_reason_needs_no_option(text: str, reason: str) -> None:
    assert parse.behind(text, "reason") == reason


@pytest.mark.parametrize(
    ("phrase", "name"),
    [
        ("commander", "incident_commander"),
        ("Incident Commander", "incident_commander"),
        ("ic", "incident_commander"),
        ("lead", "technical_lead"),
        ("technical lead", "technical_lead"),
        ("comms", "communications_liaison"),
        ("communications-liaison", "communications_liaison"),
        ("scribe", "scribe"),
    ],
)
def test_roles_have_short_names(phrase: str, name: str) -> None:
    assert role(phrase, (*STANDARD_ROLES, "scribe")) == name


def test_a_role_of_the_deployment_goes_before_a_short_name() -> None:
    assert role("lead", (*STANDARD_ROLES, "lead")) == "lead"


def test_people_are_mentioned_or_named() -> None:
    known = Directory()
    assert person(known, "<@W0123ABC|cleo>") == Actor("slack", "W0123ABC")
    assert person(known, "@cleo") == Actor("slack", "W0123ABC"), "a mention makes the name known"
    assert person(known, "@Cleo") == Actor("slack", "W0123ABC")
    assert person(known, "cli:bob") == Actor("cli", "bob")


@pytest.mark.parametrize("word", ["@nobody", "WHO"])
def test_who_is_not_known_is_said(word: str) -> None:
    assert is_person(word)
    with pytest.raises(Invalid, match="person"):
        person(Directory(), word)


def test_a_name_that_two_people_have_is_nobodys() -> None:
    known = Directory()
    known.learn("U0123ABC", "ann")
    known.learn("U0999ABC", "annika", "Ann")
    with pytest.raises(Invalid, match="More than one"):
        person(known, "@ann")
    known.learn("U0999ABC", "annika")
    assert person(known, "@ann") == Actor("slack", "U0123ABC")


def test_a_name_by_which_somebody_was_met_is_added_to_what_is_known() -> None:
    known = Directory()
    known.learn("U0123ABC", "Ann Archer", "archer")
    known.meet("U0123ABC", "ann")
    assert known.ids("ann") == known.ids("archer") == {"U0123ABC"}
    assert known.name("U0123ABC") == "Ann Archer"


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    typed = parse.read(text, KEYLESS)
    parse.as_typed(typed.rest, Directory())
    parse.leading(typed.rest, ("private",))
    assert typed.key is None or typed.key.startswith("INC-")


@given(st.text().filter(lambda text: "&" not in text and "<" not in text and ">" not in text))
def test_what_slack_does_not_touch_stays_as_it_is(text: str) -> None:
    assert parse.as_typed(text) == text
