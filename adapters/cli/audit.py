"""Whether the log is what was written: verify it, and a note of its head, to be kept out of reach."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click

from adapters.cli import output
from adapters.cli.faults import Failed
from adapters.cli.files import written
from adapters.cli.kinds import KEY
from adapters.cli.options import Looking, as_json, looking
from adapters.cli.progress import progress
from incident_core.model.times import from_iso, to_iso
from incident_core.record.audit import Audited
from incident_core.record.chain import Head


@click.group()
def audit() -> None:
    """Verify that nothing recorded was changed, or note the head of the log.

    \b
    Example:
      incident audit verify
    """


@audit.command()
@click.argument("key", type=KEY, required=False)
@click.option(
    "--against", type=click.Path(path_type=Path), metavar="FILE",
    help="What `incident audit head` or AUDIT_HEAD_FILE noted: finds a log that was rewritten as a whole.",
)  # fmt: skip
@as_json
@looking
def verify(looking: Looking, key: str | None, against: Path | None) -> None:
    """Verify every event and text, or those of one incident; exits with 1 at the first bad place.

    \b
    Example:
      incident audit verify --against head.json
    """
    if key is not None and against is not None:
        raise click.UsageError("A head is of the whole log: give KEY or --against, not both.")
    audited = _whole(looking, against) if key is None else _one(looking, key)
    if looking.as_json:
        output.data(_plain(audited))
    else:
        _tell(audited, key or "the whole log", looking.app.name)
    if audited.finding is not None:
        raise Failed


@audit.command()
@click.option(
    "-o", "--output", "path", type=click.Path(path_type=Path), metavar="FILE",
    help="Write this file, whole or not at all. [default: standard output]",
)  # fmt: skip
@looking
def head(looking: Looking, path: Path | None) -> None:
    """Note the head of the log as JSON; keep it where the database's administrators cannot change it.

    \b
    Example:
      incident audit head -o head.json
    """
    with looking.app.ledger.read() as pages:
        noted = pages.head()
    with written(path) as stream:
        stream.write(output.as_json(_head(noted), indent=2) + "\n")
    if path is not None and str(path) != "-":
        output.note(f"The head of {noted.count:,} events is noted in {path}.")


def _whole(looking: Looking, against: Path | None) -> Audited:
    from incident_core.usecases.verify import verify

    noted = () if against is None else _noted(against)
    with progress("verifying") as told:
        return verify(looking.app.ledger, against=noted, progress=lambda count: told(count, None))


def _one(looking: Looking, key: str) -> Audited:
    from incident_core.usecases.verify import verify_incident

    return verify_incident(looking.app.ledger, looking.app.workspace, key)


def _tell(audited: Audited, what: str, database: str) -> None:
    events = f"{audited.checked:,} {'event' if audited.checked == 1 else 'events'}"
    finding = audited.finding
    if finding is None:
        output.say(f"{what}: {events} verified, nothing was changed ({database}).")
        return
    where = "" if finding.seq is None else f" at event {finding.seq}"
    whose = "" if finding.incident_id is None else f" of incident {finding.incident_id}"
    output.note(f"{what}: bad{where}{whose}: {finding.sentence}. {events} before it are good ({database}).")


def _plain(audited: Audited) -> dict[str, object]:
    finding = audited.finding
    return {
        "checked": audited.checked,
        "head": _head(audited.head),
        "finding": None if finding is None else {
            "seq": finding.seq,
            "incident_id": None if finding.incident_id is None else str(finding.incident_id),
            "sentence": finding.sentence,
        },
    }  # fmt: skip


def _head(head: Head) -> dict[str, object]:
    recorded_at = None if head.recorded_at is None else to_iso(head.recorded_at)
    return {"seq": head.seq, "count": head.count, "hash": head.hash, "recorded_at": recorded_at}


def _noted(path: Path) -> tuple[Head, ...]:
    """The heads in this file: one, or one in each line, as AUDIT_HEAD_FILE is written.

    Raises BadParameter where there is none, OSError where it cannot be read.
    """
    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        return (_one_noted(text),)
    except (ValueError, KeyError, TypeError):
        pass
    try:
        found = tuple(map(_one_noted, _whole_lines(text)))
        if not found:
            raise ValueError
    except (ValueError, KeyError, TypeError):
        raise click.BadParameter(
            f"{str(path)!r} is not a head that `incident audit head` noted.", param_hint="'--against'"
        ) from None
    return found


def _whole_lines(text: str) -> Iterator[str]:
    """Without one that was cut off by a full disk: the same day is noted again below it."""
    for line in filter(str.strip, text.splitlines()):
        if line.rstrip().endswith("}"):
            yield line


def _one_noted(text: str) -> Head:
    """Raises ValueError, KeyError or TypeError for what is no head."""
    noted = json.loads(text)
    when = noted["recorded_at"]
    head = Head(noted["seq"], noted["count"], noted["hash"], None if when is None else from_iso(when))
    if not (type(head.seq) is int and type(head.count) is int and type(head.hash) is str):
        raise TypeError
    return head
