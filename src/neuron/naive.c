/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model page transcribed (docs/model.md §3): every synapse and every dendrite in every
 * millisecond, one after the other. Slow, and meant to be: it is the oracle of the fast kernel and
 * the yardstick of the benchmark. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/scope.h"
#include "neuron/calcium.h"
#include "neuron/presentation.h"

struct kernel_state {
    float *v_b, *exc, *inh;         /* [n_dendrites] */
    int32_t *last_dspike;           /* [n_dendrites] */
    float *v, *g_w, *v_bap, *i_inh; /* [n_neurons] */
    int32_t *last_spike;            /* [n_neurons] */
    bool *spiked;                   /* [n_ids] in the step before, or in this one */
    bool *spiked_before;            /* [n_neurons] */
};

static bool always(void)
{
    return true;
}

static void naive_free(struct presentation *p)
{
    struct kernel_state *s = p->state;
    if (!s)
        return;
    free(s->v_b);
    free(s->exc);
    free(s->inh);
    free(s->last_dspike);
    free(s->v);
    free(s->g_w);
    free(s->v_bap);
    free(s->i_inh);
    free(s->last_spike);
    free(s->spiked);
    free(s->spiked_before);
    free(s);
    p->state = NULL;
}

static int naive_init(struct presentation *p, const struct network *network)
{
    const size_t n_d = (size_t)p->layout.n_dendrites, n = (size_t)p->layout.n_neurons;
    (void)network;
    TRY_NEW(p->state, 1, "the naive kernel");
    struct kernel_state *s = p->state;
    TRY_NEW(s->v_b, n_d, "the naive kernel");
    TRY_NEW(s->exc, n_d, "the naive kernel");
    TRY_NEW(s->inh, n_d, "the naive kernel");
    TRY_NEW(s->last_dspike, n_d, "the naive kernel");
    TRY_NEW(s->v, n, "the naive kernel");
    TRY_NEW(s->g_w, n, "the naive kernel");
    TRY_NEW(s->v_bap, n, "the naive kernel");
    TRY_NEW(s->i_inh, n, "the naive kernel");
    TRY_NEW(s->last_spike, n, "the naive kernel");
    TRY_NEW(s->spiked, p->layout.n_ids, "the naive kernel");
    TRY_NEW(s->spiked_before, n, "the naive kernel");
    return STATUS_OK;
}

static void rest(struct presentation *p)
{
    struct kernel_state *s = p->state;
    for (int32_t d = 0; d < p->layout.n_dendrites; d++) {
        s->v_b[d] = 0;
        s->last_dspike[d] = -1;
    }
    for (int32_t n = 0; n < p->layout.n_neurons; n++) {
        s->v[n] = s->g_w[n] = s->v_bap[n] = 0;
        s->last_spike[n] = 0;
        s->spiked_before[n] = false;
    }
    memset(s->spiked, 0, (size_t)p->layout.n_ids * sizeof *s->spiked);
}

static void update_dendrite(struct presentation *p, const struct cell_constants *c,
                            const struct population *population, int32_t d, float v_bap, int32_t t)
{
    struct kernel_state *s = p->state;
    const float drive = c->excitation * s->exc[d] - c->inhibition * s->inh[d];
    /* docs/model.md has the power for a drive >= 0 only; a negative one acts as it is */
    const float effect = population->dendrites == DENDRITE_SUBLINEAR && drive > 0
                             ? powf(drive, c->sublinear_exponent)
                             : drive;
    s->v_b[d] += effect - s->v_b[d] * c->rate_dendrite;
    if (population->dendrites == DENDRITE_SUPRALINEAR &&
        t - s->last_dspike[d] > c->dspike_refractory && s->v_b[d] + v_bap > c->dspike_threshold) {
        s->v_b[d] = c->dspike_peak;
        s->last_dspike[d] = t;
        p->dendritic_spikes[d]++;
    }
}

static void update_soma(struct presentation *p, const struct cell_constants *c, int32_t n,
                        float sum_v_b, float creb, int32_t t)
{
    struct kernel_state *s = p->state;
    const float i_exc = c->dendrite_to_soma * sum_v_b;
    if (s->spiked_before[n]) {
        s->v[n] = 0;
        s->g_w[n] += c->adaptation_step;
    }
    if (c->adapts) {
        s->v[n] += i_exc - c->soma_inhibition * s->i_inh[n] - s->v[n] * c->rate_soma -
                   s->g_w[n] * (s->v[n] - c->adaptation_reversal);
        s->g_w[n] -= s->g_w[n] * (creb > c->creb_effective_above ? c->rate_adaptation_creb
                                                                 : c->rate_adaptation);
    } else {
        s->v[n] += i_exc - s->v[n] * c->rate_soma;
    }
    s->spiked[n] = t - s->last_spike[n] > c->refractory && s->v[n] > c->threshold;
    if (s->spiked[n]) {
        s->last_spike[n] = t;
        s->v_bap[n] = c->bap;
        s->v[n] = c->peak;
        p->spikes[n]++;
    }
    if (s->v_bap[n] > 0)
        s->v_bap[n] -= s->v_bap[n] * c->rate_bap;
    s->g_w[n] = fmaxf(s->g_w[n], 0);
}

static void deliver_plastic(const struct presentation *p, const struct network *network)
{
    struct kernel_state *s = p->state;
    const struct plastic_synapses *plastic = &network->plastic;
    const bool *spiked = s->spiked + layout_first_input(&p->layout);
    for (int32_t input = 0; input < p->layout.n_inputs; input++)
        for (int32_t i = plastic->start[input]; spiked[input] && i < plastic->start[input + 1]; i++)
            s->exc[plastic->dendrite[i]] += p->constants.contact_share * plastic->weight[i];
}

static void deliver_projection(const struct presentation *p, const struct network *network,
                               const struct projection *projection)
{
    struct kernel_state *s = p->state;
    const struct population *source = &network->layout.population[projection->source];
    for (int32_t j = 0; j < source->n; j++)
        for (int32_t i = projection->start[j]; i < projection->start[j + 1]; i++) {
            const int32_t d = projection->dendrite[i];
            if (!s->spiked[source->first + j])
                continue;
            if (projection->effect == EFFECT_EXCITE)
                s->exc[d] += projection_weight(projection, i);
            else if (projection->effect == EFFECT_INHIBIT)
                s->inh[d] += projection_weight(projection, i);
            else
                s->i_inh[layout_neuron(&p->layout, d)] += projection_weight(projection, i);
        }
}

static void take_up_calcium(const struct presentation *p, const struct network *network,
                            float *calcium)
{
    const struct kernel_state *s = p->state;
    const struct plastic_synapses *plastic = &network->plastic;
    const bool *spiked = s->spiked + layout_first_input(&p->layout);
    for (int32_t input = 0; input < p->layout.n_inputs; input++)
        for (int32_t i = plastic->start[input]; spiked[input] && i < plastic->start[input + 1];
             i++) {
            const int32_t d = plastic->dendrite[i];
            const float v_d = s->v_b[d] + s->v_bap[layout_neuron(&p->layout, d)];
            if (v_d > p->constants.calcium.floor)
                calcium[i] += calcium_influx(&p->constants.calcium, v_d);
        }
}

/* (a) or (b) of a step: the neurons of populations first … end - 1, which see the spikes in
 * s->spiked. */
static void update_cells(struct presentation *p, const struct network *network,
                         const struct cell_constants *c, int32_t first_population,
                         int32_t end_population, float *calcium, int32_t t)
{
    struct kernel_state *s = p->state;
    const struct layout *layout = &p->layout;
    memset(s->exc, 0, (size_t)layout->n_dendrites * sizeof *s->exc);
    memset(s->inh, 0, (size_t)layout->n_dendrites * sizeof *s->inh);
    memset(s->i_inh, 0, (size_t)layout->n_neurons * sizeof *s->i_inh);
    if (first_population == 0)
        deliver_plastic(p, network);
    for (int32_t k = 0; k < network->n_projections; k++)
        if (network->projection[k].target >= first_population &&
            network->projection[k].target < end_population)
            deliver_projection(p, network, &network->projection[k]);
    for (int32_t k = first_population; k < end_population; k++) {
        const struct population *population = &layout->population[k];
        for (int32_t j = 0; j < population->n; j++)
            for (int32_t b = 0; b < population->n_dendrites; b++)
                update_dendrite(p, c, population,
                                population->first_dendrite + j * population->n_dendrites + b,
                                s->v_bap[population->first + j], t);
    }
    if (calcium)
        take_up_calcium(p, network, calcium);
    for (int32_t k = first_population; k < end_population; k++) {
        const struct population *population = &layout->population[k];
        for (int32_t j = 0; j < population->n; j++) {
            const int32_t n = population->first + j;
            float sum = 0;
            for (int32_t b = 0; b < population->n_dendrites; b++)
                sum += s->v_b[population->first_dendrite + j * population->n_dendrites + b];
            update_soma(p, c, n, sum, c->adapts && network->creb ? network->creb[n] : 0, t);
        }
    }
    const struct population *last = &layout->population[end_population - 1];
    for (int32_t n = layout->population[first_population].first; n < last->first + last->n; n++)
        s->spiked_before[n] = s->spiked[n];
}

static void show(const struct presentation *p, const float *calcium, int32_t t)
{
    const struct kernel_state *s = p->state;
    const struct step_state state = {t,      s->v_b,         s->v,      s->v_bap,
                                     s->g_w, s->last_dspike, s->spiked, calcium};
    p->watch->look(p->watch->data, &state);
}

static void naive_present(struct presentation *p, const struct network *network,
                          const struct stimulus *stimulus, float *calcium)
{
    struct kernel_state *s = p->state;
    const struct layout *layout = &p->layout;
    const int32_t first_input = layout_first_input(layout);
    const int32_t n_classes = layout->n_classes, end_interneurons = 2 + 2 * n_classes;
    rest(p);
    for (int32_t t = 0; t < stimulus->n_steps; t++) {
        update_cells(p, network, &p->constants.pyramidal, 0, n_classes, calcium, t);
        update_cells(p, network, &p->constants.interneuron, n_classes, end_interneurons, NULL, t);
        if (p->watch)
            show(p, calcium, t);
        for (int32_t n = 0; p->raster && n < layout->n_neurons; n++)
            if (s->spiked[n])
                raster_mark(p->raster, t, n);
        memset(s->spiked + first_input, 0, (size_t)(layout->n_ids - first_input));
        for (int32_t i = stimulus->start[t]; i < stimulus->start[t + 1]; i++)
            s->spiked[first_input + stimulus->source[i]] = true;
    }
}

const struct kernel kernel_naive = {"naive", always, naive_init, naive_present, naive_free};
