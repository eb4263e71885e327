"""Drift: what people did by hand in Slack is noticed, and put right or reported once."""
