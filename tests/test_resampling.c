/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report/resampling against R 4.2.2, which went through all signs:
 *     flip <- function(v) { n <- length(v); s <- as.matrix(expand.grid(rep(list(c(-1, 1)), n)))
 *                           mean(abs(s %*% v) >= abs(sum(v)) - 1e-9) } */
#include "report/resampling.h"

#include <math.h>
#include <stdlib.h>

#include "core/status.h"
#include "support.h"

enum { N = 12 };
static const double x[N] = {.90, .95, .80, .85, .90, .70, .60, .95, .80, .85, .90, .75};
static const double y[N] = {.95, .95, .90, .90, .85, .85, .80, .95, .85, .95, .80, .90};

static double permutation_p(const double *differences, size_t n)
{
    double p;
    assert_int_equal(resampling_permutation_p(differences, n, 0, &p), STATUS_OK);
    return p;
}

static double signed_rank_p(const double *differences, size_t n)
{
    double p;
    assert_int_equal(resampling_signed_rank_p(differences, n, 0, &p), STATUS_OK);
    return p;
}

static void expect_near(double value, double right, double most)
{
    if (!(fabs(value - right) <= most))
        fail_msg("%.12g, should be %.12g", value, right);
}

static void given_ties_and_zeros_when_tested_expect_the_share_of_all_signs(void **state)
{
    (void)state;
    double d[N];
    for (int i = 0; i < N; i++)
        d[i] = y[i] - x[i];
    expect_near(permutation_p(d, N), 0.0625, 1e-12); /* flip(y - x) */
    expect_near(signed_rank_p(d, N), 0.0625, 1e-12); /* flip(sign(d) * rank(abs(d))), d != 0 */
}

static void given_no_ties_when_tested_expect_r_s_wilcox_test(void **state)
{
    (void)state;
    const double d[] = {0.03, -0.01, 0.05, 0.08, 0.13, -0.02, 0.21, 0.34, 0.11, 0.07};
    expect_near(signed_rank_p(d, 10), 0.009765625, 1e-12); /* wilcox.test(d)$p.value */
    expect_near(permutation_p(d, 10), 0.009765625, 1e-12);
}

static void given_many_pairs_when_sampled_expect_what_all_signs_give(void **state)
{
    (void)state;
    double d[50], p;
    for (int i = 0; i < 50; i++)
        d[i] = i % 10 < 7 ? 1 : -1;
    /* the sum 20 of 50 signs: 2 * pbinom(15, 50, 0.5) */
    assert_int_equal(resampling_permutation_p(d, 50, 3, &p), STATUS_OK);
    expect_near(p, 0.006600448, 0.001);
    expect_near(permutation_p(d, 30), 0.042773945257, 1e-11); /* 2 * pbinom(9, 30, 0.5) */
}

static void given_nothing_to_test_when_tested_expect_no_p(void **state)
{
    (void)state;
    const double zeros[3] = {0, 0, 0}, one[3] = {0, 0.1, 0}, even[2] = {0.1, -0.1};
    assert_true(isnan(permutation_p(zeros, 3)) && isnan(permutation_p(one, 1)));
    assert_true(isnan(signed_rank_p(zeros, 3)) && isnan(signed_rank_p(one, 3)));
    assert_true(isnan(signed_rank_p(zeros, 0)) && permutation_p(even, 2) == 1);
    assert_true(permutation_p(one, 3) == 1);
}

static void given_pairs_when_drawn_anew_expect_r_s_interval_and_d(void **state)
{
    (void)state;
    struct resampling_effect effect, again;
    assert_int_equal(resampling_bootstrap(&effect, x, y, N, 5, 10000), STATUS_OK);
    /* (mean(y) - mean(x)) / sqrt((var(x) + var(y)) / 2); quantiles of 100,000 draws of 12 pairs */
    expect_near(effect.d, 0.688516179522, 1e-11);
    expect_near(effect.difference.low, 0.0125, 0.002);
    expect_near(effect.difference.high, 0.104166666667, 0.003);
    expect_near(effect.of_d.low, 0.14998, 0.03);
    expect_near(effect.of_d.high, 1.36829, 0.06);
    assert_int_equal(resampling_bootstrap(&again, x, y, N, 5, 10000), STATUS_OK);
    assert_memory_equal(&again, &effect, sizeof effect);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_ties_and_zeros_when_tested_expect_the_share_of_all_signs),
        cmocka_unit_test(given_no_ties_when_tested_expect_r_s_wilcox_test),
        cmocka_unit_test(given_many_pairs_when_sampled_expect_what_all_signs_give),
        cmocka_unit_test(given_nothing_to_test_when_tested_expect_no_p),
        cmocka_unit_test(given_pairs_when_drawn_anew_expect_r_s_interval_and_d),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
