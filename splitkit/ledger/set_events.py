"""The events of a set: how it is made, and how it is used."""

from typing import Annotated, Literal

from splitkit.ledger.fields import (
    BagNumber,
    ComingSetId,
    CopyNumber,
    Count,
    FingerprintWords,
    IntentCode,
    LabelText,
    LineId,
    LineText,
    LongText,
    PolicyText,
    PrinterName,
    RecipientHash,
    SeatCode,
    Seats,
    SerialNumber,
    SetId,
    SheetNumber,
    SheetNumbers,
    ShortCode,
    TwoSeats,
    number,
)
from splitkit.ledger.schema import Event, Wrong

SetKind = Literal["first", "refreshed", "rotated"]
Origin = Literal["generated", "given"]
"""Where a secret comes from: the program thought it up, or people gave one that may be in use already."""
RenewalWord = Literal["reissue", "refresh", "rotate"]
RenewalCause = Literal[
    "worn", "destroyed", "fire", "lost", "theft", "seal", "seen", "leaver", "policy", "password", "machine", "alert", "yearly",
]  # fmt: skip
ReadingUse = Literal["read-back", "quorum", "drill", "inventory"]
ReadingSource = Literal["scan", "camera", "hand", "typed", "written"]
"""How a sheet was read: 'hand' is a hand-held scanner, which types.  What is typed may come from anything, so `TYPED` proves less.

'written' is the read-back of a sheet that was written by hand: every word of it was typed, and was the one that had been shown.
"""
TYPED = ("hand", "typed")
WRITTEN: Literal["written"] = "written"
ReadingResult = Literal["sound", "damaged", "forged", "foreign"]

# A table: one blank line between its rows.
# fmt: off

# --- making a set -----------------------------------------------------------------------------------------------------

class SetMade(Event, event="set.made", saw=True, by_hand=True, means="a set was made", adds="set"):
    set: SetId
    fingerprint: FingerprintWords
    policy: PolicyText
    epoch: Annotated[int, number(1, 2**32 - 1)]
    recipient: RecipientHash
    practice: bool
    sheets: Annotated[int, number(2, 32)]
    kind: SetKind | None = None
    label: LabelText | None = None
    line: ComingSetId | None = None
    replaces: SetId | None = None
    origin: Origin | None = None

class SetVoided(Event, event="set.void", means="the set is worthless and was destroyed"):
    set: SetId
    reason: LongText

class RenewalAgreed(Event, event="renewal", means="two people agree why a set is renewed, and how"):
    set: SetId
    policy: PolicyText
    cause: RenewalCause
    follows: RenewalWord
    way: RenewalWord
    approved: TwoSeats
    sheets: SheetNumbers | None = None

class RecordSigned(Event, event="public.signed", means="the printed public record was compared and signed"):
    set: SetId
    signed_by: TwoSeats

class RecordCopied(Event, event="public.copied", saw=True, means="the files of the public record were copied"):
    set: SetId
    to: Literal["custody", "stick-1", "stick-2"]

class SheetPrinted(Event, event="sheet.printed", saw=True, means="a sheet came out of the printer"):
    set: SetId
    sheet: SheetNumber
    copy: CopyNumber
    printer: SerialNumber | None = None

class SheetWritten(Event, event="sheet.written", saw=True, means="a share was shown to its custodian, who wrote it by hand"):
    set: SetId
    sheet: SheetNumber
    copy: CopyNumber

class SheetMissing(Event, event="sheet.missing", means="a sheet that was sent to a printer did not come out"):
    set: SetId
    sheet: SheetNumber
    copy: CopyNumber

class SheetRead(Event, event="sheet.read", saw=True, means="a sheet was read by the machine"):
    set: SetId
    sheet: SheetNumber
    use: ReadingUse
    source: ReadingSource
    result: ReadingResult
    margin: Annotated[int, number(0, 100)] | None = None
    person: SeatCode | None = None

class SheetSpoilt(Event, event="sheet.void", means="a sheet of paper is spoilt"):
    set: SetId
    sheet: SheetNumber
    copy: CopyNumber
    reason: LineText

class SheetShredded(Event, event="sheet.shredded", means="a spoilt sheet, or one that was found, was shredded"):
    set: SetId
    sheet: SheetNumber
    copy: CopyNumber

class BagGiven(Event, event="bag.given", means="an empty bag was shown and given out"):
    bag: BagNumber
    person: SeatCode

class BagSealed(Event, event="bag.sealed", means="a sheet was sealed into a bag"):
    bag: BagNumber
    set: SetId
    sheet: SheetNumber
    person: SeatCode
    replaces: BagNumber | None = None

class BagOpened(Event, event="bag.opened", means="a bag was opened"):
    bag: BagNumber
    set: SetId
    sheet: SheetNumber
    intact: bool
    expected: bool
    purpose: LineText

class ReceiptSigned(Event, event="receipt", means="a custodian signed for a sheet"):
    set: SetId
    sheet: SheetNumber
    person: SeatCode
    bag: BagNumber

class PagesCounted(Event, event="tally", means="pages were counted"):
    wrong = Wrong("agrees", "the pages did not add up: there is paper that nobody accounts for")
    printed: Count
    sealed: Count
    shredded: Count
    agrees: bool
    blank_before: Count | None = None
    blank_after: Count | None = None
    found: Count | None = None
    written: Count | None = None

class LotDrawn(Event, event="lot", means="who takes part was drawn by lot"):
    among: Seats
    drawn: Seats
    method: LineText

class SetProven(Event, event="set.proven", saw=True, means="a quorum was put together and opened; nothing was shown"):
    set: SetId
    sheets: SheetNumbers
    use: Literal["read-back", "drill", "recover", "renew"]

# --- using a set ------------------------------------------------------------------------------------------------------

class SecretRequested(Event, event="request", means="two people ask for something to be done"):
    task: LineText
    requested_by: TwoSeats
    case: ShortCode | None = None

class Intent(Event, event="intent", saw=True, by_hand=True, means="something is about to be made, printed, shown or opened", adds="intent"):
    intent: IntentCode
    act: Literal["split", "print", "write", "recover", "reveal", "reissue", "refresh", "rotate", "seal", "open"]
    purpose: LongText
    set: SetId | None = None
    makes: ComingSetId | None = None
    line: LineId | None = None
    epoch: Annotated[int, number(1, 2**32 - 1)] | None = None
    sheet: SheetNumber | None = None
    printer: PrinterName | None = None
    leaves: Annotated[int, number(1, 99)] | None = None

class IntentEnded(Event, event="outcome", saw=True, by_hand=True, means="what was begun has ended"):
    intent: IntentCode
    result: Literal["done", "stopped", "nothing"]

class SecretShown(Event, event="reveal", saw=True, by_hand=True, means="the secret was shown"):
    set: SetId
    purpose: LineText
    released_by: Seats
    seen_by: Seats
    seconds: Annotated[int, number(0, 86400)]
    way: Literal["screen", "stdout"]

class UseReviewed(Event, event="use.reviewed", means="two people looked at what the secret was used for"):
    set: SetId
    told: Seats
    approved: TwoSeats
    kept: LongText | None = None

class SignIn(Event, event="signin", means="somebody signed in"):
    wrong = Wrong("accepted", "the password of the sheets does not open the account", of="set", unless=("password_", "old"))
    password_: Literal["new", "old", "unchanged"]
    accepted: bool
    alerts: Count | None = None
    set: SetId | None = None

class AlertArrived(Event, event="alert", means="an alert arrived at somebody"):
    wrong = Wrong("validated", "{receiver} was alerted, and did not know what to do", of="receiver")
    receiver: SeatCode
    minutes: Count
    validated: bool

# fmt: on
