"""Golden files: what events look like in the databases of those who upgrade; each is written once, for ever.

`python -m tests.record.goldens` writes those that are missing, after a new event type or schema version, and
never touches one that is there. An old schema's file stays when a new one comes.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from incident_core.events import Event
from incident_core.model.actor import Actor
from incident_core.model.times import from_iso, to_iso
from incident_core.record.canonical import canonical
from incident_core.record.chain import GENESIS, Envelope, Sealed, hash_of
from incident_core.record.codec import SaltedText, encode
from tests.record.samples import LATER, SAMPLES

FOLDER = Path(__file__).with_name("golden")
SUMS = FOLDER / "SHA256SUMS"


@dataclass(frozen=True)
class Golden:
    """One stored event: its body as text, its texts by field, what it means, and its hash in a chain."""

    type: str
    schema: int
    actor: Actor
    at: str
    body: str
    texts: Mapping[str, SaltedText]
    fields: Mapping[str, Any]
    hash: str

    @property
    def name(self) -> str:
        return f"{self.type}.v{self.schema}"


def read(path: Path) -> Golden:
    """The golden of a file."""
    stored = json.loads(path.read_bytes())
    texts = {
        name: SaltedText(bytes.fromhex(each["salt"]), each["text"]) for name, each in stored["texts"].items()
    }
    return Golden(**{**stored, "actor": Actor(**stored["actor"]), "texts": texts})


def sums() -> dict[str, str]:
    """The digest of every file as it was when it was written, by its name."""
    lines = (line.split("  ") for line in SUMS.read_text().splitlines())
    return {name: digest for digest, name in lines}


def all_goldens() -> list[Golden]:
    """Those of every file, in order of name."""
    return [read(path) for path in sorted(FOLDER.glob("*.json"))]


def sealed(golden: Golden, body: bytes) -> Sealed:
    """An event with this body in a chain of one."""
    envelope = Envelope("T01", UUID(int=1), golden.actor, "slack", "Ev1", "thread-1", LATER)
    at = from_iso(golden.at)
    unsealed = Sealed(1, UUID(int=2), 1, golden.type, golden.schema, envelope, UUID(int=3), at, body, GENESIS)
    return replace(unsealed, hash=hash_of(unsealed))


def plain(value: Any) -> Any:
    """A field's value as JSON, said here once more, so that the codec does not test itself."""
    if isinstance(value, Actor):
        return f"{value} in {value.workspace}"
    if hasattr(value, "isoformat"):
        return to_iso(value)
    if isinstance(value, tuple):
        return list(value)
    return value if value is None or isinstance(value, bool | int) else str(value)


def meaning(event: Event) -> dict[str, Any]:
    """Its own fields as JSON."""
    return {
        each.name: plain(getattr(event, each.name))
        for each in fields(event)
        if each.name not in ("actor", "at")
    }


def missing() -> Iterator[tuple[Path, dict[str, Any]]]:
    """The files that the samples ask for and that are not there, with what belongs in them."""
    for event in SAMPLES:
        path = FOLDER / f"{event.type}.v{event.schema}.json"
        if not path.exists():
            yield path, stored_form(event)


def stored_form(event: Event) -> dict[str, Any]:
    """What a new golden holds; salts are 16 bytes that count up."""
    salts = count(1)
    body, texts = encode(event, lambda: next(salts).to_bytes(16, "big"))
    who = event.actor
    form: dict[str, Any] = {
        "type": event.type,
        "schema": event.schema,
        "actor": {"kind": who.kind, "id": who.id, "workspace": who.workspace, "login": who.login},
        "at": to_iso(event.at),
        "body": canonical(body).decode(),
        "texts": {name: {"salt": each.salt.hex(), "text": each.text} for name, each in texts.items()},
        "fields": meaning(event),
        "hash": "",
    }
    golden = Golden(**{**form, "actor": who})
    return {**form, "hash": sealed(golden, canonical(body)).hash}


def main() -> None:
    """Write what is missing, and note its digest."""
    for path, form in missing():
        content = (json.dumps(form, indent=2, ensure_ascii=False) + "\n").encode()
        with path.open("xb") as file:
            file.write(content)
        with SUMS.open("a") as file_of_sums:
            file_of_sums.write(f"{hashlib.sha256(content).hexdigest()}  {path.name}\n")
        sys.stdout.write(f"wrote {path.name}\n")


if __name__ == "__main__":
    main()
