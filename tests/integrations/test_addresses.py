"""Only public addresses are called, and the one that was judged is the one that is called."""

from __future__ import annotations

import socket
from threading import Event

import pytest

from adapters.integrations.addresses import NotPublic, is_public, permitted, resolved

PRIVATE = [
    "127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "239.255.255.250", "240.0.0.1",
    "255.255.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.51.100.7",
    "203.0.113.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "fec0::1",
    "ff02::1", "100::1", "2001:db8::1", "3fff::1", "4000::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1",
    "2002:7f00:1::1", "2002:a9fe:a9fe::1", "2001:0:4136:e378:8000:63bf:f5ff:fffe",
]  # fmt: skip
PUBLIC = [
    "1.1.1.1", "93.184.216.34", "172.32.0.1", "192.169.0.1", "11.0.0.1", "2606:4700:4700::1111",
    "2a00:1450:4001::1", "::ffff:1.1.1.1", "64:ff9b::101:101", "2002:101:101::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not_everybodys_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_everybodys_is_public(address: str) -> None:
    assert is_public(address)


def test_of_several_addresses_the_public_ones_are_left_in_their_order() -> None:
    found = ("127.0.0.1", "2606:4700:4700::1111", "10.0.0.1", "1.1.1.1")
    assert permitted("h.example", found, allow_private=False) == ("2606:4700:4700::1111", "1.1.1.1")
    assert permitted("h.example", found, allow_private=True) == found


def test_a_host_with_no_public_address_is_refused_in_one_sentence() -> None:
    with pytest.raises(NotPublic) as caught:
        permitted("h.example", ("10.0.0.1", "::1"), allow_private=False)
    assert str(caught.value) == (
        "h.example is at 10.0.0.1, which is not public: WEBHOOK_ALLOW_PRIVATE would allow it."
    )
    with pytest.raises(NotPublic, match=r"h\.example has no address\."):
        permitted("h.example", (), allow_private=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "0x7f.1", "2130706433", "localhost"])
def test_no_way_to_write_this_machine_hides_it(host: str) -> None:
    """However it is written, it is judged by the address that it becomes."""
    with pytest.raises(NotPublic):
        permitted(host, resolved(host, 5), allow_private=False)


def test_looking_up_gives_each_address_once() -> None:
    assert resolved("127.0.0.1", 5) == ("127.0.0.1",)


def test_a_look_up_that_takes_too_long_is_given_up() -> None:
    over = Event()

    def slow(host: str) -> tuple[str, ...]:
        over.wait(10)
        return ("1.1.1.1",)

    try:
        with pytest.raises(TimeoutError, match="takes too long"):
            resolved("h.example", 0.05, slow)
    finally:
        over.set()


def test_a_look_up_that_fails_says_why() -> None:
    def unknown(host: str) -> tuple[str, ...]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.raises(OSError, match="Name or service not known"):
        resolved("h.example", 5, unknown)


@pytest.mark.parametrize("host", ["a..b", f"{'x' * 64}.example"])
def test_what_is_no_name_at_all_is_a_fault_like_any_other(host: str) -> None:
    with pytest.raises(OSError, match=r"no name of a host|not known"):
        resolved(host, 5)
