"""The composition of `incident templates`: what is shipped, and what a deployment says instead."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from adapters.cli.session import CheckedWords, Fault, Said
from adapters.own_templates import own_templates
from adapters.review.checking import fault
from adapters.review.renderer import NAME
from adapters.setting_kinds import STANDARD_ROLES
from adapters.shipped import templates_directory
from adapters.slack import checking
from adapters.slack.words import message_files, read_object, shipped_words
from incident_core.errors import Invalid

if TYPE_CHECKING:
    from adapters.settings import Settings


def messages() -> tuple[Said, ...]:
    """Every message that we ship, in order of the files; raises Invalid where these cannot be read."""
    return tuple(
        Said(f"{path.stem}.{name}", path.stem, tuple(source["given"]), source.get("most", 0), source)
        for path in message_files(_shipped())
        for name, source in read_object(path).items()
    )


def check(settings: Settings, folder: Path | None) -> CheckedWords:
    """Ours, and those of the folder, or else of the settings'; raises Invalid where that is none."""
    if folder is not None and not folder.is_dir():
        raise Invalid("folder", f"{folder} is no folder.")
    found = _checked(settings, own_templates(settings) if folder is None else folder)
    return CheckedWords(found.rendered, found.own, tuple(Fault(*each) for each in found.faults))


def look(settings: Settings) -> tuple[str, str]:
    """`ok` or `bad`, and a sentence; raises Invalid where the settings name a folder that is not there."""
    return checking.summary(_checked(settings, own_templates(settings)))


def _checked(settings: Settings, own: Path | None) -> checking.Checked:
    """The words, and the templates of the review."""
    roles = (*STANDARD_ROLES, *settings.extra_roles)
    words = checking.check(shipped_words(), _shipped(), own, roles)
    mine = [own / NAME] if own is not None and (own / NAME).exists() else []
    reviews = [templates_directory() / "review" / NAME, *mine]
    faults = [
        checking.Fault(str(path), "", checking.without(sentence, f"{path} "))
        for path in reviews
        if (sentence := fault(path)) is not None
    ]
    rendered, of_theirs = words.rendered + len(reviews), words.own + len(mine)
    return checking.Checked(rendered, of_theirs, (*words.faults, *faults))


def _shipped() -> Path:
    return templates_directory() / "slack"
