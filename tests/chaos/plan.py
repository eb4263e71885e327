"""What people and the monkey will do, and when: a pure function of a seed and of how much there should be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

PEOPLE = ("ann", "ben", "cleo")
BOTS, WORKERS = ("bot-1", "bot-2"), ("worker-1", "worker-2")
FROZEN = 17.0
"""Seconds that a process is stopped: longer than a lease."""
_PANELS = 3.0
"""Seconds after which there are panels."""
AWAY = 1.5
"""Seconds that a process or a server is away."""

_SEVERITIES = ("sev1", "sev2", "sev3", "sev4")
_STATUSES = ("investigating", "identified", "monitoring")
_OPTIONS = ("", "", "", "--declare", "--declare", "--sev1 --declare", "--sev2 --declare", "--private")
_ROLES = ("commander", "lead", "comms")
_CALLS = (
    "conversations.create", "chat.postMessage", "chat.postMessage", "chat.update", "conversations.invite",
    "conversations.setTopic", "pins.add", "*", "*",
)  # fmt: skip
_COMMITS = ("INSERT INTO commands", "UPDATE mirror", "INSERT INTO mirror", "UPDATE ")
"""What stands before the COMMIT whose answer is lost: of a command, or of a worker."""


@dataclass(frozen=True, slots=True)
class Deed:
    """`who` does `what` with these `words`, `at` so many seconds into the run; `token` is in its text."""

    number: int
    at: float
    who: str
    what: str
    words: tuple[str, ...]
    token: str = ""

    def __str__(self) -> str:
        return f"#{self.number} {self.at:6.2f} {self.who}: {self.what} {' '.join(self.words)}"


@dataclass(frozen=True, slots=True)
class Size:
    """`seconds` are filled with `people` deeds and `monkey` deeds a second; the latter in the first `wild`.

    `held`: seconds that Slack asks to wait. `patience`: seconds in which all has to be quiet afterwards.
    `names` are the processes.
    """

    seconds: float
    people: float
    monkey: float
    wild: float
    incidents: int
    freezes: bool
    held: int
    patience: float
    names: tuple[str, ...] = (*BOTS, WORKERS[0])


SHORT = Size(9.0, people=4.0, monkey=1.3, wild=5.0, incidents=5, freezes=False, held=4, patience=120.0)
FROZEN_SHORT = Size(9.0, people=4.0, monkey=0.8, wild=4.0, incidents=4, freezes=True, held=4, patience=120.0)


def long(seconds: float) -> Size:
    """So many seconds; the calmer end is for what is still frozen."""
    incidents = max(4, int(seconds / 10))
    wild = max(1.0, seconds - FROZEN)
    return Size(
        seconds,
        2.0,
        0.4,
        wild,
        incidents,
        freezes=True,
        held=20,
        patience=240.0,
        names=(*BOTS, *WORKERS),
    )


def plan(seed: int, size: Size) -> tuple[Deed, ...]:
    """The same deeds in the same order for the same seed and size."""
    chance = Random(seed)
    made = [*_people(chance, seed, size), *_monkey(chance, size)]
    made.sort(key=lambda each: each[0])
    return tuple(Deed(number, *each) for number, each in enumerate(made, start=1))


_Made = tuple[float, str, str, tuple[str, ...], str]


def _people(chance: Random, seed: int, size: Size) -> list[_Made]:
    """The first opens, so that there is something to do; later ones until there are enough."""
    count = int(size.seconds * size.people)
    opens = {0, 1, *chance.sample(range(2, count), min(size.incidents - 2, count - 2))}
    found: list[_Made] = []
    opened = 0
    for number in range(count):
        at = round(number / size.people + chance.random() / (2 * size.people), 3)
        who, token = chance.choice(PEOPLE), f"w{seed}x{number}z"
        opened += number in opens
        deed = _opening(chance, token) if number in opens else _acting(chance, opened, token, at)
        found.append((at, who, *deed, token))
    return found


def _opening(chance: Random, token: str) -> tuple[str, tuple[str, ...]]:
    options = chance.choice(_OPTIONS)
    how = chance.choice(("type", "type", "type", "cli", "form"))
    if how == "cli":
        return "cli", ("open", *options.split(), f"Thing {token}")
    if how == "form":
        return "form", (f"Thing {token}",)
    return "type", (f"open {options} Thing {token}".replace("  ", " "),)


def _acting(chance: Random, opened: int, token: str, at: float) -> tuple[str, tuple[str, ...]]:
    """Mostly something about one of the newest; there is nothing to press before there are channels."""
    key = f"INC-{max(1, opened - min(chance.randrange(4), chance.randrange(4)))}"
    weights = _WEIGHTS if at > _PANELS else _WEIGHTS[:3]
    return chance.choices(_ACTS[: len(weights)], weights)[0](chance, key, token)


def _typed(chance: Random, key: str, token: str) -> tuple[str, tuple[str, ...]]:
    who, role = chance.choice(PEOPLE), chance.choice(_ROLES)
    texts = (
        f"declare {key}",
        f"severity {key} {chance.choice(_SEVERITIES)} since {token}",
        f"status {key} {chance.choice(_STATUSES)}",
        f"claim {key} {role}",
        f"assign {key} {role} @{who}",
        f"release {key} {role}",
        f"handover {key} @{who}",
        f"evidence {key} https://grafana.example/{token} seen",
        f"followup {key} add Mend {token}",
        f"title {key} Other {token}",
        f"reopen {key} again {token}",
        f"resolve {key}",
        f"redact {key} u1 a name",
        f"private {key}",
    )
    weights = (5, 3, 4, 3, 3, 2, 2, 3, 2, 1, 3, 3, 2, 1)
    return "type", (chance.choices(texts, weights)[0],)


def _updated(chance: Random, key: str, token: str) -> tuple[str, tuple[str, ...]]:
    return "type", (f"update {key} News {token}",)


def _cli(chance: Random, key: str, token: str) -> tuple[str, tuple[str, ...]]:
    choices = (
        ("update", key, f"News {token}"),
        ("status", key, chance.choice(_STATUSES)),
        ("declare", key),
        ("close", key),
        ("resolve", key),
    )
    return "cli", chance.choice(choices)


def _pressed(chance: Random, key: str, token: str) -> tuple[str, tuple[str, ...]]:
    return chance.choice(
        (
            ("press", (key, "move:declare")),
            ("press", (key, "role:claim")),
            ("choose", (key, "set:status", chance.choice(_STATUSES))),
            ("choose", (key, "set:severity", chance.choice(_SEVERITIES))),
        )
    )


def _closed(chance: Random, key: str, token: str) -> tuple[str, tuple[str, ...]]:
    return "close", (key,)


def _again(chance: Random, key: str, token: str) -> tuple[str, tuple[str, ...]]:
    """Slack delivers something a second time."""
    return "again", (str(chance.randrange(1, 4)),)


_ACTS: tuple[Callable[[Random, str, str], tuple[str, tuple[str, ...]]], ...] = (
    _typed, _updated, _cli, _pressed, _closed, _again,
)  # fmt: skip
_WEIGHTS = (9, 4, 3, 4, 1, 2)


def _monkey(chance: Random, size: Size) -> list[_Made]:
    """Each kind of mischief comes before any comes twice; what is taken away comes back a little later."""
    found: list[_Made] = []
    free = dict.fromkeys((*size.names, "redis"), 0.0)
    bag = list(_FIRST)
    if size.freezes:
        found += _frozen(chance, 0.4, free)
    for number in range(int(size.wild * size.monkey)):
        at = round(0.8 + number / size.monkey + chance.random() / (2 * size.monkey), 3)
        if not bag:
            bag = [*_MISCHIEF]
            chance.shuffle(bag)
        kind = bag.pop()
        if kind == "freeze":
            found += _frozen(chance, at, free) if size.seconds > 2 * FROZEN else []
        else:
            found += [_held(each, size) for each in _MISCHIEF[kind](chance, at, free)]
    return found


def _held(made: _Made, size: Size) -> _Made:
    """How long Slack asks to wait is a matter of the size."""
    at, who, what, words, token = made
    return (at, who, what, (*words, str(size.held)), token) if what == "fault" else made


def _monkeys(at: float, what: str, *words: str) -> _Made:
    return at, "monkey", what, words, ""


def _idle(chance: Random, names: tuple[str, ...], at: float, free: dict[str, float]) -> str | None:
    """One of them to which nothing is being done."""
    able = [name for name in names if free.get(name, at + 1) <= at]
    return chance.choice(able) if able else None


def _away(*names: str, down: str, up: str) -> Callable[[Random, float, dict[str, float]], list[_Made]]:
    def made(chance: Random, at: float, free: dict[str, float]) -> list[_Made]:
        name = _idle(chance, names, at, free)
        if name is None:
            return []
        free[name] = at + AWAY + 2
        return [_monkeys(at, down, name), _monkeys(round(at + AWAY, 3), up, name)]

    return made


def _frozen(chance: Random, at: float, free: dict[str, float]) -> list[_Made]:
    name = _idle(chance, (*WORKERS, BOTS[0]), at, free)
    if name is None:
        return []
    free[name] = at + FROZEN + 1
    return [_monkeys(at, "stop", name), _monkeys(at + FROZEN, "continue", name)]


def _in_a_call(chance: Random, at: float, free: dict[str, float]) -> list[_Made]:
    """All that work die while one of their calls is under way, which Slack has done."""
    names = [name for name in (BOTS[0], *WORKERS) if free.get(name, at + 1) <= at]
    free |= dict.fromkeys(names, at + AWAY + 2)
    method = chance.choice(("conversations.create", "chat.postMessage"))
    born = [_monkeys(round(at + AWAY, 3), "start", name) for name in names]
    return [_monkeys(at, "kill-in-call", method, *names), *born]


def _faulty(chance: Random, at: float, free: dict[str, float]) -> list[_Made]:
    found = []
    for _ in range(chance.randint(1, 3)):
        kind = chance.choice(("error", "status", "drop", "drop", "hang", "ratelimited"))
        when = "after" if kind != "ratelimited" and chance.random() < 0.6 else "before"
        found.append(_monkeys(at, "fault", chance.choice(_CALLS), kind, when, str(chance.randrange(3))))
    return found


def _one(what: str, *choices: tuple[str, ...]) -> Callable[[Random, float, dict[str, float]], list[_Made]]:
    def made(chance: Random, at: float, free: dict[str, float]) -> list[_Made]:
        return [_monkeys(at, what, *chance.choice(choices))]

    return made


_FIRST = ("more calls", "calls", "kill in a call")
"""What is done first, the last of these before the others."""
_MISCHIEF: dict[str, Callable[[Random, float, dict[str, float]], list[_Made]]] = {
    "kill in a call": _in_a_call,
    "kill a worker": _away(*WORKERS, down="kill", up="start"),
    "kill a bot": _away(*BOTS, down="kill", up="start"),
    "end a process": _away(*WORKERS, *BOTS, down="end", up="start"),
    "postgres": _one("postgres", ()),
    "redis": _away("redis", down="redis-kill", up="redis-start"),
    "flush": _one("flush", ()),
    "sockets": _one("sockets", ("refresh_requested",)),
    "drop sockets": _one("sockets", ("drop",), ("ghosts",)),
    "cut": _one("cut", *((words, how) for words in _COMMITS for how in ("AFTER", "BEFORE"))),
    "cut a command": _one("cut", (_COMMITS[0], "AFTER")),
    "calls": _faulty,
    "more calls": _faulty,
    "freeze": _frozen,
}
