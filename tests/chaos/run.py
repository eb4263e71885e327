"""One run: the deeds of a plan, the quiet after it, and what the checks find."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from tests.chaos import checks_record, checks_slack, monkey
from tests.chaos.drawing import Drawing
from tests.chaos.end import End
from tests.chaos.people import Crowd
from tests.chaos.plan import BOTS, Deed, Size, plan
from tests.chaos.record import Record
from tests.chaos.seen import Seen
from tests.chaos.world import World, world
from tests.servers.postgres import Postgres
from tests.servers.watchdog import wait_until

THREADS, FILES = 80, 160
"""More than a process has in order, and fewer than one that leaks has after a while."""
AGAIN = 4
"""How often everybody asks again for what they had no answer to."""

CHECKS: Mapping[str, Callable[[End], Iterator[str]]] = {
    "acknowledged commands are recorded once": checks_record.acknowledged,
    "refused commands are not recorded": checks_record.refused,
    "nothing is recorded twice": checks_record.once,
    "the record is sound": checks_record.sound,
    "Slack shows what the record says": checks_slack.shown,
    "Slack was told everything, in order": checks_slack.said,
    "nothing else is in Slack": checks_slack.wanted_only,
    "repeats have reasons": checks_slack.repeats,
    "one channel each": checks_slack.one_channel,
    "timers fire once": checks_record.timers,
    "nothing private in public": checks_slack.private,
    "holds are kept": checks_slack.holds,
    "nothing unexpected": checks_record.clean,
    "processes begin and end in order": checks_record.ended,
}


@dataclass(frozen=True)
class Report:
    """`faults` by the name of their check; `figures` is what there was, in one line."""

    seed: int
    size: Size
    faults: Mapping[str, list[str]]
    journal: str
    figures: str

    def text(self) -> str:
        """All of it, for whoever has to find out why."""
        lines = [f"The seed was {self.seed}: make chaos SEED={self.seed} SECONDS={self.size.seconds:g}", ""]
        lines += ["What was done when (seconds):", self.journal, ""]
        for name, found in self.faults.items():
            lines += [f"FAILED: {name}", *(f"  - {each}" for each in found)]
        return "\n".join([*lines, "", self.figures])


def run(seed: int, size: Size, folder: Path, postgres: Postgres, copied: str) -> Report:
    """Play it through; each database is a copy of the one that is called `copied`."""
    deeds, names = plan(seed, size), size.names
    with world(folder, postgres, copied, names) as made:
        crowd, record = Crowd(made), Record(made.direct, made.policy)
        for name in names:
            made.processes.start(name)
        assert monkey.listening(made, sum(name in BOTS for name in names)), made.processes.said()
        _play(made, crowd, deeds)
        wrong = _calm(made, crowd, record, size)
        end = _ended(made, crowd, record, size, wrong)
        faults = {name: found for name, check in CHECKS.items() if (found := list(check(end)))}
        return Report(seed, size, faults, made.journal.text(), _figures(end, deeds))


def _play(made: World, crowd: Crowd, deeds: tuple[Deed, ...]) -> None:
    """Each at its time, or later where the machine is slow; always in the same order."""
    clock, began = Event(), time.monotonic()
    for deed in deeds:
        clock.wait(max(0.0, began + deed.at - time.monotonic()))
        made.processes.look()
        made.journal.note(str(deed), upsets=deed.what in monkey.UPSETS)
        if deed.who == "monkey":
            monkey.does(made, deed)
        else:
            crowd.does(deed)


def _calm(made: World, crowd: Crowd, record: Record, size: Size) -> list[str]:
    """Nothing goes wrong any more; people ask again, and all becomes quiet. What did not."""
    monkey.everything_back(made)
    made.journal.note("nothing goes wrong any more")
    monkey.listening(made, sum(name in BOTS for name in made.processes.names))
    made.journal.note("the bots listen")
    crowd.hears()
    for _ in range(AGAIN):
        asked = crowd.asks_again()
        made.journal.note(f"{asked} commands without an answer were typed again")
        if not asked:
            break

    def quiet() -> bool:
        made.processes.look()
        return record.quiet()

    if wait_until(quiet, size.patience, every=0.2):
        made.journal.note("all is quiet")
        return []
    return [f"after {size.patience:g} s it is not quiet: {record.stuck()}"]


def _ended(made: World, crowd: Crowd, record: Record, size: Size, wrong: list[str]) -> End:
    """Look at everything, and let all processes end."""
    processes = made.processes
    for what, most, found in (
        ("threads", THREADS, processes.threads()),
        ("files", FILES, processes.files()),
    ):
        wrong += [f"{name} has {count} {what}" for name, count in found.items() if count > most]
    for name in processes.names:
        processes.end(name)
    for name in processes.names:
        processes.ended(name)
    if not wait_until(lambda: record.connections() == 0, 20.0, every=0.1):
        wrong.append(f"{record.connections()} connections to the database are left")
    wrong += [f"the socket {each} is left" for each in _sockets(made)]
    seen = Seen(made.slack.everything(made.folder), made.slack.told["bot"])
    wrong += processes.wrong
    return End(crowd, record, seen, Drawing(made), made.journal, processes.said(), wrong, size.held)


def _sockets(made: World) -> list[str]:
    """Those that are left; some were cut so that Slack does not know, and stay for hours, as there."""
    ghosts = any("sockets ghosts" in each.words for each in made.journal.lines)
    return [] if ghosts else made.slack.control.connections(made.slack.told["app"])


def _figures(end: End, deeds: tuple[Deed, ...]) -> str:
    answers = [each.answer for each in end.crowd.asked]
    counted = ", ".join(f"{answers.count(each)} {each}" for each in ("yes", "no", "unknown"))
    return (
        f"{len(deeds)} deeds, {len(answers)} commands ({counted}), {sum(end.events.values())} events of"
        f" {len(end.record.incidents)} incidents, {len(end.seen.calls)} calls,"
        f" {sum(bool(each['fault']) for each in end.seen.calls)} of them faulty, {end.repeats} said again,"
        f" {end.record.ask('SELECT count(*) FROM reminders')[0][0]} reminders"
    )
