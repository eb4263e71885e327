"""What made-up incidents are about: services, symptoms, people, and what they say."""

from __future__ import annotations

from itertools import accumulate

from incident_core.model.actor import Actor

SERVICES = (
    "checkout", "payments", "search", "login", "API gateway", "image service", "order history", "billing",
    "mobile backend", "email delivery", "recommendations", "inventory", "shipping quotes", "admin console",
    "data warehouse", "message queue", "session cache", "primary database", "DNS", "CDN", "webhooks",
    "file uploads", "push notifications", "feature flags", "audit log", "partner portal",
)  # fmt: skip

SYMPTOMS = (
    "answers slowly", "returns errors", "times out", "is down in one region", "loses messages",
    "shows old data", "rejects valid requests", "is out of disk space", "has an expired certificate",
    "runs out of connections", "falls behind", "restarts in a loop", "drops one request in ten",
    "cannot be reached from the office", "fails after the deploy", "sends everything twice",
    "shows a blank page", "ignores its configuration",
)  # fmt: skip

CAUSES = (
    "a deploy", "a full disk", "an expired certificate", "a slow query", "a bad configuration change",
    "a failed switch", "a traffic spike", "an upstream provider", "a memory leak", "a lock on a table",
)  # fmt: skip

NEWS = (
    "We are looking into it.",
    "We know where it comes from: {cause}.",
    "A fix is being rolled out; about half of the requests succeed again.",
    "Errors are back to normal. We keep watching.",
    "The cause was {cause}. A report follows.",
    "Customers in Europe are affected, others are not.",
)

IMPACTS = ("Some requests fail.", "Pages load slowly.", "Nobody can sign in.", "Orders arrive late.")

TASKS = (
    "Roll back the last deploy", "Add capacity", "Tell customer support", "Fail over to the other region",
    "Drain the queue", "Renew the certificate", "Ask the provider", "Switch the feature off",
)  # fmt: skip

FOLLOW_UPS = (
    "Write the report", "Alert before the disk is full", "Add a test for this case", "Limit the query",
    "Practise the failover", "Document the switch", "Review the timeouts", "Automate the renewal",
)  # fmt: skip

NOTES = (
    "error rate", "the first error", "latency by region", "the deploy just before", "queue length",
    "the customer's report", "the trace of a slow request",
)  # fmt: skip

REASONS = ("it came back", "the fix did not hold", "closed too early")

CALMED = "fewer people are affected than we thought"

_NAMES = (
    "ann", "bob", "cleo", "dave", "elif", "farid", "grace", "hana", "igor", "june", "kofi", "lena", "milan",
    "nadia", "omar", "priya", "quinn", "rosa", "sven", "tariq", "uma", "vera", "wei", "ximena", "yusuf",
    "zoe", "amir", "bela", "chidi", "dana", "emil", "freya", "goran", "hugo", "ines", "jonas", "kaya",
    "luca", "mira", "noor",
)  # fmt: skip

PEOPLE = tuple(Actor("cli", name) for name in _NAMES)

LOAD = tuple(accumulate(1 / rank for rank in range(1, len(PEOPLE) + 1)))
"""Running totals of how much each of them does: a few do most, as Zipf found of words."""
