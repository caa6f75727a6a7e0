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

static void *zeros(size_t n, size_t size)
{
    const size_t bytes = (n * size / ALIGNMENT + 1) * ALIGNMENT;
    void *memory = aligned_alloc(ALIGNMENT, bytes);
    if (memory)
        memset(memory, 0, bytes);
    return memory;
}

/* ---- cells ---- */

struct array {
    void **at;
    size_t n, size;
};

/* Lists the arrays of cells->n cells, which have cells->per_cell dendrites each; returns how many.
 */
static int list_arrays(struct cells *cells, bool with_drive, struct array *arrays)
{
#define ARRAY(name, n)                                                                             \
    (struct array)                                                                                 \
    {                                                                                              \
        (void **)&cells->name, n, sizeof *cells->name                                              \
    }
    const size_t n = (size_t)cells->n_padded, n_d = (size_t)cells->n_dendrites;
    const struct array all[] = {
        ARRAY(u, n_d),
        ARRAY(last_dspike, n_d),
        ARRAY(n_dspikes, n_d),
        ARRAY(due, n_d + 1),
        ARRAY(waiting, n_d + 1),
        ARRAY(cell_dspike, n),
        ARRAY(supralinear, n),
        ARRAY(sees_bap, n),
        ARRAY(sum, n),
        ARRAY(inhibition, n),
        ARRAY(v, n),
        ARRAY(g_w, n),
        ARRAY(bap_from, n),
        ARRAY(rate_adaptation, n),
        ARRAY(last_spike, n),
        ARRAY(id, n),
        ARRAY(n_spikes, n),
        ARRAY(spiked.id, n),
        ARRAY(after_bap, n),
        ARRAY(drive, n_d),
        ARRAY(is_touched, n_d),
        ARRAY(touched, n_d),
    };
#undef ARRAY
    const int n_all = sizeof all / sizeof *all;
    memcpy(arrays, all, sizeof all);
    return with_drive ? n_all : n_all - 3;
}

static void cells_free(struct cells *cells)
{
    struct array arrays[ARRAYS_MAX];
    const int n = list_arrays(cells, true, arrays);
    for (int i = 0; i < n; i++)
        free(*arrays[i].at);
    free(cells->bap);
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

static int cells_init(struct cells *cells, const struct cell_constants *constants, bool with_drive)
{
    struct array arrays[ARRAYS_MAX];
    cells->constants = *constants;
    cells->n_padded = (cells->n + KERNEL_LANES - 1) / KERNEL_LANES * KERNEL_LANES;
    cells->n_dendrites = cells->n * cells->per_cell;
    const int n_arrays = list_arrays(cells, with_drive, arrays);
    for (int i = 0; i < n_arrays; i++)
        if (!(*arrays[i].at = zeros(arrays[i].n, arrays[i].size)))
            return status_no_memory("the cells", arrays[i].n * arrays[i].size);
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

/* ---- fixed synapses ---- */

/* Whether a projection is to be delivered as dense vectors: at least a quarter of its pairs
 * (source, dendrite) are connected. */
static bool wants_dense(const struct projection *projection, const struct population *target,
                        int32_t n_source)
{
    const double pairs = (double)n_source * target->n * target->n_dendrites;
    return projection->effect == EFFECT_INHIBIT && target->dendrites != DENDRITE_SUBLINEAR &&
           projection->n >= 0.25 * pairs && pairs * sizeof(float) <= DENSE_BYTES_MAX;
}

static int make_dense(struct fan_out *f, int32_t n_source, int32_t per_cell)
{
    const size_t n_d = (size_t)f->n_dendrites, n_c = (size_t)f->n_cells;
    f->dense = zeros((size_t)n_source * n_d, sizeof(float));
    f->dense_sum = zeros((size_t)n_source * n_c, sizeof(float));
    if (!f->dense || !f->dense_sum)
        return status_no_memory("dense inhibition", (size_t)n_source * n_d * 4);
    for (int32_t j = 0; j < n_source; j++)
        for (int32_t i = f->start[j]; i < f->start[j + 1]; i++) {
            const size_t d = (size_t)(f->dendrite[i] - f->offset - f->first_dendrite);
            const float weight = f->weight ? f->weight[i] : f->common_weight;
            f->dense[(size_t)j * n_d + d] += weight;
            f->dense_sum[(size_t)j * n_c + d / (size_t)per_cell] += weight;
        }
    return STATUS_OK;
}

/* Copies those synapses of a projection whose dendrites are the part's. */
static int copy_own(struct fan_out *f, struct part *part, const struct projection *projection,
                    int32_t n_source)
{
    const struct range *range = &part->range[projection->target];
    int32_t n = 0;
    for (int32_t i = 0; i < projection->n; i++)
        n += projection->dendrite[i] >= range->dendrite &&
             projection->dendrite[i] < range->end_dendrite;
    TRY_NEW(f->own_start, n_source + 1, "a part's synapses");
    TRY_NEW(f->own_dendrite, n, "a part's synapses");
    if (f->weight)
        TRY_NEW(f->own_weight, n, "a part's synapses");
    n = 0;
    for (int32_t j = 0; j < n_source; j++) {
        for (int32_t i = projection->start[j]; i < projection->start[j + 1]; i++) {
            const int32_t d = projection->dendrite[i];
            if (d < range->dendrite || d >= range->end_dendrite)
                continue;
            f->own_dendrite[n] = d - range->dendrite + range->number;
            if (f->weight)
                f->own_weight[n] = f->weight[i];
            n++;
        }
        f->own_start[j + 1] = n;
    }
    part->copied_bytes += (size_t)n * (f->weight ? 8 : 4);
    f->start = f->own_start;
    f->dendrite = f->own_dendrite;
    f->weight = f->own_weight;
    f->offset = 0;
    return STATUS_OK;
}

/* Whether all synapses have the weight of the first. */
static bool is_common(const float *weight, int32_t n)
{
    int32_t i = 0;
    while (i < n && weight[i] == weight[0])
        i++;
    return i == n;
}

static int fan_out_init(struct fan_out *f, struct part *part, const struct network *network,
                        const struct projection *projection, bool is_whole)
{
    const struct population *source = &network->layout.population[projection->source];
    const struct population *target = &network->layout.population[projection->target];
    const struct range *range = &part->range[projection->target];
    const bool has_common = is_common(projection->weight, projection->n);
    *f = (struct fan_out){
        .start = projection->start,
        .dendrite = projection->dendrite,
        .weight = has_common ? NULL : projection->weight,
        .common_weight = projection->n > 0 ? projection->weight[0] : 0,
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
        TRY(copy_own(f, part, projection, source->n));
    if (!wants_dense(projection, target, source->n))
        return STATUS_OK;
    part->copied_bytes += (size_t)source->n * (size_t)(f->n_dendrites + f->n_cells) * sizeof(float);
    return make_dense(f, source->n, target->n_dendrites);
}

/* ---- parts ---- */

static void part_free(struct part *part)
{
    cells_free(&part->pyramidal);
    cells_free(&part->interneurons);
    for (int32_t k = 0; k < part->n_fan_outs; k++) {
        free(part->fan_out[k].own_start);
        free(part->fan_out[k].own_dendrite);
        free(part->fan_out[k].own_weight);
        free(part->fan_out[k].dense);
        free(part->fan_out[k].dense_sum);
    }
    free(part->fan_out);
    free(part->reach.own_start);
    free(part->reach.own_dendrite);
    free(part->reach.own_number);
    free(part->reach.own_weight);
    free(part->reach.own_calcium);
    free(part->seen.id);
    free(part->n_read);
}

/* Gives part i of n its cells: as many of every population as any other part, since one class may
 * be busy while another is silent. */
static int give_cells(struct part *part, const struct layout *layout,
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
    TRY(cells_init(both[0], &constants->pyramidal, with_drive[0]));
    TRY(cells_init(both[1], &constants->interneuron, with_drive[1]));
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

static int part_init(struct part *part, const struct presentation *p, const struct network *network,
                     int32_t i, int32_t n)
{
    const size_t n_neurons = (size_t)p->layout.n_neurons;
    TRY(give_cells(part, &p->layout, &p->constants, i, n));
    TRY_NEW(part->fan_out, network->n_projections, "the kernel");
    for (int32_t k = 0; k < network->n_projections; k++) {
        part->n_fan_outs++;
        TRY(fan_out_init(&part->fan_out[k], part, network, &network->projection[k], n == 1));
    }
    if (n == 1)
        return STATUS_OK;
    part->seen.id = zeros(n_neurons, sizeof(int32_t));
    part->n_read = zeros((size_t)n, sizeof(int32_t));
    part->reach.own_start = zeros((size_t)p->layout.n_inputs + 1, sizeof(int32_t));
    return part->seen.id && part->n_read && part->reach.own_start
               ? STATUS_OK
               : status_no_memory("the spikes of a part", n_neurons * sizeof(int32_t));
}

static void division_free(struct division *division)
{
    for (int32_t i = 0; i < division->n; i++)
        part_free(&division->part[i]);
    for (int from = 0; from < 2; from++) {
        for (int32_t i = 0; division->mail[from] && i < division->n; i++)
            free(division->mail[from][i]);
        free(division->mail[from]);
    }
    free(division->part);
}

static int division_init(struct division *division, const struct presentation *p,
                         const struct network *network, int32_t n)
{
    const size_t mail_bytes = sizeof(struct mail) + (size_t)p->layout.n_neurons * sizeof(int32_t);
    division->part = zeros((size_t)n, sizeof *division->part);
    if (!division->part)
        return status_no_memory("the parts", (size_t)n * sizeof *division->part);
    division->n = n;
    for (int32_t i = 0; i < n; i++)
        TRY(part_init(&division->part[i], p, network, i, n));
    if (n == 1)
        return STATUS_OK;
    for (int from = 0; from < 2; from++) {
        TRY_NEW(division->mail[from], n, "the spikes of the parts");
        for (int32_t i = 0; i < n; i++)
            if (!(division->mail[from][i] = zeros(mail_bytes, 1)))
                return status_no_memory("the spikes of the parts", mail_bytes);
    }
    return STATUS_OK;
}

int kernel_state_init(struct presentation *p, const struct network *network)
{
    struct kernel_state *s = p->state = calloc(1, sizeof *s);
    if (!s)
        return status_no_memory("the kernel", sizeof *s);
    team_init(&s->team);
    TRY(division_init(&s->division[0], p, network, 1));
    if (p->n_threads > 1)
        TRY(division_init(&s->division[1], p, network, p->n_threads));
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
    division_free(&s->division[0]);
    division_free(&s->division[1]);
    team_free(&s->team);
    free(s);
    p->state = NULL;
}

/* Enlarges an array of 4-byte values whose contents do not matter, and a surplus for whole vectors.
 */
static bool renew(void *array, int32_t n)
{
    void **at = array;
    free(*at);
    *at = malloc(((size_t)n + PLASTIC_SURPLUS) * 4);
    return *at != NULL;
}

bool kernel_state_reserve(struct division *division, int32_t n)
{
    bool is_there = true;
    for (int32_t i = 0; i < division->n; i++) {
        struct reach *reach = &division->part[i].reach;
        if (reach->capacity >= n)
            continue;
        reach->capacity = 0;
        if (renew(&reach->own_dendrite, n) && renew(&reach->own_number, n) &&
            renew(&reach->own_weight, n) && renew(&reach->own_calcium, n))
            reach->capacity = n;
        is_there &= reach->capacity == n;
    }
    return is_there;
}

static size_t cells_bytes(const struct cells *cells)
{
    struct array arrays[ARRAYS_MAX];
    size_t bytes = 0;
    const int n = list_arrays((struct cells *)cells, cells->drive != NULL, arrays);
    for (int i = 0; i < n; i++)
        bytes += arrays[i].n * arrays[i].size;
    return bytes;
}

size_t kernel_state_bytes(const struct presentation *p)
{
    const struct kernel_state *s = p->state;
    size_t bytes = sizeof *s;
    for (int k = 0; k < 2; k++)
        for (int32_t i = 0; i < s->division[k].n; i++) {
            const struct part *part = &s->division[k].part[i];
            bytes += sizeof *part + cells_bytes(&part->pyramidal) +
                     cells_bytes(&part->interneurons) + part->copied_bytes +
                     (size_t)part->reach.capacity * 16;
        }
    return bytes;
}
