/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_LIBRARY_HANDLES_H
#define SPINET_LIBRARY_HANDLES_H

#include "spinet.h"
#include "train/train.h"

/* What the handles of spinet.h stand for. */

struct spinet_parameters {
    struct parameters values;
};

struct spinet_images {
    struct dataset dataset;
};

struct spinet_training {
    struct parameters parameters;
    uint64_t seed;
    struct training training;

    /* spikes of the caller's own */
    struct stimulus stimulus;
    /* of the last presentation: that of `training`, or `watched` */
    const struct presentation *shown;
    struct presentation watched; /* by the naive kernel; zeroed until somebody looks */
    struct step_watch watch;
    void (*look)(const struct spinet_moment *moment, void *data);
    void *look_data;

    /* policy and rule of the caller's own (library/rules.c) */
    const struct spinet_policy *own_policy;
    const struct spinet_rule *own_rule;
    struct turnover_policy policy;
    struct plasticity_rule rule;
    bool is_choosing; /* the policy may prune and grow */

    /* computed for views (library/views.c) */
    int32_t capacity;
    int32_t *source;
    float *position;
};

/* The policy and the rule that the options bring along, as the model calls them. */
struct own_rules rules_from_options(struct spinet_training *training,
                                    const struct spinet_options *options);

/* The input of each plastic synapse, [n] in training->source. SYSTEM without memory. */
int views_fill_sources(struct spinet_training *training);

#endif
