"""The command line: the same verbs as everywhere, and what only an admin needs; works when Slack is down."""
