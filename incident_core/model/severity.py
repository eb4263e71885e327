"""How bad it is: sev1 is the worst; compare with `outranks`, never with `<`."""

from __future__ import annotations

from enum import StrEnum
from typing import NoReturn


class Severity(StrEnum):
    """The states of the severity machine; `<` is refused, since "sev1 < sev2" reads both ways."""

    SEV1 = "sev1"
    SEV2 = "sev2"
    SEV3 = "sev3"
    SEV4 = "sev4"

    def outranks(self, other: Severity) -> bool:
        """Whether this is strictly worse than `other`: sev1 outranks sev2."""
        return self.value < other.value

    def _no_order(self, other: object) -> NoReturn:
        raise TypeError("severities have no < or >: use severity.outranks(other)")

    __lt__ = __le__ = __gt__ = __ge__ = _no_order
