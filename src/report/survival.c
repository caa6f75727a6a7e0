/* SPDX-License-Identifier: GPL-3.0-or-later */
/* S(t) = prod (1 - d_i / n_i) over the times t_i <= t at which d_i of the n_i at risk died. A life
 * changes ln S by the sum over these times of (its death - its risk d_i / n_i) / (n_i - d_i); the
 * lives of a network belong together, so that
 *     var ln S = G / (G - 1) sum over the G networks of (the sum of their lives' changes)^2,
 * of one network Greenwood's sum of d_i / (n_i (n_i - d_i)), which is the same with every life a
 * network of its own. The interval is S^exp(+-q se / (S ln S)) (Kalbfleisch & Prentice 1980), which
 * keeps its level in small groups where S +- q se does not; q is of t with G - 1 degrees of
 * freedom, of one network of the normal distribution. */
#include "report/survival.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#include "core/number.h"
#include "core/scope.h"
#include "core/status.h"

static const double z = 1.959963984540054; /* 97.5 % of the normal distribution */

static int compare_lives(const void *a, const void *b)
{
    const struct survival_life *x = a, *y = b;
    return NUMBER_ORDER(x->time, y->time) ?: (int)y->is_ended - (int)x->is_ended;
}

/* What a network adds to the variance: its lives at risk, its deaths at the time that is looked at,
 * and by how much its lives have changed ln S so far. */
struct share {
    int32_t n_at_risk, n_died;
    double change;
};

/* The shares of all networks before the first death; how many of them have lives. */
static int32_t count_networks(const struct survival_life *lives, int32_t n, struct share *share)
{
    int32_t n_networks = 0;
    for (int32_t i = 0; i < n; i++)
        n_networks += share[lives[i].network].n_at_risk++ == 0;
    return n_networks;
}

/* Adds to each network's change of ln S what it did at a time when n_died of all n_at_risk died;
 * returns the variance of ln S after that time. */
static double vary(struct share *share, int32_t n_shares, int32_t n_networks, int32_t n_at_risk,
                   int32_t n_died)
{
    double sum = 0;
    for (int32_t k = 0; k < n_shares; k++) {
        const double expected = (double)share[k].n_at_risk * n_died / n_at_risk;
        share[k].change += (share[k].n_died - expected) / (n_at_risk - n_died);
        share[k].n_died = 0;
        sum += share[k].change * share[k].change;
    }
    return sum * n_networks / (n_networks - 1);
}

int survival_estimate(struct survival *survival, struct survival_life *lives, int32_t n)
{
    int32_t n_shares = 1;
    OWNED struct share *share = NULL;
    *survival = (struct survival){.n = n};
    qsort(lives, (size_t)n, sizeof *lives, compare_lives);
    for (int32_t i = 0; i < n; i++)
        n_shares = lives[i].network >= n_shares ? lives[i].network + 1 : n_shares;
    TRY_NEW(share, n_shares, "a survival curve");
    TRY_NEW(survival->step, n, "a survival curve");
    survival->n_networks = count_networks(lives, n, share);
    const bool has_many = survival->n_networks > 1;
    const double q = has_many ? gsl_cdf_tdist_Pinv(0.975, survival->n_networks - 1) : z;
    double alive = 1, variance = 0;
    for (int32_t i = 0; i < n;) {
        const double time = lives[i].time;
        const int32_t from = i, n_at_risk = n - i;
        int32_t n_died = 0;
        for (; i < n && lives[i].time == time; i++) {
            n_died += lives[i].is_ended;
            share[lives[i].network].n_died += lives[i].is_ended;
        }
        const bool none_left = n_died == n_at_risk;
        if (n_died > 0) {
            alive *= 1 - (double)n_died / n_at_risk;
            variance = has_many
                           ? vary(share, n_shares, survival->n_networks, n_at_risk, n_died)
                           : variance + (double)n_died / ((double)n_at_risk * (n_at_risk - n_died));
            const double reach = exp(q * sqrt(variance) / log(alive));
            survival->step[survival->n_steps++] = (struct survival_step){
                .time = time,
                .n_at_risk = n_at_risk,
                .n_died = n_died,
                .alive = none_left ? 0 : alive,
                .se = none_left ? NAN : alive * sqrt(variance),
                .low = none_left ? NAN : pow(alive, 1 / reach),
                .high = none_left ? NAN : pow(alive, reach),
            };
        }
        for (int32_t k = from; k < i; k++)
            share[lives[k].network].n_at_risk--;
        survival->n_died += n_died;
    }
    survival->last = n > 0 ? lives[n - 1].time : 0;
    TRY_RESIZE(survival->step, survival->n_steps + 1, "a survival curve"); /* most are not used */
    return STATUS_OK;
}

void survival_free(struct survival *survival)
{
    free(survival->step);
    *survival = (struct survival){0};
}

/* Has the last of them died? Then nothing is unknown later on. */
static bool ends(const struct survival *survival)
{
    return survival->n_steps > 0 && survival->step[survival->n_steps - 1].alive == 0;
}

struct survival_step survival_at(const struct survival *survival, double time)
{
    if (survival->n == 0 || (time > survival->last && !ends(survival)))
        return (struct survival_step){time, 0, 0, NAN, NAN, NAN, NAN};
    int32_t low = 0, high = survival->n_steps; /* the first step after this time */
    while (low < high) {
        const int32_t middle = low + (high - low) / 2;
        if (survival->step[middle].time <= time)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return (struct survival_step){.n_at_risk = survival->n, .alive = 1, .low = 1, .high = 1};
    return survival->step[low - 1];
}

double survival_quantile(const struct survival *survival, double alive)
{
    static const double rounding = 1e-9; /* of products that are to be `alive` */
    const struct survival_step *step = survival->step, *end = step + survival->n_steps;
    while (step < end && step->alive > alive + rounding)
        step++;
    if (step == end)
        return NAN;
    const struct survival_step *below = step;
    while (below < end && below->alive >= alive - rounding)
        below++;
    return below == end ? step->time : (step->time + below->time) / 2;
}

double survival_restricted_mean(const struct survival *survival, double limit)
{
    double area = 0, alive = 1, from = 0;
    if (survival->n == 0 || (limit > survival->last && !ends(survival)))
        return NAN;
    for (int32_t i = 0; i < survival->n_steps && survival->step[i].time < limit; i++) {
        area += alive * (survival->step[i].time - from);
        alive = survival->step[i].alive;
        from = survival->step[i].time;
    }
    return area + alive * (limit - from);
}

struct log_rank survival_log_rank(struct survival_life *lives, int32_t n)
{
    double difference = 0, variance = 0;
    int32_t n_first = 0; /* of the first sample at risk */
    qsort(lives, (size_t)n, sizeof *lives, compare_lives);
    for (int32_t i = 0; i < n; i++)
        n_first += lives[i].network == 0;
    for (int32_t i = 0; i < n;) {
        const double time = lives[i].time, n_at_risk = n - i, part = n_first / n_at_risk;
        int32_t n_died = 0;
        for (; i < n && lives[i].time == time; i++) {
            n_died += lives[i].is_ended;
            difference += lives[i].is_ended && lives[i].network == 0;
            n_first -= lives[i].network == 0;
        }
        difference -= n_died * part;
        if (n_at_risk > 1)
            variance += n_died * part * (1 - part) * (n_at_risk - n_died) / (n_at_risk - 1);
    }
    const double chi2 = variance > 0 ? difference * difference / variance : NAN;
    return (struct log_rank){chi2, isnan(chi2) ? NAN : gsl_cdf_chisq_Q(chi2, 1)};
}
