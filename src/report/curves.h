/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_CURVES_H
#define SPINET_REPORT_CURVES_H

#include "report/page.h"
#include "report/study.h"

enum curves_what { CURVES_SAMPLE_ACCURACY, CURVES_STRONG, CURVES_PRUNED, CURVES_SIMILARITY };

/* Whether there is anything to draw: curves were read, synapses were pruned, maps
 * recorded. */
bool curves_any(const struct study *study, enum curves_what what);

/* Puts a figure over training, a panel a level of the first factor, a line a level of the last:
 * means with a band of +- one sd. SYSTEM without memory. */
int curves_put(struct page *page, const struct study *study, enum curves_what what);

/* A table of accuracies after 100, 300, 1,000, 3,000 … presentations, as far as sample tests were
 * made then (test.sample_early); nothing where they were not. SYSTEM without memory. */
int curves_put_stages(FILE *html, const struct study *study);

/* The plastic weights at the end (network.csv of all runs), over those at the start; nothing where
 * there is no network. USER for one that cannot be read. */
int curves_put_weights(struct page *page, const struct study *study);

#endif
