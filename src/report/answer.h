/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_ANSWER_H
#define SPINET_REPORT_ANSWER_H

#include "report/effects.h"
#include "report/study.h"

/* What an experiment comes to, in two sentences: in how many comparisons with the first level of
 * the last factor a measure differs, and the greatest difference with its intervals. */

/* The comparison with the first level whose difference is greatest; NULL where nothing is tested.
 */
const struct effects_comparison *answer_greatest(const struct effects *effects);

/* Writes the sentences, as text; nothing where nothing is tested. */
void answer_put(FILE *out, const void *effects);

#endif
