"""Socket Mode: envelopes, acknowledgements, redelivery, and connections that come and go."""

from __future__ import annotations

import contextlib

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from adapters.sandbox import Sandbox
from adapters.sandbox.delivery.parcels import Parcel, Sort
from tests.sandbox.bots import SOON, Bot, manifest, new_bot
from tests.sandbox.lines import Line, address, line, lines
from tests.servers.watchdog import wait_until


@pytest.fixture
def bot(sandbox: Sandbox) -> Bot:
    return new_bot(sandbox, events=("reaction_added",))


def event(bot: Bot) -> Parcel:
    """Something happens of which the app is told; the parcel that tells it."""
    ann = bot.person()
    ann.react(ann.post("general", "Look"), "fire")
    return next(one for one in reversed(bot.sandbox.desk.post.parcels) if one.sort is Sort.EVENT)


def test_a_socket_is_greeted_with_the_number_of_connections_and_the_time_it_has(bot: Bot) -> None:
    with lines(bot, 2) as two:
        first, second = two[0].first, two[1].first
    assert (first["type"], first["num_connections"], second["num_connections"]) == ("hello", 1, 2)
    assert first["connection_info"] == {"app_id": bot.app.id}
    assert first["debug_info"]["approximate_connection_time"] == 18_060


def test_the_address_of_a_socket_is_good_once(bot: Bot) -> None:
    once = address(bot)
    with connect(once) as socket:
        Line(socket)
        with pytest.raises(Exception, match=r"403|4001|link_expired"):
            connect(once).recv(SOON)


def test_each_envelope_goes_to_one_of_the_connections(bot: Bot) -> None:
    with lines(bot, 3) as three:
        sent = [bot.person().command("/incident", str(number), "general", wait=False) for number in range(6)]
        got = [one.next()["envelope_id"] for one in three for _ in range(2)]
    assert sorted(got) == sorted(one.id for one in sent)


def test_the_eleventh_connection_is_told_that_there_are_too_many(bot: Bot) -> None:
    with lines(bot, 10) as ten:
        assert ten[9].first["num_connections"] == 10
        with connect(address(bot)) as socket:
            eleventh = Line(socket)
            assert (eleventh.first["type"], eleventh.first["reason"]) == ("disconnect", "too_many_websockets")
            assert eleventh.ended()
        assert len(bot.sandbox.desk.post.sockets.of(bot.app.id)) == 10


def test_an_interaction_takes_a_payload_with_its_acknowledgement_and_an_event_does_not(bot: Bot) -> None:
    with line(bot) as one:
        event(bot)
        told = one.next()
        bot.person().command("/incident", "", "general", wait=False)
        asked = one.next()
    assert (told["type"], told["accepts_response_payload"]) == ("events_api", False)
    assert (told["retry_attempt"], told["retry_reason"]) == (0, "")
    assert (asked["type"], asked["accepts_response_payload"]) == ("slash_commands", True)
    assert "retry_attempt" not in asked


def test_an_event_that_is_not_acknowledged_comes_again_at_once_after_one_minute_and_after_five(
    bot: Bot,
) -> None:
    clock = bot.sandbox.world.clock
    with line(bot) as one, clock.stopped():
        parcel = event(bot)
        seen = [one.next()]
        for wait in (0, 60, 300):
            clock.move(3)
            clock.move(wait)
            seen.append(one.next())
        assert not parcel.settled
        clock.move(3)
    assert [(each["retry_attempt"], each["retry_reason"]) for each in seen] == [
        (0, ""),
        (1, "timeout"),
        (2, "timeout"),
        (3, "timeout"),
    ]
    assert len({each["payload"]["event_id"] for each in seen}) == 1
    assert parcel.failure == "timeout"


def test_an_event_that_is_acknowledged_does_not_come_again(bot: Bot) -> None:
    clock = bot.sandbox.world.clock
    with line(bot) as one, clock.stopped():
        parcel = event(bot)
        one.ack(one.next())
        assert parcel.wait(SOON)
        clock.move(1000)
    assert [attempt.failure for attempt in parcel.attempts] == [None]


def test_a_command_that_is_not_acknowledged_is_not_sent_again_and_its_sender_is_told(bot: Bot) -> None:
    ann, clock = bot.person(), bot.sandbox.world.clock
    with line(bot) as one, clock.stopped():
        sent = ann.command("/incident", "list", "general", wait=False)
        late = one.next()
        clock.move(2.9)
        assert ann.notices == []
        clock.move(0.2)
        came = ann.outcome(sent)
        one.ack(late, {"text": "Too late"})
        clock.move(1000)
        after = event(bot)
        assert one.next()["type"] == "events_api"
        assert not after.settled
    assert (came.acked, came.failure, came.notice) == (False, "timeout", "operation_timeout")
    assert [(one.code, one.place) for one in ann.notices] == [("operation_timeout", bot.general)]
    assert "didn't respond" in ann.notices[0].text
    assert "Too late" not in [message.text for message in ann.sees("general")]


def test_without_a_connection_a_command_fails_at_once(bot: Bot) -> None:
    came = bot.person().command("/incident", "list", "general")
    assert (came.failure, came.notice) == ("no_connection", "dispatch_failed")


def test_what_a_lost_socket_did_not_acknowledge_comes_again_elsewhere_if_it_is_an_event(bot: Bot) -> None:
    sockets = bot.sandbox.desk.post.sockets
    with line(bot) as other, contextlib.suppress(ConnectionClosed):
        with connect(address(bot)) as socket:
            lost = Line(socket)
            command = bot.person().command("/incident", "", "general", wait=False)
            parcel = event(bot)
            while lost.next()["type"] != "events_api":
                parcel = event(bot)
            first = sockets.of(bot.app.id)[0]
            [gone] = [one for one in sockets.of(bot.app.id) if one is not first]
        bot.until(lambda: len(parcel.attempts) == 2)
        frames = [other.next()]
        while frames[-1].get("retry_attempt") != 1:
            frames.append(other.next())
        assert frames[-1]["retry_reason"] == "connection_lost"
        assert frames[-1]["payload"] == parcel.payload
        assert [attempt.over for attempt in parcel.attempts] == [gone.id, first.id]
        assert bot.person().outcome(command, wait=False).failure is None


def test_a_socket_that_drops_is_gone_without_a_word(bot: Bot) -> None:
    with line(bot) as one:
        assert bot.sandbox.desk.post.sockets.drop(bot.app.id) == 1
        assert not one.ended()


@pytest.mark.parametrize(("more", "life"), [("", 18_060), ("&debug_reconnects=true", 360)])
def test_a_socket_is_warned_ten_seconds_before_its_time_is_up(bot: Bot, more: str, life: int) -> None:
    clock = bot.sandbox.world.clock
    with clock.stopped(), line(bot, more) as one:
        assert one.first["debug_info"]["approximate_connection_time"] == life
        clock.move(life - 10)
        warned = one.next()
        assert (warned["type"], warned["reason"]) == ("disconnect", "warning")
        assert bot.person().command("/incident", "", "general").failure == "no_connection"
        clock.move(10)
        assert one.next()["reason"] == "refresh_requested"
        assert one.ended()


@pytest.mark.parametrize("reason", ["refresh_requested", "link_disabled"])
def test_a_socket_is_told_why_it_is_ended(bot: Bot, reason: str) -> None:
    with line(bot) as one:
        assert bot.sandbox.desk.post.sockets.disconnect_all(bot.app.id, reason) == 1
        assert one.next()["reason"] == reason
        assert one.ended()


def test_frames_that_acknowledge_nothing_are_kept_and_harm_nobody(bot: Bot) -> None:
    with line(bot) as one:
        for junk in ("no JSON", "[1]", '{"envelope_id": 7}', '{"envelope_id": "unknown"}', "null"):
            one.socket.send(junk)
        sent = bot.person().command("/incident", "", "general", wait=False)
        one.ack(one.next())
        assert bot.person().outcome(sent).acked


def test_a_client_that_pings_is_answered(bot: Bot) -> None:
    with line(bot) as one:
        assert one.socket.ping("are you there").wait(SOON)


def test_slack_sdk_connects_again_whenever_it_is_asked_to(bot: Bot) -> None:
    """What goes out while the client changes over is lost with its old socket: people try again."""
    ann = bot.person()

    def answered() -> bool:
        sent = ann.command("/incident", "", "general", wait=False)
        return wait_until(lambda: ann.outcome(sent, wait=False).acked, 0.5)

    bolt, sockets = bot.bolt(), bot.sandbox.desk.post.sockets
    bolt.command("/incident")(lambda ack: ack())

    with bot.connected(bolt):
        for end in ("refresh_requested", "warning", "link_disabled"):
            assert sockets.disconnect_all(bot.app.id, end) >= 1
            bot.until(answered)


def test_a_ghost_counts_and_swallows_its_share_until_slack_notices(bot: Bot) -> None:
    clock, ann, sockets = bot.sandbox.world.clock, bot.person(), bot.sandbox.desk.post.sockets
    with clock.stopped(), connect(address(bot)) as gone:
        dead = Line(gone)
        assert sockets.drop(bot.app.id, ghosts=True) == 1
        assert not dead.ended()
        with connect(address(bot)) as socket:
            one = Line(socket)
            assert one.first["num_connections"] == 2
            sent = [ann.command("/incident", str(number), "general", wait=False) for number in range(4)]
            for _ in range(2):
                one.ack(one.next())
            bot.until(lambda: sum(ann.outcome(each, wait=False).acked for each in sent) == 2)
            clock.move(3)
            assert sum(ann.outcome(each).acked for each in sent) == 2
            clock.move(18_000)
            assert len(sockets.of(bot.app.id)) == 1


def test_a_ghost_that_slack_is_told_of_swallows_nothing_more_and_is_forgotten_once(bot: Bot) -> None:
    clock, sockets = bot.sandbox.world.clock, bot.sandbox.desk.post.sockets
    with clock.stopped(), connect(address(bot)), line(bot) as one:
        assert sockets.drop(bot.app.id, ghosts=True) == 2
        assert not one.ended()
        assert bot.sandbox.control.bury(bot.app.id) == 2
        assert bot.sandbox.control.bury(bot.app.id) == 0
        assert sockets.of(bot.app.id) == []
        clock.move(18_000)
        with line(bot) as other:
            assert other.first["num_connections"] == 1


def test_an_app_that_leaves_socket_mode_is_told_so_on_its_sockets(bot: Bot) -> None:
    with line(bot) as one:
        bot.sandbox.control.change_app(bot.app.id, manifest())
        assert len(bot.sandbox.desk.post.sockets.of(bot.app.id)) == 1
        bot.sandbox.control.change_app(bot.app.id, manifest("http://127.0.0.1:9/slack"))
        assert one.next()["reason"] == "link_disabled"
        assert one.ended()
