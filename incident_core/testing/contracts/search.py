"""The part of the Reader's contract about search: every word, as written, in whatever case."""

from __future__ import annotations

from incident_core import commands as c
from incident_core import events as e
from incident_core.testing.contracts.base import StoreContract
from incident_core.testing.contracts.desk import BOB


class SearchContract(StoreContract):
    """What is found, and what is not."""

    def test_an_incident_is_found_when_every_word_occurs_in_its_texts(self) -> None:
        key = self.desk.open("Checkout is slow")
        self.desk.do(c.AddEvidence, key, url="https://graphs.example.com/latency", note="p99 doubled")
        self.desk.open("Checkout is gone")
        assert self.desk.found("checkout") == ["INC-2", "INC-1"]
        assert self.desk.found("slow checkout") == ["INC-1"]
        assert self.desk.found("checkout  p99\tgraphs.example.com") == ["INC-1"]
        assert self.desk.found("heckou") == ["INC-2", "INC-1"]
        assert self.desk.found("checkout paid") == []
        assert self.desk.found("  ") == ["INC-2", "INC-1"]
        assert self.desk.other().found("checkout") == []

    def test_every_kind_of_text_is_found(self) -> None:
        key = self.desk.open("title-word", declare=True)
        self.desk.do(c.SendUpdate, key, text="text-word", impact="impact-word", components=("part-word",))
        self.desk.do(c.AddTask, key, text="task-word")
        self.desk.do(c.AddFollowUp, key, text="follow-word")
        self.desk.do(c.AddEvidence, key, url="https://example.com/url-word", note="note-word")
        self.desk.do(c.Resolve, key)
        self.desk.do(c.Reopen, key, reason="reason-word")
        for kind in ("title", "text", "impact", "part", "task", "follow", "url", "note", "reason"):
            assert self.desk.found(f"{kind}-word") == [key], kind

    def test_case_does_not_matter_in_any_language(self) -> None:
        for title in ("API Slow", "Straße gesperrt", "ΜΠΛΟΚ", "ПРОБЛЕМА", "dîna"):
            self.desk.open(title)
        searches = {"api sLOW": 1, "STRASSE": 2, "μπλοκ": 3, "проблема": 4, "DÎNA": 5}
        for words, number in searches.items():
            assert self.desk.found(words) == [f"INC-{number}"], words

    def test_signs_that_databases_use_stand_for_themselves(self) -> None:
        titles = (
            "100% sure",
            "100 sure",
            "snake_case",
            "snakeXcase",
            "C:\\temp",
            "C:temp",
            "it's",
            "a*b",
            '"x"',
        )
        for title in titles:
            self.desk.open(title)
        searches = {"100%": 1, "%": 1, "_": 3, "snake_case": 3, "\\": 5, ":\\t": 5, "'": 7, "*": 8, '"': 9}
        for words, number in searches.items():
            assert self.desk.found(words) == [f"INC-{number}"], words
        assert (
            self.desk.found("[a]")
            == self.desk.found("OR")
            == self.desk.found("'; DROP TABLE events; --")
            == []
        )

    def test_what_cannot_be_in_a_text_is_found_nowhere(self) -> None:
        self.desk.open("x")
        for words in ("\x00", "x\x00", "x \ud83d", "y" * 10_000):
            assert self.desk.found(words) == [], ascii(words[:9])

    def test_emoji_and_right_to_left_words_are_found(self) -> None:
        self.desk.open("שלום עולם")
        self.desk.open("👩🏽‍🚒🔥 down")
        assert self.desk.found("עולם") == ["INC-1"]
        assert self.desk.found("🔥") == ["INC-2"]

    def test_what_was_corrected_or_retracted_is_found_and_what_was_redacted_is_not(self) -> None:
        key = self.desk.open("first title")
        self.desk.do(c.CorrectTitle, key, title="better title")
        self.desk.do(c.AddEvidence, key, url="https://example.com/a", note="mistaken")
        self.desk.do(c.Retract, key, entry="e1", reason="wrong graph")
        at = self.desk.clock.now()
        for words in ("first", "better", "mistaken", "wrong graph"):
            assert self.desk.found(words) == [key], words
        gone = e.TextRedacted(actor=BOB, at=at, version=1, field="title", reason="a secret")
        self.desk.store.log.commit(self.desk.batch(self.desk.load(key), gone))
        assert self.desk.found("first") == []
        for words in ("better", "mistaken", "secret"):
            assert self.desk.found(words) == [key], words

    def test_a_private_incident_is_found_only_by_those_who_may_see_it(self) -> None:
        key = self.desk.open("hidden", by=BOB, private=True)
        assert self.desk.found("hidden") == []
        assert self.desk.found("hidden", viewer=BOB) == [key]

    def test_the_newest_numbers_are_found_first_up_to_the_limit(self) -> None:
        for _ in range(11):
            self.desk.open("same")
        self.desk.open("hidden same", by=BOB, private=True)
        assert self.desk.found("same", limit=3) == ["INC-11", "INC-10", "INC-9"]
        assert len(self.desk.found("same", limit=100)) == 11
        assert self.desk.store.reader.search(self.desk.workspace, "same", BOB, 1) == (
            self.desk.lines(BOB)[0],
        )
