"""The program `incident`: a table of its commands, each loaded only when it is typed.

`incident --help` needs nothing but this table, so it imports click and nothing else.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from adapters.cli import faults

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class Row(NamedTuple):
    """A command: its name, where it lives (module and name), and its line in the list of commands."""

    name: str
    module: str
    function: str
    line: str


SECTIONS: tuple[tuple[str, tuple[Row, ...]], ...] = (
    (
        "Move an incident on",
        (
            Row("open", "verbs_move", "open_", "Open an investigation; prints its key."),
            Row("declare", "verbs_move", "declare", "Declare: this investigation is an incident."),
            Row("resolve", "verbs_move", "resolve", "Resolve: service is restored."),
            Row("review", "review", "review", "Print the review document, or say that the review was held."),
            Row("close", "verbs_move", "close", "Close: nothing is left to do."),
            Row("reopen", "verbs_move", "reopen", "Reopen: it was not over."),
        ),
    ),
    (
        "Say how it stands, and who does what",
        (
            Row("severity", "verbs_assess", "severity", "Raise or lower the severity; sev1 is the worst."),
            Row("status", "verbs_assess", "status", "Say how far the response has come."),
            Row("assign", "verbs_assess", "assign", "Give a role to somebody, whoever holds it now."),
            Row("claim", "verbs_assess", "claim", "Take a role yourself, whoever holds it now."),
            Row("release", "verbs_assess", "release", "Leave a role empty."),
            Row("handover", "verbs_assess", "handover", "Hand a role over to another person."),
        ),
    ),
    (
        "Record what happens",
        (
            Row("evidence", "verbs_record", "evidence", "Add a link as evidence."),
            Row("update", "verbs_record", "update", "Send news to those outside the response."),
            Row("task", "verbs_items", "task", "Add, assign and finish what has to be done now."),
            Row(
                "followup",
                "verbs_items",
                "followup",
                "Add, assign and finish what has to be done afterwards.",
            ),
        ),
    ),
    (
        "Correct the record",
        (
            Row("title", "verbs_correct", "title", "Correct the title; the timeline keeps the old one."),
            Row("correct", "verbs_record", "correct", "Correct an update that was sent."),
            Row("times", "verbs_correct", "times", "Correct when a milestone was."),
            Row(
                "retract", "verbs_record", "retract", "Take back evidence, an update, a task or a follow-up."
            ),
            Row("redact", "redact", "redact", "Remove a text from the record for good."),
            Row("private", "verbs_correct", "private", "Hide it from all but those who are in it."),
            Row("access", "verbs_correct", "access", "Say who may see a private incident."),
        ),
    ),
    (
        "Read",
        (
            Row("list", "read_many", "list_", "List incidents, the newest first."),
            Row("show", "read_one", "show", "Show one incident."),
            Row("catchup", "catchup", "catchup", "Catch up with an incident: where we are, what changed."),
            Row("timeline", "read_one", "timeline", "Show everything that happened, oldest first."),
            Row("followups", "follow_ups", "followups", "List the open follow-ups of all incidents."),
            Row("search", "read_many", "search", "Search every text of every incident."),
            Row(
                "explain",
                "explain",
                "explain",
                "Explain what can be done now, and what stands against the rest.",
            ),
            Row("stats", "stats", "stats", "Count a quarter, or any time: how many, how long, who, when."),
            Row("export", "export", "export", "Export all incidents, or their timelines, as CSV or JSON."),
        ),
    ),
    (
        "Look after the system",
        (
            Row("lifecycle", "inspect_", "lifecycle", "Print the lifecycle: every state, move and rule."),
            Row("config", "inspect_", "config", "Print every setting in force and where it came from."),
            Row("doctor", "doctor", "doctor", "Check the installation, the settings and the database."),
            Row("db", "database", "db", "Upgrade, check and rebuild the database."),
            Row("audit", "audit", "audit", "Verify that nothing recorded was changed."),
            Row("mirrors", "mirrors", "mirrors", "Show what is behind in the world outside, and help it."),
            Row("timers", "timers", "timers", "Show what reminds people, and when; snooze or stop it."),
            Row("worker", "worker", "worker", "Keep the mirrors in step with the record."),
            Row("health", "health", "health", "Ask whether a worker or bot is live or ready."),
            Row("backfill", "backfill", "backfill", "Bring in incidents from before, from a CSV file."),
            Row("slack", "slack", "slack", "Run the Slack bot, and make the manifest of its app."),
            Row("templates", "templates", "templates", "Show what the bot says, and check your own words."),
            Row("sandbox", "sandbox", "sandbox", "Start a Slack of your own, to try a bot out."),
            Row("generate", "generate", "generate", "Make up incidents, to try things out."),
            Row(
                "completion", "completion", "completion", "Let the shell complete commands, options and keys."
            ),
        ),
    ),
)
PROGRAM = "incident"
ROWS = {row.name: row for _, rows in SECTIONS for row in rows}
ALIASES = {"incident": "declare", "escalate": "declare", "transfer": "handover"}
"""Words of those who come from other systems."""


class Program(click.Group):
    """The commands of the table, imported one at a time, and every fault told in a sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(ROWS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        row = ROWS.get(ALIASES.get(cmd_name, cmd_name))
        if row is None:
            return None
        from importlib import import_module

        command: click.Command = getattr(import_module(f"adapters.cli.{row.module}"), row.function)
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """The names of commands from the table, loading none of them; and the options of the program."""
        from click.shell_completion import CompletionItem

        found = [CompletionItem(row.name, help=row.line) for row in ROWS.values()]
        return [each for each in found if each.value.startswith(incomplete)] + click.Command.shell_complete(
            self, ctx, incomplete
        )

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table itself: no command is loaded for its line."""
        for heading, rows in SECTIONS:
            with formatter.section(heading):
                formatter.write_dl([(row.name, row.line) for row in rows], col_max=12)

    def main(  # type: ignore[override]
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> int:
        """Run one command; exits with its code, or returns it where not `standalone_mode`."""
        words = list(sys.argv[1:] if args is None else args)
        self._main_shell_completion(extra, PROGRAM, complete_var)

        def work() -> None:
            with self.make_context(PROGRAM, words, **extra) as context:
                if context.obj is not None:
                    context.call_on_close(context.obj.close)
                self.invoke(context)

        code = faults.run(work, as_json=_wants_json(words))
        if standalone_mode:
            sys.exit(code)
        return code


def _wants_json(words: Sequence[str]) -> bool:
    """Known before anything is understood, so that wrong usage is answered in JSON too."""
    options = words[: words.index("--")] if "--" in words else words
    return "--json" in options


def _print_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from adapters.cli.version import version

        click.echo(f"incident {version()}")
        context.exit()


@click.command(
    PROGRAM, cls=Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version,
    help="Print which release this is.",
)  # fmt: skip
def cli() -> None:
    """Run incidents from the command line: open, declare, respond, resolve, close.

    Each command has help and an example: incident open --help. KEY is INC-42, inc-42 or 42; WHO is a name
    such as ann or slack:U012AB3CD. Also understood: incident and escalate for declare, transfer for
    handover.
    """
