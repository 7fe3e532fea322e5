"""A worker process to be killed: `python -m tests.jobs.worker`, settings from the environment.

DIE_AT names the place where it kills itself: a fault point of the engine, or step:NAME.
"""

import os
import signal

import uvloop

from tests.jobs import samples
from trailpost import db, jobs
from trailpost.base import settings as configuration
from trailpost.jobs.run import Run
from trailpost.main import stopping

DIE_AT = os.environ.get("DIE_AT", "")


def at(place):
    if place == DIE_AT:
        os.kill(os.getpid(), signal.SIGKILL)


def dying_in_steps(step):
    async def entered(self, name):
        await step(self, name)
        at(f"step:{name}")

    return entered


async def main():
    settings = configuration.load()
    stop = stopping.stop_event(settings.job_grace_seconds + 8)
    async with db.open_pool(settings.database_url, size=10) as pool:
        await jobs.Engine(samples.JOBS, settings, pool, at=at).run(stop)


if __name__ == "__main__":
    # The job's own code dies here, not the engine's.
    Run.step = dying_in_steps(Run.step)
    uvloop.run(main())
