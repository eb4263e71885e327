"""What `generate` makes incidents up from: when they come, who does what, and in which words."""
