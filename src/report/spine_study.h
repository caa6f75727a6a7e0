/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_SPINE_STUDY_H
#define SPINET_REPORT_SPINE_STUDY_H

#include <stdio.h>

#include "network/lives.h"
#include "report/panels.h"
#include "report/spine_neighbours.h"
#include "report/survival.h"

/* What the synapse logs of finished runs say of their spines (docs/spines.md): how long they live,
 * how large they are, how many there are and next to whom. Runs that share a panel and a line of
 * the charts are pooled: as a rule those of a condition. */
enum {
    SPINE_DAYS = 120,     /* steps of the time axis of densities */
    SPINE_SIZE_BINS = 50, /* of weights 0 … 1 */
    SPINE_LOG_BINS = 46,  /* of ln w from SPINE_LOG_LEAST to 0, a tenth each */
    SPINE_LIFE_BINS = 10, /* of greatest weights 0 … 1 */
};
#define SPINE_LOG_LEAST (-4.6) /* smaller ones are counted in the first bin */

struct spine_group {
    char name[512];
    int32_t n_runs;  /* with a log */
    double days;     /* simulated, mean of the runs */
    double last_day; /* of the study: the end of the time axis */
    int64_t n_lived, n_at_end;
    int64_t n_born[N_BIRTHS], n_died[N_DEATHS];
    double spine_days;            /* lived by all together */
    struct survival first, later; /* of spines that were there at the start; of those born later */
    struct {
        int32_t n;
        double days;         /* restricted mean life; NaN if unknown */
    } life[SPINE_LIFE_BINS]; /* by greatest weight */
    double start_size[SPINE_SIZE_BINS],
        size[SPINE_SIZE_BINS]; /* number, at the start, at the end */
    double start_log[SPINE_LOG_BINS], log[SPINE_LOG_BINS];
    double mean, sd, median, log_mean, log_sd; /* of weights at the end; of ln w (w > 0) */
    double strong;                             /* part of them above stopping.strong_weight */
    struct running density[SPINE_DAYS + 1];    /* spines a um, of runs that go on for so long */
    struct spine_neighbours all; /* against positions at random along the same dendrites */
    struct spine_neighbours
        strong_neighbours; /* strong ones, against others of the same dendrites */
};

struct spine_study {
    struct panels panels;
    double last_day;   /* of the longest run: the end of the time axis */
    double life_limit; /* restricted means are up to this many days */
    int32_t n_groups;
    struct spine_group *group; /* [n_groups] as panels.h has them */
};

/* Reads the logs (lives_table) of all runs that have one. `study` must outlive it. USER for a log
 * or manifest that is damaged; SYSTEM without memory. */
int spine_study_read(struct spine_study *spines, const struct study *study);
void spine_study_free(struct spine_study *spines);

/* The standard deviation of a step's density; 0 of one run. */
double spine_group_density_sd(const struct spine_group *group, int32_t step);

/* Number of spines lost a day, as a part of those there. NaN if none lived. */
double spine_group_lost_a_day(const struct spine_group *group);

/* Puts a table with a row a group, for table_print_cells and html_put_cells; its first column holds
 * names. */
void spine_study_put_rows(FILE *out, const void *spines);

/* Writes spines.json, survival.csv, lifetimes.csv, sizes.csv, density.csv and neighbours.csv
 * (docs/files.md) into the folder. USER, SYSTEM. */
int spine_study_write(const struct spine_study *spines, const char *folder);

/* ---- spine_charts.c ---- */

/* Puts what the logs say into a page: a row a group, and figures of survival, life by size, sizes,
 * density and neighbours, and where the first factor is a number (report/trends.h) their mean size,
 * loss and survival over it; those of which there is anything to draw. SYSTEM without memory. */
struct page;
int spine_charts_put(struct page *page, const struct spine_study *spines);

#endif
