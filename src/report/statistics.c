/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Summaries and t-tests, with the distributions of GSL. */
#include "report/statistics.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/number.h"
#include "core/scope.h"
#include "core/status.h"

static const double tail = 0.975; /* of 95 % intervals */

/* ---- summaries */

int statistics_summarize(struct summary *summary, const double *values, size_t n)
{
    *summary = (struct summary){n, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, "no runs"};
    if (n == 0)
        return STATUS_OK;
    OWN_NEW(double, sorted, n, "a summary");
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

int statistics_rank(const double *values, size_t n, double same, double *rank)
{
    OWN_NEW(size_t, order, n, "the ranks");
    gsl_sort_index(order, values, 1, n);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && values[order[end]] - values[order[i]] <= same;)
            end++;
        for (size_t k = i; k < end; k++)
            rank[order[k]] = (double)(i + 1 + end) / 2;
    }
    return STATUS_OK;
}

struct interval statistics_logit_interval(const struct summary *s)
{
    const double odds = s->mean / (1 - s->mean);
    const double reach = exp((s->ci_high - s->mean) / (s->mean * (1 - s->mean)));
    if (s->mean > 0 && s->mean < 1)
        return (struct interval){odds / reach / (1 + odds / reach), 1 - 1 / (1 + odds * reach)};
    return (struct interval){s->ci_low, s->ci_high};
}

/* ---- t-tests */

/* Completes a test that has its difference and degrees of freedom. */
static void take_error(struct t_test *test, double error)
{
    const double half = gsl_cdf_tdist_Pinv(tail, test->df) * error;
    test->error = error;
    test->t = test->difference / error;
    test->p = fmin(1, 2 * gsl_cdf_tdist_Q(fabs(test->t), test->df));
    test->ci_low = test->difference - half;
    test->ci_high = test->difference + half;
}

struct t_test statistics_t_test(const struct summary *first, const struct summary *second,
                                enum t_test_kind kind)
{
    struct t_test test = {NAN, NAN, NAN, NAN, NAN, NAN, NAN, NULL};
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
    take_error(&test, sqrt(variance));
    return test;
}

struct t_test statistics_paired_t_test(const struct summary *differences)
{
    const struct summary *d = differences;
    struct t_test test = {d->mean, NAN, NAN, NAN, NAN, NAN, NAN, NULL};
    if (d->n < 2)
        test.reason = d->n == 0 ? "no seed in common" : "one seed in common";
    else if (!(d->sd > 0))
        test.reason = "the same difference with every seed";
    if (test.reason)
        return test;
    test.df = (double)(d->n - 1);
    take_error(&test, d->sd / sqrt((double)d->n));
    test.ci_low = d->ci_low; /* the same but for rounding */
    test.ci_high = d->ci_high;
    return test;
}

double statistics_smallest(const struct t_test *test, double alpha)
{
    return isnan(test->t) ? NAN
                          : test->error * (gsl_cdf_tdist_Pinv(1 - alpha / 2, test->df) +
                                           gsl_cdf_tdist_Pinv(0.8, test->df));
}

double statistics_bonferroni(double p, size_t m)
{
    return isnan(p) ? p : fmin(1, p * (double)m);
}

void statistics_put_p(FILE *out, double p)
{
    number_put(out, p < 1e-4 ? "\t%.*e" : "\t%.*f", p < 1e-4 ? 1 : 4, p, "\t-");
}

const char *statistics_stars(double p)
{
    if (isnan(p))
        return "-";
    return p < 0.001 ? "***" : p < 0.01 ? "**" : p < 0.05 ? "*" : "ns";
}
