/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory for the fast kernel: allocated once, aligned and padded to whole vectors. The kernel
 * itself, which is compiled for each instruction set, is in kernel.c. */
#include "neuron/kernel_state.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/scope.h"
#include "core/status.h"

enum {
    ALIGNMENT = 64,
    LONG_FAN_OUT = 32,        /* synapses a source, from which on it is cut for the blocks */
    DENSE_BYTES_MAX = 1 << 20 /* a dense copy must stay in the cache, or it gains nothing */
};

static void *zeros(size_t n, size_t size)
{
    const size_t bytes = (n * size / ALIGNMENT + 1) * ALIGNMENT;
    void *memory = aligned_alloc(ALIGNMENT, bytes);
    if (memory)
        memset(memory, 0, bytes);
    return memory;
}

static void block_free(struct block *block)
{
    free(block->spiked);
    free(block->after_bap);
    free(block->touched);
    free(block->waiting);
    free(block->due);
}

static void cells_free(struct cells *cells)
{
    for (int k = 0; k < 2; k++) {
        struct division *division = &cells->division[k];
        for (int32_t i = 0; division->block && i < division->n; i++)
            block_free(&division->block[i]);
        free(division->block);
    }
    free(cells->u);
    free(cells->last_dspike);
    free(cells->cell_dspike);
    free(cells->drive);
    free(cells->is_touched);
    free(cells->supralinear);
    free(cells->sees_bap);
    free(cells->sum);
    free(cells->inhibition);
    free(cells->v);
    free(cells->g_w);
    free(cells->bap_from);
    free(cells->bap);
    free(cells->rate_adaptation);
    free(cells->last_spike);
}

/* Computes the time course of a bAP, which decays step by step until it is 0 or too small to become
 * less. */
static int bap_init(struct cells *cells)
{
    const struct cell_constants *c = &cells->constants;
    const float keep = 1 - c->rate_bap, first = c->bap - c->bap * c->rate_bap;
    cells->bap_n = 1;
    for (float v = first; v * keep != v; v *= keep)
        cells->bap_n++;
    const size_t n = (size_t)cells->bap_n + KERNEL_SCALE_MAX;
    cells->bap = zeros(n, sizeof(float));
    if (!cells->bap)
        return status_no_memory("the course of a bAP", n * sizeof(float));
    float v = first;
    for (int32_t i = 0; i < cells->bap_n - 1; i++, v *= keep)
        cells->bap[i] = v;
    return STATUS_OK;
}

static int cells_init(struct cells *cells, const struct layout *layout,
                      const struct cell_constants *constants, int32_t first_population,
                      int32_t end_population)
{
    const struct population *first = &layout->population[first_population];
    const struct population *last = &layout->population[end_population - 1];
    cells->constants = *constants;
    cells->first_neuron = first->first;
    cells->n = last->first + last->n - first->first;
    cells->n_padded = (cells->n + KERNEL_LANES - 1) / KERNEL_LANES * KERNEL_LANES;
    cells->first_dendrite = first->first_dendrite;
    cells->per_cell = first->n_dendrites;
    cells->n_dendrites = cells->n * cells->per_cell;
    const size_t n = (size_t)cells->n_padded, n_d = (size_t)cells->n_dendrites;
    cells->u = zeros(n_d, sizeof(float));
    cells->last_dspike = zeros(n_d, sizeof(int32_t));
    cells->cell_dspike = zeros(n, sizeof(int32_t));
    cells->supralinear = zeros(n, sizeof(bool));
    cells->sees_bap = zeros(n, sizeof(bool));
    cells->sum = zeros(n, sizeof(float));
    cells->inhibition = zeros(n, sizeof(float));
    cells->v = zeros(n, sizeof(float));
    cells->g_w = zeros(n, sizeof(float));
    cells->bap_from = zeros(n, sizeof(int32_t));
    cells->rate_adaptation = zeros(n, sizeof(float));
    cells->last_spike = zeros(n, sizeof(int32_t));
    if (!cells->u || !cells->last_dspike || !cells->cell_dspike || !cells->supralinear ||
        !cells->sees_bap || !cells->sum || !cells->inhibition || !cells->v || !cells->g_w ||
        !cells->bap_from || !cells->rate_adaptation || !cells->last_spike)
        return status_no_memory("the cells", n_d * 12);
    for (int32_t k = first_population; k < end_population; k++) {
        const struct population *population = &layout->population[k];
        for (int32_t j = 0; j < population->n; j++)
            cells->supralinear[population->first - cells->first_neuron + j] =
                population->dendrites == DENDRITE_SUPRALINEAR;
        if (population->dendrites == DENDRITE_SUBLINEAR && !cells->drive) {
            cells->drive = zeros(n_d, sizeof(float));
            cells->is_touched = zeros(n_d, sizeof(bool));
            if (!cells->drive || !cells->is_touched)
                return status_no_memory("the cells", n_d * 4);
        }
    }
    cells->divide_shift = 31;
    while (1 << (cells->divide_shift - 31) < cells->per_cell)
        cells->divide_shift++;
    cells->divide_by = ((uint64_t)1 << cells->divide_shift) / (uint64_t)cells->per_cell + 1;

    const double decay = 1 - (double)constants->rate_dendrite;
    for (int32_t k = 0; k <= KERNEL_SCALE_MAX && pow(decay, k) > 1e-6; k++) {
        cells->power[k] = (float)pow(decay, k);
        cells->inverse[k] = (float)pow(decay, -k);
        cells->age_max = k;
    }
    return bap_init(cells);
}

/* Block i of n: whole vectors of cells, as even as they can be. */
static int block_init(struct block *block, const struct cells *cells, int32_t i, int32_t n)
{
    block->index = i;
    const int64_t n_vectors = cells->n_padded / KERNEL_LANES;
    block->cell = (int32_t)(n_vectors * i / n) * KERNEL_LANES;
    block->end_lane = (int32_t)(n_vectors * (i + 1) / n) * KERNEL_LANES;
    block->end_cell = block->end_lane < cells->n ? block->end_lane : cells->n;
    block->dendrite = block->cell * cells->per_cell;
    block->end_dendrite = block->end_cell * cells->per_cell;
    const size_t n_cells = (size_t)(block->end_cell - block->cell);
    const size_t n_dendrites = (size_t)(block->end_dendrite - block->dendrite);
    block->ring_size = (int32_t)n_dendrites + 1;
    block->spiked = zeros(n_cells, sizeof(int32_t));
    block->after_bap = zeros(n_cells, sizeof(int32_t));
    block->waiting = zeros(n_dendrites + 1, sizeof(int32_t));
    block->due = zeros(n_dendrites + 1, sizeof(int32_t));
    block->touched = cells->drive ? zeros(n_dendrites, sizeof(int32_t)) : NULL;
    if (!block->spiked || !block->after_bap || !block->waiting || !block->due ||
        (cells->drive && !block->touched))
        return status_no_memory("a block of cells", n_dendrites * 12);
    return STATUS_OK;
}

static int division_init(struct division *division, const struct cells *cells, int32_t n)
{
    division->n = n;
    TRY_NEW(division->block, n, "the blocks");
    for (int32_t i = 0; i < n; i++)
        TRY(block_init(&division->block[i], cells, i, n));
    return STATUS_OK;
}

static void divide(struct cells *cells, int k)
{
    cells->n_blocks = cells->division[k].n;
    cells->block = cells->division[k].block;
}

/* Divides cells into blocks. Thread i takes the blocks i, i + n_threads, …, which are a part of
 * each population, since one class may be busy while another is silent. */
static int blocks_init(struct cells *cells, int32_t n_populations, int32_t n_threads)
{
    TRY(division_init(&cells->division[0], cells, 1));
    if (n_threads > 1)
        TRY(division_init(&cells->division[1], cells, n_threads * n_populations));
    divide(cells, n_threads > 1);
    return STATUS_OK;
}

void kernel_state_divide(struct kernel_state *s, bool is_of_one)
{
    divide(&s->pyramidal, !is_of_one);
    divide(&s->interneurons, !is_of_one);
}

/* Whether a projection is to be delivered as dense vectors: at least a quarter of its pairs
 * (source, dendrite) are connected. */
static bool wants_dense(const struct projection *projection, const struct fan_out *fan_out,
                        int32_t n_source)
{
    const double pairs = (double)n_source * fan_out->n_dendrites;
    return projection->effect == EFFECT_INHIBIT && !fan_out->sublinear &&
           projection->n >= 0.25 * pairs && pairs * sizeof(float) <= DENSE_BYTES_MAX;
}

/* Notes where each source's synapses pass from one block of targets to the next: to search for that
 * at each spike would cost as much as delivering a hundred synapses. */
static int cut_fan_out(struct fan_out *fan_out, struct kernel_state *s, const struct cells *cells,
                       int32_t n_source)
{
    const size_t n = (size_t)n_source * ((size_t)cells->n_blocks + 1);
    int32_t *cut = fan_out->cut = zeros(n, sizeof *cut);
    if (!cut)
        return status_no_memory("the cuts of a projection", n * sizeof *cut);
    s->dense_bytes += n * sizeof *cut;
    for (int32_t j = 0; j < n_source; j++) {
        int32_t i = fan_out->start[j];
        for (int32_t b = 0; b < cells->n_blocks; b++) {
            const int32_t end = cells->first_dendrite + cells->block[b].end_dendrite;
            *cut++ = i;
            while (i < fan_out->start[j + 1] && fan_out->dendrite[i] < end)
                i++;
        }
        *cut++ = i;
    }
    return STATUS_OK;
}

static int fan_out_init(struct fan_out *fan_out, struct kernel_state *s,
                        const struct network *network, const struct projection *projection)
{
    const struct population *source = &network->layout.population[projection->source];
    const struct population *target = &network->layout.population[projection->target];
    const struct cells *cells = target->role == ROLE_PYRAMIDAL ? &s->pyramidal : &s->interneurons;
    *fan_out = (struct fan_out){
        .start = projection->start,
        .dendrite = projection->dendrite,
        .weight = projection->weight,
        .effect = projection->effect,
        .sublinear = target->dendrites == DENDRITE_SUBLINEAR,
        .checked = target->dendrites == DENDRITE_SUPRALINEAR,
        .first_dendrite = target->first_dendrite - cells->first_dendrite,
        .n_dendrites = target->n * target->n_dendrites,
        .first_cell = target->first - cells->first_neuron,
        .n_cells = target->n,
    };
    if (!wants_dense(projection, fan_out, source->n)) {
        const bool is_long = projection->n / source->n >= LONG_FAN_OUT;
        return cells->n_blocks > 1 && is_long ? cut_fan_out(fan_out, s, cells, source->n)
                                              : STATUS_OK;
    }
    const size_t n_source = (size_t)source->n;
    fan_out->dense = zeros(n_source * (size_t)fan_out->n_dendrites, sizeof(float));
    fan_out->dense_sum = zeros(n_source * (size_t)fan_out->n_cells, sizeof(float));
    s->dense_bytes += n_source * (size_t)(fan_out->n_dendrites + fan_out->n_cells) * sizeof(float);
    if (!fan_out->dense || !fan_out->dense_sum)
        return status_no_memory("dense inhibition", n_source * (size_t)fan_out->n_dendrites * 4);
    for (int32_t j = 0; j < source->n; j++)
        for (int32_t i = projection->start[j]; i < projection->start[j + 1]; i++) {
            const size_t d = (size_t)(projection->dendrite[i] - target->first_dendrite);
            const size_t row = (size_t)j;
            fan_out->dense[row * (size_t)fan_out->n_dendrites + d] += projection->weight[i];
            fan_out->dense_sum[row * (size_t)fan_out->n_cells + d / (size_t)cells->per_cell] +=
                projection->weight[i];
        }
    return STATUS_OK;
}

int kernel_state_init(struct presentation *p, const struct network *network)
{
    const struct layout *layout = &p->layout;
    const int32_t n_interneuron_populations = 2 + layout->n_classes;
    struct kernel_state *s = p->state = calloc(1, sizeof *s);
    if (!s)
        return status_no_memory("the kernel", sizeof *s);
    team_init(&s->team);
    TRY_NEW(s->fan_out, network->n_projections, "the kernel");
    TRY(cells_init(&s->pyramidal, layout, &p->constants.pyramidal, 0, layout->n_classes));
    TRY(cells_init(&s->interneurons, layout, &p->constants.interneuron, layout->n_classes,
                   layout->n_classes + n_interneuron_populations));
    TRY(blocks_init(&s->pyramidal, layout->n_classes, p->n_threads));
    TRY(blocks_init(&s->interneurons, n_interneuron_populations, p->n_threads));
    for (int32_t k = 0; k < network->n_projections; k++) {
        s->n_fan_outs++;
        TRY(fan_out_init(&s->fan_out[k], s, network, &network->projection[k]));
    }
    for (int32_t population = 0, k = 0; population <= layout->n_populations; population++) {
        while (k < network->n_projections && network->projection[k].source < population)
            k++;
        s->first_fan_out[population] = k;
    }
    return STATUS_OK;
}

void kernel_state_free(struct presentation *p)
{
    struct kernel_state *s = p->state;
    if (!s)
        return;
    cells_free(&s->pyramidal);
    cells_free(&s->interneurons);
    for (int32_t k = 0; k < s->n_fan_outs; k++) {
        free(s->fan_out[k].cut);
        free(s->fan_out[k].dense);
        free(s->fan_out[k].dense_sum);
    }
    free(s->fan_out);
    team_free(&s->team);
    free(s);
    p->state = NULL;
}

size_t kernel_state_bytes(const struct presentation *p)
{
    const struct kernel_state *s = p->state;
    size_t bytes = sizeof *s;
    const struct cells *both[] = {&s->pyramidal, &s->interneurons};
    for (int i = 0; i < 2; i++) {
        const size_t n_rings = both[i]->division[1].block ? 2 : 1;
        size_t a_dendrite = 4 + 4 + 8 * n_rings + 4; /* u, last spike, rings, counts */
        a_dendrite += both[i]->drive ? 8 : 0;
        bytes +=
            (size_t)both[i]->n_dendrites * a_dendrite + (size_t)both[i]->n_padded * (8 * 4 + 8);
    }
    bytes += s->dense_bytes;
    return bytes;
}
