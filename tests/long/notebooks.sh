#!/usr/bin/env bash
# notebooks.sh: the notebooks of examples/python become pages with pictures, as `make notebooks` does it.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
cd "$(dirname "$0")/../.."
scripts/install_dependencies.sh build python notebooks
scripts/find_python.sh numpy nbconvert ipykernel || { echo "no Python with nbconvert: left out" && exit 0; }
rm -rf build/notebooks
make notebooks
for script in examples/python/*.py; do
    name=$(basename "$script" .py)
    [ "$(grep -c '<img' "build/notebooks/$name.html")" -ge "$(grep -c 'plt.show()' "$script")" ]
done
echo "notebooks: passed"
