/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When turnover happens and when it is over, and the table of policies (docs/model.md §5). */
#include "turnover/turnover.h"

#include <stdlib.h>

#include "core/status.h"

static const struct turnover_policy *const policies[N_TURNOVER_POLICIES] = {
#define POLICY(capitals, name) [TURNOVER_##capitals] = &turnover_##name,
#include "core/policies.def"
#undef POLICY
};

static const struct turnover_policy *policy_of(const struct turnover *turnover)
{
    return policies[turnover->parameters->turnover.policy];
}

int turnover_init(struct turnover *turnover, const struct parameters *p,
                  const struct network *network, uint64_t seed)
{
    *turnover = (struct turnover){.parameters = p, .seed = seed, .capacity = network->plastic.n};
    turnover->grown = calloc((size_t)turnover->capacity + 1, sizeof *turnover->grown);
    if (!turnover->grown)
        return status_no_memory("turnover", (size_t)turnover->capacity * sizeof *turnover->grown);
    const struct turnover_policy *policy = policy_of(turnover);
    turnover->is_over = policy->choose == NULL;
    const int result = policy->begin ? policy->begin(turnover, network) : STATUS_OK;
    if (result != STATUS_OK)
        turnover_free(turnover);
    return result;
}

void turnover_free(struct turnover *turnover)
{
    if (turnover->parameters && policy_of(turnover)->end)
        policy_of(turnover)->end(turnover);
    free(turnover->grown);
    *turnover = (struct turnover){0};
}

bool turnover_is_due(const struct turnover *turnover, int32_t n_presentations)
{
    return !turnover->is_over && n_presentations % turnover->parameters->turnover.period == 0;
}

int turnover_observe_calcium(struct turnover *turnover, const struct network *network, int32_t n)
{
    const struct turnover_policy *policy = policy_of(turnover);
    return policy->observe_calcium ? policy->observe_calcium(turnover, network, n) : STATUS_OK;
}

void turnover_observe_weights(struct turnover *turnover, struct network *network, int32_t n)
{
    if (policy_of(turnover)->observe_weights)
        policy_of(turnover)->observe_weights(turnover, network, n);
}

/* As many may be pruned as there are: living spines can become more than there were at first. */
static int reserve(struct turnover *turnover, int32_t n)
{
    if (n <= turnover->capacity)
        return STATUS_OK;
    struct new_synapse *grown = realloc(turnover->grown, (size_t)n * sizeof *grown);
    if (!grown)
        return status_no_memory("turnover", (size_t)n * sizeof *grown);
    turnover->grown = grown;
    turnover->capacity = n;
    return STATUS_OK;
}

int turnover_run(struct turnover *turnover, struct network *network, int32_t n,
                 struct turnover_report *report)
{
    const struct parameters *p = turnover->parameters;
    const int32_t n_before = network->plastic.n;
    int32_t judged_by = 0;
    int result = reserve(turnover, n_before);
    turnover->n_grown = 0;
    if (result == STATUS_OK)
        result = policy_of(turnover)->choose(turnover, network, n, &judged_by);
    if (result != STATUS_OK)
        return result;
    turnover->is_over = judged_by <= p->turnover.over_at;
    result = network_rebuild_plastic(network, turnover->grown, turnover->n_grown,
                                     (float)p->plasticity.eta_max);
    report->n_grown = turnover->n_grown;
    report->n_pruned = n_before + turnover->n_grown - network->plastic.n;
    return result;
}
