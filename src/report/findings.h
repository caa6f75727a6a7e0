/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_FINDINGS_H
#define SPINET_REPORT_FINDINGS_H

#include "report/effects.h"
#include "report/page.h"
#include "report/study.h"

/* What an experiment says, in words, of its last factor: whether its levels differ, by how much,
 * and whether the difference depends on the other factors. Every verdict is that of a test with
 * its p: a difference if p < 0.05, else the smallest difference that would have been found. Puts
 * nothing where nothing could be tested. */
void findings_put(FILE *out, const void *effects);

/* What an experiment comes to, in two sentences: in how many comparisons with the first level of
 * the last factor the measure differs, and the greatest difference with its intervals. Nothing
 * where nothing is tested. */
void findings_put_answer(FILE *out, const void *effects);

/* The comparison with the first level whose difference is greatest; NULL where nothing is tested.
 */
const struct effects_comparison *findings_greatest(const struct effects *effects);

/* Puts the findings on every measure as a list; where nothing could be tested, a table of what the
 * runs came to, and why. SYSTEM without memory. */
int findings_put_list(struct page *page, const struct study *study);

#endif
