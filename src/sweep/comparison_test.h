/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_SWEEP_COMPARISON_TEST_H
#define SPINET_SWEEP_COMPARISON_TEST_H

/* The tests of two groups of runs. An experiment's file may name the one that decides. */
enum comparison_test {
    COMPARISON_PAIRED, /* t-test of the differences of seeds that both groups have */
    COMPARISON_SIGNED_RANK,
    COMPARISON_PERMUTATION, /* of the signs of these differences; unpaired without such seeds */
    COMPARISON_WELCH,
    COMPARISON_POOLED, /* Student's, unpaired: the paper's */
    COMPARISON_N_TESTS
};

/* "paired", "signed-rank", "permutation", "welch", "pooled". */
extern const char *const comparison_test_names[COMPARISON_N_TESTS];

/* The test of that name, COMPARISON_N_TESTS if there is none. */
enum comparison_test comparison_test_find(const char *name);

#endif
