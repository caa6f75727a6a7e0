/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fast kernel: docs/model.md §3, driven by events.
 *
 * Between events a dendrite only decays, v_b(t + 1) = v_b(t) (1 - 1/tau). So v_b is kept as
 * u = v_b / (1 - 1/tau)^k, which does not change in a step without events, and what is left to do
 * in a millisecond is
 *   deliver    a spike adds w / (1 - 1/tau)^k to u, and w to the sum over its cell's dendrites
 *   check      only a dendrite that something raised can cross the threshold: those just excited,
 *              all of a cell after its spike (bAP), one whose refractory time has ended
 *   integrate  the somas, across the lanes, from the sums over their dendrites
 * (Where v_b < 0, v_b itself rises by decay while the bAP falls; with tau_bap <= tau_dendrite their
 * sum still cannot reach the threshold from below. Else, `bap_outlasts_dendrite`, the cell is
 * checked as long as its bAP alone is above the threshold.)
 *
 * Inhibition that reaches most dendrites of a population is delivered as one dense vector. Large
 * networks are cut into blocks of cells; a thread owns its block's state and lists, reads the
 * spikes of all, and meets the others twice a step. No sum depends on the cut, so no result does.
 *
 * This file is compiled once for each instruction set, under the name KERNEL: the same C, wider
 * registers. It allocates nothing and cannot fail. */
#include <math.h>
#include <omp.h>
#include <string.h>
#if defined(__SSE__)
#    include <immintrin.h>
#endif

#include "neuron/calcium.h"
#include "neuron/events.h"
#include "neuron/kernel_state.h"

#define JOIN2(a, b) a##b
#define JOIN(a, b)  JOIN2(a, b)
#define TEXT2(a)    #a
#define TEXT(a)     TEXT2(a)

/* v_bap of a cell's dendrites in step t, mV. */
static inline float bap_of(const struct cells *cells, int32_t n, int32_t t)
{
    return cells->bap[t - 1 - cells->bap_from[n]];
}

static void rest(struct cells *cells, struct block *block)
{
    const size_t n = (size_t)(block->end_lane - block->cell);
    const size_t n_d = (size_t)(block->end_dendrite - block->dendrite);
    memset(cells->u + block->dendrite, 0, n_d * sizeof(float));
    for (int32_t d = block->dendrite; d < block->end_dendrite; d++)
        cells->last_dspike[d] = -1;
    memset(cells->sum + block->cell, 0, n * sizeof(float));
    memset(cells->inhibition + block->cell, 0, n * sizeof(float));
    memset(cells->v + block->cell, 0, n * sizeof(float));
    memset(cells->g_w + block->cell, 0, n * sizeof(float));
    memset(cells->last_spike + block->cell, 0, n * sizeof(int32_t));
    for (int32_t i = block->cell; i < block->end_lane; i++) {
        cells->cell_dspike[i] = -1;
        cells->bap_from[i] = -cells->bap_n;
    }
    memset(cells->sees_bap + block->cell, 0, n * sizeof(bool));
    block->age = 0;
    block->n_spiked = block->n_after = block->n_touched = block->ring_n = 0;
    block->soma_inhibited = false;
    block->events.step = -1;
    block->influxes.n = 0;
}

static void choose_adaptation(struct cells *cells, const struct block *block, const float *creb)
{
    const struct cell_constants *c = &cells->constants;
    for (int32_t n = block->cell; n < block->end_cell; n++)
        cells->rate_adaptation[n] =
            creb[n] > c->creb_effective_above ? c->rate_adaptation_creb : c->rate_adaptation;
}

/* Multiplies all u of the block by the power they are kept at, so that the power is 1 again, and
 * keeps within the table the bAPs that are over by step t. */
static __attribute__((noinline)) void rescale(struct cells *cells, struct block *block, int32_t t)
{
    const float power = cells->power[block->age];
#pragma omp simd
    for (int32_t d = block->dendrite; d < block->end_dendrite; d++)
        cells->u[d] *= power;
    block->age = 0;
    const int32_t over = t - cells->bap_n;
    for (int32_t n = block->cell; n < block->end_cell; n++)
        cells->bap_from[n] = cells->bap_from[n] > over ? cells->bap_from[n] : over;
}

/* All dendrites of the block decay by one step, to step t. */
static inline void decay(struct cells *cells, struct block *block, int32_t t)
{
    if (block->age == cells->age_max)
        rescale(cells, block, t);
    block->age++;
}

/* Has the block any of the targets? */
static inline bool meets(const struct fan_out *f, const struct block *block)
{
    return f->first_dendrite < block->end_dendrite &&
           block->dendrite < f->first_dendrite + f->n_dendrites;
}

/* The part of a source's fan-out, *start … *end - 1, that the block owns. */
static inline void fan_out_part(const struct cells *cells, const struct block *block,
                                const struct fan_out *f, int32_t source, int32_t *start,
                                int32_t *end)
{
    if (f->cut && cells->n_blocks > 1) {
        const int32_t *cut = f->cut + (size_t)source * ((size_t)cells->n_blocks + 1) + block->index;
        *start = cut[0];
        *end = cut[1];
    } else {
        *start = f->start[source];
        *end = f->start[source + 1];
        own_part(cells, block, f->dendrite, start, end);
    }
}

static inline void raise_dendrite(struct cells *cells, int32_t d, float mv, float inverse)
{
    cells->u[d] += mv * inverse;
    cells->sum[cell_of(cells, d)] += mv;
}

/* Adds drive to sublinear dendrites, to which it is applied when all of the step is there. */
static inline void add_drive(struct cells *cells, struct block *block, int32_t d, float mv)
{
    if (!cells->is_touched[d])
        block->touched[block->n_touched++] = d;
    cells->is_touched[d] = true;
    cells->drive[d] += mv;
}

/* Delivers a spike to the synapses start … end - 1 of a fan-out, `gain` mV for a unit of weight. */
static void deliver(struct cells *cells, struct block *block, const struct fan_out *f,
                    int32_t start, int32_t end, float gain)
{
    const float inverse = cells->inverse[block->age];
    for (int32_t i = start; i < end; i++) {
        const int32_t d = f->dendrite[i] - cells->first_dendrite;
        if (f->sublinear)
            add_drive(cells, block, d, gain * f->weight[i]);
        else
            raise_dendrite(cells, d, gain * f->weight[i], inverse);
    }
}

static void inhibit_densely(struct cells *cells, const struct block *block, const struct fan_out *f,
                            int32_t source)
{
    const int32_t first = f->first_dendrite > block->dendrite ? f->first_dendrite : block->dendrite;
    const int32_t end_f = f->first_dendrite + f->n_dendrites;
    const int32_t end = end_f < block->end_dendrite ? end_f : block->end_dendrite;
    const float gain = cells->constants.inhibition;
    const float scaled = gain * cells->inverse[block->age];
    const float *dense = f->dense + (size_t)source * (size_t)f->n_dendrites;
#pragma omp simd
    for (int32_t d = first; d < end; d++)
        cells->u[d] -= scaled * dense[d - f->first_dendrite];

    const int32_t first_c = f->first_cell > block->cell ? f->first_cell : block->cell;
    const int32_t end_fc = f->first_cell + f->n_cells;
    const int32_t end_c = end_fc < block->end_cell ? end_fc : block->end_cell;
    const float *dense_sum = f->dense_sum + (size_t)source * (size_t)f->n_cells;
#pragma omp simd
    for (int32_t n = first_c; n < end_c; n++)
        cells->sum[n] -= gain * dense_sum[n - f->first_cell];
}

static void inhibit_somas(struct cells *cells, struct block *block, const struct fan_out *f,
                          int32_t start, int32_t end)
{
    for (int32_t i = start; i < end; i++) {
        const int32_t n = cell_of(cells, f->dendrite[i] - cells->first_dendrite);
        cells->inhibition[n] += cells->constants.soma_inhibition * f->weight[i];
        block->soma_inhibited = true;
    }
}

/* Delivers the spike of a source (numbered within its population) to the block through one fan-out.
 */
static void deliver_fan_out(struct cells *cells, struct block *block, const struct fan_out *f,
                            int32_t source)
{
    if (!meets(f, block))
        return;
    if (f->dense) {
        inhibit_densely(cells, block, f, source);
        return;
    }
    int32_t start, end;
    fan_out_part(cells, block, f, source, &start, &end);
    const float gain =
        f->effect == EFFECT_EXCITE ? cells->constants.excitation : -cells->constants.inhibition;
    if (f->effect == EFFECT_INHIBIT_SOMA)
        inhibit_somas(cells, block, f, start, end);
    else
        deliver(cells, block, f, start, end, gain);
}

static void dendritic_spike(struct cells *cells, struct block *block, int32_t d, int32_t t,
                            int32_t *dendritic_spikes)
{
    const struct cell_constants *c = &cells->constants;
    if (t - cells->last_dspike[d] <= c->dspike_refractory)
        return;
    cells->sum[cell_of(cells, d)] += c->dspike_peak - cells->u[d] * cells->power[block->age];
    cells->u[d] = c->dspike_peak * cells->inverse[block->age];
    cells->last_dspike[d] = t;
    dendritic_spikes[cells->first_dendrite + d]++;
    int32_t last = block->ring_first + block->ring_n++;
    last -= last >= block->ring_size ? block->ring_size : 0;
    block->waiting[last] = d;
    block->due[last] = t + c->dspike_refractory + 1;
}

/* Checks dendrite d of cell n. */
static inline void check(struct cells *cells, struct block *block, int32_t d, int32_t n, int32_t t,
                         int32_t *dendritic_spikes)
{
    const float v_d = cells->u[d] * cells->power[block->age] + bap_of(cells, n, t);
    if (v_d > cells->constants.dspike_threshold)
        dendritic_spike(cells, block, d, t, dendritic_spikes);
}

/* Checks all dendrites of a cell after a bAP. Mostly the bAP before has made all of them spike, so
 * that they are refractory: cell_dspike, which is not later than any of their last spikes, shows
 * that at once. */
static inline void check_cell(struct cells *cells, struct block *block, int32_t n, int32_t t,
                              int32_t *dendritic_spikes)
{
    if (t - cells->cell_dspike[n] <= cells->constants.dspike_refractory)
        return;
    int32_t first = t;
    for (int32_t d = n * cells->per_cell; d < (n + 1) * cells->per_cell; d++) {
        check(cells, block, d, n, t, dendritic_spikes);
        first = cells->last_dspike[d] < first ? cells->last_dspike[d] : first;
    }
    cells->cell_dspike[n] = first;
}

static void check_fan_out(struct cells *cells, struct block *block, const struct fan_out *f,
                          int32_t source, int32_t t, int32_t *dendritic_spikes)
{
    if (!meets(f, block))
        return;
    int32_t start, end;
    fan_out_part(cells, block, f, source, &start, &end);
    for (int32_t i = start; i < end; i++) {
        const int32_t d = f->dendrite[i] - cells->first_dendrite;
        check(cells, block, d, cell_of(cells, d), t, dendritic_spikes);
    }
}

/* May a dendrite of the block spike in step t although nothing excited it? */
static inline bool has_others(const struct cells *cells, const struct block *block, int32_t t)
{
    return (block->n_after > 0) | (t == cells->constants.dspike_refractory) |
           (block->ring_n > 0 && block->due[block->ring_first] == t);
}

/* Checks dendrites that may spike because their refractory time ends, or because of a bAP. Those
 * that waited leave the ring before any other check, so that no dendrite is in it twice. */
static void check_others(struct cells *cells, struct block *block, int32_t t,
                         int32_t *dendritic_spikes)
{
    const struct cell_constants *c = &cells->constants;
    while (block->ring_n > 0 && block->due[block->ring_first] == t) {
        const int32_t d = block->waiting[block->ring_first];
        block->ring_n--;
        block->ring_first = block->ring_first + 1 < block->ring_size ? block->ring_first + 1 : 0;
        check(cells, block, d, cell_of(cells, d), t, dendritic_spikes);
    }
    if (t == c->dspike_refractory) /* the first step in which any dendrite may spike */
        for (int32_t d = block->dendrite; d < block->end_dendrite; d++)
            if (cells->supralinear[cell_of(cells, d)])
                check(cells, block, d, cell_of(cells, d), t, dendritic_spikes);
    int32_t n_kept = 0;
    for (int32_t i = 0; i < block->n_after; i++) {
        const int32_t n = block->after_bap[i];
        check_cell(cells, block, n, t, dendritic_spikes);
        cells->sees_bap[n] = c->bap_outlasts_dendrite && bap_of(cells, n, t) > c->dspike_threshold;
        if (cells->sees_bap[n])
            block->after_bap[n_kept++] = n;
    }
    block->n_after = n_kept;
}

/* Applies the drive of the whole step to sublinear dendrites, raised to a power; a negative drive
 * is applied as it is. */
static void apply_drive(struct cells *cells, struct block *block)
{
    if (block->n_touched == 0)
        return;
    const float inverse = cells->inverse[block->age];
    for (int32_t i = 0; i < block->n_touched; i++) {
        const int32_t d = block->touched[i];
        const float drive = cells->drive[d];
        const float effect = drive > 0 ? powf(drive, cells->constants.sublinear_exponent) : drive;
        cells->u[d] += effect * inverse;
        cells->sum[cell_of(cells, d)] += effect;
        cells->drive[d] = 0;
        cells->is_touched[d] = false;
    }
    block->n_touched = 0;
}

static void somatic_spike(struct cells *cells, struct block *block, int32_t n, int32_t t,
                          int32_t *spikes)
{
    const struct cell_constants *c = &cells->constants;
    if (t - cells->last_spike[n] <= c->refractory)
        return;
    cells->last_spike[n] = t;
    cells->bap_from[n] = t;
    cells->v[n] =
        0; /* peak in this step, reset at the start of the next: nobody reads it between */
    if (c->adapts)
        cells->g_w[n] += c->adaptation_step;
    spikes[cells->first_neuron + n]++;
    block->spiked[block->n_spiked++] = n;
    if (cells->supralinear[n] && !cells->sees_bap[n]) {
        cells->sees_bap[n] = true;
        block->after_bap[block->n_after++] = n;
    }
}

/* A vector of cells, as wide as the registers. (may_alias: vectors lie in arrays of float.) */
#if defined(__AVX512F__)
enum { WIDTH = 16 };
#elif defined(__AVX2__)
enum { WIDTH = 8 };
#else
enum { WIDTH = 4 };
#endif
typedef float lanes __attribute__((vector_size(4 * WIDTH), may_alias));

/* Bit i is set where v[i] > threshold. */
static inline uint64_t lanes_above(lanes v, float threshold)
{
#if defined(__AVX512F__)
    return _mm512_cmp_ps_mask((__m512)v, _mm512_set1_ps(threshold), _CMP_GT_OQ);
#elif defined(__AVX2__)
    return (uint32_t)_mm256_movemask_ps(
        _mm256_cmp_ps((__m256)v, _mm256_set1_ps(threshold), _CMP_GT_OQ));
#elif defined(__SSE__)
    return (uint32_t)_mm_movemask_ps(_mm_cmpgt_ps((__m128)v, _mm_set1_ps(threshold)));
#else
    uint32_t mask = 0;
    for (uint32_t i = 0; i < WIDTH; i++)
        mask |= (uint32_t)(v[i] > threshold) << i;
    return mask;
#endif
}

/* Integrates the somas of the block and finds their spikes. Their reset after a spike has been done
 * in v and g_w already. */
static inline __attribute__((always_inline)) void integrate(struct cells *cells,
                                                            struct block *block, int32_t t,
                                                            int32_t *spikes, bool adapts,
                                                            bool is_inhibited)
{
    enum { AT_ONCE = 64 }; /* cells tested by one branch */
    const struct cell_constants c = cells->constants;
    const float keep = 1 - c.rate_dendrite, keep_v = 1 - c.rate_soma;
    float *const sums = cells->sum, *const vs = cells->v, *const gs = cells->g_w;
    const float *const rates = cells->rate_adaptation, *const inhibitions = cells->inhibition;
    for (int32_t first = block->cell; first < block->end_lane; first += AT_ONCE) {
        const int32_t left = block->end_lane - first, end = left < AT_ONCE ? left : AT_ONCE;
        uint64_t above = 0;
        for (int32_t i = 0; i < end; i += WIDTH) {
            lanes *sum = (lanes *)(sums + first + i), *v = (lanes *)(vs + first + i);
            lanes current = c.dendrite_to_soma * *sum, v_new;
            if (is_inhibited)
                current -= *(const lanes *)(inhibitions + first + i);
            if (adapts) {
                lanes *g_w = (lanes *)(gs + first + i);
                v_new = *v * keep_v + current - *g_w * (*v - c.adaptation_reversal);
                *g_w -= *g_w * *(const lanes *)(rates + first + i);
            } else {
                v_new = *v * keep_v + current;
            }
            *v = v_new;
            *sum *= keep;
            above |= lanes_above(v_new, c.threshold) << i;
        }
        for (; above; above &= above - 1)
            somatic_spike(cells, block, first + __builtin_ctzll(above), t, spikes);
    }
}

static void step_somas(struct cells *cells, struct block *block, int32_t t, int32_t *spikes)
{
    block->n_spiked = 0;
    if (!cells->constants.adapts)
        integrate(cells, block, t, spikes, false, false);
    else if (!block->soma_inhibited)
        integrate(cells, block, t, spikes, true, false);
    else
        integrate(cells, block, t, spikes, true, true);
    if (block->soma_inhibited)
        memset(cells->inhibition + block->cell, 0,
               (size_t)(block->end_lane - block->cell) * sizeof(float));
    block->soma_inhibited = false;
}

static const struct fan_out *teacher_fan_out(const struct presentation *p, int32_t source)
{
    const int32_t teacher =
        p->layout.n_populations - p->layout.n_classes + source - p->layout.n_inputs;
    return &p->state->fan_out[p->state->first_fan_out[teacher]];
}

enum action { DELIVER, CHECK };

/* Delivers the spikes of all blocks of the source cells to one block of their targets; or, when
 * everything of the step is delivered, checks the same targets. */
static void pass_spikes(const struct presentation *p, const struct cells *from, struct cells *to,
                        struct block *block, enum action action, int32_t t)
{
    const struct kernel_state *s = p->state;
    const struct population *population =
        &p->layout.population[from == &s->pyramidal ? 0 : p->layout.n_classes];
    for (int32_t b = 0; b < from->n_blocks; b++)
        for (int32_t i = 0; i < from->block[b].n_spiked; i++) {
            const int32_t id = from->first_neuron + from->block[b].spiked[i];
            while (id >= population->first + population->n)
                population++;
            const int32_t k = (int32_t)(population - p->layout.population);
            for (int32_t f = s->first_fan_out[k]; f < s->first_fan_out[k + 1]; f++) {
                if (action == DELIVER)
                    deliver_fan_out(to, block, &s->fan_out[f], id - population->first);
                else if (s->fan_out[f].checked)
                    check_fan_out(to, block, &s->fan_out[f], id - population->first, t,
                                  p->dendritic_spikes);
            }
        }
}

/* Delivers the spikes of inputs and teachers of step t - 1 to the block. */
static void deliver_stimulus(const struct presentation *p, const struct plastic_synapses *plastic,
                             const struct stimulus *stimulus, struct block *block, int32_t t)
{
    struct kernel_state *s = p->state;
    struct cells *cells = &s->pyramidal;
    const float inverse = cells->inverse[block->age];
    struct events *events = &block->events;
    first_events(p, plastic, stimulus, block, t - 1, events);
    do {
        for (int32_t i = 0; i < events->n; i++) {
            if (!cells->drive) {
                cells->u[events->dendrite[i]] += events->mv[i] * inverse;
                cells->sum[events->cell[i]] += events->mv[i];
            } else {
                add_drive(cells, block, events->dendrite[i], events->mv[i]);
            }
        }
    } while (next_events(p, plastic, stimulus, block, events));
    for (int32_t i = events->at; i < events->end; i++)
        deliver_fan_out(cells, block, teacher_fan_out(p, stimulus->source[i]), 0);
}

/* Goes through the same spikes once more, to check whether their targets have crossed the
 * threshold. */
static void check_stimulus(const struct presentation *p, const struct plastic_synapses *plastic,
                           const struct stimulus *stimulus, struct block *block, int32_t t)
{
    struct kernel_state *s = p->state;
    struct cells *cells = &s->pyramidal;
    if (!cells->supralinear[0])
        return;
    struct events *events = &block->events;
    first_events(p, plastic, stimulus, block, t - 1, events);
    do {
        for (int32_t i = 0; i < events->n; i++)
            check(cells, block, events->dendrite[i], events->cell[i], t, p->dendritic_spikes);
    } while (next_events(p, plastic, stimulus, block, events));
    for (int32_t i = events->at; i < events->end; i++)
        check_fan_out(cells, block, teacher_fan_out(p, stimulus->source[i]), 0, t,
                      p->dendritic_spikes);
}

/* Adds the calcium of the influxes gathered so far. exp is computed by whole vectors; the surplus
 * of the last is not used. */
static void add_calcium(const struct calcium_constants *constants, struct influxes *influxes,
                        float *restrict calcium)
{
    const struct calcium_constants c = *constants;
    float *v_d = influxes->v_d;
    const int32_t n_padded = (influxes->n + KERNEL_LANES - 1) / KERNEL_LANES * KERNEL_LANES;
    for (int32_t i = influxes->n; i < n_padded; i++)
        v_d[i] = 0;
#pragma omp simd
    for (int32_t i = 0; i < n_padded; i++)
        v_d[i] = calcium_influx(&c, v_d[i]);
    for (int32_t i = 0; i < influxes->n; i++)
        calcium[influxes->synapse[i]] += v_d[i];
    influxes->n = 0;
}

/* Goes through the same spikes once more, after all dendritic spikes of the step: calcium enters
 * where v_d is above the floor. */
static void take_calcium(const struct presentation *p, const struct plastic_synapses *plastic,
                         const struct stimulus *stimulus, struct block *block, int32_t t,
                         float *restrict calcium)
{
    const struct cells *cells = &p->state->pyramidal;
    const float power = cells->power[block->age], floor = p->constants.calcium.floor;
    struct events *events = &block->events;
    struct influxes *influxes = &block->influxes;
    first_events(p, plastic, stimulus, block, t - 1, events);
    do {
        if (influxes->n + events->n + KERNEL_LANES > KERNEL_INFLUXES)
            add_calcium(&p->constants.calcium, influxes, calcium);
        int32_t n = influxes->n;
        for (int32_t i = 0; i < events->n; i++) {
            const float v_d =
                cells->u[events->dendrite[i]] * power + bap_of(cells, events->cell[i], t);
            influxes->synapse[n] = events->synapse[i];
            influxes->v_d[n] = v_d;
            n += v_d > floor;
        }
        influxes->n = n;
    } while (next_events(p, plastic, stimulus, block, events));
}

static inline bool any_spiked(const struct cells *cells)
{
    int32_t n = cells->block[0].n_spiked;
    for (int32_t b = 1; b < cells->n_blocks; b++)
        n |= cells->block[b].n_spiked;
    return n > 0;
}

/* (a) of step t: the pyramidal cells of a block, seeing the spikes of step t - 1. */
static void step_pyramidal(const struct presentation *p, const struct network *network,
                           const struct stimulus *stimulus, struct block *block, int32_t t,
                           float *calcium)
{
    struct kernel_state *s = p->state;
    struct cells *cells = &s->pyramidal;
    const bool is_stimulated = t > 0 && stimulus->start[t - 1] < stimulus->start[t];
    decay(cells, block, t);
    if (t > 0 && any_spiked(&s->interneurons))
        pass_spikes(p, &s->interneurons, cells, block, DELIVER, t);
    if (is_stimulated)
        deliver_stimulus(p, &network->plastic, stimulus, block, t);
    apply_drive(cells, block);
    if (has_others(cells, block, t))
        check_others(cells, block, t, p->dendritic_spikes);
    if (is_stimulated)
        check_stimulus(p, &network->plastic, stimulus, block, t);
    if (is_stimulated && calcium)
        take_calcium(p, &network->plastic, stimulus, block, t, calcium);
    step_somas(cells, block, t, p->spikes);
}

/* (b) of step t: the interneurons of a block, seeing the pyramidal spikes of step t. */
static void step_interneurons(const struct presentation *p, struct block *block, int32_t t)
{
    struct kernel_state *s = p->state;
    struct cells *cells = &s->interneurons;
    const bool is_reached = any_spiked(&s->pyramidal);
    decay(cells, block, t);
    if (is_reached)
        pass_spikes(p, &s->pyramidal, cells, block, DELIVER, t);
    apply_drive(cells, block);
    if (has_others(cells, block, t))
        check_others(cells, block, t, p->dendritic_spikes);
    if (is_reached)
        pass_spikes(p, &s->pyramidal, cells, block, CHECK, t);
    step_somas(cells, block, t, p->spikes);
}

/* Notes which cells of a thread's blocks spiked in step t. Not inlined: few presentations are
 * recorded, and the others' loop keeps its registers. */
static __attribute__((noinline)) void mark_spikes(const struct presentation *p, int32_t first,
                                                  int32_t stride, int32_t t)
{
    const struct cells *both[] = {&p->state->pyramidal, &p->state->interneurons};
    for (int k = 0; k < 2; k++)
        for (int32_t b = first; b < both[k]->n_blocks; b += stride)
            for (int32_t i = 0; i < both[k]->block[b].n_spiked; i++)
                raster_mark(p->raster, t, both[k]->first_neuron + both[k]->block[b].spiked[i]);
}

/* Brings blocks first, first + stride … to rest. */
static void rest_blocks(const struct presentation *p, const struct network *network, int32_t first,
                        int32_t stride)
{
    struct cells *pyramidal = &p->state->pyramidal, *interneurons = &p->state->interneurons;
    for (int32_t b = first; b < pyramidal->n_blocks; b += stride) {
        rest(pyramidal, &pyramidal->block[b]);
        choose_adaptation(pyramidal, &pyramidal->block[b], network->creb);
    }
    for (int32_t b = first; b < interneurons->n_blocks; b += stride)
        rest(interneurons, &interneurons->block[b]);
}

/* Computes step t and the following ones as one of `stride` threads, until the team leaves the rest
 * to one thread; returns the step at which it does. */
static int32_t present_steps(const struct presentation *p, const struct network *network,
                             const struct stimulus *stimulus, float *calcium, int32_t first,
                             int32_t stride, int32_t t)
{
    struct kernel_state *s = p->state;
    struct cells *pyramidal = &s->pyramidal, *interneurons = &s->interneurons;
    for (; t < stimulus->n_steps; t++) {
        if (stride > 1 && !team_shares_step(&s->team, t, stimulus->n_steps, first == 0))
            break;
        for (int32_t b = first; b < pyramidal->n_blocks; b += stride)
            step_pyramidal(p, network, stimulus, &pyramidal->block[b], t, calcium);
        if (stride > 1)
            team_meet(&s->team);
        for (int32_t b = first; b < interneurons->n_blocks; b += stride)
            step_interneurons(p, &interneurons->block[b], t);
        if (p->raster)
            mark_spikes(p, first, stride, t);
    }
    return t;
}

/* Makes the presentation as thread `first` of n. */
static void present_blocks(const struct presentation *p, const struct network *network,
                           const struct stimulus *stimulus, float *calcium, int32_t first,
                           int32_t n)
{
    rest_blocks(p, network, first, n);
    const int32_t t = present_steps(p, network, stimulus, calcium, first, n, 0);
    if (first == 0)
        present_steps(p, network, stimulus, calcium, 0, 1, t);
}

static void kernel_present(struct presentation *p, const struct network *network,
                           const struct stimulus *stimulus, float *calcium)
{
    struct team *team = &p->state->team;
    const bool is_of_one = p->n_threads == 1 || team_starts_with_one(team, calcium != NULL);
    kernel_state_divide(p->state, is_of_one);
    if (is_of_one) {
        present_blocks(p, network, stimulus, calcium, 0, 1);
    } else {
        const int32_t n_processors =
            omp_get_num_procs(); /* more threads than processors would wait for each other */
        const int32_t n = p->n_threads < n_processors ? p->n_threads : n_processors;
#pragma omp parallel num_threads(n)
        {
#pragma omp single
            team_gather(team, omp_get_num_threads());
            present_blocks(p, network, stimulus, calcium, omp_get_thread_num(), team->n);
        }
    }
    if (p->n_threads > 1)
        team_end(team, is_of_one);
    const struct cells *pyramidal = &p->state->pyramidal;
    for (int32_t b = 0; calcium && b < pyramidal->n_blocks; b++)
        add_calcium(&p->constants.calcium, &pyramidal->block[b].influxes, calcium);
}

static bool is_supported(void)
{
#if defined(__AVX512F__)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("fma");
#elif defined(__AVX2__)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return true;
#endif
}

extern const struct kernel JOIN(kernel_, KERNEL);
const struct kernel JOIN(kernel_, KERNEL) = {TEXT(KERNEL), is_supported, kernel_state_init,
                                             kernel_present, kernel_state_free};
