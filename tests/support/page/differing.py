"""Give cases to recover.py and to the judge of the page, and say where they do not agree.

`python -m tests.support.page.differing SEED FIRST COUNT [STEP]`; without a COUNT one case is shown, as small as it gets.  Each case
is given with a record, and then without one: there the judge opens nothing, and says with the same code why.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections import Counter

from splitkit.quorum.textform import symbol_text
from tests.support.differential.cases import FINGERPRINT, NEITHER, RECORD, Case, drawn, smaller
from tests.support.differential.programs import Came, by_recover, fast, shown
from tests.support.page.judging import ask, typed

FIELDS = ("account", "note", "password", "user")


def with_record(case: Case) -> Case:
    """The case with the words of its record, unless a copy stands for them; what is shown is the secret."""
    vouched = RECORD if case.vouched == RECORD else FINGERPRINT
    return dataclasses.replace(case, vouched=vouched, identity=False)


def without_record(case: Case) -> Case:
    """The case of people who say nothing of a record."""
    return dataclasses.replace(case, vouched=NEITHER, identity=False)


def by_page(case: Case) -> dict:
    """What the judge of the page gives."""
    question = {"ask": "judge", "typed": typed(case.data), "practice": case.practice}
    question |= {} if case.superseded is None else {"superseded": case.superseded}
    question |= {"words": case.words} if case.vouched == FINGERPRINT else {}
    return ask(**question, **({"copy": typed(symbol_text(case.copy))} if case.vouched == RECORD else {}))


def fault(case: Case) -> tuple[str, Came, dict]:
    """What is wrong with a case, or nothing; and what came of it."""
    second, page = by_recover(case), by_page(case)
    code, secret = page["judgement"]["exit"], page["secret"]
    said = ""
    if second.code != code:
        said = "exit codes"
    elif (secret is None) == (code == 0) or (secret and case.vouched == NEITHER):
        said = "a secret where there is none, or none where there is one"
    elif secret and any(shown(second.secret, name) != secret.get(name, "") for name in FIELDS):
        said = "secrets"
    return said, second, page


def least(case: Case) -> Case:
    """The case as small as it gets while the same is wrong with it."""
    first = fault(case)[0]
    return smaller(case, lambda one: fault(one)[0] == first) if first else case


def run(seed: str, numbers: range) -> dict:
    """What a run came to: the exit codes with a record, the verdicts, and the differences."""
    codes: Counter[int] = Counter()
    verdicts: Counter[str] = Counter()
    found = []
    for number in numbers:
        case = drawn(f"{seed}/{number}")
        for one in (with_record(case), without_record(case)):
            said, second, page = fault(one)
            codes[second.code] += one.vouched != NEITHER
            verdicts[page["judgement"]["verdict"]] += 1
            if said:
                found.append({"place": f"{seed}/{number}", "fault": said, "case": least(one).told()})
                print(json.dumps(found[-1]), file=sys.stderr, flush=True)
    return {"count": len(numbers), "codes": codes, "verdicts": verdicts, "found": found}


def _look(place: str) -> None:
    for case in map(least, (with_record(drawn(place)), without_record(drawn(place)))):
        said, second, page = fault(case)
        print(said or "no difference", *case.told(), sep="\n  ")
        print(f"\nrecover.py: {second.code}\n{second.said}\npage: {json.dumps(page['judgement'])}\n")


if __name__ == "__main__":
    seed, first, *rest = sys.argv[1:]
    fast()
    if rest:
        count, step = int(rest[0]), int([*rest, "1"][1])
        print(json.dumps(run(seed, range(int(first), int(first) + count * step, step))))
    else:
        _look(f"{seed}/{first}")
