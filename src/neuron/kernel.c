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
#if defined(__AVX2__)
#    include <immintrin.h>
#endif

#include "neuron/calcium.h"
#include "neuron/kernel_state.h"

#define JOIN2(a, b) a##b
#define JOIN(a, b)  JOIN2(a, b)
#define TEXT2(a)    #a
#define TEXT(a)     TEXT2(a)

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
    memset(cells->v_bap + block->cell, 0, n * sizeof(float));
    memset(cells->last_spike + block->cell, 0, n * sizeof(int32_t));
    memset(cells->sees_bap + block->cell, 0, n * sizeof(bool));
    block->age = 0;
    block->n_spiked = block->n_after = block->n_touched = block->ring_n = 0;
    block->soma_inhibited = false;
}

static void choose_adaptation(struct cells *cells, const struct block *block, const float *creb)
{
    const struct cell_constants *c = &cells->constants;
    for (int32_t n = block->cell; n < block->end_cell; n++)
        cells->rate_adaptation[n] =
            creb[n] > c->creb_effective_above ? c->rate_adaptation_creb : c->rate_adaptation;
}

/* All dendrites of the block decay by one step. */
static void decay(struct cells *cells, struct block *block)
{
    if (block->age == cells->age_max) {
        const float power = cells->power[block->age];
#pragma omp simd
        for (int32_t d = block->dendrite; d < block->end_dendrite; d++)
            cells->u[d] *= power;
        block->age = 0;
    }
    block->age++;
}

/* The first of dendrite[start … end - 1] that is not below `id`. */
static int32_t lower_bound(const int32_t *dendrite, int32_t start, int32_t end, int32_t id)
{
    while (start < end) {
        const int32_t middle = start + (end - start) / 2;
        if (dendrite[middle] < id)
            start = middle + 1;
        else
            end = middle;
    }
    return start;
}

/* The part of a source's synapses, *start … *end - 1, whose dendrites the block owns. */
static inline void own_part(const struct kernel_state *s, const struct cells *cells,
                            const struct block *block, const int32_t *dendrite, int32_t *start,
                            int32_t *end)
{
    if (s->n_blocks == 1)
        return;
    *start = lower_bound(dendrite, *start, *end, cells->first_dendrite + block->dendrite);
    *end = lower_bound(dendrite, *start, *end, cells->first_dendrite + block->end_dendrite);
}

/* Adds `gain` mV a unit of weight to the dendrites. */
static inline void deliver(struct cells *cells, const struct block *block, const int32_t *dendrite,
                           const float *weight, int32_t start, int32_t end, float gain)
{
    const float inverse = cells->inverse[block->age];
    for (int32_t i = start; i < end; i++) {
        const int32_t d = dendrite[i] - cells->first_dendrite;
        const float mv = gain * weight[i];
        cells->u[d] += mv * inverse;
        cells->sum[cells->cell_of[d]] += mv;
    }
}

/* The same to the drive of sublinear dendrites, which is applied when all of it is there. */
static void deliver_drive(struct cells *cells, struct block *block, const int32_t *dendrite,
                          const float *weight, int32_t start, int32_t end, float gain)
{
    for (int32_t i = start; i < end; i++) {
        const int32_t d = dendrite[i] - cells->first_dendrite;
        if (!cells->is_touched[d])
            block->touched[block->n_touched++] = d;
        cells->is_touched[d] = true;
        cells->drive[d] += gain * weight[i];
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
        const int32_t n = cells->cell_of[f->dendrite[i] - cells->first_dendrite];
        cells->inhibition[n] += cells->constants.soma_inhibition * f->weight[i];
        block->soma_inhibited = true;
    }
}

/* The spike of a source (counted within its population) reaches the block through one fan-out. */
static void deliver_fan_out(const struct kernel_state *s, struct cells *cells, struct block *block,
                            const struct fan_out *f, int32_t source)
{
    if (f->dense) {
        inhibit_densely(cells, block, f, source);
        return;
    }
    int32_t start = f->start[source], end = f->start[source + 1];
    own_part(s, cells, block, f->dendrite, &start, &end);
    const float gain =
        f->effect == EFFECT_EXCITE ? cells->constants.excitation : -cells->constants.inhibition;
    if (f->effect == EFFECT_INHIBIT_SOMA)
        inhibit_somas(cells, block, f, start, end);
    else if (f->sublinear)
        deliver_drive(cells, block, f->dendrite, f->weight, start, end, gain);
    else
        deliver(cells, block, f->dendrite, f->weight, start, end, gain);
}

static void dendritic_spike(struct cells *cells, struct block *block, int32_t d, int32_t t,
                            int32_t *dendritic_spikes)
{
    const struct cell_constants *c = &cells->constants;
    if (t - cells->last_dspike[d] <= c->dspike_refractory)
        return;
    cells->sum[cells->cell_of[d]] += c->dspike_peak - cells->u[d] * cells->power[block->age];
    cells->u[d] = c->dspike_peak * cells->inverse[block->age];
    cells->last_dspike[d] = t;
    dendritic_spikes[cells->first_dendrite + d]++;
    int32_t last = block->ring_first + block->ring_n++;
    last -= last >= block->ring_size ? block->ring_size : 0;
    block->waiting[last] = d;
    block->due[last] = t + c->dspike_refractory + 1;
}

static inline void check(struct cells *cells, struct block *block, int32_t d, int32_t t,
                         int32_t *dendritic_spikes)
{
    const float v_d = cells->u[d] * cells->power[block->age] + cells->v_bap[cells->cell_of[d]];
    if (v_d > cells->constants.dspike_threshold)
        dendritic_spike(cells, block, d, t, dendritic_spikes);
}

static void check_targets(struct cells *cells, struct block *block, const int32_t *dendrite,
                          int32_t start, int32_t end, int32_t t, int32_t *dendritic_spikes)
{
    for (int32_t i = start; i < end; i++)
        check(cells, block, dendrite[i] - cells->first_dendrite, t, dendritic_spikes);
}

static void check_fan_out(const struct kernel_state *s, struct cells *cells, struct block *block,
                          const struct fan_out *f, int32_t source, int32_t t,
                          int32_t *dendritic_spikes)
{
    int32_t start = f->start[source], end = f->start[source + 1];
    own_part(s, cells, block, f->dendrite, &start, &end);
    check_targets(cells, block, f->dendrite, start, end, t, dendritic_spikes);
}

/* Dendrites that the end of their refractory time, or a bAP, lets spike. Those that waited leave
 * the ring before any other check, so that no dendrite is ever in it twice. */
static void check_others(struct cells *cells, struct block *block, int32_t t,
                         int32_t *dendritic_spikes)
{
    const struct cell_constants *c = &cells->constants;
    while (block->ring_n > 0 && block->due[block->ring_first] == t) {
        const int32_t d = block->waiting[block->ring_first];
        block->ring_n--;
        block->ring_first = block->ring_first + 1 < block->ring_size ? block->ring_first + 1 : 0;
        check(cells, block, d, t, dendritic_spikes);
    }
    if (t == c->dspike_refractory) /* the first step in which any dendrite may spike */
        for (int32_t d = block->dendrite; d < block->end_dendrite; d++)
            if (cells->supralinear[cells->cell_of[d]])
                check(cells, block, d, t, dendritic_spikes);
    int32_t n_kept = 0;
    for (int32_t i = 0; i < block->n_after; i++) {
        const int32_t n = block->after_bap[i];
        for (int32_t d = n * cells->per_cell; d < (n + 1) * cells->per_cell; d++)
            check(cells, block, d, t, dendritic_spikes);
        cells->sees_bap[n] = c->bap_outlasts_dendrite && cells->v_bap[n] > c->dspike_threshold;
        if (cells->sees_bap[n])
            block->after_bap[n_kept++] = n;
    }
    block->n_after = n_kept;
}

/* Sublinear dendrites: the drive of the whole step, to a power. A negative one acts as it is. */
static void apply_drive(struct cells *cells, struct block *block)
{
    const float inverse = cells->inverse[block->age];
    for (int32_t i = 0; i < block->n_touched; i++) {
        const int32_t d = block->touched[i];
        const float drive = cells->drive[d];
        const float effect = drive > 0 ? powf(drive, cells->constants.sublinear_exponent) : drive;
        cells->u[d] += effect * inverse;
        cells->sum[cells->cell_of[d]] += effect;
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
    cells->v_bap[n] = c->bap - c->bap * c->rate_bap;
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

/* Bit i is set where v[i] > threshold, for KERNEL_LANES lanes. */
static inline uint32_t lanes_above(const float *v, float threshold)
{
#if defined(__AVX512F__)
    return _mm512_cmp_ps_mask(_mm512_load_ps(v), _mm512_set1_ps(threshold), _CMP_GT_OQ);
#elif defined(__AVX2__)
    const __m256 limit = _mm256_set1_ps(threshold);
    const int low = _mm256_movemask_ps(_mm256_cmp_ps(_mm256_load_ps(v), limit, _CMP_GT_OQ));
    const int high = _mm256_movemask_ps(_mm256_cmp_ps(_mm256_load_ps(v + 8), limit, _CMP_GT_OQ));
    return (uint32_t)low | (uint32_t)high << 8;
#else
    uint32_t mask = 0;
    for (uint32_t i = 0; i < KERNEL_LANES; i++)
        mask |= (uint32_t)(v[i] > threshold) << i;
    return mask;
#endif
}

/* The somas of the block, a vector of cells at a time, and their spikes. The reset that follows a
 * spike is in v and g_w already. */
static void step_somas(struct cells *cells, struct block *block, int32_t t, int32_t *spikes)
{
    const struct cell_constants c = cells->constants;
    const float keep = 1 - c.rate_dendrite, keep_v = 1 - c.rate_soma, keep_bap = 1 - c.rate_bap;
    block->n_spiked = 0;
    for (int32_t first = block->cell; first < block->end_lane; first += KERNEL_LANES) {
        float *restrict sum = cells->sum + first, *restrict v = cells->v + first;
        float *restrict v_bap = cells->v_bap + first, *restrict g_w = cells->g_w + first;
        const float *restrict rate = cells->rate_adaptation + first;
        const float *restrict inhibition = cells->inhibition + first;
        if (c.adapts) {
#pragma omp simd aligned(sum, v, g_w, v_bap, rate, inhibition : 64)
            for (int32_t i = 0; i < KERNEL_LANES; i++) {
                const float i_exc = c.dendrite_to_soma * sum[i];
                v[i] = v[i] * keep_v + (i_exc - inhibition[i]) -
                       g_w[i] * (v[i] - c.adaptation_reversal);
                g_w[i] -= g_w[i] * rate[i];
                v_bap[i] *= keep_bap;
                sum[i] *= keep;
            }
        } else {
#pragma omp simd aligned(sum, v, v_bap : 64)
            for (int32_t i = 0; i < KERNEL_LANES; i++) {
                v[i] = v[i] * keep_v + c.dendrite_to_soma * sum[i];
                v_bap[i] *= keep_bap;
                sum[i] *= keep;
            }
        }
        for (uint32_t above = lanes_above(v, c.threshold); above; above &= above - 1)
            somatic_spike(cells, block, first + __builtin_ctz(above), t, spikes);
    }
    if (block->soma_inhibited)
        memset(cells->inhibition + block->cell, 0,
               (size_t)(block->end_lane - block->cell) * sizeof(float));
    block->soma_inhibited = false;
}

enum action { DELIVER, CHECK };

/* Delivers the spikes of all blocks of the source cells to one block of their targets; or, when
 * everything of the step is delivered, checks the same targets. */
static void pass_spikes(const struct presentation *p, const struct cells *from,
                        const struct block *from_blocks, struct cells *to, struct block *block,
                        enum action action, int32_t t)
{
    const struct kernel_state *s = p->state;
    const struct population *population =
        &p->layout.population[from == &s->pyramidal ? 0 : p->layout.n_classes];
    for (int32_t b = 0; b < s->n_blocks; b++)
        for (int32_t i = 0; i < from_blocks[b].n_spiked; i++) {
            const int32_t id = from->first_neuron + from_blocks[b].spiked[i];
            while (id >= population->first + population->n)
                population++;
            const int32_t k = (int32_t)(population - p->layout.population);
            for (int32_t f = s->first_fan_out[k]; f < s->first_fan_out[k + 1]; f++) {
                if (action == DELIVER)
                    deliver_fan_out(s, to, block, &s->fan_out[f], id - population->first);
                else if (s->fan_out[f].checked)
                    check_fan_out(s, to, block, &s->fan_out[f], id - population->first, t,
                                  p->dendritic_spikes);
            }
        }
}

/* The same for the inputs and teachers that spiked in step t - 1. */
static void pass_stimulus(const struct presentation *p, const struct plastic_synapses *plastic,
                          const struct stimulus *stimulus, struct block *block, enum action action,
                          int32_t t)
{
    struct kernel_state *s = p->state;
    struct cells *cells = &s->pyramidal;
    const bool supralinear = cells->supralinear[0], sublinear = cells->drive != NULL;
    for (int32_t i = stimulus->start[t - 1]; i < stimulus->start[t]; i++) {
        const int32_t source = stimulus->source[i];
        if (source < p->layout.n_inputs) {
            int32_t start = plastic->start[source], end = plastic->start[source + 1];
            own_part(s, cells, block, plastic->dendrite, &start, &end);
            const float gain = cells->constants.excitation;
            if (action == DELIVER && sublinear)
                deliver_drive(cells, block, plastic->dendrite, plastic->weight, start, end, gain);
            else if (action == DELIVER)
                deliver(cells, block, plastic->dendrite, plastic->weight, start, end, gain);
            else if (supralinear)
                check_targets(cells, block, plastic->dendrite, start, end, t, p->dendritic_spikes);
        } else {
            const int32_t teacher =
                p->layout.n_populations - p->layout.n_classes + source - p->layout.n_inputs;
            const struct fan_out *f = &s->fan_out[s->first_fan_out[teacher]];
            if (action == DELIVER)
                deliver_fan_out(s, cells, block, f, 0);
            else if (supralinear)
                check_fan_out(s, cells, block, f, 0, t, p->dendritic_spikes);
        }
    }
}

/* Plastic synapses that spiked and see a depolarised dendrite, gathered for one vector loop. */
struct influx {
    int32_t n;
    int32_t synapse[KERNEL_CALCIUM_CHUNK];
    float v_d[KERNEL_CALCIUM_CHUNK];
};

static void add_influx(struct influx *influx, const struct calcium_constants *c, float *calcium)
{
    const int32_t n_padded = (influx->n + KERNEL_LANES - 1) / KERNEL_LANES * KERNEL_LANES;
    for (int32_t i = influx->n; i < n_padded; i++)
        influx->v_d[i] = 0;
#pragma omp simd
    for (int32_t i = 0; i < n_padded; i++)
        influx->v_d[i] = calcium_influx(c, influx->v_d[i]);
    for (int32_t i = 0; i < influx->n; i++)
        calcium[influx->synapse[i]] += influx->v_d[i];
    influx->n = 0;
}

static void take_calcium(const struct presentation *p, const struct plastic_synapses *plastic,
                         const struct stimulus *stimulus, const struct block *block, int32_t t,
                         float *calcium)
{
    const struct kernel_state *s = p->state;
    const struct cells *cells = &s->pyramidal;
    const struct calcium_constants *c = &p->constants.calcium;
    const float power = cells->power[block->age];
    struct influx influx;
    influx.n = 0;
    for (int32_t i = stimulus->start[t - 1]; i < stimulus->start[t]; i++) {
        const int32_t source = stimulus->source[i];
        if (source >= p->layout.n_inputs)
            break; /* teachers come last */
        int32_t start = plastic->start[source], end = plastic->start[source + 1];
        own_part(s, cells, block, plastic->dendrite, &start, &end);
        for (int32_t k = start; k < end; k++) {
            const int32_t d = plastic->dendrite[k];
            const float v_d = cells->u[d] * power + cells->v_bap[cells->cell_of[d]];
            if (v_d <= c->floor)
                continue;
            influx.synapse[influx.n] = k;
            influx.v_d[influx.n++] = v_d;
            if (influx.n == KERNEL_CALCIUM_CHUNK)
                add_influx(&influx, c, calcium);
        }
    }
    if (influx.n > 0)
        add_influx(&influx, c, calcium);
}

/* (a) of step t: the pyramidal cells of a block, seeing the spikes of step t - 1. */
static void step_pyramidal(const struct presentation *p, const struct network *network,
                           const struct stimulus *stimulus, struct block *block, int32_t t,
                           float *calcium)
{
    struct kernel_state *s = p->state;
    struct cells *cells = &s->pyramidal;
    decay(cells, block);
    if (t > 0) {
        pass_spikes(p, &s->interneurons, s->interneuron_block, cells, block, DELIVER, t);
        pass_stimulus(p, &network->plastic, stimulus, block, DELIVER, t);
        apply_drive(cells, block);
    }
    check_others(cells, block, t, p->dendritic_spikes);
    if (t > 0)
        pass_stimulus(p, &network->plastic, stimulus, block, CHECK, t);
    if (calcium && t > 0)
        take_calcium(p, &network->plastic, stimulus, block, t, calcium);
    step_somas(cells, block, t, p->spikes);
}

/* (b) of step t: the interneurons of a block, seeing the pyramidal spikes of step t. */
static void step_interneurons(const struct presentation *p, struct block *block, int32_t t)
{
    struct kernel_state *s = p->state;
    struct cells *cells = &s->interneurons;
    decay(cells, block);
    pass_spikes(p, &s->pyramidal, s->pyramidal_block, cells, block, DELIVER, t);
    apply_drive(cells, block);
    check_others(cells, block, t, p->dendritic_spikes);
    pass_spikes(p, &s->pyramidal, s->pyramidal_block, cells, block, CHECK, t);
    step_somas(cells, block, t, p->spikes);
}

/* Blocks first, first + stride … of all steps: the whole presentation for one thread of a team. */
static void present_blocks(const struct presentation *p, const struct network *network,
                           const struct stimulus *stimulus, float *calcium, int32_t first,
                           int32_t stride)
{
    struct kernel_state *s = p->state;
    for (int32_t b = first; b < s->n_blocks; b += stride) {
        rest(&s->pyramidal, &s->pyramidal_block[b]);
        rest(&s->interneurons, &s->interneuron_block[b]);
        choose_adaptation(&s->pyramidal, &s->pyramidal_block[b], network->creb);
    }
    for (int32_t t = 0; t < stimulus->n_steps; t++) {
        if (stride > 1) {
#pragma omp barrier
        }
        for (int32_t b = first; b < s->n_blocks; b += stride)
            step_pyramidal(p, network, stimulus, &s->pyramidal_block[b], t, calcium);
        if (stride > 1) {
#pragma omp barrier
        }
        for (int32_t b = first; b < s->n_blocks; b += stride)
            step_interneurons(p, &s->interneuron_block[b], t);
    }
}

static void kernel_present(struct presentation *p, const struct network *network,
                           const struct stimulus *stimulus, float *calcium)
{
    if (p->n_threads == 1) {
        present_blocks(p, network, stimulus, calcium, 0, 1);
        return;
    }
    const int32_t n_processors = omp_get_num_procs(); /* more threads would wait for each other */
    const int32_t n = p->n_threads < n_processors ? p->n_threads : n_processors;
#pragma omp parallel num_threads(n)
    present_blocks(p, network, stimulus, calcium, omp_get_thread_num(), omp_get_num_threads());
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
