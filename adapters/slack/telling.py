"""Slack's own client, where somebody wants to know of each call how it ended."""

from __future__ import annotations

from time import perf_counter
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError
from slack_sdk.web import SlackResponse

from adapters.slack.api import Kind, Told, ended, nobody


class TellingClient(WebClient):
    """A WebClient that tells."""

    told: Told = staticmethod(nobody)

    def api_call(self, api_method: str, **given: Any) -> SlackResponse:
        """As WebClient's."""
        began, kind = perf_counter(), Kind.DONE
        try:
            return super().api_call(api_method, **given)
        except (OSError, SlackClientError) as fault:
            kind = ended(api_method, fault).kind
            raise
        finally:
            self.told(api_method, kind.value, perf_counter() - began)
