/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_NETWORK_POPULATION_H
#define SPINET_NETWORK_POPULATION_H

#include <stdint.h>

#include "core/parameters.h"

/* Who is who: docs/model.md §1. Ids run in the order of the table there: the pyramidal cells class
 * by class, the two control populations, one feedback population a class, then the inputs and one
 * teacher a class, which have no dendrites. */
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
    int32_t class_index; /* of pyramidal, feedback, teacher; else -1 */
    int32_t first, n;    /* ids first … first + n - 1 */
    int32_t first_dendrite;
    int32_t n_dendrites; /* a neuron; 0 for inputs and teachers */
    enum dendrite_type dendrites;
};

enum { POPULATIONS_MAX = 3 * CLASSES_MAX + 3 };

struct layout {
    int32_t n_classes;
    int32_t n_pyramidal; /* ids 0 … n_pyramidal - 1 */
    int32_t n_neurons;   /* pyramidal and interneurons, which are what has spikes to count */
    int32_t n_dendrites; /* of all neurons; id of a dendrite: neuron by neuron */
    int32_t n_pyramidal_dendrites;
    int32_t n_inputs; /* one a pixel, from id n_neurons */
    int32_t n_ids;    /* neurons, inputs, teachers */
    int32_t dendrites_per_pyramidal, dendrites_per_interneuron;
    /* [n_inputs + 1] ascending from 0: input i is drawn for a new synapse by the difference of i +
     * 1 and i. Belongs to the data set; NULL: all alike */
    const double *input_use;
    int32_t n_populations;
    struct population population[POPULATIONS_MAX];
};

/* USER if the pyramidal cells cannot be shared equally, or the network would be too large. */
int layout_init(struct layout *layout, const struct parameters *p, int32_t n_classes,
                int32_t n_inputs);

/* The population of an id, or of a dendrite; NULL if there is none. */
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

/* The input a new synapse comes from, by 64 random bits. */
int32_t layout_draw_input(const struct layout *layout, uint64_t bits);

#endif
