/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report/anova against published examples and R:
 *   R's `ToothGrowth`: aov(len ~ supp * dose), balanced;
 *   `Moore` of carData: car::Anova(conformity ~ fcategory * partner.status), its Type II table,
 *   groups of 4 to 11;
 *   NIST StRD one-way: SiRstv, and SmLs01, 04, 07 (the last two with 7 and 13 digits in common);
 *   R 4.2.2 and car 3.1-1 on three factors and five seeds, whole and with holes;
 * and the cases in which nothing can be said. */
#include "report/anova.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/status.h"
#include "report/statistics.h"
#include "support.h"

/* Fails unless within half a unit of the last printed digit. */
static void expect(double value, double printed, double unit)
{
    if (!(isnan(printed) && isnan(value)) && !(fabs(value - printed) <= 0.5000001 * unit))
        fail_msg("%.15g, published is %.15g to %g", value, printed, unit);
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool are_alike(const int32_t *const *level, int n_factors, size_t i, size_t k)
{
    for (int f = 0; f < n_factors; f++)
        if (level[f][i] != level[f][k])
            return false;
    return true;
}

/* Adds the cell of the levels of value i, if they are not those of a value before. */
static void add_cell(struct anova_cell *cells, int32_t *n_cells, const double *y, size_t n,
                     int n_factors, const int32_t *const *level, size_t i)
{
    double values[200];
    size_t n_values = 0;
    struct summary s;
    for (size_t k = 0; k < n; k++)
        if (are_alike(level, n_factors, i, k)) {
            if (k < i)
                return;
            values[n_values++] = y[k];
        }
    assert_int_equal(statistics_summarize(&s, values, n_values), STATUS_OK);
    struct anova_cell *cell = &cells[(*n_cells)++];
    *cell = (struct anova_cell){.n = n_values, .mean = s.mean};
    cell->within = n_values > 1 ? s.sd * s.sd * (double)(n_values - 1) : 0;
    for (int f = 0; f < n_factors; f++)
        cell->level[f] = level[f][i];
}

static struct anova analyse(const double *y, size_t n, int n_factors, const int32_t *const *level)
{
    static struct anova_cell cells[200];
    struct anova anova;
    int32_t n_cells = 0;
    for (size_t i = 0; i < n; i++)
        add_cell(cells, &n_cells, y, n, n_factors, level, i);
    assert_int_equal(anova_of_runs(&anova, cells, n_cells, n_factors), STATUS_OK);
    return anova;
}

enum { ANOVA_A, ANOVA_B, ANOVA_INTERACTION };

static struct anova anova_of(const double *y, size_t n, const int32_t *a, const int32_t *b)
{
    return analyse(y, n, b ? 2 : 1, (const int32_t *[]){a, b});
}

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
    const struct anova a = anova_of(y, 60, supp, dose);
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
    expect(a.error_ss, 712.11, 1e-2);
    assert_true(a.error_df == 54);
    expect(a.term[ANOVA_B].partial_eta_squared, 2426.43 / (2426.43 + 712.11), 1e-5);
    assert_true(a.n_terms == 3 && a.n_cells == 6 && a.n_empty == 0 && !a.reason);
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
    const struct anova a = anova_of(moore_y, 45, category, status);
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
    expect(a.error_ss, 817.76, 1e-2);
    assert_true(a.error_df == 39);
    const struct anova turned = anova_of(moore_y, 45, status, category);
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
    const struct anova a = anova_of(y, 25, instrument, NULL);
    expect(a.term[ANOVA_A].ss, 5.11462616000000e-02, 1e-12);
    expect(a.term[ANOVA_A].ms, 1.27865654000000e-02, 1e-12);
    expect(a.term[ANOVA_A].f, 1.18046237440255, 1e-10);
    expect(a.term[ANOVA_A].partial_eta_squared, 1.90999039051129e-01, 1e-11); /* R² */
    expect(a.error_ss, 2.16636560000000e-01, 1e-12);
    expect(sqrt(a.error_ss / a.error_df), 1.04076068334656e-01, 1e-12);
    assert_true(a.n_terms == 1 && a.term[ANOVA_A].df == 4 && a.error_df == 20);
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
        const struct anova a = anova_of(y, 189, treatment, NULL);
        assert_true(a.term[ANOVA_A].df == 8 && a.error_df == 180);
        if (!(fabs(a.term[ANOVA_A].f / 21 - 1) < sets[set].precision))
            fail_msg("F %.15g for values above %g", a.term[ANOVA_A].f, sets[set].common);
    }
}

static void given_one_run_a_group_when_analysed_expect_no_f(void **state)
{
    (void)state;
    const double y[] = {1, 2, 4, 9};
    const int32_t a[] = {0, 0, 1, 1}, b[] = {0, 1, 0, 1};
    const struct anova anova = anova_of(y, 4, a, b);
    for (int i = 0; i < 3; i++) {
        assert_true(anova.term[i].df == 1 && anova.term[i].ss > 0 && isnan(anova.term[i].f) &&
                    isnan(anova.term[i].p) && isnan(anova.term[i].partial_eta_squared));
        assert_string_equal(anova.term[i].reason, "one run a group: no error to test against");
    }
    assert_true(anova.error_df == 0);
}

static void given_no_variance_within_when_analysed_expect_a_reason(void **state)
{
    (void)state;
    const double same[] = {0.1, 0.1, 0.1, 0.1}, apart[] = {0.1, 0.1, 0.3, 0.3};
    const int32_t a[] = {0, 0, 1, 1};
    struct anova anova = anova_of(same, 4, a, NULL);
    assert_true(anova.term[ANOVA_A].ss == 0 && isnan(anova.term[ANOVA_A].f) &&
                isnan(anova.term[ANOVA_A].partial_eta_squared));
    assert_string_equal(anova.term[ANOVA_A].reason, "no variance within the groups");
    anova = anova_of(apart, 4, a, NULL);
    assert_true(isnan(anova.term[ANOVA_A].p) && anova.term[ANOVA_A].partial_eta_squared == 1);
}

static void given_empty_groups_when_analysed_expect_the_df_of_the_others(void **state)
{
    (void)state;
    /* 2 x 3 without one cell: an interaction of one df, A and B still separable */
    const double y[] = {1, 2, 3, 5, 4, 4.5, 6, 8, 7, 7.5};
    const int32_t a[] = {0, 0, 0, 0, 0, 0, 1, 1, 1, 1}, b[] = {0, 0, 1, 1, 2, 2, 0, 0, 1, 1};
    struct anova anova = anova_of(y, 10, a, b);
    assert_true(anova.n_cells == 6 && anova.n_empty == 1 && anova.error_df == 5);
    assert_true(anova.term[ANOVA_A].df == 1 && anova.term[ANOVA_B].df == 2 &&
                anova.term[ANOVA_INTERACTION].df == 1);
    assert_true(anova.term[ANOVA_A].p > 0 && anova.term[ANOVA_A].p < 1);
    /* only the diagonal: which factor it is cannot be told */
    const int32_t diagonal[] = {0, 0, 0, 0, 1, 1, 1, 2, 2, 2};
    anova = anova_of(y, 10, diagonal, diagonal);
    assert_true(anova.n_empty == 6 && anova.error_df == 7);
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
    struct anova anova = anova_of(y, 3, a, NULL);
    assert_true(anova.n_terms == 1 && isnan(anova.term[ANOVA_A].p));
    assert_string_equal(anova.reason, "a single group");
    anova = anova_of(y, 0, a, NULL);
    assert_string_equal(anova.reason, "no runs");
    anova = anova_of(y, 3, a, b); /* the second alone varies */
    assert_true(anova.n_terms == 2 && anova.term[ANOVA_B].df == 1 && !anova.reason);
    assert_string_equal(anova.term[ANOVA_A].reason, "only one level");
}

/* Three factors of 2, 3 and 2 levels and five seeds: in R,
 *     d <- expand.grid(s = 1:5, c = 0:1, b = 0:2, a = 0:1)
 *     d$y <- with(d, ((a*7 + b*5 + c*11 + s*13) * 17 + a*b*19 + b*c*23 + s*a*29 + s*b*s*31) %% 101)
 * and all but y as factors. */
enum { A, B, C, N_SEEDS = 5, N_VALUES = 60 };
static double value_of(int a, int b, int c, int s)
{
    return ((a * 7 + b * 5 + c * 11 + s * 13) * 17 + a * b * 19 + b * c * 23 + s * a * 29 +
            s * b * s * 31) %
           101;
}

static void expect_term(const struct anova *anova, unsigned factors, double ss, double f, double p,
                        double epsilon, double p_of_epsilon)
{
    const struct anova_term *term = anova_find(anova, factors);
    assert_non_null(term);
    expect(term->ss, ss, 1e-8);
    expect(term->f, f, 1e-5);
    expect(term->p, p, 1e-5);
    expect(anova_p(term), p_of_epsilon, 1e-5);
    expect(term->epsilon, epsilon, 1e-12);
}

static void given_three_factors_when_analysed_by_seed_expect_r_s_repeated_measures(void **state)
{
    (void)state;
    /* summary(aov(y ~ a * b * c + Error(s / (a * b * c)), d)); Greenhouse and Geisser's of
     * summary(car::Anova(lm(w ~ 1), idata = id, idesign = ~a * b * c), multivariate = FALSE), w
     * the 5 x 12 matrix of y */
    struct anova_cell cells[12] = {0};
    double values[N_SEEDS * 12];
    int n = 0;
    for (int a = 0; a < 2; a++)
        for (int b = 0; b < 3; b++)
            for (int c = 0; c < 2; c++, n++) {
                cells[n] = (struct anova_cell){.level = {a, b, c}, .n = N_SEEDS};
                for (int s = 0; s < N_SEEDS; s++)
                    values[s * 12 + n] = value_of(a, b, c, s + 1);
            }
    struct anova anova;
    assert_int_equal(anova_by_seed(&anova, cells, 12, 3, values, N_SEEDS), STATUS_OK);
    assert_true(anova.n_terms == 7 && anova.n_seeds == N_SEEDS && !anova.reason);
    expect_term(&anova, 1 << A, 4.81666666667, 0.00624, 0.94083, 1, 0.94083);
    expect_term(&anova, 1 << B, 3330.7, 3.13554, 0.098749, 0.6676434544969, 0.13101);
    expect_term(&anova, 1 << C, 66.15, 0.05986, 0.81876, 1, 0.81876);
    expect_term(&anova, 1 << A | 1 << B, 354.43333333, 0.24526, 0.78818, 0.8186968838527, 0.74814);
    expect_term(&anova, 1 << A | 1 << C, 170.01666667, 0.28571, 0.62131, 1, 0.62131);
    expect_term(&anova, 1 << B | 1 << C, 532.9, 0.27256, 0.76823, 0.6350540216086, 0.67733);
    expect_term(&anova, 7, 2380.23333333, 1.21739, 0.34548, 0.6350540216086, 0.33828);
    const struct anova_term *b = anova_find(&anova, 1 << B);
    expect(b->error_ss, 4248.96666667, 1e-8);
    assert_true(b->df == 2 && b->error_df == 8);
}

static void given_three_factors_with_holes_when_analysed_expect_car_s_type_ii_table(void **state)
{
    (void)state;
    /* u <- d[!(seq_len(60) %% 7 == 3) & !(d$a == 1 & d$b == 2 & d$c == 1), ]
     * car::Anova(lm(y ~ a * b * c, u), type = 2, singular.ok = TRUE) */
    double y[N_VALUES];
    int32_t a[N_VALUES], b[N_VALUES], c[N_VALUES];
    size_t n = 0;
    for (int i = 0; i < N_VALUES; i++) {
        const int level_a = i / 30, level_b = i / 10 % 3, level_c = i / 5 % 2;
        if ((i + 1) % 7 == 3 || (level_a == 1 && level_b == 2 && level_c == 1))
            continue;
        a[n] = level_a;
        b[n] = level_b;
        c[n] = level_c;
        y[n++] = value_of(level_a, level_b, level_c, i % 5 + 1);
    }
    assert_int_equal(n, 47);
    const struct anova anova = analyse(y, n, 3, (const int32_t *[]){a, b, c});
    expect_term(&anova, 1 << A, 1.06382979, 0.00131, 0.971359, NAN, 0.971359);
    expect_term(&anova, 1 << B, 3865.57290871, 2.37491, 0.107444, NAN, 0.107444);
    expect_term(&anova, 1 << C, 128.72945602, 0.15818, 0.69319, NAN, 0.69319);
    expect_term(&anova, 1 << A | 1 << B, 340.03369361, 0.20891, 0.812446, NAN, 0.812446);
    expect_term(&anova, 1 << A | 1 << C, 624.36001462, 0.76718, 0.386897, NAN, 0.386897);
    expect_term(&anova, 1 << B | 1 << C, 392.63039927, 0.24122, 0.786927, NAN, 0.786927);
    expect_term(&anova, 7, 3687.20526316, 4.53066, 0.040206, NAN, 0.040206);
    expect(anova.error_ss, 29298.05, 1e-8);
    assert_true(anova.error_df == 36 && anova.n_empty == 1 && anova_find(&anova, 7)->df == 1);
}

static void given_one_seed_or_equal_effects_when_analysed_by_seed_expect_reasons(void **state)
{
    (void)state;
    const struct anova_cell cells[2] = {{.level = {0}, .n = 2}, {.level = {1}, .n = 2}};
    struct anova anova;
    assert_int_equal(anova_by_seed(&anova, cells, 2, 1, (double[]){1, 2}, 1), STATUS_OK);
    assert_string_equal(anova.reason, "no two seeds are in all groups");
    assert_int_equal(anova_by_seed(&anova, cells, 2, 1, (double[]){1, 2, 3, 4}, 2), STATUS_OK);
    assert_string_equal(anova.term[0].reason, "the same with every seed");
    assert_true(isnan(anova.term[0].p) && anova.term[0].partial_eta_squared == 1);
}

static void given_very_many_groups_when_analysed_expect_a_refusal(void **state)
{
    (void)state;
    enum { LEVELS = 250, N = LEVELS * LEVELS };
    struct anova_cell *cells = calloc(N, sizeof *cells);
    struct anova anova;
    for (int i = 0; i < N; i++)
        cells[i] = (struct anova_cell){.level = {i / LEVELS, i % LEVELS}, .n = 1};
    assert_int_equal(anova_of_runs(&anova, cells, N, 2), STATUS_USER);
    support_assert_message("the factors make 62500 groups, too many to be analysed", NULL);
    free(cells);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_toothgrowth_when_analysed_expect_r_s_table),
        cmocka_unit_test(given_moore_when_analysed_expect_car_s_type_ii_table),
        cmocka_unit_test(given_nist_s_sirstv_when_analysed_expect_the_certified_values),
        cmocka_unit_test(given_nist_s_smls_when_analysed_expect_f_21_whatever_is_in_common),
        cmocka_unit_test(given_one_run_a_group_when_analysed_expect_no_f),
        cmocka_unit_test(given_no_variance_within_when_analysed_expect_a_reason),
        cmocka_unit_test(given_empty_groups_when_analysed_expect_the_df_of_the_others),
        cmocka_unit_test(given_a_single_group_or_none_when_analysed_expect_no_table),
        cmocka_unit_test(given_three_factors_when_analysed_by_seed_expect_r_s_repeated_measures),
        cmocka_unit_test(given_three_factors_with_holes_when_analysed_expect_car_s_type_ii_table),
        cmocka_unit_test(given_one_seed_or_equal_effects_when_analysed_by_seed_expect_reasons),
        cmocka_unit_test(given_very_many_groups_when_analysed_expect_a_refusal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
