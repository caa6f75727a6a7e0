/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/topology.h"

/* A row of the table: connections.NAME_per_cell and connections.WEIGHT_weight are its
 * parameters. */
#define CONNECTION(name, weight, ...)                                                              \
    {                                                                                              \
#        name, __VA_ARGS__, offsetof(struct parameters, connections.name##_per_cell),              \
            offsetof(struct parameters, connections.weight##_weight)                               \
    }

const struct connection connections[N_CONNECTIONS] = {
    CONNECTION(teacher, teacher, ROLE_TEACHER, ROLE_PYRAMIDAL, PAIR_SAME_CLASS, EFFECT_EXCITE, true,
               1000),
    CONNECTION(pyramidal_to_control_dendrite, control, ROLE_PYRAMIDAL, ROLE_CONTROL_DENDRITE,
               PAIR_ALL, EFFECT_EXCITE, false, 1),
    CONNECTION(control_dendrite_to_pyramidal, control, ROLE_CONTROL_DENDRITE, ROLE_PYRAMIDAL,
               PAIR_ALL, EFFECT_INHIBIT, false, 2),
    CONNECTION(pyramidal_to_control_soma, control, ROLE_PYRAMIDAL, ROLE_CONTROL_SOMA, PAIR_ALL,
               EFFECT_EXCITE, false, 3),
    CONNECTION(control_soma_to_pyramidal, control, ROLE_CONTROL_SOMA, ROLE_PYRAMIDAL, PAIR_ALL,
               EFFECT_INHIBIT_SOMA, false, 4),
    CONNECTION(pyramidal_to_feedback, feedback, ROLE_PYRAMIDAL, ROLE_FEEDBACK, PAIR_SAME_CLASS,
               EFFECT_EXCITE, true, 2000),
    CONNECTION(feedback_to_pyramidal, feedback, ROLE_FEEDBACK, ROLE_PYRAMIDAL, PAIR_OTHER_CLASSES,
               EFFECT_INHIBIT, true, 3000),
};

const struct connection *connection_between(const struct population *source,
                                            const struct population *target)
{
    const bool same_class = source->class_index == target->class_index;
    for (const struct connection *c = connections; c < connections + N_CONNECTIONS; c++)
        if (c->source == source->role && c->target == target->role &&
            (c->pairing == PAIR_ALL || (c->pairing == PAIR_SAME_CLASS) == same_class))
            return c;
    return NULL;
}
