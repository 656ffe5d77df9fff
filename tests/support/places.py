"""Where things are in the tree: the one place that counts folders upwards."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
