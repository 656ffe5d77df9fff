"""A pack file, read strictly: whatever it should not say is refused with the place where it stands, and never quoted."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from splitkit.errors import UsageError
from splitkit.host.toml import parse_toml

MOST_BYTES = 256 * 1024
LINE, TEXT = 100, 500
"""Characters of a short and of a long text."""

_TAG = re.compile(r"[a-z][a-z0-9-]{1,31}")
_PLACE = re.compile(r"[a-z0-9.-]+(/[A-Za-z0-9._~%#-]*)*")
_PHONE = re.compile(r"\+?\d(?:[ ()./-]{0,2}\d){6,}")
_PUTS_DOWN = re.compile(
    r"\b(?:write|note|copy|print|photograph|dictate|read aloud|read out|e-?mail(?! address)|send|store|save|keep)\b"
    r"[^.,;:]{0,40}?\b(?:password|secret|share|pin|recovery key|unseal key|words of (?:a|the) (?:share|sheet)|private key)\b"
    r"(?! (?:manager|sheet|set|policy|reset|page|field|change))",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:no|not|never|nobody|nothing|without|instead of)\b", re.IGNORECASE)


def read_file(data: bytes) -> Table:
    """Return the outermost table of a pack file.

    Raises:
        UsageError: If it is too long, or no TOML.
    """
    if len(data) > MOST_BYTES:
        raise UsageError("the pack is longer than 256 KiB", "check that it is the right file")
    values = parse_toml(data, "the pack")
    return Table("the pack", values, tuple(data.decode("utf-8").splitlines()))


@dataclass(frozen=True)
class Table:
    """A table of a pack file.

    Attributes:
        where: What people call it: 'procedure R4, step 3'.
        values: What it says.
        lines: The whole file.
        header: The line with which it begins in the file, and how many like it stand before: '[[way]]', 1.
    """

    where: str
    values: Mapping[str, Any]
    lines: tuple[str, ...] = ()
    header: tuple[str, int] = ("", 0)

    def refused(self, fact: str, hint: str) -> UsageError:
        """Return the refusal of what it says, with its place."""
        header, before = self.header
        found = [number for number, line in enumerate(self.lines, 1) if header and line.split("#")[0].strip() == header]
        at = f" (line {found[before]})" if before < len(found) else ""
        return UsageError(f"{self.where}{at}: {fact}", hint)

    def only(self, *names: str) -> None:
        """Refuse every key but these."""
        if unknown := sorted(self.values.keys() - set(names)):
            shown = f"'{unknown[0]}'" if _TAG.fullmatch(unknown[0]) else "a key"
            raise self.refused(f"{shown} is no key of it", "known are: " + ", ".join(names))

    def text(self, name: str, most: int = TEXT, *, optional: bool = False) -> str:
        """Return a text of one line; '' where an *optional* one is missing."""
        if optional and name not in self.values:
            return ""
        value = self.values.get(name)
        if type(value) is not str or not value.strip():
            raise self.refused(f"'{name}' is missing, or no text", "write it in quotes")
        self._check(name, value, most)
        return value

    def _check(self, name: str, value: str, most: int) -> None:
        if len(value) > most:
            raise self.refused(f"'{name}' is longer than {most} characters", "say it in fewer words")
        if value != value.strip() or "  " in value:
            raise self.refused(f"'{name}' begins or ends with a space, or has two in a row", "leave it out")
        if strange := next((one for one in value if not _is_plain(one)), None):
            raise self.refused(
                f"'{name}' has the character U+{ord(strange):04X}", "write Latin letters and plain signs"
            )
        if _PHONE.search(value):
            raise self.refused(f"'{name}' has what looks like a phone number", "a pack holds none: say whom to ask")
        if any(not _NOT.search(value[: found.end()]) for found in _PUTS_DOWN.finditer(value)):
            raise self.refused(
                f"'{name}' lets somebody put a secret down", "a secret is shown by 'recover', and stands nowhere else"
            )

    def tag(self, name: str) -> str:
        """Return a short name such as 'aws-root'."""
        value = self.text(name, LINE)
        if not _TAG.fullmatch(value):
            raise self.refused(f"'{name}' is no short name", "small letters, digits and '-', such as aws-root")
        return value

    def source(self, name: str) -> str:
        """Return where a provider says so: the address of a page, without 'https://', or 'ask'."""
        return self._address(name, self.values.get(name))

    def sources(self, name: str) -> tuple[str, ...]:
        """Return where a provider says so, if anything is named."""
        values = self.values.get(name, [])
        if type(values) is not list:
            raise self.refused(f"'{name}' is no list of texts", 'write it as ["one", "two"]')
        return tuple(self._address(name, one) for one in values)

    def _address(self, name: str, value: Any) -> str:
        """Return an address; the digits in one are no phone number."""
        if type(value) is not str or len(value) > TEXT or (value != "ask" and not _PLACE.fullmatch(value)):
            raise self.refused(
                f"'{name}' is no address of a page", "leave 'https://' out; write 'ask' where nobody has found one"
            )
        return value

    def texts(
        self, name: str, most: int = LINE, *, optional: bool = False, of: Collection[str] = ()
    ) -> tuple[str, ...]:
        """Return a list of texts, each once; if *of* some words, each one of them."""
        if optional and name not in self.values:
            return ()
        values = self.values.get(name)
        if type(values) is not list or not values or any(type(one) is not str for one in values):
            raise self.refused(f"'{name}' is missing, or no list of texts", 'write it as ["one", "two"]')
        for one in values:
            self._check(name, one, most)
        if len(set(values)) < len(values):
            raise self.refused(f"'{name}' names one thing twice", "name each once")
        if of and (unknown := [one for one in values if one not in of]):
            shown = f"'{unknown[0]}'" if _TAG.fullmatch(unknown[0]) else "something"
            raise self.refused(f"'{name}' names {shown}, which is not there", "there are: " + ", ".join(of))
        return tuple(values)

    def one(self, name: str, of: Collection[str]) -> str:
        """Return one of some words."""
        value = self.text(name, LINE)
        (found,) = replace(self, values={name: [value]}).texts(name, of=of)
        return found

    def flag(self, name: str) -> bool:
        """Return whether something is so; it is not where nothing is said."""
        value = self.values.get(name, False)
        if type(value) is not bool:
            raise self.refused(f"'{name}' is neither true nor false", "write true, without quotes")
        return value

    def day(self, name: str) -> dt.date:
        """Return a day."""
        value = self.values.get(name)
        if type(value) is not dt.date:
            raise self.refused(f"'{name}' is missing, or no day", "write it without quotes, as 2026-11-27")
        return value

    def tables(self, name: str, called: str, key: str = "") -> list[Table]:
        """Return the tables of a list, each *called* so, with its number or with what it says for a *key*."""
        values = self.values.get(name, [])
        if type(values) is not list or any(type(one) is not dict for one in values):
            raise self.refused(f"'{name}' is no list of tables", f"write [[{name}]] above each")
        before = self.header[0].strip("[]")
        header = f"[[{before}.{name}]]" if before else f"[[{name}]]"
        ahead = self._ahead(name) if before else 0
        return [
            Table(self._called(f"{called} {self._key(one, key) or at}"), one, self.lines, (header, ahead + at - 1))
            for at, one in enumerate(values, 1)
        ]

    def named(self, name: str, called: str) -> dict[str, Table]:
        """Return the tables of a table by their names, each *called* so."""
        values = self.values.get(name, {})
        if type(values) is not dict or any(type(one) is not dict for one in values.values()):
            raise self.refused(f"'{name}' is no table of tables", f"write [{name}.NAME] above each")
        if wrong := [one for one in values if not _TAG.fullmatch(one)]:
            raise self.refused(
                f"name {list(values).index(wrong[0]) + 1} in '{name}' is no short name", "small letters, digits and '-'"
            )
        return {
            one: Table(self._called(f"{called} {one}"), value, self.lines, (f"[{name}.{one}]", 0))
            for one, value in values.items()
        }

    def _called(self, name: str) -> str:
        return name if self.where == "the pack" else f"{self.where}, {name}"

    @staticmethod
    def _key(values: Mapping[str, Any], key: str) -> str:
        value = values.get(key)
        return value if key and type(value) is str and re.fullmatch("[A-Za-z0-9-]{1,12}", value) else ""

    def _ahead(self, name: str) -> int:
        """How many tables of this name stand in the file before this table's own."""
        header, before = self.header
        inner, seen, count = f"[[{header.strip('[]')}.{name}]]", 0, 0
        for line in self.lines:
            text = line.split("#")[0].strip()
            if text == header:
                seen += 1
                if seen > before:
                    break
            count += text == inner
        return count


def _is_plain(character: str) -> bool:
    """Whether it is a Latin letter, a digit, or a sign that nothing takes for markup or control: no look-alike of another script."""
    if character.isascii():
        return character.isprintable()
    return unicodedata.category(character) in ("Lu", "Ll") and unicodedata.name(character, "").startswith("LATIN ")
