"""A PostgreSQL server that somebody else runs: we only make databases there, and drop them again."""

from __future__ import annotations

from contextlib import closing
from urllib.parse import urlsplit

import psycopg2

from .databases import SCHEME, Server, connect
from .errors import CannotStart

OVERRIDE = "TEST_DATABASE_URL"
SCHEMES = ("postgres", "postgresql", "postgresql+psycopg2")
MAY_CREATE = "SELECT rolcreatedb OR rolsuper, current_user FROM pg_roles WHERE rolname = current_user"


class ExternalPostgres(Server):
    """The server that TEST_DATABASE_URL names. It cannot be killed or restarted by a test."""

    def __init__(self, url: str) -> None:
        """`url` names the server, a user who may create databases, and a database that exists.

        Raises CannotStart for a URL that is not PostgreSQL's.
        """
        super().__init__()
        self._parts = urlsplit(url)
        if self._parts.scheme not in SCHEMES:
            raise CannotStart(
                f"{OVERRIDE} begins with {self._parts.scheme or 'no scheme'!r};"
                " it must be postgresql://USER:PASSWORD@HOST:PORT/DATABASE."
            )

    def start(self) -> None:
        """See that the server answers and lets us create databases. Raises CannotStart."""
        try:
            with closing(connect(self.maintenance_url)) as connection, connection.cursor() as cursor:
                cursor.execute(MAY_CREATE)
                may_create, user = cursor.fetchone()
        except psycopg2.Error as error:
            reason = " ".join(str(error).split())
            raise CannotStart(
                f"The server that {OVERRIDE} names does not answer ({reason}); start it, correct the URL,"
                " or unset it to test on a server of our own."
            ) from error
        if not may_create:
            raise CannotStart(
                f"{OVERRIDE} names the user {user}, who may not create databases; grant CREATEDB."
            )

    def stop(self) -> None:
        """Drop the databases of this run."""
        self.drop_all()

    def url(self, database: str) -> str:
        """The database's URL, postgresql+psycopg2://…"""
        query = f"?{self._parts.query}" if self._parts.query else ""
        return f"{SCHEME}{self._parts.netloc}/{database}{query}"

    @property
    def maintenance_url(self) -> str:
        """The URL as it was given."""
        return self.url(self._parts.path.lstrip("/"))
