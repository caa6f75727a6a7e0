/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_PLASTICITY_RULE_H
#define SPINET_PLASTICITY_RULE_H

#include "network/network.h"
#include "spinet.h"

struct consolidation;

/* A plasticity rule: a table of the functions by which a consolidation differs from docs/model.md
 * §4. Where one is NULL, §4 holds. The rule's memory is consolidation->rule_state. A function that
 * fails (USER, SYSTEM) ends the consolidation. */
struct plasticity_rule {
    const char *name; /* name of a rule that a program registers; NULL: the one in rules.def */
    /* The size of the rule's memory, which is zeroed at first and then kept; and its fields that
     * are saved in checkpoints. 0, NULL, 0: no memory. */
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

/* The rules of core/rules.def: plasticity_capture … */
#define RULE(capitals, name) extern const struct plasticity_rule plasticity_##name;
#include "core/rules.def"
#undef RULE

#endif
