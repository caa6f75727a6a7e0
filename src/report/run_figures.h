/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_RUN_FIGURES_H
#define SPINET_REPORT_RUN_FIGURES_H

#include "report/page.h"
#include "report/study.h"

/* Figures of a study of one run. */

/* Puts its answers to the test images into the page: how often each class was answered with each,
 * how active the cells of each were, and the images that it got wrong, with the votes. USER for
 * files that are damaged; SYSTEM without memory. */
int run_answers_put(struct page *page, const struct study *study);

/* Puts the lives of its spines, cell by cell, from the synapse log, which must be there. */
int run_lives_put(struct page *page, const struct study *study);

#endif
