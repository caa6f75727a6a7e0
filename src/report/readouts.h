/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_READOUTS_H
#define SPINET_REPORT_READOUTS_H

#include "report/page.h"
#include "report/study.h"

/* What the accuracy of a study's runs is beside: other read-outs of the same tests (docs/model.md
 * §6), and plain classifiers that learned from the same images (train/baselines.h). */

/* Whether its results say how the runs are read out otherwise. */
bool readouts_any(const struct study *study);

/* Prints means by condition: of accuracies, undecided images, presentations and, if they are a
 * column (report/run_columns.h), seconds. SYSTEM without memory. */
int readouts_print(const struct study *study);

/* Tables of means by condition: the read-outs, and the baselines if they have been found. SYSTEM
 * without memory; USER for a damaged baselines.csv. */
int readouts_put_tables(struct page *page, const struct study *study);

/* Finds the baselines of every run, once for runs that were shown the same, and writes
 * FOLDER/baselines.csv, with progress unless is_quiet. USER for runs whose manifest or data are not
 * there any more. */
int readouts_find_baselines(const struct study *study, bool is_quiet);

/* Prints the table of baselines, by condition. */
int readouts_print_baselines(const struct study *study);

#endif
