/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spines/homeostasis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/scope.h"
#include "core/status.h"

static bool scales_all(const struct homeostasis *homeostasis)
{
    return homeostasis->parameters->homeostasis.synapses == HOMEOSTASIS_ALL;
}

int homeostasis_init(struct homeostasis *homeostasis, const struct parameters *p,
                     struct network *network)
{
    *homeostasis = (struct homeostasis){.parameters = p, .n_cells = network->layout.n_pyramidal};
    if (p->homeostasis.tau_days <= 0)
        return STATUS_OK;
    TRY_NEW(homeostasis->factor, homeostasis->n_cells, "homeostasis");
    TRY_NEW(homeostasis->n, homeostasis->n_cells, "homeostasis");
    if (p->homeostasis.target <= 0)
        TRY_NEW(homeostasis->target, homeostasis->n_cells, "homeostasis");
    return scales_all(homeostasis) ? network_weigh_each(network) : STATUS_OK;
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

bool homeostasis_scales_fixed(const struct homeostasis *homeostasis, bool is_rest)
{
    return homeostasis_acts(homeostasis, is_rest) && scales_all(homeostasis);
}

/* Calls `visit` for each weight that is scaled, with its cell and the largest allowed value. */
static void visit_weights(struct homeostasis *homeostasis, struct network *network,
                          void (*visit)(struct homeostasis *homeostasis, int32_t cell,
                                        float *weight, double most))
{
    const int32_t per_cell = network->layout.dendrites_per_pyramidal;
    const struct plastic_synapses *s = &network->plastic;
    for (int32_t i = 0; i < s->n; i++)
        visit(homeostasis, s->dendrite[i] / per_cell, &s->weight[i], 1);
    for (int32_t k = 0; k < network->n_projections && scales_all(homeostasis); k++) {
        const struct projection *projection = &network->projection[k];
        if (network->layout.population[projection->target].role != ROLE_PYRAMIDAL)
            continue;
        for (int32_t i = 0; i < projection->n; i++)
            visit(homeostasis, projection->dendrite[i] / per_cell, &projection->weight[i],
                  PROJECTION_WEIGHT_MAX);
    }
}

static void add_weight(struct homeostasis *homeostasis, int32_t cell, float *weight, double most)
{
    (void)most;
    homeostasis->factor[cell] += (double)*weight;
    homeostasis->n[cell]++;
}

static void scale_weight(struct homeostasis *homeostasis, int32_t cell, float *weight, double most)
{
    *weight = (float)fmin((double)*weight * homeostasis->factor[cell], most);
}

/* Sets factor[] to the mean weight of each cell, 0 if it has no synapses. */
static void find_means(struct homeostasis *homeostasis, struct network *network)
{
    const size_t n_cells = (size_t)homeostasis->n_cells;
    memset(homeostasis->factor, 0, n_cells * sizeof *homeostasis->factor);
    memset(homeostasis->n, 0, n_cells * sizeof *homeostasis->n);
    visit_weights(homeostasis, network, add_weight);
    for (size_t k = 0; k < n_cells; k++)
        if (homeostasis->n[k] > 0)
            homeostasis->factor[k] /= homeostasis->n[k];
}

void homeostasis_take_target(struct homeostasis *homeostasis, struct network *network)
{
    if (!homeostasis->target || homeostasis->has_target)
        return;
    find_means(homeostasis, network);
    for (int32_t k = 0; k < homeostasis->n_cells; k++)
        homeostasis->target[k] = (float)homeostasis->factor[k];
    homeostasis->has_target = true;
}

/* The factor for all weights of a cell. Their mean m obeys the logistic equation dm/dt = m (w* - m)
 * / (w* tau), whose solution is m w* / (m + (w* - m) exp(-t / tau)). */
static double factor_for(double mean, double target, double decay)
{
    return mean > 0 && target > 0 ? target / (mean + (target - mean) * decay) : 1;
}

void homeostasis_scale(struct homeostasis *homeostasis, struct network *network, double days)
{
    const struct parameters *p = homeostasis->parameters;
    const double decay = exp(-days / p->homeostasis.tau_days);
    find_means(homeostasis, network);
    for (int32_t k = 0; k < homeostasis->n_cells; k++)
        homeostasis->factor[k] = factor_for(
            homeostasis->factor[k],
            homeostasis->target ? (double)homeostasis->target[k] : p->homeostasis.target, decay);
    visit_weights(homeostasis, network, scale_weight);
}
