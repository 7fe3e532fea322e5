"""Files and functions stay small; every module says why it exists."""

import ast
import statistics
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src" / "trailpost").rglob("*.py"))
FILE_LIMIT, FUNCTION_LIMIT = 400, 50
# name of the file or function -> why it may be longer
EXCEPTIONS: dict[str, str] = {}


def functions():
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path.relative_to(ROOT)}:{node.name}", node.end_lineno - node.lineno + 1


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_is_short_and_says_why_it_exists(path):
    text = path.read_text()
    name = str(path.relative_to(ROOT))
    assert name in EXCEPTIONS or text.count("\n") <= FILE_LIMIT
    empty_package = path.name == "__init__.py" and not text.strip()
    assert empty_package or ast.get_docstring(ast.parse(text)), "no line that says why it exists"


def test_functions_are_short():
    sizes = dict(functions())
    too_long = {k: v for k, v in sizes.items() if v > FUNCTION_LIMIT and k not in EXCEPTIONS}
    assert too_long == {}
    ordered = sorted(sizes.values())
    assert statistics.median(ordered) <= 10
    assert ordered[int(len(ordered) * 0.9)] <= 30


def test_no_exception_is_left_over():
    sizes = dict(functions()) | {
        str(p.relative_to(ROOT)): p.read_text().count("\n") for p in SOURCES
    }
    assert set(EXCEPTIONS) <= set(sizes)
