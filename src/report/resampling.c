/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/resampling.h"

#include <gsl/gsl_math.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "core/random.h"
#include "core/scope.h"
#include "core/status.h"

enum { EXACT_MAX = 30, N_SHUFFLES = 100000, SEED = 1 };

/* Numbers that differ by less than this part of the largest are the same but for rounding. */
static const double same = 1e-9;

static struct random_words draw(uint32_t id, uint32_t step, uint32_t i)
{
    return random_words(SEED, RANDOM_RESAMPLE, id, step, i);
}

static double largest(const double *values, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++)
        most = fmax(most, fabs(values[i]));
    return most;
}

/* ---- signs ---- */

/* All sums of +-values, ascending, into sums[2^n]. */
static void list_sums(const double *values, size_t n, double *sums)
{
    sums[0] = 0;
    for (size_t k = 0, length = 1; k < n; k++, length *= 2)
        for (size_t i = 0; i < length; i++) {
            sums[length + i] = sums[i] + fabs(values[k]);
            sums[i] -= fabs(values[k]);
        }
    gsl_sort(sums, 1, (size_t)1 << n);
}

/* Exact: the values in two halves, and how many pairs of their sums reach what was observed. */
static int count_signs(const double *values, size_t n, double reach, double *p)
{
    const size_t n_low = n / 2, n_high = n - n_low;
    const size_t n_sums = (size_t)1 << n_low, n_others = (size_t)1 << n_high;
    OWNED double *sums = NULL, *others = NULL;
    TRY_NEW(sums, n_sums, "a permutation test");
    TRY_NEW(others, n_others, "a permutation test");
    list_sums(values, n_low, sums);
    list_sums(values + n_low, n_high, others);
    double n_reached = 0;
    for (size_t i = 0, j = n_others; i < n_sums; i++) { /* others from j on reach it with sums[i] */
        while (j > 0 && sums[i] + others[j - 1] >= reach)
            j--;
        n_reached += (double)(n_others - j);
    }
    *p = fmin(1, 2 * ldexp(n_reached, -(int)n));
    return STATUS_OK;
}

static double sample_signs(const double *values, size_t n, double reach, uint32_t id)
{
    static const double sign[] = {-1, 1}; /* a branch on random bits would be slow */
    size_t n_reached = 1;                 /* the observed signs are one of the ways */
    for (uint32_t s = 0; s < N_SHUFFLES; s++) {
        double sum = 0;
        struct random_words words = {{0}};
        for (size_t i = 0; i < n; i++) {
            if (i % 128 == 0)
                words = draw(id, s, (uint32_t)(i / 128));
            sum += sign[words.word[i / 32 % 4] >> i % 32 & 1] * values[i];
        }
        n_reached += fabs(sum) >= reach;
    }
    return (double)n_reached / (N_SHUFFLES + 1);
}

int resampling_permutation_p(const double *differences, size_t n, uint32_t id, double *p)
{
    const double most = largest(differences, n);
    double sum = 0;
    *p = NAN;
    if (n < 2 || !(most > 0))
        return STATUS_OK;
    for (size_t i = 0; i < n; i++)
        sum += differences[i];
    const double reach = fabs(sum) - same * most;
    if (n <= EXACT_MAX)
        return reach > 0 ? count_signs(differences, n, reach, p) : (*p = 1, STATUS_OK);
    *p = sample_signs(differences, n, reach, id);
    return STATUS_OK;
}

int resampling_signed_rank_p(const double *differences, size_t n, uint32_t id, double *p)
{
    const double most = largest(differences, n);
    OWNED double *size = NULL, *rank = NULL;
    size_t n_left = 0;
    TRY_NEW(size, n, "a signed-rank test");
    TRY_NEW(rank, n, "a signed-rank test");
    for (size_t i = 0; i < n; i++)
        if (fabs(differences[i]) > same * most)
            size[n_left++] = fabs(differences[i]);
    TRY(statistics_rank(size, n_left, same * most, rank));
    for (size_t i = 0, k = 0; i < n; i++)
        if (fabs(differences[i]) > same * most) {
            rank[k] = copysign(rank[k], differences[i]);
            k++;
        }
    return resampling_permutation_p(rank, n_left, id, p);
}

/* ---- samples ---- */

/* The difference of the means of n values each, and Cohen's d. */
static double d_of(const double *first, const double *second, size_t n, double *difference)
{
    const double of_first = gsl_stats_mean(first, 1, n);
    const double of_second = gsl_stats_mean(second, 1, n);
    const double variance = (gsl_stats_variance_m(first, 1, n, of_first) +
                             gsl_stats_variance_m(second, 1, n, of_second)) /
                            2;
    *difference = of_second - of_first;
    return fabs(*difference) > 0 ? *difference / sqrt(variance) : 0;
}

/* Percentiles of a list that may end in infinities. */
static struct interval interval_of(double *values, size_t n)
{
    gsl_sort(values, 1, n);
    const double low = values[(size_t)(0.025 * (double)n)];
    const double high = values[n - 1 - (size_t)(0.025 * (double)n)];
    const bool is_known = isfinite(low) && isfinite(high);
    return (struct interval){is_known ? low : NAN, is_known ? high : NAN};
}

int resampling_bootstrap(struct resampling_effect *effect, const double *first,
                         const double *second, size_t n, uint32_t id, size_t n_draws)
{
    double observed;
    OWNED double *of_first = NULL, *of_second = NULL, *difference = NULL, *d = NULL;
    TRY_NEW(of_first, n, "a bootstrap");
    TRY_NEW(of_second, n, "a bootstrap");
    TRY_NEW(difference, n_draws, "a bootstrap");
    TRY_NEW(d, n_draws, "a bootstrap");
    for (size_t s = 0; s < n_draws; s++) {
        struct random_words words = {{0}};
        for (size_t i = 0; i < n; i++) {
            if (i % 2 == 0)
                words = draw(id, (uint32_t)(2 * s), (uint32_t)(i / 2));
            const uint32_t pair = random_index(random_bits(&words, i % 2), (uint32_t)n);
            of_first[i] = first[pair];
            of_second[i] = second[pair];
        }
        d[s] = d_of(of_first, of_second, n, &difference[s]);
    }
    effect->difference = interval_of(difference, n_draws);
    effect->d = d_of(first, second, n, &observed);
    effect->d = isfinite(effect->d) ? effect->d : NAN;
    effect->of_d = interval_of(d, n_draws);
    return STATUS_OK;
}
