"""x"""

from dataclasses import dataclass
from typing import Any

from adapters.storage.store import Store


@dataclass
class SqlViews:
    store: Store

    def __getattr__(self, n: str) -> Any: ...
