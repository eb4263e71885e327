"""A `.env` file: what it sets, as written, and which of our settings it sets in a way not understood."""

from collections.abc import Collection
from pathlib import Path


def read(path: Path, ours: Collection[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """The values by name, and one sentence per fault; no file is an empty file.

    A line that cannot be understood matters only where it names one of `ours`: the file may belong to another
    program too. A ${…} is left as it stands, since a password may contain one.
    """
    try:
        if not path.is_file():
            return {}, ()
        text = path.read_text(encoding="utf-8-sig")
    except OSError as fault:
        return {}, (f"The file {path} cannot be read: {fault.strerror}.",)
    except UnicodeDecodeError:
        return {}, (f"The file {path} cannot be read: it is not UTF-8 text.",)
    return _parsed(path, text, ours)


def _parsed(path: Path, text: str, ours: Collection[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    from io import StringIO

    # The package's own dotenv_values() writes its complaints to the log and hides which line they are about.
    from dotenv.parser import parse_stream

    values: dict[str, str] = {}
    faults: list[str] = []
    for binding in parse_stream(StringIO(text)):
        if binding.key is not None and binding.value is not None:
            values[binding.key] = binding.value
        elif name := _named_in(binding.original.string, ours):
            faults.append(
                f"The file {path} sets {name} in line {binding.original.line} in a way not understood."
            )
    return values, tuple(faults)


def _named_in(line: str, ours: Collection[str]) -> str | None:
    if line.lstrip().startswith("#"):
        return None
    return next((name for name in ours if name in line), None)
