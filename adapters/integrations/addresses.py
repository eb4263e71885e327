"""Which addresses may be called: public ones, and others only where the deployment allows it.

A host is looked up once, and the very address that was judged is the one to connect to: a name that answers
differently the second time (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from queue import Empty, SimpleQueue
from threading import Thread

Resolve = Callable[[str, float], Sequence[str]]
"""The addresses of a host, the preferred ones first, within so many seconds; raises OSError."""

_HANDED_OUT = IPv6Network("2000::/3")
_TRANSLATED = IPv6Network("64:ff9b::/96")
# Names of reserved networks differ between releases of the standard library; these are left out of some.
_NOT_PUBLIC = tuple(map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20")))


class NotPublic(Exception):
    """Nothing but addresses that may not be called; the message is a sentence."""


def permitted(host: str, found: Sequence[str], *, allow_private: bool) -> tuple[str, ...]:
    """Those of the addresses found that may be called; raises NotPublic where there are none."""
    chosen = tuple(each for each in found if allow_private or is_public(each))
    if not found:
        raise NotPublic(f"{host} has no address.")
    if not chosen:
        raise NotPublic(
            f"{host} is at {found[0]}, which is not public: WEBHOOK_ALLOW_PRIVATE would allow it."
        )
    return chosen


def is_public(address: str) -> bool:
    """Whether everybody's network knows it: IPv4 or IPv6, also one inside the other."""
    ip = ip_address(address)
    inner = None if isinstance(ip, IPv4Address) else _inner(ip)
    if inner is not None:
        return is_public(str(inner))
    if isinstance(ip, IPv6Address) and ip not in _HANDED_OUT:
        return False
    if ip.is_multicast or ip.is_reserved or not ip.is_global:
        return False
    return not any(ip in network for network in _NOT_PUBLIC)


def _inner(ip: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that is reached through this one: mapped, translated (NAT64), 6to4 or Teredo."""
    if ip in _TRANSLATED:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)


def resolved(
    host: str, seconds: float, look_up: Callable[[str], Sequence[str]] | None = None
) -> Sequence[str]:
    """Resolve: asks the operating system.

    That cannot be told when to give up, so it is asked in a thread, which ends by itself some time later.
    """
    answers: SimpleQueue[Sequence[str] | OSError] = SimpleQueue()
    asking = Thread(target=lambda: answers.put(_answer(look_up or _look_up, host)), daemon=True)
    asking.start()
    try:
        answer = answers.get(timeout=seconds)
    except Empty:
        raise TimeoutError("looking it up takes too long") from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def _answer(look_up: Callable[[str], Sequence[str]], host: str) -> Sequence[str] | OSError:
    try:
        return look_up(host)
    except OSError as fault:
        return fault
    except UnicodeError:
        return OSError("it is no name of a host")


def _look_up(host: str) -> Sequence[str]:
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))
