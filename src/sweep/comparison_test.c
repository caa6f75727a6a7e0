/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sweep/comparison_test.h"

#include <string.h>

const char *const comparison_test_names[COMPARISON_N_TESTS] = {"paired", "signed-rank",
                                                               "permutation", "welch", "pooled"};

enum comparison_test comparison_test_find(const char *name)
{
    int test = 0;
    while (test < COMPARISON_N_TESTS && strcmp(name, comparison_test_names[test]) != 0)
        test++;
    return (enum comparison_test)test;
}
