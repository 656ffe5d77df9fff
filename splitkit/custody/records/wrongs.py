"""What was not as it should be, as the program saw it or people said: an incident until the same is seen to be right, or two people close it.

The list of events knows which values say so, see `Wrong`.
"""

from __future__ import annotations

from dataclasses import replace

from splitkit.custody.records.days import Moment, newest
from splitkit.custody.records.holdings import Register, new_codes
from splitkit.custody.records.lives import WentWrong
from splitkit.ledger.chain import Happening
from splitkit.ledger.events import CheckOverruled, PreflightCheck
from splitkit.ledger.schema import Event, Wrong


def looked_at(register: Register, what: Happening, data: Event) -> Register:
    """Return the register after an entry that says whether something was as it should be; the same after any other."""
    if isinstance(data, CheckOverruled):
        known = [one for one in data.approved if register.knows("person", one)]
        if not register.are_two(known, what.day):
            return register
        return _settled(register, _thing(register, PreflightCheck, data.check), what)
    if data.wrong is None or data.right is None:
        return register
    about = _about(register, data, data.wrong)
    thing = _thing(register, type(data), about)
    if not data.right:
        return _found(register, what, data, about)
    before = register.wrong.get(thing)
    if before and (before.by == {what.by} or register.vouched(what)):
        return _settled(register, thing, what)
    return register  # one person's word settles nothing that another one said


def _about(register: Register, data: Event, wrong: Wrong) -> str:
    """Return what was looked at: something that has an id, the set in use where none is named, or nothing but a thing of the ceremony."""
    about = getattr(data, wrong.of) if wrong.of else ""
    return str(about or (register.meant(None) if wrong.of == "set" else ""))


def _thing(register: Register, event: type[Event], about: str) -> str:
    """Return the same as one name: what has an id is the same in every ledger, and the rest is that of one ceremony."""
    of = event.wrong.of if event.wrong else ""
    known = of and event.kind_of(of).thing
    return " ".join([event.event, about, *([] if known else [register.ledger])])


def _found(register: Register, what: Happening, data: Event, about: str) -> Register:
    thing = _thing(register, type(data), about)
    before = register.wrong.get(thing)
    if data.wrong is None:
        return register
    if before and before.incident in register.incidents:
        said = replace(before, by=before.by | _behind(what), day=newest(before.day, Moment.of(what.time)))
        return register.having("wrong", thing, said)
    named = {name: register.name_of(kind.thing, str(value)) for name, kind, value in data.held()}
    record = register.sets.get(about)
    where = [f"on {what.day}", register.ledger and f"in {register.ledger}", record.name if record else ""]
    code = next(new_codes(register.incident_codes, f"{data.event.rpartition('.')[2].upper()}-{what.day:%Y%m%d}-"))
    practice = record.practice if record else register.practice
    cause = f"{data.wrong.words.format_map(named)} ({', '.join(filter(None, where))})"
    register = register.with_incident(code, cause, urgent="", practice=practice)
    return register.having("wrong", thing, WentWrong(code, _behind(what), Moment.of(what.time)))


def _behind(what: Happening) -> frozenset[str]:
    """Return everybody who says something: whoever has seen it says it too."""
    return frozenset({what.by, what.witness} - {""})


def _settled(register: Register, thing: str, what: Happening) -> Register:
    """What was right before it went wrong is told in vain, however late."""
    before = register.wrong.get(thing)
    return register.without_incident(before.incident) if before and before.day <= Moment.of(what.time) else register
