"""The verbs that people type, a few in each module; `table` has them all."""
