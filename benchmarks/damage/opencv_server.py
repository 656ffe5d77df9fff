"""Reads pictures with OpenCV's WeChat detector, in a virtual environment of its own: no splitkit here.

Each line on standard input is the path of a picture; the answer is one line, a JSON list of the texts found.
"""

from __future__ import annotations

import json
import sys

import cv2


def main() -> None:
    """Answer until the input ends."""
    detector = cv2.wechat_qrcode_WeChatQRCode()
    sys.stdout.write(json.dumps([cv2.__version__]) + "\n")
    sys.stdout.flush()
    for line in sys.stdin:
        picture = cv2.imread(line.rstrip("\n"), cv2.IMREAD_GRAYSCALE)
        try:
            texts = list(detector.detectAndDecode(picture)[0]) if picture is not None else []
        except (cv2.error, UnicodeDecodeError):
            texts = []
        sys.stdout.write(json.dumps(texts) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
