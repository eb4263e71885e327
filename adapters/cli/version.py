"""Which release this is; looked up only when somebody asks."""

from __future__ import annotations


def version() -> str:
    """The version of the installed distribution, or `unknown` in a bare checkout."""
    from importlib.metadata import PackageNotFoundError, version

    from adapters.shipped import DISTRIBUTION

    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return "unknown"
