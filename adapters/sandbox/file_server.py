"""Files over HTTP: the address that takes an upload, and the one from which an app reads it back."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from adapters.sandbox import uploads
from adapters.sandbox.world import World


class FileServer:
    """Serves `/upload/v1/{ticket}` and `/files-pri/{team}-{file}/…` for a world."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def upload(self, request: Request) -> Response:
        """The bytes of a file whose address was asked for."""
        content = await request.body()
        kind = request.headers.get("content-type", "application/octet-stream")
        with self._world.lock:
            file = uploads.receive(self._world, request.path_params["ticket"], content, kind)
        if file is None:
            return PlainTextResponse("No such upload", 404)
        return PlainTextResponse(f"OK - {len(content)}")

    async def download(self, request: Request) -> Response:
        """The bytes again, for a token of the same workspace that may read files."""
        team_id, _, file_id = request.path_params["file"].partition("-")
        secret = request.headers.get("authorization", "").removeprefix("Bearer ")
        with self._world.lock:
            token, workspace = self._world.tokens.get(secret), self._world.workspaces.get(team_id)
            if token is None or token.team_id != team_id or "files:read" not in token.scopes:
                return PlainTextResponse("", 403)
            file = workspace.files.get(file_id) if workspace else None
        if file is None or file.content is None or not file.completed:
            return PlainTextResponse("", 404)
        return Response(file.content, media_type=file.content_type)
