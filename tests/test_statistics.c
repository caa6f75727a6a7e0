/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report/statistics against published examples:
 *   R's `sleep` (Student 1908): t.test(extra ~ group), pooled and Welch;
 *   Rosetta Code, "Welch's t-test": unequal groups and variances;
 * and the cases in which nothing can be said. */
#include "report/statistics.h"

#include <math.h>
#include <string.h>

#include "core/status.h"
#include "support.h"

/* Fails unless within half a unit of the last printed digit. */
static void expect(double value, double printed, double unit)
{
    if (!(fabs(value - printed) <= 0.5000001 * unit))
        fail_msg("%.15g, published is %.15g to %g", value, printed, unit);
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

static struct summary summary_of(const double *values, size_t n)
{
    struct summary summary;
    assert_int_equal(statistics_summarize(&summary, values, n), STATUS_OK);
    return summary;
}

/* ---- summaries */

static void given_a_sample_when_summarized_expect_r_s_numbers(void **state)
{
    (void)state;
    /* summary(sleep$extra[1:10]); sd; t.test(…)$conf.int */
    const double x[] = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2};
    const struct summary s = summary_of(x, COUNT(x));
    assert_int_equal(s.n, 10);
    expect(s.mean, 0.75, 1e-12);
    expect(s.sd, 1.789010, 1e-6);
    expect(s.minimum, -1.6, 1e-12);
    expect(s.lower_quartile, -0.175, 1e-12);
    expect(s.median, 0.35, 1e-12);
    expect(s.upper_quartile, 1.7, 1e-12);
    expect(s.maximum, 3.7, 1e-12);
    expect(s.ci_low, -0.5297804, 1e-7);
    expect(s.ci_high, 2.0297804, 1e-7);
    assert_null(s.reason);
    expect(x[0], 0.7, 0); /* not sorted in place */
}

static void given_parts_near_one_when_summarized_expect_an_interval_of_log_odds_within(void **state)
{
    (void)state;
    /* m <- mean(x); h <- qt(.975, 5) * sd(x) / sqrt(6); plogis(qlogis(m) + c(-1, 1) * h / (m * (1 -
     * m))) */
    const double x[] = {0.4825, 0.965, 0.9975, 1, 1, 1}, ones[] = {1, 1, 1};
    struct summary s = summary_of(x, COUNT(x));
    assert_true(s.ci_high > 1);
    expect(statistics_logit_interval(&s).low, 0.4194235802, 1e-10);
    expect(statistics_logit_interval(&s).high, 0.9925503445, 1e-10);
    s = summary_of(ones, COUNT(ones));
    assert_true(statistics_logit_interval(&s).low == 1 && statistics_logit_interval(&s).high == 1);
}

static void given_no_one_or_equal_values_when_summarized_expect_reasons(void **state)
{
    (void)state;
    const double x[] = {0.1, 0.1, 0.1};
    struct summary s = summary_of(x, 0);
    assert_true(isnan(s.mean) && isnan(s.sd) && isnan(s.median) && isnan(s.ci_low));
    assert_string_equal(s.reason, "no runs");
    s = summary_of(x, 1);
    assert_true(s.mean == 0.1 && s.median == 0.1 && isnan(s.sd) && isnan(s.ci_high));
    assert_string_equal(s.reason, "one run");
    s = summary_of(x, 3);
    assert_true(s.mean == 0.1 && s.sd == 0 && s.ci_low == 0.1 && s.ci_high == 0.1);
    assert_null(s.reason);
}

/* ---- t-tests */

static void given_students_sleep_when_tested_expect_r_s_t_tests(void **state)
{
    (void)state;
    const double x[] = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2};
    const double y[] = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};
    const struct summary a = summary_of(x, COUNT(x)), b = summary_of(y, COUNT(y));
    struct t_test t = statistics_t_test(&b, &a, T_TEST_WELCH);
    expect(t.difference, -1.58, 1e-12);
    expect(t.t, -1.8608, 1e-4);
    expect(t.df, 17.776, 1e-3);
    expect(t.p, 0.07939, 1e-5);
    expect(t.ci_low, -3.3654832, 1e-7);
    expect(t.ci_high, 0.2054832, 1e-7);
    t = statistics_t_test(&b, &a, T_TEST_POOLED);
    expect(t.t, -1.8608, 1e-4);
    assert_true(t.df == 18);
    expect(t.p, 0.07919, 1e-5);
    expect(t.ci_low, -3.363874, 1e-6);
    expect(t.ci_high, 0.203874, 1e-6);
    assert_null(t.reason);
    const struct t_test other = statistics_t_test(&a, &b, T_TEST_POOLED);
    assert_true(other.difference == -t.difference && other.p == t.p && other.ci_low == -t.ci_high);
}

static void given_unequal_groups_when_tested_expect_rosetta_s_p(void **state)
{
    (void)state;
    const double d1[] = {27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1,
                         21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4};
    const double d2[] = {27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0,
                         24.8, 20.2, 21.9, 22.1, 22.9, 20.5, 24.4};
    const double d3[] = {17.2, 20.9, 22.6, 18.1, 21.7, 21.4, 23.5, 24.2, 14.7, 21.8};
    const double d4[] = {21.5, 22.8, 21.0, 23.0, 21.6, 23.6, 22.5, 20.7, 23.4, 21.8,
                         20.7, 21.7, 21.5, 22.5, 23.6, 21.5, 22.5, 23.5, 21.5, 21.8};
    const double x[] = {3.0, 4.0, 1.0, 2.1}, y[] = {490.2, 340.0, 433.9};
    const struct summary s1 = summary_of(d1, COUNT(d1)), s2 = summary_of(d2, COUNT(d2)),
                         s3 = summary_of(d3, COUNT(d3)), s4 = summary_of(d4, COUNT(d4)),
                         sx = summary_of(x, COUNT(x)), sy = summary_of(y, COUNT(y));
    expect(statistics_t_test(&s1, &s2, T_TEST_WELCH).p, 0.021378001462867, 1e-13);
    expect(statistics_t_test(&s3, &s4, T_TEST_WELCH).p, 0.148841696605327, 1e-13);
    expect(statistics_t_test(&sx, &sy, T_TEST_WELCH).p, 0.010751561149785, 1e-13);
}

static void given_one_run_or_no_variance_when_tested_expect_a_reason(void **state)
{
    (void)state;
    const double x[] = {1, 1, 1}, y[] = {0.2, 0.5};
    const struct summary none = summary_of(x, 0), one = summary_of(y, 1), two = summary_of(y, 2),
                         same = summary_of(x, 3);
    struct t_test t = statistics_t_test(&none, &two, T_TEST_POOLED);
    assert_true(isnan(t.difference) && isnan(t.p));
    assert_string_equal(t.reason, "a group without runs");
    t = statistics_t_test(&one, &one, T_TEST_POOLED);
    assert_true(t.difference == 0 && isnan(t.t) && isnan(t.df) && isnan(t.p) && isnan(t.ci_low));
    assert_string_equal(t.reason, "one run a group");
    t = statistics_t_test(&one, &two, T_TEST_WELCH);
    assert_true(isnan(t.p));
    assert_string_equal(t.reason, "a group of one run");
    t = statistics_t_test(&one, &two, T_TEST_POOLED); /* its variance is that of the other */
    assert_true(t.df == 1 && t.p > 0 && t.p < 1);
    assert_null(t.reason);
    for (int kind = T_TEST_POOLED; kind <= T_TEST_WELCH; kind++) {
        t = statistics_t_test(&same, &same, (enum t_test_kind)kind);
        assert_true(t.difference == 0 && isnan(t.t) && isnan(t.p));
        assert_string_equal(t.reason, "no variance in either group");
    }
    t = statistics_t_test(&same, &two, T_TEST_WELCH); /* variance in one is enough */
    expect(t.df, 1, 1e-12);
    assert_true(t.p > 0 && t.p < 1);
}

static void given_p_when_corrected_expect_bonferroni_and_stars(void **state)
{
    (void)state;
    assert_true(statistics_bonferroni(0.01, 3) == 0.03);
    assert_true(statistics_bonferroni(0.4, 3) == 1);
    assert_true(isnan(statistics_bonferroni(NAN, 3)));
    assert_string_equal(statistics_stars(0.05), "ns");
    assert_string_equal(statistics_stars(0.0499), "*");
    assert_string_equal(statistics_stars(0.01), "*");
    assert_string_equal(statistics_stars(0.0099), "**");
    assert_string_equal(statistics_stars(0.00099), "***");
    assert_string_equal(statistics_stars(NAN), "-");
}

static void given_pairs_with_ties_when_tested_expect_r_s_paired_test(void **state)
{
    (void)state;
    /* R 4.2.2, y - x of tests/test_resampling.c: t.test(y, x, paired = TRUE);
     * power.t.test(n = 12, sd = sd(y - x), power = .8, type = "paired", strict = TRUE)$delta */
    const double d[] = {0.05, 0, 0.1, 0.05, -0.05, 0.15, 0.2, 0, 0.05, 0.1, -0.1, 0.15};
    const struct summary s = summary_of(d, COUNT(d)), one = summary_of(d, 1),
                         none = summary_of(d, 0), same = summary_of((double[]){0.2, 0.2}, 2);
    const struct t_test t = statistics_paired_t_test(&s);
    expect(t.p, 0.0412903051165, 1e-12);
    expect(t.t, 2.31011550866, 1e-10);
    expect(t.ci_low, 0.00275567908883, 1e-13);
    expect(t.ci_high, 0.113910987578, 1e-12);
    expect(statistics_smallest(&t, 0.05), 0.0777106786648, 1e-4);
    assert_null(t.reason);
    assert_string_equal(statistics_paired_t_test(&none).reason, "no seed in common");
    assert_string_equal(statistics_paired_t_test(&one).reason, "one seed in common");
    assert_string_equal(statistics_paired_t_test(&same).reason,
                        "the same difference with every seed");
    assert_true(isnan(statistics_paired_t_test(&same).p));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_a_sample_when_summarized_expect_r_s_numbers),
        cmocka_unit_test(
            given_parts_near_one_when_summarized_expect_an_interval_of_log_odds_within),
        cmocka_unit_test(given_no_one_or_equal_values_when_summarized_expect_reasons),
        cmocka_unit_test(given_students_sleep_when_tested_expect_r_s_t_tests),
        cmocka_unit_test(given_unequal_groups_when_tested_expect_rosetta_s_p),
        cmocka_unit_test(given_one_run_or_no_variance_when_tested_expect_a_reason),
        cmocka_unit_test(given_pairs_with_ties_when_tested_expect_r_s_paired_test),
        cmocka_unit_test(given_p_when_corrected_expect_bonferroni_and_stars),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
