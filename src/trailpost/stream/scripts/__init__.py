"""The Lua that Redis runs for us: each script is one atomic step, loaded by its name."""

from __future__ import annotations

import hashlib
from importlib import resources
from typing import Any

from redis.exceptions import NoScriptError

from trailpost.stream.connect import Client


class Script:
    """One .lua file beside this module. Safe to call again: it is loaded when Redis lost it."""

    def __init__(self, name: str) -> None:
        self.source = resources.files(__package__).joinpath(f"{name}.lua").read_text("utf-8")
        self.sha = hashlib.sha1(self.source.encode(), usedforsecurity=False).hexdigest()

    async def __call__(self, redis: Client, keys: list[str], args: list[str | int | bytes]) -> Any:
        try:
            return await redis.execute_command("EVALSHA", self.sha, len(keys), *keys, *args)
        except NoScriptError:
            # EVAL loads it as it runs, on the very node that did not know it.
            return await redis.execute_command("EVAL", self.source, len(keys), *keys, *args)


PUBLISH = Script("publish")
OPEN = Script("open")
ACKNOWLEDGE = Script("acknowledge")
