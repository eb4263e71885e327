"""Runs migrations on the connection that the program hands over, in the transaction that it began.

There is no other way in: locks, foreign keys and the commit belong to `incident db upgrade`.
"""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

FROZEN = {
    "Time": 'sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")',
    "Id": "sa.Uuid()",
}
"""How our own types are written in a migration, which must not change when the program does."""


def frozen(kind: str, item: Any, _: object) -> str | Literal[False]:
    """What to write for a type of ours."""
    return FROZEN.get(type(item).__name__, False) if kind == "type" else False


def main() -> None:
    """Run what the command asks for; raises SystemExit when started by hand without a connection."""
    handed = context.config.attributes
    if "connection" not in handed:
        raise SystemExit("Use `incident db upgrade`, `incident db check` or `incident db stage`.")
    context.configure(
        connection=handed["connection"],
        target_metadata=handed["metadata"],
        transactional_ddl=True,
        compare_type=True,
        compare_server_default=True,
        render_as_batch=True,  # SQLite cannot alter a column otherwise
        render_item=frozen,
        include_name=handed["include_name"],
        on_version_apply=handed.get("on_version_apply"),
    )
    context.run_migrations()


main()
