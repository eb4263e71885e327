"""The calls that bring Slack in step: each makes one thing so, and says how that ended."""
