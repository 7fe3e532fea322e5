"""Whose request this is: the peer's address, or what a trusted proxy says of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from trailpost.base.errors import StartupError

Networks = tuple[IPv4Network | IPv6Network, ...]


@lru_cache(maxsize=16)
def networks(text: str) -> Networks:
    """Comma-separated addresses or networks. Raises StartupError naming the wrong one."""
    found = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        try:
            found.append(ip_network(part, strict=False))
        except ValueError as e:
            raise StartupError(
                f"setting TRAILPOST_TRUSTED_PROXIES is wrong: {part!r} is not a network"
            ) from e
    return tuple(found)


def client_ip(scope: Mapping[str, Any], trusted: Networks) -> str:
    """The nearest address that is no trusted proxy; empty on a unix socket.

    X-Forwarded-For is read from its end: what a client wrote itself stands before that.
    """
    address = _peer(scope)
    if not _is_trusted(address, trusted):
        return address
    for hop in reversed(_forwarded(scope)):
        address = hop
        if not _is_trusted(hop, trusted):
            break
    return address


def is_from_proxy(scope: Mapping[str, Any], trusted: Networks) -> bool:
    """Whether the headers are what a trusted proxy sent, and not the client itself."""
    return _is_trusted(_peer(scope), trusted)


def neighbourhood(address: str) -> str:
    """Whom to count together: one IPv4 address, or the 64 bits of IPv6 that one customer holds."""
    try:
        found = IPv6Address(address)
    except ValueError:
        return address
    return str(found.ipv4_mapped or IPv6Network((int(found) >> 64 << 64, 64)))


def _peer(scope: Mapping[str, Any]) -> str:
    peer = scope.get("client")
    address: str = peer[0] if peer else ""
    return address


def _forwarded(scope: Mapping[str, Any]) -> list[str]:
    lines = [v.decode("latin-1") for k, v in scope["headers"] if k == b"x-forwarded-for"]
    return [hop.strip() for hop in ",".join(lines).split(",") if hop.strip()][-20:]


def _is_trusted(address: str, trusted: Networks) -> bool:
    if not trusted:
        return False
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in trusted)
