"""The database goes away in the middle of a command: whoever gave it is told in time what is known of it."""
