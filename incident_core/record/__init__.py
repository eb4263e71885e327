"""How events are kept: canonical bytes, salted texts, a chain of hashes, and its audit; pure."""
