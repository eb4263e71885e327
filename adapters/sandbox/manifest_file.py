"""A manifest from a file, as it is exported from an app's page: YAML or JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from adapters.sandbox.manifest import BadManifest


def read(path: Path) -> dict[str, Any]:
    """The manifest in it, not checked yet. Raises BadManifest for what cannot be one."""
    try:
        # JSON is YAML too, but for tabs.
        found = yaml.safe_load(path.read_text(encoding="utf-8").expandtabs())
    except OSError as error:
        raise BadManifest(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise BadManifest(f"{path} is not text in UTF-8.") from None
    except yaml.YAMLError as error:
        raise BadManifest(f"{path} is neither YAML nor JSON: {' '.join(str(error).split())}.") from None
    if not isinstance(found, dict):
        raise BadManifest(f"{path} holds no manifest: it should begin with display_information and the like.")
    return {str(name): value for name, value in found.items()}
