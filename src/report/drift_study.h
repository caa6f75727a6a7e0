/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_DRIFT_STUDY_H
#define SPINET_REPORT_DRIFT_STUDY_H

#include "report/page.h"
#include "report/panels.h"

/* What sizes of spines that were noted day after day (sizes.csv.gz) say of how they change
 * (docs/spines.md): drift mu(w) and noise sigma(w) by size, and the part of the changes that two
 * contacts of one pair of cells do not share. The unit is the network. */
enum { DRIFT_BINS = 10 }; /* of sizes 0 … 1 */

/* Mean of the runs, and its 95 % interval by t; NaN of none, the interval of one. */
struct drift_value {
    int32_t n_runs;
    double mean, low, high;
};

struct drift_bin {
    struct drift_value size, mu, sigma;
};

struct drift_group {
    char name[512];
    double n_changes, n_pairs; /* a run */
    struct drift_bin bin[DRIFT_BINS];
    struct drift_value intrinsic;                       /* 1 - shared */
    double mu_form[DRIFT_BINS], sigma_form[DRIFT_BINS]; /* of intrinsic.form at the mean sizes */
};

struct drift_study {
    struct panels panels;
    int32_t n_groups;
    struct drift_group *group; /* [n_groups] panel * n_lines + line */
};

/* Has any run sizes? */
bool drift_study_any(const struct study *study);

/* Reads the sizes of all runs that have them. USER for a damaged file; SYSTEM without memory. */
int drift_study_read(struct drift_study *drift, const struct study *study);
/* Safe on a zeroed structure. */
void drift_study_free(struct drift_study *drift);

/* Writes drift.csv (docs/files.md) into the folder and prints it. USER, SYSTEM. */
int drift_study_write(const struct drift_study *drift, const char *folder, FILE *out);

/* Puts the intrinsic parts and the figures of mu and sigma into a page. SYSTEM without memory. */
int drift_study_put(struct page *page, const struct drift_study *drift);

#endif
