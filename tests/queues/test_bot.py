"""A bot and two workers over one database and one Redis: everything is there once, and all end in order."""

from __future__ import annotations

import signal
from contextlib import ExitStack
from pathlib import Path

from adapters.sandbox import Sandbox
from tests.queues.station import LONG, process, until
from tests.slack.stories.process import ended, free_address, program, running
from tests.slack.stories.test_process import there_once
from tests.slack.stories.town import founded


def test_two_workers_do_what_a_bot_that_only_answers_has_recorded(
    sandbox: Sandbox, postgresql_url: str, redis_url: str, tmp_path: Path
) -> None:
    slack = founded(sandbox)
    incident = program(slack, postgresql_url, tmp_path, REDIS_URL=redis_url)
    with ExitStack() as block:
        workers = [block.enter_context(process(incident, "worker")) for _ in range(2)]
        bot = block.enter_context(running(slack, incident, "--no-worker", "--http", free_address()))
        for number in range(1, 5):
            came = slack.person("ann").command("/incident", f"open Number {number}", slack.general)
            assert came.acked
        until(lambda: len([each for each in slack.team.channels() if each.name.startswith("inc-")]) == 4)
        until(lambda: incident("mirrors --json").json == [])
        for number in range(1, 5):
            assert there_once(slack, number) == (1, 1, 1)
        assert ended(bot) == (0, "Ended.")
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
        assert [worker.wait(LONG) for worker in workers] == [0, 0]
