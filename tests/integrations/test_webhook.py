"""One call of the webhook against a real receiver: what is sent, and what each answer means."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from time import monotonic
from typing import Any

import pytest
import trustme

from adapters.integrations.webhook import TOTAL, Webhook
from incident_core.ports.mirror import Call, Ended, Kind, Outcome
from incident_core.testing.memory_clock import NOON, FrozenClock
from incident_core.usecases.settling.settle import CALL
from tests.integrations.standin import Fate, How, StandIn, standing_in

SECRET = "a secret of ours"
CALLED = Call("k:1", Kind.SAY, "say:webhook:1", "webhook.post", {"schema": 1, "title": "é…"}, repeatable=True)
HERE = ("127.0.0.1",)


def webhook(url: str, **options: Any) -> Webhook:
    """One that may call this machine."""
    return Webhook(url, SECRET, "default", FrozenClock(), **{"allow_private": True, **options})


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with standing_in() as found:
        yield found


def after(stand_in: StandIn, *fates: Fate) -> Outcome:
    """What comes of one call."""
    stand_in.tell(*fates)
    return webhook(stand_in.url).perform(CALLED)


def test_the_document_is_sent_with_its_id_and_headers(stand_in: StandIn) -> None:
    assert after(stand_in) == Outcome(Ended.DONE)
    (request,) = stand_in.received
    assert request.body == '{"id":"k:1","schema":1,"title":"é…"}'.encode()
    assert request.path == "/hook?team=a"
    sent = {name: request.headers[name] for name in ("Content-Type", "User-Agent", "Idempotency-Key")}
    assert sent == {
        "Content-Type": "application/json",
        "User-Agent": "incident-core",
        "Idempotency-Key": "k:1",
    }
    assert request.headers["Incident-Timestamp"] == str(int(NOON.timestamp()))
    assert request.headers["Incident-Signature"].startswith("v1=")
    assert request.headers["Host"] == stand_in.url.split("/")[2]


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_what_is_accepted_is_done(stand_in: StandIn, status: int) -> None:
    assert after(stand_in, Fate(status)) == Outcome(Ended.DONE)


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (408, "408 Request Timeout"), (425, "425 Too Early"), (429, "429 Too Many Requests"),
        (500, "500 Internal Server Error"), (502, "502 Bad Gateway"), (503, "503 Service Unavailable"),
        (504, "504 Gateway Timeout"), (599, "599"),
    ],
)  # fmt: skip
def test_what_may_go_better_is_tried_again(stand_in: StandIn, status: int, says: str) -> None:
    assert after(stand_in, Fate(status)) == Outcome(Ended.LATER, error=f"127.0.0.1 answered {says}.")
    assert not stand_in.kept


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (400, "400 Bad Request"), (401, "401 Unauthorized"), (403, "403 Forbidden"), (404, "404 Not Found"),
        (410, "410 Gone"), (413, None), (422, None), (499, "499"),
    ],
)  # fmt: skip
def test_what_is_refused_is_not_tried_again(stand_in: StandIn, status: int, says: str | None) -> None:
    found = after(stand_in, Fate(status))
    assert found.ended is Ended.NEVER
    assert found.error is not None
    assert found.error.startswith(f"127.0.0.1 answered {says or status}")
    assert found.error.endswith(".")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(stand_in: StandIn, status: int) -> None:
    found = after(stand_in, Fate(status, (("Location", stand_in.url),)))
    assert found.ended is Ended.NEVER
    assert str(found.error).endswith("; redirects are not followed.")
    assert len(stand_in.received) == 1


@pytest.mark.parametrize(
    ("status", "text", "wait"),
    [
        (429, "7", 7.0),
        (503, " 120 ", 120.0),
        (429, "3600", 3600.0),
        (429, "3601", 3600.0),
        (429, "9" * 5000, 3600.0),
        (429, "Sun, 22 Nov 2026 12:00:30 GMT", 30.0),
        (503, "Sun, 22 Nov 2026 14:30:00 +0200", 1800.0),
        (429, "Mon, 23 Nov 2026 12:00:00 GMT", 3600.0),
        (429, "Sun, 22 Nov 2026 11:59:00 GMT", None),  # over: our own waits hold
        (429, "0", None),
        (429, "-5", None),
        (429, "٣", None),
        (429, "1.5", None),
        (429, "Sun, 99 Nov 2026", None),
        (429, "soon", None),
        (429, "", None),
        (500, "7", None),
    ],
)
def test_a_receiver_says_how_long_to_wait(
    stand_in: StandIn, status: int, text: str, wait: float | None
) -> None:
    header = text.encode().decode("latin-1")
    found = after(stand_in, Fate(status, (("Retry-After", header),)))
    assert (found.ended, found.wait) == (Ended.LATER, wait)


@pytest.mark.parametrize(
    ("how", "says"),
    [
        (How.DROP_BEFORE, "127.0.0.1 gave no answer (it hung up)."),
        (How.DROP_AFTER, "127.0.0.1 gave no answer (it hung up)."),
        (How.GARBAGE, "127.0.0.1 gave no answer (it does not speak HTTP)."),
        (How.HANG, "127.0.0.1 gave no answer (it takes too long)."),
        (How.DRIP, "127.0.0.1 gave no answer (it takes too long)."),
    ],
)
def test_without_an_answer_nobody_knows(stand_in: StandIn, how: How, says: str) -> None:
    stand_in.tell(Fate(how=how))
    before = monotonic()
    found = webhook(stand_in.url, seconds=0.5).perform(CALLED)
    assert found == Outcome(Ended.UNKNOWN, error=says)
    assert monotonic() - before < 3
    assert len(stand_in.received) == 1


def test_what_announces_an_answer_is_none(stand_in: StandIn) -> None:
    assert after(stand_in, Fate(103)).ended is Ended.UNKNOWN


def test_a_whole_call_is_shorter_than_the_engine_allows() -> None:
    assert timedelta(seconds=TOTAL) < CALL


def test_where_nobody_listens_nothing_was_sent() -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        found = webhook(f"http://127.0.0.1:{taken.getsockname()[1]}/").perform(CALLED)
    assert found == Outcome(Ended.LATER, error="127.0.0.1 cannot be reached (Connection refused).")


def test_the_next_address_is_tried_where_one_does_not_answer(stand_in: StandIn) -> None:
    """The first is refused at once: nothing listens there."""
    found = webhook(stand_in.url, resolve=lambda host, seconds: ("::1", "127.0.0.1")).perform(CALLED)
    assert found.ended is Ended.DONE


def test_a_host_that_cannot_be_looked_up_may_be_found_later() -> None:
    def unknown(host: str, seconds: float) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    found = webhook("https://h.example/", resolve=unknown).perform(CALLED)
    says = "h.example cannot be looked up (Temporary failure in name resolution)."
    assert found == Outcome(Ended.LATER, error=says)


def test_looking_up_has_no_more_time_than_the_whole_call() -> None:
    asked: list[float] = []

    def slow(host: str, seconds: float) -> Sequence[str]:
        asked.append(seconds)
        raise TimeoutError("looking it up takes too long")

    found = webhook("https://h.example/", resolve=slow, seconds=2.0).perform(CALLED)
    assert found.error == "h.example cannot be looked up (looking it up takes too long)."
    assert 0 < asked[0] <= 2.0


def test_an_address_that_is_not_public_is_not_called(stand_in: StandIn) -> None:
    found = webhook(stand_in.url, allow_private=False).perform(CALLED)
    says = "127.0.0.1 is at 127.0.0.1, which is not public: WEBHOOK_ALLOW_PRIVATE would allow it."
    assert found == Outcome(Ended.LATER, error=says)
    assert not stand_in.received


def test_a_name_that_stands_for_an_address_inside_is_not_called(stand_in: StandIn) -> None:
    url = stand_in.url.replace("127.0.0.1", "hooks.example")
    found = webhook(url, allow_private=False, resolve=lambda host, seconds: HERE).perform(CALLED)
    assert found.ended is Ended.LATER
    assert not stand_in.received


def test_a_name_is_looked_up_once_and_the_host_is_told(stand_in: StandIn) -> None:
    """Rebinding gains nothing: there is no second look-up that could answer differently."""
    asked: list[str] = []

    def once(host: str, seconds: float) -> Sequence[str]:
        asked.append(host)
        assert len(asked) == 1
        return HERE

    url = stand_in.url.replace("127.0.0.1", "hooks.example")
    assert webhook(url, resolve=once).perform(CALLED).ended is Ended.DONE
    assert asked == ["hooks.example"]
    assert stand_in.received[0].headers["Host"] == url.split("/")[2]


def test_proxies_of_the_environment_are_not_used(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert after(stand_in).ended is Ended.DONE


def test_what_no_json_can_hold_is_never_sent(stand_in: StandIn) -> None:
    bad = Call("k", Kind.SAY, "s", "m", {"n": 2**60}, repeatable=True)
    found = webhook(stand_in.url).perform(bad)
    assert found.ended is Ended.NEVER
    assert "too large" in str(found.error)
    assert not stand_in.received


def test_a_call_whose_end_is_unknown_may_be_made_again(stand_in: StandIn) -> None:
    assert webhook(stand_in.url).check(CALLED, NOON) == Outcome(Ended.LATER)


@pytest.mark.parametrize("url", ["", "ftp://h/", "https://", "https://ann@h/", "https://h:x/"])
def test_a_webhook_with_no_address_cannot_be_made(url: str) -> None:
    with pytest.raises(ValueError, match=r"address|Port"):
        webhook(url)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[StandIn]:
    """A stand-in with a certificate for hooks.example."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("hooks.example").configure_cert(context)
    with standing_in(context) as found:
        yield found


def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def test_the_certificate_has_to_be_for_the_host_of_the_url(secure: StandIn, authority: trustme.CA) -> None:
    """The connection goes to an address; the name that is checked is that of the URL."""

    def sent_to(host: str) -> Outcome:
        url = secure.url.replace("127.0.0.1", host)
        return webhook(url, resolve=lambda host, seconds: HERE, trust=lambda: trusting(authority)).perform(
            CALLED
        )

    assert sent_to("hooks.example") == Outcome(Ended.DONE)
    other = sent_to("other.example")
    assert other.ended is Ended.LATER
    assert str(other.error).startswith(
        "other.example cannot be reached (its certificate is not valid: Hostname"
    )
    assert len(secure.received) == 1


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(secure: StandIn) -> None:
    found = webhook(
        secure.url.replace("127.0.0.1", "hooks.example"), resolve=lambda host, seconds: HERE
    ).perform(CALLED)
    assert found.ended is Ended.LATER
    assert "its certificate is not valid" in str(found.error)
    assert not secure.received


def test_a_receiver_without_tls_is_not_spoken_to_in_the_clear(stand_in: StandIn) -> None:
    found = webhook(stand_in.url.replace("http:", "https:")).perform(CALLED)
    assert found.ended is Ended.LATER
    assert "TLS failed" in str(found.error)
    assert not stand_in.received


def test_a_receiver_that_never_shakes_hands_is_given_up() -> None:
    """It listens, and never says anything."""
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        port = silent.getsockname()[1]
        before = monotonic()
        found = webhook(f"https://127.0.0.1:{port}/", seconds=0.2).perform(CALLED)
    assert found == Outcome(Ended.LATER, error="127.0.0.1 cannot be reached (it takes too long).")
    assert monotonic() - before < 3
