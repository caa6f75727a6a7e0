/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_PLASTICITY_CONSOLIDATION_H
#define SPINET_PLASTICITY_CONSOLIDATION_H

#include "network/network.h"
#include "plasticity/capture.h"
#include "plasticity/rule.h"
#include "plasticity/spread.h"

/* What follows a presentation (docs/model.md §4): calcium becomes tags, cells and dendrites with
 * much calcium synthesise PRPs, and for 138 minutes tags and PRPs change weights at the synapses'
 * learning rates. */

/* Where the PRPs that a synapse sees were made: this decides their time course. */
enum prp_course { COURSE_SOMATIC, COURSE_DENDRITIC, COURSE_BOTH, N_COURSES };

struct consolidation;

/* A function that is called for each minute of a consolidation, from 0 (tags are set, synthesis
 * begins) to n_steps (the end), and must change nothing. The network has the tags, weights,
 * learning rates and CREB of that minute; consolidation_prp gives the PRPs. Watched or not, results
 * are the same to the bit. */
struct consolidation_watch {
    void (*look)(void *data, const struct consolidation *c, const struct network *network,
                 int32_t minute);
    void *data;
};

struct consolidation {
    const struct parameters *parameters;     /* must outlive it */
    const struct consolidation_watch *watch; /* the caller's; NULL: nobody observes */
    uint64_t seed;                           /* set by whoever trains */
    const struct plasticity_rule *rule;
    void *rule_state; /* [state_bytes] memory of the rule; NULL: it has none */
    const struct capture *capture;
    struct tag_constants tag_constants;
    struct learning_rate_constants rate_constants;
    int32_t n_steps;
    float *prp[N_COURSES]; /* [n_steps] dt / tau_weight * PRPs of the step; 0 below the gate */
    float tag_keep;        /* fraction of a tag that is left after one step */
    float tag_keep_all;    /* and after all steps */
    bool spreads;
    struct spread spread; /* spread of depression tags, if `spreads` */

    /* what rules may know of the presentation that is consolidated; the training sets it */
    struct {
        int32_t number;        /* number of the training presentation, from 1 */
        int32_t teacher;       /* class whose teacher fired; -1: none */
        const int32_t *spikes; /* [n_neurons] */
        const int8_t *signal;  /* [n_pyramidal_dendrites] gate.of_dendrite; NULL: no gate */
        double error;          /* reward minus expected reward, -1 … 1 */
    } shown;

    /* of the last consolidation */
    float *cell_calcium;     /* [n_pyramidal] summed */
    float *dendrite_calcium; /* [n_pyramidal_dendrites] summed */
    bool *cell_synthesis;    /* [n_pyramidal] somatic PRP synthesis began */
    int8_t *course; /* [n_pyramidal_dendrites] enum prp_course of the PRPs there; -1: none */
    bool has_course[N_COURSES]; /* some dendrite has it */

    /* working memory [capacity]: the synapses of one course */
    int32_t capacity;
    int32_t *synapse;
    float *weight, *learning_rate, *tag;
};

/* Prepares to consolidate a network with the arithmetic of the kernel of this name (capture.h), by
 * `rule`, which must outlive it; NULL: by the rule that the parameters name. If the parameters let
 * depression spread, the network must keep lives. SYSTEM without memory. */
int consolidation_init(struct consolidation *c, const struct parameters *p,
                       const struct network *network, const char *kernel,
                       const struct plasticity_rule *rule);
void consolidation_free(struct consolidation *c);

/* The PRPs at a pyramidal cell's dendrite, 0 … 1 and before the gate, `minute` minutes after the
 * last presentation: what its synapses see in the step that begins then. */
double consolidation_prp(const struct consolidation *c, int32_t dendrite, int32_t minute);

/* Consolidates the last presentation and clears the calcium. SYSTEM without memory (only if there
 * are more synapses than before), or the status with which the rule fails. */
int consolidate(struct consolidation *c, struct network *network);

/* Lets minutes go by without a presentation: tags and CREB decay, nothing else changes. */
void consolidation_rest(const struct consolidation *c, struct network *network, int32_t minutes);

#endif
