# SPDX-License-Identifier: GPL-3.0-or-later
"""Some seconds of what tests/long/python_fuzz.sh does for ten minutes."""

import fuzz


def test_given_wrong_arguments_when_called_expect_errors_and_no_crash():
    calls, refused = fuzz.fuzz(1, seed=7)
    assert calls >= 200 and refused > calls / 4
