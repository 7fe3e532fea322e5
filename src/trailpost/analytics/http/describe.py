"""What a report asks and answers, as OpenAPI shows it: read from its Structs, not written twice."""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import Annotated, Any, Literal

import msgspec
from litestar.openapi.spec import Operation, Parameter, Schema
from msgspec import Meta

from trailpost.analytics.rules.reports import Report
from trailpost.analytics.wire import AnswerPeriod, Asks, Definition

_FORMAT = Schema(
    type="string",  # type: ignore[arg-type]
    enum=["json", "csv"],
    default="json",
    description="csv is RFC 4180 with a header of field names.",
)


def operation(report: Report) -> type[Operation]:
    """An Operation that knows the parameters: the handler itself takes the query as it comes."""
    known = [*_asked(report.asks), Parameter("format", "query", schema=_FORMAT)]
    if report.parts:
        known.append(Parameter("part", "query", schema=_part(report)))

    @dataclasses.dataclass
    class Asked(Operation):
        def __post_init__(self) -> None:
            self.parameters = list(known)

    return Asked


def _asked(asks: type[Asks]) -> list[Parameter]:
    (_,), components = msgspec.json.schema_components([asks])
    schema = components[asks.__name__]
    required = schema.get("required", [])
    return [
        Parameter(name, "query", schema=_schema(spec), required=name in required)
        for name, spec in schema["properties"].items()
    ]


def _schema(spec: dict[str, Any]) -> Schema:
    """A query parameter is absent rather than null: only what else it may be is shown."""
    options = [o for o in spec.get("anyOf", [spec]) if o.get("type") != "null"]
    found = {**options[0], "default": spec.get("default")}
    return Schema(
        type=found.get("type"),
        format=found.get("format"),
        enum=found.get("enum"),
        description=found.get("description"),
        minimum=found.get("minimum"),
        maximum=found.get("maximum"),
        min_length=found.get("minLength"),
        max_length=found.get("maxLength"),
        default=found["default"],
    )


def _part(report: Report) -> Schema:
    return Schema(
        type="string",  # type: ignore[arg-type]
        enum=[part.name for part in report.parts],
        description="With format=csv: the part to write instead of the report's own rows.",
    )


_Definitions = Annotated[
    dict[str, Definition],
    Meta(description="Of each field by its name; of a part's fields by part.name."),
]


@cache
def answer_type(report: Report) -> type[msgspec.Struct]:
    """The JSON answer of one report, for its schema."""
    fields: list[tuple[str, Any]] = [
        ("report", Literal[report.name]),
        ("title", str),
        ("definition", str),
        ("project", str),
        ("period", AnswerPeriod | None),
        ("definitions", _Definitions),
    ]
    if report.chart == "figures":
        fields.append(("figures", report.row))
    else:
        fields.append(("rows", list[report.row]))  # type: ignore[name-defined]
    if report.cursor:
        fields.append(
            ("next", Annotated[str | None, Meta(description="`cursor` of the next page.")])
        )
    fields += [(part.name, list[part.row]) for part in report.parts]  # type: ignore[name-defined]
    name = "".join(word.capitalize() for word in report.name.split("_"))
    return msgspec.defstruct(f"{name}Answer", fields, frozen=True, kw_only=True)
