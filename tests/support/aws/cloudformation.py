"""A CloudFormation template as a stack would have it: read with its short forms, its functions worked out for given parameters."""

from __future__ import annotations

import re
from typing import Any

import yaml

PSEUDO = {
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::AccountId": "111122223333",
    "AWS::StackName": "root-user-alert",
}
NOTHING = object()
"""What AWS::NoValue takes away."""


class _Reader(yaml.SafeLoader):
    """YAML with the short forms of CloudFormation."""


def _short_form(loader, suffix, node):
    kinds = {
        yaml.ScalarNode: loader.construct_scalar,
        yaml.SequenceNode: lambda node: loader.construct_sequence(node, deep=True),
        yaml.MappingNode: lambda node: loader.construct_mapping(node, deep=True),
    }
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": kinds[type(node)](node)}


_Reader.add_multi_constructor("!", _short_form)


class Template:
    """A template with parameters; what is no function is itself, and a function that is not known is an error."""

    def __init__(self, text: str, **parameters: str) -> None:
        self.whole = yaml.load(text, _Reader)
        given = {name: one.get("Default") for name, one in self.whole["Parameters"].items()} | parameters
        self.values = PSEUDO | {"AWS::NoValue": NOTHING} | given

    def refused(self) -> list[str]:
        """What the rules of the template say against the parameters."""
        return [
            one["AssertDescription"]
            for rule in self.whole["Rules"].values()
            if self.value(rule["RuleCondition"])
            for one in rule["Assertions"]
            if not self.value(one["Assert"])
        ]

    def resources(self) -> dict[str, dict[str, Any]]:
        """The properties of each resource that the stack would have."""
        return {
            name: self.value(one["Properties"])
            for name, one in self.whole["Resources"].items()
            if "Condition" not in one or self._holds(one["Condition"])
        }

    def value(self, given: Any) -> Any:
        """Work out the functions in a value."""
        if isinstance(given, list):
            return [one for one in map(self.value, given) if one is not NOTHING]
        if not isinstance(given, dict):
            return given
        (name, of), *more = given.items() if given else [("", None)]
        if not more and name in ("Ref", "Condition") and isinstance(of, str):
            return self._holds(of) if name == "Condition" else self.values.get(of, f"<{of}>")
        if not more and name.startswith("Fn::"):
            return getattr(self, "_" + name[4:].lower())(of)
        return {key: one for key, one in zip(given, map(self.value, given.values()), strict=True) if one is not NOTHING}

    def _holds(self, condition: str) -> bool:
        return self.value(self.whole["Conditions"][condition])

    def _if(self, of):
        return self.value(of[1] if self._holds(of[0]) else of[2])

    def _equals(self, of):
        return self.value(of[0]) == self.value(of[1])

    def _not(self, of):
        return not self.value(of[0])

    def _and(self, of):
        return all(map(self.value, of))

    def _or(self, of):
        return any(map(self.value, of))

    def _getatt(self, of):
        return f"<{of}>"

    def _findinmap(self, of):
        return self.whole["Mappings"][of[0]][of[1]][of[2]]

    def _sub(self, of):
        text, more = of if isinstance(of, list) else (of, {})
        known = self.values | self.value(more)
        return re.sub(r"\$\{(.+?)\}", lambda name: known[name[1]], text)
