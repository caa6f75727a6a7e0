/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_STUDY_RUNS_H
#define SPINET_REPORT_STUDY_RUNS_H

#include "report/results.h"

/* The table of finished runs of `spinet train` in these folders, a row each in their order: of
 * several a column "run", the folder, then those of result.csv. USER for a folder that holds no
 * finished run, or is named twice. results_free is safe afterwards either way. */
int study_runs_read(const char *const *folders, int32_t n, struct results *results);

#endif
