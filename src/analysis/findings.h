/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_ANALYSIS_FINDINGS_H
#define SPINET_ANALYSIS_FINDINGS_H

#include "analysis/effects.h"

/* What an experiment says, in words, of its last factor: whether its levels differ, by how much,
 * and whether the difference depends on the first factor. Every verdict is that of a test, with its
 * p value; yes below 0.05. "" where nothing could be tested. To be freed; NULL without memory. */
char *findings_text(const struct effects *effects);

#endif
