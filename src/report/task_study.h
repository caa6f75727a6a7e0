/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_TASK_STUDY_H
#define SPINET_REPORT_TASK_STUDY_H

#include "report/run_measures.h"

/* What spines that are related to the task (task_spines.csv.gz) say with the synapse log: how dense
 * they are, whether they are clustered, and whether new ones come near them (docs/spines.md). */

/* Has any run both files? */
bool task_study_any(const struct study *study);

/* Reads all runs that have them. USER for a damaged file; SYSTEM without memory. */
int task_study_read(struct run_measures *task, const struct study *study);

/* task.csv (docs/files.md). */
extern const struct table task_study_table;

#endif
