"""Questions that several commands ask: who does something and until when, who was alerted, what was learnt, what does not fit in a sentence."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from splitkit.cli.ui.custody_ledgers import LedgerWriter, ask_who
from splitkit.cli.ui.dialogue import Dialogue, MovedError
from splitkit.cli.ui.talk import safe
from splitkit.custody.due import QUARTER
from splitkit.custody.records.devices import AssetRecord
from splitkit.custody.records.holdings import Register
from splitkit.custody.register import check_people
from splitkit.custody.repeats import recorded_already
from splitkit.custody.saying.command_words import WITNESSED, CommandWord
from splitkit.custody.saying.naming import Thing, is_named, meant, person_called, person_meant, things
from splitkit.custody.saying.question import Sentence, UnclearError
from splitkit.custody.saying.sentence import understood
from splitkit.custody.saying.supplied import offered
from splitkit.custody.saying.telling import in_plain_words
from splitkit.errors import Remedy, SplitkitError, UsageError
from splitkit.host import clock, files
from splitkit.host.home import Ledgers
from splitkit.ledger.chain import Entry, head_words
from splitkit.ledger.events import ActionAgreed, AlertArrived, AssetChecked, Debrief, HeadCompared, Outcome
from splitkit.ledger.fields import DATE, LINE, PERSON_NAME, TEXT, Kind, number, taken
from splitkit.ledger.schema import Event
from splitkit.packs.commands import CAPITALS, MEANINGS, asked_for
from splitkit.plan.document import MAX_PLAN_BYTES, parse_plan

MINUTES = number(0, 9999)
KNEW = "Did they check whether it was announced, and ask whoever announced it?"
"""What is asked of everybody whom an alert has reached."""

TRIED = {
    "mfa": "read the serial number from the device; see that it is whole, and when it ends",
    "phone": "switch it on, let it be called, hear from whoever pays the bill that it goes on; write no number anywhere",
    "mailbox": "send a test message: two of its owners see it",
    "laptop": "switch it on, and use it once for what it is kept for",
    "other": "see that it is whole, and use it once for what it is kept for",
}
"""What is done in a drill with each kind of asset."""

_ONLY_PEOPLE_SAY = {
    "accepted": ("Was the sign-in accepted?", "the account took the password", "it was refused, which is recorded and looked into"),
    "intact": ("Is the seal whole?", "nobody has opened the bag", "somebody may have read the sheet: that is an incident"),
    "expected": ("Is its number the one in the register?", "it is the number above", "it is another bag: that is an incident"),
    "validated": (KNEW, "they did", "they did not: it is recorded so"),
}  # fmt: skip
"""What is so or not so of an entry, and what each answer means: it is asked for, whatever the command of a pack has there."""

_NOTHING = "'nothing' is an answer too; else a few words"


def ask_other(dialogue: Dialogue, question: str, register: Register, first: str, given: str, fact: str) -> str:
    """Return the id of somebody else than the *first*, who is offered by number, or was *given* already; who is no second person is refused with a *fact*."""

    def other(typed: str) -> str:
        person = person_meant(register, typed)
        if not register.are_two((first, person)):
            raise UsageError(fact, Remedy.NAME_TWO)
        return person

    offered = {one: person_called(register, one) for one in register.here if register.are_two((first, one))}
    return other(given) if given else dialogue.pick(question, offered, other)


def in_a_quarter() -> dt.date:
    """Return the day that is proposed where people name one, such as that of the next drill or review."""
    return clock.day() + dt.timedelta(days=QUARTER)


def ask_writer(dialogue: Dialogue, writer: LedgerWriter) -> LedgerWriter:
    """Return who writes into a ledger, asked for where nobody is named."""
    if writer.by:
        return writer
    return replace(writer, by=ask_who(dialogue, writer.read().built.register)).checked()


def ask_alerts(
    dialogue: Dialogue, take_seat: Callable[[str], str], people: Mapping[str, str]
) -> Iterator[AlertArrived]:
    """Yield what is recorded of everybody who received an alert; *take_seat* makes a seat, or an id, of what is typed, or of one of *people*."""
    means = "One person who was alerted, also somebody elsewhere: the name in full."
    while seat := dialogue.pick(
        "Who has received the alert?", people, lambda typed: typed and take_seat(typed), means, empty="nobody else"
    ):
        minutes = dialogue.value("After how many minutes?", MINUTES)
        validated = dialogue.yes(KNEW)
        yield AlertArrived(receiver=seat, minutes=minutes, validated=validated)


def ask_device(dialogue: Dialogue, register: Register, asset: AssetRecord) -> AssetChecked | None:
    """Return what came of trying a thing that opens the account; nothing where it is not tried today."""
    serial = f", serial {asset.serial}" if asset.serial else ""
    question = f"{asset.name}, {register.named(asset.holder)}{serial}: {TRIED[asset.kind]}."
    outcome = dialogue.choose(question, {"pass": "", "fail": "", "skip": "not today"})
    if outcome == "skip":
        return None
    expires = remark = None
    if asset.battery or asset.expires:
        until = f"When does it end (Enter: {asset.expires or 'not known'})?"
        expires = dialogue.value(until, DATE, asset.expires or "") or None
    if outcome == "fail":
        remark = dialogue.value("What was wrong with it (Enter: nothing more to say)?", LINE, "") or None
    result: Outcome = "pass" if outcome == "pass" else "fail"
    return AssetChecked(asset=asset.tag, result=result, expires=expires, remark=remark)


def ask_lessons(
    dialogue: Dialogue, codes: Iterator[str], people: Mapping[str, str]
) -> Iterator[Debrief | ActionAgreed]:
    """Yield what everybody says that a ceremony has taught, then what changes, with a name and a day; *codes* are those that the actions get."""
    told = dialogue.interview(lambda: _debrief(dialogue))
    yield told
    while told.change is not None and dialogue.yes("Is there something to change, with a name and a day?"):
        text, owner, due = ask_action(dialogue, "What is done?", TEXT, people)
        yield ActionAgreed(action=next(codes), text=text, owner=owner, due=due)


def _debrief(dialogue: Dialogue) -> Debrief:
    return Debrief(
        went_wrong=dialogue.text("What went wrong ('nothing' is an answer)?", TEXT, _NOTHING),
        surprising=dialogue.text("What was surprising?", TEXT, _NOTHING),
        change=dialogue.value("What should change (Enter: nothing)?", TEXT, "") or None,
    )


def ask_action(
    dialogue: Dialogue, question: str, kind: Kind, people: Mapping[str, str], *, pressing: bool = False
) -> tuple[str, str, dt.date]:
    """Return what is done, by whom and until which day; what is *pressing* is due today, as status has it."""
    text, owner = dialogue.text(question, kind, _NOTHING), ask_owner(dialogue, "By whom?", people)
    return text, owner, ask_day(dialogue, "By which day?", clock.day() if pressing else in_a_quarter())


def ask_owner(dialogue: Dialogue, question: str, people: Mapping[str, str]) -> str:
    """Return the name of whoever does something: of *people*, by seat or id, or somebody else whom people name on purpose."""
    hint = known_people(people.values())
    known = partial(owner_meant, people)
    while True:
        typed = dialogue.pick(
            question,
            {one: one for one in people.values() if one},
            partial(_owner, people, hint),
            f"The name of a person; {hint}.",
        )
        if known(typed) or dialogue.yes(
            f"Nobody here is called {safe(typed)}; {hint}.\n  Is it the name of somebody else?",
            "they do it",
            "you are asked again",
        ):
            return known(typed) or typed


def _owner(people: Mapping[str, str], hint: str, typed: str) -> str:
    """Return a name, or what means one of *people*; a sentence is neither."""
    if not typed:
        raise UsageError("nobody was named", hint)
    return typed if owner_meant(people, typed) else str(taken(PERSON_NAME, typed))


def owner_meant(people: Mapping[str, str], typed: str) -> str:
    """Return the name of the one whom a word means, of *people* by their seats or ids; nothing where it means nobody, or several."""
    known = {key.casefold(): name or key for key, name in people.items()}
    alike = {name for name in known.values() if name.casefold().startswith(typed.casefold())}
    exact = {name for name in alike if name.casefold() == typed.casefold()}
    found = {known[typed.casefold()]} if typed.casefold() in known else exact or alike
    return found.pop() if len(found) == 1 else ""


_MOST_NAMED = 8
"""So many people a hint names."""


def known_people(names: Iterable[str]) -> str:
    """Return a hint that names the people who may be meant."""
    known = list(dict.fromkeys(filter(None, names)))
    more = " and others" if len(known) > _MOST_NAMED else ""
    return f"here are {', '.join(map(safe, known[:_MOST_NAMED]))}{more}" if known else "type the name in full"


def ask_day(dialogue: Dialogue, question: str, usual: dt.date, kind: Kind = DATE) -> dt.date:
    """Return a day; Enter alone is the *usual* one, which every such question shows before its last sign."""
    day: dt.date = dialogue.value(f"{question[:-1]} (Enter: {usual}){question[-1]}", kind, usual)
    return day


def names_of(register: Register | None) -> dict[str, str]:
    """Return the people who are here, by their ids."""
    return {seat: one.name or seat for seat, one in register.here.items()} if register else {}


# --- what a field takes -------------------------------------------------------------------------------------------------


def ask_field(dialogue: Dialogue, register: Register, called: str, kind: Kind, offered: Mapping[str, str], means: str, *,
              new: bool, empty: str = "") -> str:  # fmt: skip
    """Return what people say a field is, checked by its *kind*, or one of what is *offered*, by its number.

    Where Enter alone is an answer, *empty* says what it means, and nothing is returned.
    """

    def take(typed: str) -> str:
        if not typed:
            if empty:
                return ""
            raise UsageError("nothing was typed", f"type {kind.takes}; Ctrl-C stops, and nothing of it is recorded")
        if is_named(kind.thing) and not new:
            return _meant(kind, offered, things(register, kind.thing), typed)
        if kind.free or not kind.thing:
            taken(kind, typed)
        return typed

    if is_named(kind.thing) and not new and not offered:
        if empty:
            return ""  # nothing is there that could be named: it is left out
        raise UsageError(f"the register has no {kind.thing} of which that could be said", "leave it out")
    if offered:
        return dialogue.pick(f"{called}:", offered, take, means, empty=empty)
    return dialogue.read(f"{called}{f'; Enter: {empty}' if empty else ''}:", take, means)


def _meant(kind: Kind, offered: Mapping[str, str], known: Sequence[Thing], typed: str) -> str:
    """Return the id of the one thing that people mean."""
    if typed in offered:
        return typed
    found = meant(known, typed)
    if len(found) == 1:
        return found[0].id
    what = "several things are" if found else f"no {kind.thing} is"
    raise UsageError(f"{what} called like that in the register", "type its number, or its name as it stands here")


def ask_people(dialogue: Dialogue, register: Register, called: str, fewest: int, usual: Sequence[str] = (), *, empty: str = "", besides: str = "", several: bool = False) -> str:  # fmt: skip
    """Return the ids of people, with commas: of at least so many; Enter alone means the *usual* ones, where there are any.

    Whoever it is asked of *besides* is neither offered nor taken: nobody sees what they do themselves.
    """
    offered = {
        one: person_called(register, one)
        for one in register.here
        if not besides or register.are_two((besides, one), clock.day())
    }
    hint = known_people(offered.values())

    def take(typed: str) -> str:
        if not typed and (usual or empty):
            return ",".join(usual)
        words = [one.strip() for one in typed.split(",") if one.strip()]
        numbers = {str(at): one for at, one in enumerate(offered, 1)}
        found = [numbers.get(one) or person_meant(register, one) for one in words]
        if len(set(found)) < fewest:
            few = "nobody was named" if not found else f"fewer than {fewest} people were named"
            raise UsageError(few, hint)
        if besides and not register.are_two((besides, *found), clock.day()):
            raise UsageError(f"{register.called(besides)} cannot be the other one too", hint)
        if besides and len(set(found)) > 1:
            raise UsageError("one person is asked for", hint)
        return ",".join(found)

    enter = ", ".join(register.called(one) for one in usual) or empty
    return dialogue.pick(
        f"{called}:", offered, take, f"{hint}; several with commas.", empty=enter, several=several or fewest != 1
    )


# --- one sentence -------------------------------------------------------------------------------------------------------


def write_sentence(ledgers: Ledgers, sentence: Sentence) -> list[str]:
    """Write what a sentence says, and return that in plain words; what the same people recorded today is not written again."""
    with LedgerWriter(ledgers, "", "", by_hand=True).held() as held:
        before = partial(recorded_already, held.entries, day=clock.day())
        spoken = understood(sentence, held.register, clock.stamp(), before)
        check_people(held.register, spoken.by, spoken.witness)
        told = [(event, before(event)) for event in spoken.events]
        again = [(event, one) for event, one in told if one and one.adds_nothing(spoken.by, spoken.witness)]
        lines = [
            f"recorded already, entry {one.entry.seq}: nothing was written{_once_more(event)}" for event, one in again
        ]
        now = replace(held, writer=replace(held.writer, by=spoken.by, witness=spoken.witness))
        register = now.after([event for event, one in told if not one])
        new = [event for event, one in told if (event, one) not in again]
        return [*lines, *(_told(entry, register) for entry in (now.writer.append(held.ledger, new) if new else ()))]


def _once_more(event: Event) -> str:
    """Say how what has happened twice on a day is recorded, where its own words can tell it apart."""
    wordy = any(kind.free for _, kind, _ in event.kinds())
    return "; if it has happened again, say so in its words" if wordy else ""


def _told(entry: Entry, register: Register) -> str:
    data = entry.listed()
    said = "; as what people said: the program saw nothing of it" if data.saw else ""
    return f"entry {entry.seq} recorded: {safe(in_plain_words(data, register))}{said}"


def mended(dialogue: Dialogue, sentence: Sentence, register: Register) -> Sentence:
    """Ask until a sentence fits.

    Raises:
        MovedError: If people leave it.
    """
    while True:
        try:
            understood(sentence, register, clock.stamp())
        except UnclearError as unclear:
            sentence = _answered(dialogue, register, unclear)
        else:
            return sentence


_LEFT = "leave it, and nothing is recorded"


def _answered(dialogue: Dialogue, register: Register, unclear: UnclearError) -> Sentence:
    """Return the sentence that an answer makes; one that changes nothing leaves it refused."""
    question = unclear.question
    if question.mended:
        if not question.missing:
            dialogue.refuse(unclear.error)
        take = partial(_mended_or_left, question.mended)
        if question.several:
            return take(ask_people(dialogue, register, question.asked.rstrip(":"), 1, empty=_LEFT, several=True))
        if question.offered:
            return dialogue.pick(question.asked, question.offered, take, empty=_LEFT)
        means = "Type it as it is called: 'splitkit status' has the names of what there is."
        return dialogue.read(f"{question.asked}\n  Enter: {_LEFT}:", take, means)
    answer = dialogue.choose(question.asked, {one.answer: one.means for one in question.choices})
    then = next(one.sentence for one in question.choices if one.answer == answer)
    if then is None:
        raise unclear.error
    return then


def _mended_or_left(make: Callable[[str], Sentence], typed: str) -> Sentence:
    """Return the sentence that an answer makes; with none people leave it, as what is asked for may not be there at all."""
    if not typed:
        raise MovedError
    return make(typed)


def head_compared(dialogue: Dialogue, writer: LedgerWriter, register: Register) -> tuple[LedgerWriter, bool]:
    """Let two people sign the head of the record and say that the paper has its words; return with whom, and whether that is recorded."""
    entries = writer.read().entries
    if not entries:
        return writer, False
    dialogue.say("The head of the record: read it aloud, and write it on the paper that two of you sign.")
    dialogue.public_words(head_words(entries[-1].hash), "L")
    if not dialogue.yes(
        "Do these twelve words stand on the signed paper?", "it is recorded who compared them", "it is not recorded"
    ):
        return writer, False
    if register.left_on(writer.by, clock.day()):
        two = ask_people(dialogue, register, "Who are the two that have compared them", 2).split(",")
        writer = replace(writer, by=two[0], witness=two[1])
    elif not writer.witness:
        other = ask_people(dialogue, register, "Who has compared them with you", 1, besides=writer.by)
        writer = replace(writer, witness=other)
    try:
        writer.record(HeadCompared(head=entries[-1].hash))
    except SplitkitError as error:
        dialogue.refuse(error)
        return writer, False
    return writer, True


def ask_word(dialogue: Dialogue, writer: LedgerWriter, register: Register, word: CommandWord) -> str:
    """Return a word of a command, asked for where it stands in capitals and checked by its kind; Enter leaves out a field that may be.

    What nobody but people can say is asked for, whatever stands there.
    """
    if word.name in _ONLY_PEOPLE_SAY:
        return "yes" if dialogue.yes(*_ONLY_PEOPLE_SAY[word.name]) else "no"
    if not word.kind or not all(map(CAPITALS.fullmatch, word.text.split(","))):
        return word.text
    if word.name == "due":
        return str(ask_day(dialogue, "By which day?", in_a_quarter()))
    called = _CALLED.get((word.event.event if word.event else "", word.name), "") if word.text == "PERSON" else ""
    called = called or asked_for(word.text)
    empty = "leave it out" if word.optional else ""
    if word.kind.thing == "person" and not word.new:
        fewest = len(word.text.split(","))
        two = tuple(filter(None, (writer.by, writer.witness))) if fewest > 1 else ()
        usual = two if len(two) == fewest else ()
        besides = writer.by if word.name == WITNESSED else ""
        many = word.kind.dump is list
        return ask_people(dialogue, register, called, fewest, usual, empty=empty, besides=besides, several=many)
    means = f"{MEANINGS.get(word.text, 'In words of your own')}."
    choices = {} if word.new or not word.event else offered(register, word.event, word.name, word.kind)
    if word.name == "site":
        choices = {one: one for one in known_sites(writer.ledgers, register)}
    if word.name == "owner":  # by name, as an action has it
        choices = {one: one for one in names_of(register).values()}
    return ask_field(dialogue, register, called, word.kind, choices, means, new=word.new, empty=empty)


_CALLED = {
    ("sheet.handed", "to"): "Who has it now",
    ("bag.sealed", "person"): "Who keeps it",
    ("asset.added", "person"): "Who keeps it",
    ("asset.moved", "person"): "Who has it now",
}
"""How it is asked who somebody is whom a field of an event names."""


def known_sites(ledgers: Ledgers, register: Register) -> list[str]:
    """Return the sites of the plans in the custody folder, then those of the places that are recorded; a plan that cannot be read has none."""
    sites = list[str]()
    for path in sorted((ledgers.folder / "plans").glob("*.toml")) if ledgers.folder else ():
        with suppress(SplitkitError):
            plan = parse_plan(files.read_file(str(path), MAX_PLAN_BYTES))
            sites += [one.site for _, one in plan.custodians]
    return list(dict.fromkeys(filter(None, [*sites, *(one.site for one in register.places.values() if not one.left)])))
