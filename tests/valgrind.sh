#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# valgrind.sh TEST-PROGRAM: runs it under valgrind; valgrind.sh train …: spinet ($SPINET_PROGRAM), as
# the tests start it. An error makes the exit code 99; what it is stands in build/valgrind/.
# Valgrind shows programs a processor without AVX-512, so the AVX2 kernel is what runs. It runs one
# thread at a time, so one that spins at a barrier keeps the others from coming there: they sleep.
here=$(cd "${0%/*}/.." && pwd) # without $PATH, which a test takes away
case ${1:-} in */tests/test_*) ;; *) set -- "$here/$SPINET_PROGRAM" "$@" ;; esac
export OMP_WAIT_POLICY=passive GOMP_SPINCOUNT=0
exec "$VALGRIND" --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite \
    --show-leak-kinds=definite --suppressions="$here/tests/valgrind.supp" \
    --log-file="$here/build/valgrind/%p.txt" "$@"
