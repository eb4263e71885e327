"""`python -m bench.listening socket|http`: a Bolt app that acknowledges /incident, told by the environment.

It prints a line when it listens: over HTTP that is its port.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.starlette import SlackRequestHandler
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.echo import serve


def made() -> App:
    """The app; its listener runs where the request is dispatched, as ours do."""
    # Bolt warns of a token in the environment beside a client.
    client = WebClient(os.environ.pop("SLACK_BOT_TOKEN"), base_url=os.environ["SLACK_API_URL"])
    app = App(client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"], process_before_response=True)

    @app.command("/incident")
    def incident(ack: Any) -> None:
        ack("Done.")

    @app.event("message")
    def message() -> None:
        pass

    return app


def by_socket(app: App) -> None:
    """Listen over Socket Mode."""
    token = os.environ["SLACK_APP_TOKEN"]
    web = WebClient(token, base_url=os.environ["SLACK_API_URL"])
    handler = SocketModeHandler(app, token, web_client=web)
    handler.connect()  # type: ignore[no-untyped-call]
    print("listening", flush=True)
    sys.stdin.read()
    handler.close()  # type: ignore[no-untyped-call]


def by_http(app: App) -> None:
    """Listen on a free port."""
    handler = SlackRequestHandler(app)

    async def endpoint(request: Request) -> Response:
        return await handler.handle(request)

    serve(Starlette(routes=[Route("/", endpoint, methods=["POST"])]))


if __name__ == "__main__":
    {"socket": by_socket, "http": by_http}[sys.argv[1]](made())
