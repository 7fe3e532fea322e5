"""The web server's listening socket, claimed before anything else starts."""

from __future__ import annotations

import errno
import socket

from trailpost.base.errors import StartupError

_BACKLOG = 2048


def listen(host: str, port: int) -> socket.socket:
    """Listens at once: only that refuses a second program on the same port."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as e:
        raise StartupError(f"unknown address {host}: choose another with --host") from e
    listening = socket.socket(family, kind)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_BACKLOG)
    except OSError as e:
        listening.close()
        raise StartupError(_why(e, host, port)) from e
    listening.setblocking(False)
    return listening


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {port} on {host} is taken: stop what uses it, or choose another with --port "
            "(0 takes a free one)"
        )
    if error.errno == errno.EACCES:
        return (
            f"port {port} needs more rights than this user has: choose one above 1023 with --port"
        )
    reason = (error.strerror or str(error)).lower()
    return f"cannot listen on {host}, port {port} ({reason}): choose another with --host"


def address_of(listening: socket.socket) -> str:
    """http://host:port for this machine; a wildcard address is reached by loopback."""
    host, port = listening.getsockname()[:2]
    if host in ("0.0.0.0", "::"):
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
