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

struct wiring {
    const struct layout *layout;
    uint64_t seed;
    struct synapse_row *rows;
    int32_t n;
    int32_t *permutation;     /* [n_neurons] */
    int32_t *source, *target; /* [n_ids] neurons that a row connects */
};

/* Lists the ids of all neurons of a role, or of those of class k, or of those of other classes;
 * returns how many there are. */
enum classes { OF_ALL, OF_CLASS, OF_OTHERS };
static int32_t list_neurons(const struct layout *layout, enum role role, enum classes classes,
                            int32_t k, int32_t *id)
{
    int32_t n = 0;
    for (int32_t i = 0; i < layout->n_populations; i++) {
        const struct population *population = &layout->population[i];
        const bool is_of_k = population->class_index == k;
        if (population->role == role && (classes == OF_ALL || (classes == OF_CLASS) == is_of_k))
            for (int32_t j = 0; j < population->n; j++)
                id[n++] = population->first + j;
    }
    return n;
}

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
                        int32_t n_source, int32_t n_target, bool balanced, float weight_min,
                        float weight_max)
{
    for (int32_t i = 0; i < n; i++) {
        int32_t place;
        if (balanced) {
            const int32_t in_round = i % n_target;
            if (in_round == 0)
                random_order(w->permutation, n_target, w->seed, RANDOM_CONNECT_TARGET, row,
                             (uint32_t)(i / n_target));
            place = w->permutation[in_round];
        } else {
            place = draw(w, RANDOM_CONNECT_TARGET, row, i, n_target);
        }
        const int32_t from = w->source[draw_source(w, row, i, n_source)];
        int32_t n_dendrites;
        const int32_t first = dendrites_of(w->layout, w->target[place], &n_dendrites);
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

/* Makes the synapses of a row of the table of connections: all or, where they are made class by
 * class, those from class k. */
static void connect_class(struct wiring *w, const struct parameters *p, const struct connection *c,
                          int32_t k)
{
    const struct layout *layout = w->layout;
    const enum classes own = c->pairing == PAIR_ALL ? OF_ALL : OF_CLASS,
                       others = c->pairing == PAIR_OTHER_CLASSES ? OF_OTHERS : own;
    const int32_t n_cells = list_neurons(layout, ROLE_PYRAMIDAL, own, k, w->source),
                  n_source = list_neurons(layout, c->source, own, k, w->source),
                  n_target = list_neurons(layout, c->target, others, k, w->target);
    const float weight = (float)number_at(p, c->weight);
    connect_row(w, c->row + (uint32_t)k,
                (int32_t)round(n_per_cell(p, c, layout->n_classes) * n_cells), 1, n_source,
                n_target, c->is_balanced, weight, weight);
}

/* Draws the plastic synapses of all cells, then drops those of classes that have not joined yet. */
static void connect_plastic(struct wiring *w, const struct parameters *p)
{
    const int32_t n_source = list_neurons(w->layout, ROLE_INPUT, OF_ALL, 0, w->source),
                  n_target = list_neurons(w->layout, ROLE_PYRAMIDAL, OF_ALL, 0, w->target);
    int32_t n = 0;
    connect_row(w, CONNECTION_ROW_PLASTIC, n_plastic_connections(p), p->connections.contacts,
                n_source, n_target, true, (float)p->connections.w_min, (float)p->connections.w_max);
    for (int32_t i = 0; i < w->n; i++)
        if (!w->layout->is_absent[layout_class(w->layout, w->rows[i].dendrite)])
            w->rows[n++] = w->rows[i];
    w->n = n;
}

static void connect_fixed(struct wiring *w, const struct parameters *p)
{
    for (const struct connection *c = connections; c < connections + N_CONNECTIONS; c++)
        for (int32_t k = 0; k < (c->pairing == PAIR_ALL ? 1 : w->layout->n_classes); k++)
            connect_class(w, p, c, k);
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
    OWN_NEW(struct synapse_row, rows, n, "the connections");
    OWN_NEW(int32_t, permutation, layout->n_neurons, "the connections");
    OWN_NEW(int32_t, source, layout->n_ids, "the connections");
    OWN_NEW(int32_t, target, layout->n_ids, "the connections");
    struct wiring w = {layout, seed, rows, 0, permutation, source, target};
    if (contacts) {
        memcpy(rows, contacts, (size_t)n_contacts * sizeof *rows);
        w.n = n_contacts;
    } else {
        connect_plastic(&w, p);
    }
    connect_fixed(&w, p);
    return network_init(network, layout, w.rows, w.n, (float)p->plasticity.eta_max);
}
