import asyncio
import os
import signal
import sys
from pathlib import Path

import psutil
import pytest

from trailpost.base.errors import StartupError
from trailpost.base.settings import Settings
from trailpost.main import embedded, plan
from trailpost.main.supervise import Program, Supervisor, end, exit_reason, pause_after, spawn

SLEEP = (sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)")


def program(folder, name="child", command=SLEEP, **rest):
    return Program(
        name=name,
        command=command,
        pid_file=folder / f"{name}.pid",
        output=folder / f"{name}.log",
        **rest,
    )


async def until(check, seconds=20):
    async with asyncio.timeout(seconds):
        while not check():
            await asyncio.sleep(0.01)


def pid(folder, name="child"):
    path = folder / f"{name}.pid"
    return int(path.read_text() or 0) if path.exists() else 0


def test_pauses_grow_from_a_fifth_of_a_second_to_ten():
    assert [pause_after(n) for n in (1, 2, 3, 6, 7, 99)] == [0.2, 0.4, 0.8, 6.4, 10.0, 10.0]


def test_an_exit_is_told_in_words():
    assert exit_reason(3) == "exit status 3"
    assert exit_reason(-9) == "killed by SIGKILL"


def test_a_worker_may_take_its_jobs_time_to_stop():
    for grace in (0, 8, 600):
        settings = Settings(database_url="x", redis_url="y", job_grace_seconds=grace)
        made = plan.make(settings, Path("data"), 1)
        assert plan.role(made, "work").stop_seconds >= grace + 10
        assert plan.role(made, "write").stop_seconds == 15


def test_a_child_that_dies_is_started_again(tmp_path, run):
    async def main():
        supervisor = Supervisor()
        await supervisor.start(program(tmp_path))
        supervisor.settled()
        first = pid(tmp_path)
        os.kill(first, signal.SIGKILL)
        await until(lambda: pid(tmp_path) not in (0, first))
        second = pid(tmp_path)
        await supervisor.stop(["child", "never started"])
        return second

    assert not psutil.pid_exists(run(main()))
    assert not (tmp_path / "child.pid").exists()


def test_stopping_while_a_child_waits_to_be_started_again_leaves_nothing(tmp_path, run):
    async def main():
        supervisor = Supervisor()
        await supervisor.start(program(tmp_path, command=("false",)))
        supervisor.settled()
        await asyncio.sleep(0.3)
        await supervisor.stop(["child"])
        await asyncio.sleep(0.5)

    run(main())
    assert not (tmp_path / "child.pid").exists()


def test_a_child_that_ends_before_all_is_settled_is_a_failed_start_with_its_last_words(
    tmp_path, run
):
    async def main():
        supervisor = Supervisor()
        shell = ("sh", "-c", "echo first; echo no memory >&2; exit 3")
        await supervisor.start(program(tmp_path, command=shell))
        failed = await asyncio.wait_for(supervisor.failed, 20)
        return supervisor.failure(failed)

    assert str(run(main())) == "child did not start (exit status 3): no memory"


def test_a_child_that_is_killed_while_all_starts_is_no_failed_start(tmp_path, run):
    async def main():
        supervisor = Supervisor()
        await supervisor.start(program(tmp_path))
        first = pid(tmp_path)
        os.kill(first, signal.SIGKILL)
        await until(lambda: pid(tmp_path) not in (0, first))
        assert not supervisor.failed.done()
        await supervisor.stop(["child"])

    run(main())


def test_a_program_that_is_not_there_is_told(tmp_path, run):
    async def main():
        await Supervisor().start(program(tmp_path, command=(str(tmp_path / "none"),)))

    with pytest.raises(StartupError, match="cannot start child"):
        run(main())


def test_a_role_that_said_why_it_did_not_start_is_not_repeated(tmp_path, run):
    async def main():
        supervisor = Supervisor()
        silent = Program(name="web", command=("false",), pid_file=tmp_path / "web.pid")
        await supervisor.start(silent)
        return supervisor.failure(await asyncio.wait_for(supervisor.failed, 20))

    assert run(main()) is None


def test_a_child_that_will_not_stop_is_killed(tmp_path, run):
    async def main():
        stubborn = program(
            tmp_path,
            command=("sh", "-c", "trap '' TERM; echo up; sleep 60 & wait; sleep 60"),
            stop_seconds=0.2,
        )
        process = await spawn(stubborn)
        await until(lambda: "up" in stubborn.output.read_text())
        await end(stubborn, process)
        return process.returncode

    assert run(main()) == -signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a death signal")
def test_a_leashed_child_ends_with_the_one_that_started_it(tmp_path):
    command = embedded.leashed(SLEEP, signal.SIGTERM)
    starter = (
        "import subprocess, sys, time\n"
        f"p = subprocess.Popen({command!r}, stdout=subprocess.PIPE)\n"
        "p.stdout.readline(); print(p.pid, flush=True); time.sleep(60)"
    )

    async def main():
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", starter, stdout=asyncio.subprocess.PIPE
        )
        child = int(await process.stdout.readline())
        assert psutil.pid_exists(child)
        process.kill()
        await process.wait()
        await until(lambda: not psutil.pid_exists(child) or gone(child))

    asyncio.run(main())


def gone(child):
    """Ended, and perhaps not yet reaped by whoever inherited it."""
    try:
        return psutil.Process(child).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_launch_runs_without_this_package():
    text = Path(embedded.__file__).with_name("launch.py").read_text()
    assert "trailpost" not in text
