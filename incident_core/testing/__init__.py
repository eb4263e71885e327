"""For tests of programs that use the core: an extra, never imported by the core itself.

`strategies` needs Hypothesis, the port contracts need pytest as well. Raises ImportError without the extra.
"""

from __future__ import annotations

import sys

try:
    import hypothesis
except ImportError as error:
    raise ImportError(
        "incident_core.testing needs Hypothesis and pytest: pip install 'incident-core[testing]'"
    ) from error

__all__ = ["hypothesis"]

# Plain asserts in the contracts show their values only if pytest hears of the module before it is
# imported. Hypothesis loads this package through its entry point, so pytest itself must not be imported here.
if "pytest" in sys.modules:
    sys.modules["pytest"].register_assert_rewrite("incident_core.testing.contracts")
