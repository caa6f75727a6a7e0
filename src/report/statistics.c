/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Summaries, t-tests and analysis of variance, with the distributions and the regression of GSL.
 *
 * The two-way analysis is of unequal groups, by Type II sums of squares: each factor after the
 * other, the interaction after both,
 *     SS(A) = R(A, B) - R(B),  SS(B) = R(A, B) - R(A),  SS(AB) = R(cells) - R(A, B),
 * where R is what a model explains. They respect marginality, do not depend on how levels are
 * coded, and are defined with empty cells; Type III is neither of the latter. (Fox, Applied
 * Regression Analysis, 2016, 8.2; car::Anova's default.)
 *
 * The models need cell means alone: what the values in a cell scatter is in every model's
 * residue. So the regression of A + B is of n_a n_b means weighted by their n, not of n values. */
#include "report/statistics.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_multifit.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/status.h"

static const double tail = 0.975; /* of 95 % intervals */

/* Sums of squares below this share of the total are rounding. */
static const double negligible = 1e-13;

/* ---- summaries */

int statistics_summarize(struct summary *summary, const double *values, size_t n)
{
    *summary = (struct summary){n, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, "no runs"};
    if (n == 0)
        return STATUS_OK;
    double *sorted = malloc(n * sizeof *sorted);
    if (!sorted)
        return status_no_memory("a summary", n * sizeof *sorted);
    memcpy(sorted, values, n * sizeof *sorted);
    gsl_sort(sorted, 1, n);
    summary->minimum = sorted[0];
    summary->lower_quartile = gsl_stats_quantile_from_sorted_data(sorted, 1, n, 0.25);
    summary->median = gsl_stats_quantile_from_sorted_data(sorted, 1, n, 0.5);
    summary->upper_quartile = gsl_stats_quantile_from_sorted_data(sorted, 1, n, 0.75);
    summary->maximum = sorted[n - 1];
    /* Equal values have no spread, not one of rounding; others are taken from the first on, so
     * that a large common part costs no digits. */
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++)
        sum += sorted[i] - sorted[0];
    const double above = sum / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += (sorted[i] - sorted[0] - above) * (sorted[i] - sorted[0] - above);
    free(sorted);
    summary->mean = summary->minimum + above;
    summary->reason = n == 1 ? "one run" : NULL;
    if (n > 1) {
        summary->sd = sqrt(squares / (double)(n - 1));
        const double half =
            gsl_cdf_tdist_Pinv(tail, (double)(n - 1)) * summary->sd / sqrt((double)n);
        summary->ci_low = summary->mean - half;
        summary->ci_high = summary->mean + half;
    }
    return STATUS_OK;
}

/* ---- t-tests */

struct t_test statistics_t_test(const struct summary *first, const struct summary *second,
                                enum t_test_kind kind)
{
    struct t_test test = {NAN, NAN, NAN, NAN, NAN, NAN, NULL};
    if (first->n == 0 || second->n == 0) {
        test.reason = "a group without runs";
        return test;
    }
    test.difference = second->mean - first->mean;
    if (first->n + second->n < 3) {
        test.reason = "one run a group";
        return test;
    }
    if (kind == T_TEST_WELCH && (first->n == 1 || second->n == 1)) {
        test.reason = "a group of one run";
        return test;
    }
    const double n1 = (double)first->n, n2 = (double)second->n;
    const double v1 = first->n > 1 ? first->sd * first->sd : 0;
    const double v2 = second->n > 1 ? second->sd * second->sd : 0;
    double variance; /* of the difference */
    if (kind == T_TEST_POOLED) {
        test.df = n1 + n2 - 2;
        variance = ((n1 - 1) * v1 + (n2 - 1) * v2) / test.df * (1 / n1 + 1 / n2);
    } else {
        variance = v1 / n1 + v2 / n2;
        /* of ratios, which cannot underflow as the fourth powers can */
        const double r1 = v1 / n1 / variance, r2 = v2 / n2 / variance;
        test.df = 1 / (r1 * r1 / (n1 - 1) + r2 * r2 / (n2 - 1));
    }
    if (!(variance > 0)) {
        test.df = kind == T_TEST_POOLED ? test.df : NAN;
        test.reason = "no variance in either group";
        return test;
    }
    const double error = sqrt(variance);
    const double half = gsl_cdf_tdist_Pinv(tail, test.df) * error;
    test.t = test.difference / error;
    test.p = fmin(1, 2 * gsl_cdf_tdist_Q(fabs(test.t), test.df));
    test.ci_low = test.difference - half;
    test.ci_high = test.difference + half;
    return test;
}

double statistics_bonferroni(double p, size_t m)
{
    return isnan(p) ? p : fmin(1, p * (double)m);
}

const char *statistics_stars(double p)
{
    if (isnan(p))
        return "-";
    return p < 0.001 ? "***" : p < 0.01 ? "**" : p < 0.05 ? "*" : "ns";
}

/* ---- analysis of variance */

/* The table of cells: those of one factor are a table with one column. */
struct cells {
    int32_t n_a, n_b;
    double *n, *mean;            /* [n_a][n_b]; means from the first value on */
    double *a_n, *a_mean;        /* [n_a] */
    double *b_n, *b_mean;        /* [n_b] */
    double within, between;      /* sums of squares: in cells, of cells about the grand mean */
    double between_a, between_b; /* R(A), R(B) */
    int32_t n_filled, filled_a, filled_b; /* cells, levels that occur */
    double *memory;
};

static int cells_init(struct cells *cells, const double *values, size_t n, const int32_t *a,
                      int32_t n_a, const int32_t *b, int32_t n_b)
{
    const size_t n_ab = (size_t)n_a * (size_t)n_b, n_all = 2 * (n_ab + (size_t)n_a + (size_t)n_b);
    *cells = (struct cells){.n_a = n_a, .n_b = n_b};
    double *next = cells->memory = calloc(n_all, sizeof *next);
    if (!next)
        return status_no_memory("the analysis of variance", n_all * sizeof *next);
    cells->n = next, next += n_ab;
    cells->mean = next, next += n_ab;
    cells->a_n = next, next += n_a;
    cells->a_mean = next, next += n_a;
    cells->b_n = next, next += n_b;
    cells->b_mean = next;
    for (size_t i = 0; i < n; i++) {
        const int32_t j = a[i], k = b ? b[i] : 0;
        cells->n[j * n_b + k]++;
        cells->mean[j * n_b + k] += values[i] - values[0];
    }
    double grand = 0;
    for (int32_t j = 0; j < n_a; j++)
        for (int32_t k = 0; k < n_b; k++) {
            const double m = cells->n[j * n_b + k], sum = cells->mean[j * n_b + k];
            cells->a_n[j] += m;
            cells->b_n[k] += m;
            cells->a_mean[j] += sum;
            cells->b_mean[k] += sum;
            grand += sum;
            cells->mean[j * n_b + k] = m > 0 ? sum / m : 0;
            cells->n_filled += m > 0;
        }
    grand /= (double)n;
    for (int32_t j = 0; j < n_a; j++)
        if (cells->a_n[j] > 0) {
            const double d = (cells->a_mean[j] /= cells->a_n[j]) - grand;
            cells->between_a += cells->a_n[j] * d * d;
            cells->filled_a++;
        }
    for (int32_t k = 0; k < n_b; k++)
        if (cells->b_n[k] > 0) {
            const double d = (cells->b_mean[k] /= cells->b_n[k]) - grand;
            cells->between_b += cells->b_n[k] * d * d;
            cells->filled_b++;
        }
    for (int32_t c = 0; c < n_a * n_b; c++)
        cells->between += cells->n[c] * (cells->mean[c] - grand) * (cells->mean[c] - grand);
    for (size_t i = 0; i < n; i++) {
        const double d = values[i] - values[0] - cells->mean[a[i] * n_b + (b ? b[i] : 0)];
        cells->within += d * d;
    }
    if (cells->within < negligible * (cells->within + cells->between))
        cells->within = 0;
    return STATUS_OK;
}

/* What A + B leaves of the cell means, and the rank of that model: a constant, and a column for
 * each level that occurs but the first. */
static int fit_additive(const struct cells *cells, double *residue, size_t *rank)
{
    const size_t n_columns = (size_t)(cells->filled_a + cells->filled_b - 1);
    /* GSL wants at least as many rows as columns: those added are of weight 0 */
    const size_t n_filled = (size_t)cells->n_filled;
    const size_t n_rows = n_filled > n_columns ? n_filled : n_columns;
    size_t *column_a = calloc((size_t)(cells->n_a + cells->n_b), sizeof *column_a);
    size_t *column_b = column_a ? column_a + cells->n_a : NULL;
    gsl_matrix *x = gsl_matrix_calloc(n_rows, n_columns);
    gsl_matrix *covariance = gsl_matrix_alloc(n_columns, n_columns);
    gsl_vector *w = gsl_vector_calloc(n_rows), *y = gsl_vector_calloc(n_rows);
    gsl_vector *c = gsl_vector_alloc(n_columns);
    gsl_multifit_linear_workspace *work = gsl_multifit_linear_alloc(n_rows, n_columns);
    int status = STATUS_OK;
    if (!column_a || !x || !covariance || !w || !y || !c || !work) {
        status = status_no_memory("the analysis of variance", n_rows * n_columns * sizeof(double));
    } else {
        size_t next = 0;
        for (int32_t j = 0; j < cells->n_a; j++)
            if (cells->a_n[j] > 0)
                column_a[j] = next++; /* 0, the first, stands for none: the constant's */
        next--;
        for (int32_t k = 0, seen = 0; k < cells->n_b; k++)
            if (cells->b_n[k] > 0)
                column_b[k] = seen++ ? ++next : 0;
        size_t row = 0;
        for (int32_t j = 0; j < cells->n_a; j++)
            for (int32_t k = 0; k < cells->n_b; k++) {
                const int32_t cell = j * cells->n_b + k;
                if (!(cells->n[cell] > 0))
                    continue;
                gsl_matrix_set(x, row, column_a[j], 1);
                gsl_matrix_set(x, row, column_b[k], 1);
                gsl_matrix_set(x, row, 0, 1);
                gsl_vector_set(w, row, cells->n[cell]);
                gsl_vector_set(y, row, cells->mean[cell]);
                row++;
            }
        const int failed =
            gsl_multifit_wlinear_tsvd(x, w, y, 1e-10, c, covariance, residue, rank, work);
        if (failed)
            status = status_fail(STATUS_SYSTEM, "the analysis of variance failed (%s)",
                                 gsl_strerror(failed));
    }
    gsl_multifit_linear_free(work);
    gsl_vector_free(c);
    gsl_vector_free(y);
    gsl_vector_free(w);
    gsl_matrix_free(covariance);
    gsl_matrix_free(x);
    free(column_a);
    return status;
}

static struct anova_term undefined_term(const char *reason)
{
    return (struct anova_term){NAN, NAN, NAN, NAN, NAN, NAN, reason};
}

/* F, p and effect size of a sum of squares; `total` says what of it is rounding. */
static struct anova_term test_term(double ss, double df, const struct anova_term *error,
                                   double total, const char *without_df)
{
    struct anova_term term = undefined_term(without_df);
    if (!(df > 0))
        return term;
    term.reason = NULL;
    term.ss = ss > negligible * total ? ss : 0;
    term.df = df;
    term.ms = term.ss / df;
    if (!(error->df > 0)) {
        term.reason = "one run a group: no error to test against";
    } else if (!(error->ss > 0)) {
        term.reason = "no variance within the groups";
        if (term.ss > 0)
            term.partial_eta_squared = 1;
    } else {
        term.f = term.ms / error->ms;
        term.p = gsl_cdf_fdist_Q(term.f, df, error->df);
        term.partial_eta_squared = term.ss / (term.ss + error->ss);
    }
    return term;
}

int statistics_anova(struct anova *anova, const double *values, size_t n, const int32_t *a,
                     int32_t n_a, const int32_t *b, int32_t n_b)
{
    const struct anova_term none = undefined_term("only one level");
    *anova = (struct anova){.n = n, .term = {none, none, none}, .error = undefined_term(NULL)};
    if (n_a > STATISTICS_LEVELS_MAX || (b && n_b > STATISTICS_LEVELS_MAX))
        return status_fail(STATUS_USER,
                           "a factor has %d levels, at most %d can be analysed: choose others "
                           "with --by",
                           n_a > STATISTICS_LEVELS_MAX ? n_a : n_b, STATISTICS_LEVELS_MAX);
    if (n == 0) {
        anova->reason = "no runs";
        return STATUS_OK;
    }
    gsl_set_error_handler_off(); /* what fails is returned here, not aborted on */
    struct cells cells;
    int status = cells_init(&cells, values, n, a, n_a, b, b ? n_b : 1);
    if (status != STATUS_OK)
        return status;
    const double total = cells.within + cells.between;
    anova->n_factors = (cells.filled_a > 1) + (cells.filled_b > 1);
    anova->n_cells = cells.filled_a * cells.filled_b;
    anova->n_empty = anova->n_cells - cells.n_filled;
    struct anova_term *error = &anova->error;
    error->ss = cells.within;
    error->df = (double)n - cells.n_filled;
    error->ms = error->df > 0 ? error->ss / error->df : NAN;
    if (anova->n_factors == 0) {
        anova->reason = "a single group";
    } else if (anova->n_factors == 1) {
        const int varies = cells.filled_a > 1 ? ANOVA_A : ANOVA_B;
        anova->term[varies] = test_term(cells.between, cells.n_filled - 1, error, total, NULL);
    } else {
        double residue = 0;
        size_t rank = 0;
        status = fit_additive(&cells, &residue, &rank);
        const double df_ab = cells.n_filled - (double)rank;
        const char *confounded = "empty groups: not separable from the other factor";
        if (!(df_ab > 0))
            residue = 0;
        anova->term[ANOVA_A] = test_term(cells.between - cells.between_b - residue,
                                         (double)rank - cells.filled_b, error, total, confounded);
        anova->term[ANOVA_B] = test_term(cells.between - cells.between_a - residue,
                                         (double)rank - cells.filled_a, error, total, confounded);
        anova->term[ANOVA_INTERACTION] =
            test_term(residue, df_ab, error, total, "empty groups: no interaction to be seen");
    }
    free(cells.memory);
    return status;
}
