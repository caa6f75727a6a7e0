/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "turnover/crowding.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "core/scope.h"
#include "core/status.h"

enum { DRAWS_MAX = 16 };

/* Refuses a class that has more synapses than its dendrites have room for. */
static int check_class(const struct crowding *crowding, const struct parameters *p,
                       const struct network *network, int32_t k)
{
    const int32_t n_dendrites = network->layout.n_pyramidal_dendrites / network->layout.n_classes;
    int64_t n = 0;
    for (int32_t d = 0; d < n_dendrites; d++)
        n += crowding->n_on[k * n_dendrites + d];
    if (n <= (int64_t)crowding->most * n_dendrites)
        return STATUS_OK;
    return status_fail(
        STATUS_USER,
        "spines.most_per_um = %g: %lld synapses of a class on %d dendrites of %g um, "
        "each of which has room for %d: expected more, or fewer synapses",
        p->spines.most_per_um, (long long)n, n_dendrites, p->spines.dendrite_um, crowding->most);
}

int crowding_init(struct crowding *crowding, const struct parameters *p,
                  const struct network *network)
{
    const double most = floor(p->spines.most_per_um * p->spines.dendrite_um);
    *crowding = (struct crowding){0};
    if (p->spines.most_per_um <= 0)
        return STATUS_OK;
    if (most < 1)
        return status_fail(
            STATUS_USER,
            "spines.most_per_um = %g: a dendrite of %g um has no room for a synapse: "
            "expected at least %g",
            p->spines.most_per_um, p->spines.dendrite_um, 1 / p->spines.dendrite_um);
    crowding->most = most < INT32_MAX ? (int32_t)most : INT32_MAX;
    TRY_NEW(crowding->n_on, network->layout.n_pyramidal_dendrites, "the dendrites");
    crowding_count(crowding, network);
    for (int32_t k = 0; k < network->layout.n_classes; k++)
        TRY(check_class(crowding, p, network, k));
    return STATUS_OK;
}

void crowding_free(struct crowding *crowding)
{
    free(crowding->n_on);
    *crowding = (struct crowding){0};
}

void crowding_count(struct crowding *crowding, const struct network *network)
{
    const struct plastic_synapses *s = &network->plastic;
    if (crowding->most == 0)
        return;
    memset(crowding->n_on, 0,
           (size_t)network->layout.n_pyramidal_dendrites * sizeof *crowding->n_on);
    for (int32_t i = 0; i < s->n; i++)
        if (s->dendrite[i] >= 0)
            crowding->n_on[s->dendrite[i]]++;
}

bool crowding_take(struct crowding *crowding, int32_t dendrite)
{
    if (crowding->most == 0)
        return true;
    if (crowding->n_on[dendrite] >= crowding->most)
        return false;
    crowding->n_on[dendrite]++;
    return true;
}

bool crowding_place(struct crowding *crowding, const struct layout *layout, uint64_t seed,
                    int32_t id, struct new_synapse *grown)
{
    const int32_t n = layout->n_pyramidal_dendrites / layout->n_classes;
    const int32_t first = grown->dendrite / n * n;
    int32_t at = 0;
    if (crowding_take(crowding, grown->dendrite))
        return true;
    grown->is_placed = false;
    for (int32_t i = 0; i < DRAWS_MAX + n; i++) { /* some at random, then all in order */
        const struct random_words words =
            random_words(seed, RANDOM_CROWDING, (uint32_t)id, (uint32_t)i, 0);
        at = i < DRAWS_MAX ? (int32_t)random_index(random_bits(&words, 0), (uint32_t)n)
                           : (at + 1) % n;
        grown->dendrite = first + at;
        if (crowding_take(crowding, grown->dendrite))
            return true;
    }
    return false;
}

void crowding_settle(struct crowding *crowding, const struct network *network, uint64_t seed,
                     struct new_synapse *grown, int32_t *n)
{
    int32_t n_settled = 0;
    if (crowding->most == 0)
        return;
    crowding_count(crowding, network);
    for (int32_t i = 0; i < *n; i++) {
        struct new_synapse one = grown[i];
        if (crowding_place(crowding, &network->layout, seed, network->plastic.next_id + i, &one))
            grown[n_settled++] = one;
    }
    *n = n_settled;
}
