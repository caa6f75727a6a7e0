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
 * Inhibition that reaches most dendrites of a population is delivered as one dense vector. For
 * several threads the network is cut into parts with cells, synapses, state and lists of their own;
 * what parts learn from each other are spikes, by mail, twice a step. Each part delivers the spikes
 * of all in the order of the neurons' ids, so no sum depends on the cut, and no result does.
 *
 * This file is compiled once for each instruction set, under the name KERNEL: the same C, wider
 * registers. It allocates nothing and cannot fail. */
#include <math.h>
#include <omp.h>
#include <string.h>
#if defined(__SSE__)
#    include <immintrin.h>
#endif

#include "core/instruction_sets.h"
#include "neuron/calcium.h"
#include "neuron/events.h"
#include "neuron/parts.h"

/* Vectors as wide as the registers. (may_alias: they lie in arrays of float.) */
#if defined(__AVX512F__)
enum { WIDTH = 16 };
#elif defined(__AVX2__)
enum { WIDTH = 8 };
#else
enum { WIDTH = 4 };
#endif
typedef float lanes __attribute__((vector_size(4 * WIDTH), may_alias));
typedef float lanes_anywhere __attribute__((vector_size(4 * WIDTH), may_alias, aligned(4)));
typedef int32_t lane_bits __attribute__((vector_size(4 * WIDTH)));

/* v_bap of a cell's dendrites in step t, mV. */
static inline float bap_of(const struct cells *cells, int32_t n, int32_t t)
{
    return cells->bap[t - 1 - cells->bap_from[n]];
}

static void rest(struct cells *cells)
{
    const size_t n = (size_t)cells->n_padded, n_d = (size_t)cells->n_dendrites;
    memset(cells->u, 0, n_d * sizeof(float));
    memset(cells->n_dspikes, 0, n_d * sizeof(int32_t));
    for (int32_t d = 0; d < cells->n_dendrites; d++)
        cells->last_dspike[d] = -1;
    memset(cells->sum, 0, n * sizeof(float));
    memset(cells->inhibition, 0, n * sizeof(float));
    memset(cells->v, 0, n * sizeof(float));
    memset(cells->g_w, 0, n * sizeof(float));
    memset(cells->last_spike, 0, n * sizeof(int32_t));
    memset(cells->n_spikes, 0, n * sizeof(int32_t));
    for (int32_t i = 0; i < cells->n_padded; i++) {
        cells->cell_dspike[i] = -1;
        cells->bap_from[i] = -cells->bap_n;
    }
    memset(cells->sees_bap, 0, n * sizeof(bool));
    cells->age = cells->spiked.n = cells->n_after = cells->n_touched = cells->ring_n = 0;
    cells->soma_inhibited = false;
}

static void choose_adaptation(struct cells *cells, const float *creb)
{
    const struct cell_constants *c = &cells->constants;
    for (int32_t n = 0; n < cells->n; n++)
        cells->rate_adaptation[n] = creb && creb[cells->id[n]] > c->creb_effective_above
                                        ? c->rate_adaptation_creb
                                        : c->rate_adaptation;
}

/* Makes u = v_b again (k = 0), and moves bap_from of the bAPs that are over by step t, so that
 * bap_of stays within its table. */
static __attribute__((noinline)) void rescale(struct cells *cells, int32_t t)
{
    const float power = cells->power[cells->age];
#pragma omp simd
    for (int32_t d = 0; d < cells->n_dendrites; d++)
        cells->u[d] *= power;
    cells->age = 0;
    const int32_t over = t - cells->bap_n;
    for (int32_t n = 0; n < cells->n; n++)
        cells->bap_from[n] = cells->bap_from[n] > over ? cells->bap_from[n] : over;
}

/* All dendrites decay by one step, to step t. */
static inline void decay(struct cells *cells, int32_t t)
{
    if (cells->age == cells->age_max)
        rescale(cells, t);
    cells->age++;
}

static inline void raise_dendrite(struct cells *cells, int32_t d, float mv, float inverse)
{
    cells->u[d] += mv * inverse;
    cells->sum[cell_of(cells, d)] += mv;
}

/* Adds drive to a sublinear dendrite; apply_drive applies it when all spikes of the step are
 * delivered. */
static inline void add_drive(struct cells *cells, int32_t d, float mv)
{
    if (!cells->is_touched[d])
        cells->touched[cells->n_touched++] = d;
    cells->is_touched[d] = true;
    cells->drive[d] += mv;
}

/* Delivers a source's spike to all synapses of a fan-out, `gain` mV for a unit of weight. */
static void deliver(struct cells *cells, const struct fan_out *f, int32_t source, float gain)
{
    const float inverse = cells->inverse[cells->age], mv = gain * f->common_weight;
    const int32_t *dendrite = f->dendrite, end = f->start[source + 1], offset = f->offset;
    int32_t i = f->start[source];
    if (f->sublinear)
        for (; i < end; i++)
            add_drive(cells, dendrite[i] - offset, f->weight ? gain * f->weight[i] : mv);
    else if (f->weight)
        for (; i < end; i++)
            raise_dendrite(cells, dendrite[i] - offset, gain * f->weight[i], inverse);
    else
        for (; i < end; i++)
            raise_dendrite(cells, dendrite[i] - offset, mv, inverse);
}

static void inhibit_densely(struct cells *cells, const struct fan_out *f, int32_t source)
{
    const float gain = cells->constants.inhibition;
    const float scaled = gain * cells->inverse[cells->age];
    const float *dense = f->dense + (size_t)source * kernel_padded(f->n_dendrites);
    const float *dense_sum = f->dense_sum + (size_t)source * kernel_padded(f->n_cells);
    float *u = cells->u + f->first_dendrite, *sum = cells->sum + f->first_cell;
#pragma omp simd
    for (int32_t d = 0; d < f->n_dendrites; d++)
        u[d] -= scaled * dense[d];
#pragma omp simd
    for (int32_t n = 0; n < f->n_cells; n++)
        sum[n] -= gain * dense_sum[n];
}

/* Adds an amount to each of n values as many times as `times` says, at most `most` times. */
static inline void add_in_turn(float *value, int32_t n, float amount, const float *times,
                               int32_t most)
{
    const lane_bits bits = (lane_bits)(amount - (lanes){0});
    for (int32_t i = 0; i < n; i += WIDTH) {
        lane_bits left = __builtin_convertvector(*(const lanes *)(times + i), lane_bits);
        lanes v = *(lanes_anywhere *)(value + i);
        for (int32_t k = 0; k < most; k++, left -= 1)
            v += (lanes)(bits & (left > 0));
        *(lanes_anywhere *)(value + i) = v;
    }
}

/* Inhibits as `deliver` does, with the same sums, but many dendrites at a time: first one synapse
 * of each, then a second one of those that have several, and so on. Not inlined, since few networks
 * need it. */
static __attribute__((noinline)) void deliver_in_turn(struct cells *cells, const struct fan_out *f,
                                                      int32_t source)
{
    const float mv = -cells->constants.inhibition * f->common_weight;
    add_in_turn(cells->u + f->first_dendrite, f->n_dendrites, mv * cells->inverse[cells->age],
                f->dense + (size_t)source * kernel_padded(f->n_dendrites), f->most);
    add_in_turn(cells->sum + f->first_cell, f->n_cells, mv,
                f->dense_sum + (size_t)source * kernel_padded(f->n_cells), f->most_sum);
}

static void inhibit_somas(struct cells *cells, const struct fan_out *f, int32_t source)
{
    const float gain = cells->constants.soma_inhibition;
    for (int32_t i = f->start[source]; i < f->start[source + 1]; i++) {
        const int32_t n = cell_of(cells, f->dendrite[i] - f->offset);
        cells->inhibition[n] += gain * (f->weight ? f->weight[i] : f->common_weight);
        cells->soma_inhibited = true;
    }
}

/* Delivers the spike of a source (numbered within its population) through one fan-out. */
static void deliver_fan_out(struct cells *cells, const struct fan_out *f, int32_t source)
{
    if (f->dense && !f->in_turn)
        inhibit_densely(cells, f, source);
    else if (f->effect == EFFECT_INHIBIT_SOMA)
        inhibit_somas(cells, f, source);
    else if (f->dense && WIDTH >= 8) /* narrow vectors are no faster */
        deliver_in_turn(cells, f, source);
    else
        deliver(cells, f, source,
                f->effect == EFFECT_EXCITE ? cells->constants.excitation
                                           : -cells->constants.inhibition);
}

static void dendritic_spike(struct cells *cells, int32_t d, int32_t t)
{
    const struct cell_constants *c = &cells->constants;
    if (t - cells->last_dspike[d] <= c->dspike_refractory)
        return;
    cells->sum[cell_of(cells, d)] += c->dspike_peak - cells->u[d] * cells->power[cells->age];
    cells->u[d] = c->dspike_peak * cells->inverse[cells->age];
    cells->last_dspike[d] = t;
    cells->n_dspikes[d]++;
    int32_t last = cells->ring_first + cells->ring_n++;
    last -= last > cells->n_dendrites ? cells->n_dendrites + 1 : 0;
    cells->waiting[last] = d;
    cells->due[last] = t + c->dspike_refractory + 1;
}

/* Checks dendrite d of cell n. */
static inline void check(struct cells *cells, int32_t d, int32_t n, int32_t t)
{
    const float v_d = cells->u[d] * cells->power[cells->age] + bap_of(cells, n, t);
    if (v_d > cells->constants.dspike_threshold)
        dendritic_spike(cells, d, t);
}

/* Checks all dendrites of a cell after a bAP. Mostly an earlier bAP has made all of them spike and
 * they are refractory. cell_dspike shows that at once, as it is not later than the last spike of
 * any of them. */
static inline void check_cell(struct cells *cells, int32_t n, int32_t t)
{
    if (t - cells->cell_dspike[n] <= cells->constants.dspike_refractory)
        return;
    int32_t first = t;
    for (int32_t d = n * cells->per_cell; d < (n + 1) * cells->per_cell; d++) {
        check(cells, d, n, t);
        first = cells->last_dspike[d] < first ? cells->last_dspike[d] : first;
    }
    cells->cell_dspike[n] = first;
}

static void check_fan_out(struct cells *cells, const struct fan_out *f, int32_t source, int32_t t)
{
    for (int32_t i = f->start[source]; i < f->start[source + 1]; i++) {
        const int32_t d = f->dendrite[i] - f->offset;
        check(cells, d, cell_of(cells, d), t);
    }
}

/* Whether a dendrite may spike in step t although nothing excited it. */
static inline bool has_others(const struct cells *cells, int32_t t)
{
    return (cells->n_after > 0) | (t == cells->constants.dspike_refractory) |
           (cells->ring_n > 0 && cells->due[cells->ring_first] == t);
}

/* Checks dendrites that may spike because their refractory time ends, or because of a bAP. Those
 * that waited leave the ring before any other check, so that no dendrite is in it twice. */
static void check_others(struct cells *cells, int32_t t)
{
    const struct cell_constants *c = &cells->constants;
    while (cells->ring_n > 0 && cells->due[cells->ring_first] == t) {
        const int32_t d = cells->waiting[cells->ring_first];
        cells->ring_n--;
        cells->ring_first = cells->ring_first < cells->n_dendrites ? cells->ring_first + 1 : 0;
        check(cells, d, cell_of(cells, d), t);
    }
    if (t == c->dspike_refractory) /* the first step in which any dendrite may spike */
        for (int32_t d = 0; d < cells->n_dendrites; d++)
            if (cells->supralinear[cell_of(cells, d)])
                check(cells, d, cell_of(cells, d), t);
    int32_t n_kept = 0;
    for (int32_t i = 0; i < cells->n_after; i++) {
        const int32_t n = cells->after_bap[i];
        check_cell(cells, n, t);
        cells->sees_bap[n] = c->bap_outlasts_dendrite && bap_of(cells, n, t) > c->dspike_threshold;
        if (cells->sees_bap[n])
            cells->after_bap[n_kept++] = n;
    }
    cells->n_after = n_kept;
}

/* Applies the drive of the whole step to sublinear dendrites, raised to a power; a negative drive
 * is applied as it is. */
static void apply_drive(struct cells *cells)
{
    if (cells->n_touched == 0)
        return;
    const float inverse = cells->inverse[cells->age];
    for (int32_t i = 0; i < cells->n_touched; i++) {
        const int32_t d = cells->touched[i];
        const float drive = cells->drive[d];
        const float effect = drive > 0 ? powf(drive, cells->constants.sublinear_exponent) : drive;
        cells->u[d] += effect * inverse;
        cells->sum[cell_of(cells, d)] += effect;
        cells->drive[d] = 0;
        cells->is_touched[d] = false;
    }
    cells->n_touched = 0;
}

static void somatic_spike(struct cells *cells, int32_t n, int32_t t)
{
    const struct cell_constants *c = &cells->constants;
    if (t - cells->last_spike[n] <= c->refractory)
        return;
    cells->last_spike[n] = t;
    cells->bap_from[n] = t;
    cells->v[n] =
        0; /* v is at its peak in this step and reset in the next; nothing reads the peak */
    if (c->adapts)
        cells->g_w[n] += c->adaptation_step;
    cells->n_spikes[n]++;
    cells->spiked.id[cells->spiked.n++] = cells->id[n];
    if (cells->supralinear[n] && !cells->sees_bap[n]) {
        cells->sees_bap[n] = true;
        cells->after_bap[cells->n_after++] = n;
    }
}

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

/* Integrates the somas and finds their spikes. somatic_spike has reset v and g_w of those that
 * spiked before. */
static inline __attribute__((always_inline)) void integrate(struct cells *cells, int32_t t,
                                                            bool adapts, bool is_inhibited)
{
    enum { AT_ONCE = 64 }; /* cells tested by one branch */
    const struct cell_constants c = cells->constants;
    const float keep = 1 - c.rate_dendrite, keep_v = 1 - c.rate_soma;
    float *const sums = cells->sum, *const vs = cells->v, *const gs = cells->g_w;
    const float *const rates = cells->rate_adaptation, *const inhibitions = cells->inhibition;
    for (int32_t first = 0; first < cells->n_padded; first += AT_ONCE) {
        const int32_t left = cells->n_padded - first, end = left < AT_ONCE ? left : AT_ONCE;
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
            somatic_spike(cells, first + __builtin_ctzll(above), t);
    }
}

static void step_somas(struct cells *cells, int32_t t)
{
    cells->spiked.n = 0;
    if (!cells->constants.adapts)
        integrate(cells, t, false, false);
    else if (!cells->soma_inhibited)
        integrate(cells, t, true, false);
    else
        integrate(cells, t, true, true);
    if (cells->soma_inhibited)
        memset(cells->inhibition, 0, (size_t)cells->n_padded * sizeof(float));
    cells->soma_inhibited = false;
}

static const struct fan_out *teacher_fan_out(const struct presentation *p, const struct part *part,
                                             int32_t source)
{
    const int32_t teacher =
        p->layout.n_populations - p->layout.n_classes + source - p->layout.n_inputs;
    return &part->fan_out[p->state->first_fan_out[teacher]];
}

enum action { DELIVER, CHECK };

/* Delivers spikes of all pyramidal cells, or of all interneurons, to those cells of the part that
 * they reach; or, when everything of the step is delivered, checks the same targets. Not inlined,
 * so that the steps keep their registers. */
static __attribute__((noinline)) void pass_spikes(const struct presentation *p,
                                                  const struct spikes *spikes, struct part *part,
                                                  struct cells *to, enum action action, int32_t t)
{
    const struct population *population = p->layout.population;
    const int32_t *first_fan_out = p->state->first_fan_out;
    for (int32_t i = 0; i < spikes->n; i++) {
        while (spikes->id[i] >= population->first + population->n)
            population++;
        const int32_t k = (int32_t)(population - p->layout.population);
        const int32_t source = spikes->id[i] - population->first;
        for (int32_t f = first_fan_out[k]; f < first_fan_out[k + 1]; f++) {
            if (action == DELIVER)
                deliver_fan_out(to, &part->fan_out[f], source);
            else if (part->fan_out[f].checked)
                check_fan_out(to, &part->fan_out[f], source, t);
        }
    }
}

/* Delivers the spikes of inputs and teachers of step t - 1. */
static void deliver_stimulus(const struct presentation *p, const struct stimulus *stimulus,
                             struct part *part, int32_t t)
{
    struct cells *cells = &part->pyramidal;
    const float inverse = cells->inverse[cells->age];
    struct events *events = &part->events;
    first_events(p, stimulus, part, t - 1);
    do {
        for (int32_t i = 0; i < events->n; i++) {
            if (!cells->drive) {
                cells->u[events->dendrite[i]] += events->mv[i] * inverse;
                cells->sum[events->cell[i]] += events->mv[i];
            } else {
                add_drive(cells, events->dendrite[i], events->mv[i]);
            }
        }
    } while (next_events(p, stimulus, part));
    for (int32_t i = events->at; i < events->end; i++)
        deliver_fan_out(cells, teacher_fan_out(p, part, stimulus->source[i]), 0);
}

/* Goes through the spikes of inputs and teachers once more, to check whether their targets have
 * crossed the threshold. */
static void check_stimulus(const struct presentation *p, const struct stimulus *stimulus,
                           struct part *part, int32_t t)
{
    struct cells *cells = &part->pyramidal;
    if (!cells->supralinear[0])
        return;
    struct events *events = &part->events;
    first_events(p, stimulus, part, t - 1);
    do {
        for (int32_t i = 0; i < events->n; i++)
            check(cells, events->dendrite[i], events->cell[i], t);
    } while (next_events(p, stimulus, part));
    for (int32_t i = events->at; i < events->end; i++)
        check_fan_out(cells, teacher_fan_out(p, part, stimulus->source[i]), 0, t);
}

/* Adds the calcium of the influxes gathered so far. exp is computed for whole vectors; the surplus
 * of the last one is not used. */
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

/* Goes through the spikes of inputs once more, after all dendritic spikes of the step: calcium
 * enters where v_d is above the floor. */
static void take_calcium(const struct presentation *p, const struct stimulus *stimulus,
                         struct part *part, int32_t t)
{
    const struct cells *cells = &part->pyramidal;
    const float power = cells->power[cells->age], floor = p->constants.calcium.floor;
    struct events *events = &part->events;
    struct influxes *influxes = &part->influxes;
    first_events(p, stimulus, part, t - 1);
    do {
        if (influxes->n + events->n + KERNEL_LANES > KERNEL_INFLUXES)
            add_calcium(&p->constants.calcium, influxes, part->reach.calcium);
        int32_t n = influxes->n;
        for (int32_t i = 0; i < events->n; i++) {
            const float v_d =
                cells->u[events->dendrite[i]] * power + bap_of(cells, events->cell[i], t);
            influxes->synapse[n] = events->synapse[i];
            influxes->v_d[n] = v_d;
            n += v_d > floor;
        }
        influxes->n = n;
    } while (next_events(p, stimulus, part));
}

/* Step t (a) of docs/model.md §3: the pyramidal cells of a part, which see the spikes of
 * step t - 1. */
static void step_pyramidal(const struct presentation *p, const struct stimulus *stimulus,
                           struct part *part, const struct spikes *seen, int32_t t)
{
    struct cells *cells = &part->pyramidal;
    const bool is_stimulated = t > 0 && stimulus->start[t - 1] < stimulus->start[t];
    decay(cells, t);
    if (seen->n > 0)
        pass_spikes(p, seen, part, cells, DELIVER, t);
    if (is_stimulated)
        deliver_stimulus(p, stimulus, part, t);
    apply_drive(cells);
    if (has_others(cells, t))
        check_others(cells, t);
    if (is_stimulated)
        check_stimulus(p, stimulus, part, t);
    if (is_stimulated && part->reach.calcium)
        take_calcium(p, stimulus, part, t);
    step_somas(cells, t);
}

/* Step t (b): the interneurons of a part, which see the pyramidal spikes of step t. */
static void step_interneurons(const struct presentation *p, struct part *part,
                              const struct spikes *seen, int32_t t)
{
    struct cells *cells = &part->interneurons;
    decay(cells, t);
    if (seen->n > 0)
        pass_spikes(p, seen, part, cells, DELIVER, t);
    apply_drive(cells);
    if (has_others(cells, t))
        check_others(cells, t);
    if (seen->n > 0)
        pass_spikes(p, seen, part, cells, CHECK, t);
    step_somas(cells, t);
}

/* ---- a presentation ---- */

/* Notes the spikes of step t. Not inlined: few presentations are recorded, and the others' loop
 * keeps its registers. */
static __attribute__((noinline)) void mark_spikes(struct raster *raster,
                                                  const struct spikes *spikes, int32_t t)
{
    for (int32_t i = 0; i < spikes->n; i++)
        raster_mark(raster, t, spikes->id[i]);
}

/* Prepares part i for a presentation. */
static void begin(const struct presentation *p, const struct network *network,
                  struct division *division, int32_t i, float *calcium)
{
    struct part *part = &division->part[i];
    const struct plastic_synapses *plastic = &network->plastic;
    rest(&part->pyramidal);
    choose_adaptation(&part->pyramidal, network->creb);
    rest(&part->interneurons);
    part->events.step = -1;
    part->influxes.n = 0;
    if (division->n > 1)
        parts_copy_synapses(part, &p->layout, plastic, calcium);
    else
        part->reach = (struct reach){.start = plastic->start,
                                     .dendrite = plastic->dendrite,
                                     .weight = plastic->weight,
                                     .calcium = calcium};
}

/* Computes the steps from t on, as number `first` of `stride` threads that share the parts. Returns
 * the first step that is not computed: n_steps, or less if the presentation is left to one
 * thread. */
static int32_t present_steps(const struct presentation *p, const struct stimulus *stimulus,
                             struct division *division, int32_t first, int32_t stride, int32_t t)
{
    struct team *team = &p->state->team;
    for (;; t++) {
        const struct spikes *seen = parts_gather(p, division, first, FROM_INTERNEURONS, t - 1);
        if (p->raster && first == 0 && t > 0)
            mark_spikes(p->raster, seen, t - 1);
        if (t == stimulus->n_steps || (stride > 1 && atomic_load(&team->is_left_to_one)))
            return t;
        for (int32_t i = first; i < division->n; i += stride) {
            step_pyramidal(p, stimulus, &division->part[i], seen, t);
            parts_post(p, division, i, FROM_PYRAMIDAL, t);
        }
        seen = parts_gather(p, division, first, FROM_PYRAMIDAL, t);
        if (p->raster && first == 0)
            mark_spikes(p->raster, seen, t);
        if (stride > 1 && first == 0)
            team_judge(team, t + 1, stimulus->n_steps);
        for (int32_t i = first; i < division->n; i += stride) {
            step_interneurons(p, &division->part[i], seen, t);
            parts_post(p, division, i, FROM_INTERNEURONS, t);
        }
    }
}

static void present_by_one(const struct presentation *p, const struct network *network,
                           const struct stimulus *stimulus, float *calcium)
{
    struct division *division = &p->state->division[0];
    begin(p, network, division, 0, calcium);
    present_steps(p, stimulus, division, 0, 1, 0);
}

static void present_by_all(const struct presentation *p, const struct network *network,
                           const struct stimulus *stimulus, float *calcium)
{
    struct division *division = &p->state->division[1];
    const int32_t n_processors =
        omp_get_num_procs(); /* more threads than processors would wait for each other */
    int32_t t = 0;
    for (int32_t i = 0; i < division->n; i++) {
        atomic_store(&division->mail[FROM_PYRAMIDAL][i]->step, -1);
        atomic_store(&division->mail[FROM_INTERNEURONS][i]->step, -1);
    }
#pragma omp parallel num_threads(p->n_threads < n_processors ? p->n_threads : n_processors)
    {
        const int32_t first = omp_get_thread_num(), stride = omp_get_num_threads();
        for (int32_t i = first; i < division->n; i += stride)
            begin(p, network, division, i, calcium);
        const int32_t reached = present_steps(p, stimulus, division, first, stride, 0);
        if (first == 0)
            t = reached;
    }
    present_steps(p, stimulus, division, 0, 1, t);
}

/* Copies a part's counts to the presentation, and its calcium to the network's. */
static void collect(const struct presentation *p, struct part *part, float *calcium)
{
    const struct reach *reach = &part->reach;
    const int32_t n_own = reach->own_start ? reach->own_start[p->layout.n_inputs] : 0;
    const struct cells *both[] = {&part->pyramidal, &part->interneurons};
    if (calcium)
        add_calcium(&p->constants.calcium, &part->influxes, reach->calcium);
    for (int32_t i = 0; calcium && i < n_own; i++)
        calcium[reach->own_number[i]] = reach->own_calcium[i];
    for (int32_t k = 0; k < 2; k++)
        for (int32_t n = 0; n < both[k]->n; n++)
            p->spikes[both[k]->id[n]] = both[k]->n_spikes[n];
    for (int32_t k = 0; k < 2 * p->layout.n_classes + 2; k++) {
        const struct range *range = &part->range[k];
        memcpy(p->dendritic_spikes + range->dendrite,
               both[k >= p->layout.n_classes]->n_dspikes + range->number,
               (size_t)(range->end_dendrite - range->dendrite) * sizeof(int32_t));
    }
}

static void kernel_present(struct presentation *p, const struct network *network,
                           const struct stimulus *stimulus, float *calcium)
{
    struct team *team = &p->state->team;
    struct division *divisions = p->state->division;
    const bool is_of_any = p->n_threads > 1 && !p->is_alone;
    const bool is_of_all = is_of_any && team_begins_with_all(team, calcium != NULL) &&
                           kernel_state_reserve(&divisions[1], network->plastic.n);
    if (is_of_all)
        present_by_all(p, network, stimulus, calcium);
    else
        present_by_one(p, network, stimulus, calcium);
    for (int32_t i = 0; i < divisions[is_of_all].n; i++)
        collect(p, &divisions[is_of_all].part[i], calcium);
    if (is_of_any)
        team_end(team, is_of_all, stimulus->n_steps);
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

#define TEXT_OF(name) #name
#define TEXT(name)    TEXT_OF(name)
extern const struct kernel OF_KERNEL(kernel);
const struct kernel OF_KERNEL(kernel) = {TEXT(KERNEL), is_supported, kernel_state_init,
                                         kernel_present, kernel_state_free};
