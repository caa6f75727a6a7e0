/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_PLASTICITY_CONSOLIDATION_H
#define SPINET_PLASTICITY_CONSOLIDATION_H

#include "network/network.h"
#include "plasticity/capture.h"
#include "plasticity/rule.h"
#include "plasticity/spread.h"

/* From one presentation to the next (docs/model.md §4): calcium becomes tags, cells and dendrites
 * with much of it synthesise PRPs, and for 138 minutes tags, PRPs and learning rates move weights.
 */

/* Which PRPs a synapse sees, and so which of the three time courses. */
enum prp_course { COURSE_SOMATIC, COURSE_DENDRITIC, COURSE_BOTH, N_COURSES };

struct consolidation;

/* Someone who looks on, and changes nothing: is shown minutes 0 (tags are set, synthesis begins) to
 * n_steps (the end). Tags, weights, learning rates and CREB are those of the network then; PRPs:
 * consolidation_prp. What is shown at the end are the very bits of a consolidation nobody saw. */
struct consolidation_watch {
    void (*look)(void *data, const struct consolidation *c, const struct network *network,
                 int32_t minute);
    void *data;
};

struct consolidation {
    const struct parameters *parameters;     /* must outlive it */
    const struct consolidation_watch *watch; /* of the caller; NULL: nobody looks */
    const struct plasticity_rule *rule;
    void *rule_state; /* the rule's memory of state_bytes; NULL: it has none */
    const struct capture *capture;
    struct tag_constants tag_constants;
    struct learning_rate_constants rate_constants;
    int32_t n_steps;
    float *prp[N_COURSES]; /* [n_steps] eta's factor of step k: dt / tau_weight * prp, 0 if gated */
    float tag_keep;        /* of a tag after one step */
    float tag_keep_all;    /* and after all */
    bool spreads;
    struct spread spread; /* of depression tags, where it is on */

    /* of the presentation that is consolidated, for rules: set by whoever presents */
    struct {
        int32_t number;        /* of training presentations, from 1 */
        int32_t teacher;       /* class, -1: none */
        const int32_t *spikes; /* [n_neurons] */
        const int32_t *signal; /* [n_classes] of the gate (gate.h); NULL: there is none */
    } shown;

    /* of the last consolidation */
    float *cell_calcium;     /* [n_pyramidal] summed */
    float *dendrite_calcium; /* [n_pyramidal_dendrites] summed */
    bool *cell_synthesis;    /* [n_pyramidal] somatic PRP synthesis began */

    /* synapses that see PRPs, gathered by course */
    int32_t capacity;
    int32_t *synapse;
    float *weight, *learning_rate, *tag;
};

/* For the arithmetic of the kernel of this name (capture.h); by `rule`, which must outlive it, or
 * (NULL) the one that the parameters name. Where depression spreads, the network must keep lives.
 * SYSTEM without memory. */
int consolidation_init(struct consolidation *c, const struct parameters *p,
                       const struct network *network, const char *kernel,
                       const struct plasticity_rule *rule);
void consolidation_free(struct consolidation *c);

/* PRPs at a pyramidal cell's dendrite, 0 … 1 and before the gate, so many minutes after the last
 * presentation: what its synapses see in the step that begins then. */
double consolidation_prp(const struct consolidation *c, const struct layout *layout,
                         int32_t dendrite, int32_t minute);

/* Consolidates once, and clears the calcium. SYSTEM without memory (only if synapses were added),
 * or what the rule fails with. */
int consolidate(struct consolidation *c, struct network *network);

/* So many minutes go by without a presentation: tags and CREB decay, nothing else happens. */
void consolidation_rest(const struct consolidation *c, struct network *network, int32_t minutes);

#endif
