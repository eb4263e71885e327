"""An export comes as a direct message where files may be sent; otherwise it is said how to get it."""

from __future__ import annotations

import csv
import io
import urllib.request
from collections.abc import Iterator

import pytest

from adapters.sandbox import Sandbox
from adapters.slack.features import Features
from incident_core import commands as c
from tests.servers.watchdog import wait_until
from tests.slack.bot.house import SOON, House, house, words


@pytest.fixture(scope="module")
def sending(sandbox: Sandbox) -> Iterator[House]:
    """A house whose bot may send files."""
    with house(sandbox, features=Features(private=True, files=True)) as made:
        yield made


def _files(home: House, by: str = "ann") -> list[str]:
    """The contents of the files that somebody has got from the bot."""
    direct = home.slack.person(by).direct(home.slack.bot_user)
    found = []
    for message in home.slack.person(by).sees(direct):
        for file in message.raw.get("files", []):
            request = urllib.request.Request(
                file["url_private"], headers={"Authorization": f"Bearer {home.slack.bot_token}"}
            )
            with urllib.request.urlopen(request, timeout=SOON) as answer:
                found.append(answer.read().decode())
    return found


def _sent(home: House) -> int:
    """How many files the bot has sent so far."""
    return len(
        [call for call in home.slack.team.calls("files.completeUploadExternal") if call.outcome == "ok"]
    )


def test_the_file_has_what_that_person_may_see(sending: House) -> None:
    title, before = 'API, "slow" & é', len(_files(sending))
    sending.do(c.Declare, sending.opened(title))
    sending.opened("Ben's secret", by="ben", private=True)
    assert "comes to you as a direct message" in sending.say("export")
    assert wait_until(lambda: len(_files(sending)) == before + 1, SOON)
    rows = list(csv.DictReader(io.StringIO(_files(sending)[-1])))
    assert [row["title"] for row in rows] == [title]


def test_case_has_the_columns_of_case(sending: House) -> None:
    before = len(_files(sending))
    sending.say("export case")
    assert wait_until(lambda: len(_files(sending)) == before + 1, SOON)
    assert _files(sending)[-1].startswith("Investigation Name,Title,Status,Channel ID,Created By,")


def test_a_redelivered_export_sends_nothing_more(sending: House) -> None:
    before, sent = len(_files(sending, "cleo")), _sent(sending)
    came = sending.slack.person("cleo").command("/incident", "export", sending.general)
    assert wait_until(lambda: len(_files(sending, "cleo")) == before + 1, SOON)
    assert words(sending.again(came.id).answer) == words(came.answer)
    sending.say("export", by="cleo")
    assert wait_until(lambda: len(_files(sending, "cleo")) == before + 2, SOON)
    assert _sent(sending) == sent + 2


@pytest.mark.parametrize(
    "method", ["conversations.open", "files.getUploadURLExternal", "files.completeUploadExternal"]
)
def test_a_file_that_cannot_be_sent_is_said_so(sending: House, method: str) -> None:
    sending.slack.team.fault(method, "error", code="fatal_error")
    seen = len(sending.seen())
    sending.say("export")
    assert wait_until(lambda: len(sending.seen()) == seen + 2, SOON)
    said = [words(each.raw) for each in sending.seen()[seen:]]
    assert "The export was not sent. The file could not be sent (fatal_error)." in said


def test_without_files_it_is_said_how_to_get_it(home: House) -> None:
    said = home.say("export")
    assert "incident export -o incidents.csv" in said
    assert "SLACK_SEND_FILES=true" in said
    assert "incident export --layout case -o incidents.csv" in home.say("export case")


def test_only_those_who_may_get_one(sandbox: Sandbox) -> None:
    with house(sandbox) as first:
        ann, slack = first.ann.id, first.slack
    may = Features(files=True)
    with house(sandbox, slack=slack, export_users=frozenset({ann}), features=may) as home:
        assert "EXPORT_AUTHORIZED_USERS" in home.say("export", by="ben")
        assert "comes to you" in home.say("export")
        assert wait_until(lambda: len(_files(home)) == 1, SOON)
        assert [call.args.get("users") for call in slack.team.calls("conversations.open")] == [ann]
