"""What the core needs from the world: one Protocol per file."""
