/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_RESULT_ROW_H
#define SPINET_STORE_RESULT_ROW_H

#include <stdio.h>

/* The one row of a run's result.csv (docs/files.md), and its columns: what a run writes, a sweep
 * reads back and results.csv repeats. */
enum {
    RESULT_DATA_SET,
    RESULT_CLASSES,
    RESULT_SYNAPSES,
    RESULT_POLICY,
    RESULT_SEED,
    RESULT_PRESENTATIONS,
    RESULT_STOPPED_BY,
    RESULT_TESTS,
    RESULT_ACCURACY,
    RESULT_TIES,
    RESULT_UNDECIDED,
    RESULT_SIMILARITY,
    RESULT_SECONDS, /* in result.csv only; all before it are columns of results.csv too */
    RESULT_N_COLUMNS
};
struct result_row {
    const char *field[RESULT_N_COLUMNS]; /* as they were written */
};

/* What ends a message about a run of a sweep that cannot be used. */
#define RESULT_REMEDY ": remove the run's folder and run the sweep again"

/* "data_set", "classes", …; of one of the columns above. */
const char *result_column(int column);

/* The first line of result.csv. */
void result_print_header(FILE *stream);

/* The one row of FOLDER/result.csv. USER with line, column and value if the file has not these
 * columns, another number of rows, or a field of another kind. */
int result_row_read(struct result_row *row, const char *folder);
void result_row_free(struct result_row *row);

/* As results.csv has them, behind the factors: the seed, then the rest but the seconds. */
void result_print_gathered_header(FILE *stream);
void result_row_print_gathered(const struct result_row *row, FILE *stream);

#endif
