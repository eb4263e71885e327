"""The address of a database as text: understood, made uniform, and shown without its password.

Done by hand because SQLAlchemy's own reader costs its 300 ms import. A test holds both to the same reading.
"""

import re
from pathlib import Path

_EXAMPLE = "write postgresql://USER:PASSWORD@HOST:PORT/NAME or sqlite:////path/to/incidents.db"
_DRIVERS = {
    "postgres": "postgresql+psycopg2",
    "postgresql": "postgresql+psycopg2",
    "postgresql+psycopg2": "postgresql+psycopg2",
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
}
# SQLAlchemy's pattern. The login is atomic, (?>…): a wrong one is never read again as a host, and shown.
_SERVER = (
    r"(?>(?:(?P<user>[^:/]*)(?::(?P<password>[^@]*))?@)?)"
    r"(?P<host>\[[^/?@\]]+\]|[^/:?@]*)(?::(?P<port>[0-9]+))?"
    r"(?:/(?P<name>[^?]*))?(?:\?(?P<query>.*))?"
)
_HARMLESS_OPTIONS = {
    "application_name", "connect_timeout", "host", "mode", "nolock", "options", "port", "sslcert", "sslmode",
    "sslrootcert", "target_session_attrs", "uri",
}  # fmt: skip

_OPTIONS_OF_PRISMA = {"connection_limit", "pgbouncer", "pool_timeout", "schema", "socket_timeout"}


def normalised(url: str) -> str:
    """The same address with the driver this program uses spelled out.

    Raises ValueError with the rest of a sentence that begins with the setting's name; it quotes no secret.
    """
    scheme, separator, rest = url.partition("://")
    if not separator or not re.fullmatch(r"[\w+]+", scheme) or not url.isprintable():
        raise ValueError(f"is not the address of a database: {_EXAMPLE}")
    driver = _DRIVERS.get(scheme.lower())
    if driver is None:
        raise ValueError(f"names a kind of database that this program has no driver for: {_EXAMPLE}")
    if driver == "sqlite":
        _check_file(rest)
    else:
        _check_server(rest)
    return f"{driver}://{rest}"


def postgres(host: str, name: str, user: str, password: str, port: str) -> str:
    """The address made of its parts, every special character quoted; an empty password or port is left out.

    Raises ValueError with the rest of a sentence, as `normalised` does.
    """
    from urllib.parse import quote

    login = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
    # A path is the folder of a Unix socket; more than one colon is a bare IPv6 address.
    where = f"[{host}]" if host.count(":") > 1 and not host.startswith("[") else host
    where += f":{port}" if port else ""
    if host.startswith("/"):
        return normalised(
            f"postgresql://{login}@/{quote(name, safe='')}?host={quote(host, safe='')}&port={port or 5432}"
        )
    return normalised(f"postgresql://{login}@{where}/{quote(name, safe='')}")


def sqlite(path: Path) -> str:
    """The address of a SQLite file; `path` is absolute."""
    return "sqlite:///" + str(path).replace("%", "%25").replace("?", "%3F")


def shown(url: str) -> str:
    """The address as a person may see it: passwords as ***, whatever shape the address has."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        return "***"
    if scheme.startswith("sqlite"):
        return url
    found = _read(rest)
    return f"{scheme}://{_masked(found)}" if found else f"{scheme}://***"


def _check_file(rest: str) -> None:
    path, _, query = rest.partition("?")
    if path.removeprefix("/") in ("", ":memory:") or "mode=memory" in query:
        raise ValueError(
            "names a SQLite database in memory, which would forget every incident when the command ends: "
            "write sqlite:////path/to/incidents.db"
        )
    if not path.startswith("/"):
        raise ValueError(
            "has too few slashes for SQLite: three for a relative path, four for an absolute one"
        )


def _check_server(rest: str) -> None:
    found = _read(rest)
    if found is None:
        raise ValueError(
            f"cannot be read: {_EXAMPLE}, with the special characters of a password percent-encoded "
            "(@ as %40, / as %2F, ? as %3F)"
        )
    if names := sorted(_OPTIONS_OF_PRISMA.intersection(_names(found["query"]))):
        raise ValueError(f"has an option that only Prisma knows: leave out {', '.join(names)}")
    if found["port"] and not 0 < int(found["port"]) <= 65535:
        raise ValueError("has a port that is not a number from 1 to 65535")


def _read(rest: str) -> re.Match[str] | None:
    """The parts; None where a second @, or one after a ?, leaves it open where the password ends."""
    if rest.count("@") > 1 or "@" in rest.partition("?")[2]:
        return None
    return re.fullmatch(_SERVER, rest)


def _masked(found: re.Match[str]) -> str:
    login = "" if found["user"] is None else f"{found['user']}{':***' if found['password'] else ''}@"
    port = f":{found['port']}" if found["port"] else ""
    name = "" if found["name"] is None else f"/{found['name']}"
    return f"{login}{found['host']}{port}{name}{_masked_query(found['query'])}"


def _masked_query(query: str | None) -> str:
    """Shown whole where every option is known to be harmless, and not at all otherwise."""
    if not query:
        return ""
    return f"?{query if _names(query) <= _HARMLESS_OPTIONS else '***'}"


def _names(query: str | None) -> set[str]:
    return {option.partition("=")[0] for option in (query or "").split("&")}
