#!/usr/bin/env bash
# python_cost.sh: what Python costs beside `spinet train` (python/tests/cost.py).
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
cd "$(dirname "$0")/../.."
python=$(scripts/find_python.sh numpy) || { echo "no Python with numpy: left out" && exit 0; }
"$python" python/tests/cost.py
