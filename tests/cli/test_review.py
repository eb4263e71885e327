"""`incident review` prints the review document, or keeps a file of it in which people go on writing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import Program

MARK = "<!-- yours: Lessons -->\n"
KEPT = f"{MARK}We *learn*\n\tmuch | more\n"


def write(file: Path) -> bytes:
    """Write into the section Lessons of a review, as somebody does; the file then."""
    content = file.read_bytes()
    end = b"\r\n" if b"\r\n" in content else b"\n"
    content = content.replace(MARK.replace("\n", end.decode()).encode(), KEPT.encode().replace(b"\n", end))
    file.write_bytes(content)
    return content


def test_it_is_printed_as_markdown(incident: Program) -> None:
    printed = incident("review 1")
    assert printed.err == ""
    assert printed.out.startswith("<!-- review of INC-1; yours: What went well;")
    assert "\n# Review of INC-1: API answers slowly\n" in printed.out
    assert "\n| incident commander | cli:ann | 20" in printed.out
    assert incident("review inc-1 show").out == printed.out == incident("review 1 -o -").out


def test_as_json_it_is_what_the_document_is_made_from(incident: Program) -> None:
    told = incident("review 1 --json").json
    assert (told["key"], told["title"], told["commanders"]) == ("INC-1", "API answers slowly", ["cli:ann"])
    refused = incident("review 1 --json -o x.md", code=2)
    assert "--json prints" in refused.json["error"]["sentence"]


def test_that_it_was_held_is_said_as_ever(incident: Program) -> None:
    incident("resolve 1")
    assert "- Review held: not yet\n" in incident("review 1").out
    assert incident("review 1 done").out == "INC-1: the review is done.\n"
    assert "- Review held: 20" in incident("review 1").out


def test_what_people_wrote_in_the_file_is_kept_and_all_else_is_made_again(incident: Program) -> None:
    file = incident.folder / "r.md"
    assert incident(f"review 1 -o {file}").err == f"The review of INC-1 was written to {file}.\n"
    assert file.read_text() == incident("review 1").out
    write(file)
    incident("update 1 'it was the cache'")
    told = incident(f"review 1 -o {file}")
    assert (told.out, told.err) == (
        "",
        f"The review of INC-1 was written to {file}; what you wrote in it was kept.\n",
    )
    text = file.read_text()
    assert KEPT in text
    assert "it was the cache" in text
    assert [each.name for each in incident.folder.glob("*.md*")] == ["r.md"]


def test_where_nothing_is_new_the_file_is_not_touched(incident: Program) -> None:
    file = incident.folder / "r.md"
    incident(f"review 1 -o {file}")
    content = write(file)
    before = file.stat()
    assert incident(f"review 1 -o {file}").err == f"unchanged: {file} says all of that already.\n"
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert file.read_bytes() == content


def test_a_file_with_line_ends_of_windows_keeps_them(incident: Program) -> None:
    file = incident.folder / "r.md"
    incident(f"review 1 -o {file}")
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    write(file)
    incident("update 1 'it was the cache'")
    incident(f"review 1 -o {file}")
    content = file.read_bytes()
    assert KEPT.replace("\n", "\r\n").encode() in content
    assert content.count(b"\n") == content.count(b"\r\n")
    assert b"it was the cache" in content


def test_who_may_read_the_file_stays_as_it_was(incident: Program) -> None:
    file = incident.folder / "r.md"
    incident(f"review 1 -o {file}")
    file.chmod(0o600)
    incident("update 1 'it was the cache'")
    incident(f"review 1 -o {file}")
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"# My notes\n", "does not begin like a review of INC-1"),
        (b"<!-- review of INC-2; yours:  -->\n", "is a review of INC-2, not of INC-1"),
        (b"<!-- review of INC-1; yours: Lessons -->\n", "has lost the marks of its section Lessons"),
        (b"\xff\xfe\x00", "is no text in UTF-8"),
    ],
)  # fmt: skip
def test_a_file_that_is_something_else_is_left_alone(incident: Program, content: bytes, why: str) -> None:
    file = incident.folder / "r.md"
    file.write_bytes(content)
    told = incident(f"review 1 -o {file}", code=2).err
    assert told.startswith(f"error: {file} {why}; it was left alone. Name another file, or type --force: ")
    assert "r.md.bak keeps what it was" in told
    assert [each.name for each in incident.folder.glob("r.*")] == ["r.md"]
    assert file.read_bytes() == content


def test_with_force_it_is_written_anew_and_nothing_is_lost(incident: Program) -> None:
    file = incident.folder / "r.md"
    for number, content in enumerate((b"first notes", b"second notes")):
        file.write_bytes(content)
        kept = incident.folder / f"r.md.bak{number or ''}"
        told = incident(f"review 1 -o {file} --force").err
        why = "does not begin like a review of INC-1"
        assert told == f"{file} {why}; it was written anew, and {kept} is what it was.\n"
        assert kept.read_bytes() == content
        assert file.read_text() == incident("review 1").out
    write(file)
    incident(f"review 1 -o {file} --force")
    assert KEPT in file.read_text(), "a review of it is renewed as ever"


def test_what_cannot_be_written_leaves_nothing_behind(incident: Program) -> None:
    incident(f"review 1 -o {incident.folder}", code=1)
    incident(f"review 1 -o {incident.folder / 'none' / 'r.md'}", code=1)
    assert not list(incident.folder.glob("**/*.part"))


def test_nobody_reads_the_review_of_what_they_may_not_see(program: Program) -> None:
    program("open Secret --private")
    hidden, absent = (program(f"review {key} --as bob", code=4).err for key in (1, 2))
    assert hidden.replace("INC-1", "INC-2") == absent


def test_an_admin_who_looks_is_recorded(program: Program) -> None:
    program("open Secret --private")
    told = program("review 1 --as root", ADMIN_USERS="cli:root")
    assert "**PRIVATE**" in told.out
    assert "looked at it as an admin" in program("timeline 1").out
    assert "looked at it" not in program("review 1").out


def test_options_stand_behind_the_key(incident: Program) -> None:
    assert "KEY stands first: incident review INC-42 --as" in incident("review --as bob 1", code=2).err


def test_a_template_of_the_deployment_takes_the_place_of_ours(incident: Program) -> None:
    own = incident.folder / "own"
    own.mkdir()
    (own / "review.md.j2").write_text("{{ key }}: {{ title }}\n")
    ran = incident("review 1", TEMPLATES_DIRECTORY=str(own))
    assert ran.out.splitlines()[1:] == ["INC-1: API answers slowly"]
    (own / "review.md.j2").write_text("{{ key ")
    wrong = incident("review 1", code=2, TEMPLATES_DIRECTORY=str(own)).err
    assert "cannot be rendered" in wrong
    assert len(wrong.splitlines()) == 1


def test_what_was_redacted_is_in_no_review_made_since_and_who_did_it_is(incident: Program) -> None:
    file = incident.folder / "r.md"
    incident("update 1 'the password is hunter2' --impact 'hunter2 is known'")
    incident(f"review 1 -o {file}")
    assert "hunter2" in file.read_text()
    incident("redact 1 u1 --reason 'a password'")
    incident(f"review 1 -o {file}")
    for text in (file.read_text(), incident("review 1").out, incident("review 1 --json").out):
        assert "hunter2" not in text
        assert "a password" in text
    assert "Z, cli:ann: \\[redacted\\]\n" in file.read_text()
