# SPDX-License-Identifier: GPL-3.0-or-later
"""The notebooks of examples/python run as scripts, and docs/python.md is what it says."""

import runpy
import warnings

import matplotlib.pyplot
import pytest

import follow
from conftest import root

SCRIPTS = sorted((root / "examples/python").glob("*.py"))
NEEDS = {"6": "scipy"}  # by the number in the name


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_given_a_notebook_when_run_as_a_script_expect_it_to_print(script, tmp_path, monkeypatch, capsys):
    if script.name[0] in NEEDS:
        pytest.importorskip(NEEDS[script.name[0]])
    monkeypatch.chdir(tmp_path)
    with warnings.catch_warnings():
        for kind in (UserWarning, RuntimeWarning):
            warnings.simplefilter("error", kind)
        runpy.run_path(str(script), run_name="__main__")
    matplotlib.pyplot.close("all")
    assert capsys.readouterr().out
    assert len(SCRIPTS) == 8


def test_given_the_page_on_python_when_followed_expect_what_it_says(tmp_path, monkeypatch):
    pytest.importorskip("scipy")
    monkeypatch.chdir(tmp_path)
    assert follow.follow(root / "docs/python.md") == []


def test_given_another_text_when_followed_expect_it_said(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("```python\nprint('a b')\nprint(1)\n```\n```text\na …\n1\n```\n"
                    "```python\nprint('a\\nb\\nc')\n```\n```text\na\n…\nc\n```\n")
    assert follow.follow(page) == []
    page.write_text("```python\nprint('a b')\n```\n```text\na c\n```\n")
    assert "page.md:4" in follow.follow(page)[0]
