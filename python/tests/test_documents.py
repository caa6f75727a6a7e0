# SPDX-License-Identifier: GPL-3.0-or-later
"""The notebooks of examples/python run as scripts, and docs/python.md is what it says."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

import follow
from conftest import root

SCRIPTS = sorted((root / "examples/python").glob("*.py"))
NEEDS = {"6": "scipy"}  # by the number in the name


def has(module):
    return subprocess.run([sys.executable, "-c", f"import {module}"], capture_output=True).returncode == 0


def test_given_the_notebooks_when_run_as_scripts_expect_them_to_print(tmp_path):
    environment = {**os.environ, "MPLBACKEND": "agg", "PYTHONPATH": str(root / "python")}

    def run(script):
        return subprocess.run([sys.executable, str(script)], env=environment, cwd=tmp_path,
                              capture_output=True, text=True)
    scripts = [s for s in SCRIPTS if s.name[0] not in NEEDS or has(NEEDS[s.name[0]])]
    with ThreadPoolExecutor(2) as pool:
        for script, done in zip(scripts, pool.map(run, scripts)):
            assert done.returncode == 0, f"{script.name}: {done.stderr}"
            assert done.stdout and "Warning" not in done.stderr, f"{script.name}: {done.stderr}"
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
