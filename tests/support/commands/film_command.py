"""Runs the command line with a film in the camera's place: everything else, the child process too, is the product's.

python film_command.py FILM ARGUMENTS...

`--camera N` opens FILM; with several films, joined by ':', the next each time.
"""

from __future__ import annotations

import sys

from splitkit import __main__ as program
from splitkit.paper.reading import camera
from splitkit.paper.reading.messages import FILM


def main() -> None:
    films = iter(sys.argv.pop(1).split(":"))
    camera.device = lambda _: camera.VideoSource(FILM, next(films))
    program.main()


if __name__ == "__main__":
    main()
