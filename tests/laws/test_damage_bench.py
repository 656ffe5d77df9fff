"""The bench of damaged sheets: same seed, same picture; and what it says about a picture is true."""

from __future__ import annotations

import io
import random

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from benchmarks.damage import chart, generate, registry, report, sheets
from benchmarks.damage import wear_folds as folds
from benchmarks.damage import wear_marks as marks
from benchmarks.damage.generate import sample
from benchmarks.damage.ladder import TREATMENTS, settled, treated
from benchmarks.damage.page import Page
from benchmarks.damage.readers import Splitkit, Zxing, ZxingRetries
from benchmarks.damage.truth import lost_by_block, visibility, within_bound
from splitkit.paper.rescue import codewords
from tests.support.paper.rescues import codewords_of
from tests.support.sampling import sampled


@pytest.fixture(scope="module")
def sheet():
    return sheets.bench_sheet(0, 0)


@pytest.fixture(scope="module")
def clean():
    return sample("JPEG quality", 1, 0)


# --- The list of scenarios


def test_there_are_at_least_forty_scenarios_in_every_family():
    counted = [one for one in registry.SCENARIOS.values() if one.family != "promise"]
    assert len(counted) >= 40
    assert {one.family for one in registry.SCENARIOS.values()} == set(registry.FAMILIES)


def test_held_out_seeds_are_apart_from_those_for_tuning():
    assert not set(generate.TUNING_SEEDS) & set(generate.HELD_OUT_SEEDS)
    assert sheets.bench_sheet(0, 0).texts["words"] != sheets.bench_sheet(0, 1).texts["words"]


def test_the_sheets_cover_both_papers_and_every_version_of_envelope():
    made = [sheets.bench_sheet(plan, 0) for plan in range(sheets.PLANS)]
    assert {one.paper.value for one in made} == {"a4", "letter"}
    assert {one.symbols["envelope"].version for one in made} == {11, 13, 15, 17}
    assert len({text for one in made for text in one.texts.values()}) == 3 * sheets.PLANS


# --- Determinism


@pytest.mark.parametrize(
    ("name", "severity"),
    [("coarse scan", 4), *(pytest.param(name, 4, marks=pytest.mark.long) for name in ("webcam 640x480", "fax"))],
)
def test_the_same_names_give_the_same_picture(name, severity):
    one, other = sample(name, severity, 1), sample(name, severity, 1)
    assert one.data == other.data
    assert one.data != sample(name, severity, 2).data
    assert all((one.truth[key].lost == other.truth[key].lost).all() for key in one.truth)


# --- Codewords and blocks


def _multiply(one, other):
    product = 0
    while other:
        product ^= one * (other & 1)
        one = one << 1 ^ (0x11D if one & 0x80 else 0)
        other >>= 1
    return product


def _is_codeword(block, check):
    root = 1
    for _ in range(check):
        value = 0
        for byte in block:
            value = _multiply(value, root) ^ byte
        if value:
            return False
        root = _multiply(root, 2)
    return True


def _bits(blocks, check):
    return "".join(f"{byte:08b}" for block in blocks for byte in block[: len(block) - check])


def _alphanumeric(bits, length):
    letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
    text = ""
    for start in range(0, length // 2 * 11, 11):
        pair = int(bits[start : start + 11], 2)
        text += letters[pair // 45] + letters[pair % 45]
    if length % 2:
        start = length // 2 * 11
        text += letters[int(bits[start : start + 6], 2)]
    return text


@pytest.mark.parametrize("plan", [0, 2, 3, 5])
def test_every_block_of_a_known_symbol_is_a_codeword_and_spells_its_text(plan):
    for symbol in sheets.bench_sheet(plan, 0).symbols.values():
        places = codewords.codeword_map(symbol.version, symbol.level)
        blocks = codewords_of(symbol.modules, places)
        assert all(_is_codeword(block, places.check) for block in blocks)
        bits = _bits(blocks, places.check)
        if symbol.name == "digits":
            assert int(bits[4:14], 2) == 132
            groups = [f"{int(bits[start : start + 10], 2):03d}" for start in range(14, 14 + 440, 10)]
            assert "".join(groups) == symbol.text
        else:
            count = 9 if symbol.version < 10 else 11
            assert int(bits[4 : 4 + count], 2) == len(symbol.text)
            assert _alphanumeric(bits[4 + count :], len(symbol.text)) == symbol.text


@pytest.mark.parametrize(("version", "level"), sorted(codewords.BLOCKS))
def test_the_map_uses_every_module_once(version, level):
    places = codewords.codeword_map(version, level)
    used = places.codeword[places.codeword >= 0]
    assert (np.bincount(used) == 8).all()
    assert (places.codeword == codewords.REMAINDER).sum() == {6: 7, 15: 3, 17: 3, 30: 3}.get(version, 0)
    assert codewords.function_modules(version).sum() == (places.codeword == codewords.FUNCTION).sum()


def test_as_many_codewords_may_be_lost_as_a_block_has_checks(sheet):
    symbol = sheet.symbols["digits"]
    places = codewords.codeword_map(symbol.version, symbol.level)
    of_first = np.flatnonzero(places.block == 0)
    lost = np.isin(places.codeword, of_first[: places.check])
    assert within_bound(places, lost)
    assert lost_by_block(places, lost).tolist() == [places.check, 0, 0, 0]
    assert not within_bound(places, np.isin(places.codeword, of_first[: places.check + 1]))
    one_module = np.zeros_like(lost)
    one_module[20, 20] = True
    assert lost_by_block(places, one_module).sum() == 1


def test_the_library_agrees_about_blocks(sheet):
    symbol = sheet.symbols["digits"]
    places = codewords.codeword_map(symbol.version, symbol.level)
    dice = random.Random(7)
    for wrong, readable in ((places.check // 2, True), (places.check // 2 + 1, False)):
        modules = symbol.modules.copy()
        for codeword in dice.sample(np.flatnonzero(places.block == 2).tolist(), wrong):
            modules ^= (places.codeword == codeword) & (places.bit == dice.randrange(8))
        image = Image.fromarray(np.pad(np.where(modules, 0, 255).astype(np.uint8), 4, constant_values=255))
        found = zxingcpp.read_barcodes(image.resize((490, 490), Image.Resampling.NEAREST))
        assert [code.text for code in found] == ([symbol.text] if readable else [])


# --- Truth


def _job(sheet):
    return registry.Job(1, 0, sheet, sheet, np.random.default_rng(1))


def test_a_hole_hides_the_modules_in_it(sheet):
    job, symbol = _job(sheet), sheet.symbols["words"]
    page = job.page(100)
    place = symbol.place
    folds.hole(page, place.x + place.size / 2, place.y + place.size / 2, 10.0)
    seen = visibility(registry.scan_shot(job, page, 100), symbol)
    row, column = np.indices(seen.hidden.shape)
    distance = np.hypot(row + 0.5 - symbol.size / 2, column + 0.5 - symbol.size / 2) * symbol.module_mm
    assert seen.hidden[distance < 4].all()
    assert not seen.hidden[distance > 6].any()
    assert not visibility(registry.scan_shot(job, page, 100), sheet.symbols["digits"]).hidden.any()


def test_a_label_over_the_left_half_hides_the_left_half(sheet):
    job, symbol = _job(sheet), sheet.symbols["digits"]
    page = job.page(100)
    left, top, width, height = page.box(symbol)
    marks.label(page, (left, top, width / 2, height), 0.0, marks.LABEL)
    seen = visibility(registry.scan_shot(job, page, 100), symbol)
    assert seen.hidden[:, : symbol.size // 2].all()
    assert not seen.hidden[:, symbol.size // 2 + 1 :].any()
    assert seen.within_bound is within_bound(codewords.codeword_map(6, "H"), seen.hidden)


def test_a_stain_hides_as_much_as_it_says(sheet):
    job, symbol = _job(sheet), sheet.symbols["words"]
    page = job.page(100)
    marks.opaque_stain(page, job.rng, page.box(symbol), 0.3, marks.MARKER)
    assert visibility(registry.scan_shot(job, page, 100), symbol).hidden.mean() == pytest.approx(0.3, abs=0.02)


def test_even_fading_is_no_loss_until_nothing_is_left(sheet):
    for amount, lost in ((0.7, 0.0), (0.985, 1.0)):
        page = _job(sheet).page(100)
        page.fade(page.all(), np.float32(amount))
        shot = registry.scan_shot(_job(sheet), page, 100)
        assert visibility(shot, sheet.symbols["words"]).hidden.mean() == lost


def test_what_is_too_small_to_tell_is_lost_but_not_hidden():
    seen = sample("coarse scan", 1, 0).truth["words"]
    assert not seen.lost.any()
    job = _job(sheets.bench_sheet(0, 0))
    tiny = visibility(registry.scan_shot(job, Page(job.sheet, 100), 15), job.sheet.symbols["envelope"])
    assert tiny.lost.all()
    assert not tiny.hidden.any()


MAPPED = ["perspective", "curl", "EXIF rotation", "misfeed"]


@pytest.mark.parametrize("name", sampled(MAPPED, 0, always=["EXIF rotation"]))
def test_the_map_finds_every_module_in_the_picture(name):
    made = sample(name, 3, 1)
    pixels = np.asarray(Image.open(io.BytesIO(made.data)).convert("L")).astype(int)
    symbol = made.sheet.symbols["words"]
    row, column = np.indices(symbol.modules.shape) + 0.5
    flat = np.column_stack([column.ravel(), row.ravel()]) * symbol.module_mm + (symbol.place.x, symbol.place.y)
    x, y = np.floor(made.to_pixels(flat)).astype(int).T
    shown = ~made.truth["words"].hidden.ravel()
    values, dark = pixels[y[shown], x[shown]], symbol.modules.ravel()[shown]
    middle = (np.median(values[dark]) + np.median(values[~dark])) / 2
    assert ((values < middle) == dark).mean() > 0.995


# --- Readers and reports


@pytest.mark.parametrize("reader", [Zxing(), ZxingRetries(), Splitkit()], ids=lambda reader: reader.name)
def test_a_clean_page_is_read_by_everyone(clean, reader):
    texts, seconds = reader.read(Image.open(io.BytesIO(clean.data)).convert("L"))
    assert texts == set(clean.texts.values())
    assert seconds > 0
    assert settled(texts)


def test_every_treatment_gives_a_picture(clean):
    image = Image.open(io.BytesIO(clean.data)).convert("L").reduce(4)
    made = dict(treated(image))
    assert tuple(made) == TREATMENTS
    assert all(other.mode == "L" for other in made.values())


def _record(scenario, read, *, possible, wrong=()):
    bound = dict.fromkeys(sheets.SYMBOLS, possible)
    facts = {"scenario": scenario, "family": registry.SCENARIOS[scenario].family, "severity": 1, "seed": 0}
    result = {"read": read, "seconds": 0.1, "wrong": list(wrong)}
    return facts | {"within_bound": bound, "resolved": bound, "readers": {"zxing": result}}


def test_the_report_counts_share_and_envelope_apart():
    records = [
        _record("fax", ["digits"], possible=True),
        _record("mould", ["envelope"], possible=True, wrong=["x"]),
        _record("glare", [], possible=False),
        _record("curl", ["words", "envelope"], possible=True),
    ]
    text = report.report(records, ["zxing"])
    assert "| zxing-cpp | 50 | 25 | 50 | 25 | 0.10 | 0.1 | 1 |" in text
    assert "| zxing-cpp | 2 | 1 | 1 | 2 | 1 | 1 |" in text
    assert "mould, severity 1" in text


def test_the_report_says_what_splitkit_reads_of_what_others_leave():
    records = [
        _record("fax", ["digits"], possible=True),
        _record("mould", ["envelope"], possible=True),
        _record("glare", [], possible=False),
        _record("curl", ["envelope"], possible=True),
    ]
    for record, read in zip(records, (["envelope"], ["words"], ["words"], []), strict=True):
        record["readers"]["splitkit"] = record["readers"]["zxing"] | {"read": read}
    text = report.report(records, ["zxing", "splitkit"])
    assert "| zxing-cpp | 2 | 1 | 50 | 1 | 1 | 100 |" in text
    assert chart.chart(records, ["zxing"]).count("<circle") == 1 + 2 * len(records)
