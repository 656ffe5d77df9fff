"""The judge of the page, run by node: questions and answers of `tests/page/judge.mjs`."""

from __future__ import annotations

import base64
import functools
import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from tests.support.differential.two_readers import Given
from tests.support.places import ROOT, TESTS
from tests.support.processes import HANGS

PAGE = ROOT / "page"
PROGRAM = TESTS / "page" / "judge.mjs"
Question = Mapping[str, Any]


def _command() -> list[str]:
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    return ["node", str(PROGRAM)]


@functools.cache
def _node() -> subprocess.Popen[str]:
    """One for all questions of this process; it ends with its standard input."""
    return subprocess.Popen(_command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")


def ask(**question: Any) -> Any:
    """What the judge answers to one question; `ask` is its kind."""
    node = _node()
    assert node.stdin
    assert node.stdout
    node.stdin.write(json.dumps(question) + "\n")
    node.stdin.flush()
    return json.loads(node.stdout.readline())


def ask_all(questions: Iterable[Question], **environment: str) -> list[Any]:
    """What a node of its own answers, in such an environment."""
    asked = "".join(json.dumps(question) + "\n" for question in questions)
    done = subprocess.run(
        _command(),
        input=asked,
        capture_output=True,
        encoding="utf-8",
        timeout=HANGS,
        check=False,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def typed(text: str | bytes | Iterable[str]) -> str:
    """What is typed, as a question holds it: lines, a text, or bytes."""
    if not isinstance(text, str | bytes):
        text = "\n".join(text)
    return base64.b64encode(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")).decode()


def question_of(given: Given) -> dict[str, Any]:
    """What other readers are given, as a question; where there are no words there is no record."""
    question = {"ask": "judge", "typed": typed(given.body), "practice": given.practice}
    question |= {} if given.fingerprint is None else {"words": given.fingerprint}
    return question | ({"superseded": "a test"} if given.superseded else {})


def judged(given: Given) -> tuple[int, str | None]:
    """The exit code and the password that come of it."""
    return outcome(ask(**question_of(given)))


def outcome(answer: Any) -> tuple[int, str | None]:
    """The exit code and the password of an answer."""
    secret = answer["secret"]
    assert answer["copied"] is None  # only the very judgement reveals
    assert answer["again"] is None  # and once: then the shares are let go
    return answer["judgement"]["exit"], secret and secret["password"]
