/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_WATCH_H
#define SPINET_REPORT_WATCH_H

/* Writes FOLDER/report.html of a sweep that is still running whenever more of its runs are done,
 * and says so on stdout, until all are. A browser that shows the page loads it again by itself.
 * Nothing else is written, and nothing locked. USER for a folder of no sweep; INTERRUPTED after a
 * signal. */
int watch_sweep(const char *folder, const char *data_folder);

#endif
