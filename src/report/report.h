/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_REPORT_H
#define SPINET_REPORT_REPORT_H

#include <stdbool.h>
#include <stdint.h>

struct report_request {
    const char *const *folder; /* [n_folders] of a sweep, or of one or more runs */
    int32_t n_folders;
    const char *data_folder;   /* where files of data are read from, for the maps; NULL: where they
                                * were */
    const char *page;          /* NULL: FOLDER/report.html of the first */
    const char *pictures;      /* "svg" or "png": the figures as files, too; NULL: no files */
    const char *const *filter; /* [n_filters] which runs of a sweep count: "COLUMN=A|B" */
    int n_filters;
    const char *results; /* of one sweep, what counts in place of results.csv; NULL: that counts */
    bool is_growing;     /* runs are still to come: a browser loads the page again by itself */
};

/* Writes a report. Figures as files are in the folder "charts" beside it, of PAGE.html
 * "PAGE-charts". USER for a folder that holds neither a sweep nor a run or is damaged; NO_PICTURE
 * if files of figures were asked for and cannot be drawn: then the page is there all the same. */
int report_write(const struct report_request *request);

/* Several experiments on one page, FILE: of each what it shows in words, its picture of accuracies,
 * its time, and a link to its report, which report_write has written. NULL ends the folders. USER
 * for a folder that holds no sweep. */
int report_write_overview(const char *file, const char *const *folders);

/* ---- watch.c ---- */

/* Writes FOLDER/report.html of a sweep that is still running whenever more of its runs are done,
 * and says so on stdout, until all are. A browser that shows the page loads it again by itself.
 * Nothing else is written, and nothing locked. USER for a folder of no sweep; INTERRUPTED after a
 * signal. */
int watch_sweep(const char *folder, const char *data_folder);

#endif
