"""Real servers for tests and benchmarks, started from pip packages alone; usable without pytest."""
