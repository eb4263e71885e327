"""The example of docs/mirrors.md, as it stands there: whatever dies or fails, the folder ends up right."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from incident_core.ports.mirror import Mirror
from incident_core.testing.simulation.stories import Story
from tests.integrations.pages import block
from tests.integrations.playing import Play, deaths
from tests.integrations.stories import whole

MODULE = "example_of_docs_mirrors"
STORY: Story = whole()
CHAPTERS = range(1, len(STORY.chapters) + 1)


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Path], Mirror]]:
    """The class of the page."""
    path = tmp_path_factory.mktemp("page") / f"{MODULE}.py"
    path.write_text(block("mirrors.md", "python"))
    spec = importlib.util.spec_from_file_location(MODULE, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[MODULE] = module
    spec.loader.exec_module(module)
    yield module.Folder
    del sys.modules[MODULE]


def right(folder: Path, play: Play) -> None:
    """What should be there is, once, and nothing else."""
    chapter = STORY.chapters[play.told - 1]
    incident = chapter.incident
    page = (folder / "INC-42.txt").read_text()
    assert page == f"{incident.title} ({incident.severity}): {incident.stage}\n"
    lines = (folder / "INC-42.log").read_text().splitlines()
    said = [(int(line.split()[0]), line.split()[1]) for line in lines]
    assert said == [(entry.version, entry.event.type) for entry in chapter.entries]
    files = {"INC-42.txt", "INC-42.log", *(["INC-42.sealed"] if incident.stage == "closed" else [])}
    assert {file.name for file in folder.iterdir()} == files


@pytest.mark.parametrize("chapters", CHAPTERS)
def test_the_folder_is_right_after_every_chapter(
    mirror: Callable[[Path], Mirror], tmp_path: Path, chapters: int
) -> None:
    play = Play(STORY, mirror(tmp_path))
    for _ in range(chapters):
        play.tell(1)
        play.finish()
    right(tmp_path, play)
    assert (play.row.shown, play.row.error) == (play.row.wanted, None)


@pytest.mark.parametrize("chapters", CHAPTERS)
def test_a_worker_may_die_anywhere(mirror: Callable[[Path], Mirror], tmp_path: Path, chapters: int) -> None:
    """What was told before is done; the last chapter meets the death."""

    def told(number: int) -> Play:
        folder = tmp_path / str(number)
        folder.mkdir()
        play = Play(STORY, mirror(folder))
        for _ in range(chapters - 1):
            play.tell(1)
            play.finish()
        play.tell(1)
        return play

    folders = iter(range(1000))
    points = 0
    for points, (play, _) in enumerate(deaths(lambda: told(next(folders))), start=1):  # noqa: B007
        play.finish()
        right(play.mirror.path, play)  # type: ignore[attr-defined]
    assert points >= 6


def test_everything_at_once_meets_a_death_anywhere(mirror: Callable[[Path], Mirror], tmp_path: Path) -> None:
    folders = iter(range(1000))

    def all_told() -> Play:
        folder = tmp_path / str(next(folders))
        folder.mkdir()
        play = Play(STORY, mirror(folder))
        play.tell()
        return play

    points = 0
    for play, _ in deaths(all_told):
        play.finish()
        right(play.mirror.path, play)  # type: ignore[attr-defined]
        points += 1
    assert points > 3 * len(STORY.chapters[-1].entries)


def test_a_folder_that_is_made_later_gets_everything(
    mirror: Callable[[Path], Mirror], tmp_path: Path
) -> None:
    folder = tmp_path / "later"
    play = Play(STORY, mirror(folder))
    play.tell()
    play.work()
    assert play.row.error == "The folder cannot be written (No such file or directory)."
    folder.mkdir()
    play.finish()
    right(folder, play)


def test_nothing_is_sealed_before_everything_was_said(
    mirror: Callable[[Path], Mirror], tmp_path: Path
) -> None:
    play = Play(STORY, mirror(tmp_path))
    play.tell()
    (tmp_path / "INC-42.log").mkdir()  # nothing can be appended to that
    play.work()
    assert {file.name for file in tmp_path.iterdir()} == {"INC-42.txt", "INC-42.log"}
    (tmp_path / "INC-42.log").rmdir()
    play.finish()
    right(tmp_path, play)


def test_the_example_is_about_as_long_as_its_title_says() -> None:
    lines = [line for line in block("mirrors.md", "python").splitlines() if line.strip()]
    assert len(lines) <= 55
