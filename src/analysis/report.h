/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_ANALYSIS_REPORT_H
#define SPINET_ANALYSIS_REPORT_H

/* Writes FOLDER/report.html about the sweep in FOLDER, and its charts as FOLDER/charts/NAME.png and
 * NAME.svg. Without gnuplot the report has no charts, which it says, and stderr too. USER for a
 * folder that holds no sweep or a damaged one. */
int report_write(const char *folder);

#endif
