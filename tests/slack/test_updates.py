"""Updates in the digest channel read as they do in the record: corrected, retracted and removed in place."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from adapters.sandbox import Sandbox
from adapters.slack.drawing.digest import SHORT
from adapters.slack.drawing.updates import NEWEST
from adapters.slack.drawing.wanted import wanted
from incident_core import commands as c
from incident_core.model.severity import Severity
from incident_core.testing.simulation.stories import BEGINNING, command
from tests.slack.faults.scene import Scene, new_scene
from tests.slack.test_drawing import OPENED, SETUP, checked, content, last, of
from tests.slack.test_parts import literal
from tests.slack.texts import PROSE

DECLARE = command(c.Declare)


def sends(scene: Scene, text: str, **more: Any) -> None:
    scene.do(c.SendUpdate, text=text, **more)
    scene.settle()


def replies(scene: Scene) -> list[str]:
    """What is below the line of the digest, but for that it was declared."""
    return [each["text"] for each in scene.digest if each["thread"] and "was declared" not in each["text"]]


def declared(scene: Scene) -> Scene:
    scene.open(declare=True)
    scene.settle()
    return scene


def test_everybody_in_the_digest_channel_sees_an_update(scene: Scene) -> None:
    sends(declared(scene), "We know <why>.", impact="All of EU", components=("API", "Web"))
    seen = scene.slack.person("owner").sees("incidents")[-1]
    assert (seen.user, seen.raw["subtype"]) == (scene.slack.bot_user, "thread_broadcast")
    ann = scene.slack.person("ann").id
    assert replies(scene) == [
        f"INC-1 · <#{scene.channel.id}> · update by <@{ann}>:\n&gt; We know &lt;why&gt;.\n"
        "Impact:\n&gt; All of EU\nComponents:\n&gt; API, Web"
    ]


def test_a_corrected_update_is_changed_where_it_stands(scene: Scene) -> None:
    sends(declared(scene), "We know why.")
    before = scene.digest[-1]["ts"]
    scene.do(c.CorrectUpdate, update="u1", text="We do not know why.")
    scene.settle()
    assert scene.digest[-1]["ts"] == before
    assert [text.splitlines()[1] for text in replies(scene)] == ["&gt; We do not know why."]
    assert "We do not know why." in scene.digest[0]["text"]


def test_a_retracted_update_goes_and_the_one_before_it_is_the_last(scene: Scene) -> None:
    declared(scene)
    for text in ("first", "second"):
        sends(scene, text)
    scene.do(c.Retract, entry="u2", reason="wrong")
    scene.settle()
    assert [text.splitlines()[1] for text in replies(scene)] == ["&gt; first"]
    assert scene.digest[0]["text"].endswith("first")
    assert scene.settled


def test_a_text_that_was_removed_is_in_no_reply_and_in_no_line() -> None:
    incident = last(of(OPENED, DECLARE, command(c.SendUpdate, text="secret", impact="of ann")))
    (update,) = incident.updates
    bare = replace(incident, updates=(replace(update, text=None, impact=None),))
    for slot in ("update:u1", "digest"):
        assert "secret" in checked(content(incident, slot))
        assert "[redacted]" in checked(content(bare, slot))
        assert "secret" not in checked(content(bare, slot))


def test_an_old_update_that_is_missing_is_not_posted_again(sandbox: Sandbox) -> None:
    """Else a workspace whose digest channel is made late would hear of everything at once."""
    scene = new_scene(sandbox)
    scene.open(declare=True)
    for number in range(NEWEST + 3):
        scene.do(c.SendUpdate, text=f"news {number}")
    scene.settle()
    assert [text.splitlines()[1] for text in replies(scene)] == [f"&gt; news {n}" for n in range(3, 8)]
    assert scene.settled


def test_old_ones_are_corrected_all_the_same(scene: Scene) -> None:
    declared(scene)
    for number in range(NEWEST + 2):
        sends(scene, f"news {number}")
    scene.do(c.CorrectUpdate, update="u1", text="no news")
    scene.settle()
    assert [text.splitlines()[1] for text in replies(scene)][:2] == ["&gt; no news", "&gt; news 1"]


def test_one_that_somebody_deleted_comes_back_when_it_is_corrected(scene: Scene) -> None:
    sends(declared(scene), "news")
    digest = scene.slack.workspace.names["incidents"]
    assert scene.api.call("chat.delete", channel=digest, ts=scene.digest[-1]["ts"]).ok
    scene.do(c.CorrectUpdate, update="u1", text="other news")
    scene.settle()
    assert [text.splitlines()[1] for text in replies(scene)] == ["&gt; other news"]


def test_an_update_is_in_no_digest_where_the_incident_is_private(scene: Scene) -> None:
    scene.open(private=True, declare=True)
    sends(scene, "secret")
    assert scene.digest == []
    assert "secret" in scene.said(scene.channel.id)[-1]["text"]


def test_the_line_has_the_last_update_cut_short_on_one_line() -> None:
    text = "first\nsecond " + "x" * 300
    incident = last(of(OPENED, DECLARE, command(c.SendUpdate, text="old"), command(c.SendUpdate, text=text)))
    line, news = checked(content(incident, "digest")).split("\n")
    assert line.startswith("INC-42 · sev4 · incident: investigating · <#C0CHANNEL> · led by ann (cli)")
    assert news.startswith("Last update, <!date^")
    said = news.partition(">: ")[2]
    assert said.startswith("first second xx")
    assert len(said) == SHORT


def test_a_drill_says_so_and_the_next_update_is_told() -> None:
    due = BEGINNING + timedelta(hours=1)
    sent = command(c.SendUpdate, text="x", next_due=due)
    drill = last(of(command(c.Open, title="x", drill=True, severity=Severity.SEV1), DECLARE, sent))
    said = checked(content(drill, "update:u1"))
    assert said.startswith("DRILL INC-42 · ")
    assert said.endswith("2026-11-22 09:45 UTC>.")


def test_whatever_somebody_typed_is_said_as_typed() -> None:
    for text in PROSE.values():
        sent = command(c.SendUpdate, text=text, impact=text, components=("a", "b"))
        shown = content(last(of(OPENED, DECLARE, sent)), "update:u1")
        checked(shown)
        assert text[:2000] in literal(shown["blocks"])


def test_only_what_was_sent_is_wanted() -> None:
    assert [each.slot for each in wanted(SETUP, last(of(OPENED, DECLARE))) if ":" in each.slot] == []


def test_what_was_declared_is_said_once_even_after_it_was_reopened(scene: Scene) -> None:
    declared(scene)
    for kind, more in ((c.Resolve, {}), (c.Reopen, {"reason": "not over"})):
        scene.do(kind, **more)
        scene.settle()
    assert sum("was declared" in each["text"] for each in scene.digest) == 1


def test_what_is_resolved_already_is_not_called_declared_any_more(scene: Scene) -> None:
    scene.open(declare=True)
    scene.do(c.Resolve)
    scene.settle()
    assert [each["thread"] for each in scene.digest] == [None]
    assert scene.settled
