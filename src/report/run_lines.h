/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_RUN_LINES_H
#define SPINET_REPORT_RUN_LINES_H

#include "report/page.h"
#include "report/study.h"

/* Figures of lines over a table of the runs' folders: means of runs with a band of one standard
 * deviation, as the "rows" of a look (figures/looks.json) say:
 *
 * - "table": the file.
 * - "x", "y": "COLUMN", "COLUMN / COLUMN" or a name of `derived` (run_lines.c); with "… of WORD"
 *   of the rows with this word in the column of series. "y" may be several, by their names.
 * - "by": a panel is a condition, or a "group" as panels.h has it; absent: a panel of panels.h,
 *   a line one of its lines. "panel": a column; one or two values of it have a panel each.
 * - "series": a column, each of whose values has a line unless they are words.
 * - "within": the ends of bands. "stop": a dot at the mean end of the runs. "shades": every second
 *   unit of x is shaded.
 * - "keeps": a run keeps its last value between its rows and after its end.
 * - "step": lines have a point every so much of x; absent: where a run has one.
 * - "events": places are where a run has more than 0, while at least half of the runs go on.
 * - "bins": a run's rows are averaged over so many stretches of the longest run, each at least 1 of
 *   x wide: of very many, only rows of the same x are averaged.
 *
 * The key "section" of a look, beside "rows", is the id of the section it belongs to (report.c). */

/* Puts the figures of all looks of a section, in the order of looks.json, those that have any rows.
 * USER for a damaged file; SYSTEM without memory. */
int run_lines_put(struct page *page, const struct study *study, const char *section);

#endif
