"""What a hash covers: the canonical JSON of the envelope, whoever writes it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident_core.errors import Invalid
from incident_core.model.actor import Actor
from incident_core.record.canonical import canonical
from incident_core.record.chain import DOMAIN, GENESIS, Envelope, Sealed, hash_of

_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(
    texts=st.lists(_TEXTS, min_size=5, max_size=5),
    body=_TEXTS,
    numbers=st.lists(st.integers(0, 2**53), min_size=3, max_size=3),
    override=st.none() | st.uuids(),
    login=st.none() | st.just('"ann" \\ é\u2028'),
)
def test_the_hash_covers_the_canonical_json_of_the_envelope_whatever_is_in_it(
    texts: list[str], body: str, numbers: list[int], override: UUID | None, login: str | None
) -> None:
    actor, at = Actor("cli", "ann é", workspace=None, login=login), datetime(2026, 11, 22, tzinfo=UTC)
    envelope = Envelope(texts[0], UUID(int=1), actor, texts[1], texts[2], texts[3], at)
    sealed = Sealed(
        numbers[0],
        UUID(int=2),
        numbers[1],
        texts[4],
        numbers[2],
        envelope,
        override,
        at,
        body.encode(),
        GENESIS,
    )
    time = "2026-11-22T00:00:00.000000Z"
    content = {
        "seq": numbers[0], "event_id": str(UUID(int=2)), "workspace": texts[0],
        "incident_id": str(UUID(int=1)), "version": numbers[1], "type": texts[4], "schema": numbers[2],
        "actor": {"kind": "cli", "id": actor.id, "workspace": None, "login": login},
        "source": texts[1], "command_key": texts[2], "correlation_id": texts[3],
        "override_id": None if override is None else str(override),
        "occurred_at": time, "recorded_at": time, "body": body,
    }  # fmt: skip
    expected = hashlib.sha256(DOMAIN + bytes(32) + canonical(content)).hexdigest()
    assert hash_of(sealed) == expected


@pytest.mark.parametrize("bad", ["\ud800", 2**53 + 1])
def test_what_has_no_canonical_json_has_no_hash(bad: str | int) -> None:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    envelope = Envelope("w", UUID(int=1), Actor("cli", "ann"), "cli", "k", "c", at)
    sealed = Sealed(1, UUID(int=2), 1, "opened", 1, envelope, None, at, b"{}", GENESIS)
    changed = replace(sealed, type=bad) if isinstance(bad, str) else replace(sealed, seq=bad)
    with pytest.raises(Invalid):
        hash_of(changed)
