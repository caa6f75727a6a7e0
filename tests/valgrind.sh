#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# valgrind.sh TEST-PROGRAM: runs it under valgrind; valgrind.sh train …: spinet ($SPINET_PROGRAM), as
# the tests start it. An error makes the exit code 99; what it is stands in build/valgrind/.
# Valgrind shows programs a processor without AVX-512, so the AVX2 kernel is what runs.
here=$(cd "$(dirname "$0")/.." && pwd)
case ${1:-} in */tests/test_*) ;; *) set -- "$here/$SPINET_PROGRAM" "$@" ;; esac
exec valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite \
    --show-leak-kinds=definite --suppressions="$here/tests/valgrind.supp" \
    --log-file="$here/build/valgrind/%p.txt" "$@"
