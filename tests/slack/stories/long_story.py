"""The long story: two teams, and three incidents at once, one of them private and one a drill.

Ann, Ben and Cleo keep the shop running, Dora and Eve the platform; Gil is a lawyer, whom only the private one
needs, and Finn reads along. It is a transcript that can be compared; the newcomers of each act stand first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.sandbox import Sandbox, Slack
from adapters.sandbox.person.seen import SeenMessage, SeenView
from incident_core.errors import NotFound
from tests.slack.stories.looking_around import in_channels, in_slack, on_the_command_line
from tests.slack.stories.reading import read
from tests.slack.stories.town import DIGEST, Town, founded, wait_for
from tests.slack.stories.using import asked, assigns, directly, presses, select, sent

SHOP, PAYROLL, DRILL = KEYS = ("INC-1", "INC-2", "INC-3")
EVERYBODY = ("ann", "ben", "cleo", "dora", "eve", "finn", "gil")
SEES = {SHOP: "ann", PAYROLL: "dora", DRILL: "cleo"}
"""Somebody who sees each of them to its end."""
OPTIONS = {
    "RESOLVE_REQUIRED_ROLES": "incident_commander,technical_lead",
    "ROLE_EMPTY_AFTER": "1h",
    "INCIDENT_AUTO_CREATE_FROM_REACT_ENABLED": "true",
    "INCIDENT_AUTO_CREATE_FROM_REACT_EMOJI_NAME": "fire",
    "INCIDENT_GUIDE_LINK": "https://guide.example/incidents",
    "INCIDENT_POSTMORTEMS_LINK": "https://wiki.example/post-mortems",
    "INCIDENT_CHANNEL_TOPIC": "Call: https://meet.example/sre",
    "SLACK_READ_HISTORY": "true",
    "SLACK_SEND_FILES": "true",
}
SECRETS = ("payroll", "salaries", "gil")
"""What stands in the texts of the private one, and in no other."""


def peopled(sandbox: Sandbox) -> Slack:
    """The workspace in which it plays: the bot is where people talk, and Finn reads the digest."""
    slack = founded(sandbox, OPTIONS, EVERYBODY)
    slack.person("ann").invite(slack.general, slack.bot_user)
    slack.person("finn").join(DIGEST)
    return slack


def played(home: Town) -> Iterator[str]:
    """Play it; what everybody is told, and what channels and the digest look like after each step."""
    yield from _three_begin(home)
    yield from _nothing_for(home, "finn")
    yield from _who_does_what(home)
    yield from _panels(home)
    yield from _news(home)
    yield from _nothing_for(home, "finn")
    yield from _less_severe_and_resolved(home)
    yield from _not_over(home)
    yield from _nothing_for(home, "cleo")
    yield from _panels(home)
    yield from _all_is_over(home)
    yield from _nothing_elsewhere(home)


def _three_begin(home: Town) -> Iterator[str]:
    """A reaction, a private investigation that becomes an incident, and a drill from the command line."""
    message = _marked(home)
    yield from _types(home, "ben", f"title {SHOP} Checkout is slow", SHOP)
    yield from _lines("below the message stands", *_below(home, message))
    home.slack.person("ann").join(home.room(SHOP).id)
    yield from _chooses(home, "ann", SHOP, "severity", "sev2")
    yield f"dora opens it: {home.opened('Payroll could be read by all', 'dora', '--private --sev3')}"
    yield from _looks(home, PAYROLL)
    yield from _presses(home, "dora", PAYROLL, "Declare an incident")
    yield from _runs(
        home, "cleo", 'open "The database is gone" --drill --declare --severity sev1 --at "40m ago"', DRILL
    )
    wait_for(lambda: bool(reminders(home)))
    home.quiet()
    yield from _lines("a reminder", home.shown(reminders(home)[-1]))


def _marked(home: Town) -> SeenMessage:
    """Ben and Ann react to a message of Cleo's, whose time is the title until there is a better one."""
    message = home.slack.person("cleo").post(home.general, "Customers wait for the checkout")
    for who in ("ben", "ann"):
        home.slack.person(who).react(message, "fire")
        wait_for(lambda: bool(_below(home, message)))
    home.quiet()
    return message


def _below(home: Town, message: SeenMessage) -> list[str]:
    seen = home.slack.person("cleo").sees(home.general)
    return [home.shown(each) for each in seen if each.thread_ts == message.ts != each.ts]


def _who_does_what(home: Town) -> Iterator[str]:
    """Roles: given, claimed, handed over; the reminder of the drill is put off."""
    yield from _assigns(home, "dora", PAYROLL, "technical_lead", "eve")
    yield from _types(home, "dora", "assign comms @gil", PAYROLL)
    yield from _claims(home, "ann", SHOP, "communications_liaison")
    yield from _chooses(home, "ben", SHOP, "status", "identified")
    home.slack.person("eve").join(home.room(DRILL).id)
    yield from _claims(home, "eve", DRILL, "technical_lead")
    yield from _snoozes(home, "cleo", "30 minutes")
    yield from _types(home, "eve", "access grant @cleo", PAYROLL)
    yield from _types(home, "cleo", "", PAYROLL)
    yield from _types(home, "eve", "access revoke @cleo", PAYROLL)
    yield from _types(home, "ben", "handover @ann", SHOP)
    yield from _types(home, "ben", "claim commander", SHOP)
    yield from _types(home, "ben", "list", SHOP)
    yield from _types(home, "gil", "list", PAYROLL)


def _news(home: Town) -> Iterator[str]:
    """Updates: by form, typed, by mention and from the command line; one corrected, one retracted."""
    yield from _fills(
        home,
        "ann",
        _form(home, "ann", SHOP, "Send an update"),
        SHOP,
        text="We know why: the cache is cold",
        impact="One order in ten fails",
        components="checkout, cart",
        next_due=datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2),
    )
    yield from _types(home, "cleo", "task add --owner @eve Restore the backup", DRILL)
    yield from _mentions(home, "eve", f"update {DRILL} The backup is from last week", DRILL)
    form = asked(home, lambda eve: eve.command("/incident", f"correct {DRILL} u1", home.general), "eve")
    yield from _fills(home, "eve", form, DRILL, text="The backup is from last night")
    yield from _runs(home, "cleo", f'update {DRILL} "All is lost" --component database', DRILL)
    yield from _types(home, "cleo", "retract u2 it is only a drill", DRILL)
    yield from _lines("the digest", *home.digest())
    form = asked(home, lambda gil: gil.shortcut("Provide incident update"), "gil")
    offered = home.slack.person("gil").options(form, "open_incident", "")
    yield from _lines("gil chooses Provide incident update, and is offered", *offered)
    news = "Nobody else can see the salaries now"
    yield from _fills(home, "gil", form, PAYROLL, open_incident=PAYROLL, text=news)
    yield from _types(home, "eve", "task done t1", DRILL)
    yield from _collects(home, "dora", "A copy of the payroll was found", PAYROLL)
    yield from _page(home, "eve")


def _less_severe_and_resolved(home: Town) -> Iterator[str]:
    """A downgrade with its reason, and a resolve for which somebody is missing."""
    chooses = asked(home, lambda ann: ann.choose(home.panel(SHOP), "set:severity", "sev3"), "ann")
    yield from _fills(home, "ann", chooses, SHOP, reason="only the old checkout")
    yield from _types(home, "ann", "resolve", SHOP)
    form = _form(home, "ann", SHOP, "Resolve")
    yield from _fills(home, "ann", form, SHOP, override="the cache filled itself")
    yield from _stops(home, "eve")


def _not_over(home: Town) -> Iterator[str]:
    """Reopened with a reason, and this time it has a technical lead, and a review."""
    home.slack.person("cleo").join(home.room(SHOP).id)
    form = _form(home, "cleo", SHOP, "Reopen")
    yield from _fills(home, "cleo", form, SHOP, reason="customers still complain")
    yield from _claims(home, "cleo", SHOP, "technical_lead")
    yield from _types(home, "ben", "severity sev2 it is everywhere", SHOP)
    yield from _types(home, "gil", "release comms", PAYROLL)
    yield from _types(home, "gil", f"resolve {PAYROLL}", PAYROLL)
    yield from _types(home, "ann", "status monitoring", SHOP)


def _all_is_over(home: Town) -> Iterator[str]:
    """Resolved for the last time, chat log, review, and three ways to close."""
    yield from _fills(home, "ann", _form(home, "ann", SHOP, "Resolve"), SHOP)
    yield from _types(home, "ann", "followup add --owner @cleo --due 2099-01-15 Warm the cache", SHOP)
    yield from _presses(home, "cleo", SHOP, "Export chat log", _resolution(home, SHOP))
    wait_for(lambda: bool(logs(home, SHOP)))
    yield from _lines("the log is", *logs(home, SHOP))
    yield from _types(home, "ann", "review done", SHOP)
    yield from _types(home, "cleo", "resolve", DRILL)
    yield from _releases(home, "cleo", DRILL, "technical_lead")
    yield from _fills(home, "cleo", _form(home, "cleo", DRILL, "Close"), DRILL, outcome="no action")
    yield from _closes(home, "dora", PAYROLL)
    yield from _runs(home, "ann", f"close {SHOP}", SHOP)
    for who in ("dora", "finn"):
        yield from _types(home, who, "list all", DIGEST)
    yield from _page(home, "cleo")


def _types(home: Town, who: str, text: str, where: str) -> Iterator[str]:
    """Typed in the channel of the incident where they can, else where everybody talks."""
    person = home.slack.person(who)
    room = home.general if where == DIGEST else home.room(where).id
    place = room if person.id in home.place(room).members else home.general
    yield from _lines(f"{who} types: {text}".rstrip(), home.say(text, who, place))
    yield from _looks(home, where)


def _mentions(home: Town, who: str, text: str, key: str) -> Iterator[str]:
    yield from _lines(f"{who} mentions the bot: {text}", home.mention(text, who))
    yield from _looks(home, key)


def _runs(home: Town, who: str, line: str, key: str) -> Iterator[str]:
    """On the command line, as somebody in Slack."""
    ran = home.program(f"{line} --as slack:{home.slack.person(who).id}")
    yield from _lines(f"{who} runs: incident {line}", home.plain(f"{ran.out}{ran.err}"))
    home.quiet()
    yield from _looks(home, key)


def _chooses(home: Town, who: str, key: str, name: str, choice: str) -> Iterator[str]:
    yield from _lines(f"{who} chooses {name} {choice}", select(home, key, name, choice, who))
    yield from _looks(home, key)


def _claims(home: Town, who: str, key: str, role: str) -> Iterator[str]:
    yield from _lines(f"{who} presses Claim beside {role}", presses(home, key, "Claim", role, who))
    yield from _looks(home, key)


def _releases(home: Town, who: str, key: str, role: str) -> Iterator[str]:
    yield from _lines(f"{who} presses Release beside {role}", presses(home, key, "Release", role, who))
    yield from _looks(home, key)


def _assigns(home: Town, who: str, key: str, role: str, whom: str) -> Iterator[str]:
    yield from _lines(f"{who} chooses {whom} beside {role}", assigns(home, key, role, whom, who))
    yield from _looks(home, key)


def _presses(
    home: Town, who: str, key: str, button: str, message: SeenMessage | None = None
) -> Iterator[str]:
    room = home.room(key).id
    before = len(home.alone(who, room))
    home.slack.person(who).press(message or home.panel(key), button)
    yield from _lines(f"{who} presses {button}", home.told(who, room, before))
    yield from _looks(home, key)


def _snoozes(home: Town, who: str, length: str) -> Iterator[str]:
    room = home.room(DRILL).id
    before = len(home.alone(who, room))
    home.slack.person(who).choose(reminders(home)[-1], "timer:snooze", length)
    yield from _lines(f"{who} snoozes it for {length}", home.told(who, room, before))
    yield from _looks(home, DRILL)


def _stops(home: Town, who: str) -> Iterator[str]:
    yield from _presses(home, who, DRILL, "Stop", reminders(home)[-1])


def _form(home: Town, who: str, key: str, button: str) -> SeenView:
    return asked(home, lambda person: person.press(home.panel(key), button), who)


def _fills(home: Town, who: str, form: SeenView, key: str, **values: Any) -> Iterator[str]:
    yield from _lines(f"{who} is asked: {home.plain(form.title)}", *_asks(home, form))
    yield from _lines(f"{who} sends it", sent(home, form, who, **values))
    yield from _looks(home, key)


def _asks(home: Town, form: SeenView) -> Iterator[str]:
    """What a form says, and its fields by their labels; those that can be left out in brackets."""
    said = {**form.raw, "blocks": [each for each in form.blocks if each["type"] != "input"]}
    yield home.plain(read(said))
    for block in form.blocks:
        if block["type"] == "input":
            label = block["label"]["text"]
            yield f"[{label}]" if block["optional"] else f"{label} …"


def _collects(home: Town, who: str, text: str, key: str) -> Iterator[str]:
    """Collect Evidence on a message of their own in the channel of the incident."""
    person = home.slack.person(who)
    message = person.post(home.room(key).id, text)
    form = asked(home, lambda _: person.message_shortcut("Collect Evidence", message), who)
    yield from _fills(home, who, form, key, note="as the log shows")


def _closes(home: Town, who: str, key: str) -> Iterator[str]:
    room = home.room(key).id
    yield from _types(home, who, "close", key)
    message = home.alone(who, room)[-1]
    yield from _lines(f"{who} presses Close {key}", home.pressed(message, f"Close {key}", who))
    yield from _looks(home, key)


def _page(home: Town, who: str) -> Iterator[str]:
    yield from _lines(f"{who} opens the bot's home", home.shown(home.tab(who)))


def _panels(home: Town) -> Iterator[str]:
    for key in KEYS:
        yield from _lines(f"the panel of {key}", home.shown(home.panel(key)))


def _looks(home: Town, where: str) -> Iterator[str]:
    """The topic of the channel, and its line in the digest."""
    home.quiet()
    if where != DIGEST:
        room = home.room(where)
        yield f"  = {room.topic}{' (archived)' if room.archived else ''}"
        yield from (f"  # {line}" for line in _digest_of(home, where))


def _digest_of(home: Town, key: str) -> list[str]:
    found = (each for each in home.digest() if re.match(rf"(DRILL )?{key} · ", each))
    return [line for each in found for line in each.splitlines()]


def _lines(what: str, *told: str) -> Iterator[str]:
    yield what
    yield from (f"  {line}".rstrip() for each in told for line in each.splitlines())


def reminders(home: Town) -> list[SeenMessage]:
    """What the drill was reminded of in its channel; none before it has one."""
    if DRILL not in home.database.whereabouts.outside("default", "slack", "channel", [DRILL]):
        return []
    room = home.room(DRILL)
    if home.slack.person("cleo").id not in room.members:
        return []
    seen = home.slack.person("cleo").sees(room.id)
    return [each for each in seen if any("timer|" in block["block_id"] for block in each.blocks)]


def logs(home: Town, key: str) -> list[str]:
    """The names of the files in the channel of this incident."""
    room = home.room(key).id
    there = (each for each in home.slack.workspace.files.values() if each.completed)
    return [each.name for each in there if room in [place for place, _ in each.shares]]


def _resolution(home: Town, key: str) -> SeenMessage:
    return [each for each in home.messages(key) if "resolved this" in home.shown(each)][-1]


def _nothing_for(home: Town, who: str) -> Iterator[str]:
    """Where somebody without access finds anything of the private one, in Slack."""
    told = dict(in_slack(home, who, [PAYROLL], SECRETS))
    told |= {way: _of_the_bot(home, text) for way, text in in_channels(home, who)}
    yield f"{who} finds {_found(home, told)} of {PAYROLL}"


def _nothing_elsewhere(home: Town) -> Iterator[str]:
    """The same in all channels in the end, where Dora does find something, and on the command line."""
    for who in ("finn", "dora"):
        told = {way: _of_the_bot(home, text) for way, text in in_channels(home, who)}
        yield f"{who}, in all channels, finds {_found(home, told)} of {PAYROLL}"
    told = dict(on_the_command_line(home, "cli:zoe", [PAYROLL], SECRETS))
    yield f"zoe, on the command line, finds {_found(home, told)} of {PAYROLL}"


def _of_the_bot(home: Town, text: str) -> str:
    """What the bot says in a channel; what stands above one is no message."""
    if not text.startswith("["):
        return text
    return json.dumps([each for each in json.loads(text) if each.get("user") == home.slack.bot_user])


def _found(home: Town, told: Mapping[str, str]) -> str:
    """The ways that show its key or a word of it that was not typed to get there."""
    ways = []
    for way, text in told.items():
        left = home.plain(text.replace(str(NotFound(PAYROLL)), "")).lower()
        typed = way.lower()
        words = [word for word in SECRETS if word not in typed and re.search(rf"\b{word}\b", left)]
        if words or re.search(rf"\b{PAYROLL.lower()}\b", left):
            ways.append(way)
    return ", ".join(ways) or "nothing"


def reviewed(home: Town, key: str) -> str:
    """The review document of this incident, for somebody who sees it."""
    return home.plain(home.program(f"review {key} --as slack:{home.slack.person(SEES[key]).id}").out)


def left(home: Town) -> Iterator[str]:
    """What stands in Slack and in the record in the end."""
    for key in KEYS:
        yield from _lines(f"# The channel of {key}, and who is in it", ", ".join(sorted(home.members(key))))
        yield from _lines("# Its panel", home.shown(home.panel(key)))
        yield from _lines("# What was said there", *home.lines(key))
        yield from _review(home, key)
    yield from _lines("# The digest", *home.digest())
    for who in EVERYBODY:
        yield from _lines(f"# What {who} was told directly", *directly(home, who))
    for key in KEYS:
        yield from _lines(f"# The timeline of {key} in Slack", *in_slacks_words(home, key))


def _review(home: Town, key: str) -> Iterator[str]:
    name = f"{home.room(key).name}-rca"
    if name in [place.name for place in home.slack.team.channels()]:
        names = {each.id: each.name for each in home.slack.team.people()}
        there = sorted(names[each] for each in home.place(name).members)
        yield from _lines("# The channel of its review", ", ".join(there), *home.digest(name))


def in_slacks_words(home: Town, key: str) -> list[str]:
    """The timeline that Slack shows to somebody who sees it: all pages, the last of which comes first."""
    who = SEES[key]
    home.say(f"timeline {key}", who)
    message = home.alone(who, home.general)[-1]
    shown = home.shown(message).splitlines()
    found = _entries(shown)
    while "[Older]" in shown[-1]:
        shown = home.pressed(message, "Older", who).splitlines()
        message = next(each for each in home.alone(who, home.general) if each.ts == message.ts)
        found = _entries(shown) + found
    return found


def _entries(shown: list[str]) -> list[str]:
    found = (re.fullmatch(r"\d+\. DATE (.*)", line) for line in shown)
    return [line[1] for line in found if line is not None]


def on_the_command_lines_words(home: Town, key: str) -> list[str]:
    """The timeline of the command line as the same person, with people mentioned, and links twice."""
    ran = home.program(f"timeline {key} --as slack:{home.slack.person(SEES[key]).id}")
    found = []
    for line in home.plain(ran.out).splitlines():
        _, _, who, what = line.split("\t")
        found.append(re.sub(r"slack:(\w+)", r"<@\1>", f"{who} {what}"))
    return [re.sub(r"(https://\S+)", r"\1 (\1)", line) for line in found]
