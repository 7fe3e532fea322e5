"""Child processes: start them, restart the one that dies, stop them in order."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from trailpost.base import log
from trailpost.base.errors import StartupError

_log = log.get(__name__)

_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 10.0
# A child that lived this long was well: its next end counts as the first.
_STABLE = 10.0
# What a shell says of a command that it cannot run.
_CANNOT_START = 126


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """What runs, and how it is asked to stop."""

    name: str
    command: tuple[str, ...]
    pid_file: Path
    env: dict[str, str] | None = None
    fds: tuple[int, ...] = ()
    output: Path | None = None
    """Where it writes; None: where this process does."""
    before: Callable[[], None] | None = None
    """Called before every start."""
    stop_signal: int = signal.SIGTERM
    stop_seconds: float = 15.0


def pause_after(failures: int) -> float:
    """Seconds before a child that died `failures` times in a row is started again."""
    return float(min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (min(failures, 10) - 1)))


def exit_reason(status: int) -> str:
    """What `returncode` means, in words."""
    if status >= 0:
        return f"exit status {status}"
    with contextlib.suppress(ValueError):
        return f"killed by {signal.Signals(-status).name}"
    return f"killed by signal {-status}"


async def spawn(program: Program, *, stdout: int | None = None) -> asyncio.subprocess.Process:
    """Start it in a session of its own, so that Ctrl-C reaches the supervisor only."""
    if program.before:
        await asyncio.to_thread(program.before)
    with contextlib.ExitStack() as open_files:
        output = open_files.enter_context(program.output.open("ab")) if program.output else None
        process = await asyncio.create_subprocess_exec(
            *program.command,
            env=program.env,
            pass_fds=program.fds,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output if output else stdout,
            stderr=output,
            start_new_session=True,
        )
    _note_pid(program.pid_file, process.pid)
    return process


def _note_pid(path: Path, pid: int) -> None:
    """Whole or not at all: who reads it in between finds the one before."""
    part = path.with_suffix(".part")
    part.write_text(f"{pid}\n")
    part.replace(path)


async def end(program: Program, process: asyncio.subprocess.Process) -> None:
    """Ask it to stop; kill it when it takes longer than it may."""
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(program.stop_signal)
    try:
        await asyncio.wait_for(process.wait(), program.stop_seconds)
    except TimeoutError:
        _log.warning("killed, because it would not stop", name=program.name, pid=process.pid)
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    program.pid_file.unlink(missing_ok=True)


class Supervisor:
    """Keeps programs running. Until `settled`, one that ends is a failed start."""

    def __init__(self) -> None:
        self._programs: dict[str, Program] = {}
        self._spawned: dict[str, asyncio.Task[asyncio.subprocess.Process]] = {}
        self._keepers: dict[str, asyncio.Task[None]] = {}
        self._settled = False
        self.failed: asyncio.Future[Program] = asyncio.get_running_loop().create_future()

    async def start(self, program: Program) -> None:
        self._programs[program.name] = program
        self._spawned[program.name] = task = asyncio.create_task(spawn(program))
        try:
            await task
        except OSError as e:
            raise StartupError(f"cannot start {program.name}: {e}") from e
        self._keepers[program.name] = asyncio.create_task(self._keep(program))

    def settled(self) -> None:
        self._settled = True

    async def stop(self, names: Sequence[str]) -> None:
        """Stop these at the same time; those that never started are left out."""
        await asyncio.gather(*(self._stop(n) for n in names if n in self._programs))

    async def _stop(self, name: str) -> None:
        if name in self._keepers:
            self._keepers[name].cancel()
        # A start that is under way is waited for: nothing may be left behind.
        with contextlib.suppress(OSError):
            process = await self._spawned[name]
            await end(self._programs[name], process)
            # A start that fails is one line, and that is not this one.
            if self._settled:
                _log.info("stopped", name=name, reason=exit_reason(process.returncode or 0))

    async def _keep(self, program: Program) -> None:
        failures = 0
        while True:
            began = time.monotonic()
            status = await self._ended(program)
            # One that somebody killed did not fail: it is started again, whenever that was.
            if not self._settled and status >= 0:
                if not self.failed.done():
                    self.failed.set_result(program)
                return
            failures = 1 if time.monotonic() - began > _STABLE else failures + 1
            pause = pause_after(failures)
            reason = exit_reason(status)
            _log.warning("restarting", name=program.name, reason=reason, pause=pause)
            await asyncio.sleep(pause)
            self._spawned[program.name] = asyncio.create_task(spawn(program))

    async def _ended(self, program: Program) -> int:
        """Wait for the end, and return the exit status; negative is the signal that killed it."""
        try:
            # Shielded: `_stop` cancels the keeper, never the start of a process.
            process = await asyncio.shield(self._spawned[program.name])
        except OSError as e:
            _log.error("cannot start", name=program.name, reason=str(e))
            return _CANNOT_START
        return await process.wait()

    def failure(self, program: Program) -> StartupError | None:
        """Why the program did not start; None when it has said so itself."""
        status = self._spawned[program.name].result().returncode
        if program.output is None and status == 1:
            return None
        reason = exit_reason(status if status is not None else 0)
        said = _last_line(program.output) if program.output else ""
        return StartupError(f"{program.name} did not start ({reason}){said and ': '}{said}")


def _last_line(path: Path) -> str:
    """The last thing a server wrote, for the one line that says why it did not start."""
    with contextlib.suppress(OSError), path.open("rb") as file:
        file.seek(max(0, os.fstat(file.fileno()).st_size - 4096))
        lines = [line.strip() for line in file.read().decode(errors="replace").splitlines()]
        return next((line for line in reversed(lines) if line), "")
    return ""
