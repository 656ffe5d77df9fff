"""The closed list of events: what an entry of the ledger may say, and nothing else.

A new event is one class of the list below; the command line, `verify`, `show` and the table in docs/format.md follow from it.  An
event that was once released never changes its meaning and never loses a field.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from splitkit.errors import Remedy, UsageError
from splitkit.ledger.fields import (
    BagNumber,
    Count,
    Day,
    FingerprintWords,
    Items,
    LabelText,
    LineText,
    LongText,
    NameText,
    PolicyText,
    ProgramVersion,
    RecipientHash,
    RoomTime,
    SeatCode,
    Seats,
    SerialNumber,
    SetId,
    Sha256,
    SheetNumber,
    SheetNumbers,
    ShortCode,
    ShortCodes,
    Tag,
    choice,
    number,
)
from splitkit.ledger.schema import Event, Unlisted

FORMAT = 1

DESK = "desk"
"""The kind of the one ledger of a custody folder that takes the others up."""

KINDS = (DESK, "split", "recover", "drill", "reissue", "refresh", "rotate", "destroy", "review", "incident", "custody")
INCIDENTS = ("lost", "destroyed", "seal", "seen", "fire", "theft",
             "device", "leaver", "absent", "password", "machine", "alert")  # fmt: skip
URGENT = ("password", "machine", "alert")
"""Incidents by which the secret itself may be known, whatever the sheets say."""

ROLES = ("administrator", "witness", "scribe", "custodian", "mfa", "phone", "mailbox", "observer", "other")

CeremonyKind = Annotated[str, choice(*KINDS)]
IncidentKind = Annotated[str, choice(*INCIDENTS)]
Role = Annotated[str, choice(*ROLES)]
Outcome = Literal["pass", "fail"]
ReadingUse = Literal["read-back", "quorum", "drill", "inventory"]
ReadingSource = Literal["scan", "camera", "typed"]
ReadingResult = Literal["sound", "damaged", "forged", "foreign"]
Destruction = Literal["shredded", "burnt", "fire", "water", "other"]
WipeReason = Literal["done", "timeout", "break", "stopped"]

# A table: one blank line between its rows.
# fmt: off

# --- the ledger itself ------------------------------------------------------------------------------------------------

class LedgerOpened(Event, event="open", means="a ledger begins"):
    format: Annotated[int, number(1, 1)]
    ceremony: ShortCode
    kind: CeremonyKind
    practice: bool
    version: ProgramVersion
    title: LabelText | None = None

class LedgerClosed(Event, event="close", means="the ledger is complete"):
    exceptions: Count
    people_out: Seats
    items_out: Items
    next: Day | None = None
    standby: Day | None = None

class LedgerReopened(Event, event="reopen", means="a closed ledger goes on"):
    reason: LongText

class TornLine(Event, event="torn", means="an append was cut off; its bytes stand before this entry"):
    bytes: Annotated[int, number(0)]
    sha256: Sha256

class Note(Event, event="note", means="something worth knowing"):
    text: LongText

class Correction(Event, event="correction", means="an earlier entry is wrong; this is right"):
    seq: Annotated[int, number(1)]
    text: LongText

class Checkpoint(Event, event="checkpoint", means="the head was written down on paper"):
    phase: LineText

class Export(Event, event="export", means="copies of the ledger were made"):
    medium: LineText
    bag: BagNumber | None = None

class LedgerTaken(Event, event="ledger.taken", means="the desk takes up a ceremony, up to a head of its ledger"):
    ledger: ShortCode
    head: Sha256

class ForkSettled(Event, event="fork.settled", means="a ledger has forked; two people have chosen this branch"):
    kept: Sha256
    left: Sha256
    approved: Seats

# --- people and the room ----------------------------------------------------------------------------------------------

class RollCalled(Event, event="roll", means="somebody is present and says who"):
    person: SeatCode
    role: Role
    name: NameText | None = None
    sheet: SheetNumber | None = None

class RoleTaken(Event, event="role", means="somebody takes over a role"):
    person: SeatCode
    role: Role
    reason: LineText

class RoomClock(Event, event="room.clock", means="the clock in the room was read"):
    time: RoomTime
    agrees: bool

class RoomEntered(Event, event="room.enter", means="somebody comes in"):
    person: SeatCode
    items_in: Items

class RoomLeft(Event, event="room.exit", means="somebody leaves"):
    person: SeatCode
    items_out: Items
    time: RoomTime | None = None
    reason: LineText | None = None

class RoomReturned(Event, event="room.return", means="somebody is back"):
    person: SeatCode
    items_in: Items
    time: RoomTime | None = None

class BreakBegun(Event, event="break", means="the ceremony pauses, nothing secret is open"):
    reason: LineText
    bags: ShortCodes

class BreakEnded(Event, event="resume", means="the ceremony goes on"):
    bags_agree: bool
    present: Seats
    remark: LineText | None = None

class ScriptException(Event, event="exception", means="something was not as the script says"):
    expected: LongText
    happened: LongText
    decision: LongText
    step: ShortCode | None = None
    time: RoomTime | None = None
    approved: Seats | None = None
    people_out: Seats | None = None
    left: RoomTime | None = None
    items_out: Items | None = None
    people_back: Seats | None = None
    returned: RoomTime | None = None
    items_in: Items | None = None

class StepTaken(Event, event="step", means="a step of the script"):
    step: ShortCode
    state: Literal["begun", "done", "skipped"]
    values: LineText | None = None

class Debrief(Event, event="debrief", means="what the ceremony taught"):
    went_wrong: LongText
    surprising: LongText
    change: LongText | None = None

class ActionAgreed(Event, event="action", means="somebody will do something"):
    action: ShortCode
    text: LongText
    due: Day
    owner: NameText | None = None

class ActionDone(Event, event="action.done", means="an action is done"):
    action: ShortCode
    remark: LineText | None = None

# --- the machine and the plan -----------------------------------------------------------------------------------------

class PreflightCheck(Event, event="preflight", means="one check of the machine"):
    check: Tag
    verdict: Literal["pass", "info", "warn", "fail", "unknown"]
    detail: LineText | None = None

class PreflightDone(Event, event="preflight.done", means="all checks of the machine"):
    passed: Count
    warned: Count
    failed: Count
    unknown: Count

class WarningAccepted(Event, event="acknowledge", means="a warning was read and accepted"):
    check: Tag
    reason: LineText

class CheckOverruled(Event, event="override", means="a failed check or a refusal was overruled"):
    check: Tag
    reason: LongText
    approved: Seats

class PlanAgreed(Event, event="plan", means="the plan was agreed"):
    sha256: Sha256
    policy: PolicyText
    agreed: Seats

class HashCompared(Event, event="hash", means="a hash was compared with the paper"):
    what: LineText
    sha256: Sha256
    equal: bool

class SelfTest(Event, event="selftest", means="the program tested itself"):
    result: Outcome
    tests: Count

class DiceMixed(Event, event="dice", means="dice were mixed in; only their number is kept"):
    rolls: Annotated[int, number(1, 9999)]
    person: SeatCode

class MachineWiped(Event, event="wipe", means="secrets were cleared from the machine"):
    reason: WipeReason
    empty: bool

# --- making a set -----------------------------------------------------------------------------------------------------

class SetMade(Event, event="set.made", means="a set was made"):
    set: SetId
    fingerprint: FingerprintWords
    policy: PolicyText
    epoch: Annotated[int, number(1, 2**32 - 1)]
    recipient: RecipientHash
    practice: bool
    sheets: Annotated[int, number(2, 32)]
    label: LabelText | None = None
    line: SetId | None = None
    replaces: SetId | None = None

class SetVoided(Event, event="set.void", means="the set is worthless and was destroyed"):
    set: SetId
    reason: LongText

class SheetPrinted(Event, event="sheet.printed", means="a sheet came out of the printer"):
    set: SetId
    sheet: SheetNumber
    copy: Annotated[int, number(1, 99)]
    printer: SerialNumber | None = None

class SheetRead(Event, event="sheet.read", means="a printed sheet was read by the machine"):
    set: SetId
    sheet: SheetNumber
    use: ReadingUse
    source: ReadingSource
    result: ReadingResult
    margin: Annotated[int, number(0, 100)] | None = None
    person: SeatCode | None = None

class SheetSpoilt(Event, event="sheet.void", means="a printed sheet is spoilt"):
    set: SetId
    sheet: SheetNumber
    copy: Annotated[int, number(1, 99)]
    reason: LineText

class SheetShredded(Event, event="sheet.shredded", means="a spoilt sheet was shredded in the room"):
    set: SetId
    sheet: SheetNumber
    copy: Annotated[int, number(1, 99)]

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
    printed: Count
    sealed: Count
    shredded: Count
    agrees: bool
    blank_before: Count | None = None
    blank_after: Count | None = None

class LotDrawn(Event, event="lot", means="who takes part was drawn by lot"):
    among: Seats
    drawn: Seats
    method: LineText

class SetProven(Event, event="set.proven", means="a quorum was put together and opened; nothing was shown"):
    set: SetId
    sheets: SheetNumbers
    use: Literal["read-back", "drill", "recover"]

# --- using a set ------------------------------------------------------------------------------------------------------

class SecretRequested(Event, event="request", means="two people ask for the secret"):
    task: LineText
    requested_by: Seats
    case: ShortCode | None = None

class Intent(Event, event="intent", means="something secret is about to be made, shown or opened"):
    intent: ShortCode
    act: Literal["split", "recover", "reveal", "reissue", "refresh", "rotate", "seal", "open"]
    purpose: LongText
    set: SetId | None = None
    makes: SetId | None = None
    line: SetId | None = None
    epoch: Annotated[int, number(1, 2**32 - 1)] | None = None
    sheet: SheetNumber | None = None

class IntentEnded(Event, event="outcome", means="what was intended is over"):
    intent: ShortCode
    result: Literal["done", "stopped", "nothing"]

class SecretShown(Event, event="reveal", means="the secret was shown"):
    set: SetId
    purpose: LineText
    released_by: Seats
    seen_by: Seats
    seconds: Annotated[int, number(0, 86400)]
    way: Literal["screen", "stdout"]

class SignIn(Event, event="signin", means="somebody signed in"):
    password_: Literal["new", "old", "unchanged"]
    accepted: bool
    alerts: Count | None = None

class AlertArrived(Event, event="alert", means="an alert arrived at somebody"):
    receiver: SeatCode
    minutes: Count
    validated: bool

# --- custody ----------------------------------------------------------------------------------------------------------

class PersonJoined(Event, event="person.joined", means="somebody becomes a holder"):
    person: SeatCode
    name: NameText
    since: Day
    title: NameText | None = None

class SeatBound(Event, event="seat.bound", means="who had a seat in a ceremony that the desk took up"):
    ledger: ShortCode
    seat: SeatCode
    person: SeatCode

class DeputyNamed(Event, event="deputy", means="somebody stands in for a holder who is away"):
    person: SeatCode
    deputy: SeatCode
    remark: LineText | None = None

class PersonLeft(Event, event="person.left", means="somebody is no longer a holder"):
    person: SeatCode
    until: Day
    reason: LineText

class SheetStored(Event, event="sheet.stored", means="a sheet lies in a safe"):
    set: SetId
    sheet: SheetNumber
    person: SeatCode
    bag: BagNumber
    safe: Tag

class SheetTaken(Event, event="sheet.taken", means="a sheet left its safe"):
    set: SetId
    sheet: SheetNumber
    person: SeatCode
    bag: BagNumber
    safe: Tag
    purpose: LineText

class SheetSeen(Event, event="sheet.seen", means="a custodian looked at the sealed bag"):
    set: SetId
    sheet: SheetNumber
    person: SeatCode
    bag: BagNumber
    intact: bool

class SheetHanded(Event, event="sheet.handed", means="a sealed sheet went to somebody else"):
    set: SetId
    sheet: SheetNumber
    from_: SeatCode
    to: SeatCode
    bag: BagNumber | None = None
    reason: LineText | None = None

class SheetLost(Event, event="sheet.lost", means="a sheet cannot be found"):
    set: SetId
    sheet: SheetNumber
    circumstances: LongText
    last_seen: Day | None = None

class SheetExposed(Event, event="sheet.exposed", means="somebody else may have read a sheet"):
    set: SetId
    sheet: SheetNumber
    level: Literal["possible", "confirmed"]
    reason: LongText

class SheetDestroyed(Event, event="sheet.destroyed", means="a sheet was destroyed"):
    set: SetId
    sheet: SheetNumber
    way: Destruction
    seen_by: Seats
    bag: BagNumber | None = None

class SheetReissued(Event, event="sheet.reissued", means="the same share was printed again"):
    set: SetId
    sheet: SheetNumber
    reason: LongText

class SetRefreshed(Event, event="set.refreshed", means="the same secret has new sheets"):
    set: SetId
    replaces: SetId
    reason: LongText

class SetRotated(Event, event="set.rotated", means="a new secret has new sheets"):
    set: SetId
    replaces: SetId
    reason: LongText
    incident: ShortCode | None = None

class SetRetired(Event, event="set.retired", means="the set protects nothing any more"):
    set: SetId
    reason: LongText

class FileSealed(Event, event="file.sealed", means="a file was encrypted to the quorum"):
    set: SetId
    sha256: Sha256
    bytes: Annotated[int, number(0)]
    name: LineText | None = None

class FileOpened(Event, event="file.opened", means="a sealed file was opened"):
    set: SetId
    sha256: Sha256
    purpose: LineText

class SafeOpened(Event, event="safe.opened", means="a safe was opened"):
    safe: Tag
    people: Seats
    purpose: LineText

class SafeClosed(Event, event="safe.closed", means="a safe was closed"):
    safe: Tag
    people: Seats

class ReviewHeld(Event, event="review", means="who has access was reviewed"):
    reviewers: Seats
    confirmed: Count
    removed: Count
    next: Day | None = None
    changed: Count | None = None

class LineReviewed(Event, event="review.line", means="one line of a review"):
    subject: Tag
    person: SeatCode
    verdict: Literal["keep", "change", "remove"]
    remark: LineText | None = None

class DrillHeld(Event, event="drill", means="a drill was held"):
    set: SetId
    sheets: SheetNumbers
    way: Literal["verify", "live"]
    result: Outcome
    not_proven: SheetNumbers | None = None
    next: Day | None = None

class IncidentOpened(Event, event="incident.open", means="something may be compromised"):
    incident: ShortCode
    cause: LongText
    kind: IncidentKind | None = None

class IncidentClosed(Event, event="incident.close", means="an incident is over"):
    incident: ShortCode
    cause: LongText
    outcome: LongText
    approved: Seats

class AssetAdded(Event, event="asset.added", means="a device or mailbox is kept"):
    asset: Tag
    kind: Literal["mfa", "phone", "mailbox", "safe", "printer", "laptop", "other"]
    person: SeatCode
    serial: SerialNumber | None = None
    battery: bool | None = None
    expires: Day | None = None
    place: Tag | None = None

class AssetChecked(Event, event="asset.checked", means="an asset was tried"):
    asset: Tag
    result: Outcome
    expires: Day | None = None
    remark: LineText | None = None

class AssetUsed(Event, event="asset.used", means="an asset was taken out and used"):
    asset: Tag
    people: Seats
    purpose: LineText

class AssetMoved(Event, event="asset.moved", means="an asset has another holder or place"):
    asset: Tag
    reason: LineText
    person: SeatCode | None = None
    place: Tag | None = None

class AssetRetired(Event, event="asset.retired", means="an asset is no longer in use"):
    asset: Tag
    reason: LineText

class RuleOverruled(Event, event="lint.override", means="a rule of custody is knowingly broken"):
    rule: ShortCode
    reason: LongText
    approved: Seats
    until: Day | None = None

# fmt: on

REFUSALS = (
    "disk",
    "loopback",
    "mfa-seed",
    "no-guard",
    "no-record",
    "spool",
    "superseded",
    "unknown-file",
    "unrecorded",
)
"""What is overruled by its name on the command line; any other name in an `override` is that of a check of the machine."""

EVENTS: Mapping[str, type[Event]] = {event.event: event for event in Event.__subclasses__()}


def find_event(name: str) -> type[Event]:
    """Return the event of that name.

    Raises:
        UsageError: If there is none.
    """
    if name not in EVENTS:
        raise UsageError("there is no such event", Remedy.SEE_EVENTS)
    return EVENTS[name]


def event_of(name: str, fields: Mapping[str, Any]) -> Event:
    """Return an event by its name and its fields, as JSON has them.

    Raises:
        UsageError: If the list has no such event, or other fields; nothing is quoted.
    """
    return find_event(name).of(fields)


def told(name: str, fields: Mapping[str, Any]) -> Event | Unlisted:
    """Return what an entry says: an event of the list, or what the list does not allow."""
    try:
        return event_of(name, fields)
    except UsageError as error:
        return Unlisted(name, fields, error)


def read_fields(name: str, typed: Mapping[str, str]) -> Event:
    """Return an event from typed texts: lists with commas, flags as yes and no.

    Raises:
        UsageError: If the event or a field is unknown, or a text cannot be read.
    """
    event = find_event(name)
    kinds = {field: kind for field, kind, _ in event.kinds()}
    if not set(typed) <= set(kinds):
        raise UsageError(f"'{name}' has no such field", "its fields are " + ", ".join(kinds))
    fields = {}
    for field, text in typed.items():
        try:
            fields[field] = kinds[field].read(text)
        except UsageError as error:
            raise event.refused(field, error) from None
    return event.of(fields)
