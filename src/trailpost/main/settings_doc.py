"""Every setting with its type, default and description, read from the class that defines them."""

from __future__ import annotations

import ast
import functools
import inspect

import msgspec

from trailpost.base.settings import PREFIX, Settings


class Described(msgspec.Struct, frozen=True):
    name: str
    kind: str
    default: str
    doc: str

    @property
    def variable(self) -> str:
        return f"{PREFIX}{self.name.upper()}"


@functools.cache
def described() -> tuple[Described, ...]:
    docs = _docstrings()
    return tuple(
        Described(f.name, _kind(f.type), _default(f.default), docs[f.name])
        for f in msgspec.structs.fields(Settings)
    )


@functools.cache
def doc_of(name: str) -> str:
    return next(d.doc for d in described() if d.name == name)


def _docstrings() -> dict[str, str]:
    """The text below each attribute: Python keeps it in the source only."""
    (body,) = (
        node.body
        for node in ast.parse(inspect.getsource(Settings)).body
        if isinstance(node, ast.ClassDef)
    )
    pairs = zip(body, body[1:], strict=False)
    return {
        field.target.id: " ".join(str(text.value.value).split())
        for field, text in pairs
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
    }


def _kind(annotation: object) -> str:
    """int, str, bool or the words that are allowed, with the limits of a number."""
    found = msgspec.inspect.type_info(annotation)
    if isinstance(found, msgspec.inspect.UnionType):
        found = next(t for t in found.types if not isinstance(t, msgspec.inspect.NoneType))
    if isinstance(found, msgspec.inspect.LiteralType):
        return " | ".join(str(v) for v in found.values)
    if isinstance(found, msgspec.inspect.IntType):
        if found.le is not None:
            return f"whole number, {found.ge or 0} to {found.le}"
        return f"whole number, {found.ge or 0} or more"
    if isinstance(found, msgspec.inspect.FloatType):
        return f"number, {found.ge:g} to {found.le:g}"
    return "yes or no" if isinstance(found, msgspec.inspect.BoolType) else "text"


def _default(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
