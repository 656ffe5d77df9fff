"""The steps of every kind of ceremony: the one definition that the printed script, the course and the guided ceremony follow.

The code of a step is printed on paper and stands in ledgers: a code that was once released never names another step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from splitkit.ceremony.steps import (
    ADMINISTRATOR,
    CUSTODIAN,
    EVERYBODY,
    KIND,
    SCRIBE,
    SEAT,
    SHEET,
    STEP,
    WITNESS,
    Each,
    Listing,
    Mark,
    Phase,
    Restart,
    Script,
    Step,
    Task,
)


def _mark(event: str, passes: Mapping[str, Any] | None = None, /, **fields: Any) -> Mark:
    return Mark(event, MappingProxyType(fields), MappingProxyType(dict(passes or {})))


def _many(event: str, **fields: Any) -> Mark:
    return Mark(event, MappingProxyType(fields), MappingProxyType({}), many=True)


_DONE = _mark("step", step=STEP, state="done")
"""The mark of a step that no event of its own tells."""


def _quorum_read(use: str) -> tuple[Mark, ...]:
    """The marks of the reading of sheets until they are a quorum, and of the proof of their set for some *use*."""
    read = (_many("roll", role="custodian"), _many("bag.opened"), _many("sheet.read", use="quorum"))
    return (*read, _mark("set.proven", use=use))


WEAKER = "weaker-renewal"
"""What two people overrule who renew a set in a weaker way than what has happened asks for."""

REISSUE: Final = "reissue"
"""The way to renew a set that prints a share again."""

ANEW = ("refresh", "rotate")
"""Those that make a new set."""

_A, _B, _C = Phase("People and room"), Phase("Machine"), Phase("Plan")
_S = Phase("The set, and who brings its sheets")
_R = Phase("The register")
_USE = Phase("The secret, and what its use leaves to do", Restart.QUORUM)
_DRILL = Phase("The drill", Restart.QUORUM)
_OLD, _NEW = Phase("The plan, and the set that is renewed", Restart.SET), Phase("The new sheets", Restart.SET)
_OVER = Phase("The new set in the place of the old one", Restart.QUORUM)
_D, _E, _F = Phase("Split", Restart.SET), Phase("Sheets, one custodian at a time", Restart.PAGE), Phase("Count")
_G = Phase("Proof from the paper", Restart.QUORUM)
_H, _J = Phase("Password set where it is needed", Restart.QUORUM), Phase("End")

_CUSTODIAN_IS_HERE = Step(
    "14", _A, Task.CALL_CUSTODIAN, "Custodian is here", (CUSTODIAN,), (WITNESS,),
    "Says name and role. The witness compares them with the plan.",
    (_mark("roll", person=SEAT, role="custodian", sheet=SHEET),),
    each=Each.CUSTODIAN,
    listing=Listing.TABLE,
)  # fmt: skip

_WHO_BRINGS = Step(
    "33", _S, Task.CALL_BEARERS, "Who brings which sheet", (ADMINISTRATOR,), (WITNESS,),
    "Everybody who has brought a sheet says their name and its number; the witness compares both with the register. Who cannot come, and who "
    "stands in for whom, is said here.",
    (_many("roll", role="custodian"), _DONE),
    blanks=(("Sheet, and who brings it", "Who cannot come"),),
)  # fmt: skip

STEPS = (
    Step(
        "11", _A, Task.OPEN_LEDGER, "Open the ledger", (SCRIBE,), (WITNESS,),
        "Begins the ledger of this ceremony, which goes on from the last one. The L words that the machine shows (they name the last "
        "ledger) are those on its signed close-out sheet.",
        (_mark("open", kind=KIND),),
        blanks=(("Ceremony", "Date"),),
        command="splitkit record open ceremony=CODE kind={kind} continues=LAST --ledger FILE --by SCR --wit WIT",
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
    _CUSTODIAN_IS_HERE,
    Step(
        "15", _A, Task.ASK_FOR_SECRET, "Who asks, and why", (ADMINISTRATOR,), (WITNESS,),
        "Two people ask for the secret and say what it is needed for. It is written in the ledger, and everybody here has heard it.",
        (_mark("request"),),
        blanks=(("Asked for by", "What for"),),
    ),
    Step(
        "16", _A, Task.AGREE_ON_RENEWAL, "Why, and what follows", (ADMINISTRATOR,), (WITNESS,),
        "Says what has happened. The program says what follows: the same sheet again, new sheets for the same secret, or a new "
        "secret. Two people agree; they may choose a stronger way, and overrule it with a weaker one.",
        (_many("override", check=WEAKER), _mark("renewal")),
        blanks=(("What has happened", "What follows"), ("Agreed by",)),
    ),
    replace(_CUSTODIAN_IS_HERE, code="17", title="Custodian of a new sheet is here"),
    Step(
        "21", _B, Task.COMPARE_HASH, "Compare the hash of the program", (ADMINISTRATOR,), (WITNESS,),
        "Starts the machine from its USB stick, with no disk and no network. The witness compares the hash of the program with the "
        "one that was printed on another machine.",
        (_mark("hash", {"equal": True}),),
        blanks=(("First and last four characters",),),
    ),
    Step(
        "22", _B, Task.PREFLIGHT, "Preflight", (ADMINISTRATOR,), (WITNESS,),
        "Lets the machine check itself, and answers its questions together with the witness. A failed check is put right; if it cannot be, "
        "two people decide, and it is an exception.",
        (_many("preflight"), _many("acknowledge"), _many("override"), _mark("preflight.done")),
        blanks=(("Passed", "Warned", "Failed", "Unknown"),),
        command="~/splitkit/bin/python3 -I -m splitkit preflight --report preflight.txt",
    ),
    Step(
        "23", _B, Task.SELF_TEST, "Self-test", (ADMINISTRATOR,), (WITNESS,),
        "Runs the practice ceremony on this machine: both programs must recover the same secret from the same sheets.",
        (_mark("selftest", {"result": "pass"}),),
        command="splitkit demo",
    ),
    Step(
        "31", _C, Task.AGREE_ON_PLAN, "Agree on the plan", (ADMINISTRATOR,), (EVERYBODY,),
        "Reads policy and custodians aloud. The P words on the screen (they name the plan) are compared with those on the signed plan, and "
        "everybody says yes. After this nothing in the plan changes.",
        (_mark("plan"),),
        blanks=(("First and last P word", "How many say yes"),),
        command="splitkit plan check PLAN",
    ),
    Step(
        "32", _S, Task.NAME_SET, "Which set, and what vouches for it", (ADMINISTRATOR,), (WITNESS,),
        "The F words (they name the set) are typed from the signed record, not from a sheet; the program compares them. If there is no record, two people "
        "say so, and then only the sheets themselves vouch for what they hold.",
        (_DONE,),
        blanks=(("Set, first eight characters", "What vouches for it"),),
    ),
    _WHO_BRINGS,
    Step(
        "34", _S, Task.CHOOSE_DRILL, "At the safes, or live", (ADMINISTRATOR,), (WITNESS,),
        "At the safes, each sheet is read where it is kept, and the secret is never put together. A live drill brings enough sheets into one "
        "room, shows the secret, and signs in with it; for that, two people ask for it here.",
        (_mark("request"),),
        blanks=(("At the safes, or live", "Asked for by"),),
        may_skip=True, leads_to="85",
    ),
    replace(_WHO_BRINGS, code="35"),
    Step(
        "36", _R, Task.REVIEW_LINES, "Every way in, line by line", (ADMINISTRATOR,), (WITNESS,),
        "Each line of the register is read aloud: who keeps which sheet, which device, phone and mailbox, who gets the alerts, who runs "
        "mail and domain, who pays the bill. It is kept, or what is done about it gets a name and a day. Two reviewers agree to all.",
        (_many("review.line"), _mark("review")),
        blanks=(("Lines kept", "Lines changed or removed"), ("Day of the next review",)),
        any_order=True,
    ),
    Step(
        "37", _OLD, Task.READ_SHEETS, "Read the old sheets until they are a quorum", (ADMINISTRATOR,), (WITNESS,),
        "Each custodian in turn shows the bag, opens it, and reads the old sheet into the machine while the others look away. When there are "
        "enough, the machine proves the old set; it shows no secret. The sheets stay face down in front of whoever brought them.",
        _quorum_read("renew"),
        blanks=(("Sheet", "Bag number", "Sound"),) * 3,
        secret=True, may_skip=True, leads_to="88", any_order=True,
        begins=Restart.SET,
    ),
    Step(
        "41", _D, Task.MAKE_SET, "Make the set", (ADMINISTRATOR,), (WITNESS,),
        "Dice first, if the plan wants them: each custodian rolls unseen. Then the machine makes the password, splits it, and "
        "tries it with both of its programs. It shows no secret. The F words (they name the set) are read aloud and written here.",
        (_many("dice"), _mark("set.made")),
        blanks=(("Set, first eight characters",), ("F words 1 to 4",), ("F words 5 to 8",), ("F words 9 to 12",)),
        command="splitkit split PLAN --out /dev/shm/sheets",
        secret=True,
        begins=Restart.SET,
    ),
    Step(
        "42", _NEW, Task.DERIVE_AGAIN, "Derive the same share again", (ADMINISTRATOR,), (WITNESS,),
        "The machine makes the page of the same share again, from the quorum of the others. A sheet that is lost, or that somebody "
        "may have read, is never printed again.",
        (_many("sheet.reissued"), _DONE),
        secret=True, only=(REISSUE,),
    ),
    Step(
        "43", _NEW, Task.RENEW_SET, "Make the new set", (ADMINISTRATOR,), (WITNESS,),
        "The old set and the new one are read aloud and compared. Dice first, if the plan wants them. Then the machine makes the new set, for the same "
        "secret or for a new one, and tries it with both of its programs. It shows no secret.",
        (_many("dice"), _mark("set.made")),
        blanks=(("Set, first eight characters",),),
        secret=True, only=ANEW,
    ),
    Step(
        "44", _D, Task.PRINT_RECORD, "Print and sign the public record", (ADMINISTRATOR,), (WITNESS,),
        "Prints the public record; it holds no secret. The F words (they name the set) are typed from the printed page, and the program compares them. Two "
        "people sign it. It vouches for the set for as long as the set is kept.",
        (_mark("public.signed"),),
        blanks=(("Signed by",),),
        command="lp /dev/shm/sheets/record.pdf",
        secret=True,
    ),
    Step(
        "45", _D, Task.COPY_RECORD, "Copy the public record", (ADMINISTRATOR,), (WITNESS,),
        "Copies its files to the custody folder and to two sticks, which are kept apart. Nobody ever deletes them: without them a "
        "recovery has only the sheets to go by. Where a stick is missing two people say why: the printed and signed record is copied later.",
        tuple(_mark("public.copied", to=to) for to in ("custody", "stick-1", "stick-2")),
        blanks=(("Custody folder", "First stick", "Second stick"),),
        command="cp /dev/shm/sheets/{record.pdf,envelope.sk1,recipient.txt} FOLDER",
        secret=True, may_skip=True,
    ),
    Step(
        "51", _E, Task.PRINT_SHEET, "Print", (CUSTODIAN,), (WITNESS,),
        "Stands alone at the printer; nobody else sees the page. One page, one job, one copy. A spoilt page is shredded in the "
        "room and printed again.",
        (replace(_mark("sheet.printed", sheet=SHEET), instead="sheet.written"),),
        by_hand=(
            "Write",
            ("Sits alone before the screen, with the blank form of this sheet on a hard table; the others look away. The words are shown "
            "once, three at a time; each is written into the box of its number, in capitals. No printer, no file and nobody else has them."),
        ),
        blanks=(("Copy", "Spoilt pages shredded"),),
        each=Each.CUSTODIAN, secret=True,
        begins=Restart.PAGE,
    ),
    Step(
        "52", _E, Task.TAKE_SHEET, "Take", (CUSTODIAN,), (WITNESS,),
        "Takes the page face down and checks it alone: the right name and sheet number, the practice mark if this is practice, the F "
        "words. Nothing is cut off or smeared.",
        (_DONE,),
        by_hand=(
            "Check the form",
            ("Checks the written form alone: the right name and sheet number, the practice mark if this is practice. All boxes are filled, "
            "and anybody could read every letter. Nothing is mended: a word that is wrong or doubtful spoils the page."),
        ),
        each=Each.CUSTODIAN, secret=True,
    ),
    Step(
        "53", _E, Task.READ_BACK, "Read back", (CUSTODIAN,), (WITNESS,),
        "Reads the printed page into the machine, unseen by the others: all three codes (SHARE, big; SHARE, small; ENVELOPE) are sound. Types the four "
        "words and the one envelope line that are asked for. Measures the code SHARE, big: 75 mm.",
        (_mark("sheet.read", {"result": "sound"}, sheet=SHEET, use="read-back"),),
        by_hand=(
            "Type back",
            ("Types every word back from the paper, unseen by the others. Each must be the one that was shown, to the letter: nothing is "
            "completed, solved or corrected. A word that is wrong three times spoils the page; it is shredded, and begun again."),
        ),
        blanks=(("Codes read, of 3", "Words, line agree", "Size in mm"),),
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
        "Folds the page inwards, puts it into the opaque envelope and that into the bag, seals it, and signs across the seal. The scribe types "
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
        "Every sheet that was sent to a printer is sealed, shredded, or was found and shredded. The count of blank pages agrees with that. "
        "If it does not, two people say why: an exception.",
        (_mark("tally", {"agrees": True}),),
        blanks=(("Printed", "Sealed", "Shredded", "Found"), ("Blank before", "Blank after")),
        secret=True, may_skip=True,
    ),
    Step(
        "62", _F, Task.FORGET_SET, "Make the machine forget", (ADMINISTRATOR,), (WITNESS,),
        "Erases the pages of the sheets, and never the public record; checks that the print queue is empty; switches the printer "
        "off and on. From now on only the sealed paper opens anything.",
        (_mark("wipe", {"empty": True}, reason="done"),),
        command="rm /dev/shm/sheets/share-*.pdf; lpstat -o",
        secret=True,
    ),
    Step(
        "71", _G, Task.DRAW_LOT, "Draw a quorum by lot", (WITNESS,), (EVERYBODY,),
        "Draws custodians by lot until their sheets are enough to open the set. Everybody who can stay is in the draw.",
        (_mark("lot"),),
        blanks=(("Drawn", "How"),),
    ),
    Step(
        "72", _G, Task.OPEN_BAG, "Open the bag", (CUSTODIAN,), (WITNESS,),
        "Shows the seal to the witness, reads the number aloud, opens the bag. The number is the one that was read at step 55.",
        (_mark("bag.opened", {"intact": True, "expected": True}, sheet=SHEET),),
        blanks=(("Custodian", "Sheet", "Bag number"),),
        each=Each.DRAWN, secret=True,
        begins=Restart.QUORUM,
    ),
    Step(
        "73", _G, Task.READ_SHEET, "Read the sheet", (CUSTODIAN,), (WITNESS,),
        "Reads the sheet into the machine while the others look away, then puts it face down on the table.",
        (_mark("sheet.read", {"result": "sound"}, sheet=SHEET, use="quorum", person=SEAT),),
        each=Each.DRAWN, secret=True,
    ),
    Step(
        "74", _G, Task.PROVE_SET, "Prove the set", (ADMINISTRATOR,), (WITNESS,),
        "The machine puts the sheets together, opens the envelope and proves every share that it can. It shows no secret.",
        (_mark("set.proven", use="read-back"),),
        command="splitkit check SCAN... --quorum --fingerprint 'the F words'",
        secret=True,
    ),
    Step(
        "75", _G, Task.READ_SHEETS, "Read the sheets until they are a quorum", (ADMINISTRATOR,), (WITNESS,),
        "Each custodian in turn shows the bag, opens it, and reads the sheet into the machine while the others look away. A damaged "
        "sheet is read another way, or another one is brought. When there are enough, the machine proves the set; it shows no secret.",
        _quorum_read("recover"),
        blanks=(("Sheet", "Bag number", "Sound"),) * 3,
        secret=True, may_skip=True, leads_to="91", any_order=True,
        begins=Restart.QUORUM,
    ),
    Step(
        "76", _G, Task.REPLACE_SET, "The new set takes the place of the old one", (ADMINISTRATOR,), (WITNESS,),
        "Every new sheet was read back, and a quorum of them has opened the set: from now on it is the one in use. The old sheets open the "
        "same secret until enough of them are destroyed.",
        (_mark("set.refreshed"),),
        secret=True, only=("refresh",),
    ),
    Step(
        "81", _H, Task.REVEAL, "Reveal once", (ADMINISTRATOR,), (WITNESS,),
        "Two people release it. The password is on the screen of the offline machine and nowhere else. The administrator types it "
        "where it is needed; the witness watches, and the others look away. The screen is cleared.",
        (_mark("reveal", way="screen"),),
        blanks=(("Released by", "Seen by", "From", "Until"),),
        command="splitkit recover SCAN... --fingerprint 'the F words'",
        secret=True, may_skip=True, leads_to="91",
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
        "83", _H, Task.AGREE_ON_DEBT, "What the use leaves to do", (WITNESS,), (EVERYBODY,),
        "Whoever saw the password knows it. Somebody changes it, two people review what it was used for, and those who must know are told: "
        "each task gets a name and a day.",
        (_many("action"), _DONE),
        blanks=(("Changed by, until", "Reviewed by, until"),),
    ),
    Step(
        "84", _DRILL, Task.COUNT_ALERTS, "Alert by alert", (WITNESS,), (ADMINISTRATOR,),
        "Everybody who is to get the alerts of this account is asked, one after the other: whether it came, after how many minutes, "
        "and what they did. The drill has passed only if the sign-in was accepted and each of them was alerted.",
        (_many("alert"), _mark("drill", way="live")),
        blanks=(("Alert came to, after", "What they did"),),
        secret=True, then="86",
    ),
    Step(
        "85", _DRILL, Task.VISIT_SAFES, "Each sheet at its safe", (ADMINISTRATOR,), (WITNESS,),
        "At each safe whoever keeps the sheet opens it, shows bag and seal, and reads the number aloud; the sheet is read, sealed in "
        "a new bag, and locked away before the next one. Two people are there all the time. No secret is put together.",
        (
            _many("roll", role="custodian"),
            _many("roll", role="observer"),
            _many("bag.opened"),
            _many("sheet.read", use="drill"),
            _many("bag.sealed"),
            _many("drill", way="safes"),
            _DONE,
        ),
        blanks=(("Safe, opened by", "Sheet, its bag", "Sound", "New bag"),) * 3,
        secret=True, any_order=True, ends_sealed=True,
    ),
    Step(
        "86", _DRILL, Task.TRY_DEVICES, "Other bags; devices, phones, mailboxes", (ADMINISTRATOR,), (WITNESS,),
        "Whoever keeps a sheet that was not taken out looks at its bag in its safe, and reads the number aloud. Each device that is at "
        "hand is used once and its number read, each phone is called, each mailbox gets a message.",
        (_many("sheet.seen"), _many("asset.checked"), _DONE),
        blanks=(("Bag, and its seal", "What was tried, and it works"),),
        secret=True, any_order=True,
    ),
    Step(
        "88", _OVER, Task.PUT_OLD_AWAY, "The old sheets", (WITNESS,), (ADMINISTRATOR,),
        "Where the new set is in use, every old sheet that is here is shredded in front of two people, one after the other; they are counted "
        "down. Where it is not, each is sealed again in a new bag, and stays worth what it was.",
        (_many("bag.opened"), _many("sheet.destroyed"), _many("bag.sealed"), _DONE),
        blanks=(("Old sheet, shredded", "Seen by"), ("Old sheet, sealed again", "New bag number")),
        secret=True, any_order=True, ends_sealed=True,
    ),
    Step(
        "91", _J, Task.FORGET_QUORUM, "Make the machine forget", (ADMINISTRATOR,), (WITNESS,),
        "Deletes what was read from the paper, closes the program, and checks that nothing is left.",
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
        "Everybody says what went wrong, what was surprising, and what should change; each change gets a name and a day. Exception "
        "sheets are numbered and counted.",
        (_mark("debrief"), _many("action")),
        blanks=(("Exception sheets", "Changes wanted"),),
    ),
    Step(
        "94", _J, Task.CLOSE_LEDGER, "Close the ledger", (SCRIBE,), (WITNESS,),
        "Closes the ledger. The L words (they name it as it ends) are read aloud and written on the close-out sheet; everybody signs it. Custodians take "
        "their bags to their safes, and tell the scribe when they are locked in.",
        (_mark("close"),),
        command="splitkit record close next=DATE --ledger FILE --by SCR --wit WIT",
    ),
)  # fmt: skip

_BY_CODE = {step.code: step for step in STEPS}


def _script(name: str, kind: str, codes: str, *changed: Step, unvouched: bool = False) -> Script:
    """Return a kind of ceremony of the steps with these *codes*, of which some are *changed*."""
    steps = _BY_CODE | {step.code: step for step in changed}
    taken = (replace(one, command=one.command.replace(KIND, kind)) for one in map(steps.__getitem__, codes.split()))
    return Script(name, kind, tuple(taken), unvouched)


MAKE = _script(
    "make", "split", "11 12 13 14 21 22 23 31 41 44 45 51 52 53 54 55 56 61 62 71 72 73 74 81 82 91 92 93 94"
)  # fmt: skip
"""A set is made, printed, read back and proven, and its secret set where it is needed."""

_NO_PRINTING = replace(
    _BY_CODE["12"],
    words="Blinds are closed, cameras gone or covered. Phones, watches and bags are outside, listed by name. Only listed things "
    "are on the table. Everybody sees the clock, and the time in the ledger agrees with it.",
)
"""The room of a ceremony in which nothing is printed."""

RECOVER = _script(
    "recover", "recover", "11 12 13 15 21 22 32 33 75 81 82 83 91 92 93 94",
    _NO_PRINTING,
    replace(_BY_CODE["21"], may_skip=True),
    replace(_BY_CODE["81"], phase=_USE),
    replace(
        _BY_CODE["82"], phase=_USE,
        words="Signs in with the password that was shown and the second factor. Whoever receives sign-in alerts says when they came.",
        marks=(_mark("signin", {"accepted": True}, password="unchanged"), _many("alert")),  # noqa: S106  (the name of a kind)
    ),
    replace(_BY_CODE["83"], phase=_USE),
    replace(_BY_CODE["92"], each=Each.OPENED),
    unvouched=True,
)  # fmt: skip
"""A quorum gives the secret back: it is asked for, proven, shown once, and what its use leaves to do has names and days."""

DRILL = _script(
    "drill", "drill", "11 12 13 21 22 32 34 35 75 81 82 83 84 85 86 91 92 93 94",
    _NO_PRINTING,
    replace(_BY_CODE["21"], may_skip=True),
    replace(
        _BY_CODE["32"],
        words="The F words (they name the set) are typed from the signed record, not from a sheet; the program compares them. Without a signed paper no "
        "drill is held: it would prove nothing.",
    ),
    replace(_BY_CODE["75"], marks=_quorum_read("drill")),
    replace(_BY_CODE["81"], phase=_DRILL),
    replace(
        _BY_CODE["82"], phase=_DRILL,
        words="Signs in with the password that was shown and the second factor, from a machine that is used for nothing else; looks at "
        "nothing, and signs out.",
        marks=(_mark("signin", {"accepted": True}, password="unchanged"),),  # noqa: S106  (the name of a kind)
    ),
    replace(_BY_CODE["83"], phase=_DRILL),
    replace(_BY_CODE["92"], each=Each.OPENED),
)  # fmt: skip
"""Each sheet is read at its safe; or, live, a quorum gives the secret back, somebody signs in, and everybody is alerted who is to be."""

REVIEW = _script(
    "review", "review", "11 13 36 94",
    replace(
        _BY_CODE["13"],
        words="Says what this review is about. Everybody says name and role; two of those who are here review it, and the register knows them.",
    ),
    replace(
        _BY_CODE["94"],
        words="Closes the ledger. The L words (they name it as it ends) are read aloud and written on the sheet of the review; both reviewers sign it.",
    ),
)  # fmt: skip
"""Every way in that somebody has is gone through, line by line."""

RENEW = _script(
    "renew", "renew",
    "11 12 13 16 17 21 22 23 31 32 33 37 42 43 44 45 51 52 53 54 55 56 61 62 71 72 73 74 76 81 82 88 91 92 93 94",
    replace(
        _BY_CODE["32"], phase=_OLD,
        words="The F words of the old set (they name it) are typed from its signed record, not from a sheet; the program compares them. Without a "
        "signed paper nothing is renewed: find it first.",
    ),
    replace(_BY_CODE["33"], phase=_OLD),
    replace(_BY_CODE["31"], phase=_OLD, only=ANEW),
    *(replace(_BY_CODE[code], phase=_NEW, only=ANEW) for code in ("44", "45")),
    *(replace(_BY_CODE[code], only=ANEW) for code in ("71", "72", "73", "74", "92")),
    replace(_BY_CODE["81"], phase=_OVER, leads_to="88", only=("rotate",)),
    replace(
        _BY_CODE["82"], phase=_OVER, only=("rotate",),
        words="Signs out everywhere and in again with the new password and the second factor. Only then does the new set take the place "
        "of the old one. Whoever receives sign-in alerts says when they came.",
        marks=(_many("set.rotated"), *_BY_CODE["82"].marks),
    ),
)  # fmt: skip
"""A set is renewed: a quorum of the old one vouches for it, new sheets are made as any are, and the old ones are counted down."""

KINDS = (MAKE, RECOVER, DRILL, RENEW, REVIEW)

SCRIPTS: Mapping[str, Script] = MappingProxyType({script.kind: script for script in KINDS})
"""Each kind of ceremony, by what its ledger calls it."""
