"""Whole ceremonies as lists of entries, written here by hand and not by the code under test."""

from __future__ import annotations

import hashlib

from splitkit.ledger.chain import Happening
from splitkit.ledger.events import told
from splitkit.plan.document import Plan
from splitkit.quorum.policy import Policy, parse_policy
from tests.support.ledgers import FINGERPRINT, SET

SHA256 = hashlib.sha256(b"the plan").hexdigest()


def plan_of(policy: str | Policy = "2of3", **changes) -> Plan:
    return Plan(parse_policy(policy) if isinstance(policy, str) else policy, **({"practice": True} | changes))


def happening(event: str, by: str = "SCR", wit: str = "WIT", /, **data) -> Happening:
    return Happening(told(event, data), by, wit, "2026-11-23T13:04:05Z")


def gathered(code: str, kind: str, plan: Plan) -> list[Happening]:
    """The room is ready, and whoever leads, watches and writes is here."""
    return [
        happening("open", format=1, ceremony=code, kind=kind, practice=plan.practice, version="0.1.0"),
        happening("room.clock", time="14:05", agrees=True),
        happening("roll", person="ADM", role="administrator"),
        happening("roll", person="WIT", role="witness"),
        happening("roll", person="SCR", role="scribe"),
    ]


def opening(plan: Plan, sha256: str = SHA256) -> list[Happening]:
    numbers = [plan.policy.number(sheet) for sheet in plan.policy.sheet_ids()]
    return [
        *gathered("C-0001", "split", plan),
        *(happening("roll", person=f"C{number}", role="custodian", sheet=number) for number in numbers),
        happening("hash", what="the program", sha256=SHA256, equal=True),
        happening("preflight", check="swap", verdict="pass"),
        happening("preflight.done", passed=20, warned=0, failed=0, unknown=0),
        happening("selftest", result="pass", tests=45),
        happening(
            "plan", sha256=sha256, policy=str(plan.policy), agreed=["ADM", "WIT", *(f"C{number}" for number in numbers)]
        ),
        set_made(plan),
        blank(),
        *record_kept(),
    ]


def step(code: str, state: str = "done") -> Happening:
    """A step that no event of its own tells."""
    return happening("step", step=code, state=state)


def wiped(reason: str = "done") -> Happening:
    """The machine has forgotten everything."""
    return happening("wipe", "SPLITKIT", "WIT", reason=reason, empty=True)


def rolled(number: str) -> Happening:
    """The custodian of a sheet is here."""
    return happening("roll", person=f"C{number}", role="custodian", sheet=number)


def record_kept(set_id: str = SET) -> list[Happening]:
    """The public record of a set: printed, compared and signed, and copied to three places."""
    return [
        happening("public.signed", set=set_id, signed_by=["ADM", "WIT"]),
        *(happening("public.copied", set=set_id, to=to) for to in ("custody", "stick-1", "stick-2")),
    ]


def blank(pages: int = 500) -> Happening:
    """The blank pages, before anything is printed."""
    return happening("tally", printed=0, sealed=0, shredded=0, agrees=True, blank_before=pages)


def printed(number: str, copy: int = 1, set_id: str = SET, printer: str = "Office") -> list[Happening]:
    """One sheet from the job to the page that came out."""
    sheet, code = (
        {"set": set_id, "sheet": number},
        f"N-{hashlib.sha256(f'{set_id} {number} {copy}'.encode()).hexdigest()[:8].upper()}",
    )
    return [
        happening("intent", intent=code, act="print", purpose=f"copy {copy}", printer=printer, **sheet),
        happening("sheet.printed", **sheet, copy=copy),
        happening("outcome", intent=code, result="done"),
    ]


def set_made(plan: Plan, set_id: str = SET) -> Happening:
    return happening("set.made", set=set_id, fingerprint=FINGERPRINT, policy=str(plan.policy), epoch=1, recipient="0" * 32,
                     practice=plan.practice, sheets=plan.policy.sheets, kind="first", origin="generated")  # fmt: skip


def sheet_made(number: str, copy: int = 1, set_id: str = SET) -> list[Happening]:
    """All that is recorded of one sheet, from the printer to the receipt."""
    sheet = {"set": set_id, "sheet": number}
    bag, person = f"BAG-{number}", f"C{number}"
    return [
        *printed(number, copy, set_id),
        happening("step", step=f"52-{number}", state="done"),
        happening("sheet.read", **sheet, use="read-back", source="scan", result="sound", margin=90),
        happening("bag.given", bag=bag, person=person),
        happening("bag.sealed", **sheet, bag=bag, person=person),
        happening("receipt", **sheet, person=person, bag=bag),
    ]


def written(number: str, copy: int = 1, source: str = "written") -> list[Happening]:
    """All that is recorded of one sheet that is written by hand, up to its read-back."""
    begun, _, over = printed(number, copy)
    sheet = {"set": SET, "sheet": number}
    return [
        happening("intent", intent=begun.data.intent, act="write", purpose=f"copy {copy}", **sheet),
        happening("sheet.written", **sheet, copy=copy),
        over,
        happening("step", step=f"52-{number}", state="done"),
        happening("sheet.read", **sheet, use="read-back", source=source, result="sound"),
    ]


def made_by_hand(number: str, copy: int = 1) -> list[Happening]:
    """The same, up to the receipt."""
    return [*written(number, copy), *sheet_made(number)[5:]]


def smallest_quorum(policy: Policy) -> list[str]:
    """The numbers of the sheets of one smallest quorum."""
    chosen = sorted(range(len(policy.groups)), key=lambda index: policy.groups[index].threshold)[
        : policy.group_threshold
    ]
    return [
        policy.number(sheet)
        for sheet in policy.sheet_ids()
        if sheet.group in chosen and sheet.member < policy.groups[sheet.group].threshold
    ]


def proof(plan: Plan, set_id: str = SET, *, by_hand: bool = False) -> list[Happening]:
    numbers, drawn = [plan.policy.number(sheet) for sheet in plan.policy.sheet_ids()], smallest_quorum(plan.policy)
    made = [
        tally(0, len(numbers), 0, written=len(numbers)) if by_hand else tally(len(numbers), len(numbers), 0),
        happening("wipe", reason="done", empty=True),
        happening("lot", among=[f"C{number}" for number in numbers], drawn=[f"C{n}" for n in drawn], method="cards"),
    ]
    for number in drawn:
        made.append(happening("bag.opened", bag=f"BAG-{number}", set=set_id, sheet=number, intact=True, expected=True,
                              purpose="proof"))  # fmt: skip
        made.append(read_of_quorum(number, set_id))
    return [*made, happening("set.proven", set=set_id, sheets=drawn, use="read-back")]


def tally(printed: int, sealed: int, shredded: int, found: int = 0, agrees: bool = True, written: int = 0) -> Happening:
    """The count at the end, of which the blank pages agree; what is written by hand is on forms that were printed before."""
    return happening("tally", printed=printed, sealed=sealed, shredded=shredded, found=found, agrees=agrees, blank_before=500,
                     blank_after=500 - (sealed - written) - shredded - found, **({"written": written} if written else {}))  # fmt: skip


def read_of_quorum(number: str, set_id: str = SET) -> Happening:
    return happening(
        "sheet.read", set=set_id, sheet=number, use="quorum", source="scan", result="sound", person=f"C{number}"
    )


def ending(plan: Plan, set_id: str = SET) -> list[Happening]:
    return [
        happening("reveal", set=set_id, purpose="set", released_by=["ADM", "WIT"], seen_by=["ADM", "WIT"], seconds=60,
                  way="screen"),
        happening("signin", password="new", accepted=True),
        happening("alert", receiver="C1", minutes=2, validated=True),
        happening("wipe", reason="done", empty=True),
        *(
            happening("bag.sealed", set=set_id, sheet=number, bag=f"NEW-{number}", person=f"C{number}", replaces=f"BAG-{number}")
            for number in smallest_quorum(plan.policy)
        ),
        happening("debrief", went_wrong="nothing", surprising="how long it takes"),
        happening("close", exceptions=0, people_out=[], items_out=[]),
    ]  # fmt: skip


def whole(plan: Plan, sha256: str = SHA256, *, by_hand: bool = False) -> list[Happening]:
    sheets = [plan.policy.number(sheet) for sheet in plan.policy.sheet_ids()]
    return [
        *opening(plan, sha256),
        *(entry for number in sheets for entry in (made_by_hand if by_hand else sheet_made)(number)),
        *proof(plan, by_hand=by_hand),
        *ending(plan),
    ]


def taken(course, tag: str, sha256: str = SHA256) -> list[Happening]:
    """The entries of the step that comes next, whatever was before; *tag* makes numbers of bags that were never used."""
    step, plan, things = course.next_step, course.plan, course.things
    set_id = things.set_id or hashlib.sha256(tag.encode()).hexdigest()[:32]
    number, person = (step.seat.number, step.seat.code) if step.seat else ("", "")
    numbers = [plan.policy.number(sheet) for sheet in plan.policy.sheet_ids()]
    sheet = {"set": set_id, "sheet": number}
    bag = f"{tag}-{number}"
    step_within = course.within
    late = [opening(plan)[4]] if step.code > "13" and "SCR" not in course.room.present else []
    return late + {
        "11": lambda: opening(plan)[:1],
        "12": lambda: opening(plan)[1:2],
        "13": lambda: [entry for entry in opening(plan)[2:5] if entry.data.person not in course.room.present],
        "14": lambda: [happening("roll", person=person, role="custodian", sheet=number)],
        "21": lambda: [happening("hash", what="the program", sha256=SHA256, equal=True)],
        "22": lambda: [happening("preflight.done", passed=20, warned=0, failed=0, unknown=0)],
        "23": lambda: [happening("selftest", result="pass", tests=45)],
        "31": lambda: [happening("plan", sha256=sha256, policy=str(plan.policy), agreed=["ADM", *(f"C{n}" for n in numbers)])],
        "41": lambda: [set_made(plan, set_id)],
        "44": lambda: record_kept(set_id)[:1],
        "45": lambda: record_kept(set_id)[1 + step_within :],
        "51": lambda: [*([blank()] if things.pages.blank is None else []), *printed(number, things.pages.copies.get(number, 0) + 1, set_id)],
        "52": lambda: [happening("step", step=step.code, state="done")],
        "53": lambda: sheet_made(number, set_id=set_id)[4:5],
        "54": lambda: [happening("bag.given", bag=bag, person=person)],
        "55": lambda: [happening("bag.sealed", **sheet, bag=things.given, person=person)],
        "56": lambda: [happening("receipt", **sheet, person=person, bag=things.bags[number])],
        "61": lambda: [
            *(happening("sheet.shredded", set=of, sheet=n, copy=copy) for of, n, copy in sorted(things.pages.missing)),
            tally(things.pages.sent, len(things.bags), things.pages.shredded, things.pages.found + len(things.pages.missing))],
        "62": lambda: [happening("wipe", reason="done", empty=True)],
        "71": lambda: [happening("lot", among=[f"C{n}" for n in numbers], drawn=[f"C{n}" for n in smallest_quorum(plan.policy)], method="cards")],
        "72": lambda: [happening("bag.opened", bag=things.bags[number], **sheet, intact=True, expected=True, purpose="proof")],
        "73": lambda: [read_of_quorum(number, set_id)],
        "74": lambda: [happening("set.proven", set=set_id, sheets=sorted(things.read), use="read-back")],
        "81": lambda: [ending(plan, set_id)[0]],
        "82": lambda: [happening("signin", password="new", accepted=True)],
        "91": lambda: [happening("wipe", reason="done", empty=True)],
        "92": lambda: [happening("bag.sealed", **sheet, bag=bag, person=person, replaces=things.bags[number])],
        "93": lambda: [happening("debrief", went_wrong="nothing", surprising="nothing")],
        "94": lambda: [happening("close", exceptions=0, people_out=[], items_out=[])],
    }[step.step.code]()  # fmt: skip


def resumed(course, set_id: str = SET):
    """What the program records when it is started after a power cut, and what people then do about a set that is lost."""
    pages = course.things.pages
    if pages.job:
        about = {"set": course.things.set_id, "sheet": pages.sheet, "copy": pages.copies[pages.sheet]}
        course = course if pages.told else course.advance(happening("sheet.missing", **about))
        course = course.advance(happening("outcome", intent=pages.job, result="nothing"))
    if course.things.machine:
        course = course.advance(happening("wipe", "SPLITKIT", "WIT", reason="stopped", empty=True))
    if course.must_void:
        course = course.advance(happening("set.void", set=course.things.set_id, reason="the power failed"))
    if course.things.shred:
        number, copy = course.things.shred
        course = course.advance(happening("sheet.shredded", set=course.things.set_id, sheet=number, copy=copy))
    return course
