/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The synapse tables: made from rows, sorted for delivery from the source, checked. Draws nothing
 * at random (connect.c does) and computes nothing of the model. */
#include "network/network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/number.h"
#include "core/scope.h"
#include "core/status.h"

enum { N_PLASTIC_ARRAYS = 6 };

/* Enlarges an array of 4-byte values to `size` bytes. The old one is freed, or kept
 * (keeps_outgrown). NULL without memory. */
static void *enlarge(struct plastic_synapses *s, void *array, size_t size)
{
    if (!s->keeps_outgrown)
        return realloc(array, size);
    void *larger = malloc(size);
    if (!larger)
        return NULL;
    memcpy(larger, array, (size_t)s->n * 4);
    s->outgrown[s->n_outgrown++] = array;
    return larger;
}

static int plastic_reserve(struct plastic_synapses *s, int32_t capacity)
{
    if (capacity <= s->capacity)
        return STATUS_OK;
    if (s->keeps_outgrown) { /* each is larger by half, so that all kept arrays together have at
                                most twice the size of the one in use */
        const int32_t half_more = s->capacity < INT32_MAX / 2 ? s->capacity + s->capacity / 2 : 0;
        capacity = capacity > half_more ? capacity : half_more;
        TRY_RESIZE(s->outgrown, s->n_outgrown + N_PLASTIC_ARRAYS, "the plastic synapses");
    }
    const size_t n = (size_t)capacity + PLASTIC_SURPLUS;
    void **arrays[N_PLASTIC_ARRAYS] = {(void **)&s->id,      (void **)&s->dendrite,
                                       (void **)&s->weight,  (void **)&s->tag,
                                       (void **)&s->calcium, (void **)&s->learning_rate};
    for (size_t i = 0; i < N_PLASTIC_ARRAYS; i++) {
        void *larger = enlarge(s, *arrays[i], n * 4);
        if (!larger)
            return status_no_memory("the plastic synapses", n * 4);
        *arrays[i] = larger;
    }
    s->capacity = capacity;
    return STATUS_OK;
}

static int projections_init(struct network *network)
{
    const struct layout *layout = &network->layout;
    /* for K classes at most K² from feedback cells, 3K from pyramidal, 2K from control cells, K
     * from teachers */
    const size_t most = (size_t)layout->n_classes * (size_t)(layout->n_classes + 6);
    TRY_NEW(network->projection, most, "the projections");
    for (int32_t source = 0; source < layout->n_populations; source++)
        for (int32_t target = 0; target < layout->n_populations; target++) {
            const struct connection *connection =
                connection_between(&layout->population[source], &layout->population[target]);
            if (!connection)
                continue;
            struct projection *projection = &network->projection[network->n_projections++];
            projection->source = source;
            projection->target = target;
            projection->effect = connection->effect;
            TRY_NEW(projection->start, (size_t)layout->population[source].n + 1, "a projection");
        }
    return STATUS_OK;
}

const struct projection *network_projection(const struct network *network, int32_t source,
                                            int32_t target)
{
    for (int32_t i = 0; i < network->n_projections; i++)
        if (network->projection[i].source == source && network->projection[i].target == target)
            return &network->projection[i];
    return NULL;
}

/* The projection that a row of a fixed synapse belongs to; NULL if the model has none. */
static const struct projection *projection_of_row(const struct network *network,
                                                  const struct synapse_row *row)
{
    const struct layout *layout = &network->layout;
    const struct population *source = layout_population(layout, row->source);
    const struct population *target = layout_population_of_dendrite(layout, row->dendrite);
    return network_projection(network, (int32_t)(source - layout->population),
                              (int32_t)(target - layout->population));
}

static int check_row(const struct layout *layout, const struct synapse_row *row, int32_t line)
{
    if (row->source < 0 || row->source >= layout->n_ids)
        return status_fail(STATUS_USER, "synapse %d: source %d: expected 0 to %d", line,
                           row->source, layout->n_ids - 1);
    if (row->dendrite < 0 || row->dendrite >= layout->n_dendrites)
        return status_fail(STATUS_USER, "synapse %d: dendrite %d: expected 0 to %d", line,
                           row->dendrite, layout->n_dendrites - 1);
    const struct population *source = layout_population(layout, row->source);
    const bool from_input = source->role == ROLE_INPUT;
    if (row->plastic != from_input)
        return status_fail(STATUS_USER,
                           "synapse %d: from source %d: %s synapse; those from the inputs (%d to "
                           "%d) are plastic, and no others",
                           line, row->source, row->plastic ? "a plastic" : "a fixed",
                           layout_first_input(layout), layout_first_teacher(layout) - 1);
    if (row->plastic && row->dendrite >= layout->n_pyramidal_dendrites)
        return status_fail(STATUS_USER,
                           "synapse %d: a plastic synapse on dendrite %d: expected a pyramidal "
                           "cell's, 0 to %d",
                           line, row->dendrite, layout->n_pyramidal_dendrites - 1);
    return STATUS_OK;
}

/* A fixed synapse that is being sorted. */
struct sortable {
    int32_t projection, source, dendrite, row;
    float weight;
};

static int compare_sortable(const void *a, const void *b)
{
    const struct sortable *x = a, *y = b;
    return NUMBER_ORDER(x->projection, y->projection)
               ?: NUMBER_ORDER(x->source, y->source)
               ?: NUMBER_ORDER(x->dendrite, y->dendrite) ?: NUMBER_ORDER(x->row, y->row);
}

static bool have_one_weight(const struct sortable *synapses, int32_t n)
{
    int32_t i = 0;
    while (i < n && synapses[i].weight == synapses[0].weight)
        i++;
    return i == n;
}

static int fill_projection(struct network *network, struct projection *projection,
                           const struct sortable *sorted, int32_t n)
{
    const struct population *source = &network->layout.population[projection->source];
    projection->n = n;
    TRY_NEW(projection->dendrite, n, "a projection");
    projection->common_weight = n > 0 ? sorted[0].weight : 0;
    if (!have_one_weight(sorted, n))
        TRY_NEW(projection->weight, n, "a projection");
    for (int32_t i = 0; i < n; i++) {
        projection->dendrite[i] = sorted[i].dendrite;
        if (projection->weight)
            projection->weight[i] = sorted[i].weight;
        projection->start[sorted[i].source - source->first + 1]++;
    }
    for (int32_t i = 0; i < source->n; i++)
        projection->start[i + 1] += projection->start[i];
    return STATUS_OK;
}

static int fill_projections(struct network *network, const struct sortable *sorted, int32_t n)
{
    for (int32_t k = 0, first = 0, end = 0; k < network->n_projections; k++, first = end) {
        while (end < n && sorted[end].projection == k)
            end++;
        TRY(fill_projection(network, &network->projection[k], sorted + first, end - first));
    }
    return STATUS_OK;
}

/* Checks that every row is a connection of the model, and lists the *n_fixed fixed ones. */
static int take_fixed(const struct network *network, const struct synapse_row *rows, int32_t n_rows,
                      struct sortable *fixed, int32_t *n_fixed)
{
    *n_fixed = 0;
    for (int32_t i = 0; i < n_rows; i++) {
        const struct synapse_row *row = &rows[i];
        TRY(check_row(&network->layout, row, i + 1));
        if (row->plastic)
            continue;
        const struct projection *projection = projection_of_row(network, row);
        if (!projection)
            return status_fail(STATUS_USER,
                               "synapse %d: from source %d to dendrite %d: the model has no such "
                               "connection",
                               i + 1, row->source, row->dendrite);
        fixed[(*n_fixed)++] = (struct sortable){(int32_t)(projection - network->projection),
                                                row->source, row->dendrite, i, row->weight};
    }
    qsort(fixed, (size_t)*n_fixed, sizeof *fixed, compare_sortable);
    return STATUS_OK;
}

static int fill_plastic(struct network *network, const struct synapse_row *rows, int32_t n_rows,
                        int32_t n_plastic, float eta)
{
    OWN_NEW(struct new_synapse, initial, n_plastic, "the synapses");
    int32_t n = 0;
    TRY(plastic_reserve(&network->plastic, n_plastic > 0 ? n_plastic : 1));
    for (int32_t row = 0; row < n_rows; row++)
        if (rows[row].plastic)
            initial[n++] = (struct new_synapse){
                .input = rows[row].source - layout_first_input(&network->layout),
                .dendrite = rows[row].dendrite,
                .weight = rows[row].weight,
            };
    return network_rebuild_plastic(network, initial, n, eta);
}

static int fill(struct network *network, const struct synapse_row *rows, int32_t n_rows, float eta)
{
    int32_t n_fixed;
    OWN_NEW(struct sortable, fixed, n_rows, "the synapses");
    TRY_NEW(network->plastic.start, network->layout.n_inputs + 1, "the network");
    TRY_NEW(network->creb, network->layout.n_pyramidal, "the network");
    TRY(projections_init(network));
    TRY(take_fixed(network, rows, n_rows, fixed, &n_fixed));
    TRY(fill_projections(network, fixed, n_fixed));
    return fill_plastic(network, rows, n_rows, n_rows - n_fixed, eta);
}

int network_init(struct network *network, const struct layout *layout,
                 const struct synapse_row *rows, int32_t n_rows, float eta)
{
    *network = (struct network){.layout = *layout};
    RETURN_OR_FREE(fill(network, rows, n_rows, eta), network_free, network);
}

int network_weigh_each(struct network *network)
{
    for (int32_t k = 0; k < network->n_projections; k++) {
        struct projection *projection = &network->projection[k];
        if (network->layout.population[projection->target].role != ROLE_PYRAMIDAL ||
            projection->weight)
            continue;
        TRY_NEW(projection->weight, projection->n, "the synapses");
        for (int32_t i = 0; i < projection->n; i++)
            projection->weight[i] = projection->common_weight;
    }
    return STATUS_OK;
}

void network_free(struct network *network)
{
    struct plastic_synapses *s = &network->plastic;
    free(s->start);
    free(s->id);
    free(s->dendrite);
    free(s->weight);
    free(s->learning_rate);
    free(s->tag);
    free(s->calcium);
    for (int32_t i = 0; i < s->n_outgrown; i++)
        free(s->outgrown[i]);
    free(s->outgrown);
    for (int32_t i = 0; i < network->n_projections; i++) {
        free(network->projection[i].start);
        free(network->projection[i].dendrite);
        free(network->projection[i].weight);
    }
    free(network->projection);
    free(network->creb);
    if (network->lives)
        lives_free(network->lives);
    free(network->lives);
    *network = (struct network){0};
}

/* Copies n values of 4 bytes, unless they are there already: memory that is not written stays in
 * the caches of the threads that read it. */
static void copy_changed(void *to, const void *from, int32_t n, bool may_be_there)
{
    const size_t size = (size_t)n * 4;
    if (n > 0 && !(may_be_there && memcmp(to, from, size) == 0))
        memcpy(to, from, size);
}

int network_copy_seen(struct network *copy, const struct network *network)
{
    const struct layout *layout = &network->layout;
    const struct plastic_synapses *from = &network->plastic;
    struct plastic_synapses *to = &copy->plastic;
    TRY(plastic_reserve(to, from->n));
    if (!to->start)
        TRY_NEW(to->start, layout->n_inputs + 1, "a copy of the network");
    if (!copy->creb)
        TRY_NEW(copy->creb, layout->n_pyramidal, "a copy of the network");
    copy->layout = *layout;
    copy->n_projections = network->n_projections;
    copy->projection = network->projection;
    const bool may_be_there = to->n == from->n;
    to->n = from->n;
    copy_changed(to->start, from->start, layout->n_inputs + 1, may_be_there);
    copy_changed(copy->creb, network->creb, layout->n_pyramidal, may_be_there);
    copy_changed(to->dendrite, from->dendrite, to->n, may_be_there);
    copy_changed(to->weight, from->weight, to->n, may_be_there);
    return STATUS_OK;
}

bool network_is_seen_same(const struct network *copy, const struct network *network)
{
    const struct layout *layout = &network->layout;
    const struct plastic_synapses *a = &copy->plastic, *b = &network->plastic;
    const size_t n = (size_t)b->n * 4;
    return a->n == b->n &&
           (n == 0 ||
            (memcmp(a->weight, b->weight, n) == 0 && memcmp(a->dendrite, b->dendrite, n) == 0)) &&
           memcmp(a->start, b->start, ((size_t)layout->n_inputs + 1) * sizeof *a->start) == 0 &&
           memcmp(copy->creb, network->creb, (size_t)layout->n_pyramidal * sizeof(float)) == 0;
}

void network_free_copy(struct network *copy)
{
    copy->n_projections = 0;
    copy->projection = NULL;
    network_free(copy);
}

static int compare_place(const void *a, const void *b)
{
    const struct plastic_synapse *x = a, *y = b;
    return NUMBER_ORDER(x->input, y->input)
               ?: NUMBER_ORDER(x->dendrite, y->dendrite) ?: NUMBER_ORDER(x->id, y->id);
}

static int compare_id(const void *a, const void *b)
{
    const struct plastic_synapse *x = a, *y = b;
    return NUMBER_ORDER(x->id, y->id);
}

/* The living synapses, with room for `n_more`, in new memory. */
static int living(const struct network *network, int32_t n_more, struct plastic_synapse **records,
                  int32_t *n)
{
    const struct plastic_synapses *s = &network->plastic;
    *n = 0;
    TRY_NEW(*records, (size_t)s->n + (size_t)n_more, "the plastic synapses");
    for (int32_t input = 0; input < network->layout.n_inputs; input++)
        for (int32_t i = s->start[input]; i < s->start[input + 1]; i++)
            if (s->dendrite[i] >= 0)
                (*records)[(*n)++] = (struct plastic_synapse){.input = input,
                                                              .dendrite = s->dendrite[i],
                                                              .id = s->id[i],
                                                              .weight = s->weight[i],
                                                              .learning_rate = s->learning_rate[i],
                                                              .tag = s->tag[i]};
    return STATUS_OK;
}

/* How many of the records, from the first on, are in the order of the table. */
static int32_t count_sorted(const struct plastic_synapse *records, int32_t n)
{
    int32_t n_sorted = n > 0;
    while (n_sorted < n && compare_place(&records[n_sorted - 1], &records[n_sorted]) < 0)
        n_sorted++;
    return n_sorted;
}

/* Makes the table of plastic synapses of n records in any order. After a turnover all but the new
 * ones are in order already: only those are sorted, and merged with the others. */
static int set_plastic(struct network *network, struct plastic_synapse *records, int32_t n)
{
    struct plastic_synapses *s = &network->plastic;
    const int32_t n_sorted = count_sorted(records, n);
    const struct plastic_synapse *sorted = records, *other = records + n_sorted;
    TRY(plastic_reserve(s, n));
    qsort(records + n_sorted, (size_t)(n - n_sorted), sizeof *records, compare_place);
    memset(s->start, 0, ((size_t)network->layout.n_inputs + 1) * sizeof *s->start);
    for (int32_t i = 0; i < n; i++) {
        const bool is_sorted_next = other == records + n || (sorted < records + n_sorted &&
                                                             compare_place(sorted, other) < 0);
        const struct plastic_synapse *next = is_sorted_next ? sorted++ : other++;
        s->start[next->input + 1]++;
        s->id[i] = next->id;
        s->dendrite[i] = next->dendrite;
        s->weight[i] = next->weight;
        s->learning_rate[i] = next->learning_rate;
        s->tag[i] = next->tag;
        s->calcium[i] = 0;
    }
    for (int32_t input = 0; input < network->layout.n_inputs; input++)
        s->start[input + 1] += s->start[input];
    s->n = n;
#if defined(SPINET_DEBUG)
    return network_validate(network);
#else
    return STATUS_OK;
#endif
}

/* Notes the deaths of the marked synapses and the births of the new ones in network->lives. */
static int write_lives(struct network *network, const struct new_synapse *new_synapses,
                       int32_t n_new)
{
    struct lives *lives = network->lives;
    const struct plastic_synapses *s = &network->plastic;
    TRY(lives_reserve(lives, lives->n + n_new));
    for (int32_t i = 0; i < s->n; i++)
        if (s->dendrite[i] < 0)
            lives_end(lives, s->id[i], s->weight[i], (enum death) - s->dendrite[i]);
    for (int32_t i = 0; i < n_new; i++) {
        const struct new_synapse *new = &new_synapses[i];
        lives_add(lives, new->input, new->dendrite, new->is_placed ? new->position_um : -1,
                  new->weight, new->birth);
        if (new->judged_at > 0)
            lives->life[lives->n - 1].judged_at = new->judged_at;
    }
    return STATUS_OK;
}

int network_keep_lives(struct network *network, uint64_t seed, double dendrite_um)
{
    OWNED struct plastic_synapse *synapses = NULL;
    int32_t n;
    TRY(network_plastic(network, &synapses, &n));
    for (int32_t i = 0; i < n; i++)
        synapses[i].id = i;
    TRY(network_restore_plastic(network, synapses, n, n));
    TRY_NEW(network->lives, 1, "the lives of the synapses");
    lives_init(network->lives, seed, dendrite_um);
    TRY(lives_reserve(network->lives, n));
    for (int32_t i = 0; i < n; i++)
        lives_add(network->lives, synapses[i].input, synapses[i].dendrite, -1, synapses[i].weight,
                  BIRTH_INITIAL);
    return STATUS_OK;
}

void network_note_weights(struct network *network)
{
    const struct plastic_synapses *s = &network->plastic;
    for (int32_t i = 0; network->lives && i < s->n; i++) {
        struct life *life = &network->lives->life[s->id[i]];
        life->weight = s->weight[i];
        if (s->weight[i] > life->weight_max)
            life->weight_max = s->weight[i];
    }
}

void network_note_potentiation(struct network *network, double by, int32_t now)
{
    const struct plastic_synapses *s = &network->plastic;
    for (int32_t i = 0; network->lives && i < s->n; i++) {
        struct life *life = &network->lives->life[s->id[i]];
        if (s->weight[i] - life->weight >= (float)by)
            life->last_potentiated = now;
    }
}

int network_rebuild_plastic(struct network *network, const struct new_synapse *new_synapses,
                            int32_t n_new, float eta)
{
    OWNED struct plastic_synapse *records = NULL;
    int32_t n;
    if (network->lives)
        TRY(write_lives(network, new_synapses, n_new));
    TRY(living(network, n_new, &records, &n));
    const bool is_silent = network->lives && network->lives->born_silent;
    for (int32_t i = 0; i < n_new; i++)
        records[n++] = (struct plastic_synapse){.input = new_synapses[i].input,
                                                .dendrite = new_synapses[i].dendrite,
                                                .id = network->plastic.next_id++,
                                                .weight = is_silent ? 0 : new_synapses[i].weight,
                                                .learning_rate = eta};
    return set_plastic(network, records, n);
}

int network_plastic(const struct network *network, struct plastic_synapse **synapses, int32_t *n)
{
    TRY(living(network, 0, synapses, n));
    qsort(*synapses, (size_t)*n, sizeof **synapses, compare_id);
    return STATUS_OK;
}

/* Checks synapse i, which follows one of id `before`. */
static int check_synapse(const struct layout *layout, const struct plastic_synapse *s, int32_t i,
                         int32_t before, int32_t next_id)
{
    if (s->input < 0 || s->input >= layout->n_inputs || s->dendrite < 0 ||
        s->dendrite >= layout->n_pyramidal_dendrites)
        return status_fail(
            STATUS_USER, "synapse %d: from input %d to dendrite %d: expected 0 to %d and 0 to %d",
            i, s->input, s->dendrite, layout->n_inputs - 1, layout->n_pyramidal_dendrites - 1);
    if (!(s->weight >= 0 && s->weight <= 1))
        return status_fail(STATUS_USER, "synapse %d: weight %g: expected 0 to 1", i,
                           (double)s->weight);
    if (!(s->learning_rate >= 0 && isfinite(s->learning_rate)) || !isfinite(s->tag))
        return status_fail(STATUS_USER,
                           "synapse %d: learning rate %g, tag %g: expected finite numbers, the "
                           "first not below 0",
                           i, (double)s->learning_rate, (double)s->tag);
    if (s->id <= before || s->id >= SYNAPSE_IDS_MAX)
        return status_fail(STATUS_USER,
                           "synapse %d: id %d: expected whole numbers that ascend, below "
                           "2,000,000,000",
                           i, s->id);
    return s->id < next_id ? STATUS_OK
                           : status_fail(STATUS_USER, "synapse %d: id %d: expected one below %d", i,
                                         s->id, next_id);
}

int network_restore_plastic(struct network *network, const struct plastic_synapse *synapses,
                            int32_t n, int32_t next_id)
{
    for (int32_t i = 0; i < n; i++)
        TRY(check_synapse(&network->layout, &synapses[i], i, i > 0 ? synapses[i - 1].id : -1,
                          next_id));
    OWN_NEW(struct plastic_synapse, records, n, "the plastic synapses");
    memcpy(records, synapses, (size_t)n * sizeof *records);
    network->plastic.next_id = next_id;
    return set_plastic(network, records, n);
}

int network_rows(const struct network *network, struct synapse_row **rows, int32_t *n_rows)
{
    const struct layout *layout = &network->layout;
    OWNED struct plastic_synapse *records = NULL;
    int32_t n_plastic;
    TRY(network_plastic(network, &records, &n_plastic));
    size_t n = (size_t)n_plastic;
    for (int32_t i = 0; i < network->n_projections; i++)
        n += (size_t)network->projection[i].n;
    TRY_NEW(*rows, n, "the table of synapses");
    struct synapse_row *row = *rows;
    for (int32_t i = 0; i < n_plastic; i++)
        *row++ = (struct synapse_row){layout_first_input(layout) + records[i].input,
                                      records[i].dendrite, records[i].weight, true};
    for (int32_t k = 0; k < network->n_projections; k++) {
        const struct projection *projection = &network->projection[k];
        const struct population *source = &layout->population[projection->source];
        for (int32_t j = 0; j < source->n; j++)
            for (int32_t i = projection->start[j]; i < projection->start[j + 1]; i++)
                *row++ = (struct synapse_row){source->first + j, projection->dendrite[i],
                                              projection_weight(projection, i), false};
    }
    *n_rows = (int32_t)n;
    return STATUS_OK;
}

static int broken(const char *what, int32_t at)
{
    return status_fail(STATUS_SYSTEM, "the network is broken: %s at %d (a bug in spinet)", what,
                       at);
}

int network_validate(const struct network *network)
{
    const struct layout *layout = &network->layout;
    const struct plastic_synapses *s = &network->plastic;
    if (s->start[0] != 0 || s->start[layout->n_inputs] != s->n || s->n > s->capacity)
        return broken("ranges of plastic synapses", s->n);
    for (int32_t input = 0; input < layout->n_inputs; input++) {
        if (s->start[input] > s->start[input + 1])
            return broken("range of an input", input);
        for (int32_t i = s->start[input]; i < s->start[input + 1]; i++) {
            if (s->dendrite[i] < 0 || s->dendrite[i] >= layout->n_pyramidal_dendrites)
                return broken("dendrite of a plastic synapse", i);
            if (i > s->start[input] &&
                (s->dendrite[i] < s->dendrite[i - 1] ||
                 (s->dendrite[i] == s->dendrite[i - 1] && s->id[i] <= s->id[i - 1])))
                return broken("order of plastic synapses", i);
            if (!(s->weight[i] >= 0 && s->weight[i] <= 1))
                return broken("weight of a plastic synapse", i);
            if (s->id[i] < 0 || s->id[i] >= s->next_id)
                return broken("id of a plastic synapse", i);
        }
    }
    for (int32_t k = 0; k < network->n_projections; k++) {
        const struct projection *projection = &network->projection[k];
        const int32_t n_source = layout->population[projection->source].n;
        if (projection->start[0] != 0 || projection->start[n_source] != projection->n)
            return broken("ranges of a projection", k);
        for (int32_t i = 0; i < projection->n; i++)
            if (layout_population_of_dendrite(layout, projection->dendrite[i]) !=
                &layout->population[projection->target])
                return broken("target of a projection", k);
    }
    return STATUS_OK;
}
