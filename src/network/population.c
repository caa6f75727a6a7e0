/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The populations and their ids (docs/model.md §1), at any size and for two classes or more. */
#include "network/population.h"

#include <math.h>

#include "core/random.h"
#include "core/status.h"

/* Ids and dendrite ids must fit well within 32 bits. */
enum { IDS_MAX = 1000000000 };

static void append(struct layout *layout, enum role role, int32_t class_index, int32_t n,
                   int32_t n_dendrites, enum dendrite_type dendrites)
{
    layout->population[layout->n_populations++] = (struct population){
        .role = role,
        .class_index = class_index,
        .first = layout->n_ids,
        .n = n,
        .first_dendrite = layout->n_dendrites,
        .n_dendrites = n_dendrites,
        .dendrites = dendrites,
    };
    layout->n_ids += n;
    layout->n_dendrites += n * n_dendrites;
}

int layout_init(struct layout *layout, const struct parameters *p, int32_t n_classes,
                int32_t n_inputs)
{
    *layout = (struct layout){.n_classes = n_classes,
                              .n_inputs = n_inputs,
                              .n_pyramidal = p->pyramidal.neurons,
                              .dendrites_per_pyramidal = p->pyramidal.n_dendrites,
                              .dendrites_per_interneuron = p->interneuron.n_dendrites};
    if (n_classes < 2 || n_classes > CLASSES_MAX)
        return status_fail(STATUS_USER, "%d classes: expected 2 to %d", n_classes, CLASSES_MAX);
    if (p->pyramidal.neurons % n_classes != 0)
        return status_fail(
            STATUS_USER, "pyramidal.neurons = %d: expected a multiple of the %d classes, as %d",
            p->pyramidal.neurons, n_classes, (p->pyramidal.neurons / n_classes + 1) * n_classes);
    if (p->plasticity.rule == RULE_DOPAMINE) {
        layout->has_one_response = p->reward.responses == RESPONSES_ONE;
        if (!layout->has_one_response)
            layout->n_against =
                (int32_t)round((1 - p->dopamine.d1_part) * layout_cells_per_class(layout));
        else if (n_classes != 2)
            return status_fail(STATUS_USER, "reward.responses = one: %d classes: expected 2",
                               n_classes);
    }
    const double n_interneurons =
        fmax(1, round(p->pyramidal.neurons * p->interneuron.per_pyramidal));
    const double n_dendrites = (double)p->pyramidal.neurons * p->pyramidal.n_dendrites +
                               n_interneurons * (2 + n_classes) * p->interneuron.n_dendrites;
    if (n_dendrites + n_inputs > IDS_MAX)
        return status_fail(STATUS_USER, "%.0f dendrites: expected at most %d", n_dendrites,
                           IDS_MAX);
    const int32_t n_group = (int32_t)n_interneurons;
    const int32_t n_branches = p->interneuron.n_dendrites;

    for (int32_t k = 0; k < n_classes; k++)
        append(layout, ROLE_PYRAMIDAL, k, p->pyramidal.neurons / n_classes,
               p->pyramidal.n_dendrites, (enum dendrite_type)p->pyramidal.dendrites);
    layout->n_pyramidal_dendrites = layout->n_dendrites;
    append(layout, ROLE_CONTROL_DENDRITE, -1, n_group, n_branches,
           (enum dendrite_type)p->interneuron.dendrites_control_dendrite);
    append(layout, ROLE_CONTROL_SOMA, -1, n_group, n_branches,
           (enum dendrite_type)p->interneuron.dendrites_control_soma);
    for (int32_t k = 0; k < n_classes; k++)
        append(layout, ROLE_FEEDBACK, k, n_group, n_branches,
               (enum dendrite_type)p->interneuron.dendrites_feedback);
    layout->n_neurons = layout->n_ids;
    append(layout, ROLE_INPUT, -1, n_inputs, 0, DENDRITE_LINEAR);
    for (int32_t k = 0; k < n_classes; k++)
        append(layout, ROLE_TEACHER, k, 1, 0, DENDRITE_LINEAR);
    return STATUS_OK;
}

const struct population *layout_population(const struct layout *layout, int32_t id)
{
    for (int32_t i = 0; i < layout->n_populations; i++) {
        const struct population *population = &layout->population[i];
        if (id >= population->first && id < population->first + population->n)
            return population;
    }
    return NULL;
}

const struct population *layout_population_of_dendrite(const struct layout *layout,
                                                       int32_t dendrite)
{
    if (dendrite < 0 || dendrite >= layout->n_dendrites)
        return NULL;
    return layout_population(layout, layout_neuron(layout, dendrite));
}

int32_t layout_answer(const struct layout *layout, const int32_t *votes)
{
    int32_t answer = -1, most = 0;
    if (layout->has_one_response)
        return votes[0] > votes[1] ? 0 : 1;
    for (int32_t k = 0; k < layout->n_classes; k++)
        if (votes[k] > most)
            most = votes[answer = k];
    return answer;
}

int32_t layout_draw_input(const struct layout *layout, uint64_t bits)
{
    if (!layout->input_use)
        return (int32_t)random_index(bits, (uint32_t)layout->n_inputs);
    const double at = random_unit(bits) * layout->input_use[layout->n_inputs];
    int32_t low = 0, high = layout->n_inputs; /* the search keeps use[low] <= at < use[high] */
    while (high - low > 1) {
        const int32_t middle = low + (high - low) / 2;
        if (layout->input_use[middle] <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}
