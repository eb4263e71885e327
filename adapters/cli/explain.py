"""What could be done now, in groups: allowed, what it needs, every reason against it and what would help."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click

from adapters.cli import output
from adapters.cli.kinds import WHEN
from adapters.cli.options import Looking, key, reading
from adapters.cli.read_one import found
from adapters.cli.shown import isolated, joined, quoted
from adapters.cli.when import When
from incident_core.guards.refusal import Reason
from incident_core.lifecycle.available import Possibility, Verdict, available
from incident_core.model.incident import Incident
from incident_core.model.move import RECORDED, Move, line

Group = tuple[Possibility, tuple[str, ...]]
"""One of several possibilities that differ in their target only, and all the targets."""

_HEADINGS = (
    (Verdict.ALLOWED, "Allowed"),
    (Verdict.NEEDS, "Needs something more"),
    (Verdict.REFUSED, "Refused"),
    (Verdict.UNCHANGED, "So already"),
)
_TARGET = "\0"
_ARGUMENTS = {
    Move.REOPEN: "--reason TEXT",
    Move.ASSIGN: f"{_TARGET} WHO",
    Move.HANDOVER: f"WHO --role {_TARGET}",
    Move.EVIDENCE: "URL",
    Move.UPDATE: "TEXT",
    Move.TASK_ADD: "TEXT",
    Move.TASK_ASSIGN: f"{_TARGET} WHO",
    Move.FOLLOWUP_ADD: "TEXT",
    Move.FOLLOWUP_ASSIGN: f"{_TARGET} WHO",
    Move.SNOOZE: f"{_TARGET} --until WHEN",
    Move.CORRECT: f"{_TARGET} TEXT",
    Move.TITLE: "TEXT",
    Move.TIMES: f"{_TARGET} WHEN",
    Move.RETRACT: f"{_TARGET} --reason TEXT",
    Move.REDACT: f"{_TARGET} --reason TEXT",
    Move.GRANT: "WHO",
}
"""What a move takes besides the key, where that is not just its target."""

_MOVES = tuple(move for move in Move if move is not Move.OPEN and move not in RECORDED)


@click.command()
@key
@click.argument("move", nargs=-1)
@click.option("--at", type=WHEN, help="As if it were done then. [default: now]")
@reading
def explain(looking: Looking, key: str, move: tuple[str, ...], at: When | None) -> None:
    """Explain what can be done now, what it needs, and what stands against the rest.

    With MOVE, only about that: close, severity, task done, …

    \b
    Example:
      incident explain INC-42 close
    """
    moves = _moves(" ".join(move))
    incident = found(looking, key)
    app, now = looking.app, looking.app.clock.now()
    when, rules = now if at is None else at.resolve("at", now), app.rules()
    possibilities = [
        each for wanted in moves for each in available(rules, incident, looking.actor, when, wanted)
    ]
    if looking.as_json:
        output.data([_plain(incident.key, each) for each in possibilities])
    else:
        output.say("\n".join(_page(incident, str(looking.actor), possibilities)))


def _moves(words: str) -> tuple[Move | None, ...]:
    """The moves that begin with these words; (None,), which is all of them, without words."""
    wanted = _ALIASES.get(words.lower(), words.lower())
    if not wanted:
        return (None,)
    moves = tuple(each for each in _MOVES if each == wanted or each.startswith(f"{wanted} "))
    if wanted == Move.OPEN:
        raise click.BadParameter("opening is always possible.", param_hint="'MOVE'")
    if not moves:
        known = ", ".join(_MOVES)
        raise click.BadParameter(
            f"{quoted(words)} is not a move; the moves are {known}.", param_hint="'MOVE'"
        )
    return moves


_ALIASES = {"incident": "declare", "escalate": "declare", "transfer": "handover"}


def _page(incident: Incident, actor: str, possibilities: list[Possibility]) -> Iterator[str]:
    state = ", ".join(filter(None, (incident.stage, incident.status, incident.severity)))
    yield f"{incident.key} ({state}), as {isolated(actor)}:"
    for verdict, heading in _HEADINGS:
        groups = list(_groups(each for each in possibilities if each.verdict is verdict))
        if groups:
            yield f"\n{heading}"
            for possibility, targets in groups:
                yield from _entry(incident.key, possibility, targets)


def _groups(possibilities: Iterable[Possibility]) -> Iterator[Group]:
    """Possibilities that differ in nothing but the target, joined."""
    found: dict[object, tuple[Possibility, list[str]]] = {}
    for each in possibilities:
        same = (each.move, each.needs, tuple(_untargeted(reason, each.target) for reason in each.reasons))
        _, targets = found.setdefault(same, (each, []))
        if each.target is not None:
            targets.append(each.target)
    return ((first, tuple(targets)) for first, targets in found.values())


def _untargeted(reason: Reason, target: str | None) -> tuple[str, ...]:
    """What a reason says, whatever its target is called."""
    texts = (reason.code, reason.sentence, reason.remedy.verb, reason.remedy.rest)
    return tuple(_blank(text, target) for text in texts)


def _blank(text: str, target: str | None) -> str:
    return text if target is None else text.replace(target, _TARGET)


def _entry(key: str, possibility: Possibility, targets: tuple[str, ...]) -> Iterator[str]:
    move, verdict = possibility.move, possibility.verdict
    if verdict is Verdict.ALLOWED:
        yield f"  {_command(key, move, targets)}"
        return
    name = f"{move} {joined(targets)}".strip()
    yield f"  {name}"
    for reason in possibility.reasons:
        several = len(targets) > 1
        sentence = _named(reason.sentence, possibility.target, targets) if several else reason.sentence
        yield f"    {reason.code}: {isolated(sentence)}"
        rest = _named(reason.remedy.rest, possibility.target, targets) if several else reason.remedy.rest
        yield f"    → {line(reason.remedy.verb, key, rest)}{_instead(reason, possibility)}{_by(reason)}"


def _named(text: str, target: str | None, targets: tuple[str, ...]) -> str:
    """The same text about all the targets at once: sev3|sev4."""
    return _blank(text, target).replace(_TARGET, _choice(targets))


def _choice(targets: tuple[str, ...], at_most: int = 6) -> str:
    return "|".join(targets) if len(targets) <= at_most else "|".join((*targets[: at_most - 1], "…"))


def _command(key: str, move: Move, targets: tuple[str, ...]) -> str:
    rest = _ARGUMENTS.get(move, _TARGET).replace(_TARGET, _choice(targets))
    return line(move, key, rest)


def _instead(reason: Reason, possibility: Possibility) -> str:
    """A process rule may be passed over; only where nothing else stands against it is it worth saying."""
    return ", or add --override REASON" if possibility.needs == ("override",) else ""


def _by(reason: Reason) -> str:
    return "" if reason.remedy.who == "anyone" else f"  ({reason.remedy.who})"


def _plain(key: str, possibility: Possibility) -> dict[str, object]:
    return {
        "move": possibility.move.value,
        "target": possibility.target,
        "verdict": possibility.verdict.value,
        "needs": list(possibility.needs),
        "reasons": [
            {"code": each.code, "reason": each.sentence, "remedy": each.remedy.line(key)}
            for each in possibility.reasons
        ],
    }
