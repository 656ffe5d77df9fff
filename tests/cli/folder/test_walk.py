"""`splitkit incident` at a terminal, from the first step to the last: what is asked, what is recorded, and what is left open."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import ClassVar

import pytest

from splitkit.cli.guide.questions import known_sites
from splitkit.custody.records.holdings import Register
from splitkit.custody.saying.filled import IF_ANY, key_of, leaves, records
from splitkit.host import clock
from splitkit.host.home import Ledgers
from splitkit.packs.commands import CAPITALS
from splitkit.packs.pack import all_packs, find_procedure
from tests.support.kit import COMMAND, run
from tests.support.places import ROOT
from tests.support.sampling import sampled
from tests.support.terminals import COLUMNS, Session

BY = ("--by", "Ada Example")


def steps_of(code: str):
    return [step for _, steps in find_procedure(code)[1].parts for step in steps]


def recorded(home):
    entries = [json.loads(line) for line in (home / "ledgers" / "desk.ledger").read_text().splitlines()]
    return [one["d"] for one in entries if one["ev"] == "procedure"]


def told(session) -> str:
    return " ".join(" ".join(session.screen.main).split())


def state_of(step) -> str:
    """What is recorded of a step that was done, and of which nobody recorded what it leaves but what asks for no word."""
    left = [
        each
        for each in step.commands
        if leaves(each) not in ("", *IF_ANY) and (CAPITALS.search(each) or "accepted=" in each or not records(each))
    ]
    return "otherwise" if left else "done"


def may_leave_nothing(step) -> bool:
    """Whether all that a step is to record is recorded only if there is anything: then nobody asks whether it is done."""
    return bool(step.commands) and all(records(one) and leaves(one) in IF_ANY for one in step.commands)


def is_known(step) -> bool:
    """Whether a folder in which nothing happened knows that the condition of a step is not met."""
    return step.only_if.startswith(("an incident was opened", "new sheets were made", "a new set was made here"))


class Walk:
    """People at a terminal, who answer each question once it stands there."""

    OF_STEPS = re.compile(r"Is it done\?|Is this so: |Go on with \w+ now\?|What is different\?")
    BY_THE_WAY: ClassVar = {
        r"Go through \w+ now": "yes",
        r"Record it now\?.* yes or no:$|Look again\?|Is there something to record": "no",
        r"Record it now\?.* later:$": "later",
        r"Not in the record: .* later or no:$": "no",
        r"Do these twelve words stand": "no",
        r"Why is it not recorded\?$": "nobody needs it here",
        r"Who leaves:": "",
        r"Is there another one to record: ": "no",
        r"What is to be noted \(.*\?$": "",
        r"Leave out steps? [0-9, ]+\?": "yes",
    }
    """What is asked around the steps themselves, and how these people answer."""

    def __init__(self, home, *words: str) -> None:
        self.session = Session([*COMMAND, "incident", *words, *BY], home)
        self.seen = 0

    def __enter__(self):
        return self

    def __exit__(self, *why) -> None:
        self.session.__exit__(*why)

    def shown(self) -> str:
        """Return the question that is open now, with what was said since the last answer; nothing where the program has ended."""

        def at_rest(screen):
            return len(screen.main) > self.seen and screen.asks

        if not self.session.until(at_rest):
            return ""
        rows = self.session.screen.main[self.seen :]
        told = [row for row in rows[1:] if not re.search(r"^ +\S+$|splitkit |[?:] \S", row)]
        assert max(map(len, told), default=0) <= COLUMNS, "but for an answer, a command or a path every row fits"
        self.seen += len(rows)
        return " ".join(" ".join(rows).split())

    def by_the_way(self, text: str) -> None:
        found = [typed for asked, typed in self.BY_THE_WAY.items() if re.search(asked, text)]
        (typed,) = found or ["<"]  # a field of what is recorded: they leave it out
        self.session.type(f"{typed}\r")

    def asked(self) -> str:
        """Return the question of a step that is open now; what is asked by the way is answered first."""
        text = whole = self.shown()
        while not self.OF_STEPS.search(text):
            self.by_the_way(text)
            text = self.shown()
            whole += f" {text}"
        return whole

    def answer(self, typed: str) -> str:
        text = self.asked()
        self.session.type(f"{typed}\r")
        return text

    def finish(self) -> int:
        """Answer what is still asked by the way, and return the exit code."""
        while text := self.shown():
            self.by_the_way(text)
        return self.session.finish()

    def step(self, step, answer: str = "yes", *, so: str = "yes") -> str:
        """Go through a step: say whether its condition is met, and whether it is done; what the register knows is not asked."""
        text = ""
        if is_known(step):
            return text
        if may_leave_nothing(step) and not step.only_if:
            return self.nothing_to_record(step)
        if step.only_if:
            text = self.answer(so)
            assert f"Is this so: {step.only_if}?" in text
            if so == "no":
                return text
        text += self.nothing_to_record(step, text) if may_leave_nothing(step) else self.answer(answer)
        assert f"{step.who}: {step.words}" in text
        typed = [one for one in step.commands if key_of(one) != "init"]  # the folder is there already
        assert all(command.removeprefix("splitkit record ").split()[0] in text for command in typed)
        return text

    def nothing_to_record(self, step, before: str = "") -> str:
        """Go through a step that may leave nothing: nothing is there to record; *before* is what was said of it already."""
        text = whole = self.shown()
        while f"{step.who}: {step.words}" not in before + whole:
            assert "There is no question before this one" not in text, f"not {step.words!r}, but: {whole}"
            self.by_the_way(text)
            text = self.shown()
            whole += f" {text}"
        assert "Is there something to record" in text and "Is it done?" not in whole
        self.by_the_way(text)
        return whole


def due(home) -> str:
    return " ".join(run("status", cwd=home).stdout.split())


def test_the_phone_is_lost_and_everybody_knows_what_to_do(home):
    steps = steps_of("R8")
    with Walk(home, "R8") as walk:
        for at, step in enumerate(steps, 1):
            text = walk.step(step, so="no")
            assert is_known(step) or f"step {at} of {len(steps)}" in text
        assert walk.finish() == 0
        assert "R8 is finished." in told(walk.session)
    said = recorded(home)
    assert [(one["pack"], one["procedure"], one["step"], one["steps"]) for one in said] == [
        ("aws-root", "R8", at, len(steps)) for at in range(1, len(steps) + 1)
    ]
    assert [one["state"] for one in said] == ["not needed" if step.only_if else state_of(step) for step in steps]
    assert "R8" not in due(home)


def to_its_end(walk, code: str, so: str, first: int = 1, last: int = 0) -> list[tuple[str, int, str]]:
    """Walk a procedure, all of whose branches are taken or none; return what must be recorded: with which step, and what of it.

    From what is gone on with nothing else branches off.
    """
    one, steps, owed = find_procedure(code)[1], steps_of(code), []
    for at, step in list(enumerate(steps, 1))[first - 1 : last or len(steps)]:
        text = walk.step(step, so=so)
        assert is_known(step) or f"step {at} of {len(steps)}" in text
        done = not is_known(step) and (so == "yes" or not step.only_if)
        owed.append((code, at, state_of(step) if done else "not needed"))
        if step.go_on and done:
            assert f"Go on with {step.go_on} now?" in walk.answer(so)
            if so == "yes":
                owed += left(code, at) if step.instead else []
                owed += to_its_end(walk, step.go_on, "no", step.span[0], 0 if step.instead else step.span[1])
                if step.instead:
                    return owed
        if one.wait_after(at):
            return owed
    waits = [at for at in range(last + 1, len(steps) + 1) if one.wait_after(at)]  # what is for another day stays due
    return owed + (left(code, last, waits[0] if waits else len(steps)) if last else [])


def left(code: str, at: int, last: int = 0) -> list[tuple[str, int, str]]:
    """What is recorded of the steps after one, up to the *last*, where the rest falls away."""
    return [(code, rest, "not needed") for rest in range(at + 1, (last or len(steps_of(code))) + 1)]


WALKS = [(one.code, so) for pack in all_packs() for one in pack.procedures for so in ("yes", "no")]
WALKED = [(pack.procedure_for("sheet").code, "yes") for pack in all_packs()]
"""Of each pack what goes on with another procedure: the short run walks these alone."""


@pytest.mark.parametrize("way", sampled(WALKS, 0, always=WALKED, ids="-".join))
def test_every_procedure_is_walked_to_its_end_with_every_branch_and_with_none(home, way):
    code, so = way
    with Walk(home, code) as walk:
        owed = to_its_end(walk, code, so)
        assert walk.finish() == 0
        assert told(walk.session).endswith(("is finished.", "status says so then."))
    assert [(one["procedure"], one["step"], one["state"]) for one in recorded(home)] == owed
    assert {one["pack"] for one in recorded(home)} == {find_procedure(code)[0].code}
    assert "was begun and not ended" not in due(home)


def test_what_is_otherwise_is_asked_and_stays_visible(home):
    steps = steps_of("R8")
    with Walk(home, "r8") as walk:
        walk.step(steps[0], "no")
        assert "What is different?" in walk.answer("")
        assert "nothing was typed" in walk.answer("the shop was shut")
        walk.step(steps[1])
        walk.asked()
        walk.session.type("\x03")
        assert walk.session.finish() == 130
        assert "go on with: splitkit incident --from 3 R8" in told(walk.session)
    assert recorded(home)[0] == {
        "pack": "aws-root", "procedure": "R8", "step": 1, "steps": len(steps), "state": "otherwise", "remark": "the shop was shut"
    }  # fmt: skip
    assert f"procedure R8 was begun and not ended (step 2 of {len(steps)} was the last)" in due(home)
    assert "splitkit incident --from 3 R8" in due(home)
    run("audit", "--out", "../pack", cwd=home)
    data = json.loads(next((home.parent / "pack").glob("*.json")).read_text())
    remarks = [one["data"]["remark"] for one in data["exceptions"] if one["event"] == "procedure"]
    assert remarks == ["the shop was shut"]
    with Walk(home, "R8", "--from", "3") as walk:
        for step in steps[2:]:
            walk.step(step, so="no")
        assert walk.finish() == 0
    assert [one["step"] for one in recorded(home)] == [*range(1, len(steps) + 1)]
    assert "R8" not in due(home)


def test_what_was_left_stays_due_with_a_name_until_it_is_done(home):
    """At the end of the walk, under NOW with the command, and there alone when it is resumed."""
    steps = steps_of("R8")
    first = next(at for at, step in enumerate(steps, 1) if not step.only_if and not may_leave_nothing(step))
    with Walk(home, "R8", "--from", str(first)) as walk:
        walk.step(steps[first - 1], "later")
        assert "Who does it" in walk.shown()
        walk.session.type("Ada Example\r")
        for step in steps[first:]:
            walk.step(step, so="no")
        assert walk.finish() == 0
        end = told(walk.session)
    assert "R8 is finished" not in end and "Left undone; status says so until it is done" in end
    assert f"R8, step {first}, Ada Example: " in end and end.endswith(f"splitkit incident --from {first} R8")
    said = next(one for one in recorded(home) if one["step"] == first)
    assert (said["state"], said["owner"]) == ("left", "Ada Example")
    assert f"procedure R8 is not ended: left is step {first} to Ada Example" in due(home)
    assert f"splitkit incident --from {first} R8" in due(home)
    with Walk(home, "R8") as walk:
        assert f"1: go on with step {first}" in walk.shown()
        walk.session.type("1\r")
        walk.step(steps[first - 1])
        assert walk.finish() == 0
        assert "R8 is finished." in told(walk.session)
    assert "procedure R8" not in due(home)


def test_a_procedure_that_was_begun_for_somebody_is_resumed_for_them(folder):
    with Walk(folder, "R12", "--person", "Ben Example") as walk:
        assert "for Ben Example" in walk.shown()
        walk.session.type("yes\r")
        walk.step(steps_of("R12")[0])
        walk.asked()
        walk.session.type("\x03")
        walk.session.finish()
    assert recorded(folder)[0]["person"] == "ben-example"
    assert re.search(r"procedure R12 for Ben Example( \([^)]+\))?(, after [^ ]+)? was begun and not ended", due(folder))
    with Walk(folder, "R12", "--from", "3") as walk:
        assert f"step 3 of {len(steps_of('R12'))} for Ben Example" in walk.shown()
        walk.session.type("\x03")
        walk.session.finish()


@pytest.mark.parametrize("retired", ["while people go through it", "before"])
def test_a_procedure_about_a_device_is_walked_to_its_end_though_it_retires_that(folder, retired):
    steps, two = steps_of("R4"), ("--wit", "Cleo Example")
    report = ("--what", "device", "--asset", "key-1", "--text", "not in its bag")
    assert run("incident", *report, *BY, cwd=folder).returncode == 0
    off = ("record", "asset.retired", "key-1", "off the account", *BY, *two)
    with Walk(folder, "R4", "--asset", "key-1") as walk:
        if retired == "before":
            assert run(*off, cwd=folder).returncode == 0
        assert "2: I-" in walk.shown()
        walk.session.type("2\r")
        for at, step in enumerate(steps):
            walk.step(step, so="no")
            if retired != "before" and not at:
                assert run(*off, cwd=folder).returncode == 0
        assert walk.finish() == 0
        assert "R4 is finished." in told(walk.session) and "is not recorded: write it down" not in told(walk.session)
    assert [one["step"] for one in recorded(folder)] == [*range(1, len(steps) + 1)]
    assert {one["asset"] for one in recorded(folder)} == {"key-1"}
    assert "procedure R4" not in due(folder) and "CONTRADICTION" not in due(folder).upper()


def test_what_the_register_refuses_is_not_written_by_the_walk(folder):
    """Else it would contradict the record for ever; the one who leads through it is told at once."""
    ledger, steps = folder / "ledgers" / "desk.ledger", len(steps_of("R8"))
    about = ("owner=Ben Example", "incident=I-1", "account=root")
    with Walk(folder, "R8") as walk:
        walk.asked()
        done = run("record", "procedure", "aws-root", "R8", "1", f"{steps}", "left", *about, *BY, cwd=folder)
        assert done.returncode == 0, done.stderr
        before = ledger.read_bytes()
        walk.session.type("no\r")
        assert "Step 1 of R8 is not recorded: write it down." in walk.asked()
        assert ledger.read_bytes() == before
        walk.session.type("\x03")
        walk.session.finish()


def test_the_head_of_the_record_is_compared_in_the_walk_by_two(folder):
    steps = steps_of("R8")
    with Walk(folder, "R8", "--from", str(len(steps))) as walk:
        walk.step(steps[-1])
        text = walk.shown()
        assert len(re.findall(r"\bL [a-z]+ [a-z]+ [a-z]+ [a-z]+", text)) == 3
        for typed in ("yes", "Cleo Example"):
            walk.session.type(f"{typed}\r")
            walk.shown()
        assert walk.session.finish() == 0
    entries = [json.loads(line) for line in (folder / "ledgers" / "desk.ledger").read_text().splitlines()]
    (compared,) = [one for one in entries if one["ev"] == "head.compared"]
    assert (compared["by"], compared["wit"]) == ("ada-example", "cleo-example")
    assert recorded(folder)[-1]["state"] == "done"


def test_people_go_on_with_another_procedure_and_come_back(home):
    """R2 sends to R4 from its other factors on, as it was asked for already, and has what comes after everything itself."""
    steps, others = steps_of("R2"), steps_of("R4")
    (at,) = [at for at, step in enumerate(steps) if step.go_on == "R4"]
    first, last = steps[at].span
    with Walk(home, "R2", "--from", str(at + 1)) as walk:
        walk.step(steps[at])
        assert "Go on with R4 now?" in walk.answer("yes")
        text = walk.step(others[first - 1])
        assert "R4 An MFA device is lost or broken" in text and "Troubleshoot MFA" in text
        for step in others[first:last]:
            walk.step(step, so="no")
        assert "R4 is finished. R2 goes on." in walk.step(steps[at + 1], so="no")
        walk.asked()
        walk.session.type("\x03")
        assert walk.session.finish() == 130
    said = [(one["procedure"], one["step"], one.get("remark")) for one in recorded(home)]
    assert [step for code, step, _ in said if code == "R4"] == [*range(first, len(others) + 1)]
    assert [step for code, step, remark in said if remark == "it comes where people came from"] == [
        *range(last + 1, len(others) + 1)
    ]
    assert "procedure R2 was begun" in due(home) and "procedure R4" not in due(home)


def test_another_procedure_takes_the_place_of_the_rest(home):
    steps, others = steps_of("R8"), steps_of("R14")
    (at,) = [at for at, step in enumerate(steps) if step.go_on == "R14"]
    with Walk(home, "R8", "--from", str(at + 1)) as walk:
        assert "go on with R14, steps 1 to" in walk.step(steps[at])
        assert "Go on with R14 now?" in walk.answer("yes")
        walk.asked()
        assert "procedure R8" not in due(home)
        walk.session.type("\x03")
        assert walk.session.finish() == 130
        assert "go on with: splitkit incident --from 1 R14" in told(walk.session)
    said = recorded(home)
    assert [one["step"] for one in said] == [*range(at + 1, len(steps) + 1)]
    assert {one["remark"] for one in said[1:]} == {"R14 was taken up instead"}
    assert others


def test_what_waits_for_a_day_is_not_asked_for_before(home):
    steps = steps_of("R10")
    with Walk(home, "R10", "--from", str(len(steps) - 1)) as walk:
        walk.step(steps[-2])
        assert walk.finish() == 0
        assert "The rest of R10 is for" in told(walk.session)
    (said,) = recorded(home)
    assert (said["step"], said["next"]) == (len(steps) - 1, str(clock.day() + dt.timedelta(90)))
    assert "R10" not in due(home).partition("COMING")[0]
    until = run("status", "--until", "2099-01-01", cwd=home).stdout
    assert "procedure R10 goes on" in until
    with Walk(home, "R10", "--from", str(len(steps))) as walk:
        assert "After 90 days: step" in walk.step(steps[-1])
        assert walk.finish() == 0
    assert "R10" not in run("status", "--until", "2099-01-01", cwd=home).stdout


def test_people_may_stay_with_the_procedure(home):
    steps = steps_of("R8")
    (at,) = [at for at, step in enumerate(steps) if step.go_on == "R14"]
    with Walk(home, "R8", "--from", str(at + 1)) as walk:
        walk.step(steps[at])
        walk.answer("no")
        assert steps[at + 1].words in walk.asked() or steps[at + 1].only_if
        walk.session.type("\x03")
        assert walk.session.finish() == 130
    assert [one["procedure"] for one in recorded(home)] == ["R8"]


def test_the_rest_of_a_part_falls_away_and_what_comes_after_does_not(home):
    before, done, after = (steps for _, steps in find_procedure("R9")[1].parts)
    with Walk(home, "R9") as walk:
        for step in before:
            walk.step(step)
        walk.step(done[0], "rest")
        for step in after:
            walk.step(step)
        assert walk.finish() == 0
    states = [one["state"] for one in recorded(home)]
    assert states == [*map(state_of, (*before, done[0])), *["not needed"] * (len(done) - 1), *map(state_of, after)]
    assert "R9" not in due(home)


def test_people_go_back_to_the_question_before(home):
    (at,) = [at for at, step in enumerate(steps_of("R8"), 1) if step.go_on]
    with Walk(home, "R8", "--from", str(at)) as walk:
        assert "Is this so:" in walk.answer("yes")
        walk.answer("<")
        assert "Is this so:" in walk.answer("no")
        walk.asked()
        walk.session.type("\x04")
        assert walk.session.finish() == 130
    assert [(one["step"], one["state"]) for one in recorded(home)] == [(at, "not needed")]


def test_where_no_folder_is_nothing_is_recorded_and_nobody_is_stopped(tmp_path):
    with Session([*COMMAND, "incident", "R15"], tmp_path) as session:
        session.until_text("Go through R15 now")
        session.type("yes\r")
        session.until_text("step 1 of")
        session.until_text("rest:")
        assert "nothing of it is recorded" in told(session)
        session.type("yes\r")
        session.until_text("step 2 of")
        session.type("\x03")
        assert session.finish() == 130
    assert not list(tmp_path.iterdir())


def test_a_ledger_that_takes_nothing_stops_nobody(home):
    ledger = home / "ledgers" / "desk.ledger"
    with Walk(home, "R15") as walk:
        walk.asked()
        sound = ledger.read_bytes()
        ledger.write_bytes(sound.replace(b"Example AG", b"Example KG"))
        walk.session.type("yes\r")
        assert "Step 1 of R15 is not recorded: write it down." in walk.asked()
        ledger.write_bytes(sound)
        walk.session.type("no\r")
        walk.asked()
        walk.session.type("\x03")
        assert walk.session.finish() == 130
    assert [one["step"] for one in recorded(home)] == [2]


def test_a_pack_of_ones_own_is_walked(home):
    text, _ = re.findall(
        r"^```toml\n(.*?)^```$", (ROOT / "docs" / "packs.md").read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    (home / "packs" / "customer-database.toml").write_text(text)
    with Walk(home, "X1", "--from", "7") as walk:
        walk.answer("yes")
        assert "go on with X2, steps 1 to" in walk.answer("yes")
        walk.answer("yes")
        assert "End every session of the break-glass account" in walk.asked()
        walk.session.type("\x03")
        assert walk.session.finish() == 130
        assert "go on with: splitkit incident --from 1 X2" in told(walk.session)
    assert recorded(home)[0]["pack"] == "customer-database"
    assert "splitkit incident --from 8 X1" in due(home)


@pytest.mark.parametrize(
    ("words", "code", "fact"),
    [
        (("R99",), 2, "there is no such procedure"),
        (("R8", "--from", "99"), 6, "nobody is at a terminal"),
        (("R8",), 6, "nobody is at a terminal"),
        (("R8", "--from", "0"), 2, "--from"),
    ],
)
def test_what_is_no_walk_is_refused(home, words, code, fact):
    done = run("incident", *words, *BY, cwd=home)
    assert (done.returncode, fact in done.stderr) == (code, True), done.stderr


def test_a_step_that_is_not_there_is_refused(home):
    with Session([*COMMAND, "incident", "R8", "--from", "99", *BY], home) as session:
        assert session.finish() == 2
        assert f"this procedure has {len(steps_of('R8'))} steps" in told(session)


@pytest.mark.parametrize("code", ["R15", "R14", "R9", "R12"])
def test_whatever_is_left_out_is_named_and_asked_about(home, code):
    """Each step by its number and its first words; without a 'yes' in full nothing is left out."""
    one = find_procedure(code)[1]
    title, part = one.parts[0]
    with Walk(home, code) as walk:
        walk.step(part[0], "rest")
        text = walk.shown()
        for at, step in enumerate(part[1:], 2):
            assert f"{at} {' '.join(step.words.split()[:4])}" in text
        assert ("They cannot wait" in text) == one.at_once
        walk.session.type("no\r")
        walk.answer("yes")
        assert f"{title}: step 2 of" in walk.asked()
        walk.session.type("\x03")
        assert walk.session.finish() == 130
    assert [one["step"] for one in recorded(home)] == ([1, 2] if may_leave_nothing(part[1]) else [1])


def test_the_last_step_of_a_part_has_nothing_to_leave_out(home):
    before, done, _ = find_procedure("R9")[1].parts
    at = len(before[1]) + len(done[1])
    with Walk(home, "R9", "--from", str(at)) as walk:
        assert "rest:" not in walk.step(steps_of("R9")[at - 1])
        walk.session.type("\x03")
        walk.session.finish()


def test_a_wrong_code_records_nothing(home):
    before = (home / "ledgers" / "desk.ledger").read_bytes()
    with Walk(home, "R10") as walk:
        text = walk.shown()
        assert "The management account is closed" in text and "Go through R10 now?" in text
        walk.session.type("no\r")
        assert walk.session.finish() == 130
    assert "nothing was recorded" in told(walk.session)
    assert (home / "ledgers" / "desk.ledger").read_bytes() == before


def begun_by_mistake(folder):
    """R10 is begun, and left after its first step."""
    with Walk(folder, "R10") as walk:
        walk.answer("no")
        walk.answer("it was the wrong one")
        walk.asked()
        walk.session.type("\x03")
        walk.session.finish()


def test_what_was_begun_by_mistake_is_ended_by_two_people(folder):
    begun_by_mistake(folder)
    assert re.search("procedure R10( for [^,]+)?(, after [^ ]+)? was begun", due(folder))
    with Walk(folder, "R10") as walk:
        assert "2: begin again with step 1 3: it was begun by mistake: two people end it" in walk.shown()
        for typed, asked in (("3", "together with Ada Example"), ("Ada Example", "fewer than two people"), ("Cleo Example", "Ada Example: was R10"),
                             ("yes", "Cleo Example: was R10")):  # fmt: skip
            walk.session.type(f"{typed}\r")
            assert asked in walk.shown()
        walk.session.type("yes\r")
        assert walk.session.finish() == 0
    assert recorded(folder)[-1]["remark"] == "begun by mistake"
    assert "R10" not in due(folder)


def test_a_code_alone_goes_on_with_nothing_that_was_not_named(folder):
    """What is not ended was for one incident; after another one it is begun anew, and people say after which."""
    begun_by_mistake(folder)
    other = run("record", "incident.open", "cause=a login nobody knows", "incident=I-2", *BY, cwd=folder)
    assert other.returncode == 0
    with Walk(folder, "R10") as walk:
        text = walk.shown()
        assert re.search(r"Procedure R10( for [^,]+)?, after I-1 was begun, and is not finished", text)
        walk.session.type("4\r")
        text = walk.shown()
        assert "After which incident is R10 gone through?" in text
        assert all(part in text for part in ("1: I-1, ", "2: I-2, a login nobody knows", "none: after none of them"))
        for typed in ("2", "yes"):
            walk.session.type(f"{typed}\r")
            text = walk.shown()
        assert "step 1 of" in text
        walk.session.type("no\r")
        walk.answer("not so")
        walk.asked()
        walk.session.type("\x03")
        walk.session.finish()
    assert {(1, "I-1"), (1, "I-2")} <= {(one["step"], one.get("incident")) for one in recorded(folder)}
    with Walk(folder, "R10", "--from", "2") as walk:
        text = walk.shown()
        assert "was begun several times" in text and "after I-2" in text
        walk.session.type("2\r")
        assert "This goes on with procedure R10" in walk.shown()
        walk.session.type("\x03")
        walk.session.finish()


def test_one_person_alone_ends_no_procedure(folder):
    begun_by_mistake(folder)
    with Walk(folder, "R10") as walk:
        for typed in ("3", "Cleo Example", "no"):
            walk.shown()
            walk.session.type(f"{typed}\r")
        assert walk.session.finish() == 130
    assert re.search("procedure R10( for [^,]+)?(, after [^ ]+)? was begun", due(folder))


def test_a_leaver_is_recorded_and_the_procedure_knows_whom_it_is_about(folder):
    steps = steps_of("R12")
    (handing,) = [at for at, step in enumerate(steps, 1) if any("record handed" in one for one in step.commands)]
    (leaving,) = [at for at, step in enumerate(steps, 1) if any("record left" in one for one in step.commands)]
    with Walk(folder, "--what", "leaver", "--person", "Ben Example", "--text", "moves on") as walk:
        assert "On which day do they leave" in walk.shown()
        walk.session.type("\r")
        assert "recorded as gone once all is handed over" in walk.shown()
        walk.session.type("yes\r")
        assert "Go through R12 now" in walk.shown()
        walk.session.type("no\r")
        walk.session.finish()
    assert "error:" not in told(walk.session)
    assert "record that Ben Example has left" in due(folder) and "LEFT on" not in due(folder)
    with Walk(folder, "R12", "--from", str(handing), "--person", "Ben Example") as walk:
        walk.by_the_way(walk.shown())
        text = walk.shown()
        assert (
            "If they keep a sheet" in text
            and "Ben Example keeps sheet 2 of set" in text
            and "so this is needed" in text
        )
        assert "Is this so" not in text and "handed 2 PERSON" in text
        walk.session.type("yes\r")
        assert "sheet 2 of set" in walk.shown()
        walk.session.type("yes\r")
        assert "Who has it now: 1: Ada Example" in walk.shown()
        walk.session.type("\r")
        assert "here are Ada Example, Ben Example, Cleo Example" in walk.shown()
        walk.session.type("Cleo Example\r")
        assert "Who has seen it" in walk.shown()
        walk.session.type("Max Example\r")
        text = walk.shown()
        assert "a sealed sheet went to somebody else; from Ben Example; to Cleo Example" in text
        assert "Cleo Example: a sheet lies in a safe. Record it now?" in text, (
            "an entry from before tells nothing of today"
        )
        walk.session.type("\x03")
        walk.session.finish()
    entries = [json.loads(line) for line in (folder / "ledgers" / "desk.ledger").read_text().splitlines()]
    assert entries[-1]["ev"] == "sheet.handed" and entries[-1]["d"]["sheet"] == "2"
    with Walk(folder, "R12", "--from", str(leaving), "--person", "Ben Example") as walk:
        walk.by_the_way(walk.shown())
        text = walk.shown()
        assert "It was reported that Ben Example leaves, so this is needed." in text
        walk.session.type("yes\r")
        assert "Why:" in walk.shown()
        walk.session.type("moves on\r")
        walk.asked()
        walk.session.type("\x03")
        walk.session.finish()
    assert [one["state"] for one in recorded(folder) if one["step"] == leaving] == ["done"]
    assert "record that Ben Example has left" not in due(folder), "it is recorded: nobody is asked again"


@pytest.mark.parametrize("answer", ["yes", "no", "<"])
def test_a_sign_in_is_recorded_only_as_people_say_that_it_went(home, answer):
    """Whoever has done the step has not said yet that the account took the password."""
    steps = steps_of("R3")
    at = next(at for at, step in enumerate(steps, 1) if "signin" in map(leaves, step.commands))
    with Walk(home, "R3", "--from", str(at)) as walk:
        walk.step(steps[at - 1])
        while "Was the sign-in accepted?" not in (text := walk.shown()):
            assert text, told(walk.session)
            walk.by_the_way(text)
        walk.session.type(f"{answer}\r")
        walk.asked()
        walk.session.type("\x03")
        walk.session.finish()
    entries = [json.loads(line) for line in (home / "ledgers" / "desk.ledger").read_text().splitlines()]
    said = [one["d"]["accepted"] for one in entries if one["ev"] == "signin"]
    assert said == {"yes": [True], "no": [False], "<": []}[answer]


def test_the_sites_of_the_plan_are_offered_where_a_place_is_recorded(home):
    """Each once, and by its name; a plan that cannot be read is in nobody's way."""
    sites = "".join(
        f'[[custodian]]\nname = "{name} Example"\nsite = "{site}"\n'
        for name, site in (("Ada", "Oslo"), ("Ben", "Bergen"), ("Cleo", "Oslo"))
    )
    (home / "plans" / "plan.toml").write_text(f'policy = "2of3"\nlabel = "Root"\n{sites}')
    (home / "plans" / "torn.toml").write_text("policy = ")
    assert known_sites(Ledgers(home=str(home)), Register()) == ["Oslo", "Bergen"]


def test_what_has_to_be_typed_elsewhere_says_so_and_counts_only_once_it_is_in_the_record(home):
    steps = steps_of("R14")
    (at,) = [at for at, step in enumerate(steps, 1) if any("--rotate" in one for one in step.commands)]
    with Walk(home, "R14", "--from", str(at)) as walk:
        walk.answer("yes")  # the password of the sheets let them in
        text = walk.answer("yes")
        assert "Type this in another window: $ splitkit ceremony renew" in text
        assert "Nothing in the record says so yet" in walk.shown()
        walk.session.type("yes\r")
        assert "Nothing in the record says so yet" in walk.shown()
        walk.session.type("no\r")
        walk.asked()
        walk.session.type("\x03")
        walk.session.finish()
    assert [one["state"] for one in recorded(home) if one["step"] == at] == ["otherwise"]


def test_a_number_that_proves_a_step_is_asked_for_and_stands_in_the_record(home):
    (at,) = [at for at, step in enumerate(steps_of("R14"), 1) if step.proof == "the number of the case, as 'case 123'"]
    with Walk(home, "R14", "--from", str(at)) as walk:
        walk.answer("yes")
        assert "What is to be noted (the number of the case, as 'case 123'; Enter: nothing)?" in walk.shown()
        walk.session.type("case ending in 0412\r")
        walk.asked()
        walk.session.type("\x03")
        walk.session.finish()
    (said,) = recorded(home)
    assert (said["step"], said["state"], said["remark"]) == (at, "done", "case ending in 0412")


def test_every_field_says_for_which_step_and_what_it_is(folder):
    """A step of several entries: each is named before its first question, and no question is a bare 'Text'."""
    (at,) = [at for at, step in enumerate(steps_of("R4"), 1) if any("asset.retired" in one for one in step.commands)]
    with Walk(folder, "R4", "--from", str(at)) as walk:
        walk.answer("yes")
        for means in ("a device, a phone or a mailbox", "is no longer in use"):
            text = walk.shown()
            assert f"To be recorded for R4, step {at}:" in text, (means, text)
            walk.by_the_way(text)
            walk.by_the_way(walk.shown())
        walk.session.type("\x03")
        walk.session.finish()


def test_people_go_aside_to_what_a_step_speaks_of_and_come_back_to_it(home):
    (at,) = [at for at, step in enumerate(steps_of("R4"), 1) if "R3" in step.leads]
    first, last = steps_of("R4")[at - 1].leading_to(find_procedure("R3")[1]).span
    with Walk(home, "R4", "--from", str(at)) as walk:
        assert "r3: go on with R3 now, and come back here" in walk.answer("R3")
        others = steps_of("R3")
        for step in others[first - 1 : last]:
            walk.step(step, so="no")
        text = walk.asked()
        assert "R3 is finished. R4 goes on." in text and steps_of("R4")[at - 1].words in text
        walk.session.type("yes\r")
        walk.asked()
        walk.session.type("\x03")
        walk.session.finish()
    said = [(one["procedure"], one["step"]) for one in recorded(home)]
    assert said[: last - first + 1] == [("R3", step) for step in range(first, last + 1)]
    assert said[-1] == ("R4", at) and "procedure R3" not in due(home)


def test_everybody_is_entered_at_enrolment_and_what_the_folder_knows_is_not_asked(home):
    """One person after the other until that was all; the folder is there, and the pack is that of the procedure."""
    steps = steps_of("R0")
    (at,) = [at for at, step in enumerate(steps, 1) if any("record account NAME" in one for one in step.commands)]
    with Walk(home, "R0") as walk:
        assert "splitkit init" not in walk.answer("yes")
        for name, more in (("Ben Example", "yes"), ("Cleo Example", "no")):
            assert "Name:" in walk.shown()
            walk.session.type(f"{name}\r")
            assert "Is there another one to record: somebody takes part in custody?" in walk.shown()
            walk.session.type(f"{more}\r")
        assert "a place where things are kept" in walk.shown()
        walk.session.type("\x03")
        walk.session.finish()
    with Walk(home, "R0", "--from", str(at)) as walk:
        walk.answer("yes")
        assert "Name:" in walk.shown()
        walk.session.type("Production\r")
        assert "Who has seen it" in walk.shown()
        walk.session.type("Ben Example\r")
        walk.asked()
        walk.session.type("\x03")
        walk.session.finish()
    entries = [json.loads(line) for line in (home / "ledgers" / "desk.ledger").read_text().splitlines()]
    assert [one["d"]["name"] for one in entries if one["ev"] == "person.joined"][-2:] == ["Ben Example", "Cleo Example"]
    assert [one["d"]["pack"] for one in entries if one["ev"] == "account.added"] == ["aws-root"]


def test_what_nothing_can_be_named_for_is_left_out(home):
    """A phone in a folder without any place is entered all the same: nobody is asked again and again."""
    (at,) = [at for at, step in enumerate(steps_of("R0"), 1) if any("phone PERSON" in one for one in step.commands)]
    with Walk(home, "R0", "--from", str(at)) as walk:
        walk.answer("yes")
        for asked, typed in (("A short name for it", "phone-1"), ("Who keeps it:", "Ada Example")):
            assert asked in walk.shown()
            walk.session.type(f"{typed}\r")
        assert "a device or mailbox is kept; asset phone-1" in walk.shown()
        walk.session.type("\x03")
        walk.session.finish()


@pytest.mark.parametrize("typed", [1, 2])
def test_an_entry_of_a_step_settles_no_later_one_when_people_go_on_with_the_procedure(home, typed):
    """However many there were of it by then; what was recorded since is of the step that comes."""
    noted = [at for at, step in enumerate(steps_of("R15"), 1) if "note" in map(leaves, step.commands)]
    with Walk(home, "R15", "--from", str(noted[0] - 1)) as walk:
        walk.step(steps_of("R15")[noted[0] - 2])
        walk.asked()
        for at in range(typed):
            run("record", "note", f"the copy, part {at + 1}", *BY, cwd=home)
        walk.session.type("yes\r")
        assert "In the record: entry" in walk.answer("yes") + walk.asked()
        walk.session.type("\x03")
        walk.session.finish()
    with Walk(home, "R15", "--from", str(noted[1])) as walk:
        walk.answer("yes")
        walk.answer("yes")
        text = walk.shown()
        assert "In the record: entry" not in text and f"To be recorded for R15, step {noted[1]}:" in text
        run("record", "note", "case ending in 0412", *BY, cwd=home)
        walk.session.type("<\r")
        assert "Record it now?" in walk.shown()
        walk.session.type("yes\r")
        assert "In the record: entry" in walk.asked()
        walk.session.type("\x03")
        walk.session.finish()
