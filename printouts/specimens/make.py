"""Makes the specimen pages of this folder: practice sets whose random bytes come from a fixed seed, so they protect nothing.

python printouts/specimens/make.py          writes every specimen
from make import specimens                  gives them as bytes, for the tests that compare
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from pathlib import Path

import pypdfium2

from splitkit.ceremony.artefacts import artefacts
from splitkit.ceremony.occasion import COUNTED, Occasion
from splitkit.ceremony.paperwork import paperwork
from splitkit.ceremony.plan import Custodian, Plan
from splitkit.ceremony.printing import print_test_page
from splitkit.ceremony.procedures import procedure
from splitkit.ceremony.rehearsal import practice_plan
from splitkit.ceremony.runbooks import find_runbook
from splitkit.host.clock import iso_date
from splitkit.paper.geometry import Paper
from splitkit.paper.typeset import Typesetter
from splitkit.quorum.dealing import DealtSet, SetFacts, deal
from splitkit.quorum.mnemonic import public_words
from splitkit.quorum.policy import parse_policy
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
        "letter": Plan(flat.policy, flat.label, practice=True, paper="letter", custodians=flat.custodians),
        "anonymous": Plan(flat.policy, practice=True, anonymous=True),
        "groups": Plan(
            groups,
            "Practice: the longest label that a sheet of splitkit can carry..",
            practice=True,
            custodians=tuple((sheet, longest) for sheet in groups.sheet_ids()),
        ),
    }


SHEETS = {
    "a4": "share-1-of-5.pdf",
    "letter": "share-1-of-5.pdf",
    "anonymous": "share-2-of-5.pdf",
    "groups": "share-technology-3-of-5.pdf",
}


FORMS = {
    "a4": ("plan", "script", "receipts", "labels", "register", "exception"),
    "letter": ("plan", "script", "receipts", "labels", "register", "exception", "closeout"),
    "anonymous": ("plan", "receipts", "labels"),
    "groups": ("plan", "script", "receipts", "labels", "register", "closeout"),
}
"""The forms of each family; `groups` has the longest names there are."""


def before() -> Occasion:
    """Return a ceremony of which the forms are printed beforehand."""
    return Occasion(iso_date(DAY), hashlib.sha256(b"specimen").hexdigest(), "C-0001", iso_date(DAY + 7))


def after(plan: Plan) -> Occasion:
    """Return the same ceremony as its closed ledger would tell it."""
    numbers = [plan.policy.number(sheet) for sheet in plan.policy.sheet_ids()]
    values = (
        "61",
        "2024-10-11 09:02",
        "2024-10-11 12:47",
        "2",
        "6",
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


def specimens() -> dict[str, bytes]:
    """Return every specimen file by its name."""
    made = form_specimens()
    for name, plan in plans().items():
        files = artefacts(plan, specimen_set(plan, name))
        made[f"sheet-{name}.pdf"] = files[SHEETS[name]]
        made[f"record-{name}.pdf"] = files["record.pdf"]
    for paper in Paper:
        for code in ("R11", "R13"):
            page = procedure(find_runbook(code), None, iso_date(DAY))
            made[f"runbook-{code.lower()}-{paper.value}.pdf"] = Typesetter(paper).procedure(page)
        made[f"print-test-{paper.value}.pdf"] = print_test_page("Office", paper, DAY)
    return made


def main() -> None:
    """Write the specimens, and the picture that the README shows."""
    for name, content in specimens().items():
        (HERE / name).write_bytes(content)
    document = pypdfium2.PdfDocument(HERE / "sheet-a4.pdf")
    picture = document[0].render(scale=PICTURE_DPI / 72, grayscale=True).to_pil()
    picture.quantize(16).save(HERE / "sheet-a4.png", optimize=True)


if __name__ == "__main__":
    main()
