"""The part of the Reader's contract about search: whole words in whatever case, best first."""

from __future__ import annotations

import pytest

from incident_core import commands as c
from incident_core import events as e
from incident_core.errors import Invalid
from incident_core.testing.contracts.base import StoreContract
from incident_core.testing.contracts.desk import BOB

LINE = "y" * 99
"""A hundred of these are a text that is as long as may be."""


class SearchContract(StoreContract):
    """What is found, and what is not."""

    def test_every_word_has_to_occur_somewhere_in_the_texts(self) -> None:
        key = self.desk.open("Checkout is slow")
        self.desk.do(c.AddEvidence, key, url="https://graphs.example.com/latency", note="p99 doubled")
        self.desk.open("Checkout is gone")
        assert self.desk.found("checkout") == ["INC-2", "INC-1"]
        assert self.desk.found("slow checkout") == ["INC-1"]
        assert self.desk.found("slow checkout slow") == ["INC-1"]
        assert self.desk.found("checkout  p99\tgraphs.example.com") == ["INC-1"]
        assert self.desk.found("checkout paid") == []
        assert self.desk.other().found("checkout") == []

    def test_a_word_is_found_whole_and_its_beginning_with_a_star(self) -> None:
        self.desk.open("Checkout is slow")
        self.desk.open("check the outbox")
        searches = {
            "check": [2], "heckout": [], "checkouts": [], "check*": [2, 1], "checko*": [1], "CHECK*": [2, 1],
            "checkout*": [1], "s* ch*": [1], "check* out*": [2], "out* nothing*": [], "*out": [], "ch*ut": [],
            "sl*,": [], "slow* *": [1], "check**": [2, 1], "the-out*": [2], "th-out*": [],
        }  # fmt: skip
        for words, numbers in searches.items():
            assert self.desk.found(words) == [f"INC-{number}" for number in numbers], words

    def test_those_with_the_words_in_their_titles_come_first_then_the_newest(self) -> None:
        titles = ("Slow checkout", "Checkout", "Nothing", "slow", "Slow, slow checkout", "Slower checkout")
        for number, title in enumerate(titles, start=1):
            key = self.desk.open(title, declare=True)
            assert key == f"INC-{number}"
            self.desk.do(c.SendUpdate, key, text="The checkout is slow")
        self.desk.do(c.SendUpdate, "INC-1", text="It is what changed last, which does not matter")
        assert self.desk.found("checkout slow") == [f"INC-{number}" for number in (5, 1, 6, 4, 2, 3)]
        assert self.desk.found("checkout slow*") == [f"INC-{number}" for number in (6, 5, 1, 4, 2, 3)]
        assert self.desk.found("checkout slow", limit=3) == ["INC-5", "INC-1", "INC-6"]
        self.desk.do(c.CorrectTitle, "INC-5", title="!")
        assert self.desk.found("checkout slow") == [f"INC-{number}" for number in (1, 6, 4, 2, 5, 3)]

    def test_of_very_many_that_match_the_newest_are_ranked(self) -> None:
        """With one word in its title, the oldest would come first; with both, it does."""
        self.desk.do(c.AddTask, self.desk.open("alpha"), text="beta")
        for _ in range(200):
            self.desk.do(c.AddTask, self.desk.open("!"), text="alpha beta")
        assert self.desk.found("alpha beta", limit=2) == ["INC-201", "INC-200"]
        assert self.desk.found("alpha beta", limit=200) == [f"INC-{number}" for number in range(201, 1, -1)]
        assert self.desk.found("alpha beta", limit=201)[:2] == ["INC-1", "INC-201"]
        self.desk.do(c.CorrectTitle, "INC-1", title="beta, alpha")
        assert self.desk.found("alpha beta", limit=2) == ["INC-1", "INC-201"]
        assert self.desk.found("al* b*", limit=2) == ["INC-1", "INC-201"]

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
        for title in ("API Slow", "Straße gesperrt", "ΜΠΛΟΚ ΛΟΓΟΣ", "ПРОБЛЕМА", "dîna"):
            self.desk.open(title)
        searches = {"api sLOW": 1, "STRASSE": 2, "straße": 2, "μπλοκ": 3, "λογος": 3}
        searches |= {"проблема": 4, "DÎNA": 5, "DI\u0302NA": 5, "μπλ*": 3, "STRASS*": 2}
        for words, number in searches.items():
            assert self.desk.found(words) == [f"INC-{number}"], words

    def test_forms_that_only_look_different_are_the_same(self) -> None:
        self.desk.open("ﬁle № \uff15\uff10 ｱﾋﾟ ①")
        for words in ("file", "ﬁle", "50", "\uff15\uff10", "no", "アピ", "1", "fi*"):
            assert self.desk.found(words) == ["INC-1"], words

    def test_signs_only_separate(self) -> None:
        titles = ("100% sure", "100 sure", "snake_case", "C:\\temp", "it's", "a*b", '"x"', "v1.2-rc/3")
        for title in titles:
            self.desk.open(title)
        searches = {
            "100%": [2, 1], "%100": [2, 1], "10%": [], "sur%": [], "1_0": [], "snake_case": [3], "snake": [3],
            "snake case": [3], "case-snake": [3], "snakexcase": [], "c:/temp": [4], "it s": [5], "it": [5],
            "its": [], "a b": [6], "'x'": [7], "v1 3": [8], "rc": [8], "v1.2": [8], "v12": [],
        }  # fmt: skip
        for words, numbers in searches.items():
            assert self.desk.found(words) == [f"INC-{number}" for number in numbers], words

    def test_what_databases_take_for_their_language_is_only_words(self) -> None:
        self.desk.open("either or")
        self.desk.open("Neither: AND NOT near x {y} title")
        searches = {
            "either OR neither": [], "either | neither": [], "either or": [1], "and not": [2],
            "NOT either": [],
            "!either": [1], "-either": [1], "^either": [1], "near/2": [], "NEAR(x y)": [2], "x <-> y": [2],
            "y <2> x": [], "x & y": [2], "x:y": [2], "title:x": [2], "title : near": [2], "{title}: x": [2],
            "either:*": [1], "either:A": [], "x + y": [2], '"x y"': [2], '"not x': [2], "'near'": [2],
            "x''y": [2], "x\\": [2], "x';": [2], "'; DROP TABLE events; --": [], "(x": [2], "x)": [2],
            "[x]": [2], "${x}": [2], ":x": [2], ":query": [], "%(x)s": [], "?": [], "x ?": [2], "%s": [],
        }  # fmt: skip
        for words, numbers in searches.items():
            assert self.desk.found(words) == [f"INC-{number}" for number in numbers], words

    def test_nothing_is_found_where_there_are_no_words(self) -> None:
        self.desk.open("x % _ * !")
        for words in ("", "  ", "%", "_", "*", "* *", "\x00", "\ud83d", "'", '"', "\u200d", "\ufe0f", "-- ;"):
            assert self.desk.found(words) == [], ascii(words)
        for words in ("x\x00", "\x00x", "x \ud83d", "x *", "\ufeffx\u200b"):
            assert self.desk.found(words) == ["INC-1"], ascii(words)

    def test_emoji_are_words_and_so_is_each_character_that_is_written_without_spaces(self) -> None:
        titles = ("שלום עולם", "👩🏽‍🚒🔥down ❤️", "東京で障害が発生", "ระบบล่ม", "서버 장애", "بطيء", "हिन्दी में")
        for title in titles:
            self.desk.open(title)
        searches = {
            "עולם": 1, "🔥": 2, "👩": 2, "👩🏽‍🚒": 2, "down": 2, "❤": 2,
            "❤️": 2, "障害": 3, "害": 3, "京東": 3, "で": 3, "ล่ม": 4, "ระบบ": 4, "서버": 5, "서*": 5,
            "بطيء": 6, "हिन्दी": 7,
        }  # fmt: skip
        for words, number in searches.items():
            assert self.desk.found(words) == [f"INC-{number}"], words
        for words in ("버", "🚑", "障碍", "हिन्द"):
            assert self.desk.found(words) == [], words

    def test_a_very_long_word_is_found_by_its_beginning(self) -> None:
        self.desk.open("y" * 150)
        self.desk.open("y" * 99)
        assert self.desk.found("y" * 10_000) == ["INC-1"]
        assert self.desk.found("y" * 100) == ["INC-1"]
        assert self.desk.found("y" * 99) == ["INC-2"]
        assert self.desk.found("y" * 99 + "*") == ["INC-2", "INC-1"]
        assert self.desk.found("y" * 10_000 + "*") == ["INC-1"]
        assert self.desk.found("z" * 10_000) == []

    def test_more_than_fifty_words_are_refused(self) -> None:
        self.desk.open("all " + " ".join(f"w{number}" for number in range(45)))
        fifty = "all " + " ".join(f"w{number}" for number in range(45))
        assert self.desk.found(f"{fifty} all* w* W1* w2*") == ["INC-1"]
        assert self.desk.found("all " * 200) == ["INC-1"]
        with pytest.raises(Invalid, match=r"^Search for at most 50 words at once\.$"):
            self.desk.found(f"{fifty} all* w* w1* w2* w3*")

    def test_what_is_written_after_very_much_text_is_not_found(self) -> None:
        """Each text counts with all its words or not at all, so a shorter one still finds room."""
        key = self.desk.open("big", declare=True)
        line = " ".join([LINE] * 100)
        for _ in range(24):
            self.desk.do(c.SendUpdate, key, text=line)
        self.desk.do(c.SendUpdate, key, text="unfound " + line[8:])
        self.desk.do(c.SendUpdate, key, text="short")
        for words, found in {"big": [key], LINE: [key], "unfound": [], "short": [key]}.items():
            assert self.desk.found(words) == found, words
        self.desk.do(c.CorrectTitle, key, title="better")
        assert self.desk.found("better short") == [key]
        self._redact(key, 10, "text")
        assert self.desk.found("unfound big better short") == [key]

    def test_what_was_corrected_or_retracted_is_found_and_what_was_redacted_is_not(self) -> None:
        key = self.desk.open("first title")
        self.desk.do(c.CorrectTitle, key, title="better title")
        self.desk.do(c.AddEvidence, key, url="https://example.com/a", note="mistaken")
        self.desk.do(c.Retract, key, entry="e1", reason="wrong graph")
        for words in ("first", "better", "mistaken", "wrong graph"):
            assert self.desk.found(words) == [key], words
        self._redact(key, 1, "title")
        assert self.desk.found("first") == []
        for words in ("better", "title", "mistaken", "secret"):
            assert self.desk.found(words) == [key], words
        self._redact(key, 2, "title")
        for words in ("better", "title"):
            assert self.desk.found(words) == [], words

    def test_a_private_incident_is_found_only_by_those_who_may_see_it(self) -> None:
        key = self.desk.open("hidden", by=BOB, private=True)
        assert self.desk.found("hidden") == self.desk.found("hid*") == []
        assert self.desk.found("hidden", viewer=BOB) == self.desk.found("hid*", viewer=BOB) == [key]

    def test_the_newest_numbers_are_found_first_up_to_the_limit(self) -> None:
        for _ in range(11):
            self.desk.open("same")
        self.desk.open("hidden same", by=BOB, private=True)
        assert self.desk.found("same", limit=3) == ["INC-11", "INC-10", "INC-9"]
        assert len(self.desk.found("same", limit=100)) == 11
        assert self.desk.store.reader.search(self.desk.workspace, "same", BOB, 1) == (
            self.desk.lines(BOB)[0],
        )

    def _redact(self, key: str, version: int, field: str) -> None:
        at = self.desk.clock.now()
        gone = e.TextRedacted(actor=BOB, at=at, version=version, field=field, reason="a secret")
        self.desk.store.log.commit(self.desk.batch(self.desk.load(key), gone))
