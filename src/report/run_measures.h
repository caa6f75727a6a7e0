/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_RUN_MEASURES_H
#define SPINET_REPORT_RUN_MEASURES_H

#include "report/panels.h"

/* Numbers that each run comes to by itself, and their mean over the runs of a condition: of a panel
 * and line of the figures. The unit is the network. */

/* A row of a table of them. */
struct measure_row {
    const char *condition;  /* "hard, random" */
    const char *what;       /* is measured */
    int32_t n_runs;         /* that have the measure */
    double mean, low, high; /* and its 95 % interval */
    double size, form;      /* of drift.csv: of the spines; by intrinsic.form. NaN: nothing */
};

/* Columns of such a table, numbers by this format. */
#define MEASURE_NAMES                                                                              \
    TABLE_COLUMN(struct measure_row, condition, TEXT, "condition"),                                \
        TABLE_COLUMN(struct measure_row, what, TEXT, "what")
#define MEASURE_NUMBER(member, head, of_number)                                                    \
    TABLE_COLUMN(struct measure_row, member, NUMBER, head, .format = (of_number))
#define MEASURE_MEANS(of_number)                                                                   \
    TABLE_COLUMN(struct measure_row, n_runs, WHOLE, "runs"),                                       \
        MEASURE_NUMBER(mean, "mean", of_number), MEASURE_NUMBER(low, "ci_low", of_number),         \
        MEASURE_NUMBER(high, "ci_high", of_number)

struct run_measures {
    char (*name)[512]; /* [n_conditions] */
    int32_t n_conditions, n_rows;
    struct measure_row *row; /* [n_rows] condition by condition */
};

/* Measures a run into value[n_measures], which are NaN when it is called; a measure that stays NaN
 * does not count. */
typedef int measure_run(double *value, const struct study_run *run, int32_t condition, void *data);

/* Makes a row of each measure of each condition. The first failure of `measure`; SYSTEM without
 * memory. Free them either way. */
int run_measures_read(struct run_measures *measures, const struct study *study,
                      const char *const *names, int n_measures, measure_run *measure, void *data);
void run_measures_free(struct run_measures *measures);

/* ---- drift_study.c ---- */

/* What sizes of spines that were noted day after day (sizes.csv.gz) say of how they change
 * (docs/spines.md): drift mu(w) and noise sigma(w) by size, and the part of the changes that two
 * contacts of one pair of cells do not share. */

/* Reads the sizes (sizes_table) of all runs that have them. USER for a damaged file; SYSTEM without
 * memory. */
int drift_study_read(struct run_measures *drift, const struct study *study);

/* drift.csv (docs/files.md). */
extern const struct table drift_study_table;

/* Puts the intrinsic parts and the figures of mu and sigma into a page. SYSTEM without memory. */
struct page;
int drift_study_put(struct page *page, const struct run_measures *drift);

/* ---- task_study.c ---- */

/* What spines that are related to the task (task_spines.csv.gz) say with the synapse log: how dense
 * they are, whether they are clustered, and whether new ones come near them (docs/spines.md). */

/* Reads all runs that have both. USER for a damaged file; SYSTEM without memory. */
int task_study_read(struct run_measures *task, const struct study *study);

/* task.csv (docs/files.md). */
extern const struct table task_study_table;

#endif
