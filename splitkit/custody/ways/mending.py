"""What mends a thing, and with what: the next step, by the state in which the register has it; each front end has its words for it."""

import datetime as dt
from collections.abc import Sequence

from splitkit.custody.records.accounts import procedure_of
from splitkit.custody.records.begun import ProcedureBegun
from splitkit.custody.records.devices import AssetRecord
from splitkit.custody.records.heirs import FILES
from splitkit.custody.records.holdings import Register, SetRecord, SheetRecord, State, Which
from splitkit.custody.records.lives import Life
from splitkit.custody.records.set_changes import set_nowhere
from splitkit.custody.records.uses import Use
from splitkit.errors import About, Remedy

Step = tuple[Remedy, About]


def to_take_over(register: Register, record: SetRecord) -> Step:
    """Return what is to be done next with a set that was made to replace another; it is void only before anybody has a sheet of it."""
    sheets = record.sheets.values()
    if no_good(register, record):
        return to_give_up(register, record)
    if record.takes_over or record.must_take_over:
        return Remedy.TAKE_OVER, (record.short_id, record.replaces[:8], f"set.{record.kind}")
    if any(not sheet.there or sheet.reading not in ("", "sound") for sheet in sheets):
        return Remedy.DESTROY_AND_VOID, record.short_id
    sealed = any(sheet.sealed for sheet in sheets)
    return (Remedy.HOLD_DRILL if sealed else Remedy.READ_NEW_SHEETS), record.short_id


def to_destroy(record: SetRecord, sheet: SheetRecord) -> Step:
    """Return how the paper of a sheet that counts is seen destroyed by two."""
    return Remedy.DESTROY_OLD, (record.short_id, sheet.number, f"{sheet.copies}")


def fewest_to_destroy(record: SetRecord) -> list[str]:
    """Return the fewest sheets without whose paper nobody has a quorum, by number; none where nobody has one, or one is known anyway."""
    policy = record.policy
    known = [policy.sheet(one.number) for one in record.sheets.values() if one.exposed]
    left = [policy.sheet(one.number) for one in record.left]
    return [policy.number(one) for one in policy.to_break(left, known)]


def how_long(fewest: Sequence[str]) -> str:
    """Return in words for how long old sheets open their secret: until the *fewest* are destroyed, or whatever is, where there are none."""
    if not fewest:
        return ", whatever is destroyed: others may know a quorum of them"
    *first, last = fewest
    which = f"sheets {', '.join(first)} and {last} are" if first else f"sheet {last} is"
    return f" until {which} destroyed"


def before_destroying(register: Register, record: SetRecord) -> str:
    """Return in words what is done before a sheet of a set is destroyed, as the beginning of what is told; nothing where there is nothing."""
    about = Which(record.set_id, "")
    return "first open and seal anew what is sealed to it; " if register.incident_about(FILES, about) else ""


def safe_of(register: Register, sheet: SheetRecord) -> str:
    """Return the place into which a sheet belongs; nothing where nobody has said which, or nothing is kept there any more."""
    place = register.places.get(sheet.safe)
    return "" if place and place.left else sheet.safe


def to_put_back(register: Register, record: SetRecord, sheet: SheetRecord) -> Step:
    """Return how a sheet comes into its safe: in a bag that is sealed, and with whoever keeps it, if nobody has said who that is."""
    if sheet.state is State.DESTROYED:  # fewer than two saw that
        return to_destroy(record, sheet)
    if sheet.state is State.LOST:
        return Remedy.SAY_LOST, (record.short_id, sheet.number)
    remedy = Remedy.SEAL_SHEET if sheet.opened or not sheet.bag else Remedy.STORE_SHEET
    keeper = "" if sheet.holder else ' person="PERSON"'
    return remedy, (record.short_id, sheet.number, safe_of(register, sheet) or '"PLACE"', keeper)


def to_hand_over(record: SetRecord, sheet: SheetRecord) -> Step:
    """Return what is done with a sheet that somebody else is to have: that of a set which was replaced nobody is."""
    if sheet.state is State.DESTROYED:
        return to_destroy(record, sheet)
    if record.life in (Life.SUPERSEDED, Life.RETIRED, Life.VOID):
        return Remedy.DESTROY_SHEETS, record.short_id
    return Remedy.HAND_OVER, (record.short_id, sheet.number)


def to_take_away(asset: AssetRecord, remedy: Remedy) -> Step:
    """Return how a device is with somebody, or in a place, no more: by a *remedy*, or by a second word where one person says that it is gone."""
    if asset.retired:
        return Remedy.SAY_RETIRED, asset.tag
    return (Remedy.SAY_FAILS if asset.failed_by else remedy), asset.tag


def to_walk_on(register: Register, begun: ProcedureBegun) -> Step:
    """Return how a procedure that was begun is gone on with: from its first step where a later version of its pack has other steps."""
    found = procedure_of(begun.pack, begun.code, register.packs)
    if not found:
        return Remedy.END_WALK, (begun.code, begun.pack, f"{begun.open_steps[0]} {begun.of} done{_about(begun)}")
    if len(found.numbered) != begun.of:
        return Remedy.WALK_ANEW, begun.code
    return Remedy.WALK_ON, (begun.code, f"{begun.open_steps[0]}")


def waits_until(register: Register, begun: ProcedureBegun) -> dt.date | None:
    """Return the day for which a procedure waits, if it waits: by its own steps, whatever day people named beyond that."""
    found = procedure_of(begun.pack, begun.code, register.packs)
    wait = found.wait_after(begun.step) if found and len(found.numbered) == begun.of else 0
    if not (begun.next and wait) or begun.ended:
        return None
    return min(begun.next, begun.day + dt.timedelta(wait))


def _about(begun: ProcedureBegun) -> str:
    """Return the fields by which an entry says what a procedure is gone through for, with a space before each."""
    said = {name: ",".join(value) if name == "sheets" else value for name, value in begun.about.fields.items()}
    return "".join(f" {name}={value[:8] if name == 'set' else value}" for name, value in said.items())


def to_settle(register: Register, record: SetRecord, use: Use) -> Step:
    """Return how two people settle what a use leaves: all of it at once, but where a new secret is there already."""
    if use.sets_password:
        return to_set(register, record)
    if use.kept or record.outdated:
        return Remedy.REVIEW_USE, record.short_id
    if record.rotated:
        return to_retire(register, record)
    return Remedy.SETTLE_USE, (record.short_id, in_its_place(register, record).short_id)


def to_set(register: Register, record: SetRecord) -> Step:
    """Return how a password that was shown to be set is: by a sign-in; where its set is no good for that, two say that it was set nowhere."""
    left = [one for one in register.of_secret(record.secret) if one.life is not Life.VOID]
    if not left or no_good(register, record):
        return Remedy.RETIRE_SET, record.short_id
    return Remedy.SIGN_IN, (record if record in left else left[-1]).short_id


def no_good(register: Register, record: SetRecord) -> bool:
    """Whether nobody is to sign in with a set to come whose secret was shown: others may have it, or that which it was to replace is in use no more."""
    if record.life is not Life.PENDING or not set_nowhere(register, record):
        return False
    known = (record.policy.sheet(one.number) for one in record.sheets.values() if one.exposed)
    return record.policy.opens(known) or register.sets[record.replaces].life not in (Life.LIVE, Life.PENDING)


def to_give_up(register: Register, record: SetRecord) -> Step:
    """Return how a set to come is given up: one whose secret may have been set is retired by two where nobody is to sign in with it."""
    return (Remedy.RETIRE_SET if no_good(register, record) else Remedy.DESTROY_AND_VOID), record.short_id


def to_retire(register: Register, record: SetRecord) -> Step:
    """Return how a set is retired whose secret another took the place of: once somebody has signed in with that."""
    new = in_its_place(register, record)
    if new.signed_in:
        return Remedy.RETIRE_SET, record.short_id
    return Remedy.SIGN_IN_AND_RETIRE, (record.short_id, new.short_id)


def to_end(register: Register, record: SetRecord) -> Step | None:
    """Return how a set that was replaced, or came to nothing, opens nothing any more; None while nobody can do without it but by a new secret."""
    if record.rotated and record.life is not Life.VOID:
        return to_retire(register, record)
    new = in_its_place(register, record)
    if not fewest_to_destroy(record):
        return (Remedy.RETIRE_SET, record.short_id) if record.outdated else (Remedy.ROTATE, new.short_id)
    if not still_needed(register, record):
        return Remedy.DESTROY_SHEETS, record.short_id
    left = (new.policy.sheet(one.number) for one in new.sheets.values() if not one.worthless)
    return (Remedy.HOLD_DRILL, new.short_id) if new.policy.opens(left) else None


def still_needed(register: Register, record: SetRecord) -> bool:
    """Whether the sheets of a set that was replaced may be all that opens a secret: the set in its place has the same, and may not open."""
    new = in_its_place(register, record)
    sound = (new.policy.sheet(one.number) for one in new.sheets.values() if one.there and one.proven)
    same = record.life is Life.SUPERSEDED and new.secret == record.secret
    return same and (bool(new.failed) or not new.policy.opens(sound))


def in_its_place(register: Register, record: SetRecord) -> SetRecord:
    """Return the set in use to which a set has led, through whatever replaced it; where there is none, that which came last."""
    before = record.replaces if record.life in (Life.PENDING, Life.VOID) else ""
    while following := before or record.replaced_by:
        record, before = register.sets[following], ""
    return record
