/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_RUN_COLUMNS_H
#define SPINET_REPORT_RUN_COLUMNS_H

#include "report/means.h"

/* What is known of each run beside results.csv, as columns of a study's results, so that it is
 * shown, compared and filtered as these are. */

/* The accuracy of the sample test after so many presentations: "sample_100", … */
enum { N_SAMPLE_COLUMNS = 11 };
extern const struct mean_column sample_columns[N_SAMPLE_COLUMNS];

/* What an image of the final test costs (cost.csv, which record.cost asks for). */
enum { N_COST_COLUMNS = 6 };
extern const struct mean_column cost_columns[N_COST_COLUMNS];

/* What became of the synapses that clustered growth grew (clustered_births.csv, which
 * record.synapses asks for). Neighbours are those within clustered.near_um. */
enum {
    GROWTH_NEW,           /* new synapses for each presentation */
    GROWTH_NEW_PARTNERS,  /* part whose input had no synapse on the dendrite */
    GROWTH_STAY,          /* part of those judged that stayed */
    GROWTH_NEAR,          /* potentiated neighbours of a new synapse, */
    GROWTH_NEAR_SHUFFLED, /* and of a place of the dendrite drawn at random */
    GROWTH_OTHER_NEAR,    /* the same of other neighbours */
    GROWTH_OTHER_SHUFFLED,
    N_GROWTH_COLUMNS
};
extern const struct mean_column growth_columns[N_GROWTH_COLUMNS];

/* Adds the columns of which some run has a number: these, samples if the learning curves have been
 * read, and `seconds` (times.csv). USER for a damaged file. */
int run_columns_add(struct study *study);

#endif
