/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The random wiring of a new network (docs/model.md §1). Every choice is a function of the seed,
 * the row of the table of connections, and the number of the synapse within it. */
#include "network/connect.h"

#include <math.h>
#include <stdlib.h>

#include "core/random.h"
#include "core/status.h"

/* Rows of the table of connections, and so the ids of their random numbers: never renumber. */
enum row_id {
    ROW_PLASTIC = 0,
    ROW_PYRAMIDAL_TO_CONTROL_DENDRITE = 1,
    ROW_CONTROL_DENDRITE_TO_PYRAMIDAL = 2,
    ROW_PYRAMIDAL_TO_CONTROL_SOMA = 3,
    ROW_CONTROL_SOMA_TO_PYRAMIDAL = 4,
    ROW_TEACHER = 1000,               /* + class */
    ROW_PYRAMIDAL_TO_FEEDBACK = 2000, /* + class */
    ROW_FEEDBACK_TO_PYRAMIDAL = 3000, /* + class */
};

enum { SYNAPSES_MAX = 2000000000 };

/* A range of neurons, with a hole where the model leaves a class out. */
struct neurons {
    int32_t first, n;
    int32_t hole_first, hole_n;
};

static struct neurons all_of(const struct population *population)
{
    return (struct neurons){population->first, population->n, 0, 0};
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

/* The first dendrite of a neuron, and how many it has. */
static int32_t dendrites_of(const struct layout *layout, int32_t neuron, int32_t *n)
{
    if (neuron < layout->n_pyramidal) {
        *n = layout->dendrites_per_pyramidal;
        return neuron * *n;
    }
    *n = layout->dendrites_per_interneuron;
    return layout->n_pyramidal_dendrites + (neuron - layout->n_pyramidal) * *n;
}

/* Synapse i's number in 0 … n-1 for one purpose. */
static int32_t draw(const struct wiring *w, uint32_t purpose, uint32_t row, int32_t i, int32_t n)
{
    const struct random_words words = random_words(w->seed, purpose, row, (uint32_t)i, 0);
    return (int32_t)random_index(random_bits(&words, 0), (uint32_t)n);
}

/* One row of the table: `n` connections of n_contacts synapses, each from a uniform source to a
 * target neuron that is uniform (random) or next in a permutation that is drawn anew when it is
 * used up (balanced). */
static void connect_row(struct wiring *w, uint32_t row, int32_t n, int32_t n_contacts,
                        struct neurons source, struct neurons target, bool balanced,
                        float weight_min, float weight_max)
{
    for (int32_t i = 0; i < n; i++) {
        int32_t place;
        if (balanced) {
            const int32_t in_round = i % target.n;
            if (in_round == 0) {
                for (int32_t k = 0; k < target.n; k++)
                    w->permutation[k] = k;
                random_shuffle(w->permutation, target.n, w->seed, RANDOM_CONNECT_TARGET, row,
                               (uint32_t)(i / target.n));
            }
            place = w->permutation[in_round];
        } else {
            place = draw(w, RANDOM_CONNECT_TARGET, row, i, target.n);
        }
        const int32_t from = neuron_at(&source, draw(w, RANDOM_CONNECT_SOURCE, row, i, source.n));
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
                .plastic = row == ROW_PLASTIC,
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

static int32_t count(double per_cell, int32_t n_cells)
{
    return (int32_t)round(per_cell * n_cells);
}

static void connect_all(struct wiring *w, const struct parameters *p)
{
    const struct layout *layout = w->layout;
    const int32_t n_all = layout->n_pyramidal, n_class = layout_cells_per_class(layout);
    const int32_t n_classes = layout->n_classes;
    const struct population *control_dendrite = &layout->population[n_classes];
    const struct population *control_soma = control_dendrite + 1;
    const struct population *feedback = control_soma + 1;
    const struct population *input = feedback + n_classes;
    const struct population *teacher = input + 1;
    const struct neurons pyramidal = {0, n_all, 0, 0};
    const float control = (float)p->connections.control_weight;
    const float strong = (float)p->connections.feedback_weight;
    const float taught = (float)p->connections.teacher_weight;

    connect_row(w, ROW_PLASTIC, n_plastic_connections(p), p->connections.contacts, all_of(input),
                pyramidal, true, (float)p->connections.w_min, (float)p->connections.w_max);
    for (int32_t k = 0; k < n_classes; k++)
        connect_row(w, ROW_TEACHER + (uint32_t)k, count(p->connections.teacher_per_cell, n_class),
                    1, all_of(&teacher[k]), all_of(&layout->population[k]), true, taught, taught);
    connect_row(w, ROW_PYRAMIDAL_TO_CONTROL_DENDRITE,
                count(p->connections.pyramidal_to_control_dendrite_per_cell, n_all), 1, pyramidal,
                all_of(control_dendrite), false, control, control);
    connect_row(w, ROW_CONTROL_DENDRITE_TO_PYRAMIDAL,
                count(p->connections.control_dendrite_to_pyramidal_per_cell, n_all), 1,
                all_of(control_dendrite), pyramidal, false, control, control);
    connect_row(w, ROW_PYRAMIDAL_TO_CONTROL_SOMA,
                count(p->connections.pyramidal_to_control_soma_per_cell, n_all), 1, pyramidal,
                all_of(control_soma), false, control, control);
    connect_row(w, ROW_CONTROL_SOMA_TO_PYRAMIDAL,
                count(p->connections.control_soma_to_pyramidal_per_cell, n_all), 1,
                all_of(control_soma), pyramidal, false, control, control);
    for (int32_t k = 0; k < n_classes; k++) {
        const struct population *own = &layout->population[k];
        const struct neurons others = {0, n_all - own->n, own->first, own->n};
        connect_row(w, ROW_PYRAMIDAL_TO_FEEDBACK + (uint32_t)k,
                    count(p->connections.pyramidal_to_feedback_per_cell, n_class), 1, all_of(own),
                    all_of(&feedback[k]), true, strong, strong);
        connect_row(w, ROW_FEEDBACK_TO_PYRAMIDAL + (uint32_t)k,
                    count(p->connections.feedback_to_pyramidal_per_cell, n_class), 1,
                    all_of(&feedback[k]), others, true, strong, strong);
    }
}

/* Checked as a sum of doubles, before anything is allocated. */
static double n_synapses(const struct parameters *p, int32_t n_classes)
{
    const double per_cell = p->connections.teacher_per_cell +
                            p->connections.pyramidal_to_control_dendrite_per_cell +
                            p->connections.control_dendrite_to_pyramidal_per_cell +
                            p->connections.pyramidal_to_control_soma_per_cell +
                            p->connections.control_soma_to_pyramidal_per_cell +
                            p->connections.pyramidal_to_feedback_per_cell +
                            p->connections.feedback_to_pyramidal_per_cell;
    const double plastic =
        p->connections.plastic < 0 ? 12.5 * p->pyramidal.neurons : p->connections.plastic;
    return plastic * p->connections.contacts + per_cell * p->pyramidal.neurons + 10.0 * n_classes;
}

int connect_network(struct network *network, const struct parameters *p, int32_t n_classes,
                    int32_t n_inputs, uint64_t seed)
{
    *network = (struct network){0};
    struct layout layout;
    int result = layout_init(&layout, p, n_classes, n_inputs);
    if (result != STATUS_OK)
        return result;
    const double n = n_synapses(p, n_classes);
    if (n > SYNAPSES_MAX)
        return status_fail(STATUS_USER, "connections: %.0f synapses: expected at most %d", n,
                           SYNAPSES_MAX);
    struct wiring w = {.layout = &layout, .seed = seed};
    w.rows = malloc((size_t)n * sizeof *w.rows);
    w.permutation = malloc((size_t)layout.n_neurons * sizeof *w.permutation);
    if (w.rows && w.permutation) {
        connect_all(&w, p);
        result = network_init(network, &layout, w.rows, w.n, (float)p->plasticity.eta_max);
    } else {
        result = status_no_memory("the connections", (unsigned long long)n * sizeof *w.rows);
    }
    free(w.rows);
    free(w.permutation);
    return result;
}
