"""A deployment says it in its own words: sentences, buttons and meanings, one by one; all else stays ours."""

from __future__ import annotations

import json
from pathlib import Path

from incident_core.model.role import TECHNICAL_LEAD
from tests.slack.stories.conftest import Founding
from tests.slack.stories.using import directly

LINES = {
    "declared": "{{ who }} hat {{ 'eine Übung' if drill else 'einen Vorfall' }} ausgerufen.",
    "closed": "{{ who.kein_solcher_wert }}",
}
PANEL = {"resolve_button": "Behoben", "role": "{{ role | plainly }}: {{ holder or 'noch niemand' }}"}
DIRECT = {"given": "{{ who }} hat dich zu {{ role | bold }} von {{ key | bold }} gemacht: „{{ key }}“."}
MEANS = {TECHNICAL_LEAD: "Du findest heraus, was <kaputt> ist."}


def own(folder: Path) -> Path:
    """The folder of that deployment."""
    files = {"lines": LINES, "panel": PANEL, "direct": DIRECT, "role_definitions": MEANS}
    folder.mkdir()
    for name, value in files.items():
        (folder / f"{name}.json").write_text(json.dumps(value), encoding="utf-8")
    return folder


def test_a_deployment_speaks_its_own_language_where_it_wants_to(new_town: Founding, tmp_path: Path) -> None:
    words = own(tmp_path / "words")
    with new_town(TEMPLATES_DIRECTORY=str(words)) as home:
        key = home.opened("Alles ist langsam <b>", options="--declare")
        home.say(f"assign {key} {TECHNICAL_LEAD} @ben")
        home.quiet()
        said = home.lines(key)
        assert said[0] == "<@ann> hat einen Vorfall ausgerufen."
        assert said[-1] == "<@ann> made <@ben> technical lead."
        panel = home.panel(key)
        assert "communications liaison: noch niemand" in home.shown(panel).splitlines()
        assert "Behoben" in json.dumps(panel.blocks)
        (told,) = directly(home, "ben")
        first, _, meaning = told.splitlines()
        assert first == f"<@ann> hat dich zu {TECHNICAL_LEAD} von {key} gemacht: „{key}“."
        assert meaning == MEANS[TECHNICAL_LEAD]
        home.say(f"resolve {key}")
        home.close(key)
        home.quiet()
        assert home.lines(key)[-1] == "<@ann> closed this: fixed. The channel is archived with it."
        checked = home.program("templates check", code=1)
        assert f"{words / 'lines.json'}: closed: It cannot be rendered" in checked.out
