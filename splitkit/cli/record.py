"""`splitkit record`: what happened, as an entry of the desk's ledger; and two people take back what was said by a slip."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from splitkit import __version__
from splitkit.cli.guide import taking_up
from splitkit.cli.guide.questions import ask_other, ask_writer, mended, write_sentence
from splitkit.cli.main import StrictCommand
from splitkit.cli.options import Parsed, ledgers_option
from splitkit.cli.ui.custody_ledgers import LedgerWriter, appended, built_from
from splitkit.cli.ui.dialogue import COLUMNS, Dialogue, MovedError
from splitkit.cli.ui.entry_lines import event_lines, heading
from splitkit.cli.ui.hints import worded
from splitkit.cli.ui.ledger_reading import Reading, last_ledger, read_one, tell_first
from splitkit.cli.ui.talk import result, safe, say, spelt_rows
from splitkit.cli.ui.vouching import agree, check_asked
from splitkit.custody.records.holdings import Register
from splitkit.custody.register import check_may_go, resting_on, taken_back
from splitkit.custody.saying.meaning import EXAMPLES, event_meant, is_event
from splitkit.custody.saying.question import FIELD, LEFT_OUT, Sentence, UnclearError, shown
from splitkit.custody.withdrawal import check_withdrawable, find_entry
from splitkit.errors import (
    AttentionError,
    SplitkitError,
    StoppedError,
    UsageError,
)
from splitkit.host import clock, files, hardening
from splitkit.host.columns import wrapped
from splitkit.host.home import Ledgers
from splitkit.host.terminal import interactive
from splitkit.ledger.chain import Entry, head_words
from splitkit.ledger.comparison import counted
from splitkit.ledger.events import DESK, EVENTS, KINDS, Withdrawn, event_of
from splitkit.ledger.fields import FLAG, TEXT, choice, taken
from splitkit.ledger.ledger_file import Ledger, closing, new_ledger, open_ledger, opening
from splitkit.ledger.schema import Event
from splitkit.ledger.verification import MAX_FILE_BYTES, read_ledger
from splitkit.ledger.wording import in_words


@click.command(cls=StrictCommand, name="record")
@click.argument("words", nargs=-1, metavar="[EVENT [WORD...]]")
@click.option("--list", "listed", is_flag=True, help="List every event that people record; with EVENT, its fields.")
@ledgers_option(doubted=False)
@click.option(
    "--take", metavar="FILE",
    help="Take up a ceremony: copy its ledger into the folder, and count it.  If that is lost, the public record of its set.",
)  # fmt: skip
@click.option("--reason", type=Parsed(partial(taken, TEXT)), metavar="TEXT", help="Why 'withdraw ENTRY...' withdraws.")
@click.option("--by", default="", metavar="PERSON", help="Who says so, by name or id; asked for if not given.")
@click.option("--wit", default="", metavar="PERSON", help="Who has seen it.")
def command(
    words: Sequence[str], listed: bool, ledgers: Ledgers, take: str | None, reason: str | None, by: str, wit: str
) -> None:
    """Record what happened, in one sentence.

    What the register knows need not be said: who keeps a sheet, its bag, its set, the day.  FIELD=VALUE says anything else.
    People and places go by their names, sheets by their numbers: 1,3 or 1-3.  What does not fit is asked at a terminal, and
    refused elsewhere.

    'record withdraw ENTRY...' takes back what was said by a slip: two people do, at a terminal.  ENTRY is the number of the entry; in
    the ledger of a ceremony C-0001/12.

    A ledger by itself, as that of a ceremony without this program, begins with 'record open' and ends with 'record close', which
    shows the 12 words of its head for the paper.

    Example: splitkit record stored 1 "Berlin safe" --by "Ada Example"

    Example: splitkit record seen 1-3 intact=yes --by ada-example

    Example: splitkit record open ceremony=C-0001 kind=drill first=yes --ledger c1.ledger --by ADM --wit WIT
    """
    hardening.harden()  # a text may be refused because it is a secret
    ledgers = ledgers if take is None else taking_up.taken_from(ledgers, take)
    tell_first(ledgers)
    if listed:
        result(*_listed(words))
        return
    if (take is None) == (not words):
        raise UsageError("say what happened, or which ledger is taken up", _SEE_LIST)
    sentence = Sentence(tuple(words), by, wit)
    if take is not None:
        taking_up.take(_writer(ledgers, by, wit), take)
    elif words[0] in _WHOLE_LEDGER and ledgers.named:
        _WHOLE_LEDGER[words[0]](ledgers.last, words[1:], by, wit)
    elif words[0] == _WITHDRAW:
        _withdraw(_writer(ledgers, by, wit), words[1:], reason)
    elif _WITHDRAW in words and not is_event(words[0]):
        rest = [word for word in words if word != _WITHDRAW]
        raise UsageError("the event comes first", f"splitkit record {' '.join(map(_quoted, (_WITHDRAW, *rest)))}")
    elif reason is not None:
        raise UsageError("--reason is for 'withdraw' alone", "write the reason of an event as reason=TEXT")
    else:
        _record(ledgers, sentence)


def _writer(ledgers: Ledgers, by: str, wit: str) -> LedgerWriter:
    """Return who writes, checked where that is known; at a terminal it may be the first of the questions, see `ask_writer`."""
    writer = LedgerWriter(ledgers, by, wit)
    return writer.checked() if by or ledgers.named or not interactive() else writer


_WITHDRAW = "withdraw"
_SEE_LIST = "see 'splitkit record --list' for all events"


def _listed(words: Sequence[str]) -> Iterator[str]:
    """Yield every event that people record, with an example; or what an event is, and its fields."""
    for word in words:
        yield from event_lines(event_meant(word), full=True)
    for name, example in EXAMPLES.items() if not words else ():
        line = f"{example:<40} {EVENTS[name].means}"
        yield from ([line] if len(line) <= COLUMNS else [example, f"    {EVENTS[name].means}"])
    if not words:
        others = ", ".join(name for name in EVENTS if name not in EXAMPLES)
        yield from (
            "",
            *wrapped(f"What the program records, each shown with --list EVENT: {others}.", COLUMNS, rest="  "),
        )


# --- a ledger by itself -------------------------------------------------------------------------------------------------


def _begin_ledger(path: Path, words: Sequence[str], by: str, wit: str) -> None:
    """Begin a ledger: one file a ceremony, continuing the last, unless it is the first of all."""
    said = _fields(words, "ceremony", "kind", "title", "practice", "continues", "first")
    if ("continues" in said) == ("first" in said):
        raise UsageError(
            "it was not said, or said twice, which ledger this one continues",
            "say continues=FILE, or first=yes for the first ledger of all",
        )
    if missing := [name for name in ("ceremony", "kind") if name not in said]:
        raise UsageError(f"{missing[0]}= is missing", f"the kind is one of {', '.join(_KINDS)}")
    kind, practice = str(taken(_KIND, said["kind"], "kind")), taken(FLAG, said.get("practice", "no"), "practice")
    taken(_FIRST, said.get("first", "yes"), "first")
    previous = last_ledger(said.get("continues"), practice=practice)
    opened = opening(said["ceremony"], kind, practice=practice, version=__version__, title=said.get("title", ""))
    with new_ledger(path, previous) as ledger:
        _say_appended(ledger, opened, by, wit)
    if previous:
        say("it continues the ledger with these words; compare them with the last signed paper:")
        say(*spelt_rows(head_words(previous.head), "L"))


def _close_ledger(path: Path, words: Sequence[str], by: str, wit: str) -> None:
    """Close a ledger and show its head: everybody signs the paper that it is written on."""
    said = _fields(words, "next", "standby", "left")
    left = said.pop("left", "").replace(",", " ").split()
    read_one(str(path))
    with open_ledger(path) as ledger:
        _say_appended(ledger, event_of("close", closing(ledger.entries, left=left).fields() | said), by, wit)
        result(heading(ledger.entries))
        result(f"head after {counted(len(ledger.entries))} (write it on the paper; it may be read aloud):")
        result(*spelt_rows(ledger.words, "L"))


def _fields(words: Sequence[str], *known: str) -> dict[str, str]:
    """Return what is said as FIELD=VALUE."""
    pairs = [word.partition("=") for word in words]
    names = [name for name, equals, _ in pairs if equals]
    if len({*names}) != len(words) or not {*names} <= {*known}:
        raise UsageError("the words do not fit: each is FIELD=VALUE, once", f"the fields are {', '.join(known)}")
    return {name: value for name, _, value in pairs}


def _say_appended(ledger: Ledger, event: Event, by: str, wit: str) -> None:
    if not by:
        raise UsageError("it was not said who says so", "name a seat of the roll call: --by ADM")
    (entry,) = appended(ledger, [event], by, wit)
    say(f"entry {entry.seq} recorded: {entry.event}")


_KINDS = [one for one in KINDS if one != DESK]
"""What a ledger may be of that is not the one of a folder, which `splitkit init` begins."""
_KIND, _FIRST = choice(*_KINDS), choice("yes")
_WHOLE_LEDGER = {"open": _begin_ledger, "close": _close_ledger}
"""What begins and ends a ledger that is named."""


# --- what happened ------------------------------------------------------------------------------------------------------


def _record(ledgers: Ledgers, sentence: Sentence) -> None:
    """Write what a sentence says: all of it, or nothing."""
    _check_said(sentence.words[0])
    try:
        lines = write_sentence(ledgers, sentence)
    except UnclearError as unclear:
        if not interactive():
            raise _refusal(unclear, ledgers) from None
        try:
            lines = write_sentence(ledgers, _settled(sentence, built_from(ledgers).register))
        except UnclearError as meanwhile:
            raise _refusal(meanwhile, ledgers) from None
    say(*lines)


def _check_said(word: str) -> None:
    """Refuse an event that only the program can see; what no event is called like is refused later, with what is near to it."""
    if is_event(word) and (own := event_meant(word).event) in _OWN:
        how = "is what the program sees: nobody can say it" if EVENTS[own].saw else "has a way of its own"
        raise UsageError(f"'{own}' {how}", _OWN[own])


def _settled(sentence: Sentence, register: Register) -> Sentence:
    """Ask until a sentence fits."""
    with Dialogue.open("nothing was recorded") as dialogue:
        try:
            return dialogue.interview(lambda: mended(dialogue, sentence, register))
        except MovedError:
            raise StoppedError("stopped by the operator", "nothing was recorded") from None


def _refusal(unclear: UnclearError, ledgers: Ledgers) -> SplitkitError:
    """Return what is told where nobody can be asked, with each answer as a command in full."""
    question, hint = unclear.question, worded(unclear.error.hint)
    ways = [
        f"{one.means}: {_in_full(one.sentence, ledgers)}"
        for one in question.choices
        if one.sentence and not one.sentence.sure
    ]
    if question.mended:
        ways = [_in_full(question.mended(LEFT_OUT), ledgers)]
    return type(unclear.error)(unclear.error.fact, "; ".join([*ways, *([hint] if hint else [])]))


def _in_full(sentence: Sentence, ledgers: Ledgers) -> str:
    where = [word for name in ledgers.named for word in ("--ledger", name)] + (
        ["--home", ledgers.home] if ledgers.home else []
    )
    who = [word for name, who in (("--by", sentence.by), ("--wit", sentence.witness)) if who for word in (name, who)]
    return " ".join(["splitkit record", *map(_quoted, (*sentence.words, *where, *who))])


def _quoted(word: str) -> str:
    """Return a word as it is typed; what may be a secret is left out."""
    found = FIELD.fullmatch(word)
    if found:
        return f"{found[1]}={_quoted(found[2])}"
    text = shown(word) if word else ""
    if re.fullmatch(r"[\w.,:/@%+=-]+", text):
        return text
    return f'"{text}"' if not set(text) & set('"$`\\!') else shlex.quote(text)


_GUIDED = "it is recorded where it is done: 'splitkit ceremony make'"
_REVIEW = "two people hold it: splitkit ceremony review --ledger FILE --ceremony CODE --out FILE"
_OWN = {
    "open": "a folder is made with 'splitkit init'; the ledger of a ceremony begins where --ledger names a new file",
    "close": "the ledger of the desk is never closed; that of a ceremony is where --ledger names it",
    "torn": "the next entry records a torn line by itself",
    "withdrawn": "two people withdraw: splitkit record withdraw ENTRY --by PERSON --wit PERSON",
    "ledger.taken": "bring a ceremony in: splitkit record --take LEDGER",
    "fork.settled": "choose a branch: splitkit ledger verify --settle HASH",
    "head.compared": "the program compares the words: splitkit ledger verify --head WORDS --by PERSON",
    "preflight": _GUIDED,
    "preflight.done": _GUIDED,
    "selftest": _GUIDED,
    "dice": _GUIDED,
    "wipe": _GUIDED,
    "set.made": "make it: splitkit ceremony make or renew, or split; if its ledger is lost: record --take record.pdf",
    "public.copied": _GUIDED,
    "sheet.printed": _GUIDED,
    "sheet.written": _GUIDED,
    "sheet.read": "let the program read the sheet: splitkit ceremony drill SCAN...",
    "set.proven": "let the program put a quorum together: splitkit ceremony drill SCAN...",
    "sheet.reissued": "print it again: splitkit ceremony renew",
    "file.sealed": "seal it: splitkit seal, with the ledger named",
    "file.opened": "open it: splitkit open",
    "drill": "hold it: splitkit ceremony drill SCAN...",
    "review": _REVIEW,
    "review.line": _REVIEW,
}
"""Events that follow from what the program sees, and from no one's word: which command sees it."""


def _withdraw(writer: LedgerWriter, names: Sequence[str], reason: str | None) -> None:
    """Take back what was said, once two people agree to all that follows."""
    reading = writer.read()
    entries = reading.entries
    ledger = read_ledger(files.read_file(str(writer.ledgers.last), MAX_FILE_BYTES)).entries[0].hash
    gone = list(dict.fromkeys(find_entry(entries, name, ledger) for name in names))
    if not gone:
        raise UsageError("no entry is named", "name its number: 'splitkit ledger show' has it")
    _check_stand(entries, gone)
    check_asked()
    with Dialogue.open("nothing was withdrawn") as dialogue:
        writer, back = dialogue.interview(lambda: _agreed(dialogue, reading, writer, gone, reason))
    with writer.held() as held:
        _check_stand(held.entries, gone)
        held.write(back)
    say(f"withdrawn: {', '.join(f'entry {one.seq} ({one.event})' for one in gone)}")


def _agreed(
    dialogue: Dialogue, reading: Reading, writer: LedgerWriter, gone: Sequence[Entry], reason: str | None
) -> tuple[LedgerWriter, list[Withdrawn]]:
    """Return who withdraws entries with whom, and what is written of it, once both agree to all that follows."""
    writer = ask_writer(dialogue, writer)
    register, few = reading.built.register, "fewer than two people withdraw this"
    asked = f"Who withdraws it together with {register.called(writer.by)}?"
    second = ask_other(dialogue, asked, register, writer.by, writer.witness, few)
    reason = reason or dialogue.text("Why is it withdrawn?", TEXT)
    back = [Withdrawn(entry=one.hash, reason=reason, approved=(writer.by, second)) for one in gone]
    writer = replace(writer, witness=second)
    rests = _rests(reading, writer, back)
    dialogue.rows([line for one in gone for line in _shown(one, register)])
    dialogue.rows(rests)
    dialogue.say("It stays in the ledger, and on the first lines of status and audit until a review confirms it.")
    agree(
        dialogue,
        tuple(map(register.called, (writer.by, second))),
        "is this withdrawn?",
        "nothing follows from it any longer",
    )
    return writer, back


def _check_stand(entries: Sequence[Entry], gone: Sequence[Entry]) -> None:
    """Refuse to withdraw what the program saw, or what was withdrawn before."""
    before = taken_back(entries, clock.day())
    for one in gone:
        check_withdrawable(one)
        if one.hash in before:
            raise AttentionError(f"entry {one.seq} was withdrawn before", "it stands for nothing already")


def _shown(one: Entry, register: Register) -> list[str]:
    who = register.called(one.by) + (f", seen by {register.called(one.witness)}" if one.witness else "")
    return [f"Entry {one.seq} of {one.time[:16].replace('T', ' ')}, said by {who}:", f"  {one.event}: {in_words(one)}"]


def _rests(reading: Reading, writer: LedgerWriter, back: Sequence[Withdrawn]) -> list[str]:
    """Return what would contradict the rest if something were withdrawn, and who would have no name any more."""
    before, then = reading.built, reading.supposing([writer.happening(one) for one in back])
    check_may_go(before, then)
    names = {one.name for one in then.register.people.values()}
    unnamed = [one.name for one in before.register.people.values() if one.name not in names]
    nameless = [f"No entry says any more who {safe(name)} is: say who it was with seat.bound." for name in unnamed]
    if not (found := resting_on(before, then)):
        return ["Nothing that was recorded rests on it.", *nameless]
    told = [f"  {one}" for one in found]
    return ["What rests on it, and contradicts the rest until it is settled:", *told, *nameless]
