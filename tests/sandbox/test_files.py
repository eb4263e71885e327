"""Files in two steps, and canvases."""

from __future__ import annotations

import http.client
from typing import Any

import pytest

from adapters.sandbox import add_channel
from adapters.sandbox.state.channels import Posting
from tests.sandbox.team import Team, code

TEXT = {"type": "markdown", "markdown": "# Review"}


class TestFiles:
    """The two steps of an upload."""

    def test_a_file_is_sent_shared_and_read_back(self, team: Team) -> None:
        channel = team.channel()
        done = team.client.files_upload_v2(
            channel=channel, filename="export.csv", content="key,title\n1,x", initial_comment="Here it is"
        )
        assert (done["file"]["name"], done["file"]["size"]) == ("export.csv", 13)
        newest = team.client.conversations_history(channel=channel)["messages"][0]
        assert (newest["text"], newest["files"][0]["id"]) == ("Here it is", done["file"]["id"])
        assert self.download(team, done["file"]["url_private"]) == (200, b"key,title\n1,x")
        assert self.download(team, done["file"]["url_private"], "xoxb-no")[0] == 403

    def download(self, team: Team, url: str, token: str | None = None) -> tuple[int, bytes]:
        """What is found at the private address of a file."""
        host, _, path = url.removeprefix("http://").partition("/")
        connection = http.client.HTTPConnection(host, timeout=30)
        bearer = f"Bearer {token or team.installed.bot_token}"
        connection.request("GET", f"/{path}", headers={"Authorization": bearer})
        answer = connection.getresponse()
        found = answer.status, answer.read()
        connection.close()
        return found

    def asked(self, team: Team, send: bool = True) -> str:
        """The id of a file whose bytes were sent, or not."""
        answer = team.client.files_getUploadURLExternal(filename="a.txt", length=1)
        if send:
            host, _, path = answer["upload_url"].removeprefix("http://").partition("/")
            connection = http.client.HTTPConnection(host, timeout=30)
            connection.request("POST", f"/{path}", b"a")
            assert connection.getresponse().status == 200
            connection.close()
        return str(answer["file_id"])

    def test_an_address_takes_one_file(self, team: Team) -> None:
        url = team.client.files_getUploadURLExternal(filename="a.txt", length=1)["upload_url"]
        host, _, path = url.removeprefix("http://").partition("/")
        found = []
        for _ in range(2):
            connection = http.client.HTTPConnection(host, timeout=30)
            connection.request("POST", f"/{path}", b"a")
            found.append(connection.getresponse().status)
            connection.close()
        assert found == [200, 404]

    @pytest.mark.parametrize(
        ("args", "error"),
        [
            ({"length": 1_073_741_825}, "file_upload_size_restricted"),
            ({"length": 1_000_001, "snippet_type": "text"}, "snippet_too_large"),
            ({"alt_txt": "a" * 1001}, "alt_txt_too_large"),
        ],
    )
    def test_what_cannot_be_uploaded_says_why(self, team: Team, args: dict[str, Any], error: str) -> None:
        given = {"filename": "a.txt", "length": 1, **args}
        assert code(team.client, "files.getUploadURLExternal", **given) == error

    def test_what_cannot_be_completed_says_why(self, team: Team) -> None:
        channel, theirs = team.channel(), add_channel(team.world, team.workspace, "theirs")
        complete, file = "files.completeUploadExternal", self.asked(team)
        files: list[dict[str, str | None]] = [{"id": file}]
        read_only = team.channel("read-only")
        team.state(read_only).posting = Posting.ADMINS
        for args, error in (
            ({"files": [{"id": "F0"}]}, "file_not_found"),
            ({"files": [{"id": self.asked(team, send=False)}]}, "file_not_found"),
            ({"files": []}, "invalid_arguments"),
            ({"files": "{"}, "invalid_arguments"),
            ({"channel_id": "C0"}, "channel_not_found"),
            ({"channel_id": theirs}, "not_in_channel"),
            ({"channel_id": read_only}, "posting_to_channel_denied"),
            ({"channels": ",".join(f"C{number}" for number in range(101))}, "channels_limit_exceeded"),
            ({"channel_id": channel, "thread_ts": "1.0"}, "invalid_arguments"),
            ({"channel_id": channel, "blocks": '[{"type":"no"}]'}, "invalid_blocks"),
        ):
            assert code(team.client, complete, **{"files": files, **args}) == error
        other = team.speak(team.add_app(("files:write",)).bot_token)
        assert code(other, complete, files=files) == "access_denied"
        assert team.client.files_completeUploadExternal(files=files)["ok"]
        assert code(team.client, complete, files=files) == "file_not_found"


class TestCanvases:
    """canvases.create, canvases.edit and conversations.canvases.create."""

    def test_a_channel_has_one_and_it_can_be_edited(self, team: Team) -> None:
        channel = team.channel()
        made = team.client.conversations_canvases_create(channel_id=channel, document_content=TEXT)
        again = code(team.client, "conversations.canvases.create", channel_id=channel)
        assert again == "channel_canvas_already_exists"
        for operation in ("insert_at_end", "insert_at_start"):
            change = {"operation": operation, "document_content": {"type": "markdown", "markdown": "!"}}
            team.client.canvases_edit(canvas_id=made["canvas_id"], changes=[change])
        assert team.workspace.canvases[made["canvas_id"]].markdown == "!# Review!"

    def test_each_reason_has_its_code(self, team: Team) -> None:
        canvas = team.client.canvases_create(title="Review")["canvas_id"]
        big = {"type": "markdown", "markdown": "a" * 1_048_577}
        half = {"type": "markdown", "markdown": "a" * 600_000}
        append = {"operation": "insert_at_end", "document_content": half}
        unknown = {"operation": "no"}
        team.client.canvases_edit(canvas_id=canvas, changes=[append])
        for method, args, error in (
            ("canvases.create", {"document_content": {"type": "html"}}, "canvas_creation_failed"),
            ("canvases.create", {"document_content": big}, "canvas_creation_failed"),
            ("conversations.canvases.create", {"channel_id": "C0"}, "channel_canvas_creation_failed"),
            ("canvases.edit", {"canvas_id": "F0", "changes": [append]}, "canvas_not_found"),
            ("canvases.edit", {"canvas_id": canvas, "changes": []}, "canvas_editing_failed"),
            (
                "canvases.edit",
                {"canvas_id": canvas, "changes": [unknown]},
                "canvas_editing_failed",
            ),
            ("canvases.edit", {"canvas_id": canvas, "changes": [append]}, "canvas_too_large"),
        ):
            assert code(team.client, method, **args) == error
        team.workspace.plan = ""
        alone = "free_teams_cannot_create_standalone_canvases"
        assert code(team.client, "canvases.create", title="x") == alone
