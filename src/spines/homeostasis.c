/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spines/homeostasis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/scope.h"
#include "core/status.h"

int homeostasis_init(struct homeostasis *homeostasis, const struct parameters *p,
                     const struct layout *layout)
{
    *homeostasis = (struct homeostasis){.parameters = p, .n_cells = layout->n_pyramidal};
    if (p->homeostasis.tau_days <= 0)
        return STATUS_OK;
    TRY_NEW(homeostasis->factor, homeostasis->n_cells, "homeostasis");
    TRY_NEW(homeostasis->n, homeostasis->n_cells, "homeostasis");
    if (p->homeostasis.target <= 0)
        TRY_NEW(homeostasis->target, homeostasis->n_cells, "homeostasis");
    return STATUS_OK;
}

void homeostasis_free(struct homeostasis *homeostasis)
{
    free(homeostasis->factor);
    free(homeostasis->n);
    free(homeostasis->target);
    *homeostasis = (struct homeostasis){0};
}

bool homeostasis_acts(const struct homeostasis *homeostasis, bool is_rest)
{
    return homeostasis->factor && (is_rest || !homeostasis->target);
}

/* Puts the mean weight of each cell, 0 for one without synapses, in the place of its factor. */
static void find_means(struct homeostasis *homeostasis, const struct network *network)
{
    const struct plastic_synapses *s = &network->plastic;
    const size_t n_cells = (size_t)homeostasis->n_cells;
    memset(homeostasis->factor, 0, n_cells * sizeof *homeostasis->factor);
    memset(homeostasis->n, 0, n_cells * sizeof *homeostasis->n);
    for (int32_t i = 0; i < s->n; i++) {
        const int32_t cell = s->dendrite[i] / network->layout.dendrites_per_pyramidal;
        homeostasis->factor[cell] += (double)s->weight[i];
        homeostasis->n[cell]++;
    }
    for (size_t k = 0; k < n_cells; k++)
        if (homeostasis->n[k] > 0)
            homeostasis->factor[k] /= homeostasis->n[k];
}

void homeostasis_take_target(struct homeostasis *homeostasis, const struct network *network)
{
    if (!homeostasis->target || homeostasis->has_target)
        return;
    find_means(homeostasis, network);
    for (int32_t k = 0; k < homeostasis->n_cells; k++)
        homeostasis->target[k] = (float)homeostasis->factor[k];
    homeostasis->has_target = true;
}

/* The common factor of a cell's weights. Their mean m obeys the logistic equation
 * dm/dt = m (w* - m) / (w* tau), whose solution is m w* / (m + (w* - m) exp(-t / tau)). */
static double factor_for(double mean, double target, double decay)
{
    return mean > 0 && target > 0 ? target / (mean + (target - mean) * decay) : 1;
}

void homeostasis_scale(struct homeostasis *homeostasis, struct network *network, double days)
{
    const struct parameters *p = homeostasis->parameters;
    struct plastic_synapses *s = &network->plastic;
    const double decay = exp(-days / p->homeostasis.tau_days);
    find_means(homeostasis, network);
    for (int32_t k = 0; k < homeostasis->n_cells; k++)
        homeostasis->factor[k] = factor_for(
            homeostasis->factor[k],
            homeostasis->target ? (double)homeostasis->target[k] : p->homeostasis.target, decay);
    for (int32_t i = 0; i < s->n; i++) {
        const int32_t cell = s->dendrite[i] / network->layout.dendrites_per_pyramidal;
        s->weight[i] = (float)fmin((double)s->weight[i] * homeostasis->factor[cell], 1);
    }
}
