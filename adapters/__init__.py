"""What carries the core to the world: settings, storage, command line, and later Slack and the mirrors."""
