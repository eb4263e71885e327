"""What a deployment says in its own words is what the bot answers, in help, in forms and in refusals too."""

from __future__ import annotations

import json
from pathlib import Path

from adapters.sandbox import Sandbox
from adapters.shipped import templates_directory
from adapters.slack.words import read_words
from tests.slack.bot.house import house

OWN = {
    "answers": {"declared": "{{ key | bold }} brennt; {{ commander or 'niemand' }} führt."},
    "verbs": {"declare": "Es brennt."},
    "timeline": {"declared": "hat es ausgerufen"},
    "refusals": {"not_done": "Nicht getan: nichts ist anders."},
}


def test_the_bot_answers_in_a_deployments_own_words(sandbox: Sandbox, tmp_path: Path) -> None:
    for name, messages in OWN.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(messages), encoding="utf-8")
    words = read_words(templates_directory() / "slack", tmp_path)
    with house(sandbox, words=words) as home:
        key = home.opened("API is slow")
        assert home.say(f"declare {key}") == f"{key} brennt; <@{home.ann.id}> führt."
        assert "declare Es brennt." in home.say("help")
        assert f"<@{home.ann.id}> hat es ausgerufen" in home.say(f"timeline {key}")
        assert home.say(f"release {key} commander").startswith("Nicht getan: nichts ist anders.")
        assert home.say(f"status {key} identified") == f"{key} is identified now."
