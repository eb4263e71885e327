"""The bot: what people type and press in Slack becomes a use case, and its answer goes back to them alone."""
