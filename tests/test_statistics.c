/* SPDX-License-Identifier: GPL-3.0-or-later */
/* analysis/statistics against published examples:
 *   R's `sleep` (Student 1908): t.test(extra ~ group), pooled and Welch;
 *   Rosetta Code, "Welch's t-test": unequal groups and variances;
 *   R's `ToothGrowth`: aov(len ~ supp * dose), balanced;
 *   `Moore` of carData: car::Anova(conformity ~ fcategory * partner.status), its Type II table,
 *   groups of 4 to 11;
 *   NIST StRD one-way: SiRstv, and SmLs01, 04, 07 (the last two with 7 and 13 digits in common);
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

static struct anova anova_of(const double *y, size_t n, const int32_t *a, int32_t n_a,
                             const int32_t *b, int32_t n_b)
{
    struct anova anova;
    assert_int_equal(statistics_anova(&anova, y, n, a, n_a, b, n_b), STATUS_OK);
    return anova;
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

/* ---- analysis of variance */

static void given_toothgrowth_when_analysed_expect_r_s_table(void **state)
{
    (void)state;
    const double y[60] = {4.2,  11.5, 7.3,  5.8,  6.4,  10,   11.2, 11.2, 5.2,  7,    /* VC 0.5 */
                          16.5, 16.5, 15.2, 17.3, 22.5, 17.3, 13.6, 14.5, 18.8, 15.5, /* VC 1 */
                          23.6, 18.5, 33.9, 25.5, 26.4, 32.5, 26.7, 21.5, 23.3, 29.5, /* VC 2 */
                          15.2, 21.5, 17.6, 9.7,  14.5, 10,   8.2,  9.4,  16.5, 9.7,  /* OJ 0.5 */
                          19.7, 23.3, 23.6, 26.4, 20,   25.2, 25.8, 21.2, 14.5, 27.3, /* OJ 1 */
                          25.5, 26.4, 22.4, 24.5, 24.8, 30.9, 26.4, 27.3, 29.4, 23};
    int32_t supp[60], dose[60];
    for (int i = 0; i < 60; i++) {
        supp[i] = i / 30;
        dose[i] = i / 10 % 3;
    }
    const struct anova a = anova_of(y, 60, supp, 2, dose, 3);
    expect(a.term[ANOVA_A].ss, 205.35, 1e-2);
    assert_true(a.term[ANOVA_A].df == 1);
    expect(a.term[ANOVA_A].f, 15.572, 1e-3);
    expect(a.term[ANOVA_A].p, 0.0002312, 1e-7);
    expect(a.term[ANOVA_B].ss, 2426.43, 1e-2);
    assert_true(a.term[ANOVA_B].df == 2);
    expect(a.term[ANOVA_B].f, 92.000, 1e-3);
    assert_true(a.term[ANOVA_B].p < 2.2e-16);
    expect(a.term[ANOVA_INTERACTION].ss, 108.32, 1e-2);
    assert_true(a.term[ANOVA_INTERACTION].df == 2);
    expect(a.term[ANOVA_INTERACTION].f, 4.107, 1e-3);
    expect(a.term[ANOVA_INTERACTION].p, 0.0218603, 1e-7);
    expect(a.error.ss, 712.11, 1e-2);
    assert_true(a.error.df == 54);
    expect(a.term[ANOVA_B].partial_eta_squared, 2426.43 / (2426.43 + 712.11), 1e-5);
    assert_true(a.n_factors == 2 && a.n_cells == 6 && a.n_empty == 0 && !a.reason);
}

/* Rows 1 to 22 have a partner of low status; categories h, l, m. */
static const double moore_y[45] = {8,  4,  8,  7,  10, 6,  12, 4,  13, 12, 4,  13, 7,  9,  9,
                                   24, 6,  7,  23, 13, 8,  12, 19, 12, 21, 9,  23, 7,  17, 14,
                                   11, 16, 15, 20, 8,  12, 14, 14, 17, 7,  17, 13, 16, 10, 15};
static const char moore_category[46] = "lhhlllmmllmhlmhhlhhhll"
                                       "hmlhlhmmhmlmmlhmmmmhlhm";

static void given_moore_when_analysed_expect_car_s_type_ii_table(void **state)
{
    (void)state;
    int32_t category[45], status[45];
    for (int i = 0; i < 45; i++) {
        category[i] = (int32_t)(strchr("hlm", moore_category[i]) - "hlm");
        status[i] = i >= 22;
    }
    const struct anova a = anova_of(moore_y, 45, category, 3, status, 2);
    expect(a.term[ANOVA_A].ss, 11.61, 1e-2);
    expect(a.term[ANOVA_A].f, 0.2770, 1e-4);
    expect(a.term[ANOVA_A].p, 0.759564, 1e-6);
    assert_true(a.term[ANOVA_A].df == 2);
    expect(a.term[ANOVA_B].ss, 212.21, 1e-2);
    expect(a.term[ANOVA_B].f, 10.1207, 1e-4);
    expect(a.term[ANOVA_B].p, 0.002874, 1e-6);
    assert_true(a.term[ANOVA_B].df == 1);
    expect(a.term[ANOVA_INTERACTION].ss, 175.49, 1e-2);
    expect(a.term[ANOVA_INTERACTION].f, 4.1846, 1e-4);
    expect(a.term[ANOVA_INTERACTION].p, 0.022572, 1e-6);
    expect(a.error.ss, 817.76, 1e-2);
    assert_true(a.error.df == 39);
    const struct anova turned = anova_of(moore_y, 45, status, 2, category, 3);
    expect(turned.term[ANOVA_A].ss, a.term[ANOVA_B].ss, 1e-9);
    expect(turned.term[ANOVA_B].ss, a.term[ANOVA_A].ss, 1e-9);
}

static void given_nist_s_sirstv_when_analysed_expect_the_certified_values(void **state)
{
    (void)state;
    const double y[25] = {196.3052, 196.1240, 196.1890, 196.2569, 196.3403, 196.3042, 196.3825,
                          196.1669, 196.3257, 196.0422, 196.1303, 196.2005, 196.2889, 196.0343,
                          196.1811, 196.2795, 196.1748, 196.1494, 196.1485, 195.9885, 196.2119,
                          196.1051, 196.1850, 196.0052, 196.2090};
    int32_t instrument[25];
    for (int i = 0; i < 25; i++)
        instrument[i] = i / 5;
    const struct anova a = anova_of(y, 25, instrument, 5, NULL, 0);
    expect(a.term[ANOVA_A].ss, 5.11462616000000e-02, 1e-12);
    expect(a.term[ANOVA_A].ms, 1.27865654000000e-02, 1e-12);
    expect(a.term[ANOVA_A].f, 1.18046237440255, 1e-10);
    expect(a.term[ANOVA_A].partial_eta_squared, 1.90999039051129e-01, 1e-11); /* R² */
    expect(a.error.ss, 2.16636560000000e-01, 1e-12);
    expect(sqrt(a.error.ms), 1.04076068334656e-01, 1e-12);
    assert_true(a.n_factors == 1 && a.term[ANOVA_A].df == 4 && a.error.df == 20);
    assert_true(isnan(a.term[ANOVA_B].p) && isnan(a.term[ANOVA_INTERACTION].p));
}

/* Nine treatments of 21 values: the mean, then ten times 0.1 below and above it. */
static void given_nist_s_smls_when_analysed_expect_f_21_whatever_is_in_common(void **state)
{
    (void)state;
    const double mean[9] = {1.4, 1.3, 1.5, 1.3, 1.5, 1.3, 1.5, 1.3, 1.5};
    const struct {
        double common, precision;
    } sets[] = {{0, 1e-12}, {1e6 - 1, 1e-8}, {1e12 - 1, 3e-2}};
    for (size_t set = 0; set < COUNT(sets); set++) {
        double y[189];
        int32_t treatment[189];
        for (int i = 0; i < 189; i++) {
            const int k = i % 21;
            treatment[i] = i / 21;
            y[i] = sets[set].common + (mean[i / 21] + (k == 0 ? 0 : k % 2 ? -0.1 : 0.1));
        }
        const struct anova a = anova_of(y, 189, treatment, 9, NULL, 0);
        assert_true(a.term[ANOVA_A].df == 8 && a.error.df == 180);
        if (!(fabs(a.term[ANOVA_A].f / 21 - 1) < sets[set].precision))
            fail_msg("F %.15g for values above %g", a.term[ANOVA_A].f, sets[set].common);
    }
}

static void given_one_run_a_group_when_analysed_expect_no_f(void **state)
{
    (void)state;
    const double y[] = {1, 2, 4, 9};
    const int32_t a[] = {0, 0, 1, 1}, b[] = {0, 1, 0, 1};
    const struct anova anova = anova_of(y, 4, a, 2, b, 2);
    for (int i = 0; i < 3; i++) {
        assert_true(anova.term[i].df == 1 && anova.term[i].ss > 0 && isnan(anova.term[i].f) &&
                    isnan(anova.term[i].p) && isnan(anova.term[i].partial_eta_squared));
        assert_string_equal(anova.term[i].reason, "one run a group: no error to test against");
    }
    assert_true(anova.error.df == 0 && isnan(anova.error.ms));
}

static void given_no_variance_within_when_analysed_expect_a_reason(void **state)
{
    (void)state;
    const double same[] = {0.1, 0.1, 0.1, 0.1}, apart[] = {0.1, 0.1, 0.3, 0.3};
    const int32_t a[] = {0, 0, 1, 1};
    struct anova anova = anova_of(same, 4, a, 2, NULL, 0);
    assert_true(anova.term[ANOVA_A].ss == 0 && isnan(anova.term[ANOVA_A].f) &&
                isnan(anova.term[ANOVA_A].partial_eta_squared));
    assert_string_equal(anova.term[ANOVA_A].reason, "no variance within the groups");
    anova = anova_of(apart, 4, a, 2, NULL, 0);
    assert_true(isnan(anova.term[ANOVA_A].p) && anova.term[ANOVA_A].partial_eta_squared == 1);
}

static void given_empty_groups_when_analysed_expect_the_df_of_the_others(void **state)
{
    (void)state;
    /* 2 x 3 without one cell: an interaction of one df, A and B still separable */
    const double y[] = {1, 2, 3, 5, 4, 4.5, 6, 8, 7, 7.5};
    const int32_t a[] = {0, 0, 0, 0, 0, 0, 1, 1, 1, 1}, b[] = {0, 0, 1, 1, 2, 2, 0, 0, 1, 1};
    struct anova anova = anova_of(y, 10, a, 2, b, 3);
    assert_true(anova.n_cells == 6 && anova.n_empty == 1 && anova.error.df == 5);
    assert_true(anova.term[ANOVA_A].df == 1 && anova.term[ANOVA_B].df == 2 &&
                anova.term[ANOVA_INTERACTION].df == 1);
    assert_true(anova.term[ANOVA_A].p > 0 && anova.term[ANOVA_A].p < 1);
    /* only the diagonal: which factor it is cannot be told */
    const int32_t diagonal[] = {0, 0, 0, 0, 1, 1, 1, 2, 2, 2};
    anova = anova_of(y, 10, diagonal, 3, diagonal, 3);
    assert_true(anova.n_empty == 6 && anova.error.df == 7);
    for (int i = 0; i < 3; i++) {
        assert_true(isnan(anova.term[i].p) && isnan(anova.term[i].ss));
        assert_non_null(strstr(anova.term[i].reason, "empty groups"));
    }
}

static void given_a_single_group_or_none_when_analysed_expect_no_table(void **state)
{
    (void)state;
    const double y[] = {1, 2, 3};
    const int32_t a[] = {1, 1, 1}, b[] = {0, 1, 1};
    struct anova anova = anova_of(y, 3, a, 4, NULL, 0);
    assert_true(anova.n_factors == 0 && isnan(anova.term[ANOVA_A].p));
    assert_string_equal(anova.reason, "a single group");
    anova = anova_of(y, 0, a, 4, NULL, 0);
    assert_string_equal(anova.reason, "no runs");
    anova = anova_of(y, 3, a, 4, b, 2); /* the second alone varies */
    assert_true(anova.n_factors == 1 && anova.term[ANOVA_B].df == 1 && !anova.reason);
    assert_string_equal(anova.term[ANOVA_A].reason, "only one level");
    assert_int_equal(statistics_anova(&anova, y, 3, a, 1000, b, 2), STATUS_USER);
    support_assert_message("1000 levels, at most 200", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_a_sample_when_summarized_expect_r_s_numbers),
        cmocka_unit_test(given_no_one_or_equal_values_when_summarized_expect_reasons),
        cmocka_unit_test(given_students_sleep_when_tested_expect_r_s_t_tests),
        cmocka_unit_test(given_unequal_groups_when_tested_expect_rosetta_s_p),
        cmocka_unit_test(given_one_run_or_no_variance_when_tested_expect_a_reason),
        cmocka_unit_test(given_p_when_corrected_expect_bonferroni_and_stars),
        cmocka_unit_test(given_toothgrowth_when_analysed_expect_r_s_table),
        cmocka_unit_test(given_moore_when_analysed_expect_car_s_type_ii_table),
        cmocka_unit_test(given_nist_s_sirstv_when_analysed_expect_the_certified_values),
        cmocka_unit_test(given_nist_s_smls_when_analysed_expect_f_21_whatever_is_in_common),
        cmocka_unit_test(given_one_run_a_group_when_analysed_expect_no_f),
        cmocka_unit_test(given_no_variance_within_when_analysed_expect_a_reason),
        cmocka_unit_test(given_empty_groups_when_analysed_expect_the_df_of_the_others),
        cmocka_unit_test(given_a_single_group_or_none_when_analysed_expect_no_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
