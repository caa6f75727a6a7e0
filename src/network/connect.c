/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The random wiring of a new network (docs/model.md §1). Every choice is a function of the seed,
 * the row of the table of connections, and the number of the synapse within it. */
#include "network/connect.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "core/scope.h"
#include "core/status.h"

enum { SYNAPSES_MAX = 2000000000 };

/* n neurons whose ids ascend from `first`, without the hole_n neurons from hole_first on. */
struct neurons {
    int32_t first, n;
    int32_t hole_first, hole_n;
};

/* All neurons of a role or, if class_index >= 0, only those of that class. */
static struct neurons neurons_of(const struct layout *layout, enum role role, int32_t class_index)
{
    struct neurons neurons = {.n = 0};
    for (int32_t k = 0; k < layout->n_populations; k++) {
        const struct population *population = &layout->population[k];
        if (population->role != role ||
            (class_index >= 0 && population->class_index != class_index))
            continue;
        if (neurons.n == 0)
            neurons.first = population->first;
        neurons.n += population->n;
    }
    return neurons;
}

static int32_t neuron_at(const struct neurons *neurons, int32_t i)
{
    const int32_t id = neurons->first + i;
    return neurons->hole_n > 0 && id >= neurons->hole_first ? id + neurons->hole_n : id;
}

struct wiring {
    const struct layout *layout;
    uint64_t seed;
    struct synapse_row *rows;
    int32_t n;
    int32_t *permutation; /* [n_neurons] */
};

/* The first dendrite of a neuron; *n is the number of its dendrites. */
static int32_t dendrites_of(const struct layout *layout, int32_t neuron, int32_t *n)
{
    if (neuron < layout->n_pyramidal) {
        *n = layout->dendrites_per_pyramidal;
        return neuron * *n;
    }
    *n = layout->dendrites_per_interneuron;
    return layout->n_pyramidal_dendrites + (neuron - layout->n_pyramidal) * *n;
}

/* A random number in 0 … n-1 for one purpose: a function of seed, row and i, the number of the
 * synapse in the row. */
static int32_t draw(const struct wiring *w, uint32_t purpose, uint32_t row, int32_t i, int32_t n)
{
    const struct random_words words = random_words(w->seed, purpose, row, (uint32_t)i, 0);
    return (int32_t)random_index(random_bits(&words, 0), (uint32_t)n);
}

static int32_t draw_source(const struct wiring *w, uint32_t row, int32_t i, int32_t n)
{
    const struct random_words words =
        random_words(w->seed, RANDOM_CONNECT_SOURCE, row, (uint32_t)i, 0);
    const uint64_t bits = random_bits(&words, 0);
    return row == CONNECTION_ROW_PLASTIC ? layout_draw_input(w->layout, bits)
                                         : (int32_t)random_index(bits, (uint32_t)n);
}

/* One row of the table: `n` connections of n_contacts synapses each. The source is drawn uniformly.
 * So is the target neuron; or, if balanced, it is the next in a random order of all, which is drawn
 * anew when it is used up. */
static void connect_row(struct wiring *w, uint32_t row, int32_t n, int32_t n_contacts,
                        struct neurons source, struct neurons target, bool balanced,
                        float weight_min, float weight_max)
{
    for (int32_t i = 0; i < n; i++) {
        int32_t place;
        if (balanced) {
            const int32_t in_round = i % target.n;
            if (in_round == 0)
                random_order(w->permutation, target.n, w->seed, RANDOM_CONNECT_TARGET, row,
                             (uint32_t)(i / target.n));
            place = w->permutation[in_round];
        } else {
            place = draw(w, RANDOM_CONNECT_TARGET, row, i, target.n);
        }
        const int32_t from = neuron_at(&source, draw_source(w, row, i, source.n));
        int32_t n_dendrites;
        const int32_t first = dendrites_of(w->layout, neuron_at(&target, place), &n_dendrites);
        const int32_t branch = draw(w, RANDOM_CONNECT_DENDRITE, row, i, n_dendrites);
        const struct random_words words =
            random_words(w->seed, RANDOM_CONNECT_WEIGHT, row, (uint32_t)i, 0);
        const float unit = random_unit_float(words.word[0]);
        for (int32_t k = 0; k < n_contacts; k++)
            w->rows[w->n++] = (struct synapse_row){
                .source = from,
                .dendrite = first + branch,
                .weight = weight_min + (weight_max - weight_min) * unit,
                .plastic = row == CONNECTION_ROW_PLASTIC,
            };
    }
}

static int32_t n_plastic_connections(const struct parameters *p)
{
    if (p->connections.plastic >= 0)
        return p->connections.plastic;
    return (int32_t)round(12.5 * p->pyramidal.neurons);
}

int32_t connect_n_plastic(const struct parameters *p)
{
    return n_plastic_connections(p) * p->connections.contacts;
}

int32_t connect_n_of_class(const struct parameters *p, int32_t n_classes)
{
    return n_plastic_connections(p) / n_classes * p->connections.contacts;
}

static double number_at(const struct parameters *p, size_t offset)
{
    return *(const double *)((const char *)p + offset);
}

/* How many synapses the row makes for each pyramidal cell, of the source's class if it has one. */
static double n_per_cell(const struct parameters *p, const struct connection *c, int32_t n_classes)
{
    const bool is_scaled = c->pairing == PAIR_OTHER_CLASSES && p->connections.feedback_scaled;
    return number_at(p, c->per_cell) * (is_scaled ? n_classes - 1 : 1);
}

/* Makes the synapses of a row of the table of connections for one class or, if class_index is -1,
 * for all classes at once. */
static void connect_class(struct wiring *w, const struct parameters *p, const struct connection *c,
                          int32_t class_index)
{
    const struct layout *layout = w->layout;
    const struct neurons source = neurons_of(layout, c->source, class_index);
    struct neurons target = neurons_of(layout, c->target, class_index);
    if (c->pairing == PAIR_OTHER_CLASSES) {
        const struct neurons own = target;
        target = neurons_of(layout, c->target, -1);
        target.hole_first = own.first;
        target.hole_n = own.n;
        target.n -= own.n;
    }
    const int32_t n_cells = neurons_of(layout, ROLE_PYRAMIDAL, class_index).n;
    const float weight = (float)number_at(p, c->weight);
    connect_row(w, c->row + (class_index > 0 ? (uint32_t)class_index : 0),
                (int32_t)round(n_per_cell(p, c, layout->n_classes) * n_cells), 1, source, target,
                c->is_balanced, weight, weight);
}

/* Draws the plastic synapses of all cells, then drops those of classes that have not joined yet. */
static void connect_plastic(struct wiring *w, const struct parameters *p)
{
    int32_t n = 0;
    connect_row(w, CONNECTION_ROW_PLASTIC, n_plastic_connections(p), p->connections.contacts,
                neurons_of(w->layout, ROLE_INPUT, -1), neurons_of(w->layout, ROLE_PYRAMIDAL, -1),
                true, (float)p->connections.w_min, (float)p->connections.w_max);
    for (int32_t i = 0; i < w->n; i++)
        if (!w->layout->is_absent[layout_class(w->layout, w->rows[i].dendrite)])
            w->rows[n++] = w->rows[i];
    w->n = n;
}

static void connect_fixed(struct wiring *w, const struct parameters *p)
{
    for (const struct connection *c = connections; c < connections + N_CONNECTIONS; c++) {
        const bool by_class = c->pairing != PAIR_ALL;
        for (int32_t k = 0; k < (by_class ? w->layout->n_classes : 1); k++)
            connect_class(w, p, c, by_class ? k : -1);
    }
}

/* How many fixed synapses the parameters ask for: a double, since it is checked before anything is
 * allocated and may not fit an integer. */
static double n_fixed(const struct parameters *p, int32_t n_classes)
{
    double per_cell = 0;
    for (const struct connection *c = connections; c < connections + N_CONNECTIONS; c++)
        per_cell += n_per_cell(p, c, n_classes);
    return per_cell * p->pyramidal.neurons + 10.0 * n_classes;
}

int connect_layout(struct network *network, const struct parameters *p, const struct layout *layout,
                   uint64_t seed, const struct synapse_row *contacts, int32_t n_contacts)
{
    *network = (struct network){0};
    const double n_plastic = (double)n_plastic_connections(p) * p->connections.contacts,
                 n = (contacts ? n_contacts : n_plastic) + n_fixed(p, layout->n_classes);
    if (n > SYNAPSES_MAX)
        return status_fail(STATUS_USER, "connections: %.0f synapses: expected at most %d", n,
                           SYNAPSES_MAX);
    struct wiring w = {.layout = layout, .seed = seed};
    OWN_NEW(struct synapse_row, rows, n, "the connections");
    OWN_NEW(int32_t, permutation, layout->n_neurons, "the connections");
    w.rows = rows;
    w.permutation = permutation;
    if (contacts) {
        memcpy(rows, contacts, (size_t)n_contacts * sizeof *rows);
        w.n = n_contacts;
    } else {
        connect_plastic(&w, p);
    }
    connect_fixed(&w, p);
    return network_init(network, layout, w.rows, w.n, (float)p->plasticity.eta_max);
}
