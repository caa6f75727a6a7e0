/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Are spines closer to each other than chance would have them? Against two kinds of chance: every
 * spine keeps its dendrite and gets a place at random (are there clusters at all?); every spine
 * keeps its place and the strong ones are drawn anew among those of the dendrite (are the strong
 * ones clustered, wherever spines are?). */
#include "report/spine_neighbours.h"

#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>

#include "core/random.h"
#include "core/scope.h"
#include "core/status.h"
#include "network/neighbours.h"

/* Counts of one arrangement of spines. */
struct count {
    double pairs[SPINE_NEAR_BINS];
    double nearest;
    int32_t n_nearest;
};

enum chance { CHANCE_PLACE, CHANCE_LABEL };

/* The index behind the last spine of the dendrite that begins at `first`. */
static int32_t end_of(const struct spine_site *site, int32_t n, int32_t first)
{
    int32_t end = first + 1;
    while (end < n && site[end].run == site[first].run &&
           site[end].dendrite == site[first].dendrite)
        end++;
    return end;
}

/* Counts the pairs on a dendrite of spines at places x[n]; only those with is_in[n], unless that is
 * NULL. */
static void count_dendrite(struct count *count, const double *x, const bool *is_in, int32_t n)
{
    for (int32_t i = 0; i < n; i++) {
        double nearest = INFINITY;
        if (is_in && !is_in[i])
            continue;
        for (int32_t k = 0; k < n; k++) {
            if (k == i || (is_in && !is_in[k]))
                continue;
            const double distance = fabs(x[i] - x[k]);
            const int bin = (int)fmin(distance / SPINE_NEAR_UM, SPINE_NEAR_BINS);
            nearest = fmin(nearest, distance);
            if (k > i && bin < SPINE_NEAR_BINS)
                count->pairs[bin]++;
        }
        if (isfinite(nearest)) {
            count->nearest += nearest;
            count->n_nearest++;
        }
    }
}

/* Counts an arrangement: the real one (shuffle -1), or a random one. x and is_in have room for the
 * longest dendrite. */
static void count_all(struct count *count, const struct spine_site *site, int32_t n,
                      bool only_strong, enum chance chance, int32_t shuffle, double dendrite_um,
                      double *x, bool *is_in, int32_t *order)
{
    *count = (struct count){0};
    for (int32_t first = 0, end; first < n; first = end) {
        end = end_of(site, n, first);
        const int32_t size = end - first;
        for (int32_t i = 0; i < size; i++) {
            x[i] = site[first + i].position_um;
            order[i] = i;
            if (shuffle >= 0 && chance == CHANCE_PLACE) {
                const struct random_words words = random_words(
                    1, RANDOM_SPINE_SHUFFLE, (uint32_t)(first + i), (uint32_t)shuffle, 0);
                x[i] = dendrite_um * random_unit(random_bits(&words, 0));
            }
        }
        if (shuffle >= 0 && chance == CHANCE_LABEL)
            random_shuffle(order, size, 2, RANDOM_SPINE_SHUFFLE, (uint32_t)first,
                           (uint32_t)shuffle);
        for (int32_t i = 0; i < size; i++)
            is_in[i] = !only_strong || site[first + order[i]].is_strong;
        count_dendrite(count, x, is_in, size);
    }
}

/* Takes the 3rd lowest and 3rd highest of 100 shuffles, which leave 5 outside. */
static void take_range(double *values, double *low, double *high)
{
    enum { OUTSIDE = SPINE_SHUFFLES / 40 };
    gsl_sort(values, 1, SPINE_SHUFFLES);
    *low = values[OUTSIDE];
    *high = values[SPINE_SHUFFLES - 1 - OUTSIDE];
}

static double nearest_of(const struct count *count)
{
    return count->n_nearest > 0 ? count->nearest / count->n_nearest : NAN;
}

static void judge(struct spine_neighbours *result, const struct count *found,
                  const struct count *shuffled)
{
    double values[SPINE_SHUFFLES];
    for (int b = 0; b < SPINE_NEAR_BINS; b++) {
        result->pairs[b] = found->pairs[b];
        for (int k = 0; k < SPINE_SHUFFLES; k++)
            values[k] = shuffled[k].pairs[b];
        take_range(values, &result->low[b], &result->high[b]);
    }
    result->nearest_um = nearest_of(found);
    result->chance_um = 0;
    for (int k = 0; k < SPINE_SHUFFLES; k++) {
        values[k] = nearest_of(&shuffled[k]);
        result->chance_um += values[k] / SPINE_SHUFFLES;
    }
    take_range(values, &result->chance_low_um, &result->chance_high_um);
}

static double pairs_of(int32_t n)
{
    return n * (n - 1.0) / 2;
}

/* Computes the expected pairs: of all spines from the lengths of dendrites, of strong ones from
 * their number on each dendrite. */
static void expect(struct spine_neighbours *all, struct spine_neighbours *strong,
                   const struct spine_site *site, int32_t n, double dendrite_um, double *x)
{
    for (int32_t first = 0, end; first < n; first = end) {
        struct count here = {0};
        int32_t n_strong = 0;
        end = end_of(site, n, first);
        for (int32_t i = first; i < end; i++) {
            x[i - first] = site[i].position_um;
            n_strong += site[i].is_strong;
        }
        count_dendrite(&here, x, NULL, end - first);
        const double n_pairs = pairs_of(end - first);
        for (int b = 0; b < SPINE_NEAR_BINS && n_pairs > 0; b++) {
            all->expected[b] +=
                n_pairs * (neighbours_chance((b + 1.0) * SPINE_NEAR_UM, dendrite_um) -
                           neighbours_chance((double)b * SPINE_NEAR_UM, dendrite_um));
            strong->expected[b] += here.pairs[b] * pairs_of(n_strong) / n_pairs;
        }
    }
}

int spine_neighbours_count(struct spine_neighbours *all, struct spine_neighbours *strong,
                           const struct spine_site *site, int32_t n, double dendrite_um)
{
    struct count found;
    OWN_NEW(struct count, shuffled, SPINE_SHUFFLES, "neighbours");
    OWN_NEW(double, x, n, "neighbours");
    OWN_NEW(bool, is_in, n, "neighbours");
    OWN_NEW(int32_t, order, n, "neighbours");
    *all = *strong = (struct spine_neighbours){0};
    for (int only_strong = 0; only_strong < 2; only_strong++) {
        const enum chance chance = only_strong ? CHANCE_LABEL : CHANCE_PLACE;
        count_all(&found, site, n, only_strong, chance, -1, dendrite_um, x, is_in, order);
        for (int k = 0; k < SPINE_SHUFFLES; k++)
            count_all(&shuffled[k], site, n, only_strong, chance, k, dendrite_um, x, is_in, order);
        judge(only_strong ? strong : all, &found, shuffled);
    }
    expect(all, strong, site, n, dendrite_um, x);
    return STATUS_OK;
}
