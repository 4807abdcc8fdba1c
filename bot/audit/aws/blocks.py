"""Statements as Terraform's modules write them, made what AWS reads.

`- sid: …, effect: Deny, actions: […], condition: [{test, variable, values}]`: the words of
`aws_iam_policy_document`, which cloudposse's catalogues of SCPs keep in YAML. A word that is not
known stays as it is, so that it is not lost in silence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_WORDS = {
    "sid": "Sid",
    "effect": "Effect",
    "actions": "Action",
    "not_actions": "NotAction",
    "resources": "Resource",
    "not_resources": "NotResource",
}


def is_block(raw: object) -> bool:
    """Whether this is such a statement."""
    return isinstance(raw, Mapping) and ("actions" in raw or "not_actions" in raw)


def body_of(blocks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The policy that these statements make."""
    return {"Version": "2012-10-17", "Statement": [_statement(block) for block in blocks]}


def _statement(block: Mapping[str, Any]) -> dict[str, Any]:
    made = {
        _WORDS.get(key, key): value
        for key, value in block.items()
        if key not in {"condition", "conditions"} and value is not None
    }
    # Terraform's own default.
    made.setdefault("Effect", "Allow")
    written = block.get("condition", block.get("conditions"))
    if written:
        made["Condition"] = _condition(written)
    return made


def _condition(written: object) -> object:
    """The tests by operator and key. What has another form is given back, for it to be named."""
    made: dict[str, dict[str, Any]] = {}
    for test in written if isinstance(written, list) else [written]:
        if not isinstance(test, Mapping) or not {"test", "variable", "values"} <= test.keys():
            return written
        keys = made.setdefault(str(test["test"]), {})
        if str(test["variable"]) in keys:
            # Two tests of one key must both hold, which no JSON can say with one operator.
            return written
        keys[str(test["variable"])] = test["values"]
    return made
