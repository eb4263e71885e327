"""Everything that somebody can be shown, in Slack and on the command line, as one text for each way."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from adapters.sandbox.person.seen import CannotDo
from tests.slack.stories.town import Town, wait_for

IN_SLACK = (
    "", "list", "list all", "lsoi", "lsai", "stats", "stats all", "timers", "scheduler list", "export",
    "followups", "followups mine", "followups overdue",
)  # fmt: skip
ABOUT_ONE = (
    "status {}", "show {}", "timeline {}", "explain {}", "evidence {}", "update {}", "task {}", "followup {}",
    "assign {}", "access {}", "title {}", "severity {}", "review {}", "timers {}", "catchup {}",
)  # fmt: skip
CHANGING = (
    "claim {} comms", "status {} monitoring", "resolve {}", "retract {} e1 x", "private {}", "close {}",
    "update {} news", "correct {} u1 x", "handover {} @cleo", "access {} grant @cleo",
    "followup {} done f1", "followup {} assign f1 @cleo",
)  # fmt: skip
"""What is tried on what they may not see."""
TYPED = (
    "list",
    "stats --json",
    "export",
    "export --json",
    "export --timeline",
    "timers",
    "mirrors",
    "followups",
)
TYPED_ABOUT_ONE = (
    "show {}",
    "show {} --json",
    "timeline {}",
    "explain {}",
    "timers {}",
    "mirrors {}",
    "catchup {}",
    "catchup {} --json",
)


def in_slack(
    home: Town, who: str, keys: Sequence[str], words: Sequence[str], hidden: Sequence[str] = ()
) -> Iterator[tuple[str, str]]:
    """What a person is answered, offered and sent, by how they came to it. Their own words are not in it."""
    asked = [*IN_SLACK, *(line.format(key) for line in ABOUT_ONE for key in keys)]
    asked += [line.format(key) for line in CHANGING for key in hidden]
    for line in (*asked, *(f"search {word}" for word in words)):
        yield f"/incident {line}", _answer(home, who, line)
    yield from _offered(home, who, (*keys, *words))
    yield "home", _home(home, who)


def on_the_command_line(
    home: Town, who: str, keys: Sequence[str], words: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """What somebody is told there, by what they typed."""
    asked = [*TYPED, *(line.format(key) for line in TYPED_ABOUT_ONE for key in keys)]
    for line in (*asked, *(f"search {word}" for word in words)):
        ran = home.program.anyhow(f"{line} --as {who}")
        yield f"incident {line}", ran


def in_channels(home: Town, who: str) -> Iterator[tuple[str, str]]:
    """What is said to all in every conversation that they can look into."""
    person = home.slack.person(who)
    for place in home.slack.team.channels():
        try:
            seen = person.sees(place.id)
        except CannotDo:
            continue
        said = [each.raw for each in seen if not each.ephemeral]
        yield f"#{place.name}", json.dumps(said, ensure_ascii=False)
        yield f"topic of #{place.name}", f"{place.name} {place.topic}"


def _answer(home: Town, who: str, line: str) -> str:
    answer = json.dumps(home.typed(line, who).answer, ensure_ascii=False)
    assert "That was a lot in one minute" not in answer
    return answer


def _offered(home: Town, who: str, typed: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The incidents that a form offers while somebody types in it."""
    person = home.slack.person(who)
    person.shortcut("Provide incident update")
    form = home.form(who)
    yield "the form", json.dumps(form.raw, ensure_ascii=False)
    for text in ("", *typed):
        yield f"typing {text!r}", "\n".join(person.options(form, "open_incident", text))
    person.close(form)


def _home(home: Town, who: str) -> str:
    person, app = home.slack.person(who), home.slack.app.id
    calls = len(home.slack.team.calls("views.publish"))
    person.open_home(app)
    wait_for(lambda: len(home.slack.team.calls("views.publish")) > calls)
    view = person.home(app)
    assert view is not None
    return json.dumps(view.raw, ensure_ascii=False)
