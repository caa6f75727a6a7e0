/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_SECTIONS_H
#define SPINET_REPORT_SECTIONS_H

#include "report/page.h"
#include "report/study.h"

/* What sections of a report's page are made of, each in a file of its own: whether a study has any
 * of it, and its figures and tables. All that read files return USER for those that are damaged;
 * SYSTEM without memory. */

/* curves.c: a table of what runs that learned in phases kept and forgot (docs/continual.md), a row
 * a condition. */
int curves_put_phases(struct page *page, const struct study *study);

/* The plastic weights at the end (network.csv of all runs), over those at the start; nothing where
 * there is no network. */
int curves_put_weights(struct page *page, const struct study *study);

/* run_figures.c, of a study of one run: its answers to the test images, how often each class was
 * answered with each, how active the cells of each were, and the images that it got wrong, with the
 * votes; and the lives of its spines, cell by cell, from the synapse log, which must be there. */
int run_answers_put(struct page *page, const struct study *study);
int run_lives_put(struct page *page, const struct study *study);

/* carried_figures.c: what carries the answers (columns of results.csv from active_overlap on), a
 * point a run; of a study of one run the activity of its cells and dendrites (activity.csv.gz), and
 * its weights over training if they were recorded. */
int carried_figures_put(struct page *page, const struct study *study);

/* clustering.c: clustered growth (docs/spines.md; Hedrick et al. 2022), from clustered_births.csv
 * and clustered_distance.csv of the runs: tables of the conditions; neighbours of new synapses
 * against chance; co-activity by distance, a panel a condition. */
int clustering_put(struct page *page, const struct study *study);

/* report_tables.c: what each condition came to, the tests of that, the parameters, and where the
 * runs were made. */
int report_tables_put_numbers(struct page *page, const struct study *study);
int report_tables_put_statistics(struct page *page, const struct study *study);
int report_tables_put_parameters(struct page *page, const struct study *study);
int report_tables_put_origin(struct page *page, const struct study *study);

#endif
