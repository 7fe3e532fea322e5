"""Composition root and command line: the one list of features is `main.features`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trailpost.main.cli import cli

if TYPE_CHECKING:
    from trailpost.base.feature import Feature

    FEATURES: tuple[Feature, ...]

__all__ = ["FEATURES", "cli"]


def __getattr__(name: str) -> Any:
    """FEATURES on first use: the supervisor never needs it, and importing it takes 50 MB."""
    if name == "FEATURES":
        from trailpost.main.features import features

        return features()
    raise AttributeError(name)
