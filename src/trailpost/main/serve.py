"""`trailpost serve`: everything on one machine, as children of one small process."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import click
import msgspec

from trailpost.base import log
from trailpost.base.errors import StartupError
from trailpost.base.settings import Settings
from trailpost.main import bundles, embedded, folder, plan, running
from trailpost.main.listen import address_of, listen
from trailpost.main.plan import Plan
from trailpost.main.running import Prepared, Running
from trailpost.main.supervise import Supervisor, end, spawn

_log = log.get(__name__)

_READY_WITHIN = 60.0


class Told(StartupError):
    """A child could not start, and has said why itself."""


def serve(settings: Settings) -> None:
    """Runs until SIGTERM or SIGINT. Raises StartupError when it cannot start."""
    began = time.monotonic()
    data = Path(settings.data).absolute()
    folder.prepare(data)
    data = data.resolve()
    with folder.locked(data):
        bundles.check()
        # An orphaned web server still has the port.
        folder.end_orphans(data)
        with listen(settings.host, settings.port) as listening:
            made = plan.make(settings, data, listening.getsockname()[1])
            asyncio.run(_run(made, listening, began))


async def _run(made: Plan, listening: socket.socket, began: float) -> None:
    supervisor = Supervisor()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        if await _unless_stopped(stop, supervisor, _start(made, supervisor, listening)):
            _log.info("ready", seconds=round(time.monotonic() - began, 2))
            await stop.wait()
            _log.info("stopping")
    finally:
        for names in made.stop_order:
            await supervisor.stop(names)


async def _unless_stopped(
    stop: asyncio.Event, supervisor: Supervisor, starting: Coroutine[Any, Any, None]
) -> bool:
    """True when all has started; False when it was told to stop meanwhile."""
    task = asyncio.create_task(starting)
    stopped = asyncio.create_task(stop.wait())
    try:
        first: list[asyncio.Future[Any]] = [task, stopped, supervisor.failed]
        await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
        # Ctrl-C reaches initdb as well: that it failed is nothing to tell then.
        if stop.is_set():
            return False
        if supervisor.failed.done():
            raise supervisor.failure(supervisor.failed.result()) or Told()
        task.result()
        return True
    finally:
        for pending in (task, stopped):
            pending.cancel()
        await asyncio.gather(task, stopped, return_exceptions=True)


async def _start(made: Plan, supervisor: Supervisor, listening: socket.socket) -> None:
    # Its libraries load while the servers start: together they take as long.
    preparing = asyncio.create_task(_prepare(made))
    try:
        await _start_servers(made, supervisor)
        prepared = await preparing
    finally:
        preparing.cancel()
        await asyncio.gather(preparing, return_exceptions=True)
    known = _remember(made, prepared, address_of(listening))
    for program in (*plan.webs(made, listening.fileno()), plan.role(made, "write")):
        await supervisor.start(program)
    await _answers(listening)
    supervisor.settled()
    # Nobody waits for the jobs: the other roles may have the processors until they are up.
    await supervisor.start(plan.role(made, "work"))
    _announce(made, known, first=prepared.admin_password is not None)


async def _start_servers(made: Plan, supervisor: Supervisor) -> None:
    if made.redis:
        await supervisor.start(plan.redis_program(made, made.redis))
    if made.postgres:
        await asyncio.to_thread(embedded.init_postgres, made.postgres)
        await supervisor.start(plan.postgres_program(made, made.postgres))


async def _prepare(made: Plan) -> Prepared:
    program = plan.role(made, "prepare", *(f"--embedded={name}" for name in made.embedded))
    process = await spawn(program, stdout=asyncio.subprocess.PIPE)
    try:
        said, _ = await process.communicate()
    finally:
        await end(program, process)
    if process.returncode:
        raise Told()
    return msgspec.json.decode(said, type=Prepared)


def _remember(made: Plan, prepared: Prepared, address: str) -> Running:
    """Write trailpost.json. A first password that nobody has changed yet stays in it."""
    before = running.read(made.data)
    password = prepared.admin_password or (before.admin_password if before else None)
    known = Running(
        url=made.settings.url or address,
        database_url=made.settings.database_url,
        redis_url=made.settings.redis_url,
        ingest_key=prepared.ingest_key,
        admin_email=prepared.admin_email,
        admin_password=password,
    )
    running.write(made.data, known)
    return known


async def _answers(listening: socket.socket) -> None:
    """Wait until the web server says that every part of it is ready."""
    deadline = time.monotonic() + _READY_WITHIN
    said = "no answer"
    while time.monotonic() < deadline:
        status, said = await _get_ready(listening)
        if status == 200:
            return
        await asyncio.sleep(0.05)
    raise StartupError(f"the web server did not become ready in {_READY_WITHIN:.0f} s: {said}")


async def _get_ready(listening: socket.socket) -> tuple[int, str]:
    """Status and body of GET /readyz. By hand: a client library would stay in memory for this."""
    host, port = listening.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    with contextlib.suppress(OSError, TimeoutError, ValueError, IndexError):
        async with asyncio.timeout(5):
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(b"GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
            answer = (await reader.read()).decode(errors="replace")
            writer.close()
        head, _, body = answer.partition("\r\n\r\n")
        return int(head.split()[1]), body.strip()
    return 0, "no answer"


def _announce(made: Plan, known: Running, *, first: bool) -> None:
    click.echo(f"\nTrailpost is ready: {known.url}\n")
    click.echo(f"  dashboard   {known.url}/admin")
    click.echo(f"  e-mail      {known.admin_email}")
    if first:
        click.echo(f"  password    {known.admin_password}   (shown only now)")
    elif known.admin_password:
        click.echo("  password    still the first one; it is in the file below")
    click.echo(f"  ingest key  {known.ingest_key}")
    click.echo(f"  all of it   {running.path_of(made.data)}\n")
