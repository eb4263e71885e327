"""Delivery: how what happens reaches an app, over sockets or signed HTTP, and what comes back."""

from __future__ import annotations
