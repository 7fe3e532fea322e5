"""Prices in memory: there without PostgreSQL, new ones in their moment, options on and off."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from litestar.testing import TestClient

from trailpost import db as database
from trailpost.apps.houses import FIRST_LIST
from trailpost.apps.houses.store.book import PriceBook
from trailpost.base.errors import Unavailable
from trailpost.main.app import build_app

NOWHERE = "postgresql://nobody@127.0.0.1:9/none"


async def read_once(url, path):
    async with database.open_pool(url, size=2) as pool:
        book = PriceBook(pool, path)
        await book.refresh()
        return book.offer()


def test_an_option_that_is_switched_off_is_neither_offered_nor_priced(site, db):
    db.execute("update house_options set active = false where value = 'trapezblech'")
    body = {"configuration": {"nest": "nest80", "gebaeudehuelle": "trapezblech"}}
    with TestClient(build_app(site.settings)) as client:
        options = client.get("/api/house-options?category=gebaeudehuelle").json()["options"]
        assert "trapezblech" not in [o["value"] for o in options]
        answer = client.post("/api/pricing/calculate", json=body)
        assert (answer.status_code, answer.json()["field"]) == (422, "gebaeudehuelle")
        assert "is not offered any more" in answer.json()["detail"]
        # Nobody has to choose it for a house to have its price.
        body = {"configuration": {"nest": "nest80"}}
        priced = client.post("/api/pricing/calculate", json=body).json()
    assert priced["total"] == 155_500
    assert "trapezblech" not in priced["labels"]["gebaeudehuelle"]


def test_names_and_order_are_the_owners(site, db):
    db.execute(
        "update house_options set sort_order = 9, name_de = 'Blech' where value = 'trapezblech'"
    )
    with TestClient(build_app(site.settings)) as client:
        options = client.get("/api/house-options?category=gebaeudehuelle").json()["options"]
    assert (options[-1]["value"], options[-1]["name"]["de"]) == ("trapezblech", "Blech")


def test_a_process_starts_with_the_prices_it_last_knew(database_url, tmp_path, run):
    path = tmp_path / "houses.json"

    async def go():
        await read_once(database_url, path)
        async with database.open_pool(NOWHERE, size=1) as pool:
            book = PriceBook(pool, path)
            async with book.kept():
                return book.offer().table

    assert run(go()) == FIRST_LIST


def test_without_prices_nothing_is_made_up(tmp_path, run):
    async def go():
        async with database.open_pool(NOWHERE, size=1) as pool:
            PriceBook(pool, tmp_path / "houses.json").offer()

    with pytest.raises(Unavailable):
        run(go())


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"options": [], "lists": [1]}'])
def test_an_unreadable_file_is_as_good_as_none(database_url, tmp_path, run, content):
    path = tmp_path / "houses.json"
    path.write_bytes(content)

    async def go():
        async with database.open_pool(database_url, size=2) as pool:
            book = PriceBook(pool, path)
            async with book.kept():
                return book.offer().table

    assert run(go()) == FIRST_LIST


def test_a_new_list_reaches_a_running_process(database_url, tmp_path, run, db):
    async def go():
        async with database.open_pool(database_url, size=2) as pool:
            book = PriceBook(pool, tmp_path / "houses.json", refresh_seconds=0.01)
            async with book.kept():
                db.execute(
                    """insert into price_lists (version, valid_from, note, prices)
                       select 2, now(), '', jsonb_set(prices, '{panel}', '400') from price_lists"""
                )
                async with asyncio.timeout(20):
                    while book.offer().table.version == "1":
                        await asyncio.sleep(0.01)
                return book.offer().table

    table = run(go())
    assert (table.version, table.panel) == ("2", 400)


def test_of_lists_that_have_begun_the_latest_is_in_force(database_url, tmp_path, run, db):
    now = datetime.now(UTC)
    for version, days in ((2, -2), (3, -1), (4, -9), (5, 1)):
        db.execute(
            """insert into price_lists (version, valid_from, note, prices)
               select %s, %s, '', prices from price_lists where version = 1""",
            [version, now + timedelta(days=days)],
        )
    assert run(read_once(database_url, tmp_path / "houses.json")).table.version == "3"
