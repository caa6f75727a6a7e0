/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The paper's rule; and `own`, which stands for a rule that a program brings along. */
#include "plasticity/rule.h"

#include "core/status.h"

/* Tag and capture, exactly docs/model.md §4. */
const struct plasticity_rule plasticity_capture = {.begin = NULL};

static int refuse(struct consolidation *c, const struct network *network)
{
    (void)c;
    (void)network;
    return status_fail(STATUS_USER,
                       "plasticity.rule = own: is for programs that bring a rule along "
                       "(docs/library.md): expected another");
}

const struct plasticity_rule plasticity_own = {.begin = refuse};
