/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_PLASTICITY_RULE_H
#define SPINET_PLASTICITY_RULE_H

#include "network/network.h"
#include "spinet.h"

struct consolidation;

/* A plasticity rule: what differs from docs/model.md §4 in a consolidation. It is a table of
 * functions, each of which may be NULL for what §4 says. They find the rule's memory in
 * consolidation->rule_state. USER, SYSTEM: a function that fails ends the consolidation. */
struct plasticity_rule {
    const char *name; /* name of a rule that a program registers; NULL: the one in rules.def */
    /* What it remembers between consolidations: zeroed at the beginning, and those parts of it that
     * the fields name are in a run's checkpoints. 0, NULL, 0 for no memory. */
    size_t state_bytes;
    const struct spinet_field *fields;
    int32_t n_fields;
    void *user; /* for a rule that a program registers */
    int (*begin)(struct consolidation *c, const struct network *network);
    void (*end)(struct consolidation *c);
    /* Sets the tags from the calcium, which is cleared afterwards. */
    int (*set_tags)(struct consolidation *c, struct network *network);
    /* Changes which cells synthesise PRPs (c->cell_synthesis), after §4 has decided. */
    int (*gate)(struct consolidation *c, struct network *network);
    /* Called after the 138 minutes. */
    int (*finish)(struct consolidation *c, struct network *network);
};

/* plasticity_capture …: those of core/rules.def. */
#define RULE(capitals, name) extern const struct plasticity_rule plasticity_##name;
#include "core/rules.def"
#undef RULE

#endif
