"""Every way a run can end: its exit code, and one sentence for each thing that stands against it.

0 done, 2 wrong usage, 3 refused by a rule, 4 not found, 5 conflict, 6 database or network unavailable,
130 interrupted, 1 anything else. With --json the same goes to standard output as one object, and standard
error stays empty. Nothing but click is imported before something has gone wrong.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import click

if TYPE_CHECKING:
    from incident_core.guards.refusal import Reason

DEBUG = "INCIDENT_DEBUG"


class Refusal(Exception):
    """The answer was no: every reason, about the incident `key`."""

    def __init__(self, key: str, reasons: tuple[Reason, ...], *, repeated: bool = False) -> None:
        super().__init__(key)
        self.key = key
        self.reasons = reasons
        self.repeated = repeated


class Failed(Exception):
    """Something was looked at and found wanting, and that has been said; only the exit code is left."""


class Midway(Exception):
    """Data is on its way to standard output already, so that the fault has to be told beside it."""

    def __init__(self, fault: BaseException) -> None:
        super().__init__(str(fault))
        self.fault = fault


class Fault(NamedTuple):
    """An exit code, the stable word for it, the sentences, and what to type next (empty: nothing helps)."""

    exit: int
    word: str
    sentences: tuple[str, ...]
    next: str = ""


def run(work: Callable[[], object], *, as_json: bool) -> int:
    """Do it, say what went wrong, and give the exit code. The one broad `except`: the edge of the process."""
    if sys.stdout is None:
        # Not only useless: the next file to be opened would take its number, and be written over.
        return _told(Fault(1, "output", ("Standard output is closed; nothing was done.",)), as_json=False)
    try:
        work()
    except (Exception, KeyboardInterrupt) as fault:  # noqa: BLE001 - whatever it is, a person gets a sentence
        return _ended(fault, as_json=as_json)
    return _flushed(0)


def _ended(fault: BaseException, *, as_json: bool) -> int:
    if isinstance(fault, Midway):
        return _ended(fault.fault, as_json=False)
    if isinstance(fault, click.exceptions.Exit):
        return _flushed(fault.exit_code)
    if isinstance(fault, Failed):
        return _flushed(1)
    if isinstance(fault, Refusal):
        return _refused(fault, as_json=as_json)
    if isinstance(fault, BrokenPipeError):
        return _silenced()
    if os.environ.get(DEBUG):
        import traceback

        traceback.print_exception(fault)
    if isinstance(fault, OSError):
        _let_go()
    return _told(_fault(fault), as_json=as_json)


def _fault(fault: BaseException) -> Fault:
    if isinstance(fault, (KeyboardInterrupt, click.Abort)):
        return Fault(130, "interrupted", (str(fault) or "Interrupted.",))
    if isinstance(fault, click.exceptions.NoArgsIsHelpError):
        return Fault(2, "help", (fault.format_message(),))
    if isinstance(fault, click.UsageError):
        return _usage(fault)
    if isinstance(fault, click.ClickException):
        return Fault(fault.exit_code, "error", (fault.format_message(),))
    if isinstance(fault, OSError):
        return Fault(1, "system", (_system(fault),))
    return _known(fault) or _unexpected(fault)


def _known(fault: BaseException) -> Fault | None:
    from adapters.settings import BadSettings
    from adapters.shipped import NotShipped
    from incident_core import errors

    if isinstance(fault, BadSettings):
        return Fault(2, "settings", fault.sentences)
    kinds: tuple[tuple[type[BaseException], int, str], ...] = (
        (errors.Invalid, 2, "invalid"),
        (errors.NotFound, 4, "not-found"),
        (errors.Conflict, 5, "conflict"),
        (errors.OutcomeUnknown, 6, "outcome-unknown"),
        (errors.Unavailable, 6, "unavailable"),
        (errors.IncidentError, 1, "error"),
        (NotShipped, 1, "not-shipped"),
    )
    return next(
        (Fault(code, word, (str(fault),)) for kind, code, word in kinds if isinstance(fault, kind)), None
    )


def _usage(fault: click.UsageError) -> Fault:
    path = "incident" if fault.ctx is None else _path(fault.ctx)
    message = fault.format_message() or f"{path} needs a command."
    return Fault(2, "usage", (message if message.endswith((".", "?")) else f"{message}.",), f"{path} --help")


def _path(context: click.Context) -> str:
    """`incident task`: the words of a command, without its arguments."""
    words = [] if context.parent is None else [_path(context.parent)]
    return " ".join([*words, context.info_name or "incident"])


def _system(fault: OSError) -> str:
    what = fault.strerror or str(fault)
    return f"{fault.filename}: {what}." if fault.filename else f"The output could not be written: {what}."


def _unexpected(fault: BaseException) -> Fault:
    sentence = f"Unexpected {type(fault).__name__}: {' '.join(str(fault).split()) or 'no message'}."
    return Fault(1, "unexpected", (sentence,), f"{DEBUG}=1 before the same command shows where")


def _refused(refusal: Refusal, *, as_json: bool) -> int:
    from incident_core.guards.rules import GUARDS

    if as_json:
        reasons = [
            {"code": each.code, "reason": each.sentence, "remedy": each.remedy.line(refusal.key)}
            for each in refusal.reasons
        ]
        return _object({"refused": reasons}, 3)
    overridable = {guard.code for guard in GUARDS if guard.needs == "override"}
    for each in refusal.reasons:
        instead = ", or add --override REASON" if each.code in overridable else ""
        by = "" if each.remedy.who == "anyone" else f" ({each.remedy.who})"
        _line(f"refused: {each.sentence} → {each.remedy.line(refusal.key)}{instead}{by}")
    if refusal.repeated:
        _line("This command key was used before; that was its first answer.")
    return 3


def _told(fault: Fault, *, as_json: bool) -> int:
    if as_json:
        return _object({"error": {"code": fault.word, "sentence": " ".join(fault.sentences)}}, fault.exit)
    for sentence in fault.sentences:
        _line(f"{'' if fault.word in ('interrupted', 'help') else 'error: '}{sentence}")
    if fault.next:
        _line(f"→ {fault.next}")
    return fault.exit


def _line(text: str) -> None:
    from adapters.cli.output import note

    try:
        note(text)
    except OSError:
        _silence(sys.stderr)


def _object(value: object, code: int) -> int:
    from adapters.cli.output import data

    try:
        data(value)
    except OSError:
        _silence(sys.stdout)
    return _flushed(code)


def _flushed(code: int) -> int:
    """What was printed has to arrive; where it cannot, that is the fault that counts."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return _silenced()
    except OSError as fault:
        _silence(sys.stdout)
        return _told(Fault(1, "system", (_system(fault),)), as_json=False)
    return code


def _let_go() -> None:
    """What cannot be delivered is dropped now, before the interpreter tries once more and complains."""
    try:
        sys.stdout.flush()
    except OSError:
        _silence(sys.stdout)


def _silenced() -> int:
    """The reader has gone away, which is its good right; nothing is left to say."""
    _silence(sys.stdout)
    return 1


def _silence(stream: object) -> None:
    """Let the interpreter's own last flush go nowhere."""
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())  # type: ignore[attr-defined]
        os.close(null)
    except (OSError, ValueError, AttributeError) as fault:
        if getattr(fault, "errno", errno.EBADF) != errno.EBADF:
            raise
