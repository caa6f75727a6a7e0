#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""notebook.py SCRIPT.py: prints a script with cell marks ("# %%", "# %% [markdown]") as a Jupyter
notebook. notebook.py --pictures FOLDER SCRIPT.py: runs it, and saves what it shows as FOLDER/NAME-1.png …"""

import json
import re
import sys
from pathlib import Path


def cells(script):
    """[(is_text, lines)]."""
    parts = re.split(r"^# %%(.*)\n", Path(script).read_text(), flags=re.M)[1:]
    for mark, body in zip(parts[::2], parts[1::2]):
        is_text = mark.strip() == "[markdown]"
        lines = body.strip("\n").splitlines(keepends=True)
        yield is_text, [re.sub(r"^# ?", "", line) for line in lines] if is_text else lines


def notebook(script):
    made = [{"cell_type": "markdown", "metadata": {}, "source": lines} if is_text else
            {"cell_type": "code", "metadata": {}, "source": lines, "outputs": [], "execution_count": None}
            for is_text, lines in cells(script)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"cells": made, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 4}


def save_pictures(folder, script):
    import matplotlib
    matplotlib.use("agg")
    from matplotlib import pyplot
    shown = []

    def show():
        for number in pyplot.get_fignums():
            shown.append(number)
            pyplot.figure(number).savefig(f"{folder}/{Path(script).stem}-{len(shown)}.png", dpi=80)
        pyplot.close("all")
    pyplot.show = show
    exec(compile(Path(script).read_text(), script, "exec"), {"__name__": "__main__"})


if __name__ == "__main__":
    if sys.argv[1] == "--pictures":
        save_pictures(*sys.argv[2:])
    else:
        json.dump(notebook(sys.argv[1]), sys.stdout, indent=1, ensure_ascii=False)
