"""What SQLite's errors mean to a person, one sentence each."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError

_BUSY, _LOCKED, _READONLY, _IOERR, _CORRUPT, _FULL, _CANTOPEN = 5, 6, 8, 10, 11, 13, 14
_CONSTRAINT, _NOTADB = 19, 26

_SENTENCES = {
    _READONLY: "The database {name} cannot be written: the file or its folder is read-only.",
    _IOERR: "The database {name} cannot be used: its disk reports an error ({detail}).",
    _CORRUPT: "The database {name} is damaged; restore a copy of it.",
    _FULL: "The database {name} cannot grow: its disk is full; nothing was changed.",
    _CANTOPEN: "The database {name} cannot be opened: the file or its folder may not be read and written.",
    _CONSTRAINT: "The database {name} contradicts itself ({detail}); run: incident audit verify",
    _NOTADB: "The file {name} is not a SQLite database.",
}


def busy(name: str, wait: float) -> str:
    """What is said when somebody else held a lock for as long as we may wait."""
    return f"The database {name} is busy: somebody else kept it locked for {wait:g} s; try again."


def is_busy(error: DBAPIError) -> bool:
    """Whether somebody else holds the lock."""
    return primary_code(error.orig) in (_BUSY, _LOCKED)


def explain(name: str, wait: float, error: DBAPIError) -> str | None:
    """The sentence for this error; None for one that nobody foresaw."""
    return sentence(name, wait, error.orig)


def sentence(name: str, wait: float, error: BaseException | None) -> str | None:
    """The same for the driver's own error."""
    code = primary_code(error)
    if code in (_BUSY, _LOCKED):
        return busy(name, wait)
    if code in _SENTENCES:
        return _SENTENCES[code].format(name=name, detail=str(error))
    if "no such table" in str(error) or "no such column" in str(error):
        return f"The database {name} lost a part of its tables ({error}); restore a copy of it."
    if "Could not decode" in str(error):
        return f"The database {name} holds a text that is not UTF-8; run: incident audit verify"
    return None


def undone(error: DBAPIError) -> bool:
    """Whether a failed COMMIT surely left nothing: an error of the disk leaves it open."""
    return primary_code(error.orig) in (_BUSY, _LOCKED, _FULL, _READONLY)


def primary_code(error: BaseException | None) -> int | None:
    """SQLite's primary result code, of the driver's own error."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF
