"""The methods of the Web API, by family: each takes who calls and the arguments, and answers with data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from adapters.sandbox.api import (
    auth,
    canvases,
    changing,
    chat,
    conversations,
    files,
    listing,
    marks,
    membership,
    people,
    reading,
    scheduling,
    views,
)
from adapters.sandbox.args import Args
from adapters.sandbox.caller import Caller

Function = Callable[[Caller, Args], dict[str, Any]]

FUNCTIONS: Mapping[str, Function] = {
    **auth.METHODS,
    **canvases.METHODS,
    **changing.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **files.METHODS,
    **listing.METHODS,
    **marks.METHODS,
    **membership.METHODS,
    **people.METHODS,
    **reading.METHODS,
    **scheduling.METHODS,
    **views.METHODS,
}
"""Every method that is served, by its name."""
