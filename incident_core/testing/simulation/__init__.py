"""Mirrors in a world that can be wound forward, broken and repeated: seeded, on a virtual clock."""
