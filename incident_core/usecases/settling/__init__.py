"""Closing the gap between the record and one mirror: what to do next, and how to do it safely."""
