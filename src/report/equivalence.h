/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_EQUIVALENCE_H
#define SPINET_REPORT_EQUIVALENCE_H

#include "report/effects.h"

/* Whether runs reproduce a reference: each group against that of the same levels in other results,
 * by two one-sided tests (Schuirmann 1987) of Welch's t. Equivalent within a margin: the 90 %
 * interval of the difference of the means lies within it, p < 0.05. The seeds of the two need have
 * nothing in common. */

/* Prints a table of all groups. USER if no group is in both, SYSTEM without memory. */
int equivalence_print(const struct effects *effects, const struct effects *reference, double margin,
                      FILE *out);

#endif
