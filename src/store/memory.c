/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Saves and loads what policies and rules remember, by the fields of their states
 * (include/spinet.h). */
#include "store/memory.h"

#include <stdlib.h>
#include <string.h>

#include "core/scope.h"
#include "core/status.h"

/* Its name, PREFIX/name, and its fields; `own` is the name of one that a program brings along, else
 * NULL, and then the parameter `key` has it. False if what is loaded is another's, or failed. */
static bool move_memory(struct archive *archive, const char *prefix, const char *own,
                        const struct parameters *p, const char *key,
                        const struct spinet_field *fields, int32_t n_fields, void *state,
                        bool may_be_another)
{
    char name[ARCHIVE_NAME_MAX];
    const char *who = own ? own : parameters_choice(p, key);
    snprintf(name, sizeof name, "%s/name", prefix);
    OWNED char *found = archive_text(archive, name, who);
    const bool is_another = found && strcmp(found, who) != 0;
    if (is_another && !may_be_another)
        archive_refuse(archive, "is of another run: its %s differs", prefix);
    if (!is_another)
        archive_state(archive, prefix, fields, n_fields, state);
    return archive->status == STATUS_OK && !is_another;
}

void memory_move(struct archive *archive, struct training *training, bool may_be_another)
{
    const struct parameters *p = training->parameters;
    const struct turnover_policy *policy = training->turnover.policy;
    const struct plasticity_rule *rule = training->consolidation.rule;
    const bool is_policys =
        move_memory(archive, "policy", policy->name, p, "turnover.policy", policy->fields,
                    policy->n_fields, training->turnover.state, may_be_another);
    if (is_policys && archive->loads && policy->check)
        archive_take(archive, "policy/", policy->check(&training->turnover, &training->network));
    move_memory(archive, "rule", rule->name, p, "plasticity.rule", rule->fields, rule->n_fields,
                training->consolidation.rule_state, may_be_another);
}
