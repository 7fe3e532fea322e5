"""A call names exactly the parameters its statement has. Read from the source, nothing is run."""

import ast
from pathlib import Path

import pytest

import trailpost
from trailpost.db import all_queries
from trailpost.main import store  # noqa: F401 - loads its statements
from trailpost.main.features import features

ROOT = Path(trailpost.__file__).parent
features()  # loads every statement
PARAMS = {q.name: set(q.params) for q in all_queries()}
CALLS = {"db.fetch", "db.fetch_one", "db.fetch_value", "db.execute", "db.stream_rows"}


def constants(tree):
    return {
        node.targets[0].id: node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
    }


def package_of(node, known):
    return node.value if isinstance(node, ast.Constant) else known.get(getattr(node, "id", ""))


def calls():
    for path in sorted(ROOT.rglob("*.py")):
        tree = ast.parse(path.read_text())
        known = constants(tree)
        names = {
            node.targets[
                0
            ].id: f"{package_of(node.value.args[0], known)}/{node.value.args[1].value}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Call)
            and ast.unparse(node.value.func) == "db.query"
            and isinstance(node.value.args[1], ast.Constant)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in CALLS:
                used = ast.unparse(node.args[1])
                spread = any(k.arg is None for k in node.keywords)
                if used in names and names[used] in PARAMS and not spread:
                    given = {k.arg for k in node.keywords}
                    yield pytest.param(names[used], given, id=f"{path.stem}-{names[used]}")


@pytest.mark.parametrize(("name", "given"), list(calls()))
def test_a_call_gives_exactly_the_parameters(name, given):
    assert given == PARAMS[name]


def test_the_calls_were_found():
    assert len(list(calls())) >= 10
