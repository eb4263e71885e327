"""Runs migrations on the connection that the program hands over, in the transaction that it began.

There is no other way in: locks, foreign keys and the commit belong to `incident db upgrade`.
"""

from __future__ import annotations

from alembic import context


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
        on_version_apply=handed.get("on_version_apply"),
    )
    context.run_migrations()


main()
