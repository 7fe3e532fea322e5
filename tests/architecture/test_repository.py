"""What may not stand in any file of the repository."""

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOSTS = re.compile(r"pypi" + r"\.org|npmjs" + r"\.org|python" + r"hosted|registry\." + r"npm", re.I)
MACHINE = re.compile(r"/(?:" + "work|home|root" + r")/[a-z]")


def tracked():
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def lines():
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for n, line in enumerate(text.splitlines(), 1):
            yield f"{path.relative_to(ROOT)}:{n}", line


def test_no_file_names_a_registry_or_a_path_of_one_machine():
    assert [where for where, line in lines() if HOSTS.search(line) or MACHINE.search(line)] == []


def test_the_npm_lock_names_no_host_and_pins_every_package():
    lock = json.loads((ROOT / "web" / "package-lock.json").read_text())
    for name, package in lock["packages"].items():
        assert "resolved" not in package, name
        assert not name or "integrity" in package, name


def test_python_locks_pin_hashes():
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        pins = re.findall(r"(?m)^[a-zA-Z0-9_.\[\]-]+==", text)
        assert len(pins) > 20
        assert text.count("--hash=sha256:") >= len(pins)
