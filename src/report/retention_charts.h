/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_RETENTION_CHARTS_H
#define SPINET_REPORT_RETENTION_CHARTS_H

#include "report/page.h"
#include "report/panels.h"
#include "report/statistics.h"
#include "train/retention.h"

/* What retention.csv of the runs of a study says (docs/files.md): accuracy over days of rest, and
 * what becomes of small, middling and large spines. */

/* What is measured, and drawn: a line a condition, or a panel a condition with a line a class. */
enum retention_chart {
    RETENTION_ACCURACY,  /* with the class silent */
    RETENTION_UNDECIDED, /* part of the test images */
    RETENTION_DECODED,   /* where there are any */
    RETENTION_VECTORS,
    RETENTION_ALIVE, /* part of the spines of day 0; of new spines: of all. By class from here on */
    RETENTION_WEIGHT,
    RETENTION_WITHOUT, /* the accuracy again, with each class silent */
    RETENTION_N_MEASURES = RETENTION_WITHOUT
};

struct retention_group {
    char name[512];
    struct running mean[RETENTION_N_MEASURES][RETENTION_DAYS_MAX][N_SIZE_CLASSES];
};

struct retention_study {
    struct panels panels;
    int32_t n_days; /* days in the files; 0: no run has one */
    double day[RETENTION_DAYS_MAX];
    int32_t order[RETENTION_DAYS_MAX]; /* the days in ascending order: day[order[i]] */
    bool has_silenced;
    int32_t n_groups;
    struct retention_group *group; /* [n_groups] panel * n_lines + line */
};

/* Whether any run has the file. */
bool retention_study_any(const struct study *study);

/* `study` must outlive it. USER for a file that is damaged; SYSTEM without memory. Free it either
 * way. */
int retention_study_read(struct retention_study *retention, const struct study *study);

/* Safe on a zeroed structure. */
void retention_study_free(struct retention_study *retention);

/* Accuracy and the undecided part, a condition and day, for html_put_cells, the first column to the
 * left. */
void retention_study_put_rows(FILE *out, const void *retention);

/* Puts its figures into a page, those of which there is something to draw (by size classes: not of
 * more than 15 conditions). SYSTEM without memory. */
int retention_charts_put(struct page *page, const struct retention_study *retention);

#endif
