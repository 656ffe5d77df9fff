"""Hostile and unlucky command lines: each ends with the exit code it owes, in words, and quotes nothing it was given."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.builders import PASSWORD
from tests.support.kit import COMMAND, FINGERPRINT, PUBLIC, environment, fresh_kit, kit, overrule, run
from tests.support.sampling import sampled
from tests.support.terminals import Session

NEVER = "hunter2-Hunter2-hunter2"
"""Typed where it does not belong; it must come back nowhere."""

SPLIT = ("split", "--practice", "--label", "Test", "--policy", "2of3")


def typed(name: str) -> bytes:
    """Lines of the kit, as a scanner types them."""
    return (kit() / f"{name}.txt").read_bytes()


def refused(done: subprocess.CompletedProcess, code: int) -> str:
    """Check the form of a refusal: the code, one fact, one hint, nothing else; return the fact."""
    assert done.returncode == code, done.stderr
    assert not done.stdout
    assert "Traceback" not in done.stderr
    assert NEVER not in done.stderr
    assert PASSWORD not in done.stderr
    told = [line for line in done.stderr.splitlines() if not line.startswith(("warning: ", "note: ", "self-check: "))]
    fact, hint = told[-2:]
    assert fact.startswith("error: ")
    assert hint.startswith("hint: ")
    assert len(hint) > len("hint: ")
    return fact.removeprefix("error: ")


# --- secrets that do not belong on a command line ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        [NEVER],
        [f"--{NEVER}"],
        ["split", f"--password={NEVER}", "--out", "x"],
        ["split", "--password", NEVER, "--out", "x"],
        ["split", f"--secret={NEVER}", "--out", "x"],
        [*SPLIT, "--out", "x", "--length", NEVER],
        ["split", NEVER, NEVER, "--out", "x"],
        ["split", NEVER, "--out", "x"],
        ["split", "--policy", NEVER, "--label", "x", "--out", "x"],
        ["recover", "--reveal", NEVER, "x"],
        ["recover", "--fingerprint", NEVER, "x", "--reveal", "stdout"],
        ["check", f"-{NEVER}"],
    ],
)
def test_what_is_typed_in_the_wrong_place_is_not_repeated(arguments, tmp_path):
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert refused(done, 2)
    assert not list(tmp_path.iterdir())


def test_the_environment_gives_no_secret_and_no_option(tmp_path):
    names = (
        "PASSWORD",
        "SECRET",
        "SPLITKIT_SECRET",
        "SPLITKIT_PASSWORD",
        "SPLITKIT_SPLIT_SECRET",
        "SPLITKIT_SPLIT_OUT",
    )
    env = environment(**dict.fromkeys(names, NEVER))
    assert refused(run(*SPLIT, cwd=tmp_path, env=env), 2) == "--out is missing"


# --- options that are misread ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "fact"),
    [
        ([], "no command was given"),
        (["splti"], "there is no such command; did you mean split?"),
        ([*SPLIT, "--out", "x", "--policy", "3of5"], "an option was given twice"),
        ([*SPLIT, "--out", "x", "--out", "y"], "an option was given twice"),
        ([*SPLIT, "--out", "x", "--practice"], "an option was given twice"),
        (["recover", "x", "--record", "a", "--record", "b"], "an option was given twice"),
        (["check", "x", "--json", "--json"], "an option was given twice"),
        (["split", "--prac"], "there is no such option"),
        (["split", "--pol", "3of5", "--out", "x"], "there is no such option"),
        (["split", "--out"], "the command line is not understood"),
        (["split", "--label", "x", "--out", "x"], "neither a plan nor --policy and --label were given"),
        (["split", "--policy", "2of3", "--out", "x"], "neither a plan nor --policy and --label were given"),
        ([*SPLIT, "--out", "x", "--length", "0"], "the value of --length is not one it can have"),
        ([*SPLIT, "--out", "x", "--length", "2.0"], "the value of --length is not one it can have"),
        ([*SPLIT, "--out", "x", "--length", "5"], "5 characters of profile aws-root are weaker than 128 bits"),
        ([*SPLIT, "--out", "x", "--paper", "a3"], "the value of --paper is not one it can have: choose a4, letter"),
        (["recover"], "no sheet was named"),
        (["recover", "-", "-", "--reveal", "stdout"], "'-' is given twice"),
        (
            ["recover", "x", *overrule("no-record"), "--override", "superseded"],
            "each --override takes one --reason, and is given once",
        ),
        (["recover", "x", *overrule("superseded", " ")], "an override has no reason"),
        (["recover", "x", *overrule("no-record"), *overrule("no-record")], "each --override takes one --reason"),
        (["recover", "x", *overrule("disk")], "the value of --override is not one it can have: choose no-record, "),
        (
            ["check", "-", "--record", "x", "--fingerprint", " ".join(FINGERPRINT)],
            "--fingerprint and --record were both given",
        ),
        (["check", ""], "the file or folder that was named does not exist"),
        (["demo", "now"], "the command line is not understood"),
        (["demo", "--out", "no/such/folder"], "the folder above the destination 'no/such/folder' does not exist"),
    ],
)
def test_misread_options_are_refused(arguments, fact, tmp_path):
    assert refused(run(*arguments, cwd=tmp_path), 2).startswith(fact)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "policy",
    ["1of3", "0of3", "-1of3", "4of3", "3of17", "2.0of3", "Trueof3", "\uff13of5", "+3of5", "1_0of16", "3of", "", " ", "3 5",
     "2 of: A 2of3, a 2of3", "3 of: A 2of3, B 2of3", "1 of: A 1of1, B 2of3", "2 of: A 16of16, B 16of16, C 2of2", "9999of9999"],
)  # fmt: skip
def test_policies_that_make_no_sense(policy, tmp_path):
    refused(run("split", "--policy", policy, "--label", "x", "--practice", "--out", "x", cwd=tmp_path), 2)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "label",
    ["a\x1b[2Jb", "a\x9bb", "a\u202eb", "a\u200bb", "a\nb", "a\tb", "x" * 65, "\u00e9" * 33, "x" * 10_000, "\ud83d"],
    ids=repr,
)  # fmt: skip
def test_labels_that_could_mislead(label, tmp_path):
    text = label.encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape")
    done = run("split", "--policy", "2of3", "--label", text, "--practice", "--out", "x", cwd=tmp_path)
    refused(done, 2)
    assert label not in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_label_names_no_file(tmp_path):
    work = tmp_path / "work"
    work.mkdir()
    done = run("split", "--policy", "2of2", "--label", "../../x; touch y", "--practice", "--out", "made", cwd=work)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in tmp_path.rglob("*")} == {
        *("work", "made", "share-1-of-2.pdf", "share-2-of-2.pdf", *PUBLIC),
    }


def test_a_label_in_another_script_is_kept(tmp_path):
    label = "\u6839\u5e10\u6237 \u041f\u0430\u0440\u043e\u043b\u044c"
    done = run("split", "--policy", "2of2", "--label", label, "--practice", "--out", "made", cwd=tmp_path)
    if done.returncode:  # no font here has these letters: said before anything is written
        refused(done, 2)
        assert not (tmp_path / "made").exists()
    else:
        assert label in run("check", "made", cwd=tmp_path).stdout


# --- destinations ----------------------------------------------------------------------------------------------------


def test_destinations_that_are_refused(tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "precious").write_text("precious")
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "empty")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "file").write_text("file")
    before = sorted(tmp_path.rglob("*"))
    for out in ("full", "link", "dangling", "file", "file/below", "no/such", ".", "..", "", "/", "empty/..", "/etc/passwd", "/dev/null", "full/precious"):  # fmt: skip
        assert refused(run(*SPLIT, "--out", out, cwd=tmp_path), 2), out
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "full" / "precious").read_text() == "precious"


def test_an_empty_folder_may_be_filled(tmp_path):
    (tmp_path / "made").mkdir(mode=0o777)
    assert run(*SPLIT, "--out", "made", cwd=tmp_path).returncode == 0
    assert modes(tmp_path / "made") == {0o700, 0o600}


def modes(folder: Path) -> set[int]:
    return {stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.iterdir()]}


def test_files_are_private_whatever_the_umask(tmp_path):
    for mask in (0o000, 0o777):
        name = f"made-{mask:o}"
        done = run(*SPLIT, "--out", name, cwd=tmp_path, altered=f"import os; os.umask({mask})")
        assert done.returncode == 0, done.stderr
        assert modes(tmp_path / name) == {0o700, 0o600}


def test_a_folder_with_escapes_in_its_name_is_not_made(tmp_path):
    done = run(*SPLIT, "--out", "a\x1b[2Jb", cwd=tmp_path)
    assert done.returncode == 2
    assert "\x1b" not in done.stderr + done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_production_set_does_not_go_to_a_disk(tmp_path):
    arguments = ("split", "--label", "Test", "--policy", "2of3", "--out", "made")
    in_memory = Path("/dev/shm").is_dir() and str(tmp_path).startswith("/dev/shm")
    if in_memory:
        pytest.skip("the tests themselves run in memory")
    assert (
        refused(run(*arguments, cwd=tmp_path), 6)
        == "the sheets may not lie on a disk, which keeps what was written to it"
    )
    assert not list(tmp_path.iterdir())
    assert run(*arguments, *overrule("disk"), cwd=tmp_path).returncode == 0


# --- plans -----------------------------------------------------------------------------------------------------------

PLAN = 'policy = "2of3"\nlabel = "Test"\npractice = true\n'
THREE = '[[custodian]]\nname = "{}"\n[[custodian]]\nname = "{}"\n[[custodian]]\nname = "{}"\n'


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        (PLAN + 'policy = "2of2"\n', "the plan is not valid TOML"),
        (PLAN + f"{NEVER}\n", "the plan is not valid TOML"),
        (PLAN + f'password = "{NEVER}"\n', "the plan has a key that splitkit does not know"),
        (PLAN + "threshold = 1\n", "the plan has a key that splitkit does not know"),
        (PLAN + THREE.format("Ada", "Ben", "ada "), "one person is named twice"),
        (PLAN + THREE.format("Ada", "Ben", "\uff21da"), "one person is named twice"),
        (PLAN + THREE.format("Ada", "Ben", ""), "a custodian has no name"),
        (PLAN + THREE.format("Ada", "Ben", "x" * 49), "a custodian has no name, or a name"),
        (PLAN + THREE.format("Ada", "Ben", "\\u202eCleo"), "the name of a custodian holds a character that cannot be printed"),
        (PLAN + '[[custodian]]\nname = "Ada"\n', "the plan names 1 custodians for 3 sheets"),
        (PLAN + 'custodian = ["Ada", "Ben", "Cleo"]\n', "custodians are not given as tables"),
        (PLAN + 'length = "24"\n', "'length' in the plan is of the wrong kind"),
        (PLAN + "length = true\n", "'length' in the plan is of the wrong kind"),
        (PLAN + 'paper = "/dev/sda"\n', "the paper size is neither a4 nor letter"),
        (PLAN + 'profile = "../../etc"\n', "there is no such password profile"),
        (PLAN + 'out = "/dev/sda"\n', "the plan has a key that splitkit does not know"),
        (PLAN + "created = 9999-12-31T00:00:00+99:00\n", "the plan is not valid TOML"),
        (PLAN + "created = 9999-12-31\n", "the plan has a key that splitkit does not know"),
        ("!!python/object/apply:os.system ['touch x']\n", "the plan is not valid TOML"),
        ('{"policy": "2of3"}\n', "the plan is not valid TOML"),
        ('label = "x"\n', "the plan names no policy"),
        ('policy = "2of3"\nlabel = 3\n', "'label' in the plan is of the wrong kind"),
        ("a" * 70_000, "the file"),
        (b"\xff\xfe\x00", "the plan is not UTF-8 text"),
        ("x = " + "[" * 5_000, "the plan is"),
        ("", "the plan names no policy"),
    ],
)  # fmt: skip
def test_plans_that_are_refused(text, fact, tmp_path):
    from splitkit.errors import UsageError
    from splitkit.host.files import read_file
    from splitkit.plan.document import parse_plan
    from splitkit.secret.profiles import find_profile

    (tmp_path / "plan.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UsageError) as error:  # the same path as `split PLAN`, without a process for each
        plan = parse_plan(read_file(str(tmp_path / "plan.toml"), 65_536))
        find_profile(plan.profile, plan.length)
    assert error.value.fact.startswith(fact)
    assert NEVER not in error.value.fact + error.value.hint


def test_a_hostile_plan_on_the_command_line(tmp_path):
    (tmp_path / "plan.toml").write_text(PLAN + f'password = "{NEVER}"\n')
    refused(run("split", "plan.toml", "--out", "made", cwd=tmp_path), 2)
    refused(run("split", "plan.toml", "--out", "made", "--user", "x", cwd=tmp_path), 2)
    refused(run("split", ".", "--out", "made", cwd=tmp_path), 2)
    refused(run("split", "/dev/zero", "--out", "made", cwd=tmp_path), 2)
    assert not (tmp_path / "made").exists()


def test_a_named_pipe_is_no_plan_and_nobody_waits_for_it(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    refused(run("split", "pipe", "--out", "made", cwd=tmp_path), 2)
    assert "not a regular file" in run("check", "pipe", cwd=tmp_path).stdout


# --- secrets from standard input -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("piped", "profile", "fact"),
    [
        (b"", "generic", "the secret is empty"),
        (b"\n", "generic", "the secret is empty"),
        (NEVER.encode() + b"\n\n", "generic", "the secret holds a control character"),
        (NEVER.encode() + b"\x00", "generic", "the secret holds a control character"),
        (NEVER.encode() + b"\x1b[2J", "generic", "the secret holds a control character"),
        (b"\xff" + NEVER.encode(), "generic", "the secret is not UTF-8 text"),
        (b"\xed\xa0\x80" + NEVER.encode(), "generic", "the secret is not UTF-8 text"),
        (NEVER.encode() * 200, "generic", "the secret is longer than 4096 bytes"),
        (NEVER.encode() * 40, "generic", ""),
        (NEVER.encode() * 6, "aws-root", "AWS wants a root password of 8 to 128 characters"),
        (NEVER.encode() + "\u00e9".encode(), "aws-root", "the password holds a character that AWS does not list"),
        (b"hunter2hunter2", "aws-root", "AWS wants three of"),
    ],
)
def test_secrets_that_are_refused(piped, profile, fact, tmp_path):
    done = run(*SPLIT, "--out", "made", "--secret", "stdin", "--profile", profile, cwd=tmp_path, stdin=piped)
    assert refused(done, 2).startswith(fact)
    assert not list(tmp_path.iterdir())


SECRETS = [
    " lead and trail \u00e9\u6839\U0001f511 $(rm -rf)`'\"\\%s{} ",
    "x",
    " lead and trail ",
    "\u00e9\u6839\U0001f511",
    "$(rm -rf)`'\"\\%s{}",
]


@pytest.mark.parametrize("secret", sampled(SECRETS, 0, always=SECRETS[:2]))
def test_secrets_come_back_byte_for_byte(secret, tmp_path):
    done = run(
        *SPLIT, "--out", "made", "--secret", "stdin", "--profile", "generic", cwd=tmp_path, stdin=secret + "\r\n"
    )
    assert done.returncode == 0, done.stderr
    env = environment(PYTHONIOENCODING="ascii", LC_ALL="C")
    quorum = ("made/share-1-of-3.pdf", "made/share-2-of-3.pdf", "--record", "made/envelope.sk1")
    assert run("recover", *quorum, "--practice", "--reveal", "stdout", cwd=tmp_path, env=env).stdout == secret + "\n"


# --- streams ---------------------------------------------------------------------------------------------------------


def shell(script: str, cwd: Path) -> subprocess.CompletedProcess:
    """Run *script* in sh, with `splitkit` as a word for the command under test."""
    command = f'splitkit() {{ {" ".join(COMMAND)} "$@"; }}\n'
    return subprocess.run(
        ["/bin/sh", "-c", command + script], cwd=cwd, env=environment(), capture_output=True, text=True, check=False
    )


RECOVER = "recover - --practice --record sheets/envelope.sk1 --reveal stdout < three.txt"
RESULTS = ["--version", "--help", "split --help", "check - < one.txt", "check - --json < one.txt", RECOVER]
LOST = {"full": "> /dev/full", "closed": ">&-", "unread": "| true"}


@pytest.mark.parametrize(
    "case",
    sampled(
        [(arguments, lost) for arguments in RESULTS for lost in LOST],
        0,
        always=[
            (RESULTS[1], "full"),
            (RESULTS[4], "full"),
            (RESULTS[2], "unread"),
            *((RECOVER, lost) for lost in LOST),
        ],
        ids=" ".join,
    ),
)
def test_a_result_that_cannot_be_written_is_a_failure(case):
    arguments, lost = case
    script = f"splitkit {arguments} {LOST[lost]}; echo $? >&2"
    if lost == "unread":  # the reader is gone before a word is written
        script = f"(sleep 0.7; splitkit {arguments}; echo $? >&2) {LOST[lost]}"
    done = shell(script, kit())
    *told, code = done.stderr.splitlines()
    assert code == "7", done.stderr
    if lost == "unread" and arguments != RECOVER:  # such as 'head', which has had enough
        assert not told
    else:
        assert told[-2].startswith("error: ") and told[-1].startswith("hint: ")
    assert "Exception ignored" not in done.stderr
    assert "Traceback" not in done.stderr
    assert PASSWORD not in done.stderr


def test_closed_standard_input_and_error(tmp_path):
    done = shell("splitkit check sheets/share-1-of-5.pdf <&-; echo $?", kit())
    assert done.stdout.splitlines()[-1] == "0"
    done = shell("splitkit check nowhere 2>&-; echo $?", kit())
    assert (done.stdout, done.stderr) == ("2\n", "")
    done = shell('splitkit split --policy 2of2 --label x --practice --out "$OUT" <&- 2>&-; echo $?'.replace('"$OUT"', str(tmp_path / "made")), kit())  # fmt: skip
    assert done.stdout.splitlines()[-1] == "0"
    for path in (tmp_path / "made").iterdir():  # no file got the number of a closed stream, and talk with it
        assert b"self-check:" not in path.read_bytes()


# --- terminals -------------------------------------------------------------------------------------------------------


def test_without_a_terminal_the_screen_is_refused_before_anything_is_read(tmp_path):
    done = run("recover", "nowhere", "--record", "nowhere", cwd=tmp_path)
    assert refused(done, 6) == "there is no terminal to talk to"
    done = run(*SPLIT, "--secret", "prompt", "--out", "made", cwd=tmp_path, stdin=PASSWORD)
    assert refused(done, 6) == "there is no terminal to talk to"
    done = run(*SPLIT, "--dice", "--out", "made", cwd=tmp_path, stdin="123456" * 10)
    assert refused(done, 6) == "there is no terminal to talk to"
    assert not list(tmp_path.iterdir())


def test_without_a_terminal_nobody_is_asked(tmp_path):
    done = run("recover", "-", "--practice", "--reveal", "stdout", cwd=kit(), stdin=typed("three"))
    assert refused(done, 6) == "nobody can be asked for the fingerprint here"


def test_the_screen_never_goes_to_a_pipe():
    """--reveal screen with standard output in a pipe: the secret goes to the terminal itself, and nothing to the pipe."""
    read, write = os.pipe()
    sheets = [f"sheets/share-{number}-of-5.pdf" for number in "135"]
    command = [*COMMAND, "recover", *sheets, "--practice", "--record", "sheets/envelope.sk1"]
    with Session(command, kit(), stdout=write) as session:
        os.close(write)
        session.until_text("SECRET")
        session.type("x")
        assert session.finish() == 0
        assert os.read(read, 1000) == b""
    os.close(read)


# --- scans -----------------------------------------------------------------------------------------------------------

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")


def test_hostile_scans_are_named_and_never_obeyed(tmp_path):
    folder = fresh_kit(tmp_path)
    (folder / "hostile" / "a\x1b[2J\nb.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "hostile" / "loop").symlink_to(folder / "hostile")
    done = run("check", "hostile", "--all", cwd=folder)
    assert done.returncode == 3
    assert not CONTROL.search(done.stdout + done.stderr)
    assert NEVER not in done.stdout + done.stderr
    assert "hunter2" not in done.stdout + done.stderr
    assert len(re.findall("unreadable|other-code", done.stdout)) == len(list((folder / "hostile").iterdir()))
    done = run("recover", "hostile", "--practice", *overrule("no-record"), "--reveal", "stdout", cwd=folder)
    refused(done, 3)


def test_a_missing_file_stops_before_the_others_are_read():
    assert (
        refused(run("check", "sheets", "nowhere.pdf", cwd=kit()), 2)
        == "the file or folder 'nowhere.pdf' does not exist"
    )


NAMES_A_FILE = {
    "check": "check {}", "recover": "recover --reveal stdout - --record {}", "plan": "plan check {}", "split": "split {} --out new", "seal": "seal {} --to x --out new",
    "recipient": "seal sheets/record.pdf --to {} --out new", "open": "open --ledger {} --sealed x --purpose x --out new sheets", "verify": "ledger verify {}", "show": "ledger show {}",
    "status": "status {}", "audit": "audit {} --out new", "pack": "packs check {}", "paper": "papers board {} --out new.pdf",
    "rehearsal": "papers register --ledger {} --out new.pdf", "drill": "ceremony drill sheets/sheet-1.pdf --practice --ledger {}",
}  # fmt: skip
"""A command line for each way in which a file is named."""


@pytest.mark.parametrize("way", NAMES_A_FILE)
def test_whatever_is_wrong_with_a_file_its_name_is_said(way):
    def of(name):
        return run(*[word.replace("{}", name) for word in NAMES_A_FILE[way].split()], cwd=kit(), stdin="")

    assert "nowhere.pdf" in refused(of("nowhere.pdf"), 2)


@pytest.mark.parametrize("way", NAMES_A_FILE)
def test_a_share_that_was_pasted_in_the_place_of_a_file_is_never_quoted(way):
    share = " ".join(["academic"] * 33)
    done = run(*[share if word == "{}" else word for word in NAMES_A_FILE[way].split()], cwd=kit(), stdin="")
    refused(done, 2)
    assert "academic" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("record", "code", "fact"),
    [
        ("nowhere", 2, "the file that was named does not exist"),
        ("sheets", 2, "the file 'sheets' is not a regular file"),
        ("hostile/empty.png", 3, "the record holds no envelopes"),
        ("hostile/text.txt", 3, "the record holds no envelopes"),
        ("hostile/packed.zip", 3, "the record holds no envelopes"),
        ("hostile/code.png", 3, "the record holds no envelopes"),
        ("hostile/secret.pdf", 3, "the record holds no envelopes"),
        ("other/envelope.sk1", 5, "none of these sheets belongs to the set of your record"),
        ("other/sheet-3.pdf", 2, "what was given as the record is a sheet"),
    ],
)
def test_records_that_are_refused(record, code, fact):
    arguments = ("recover", "-", "--practice", "--record", record, "--reveal", "stdout")
    done = run(*arguments, cwd=kit(), stdin=typed("three"))
    assert refused(done, code).startswith(fact)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("one", 4),
        ("two", 4),
        ("three", 0),
        ("forged", 5),
        ("forged-too", 0),
        ("damaged", 3),
        ("no-envelope", 3),
        ("real", 5),
    ],
)
def test_recover_exits_as_it_must(name, code):
    arguments = ("recover", "-", "--practice", "--fingerprint", " ".join(FINGERPRINT), "--reveal", "stdout")
    done = run(*arguments, cwd=kit(), stdin=typed(name))
    assert done.returncode == code, done.stderr
    assert done.stdout == (PASSWORD + "\n" if code == 0 else "")
    assert PASSWORD not in done.stderr
    if name == "forged-too":
        assert re.search(r"^3 +forged +line 3$", done.stderr, re.MULTILINE)


def test_no_traceback_even_for_a_mistake_of_the_program(monkeypatch, capsys):
    from splitkit.cli import main

    def broken(*_: object) -> int:
        raise ZeroDivisionError(NEVER)

    monkeypatch.setattr(main, "_invoke", broken)
    assert main.run([]) == 1
    told = capsys.readouterr().err
    assert re.fullmatch(r"error: internal error: ZeroDivisionError at test_hostile.py:\d+\nhint: .+\n", told)


@pytest.mark.parametrize("error", [MemoryError, RecursionError])
def test_too_little_memory_is_said(error, monkeypatch, capsys):
    from splitkit.cli import main

    def broken(*_: object) -> int:
        raise error(NEVER)

    monkeypatch.setattr(main, "_invoke", broken)
    assert main.run([]) == 7
    assert capsys.readouterr().err.startswith("error: this machine ran out of memory\nhint: ")


SLOW = """
import sys, time
from splitkit.cli import main, split
quick = split.progress
def progress(total, doing):
    tick = quick(total, doing)
    return lambda: (tick(), time.sleep(600))
split.progress = progress
sys.exit(main.run(sys.argv[1:]))
"""
"""The command line, which takes long between two pages: however busy a machine is, people are in time."""


def test_stopped_by_ctrl_c_while_it_works(tmp_path):
    command = [sys.executable, "-c", SLOW, "split", "--policy", "2of3", "--label", "x", "--practice", "--out", "made"]
    with Session(command, tmp_path) as session:
        session.until_text("pages: 1 of 4")
        session.type("\x03")
        assert session.finish() == 130
        assert session.screen.main[-3:-1] == [
            "error: stopped by the operator",
            "hint: what was not reported as done has not been done",
        ]
    assert not list(tmp_path.iterdir())
