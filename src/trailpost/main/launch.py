"""Become another program: tied to the life of its parent and, for PostgreSQL, not as root.

Run by path in a bare interpreter, as `launch.py USER SIGNAL COMMAND...`, so it imports nothing of
this package. USER is `-` (stay), `namespace:UID` or `UID:GID`; SIGNAL is `-` or the number that
the program gets when its parent dies (Linux only; elsewhere the next start ends what is left).
"""

from __future__ import annotations

import ctypes
import os
import sys

_CLONE_NEWUSER = 0x10000000
_PR_SET_PDEATHSIG = 1


def main(user: str, death_signal: str, *command: str) -> None:
    parent = os.getppid()
    # In this order: a change of credentials clears the death signal.
    if user != "-":
        _become(user)
    if death_signal != "-" and sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:
            raise SystemExit(1)  # it died before we could follow it
    # A full path: searching would import a library that the new user may not be able to read.
    os.execv(command[0], command)


def _become(user: str) -> None:
    first, _, second = user.partition(":")
    if first == "namespace":
        _enter_namespace(int(second))
        return
    os.setgroups([])
    os.setgid(int(second))
    os.setuid(int(first))


def _enter_namespace(uid: int) -> None:
    """Root outside is `uid` inside: the files stay root's and no folder's mode changes."""
    root = os.geteuid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWUSER):
        raise SystemExit(f"no user namespace: {os.strerror(ctypes.get_errno())}")
    with open("/proc/self/uid_map", "w") as out:
        out.write(f"{uid} {root} 1")


if __name__ == "__main__":
    main(*sys.argv[1:])
