"""Database addresses: what is accepted, and that SQLAlchemy reads every accepted one as we do."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import make_url

from adapters import database_url

WORDS = st.text("aZ9@:/?#%&=+[] {}'\"\\é💥", min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("postgres://ann@h/i", "postgresql+psycopg2://ann@h/i"),
        ("postgresql://ann:x@h:5433/i", "postgresql+psycopg2://ann:x@h:5433/i"),
        ("POSTGRESQL://ann:x@h/i", "postgresql+psycopg2://ann:x@h/i"),
        ("postgresql+psycopg2://[::1]:5432/i", "postgresql+psycopg2://[::1]:5432/i"),
        ("postgresql:///i?host=/run/postgresql", "postgresql+psycopg2:///i?host=/run/postgresql"),
        ("sqlite:////srv/Ann Lee/i.db", "sqlite:////srv/Ann Lee/i.db"),
        ("sqlite+pysqlite:///i.db", "sqlite:///i.db"),
    ],
)
def test_an_address_is_accepted_with_its_driver_spelled_out(text: str, url: str) -> None:
    assert database_url.normalised(text) == url


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("incidents.db", "is not the address of a database: write postgresql://"),
        ("postgres:h/i", "is not the address of a database"),
        ("postgresql://ann@h/i\nx", "is not the address of a database"),
        ("oracle://h/i", "names a kind of database that this program has no driver for: write"),
        ("postgresql+asyncpg://h/i", "names a kind of database that this program has no driver for: write"),
        ("postgresql://ann:p@ss@h/i", "cannot be read: write postgresql://"),
        ("postgresql://ann:p@/ss@h/i", "cannot be read: write postgresql://"),
        ("postgresql://ann:5432/pass@h:x/i", "cannot be read: write postgresql://"),
        ("postgresql://ann:p?ss@h/i", "percent-encoded (@ as %40, / as %2F, ? as %3F)"),
        ("postgresql://h:/i", "cannot be read"),
        ("postgresql://h:port/i", "cannot be read"),
        ("postgresql://h:0/i", "has a port that is not a number from 1 to 65535"),
        ("postgresql://h:65536/i", "has a port that is not a number from 1 to 65535"),
        ("sqlite://", "in memory, which would forget every incident"),
        ("sqlite:///:memory:", "in memory, which would forget every incident"),
        ("sqlite:///file:x?mode=memory&uri=true", "in memory, which would forget every incident"),
        ("sqlite://i.db", "has too few slashes for SQLite"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_with_what_to_write(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        database_url.normalised(text)


@given(WORDS, WORDS, WORDS)
def test_every_character_of_a_part_reaches_the_driver(name: str, user: str, password: str) -> None:
    read = make_url(database_url.postgres("db.example", name, user, password, "5433"))
    assert (read.drivername, read.host, read.port) == ("postgresql+psycopg2", "db.example", 5433)
    assert (read.database, read.username, read.password) == (name, user, password)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("::1", "postgresql+psycopg2://ann@[::1]:5432/i"),
        ("[::1]", "postgresql+psycopg2://ann@[::1]:5432/i"),
        ("/run/pg", "postgresql+psycopg2://ann@/i?host=%2Frun%2Fpg&port=5432"),
    ],
)
def test_an_address_is_made_for_ipv6_and_for_a_socket(host: str, url: str) -> None:
    assert database_url.postgres(host, "i", "ann", "", "5432") == url
    assert "password" not in make_url(url).translate_connect_args()


@given(st.text("aK:@/?[]%4.", max_size=12))
def test_what_is_shown_is_what_the_driver_reads_less_the_password(rest: str) -> None:
    try:
        url = database_url.normalised(f"postgresql://{rest}")
    except ValueError:
        return
    read = make_url(url)
    shown = make_url(database_url.shown(url))
    assert shown.password == ("***" if read.password else None)
    assert (shown.username, shown.host, shown.port) == (read.username, read.host, read.port)
    assert shown.database == read.database


@pytest.mark.parametrize("path", ["/srv/100%/i.db", "/srv/why?/i.db", "/srv/%41/i.db", "/srv/a#b/i.db"])
def test_a_file_of_any_name_is_found_again(path: str) -> None:
    assert make_url(database_url.sqlite(Path(path))).database == path


def test_harmless_options_are_shown_and_unknown_ones_hidden() -> None:
    assert database_url.shown("postgresql://h/i?sslmode=require") == "postgresql://h/i?sslmode=require"
    assert database_url.shown("postgresql://h/i?sslmode=require&k=v") == "postgresql://h/i?***"
