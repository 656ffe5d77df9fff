"""The picture: every policy is on it, where it belongs, the chosen one marked, black on white, and printable."""

from __future__ import annotations

import io
import math
import shutil
import subprocess
import xml.etree.ElementTree as ET

import pypdfium2
import pytest
from PIL import Image

from splitkit.paper.chart import FLOOR, Chart, Point, draw, odds_text
from splitkit.paper.geometry import Paper
from splitkit.plan.risk import Odds, neighbours, risk_of
from splitkit.plan.risk_report import picture_pdf, picture_svg
from splitkit.quorum.policy import parse_policy
from tests.support.sampling import sampled

SVG = "{http://www.w3.org/2000/svg}"
GROUPS = "2 of: Board 2of3, IT & <Ops> 3of5, Audit 1of1"


def rows(policy, reach=1, odds=None):
    return [(near, risk_of(near.policy, odds or Odds())) for near in neighbours(parse_policy(policy), reach)]


def drawn(policy, reach=1, odds=None):
    return ET.fromstring(picture_svg(rows(policy, reach, odds), odds or Odds()))


def circles(root):
    return [
        (float(c.get("cx")), float(c.get("cy")), float(c.get("r")), c.get("fill")) for c in root.iter(SVG + "circle")
    ]


@pytest.mark.parametrize("policy", ["3of5", "2of2", "16of16", GROUPS])
@pytest.mark.parametrize("reach", [0, 1, 3])
def test_every_policy_has_a_point_and_a_name(policy, reach):
    root = drawn(policy, reach)
    names = [near.name for near, _ in rows(policy, reach)]
    shown = [text.text for text in root.iter(SVG + "text")]
    assert all(shown.count(name) == 1 for name in names)
    assert len(circles(root)) == len(names) + 1
    assert sum(fill == "black" for *_, fill in circles(root)) == 1


def test_points_lie_where_their_chances_are():
    points = (Point("a", 1e-4, 1e-1), Point("b", 1e-2, 1e-3), Point("c", 1e-3, 1e-2, chosen=True))
    root = ET.fromstring(draw(Chart("t", "x", "y", points)))
    (ring, dot), others = [c for c in circles(root) if c[2] in (11, 6)], [c for c in circles(root) if c[2] == 4.5]
    assert ring[:2] == dot[:2]
    (ax, ay), (bx, by), (cx, cy) = others[0][:2], others[1][:2], dot[:2]
    assert (cx, cy) == (pytest.approx((ax + bx) / 2, abs=0.1), pytest.approx((ay + by) / 2, abs=0.1))
    assert ax < bx
    assert ay < by, "a greater chance of loss is higher up"


@pytest.mark.parametrize(
    "odds", [Odds(lost=0, seen=0), Odds(lost=1, seen=1), Odds(lost=0, seen=1), Odds(lost=1e-9, seen=1e-9)]
)
def test_chances_that_have_no_logarithm_stay_inside(odds):
    root = drawn("3of5", 2, odds)
    width, height = float(root.get("width")), float(root.get("height"))
    assert all(0 < x < width and 0 < y < height for x, y, *_ in circles(root))
    assert not any(math.isnan(x + y) for x, y, *_ in circles(root))


def test_it_is_black_on_white():
    colours = {value for node in drawn("3of5", 3).iter() for key, value in node.items() if key in ("fill", "stroke")}
    assert colours <= {"black", "white", "none", "#bbbbbb"}


def test_the_same_chances_give_the_same_picture():
    assert picture_svg(rows("3of5"), Odds()) == picture_svg(rows("3of5"), Odds())
    assert picture_pdf(rows("3of5"), Odds(), Paper.A4, "2026-11-24") == picture_pdf(
        rows("3of5"), Odds(), Paper.A4, "2026-11-24"
    )


@pytest.mark.parametrize(("policy", "name"), [("3of5", "4of6"), (GROUPS, "IT & <Ops> 4of5")])
@pytest.mark.parametrize("paper", sampled(list(Paper), 1, ids=str))
def test_the_pdf_says_all_on_one_page(policy, name, paper):
    pages = pypdfium2.PdfDocument(picture_pdf(rows(policy), Odds(), paper, "2026-11-24"))
    assert len(pages) == 1
    text = pages[0].get_textpage().get_text_range()
    for said in (name, "These are guesses", "No quorum on the day", "splitkit 0.", "2026-11-24", "1 in 1,000"):
        assert said in text
    picture = pages[0].render(scale=1).to_pil().convert("RGB")
    assert picture.getpixel((5, 5)) == (255, 255, 255)
    assert all(max(pixel) - min(pixel) <= 8 for _, pixel in picture.getcolors(1 << 24)), "no colour"


@pytest.mark.skipif(not shutil.which("rsvg-convert"), reason="needs rsvg-convert")
def test_another_program_draws_the_chosen_point_where_it_is(tmp_path):
    (tmp_path / "a.svg").write_bytes(picture_svg(rows("3of5"), Odds()))
    done = subprocess.run(["rsvg-convert", "a.svg"], cwd=tmp_path, capture_output=True, check=True)
    picture = Image.open(io.BytesIO(done.stdout)).convert("L")
    ((x, y, *_),) = [c for c in circles(drawn("3of5")) if c[3] == "black"]
    assert picture.getpixel((round(x), round(y))) < 20
    assert picture.getpixel((round(x) + 8, round(y))) > 200, "the ring is apart from the dot"


def test_powers_of_ten_in_words():
    assert [odds_text(power) for power in (0, -1, -3, -6, -7, -12)] == [
        "certain", "1 in 10", "1 in 1,000", "1 in 1,000,000", "1 in 10^7", "10^-12 or less"]  # fmt: skip
    assert math.log10(FLOOR) == -12
