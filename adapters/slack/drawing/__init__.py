"""What Slack shows of an incident, and what is said there: pure, from the record to plain JSON."""
