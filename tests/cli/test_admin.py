"""What only an admin needs: audit, db, doctor, config, lifecycle."""

from __future__ import annotations

import json
from contextlib import closing

import pytest

from adapters.storage import driver
from tests.cli.running import Program


def _change(program: Program, *statements: str) -> None:
    """What somebody does who gets at the file."""
    with closing(driver.module().connect(program.file)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        for statement in statements:
            connection.execute(statement)


def test_an_untouched_log_is_verified(incident: Program) -> None:
    assert incident("audit verify").out == (
        f"the whole log: 4 events verified, nothing was changed ({incident.file}).\n"
    )
    assert incident("audit verify inc-1").out.startswith("INC-1: 4 events verified")
    assert incident("audit verify --json").json["finding"] is None
    assert incident("audit verify 9", code=4).err.startswith("error: There is no incident INC-9")


def test_a_changed_text_is_found_and_its_place_named(incident: Program) -> None:
    _change(incident, "UPDATE texts SET text = 'Nothing happened'")
    ran = incident("audit verify", code=1)
    assert ran.out == ""
    assert ran.err.startswith("the whole log: bad at event 1 of incident ")
    assert "the text 'title' of event 1 was changed" in ran.err
    found = incident("audit verify 1 --json", code=1)
    assert found.json["finding"]["seq"] == 1
    assert found.err == ""


def test_a_cut_tail_is_found_and_a_noted_head_tells_of_a_rewritten_log(incident: Program) -> None:
    head = incident.folder / "head.json"
    incident(f"audit head -o {head}")
    assert json.loads(head.read_text())["seq"] == 4
    assert incident(f"audit verify --against {head}").code == 0
    forged = json.loads(head.read_text()) | {"hash": "f" * 64}
    head.write_text(json.dumps(forged))
    assert "the log was rewritten" in incident(f"audit verify --against {head}", code=1).err
    _change(incident, "DELETE FROM events WHERE seq = 4")
    assert incident("audit verify", code=1).err.startswith("the whole log: bad at event 4")


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"seq": "1", "count": 1, "hash": 2, "recorded_at": null}', "x"]
)
def test_a_file_that_is_no_head_is_wrong_usage(incident: Program, text: str) -> None:
    (incident.folder / "head.json").write_text(text)
    ran = incident(f"audit verify --against {incident.folder}/head.json", code=2)
    assert "is not a head that `incident audit head` noted" in ran.err
    assert "cannot" not in incident("audit verify --against /no/such/file", code=1).out


def test_views_are_rebuilt_and_what_differed_is_named(incident: Program) -> None:
    incident("open y")
    assert incident("db rebuild").out == f"2 incidents rebuilt; none differed ({incident.file}).\n"
    _change(incident, "UPDATE incidents SET severity = 'sev1' WHERE number = 1")
    compared = incident("db rebuild --dry-run", code=1)
    assert compared.out == f"2 incidents compared; 1 differed: INC-1 ({incident.file}).\n"
    assert incident("db rebuild --json").json == {"incidents": 2, "differing": ["INC-1"]}
    assert incident("db rebuild --dry-run").code == 0
    assert incident("show 1 --json").json["severity"] == "sev3"


def test_a_database_that_is_up_to_date_is_left_alone(program: Program) -> None:
    assert program("db upgrade").out == f"unchanged: up to date already ({program.file}).\n"
    assert program("db check").out == f"The database is as this program expects it ({program.file}).\n"


def test_a_new_database_is_made_by_the_first_upgrade(program: Program) -> None:
    program.url = f"sqlite:///{program.folder / 'new' / 'incidents.db'}"
    assert program("db upgrade").out.startswith("applied ")
    assert program("db upgrade").out.startswith("unchanged: ")


def test_a_table_that_is_missing_is_found_by_the_check(incident: Program) -> None:
    _change(incident, "DROP TABLE search")
    ran = incident("db check", code=1)
    assert ran.err.startswith("bad: ")
    assert incident("doctor", code=1).out.count("bad") >= 1


def test_doctor_says_which_database_that_is_and_that_all_is_well(incident: Program) -> None:
    page = incident("doctor").out
    assert f"ok       database      {incident.file}\n" in page
    assert "bad" not in page
    states = {each["state"] for each in incident("doctor --json").json}
    assert states <= {"ok", "warning"}


def test_doctor_makes_nothing_only_to_look_at_it(program: Program) -> None:
    place = program.folder / "new.db"
    program.url = f"sqlite:///{place}"
    page = program("doctor").out
    assert str(place) in page
    assert "does not exist yet" in page
    assert not place.exists()


def test_doctor_ends_with_6_where_the_database_cannot_be_used(program: Program) -> None:
    program.file.write_bytes(b"not a database" * 1000)
    ran = program("doctor", code=6)
    assert "bad      connection" in ran.out


def test_config_names_every_setting_its_source_and_no_secret(program: Program) -> None:
    program.url = "postgresql://ann:hunter2@db.example.com/incidents"
    program.settings["INCIDENT_TIMEZONE"] = "Europe/Berlin"
    lines = {line.split("\t")[0]: line.split("\t")[1:] for line in program("config").out.splitlines()}
    assert lines["DATABASE_URL"] == [
        "postgresql://ann:***@db.example.com/incidents", "environment",
    ]  # fmt: skip
    assert lines["INCIDENT_TIMEZONE"] == ["Europe/Berlin", "environment"]
    assert lines["INCIDENT_WAIT_SECONDS"] == ["10", "default"]
    ran = program("config --json")
    assert "hunter2" not in ran.out
    assert {"name", "value", "source", "meaning", "refused"} == set(ran.json[0])


def test_config_runs_where_a_setting_is_refused_and_names_it_beside_its_line(program: Program) -> None:
    program.settings |= {"PAGERDUTY_ROUTING_KEY": "0123456789abcdef", "WEB_INTERFACE_ENABLED": "true"}
    ran = program("config")
    assert "PAGERDUTY_ROUTING_KEY\t***\tenvironment\n" in ran.out
    first, second = ran.err.splitlines()
    assert first.startswith("refused: WEB_INTERFACE_ENABLED is true, but there is no web interface")
    assert second.startswith("refused: PAGERDUTY_ROUTING_KEY is set, but there is no PagerDuty here")
    lines = program("config --json").json
    refused = {line["name"]: line["refused"] for line in lines if line["refused"]}
    assert [f"refused: {sentence}" for sentence in refused.values()] == [first, second]
    assert "0123456789abcdef" not in f"{ran}{lines}"


def test_config_shows_its_lines_also_where_a_setting_is_malformed(program: Program) -> None:
    program.settings |= {"INCIDENT_WAIT_SECONDS": "soon", "AUTO_CREATE_RCA": "true"}
    ran = program("config", code=2)
    assert "INCIDENT_WAIT_SECONDS\tsoon\tenvironment\n" in ran.out
    first, second = ran.err.splitlines()
    assert first.startswith("error: INCIDENT_WAIT_SECONDS (environment) must be a number of seconds")
    assert second.startswith("error: AUTO_CREATE_RCA is true, but nothing is written into Confluence")
    ran = program("config --json", code=2)
    refused = [line["refused"] for line in ran.json if line["refused"]]
    assert [f"error: {sentence}" for sentence in refused] == [first, second]


def test_the_settings_file_of_the_folder_is_read(program: Program) -> None:
    (program.folder / ".env").write_text("INCIDENT_WORKSPACE=T1\n")
    assert "INCIDENT_WORKSPACE\tT1\t.env file\n" in program("config").out


def test_a_workspace_sees_only_its_own_incidents(incident: Program) -> None:
    incident.settings["INCIDENT_WORKSPACE"] = "T1"
    assert incident("list").out == ""
    assert incident("open x").out == "INC-1 opened: x (sev4).\n"


def test_the_lifecycle_is_printed_as_a_diagram_and_as_text(program: Program) -> None:
    assert program("lifecycle --format mermaid").out.startswith("stateDiagram-v2\n")
    text = program("lifecycle").out
    for move in ("declare", "resolve", "close", "reopen"):
        assert move in text


def test_the_lifecycle_and_the_settings_need_no_database(program: Program) -> None:
    program.url = "sqlite:////proc/nowhere/incidents.db"
    program("config")
    program("lifecycle")
    program("list", code=6)


def test_the_file_of_daily_heads_tells_of_a_log_that_was_rewritten_after_any_of_them(
    incident: Program,
) -> None:
    head = incident.folder / "head.json"
    incident(f"audit head -o {head}")
    good = json.loads(head.read_text())
    heads = incident.folder / "heads"
    early = good | {"seq": 2, "count": 2, "hash": "f" * 64}
    heads.write_text(f'{json.dumps(good)}\n{{"seq": 4, "cou\n{json.dumps(good)}\n')
    assert incident(f"audit verify --against {heads}").code == 0
    heads.write_text(f"{json.dumps(early)}\n{json.dumps(good)}\n")
    assert "the log was rewritten" in incident(f"audit verify --against {heads}", code=1).err
    heads.write_text(f"{json.dumps(good | {'hash': 'f' * 64})}\n{json.dumps(good)}\n")
    assert "the log was rewritten" in incident(f"audit verify --against {heads}", code=1).err
