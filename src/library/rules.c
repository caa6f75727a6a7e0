/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet.h: turnover policies and plasticity rules that a program brings along, as the model's own
 * tables of functions. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/field.h"
#include "core/random.h"
#include "core/scope.h"
#include "core/status.h"
#include "library/handles.h"

int rules_check_fields(const char *what, size_t state_bytes, const struct spinet_field *fields,
                       int32_t n_fields)
{
    enum { NAME_MAX_BYTES = 63 };
    for (int32_t i = 0; i < n_fields; i++) {
        const struct spinet_field *f = &fields[i];
        if (!f->name || !*f->name || strlen(f->name) > NAME_MAX_BYTES || strchr(f->name, '/') ||
            strcmp(f->name, "name") == 0)
            return status_fail(STATUS_USER,
                               "%s: field %d: expected a name of 1 to %d bytes without /, "
                               "and not \"name\"",
                               what, i, NAME_MAX_BYTES);
        for (int32_t k = 0; k < i; k++)
            if (strcmp(fields[k].name, f->name) == 0)
                return status_fail(STATUS_USER, "%s: field %s: is there twice", what, f->name);
        if ((unsigned)f->type > SPINET_UINT64 || f->n < 0)
            return status_fail(STATUS_USER,
                               "%s: field %s: type %d, %d values: expected a type of "
                               "spinet.h and 0 or more",
                               what, f->name, (int)f->type, f->n);
        const size_t size =
            f->n > 0 ? (size_t)f->n * field_value_size(f->type) : sizeof(struct spinet_array);
        if (f->offset > state_bytes || size > state_bytes - f->offset)
            return status_fail(STATUS_USER, "%s: field %s: %zu bytes at %zu: the state has %zu",
                               what, f->name, size, f->offset, state_bytes);
    }
    return STATUS_OK;
}

/* Turns what a caller's function returned into a code of spinet.h. */
static int code_of(int returned, const char *what, const char *name)
{
    if (returned == STATUS_OK || returned == STATUS_USER || returned == STATUS_SYSTEM)
        return returned;
    return status_fail(STATUS_USER, "%s %s: returned %d: expected a code of spinet.h", what,
                       name ? name : "own", returned);
}

/* ---- a policy ---- */

static int choose(struct turnover *turnover, struct network *network, int32_t now,
                  int32_t *judged_by)
{
    (void)network;
    (void)now;
    struct spinet_training *training = turnover->policy->user;
    const struct spinet_policy *own = training->own_policy;
    bool is_over = false;
    training->is_choosing = training->is_called_back = true;
    const int status = own->choose(training, turnover->state, own->data, &is_over);
    training->is_choosing = training->is_called_back = false;
    *judged_by = is_over ? INT32_MIN : INT32_MAX; /* below or above every turnover.over_at */
    return code_of(status, "policy", own->name);
}

static int observe(struct turnover *turnover, const struct network *network, int32_t n)
{
    (void)network;
    (void)n;
    struct spinet_training *training = turnover->policy->user;
    const struct spinet_policy *own = training->own_policy;
    training->is_called_back = true;
    const int status = own->observe(training, turnover->state, own->data);
    training->is_called_back = false;
    return code_of(status, "policy", own->name);
}

/* Frees what a state owns: the caller's own, by `end`, and the arrays of its fields. */
static void end_state(void (*end)(void *state, void *data), void *data,
                      const struct spinet_field *fields, int32_t n_fields, void *state)
{
    if (end)
        end(state, data);
    for (int32_t i = 0; i < n_fields; i++)
        if (fields[i].n == 0)
            free(((struct spinet_array *)(void *)((char *)state + fields[i].offset))->values);
}

static void end_policy(struct turnover *turnover)
{
    const struct spinet_policy *own =
        ((const struct spinet_training *)turnover->policy->user)->own_policy;
    end_state(own->end, own->data, own->fields, own->n_fields, turnover->state);
}

static int refuse_outside_choose(const struct spinet_training *training, const char *function)
{
    return training->is_choosing
               ? STATUS_OK
               : status_fail(STATUS_USER, "%s: is for a policy's `choose` only", function);
}

int spinet_prune(struct spinet_training *training, const int32_t *ids, int32_t n)
{
    int32_t *dendrite = training->training.network.plastic.dendrite;
    OWNED int32_t *places = NULL;
    TRY(refuse_outside_choose(training, "spinet_prune"));
    TRY(handles_find_synapses(training, ids, n, &places));
    for (int32_t i = 0; i < n; i++)
        if (dendrite[places[i]] < 0)
            return status_fail(STATUS_USER, "synapse %d: is pruned already", ids[i]);
    for (int32_t i = 0; i < n; i++)
        dendrite[places[i]] = -DEATH_PRUNED;
    return STATUS_OK;
}

static int check_new(const struct layout *layout, const struct spinet_new_synapse *synapses,
                     int32_t n)
{
    if (n < 0)
        return status_fail(STATUS_USER, "%d new synapses: expected 0 or more", n);
    for (int32_t i = 0; i < n; i++) {
        const struct spinet_new_synapse *s = &synapses[i];
        if (s->input < 0 || s->input >= layout->n_inputs)
            return status_fail(STATUS_USER, "new synapse %d: input %d: expected 0 to %d", i,
                               s->input, layout->n_inputs - 1);
        if (s->dendrite < 0 || s->dendrite >= layout->n_pyramidal_dendrites)
            return status_fail(STATUS_USER, "new synapse %d: dendrite %d: expected 0 to %d", i,
                               s->dendrite, layout->n_pyramidal_dendrites - 1);
        if (!(s->weight >= 0 && s->weight <= 1))
            return status_fail(STATUS_USER, "new synapse %d: weight %g: expected 0 to 1", i,
                               s->weight);
    }
    return STATUS_OK;
}

int spinet_grow(struct spinet_training *training, const struct spinet_new_synapse *synapses,
                int32_t n)
{
    TRY(refuse_outside_choose(training, "spinet_grow"));
    TRY(check_new(&training->training.network.layout, synapses, n));
    for (int32_t i = 0; i < n; i++)
        TRY(turnover_add(&training->training.turnover,
                         &(struct new_synapse){.input = synapses[i].input,
                                               .dendrite = synapses[i].dendrite,
                                               .weight = (float)synapses[i].weight,
                                               .birth = BIRTH_OWN}));
    return STATUS_OK;
}

int spinet_random_synapses(const struct spinet_training *training, int32_t first_cell,
                           int32_t n_cells, struct spinet_new_synapse *synapses, int32_t n)
{
    const struct network *network = &training->training.network;
    const struct turnover *turnover = &training->training.turnover;
    const int32_t n_all = network->layout.n_pyramidal,
                  n_grown = training->is_choosing ? turnover->n_grown : 0;
    if (first_cell < 0 || n_cells < 1 || n_cells > n_all - first_cell || n < 0)
        return status_fail(STATUS_USER,
                           "%d random synapses on %d cells from %d on: expected 0 or more, on 1 or "
                           "more of cells 0 to %d",
                           n, n_cells, first_cell, n_all - 1);
    for (int32_t i = 0; i < n; i++) {
        const struct new_synapse drawn = turnover_draw(
            turnover, &network->layout, network->plastic.next_id + n_grown, i, first_cell, n_cells);
        synapses[i] =
            (struct spinet_new_synapse){drawn.input, drawn.dendrite, (double)drawn.weight};
    }
    return STATUS_OK;
}

double spinet_random(const struct spinet_training *training, uint32_t id, uint32_t step,
                     uint32_t purpose)
{
    const struct random_words words = random_words(training->seed, RANDOM_OWN, id, step, purpose);
    return random_unit(random_bits(&words, 0));
}

/* ---- a rule ---- */

/* Calls a function of the rule, which changes the network's arrays in place, and checks them. */
static int call_rule(struct consolidation *c, struct network *network,
                     int (*function)(struct spinet_consolidation *, void *, void *))
{
    struct spinet_training *training = c->rule->user;
    struct plastic_synapses *s = &network->plastic;
    TRY(views_fill_sources(training));
    struct spinet_consolidation shown = {
        .presentation = c->shown.number,
        .teacher = c->shown.teacher,
        .n_synapses = s->n,
        .id = s->id,
        .source = training->source,
        .dendrite = s->dendrite,
        .calcium = s->calcium,
        .tag = s->tag,
        .weight = s->weight,
        .learning_rate = s->learning_rate,
        .n_cells = network->layout.n_pyramidal,
        .n_dendrites = network->layout.dendrites_per_pyramidal,
        .spikes = c->shown.spikes,
        .cell_calcium = c->cell_calcium,
        .synthesis = c->cell_synthesis,
    };
    const char *name = training->own_rule->name;
    training->is_called_back = true;
    int status = code_of(function(&shown, c->rule_state, training->own_rule->data), "rule", name);
    training->is_called_back = false;
    for (int32_t i = 0; i < s->n && status == STATUS_OK; i++)
        if (!(s->weight[i] >= 0 && s->weight[i] <= 1) || !isfinite(s->tag[i]) ||
            !(s->learning_rate[i] >= 0 && isfinite(s->learning_rate[i])))
            status = status_fail(STATUS_USER,
                                 "rule %s: synapse %d: weight %g, tag %g, learning rate %g: "
                                 "expected 0 to 1, finite, and finite from 0",
                                 name ? name : "own", s->id[i], (double)s->weight[i],
                                 (double)s->tag[i], (double)s->learning_rate[i]);
    return status;
}

static const struct spinet_rule *rule_of(const struct consolidation *c)
{
    return ((const struct spinet_training *)c->rule->user)->own_rule;
}

static int set_tags(struct consolidation *c, struct network *network)
{
    return call_rule(c, network, rule_of(c)->set_tags);
}

static int gate(struct consolidation *c, struct network *network)
{
    return call_rule(c, network, rule_of(c)->gate);
}

static int finish(struct consolidation *c, struct network *network)
{
    return call_rule(c, network, rule_of(c)->finish);
}

static void end_rule(struct consolidation *c)
{
    const struct spinet_rule *own = rule_of(c);
    end_state(own->end, own->data, own->fields, own->n_fields, c->rule_state);
}

struct own_rules rules_from_options(struct spinet_training *training,
                                    const struct spinet_options *options)
{
    struct own_rules own = {0};
    const struct spinet_policy *policy = training->own_policy = options->policy;
    const struct spinet_rule *rule = training->own_rule = options->rule;
    if (policy) {
        training->parameters.turnover.policy = TURNOVER_OWN;
        training->policy =
            (struct turnover_policy){.name = policy->name,
                                     .state_bytes = policy->state_bytes,
                                     .fields = policy->fields,
                                     .n_fields = policy->n_fields,
                                     .user = training,
                                     .choose = policy->choose ? choose : NULL,
                                     .observe_calcium = policy->observe ? observe : NULL,
                                     .end = end_policy};
        own.policy = &training->policy;
    }
    if (rule) {
        training->parameters.plasticity.rule = RULE_OWN;
        training->rule = (struct plasticity_rule){.name = rule->name,
                                                  .state_bytes = rule->state_bytes,
                                                  .fields = rule->fields,
                                                  .n_fields = rule->n_fields,
                                                  .user = training,
                                                  .set_tags = rule->set_tags ? set_tags : NULL,
                                                  .gate = rule->gate ? gate : NULL,
                                                  .finish = rule->finish ? finish : NULL,
                                                  .end = end_rule};
        own.rule = &training->rule;
    }
    return own;
}
