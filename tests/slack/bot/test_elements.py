"""Whatever the bot draws has somebody who takes it: every element, form, select and shortcut there is."""

from __future__ import annotations

import re
from pathlib import Path

from adapters.settings import Settings
from adapters.slack.bot import buttons, forms, pages, shortcuts, suggestions
from adapters.slack.manifest import manifest

CODE = Path(__file__).parents[3] / "adapters" / "slack"
_ACTION = re.compile(
    r"""["'](move|set|role|update|timer|home|chatlog|review|followup|link|page):([a-z!]*)["']"""
)
_FORM = re.compile(r"^(?:[A-Z]+, )*[A-Z]+ = ((?:\"[a-z]+\"(?:, )?)+)$", re.MULTILINE)


def _drawn() -> set[str]:
    """Every name of an element that the code spells."""
    texts = (path.read_text(encoding="utf-8") for path in CODE.rglob("*.py"))
    return {f"{kind}:{name}" for text in texts for kind, name in _ACTION.findall(text)}


def _taken(action: str) -> bool:
    begins = action.startswith((pages.TURN, buttons.LINK))
    return begins or action in buttons.ABOUT or action in buttons.ALONE


def test_every_element_that_is_drawn_is_taken() -> None:
    drawn = _drawn()
    assert {"set:status", "role:claim", "timer:snooze", "move:close!", "home:start"} <= drawn
    assert [action for action in sorted(drawn) if not _taken(action)] == []


def test_every_element_that_is_taken_is_drawn() -> None:
    """The panel draws a button for each move: those are put together from its name."""
    assert {*buttons.ABOUT, *buttons.ALONE} - _drawn() == set()


def test_every_form_that_opens_is_taken_when_it_comes_back() -> None:
    texts = [
        (CODE / "bot" / f"forms_{name}.py").read_text(encoding="utf-8")
        for name in ("moves", "news", "followup")
    ]
    named = {name for text in texts for found in _FORM.findall(text) for name in re.findall(r"[a-z]+", found)}
    assert named == set(forms.FORMS)
    assert len(named) == 9


def test_every_select_that_offers_incidents_is_known_to_both_who_are_asked() -> None:
    assert set(suggestions.SELECTS) == buttons.SILENT


def test_every_shortcut_of_the_manifest_is_taken() -> None:
    offered = manifest(Settings("sqlite://"))["features"]["shortcuts"]
    assert {each["callback_id"] for each in offered} == set(shortcuts.SHORTCUTS)
