"""The health of a worker or bot on this machine, asked at OPS_ADDRESS: for what restarts containers."""

from __future__ import annotations

from typing import Any

import click

from adapters.cli import output
from adapters.cli.options import Looking, looking

_PATIENCE = 5.0
"""Seconds for an answer; a process that lives needs two at most."""
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}


@click.command()
@click.argument("what", type=click.Choice(["live", "ready"]))
@looking
def health(looking: Looking, what: str) -> None:
    """Ask whether a worker or bot is live or ready.

    Exits with 0 if it is, and with 1 and the reasons if it is not, or does not answer. Live: its loops turn.
    Ready: it can record commands, and a bot is connected to Slack.

    \b
    Example:
      incident health live
    """
    from adapters.cli.faults import Failed

    place = looking.session.settings.ops_address
    if not place:
        output.note("OPS_ADDRESS is not set: there is nobody to ask.")
        raise Failed
    status, reasons = _asked(place, what)
    if status != 200:
        output.note(f"{place} is not {what}: {' '.join(reasons) or f'HTTP {status}'}")
        raise Failed
    output.say(f"{place} is {what}.")


def _asked(place: str, what: str) -> tuple[int, list[str]]:
    """The status and the reasons; 0 where nobody answers."""
    from http.client import HTTPConnection, HTTPException

    from adapters.setting_kinds import host_and_port

    host, port = host_and_port(place)
    try:
        connection = HTTPConnection(_ANYWHERE.get(host, host), port, timeout=_PATIENCE)
        connection.request("GET", f"/{what}")
        answer = connection.getresponse()
        return answer.status, _reasons(answer.read())
    except (OSError, HTTPException) as error:
        why = getattr(error, "strerror", None) or "it takes too long"
        return 0, [f"nobody answers ({why})."]


def _reasons(content: bytes) -> list[str]:
    import json

    try:
        found: Any = json.loads(content)["reasons"]
    except (KeyError, TypeError, ValueError):  # somebody else listens there
        return []
    return [str(each) for each in found] if isinstance(found, list) else []
