"""The steps of the split ceremony, in order: the one definition that the script, the course and the guided ceremony follow.

A step says who acts, who sees it, what is done, what is written down, and which entries of the ledger it leaves.  Its code is
printed on paper and stands in ledgers: a code that was once released never names another step.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

SHEET, SEAT, STEP = "{sheet}", "{seat}", "{step}"
"""What stands in a mark for the number of a sheet, a seat and the code of a step, until the steps are expanded for a plan."""

ADMINISTRATOR, WITNESS, SCRIBE, CUSTODIAN, EVERYBODY = "ADM", "WIT", "SCR", "CUSTODIAN", "ALL"


class Each(enum.Enum):
    """How often a step is taken."""

    ONCE = "once"
    CUSTODIAN = "for each custodian"
    DRAWN = "for each custodian that was drawn by lot"


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
    phase: str
    title: str
    acts: tuple[str, ...]
    sees: tuple[str, ...]
    words: str
    """What is done, as it stands on the script."""
    marks: tuple[Mark, ...]
    requires: tuple[str, ...] = ()
    """Codes of the steps that must be done before it, for each custodian."""
    blanks: tuple[tuple[str, ...], ...] = ()
    """What is written on the script by hand, line by line."""
    command: str = ""
    """What the administrator types, when the ceremony is run by hand."""
    each: Each = Each.ONCE
    secret: bool = False
    """Whether something secret is open in the room, or in the machine, while it is taken."""
    may_skip: bool = False
    people: int = field(default=1)
    """How many people must be in the room; two at least where something is secret."""


_A, _B, _C = "People and room", "Machine", "Plan"
_D, _E, _F = "Split", "Sheets, one custodian at a time", "Count"
_G, _H, _J = "Proof from the paper", "Password set where it is needed", "End"

STEPS = (
    Step(
        "11", _A, "Open the ledger", (SCRIBE,), (WITNESS,),
        "Begins the ledger of this ceremony. It continues the ledger of the last one; the L words that the machine shows are "
        "those of the last signed close-out sheet.",
        (_mark("open", kind="split"),),
        blanks=(("Ceremony", "Date"),),
        command="splitkit ledger new FILE --ceremony CODE --kind split --continues LAST --by SCR --wit WIT",
    ),
    Step(
        "12", _A, "Prepare the room", (WITNESS,), (ADMINISTRATOR,),
        "Blinds are closed, cameras gone or covered. Phones, watches and bags are outside, listed by name. Only listed things "
        "are on the table; a shredder is ready. Everybody sees the clock, and the time in the ledger agrees with it.",
        (_mark("room.clock", {"agrees": True}),),
        requires=("11",),
        blanks=(("Time of the room clock",),),
    ),
    Step(
        "13", _A, "Who is here", (ADMINISTRATOR,), (WITNESS,),
        "Says what this ceremony is for, and whether it is practice. Administrator, witness and scribe say their names and "
        "roles. Neither administrator nor scribe keeps a sheet.",
        (
            _mark("roll", person="ADM", role="administrator"),
            _mark("roll", person="WIT", role="witness"),
            _many("roll", role="scribe"),
            _many("roll", role="observer"),
            _many("roll", role="mfa"),
        ),
        requires=("12",),
        blanks=(("Administrator", "Witness"), ("Scribe", "Others in the room")),
    ),
    Step(
        "14", _A, "Custodian is here", (CUSTODIAN,), (WITNESS,),
        "Says name and role. The witness compares with the plan.",
        (_mark("roll", person=SEAT, role="custodian", sheet=SHEET),),
        requires=("13",),
        each=Each.CUSTODIAN,
    ),
    Step(
        "21", _B, "Compare the hash of the program", (ADMINISTRATOR,), (WITNESS,),
        "Starts the machine from its medium, with no disk and no network. The witness compares the hash of the program with the "
        "one that was printed on another machine.",
        (_mark("hash", {"equal": True}),),
        requires=("14",),
        blanks=(("First and last four characters",),),
    ),
    Step(
        "22", _B, "Preflight", (ADMINISTRATOR,), (WITNESS,),
        "Lets the machine judge itself and answers its questions with the witness. A failed check is put right; if it is not, "
        "two people decide, and it is an exception.",
        (_many("preflight"), _many("acknowledge"), _many("override"), _mark("preflight.done")),
        requires=("21",),
        blanks=(("Passed", "Warned", "Failed", "Unknown"),),
        command="python3 -I -m splitkit preflight --report preflight.txt",
    ),
    Step(
        "23", _B, "Self-test", (ADMINISTRATOR,), (WITNESS,),
        "Plays the practice ceremony on this machine: both implementations must recover the same secret from the same sheets.",
        (_mark("selftest", {"result": "pass"}),),
        requires=("22",),
        command="splitkit demo",
    ),
    Step(
        "31", _C, "Agree on the plan", (ADMINISTRATOR,), (EVERYBODY,),
        "Reads policy and custodians aloud. The P words on the screen are compared with those of the signed plan, and everybody "
        "says yes. After this nothing in the plan changes.",
        (_mark("plan"),),
        requires=("23",),
        blanks=(("First and last P word", "How many say yes"),),
        command="splitkit plan check PLAN",
    ),
    Step(
        "41", _D, "Make the set", (ADMINISTRATOR,), (WITNESS,),
        "Dice first, if the plan wants them: each custodian rolls unseen. Then the machine makes the password, splits it, and "
        "recovers it with both implementations. It shows no secret. The F words are read aloud and written here.",
        (_many("dice"), _mark("set.made")),
        requires=("31",),
        blanks=(("Set, first eight characters",), ("F words 1 to 4",), ("F words 5 to 8",), ("F words 9 to 12",)),
        command="splitkit split PLAN --out /dev/shm/sheets",
        secret=True, people=2,
    ),
    Step(
        "51", _E, "Print", (CUSTODIAN,), (WITNESS,),
        "Stands alone at the printer; nobody else sees the page. One page, one job, one copy. A spoilt page is shredded in the "
        "room and printed again.",
        (_mark("sheet.printed", sheet=SHEET),),
        requires=("41",),
        blanks=(("Copy", "Spoilt pages shredded"),),
        each=Each.CUSTODIAN, secret=True, people=2,
    ),
    Step(
        "52", _E, "Take", (CUSTODIAN,), (WITNESS,),
        "Takes the page face down and looks at it alone: own name and sheet number, the practice mark if this is practice, the F "
        "words. Nothing is cut off or smeared.",
        (_DONE,),
        requires=("51",),
        each=Each.CUSTODIAN, secret=True, people=2,
    ),
    Step(
        "53", _E, "Read back", (CUSTODIAN,), (WITNESS,),
        "Reads the printed page into the machine, unseen by the others: all three symbols are sound. Types the four words and "
        "the one envelope line that are asked for. Measures the symbol at the top: 75 mm.",
        (_mark("sheet.read", {"result": "sound"}, sheet=SHEET, use="read-back"),),
        requires=("52",),
        blanks=(("Symbols read, of 3", "Typed words and line agree", "Size in mm"),),
        command="splitkit check SCAN --record /dev/shm/sheets/envelope.sk1",
        each=Each.CUSTODIAN, secret=True, people=2,
    ),
    Step(
        "54", _E, "Bag number, first time", (CUSTODIAN,), (SCRIBE, WITNESS),
        "Shows an empty, unsealed bag and reads its number aloud. The scribe types it; the witness writes it here.",
        (_mark("bag.given", person=SEAT),),
        requires=("53",),
        blanks=(("Bag number",),),
        each=Each.CUSTODIAN, secret=True, people=2,
    ),
    Step(
        "55", _E, "Seal; bag number, second time", (CUSTODIAN,), (SCRIBE, WITNESS),
        "Folds the page inwards, puts it into the opaque envelope and the bag, seals it, signs across the seal. The scribe types "
        "the number again, from the sealed bag.",
        (_mark("bag.sealed", sheet=SHEET, person=SEAT),),
        requires=("54",),
        blanks=(("Bag number",),),
        each=Each.CUSTODIAN, secret=True, people=2,
    ),
    Step(
        "56", _E, "Receipt", (CUSTODIAN,), (WITNESS,),
        "Reads the duties on the receipt aloud and signs both copies; keeps one.",
        (_mark("receipt", sheet=SHEET, person=SEAT),),
        requires=("55",),
        each=Each.CUSTODIAN, secret=True, people=2,
    ),
    Step(
        "61", _F, "Count pages", (WITNESS,), (ADMINISTRATOR,),
        "Printed pages are sealed pages and shredded pages. Blank pages in the printer agree with that.",
        (_mark("tally", {"agrees": True}),),
        requires=("56",),
        blanks=(("Printed", "Sealed", "Shredded", "Blank before", "Blank after"),),
        secret=True, people=2,
    ),
    Step(
        "62", _F, "Make the machine forget", (ADMINISTRATOR,), (WITNESS,),
        "Deletes the folder of the pages, sees that the print queue is empty, switches the printer off and on. From here the "
        "sealed paper is all there is.",
        (_mark("wipe", {"empty": True}, reason="done"),),
        requires=("61",),
        command="rm -r /dev/shm/sheets; lpstat -o",
        secret=True, people=2,
    ),
    Step(
        "71", _G, "Draw a quorum by lot", (WITNESS,), (EVERYBODY,),
        "Draws custodians by lot until their sheets are a quorum. Nobody is left out of the draw who can stay.",
        (_mark("lot"),),
        requires=("62",),
        blanks=(("Drawn", "How"),),
    ),
    Step(
        "72", _G, "Open the bag", (CUSTODIAN,), (WITNESS,),
        "Shows the seal to the witness, reads the number aloud, opens the bag. The number is the one of step 55.",
        (_mark("bag.opened", {"intact": True, "expected": True}, sheet=SHEET),),
        requires=("71",),
        blanks=(("Custodian", "Sheet", "Bag number"),),
        each=Each.DRAWN, secret=True, people=2,
    ),
    Step(
        "73", _G, "Read the sheet", (CUSTODIAN,), (WITNESS,),
        "Reads the own sheet into the machine while the others look away, then lays it face down before the own seat.",
        (_mark("sheet.read", {"result": "sound"}, sheet=SHEET, use="quorum", person=SEAT),),
        requires=("72",),
        each=Each.DRAWN, secret=True, people=2,
    ),
    Step(
        "74", _G, "Prove the set", (ADMINISTRATOR,), (WITNESS,),
        "The machine puts the quorum together, opens the envelope and proves every share that it can. It shows no secret.",
        (_mark("set.proven", use="read-back"),),
        requires=("53", "73"),
        command="splitkit check SCAN... --quorum --fingerprint 'the F words'",
        secret=True, people=2,
    ),
    Step(
        "81", _H, "Reveal once", (ADMINISTRATOR,), (WITNESS,),
        "Two people release it. The password is on the screen of the offline machine, nowhere else; the administrator types it "
        "where it is needed, the witness watches, the others look away. The screen is cleared.",
        (_mark("reveal", way="screen"),),
        requires=("74",),
        blanks=(("Released by", "Seen by", "From", "Until"),),
        command="splitkit recover SCAN... --fingerprint 'the F words'",
        secret=True, people=2, may_skip=True,
    ),
    Step(
        "82", _H, "Confirm the sign-in", (ADMINISTRATOR,), (WITNESS,),
        "Signs out everywhere and in again with the new password and the second factor. Whoever receives sign-in alerts says "
        "when they came.",
        (_mark("signin", {"accepted": True}, password="new"), _many("alert")),  # noqa: S106  (the name of a kind)
        requires=("81",),
        blanks=(("Signed in at", "Alert came to, at"),),
        secret=True, people=2, may_skip=True,
    ),
    Step(
        "91", _J, "Make the machine forget", (ADMINISTRATOR,), (WITNESS,),
        "Deletes what was read from the paper, closes the program, and looks that nothing is left.",
        (_mark("wipe", {"empty": True}, reason="done"),),
        requires=("74",),
        secret=True, people=2,
    ),
    Step(
        "92", _J, "Seal again", (CUSTODIAN,), (SCRIBE, WITNESS),
        "Seals the sheet in a new bag, reads its number aloud, and writes it on both copies of the receipt. The old bag is cut "
        "through and kept.",
        (_mark("bag.sealed", sheet=SHEET, person=SEAT),),
        requires=("91",),
        blanks=(("Custodian", "Sheet", "New bag number"),),
        each=Each.DRAWN, secret=True, people=2,
    ),
    Step(
        "93", _J, "Debrief", (WITNESS,), (EVERYBODY,),
        "Everybody says what went wrong, what was surprising, and what should change; each change has a name and a day. Exception "
        "sheets are numbered and counted.",
        (_mark("debrief"), _many("action")),
        requires=("92",),
        blanks=(("Exception sheets", "Changes wanted"),),
    ),
    Step(
        "94", _J, "Close the ledger", (SCRIBE,), (WITNESS,),
        "Closes the ledger. The L words are read aloud and written on the close-out sheet; everybody signs it. Custodians take "
        "their bags to their safes and tell the scribe when they are locked.",
        (_mark("close"),),
        requires=("93",),
        command="splitkit ledger close FILE --next DATE --by SCR --wit WIT",
    ),
)  # fmt: skip

BY_CODE: Mapping[str, Step] = MappingProxyType({step.code: step for step in STEPS})
