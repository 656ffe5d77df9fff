"""`splitkit plan` as a program runs it: hostile plans, exit codes, JSON, pictures; the talk is in tests/transcripts/plan.txt."""

from __future__ import annotations

import json
import resource
import stat

import pytest

from splitkit.plan.document import parse_plan, plan_toml
from splitkit.plan.plan_hash import plan_hash
from splitkit.plan.risk import Odds, risk_of
from splitkit.quorum.policy import parse_policy
from tests.support.kit import COMMAND, run
from tests.support.plans import PLANS
from tests.support.terminals import Session

WORDS = " ".join(plan_hash(PLANS["groups"]).words)


def plan(folder, *arguments, code=0, **more):
    done = run("plan", *arguments, cwd=folder, **more)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "plan.toml").write_bytes(plan_toml(PLANS["groups"]))
    return tmp_path


def people(*names, policy="2of3"):
    return f'policy = "{policy}"\nlabel = "x"\n' + "".join(f'[[custodian]]\nname = "{name}"\n' for name in names)


HOSTILE = {
    "L1 a key twice": ('policy = "3of5"\npolicy = "2of5"\n', "not valid TOML"),
    "L1 as JSON": ('{"policy": "3of5", "policy": "2of5"}', "not valid TOML"),
    "L2 one sheet is enough": ('policy = "1of5"\n', "one sheet"),
    "L2 none is enough": ('policy = "0of5"\n', "not understood"),
    "L3 a name twice": (people("Ada Example", "Ada Example", "Ben Example"), "named twice"),
    "L3 in other case and spaces": (people("Ada Example", "ADA   example", "Ben Example"), "named twice"),
    "L3 in letters that look alike": (people("Ada Example", "\u0410d\u0430 Example", "Ben Example"), "named twice"),
    "L3 in compatible letters": (people("Ada Example", "\uff21da Example", "Ben Example"), "named twice"),
    "L3 a sheet number": (people("Ada", "Ben", "Cleo") + "sheet = 1\n", "a custodian has a key"),
    "L5 too few people": (people("Ada", "Ben"), "2 custodians for 3 sheets"),
    "L5 too many people": (people("Ada", "Ben", "Cleo", "Dan"), "4 custodians for 3 sheets"),
    "L6 a date of 1970": ('policy = "2of3"\ncreated = 1970-01-01\n', "a key that splitkit does not know"),
    "L6 a date of 9999": ('policy = "2of3"\nlabel = 9999-12-31T23:59:59+99:99\n', "not valid TOML"),
    "L6 a date as a text": ('policy = "2of3"\nlabel = 9999-12-31\n', "'label'"),
    "L7 a threshold above the sheets": ('policy = "6of5"\n', "more sheets than there are"),
    "L7 seventeen sheets": ('policy = "2of17"\n', "at most 16"),
    "L8 ten megabytes": ("#" * 10_000_000, "larger than 65536 bytes"),
    "L9 a device": ('policy = "2of3"\npaper = "/dev/sda"\n', "neither a4 nor letter"),
    "L9 a place to write to": ('policy = "2of3"\nout = "/dev/sda"\n', "a key that splitkit does not know"),
    "L10 a profile that does not exist": ('policy = "2of3"\nprofile = "none"\n', "no such password profile"),
    "L10 a password of four letters": ('policy = "2of3"\nlength = 4\n', "weaker than 128 bits"),
    "L11 a length of 5,000 digits": (f'policy = "2of3"\nlength = {"9" * 5_000}\n', "a number that is too long"),
    "L10 a length of 4,000 digits": (f'policy = "2of3"\nlength = {"9" * 4_000}\n', "is too long"),
    "L10 a length of none": ('policy = "2of3"\nlength = -1\n', "weaker than 128 bits"),
    "L11 a Python object": ("!!python/object/apply:os.system ['id']\n", "not valid TOML"),
    "L11 with a threat to the terminal": ('policy = "2of3"\nlabel = "\\u001b[2J"\n', "cannot be printed"),
    "an envelope that fits no sheet": ('policy = "8of16"\nlabel = "x"\nnote = "' + "n" * 300 + '"\n', "bytes too long for a sheet"),
    "nothing": ("", "names no policy"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_plan_is_refused_with_2(name, tmp_path):
    text, fact = HOSTILE[name]
    (tmp_path / "plan.toml").write_text(text, encoding="utf-8")
    done = plan(tmp_path, "check", "plan.toml", code=2)
    assert fact in done.stderr
    assert "\nhint: " in done.stderr
    assert "\x1b" not in done.stderr + done.stdout
    risky = plan(tmp_path, "check", "--risk", "plan.toml", code=0 if name.startswith(("L10", "an envelope")) else 2)
    assert "\x1b" not in risky.stderr + risky.stdout


def test_l4_a_plan_that_was_changed_after_it_was_signed_is_stopped_with_9(folder):
    assert "the witnesses signed" in plan(folder, "check", "plan.toml", "--signed", WORDS).stderr
    text = (folder / "plan.toml").read_text()
    (folder / "plan.toml").write_text("# laid out anew\n" + text.replace(" = ", "="))
    plan(folder, "check", "plan.toml", "--signed", WORDS)
    (folder / "plan.toml").write_text(text.replace("2 of:", "1 of:"))
    done = plan(folder, "check", "plan.toml", "--signed", WORDS, code=9)
    assert "not the plan that was signed" in done.stderr
    assert (
        "not the plan that was signed" in plan(folder, "check", "plan.toml", "--json", "--signed", WORDS, code=9).stderr
    )


def test_a_split_makes_nothing_from_a_plan_that_was_not_signed(folder):
    def split(name, words, *more):
        return run("split", *more, "--practice", "--signed", words, "--out", name, cwd=folder)

    done = split("other", WORDS.replace(WORDS.split()[0], "academic"), "plan.toml")
    assert (done.returncode, done.stdout) == (9, "")
    assert "not the plan that was signed" in done.stderr
    done = split("none", WORDS, "--policy", "3of5", "--label", "x")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--signed goes with a plan" in done.stderr
    assert split("short", "acid", "plan.toml").returncode == 2
    assert sorted(path.name for path in folder.iterdir()) == ["plan.toml"]
    assert split("signed", WORDS, "plan.toml").returncode == 0, "a rehearsal of the signed plan"
    assert (folder / "signed" / "record.pdf").exists()


@pytest.mark.parametrize("path", ["nowhere.toml", ".", "/dev/null/x"])
def test_what_is_no_file(folder, path):
    assert plan(folder, "check", path, code=7 if path.startswith("/") else 2).stdout == ""


def test_check_as_json(folder):
    said = json.loads(plan(folder, "check", "plan.toml", "--json").stdout)
    assert said == {
        "label": "Root", "practice": False, "anonymous": False, "paper": "a4", "profile": "aws-root",
        "policy": "2 of: Board 2of2, IT 2of3", "rule": said["rule"], "sheets": 5, "coalition": 4, "absences": 0,
        "sites_needed": None,
        "custodians": [
            {"sheet": "A1", "name": "Ada Example", "title": "Chair", "site": "Zurich"},
            {"sheet": "A2", "name": "Ben Example", "title": "", "site": ""},
            {"sheet": "B1", "name": "Cl\u00e9o Example", "title": "", "site": "Bern"},
            {"sheet": "B2", "name": "Dan Example", "title": "", "site": ""},
            {"sheet": "B3", "name": "Eve Example", "title": "", "site": ""},
        ],
        "envelope": {"bytes": said["envelope"]["bytes"], "most": 456, "left": 456 - said["envelope"]["bytes"]},
        "shorten": {}, "warnings": said["warnings"], "words": WORDS, "hash": plan_hash(PLANS["groups"]).hex,
    }  # fmt: skip
    assert len(said["warnings"]) == 4


def test_check_says_how_many_bytes_too_many_and_what_to_shorten(folder):
    (folder / "long.toml").write_text('policy = "3of5"\nlabel = "x"\nnote = "' + "n" * 300 + '"\n')
    said = plan(folder, "check", "long.toml", "--json", code=2)
    left, cut = json.loads(said.stdout)["envelope"]["left"], json.loads(said.stdout)["shorten"]["note"]
    assert f"{-left} bytes too long" in said.stderr
    assert f"shorten the note by {cut} of its 300 characters" in said.stderr
    (folder / "long.toml").write_text('policy = "3of5"\nlabel = "x"\nnote = "' + "n" * (300 - cut) + '"\n')
    plan(folder, "check", "long.toml")


def test_a_plan_that_check_accepts_can_be_split_and_one_that_it_refuses_cannot(folder):
    for note, code in (("n" * 90, 0), ("n" * 300, 2)):
        (folder / "p.toml").write_text(f'policy = "3of5"\nlabel = "x"\nnote = "{note}"\npractice = true\n')
        plan(folder, "check", "p.toml", code=code)
        assert run("split", "p.toml", "--out", f"out{code}", cwd=folder).returncode == code


def test_a_site_is_never_on_paper(folder):
    (folder / "p.toml").write_text('practice = true\nlabel = "x"\n' + "".join(
        f'[[custodian]]\nname = "{name}"\nsite = "Secretvault"\n' for name in ("Ada", "Ben")).replace("[[", 'policy = "2of2"\n[[', 1))  # fmt: skip
    assert run("split", "p.toml", "--out", "out", cwd=folder).returncode == 0
    import pypdfium2

    for path in (folder / "out").iterdir():
        content = path.read_bytes()
        assert b"Secretvault" not in content
        if path.suffix == ".pdf":
            text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))
            assert "Ada" in text or "Ben" in text
            assert "Secretvault" not in text


def test_risk_as_json(folder):
    said = json.loads(plan(folder, "check", "--risk", "--policy", "3of5", "--json", "--lost", "3%", "--seen", "0.005", "--absent", "0",
                           "--years", "7").stdout)  # fmt: skip
    assert said["odds"] == {"lost": 0.03, "seen": 0.005, "absent": 0, "years": 7}
    assert [entry["name"] for entry in said["policies"] if entry["chosen"]] == ["3of5"]
    odds = Odds(0.03, 0.005, 0, 7)
    for entry in said["policies"]:
        risk = risk_of(parse_policy(entry["policy"]), odds)
        assert (entry["lost"], entry["unavailable"], entry["stolen"]) == (risk.lost, risk.unavailable, risk.stolen)
        assert (entry["coalition"], entry["absences"], entry["sites"]) == (risk.coalition, risk.absences, risk.sites)
    assert len(said["policies"]) == 9


@pytest.mark.parametrize(
    "policy", ["3of5", "2of2", "16of16", "2 of: An uncommonly long name 2of16, B 3of5, Audit 1of1"]
)
def test_the_table_fits_80_columns(folder, policy):
    for reach in ("0", "1", "3"):
        rows = plan(
            folder, "check", "--risk", "--policy", policy, "--around", reach, "--seen", "99.9%", "--lost", "0.01%"
        ).stdout.splitlines()
        assert max(map(len, rows[:-3])) <= 80
        assert sum(row.startswith("* ") for row in rows) == 1


def test_the_policy_of_a_plan_is_judged(folder):
    assert "\n* as chosen" in plan(folder, "check", "--risk", "plan.toml").stdout
    assert "IT 3of3" in plan(folder, "check", "--risk", "plan.toml").stdout


@pytest.mark.parametrize(
    ("arguments", "fact"),
    [
        ((), "neither a plan nor --policy"),
        (("plan.toml", "--policy", "3of5"), "neither a plan nor --policy"),
        (("--policy", "5of3"), "more sheets than there are"),
        (("--policy", "3of5", "--lost", "2"), "a chance is not understood"),
        (("--policy", "3of5", "--seen", "101%"), "more than certain"),
        (("--policy", "3of5", "--absent", "nan"), "a chance is not understood"),
        (("--policy", "3of5", "--years", "0"), "--years"),
        (("--policy", "3of5", "--around", "4"), "--around"),
        (("--policy", "3of5", "--picture", "a.png"), "no format that can be drawn"),
        (("--policy", "3of5", "--picture", "plan.toml"), "no format that can be drawn"),
        (("--policy", "3of5", "--picture", "there.svg"), "there already"),
        (("--policy", "3of5", "--picture", "no/where.pdf"), "does not exist"),
    ],
)
def test_usage_of_risk(folder, arguments, fact):
    (folder / "there.svg").write_text("kept")
    done = plan(folder, "check", "--risk", *arguments, code=2)
    assert fact in done.stderr
    assert done.stdout == ""
    assert (folder / "there.svg").read_text() == "kept"


@pytest.mark.parametrize(("name", "magic"), [("a.svg", b"<svg "), ("a.PDF", b"%PDF-")])
def test_the_picture_is_a_new_private_file(folder, name, magic):
    assert "picture written to" in plan(folder, "check", "--risk", "plan.toml", "--picture", name).stderr
    assert (folder / name).read_bytes().startswith(magic)
    assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600


def test_a_picture_on_a_full_disk_is_an_error_and_leaves_nothing(folder):
    plan(folder, "check", "--risk", "plan.toml", "--picture", "a.svg", code=7,
         preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000)))  # fmt: skip
    assert not (folder / "a.svg").exists()


def test_new_needs_a_terminal(folder):
    done = plan(folder, "new", "new.toml", code=6)
    assert "no terminal" in done.stderr
    assert "docs/guide.md" in done.stderr
    assert not (folder / "new.toml").exists()


@pytest.mark.parametrize("folder", ["practice", "real", ""])
@pytest.mark.parametrize("options", [[], ["--practice"]])
def test_whether_a_plan_is_for_practice_is_asked_only_where_nobody_has_said_so(tmp_path, folder, options):
    """A folder is for rehearsals or for none; and whoever goes back is not asked for it either."""
    place = tmp_path / "custody"
    place.mkdir()
    if folder:
        real = [] if folder == "real" else ["--practice"]
        run("init", "custody", "--name", "Example AG", "--by", "Ada Example", *real, cwd=tmp_path)
    with Session([*COMMAND, "plan", "new", "new.toml", *options], place) as session:
        for question, typed in (
            ("What is the password for?", "Root"),
            ("or several groups?", ""),
            ("keep a sheet?", "3"),
            ("come together?", ""),
            *([] if folder or options else [("for practice alone?\n  yes or no (Enter: no):", "")]),
            ("Leave label and names", "<"),
        ):
            session.until_text(question)
            session.type(f"{typed}\r")
        again = "come together?" if folder or options else "for practice alone?"
        assert session.until(lambda screen: "\n".join(screen.main).count(again) == 2)


def test_new_never_overwrites_and_says_so_before_it_asks(folder):
    before = (folder / "plan.toml").read_bytes()
    with Session([*COMMAND, "plan", "new", "plan.toml"], folder) as session:
        assert session.finish() == 2
        assert "never overwrites" in "\n".join(session.screen.main)
    assert (folder / "plan.toml").read_bytes() == before


@pytest.mark.parametrize("key", ["\x03", "\x04"])
def test_stopping_the_questions_writes_nothing(folder, key):
    with Session([*COMMAND, "plan", "new", "new.toml"], folder) as session:
        session.until_text("What is the password for?")
        session.type("Root\n")
        session.until_text("One circle")
        session.type(key)
        assert session.finish() == 130
        assert "Traceback" not in "\n".join(session.screen.main)
    assert not (folder / "new.toml").exists()


def test_an_envelope_that_is_too_long_is_not_written_until_it_is_shortened(folder):
    with Session([*COMMAND, "plan", "new", "new.toml"], folder) as session:
        for question, answer in (
            ("password for?", "Root"), ("One circle", ""), ("keep a sheet?", ""), ("come together?", ""), ("practice", ""),
            ("off the sheets?", ""), ("Which paper?", ""), ("kind of password?", ""), ("How many char", ""),
            ("User name", "root@example.com"), ("Account to", ""), ("Note to", "n" * 300), ("people now?", "no"),
            ("too long for a sheet", "yes"), ("type a number from 1", "12"), ("keep beside it? (Enter:\n  nnn", "-"),
            ("Type yes", "YES"),
        ):  # fmt: skip
            session.until_text(question)
            session.type(answer + "\n")
        assert session.finish() == 0
    made = parse_plan((folder / "new.toml").read_bytes())
    assert (made.note, made.user, str(made.policy)) == ("", "root@example.com", "3of5")
    assert stat.S_IMODE((folder / "new.toml").stat().st_mode) == 0o600
