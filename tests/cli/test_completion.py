"""A shell completes commands, options, keys, roles and words; what is wrong is silent and makes nothing."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from adapters.cli.completion import SHELLS
from tests.cli.running import PROGRAM, Program


def complete(program: Program, *words: str, shell: str = "zsh") -> dict[str, str]:
    """What the shell is offered for the last of these words, and what it is told about each."""
    asked = {
        "_INCIDENT_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": " ".join(("incident", *words)),
        "COMP_CWORD": words[-1] if shell == "fish" else str(len(words)),
    }
    ran = program.process(prepare=None, **asked)
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    if shell == "zsh":
        return dict(zip(lines[1::3], lines[2::3], strict=True))
    offered = (line.partition(",")[2].partition("\t") for line in lines)
    return {value: told for value, _, told in offered}


@pytest.fixture
def three(incident: Program) -> Program:
    """INC-1 closed, INC-2 declared, INC-3 private to bob."""
    incident("resolve 1")
    incident("close 1")
    incident('open "Checkout: slow\\n\\033[1m, yes" --declare --severity sev1')
    incident("open secret --private --as bob")
    return incident


@pytest.mark.parametrize("shell", SHELLS)
def test_commands_are_completed_with_their_lines(program: Program, shell: str) -> None:
    found = complete(program, "se", shell=shell)
    assert list(found) == ["severity", "search"]
    if shell != "bash":
        assert found["search"] == "Search every text of every incident."


def test_keys_are_completed_the_open_ones_first_and_only_those_that_can_be_seen(three: Program) -> None:
    found = complete(three, "show", "")
    assert list(found) == ["INC-2", "INC-1"]
    assert found["INC-1"] == "sev3 closed: API answers slowly"
    assert list(complete(three, "show", "inc-1")) == ["INC-1"]
    assert list(complete(three, "task", "2")) == ["INC-2"]
    assert list(complete(three, "show", "--as", "bob", "")) == ["INC-3", "INC-2", "INC-1"]
    assert complete(three, "show", "INC-7") == {}


def test_a_title_cannot_steer_the_shell_that_shows_it(three: Program) -> None:
    told = complete(three, "show", "INC-2")["INC-2"]
    assert told.startswith("sev1 incident: Checkout: slow")
    assert told.isprintable()


def test_words_of_lists_and_roles_are_completed(program: Program) -> None:
    program.settings["INCIDENT_ROLES"] = "scribe"
    assert list(complete(program, "severity", "INC-1", "")) == ["sev1", "sev2", "sev3", "sev4"]
    assert list(complete(program, "status", "INC-1", "i")) == ["investigating", "identified"]
    assert list(complete(program, "stats", "--by", "")) == ["severity", "commander", "week"]
    assert list(complete(program, "claim", "INC-1", "s")) == ["scribe"]
    assert list(complete(program, "handover", "INC-1", "--role", "t")) == ["technical_lead"]
    assert list(complete(program, "export", "--form")) == ["--format"]
    assert list(complete(program, "completion", "")) == list(SHELLS)


def test_subcommands_are_completed_behind_a_key(program: Program) -> None:
    assert list(complete(program, "task", "INC-1", "")) == ["add", "assign", "done"]
    assert {"snooze", "stop"} <= complete(program, "timers", "INC-1", "").keys()


def test_the_timers_of_an_incident_are_completed(three: Program) -> None:
    three("followup 2 add 'alert on it'")
    assert list(complete(three, "timers", "2", "stop", "", shell="bash")) == [
        "comms", "stale", "role:incident_commander", "followup:f1",
    ]  # fmt: skip
    assert list(complete(three, "timers", "INC-2", "snooze", "s")) == ["stale"]
    assert complete(three, "timers", "INC-3", "stop", "") == complete(three, "timers", "7", "stop", "") == {}
    assert list(complete(three, "timers", "")) == ["INC-2", "INC-1"]


def test_what_is_wrong_is_silent_and_makes_nothing(tmp_path: Path) -> None:
    nowhere = Program(f"sqlite:///{tmp_path}/none.db", {}, tmp_path)
    assert complete(nowhere, "show", "") == {}
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "text.db").write_text("this is no database, and was never meant to be one" * 40)
    assert complete(Program(f"sqlite:///{tmp_path}/text.db", {}, tmp_path), "show", "") == {}
    assert complete(Program("postgresql://nobody@127.0.0.1:1/x", {}, tmp_path), "show", "") == {}
    assert complete(Program("nonsense", {}, tmp_path), "show", "") == {}
    assert list(complete(Program("nonsense", {}, tmp_path), "claim", "INC-1", "inc")) == [
        "incident_commander"
    ]


def test_a_real_bash_takes_the_script_and_completes_a_key(three: Program) -> None:
    script = (
        f'source <("{PROGRAM}" completion bash)\n'
        f'COMP_WORDS=("{PROGRAM}" show INC-); COMP_CWORD=2\n'
        f'_incident_completion "{PROGRAM}"\n'
        'printf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    done = subprocess.run(
        ["bash", "--norc", "-c", script],
        check=True, capture_output=True, text=True, env=three.environ(), cwd=three.folder,
    )  # fmt: skip
    assert (done.stdout.split(), done.stderr) == (["INC-2", "INC-1"], "")


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_says_what_to_type(program: Program, shell: str) -> None:
    script = program(f"completion {shell}").out
    here, always = SHELLS[shell]
    assert f"# In this shell:       {here}\n" in script
    assert f"# In every new shell:  {always}\n" in script
    assert script.startswith("#compdef incident\n") == (shell == "zsh")
    assert f"_INCIDENT_COMPLETE={shell}_complete" in script


def test_without_a_shell_it_explains_itself(program: Program) -> None:
    page = program("completion").out
    for shell, how in SHELLS.items():
        assert f"{shell}:\n" in page
        assert how.here in page
        assert how.always in page
    assert "bash, zsh, fish" in program("completion csh", code=2).err.replace("'", "")
