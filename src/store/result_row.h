/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_RESULT_ROW_H
#define SPINET_STORE_RESULT_ROW_H

#include <stdbool.h>
#include <stdio.h>

/* The one row of a run's result.csv (docs/files.md), and its columns, with what must be in them:
 * what a run writes, a sweep reads back and results.csv repeats. `seconds`, the last, is in
 * result.csv only. */
#define RESULT_COLUMNS(COLUMN)                                                                     \
    COLUMN(DATA_SET, "data_set", "a text without quotes")                                          \
    COLUMN(CLASSES, "classes", "labels of classes, as 0-1")                                        \
    COLUMN(SYNAPSES, "synapses", "a whole number")                                                 \
    COLUMN(POLICY, "policy", "a text without quotes")                                              \
    COLUMN(SEED, "seed", "a whole number")                                                         \
    COLUMN(PRESENTATIONS, "presentations", "a whole number")                                       \
    COLUMN(STOPPED_BY, "stopped_by", "strong, limit, patience or accuracy")                        \
    COLUMN(TESTS, "tests", "a whole number")                                                       \
    COLUMN(ACCURACY, "accuracy", "a number from 0 to 1")                                           \
    COLUMN(TIES, "ties", "a whole number")                                                         \
    COLUMN(UNDECIDED, "undecided", "a whole number")                                               \
    COLUMN(SIMILARITY, "similarity", "a number from -1 to 1, or nothing")                          \
    COLUMN(WRONG, "wrong", "a whole number")                                                       \
    COLUMN(TIES_HALF, "accuracy_ties_half", "a number from 0 to 1, or nothing")                    \
    COLUMN(SPIKES, "accuracy_spikes", "a number from 0 to 1, or nothing")                          \
    COLUMN(SPIKES_TIES, "ties_spikes", "a whole number")                                           \
    COLUMN(THRESHOLDS, "accuracy_thresholds", "a number from 0 to 1, or nothing")                  \
    COLUMN(BALANCED, "balanced_accuracy", "a number from 0 to 1, or nothing")                      \
    COLUMN(RECALL_GAP, "recall_gap", "a number from 0 to 1, or nothing")                           \
    COLUMN(LEARNED, "accuracy_learned", "a number from 0 to 1, or nothing")                        \
    COLUMN(FORGETTING, "forgetting", "a number from -1 to 1, or nothing")                          \
    COLUMN(BACKWARD, "backward_transfer", "a number from -1 to 1, or nothing")                     \
    COLUMN(FORWARD, "forward_transfer", "a number from -1 to 1, or nothing")                       \
    COLUMN(OVERLAP, "active_overlap", "a number from 0 to 1, or nothing")                          \
    COLUMN(CONFIDENCE, "active_confidence", "a number from 0 to 1, or nothing")                    \
    COLUMN(EFFECTIVE, "effective_weights", "a number from 0 to 1, or nothing")                     \
    COLUMN(CLUSTERED_DENDRITES, "clustered_dendrites", "a whole number")                           \
    COLUMN(CLUSTERED_CELLS, "clustered_cells", "a whole number")                                   \
    COLUMN(DENDRITES_OWN, "dendrites_own", "a number from 0 to 1, or nothing")                     \
    COLUMN(DENDRITES_OTHER, "dendrites_other", "a number from 0 to 1, or nothing")                 \
    COLUMN(MAP_WITHIN, "map_within", "a number from 0, or nothing")                                \
    COLUMN(MAP_ACROSS, "map_across", "a number from 0, or nothing")                                \
    COLUMN(SECONDS, "seconds", "a number of seconds")
enum {
#define COLUMN(name, head, expected) RESULT_##name,
    RESULT_COLUMNS(COLUMN)
#undef COLUMN
        RESULT_N_COLUMNS,
    RESULT_FIRST_OF_PHASES = RESULT_LEARNED, /* from this one to the next only runs with phases
                                                have them */
    RESULT_LAST_OF_PHASES = RESULT_FORWARD,
    RESULT_ADDED = RESULT_WRONG /* from this one on, but for the last, they may be missing: files of
                                   version 0.1.0 have not got them */
};
struct result_row {
    const char *field[RESULT_N_COLUMNS]; /* as they were written; NULL: the column is missing */
};

/* The end of a message about a run of a sweep that cannot be used. */
#define RESULT_REMEDY ": remove the run's folder and run the sweep again"

/* "data_set", "classes", …; of one of the columns above. */
const char *result_column(int column);

/* The first line of result.csv. */
void result_print_header(FILE *stream, bool has_phases);

/* The one row of FOLDER/result.csv. USER with line, column and value if the file has not these
 * columns, another number of rows, or a field of another kind. */
int result_row_read(struct result_row *row, const char *folder);
void result_row_free(struct result_row *row);

/* As results.csv has them, behind the factors: the seed, then the rest but the seconds.
 * `has_phases`: whether any of its runs has. */
void result_print_gathered_header(FILE *stream, bool has_phases);
void result_row_print_gathered(const struct result_row *row, FILE *stream, bool has_phases);

#endif
