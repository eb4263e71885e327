"""The settings of the webhook: what is refused, and that nothing secret of them is shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.integrations.posting import Receiver
from adapters.settings import BadSettings, Settings

SECRET = "sixteen letters!"
URL = "https://hooks.example.org/incidents?team=a"


def read(**environ: str) -> Settings:
    return Settings.read({"DATABASE_URL": "sqlite:///here.db", **environ}, Path("/nowhere"))


def faults(**environ: str) -> tuple[str, ...]:
    with pytest.raises(BadSettings) as caught:
        read(**environ)
    return caught.value.sentences


def shown(settings: Settings) -> dict[str, str]:
    return {line.name: line.value for line in settings.explain() if line.name.startswith("WEBHOOK_")}


def test_without_settings_there_is_no_webhook() -> None:
    settings = read()
    assert (settings.webhook_url, settings.webhook_secret) == ("", "")
    assert (settings.webhook_allow_private, settings.webhook_private) == (False, False)


def test_the_settings_are_read_and_what_is_secret_is_masked() -> None:
    settings = read(WEBHOOK_URL=URL, WEBHOOK_SECRET=f" {SECRET}\n", WEBHOOK_PRIVATE_TEXTS="yes")
    assert (settings.webhook_url, settings.webhook_secret) == (URL, SECRET)
    assert settings.webhook_private
    assert shown(settings) == {
        "WEBHOOK_URL": "https://hooks.example.org/***",
        "WEBHOOK_SECRET": "***",
        "WEBHOOK_ALLOW_PRIVATE": "false",
        "WEBHOOK_PRIVATE": "yes",
    }
    assert SECRET not in repr(settings)
    assert "incidents?" not in repr(settings)


def test_an_address_without_a_path_is_shown_whole() -> None:
    settings = read(WEBHOOK_URL="https://hooks.example.org:8443/", WEBHOOK_SECRET=SECRET)
    assert shown(settings)["WEBHOOK_URL"] == "https://hooks.example.org:8443"


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"WEBHOOK_URL": URL}, "WEBHOOK_URL is set, but WEBHOOK_SECRET is not: set it too."),
        (
            {"WEBHOOK_URL": URL, "WEBHOOK_SECRET": SECRET[:15]},
            "WEBHOOK_SECRET (environment) must have at least 16 characters, and no control characters.",
        ),
        (
            {"WEBHOOK_URL": URL, "WEBHOOK_SECRET": f"{SECRET}\udcff"},
            "WEBHOOK_SECRET (environment) must have at least 16 characters, and no control characters.",
        ),
        (
            {"WEBHOOK_URL": "HTTP://hooks.example.org/", "WEBHOOK_SECRET": SECRET},
            "WEBHOOK_URL (environment) must begin with https://, unless WEBHOOK_ALLOW_PRIVATE is true.",
        ),
        (
            {"WEBHOOK_URL": "https://ann:pw@hooks.example.org/", "WEBHOOK_SECRET": SECRET},
            "WEBHOOK_URL (environment) must hold no user and no password.",
        ),
    ],
)
def test_what_is_not_safe_is_refused_in_one_sentence(environ: dict[str, str], says: str) -> None:
    assert faults(**environ) == (says,)


@pytest.mark.parametrize(
    "url",
    [
        "hooks.example.org/x", "ftp://hooks.example.org/", "https://", "https:///x", "https://h:port/",
        "https://h:0/", "https://h:70000/", "https://a b/", "https://h/a b", "https://h/é", "https://é/",
        "https://a..b/", "https://h/#part", "https://[::1/", "https://h\\x/", "https://h/\tx", "https://.h/",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_and_not_quoted(url: str) -> None:
    assert faults(WEBHOOK_URL=url, WEBHOOK_SECRET=SECRET) == (
        "WEBHOOK_URL (environment) must be an address such as https://hooks.example.org/incidents.",
    )


@pytest.mark.parametrize(
    ("url", "receiver"),
    [
        ("https://Hooks.example.org", Receiver(True, "hooks.example.org", 443, "Hooks.example.org", "/")),
        ("http://h:8080/a%20b?c=d&e", Receiver(False, "h", 8080, "h:8080", "/a%20b?c=d&e")),
        ("http://[::1]:81/x", Receiver(False, "::1", 81, "[::1]:81", "/x")),
        ("http://10.0.0.1?x", Receiver(False, "10.0.0.1", 80, "10.0.0.1", "/?x")),
    ],
)
def test_every_address_that_is_accepted_can_be_sent_to(url: str, receiver: Receiver) -> None:
    settings = read(WEBHOOK_URL=url, WEBHOOK_SECRET=SECRET, WEBHOOK_ALLOW_PRIVATE="true")
    assert Receiver.of(settings.webhook_url) == receiver


@given(
    hidden=st.text("aZ9@:/?#%&=+[] {}'\"\\é\udcff", min_size=1).map(lambda text: f"KVQ{text}KVQ"),
    form=st.sampled_from(
        ["https://h.example/{}", "https://h.example/?t={}", "https://ann:{}@h/", "{}", "x:{}"]
    ),
)
def test_no_secret_of_an_address_is_ever_shown(hidden: str, form: str) -> None:
    environ = {"WEBHOOK_URL": form.format(hidden), "WEBHOOK_SECRET": hidden.ljust(16, "x")}
    try:
        settings = read(**environ)
    except BadSettings as fault:
        told = f"{fault} {fault!r}"
    else:
        told = f"{settings!r} {settings.explain()}"
    assert "KVQ" not in told
