/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_RESULT_ROW_H
#define SPINET_STORE_RESULT_ROW_H

#include <stdbool.h>
#include <stdio.h>

/* The one row of a run's result.csv (docs/files.md), and its columns, with the kind of what is in
 * them: what a run writes, a sweep reads back and results.csv repeats. `seconds`, the last, is in
 * result.csv only. */
#define RESULT_COLUMNS(COLUMN)                                                                     \
    COLUMN(DATA_SET, "data_set", TEXT)                                                             \
    COLUMN(CLASSES, "classes", LABELS)                                                             \
    COLUMN(SYNAPSES, "synapses", WHOLE)                                                            \
    COLUMN(POLICY, "policy", TEXT)                                                                 \
    COLUMN(SEED, "seed", WHOLE)                                                                    \
    COLUMN(PRESENTATIONS, "presentations", WHOLE)                                                  \
    COLUMN(STOPPED_BY, "stopped_by", STOP)                                                         \
    COLUMN(TESTS, "tests", WHOLE)                                                                  \
    COLUMN(ACCURACY, "accuracy", ACCURACY)                                                         \
    COLUMN(TIES, "ties", WHOLE)                                                                    \
    COLUMN(UNDECIDED, "undecided", WHOLE)                                                          \
    COLUMN(SIMILARITY, "similarity", SIGNED)                                                       \
    COLUMN(WRONG, "wrong", WHOLE)                                                                  \
    COLUMN(TIES_HALF, "accuracy_ties_half", PART)                                                  \
    COLUMN(SPIKES, "accuracy_spikes", PART)                                                        \
    COLUMN(SPIKES_TIES, "ties_spikes", WHOLE)                                                      \
    COLUMN(THRESHOLDS, "accuracy_thresholds", PART)                                                \
    COLUMN(BALANCED, "balanced_accuracy", PART)                                                    \
    COLUMN(RECALL_GAP, "recall_gap", PART)                                                         \
    COLUMN(LEARNED, "accuracy_learned", PART)                                                      \
    COLUMN(FORGETTING, "forgetting", SIGNED)                                                       \
    COLUMN(BACKWARD, "backward_transfer", SIGNED)                                                  \
    COLUMN(FORWARD, "forward_transfer", SIGNED)                                                    \
    COLUMN(OVERLAP, "active_overlap", PART)                                                        \
    COLUMN(CONFIDENCE, "active_confidence", PART)                                                  \
    COLUMN(EFFECTIVE, "effective_weights", PART)                                                   \
    COLUMN(CLUSTERED_DENDRITES, "clustered_dendrites", WHOLE)                                      \
    COLUMN(CLUSTERED_CELLS, "clustered_cells", WHOLE)                                              \
    COLUMN(DENDRITES_OWN, "dendrites_own", PART)                                                   \
    COLUMN(DENDRITES_OTHER, "dendrites_other", PART)                                               \
    COLUMN(MAP_WITHIN, "map_within", AMOUNT)                                                       \
    COLUMN(MAP_ACROSS, "map_across", AMOUNT)                                                       \
    COLUMN(SECONDS, "seconds", SECONDS)
enum {
#define COLUMN(name, head, kind) RESULT_##name,
    RESULT_COLUMNS(COLUMN)
#undef COLUMN
        RESULT_N_COLUMNS,
    RESULT_FIRST_OF_PHASES = RESULT_LEARNED, /* from this one to the next only runs with phases
                                                have them */
    RESULT_LAST_OF_PHASES = RESULT_FORWARD
};
struct result_row {
    const char *field[RESULT_N_COLUMNS]; /* as they were written; NULL: the column is missing */
};

/* The end of a message about a run of a sweep that cannot be used. */
#define RESULT_REMEDY ": remove the run's folder and run the sweep again"

/* "data_set", "classes", …; of one of the columns above. */
const char *result_column(int column);

/* Whether a column of this name holds what a run came to, in numbers; their range (HUGE_VAL: none).
 */
bool result_is_measure(const char *name, double *least, double *most);

/* What a run came to: in each column a text or, where that is NULL, a number. */
struct result_values {
    const char *text[RESULT_N_COLUMNS];
    double number[RESULT_N_COLUMNS]; /* NaN: nothing */
};

/* Prints both lines of result.csv; `has_phases`: with the columns of phases. */
void result_print(const struct result_values *values, FILE *stream, bool has_phases);

/* The one row of FOLDER/result.csv. USER with line, column and value if the file has not these
 * columns, another number of rows, or a field of another kind. */
int result_row_read(struct result_row *row, const char *folder);
void result_row_free(struct result_row *row);

/* As results.csv has them, behind the factors: the seed, then the rest but the seconds.
 * `has_phases`: whether any of its runs has. */
void result_print_gathered_header(FILE *stream, bool has_phases);
void result_row_print_gathered(const struct result_row *row, FILE *stream, bool has_phases);

#endif
