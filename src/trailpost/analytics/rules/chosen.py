"""An option as one text, category:value: what a filter takes, and a link to it carries."""

from __future__ import annotations

import re

_WRITTEN = {"%": "%25", ":": "%3A"}
_READ = {written: sign for sign, written in _WRITTEN.items()}


def option_text(category: str, value: str) -> str:
    """The first colon ends the category, whose own colons are therefore written %3A."""
    return f"{re.sub('[%:]', lambda m: _WRITTEN[m[0]], category)}:{value}"


def option_of(text: str) -> tuple[str, str]:
    """Category and value; a % that stands for nothing is itself."""
    category, _, value = text.partition(":")
    return re.sub("%25|%3[Aa]", lambda m: _READ[m[0].upper()], category), value
