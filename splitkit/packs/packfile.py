"""A pack file, read strictly: whatever it should not say is refused with the place where it stands, and never quoted."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from splitkit.errors import UsageError
from splitkit.host.toml import parse_toml
from splitkit.packs.prose import fault_of

MOST_BYTES = 256 * 1024
_MOST = 9999
_MOST_TABLES = 100
NAME, LINE, TEXT = 40, 100, 500
"""Characters of a name, of a short and of a long text."""

ASK = "ask"
"""Where a source would stand, and nobody has found one."""

_TAG = re.compile(r"(?=.{2,32}$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_SHOWN = re.compile(r"[a-z][a-z0-9._-]{1,31}|[A-Z][0-9]{1,3}")
"""What a message may quote: a key, a short name, a code."""
_CODE = re.compile(r"[A-Z](?:0|[1-9][0-9]{0,2})")
_NUMBER = re.compile(r"(?=.{1,16}$)[A-Z]?[0-9]+(?:[.][0-9]+)*[a-z]?")
"""How others number what they ask for: 'S8', '1.03.2'."""
_PAGE = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?:/(?!(?:\.|%2[eE])+(?:/|$))[A-Za-z0-9._~%#-]*)*")


def read_file(data: bytes, what: str = "the pack") -> PackTable:
    """Return the outermost table of a pack file, or of criteria; *what* it is goes into each refusal.

    Raises:
        UsageError: If it is too long, no TOML, or hides characters.
    """
    if len(data) > MOST_BYTES:
        raise UsageError(f"{what} is longer than 256 KiB", "check that it is the right file")
    values = parse_toml(data, what)
    lines = tuple(data.decode("utf-8").split("\n"))
    for number, line in enumerate(lines, 1):
        if line.isprintable():
            continue
        if hidden := next((one for one in line.rstrip("\r") if not one.isprintable() and one != "\t"), None):
            fact = f"{what} (line {number}): the line has the invisible character U+{ord(hidden):04X}"
            raise UsageError(fact, "take it out, also of a comment")
    return PackTable(what, values, lines)


@dataclass(frozen=True)
class PackTable:
    """A table of a pack file.

    Attributes:
        where: What people call it: 'procedure R4, step 3'.
        values: What it says.
        lines: The whole file.
        path: How it is called in its header: 'procedure.step'; '' for the outermost.
        span: The lines of it and of the tables in it: from its header, counted from 1, up to but not with the last; (0, 0) where
            it has no header.
    """

    where: str
    values: Mapping[str, Any]
    lines: tuple[str, ...] = ()
    path: str = ""
    span: tuple[int, int] = (0, 0)

    def refused(self, fact: str, hint: str, key: str = "") -> UsageError:
        """Return the refusal of what it says, with its place: the line of a *key*, or that of its header."""
        line = self._line_of(key)
        return UsageError(f"{self.where}{f' (line {line})' if line else ''}: {fact}", hint)

    def only(self, *names: str) -> None:
        """Refuse every key but these."""
        if unknown := sorted(self.values.keys() - set(names)):
            raise self.refused(
                f"{_shown(unknown[0], 'a key')} is not one of its keys", f"known are: {_listed(names)}", unknown[0]
            )

    def text(self, name: str, most: int = TEXT, *, optional: bool = False, told: bool = False) -> str:
        """Return a text of one line; '' where an *optional* one is missing.  What is only *told* lets nobody do anything."""
        if optional and name not in self.values:
            return ""
        value = self._given(name)
        if type(value) is not str:
            raise self.refused(f"'{name}' is not a text", "write it in quotes", name)
        if fault := fault_of(value, most, told=told):
            raise self.refused(f"'{name}' {fault[0]}", fault[1], name)
        return value

    def tag(self, name: str) -> str:
        """Return a short name such as 'aws-root'."""
        value = self.text(name)
        if not _TAG.fullmatch(value):
            hint = "2 to 32 small letters, digits and '-', such as aws-root"
            raise self.refused(f"'{name}' is not a short name", hint, name)
        return value

    def code(self, name: str) -> str:
        """Return a short code such as 'R4'."""
        value = self.text(name)
        if not _CODE.fullmatch(value):
            raise self.refused(f"'{name}' is not a code", "a capital letter and a number up to 999, such as R4", name)
        return value

    def number(self, name: str) -> str:
        """Return how others number something: 'S8', '1.03.2'."""
        value = self._given(name)
        if type(value) is not str or not _NUMBER.fullmatch(value):
            raise self.refused(f"'{name}' is not the number of a criterion", "such as S8 or 1.03.2, in quotes", name)
        return value

    def count(self, name: str) -> int:
        """Return how many, from 1."""
        value = self._given(name)
        if type(value) is not int or not 1 <= value <= _MOST:
            raise self.refused(f"'{name}' is not a number from 1 to {_MOST}", "write it without quotes", name)
        return value

    def source(self, name: str) -> str:
        """Return where a provider says so: the address of a page, without 'https://', or `ASK`."""
        value = self._given(name)
        return self._addresses(name, [value])[0]

    def sources(self, name: str) -> tuple[str, ...]:
        """Return where a provider says so, if anything is named."""
        return self._addresses(name, self._list(name)) if name in self.values else ()

    def _addresses(self, name: str, values: list[Any]) -> tuple[str, ...]:
        for one in values:
            if type(one) is not str or len(one) > TEXT or (one != ASK and not _PAGE.fullmatch(one)):
                hint = "leave 'https://' and what follows '?' out; write \"ask\" where nobody has found one"
                raise self.refused(f"'{name}' is not the address of a page", hint, name)
        if len(set(values)) < len(values):
            raise self.refused(f"'{name}' names one page twice", "name each once", name)
        return tuple(values)

    def texts(
        self,
        name: str,
        most: int = LINE,
        *,
        optional: bool = False,
        told: bool = False,
        of: Collection[str] | None = None,
    ) -> tuple[str, ...]:
        """Return a list of texts, each once; each one *of* some words, if they are given; *told*: see `text`."""
        if optional and name not in self.values:
            return ()
        values = self._list(name)
        for one in values:
            if of is None:
                replace(self, values={name: one}).text(name, most, told=told)
            elif type(one) is not str or one not in of:
                fact = f"'{name}' names {_shown(one, 'something')}, which is not there"
                raise self.refused(fact, f"there are: {_listed(of) or 'none'}", name)
        if len(set(values)) < len(values):
            raise self.refused(f"'{name}' names one thing twice", "name each once", name)
        return tuple(values)

    def one(self, name: str, of: Collection[str]) -> str:
        """Return one of some words."""
        return replace(self, values={name: [self._given(name)]}).texts(name, of=of)[0]

    def one_or_several(self, name: str, of: Collection[str]) -> tuple[str, ...]:
        """Return one of some words, or a list of them; nothing where nothing is said."""
        if name not in self.values:
            return ()
        return self.texts(name, of=of) if type(self.values[name]) is list else (self.one(name, of),)

    def flag(self, name: str) -> bool:
        """Return whether something is so; it is not where nothing is said."""
        value = self.values.get(name, False)
        if type(value) is not bool:
            raise self.refused(f"'{name}' is neither true nor false", "write true, without quotes", name)
        return value

    def day(self, name: str) -> dt.date:
        """Return a day."""
        value = self._given(name)
        if type(value) is not dt.date:
            raise self.refused(f"'{name}' is not a day", "write it without quotes, as 2026-11-27", name)
        return value

    def table(self, name: str) -> PackTable:
        """Return a table that stands on one line; an empty one where it is missing."""
        value = self.values.get(name, {})
        if type(value) is not dict or (name in self.values and not value):
            raise self.refused(f"'{name}' is not a table, or is an empty one", 'write it as { name = "text" }', name)
        line = self._line_of(name)
        return PackTable(f"{self.where}, '{name}'", value, self.lines, self._path(name), (line, line + 1))

    def tables(self, name: str, called: str, key: str = "") -> list[PackTable]:
        """Return the tables of a list, each *called* so, with its number or with what it says for a *key*."""
        values = self.values.get(name, [])
        if type(values) is not list or any(type(one) is not dict for one in values):
            raise self.refused(f"'{name}' is not a list of tables", f"write [[{self._path(name)}]] above each", name)
        spans = self._spans(f"[[{self._path(name)}]]", len(values))
        return [
            PackTable(self._called(f"{called} {_key(one, key) or at}"), one, self.lines, self._path(name), span)
            for at, (one, span) in enumerate(zip(values, spans, strict=True), 1)
        ]

    def named(self, name: str, called: str) -> dict[str, PackTable]:
        """Return the tables of a table by their names, each *called* so."""
        values = self.values.get(name, {})
        if type(values) is not dict or any(type(one) is not dict for one in values.values()):
            raise self.refused(
                f"'{name}' is not a table of tables", f"write [{self._path(name)}.NAME] above each", name
            )
        if len(values) > _MOST_TABLES:
            raise self.refused(f"'{name}' has more than {_MOST_TABLES} tables", "say it in fewer", name)
        for at, one in enumerate(values, 1):
            if not _TAG.fullmatch(one):
                hint = "2 to 32 small letters, digits and '-'"
                raise self.refused(f"name {at} in '{name}' is not a short name", hint, name)
        return {
            one: PackTable(self._called(f"{called} {one}"), value, self.lines, path, self._spans(f"[{path}]", 1)[0])
            for one, value in values.items()
            for path in [self._path(f"{name}.{one}")]
        }

    def _given(self, name: str) -> Any:
        if name not in self.values:
            raise self.refused(f"'{name}' is missing", "docs/packs.md says what belongs there")
        return self.values[name]

    def _list(self, name: str) -> list[Any]:
        value = self._given(name)
        if type(value) is not list or not value:
            raise self.refused(
                f"'{name}' is not a list of texts, or is an empty one", 'write it as ["one", "two"]', name
            )
        return value

    def _path(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def _called(self, name: str) -> str:
        return f"{self.where}, {name}" if self.path else name

    def _spans(self, header: str, count: int) -> list[tuple[int, int]]:
        """Return where the tables of a header stand in this one; only where they are as many as was read."""
        first, end = self.span if self.span[0] else (1, len(self.lines) + 1)
        found = [at for at in _headers(self.lines).get(header, ()) if first <= at < end]
        if len(found) != count:
            return [(self.span[0], self.span[0])] * count
        return list(zip(found, [*found[1:], end][:count], strict=True))

    def _line_of(self, key: str) -> int:
        """Return the line of a key, else that of the header; 0 where there is none."""
        first, end = self.span if self.path else (0, len(self.lines) + 1)
        for at in range(first + 1, end):
            if _header(self.lines[at - 1]):
                break
            if key and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", self.lines[at - 1]):
                return at
        return first


def origin(source: str) -> str:
    """Return where something is from, in words."""
    return "ask the provider: nobody has found it in the documents" if source == ASK else source


@functools.lru_cache(maxsize=2)  # A file, and what every pack has.
def _headers(lines: tuple[str, ...]) -> dict[str, list[int]]:
    """Return on which lines each header stands."""
    found: dict[str, list[int]] = {}
    for number, line in enumerate(lines, 1):
        found.setdefault(_header(line), []).append(number)
    return found


def _header(line: str) -> str:
    """Return the header that a line is, without what it has of spaces and quotes; '' where it is none."""
    bare = re.sub(r"[\s\"']", "", line.partition("#")[0])
    return bare if re.fullmatch(r"\[[^\[\]]+\]|\[\[[^\[\]]+\]\]", bare) else ""


def _shown(value: object, otherwise: str) -> str:
    return f"'{value}'" if type(value) is str and _SHOWN.fullmatch(value) else otherwise


def _key(values: Mapping[str, Any], key: str) -> str:
    value = values.get(key)
    return value if key and type(value) is str and _NUMBER.fullmatch(value) else ""


def _listed(words: Collection[str]) -> str:
    return ", ".join(words)
