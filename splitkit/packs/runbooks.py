"""The procedures: what is done in each case, by whom, with which command, and what proves it.

Each begins and ends alike (two people, the ledger, a debrief); `COMMON` says that once.  A code that was once printed never names
another procedure.  The screens of the account are its provider's own and change: a procedure says what is done there, not where.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from splitkit.errors import Remedy, UsageError


@dataclass(frozen=True)
class Task:
    """One line of a procedure.

    Attributes:
        actor: A seat, or a role that the register fills in: PASSWORD, MFA, PHONE, MAILBOX are whoever keeps them.
        words: What is done.
        evidence: What shows afterwards that it was done.
        command: What is typed, if anything.
    """

    actor: str
    words: str
    evidence: str
    command: str = ""


@dataclass(frozen=True)
class Runbook:
    """One procedure.

    Attributes:
        code: Its short name: 'R11'.
        title: What it is for.
        when: What calls for it.
        needs: What it needs: some of password, mfa, phone, mailbox.
        tasks: What is done, between what every procedure begins and ends with.
    """

    code: str
    title: str
    when: str
    needs: tuple[str, ...]
    tasks: tuple[Task, ...]

    @property
    def heading(self) -> str:
        """Code and title."""
        return f"{self.code}  {self.title}"


BEFORE = (
    Task("ADM, WIT", "Open a ledger that continues the last one, and compare its L words with the last signed paper.",
         "the entry 'open'", "splitkit ledger new FILE --ceremony CODE --kind KIND --continues LAST --by SCR --wit WIT"),
    Task("ADM", "Say what is done, why, and by which procedure. Two people ask for it, never one. Tell whoever receives sign-in "
         "alerts when it happens, with the code of this ceremony.", "the entry 'request'; the announcement",
         "splitkit record request task=... requested_by=ADM,C1"),
    Task("WIT", "If anything is not as written here, write it down before going on.", "exception sheets", "splitkit record exception"),
)  # fmt: skip
"""How every procedure begins."""

AFTER = (
    Task("ADM", "Clear screens, close programs, lock away what was taken out. Each sheet that was opened goes into a new bag.",
         "the entries 'bag.sealed', 'sheet.stored', 'asset.used'", "splitkit record sheet.stored ..."),
    Task("WIT", "Ask everybody what went wrong, what was surprising and what should change; each change gets a name and a day.",
         "the entries 'debrief' and 'action'", "splitkit record debrief went_wrong=... surprising=..."),
    Task("SCR", "Close the ledger; everybody signs the L words on the close-out sheet.", "the close-out sheet", "splitkit ledger close FILE --by SCR --wit WIT"),
)  # fmt: skip
"""How every procedure ends."""

_OPEN_SHEETS = Task(
    "PASSWORD", "Bring a quorum of sheets: safe opened by two, seal and bag number compared with the register, bag opened in the room.",
    "the entries 'safe.opened' and 'bag.opened'; the register page at the safe", "splitkit drill --who --ledger FILE",
)  # fmt: skip
_REVEAL = Task(
    "ADM, WIT", "Recover the password on the offline machine: each custodian reads the own sheet, two people release, one types, one watches.",
    "the entry 'reveal'", "splitkit recover SCAN... --fingerprint 'the F words'",
)  # fmt: skip
_SECOND_FACTOR = Task("MFA", "Bring the MFA device, and use it for this one sign-in.", "the entry 'asset.used'",
                      "splitkit record asset.used asset=... people=... purpose=...")  # fmt: skip
_SIGN_IN = Task("ADM", "Sign in as the root user from a machine that is used for nothing else. Look that the alert has come.",
                "the entries 'signin' and 'alert'", "splitkit record signin password=unchanged accepted=yes")  # fmt: skip
_SIGN_OUT = Task(
    "ADM", "Sign out everywhere, and look that no access key of the root user exists.", "said aloud, seen by WIT"
)
_NEW_SET = Task("ADM", "Make a new password and a new set; it counts once every sheet was read back.", "the entry 'set.made'",
                "splitkit rotate PLAN SCAN... --ledger FILE --purpose ... --out /dev/shm/sheets")  # fmt: skip
_PRINT = Task(
    "ADM",
    "Print each sheet, read each back, seal it.",
    "the entries 'sheet.read'",
    "splitkit drill SCAN --ledger FILE --set ID",
)
_SUSPECTED = ("the entry 'incident.open'", "splitkit record incident.open incident=... cause=...")
_MAIL = Task("MAILBOX", "Open the mailbox with two of its owners, and look that the message is there.", "the entry 'asset.used'",
             "splitkit record asset.used asset=... people=... purpose=...")  # fmt: skip
_PHONE = Task("PHONE", "Take the phone out of its safe, take the call or the message, and lock it away.", "the entry 'asset.used'",
              "splitkit record asset.used asset=... people=... purpose=...")  # fmt: skip
_TWO_KEYS = Task("MFA", "Look that a second MFA device is registered and works.", "the entry 'asset.checked'",
                 "splitkit record asset.checked asset=... result=pass")  # fmt: skip

_LIST = (
    Runbook(
        "R1", "A task that only the root user can do", "Somebody asks for a task that no other user may do.", ("password", "mfa"),
        (Task("ADM", "Look in the provider's documentation whether the task really needs the root user today.", "the page and its date, on paper"),
         _OPEN_SHEETS, _REVEAL, _SECOND_FACTOR, _SIGN_IN,
         Task("ADM", "Do the task and nothing else; WIT writes down each screen that was used.", "the list of screens"), _SIGN_OUT),
    ),
    Runbook(
        "R2", "The password is lost", "No quorum of sheets can be brought together any more.", ("mailbox", "phone", "mfa"),
        (Task("ADM", "See that it is so: which sheets are where, and that no quorum is left.", "the register, printed", "splitkit status"),
         Task("ADM", "Ask for a new password with the address of the root user.", "the time, written down"), _MAIL, _PHONE, _SECOND_FACTOR,
         Task("ADM", "Make a set with a new password first, and prove it; only then set this password.", "the ledger of the split",
              "splitkit ceremony PLAN --ledger FILE --ceremony CODE --print-to QUEUE"),
         Task("ADM", "Retire the old set, and destroy what is found of it.", "the entries 'set.retired' and 'sheet.destroyed'",
              "splitkit record set.retired set=... reason=... approved=...")),
    ),
    Runbook(
        "R3", "The password is changed", "It may be known to somebody, or a task showed it to more people than planned. Never for the calendar's sake.",
        ("password", "mfa"),
        (_OPEN_SHEETS, _NEW_SET, _PRINT,
         _REVEAL, _SECOND_FACTOR, Task("ADM", "Sign in with the old password, and set the new one.", "the time, written down"),
         Task("ADM", "Sign out everywhere and in again with the new password, from the new sheets.", "the entry 'signin'",
              "splitkit record signin password=new accepted=yes"),
         Task("WIT", "See every old sheet destroyed; the register counts down.", "the entries 'sheet.destroyed'", "splitkit status")),
    ),
    Runbook(
        "R4", "An MFA device is lost or broken", "A device cannot be found, or fails when it is checked.", ("password", "mfa", "mailbox", "phone"),
        (Task("MFA", "Record that it is gone, and since when.", "the entry 'asset.retired'", "splitkit record asset.retired asset=... reason=..."),
         Task("ADM", "If another device works, sign in with it; if none does, use the provider's way for a lost device, which needs mailbox and phone.",
              "what was used, written down"), _OPEN_SHEETS, _REVEAL, _MAIL, _PHONE,
         Task("ADM", "Remove the lost device from the account, and register a new one that is not in the same hands as a sheet.",
              "the entry 'asset.added'", "splitkit record asset.added asset=... kind=mfa person=... serial=..."), _TWO_KEYS,
         Task("WIT", "Look that no rule is broken now.", "the output, printed", "splitkit status")),
    ),
    Runbook(
        "R5", "An MFA device is replaced in time", "Its battery or its life ends within two months, or its keeper changes.", ("password", "mfa"),
        (Task("MFA", "See what is due.", "the list", "splitkit status"), _OPEN_SHEETS, _REVEAL, _SECOND_FACTOR, _SIGN_IN,
         Task("ADM", "Register the new device first, sign in with it, then remove the old one.", "the entry 'asset.added'",
              "splitkit record asset.added asset=... kind=mfa person=... expires=..."),
         Task("MFA", "Destroy the old device, or clear it.", "the entry 'asset.retired'", "splitkit record asset.retired asset=... reason=..."), _TWO_KEYS, _SIGN_OUT),
    ),
    Runbook(
        "R6", "The mailbox is lost", "Nobody can open the mailbox of the root user, or somebody else may.", ("password", "mfa", "mailbox"),
        (Task("MAILBOX", "Let whoever runs mail give the mailbox back to its owners, and look who else had access.", "an entry 'note', without any address"),
         Task("ADM", "If somebody else may have had it, this is an incident: go on with R14.", *_SUSPECTED),
         _OPEN_SHEETS, _REVEAL, _SECOND_FACTOR, _SIGN_IN, Task("ADM", "Set the address of the root user to a mailbox that a group owns.", "seen by WIT"),
         Task("MAILBOX", "Send a test message: two owners see it.", "the entry 'asset.checked'", "splitkit record asset.checked asset=... result=pass"), _SIGN_OUT),
    ),
    Runbook(
        "R7", "The mailbox is changed", "Another mailbox or other owners are wanted.", ("password", "mfa", "mailbox"),
        (Task("MAILBOX", "Make the new mailbox, owned by a group of whom none keeps the phone.", "the output, printed", "splitkit status"),
         _OPEN_SHEETS, _REVEAL, _SECOND_FACTOR, _SIGN_IN, Task("ADM", "Set the new address, and confirm it from the new mailbox.", "seen by WIT"),
         Task("MAILBOX", "Send a test message: two owners see it. The old mailbox is kept and forwarded for a year.", "the entry 'asset.moved'",
              "splitkit record asset.moved asset=... person=... reason=..."), _SIGN_OUT),
    ),
    Runbook(
        "R8", "The phone is lost", "The phone or its card cannot be found, or does not work.", ("password", "mfa", "phone"),
        (Task("PHONE", "Have the card blocked by whoever pays the bill. No number is written anywhere.", "the entry 'asset.retired'",
              "splitkit record asset.retired asset=... reason=..."),
         Task("ADM", "If somebody else may use it, this is an incident: go on with R14.", *_SUSPECTED),
         _OPEN_SHEETS, _REVEAL, _SECOND_FACTOR, _SIGN_IN, Task("ADM", "Register the new phone, and let it be called.", "seen by WIT"),
         Task("PHONE", "Lock the new phone into a safe of its own, charged, apart from sheets and mailbox.", "the entry 'asset.added'",
              "splitkit record asset.added asset=... kind=phone person=... place=..."), _SIGN_OUT),
    ),
    Runbook(
        "R9", "The phone is changed", "Another phone, card or keeper is wanted.", ("password", "mfa", "phone"),
        (Task("PHONE", "Prepare the new phone; whoever pays the bill knows that it must never be cancelled.", "the entry 'note'"),
         _OPEN_SHEETS, _REVEAL, _SECOND_FACTOR, _SIGN_IN, Task("ADM", "Register the new phone, and let it be called, before the old one goes.", "seen by WIT"),
         Task("PHONE", "Lock the new phone away; clear the old one.", "the entry 'asset.moved' or 'asset.added'",
              "splitkit record asset.moved asset=... person=... reason=..."), _SIGN_OUT),
    ),
    Runbook(
        "R10", "The management account is deleted", "The organisation gives the account up.", ("password", "mfa", "mailbox"),
        (Task("ADM", "Have the decision in writing, signed by those who may decide it.", "the paper"), _OPEN_SHEETS, _REVEAL, _SECOND_FACTOR, _SIGN_IN,
         Task("ADM", "Close the account as its provider describes; member accounts come first.", "seen by WIT"),
         Task("WIT", "Keep sheets, mailbox and phone until the account can no longer be reopened, then see all of it destroyed.",
              "the entries 'set.retired', 'sheet.destroyed' and 'asset.retired'", "splitkit record set.retired set=... reason=... approved=...")),
    ),
    Runbook(
        "R11", "The quarterly test", "Every quarter. The password is not changed.", ("password", "mfa", "phone", "mailbox"),
        (Task("ADM", "See whose turn it is, and what else is due.", "the list", "splitkit status"),
         _OPEN_SHEETS,
         Task("ADM", "Prove that the quorum opens the set. Nothing is shown. The steps that follow are asked for one by one.", "the entry 'drill'",
              "splitkit drill SCAN... --ledger FILE --live --certificate FILE"),
         Task("PASSWORD", "Every other custodian looks at the own bag in the own safe: number and seal.", "an entry 'sheet.seen' each"),
         Task("MFA", "Read the serial number, look at battery and expiry, find the spare device.", "the entry 'asset.checked'"),
         Task("PHONE", "Switch the phone on, let it be called, hear from whoever pays the bill that it goes on.", "the entry 'asset.checked'"),
         Task("MAILBOX", "Send a test message: two owners see it.", "the entry 'asset.checked'"), _REVEAL,
         Task("ADM", "Sign in, look at nothing, sign out. The alert must come, and its receivers must know what to do.",
              "the entries 'signin' and 'alert'; the drill certificate, signed"),
         Task("WIT", "Review who has access, line by line, with a second reviewer.", "the sheet that both sign; the entry 'review'",
              "splitkit custody review --reviewer ADM --reviewer WIT --out FILE")),
    ),
    Runbook(
        "R12", "Somebody leaves", "A custodian or a keeper leaves the company or the role. Within a day.", ("password",),
        (Task("ADM", "See what they keep, and whether everything still works without them.", "the output, printed", "splitkit status --without PERSON"),
         Task("WIT", "See the sealed bag handed over, number compared, to the successor. A bag whose seal is whole was not read.", "the entry 'sheet.handed'",
              "splitkit record sheet.handed set=... sheet=... from=... to=... bag=..."),
         Task("ADM", "Record the leaver and the successor.", "the entries 'person.left' and 'person.joined'",
              "splitkit record person.left person=... until=... reason=..."),
         Task("ADM", "If the bag was open or is missing, the sheet may be known: go on with R13.", "the output, printed", "splitkit status")),
    ),
    Runbook(
        "R13", "A sheet is lost, destroyed, or may have been seen", "A sheet cannot be found, was burnt, wet or torn, or its seal is broken.", ("password",),
        (Task("ADM", "Say what happened; the register says which case it is, what follows and why.", "the entry 'sheet.lost', 'sheet.destroyed' or 'sheet.exposed'",
              "splitkit custody incident"),
         Task("ADM", "Read the case, and do what it says.", "the register, printed", "splitkit custody print --out FILE"), _OPEN_SHEETS,
         Task("ADM", "Destroyed and not seen by anybody: print the same share again.", "the entry 'sheet.reissued'",
              "splitkit reissue PLAN SCAN... --sheet N --ledger FILE --purpose ... --out /dev/shm/sheets"),
         Task("ADM", "Lost, or one short: make a new set for the same secret, read every new sheet back, then destroy every old one.", "the entries 'set.made' and 'set.refreshed'",
              "splitkit refresh PLAN SCAN... --ledger FILE --purpose ... --out /dev/shm/sheets"),
         Task("ADM, WIT", "As many as a quorum: this is a compromise, go on with R14.", *_SUSPECTED)),
    ),
    Runbook(
        "R14", "Something may be compromised", "A quorum of sheets, the password, a device, the mailbox or the phone may be in other hands.",
        ("password", "mfa", "mailbox", "phone"),
        (Task("ADM, WIT", "Open an incident, and say who is told and who is not.", "the entry 'incident.open'", "splitkit custody incident --what password"),
         _OPEN_SHEETS, _NEW_SET, _PRINT,
         _REVEAL, _SECOND_FACTOR, Task("ADM", "Set the new password, sign out everywhere, sign in again with it. Look for keys, users and rules that nobody knows.",
              "the entry 'signin'; the list", "splitkit record signin password=new accepted=yes"),
         Task("ADM", "Replace every device that may be in other hands.", "the entries 'asset.retired' and 'asset.added'", "splitkit record asset.retired asset=... reason=..."),
         Task("WIT", "See the old set retired and its sheets destroyed, then close the incident.", "the entries 'set.retired' and 'incident.close'",
              "splitkit record incident.close incident=... cause=... outcome=... approved=ADM,WIT")),
    ),
    Runbook(
        "R15", "An alert says that the root user signed in", "The alert arrives at any hour.", (),
        (Task("receiver", "Look whether a ceremony was announced for this hour, with its code. Do not ask by a way that the message itself offers.", "the announcement"),
         Task("receiver", "Announced: call the witness on a number that you had before, hear the code word, and tell the minutes it took. That is all.", "the entry 'alert'", "splitkit record alert receiver=... minutes=... validated=yes"),
         Task("receiver", "Not announced, or nobody answers within ten minutes: call two of the people on the call-out card, and begin R14.", "the time of each call"),
         Task("ADM", "Keep what the account has recorded of that hour, before anything is changed.", "a copy, with its SHA-256 in the ledger",
              "splitkit record hash what=... sha256=... equal=yes")),
    ),
)  # fmt: skip

RUNBOOKS: Mapping[str, Runbook] = MappingProxyType({book.code: book for book in _LIST})


def find_runbook(code: str) -> Runbook:
    """Return the procedure of that code.

    Raises:
        UsageError: If there is none.
    """
    if code.upper() not in RUNBOOKS:
        raise UsageError("there is no such procedure", Remedy.SEE_RUNBOOKS)
    return RUNBOOKS[code.upper()]
