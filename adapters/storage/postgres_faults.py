"""What PostgreSQL's errors mean to a person, one sentence each."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError

_BY_CODE = {
    "23505": "The database {name} contradicts itself ({detail}); run: incident audit verify",
    "25P03": "The server of {name} was left waiting for too long; nothing was changed; try again.",
    "25006": "The database {name} cannot be written: it is read-only, as the copy of another one is.",
    "42501": "The database {name} does not let this user do that: {detail}.",
    "42703": "The database {name} lost a part of its tables: {detail}; restore a copy of it.",
    "42883": "The database {name} has columns of other kinds than ours: {detail}; run: incident db check",
    "42P01": "The database {name} lost a part of its tables: {detail}; restore a copy of it.",
    "53100": "The database {name} cannot grow: its server's disk is full; nothing was changed.",
    "53200": "The server of {name} has no memory left; try again later.",
    "53300": "The server of {name} has no connection left; try again later.",
    "57P01": "The server of {name} is being stopped; try again later.",
    "57P02": "The server of {name} is recovering from a crash; try again later.",
    "57P03": "The server of {name} is starting or stopping; try again later.",
}
# Before there is a connection there are no codes, only English words, or another language's.
_BY_WORDS = {
    "password authentication failed": "The server refuses the user or the password of {name}.",
    "no password supplied": "The server wants a password for {name}, and none is set.",
    "no pg_hba.conf entry": "The server does not let this user or machine connect to {name}.",
    "too many clients": _BY_CODE["53300"],
    "remaining connection slots": _BY_CODE["53300"],
    "starting up": _BY_CODE["57P03"],
    "shutting down": _BY_CODE["57P03"],
    "recovery mode": _BY_CODE["57P02"],
    "could not translate host name": "The server of {name} cannot be found: its host name is not known.",
    "timeout expired": "The server of {name} does not answer.",
    "refused": "No server answers at {name}: the connection was refused.",
}
_BUSY = ("55P03", "57014")  # a lock was not to be had in time, a statement took too long


def busy(name: str, wait: float) -> str:
    """What is said when somebody else held a lock or every connection for as long as we may wait."""
    return f"The database {name} is busy: somebody else kept it locked for {wait:g} s; try again."


def is_busy(error: DBAPIError) -> bool:
    """Whether somebody else holds the lock."""
    return _code(error) == "55P03"


def explain(name: str, wait: float, error: DBAPIError) -> str | None:
    """The sentence for this error; None for one that nobody foresaw."""
    code, detail = _code(error), _first_line(error)
    if code in _BUSY:
        return busy(name, wait)
    if code in _BY_CODE:
        return _BY_CODE[code].format(name=name, detail=detail)
    if error.connection_invalidated:
        return f"The connection to {name} was lost; nothing was changed."
    return _unconnected(name, str(error.orig), detail) if code is None else None


def undone(error: DBAPIError) -> bool:
    """Whether a failed COMMIT surely left nothing: the server said that it rolled back."""
    return (_code(error) or "")[:2] in ("23", "25", "40")


def _unconnected(name: str, said: str, detail: str) -> str:
    if "database" in said and "does not exist" in said:
        return f"There is no database {name}; create it, then run: incident db upgrade"
    for words, sentence in _BY_WORDS.items():
        if words in said:
            return sentence.format(name=name)
    return f"The database {name} cannot be reached: {detail}."


def _code(error: DBAPIError) -> str | None:
    code: str | None = getattr(error.orig, "pgcode", None)
    return code


def _first_line(error: DBAPIError) -> str:
    lines = [line.strip() for line in str(error.orig).splitlines() if line.strip()]
    return lines[0].rstrip(".") if lines else type(error.orig).__name__
