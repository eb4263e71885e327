"""What a server says when it cannot be had."""


class CannotStart(Exception):
    """No server: one sentence that says why and what to do, then the end of its log, if it wrote one."""

    def __init__(self, sentence: str, log: str = "") -> None:
        super().__init__(f"{sentence}\nThe end of its log:\n{log}" if log else sentence)
