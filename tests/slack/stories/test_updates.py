"""Updates: asked for in a form, shown in the digest channel, kept in the timeline; corrected or retracted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from adapters.sandbox.person.seen import SeenMessage, SeenView
from incident_core.ports.timers import Armed
from tests.slack.bot.house import speaks_of
from tests.slack.stories.conftest import Founding
from tests.slack.stories.town import DIGEST, WORKSPACE, Town
from tests.slack.stories.using import asked, fields, happened, kept, sent

SHORTCUT = "Provide incident update"
SELECT = "open_incident"


def opened(home: Town, title: str, options: str = "--declare --sev1") -> str:
    """An incident at which updates are asked for."""
    return home.opened(title, options=options)


def form(home: Town, by: str = "ann") -> SeenView:
    """The form that the shortcut opens."""
    return asked(home, lambda who: who.shortcut(SHORTCUT), by)


def offered(home: Town, typed: str = "", by: str = "ann") -> list[str]:
    """The incidents that the form offers for what is typed; the form is closed again."""
    person, found = home.slack.person(by), form(home, by)
    options = person.options(found, SELECT, typed)
    person.close(found)
    return options


def posts(home: Town, key: str) -> list[SeenMessage]:
    """The updates of this incident in the digest channel."""
    seen = home.slack.person("ann").sees(home.place(DIGEST).id)
    return [each for each in seen if home.shown(each).startswith((f"{key} · <#", f"DRILL {key} · <#"))]


def comms(home: Town, key: str) -> Armed:
    """The timer that reminds of the next update."""
    armed = home.database.timers.armed(WORKSPACE, home.actor(), key, 10)
    return next(each for each in armed if each.name == "comms")


def test_the_shortcut_asks_for_incident_message_impact_components_and_when_the_next_is_due(
    home: Town,
) -> None:
    key, _ = opened(home, "Checkout is slow"), opened(home, "Another one")
    asked_for = form(home)
    assert fields(asked_for) == {
        SELECT: False, "text": False, "impact": True, "components": True, "next_due": True,
    }  # fmt: skip
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2)
    said = sent(
        home,
        asked_for,
        open_incident=key,
        text="We have found it",
        impact="Orders take a minute",
        components="checkout,  payment gateway ,",
        next_due=due,
    )
    assert said == f"{key}: update u1 sent."
    (update,) = home.incident(key).updates
    assert (update.text, update.impact) == ("We have found it", "Orders take a minute")
    assert update.components == ("checkout", "payment gateway")
    assert update.next_due == due
    home.quiet()
    (post,) = posts(home, key)
    assert home.shown(post).splitlines() == [
        f"{key} · <#{home.room(key).name}> · update by <@ann>:",
        "> We have found it",
        "Impact:",
        "> Orders take a minute",
        "Components:",
        "> checkout, payment gateway",
        "The next update is due DATE.",
    ]
    assert home.lines(key)[-1].splitlines()[0] == "<@ann> sent an update:"


def test_only_open_incidents_show_up_in_the_list(home: Town) -> None:
    burning, resolved, closed = (opened(home, f"Listed {word}") for word in ("one", "two", "three"))
    for key in (resolved, closed):
        home.say(f"resolve {key}")
    home.close(closed)
    private = home.opened("Listed in private", by="ben", options="--declare --private")
    listed = offered(home)
    assert f"{burning} sev1 Listed one" in listed
    assert not [each for each in listed if each.split()[0] in (resolved, closed, private)]
    assert offered(home, "listed") == [f"{burning} sev1 Listed one"]
    assert offered(home, burning.lower()) == [f"{burning} sev1 Listed one"]
    assert [each.split()[0] for each in offered(home, "listed", by="ben")] == [private, burning]
    home.quiet()


def test_where_nothing_is_open_the_shortcut_says_so(new_town: Founding) -> None:
    with new_town() as home:
        window = form(home)
        assert fields(window) == {}
        assert home.shown(window) == (
            "Nothing is open that there could be news of. To open something: "
            "/incident open API answers slowly"
        )


def test_with_one_open_incident_the_shortcut_is_about_that_one(new_town: Founding) -> None:
    with new_town() as home:
        key = home.opened("The only one", options="--declare")
        assert sent(home, form(home), text="All is well again") == f"{key}: update u1 sent."
        home.quiet()


def test_the_button_is_about_the_incident_of_its_panel(home: Town) -> None:
    key, _ = opened(home, "Told from the panel"), opened(home, "The newest one")
    found = asked(home, lambda who: who.press(home.panel(key), "Send an update"))
    assert sent(home, found, text="We know what it is") == f"{key}: update u1 sent."
    home.quiet()
    (post,) = posts(home, key)
    assert home.shown(post).splitlines()[1] == "> We know what it is"


def test_an_update_without_words_is_not_sent(home: Town) -> None:
    key = opened(home, "Nothing to say")
    found = asked(home, lambda who: who.press(home.panel(key), "Send an update"))
    before = home.events()
    assert "text" in kept(home, found, text="  ")
    assert home.events() == before


def test_an_incident_that_is_resolved_while_the_form_is_open_takes_its_update_all_the_same(
    home: Town,
) -> None:
    key = opened(home, "Resolved meanwhile")
    found = asked(home, lambda who: who.press(home.panel(key), "Send an update"))
    home.say(f"resolve {key}", by="ben")
    assert sent(home, found, text="It is over") == f"{key}: update u1 sent."
    home.quiet()


def test_everyone_sees_updates_in_the_digest_channel_without_joining_the_incident(home: Town) -> None:
    key = opened(home, "For those outside")
    home.say(f"update {key} We are on it")
    home.quiet()
    cleo = home.slack.person("cleo")
    cleo.join(DIGEST)
    seen = [home.shown(each) for each in cleo.sees(home.place(DIGEST).id)]
    assert f"{key} · <#{home.room(key).name}> · update by <@ann>:\n> We are on it" in seen
    assert "cleo" not in home.members(key)
    (post,) = posts(home, key)
    assert post.thread_ts is not None, "it is below the line of its incident,"
    assert post.raw["subtype"] == "thread_broadcast", "and in the channel"


def test_updates_are_kept_in_the_timeline(home: Town) -> None:
    key = opened(home, "Kept")
    home.say(f"update {key} First news")
    home.say(f"update {key} Second news", by="ben")
    shown = home.say(f"timeline {key}").splitlines()
    assert shown[-2:] == [
        "5. DATE <@ann> sent update u1: First news",
        "6. DATE <@ben> sent update u2: Second news",
    ]
    assert "Second news" in home.program(f"timeline {key}").out


def test_an_update_resets_the_reminder(home: Town) -> None:
    key = opened(home, "Reminded of")
    before = comms(home, key)
    assert before.due_at == home.incident(key).stages[-1].at + timedelta(minutes=30)
    home.say(f"update {key} We are on it")
    (update,) = home.incident(key).updates
    after = comms(home, key)
    assert after.due_at == update.sent_at + timedelta(minutes=30)
    assert before.due_at < after.due_at


def test_the_reminder_keeps_to_the_time_that_was_promised(home: Town) -> None:
    key = opened(home, "Promised")
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=3)
    found = asked(home, lambda who: who.press(home.panel(key), "Send an update"))
    sent(home, found, text="More at noon", next_due=due)
    assert comms(home, key).due_at == due
    home.quiet()


def test_a_mistaken_update_is_corrected_and_edited_in_place(home: Town) -> None:
    key = opened(home, "Wrong at first")
    home.say(f"update {key} Checkout works")
    home.quiet()
    (post,) = posts(home, key)
    said = home.say(f"correct {key} u1 Checkout works for most", by="ben")
    assert said == f"{key}: update u1 is corrected; the timeline keeps the old one."
    home.quiet()
    (now,) = posts(home, key)
    assert now.ts == post.ts
    assert home.shown(now).splitlines()[1] == "> Checkout works for most"
    assert home.digest_of(key).splitlines()[1] == "Last update, DATE: Checkout works for most"
    assert home.lines(key)[-1] == "<@ben> corrected the update u1:\n> Checkout works for most"
    timeline = home.say(f"timeline {key}")
    assert "sent update u1: Checkout works\n" in timeline
    assert "Checkout works for most" in timeline


def test_what_is_not_corrected_of_an_update_stays(home: Town) -> None:
    key = opened(home, "Half wrong")
    found = asked(home, lambda who: who.press(home.panel(key), "Send an update"))
    sent(home, found, text="Checkout works", impact="None any more", components="checkout")
    home.say(f"correct {key} u1 Checkout works again")
    (update,) = home.incident(key).updates
    assert (update.text, update.impact, update.components) == (
        "Checkout works again", "None any more", ("checkout",),
    )  # fmt: skip
    home.quiet()


def test_correct_without_words_opens_a_form_with_the_old_ones(home: Town) -> None:
    key = opened(home, "Corrected in a form")
    home.say(f"update {key} Chekout works")
    home.quiet()
    found = asked(home, lambda who: who.command("/incident", f"correct {key} u1", home.general))
    (field,) = [each["element"] for each in found.blocks if each["type"] == "input"]
    assert field["initial_value"] == "Chekout works"
    said = sent(home, found, text="Checkout works")
    assert said == f"{key}: update u1 is corrected; the timeline keeps the old one."
    home.quiet()
    (post,) = posts(home, key)
    assert home.shown(post).splitlines()[1] == "> Checkout works"


def test_a_mistaken_update_is_retracted(home: Town) -> None:
    key = opened(home, "Sent by mistake")
    for text in ("We have found it", "It is over"):
        home.say(f"update {key} {text}")
    home.quiet()
    assert home.digest_of(key).splitlines()[1] == "Last update, DATE: It is over"
    home.say(f"retract {key} u2 it was the other incident")
    home.quiet()
    (post,) = posts(home, key)
    assert home.shown(post).splitlines()[1] == "> We have found it"
    assert home.digest_of(key).splitlines()[1] == "Last update, DATE: We have found it"
    assert home.lines(key)[-1] == "<@ann> retracted u2:\n> it was the other incident"
    assert happened(home, key)[-2:] == ["UpdateSent", "EntryRetracted"]
    assert "It is over" in home.say(f"timeline {key}"), "the timeline keeps what was said"


def test_an_update_that_was_retracted_is_not_corrected(home: Town) -> None:
    key = opened(home, "Gone")
    home.say(f"update {key} It is over")
    home.say(f"retract {key} u1 it is not")
    before = home.events()
    home.say(f"correct {key} u1 It is nearly over")
    home.say(f"correct {key} u7 It is nearly over")
    assert home.events() == before
    home.quiet()


def test_a_mistaken_title_is_corrected_everywhere(home: Town) -> None:
    key = opened(home, "Chekout is down")
    line, panel = home.digest_of(key), home.panel(key)
    assert home.say(f"title {key} Checkout is down") == f"{key} is called: Checkout is down"
    home.quiet()
    assert home.panel(key).ts == panel.ts
    assert home.shown(home.panel(key)).splitlines()[0] == f"{key} · Checkout is down"
    assert home.room(key).topic == f"{key} · sev1 · incident: investigating · Checkout is down"
    assert home.room(key).name == f"{key.lower()}-checkout-is-down"
    assert home.digest_of(key) == line.replace("Chekout", "Checkout").replace("chekout", "checkout")
    assert home.lines(key)[-1] == "<@ann> corrected the title:\n> Checkout is down"
    assert "Checkout is down" in home.say(f"timeline {key}").splitlines()[-1]


def test_updates_of_a_private_incident_stay_in_its_channel(home: Town) -> None:
    key = home.opened("Quiet matter", options="--private --declare")
    home.say(f"update {key} Nobody else hears of this")
    home.quiet()
    assert not [each for each in home.digest() if speaks_of(key, each) or "Nobody else" in each]
    assert home.lines(key)[-1] == "<@ann> sent an update:\n> Nobody else hears of this"
