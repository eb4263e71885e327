"""How `backfill` understands a row of a file: what it says, and what happened then."""
