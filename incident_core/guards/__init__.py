"""The rules: a question, and the refusal when the answer is no."""
