/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_OVERVIEW_H
#define SPINET_REPORT_OVERVIEW_H

/* Several experiments on one page, FILE: of each what it shows in words, its picture of accuracies,
 * its time, and a link to its report (which report_write must have written). NULL ends the folders.
 * USER for a folder that holds no sweep, or has no report yet. */
int overview_write(const char *file, const char *const *folders);

#endif
