"""What could be done now: allowed, what it needs, every reason against the rest and what would help."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from adapters.slack.bot.answer import Answer
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.refusal import ELSEWHERE, against
from adapters.slack.bot.shown import spoken, state
from adapters.slack.bot.verbs.verb import Verb
from adapters.slack.parts import Line
from incident_core.errors import Invalid
from incident_core.lifecycle.available import Possibility, Verdict, available
from incident_core.model.incident import Incident
from incident_core.model.move import RECORDED, Move, line

_VERDICTS = (Verdict.ALLOWED, Verdict.NEEDS, Verdict.REFUSED, Verdict.UNCHANGED)
_ALIASES = {"incident": "declare", "escalate": "declare", "transfer": "handover", "follow-up": "followup"}
_MOST = 8
HERE = tuple(
    move
    for move in Move
    if move is not Move.OPEN and move not in RECORDED and move.partition(" ")[0] not in ELSEWHERE
)
"""What can be done from Slack."""

Group = tuple[Possibility, tuple[str, ...]]


def _explain(asked: Asked) -> Answer:
    moves, incident = _moves(asked.rest), asked.incident()
    at = max(asked.now, incident.stages[-1].at)
    found = [each for move in moves for each in available(asked.rules, incident, asked.actor, at, move)]
    return Answer(list(_lines(asked, incident, found, brief=len(moves) == len(HERE))))


def _moves(words: str) -> tuple[Move, ...]:
    wanted = _ALIASES.get(words.lower(), words.lower())
    moves = tuple(move for move in HERE if not wanted or move == wanted or move.startswith(f"{wanted} "))
    if not moves:
        known = ", ".join(dict.fromkeys(move.partition(" ")[0] for move in HERE))
        raise Invalid("move", f"{words[:80]} is not a move; the moves are {known}.")
    return moves


def _lines(asked: Asked, incident: Incident, found: list[Possibility], *, brief: bool) -> Iterator[Line]:
    words = asked.desk.words
    yield words.line("explain.head", key=incident.key, state=state(incident))
    for verdict in _VERDICTS:
        groups = list(_groups(each for each in found if each.verdict is verdict))
        if groups:
            yield words.line(f"explain.{verdict}")
            for possibility, targets in groups:
                yield from _entry(asked, incident.key, possibility, targets, brief=brief)
    if brief:
        yield words.line("explain.why", key=incident.key, command=asked.program)


def _groups(found: Iterable[Possibility]) -> Iterator[Group]:
    """Possibilities that differ in nothing but their target, joined."""
    joined: dict[object, tuple[Possibility, list[str]]] = {}
    for each in found:
        codes = tuple((reason.code, reason.remedy.verb) for reason in each.reasons)
        _, targets = joined.setdefault((each.move, each.needs, codes), (each, []))
        if each.target is not None:
            targets.append(each.target)
    return ((first, tuple(targets)) for first, targets in joined.values())


def _entry(
    asked: Asked, key: str, each: Possibility, targets: tuple[str, ...], *, brief: bool
) -> Iterator[Line]:
    words = asked.desk.words
    if each.verdict is Verdict.ALLOWED:
        yield words.line("explain.command", line=_command(asked, key, each.move, targets))
        return
    name = spoken(f"{each.move} {_choice(targets)}".strip())
    yield words.line(f"explain.{'brief' if brief else 'move'}", move=name, needs=each.needs)
    if not brief:
        for reason in each.reasons:
            yield from against(words, key, reason, asked.program, override=each.needs == ("override",))


def _choice(targets: tuple[str, ...]) -> str:
    return "|".join(targets) if len(targets) <= _MOST else "|".join((*targets[: _MOST - 1], "…"))


def _command(asked: Asked, key: str, move: Move, targets: tuple[str, ...]) -> str:
    """What is typed to do it; of moves that want more than their target, the words say what."""
    words, name = asked.desk.words, f"arguments.{move.replace(' ', '_')}"
    target = _choice(targets)
    rest = words.text(name, target=target) if name in words.messages else target
    return line(move, key, rest, asked.program)


VERBS = (Verb("explain", _explain),)
