/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_STATIONARY_STUDY_H
#define SPINET_REPORT_STATIONARY_STUDY_H

#include <stdio.h>

#include "core/parameters.h"
#include "report/page.h"

/* The three forms of intrinsic dynamics with the coefficients of p, whichever is chosen: n spines
 * simulated with reflecting bounds (100 days by days, 20 in steps of the time between
 * presentations) beside their stationary densities. FOLDER (made if it is missing) gets
 * stationary.csv, the page a figure, `out` a line a form. USER for coefficients without a
 * distribution; SYSTEM without memory or disk. */
int stationary_study_write(const struct parameters *p, int32_t n, uint64_t seed, int n_threads,
                           const char *folder, struct page *page, FILE *out);

#endif
