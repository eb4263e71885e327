"""One set of questions for any server that answers like Slack, and its answers as plain data."""
