"""A sentence of people as entries of the ledger: `stored 1 "Berlin safe"`.  Pure: what does not fit is a question.

Plain words fill, in the order of the event, the fields that it needs and that nothing supplies, see `supplied`; so what a word
means never depends on what was recorded.  More words of that many begin the same again, for another sheet.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from splitkit.custody.records.heirs import FILES
from splitkit.custody.records.holdings import Register, SetRecord, SheetRecord
from splitkit.custody.register import after
from splitkit.custody.saying.meaning import adding, event_meant, is_event, is_said, near_events
from splitkit.custody.saying.naming import Thing, is_named, meant, near, new_id, same, taking_part, things
from splitkit.custody.saying.question import FIELD, LEFT_OUT, Choice, OpenQuestion, Sentence, UnclearError, shown
from splitkit.custody.saying.supplied import (
    About,
    added,
    asked_for,
    is_about_sheet,
    makes_id,
    offered,
    spoken,
    stays_empty,
    supplied,
)
from splitkit.errors import AttentionError, NotIntroducedError, Remedy, SplitkitError, UsageError
from splitkit.host.columns import capital
from splitkit.ledger.chain import Happening
from splitkit.ledger.events import Correction
from splitkit.ledger.fields import FLAG, SEAT, SHEETS, Kind
from splitkit.ledger.freetext import check_free_text
from splitkit.ledger.schema import Event

_MOST_NAME = 120
"""Characters of what may be the name of something."""

_MOST_TOLD = 5
"""Things that a refusal names."""

_SHEETS = re.compile(r"(?P<group>[A-P]?)(?P<first>[1-9][0-9]?)(?:-(?P=group)(?P<last>[1-9][0-9]?))?", re.ASCII)

_BY_CODE = frozenset({"set", "line", "ledger", "action", "intent", "incident"})
"""What is named by a code or an id: one that is mistyped is another, and no number of a phone."""

_ENTRY = re.compile(r"(?:seq=)?(?P<code>[A-Za-z0-9-]{1,24})/(?P<number>[1-9][0-9]*)", re.ASCII)
"""How the entry of a ceremony is called everywhere."""

_CODE_LIKE = re.compile(r"[A-Za-z0-9-]{1,36}", re.ASCII)


@dataclass(frozen=True)
class Spoken:
    """What a sentence says: entries that belong together, who says so, and who has seen it."""

    events: tuple[Event, ...]
    by: str
    witness: str


def understood(
    sentence: Sentence, register: Register, at: str, before: Callable[[Event], object] = lambda _: None
) -> Spoken:
    """Return what a sentence says, tried on a *register* *at* a time in UTC, but for what was recorded *before* on that day.

    Raises:
        UnclearError: If a question would settle what does not fit.
        UsageError, AttentionError: If it cannot be recorded.
    """
    event = _event(sentence)
    if event is Correction:
        sentence = _with_ledger(sentence)
    return _Reading(_with_short_ids(sentence, register), event, register, at).joined().spoken(before)


def _with_ledger(sentence: Sentence) -> Sentence:
    """Return the correction of an entry C-0001/12 with its ledger in a field of its own."""
    for at, word in enumerate(sentence.words):
        found = _ENTRY.fullmatch(word)
        if found and (at == 1 or word.startswith("seq=")):
            return sentence.with_word(at, found["number"]).with_field("ledger", found["code"].upper())
    return sentence


def _with_short_ids(sentence: Sentence, register: Register) -> Sentence:
    """Return it with the beginning of each id of a set in its place, as people see it everywhere: it is never told in full."""
    sets = things(register, "set")
    for at, word in enumerate(sentence.words):
        text = FIELD.sub(r"\2", word)
        if text in register.sets and [one.id for one in meant(sets, text[:8])] == [text]:
            sentence = sentence.with_word(at, text[:8])
    return sentence


def speakers(sentence: Sentence, register: Register) -> tuple[str, str]:
    """Return the ids of who says so, and of who has seen it.

    Raises:
        UnclearError: If it was not said who says so, or nobody is called like that.
    """
    if not sentence.by:
        error = UsageError("it was not said who says so", "give the name of whoever says so, or the id")
        raise UnclearError(
            error,
            OpenQuestion(
                "Who says so?",
                mended=lambda typed: replace(sentence, by=typed),
                missing=True,
                offered=taking_part(things(register, "person")),
            ),
        )
    by = _thing(register, SEAT, sentence.by, lambda typed: replace(sentence, by=typed), [])
    if not sentence.witness:
        return by, ""
    return by, _thing(register, SEAT, sentence.witness, sentence.witnessed, [])


def _event(sentence: Sentence) -> type[Event]:
    try:
        return event_meant(sentence.words[0])
    except UsageError as error:
        first = list(_event_first(sentence))
        found = first + [(name, f"'{name}'", sentence.with_word(0, name)) for name in near_events(sentence.words[0])]
        if not found:
            raise
        wrong = UsageError("the event comes first", Remedy.SEE_EVENTS) if len(first) == len(found) else error
        raise UnclearError(wrong, _one_of("Which event is meant?", found)) from None


def _event_first(sentence: Sentence) -> Iterator[tuple[str, str, Sentence]]:
    """Yield each later word that is an event, with the sentence that it would begin."""
    for at, word in enumerate(sentence.words[1:], 1):
        if is_event(word) and is_said(event_meant(word)):
            rest = sentence.without([at])
            yield word, f"'{word}' first", replace(rest, words=(word, *rest.words))


def _one_of(asked: str, found: Sequence[tuple[str, str, Sentence]]) -> OpenQuestion:
    """Return a question with numbered answers, and one that says that it is none of them."""
    numbered = [Choice(str(number), means, then) for number, (_, means, then) in enumerate(found, 1)]
    return OpenQuestion(asked, (*numbered, Choice("none", "none of them")))


@dataclass(frozen=True)
class _SaidWord:
    """One value as it was said, and which word of the sentence that is."""

    text: str
    at: int


_Said = Mapping[str, _SaidWord]


@dataclass
class _Draft:
    """One entry before it is tried, and what in it would explain a refusal."""

    values: dict[str, Any] = field(default_factory=dict)
    slips: list[tuple[int, str, str]] = field(default_factory=list)
    """What was said otherwise than the register has it: which word, the field, what the register has."""
    unknown: list[UnclearError] = field(default_factory=list)
    """Ids that nothing is known of."""


@dataclass(frozen=True)
class _Reading:
    """A sentence about an event, read beside a register."""

    sentence: Sentence
    event: type[Event]
    register: Register
    time: str

    @cached_property
    def kinds(self) -> dict[str, tuple[Kind, bool]]:
        """Of each field its kind, and whether it may be left out."""
        return {name: (kind, optional) for name, kind, optional in self.event.kinds()}

    @property
    def day(self) -> dt.date:
        """The day of the entries."""
        return dt.date.fromisoformat(self.time[:10])

    # --- words and fields

    @cached_property
    def named(self) -> dict[str, _SaidWord]:
        """The words that name their field."""
        found: dict[str, _SaidWord] = {}
        for at, word in enumerate(self.sentence.words[1:], 1):
            if match := FIELD.fullmatch(word):
                name, text = match.groups()
                if name in found:
                    raise UsageError("a field was given twice", "write a list with commas")
                if name not in self.kinds:
                    raise self._no_field(at, name, text, found)
                found[name] = _SaidWord(text, at)
        return found

    @cached_property
    def plain(self) -> list[_SaidWord]:
        """All other words."""
        return [_SaidWord(word, at) for at, word in enumerate(self.sentence.words[1:], 1) if not FIELD.fullmatch(word)]

    @cached_property
    def order(self) -> list[str]:
        """The fields that the plain words fill."""
        return [name for name in spoken(self.event) if name not in self.named]

    def _no_field(self, at: int, name: str, text: str, taken: _Said) -> SplitkitError:
        error = UsageError(f"'{self.event.event}' has no such field", "its fields are " + ", ".join(self.kinds))
        names = near([Thing(one) for one in self.kinds], name)
        rest = self.sentence.without([at])
        found = [(one.id, f"'{one.id}'", rest.with_field(one.id, text)) for one in names if one.id not in taken]
        return UnclearError(error, _one_of("Which field is meant?", found)) if found else error

    def joined(self) -> _Reading:
        """Return this with the last words as one where they are a text, or the name of something, without quotes around it."""
        most = len(self.order)
        if not 0 < most < len(self.plain):
            return self
        last, rest = self.order[-1], self.plain[most - 1 :]
        text, kind = " ".join(word.text for word in rest), self.kinds[last][0]
        if not (kind.free or same(things(self.register, kind.thing), text)):
            return self
        merged = self.sentence.with_word(rest[0].at, text).without([word.at for word in rest[1:]])
        return replace(self, sentence=merged)

    def said(self) -> Iterator[_Said]:
        """Yield the fields of each entry, or of the several sheets of one."""
        size = len(self.order)
        if len(self.plain) > size and (not size or len(self.plain) % size):
            takes = " ".join(name.upper() for name in self.order) or "no plain words"
            raise UsageError(
                f"the words do not fit: '{self.event.event}' takes {takes}",
                "put quotes around what has spaces; anything else is FIELD=VALUE",
            )
        for begin in range(0, max(len(self.plain), 1), size or 1):
            yield dict(zip(self.order, self.plain[begin : begin + size], strict=False)) | self.named

    # --- entries

    def spoken(self, before: Callable[[Event], object]) -> Spoken:
        """Return what is said, once the register has taken it."""
        drafts = [draft for said in self.said() for draft in self._drafts(said)]
        self._check_once(drafts)
        events = [self._made(draft) for draft in drafts]
        by, witness = speakers(self.sentence, self.register)
        register = self.register
        for draft, event in zip(drafts, events, strict=True):
            try:
                register = (
                    register
                    if before(event)
                    else after(register, Happening(event, by, witness, self.time, by_hand=True))
                )
            except (AttentionError, UsageError) as error:
                if error.hint is Remedy.WITNESS and not witness:
                    raise UnclearError(error, _who_has_seen(self.register, self.sentence, error.fact)) from None
                raise self._doubted(draft.slips, draft.unknown, error) from None
        self._check_sure(drafts, register)
        return Spoken(tuple(events), by, witness)

    def _check_once(self, drafts: Sequence[_Draft]) -> None:
        """Refuse to say two things of one sheet at once: which of them holds?"""
        named = Counter((one.values["set"], one.values["sheet"]) for one in drafts if is_about_sheet(self.event))
        if twice := [sheet for (_, sheet), times in named.items() if times > 1]:
            raise UsageError(f"sheet {twice[0]} is named twice", "name each sheet once")

    def _made(self, draft: _Draft) -> Event:
        return self.event.of(draft.values)

    def _drafts(self, said: _Said) -> Iterator[_Draft]:
        if not is_about_sheet(self.event):
            yield self._draft(said)
            return
        record = self._set(said)
        if "sheet" not in said:
            raise self._missing("sheet")
        for number in self._numbers("sheet", said["sheet"]):
            if number not in record.sheets:
                raise AttentionError(
                    "the set has no sheet of this number", "its sheets are " + ", ".join(record.sheets)
                )
            yield self._draft(said, record, record.sheets[number])

    def _draft(self, said: _Said, record: SetRecord | None = None, sheet: SheetRecord | None = None) -> _Draft:
        draft = _Draft()
        about = About(self.register, self.day, sheet, draft.values)
        for name, (kind, optional) in self.kinds.items():
            known = supplied(self.event, name, kind, about)
            if record and sheet and name in ("set", "sheet"):
                draft.values[name] = record.set_id if name == "set" else sheet.number
            elif name in said and name != added(self.event):
                draft.values[name] = self._value(name, said[name], draft)
                if known not in (None, draft.values[name]):
                    draft.slips.append((said[name].at, name, str(known)))
            elif name != added(self.event) and not (optional and stays_empty(self.event, name, kind)):
                if known is None and (not optional or asked_for(self.event, name, kind, about)):
                    raise self._missing(name)
                draft.values |= {} if known is None else {name: known}
        if added(self.event):
            draft.values[added(self.event)] = self._new(said, draft.values)
        return draft

    def _set(self, said: _Said) -> SetRecord:
        """Return the set that is meant: the one that was named, else the only one in use."""
        if "set" in said:
            draft = _Draft()
            set_id = self._reference("set", said["set"], draft)
            if draft.unknown:  # nothing can be said of it then
                raise draft.unknown[0]
            return self.register.sets[set_id]
        live = self.register.live
        if not live:
            raise AttentionError("no set that is in use was recorded", "name the set: set=ID")
        if len(live) > 1:
            ids = ", ".join(one.set_id[:8] for one in live)
            found = [(one.set_id, one.title, self.sentence.with_field("set", one.set_id[:8])) for one in live]
            raise UnclearError(
                UsageError("several sets are in use", f"name one: set=ID, of {ids}"),
                _one_of("Which set is meant?", found),
            )
        return live[0]

    def _numbers(self, name: str, word: _SaidWord) -> list[str]:
        """Return the numbers of sheets: '2', '1,3', 'A1-A3'."""
        numbers: list[str] = []
        for part in word.text.upper().replace(" ", "").split(","):
            found = _SHEETS.fullmatch(part)
            if not found or int(found["last"] or found["first"]) < int(found["first"]):  # a sentence means some entry
                wanted = "is not the numbers of sheets, such as 2, 1,3 or 1-3"
                raise self._misfit(name, word, UsageError(wanted, "the number stands on the paper"))
            first, last = int(found["first"]), int(found["last"] or found["first"])
            numbers += [f"{found['group']}{number}" for number in range(first, last + 1)]
        return list(dict.fromkeys(numbers))

    # --- values

    def _value(self, name: str, word: _SaidWord, draft: _Draft) -> Any:
        kind = self.kinds[name][0]
        if kind is SHEETS:
            return self._numbers(name, word) if word.text.strip() else []
        if kind.thing and kind.dump is list:
            return self._references(name, word, draft)
        return self._reference(name, word, draft) if kind.thing else self._fitting(name, word)

    def _fitting(self, name: str, word: _SaidWord) -> Any:
        """Return the value of a word, as JSON has it; what is neither free text nor a new id may come in capital letters, or without them."""
        kind = self.kinds[name][0]
        strict = kind.free or name == added(self.event)
        for text in (word.text,) if strict else (word.text, word.text.upper(), word.text.lower()):
            try:
                value = kind.read(text)
                kind.check(kind.load(value))
            except UsageError as error:
                wrong = error
            else:
                return value
        raise self._misfit(name, word, wrong)

    def _misfit(self, name: str, word: _SaidWord, error: UsageError) -> SplitkitError:
        kind, refused = self.kinds[name][0], self.event.refused(name, error)
        again = OpenQuestion(
            _wanted(name, kind),
            mended=lambda typed: self.sentence.with_word(word.at, typed),
            offered=offered(self.register, self.event, name, kind) if kind.name == "one of" else {},
        )
        return UnclearError(refused, again)

    def _missing(self, name: str) -> SplitkitError:
        kind = self.kinds[name][0]
        error = UsageError(f"'{name}' of '{self.event.event}' is missing", f"it is {kind.takes}")
        if kind is FLAG:
            both = [
                Choice(one, f"{_asked(name)} is {one}", self.sentence.with_field(name, one)) for one in ("yes", "no")
            ]
            return UnclearError(error, OpenQuestion(f"{_asked(name)}?", tuple(both)))
        asked = f"{capital(_asked(name))}:" if is_named(kind.thing) else _wanted(name, kind)
        question = OpenQuestion(
            asked,
            mended=lambda typed: self.sentence.with_field(name, typed),
            missing=True,
            offered=offered(self.register, self.event, name, kind),
            several=kind.thing == "person" and kind.dump is list,
        )
        return UnclearError(error, question)

    # --- things by their names

    def _references(self, name: str, word: _SaidWord, draft: _Draft) -> list[str]:
        """Return the ids of a list of names, with commas between them."""
        known = things(self.register, self.kinds[name][0].thing)
        one = not word.text.strip() or meant(known, word.text)
        texts = [word.text] if one else [text.strip() for text in word.text.split(",")]
        found: list[str] = []
        for number, text in enumerate(texts if word.text.strip() else ()):

            def again(typed: str, at: int = number) -> Sentence:
                return self.sentence.with_word(word.at, ",".join([*texts[:at], typed, *texts[at + 1 :]]))

            found.append(_thing(self.register, self.kinds[name][0], text, again, draft.unknown))
        return found

    def _reference(self, name: str, word: _SaidWord, draft: _Draft) -> str:
        kind, again = self.kinds[name][0], lambda typed: self.sentence.with_word(word.at, typed)
        return _thing(self.register, kind, word.text, again, draft.unknown)

    def _new(self, said: _Said, values: Mapping[str, Any]) -> str:
        """Return the id of what an entry adds: the one that was said, else one made from its name; a phone number becomes none."""
        name, kind = added(self.event), self.kinds[added(self.event)][0]
        known, code = things(self.register, kind.thing), f"{self.day:%Y%m%d}"
        if name not in said:
            if not makes_id(self.event):
                raise self._missing(name)
            called = values.get("name", "")
            if alike := same(known, called):
                raise self._known_already(kind, called, alike)
            return str(new_id(self.register, kind.thing, called, code))
        if alike := same(known, said[name].text):
            return alike[0].id
        try:
            return str(self._fitting(name, said[name]))
        except UnclearError:
            made = new_id(self.register, kind.thing, said[name].text, code)
            if shown(said[name].text) == LEFT_OUT or not made or kind is SEAT or name in self.named:
                raise
            return made

    def _known_already(self, kind: Kind, called: str, alike: Sequence[Thing]) -> SplitkitError:
        """Ask whether what is added is what is known by that name, or looks like it."""
        name, code = added(self.event), f"{self.day:%Y%m%d}"
        other = str(new_id(self.register, kind.thing, called, code))
        what = "somebody" if kind is SEAT else _article(kind.thing)
        fact = f"{what} of this name, or of one that looks like it, is known already: {', '.join(one.in_full for one in alike)}"
        same_one = self.sentence.with_field(name, alike[0].id)
        who = "person" if kind is SEAT else kind.thing
        choices = (
            Choice("yes", f"the same {who}", same_one),
            Choice("no", f"another {who}", self.sentence.with_field(name, other)),
        )
        return UnclearError(UsageError(fact, ""), OpenQuestion(f"{fact}.  Is it the same {who}?", choices))

    # --- refusals

    def _check_sure(self, drafts: Sequence[_Draft], register: Register) -> None:
        """Ask whether it was a slip of the hand before an incident follows from what is said."""
        found = register.incidents.keys() - self.register.incidents
        opened = {code for code in found if not code.startswith(FILES)}  # that is what becomes of a set, and no slip
        told = self.event.introduces == "incident" or self.event.wrong  # then that is just what is said
        if opened and not told and not self.sentence.sure:
            error = AttentionError(register.incidents[min(opened)], Remedy.OTHER_BAG)
            slips = [slip for draft in drafts for slip in draft.slips]
            raise self._doubted(
                slips, [], error, "it is true: an incident is opened", replace(self.sentence, sure=True)
            )

    def _doubted(
        self, slips: Sequence[tuple[int, str, str]], unknown: Sequence[UnclearError], error: SplitkitError,
        so: str = "it is as it was said", then: Sentence | None = None,
    ) -> SplitkitError:  # fmt: skip
        """Return what is asked where an entry contradicts the register: whether it was a slip of the hand; *so* is what it is *then*, if not."""
        if not slips and then is None:
            return unknown[0] if unknown and isinstance(error, NotIntroducedError) else error
        right = self.sentence.without([at for at, _, _ in slips]) if slips else None
        has = ", ".join(f"{_asked(name)} {self._named(name, value)}" for _, name, value in slips)
        slip = f"a slip: it is {has}" if slips else "a slip: nothing is recorded"
        return UnclearError(
            error, OpenQuestion(f"{error.fact}: a slip?", (Choice("yes", slip, right), Choice("no", so, then)))
        )

    def _named(self, name: str, value: str) -> str:
        known = things(self.register, self.kinds[name][0].thing)
        found = same(known, value)
        return found[0].among(known) if found else value


def _who_has_seen(register: Register, sentence: Sentence, fact: str) -> OpenQuestion:
    return OpenQuestion(
        f"{fact}.  Who has seen it?",
        mended=sentence.witnessed,
        missing=True,
        offered=taking_part(things(register, "person")),
    )


def _wanted(name: str, kind: Kind) -> str:
    """Return how a field is asked for: by its name, and with what it takes."""
    return f"{capital(_asked(name))} ({kind.takes}):"


def _asked(name: str) -> str:
    return name.replace("_", " ")


def _article(thing: str) -> str:
    return f"an {thing}" if thing[0] in "aeiou" else f"a {thing}"


def _told(found: Sequence[Thing], known: Sequence[Thing]) -> str:
    """Return things as they are named in a refusal, each so that it is told apart from all that is *known*."""
    return ", ".join(dict.fromkeys([one.among(known) for one in found][:_MOST_TOLD]))


def _word_for(one: Thing, known: Sequence[Thing]) -> str:
    """Return the word that means a thing, and nothing else."""
    return one.called if meant(known, one.called) == [one] else one.id


def _several(found: Sequence[Thing], again: Callable[[str], Sentence]) -> SplitkitError:
    fact = f"this may be {' or '.join(one.among(found) for one in found[:_MOST_TOLD])}"
    choices = [(one.id, one.among(found), again(one.id)) for one in found[:_MOST_TOLD]]
    return UnclearError(UsageError(fact, "say which"), _one_of(f"{fact}.  Which is meant?", choices))


def _unknown(kind: Kind, text: str, known: Sequence[Thing], again: Callable[[str], Sentence]) -> UnclearError:
    try:
        check_free_text(text, _MOST_NAME)
    except UsageError as wrong:
        if not (kind.thing in _BY_CODE and _CODE_LIKE.fullmatch(text)):
            fact = f"what was said {wrong.fact}"
            return UnclearError(
                UsageError(fact, wrong.hint),
                OpenQuestion(f"Which {kind.thing} is meant?", mended=again, offered=taking_part(known)),
            )
        text = LEFT_OUT
    nothing = "nobody is" if kind.thing == "person" else f"no {kind.thing} is"
    alike = near(known, text)
    told = list(dict.fromkeys([*alike, *(one for one in known if one.here)]))
    fact = f'{nothing} called "{text}"' + (f"; known: {_told(told, known)}" if told else "")
    error = AttentionError(fact, adding(kind.thing))
    choices = [(one.id, one.among(known), again(_word_for(one, known))) for one in alike]
    if choices:
        return UnclearError(error, _one_of(f"{fact}.  Which is meant?", choices))
    return UnclearError(
        error, OpenQuestion(f"{fact}.  Which {kind.thing} is meant?", mended=again, offered=taking_part(known))
    )


def _thing(
    register: Register, kind: Kind, text: str, again: Callable[[str], Sentence], unknown: list[UnclearError]
) -> str:
    """Return the id of what a text means; one that is well formed stays, and the register says whether it knows it."""
    known = things(register, kind.thing)
    found = meant(known, text)
    if len(found) == 1:
        return found[0].id
    if found:
        raise _several(found, again)
    error = _unknown(kind, text, known, again)
    try:
        kind.check((text,) if kind.dump is list else text)
    except UsageError:
        raise error from None
    unknown.append(error)
    return text
