"""The tracker's own tests and its types, run by the Node of the wheel."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def hatch_build(command):
    return subprocess.run(
        [sys.executable, "hatch_build.py", command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_the_unit_tests_of_the_tracker_pass():
    ran = hatch_build("test")
    assert ran.returncode == 0, ran.stdout
    assert "fail 0" in ran.stdout
    assert "tests 0" not in ran.stdout


@pytest.mark.xdist_group("npm")
def test_the_types_of_the_web_part_are_sound():
    ran = hatch_build("check")
    assert ran.returncode == 0, ran.stdout
