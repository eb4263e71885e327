"""What could be done now: allowed, what it needs, every reason against the rest and what would help."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from adapters.slack.bot.answer import Answer
from adapters.slack.bot.asked import Asked
from adapters.slack.bot.refusal import ELSEWHERE, against
from adapters.slack.bot.shown import spoken, state
from adapters.slack.bot.verbs.verb import Verb
from adapters.slack.parts import Bold, Code, Line
from incident_core.errors import Invalid
from incident_core.lifecycle.available import Possibility, Verdict, available
from incident_core.model.incident import Incident
from incident_core.model.move import RECORDED, Move, line

_HEADINGS = (
    (Verdict.ALLOWED, "Allowed"),
    (Verdict.NEEDS, "Needs something more"),
    (Verdict.REFUSED, "Refused"),
    (Verdict.UNCHANGED, "So already"),
)
_TARGET = "\0"
_ARGUMENTS = {
    Move.REOPEN: "REASON",
    Move.ASSIGN: f"{_TARGET} @who",
    Move.HANDOVER: f"{_TARGET} @who",
    Move.EVIDENCE: "LINK",
    Move.UPDATE: "TEXT",
    Move.TASK_ADD: "TEXT",
    Move.TASK_ASSIGN: f"{_TARGET} @who",
    Move.FOLLOWUP_ADD: "TEXT",
    Move.FOLLOWUP_ASSIGN: f"{_TARGET} @who",
    Move.SNOOZE: f"{_TARGET} 30m",
    Move.CORRECT: f"{_TARGET} TEXT",
    Move.TITLE: "TEXT",
    Move.RETRACT: f"{_TARGET} REASON",
    Move.GRANT: "@who",
}
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
    yield (Bold(incident.key), f" ({state(incident)}): what you can do now")
    for verdict, heading in _HEADINGS:
        groups = list(_groups(each for each in found if each.verdict is verdict))
        if groups:
            yield (Bold(heading),)
            for possibility, targets in groups:
                yield from _entry(asked, incident.key, possibility, targets, brief=brief)
    if brief:
        yield (
            "Why, and what would help: ",
            Code(f"{asked.program} explain {incident.key} close"),
            ", or another move.",
        )


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
    name = f"{each.move} {_choice(targets)}".strip()
    if each.verdict is Verdict.ALLOWED:
        yield ("• ", Code(_command(asked.program, key, each.move, targets)))
    elif brief:
        yield spoken(f"• {name}{_needs(each)}")
    else:
        yield spoken(f"{name}{_needs(each)}")
        for reason in each.reasons:
            yield from against(key, reason, asked.program, override=each.needs == ("override",))


def _needs(each: Possibility) -> str:
    return f" (needs: {', '.join(each.needs)})" if each.needs else ""


def _choice(targets: tuple[str, ...]) -> str:
    return "|".join(targets) if len(targets) <= _MOST else "|".join((*targets[: _MOST - 1], "…"))


def _command(program: str, key: str, move: Move, targets: tuple[str, ...]) -> str:
    return line(move, key, _ARGUMENTS.get(move, _TARGET).replace(_TARGET, _choice(targets)), program)


VERBS = (
    Verb(
        "explain",
        _explain,
        "explain [KEY] [MOVE]",
        "What can be done now, what it needs, and what stands against the rest.",
        "explain close",
    ),
)
