"""What an event is made of: named fields of certain kinds, each checked once, where the event is made.

So an event that exists is one that the list allows: writer and verifier make it, and nobody behind them checks it again.
"""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass
from types import MappingProxyType, NoneType
from typing import TYPE_CHECKING, Any, ClassVar, Literal, dataclass_transform, get_args, get_origin

from splitkit.errors import Remedy, UsageError
from splitkit.ledger.fields import FLAG, Kind, choice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Self


@dataclass(frozen=True)
class Wrong:
    """An attribute that says whether something was as it should be: which value says that it was not, and which that it was.

    Any other value says neither.
    """

    attribute: str
    words: str
    """What is wrong, in words, in which attributes of the event stand in braces."""
    bad: Any = False
    good: tuple[Any, ...] = (True,)
    of: str = ""
    """The attribute that says what was looked at; where it names a thing, that is the same in every ledger."""
    unless: tuple[str, Any] = ("", None)
    """An attribute and its value with which it says neither."""


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Event:
    """Something that happened, with its data; every class below it is one event of the list.

    It is made and compared like a frozen dataclass whose fields are given by name.  It is none: a hundred classes of which each has
    its own methods written and compiled would cost every start more than all else of the ledgers.

    Raises:
        UsageError: If a field is not of its kind; it names the field, and quotes nothing.
    """

    event: ClassVar[str]
    """Its name, as it stands in the ledger."""
    means: ClassVar[str]
    """What it says, in words."""
    adds: ClassVar[str]
    """The attribute that names something new; whatever else it names was recorded before.  Empty for most."""
    introduces: ClassVar[str]
    """What kind of thing that is, see `Kind.thing`."""
    saw: ClassVar[bool]
    """Whether the program sees it happen; else people say it."""
    by_hand: ClassVar[bool]
    """Whether people may enter it later from paper, though the program sees it."""
    wrong: ClassVar[Wrong | None] = None
    """Whether it says that something is wrong, or is not; nothing for most."""
    two: ClassVar[str]
    """The attribute that names the two people who settle it together, see `Kind.two`; empty where one person's word is enough."""
    _kinds: ClassVar[Mapping[str, tuple[str, Kind, bool]]]
    """Of each attribute the name of the field, its kind, and whether it may be left out."""
    _fields: ClassVar[Mapping[str, tuple[str, Kind]]]
    """Of each field the attribute and its kind."""
    _things: ClassVar[tuple[tuple[str, Kind], ...]]
    """The attributes that name things, each with its kind."""
    _required: ClassVar[frozenset[str]]
    """The fields that are never left out."""
    _usual: ClassVar[Mapping[str, Any]]
    """Of each attribute that may be left out its value then."""

    def __init_subclass__(
        cls, *, event: str, means: str, adds: str = "", saw: bool = False, by_hand: bool = False
    ) -> None:
        cls.event, cls.means, cls.adds, cls.saw, cls.by_hand = event, means, adds, saw, by_hand
        # A field named like a word of Python, or like the secret itself, has an underscore behind it in the class.
        cls._kinds = MappingProxyType(
            {name: (name.rstrip("_"), *_kind(hint)) for name, hint in vars(cls).get("__annotations__", {}).items()}
        )
        cls._fields = MappingProxyType({name: (own, kind) for own, (name, kind, _) in cls._kinds.items()})
        cls._things = tuple((own, kind) for own, (_, kind, _) in cls._kinds.items() if kind.thing)
        cls.two = next((own for own, (_, kind, _) in cls._kinds.items() if kind.two), "")
        cls._required = frozenset(name for name, _, optional in cls._kinds.values() if not optional)
        cls._usual = {own: vars(cls)[own] for own in cls._kinds if own in vars(cls)}
        cls.introduces = cls._kinds[adds][1].thing if adds else ""

    def __init__(self, **given: Any) -> None:
        values = {**self._usual, **given}
        if values.keys() != self._kinds.keys():
            raise TypeError(f"{type(self).__name__} takes {', '.join(self._kinds) or 'nothing'}")
        vars(self).update(values)
        for attribute, (field, kind, optional) in self._kinds.items():
            value = getattr(self, attribute)
            if value is None and optional:
                continue
            try:
                kind.check(value)
            except UsageError as error:
                raise self.refused(field, error) from None

    def __setattr__(self, name: str, value: object) -> None:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> None:
        raise FrozenInstanceError(f"cannot delete field {name!r}")

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other) if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(vars(self)[own] for own in self._kinds))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{own}={vars(self)[own]!r}' for own in self._kinds)})"

    @classmethod
    def refused(cls, field: str, error: UsageError) -> UsageError:
        """Return why the value of a field is refused, with the name of the field."""
        said = error.fact if error.fact.startswith(("is ", "holds ", "looks ")) else f"is refused: {error.fact}"
        return UsageError(f"'{field}' of '{cls.event}' {said}", error.hint)

    @classmethod
    def kinds(cls) -> Iterator[tuple[str, Kind, bool]]:
        """Yield every field with its kind, and whether it may be left out."""
        yield from cls._kinds.values()

    @classmethod
    def kind_of(cls, attribute: str) -> Kind:
        """Return the kind of an attribute."""
        return cls._kinds[attribute][1]

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> Self:
        """Return the event whose *fields* are these, as JSON has them.

        Raises:
            UsageError: If they are not those of the list.
        """
        known = cls._fields
        if not fields.keys() <= known.keys():
            raise UsageError(
                f"'{cls.event}' has a field that splitkit does not know", "its fields are " + ", ".join(known)
            )
        if missing := cls._required - fields.keys():
            field = next(field for field in known if field in missing)
            raise UsageError(f"'{field}' of '{cls.event}' is missing", f"it is {known[field][1].takes}")
        if None in fields.values():
            field = next(field for field, value in fields.items() if value is None)
            raise cls.refused(field, UsageError("is nothing", f"leave it out, or write {known[field][1].takes}"))
        return cls(**{known[field][0]: known[field][1].load(value) for field, value in fields.items()})

    @classmethod
    def check_saw(cls, saw: bool) -> None:  # noqa: FBT001  (what the entry says)
        """Refuse what only the program can see and people say, or the other way round.

        Raises:
            UsageError: If it is so.
        """
        if saw and not cls.saw:
            raise UsageError(f"'{cls.event}' is what people say, and no program sees it", "record it as what was said")
        if cls.saw and not saw and not cls.by_hand:
            raise UsageError(
                f"'{cls.event}' counts only where the program saw it; nobody can say it", Remedy.LET_IT_SEE
            )

    @property
    def right(self) -> bool | None:
        """Whether what was looked at was as it should be, see `Wrong`; None where it does not say so."""
        if self.wrong is None or getattr(self, self.wrong.unless[0], "") == self.wrong.unless[1]:
            return None
        value = getattr(self, self.wrong.attribute)
        return False if value == self.wrong.bad else True if value in self.wrong.good else None

    def held(self) -> Iterator[tuple[str, Kind, Any]]:
        """Yield every attribute that it has, with its kind and its value."""
        for attribute, (_, kind, _) in self._kinds.items():
            if (value := getattr(self, attribute)) is not None:
                yield attribute, kind, value

    def things(self) -> Iterator[tuple[str, Kind, Any]]:
        """Yield every attribute that names a thing, see `Kind.thing`, with its kind and its value: what is held, and only ids."""
        for attribute, kind in self._things:
            if (value := getattr(self, attribute)) is not None:
                yield attribute, kind, value

    def names(self) -> Iterator[tuple[str, str]]:
        """Yield each thing that must be there already: what kind of thing it is, and its id."""
        new = getattr(self, self.adds) if self.adds else None
        for attribute, kind, value in self.things():
            if attribute != self.adds:
                yield from ((kind.thing, one) for one in ((value,) if type(value) is str else value) if one != new)

    def saying(self, changes: Mapping[str, Any]) -> Self:
        """Return the same with other values of some attributes."""
        return type(self)(**{**vars(self), **changes}) if changes else self

    def fields(self) -> dict[str, Any]:
        """Return the fields that it has, in the order of their names, as JSON has them."""
        found = {field: (kind, getattr(self, attribute)) for attribute, (field, kind, _) in self._kinds.items()}
        return {field: kind.dump(value) for field, (kind, value) in sorted(found.items()) if value is not None}


def _kind(hint: Any) -> tuple[Kind, bool]:
    """Return the kind that a type of the list stands for, and whether the field may be left out."""
    optional = NoneType in get_args(hint)
    (hint,) = tuple(one for one in get_args(hint) if one is not NoneType) if optional else (hint,)
    if hint is bool:
        return FLAG, optional
    if get_origin(hint) is Literal:
        return choice(*get_args(hint)), optional
    (kind,) = hint.__metadata__
    return kind, optional


@dataclass(frozen=True)
class Unlisted:
    """What an entry says that the list of events does not allow, and *why*; the chain holds nevertheless."""

    event: str
    raw: Mapping[str, Any]
    why: UsageError
    saw: bool

    def fields(self) -> dict[str, Any]:
        """Return what stands there, unchecked."""
        return dict(self.raw)
