"""What the core does with the ports: one verb per file."""
