/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When turnover happens and when it is over, and the table of policies (docs/model.md §5). */
#include "turnover/turnover.h"

#include <stdlib.h>
#include <string.h>

#include "core/scope.h"
#include "core/status.h"
#include "core/table.h"

static const struct turnover_policy *const policies[N_TURNOVER_POLICIES] = {
#define POLICY(capitals, name) [TURNOVER_##capitals] = &turnover_##name,
#include "core/policies.def"
#undef POLICY
};

const char *turnover_file_name(int i)
{
    for (int k = 0; k < N_TURNOVER_POLICIES; k++)
        for (const struct table *const *table = policies[k]->tables; table && *table; table++)
            if (i-- == 0)
                return (*table)->file;
    return NULL;
}

bool turnover_needs_lives(const struct parameters *p)
{
    return policies[p->turnover.policy]->needs_lives;
}

static int make_parts(struct turnover *turnover, const struct network *network)
{
    const struct turnover_policy *policy = turnover->policy;
    TRY_NEW(turnover->grown, turnover->capacity, "turnover");
    if (policy->state_bytes && !(turnover->state = calloc(1, policy->state_bytes)))
        return status_no_memory("turnover", policy->state_bytes);
    TRY(crowding_init(&turnover->crowding, turnover->parameters, network));
    return policy->begin ? policy->begin(turnover, network) : STATUS_OK;
}

int turnover_init(struct turnover *turnover, const struct parameters *p,
                  const struct network *network, uint64_t seed,
                  const struct turnover_policy *policy)
{
    if (!policy)
        policy = policies[p->turnover.policy];
    *turnover = (struct turnover){.parameters = p,
                                  .seed = seed,
                                  .is_over = policy->choose == NULL,
                                  .capacity = network->plastic.n,
                                  .policy = policy};
    RETURN_OR_FREE(make_parts(turnover, network), turnover_free, turnover);
}

void turnover_free(struct turnover *turnover)
{
    if (turnover->state && turnover->policy->end)
        turnover->policy->end(turnover);
    crowding_free(&turnover->crowding);
    free(turnover->state);
    free(turnover->grown);
    *turnover = (struct turnover){0};
}

bool turnover_is_due(const struct turnover *turnover, int32_t n_presentations)
{
    return !turnover->is_over && n_presentations % turnover->parameters->turnover.period == 0;
}

int turnover_observe_calcium(struct turnover *turnover, const struct network *network, int32_t n)
{
    const struct turnover_policy *policy = turnover->policy;
    return policy->observe_calcium ? policy->observe_calcium(turnover, network, n) : STATUS_OK;
}

void turnover_observe_weights(struct turnover *turnover, struct network *network, int32_t n)
{
    if (turnover->policy->observe_weights)
        turnover->policy->observe_weights(turnover, network, n);
}

int turnover_add(struct turnover *turnover, const struct new_synapse *grown)
{
    TRY_ROOM(turnover->grown, turnover->capacity, turnover->n_grown + 1, "turnover");
    turnover->grown[turnover->n_grown++] = *grown;
    return STATUS_OK;
}

/* Removes the marked synapses and adds the proposed ones. */
static int settle(struct turnover *turnover, struct network *network,
                  struct turnover_report *report)
{
    const int32_t n_before = network->plastic.n;
    crowding_settle(&turnover->crowding, network, turnover->seed, turnover->grown,
                    &turnover->n_grown);
    TRY(network_rebuild_plastic(network, turnover->grown, turnover->n_grown,
                                (float)turnover->parameters->plasticity.eta_max));
    report->n_grown += turnover->n_grown;
    report->n_pruned += n_before + turnover->n_grown - network->plastic.n;
    return STATUS_OK;
}

void turnover_set(struct turnover *turnover, bool is_on)
{
    turnover->is_over = !is_on || !turnover->policy->choose;
}

int turnover_purge(struct turnover *turnover, struct network *network, double weight,
                   struct turnover_report *report)
{
    struct plastic_synapses *s = &network->plastic;
    const struct layout *layout = &network->layout;
    int32_t n = 0;
    TRY_ROOM(turnover->grown, turnover->capacity, s->n, "turnover");
    for (int32_t i = 0; i < s->n; i++)
        if (s->weight[i] <= (float)weight) {
            s->dendrite[i] = -DEATH_PRUNED;
            turnover->grown[n] =
                turnover_draw(turnover, layout, s->next_id, n, 0, layout->n_pyramidal);
            n++;
        }
    turnover->n_grown = n;
    return settle(turnover, network, report);
}

int turnover_bring(struct turnover *turnover, struct network *network, int32_t first_cell,
                   int32_t n_cells, int32_t n, struct turnover_report *report)
{
    const int32_t contacts = turnover->parameters->connections.contacts;
    TRY_ROOM(turnover->grown, turnover->capacity, n, "turnover");
    turnover->n_grown = n;
    for (int32_t i = 0; i < n; i++)
        turnover->grown[i] = turnover_draw(turnover, &network->layout, network->plastic.next_id, i,
                                           first_cell + i / contacts % n_cells, 1);
    return settle(turnover, network, report);
}

int turnover_run(struct turnover *turnover, struct network *network, int32_t n,
                 struct turnover_report *report)
{
    const int32_t n_before = network->plastic.n;
    int32_t judged_by = 0;
    *report = (struct turnover_report){0};
    const size_t size = (size_t)n_before * sizeof *network->plastic.dendrite;
    OWN_NEW(int32_t, before, n_before, "turnover");
    TRY_ROOM(turnover->grown, turnover->capacity, n_before, "turnover");
    turnover->n_grown = 0;
    memcpy(before, network->plastic.dendrite, size);
    const int status = turnover->policy->choose(turnover, network, n, &judged_by);
    if (status != STATUS_OK) /* takes the marks back */
        memcpy(network->plastic.dendrite, before, size);
    TRY(status);
    turnover->is_over = turnover->is_over || judged_by <= turnover->parameters->turnover.over_at;
    return settle(turnover, network, report);
}
