"""The procedures of every pack: each case has one, each command in them exists, and what they call an entry is one."""

from __future__ import annotations

import hashlib
import json
import re
import shlex

import click
import pypdfium2
import pytest

from splitkit.cli.main import splitkit
from splitkit.cli.packs import most_pages
from splitkit.custody.saying.meaning import EXAMPLES
from splitkit.errors import UsageError
from splitkit.ledger.ceremony_events import RoleTaken
from splitkit.ledger.events import EVENTS
from splitkit.packs.commands import COMMANDS, MEANINGS
from splitkit.packs.pack import KINDS, OTHERS, SHEETS, all_packs, find_pack, find_procedure
from splitkit.packs.procedures import CASES, FULL, ROLES
from tests.support.ceremonies import plan_of, whole
from tests.support.custody.company import office, written
from tests.support.custody.practice_set import run
from tests.support.paper.pdfs import flattened, text_of
from tests.support.places import ROOT
from tests.support.sampling import sampled

PROCEDURES = {one.code: (pack, one) for pack in all_packs() for one in pack.procedures}
STEPS = [(one.code, step) for _, one in PROCEDURES.values() for _, steps in one.parts for step in steps]
PAGE = (ROOT / "docs" / "packs.md").read_text("utf-8")


def test_every_case_of_the_account_has_a_procedure_of_its_own():
    aws = find_pack("aws-root")
    kinds = aws.things.keys() - {SHEETS}
    assert {one.case for one in aws.procedures} == {
        *CASES,
        *(f"{what}-{kind}" for kind in kinds for what in ("lost", "changed")),
    }
    assert [one.code for one in aws.procedures] == [f"R{number}" for number in range(len(aws.procedures))]
    assert set(FULL) <= set(CASES)
    assert not aws.missing


def test_no_two_packs_share_a_code():
    assert len(PROCEDURES) == sum(len(pack.procedures) for pack in all_packs())


def test_an_unknown_code_is_refused():
    assert find_procedure("r7")[1].code == "R7"
    for code in ("R99", "", "7", "R7 ", "aws-root"):
        with pytest.raises(UsageError):
            find_procedure(code)


def test_what_the_evidence_calls_an_entry_is_one():
    for code, step in STEPS:
        named = re.findall(r"'([a-z]+(?:\.[a-z]+)?)'", step.proof) if "entr" in step.proof else []
        assert named or not re.search(r"\bentr(y|ies)\b", step.proof), (code, step.proof)
        assert set(named) <= set(EVENTS), (code, step.proof)


SEES = {
    "ceremony make": {"set.made", "sheet.read", "reveal", "signin", "alert"},
    "ceremony drill": {"sheet.read", "drill", "sheet.seen", "asset.checked", "signin", "alert"},
    "recover": {"reveal"},
    "ceremony renew": {"set.made", "sheet.reissued"},
    "ceremony review": {"review"},
    "incident": {"incident.open", "sheet.lost", "sheet.destroyed", "sheet.exposed"},
}
"""What a command records besides what it is told."""


def leaves(command: str) -> set[str]:
    """Return the entries that a command of a procedure leaves."""
    words = command.removeprefix("splitkit ").split()
    if words[:2] == ["record", "--take"]:
        return {"ledger.taken"}
    if words[0] == "record":
        return {event for event in EVENTS if named_by(words[1], event)}
    return SEES.get(words[0], set()) | SEES.get(" ".join(words[:2]), set())


def named_by(word: str, event: str) -> bool:
    """Whether `record` takes a word for an event, as `splitkit record --list` has it."""
    return word == event or EXAMPLES.get(event, "").split(" ")[0] == word


def test_each_entry_that_the_evidence_names_has_its_command():
    """Whoever has the page alone can record all that the page asks for: in the step itself, or by what an earlier one left open."""
    for _, one in PROCEDURES.values():
        asked = set[str]()
        for _, step in one.numbered:
            left = set().union(*map(leaves, step.commands))
            asked |= left if any("drill" in command or "ceremony" in command for command in step.commands) else set()
            named = set(re.findall(r"'([a-z]+(?:\.[a-z]+)?)'", step.proof)) if "entr" in step.proof else set()
            by_others = bool(step.go_on) or " or " in step.proof
            assert by_others or named <= left | asked, (one.code, step.proof, named - left - asked)


def test_what_is_put_in_for_a_word_in_capitals_is_said():
    """Beside what says it itself, every such word of a command has a meaning, and nothing else has one."""
    words = {word for line in COMMANDS.values() for word in re.findall(r"[A-Z]+(?:-[A-Z]+)*", line)}
    own = {"ACCOUNT", "CAUSE", "CIRCUMSTANCES", "DONE", "EXPECTED", "FOUND", "NAME", "OUTCOME", "PACK", "PURPOSE", "REASON",
           "SITE", "TASK", "TEXT", "WHAT", "WHAT-SURPRISED", "WHAT-WENT-WRONG"}  # fmt: skip
    assert words - MEANINGS.keys() <= own
    assert set(MEANINGS) <= words


def test_whoever_is_led_on_begins_with_what_was_not_done_yet_and_knows_where_it_ends():
    r2, r14 = PROCEDURES["R2"][1], PROCEDURES["R14"][1]
    (there,) = [step.leading_to(r2) for step in r14.steps if "R2" in step.leads]
    first, last = there.span
    assert r2.numbered[first - 1][1].name == "first-set" and r2.numbered[last - 1][1] == r2.steps[-1]
    assert there.onward.endswith("then come back here")
    (worse,) = [step for step in r2.steps if step.go_on == "R14"]
    assert worse.span == (1, len(r14.numbered))
    assert worse.onward.endswith("the rest of this one falls away")


@pytest.mark.parametrize("code", PROCEDURES)
def test_whatever_a_step_says_is_to_be_done_by_another_procedure_can_be_gone_through_from_it(code):
    """The code in its words is an answer to 'Is it done?', or what comes after; an 'R2, step 7' begins there."""
    _, one = PROCEDURES[code]
    for _, step in one.numbered:
        spoken = set(re.findall(r"\b[A-Z][0-9]+\b", step.do)) & set(PROCEDURES)
        assert spoken == set(step.leads)
        for other in (PROCEDURES[lead][1] for lead in step.leads):
            first, last = step.leading_to(other).span
            assert "from its first set on" not in step.do or other.numbered[first - 1][1].name == "first-set"
            named = re.findall(rf"\b{other.code}, steps? ([0-9]+)(?: (?:to|and) ([0-9]+))?", step.do)
            assert [int(begin) for begin, _ in named] == ([first] if named or step.enter else [])
            assert all(first < int(end) <= last for _, end in named if end)


NOT_TYPED = re.compile(r"the (time|copy|list|page|lists)\b|seen by|read aloud|no number on paper|noted here")
"""What is on paper or on a page, and what has its time by its entry."""


@pytest.mark.parametrize("code", PROCEDURES)
def test_every_number_that_a_step_asks_for_has_a_field(code):
    """A command that records a note of it, or a thing with its number; else the walk asks for it."""
    for _, step in PROCEDURES[code][1].numbered:
        parts = [
            one for one in step.proof.split("; ") if re.search("number|cause|tried", one) and not NOT_TYPED.search(one)
        ]
        records = [one for one in step.commands if one.startswith("splitkit record ")]
        assert not parts or step.to_note or records, step.proof


def test_what_waits_for_a_day_is_the_last_part():
    one = PROCEDURES["R10"][1]
    assert one.parts[-1][0] == "After 90 days"
    assert [one.wait_after(number) for number in range(1, len(one.numbered) + 1)][-2:] == [90, 0]


def test_whoever_goes_on_comes_to_an_end():
    """From each procedure people can walk to an end, and no condition that is met leads them round for ever."""
    for code, (pack, one) in PROCEDURES.items():
        ways = {step.go_on for step in one.steps if step.go_on}
        assert all(step.span[0] >= 1 and step.onward for step in one.steps if step.go_on), code
        assert ways <= {other.code for other in pack.procedures} - {code}
        assert all(step.only_if for step in one.steps if step.go_on), code


def test_the_closed_lists_are_those_of_the_page_and_of_the_ledger():
    """What docs/packs.md says may be named, and what the record can hold of it."""
    listed = {word for line in PAGE.partition("### What they may name")[2].partition("Commands, by")[0].split("\n\n")
              for word in re.findall("`([a-z-]+)`", line)}  # fmt: skip
    assert listed >= {*KINDS, *OTHERS, *ROLES, *CASES}
    rows = re.findall(r"^\| `([a-z-]+)` \| `(splitkit [^`]+)` \|$", PAGE, re.MULTILINE)
    assert dict(rows) == dict(COMMANDS)
    roles = next(kind for name, kind, _ in RoleTaken.kinds() if name == "role")
    for role in OTHERS:
        roles.check(role)
    for kind in KINDS[1:]:
        next(of for name, of, _ in EVENTS["asset.added"].kinds() if name == "kind").check(kind)


# --- what is typed ----------------------------------------------------------------------------------------------------

FILLED = {
    "WORDS": " ".join(["academic"] * 12),
    "NUMBER": "1",
    "CODE": "C-0001",
    "DAY": "2030-01-31",
    "ID": "0123abcd",
    "FILE": "out.pdf",
    "SCAN...": "page.png",
    "SCAN": "page.png",
}
"""What stands for the words in capitals, where a command line looks at them before it reads anything."""


@pytest.mark.parametrize("key", COMMANDS)
def test_every_command_exists_and_takes_these_options(key):
    name, *words = [FILLED.get(word, word) for word in shlex.split(COMMANDS[key])]
    found, context = splitkit, click.Context(splitkit, info_name=name)
    while isinstance(found, click.Group):
        found = found.get_command(context, words.pop(0))
        assert found is not None
    with found.make_context(found.name, words, parent=context):
        pass


def test_no_command_overrules_anything():
    assert not any(
        re.search("--(override|reason|no-record|superseded|reveal|sure|yes)", line) for line in COMMANDS.values()
    )


# --- the commands -----------------------------------------------------------------------------------------------------


@pytest.fixture
def ledgers(tmp_path):
    written(tmp_path / "c1", whole(plan_of("2of3", practice=False)))
    return tmp_path


def test_list(ledgers):
    listed = run("packs", "list", cwd=ledgers).stdout.splitlines()
    assert all(len(line) <= 80 for line in listed)
    assert [line.split()[0] for line in listed if re.match("  [A-Z][0-9]", line)] == [*PROCEDURES]
    packs = json.loads(run("packs", "list", "--json", cwd=ledgers).stdout)["packs"]
    assert [pack["code"] for pack in packs] == [pack.code for pack in all_packs()]
    told = packs[0]["procedures"][1]
    assert (told["code"], told["case"]) == ("R1", "use")
    assert told["parts"][0]["steps"][0]["commands"] == [COMMANDS["request"]]


@pytest.mark.parametrize(
    "code", sampled([*PROCEDURES, *(pack.code for pack in all_packs())], 12, always=[pack.code for pack in all_packs()])
)
def test_show(ledgers, code):
    shown = run("packs", "show", code.lower(), "--ledger", "c1", cwd=ledgers)
    assert shown.returncode == 0, shown.stderr
    address = re.compile(r"^ +(\$ |source: )?\S+$|^ +\$ ")
    assert all(len(line) <= 80 or address.match(line) for line in shown.stdout.splitlines())
    if code in PROCEDURES:
        _, one = PROCEDURES[code]
        numbers = re.findall(r"^ ?([0-9]+)\. ", shown.stdout, re.MULTILINE)
        assert numbers == [str(at) for at in range(1, 1 + sum(len(steps) for _, steps in one.parts))]
        for _, steps in one.parts:
            assert all(flattened(f"{step.who}: {step.words}") in flattened(shown.stdout) for step in steps)


def test_show_names_the_people_of_the_register(ledgers):
    assert "Custodians: not recorded" in run("packs", "show", "R1", cwd=ledgers).stdout
    filled = run("packs", "show", "r1", "--ledger", "c1", cwd=ledgers).stdout
    assert "Custodians: C1, C2, C3" in filled
    assert "Keeper of an MFA device: not recorded" in filled


def test_a_ledger_that_fails_hides_no_procedure(ledgers):
    sound = run("packs", "show", "R14", cwd=ledgers).stdout
    (ledgers / "c1").write_bytes((ledgers / "c1").read_bytes().replace(b"C2", b"C9"))
    shown = run("packs", "show", "R14", "--ledger", "c1", cwd=ledgers)
    assert (shown.returncode, shown.stdout) == (8, sound)


def test_what_cannot_wait_begins_with_its_first_step(ledgers):
    for code in ("R14", "R15"):
        assert PROCEDURES[code][1].at_once
        shown = run("packs", "show", code, cwd=ledgers).stdout
        assert flattened(f" 1. {PROCEDURES[code][1].steps[0].who}") in flattened(shown.partition("\nNOW\n")[2])
        assert "record request" not in shown


@pytest.mark.parametrize("paper", sampled(["a4", "letter"], 0, always=["letter"]))
def test_every_procedure_is_printed_with_its_words_and_its_people(ledgers, paper):
    done = run("papers", "procedures", "--out", "papers", "--paper", paper, "--ledger", "c1", cwd=ledgers)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in (ledgers / "papers").iterdir()} == {f"{code.lower()}.pdf" for code in PROCEDURES}
    for code, (_, one) in PROCEDURES.items():
        page = (ledgers / "papers" / f"{code.lower()}.pdf").read_bytes()
        assert len(pypdfium2.PdfDocument(page)) <= most_pages(one), code
        printed = flattened(text_of(page))
        for _, steps in one.parts:
            for step in steps:
                for words in (step.who, step.words, *step.commands, step.onward):
                    assert flattened(words) in printed, (code, words)
        assert ("C1, C2, C3" in " ".join(printed.split()) or flattened("C1, C2, C3") in printed) == (
            SHEETS in one.needs
        )


def test_nobodys_name_makes_a_page_longer_than_it_may_be(tmp_path):
    office(tmp_path)
    done = run(
        "papers",
        "procedures",
        "aws-root",
        "--out",
        "pages",
        "--paper",
        "letter",
        "--ledger",
        "c1",
        "--ledger",
        "c2",
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    for path in (tmp_path / "pages").iterdir():
        page = path.read_bytes()
        assert len(pypdfium2.PdfDocument(page)) <= most_pages(PROCEDURES[path.stem.upper()][1]), path
    head = flattened(text_of((tmp_path / "pages" / "r6.pdf").read_bytes()))
    assert flattened("Keeper of an MFA device Fay Example") in head


def test_one_procedure_in_a_folder_of_its_own(ledgers):
    assert run("papers", "procedures", "R12", "--out", "one", cwd=ledgers).returncode == 0
    assert [path.name for path in (ledgers / "one").iterdir()] == ["r12.pdf"]
    assert run("papers", "procedures", "R12", "r12", "--out", "two", cwd=ledgers).returncode == 2
    assert run("papers", "procedures", "R12", "aws-root", "--out", "two", cwd=ledgers).returncode == 2
    assert run("papers", "procedures", "R99", "--out", "three", cwd=ledgers).returncode == 2
    assert run("papers", "procedures", "--out", "one", cwd=ledgers).returncode == 2
    assert not (ledgers / "two").exists()


def test_all_procedures_of_a_pack_are_printed(ledgers):
    assert run("papers", "procedures", "AWS-root", "--out", "aws", cwd=ledgers).returncode == 0
    codes = {one.code.lower() for one in find_pack("aws-root").procedures}
    assert {path.stem for path in (ledgers / "aws").iterdir()} == codes


def test_no_page_has_signatures_alone(ledgers):
    run("papers", "procedures", "aws-root", "--out", "pages", "--paper", "letter", cwd=ledgers)
    for path in (ledgers / "pages").iterdir():
        *_, last = pypdfium2.PdfDocument(path.read_bytes())
        assert (
            "Read the head of the record aloud" in " ".join(last.get_textpage().get_text_range().split())
            or path.stem == "r10"
        )


def test_a_folder_of_rehearsals_marks_its_pages(tmp_path):
    for name, more, marked in (("real", (), False), ("rehearsal", ("--practice",), True)):
        run("init", name, "--name", "Example AG", "--by", "Ada Example", *more, cwd=tmp_path)
        home = tmp_path / name
        run("papers", "procedures", "R13", "R1", "--out", "pages", cwd=home)
        printed = flattened(text_of((home / "pages" / "r1.pdf").read_bytes()))
        assert (flattened("recover SCAN... --purpose TEXT --wit WITNESS --practice") in printed) is marked
        assert ("--practice" in run("packs", "show", "R1", cwd=home).stdout) is marked
        run("status", "--page", "status.pdf", cwd=home)
        for path in (home / "pages" / "r13.pdf", home / "status.pdf"):
            assert ("PRACTICE" in text_of(path.read_bytes())) is marked, path


def test_the_page_of_a_pack_of_ones_own_names_its_file(tmp_path):
    run("init", "custody", "--name", "Example AG", "--by", "Ada Example", cwd=tmp_path)
    own, _ = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    (tmp_path / "custody" / "packs" / "customer-database.toml").write_text(own)
    run("papers", "procedures", "X1", "R1", "--out", "pages", cwd=tmp_path / "custody")
    hashed = hashlib.sha256(own.encode()).hexdigest()
    pages = {
        name: flattened(text_of((tmp_path / "custody" / "pages" / f"{name}.pdf").read_bytes())) for name in ("x1", "r1")
    }
    assert flattened(f"customer-database, SHA-256 {hashed}") in pages["x1"]
    assert "SHA-256" not in pages["r1"]
