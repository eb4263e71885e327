"""The address of a Redis as text: understood, and shown without its password."""

_EXAMPLE = "write redis://:PASSWORD@HOST:PORT/NUMBER, rediss:// for TLS, or unix:///path/to/redis.sock"
_HARMLESS_OPTIONS = {"db", "protocol", "ssl_ca_certs", "ssl_cert_reqs", "ssl_check_hostname"}


def normalised(url: str) -> str:
    """The same address, or nothing.

    Raises ValueError with the rest of a sentence that begins with the setting's name; it quotes no secret.
    """
    if url and not _readable(url):
        raise ValueError(f"is not the address of a Redis: {_EXAMPLE}")
    return url


def shown(url: str) -> str:
    """The address as a person may see it: its password as ***, whatever shape it has."""
    if not url:
        return ""
    if not _readable(url):
        return "***"
    scheme, _, rest = url.partition("://")
    address, _, query = rest.partition("?")
    login, at, where = address.rpartition("@")
    user, colon, _ = login.partition(":")
    return f"{scheme}://{user}{':***' if colon else ''}{at}{where}{_options(query)}"


def _readable(url: str) -> bool:
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
        plain = url.isascii() and url.isprintable() and " " not in url and not parts.fragment
        database = parts.path.removeprefix("/")
        known = {
            "redis": parts.port != 0 and (not database or database.isdigit()) and bool(parts.hostname),
            "unix": len(database) > 0,
        }
    except ValueError:
        return False
    one_login = url.count("@") <= 1
    return plain and one_login and known.get("redis" if parts.scheme == "rediss" else parts.scheme, False)


def _options(query: str) -> str:
    """Shown whole where every option is known to be harmless, and not at all otherwise."""
    if not query:
        return ""
    names = {option.partition("=")[0] for option in query.split("&")}
    return f"?{query if names <= _HARMLESS_OPTIONS else '***'}"
