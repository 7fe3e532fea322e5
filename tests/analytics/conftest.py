"""The hand-made log in a database, arrived in each of the ways in which events arrive."""

import asyncio
import json
import random
from decimal import Decimal

import psycopg
import pytest

from tests.analytics import hand_made, log
from tests.conftest import one_database

TEN_DAYS = {"range": "custom", "from": "2026-03-23", "to": "2026-04-01"}
ARRIVALS = ("live", "shuffled", "closed", "late", "closed again")


class HandMade:
    """Asks reports of the log, and writes rows in a form to be compared."""

    def __init__(self, url, now=hand_made.NOW):
        self.url, self.now = url, now

    def ask(self, name, params=TEN_DAYS, **given):
        return asyncio.run(log.ask(self.url, name, params | given, now=self.now))

    def rows(self, name, *fields, **given):
        """Of each row the fields named, or all of them."""
        return told(self.ask(name, **given).rows, *fields)

    def part(self, name, part, *fields, **given):
        return told(self.ask(name, **given).parts[part], *fields)


def told(rows, *fields):
    return [
        tuple(_plain(getattr(row, name)) for name in fields or row.__struct_fields__)
        for row in rows
    ]


def _plain(value):
    return float(value) if isinstance(value, Decimal) else value


def write(url, arrival):
    events = hand_made.events_of(hand_made.SPRING)
    if arrival == "live":
        asyncio.run(log.store(url, events))
    elif arrival == "shuffled":
        asyncio.run(log.store(url, *_shuffled(events)))
    elif arrival == "closed":
        asyncio.run(log.store(url, events))
        assert asyncio.run(log.close(url, hand_made.NOW)) == 15  # from the 17th to the 31st
        asyncio.run(log.close_hours(url, hand_made.NOW))
    else:
        _write_late(url, events, again=arrival == "closed again")


def _shuffled(events):
    """In lots of 17, and every fifth event twice."""
    chance = random.Random(29)
    order = [*events, *events[::5]]
    chance.shuffle(order)
    return [order[n : n + 17] for n in range(0, len(order), 17)]


def _write_late(url, events, *, again):
    """Every sixth event arrives when all days are closed."""
    late = events[::6]
    asyncio.run(log.store(url, [one for one in events if one not in late]))
    asyncio.run(log.close(url, hand_made.NOW))
    asyncio.run(log.close_hours(url, hand_made.NOW))
    asyncio.run(log.store(url, late))
    if again:
        assert asyncio.run(log.close(url, hand_made.NOW)) > 0
        assert asyncio.run(log.close_hours(url, hand_made.NOW)) > 0


@pytest.fixture(scope="module", params=ARRIVALS)
def spring(postgres_server, request):
    with one_database(postgres_server, "template_trailpost") as url:
        prepare(url)
        write(url, request.param)
        yield HandMade(url)


def prepare(url):
    with psycopg.connect(url, autocommit=True) as db:
        project = log.project(db, hand_made.ZONE)
        db.execute("insert into report_settings values (%s, %s)", (project, hand_made.REQUIRED))
        db.execute(
            "insert into funnels (project_id, slug, name, steps) values (%s, 'haus', 'Haus', %s)",
            (project, json.dumps(hand_made.FUNNEL)),
        )
        db.execute(hand_made.LEDGER)
