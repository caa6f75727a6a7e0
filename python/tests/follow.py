# SPDX-License-Identifier: GPL-3.0-or-later
"""Follows a document word for word, as tests/docs/follow.pl does: each ```python block is run, all in
one session, and the ```text block that follows must be what it prints, where "…" in a line stands for
any text and a line "…" for any lines. `python3 python/tests/follow.py DOCUMENT` prints what differs."""

import contextlib
import io
import re
import sys
from pathlib import Path


def blocks(document):
    """[(line, kind, text)] of the fenced blocks."""
    text = Path(document).read_text()
    return [(text.count("\n", 0, match.start()) + 1, match[1], match[2])
            for match in re.finditer(r"^```(\w+)\n(.*?)^```$", text, re.M | re.S)]


def matches(expected, printed):
    pattern = ""
    for line in expected.splitlines(keepends=True):
        pattern += r"(?:.*\n)*" if line == "…\n" else ".*".join(map(re.escape, line.split("…")))
    return re.fullmatch(pattern, re.sub(r"[ \t]+$", "", printed, flags=re.M)) is not None


def follow(document):
    """What the document says and is not so: a list of texts."""
    session, printed, wrong = {"__name__": "__main__"}, None, []
    for line, kind, text in blocks(document):
        if kind == "python":
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                exec(compile("\n" * line + text, str(document), "exec"), session)
            printed = out.getvalue()
        elif kind == "text" and not matches(text, printed):
            wrong.append(f"{document}:{line}: is not what is printed:\n{printed}")
    return wrong


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    print("\n".join(follow(Path(sys.argv[1]).resolve())) or "as it says")
