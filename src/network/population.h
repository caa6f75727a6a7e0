/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_NETWORK_POPULATION_H
#define SPINET_NETWORK_POPULATION_H

#include <stdint.h>

#include "core/parameters.h"

/* The populations of a network (docs/model.md §1) and their ids, which run in the order of the
 * table there: pyramidal cells class by class, the two control populations, a feedback population
 * for each class, then the inputs and a teacher for each class, which have no dendrites. */
enum role {
    ROLE_PYRAMIDAL,
    ROLE_CONTROL_DENDRITE, /* interneurons that target dendrites */
    ROLE_CONTROL_SOMA,     /* interneurons that target somas */
    ROLE_FEEDBACK,         /* interneurons that target the dendrites of the other classes */
    ROLE_INPUT,
    ROLE_TEACHER,
};

struct population {
    enum role role;
    int32_t class_index; /* the class of pyramidal cells, feedback cells and teachers; else -1 */
    int32_t first, n;    /* ids first … first + n - 1 */
    int32_t first_dendrite;
    int32_t n_dendrites; /* dendrites of each neuron; 0 for inputs and teachers */
    enum dendrite_type dendrites;
};

enum { POPULATIONS_MAX = 3 * CLASSES_MAX + 3 };

struct layout {
    int32_t n_classes;
    int32_t n_pyramidal; /* ids 0 … n_pyramidal - 1 */
    int32_t n_neurons;   /* pyramidal cells and interneurons: all whose spikes are counted */
    int32_t n_dendrites; /* of all neurons; dendrites have ids neuron by neuron */
    int32_t n_pyramidal_dendrites;
    int32_t n_inputs; /* one for each pixel; their ids begin at n_neurons */
    int32_t n_ids;    /* neurons, inputs, teachers */
    int32_t dendrites_per_pyramidal, dendrites_per_interneuron;
    /* [n_inputs + 1] ascending from 0: a new synapse comes from input i with a chance proportional
     * to input_use[i + 1] - input_use[i]. Belongs to the data set; NULL: all inputs alike */
    const double *input_use;
    /* cells with D2 receptors (docs/reward.md): the last n_against cells of each class, which vote
     * against it; or, if has_one_response, all cells of the second class */
    int32_t n_against;
    bool has_one_response;
    bool is_absent[CLASSES_MAX]; /* the cells of these classes have not joined the network yet and
                                    have no plastic synapses (docs/continual.md) */
    int32_t n_populations;
    struct population population[POPULATIONS_MAX];
};

/* USER if the pyramidal cells cannot be shared equally, or the network would be too large. */
int layout_init(struct layout *layout, const struct parameters *p, int32_t n_classes,
                int32_t n_inputs);

/* The population that an id of a neuron, input or teacher, or a dendrite, belongs to; NULL if none
 * does. */
const struct population *layout_population(const struct layout *layout, int32_t id);
const struct population *layout_population_of_dendrite(const struct layout *layout,
                                                       int32_t dendrite);

/* The neuron a dendrite belongs to. */
static inline int32_t layout_neuron(const struct layout *layout, int32_t dendrite)
{
    if (dendrite < layout->n_pyramidal_dendrites)
        return dendrite / layout->dendrites_per_pyramidal;
    return layout->n_pyramidal +
           (dendrite - layout->n_pyramidal_dendrites) / layout->dendrites_per_interneuron;
}

/* First id of the inputs, and of the teachers. */
static inline int32_t layout_first_input(const struct layout *layout)
{
    return layout->n_neurons;
}

static inline int32_t layout_first_teacher(const struct layout *layout)
{
    return layout->n_neurons + layout->n_inputs;
}

static inline int32_t layout_cells_per_class(const struct layout *layout)
{
    return layout->n_pyramidal / layout->n_classes;
}

/* The class of a pyramidal cell's dendrite. */
static inline int32_t layout_class(const struct layout *layout, int32_t dendrite)
{
    return dendrite / layout->dendrites_per_pyramidal / layout_cells_per_class(layout);
}

static inline bool layout_is_d2(const struct layout *layout, int32_t cell)
{
    const int32_t n = layout_cells_per_class(layout);
    return layout->has_one_response ? cell >= n : cell % n >= n - layout->n_against;
}

/* For cells, or pyramidal dendrites, of which each class has `per_class`: how many belong to
 * classes that are not absent, and the number of the i-th of these among those of all classes. */
static inline int32_t layout_n_there(const struct layout *layout, int32_t per_class)
{
    int32_t n = 0;
    for (int32_t k = 0; k < layout->n_classes; k++)
        n += layout->is_absent[k] ? 0 : per_class;
    return n;
}

static inline int32_t layout_there(const struct layout *layout, int32_t per_class, int32_t i)
{
    for (int32_t k = 0; k < layout->n_classes && k * per_class <= i; k++)
        i += layout->is_absent[k] ? per_class : 0;
    return i;
}

/* The class with the most votes[n_classes]: of a tie the lowest, -1 if there are no votes. If
 * has_one_response: the first class if it has more votes than the second, else the second, which
 * means that the response is not made. */
int32_t layout_answer(const struct layout *layout, const int32_t *votes);

/* Draws the input that a new synapse comes from, by 64 random bits. */
int32_t layout_draw_input(const struct layout *layout, uint64_t bits);

#endif
