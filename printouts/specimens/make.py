"""Makes the specimen pages of this folder: practice sets whose random bytes come from a fixed seed, so they protect nothing.

python printouts/specimens/make.py          writes every specimen
from printouts.specimens import make         gives them as bytes: make.specimens(), for the tests that compare
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2

from splitkit.ceremony.beforehand import PAPERS as BEFOREHAND
from splitkit.ceremony.beforehand import beforehand
from splitkit.ceremony.ceremony_report import ceremony_report
from splitkit.ceremony.hours import Hours
from splitkit.ceremony.paperwork import COUNTED, Particulars, paperwork
from splitkit.ceremony.script import MAKE
from splitkit.cli.ui.hints import worded
from splitkit.custody.certificate import Drill
from splitkit.custody.overview.audit import Audit, copies_of
from splitkit.custody.overview.audit_report import audit_report
from splitkit.custody.overview.criteria import find_criteria
from splitkit.custody.overview.evidence import Evidence
from splitkit.custody.overview.first_page import FirstPage
from splitkit.custody.overview.glance import Overview
from splitkit.custody.overview.page import status_page
from splitkit.custody.overview.statement import custody_statement
from splitkit.custody.procedure_pages import procedure_page
from splitkit.custody.register import build
from splitkit.custody.register_views import call_out_report, register_report
from splitkit.custody.review import Access, Answer, Decision, Review, accesses
from splitkit.host.clock import iso_date
from splitkit.issue.artefacts import record_page, sheet_file, sheet_page
from splitkit.issue.rehearsal import practice_plan
from splitkit.ledger.chain import GENESIS, Happening, head_words, new_entry
from splitkit.ledger.comparison import record_standing
from splitkit.ledger.events import event_of
from splitkit.ledger.verification import judge_ledger
from splitkit.packs.pack import find_procedure
from splitkit.paper.documents import Printout
from splitkit.paper.geometry import Paper
from splitkit.paper.typeset import Typesetter
from splitkit.plan.document import Custodian, Plan
from splitkit.preflight.spool import print_test_page
from splitkit.quorum.dealing import DealtSet, SetFacts, deal
from splitkit.quorum.mnemonic import public_words
from splitkit.quorum.policy import SheetId, parse_policy
from splitkit.secret.entropy import Entropy
from splitkit.secret.record import SecretRecord

HERE = Path(__file__).parent
DAY = 20_000
PICTURE_DPI = 96
PASSWORD = "Specimen+Practice-Only"


def seeded(seed: str) -> Callable[[int], bytes]:
    """Return a source of bytes that depends on *seed* only.  Never for anything but specimens and tests."""
    counter = 0

    def draw(length: int) -> bytes:
        nonlocal counter
        counter += 1
        return hashlib.shake_256(f"specimen/{seed}/{counter}".encode()).digest(length)

    return draw


def specimen_set(plan: Plan, seed: str) -> DealtSet:
    """Return the practice set of *plan* and *seed*, always the same."""
    facts = SetFacts(plan.policy, plan.public_label, practice=True, created_day=DAY)
    return deal(facts, SecretRecord(PASSWORD, user="root@example.com"), Entropy(seeded(seed)))


def plans() -> dict[str, Plan]:
    """Return the plan of each family of specimens, by name."""
    flat = practice_plan()
    groups = parse_policy("2 of: Board 2of3, Technology 3of5, Audit 1of1")
    longest = Custodian(
        "Maximiliana-Alexandrina Example-Examplesonova", "Executive vice president, digital foundations"
    )
    return {
        "a4": flat,
        "letter": dataclasses.replace(flat, paper=Paper.LETTER),
        "anonymous": Plan(flat.policy, practice=True, anonymous=True),
        "groups": Plan(
            groups,
            "Practice: the longest label that a sheet of splitkit can carry..",
            practice=True,
            custodians=tuple((sheet, longest) for sheet in groups.sheet_ids()),
            administrator=longest.name,
            witness=longest.name,
        ),
    }


SHEETS = {
    "a4": "share-1-of-5.pdf",
    "letter": "share-1-of-5.pdf",
    "anonymous": "share-2-of-5.pdf",
    "groups": "share-technology-3-of-5.pdf",
}


def shown_sheet(plan: Plan, family: str) -> SheetId:
    """Return which sheet of the set of a family is its specimen."""
    return next(sheet for sheet in plan.policy.sheet_ids() if sheet_file(plan.policy, sheet) == SHEETS[family])


FORMS = {
    "a4": ("plan", "script", "by-hand", "receipts", "labels", "register", "exception"),
    "letter": ("plan", "script", "by-hand", "receipts", "labels", "register", "exception", "closeout"),
    "anonymous": ("plan", "by-hand", "receipts", "labels"),
    "groups": ("plan", "script", "by-hand", "receipts", "labels", "register", "closeout"),
}
"""The forms of each family; `groups` has the longest names there are."""


REHEARSED = Hours(
    MAKE.kind,
    dt.date(2024, 9, 27),
    practice=True,
    people=8,
    phases=tuple(
        (phase, dt.timedelta(minutes=minutes))
        for phase, minutes in zip(
            dict.fromkeys(step.phase.title for step in MAKE.steps), (14, 22, 9, 4, 58, 6, 31, 12, 15), strict=True
        )
    ),
    breaks=dt.timedelta(minutes=35),
)
"""How long the rehearsal of that ceremony took: figures for the eye, measured nowhere."""


def before() -> Particulars:
    """Return a ceremony of which the forms are printed beforehand."""
    return Particulars(iso_date(DAY), hashlib.sha256(b"specimen").hexdigest(), "C-0001", iso_date(DAY + 7))


def after(plan: Plan) -> Particulars:
    """Return the same ceremony as its closed ledger would tell it."""
    numbers = [plan.policy.number(sheet) for sheet in plan.policy.sheet_ids()]
    values = (
        "61",
        "2024-10-11 09:02",
        "2024-10-11 12:47",
        "2",
        "6",
        "0",
        "5",
        "1",
        "1, 3, 4",
        "nobody",
        "nothing",
        "kept",
        "",
    )
    return dataclasses.replace(
        before(),
        set_id=seeded("closeout")(16).hex(),
        fingerprint=public_words(seeded("fingerprint")(15)),
        bags={number: f"GCS1013-00{40 + at}" for at, number in enumerate(numbers)},
        head=public_words(seeded("head")(15)),
        counted=dict(zip(COUNTED, values, strict=True)),
    )


def form_plans() -> dict[str, Plan]:
    """Return the plans of the families whose forms are specimens: as `plans`, but with 16 custodians in two groups."""
    all_plans = plans()
    longest = all_plans["groups"].custodians[0][1]
    policy = parse_policy("2 of: Board of Directors 24 ch 5of8, Information + Technology 4of8")
    seats = tuple((sheet, longest) for sheet in policy.sheet_ids())
    return all_plans | {"groups": dataclasses.replace(all_plans["groups"], policy=policy, custodians=seats)}


def form_specimens() -> dict[str, bytes]:
    """Return the specimens of the forms of a ceremony."""
    made: dict[str, bytes] = {}
    for family, plan in form_plans().items():
        for name, content in paperwork(plan, before(), FORMS[family]).items():
            made[f"form-{name.removesuffix('.pdf')}-{family}.pdf"] = content
    flat = form_plans()["a4"]
    made["form-closeout-a4.pdf"] = paperwork(flat, after(flat), ["closeout"])["closeout.pdf"]
    return made


SET = seeded("custody")(16).hex()
SEATS = {"ADM": "Ada", "WIT": "Ben", "C1": "Cleo", "C2": "Dan", "C3": "Eve", "C4": "Fay", "C5": "Gus", "M1": "Hana",
         "M2": "Ivo", "P1": "Jo", "P2": "Kim", "B1": "Lea", "B2": "Max"}  # fmt: skip
CITIES = ("Berlin", "Madrid", "Oslo", "Paris", "Vienna")
QUARTER = "2025-01-10"
QUARTER_DAY = dt.date.fromisoformat(QUARTER)
"""The day of the drill and of the review that the reports tell."""


def story() -> list[tuple[str, str, dict[str, Any]]]:
    """Return half a year of custody: day, event and fields; a leaver, a drill with a flat phone, an exception."""
    start, before_drill = "2024-10-11", "2024-12-01"
    keepers = {"key-1": ("mfa", "M1"), "key-2": ("mfa", "M2"), "phone-1": ("phone", "P1"), "phone-2": ("phone", "P2"),
               "mail-1": ("mailbox", "B1"), "mail-2": ("mailbox", "B2")}  # fmt: skip
    made = {"set": SET, "fingerprint": " ".join(public_words(seeded("fingerprint")(15))), "policy": "3of5", "epoch": 1,
            "recipient": SET, "practice": True, "sheets": 5, "kind": "first", "origin": "generated", "label": "Root of the management account"}  # fmt: skip
    opening = {"format": 1, "ceremony": "C-0002", "kind": "drill", "practice": True, "version": "0.1.0"}
    people = [
        ("person.joined", {"person": seat, "name": f"{name} Example", "since": start}) for seat, name in SEATS.items()
    ]
    sheets = [("sheet.stored", {"set": SET, "sheet": str(at), "person": f"C{at}", "bag": f"GCS1013-004{at}", "safe": f"safe-{at}"})
              for at in range(1, 6)]  # fmt: skip
    assets = [("asset.added", {"asset": tag, "kind": kind, "person": seat, "place": f"site-{number}", "working": True}
               | ({"serial": f"HW-10{number}", "battery": False, "expires": "2031-06-30"} if kind == "mfa" else {}))
              for number, (tag, (kind, seat)) in enumerate(keepers.items(), 1)]  # fmt: skip
    reads = [("sheet.read", {"set": SET, "sheet": at, "use": "drill", "source": "scan", "result": "sound", "margin": margin})
             for at, margin in (("1", 96), ("2", 88), ("3", 41))]  # fmt: skip
    tried = {"set": SET, "sheets": ["1", "2", "3"], "not_proven": ["4", "5"]}
    day = [
        ("safe.opened", {"safe": "safe-1", "people": ["C1", "WIT"], "purpose": "the quarterly drill"}), *reads,
        ("drill", {**tried, "way": "verify", "result": "pass"}),
        ("sheet.seen", {"set": SET, "sheet": "4", "person": "C4", "bag": "GCS1013-0044", "intact": True}),
        ("asset.checked", {"asset": "key-1", "result": "pass"}),
        ("asset.checked", {"asset": "phone-1", "result": "fail", "remark": "its battery was flat"}),
        ("asset.checked", {"asset": "mail-1", "result": "pass"}),
        ("alert", {"receiver": "WIT", "minutes": 3, "validated": True}), ("alert", {"receiver": "B2", "minutes": 4, "validated": True}),
        ("signin", {"password": "unchanged", "accepted": True, "alerts": 2}), ("drill", {**tried, "way": "live", "result": "pass"}),
        ("exception", {"expected": "both keys on the table", "happened": "the second key was locked away", "decision": "it is tried in a week"}),
        ("debrief", {"went_wrong": "the phone was flat", "surprising": "sheet 3 has a coffee stain"}),
        ("action", {"action": "D-20250110-1", "text": "a charger goes into the safe", "owner": "P1", "due": "2025-02-01"}),
    ]  # fmt: skip
    left = [("sheet.handed", {"set": SET, "sheet": "5", "from": "C5", "to": "M2", "bag": "GCS1013-0045", "reason": "a leaver"}),
            ("deputy", {"person": "M1", "deputy": "M2"}), ("deputy", {"person": "P1", "deputy": "P2"}),
            ("person.left", {"person": "C5", "until": before_drill, "reason": "moved on"})]  # fmt: skip
    kept_in = {f"safe-{at}": ("safe", f"{city} safe") for at, city in enumerate(CITIES, 1)} | {
        f"site-{at}": ("office", f"{city} office") for at, city in enumerate((*CITIES, "Lyon"), 1)
    }
    places = [
        ("place.added", {"place": tag, "name": name, "kind": kind, "site": name.partition(" ")[0]})
        for tag, (kind, name) in kept_in.items()
    ]
    parts = [
        (start, [("open", opening), *people, *places, ("set.made", made), *sheets, *assets]),
        (before_drill, left),
        (QUARTER, day),
    ]
    return [(when, event, data) for when, written in parts for event, data in written]


def trouble() -> list[tuple[str, str, dict[str, Any]]]:
    """Return what else an auditor finds: a sheet that was forged, a slip, an override, a use, a rule that is knowingly broken."""
    day = "2024-12-05"
    use = {
        "purpose": "the billing contact was changed",
        "released_by": ["ADM", "WIT"],
        "seen_by": ["M1"],
        "seconds": 40,
        "way": "screen",
    }
    return [
        (
            day,
            "sheet.read",
            {"set": SET, "sheet": "2", "use": "inventory", "source": "camera", "result": "forged", "person": "C2"},
        ),
        (
            day,
            "sheet.read",
            {"set": SET, "sheet": "5", "use": "inventory", "source": "scan", "result": "damaged", "margin": 0},
        ),
        (
            day,
            "override",
            {"check": "loopback", "reason": "the printer speaks IPP over USB", "approved": ["ADM", "WIT"]},
        ),
        (day, "reveal", {"set": SET, **use}),
        (
            day,
            "lint.override",
            {"rule": "SEP-1", "reason": "until a keeper is found", "approved": ["ADM", "C1"], "until": "2025-03-31"},
        ),
        (day, "sheet.lost", {"set": SET, "sheet": "3", "circumstances": "the safe in Oslo seemed empty"}),
        (day, "withdrawn", {"entry": "", "reason": "it lay in the second drawer", "approved": ["C3", "WIT"]}),
    ]


def custody_ledger(*, troubled: bool = False) -> bytes:
    """Return the same as a ledger; with all that an auditor should find before the last day, if it is *troubled*."""
    told = sorted([*story(), *(trouble() if troubled else [])], key=lambda one: one[0])
    lines, head = [], GENESIS
    for number, (day, event, said) in enumerate(told, 1):
        data = said | {"entry": head} if event == "withdrawn" else said  # of the entry before it
        entry = new_entry(
            Happening(event_of(event, data), "ADM", "WIT", f"{day}T09:{number // 60:02d}:{number % 60:02d}Z"),
            number,
            head,
        )
        lines, head = [*lines, entry.line + b"\n"], entry.hash
    return b"".join(lines)


def _decided(access: Access) -> Decision:
    if Answer.KEEP in access.answers:
        return Decision(access, Answer.KEEP)
    what = "a new one is bought" if access.seat else "somebody is named"
    return Decision(access, Answer.CHANGE, what, "Ben Example", dt.date(2025, 2, 14))


def reports() -> dict[str, Printout]:
    """Return the reports of that custody, by their names."""
    data = custody_ledger()
    judgement = judge_ledger([data])
    ledger = judgement.files[0]
    built, head = build(ledger.entries, dt.date.max), head_words(ledger.head)
    register, standing = built.register, record_standing(ledger.entries, ledger.head, ())
    decided = [_decided(access) for access in accesses(register, QUARTER_DAY)]
    decided[4] = Decision(
        decided[4].access, Answer.CHANGE, "a keeper of a key must not keep a sheet", "Ada Example", dt.date(2025, 1, 31)
    )
    troubled = custody_ledger(troubled=True)
    judged = judge_ledger([troubled])
    audit = Audit(judged, judged.files[0].entries, copies_of(judged.files, [troubled]), QUARTER_DAY, QUARTER_DAY)
    aws_page = find_criteria("aws-page")
    overview = Overview(built, standing, QUARTER_DAY)
    return {
        "register": register_report(register, QUARTER_DAY, QUARTER_DAY),
        "status": status_page(overview, "Example AG", worded, QUARTER_DAY),
        "call-out": call_out_report(register, QUARTER_DAY),
        "review": Review(register, decided, ["ADM", "WIT"], QUARTER_DAY, dt.date(2025, 4, 10)).report(head),
        "drill": Drill(register, register.sets[SET], ledger.entries, QUARTER_DAY, head).report(),
        "audit": audit_report(FirstPage.of(audit), [Evidence(audit, aws_page)] if aws_page else []),
        "statement": custody_statement(
            Overview(audit.built, standing, QUARTER_DAY), audit.entries, "Example AG", QUARTER_DAY
        ),
        "ceremony": ceremony_report(ledger, str(QUARTER_DAY)),
    }


NO_FILE = hashlib.sha256(b"").hexdigest()
"""In place of that of recover.html, which is not in every copy of the sources."""


def specimens() -> dict[str, bytes]:
    """Return every specimen file by its name."""
    made = form_specimens()
    for name, plan in plans().items():
        dealt, setter = specimen_set(plan, name), Typesetter(plan.paper)
        made[f"sheet-{name}.pdf"] = setter.pdf(sheet_page(plan, dealt, shown_sheet(plan, name)))
        made[f"record-{name}.pdf"] = setter.pdf(dataclasses.replace(record_page(plan, dealt), browser_sha256=NO_FILE))
    for paper in Paper:
        for name in BEFOREHAND:
            plan = plans()[paper.value]
            made[f"before-{name}-{paper.value}.pdf"] = Typesetter(paper).pdf(
                beforehand(name, plan, (REHEARSED,), iso_date(DAY))
            )
        for code in ("R11", "R13"):
            page = procedure_page(*find_procedure(code), None, iso_date(DAY))
            made[f"procedure-{code.lower()}-{paper.value}.pdf"] = Typesetter(paper).pdf(page)
        made[f"print-test-{paper.value}.pdf"] = print_test_page("Office", paper, DAY)
        for name, report in reports().items():
            made[f"report-{name}-{paper.value}.pdf"] = Typesetter(paper).pdf(report)
    return made


PICTURED = ("sheet-a4", "before-custodian-a4", "report-status-a4")
"""Specimens of which the README shows the first page."""


def main() -> None:
    """Write the specimens, and the pictures that the README shows."""
    for name, content in specimens().items():
        (HERE / name).write_bytes(content)
    for name in PICTURED:
        document = pypdfium2.PdfDocument(HERE / f"{name}.pdf")
        picture = document[0].render(scale=PICTURE_DPI / 72, grayscale=name == "sheet-a4").to_pil()
        picture.quantize(16).save(HERE / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
