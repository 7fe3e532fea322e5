"""Everything a page shows, and what its people keep here."""

from trailpost.dashboard.store.asking import (
    Sources,
    ask,
    balance,
    chosen,
    journey,
    last_write,
    ordered_exports,
    overview,
    section,
    snippet,
)
from trailpost.dashboard.store.kept import (
    annotate,
    change_annotation,
    delete_annotation,
    delete_view,
    links,
    list_annotations,
    make_link,
    open_link,
    revoke_link,
    save_view,
    views,
)
from trailpost.dashboard.store.settings import FunnelSettings, funnel_settings, require
from trailpost.dashboard.store.system import known as known_system

__all__ = [
    "FunnelSettings",
    "Sources",
    "annotate",
    "ask",
    "balance",
    "change_annotation",
    "chosen",
    "delete_annotation",
    "delete_view",
    "funnel_settings",
    "journey",
    "known_system",
    "last_write",
    "links",
    "list_annotations",
    "make_link",
    "open_link",
    "ordered_exports",
    "overview",
    "require",
    "revoke_link",
    "save_view",
    "section",
    "snippet",
    "views",
]
