"""Variables of the programs that this one replaces which do nothing here, and what to use instead of each.

What switches on something that is not here is refused: passed over in silence, it would be missed at the
worst time. What only goes with such a switch is let be, and told as not used. This module is on the path of
every command, so it imports nothing but the standard library.
"""

from typing import Any, NamedTuple

from adapters import setting_kinds as kinds
from adapters.setting_kinds import Setting


class Refused(NamedTuple):
    """A variable that only says that something is wanted which is not here; `instead` is a whole sentence."""

    setting: Setting[Any]
    instead: str

    @property
    def sentence(self) -> str:
        """What stands against it, and what to do."""
        is_switch = self.setting.parse is kinds.switch
        return f"{self.setting.name} is {'true' if is_switch else 'set'}, but {self.instead}"


class Unused(NamedTuple):
    """A variable that goes with a refused switch, and by itself means nothing."""

    setting: Setting[Any]
    switch: Setting[Any]


def _switch(name: str, meaning: str) -> Setting[bool]:
    return Setting(name, meaning, kinds.switch, default="false")


def _value(name: str, meaning: str) -> Setting[str]:
    """Masked, all of them: some are keys."""
    return Setting(name, meaning, kinds.as_written, show=kinds.hidden)


_WEBHOOK = "WEBHOOK_URL sends every event to a program of yours"
_PAGERDUTY = f"there is no PagerDuty here: remove it; {_WEBHOOK}, which can page."
_STATUSPAGE = f"there is no Statuspage here: set it to false; {_WEBHOOK}, which can post to a status page."
_PROVIDERS = (
    "the state of other providers is not shown here: set it to false; put a link to their status pages "
    "into your guide, INCIDENT_GUIDE_LINK."
)

_WEB = _switch("WEB_INTERFACE_ENABLED", "A web interface.")
_REVIEWS = _switch("AUTO_CREATE_RCA", "Reviews in Confluence.")
_STATUS = _switch("STATUSPAGE_INTEGRATION_ENABLED", "Statuspage.")
_OTHERS = _switch("INCIDENT_EXTERNAL_PROVIDERS_ENABLED", "The state of other providers.")

REFUSED = (
    Refused(
        _WEB,
        "there is no web interface: set it to false; use `incident list` and `incident show`, or the app's "
        "Home in Slack.",
    ),
    Refused(
        _REVIEWS,
        "nothing is written into Confluence here: set it to false; `incident review KEY -o FILE` writes the "
        "review as Markdown, which Confluence can import.",
    ),
    Refused(_STATUS, _STATUSPAGE),
    Refused(_OTHERS, _PROVIDERS),
    Refused(_value("PAGERDUTY_ROUTING_KEY", "Paging with PagerDuty."), _PAGERDUTY),
    Refused(_value("PAGERDUTY_API_TOKEN", "Who is on call, from PagerDuty."), _PAGERDUTY),
    Refused(_value("PAGERDUTY_API_USERNAME", "Who is on call, from PagerDuty."), _PAGERDUTY),
)
"""What is wanted and not here: the program does nothing for as long as one of these is on, or set."""

UNUSED = (
    *(
        Unused(_value(f"CONFLUENCE_{name}", "Where Confluence is."), _REVIEWS)
        for name in ("API_URL", "API_USERNAME", "API_TOKEN", "SPACE", "PARENT_PAGE")
    ),
    *(
        Unused(_value(f"STATUSPAGE_{name}", "Which Statuspage it is."), _STATUS)
        for name in ("API_KEY", "PAGE_ID", "URL")
    ),
    Unused(_value("INCIDENT_EXTERNAL_PROVIDERS_LIST", "Which providers."), _OTHERS),
    Unused(_value("AUTH0_DOMAIN", "The domain of one provider."), _OTHERS),
)

SETTINGS = (*(each.setting for each in REFUSED), *(each.setting for each in UNUSED))
NAMES = tuple(setting.name for setting in SETTINGS)
