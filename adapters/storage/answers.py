"""The first answer to every command key, as a row; the reasons of a refusal as JSON."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Row

from adapters.storage.rows import Values
from incident_core.guards.refusal import Reason, Remedy
from incident_core.ports.log import Answer, Batch, Result


def answer_values(batch: Batch, answer: Answer, number: int | None) -> Values:
    """The row of an answer that is given for the first time."""
    return {
        "workspace": batch.envelope.workspace,
        "key": batch.envelope.command_key,
        "request": answer.request,
        "result": answer.result.value,
        "incident_id": answer.incident_id,
        "number": number,
        "first_version": answer.first_version,
        "last_version": answer.last_version,
        "reasons": json.dumps([_plain(reason) for reason in answer.reasons], ensure_ascii=False),
        "recorded_at": batch.envelope.recorded_at,
    }


def first_answer(row: Row[Any]) -> Answer:
    """The answer of a stored row, to a later time."""
    return Answer(
        result=Result(row.result),
        key=key_of(row.number),
        incident_id=row.incident_id,
        first_version=row.first_version,
        last_version=row.last_version,
        request=row.request,
        reasons=tuple(_reason(each) for each in json.loads(row.reasons)),
        repeated=True,
    )


def key_of(number: int | None) -> str:
    """INC-42; INC-? for an incident that was refused before it had a number."""
    return "INC-?" if number is None else f"INC-{number}"


def _plain(reason: Reason) -> dict[str, object]:
    remedy = reason.remedy
    return {
        "code": reason.code,
        "sentence": reason.sentence,
        "remedy": {"verb": str(remedy.verb), "rest": remedy.rest, "who": remedy.who},
    }


def _reason(plain: dict[str, Any]) -> Reason:
    return Reason(plain["code"], plain["sentence"], Remedy(**plain["remedy"]))
