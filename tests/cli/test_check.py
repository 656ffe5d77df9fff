"""`check --json`: exactly these keys and types, and every status produced by a real input."""

from __future__ import annotations

import io
import json

import pytest
from PIL import Image

from tests.support.kit import FINGERPRINT, code_picture, fresh_kit, kit, picture, run

KEYS = {
    "set": (str, type(None)),
    "fingerprint": (str, type(None)),
    "practice": (bool, type(None)),
    "label": (str, type(None)),
    "policy": (str, type(None)),
    "sheets": list,
    "missing": list,
    "unproven": list,
    "unsound": list,
    "quorum": bool,
    "anchored": bool,
    "superseded": bool,
    "opens": (bool, type(None)),
    "envelopes": list,
    "notes": list,
}
SHEET_KEYS = {
    "source": str,
    "share": (int, type(None)),
    "group": (str, type(None)),
    "status": str,
    "margin": (float, type(None)),
    "note": str,
    "wear": (str, type(None)),
    "sheet_margin": (float, type(None)),
    "symbols": dict,
}
ENVELOPE_KEYS = {"set": str, "fingerprint": str, "anchored": bool, "shares": int, "quorum": bool}
RECORD = ("--fingerprint", " ".join(FINGERPRINT))


def right_shape(value: dict, keys: dict) -> bool:
    return list(value) == list(keys) and all(isinstance(value[key], kind) for key, kind in keys.items())


def checked(*arguments: str, code: int, stdin: str = "", cwd=None) -> dict:
    """Run check --json and return what it says, its form checked."""
    lines = (kit() / stdin).read_bytes() if stdin else b""
    done = run("check", "--json", *(["-"] if stdin else []), *arguments, cwd=cwd or kit(), stdin=lines)
    assert done.returncode == code, done.stderr
    assert done.stderr == ""
    assert done.stdout.isascii()
    said = json.loads(done.stdout)
    assert right_shape(said, KEYS)
    assert all(right_shape(sheet, SHEET_KEYS) for sheet in said["sheets"])
    assert all(right_shape(envelope, ENVELOPE_KEYS) for envelope in said["envelopes"])
    assert all(isinstance(text, str) for key in ("missing", "unproven", "unsound", "notes") for text in said[key])
    return said


def statuses(said: dict) -> list[str]:
    return [sheet["status"] for sheet in said["sheets"]]


def test_a_sound_sheet_alone_passes_and_nobody_can_tell_whether_the_set_opens():
    said = checked("sheets/share-2-of-5.pdf", code=0)
    assert statuses(said) == ["sound"]
    assert said["sheets"][0]["share"] == 2
    assert said["sheets"][0]["margin"] > 0.5
    assert (said["quorum"], said["opens"], said["anchored"]) == (False, None, False)
    assert said["missing"] == said["unproven"] == ["1", "3", "4", "5"]
    assert said["fingerprint"] == " ".join(FINGERPRINT)
    assert (said["practice"], said["label"], said["policy"]) == (True, "Test", "3of5")


def test_a_quorum_proves_the_absent_sheets_too():
    said = checked(*RECORD, code=0, stdin="three.txt")
    assert statuses(said) == ["sound"] * 3
    assert (said["quorum"], said["opens"], said["anchored"]) == (True, True, True)
    assert said["missing"] == ["3", "4"]
    assert said["unproven"] == said["unsound"] == []
    assert said["envelopes"] == [
        {"set": said["set"], "fingerprint": said["fingerprint"], "anchored": True, "shares": 3, "quorum": True}
    ]


def test_every_status_from_a_real_input():
    found = {
        "sound": (("sheets/share-1-of-5.pdf",), "", 0),
        "claimed": (("sheets/share-1-of-5.pdf", "forged/sheet-3.pdf"), "", 5),
        "duplicate": (("sheets/share-1-of-5.pdf", "sheets/share-1-of-5.pdf"), "", 0),
        "unmatched": (("forged/sheet-3.pdf",), "", 5),
        "forged": (("forged/sheet-3.pdf", *RECORD), "", 5),
        "other-set": (("other/sheet-3.pdf", "--record", "sheets/envelope.sk1"), "", 5),
        "damaged": ((), "damaged.txt", 3),
        "no-envelope": ((), "no-envelope.txt", 0),
        "other-code": (("hostile/code.png",), "", 3),
        "unreadable": (("hostile/text.txt",), "", 3),
    }
    for status, (arguments, stdin, code) in found.items():
        said = checked(*arguments, code=code, stdin=stdin)
        assert status in statuses(said), status
        table = run(
            "check", *arguments, *["-"] * bool(stdin), cwd=kit(), stdin=(kit() / stdin).read_bytes() if stdin else b""
        ).stdout
        assert [row.split()[1] for row in table.splitlines() if row[:1] in "?12345" and row[1:2] == " "] == statuses(
            said
        )
    from splitkit.quorum.verdicts import Status

    assert set(found) == {status.value for status in Status}


def test_a_picture_is_read_like_a_page(tmp_path):
    folder = fresh_kit(tmp_path)
    (folder / "scan.png").write_bytes(picture((folder / "sheets" / "share-4-of-5.pdf").read_bytes()))
    said = checked("scan.png", code=0, cwd=folder)
    assert [(sheet["source"], sheet["share"], sheet["status"]) for sheet in said["sheets"]] == [
        ("scan.png", 4, "sound")
    ]


@pytest.mark.parametrize(
    ("arguments", "stdin", "code"),
    [
        (["--quorum"], "two.txt", 4),
        (["--quorum"], "three.txt", 0),
        (["--quorum"], "damaged.txt", 3),
        (["--quorum", *RECORD], "forged.txt", 5),
        (["hostile/text.txt"], "three.txt", 3),
        (["hostile/text.txt", *RECORD], "forged-too.txt", 5),
        ([*RECORD], "real.txt", 5),
        (["hostile/empty.png"], "", 3),
    ],
)
def test_exit_codes_five_beats_three_beats_four(arguments, stdin, code):
    checked(*arguments, code=code, stdin=stdin)


def test_the_forger_of_a_set_that_opens_is_named_and_the_set_still_opens():
    said = checked(*RECORD, code=5, stdin="forged-too.txt")
    assert [(sheet["share"], sheet["status"]) for sheet in said["sheets"]] == [
        (1, "sound"),
        (2, "sound"),
        (3, "forged"),
        (4, "sound"),
    ]
    assert said["opens"] is True


def test_an_envelope_that_breaks_the_format_is_said_and_is_an_error(tmp_path):
    said = checked(code=3, stdin="bad-envelope.txt")
    assert statuses(said) == ["no-envelope", "unreadable"]
    assert said["notes"] == ["line 2: the envelope breaks the rules of the format"]
    (tmp_path / "page.png").write_bytes(two_codes(*(kit() / "bad-envelope.txt").read_text().splitlines()))
    said = checked("page.png", code=3, cwd=tmp_path)
    assert statuses(said) == ["no-envelope"], "the share is whole, and the page is still not in order"
    assert said["notes"] == ["page.png: the envelope breaks the rules of the format"]


def two_codes(share: str, envelope: str) -> bytes:
    """A page with a share and an envelope on it."""
    codes = [Image.open(io.BytesIO(code_picture(text))).convert("L") for text in (share.upper(), envelope)]
    page = Image.new("L", (sum(code.width for code in codes), max(code.height for code in codes)), 255)
    page.paste(codes[0], (0, 0))
    page.paste(codes[1], (codes[0].width, 0))
    page.save(out := io.BytesIO(), "PNG")
    return out.getvalue()


def test_groups_are_named(tmp_path):
    from splitkit.quorum.textform import symbol_text
    from tests.support.builders import made

    of = made("2 of: A 2of3, B 1of1", label="Groups")
    lines = "\n".join([of.share("A2").mnemonic, of.share("B1").digits, symbol_text(of.envelope.raw)])
    done = run("check", "-", "--json", cwd=tmp_path, stdin=lines)
    said = json.loads(done.stdout)
    assert [(sheet["group"], sheet["share"]) for sheet in said["sheets"]] == [("A", 2), ("B", 1)]
    assert said["missing"] == ["A1", "A3"]


def test_json_holds_no_share_and_no_secret():
    text = run("check", "--json", "sheets", *RECORD, cwd=kit()).stdout
    words = (kit() / "one.txt").read_text().split()[:33]
    assert " ".join(words[4:8]) not in text
    assert "Correct" not in text


PICTURES = ("picture", "photo", "scan the", "scan a", "flat", "light", "--type")


@pytest.mark.parametrize("spoilt", ["damaged", "too few", "a line", "a letter", "no envelope", "nothing of ours"])
def test_who_typed_is_told_what_to_type(spoilt):
    """And nothing of pictures, which nobody took."""
    words = (kit() / "one.txt").read_text().split("\n")[0].split()
    lines = {
        "damaged": [" ".join(["academic", *words[1:31], "acid", "acid"])],
        "too few": [" ".join(words[:30])],
        "a line": ["01/11 AAAA AAAA"],
        "a letter": ["SK1:A!"],
        "no envelope": [" ".join(words[:33])],
        "nothing of ours": ["hello there"],
    }[spoilt]
    for command in (["check", "-"], ["recover", "-", "--override", "no-record", "--reason", "a test"]):
        done = run(*command, cwd=kit(), stdin="\n".join(lines).encode())
        told = [line for line in done.stderr.splitlines() if line.startswith("hint:")]
        assert told, done.stderr
        assert not [
            line for line in told if any(word in line.replace("scan a whole sheet, type", "") for word in PICTURES)
        ]
