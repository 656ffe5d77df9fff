"""Whether an event matches an event pattern of Amazon EventBridge, for the part of the language that is used here.

As documented: docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html and eb-create-pattern-operators.html, and the README of
github.com/aws/event-ruler, which is the matcher itself.  Looked up on 2026-11-27.  What is not known here is an error, so that no test passes
by what it did not understand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

MAX_PATTERN = 2048
"""Characters of a pattern: eb-quota.html."""
MAX_COMBINATIONS = 1000
"""What the numbers of alternatives of all $or may come to when they are multiplied: eb-create-pattern-operators.html."""

_ABSENT = object()


def matches(pattern: Mapping[str, Any], event: Any) -> bool:
    """Whether every field matches: fields are joined by 'and', the values of one by 'or', and so are the alternatives of $or."""
    return all(
        any(matches(one, event) for one in wanted) if name == "$or" else _matches_field(wanted, event, name)
        for name, wanted in pattern.items()
    )


def _matches_field(wanted: Any, event: Any, name: str) -> bool:
    given = event.get(name, _ABSENT) if isinstance(event, dict) else _ABSENT
    if isinstance(wanted, dict):
        return matches(wanted, given)
    given = given if isinstance(given, list) else [given]
    return any(_matches_value(one, value) for one in wanted for value in given)


def _matches_value(wanted: Any, given: Any) -> bool:
    if not isinstance(wanted, dict):
        if not isinstance(wanted, str | bool):
            raise NotImplementedError(wanted)
        return type(given) is type(wanted) and given == wanted
    ((operator, operand),) = wanted.items()
    if operator == "exists":
        # Only of leaves: a field with fields of its own is none.
        return (given is not _ABSENT and not isinstance(given, dict)) is operand
    kinds = {"prefix": str.startswith, "suffix": str.endswith, "wildcard": _wildcard}
    if operator not in kinds or not isinstance(operand, str):
        raise NotImplementedError(wanted)
    return isinstance(given, str) and bool(kinds[operator](given, operand))


def _wildcard(given: str, operand: str) -> bool:
    if "\\" in operand or "**" in operand:
        raise NotImplementedError(operand)
    return bool(re.fullmatch(".*".join(map(re.escape, operand.split("*"))), given, re.DOTALL))


def size(pattern: Mapping[str, Any]) -> int:
    """How many characters a pattern has, as it is sent."""
    return len(json.dumps(pattern, separators=(",", ":")))


def combinations(pattern: Any) -> int:
    """What the numbers of alternatives of every $or in a pattern come to when they are multiplied."""
    if isinstance(pattern, list):
        pattern = dict(enumerate(pattern))
    if not isinstance(pattern, dict):
        return 1
    product = len(pattern["$or"]) if "$or" in pattern else 1
    for one in pattern.values():
        product *= combinations(one)
    return product
