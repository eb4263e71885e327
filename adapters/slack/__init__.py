"""Slack: where responders work. It shows the record and takes commands, and decides nothing itself."""
