"""The steps of the split ceremony, in order: the one definition that the script, the course and the guided ceremony follow.

A step says who acts, who sees it, what is done, what is written down, and which entries of the ledger it leaves.  Its code is
printed on paper and stands in ledgers: a code that was once released never names another step.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from splitkit.quorum.policy import SheetId

if TYPE_CHECKING:
    from splitkit.plan.document import Plan

SHEET, SEAT, STEP = "{sheet}", "{seat}", "{step}"
"""What stands in a mark for the number of a sheet, a seat and the code of a step, until the steps are expanded for a plan."""

ADMINISTRATOR, WITNESS, SCRIBE, CUSTODIAN, EVERYBODY = "ADM", "WIT", "SCR", "CUSTODIAN", "ALL"


class Each(enum.Enum):
    """How often a step is taken."""

    ONCE = "once"
    CUSTODIAN = "for each custodian"
    DRAWN = "for each custodian that was drawn by lot"


class Restart(enum.Enum):
    """What is begun anew when something went wrong; each is begun at one step."""

    SET = "a set that was made void"
    PAGE = "a page that was spoilt"
    QUORUM = "a quorum that was sealed again, or that the machine forgot"


class Listing(enum.Enum):
    """How the script lists a step that is taken more than once."""

    BLOCKS = "in the block of each custodian"
    TABLE = "in one table, with a row for each custodian"
    ROWS = "in rows without a heading: who it is stands in a blank"


Task = enum.Enum(
    "Task",
    "OPEN_LEDGER PREPARE_ROOM CALL_PEOPLE CALL_CUSTODIAN COMPARE_HASH PREFLIGHT SELF_TEST AGREE_ON_PLAN MAKE_SET "
    "PRINT_SHEET TAKE_SHEET READ_BACK SHOW_BAG SEAL_BAG SIGN_RECEIPT COUNT_PAGES FORGET_SET DRAW_LOT OPEN_BAG READ_SHEET "
    "PROVE_SET REVEAL CONFIRM_SIGN_IN FORGET_QUORUM SEAL_AGAIN DEBRIEF CLOSE_LEDGER",
)
"""What the machine does at a step: the guided ceremony has one handler for each."""


@dataclass(frozen=True)
class Phase:
    """Steps that follow each other and stand under one heading."""

    title: str
    restart: Restart | None = None
    """What is begun anew when something goes wrong in it; None where nothing has to be."""


@dataclass(frozen=True)
class Mark:
    """One entry that a step leaves in the ledger."""

    event: str
    fields: Mapping[str, Any]
    """What the entry must say to belong to the step."""
    passes: Mapping[str, Any]
    """What it must say besides, for the step to go on; an entry that says otherwise is a try that failed."""
    many: bool = False
    """Whether there may be none of it, or several."""

    def bound(self, names: Mapping[str, str]) -> Mark:
        """Return the mark of one sheet, seat and step."""
        fields = {key: names.get(value, value) for key, value in self.fields.items()}
        return Mark(self.event, MappingProxyType(fields), self.passes, self.many)


def _mark(event: str, passes: Mapping[str, Any] | None = None, /, **fields: Any) -> Mark:
    return Mark(event, MappingProxyType(fields), MappingProxyType(dict(passes or {})))


def _many(event: str, **fields: Any) -> Mark:
    return Mark(event, MappingProxyType(fields), MappingProxyType({}), many=True)


_DONE = _mark("step", step=STEP, state="done")
"""The mark of a step that no event of its own tells."""


@dataclass(frozen=True)
class Step:
    """One step of the script."""

    code: str
    phase: Phase
    task: Task
    title: str
    acts: tuple[str, ...]
    sees: tuple[str, ...]
    words: str
    """What is done, as it stands on the script."""
    marks: tuple[Mark, ...]
    blanks: tuple[tuple[str, ...], ...] = ()
    """What is written on the script by hand, line by line."""
    command: str = ""
    """What the administrator types, when the ceremony is run by hand."""
    each: Each = Each.ONCE
    listing: Listing = Listing.BLOCKS
    secret: bool = False
    """Whether something secret is open in the room, or in the machine, while it is taken: then it needs two people."""
    may_skip: bool = False
    begins: Restart | None = None
    """What is begun here, and begun anew when it went wrong."""
    corrects: str = ""
    """The event of the step before that may come once more while this one is next."""


_A, _B, _C = Phase("People and room"), Phase("Machine"), Phase("Plan")
_D, _E, _F = Phase("Split"), Phase("Sheets, one custodian at a time", Restart.PAGE), Phase("Count")
_G = Phase("Proof from the paper", Restart.QUORUM)
_H, _J = Phase("Password set where it is needed", Restart.QUORUM), Phase("End")

STEPS = (
    Step(
        "11", _A, Task.OPEN_LEDGER, "Open the ledger", (SCRIBE,), (WITNESS,),
        "Begins the ledger of this ceremony. It continues the ledger of the last one; the L words that the machine shows are "
        "those of the last signed close-out sheet.",
        (_mark("open", kind="split"),),
        blanks=(("Ceremony", "Date"),),
        command="splitkit ledger new FILE --ceremony CODE --kind split --continues LAST --by SCR --wit WIT",
    ),
    Step(
        "12", _A, Task.PREPARE_ROOM, "Prepare the room", (WITNESS,), (ADMINISTRATOR,),
        "Blinds are closed, cameras gone or covered. Phones, watches and bags are outside, listed by name. Only listed things "
        "are on the table; a shredder is ready. Everybody sees the clock, and the time in the ledger agrees with it.",
        (_mark("room.clock", {"agrees": True}),),
        blanks=(("Time of the room clock",),),
    ),
    Step(
        "13", _A, Task.CALL_PEOPLE, "Who is here", (ADMINISTRATOR,), (WITNESS,),
        "Says what this ceremony is for, and whether it is practice. Administrator, witness and scribe say their names and "
        "roles. Neither administrator nor scribe keeps a sheet.",
        (
            _mark("roll", person="ADM", role="administrator"),
            _mark("roll", person="WIT", role="witness"),
            _many("roll", role="scribe"),
            _many("roll", role="observer"),
            _many("roll", role="mfa"),
        ),
        blanks=(("Administrator", "Witness"), ("Scribe", "Others in the room")),
    ),
    Step(
        "14", _A, Task.CALL_CUSTODIAN, "Custodian is here", (CUSTODIAN,), (WITNESS,),
        "Says name and role. The witness compares with the plan.",
        (_mark("roll", person=SEAT, role="custodian", sheet=SHEET),),
        each=Each.CUSTODIAN,
        listing=Listing.TABLE,
    ),
    Step(
        "21", _B, Task.COMPARE_HASH, "Compare the hash of the program", (ADMINISTRATOR,), (WITNESS,),
        "Starts the machine from its medium, with no disk and no network. The witness compares the hash of the program with the "
        "one that was printed on another machine.",
        (_mark("hash", {"equal": True}),),
        blanks=(("First and last four characters",),),
    ),
    Step(
        "22", _B, Task.PREFLIGHT, "Preflight", (ADMINISTRATOR,), (WITNESS,),
        "Lets the machine judge itself and answers its questions with the witness. A failed check is put right; if it is not, "
        "two people decide, and it is an exception.",
        (_many("preflight"), _many("acknowledge"), _many("override"), _mark("preflight.done")),
        blanks=(("Passed", "Warned", "Failed", "Unknown"),),
        command="python3 -I -m splitkit preflight --report preflight.txt",
    ),
    Step(
        "23", _B, Task.SELF_TEST, "Self-test", (ADMINISTRATOR,), (WITNESS,),
        "Plays the practice ceremony on this machine: both implementations must recover the same secret from the same sheets.",
        (_mark("selftest", {"result": "pass"}),),
        command="splitkit demo",
    ),
    Step(
        "31", _C, Task.AGREE_ON_PLAN, "Agree on the plan", (ADMINISTRATOR,), (EVERYBODY,),
        "Reads policy and custodians aloud. The P words on the screen are compared with those of the signed plan, and everybody "
        "says yes. After this nothing in the plan changes.",
        (_mark("plan"),),
        blanks=(("First and last P word", "How many say yes"),),
        command="splitkit plan check PLAN",
    ),
    Step(
        "41", _D, Task.MAKE_SET, "Make the set", (ADMINISTRATOR,), (WITNESS,),
        "Dice first, if the plan wants them: each custodian rolls unseen. Then the machine makes the password, splits it, and "
        "recovers it with both implementations. It shows no secret. The F words are read aloud and written here.",
        (_many("dice"), _mark("set.made")),
        blanks=(("Set, first eight characters",), ("F words 1 to 4",), ("F words 5 to 8",), ("F words 9 to 12",)),
        command="splitkit split PLAN --out /dev/shm/sheets",
        secret=True,
        begins=Restart.SET,
    ),
    Step(
        "51", _E, Task.PRINT_SHEET, "Print", (CUSTODIAN,), (WITNESS,),
        "Stands alone at the printer; nobody else sees the page. One page, one job, one copy. A spoilt page is shredded in the "
        "room and printed again.",
        (_mark("sheet.printed", sheet=SHEET),),
        blanks=(("Copy", "Spoilt pages shredded"),),
        each=Each.CUSTODIAN, secret=True,
        begins=Restart.PAGE,
    ),
    Step(
        "52", _E, Task.TAKE_SHEET, "Take", (CUSTODIAN,), (WITNESS,),
        "Takes the page face down and looks at it alone: own name and sheet number, the practice mark if this is practice, the F "
        "words. Nothing is cut off or smeared.",
        (_DONE,),
        each=Each.CUSTODIAN, secret=True,
    ),
    Step(
        "53", _E, Task.READ_BACK, "Read back", (CUSTODIAN,), (WITNESS,),
        "Reads the printed page into the machine, unseen by the others: all three symbols are sound. Types the four words and "
        "the one envelope line that are asked for. Measures the symbol at the top: 75 mm.",
        (_mark("sheet.read", {"result": "sound"}, sheet=SHEET, use="read-back"),),
        blanks=(("Symbols read, of 3", "Typed words and line agree", "Size in mm"),),
        command="splitkit check SCAN --record /dev/shm/sheets/envelope.sk1",
        each=Each.CUSTODIAN, secret=True,
    ),
    Step(
        "54", _E, Task.SHOW_BAG, "Bag number, first time", (CUSTODIAN,), (SCRIBE, WITNESS),
        "Shows an empty, unsealed bag and reads its number aloud. The scribe types it; the witness writes it here.",
        (_mark("bag.given", person=SEAT),),
        blanks=(("Bag number",),),
        each=Each.CUSTODIAN, secret=True,
    ),
    Step(
        "55", _E, Task.SEAL_BAG, "Seal; bag number, second time", (CUSTODIAN,), (SCRIBE, WITNESS),
        "Folds the page inwards, puts it into the opaque envelope and the bag, seals it, signs across the seal. The scribe types "
        "the number again, from the sealed bag.",
        (_mark("bag.sealed", sheet=SHEET, person=SEAT),),
        blanks=(("Bag number",),),
        each=Each.CUSTODIAN, secret=True,
        corrects="bag.given",
    ),
    Step(
        "56", _E, Task.SIGN_RECEIPT, "Receipt", (CUSTODIAN,), (WITNESS,),
        "Reads the duties on the receipt aloud and signs both copies; keeps one.",
        (_mark("receipt", sheet=SHEET, person=SEAT),),
        each=Each.CUSTODIAN, secret=True,
    ),
    Step(
        "61", _F, Task.COUNT_PAGES, "Count pages", (WITNESS,), (ADMINISTRATOR,),
        "Printed pages are sealed pages and shredded pages. Blank pages in the printer agree with that.",
        (_mark("tally", {"agrees": True}),),
        blanks=(("Printed", "Sealed", "Shredded", "Blank before", "Blank after"),),
        secret=True,
    ),
    Step(
        "62", _F, Task.FORGET_SET, "Make the machine forget", (ADMINISTRATOR,), (WITNESS,),
        "Deletes the folder of the pages, sees that the print queue is empty, switches the printer off and on. From here the "
        "sealed paper is all there is.",
        (_mark("wipe", {"empty": True}, reason="done"),),
        command="rm -r /dev/shm/sheets; lpstat -o",
        secret=True,
    ),
    Step(
        "71", _G, Task.DRAW_LOT, "Draw a quorum by lot", (WITNESS,), (EVERYBODY,),
        "Draws custodians by lot until their sheets are a quorum. Nobody is left out of the draw who can stay.",
        (_mark("lot"),),
        blanks=(("Drawn", "How"),),
    ),
    Step(
        "72", _G, Task.OPEN_BAG, "Open the bag", (CUSTODIAN,), (WITNESS,),
        "Shows the seal to the witness, reads the number aloud, opens the bag. The number is the one of step 55.",
        (_mark("bag.opened", {"intact": True, "expected": True}, sheet=SHEET),),
        blanks=(("Custodian", "Sheet", "Bag number"),),
        each=Each.DRAWN, secret=True,
        begins=Restart.QUORUM,
    ),
    Step(
        "73", _G, Task.READ_SHEET, "Read the sheet", (CUSTODIAN,), (WITNESS,),
        "Reads the own sheet into the machine while the others look away, then lays it face down before the own seat.",
        (_mark("sheet.read", {"result": "sound"}, sheet=SHEET, use="quorum", person=SEAT),),
        each=Each.DRAWN, secret=True,
    ),
    Step(
        "74", _G, Task.PROVE_SET, "Prove the set", (ADMINISTRATOR,), (WITNESS,),
        "The machine puts the quorum together, opens the envelope and proves every share that it can. It shows no secret.",
        (_mark("set.proven", use="read-back"),),
        command="splitkit check SCAN... --quorum --fingerprint 'the F words'",
        secret=True,
    ),
    Step(
        "81", _H, Task.REVEAL, "Reveal once", (ADMINISTRATOR,), (WITNESS,),
        "Two people release it. The password is on the screen of the offline machine, nowhere else; the administrator types it "
        "where it is needed, the witness watches, the others look away. The screen is cleared.",
        (_mark("reveal", way="screen"),),
        blanks=(("Released by", "Seen by", "From", "Until"),),
        command="splitkit recover SCAN... --fingerprint 'the F words'",
        secret=True, may_skip=True,
    ),
    Step(
        "82", _H, Task.CONFIRM_SIGN_IN, "Confirm the sign-in", (ADMINISTRATOR,), (WITNESS,),
        "Signs out everywhere and in again with the new password and the second factor. Whoever receives sign-in alerts says "
        "when they came.",
        (_mark("signin", {"accepted": True}, password="new"), _many("alert")),  # noqa: S106  (the name of a kind)
        blanks=(("Signed in at", "Alert came to, at"),),
        secret=True, may_skip=True,
        corrects="reveal",
    ),
    Step(
        "91", _J, Task.FORGET_QUORUM, "Make the machine forget", (ADMINISTRATOR,), (WITNESS,),
        "Deletes what was read from the paper, closes the program, and looks that nothing is left.",
        (_mark("wipe", {"empty": True}, reason="done"),),
        secret=True,
    ),
    Step(
        "92", _J, Task.SEAL_AGAIN, "Seal again", (CUSTODIAN,), (SCRIBE, WITNESS),
        "Seals the sheet in a new bag, reads its number aloud, and writes it on both copies of the receipt. The old bag is cut "
        "through and kept.",
        (_mark("bag.sealed", sheet=SHEET, person=SEAT),),
        blanks=(("Custodian", "Sheet", "New bag number"),),
        each=Each.DRAWN, secret=True,
        listing=Listing.ROWS,
    ),
    Step(
        "93", _J, Task.DEBRIEF, "Debrief", (WITNESS,), (EVERYBODY,),
        "Everybody says what went wrong, what was surprising, and what should change; each change has a name and a day. Exception "
        "sheets are numbered and counted.",
        (_mark("debrief"), _many("action")),
        blanks=(("Exception sheets", "Changes wanted"),),
    ),
    Step(
        "94", _J, Task.CLOSE_LEDGER, "Close the ledger", (SCRIBE,), (WITNESS,),
        "Closes the ledger. The L words are read aloud and written on the close-out sheet; everybody signs it. Custodians take "
        "their bags to their safes and tell the scribe when they are locked.",
        (_mark("close"),),
        command="splitkit ledger close FILE --next DATE --by SCR --wit WIT",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Seat:
    """A custodian of the plan at the table."""

    code: str
    """'C2', or 'CB2' where there are groups: what the ledger calls the person."""
    number: str
    """The sheet: '2', or 'B2'."""
    sheet: SheetId
    name: str
    title: str


@dataclass(frozen=True)
class NumberedStep:
    """A step as it stands on the script of one plan."""

    number: int
    """From 1, in the order of the script."""
    code: str
    """'31', or '53-B2' for step 53 of sheet B2, or '72-1' for the first custodian that was drawn."""
    step: Step
    marks: tuple[Mark, ...]
    seat: Seat | None = None
    """Whose turn it is, where the step is taken for each custodian."""
    turn: int = 0
    """From 1: whose turn among those that were drawn; 0 elsewhere."""


def seats(plan: Plan) -> tuple[Seat, ...]:
    """Return the custodians of a plan, one for each sheet; a plan without names has seats without names."""
    named = dict(plan.custodians)
    found = []
    for sheet in plan.policy.sheet_ids():
        number, custodian = plan.policy.number(sheet), named.get(sheet)
        hidden = plan.anonymous or custodian is None
        name, title = ("", "") if hidden or custodian is None else (custodian.name, custodian.title)
        found.append(Seat(f"C{number}", number, sheet, name, title))
    return tuple(found)


def expand(plan: Plan) -> tuple[NumberedStep, ...]:
    """Return all steps of the split ceremony of *plan*, in order."""
    at_table = seats(plan)
    steps: list[NumberedStep] = []
    for step, code, seat, turn in _in_order(at_table, plan.policy.needed_at_most):
        names = {STEP: code} | ({SEAT: seat.code, SHEET: seat.number} if seat else {})
        marks = tuple(mark.bound(names) for mark in step.marks)
        steps.append(NumberedStep(len(steps) + 1, code, step, marks, seat, turn))
    return tuple(steps)


def _in_order(at_table: Sequence[Seat], drawn: int) -> Iterator[tuple[Step, str, Seat | None, int]]:
    """Yield every step in its order; what is taken for each custodian is taken whole for one, then for the next."""
    for (_, each), group in groupby(STEPS, key=lambda step: (step.phase, step.each)):
        steps = tuple(group)
        if each is Each.ONCE:
            yield from ((step, step.code, None, 0) for step in steps)
        elif each is Each.CUSTODIAN:
            yield from ((step, f"{step.code}-{seat.number}", seat, 0) for seat in at_table for step in steps)
        else:
            yield from ((step, f"{step.code}-{turn}", None, turn) for turn in range(1, drawn + 1) for step in steps)


def with_drawn(steps: Sequence[NumberedStep], drawn: Sequence[Seat]) -> tuple[NumberedStep, ...]:
    """Return *steps* after the lot: each turn has its custodian; turns that nobody was drawn for are left out."""
    found = []
    for step in steps:
        if not step.turn:
            found.append(step)
        elif step.turn <= len(drawn):
            seat = drawn[step.turn - 1]
            marks = tuple(mark.bound({SEAT: seat.code, SHEET: seat.number}) for mark in step.marks)
            found.append(NumberedStep(step.number, step.code, step.step, marks, seat, step.turn))
    return tuple(found)
