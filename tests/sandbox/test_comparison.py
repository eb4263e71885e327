"""The sandbox's copies of Slack's contracts say what Slack documents, and nothing else."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest

from adapters.sandbox import contract
from tests.sandbox import comparison

WORDS_ONLY = frozenset(("description", "$comment", "examples", "title", "default", "_note"))


def bare(value: Any, names: bool = False) -> Any:
    """A schema without what only explains; under `names` the keys are a shape's fields."""
    if isinstance(value, list):
        return [bare(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    fields = ("properties", "definitions", "patternProperties")
    return {
        key: bare(inner, key in fields and not names)
        for key, inner in value.items()
        if names or key not in WORDS_ONLY
    }


def shipped(path: str) -> Any:
    """A data file of the sandbox."""
    return json.loads(files("adapters.sandbox").joinpath(path).read_text("utf-8"))


def test_methods_arguments_scopes_tiers_and_errors_are_the_documented_ones() -> None:
    documented = comparison.contract("methods.json")["methods"]
    known = contract.methods()
    assert known.keys() == documented.keys()
    for name, method in known.items():
        said = documented[name]
        assert dict(method.args) == said["args"], name
        assert list(method.required) == said["required"], name
        assert list(method.scopes) == said["bot_scopes"], name
        assert method.errors == set(said["errors"]), name
        assert method.tier == said["tier"], name


def test_common_errors_and_events_are_the_documented_ones_with_three_named_exceptions() -> None:
    documented = comparison.contract("methods.json")
    assert contract.common_errors() == {*documented["common_errors"], *contract.BEYOND}
    assert sorted(contract.BEYOND) == ["internal_error", "invalid_arguments", "invalid_auth"]
    misprinted = json.dumps(documented["events"]).replace("app_mentions.read", "app_mentions:read")
    assert dict(contract.event_scopes()) == json.loads(misprinted)


@pytest.mark.parametrize("name", ["blocks", "modal", "home"])
def test_block_kit_shapes_are_the_published_ones(name: str) -> None:
    published = bare(comparison.contract(f"{name}.schema.json")["definitions"], names=True)
    # The sandbox knows every block, so the placeholder for one it does not know is left out.
    for placeholder in ("AnyBlock", "Block"):
        published.pop(placeholder, None)
    text = json.dumps(published).replace("#/definitions/AnyBlock", "#/definitions/KnownBlock")
    ours = shipped("blocks/shapes.json")
    assert {key: ours.get(key) for key in published} == json.loads(text)


def test_the_shape_of_a_manifest_is_the_published_one() -> None:
    published = comparison.contract("manifest.schema.2.0.0.json")
    ours = shipped("manifest_shapes.json")
    whole = ours.pop("manifest")
    assert ours == bare(published["definitions"], names=True)
    assert whole == {
        key: inner
        for key, inner in bare(published).items()
        if key not in ("definitions", "$schema", "description", "title")
    }
