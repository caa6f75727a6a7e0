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
    ALIGNMENT = 128, /* two cache lines, which the processor fetches together */
    ARRAYS_MAX = 24,
    DENSE_BYTES_MAX = 1 << 20 /* a dense copy must stay in the cache, or it gains nothing */
};

/* Inhibition is delivered as dense vectors if at least this fraction of the pairs (source,
 * dendrite) is connected: all synapses of a dendrite at once, or one after the other
 * (fan_out.in_turn). */
static const double at_once_from = 0.25, in_turn_from = 1 / 6.0;

/* n zeroed elements, which kernel_state_free frees. Without memory NULL, and lacks_memory is
 * set. */
static void *zeros(struct kernel_state *s, size_t n, size_t size)
{
    const size_t bytes = (n * size / ALIGNMENT + 2) * ALIGNMENT;
    void **memory = aligned_alloc(ALIGNMENT, bytes);
    if (!memory) {
        s->lacks_memory = true;
        return NULL;
    }
    memset(memory, 0, bytes);
    memory[0] = s->memory; /* a block begins with the address of the one before */
    s->memory = memory;
    s->bytes += bytes;
    return (char *)memory + ALIGNMENT;
}

static int check_memory(const struct kernel_state *s, const char *what)
{
    return s->lacks_memory ? status_no_memory(what, s->bytes) : STATUS_OK;
}

/* ---- cells ---- */

/* Computes the time course of a bAP, which decays step by step until it is 0 or too small to become
 * less. */
static int bap_init(struct kernel_state *s, struct cells *cells)
{
    const struct cell_constants *c = &cells->constants;
    const float keep = 1 - c->rate_bap, first = c->bap - c->bap * c->rate_bap;
    cells->bap_n = 1;
    for (float v = first; v * keep != v; v *= keep)
        cells->bap_n++;
    const size_t n = (size_t)cells->bap_n + KERNEL_SCALE_MAX;
    cells->bap = zeros(s, n, sizeof(float));
    TRY(check_memory(s, "the course of a bAP"));
    float v = first;
    for (int32_t i = 0; i < cells->bap_n - 1; i++, v *= keep)
        cells->bap[i] = v;
    return STATUS_OK;
}

static int cells_init(struct kernel_state *s, struct cells *cells,
                      const struct cell_constants *constants, bool with_drive)
{
    cells->constants = *constants;
    cells->n_padded = (int32_t)kernel_padded(cells->n);
    cells->n_dendrites = cells->n * cells->per_cell;
    const size_t n = (size_t)cells->n_padded, n_d = (size_t)cells->n_dendrites;
    cells->u = zeros(s, n_d + KERNEL_LANES, sizeof(float));
    cells->last_dspike = zeros(s, n_d, sizeof(int32_t));
    cells->n_dspikes = zeros(s, n_d, sizeof(int32_t));
    cells->due = zeros(s, n_d + 1, sizeof(int32_t));
    cells->waiting = zeros(s, n_d + 1, sizeof(int32_t));
    cells->cell_dspike = zeros(s, n, sizeof(int32_t));
    cells->supralinear = zeros(s, n, sizeof(bool));
    cells->sees_bap = zeros(s, n, sizeof(bool));
    cells->sum = zeros(s, n + KERNEL_LANES, sizeof(float));
    cells->inhibition = zeros(s, n, sizeof(float));
    cells->v = zeros(s, n, sizeof(float));
    cells->g_w = zeros(s, n, sizeof(float));
    cells->bap_from = zeros(s, n, sizeof(int32_t));
    cells->rate_adaptation = zeros(s, n, sizeof(float));
    cells->last_spike = zeros(s, n, sizeof(int32_t));
    cells->id = zeros(s, n, sizeof(int32_t));
    cells->n_spikes = zeros(s, n, sizeof(int32_t));
    cells->spiked.id = zeros(s, n, sizeof(int32_t));
    cells->after_bap = zeros(s, n, sizeof(int32_t));
    if (with_drive) {
        cells->drive = zeros(s, n_d, sizeof(float));
        cells->is_touched = zeros(s, n_d, sizeof(bool));
        cells->touched = zeros(s, n_d, sizeof(int32_t));
    }
    TRY(check_memory(s, "the cells"));
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
    return bap_init(s, cells);
}

/* ---- fixed synapses ---- */

/* The fraction of a projection's pairs (source, dendrite) that are connected; 0 if dense vectors
 * would not stay in the cache, or gain nothing. */
static double density(const struct projection *projection, const struct population *target,
                      int32_t n_source)
{
    const double pairs = (double)n_source * target->n * target->n_dendrites;
    return projection->effect == EFFECT_INHIBIT && target->dendrites != DENDRITE_SUBLINEAR &&
                   pairs * sizeof(float) <= DENSE_BYTES_MAX
               ? projection->n / pairs
               : 0;
}

static int make_dense(struct kernel_state *s, struct fan_out *f, int32_t n_source, int32_t per_cell)
{
    const size_t n_d = kernel_padded(f->n_dendrites), n_c = kernel_padded(f->n_cells);
    f->dense = zeros(s, (size_t)n_source * n_d, sizeof(float));
    f->dense_sum = zeros(s, (size_t)n_source * n_c, sizeof(float));
    TRY(check_memory(s, "dense inhibition"));
    for (int32_t j = 0; j < n_source; j++)
        for (int32_t i = f->start[j]; i < f->start[j + 1]; i++) {
            const size_t d = (size_t)(f->dendrite[i] - f->offset - f->first_dendrite);
            const float weight = f->in_turn ? 1 : f->weight ? f->weight[i] : f->common_weight;
            float *dense = &f->dense[(size_t)j * n_d + d],
                  *sum = &f->dense_sum[(size_t)j * n_c + d / (size_t)per_cell];
            *dense += weight;
            *sum += weight;
            f->most = *dense > (float)f->most ? (int32_t)*dense : f->most;
            f->most_sum = *sum > (float)f->most_sum ? (int32_t)*sum : f->most_sum;
        }
    return STATUS_OK;
}

/* Copies those synapses of a projection whose dendrites are in the range. */
static int copy_own(struct kernel_state *s, struct fan_out *f, const struct projection *projection,
                    int32_t n_source, const struct range *range)
{
    int32_t n = 0;
    for (int32_t i = 0; i < projection->n; i++)
        n += projection->dendrite[i] >= range->dendrite &&
             projection->dendrite[i] < range->end_dendrite;
    int32_t *start = zeros(s, (size_t)n_source + 1, sizeof(int32_t));
    int32_t *dendrite = zeros(s, (size_t)n, sizeof(int32_t));
    float *weight = f->weight ? zeros(s, (size_t)n, sizeof(float)) : NULL;
    TRY(check_memory(s, "a part's synapses"));
    n = 0;
    for (int32_t j = 0; j < n_source; j++) {
        for (int32_t i = projection->start[j]; i < projection->start[j + 1]; i++) {
            const int32_t d = projection->dendrite[i];
            if (d < range->dendrite || d >= range->end_dendrite)
                continue;
            dendrite[n] = d - range->dendrite + range->number;
            if (weight)
                weight[n] = f->weight[i];
            n++;
        }
        start[j + 1] = n;
    }
    f->start = start;
    f->dendrite = dendrite;
    f->weight = weight;
    f->offset = 0;
    return STATUS_OK;
}

static int fan_out_init(struct kernel_state *s, struct fan_out *f, struct part *part,
                        const struct network *network, const struct projection *projection,
                        bool is_whole)
{
    const struct population *source = &network->layout.population[projection->source];
    const struct population *target = &network->layout.population[projection->target];
    const struct range *range = &part->range[projection->target];
    *f = (struct fan_out){
        .start = projection->start,
        .dendrite = projection->dendrite,
        .weight = projection->weight,
        .common_weight = projection->common_weight,
        .offset = range->dendrite - range->number,
        .effect = projection->effect,
        .sublinear = target->dendrites == DENDRITE_SUBLINEAR,
        .checked = target->dendrites == DENDRITE_SUPRALINEAR,
        .first_dendrite = range->number,
        .n_dendrites = range->end_dendrite - range->dendrite,
        .first_cell = range->number / target->n_dendrites,
        .n_cells = (range->end_dendrite - range->dendrite) / target->n_dendrites,
    };
    if (!is_whole)
        TRY(copy_own(s, f, projection, source->n, range));
    const double connected = density(projection, target, source->n);
    f->in_turn = connected < at_once_from && !f->weight;
    return connected >= (f->in_turn ? in_turn_from : at_once_from)
               ? make_dense(s, f, source->n, target->n_dendrites)
               : STATUS_OK;
}

/* ---- parts ---- */

/* Gives part i of n its cells: a share of every population, since one class may be busy while
 * another is silent. */
static int give_cells(struct kernel_state *s, struct part *part, const struct layout *layout,
                      const struct constants *constants, int32_t i, int32_t n)
{
    bool with_drive[2] = {false, false};
    struct cells *const both[] = {&part->pyramidal, &part->interneurons};
    const int32_t n_populations = 2 * layout->n_classes + 2;
    for (int32_t k = 0; k < n_populations; k++) {
        const struct population *population = &layout->population[k];
        const int32_t per_cell = population->n_dendrites;
        const int32_t first = (int32_t)((int64_t)population->n * i / n);
        const int32_t end = (int32_t)((int64_t)population->n * (i + 1) / n);
        struct cells *cells = both[k >= layout->n_classes];
        part->range[k] =
            (struct range){population->first_dendrite + first * per_cell,
                           population->first_dendrite + end * per_cell, cells->n * per_cell};
        cells->n += end - first;
        cells->per_cell = per_cell;
        with_drive[k >= layout->n_classes] |= population->dendrites == DENDRITE_SUBLINEAR;
    }
    TRY(cells_init(s, both[0], &constants->pyramidal, with_drive[0]));
    TRY(cells_init(s, both[1], &constants->interneuron, with_drive[1]));
    for (int32_t k = 0; k < n_populations; k++) {
        const struct range *range = &part->range[k];
        struct cells *cells = both[k >= layout->n_classes];
        const bool supralinear = layout->population[k].dendrites == DENDRITE_SUPRALINEAR;
        for (int32_t d = range->dendrite; d < range->end_dendrite; d += cells->per_cell) {
            const int32_t cell = (d - range->dendrite + range->number) / cells->per_cell;
            cells->id[cell] = layout_neuron(layout, d);
            cells->supralinear[cell] = supralinear;
        }
    }
    return STATUS_OK;
}

static void reach_free(struct reach *reach)
{
    free(reach->own_dendrite);
    free(reach->own_number);
    free(reach->own_weight);
    free(reach->own_calcium);
    reach->capacity = 0;
}

static int part_init(struct kernel_state *s, struct part *part, const struct presentation *p,
                     const struct network *network, int32_t i, int32_t n)
{
    TRY(give_cells(s, part, &p->layout, &p->constants, i, n));
    part->fan_out = zeros(s, (size_t)network->n_projections, sizeof *part->fan_out);
    part->seen.id = zeros(s, n > 1 ? (size_t)p->layout.n_neurons : 0, sizeof(int32_t));
    part->n_read = zeros(s, (size_t)n, sizeof(int32_t));
    part->reach.own_start = zeros(s, (size_t)p->layout.n_inputs + 1, sizeof(int32_t));
    TRY(check_memory(s, "a part of the network"));
    for (int32_t k = 0; k < network->n_projections; k++)
        TRY(fan_out_init(s, &part->fan_out[k], part, network, &network->projection[k], n == 1));
    return STATUS_OK;
}

static int division_init(struct kernel_state *s, struct division *division,
                         const struct presentation *p, const struct network *network, int32_t n)
{
    division->part = zeros(s, (size_t)n, sizeof *division->part);
    for (int from = 0; from < 2; from++) {
        struct mail **mail = division->mail[from] = zeros(s, (size_t)n, sizeof *mail);
        for (int32_t i = 0; mail && i < n; i++)
            mail[i] = zeros(s, sizeof **mail + (size_t)p->layout.n_neurons * sizeof(int32_t), 1);
    }
    TRY(check_memory(s, "the parts of the network"));
    division->n = n;
    for (int32_t i = 0; i < n; i++)
        TRY(part_init(s, &division->part[i], p, network, i, n));
    return STATUS_OK;
}

int kernel_state_init(struct presentation *p, const struct network *network)
{
    TRY_NEW(p->state, 1, "the kernel");
    struct kernel_state *s = p->state;
    team_init(&s->team);
    TRY(division_init(s, &s->division[0], p, network, 1));
    if (p->n_threads > 1)
        TRY(division_init(s, &s->division[1], p, network, p->n_threads));
    for (int32_t population = 0, k = 0; population <= p->layout.n_populations; population++) {
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
    for (int32_t i = 0; i < s->division[1].n; i++)
        reach_free(&s->division[1].part[i].reach);
    while (s->memory) {
        void **memory = s->memory;
        s->memory = memory[0];
        free(memory);
    }
    team_free(&s->team);
    free(s);
    p->state = NULL;
}

bool kernel_state_reserve(struct division *division, int32_t n)
{
    for (int32_t i = 0; i < division->n; i++) {
        struct reach *reach = &division->part[i].reach;
        if (reach->own_calcium && reach->capacity >= n)
            continue;
        reach_free(reach);
        const size_t bytes = ((size_t)n + PLASTIC_SURPLUS) * 4;
        reach->own_dendrite = malloc(bytes);
        reach->own_number = malloc(bytes);
        reach->own_weight = malloc(bytes);
        reach->own_calcium = malloc(bytes);
        if (!reach->own_dendrite || !reach->own_number || !reach->own_weight || !reach->own_calcium)
            return false;
        reach->capacity = n;
    }
    return true;
}

size_t kernel_state_bytes(const struct presentation *p)
{
    size_t bytes = sizeof *p->state + p->state->bytes;
    for (int32_t i = 0; i < p->state->division[1].n; i++)
        bytes += (size_t)p->state->division[1].part[i].reach.capacity * 16;
    return bytes;
}
