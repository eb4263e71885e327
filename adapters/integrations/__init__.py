"""Mirrors of systems that are no chat: one module each, none of which knows another."""
