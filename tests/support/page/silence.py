"""How long each browser is silent over large pictures, for docs/page.md: `python -m tests.support.page.silence` prints a table.

It reads the clock of the page whenever the screen changes; on a machine with other work the figures are larger.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.support.page.browsers import BROWSERS, built, drive
from tests.support.page.sheets import WORDS, large_picture

MEGAPIXELS = (12, 50, 108)

SIGNS = """void (() => {
  const begun = performance.now();
  let before = begun;
  window.longest = 0;
  new MutationObserver(() => {
    const now = performance.now();
    window.longest = Math.max(window.longest, now - before);
    before = now;
    window.whole = now - begun;
  }).observe(document.querySelector("main"), { childList: true, characterData: true, subtree: true });
})()"""
"""From one change of the screen to the next."""


def silence(browser: str, file: str) -> tuple[float, float]:
    """The longest silence, and all that the reading took, in seconds."""
    steps = [("start", None), ("record", WORDS), ("run", SIGNS), ("pictures", [file])]
    longest, whole = drive(browser, built(), *steps, ("run", "[window.longest, window.whole]"))["ran"][-1]
    return longest / 1000, whole / 1000


def main() -> None:
    """Print the worst of three readings of each picture in each browser."""
    print("| megapixels | " + " | ".join(BROWSERS) + " |")
    print("|--:|" + "--:|" * len(BROWSERS))
    with tempfile.TemporaryDirectory() as folder:
        for megapixels in MEGAPIXELS:
            file = large_picture(Path(folder) / f"{megapixels}.jpg", "1", megapixels)
            worst = [max(silence(browser, file) for _ in range(3)) for browser in BROWSERS]
            cells = " | ".join(f"{longest:.1f} of {whole:.1f} s" for longest, whole in worst)
            print(f"| {megapixels} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
