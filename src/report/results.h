/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_REPORT_RESULTS_H
#define SPINET_REPORT_RESULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* More than this is refused before memory is taken for it. */
enum {
    RESULTS_ROWS_MAX = 100000,
    RESULTS_COLUMNS_MAX = 64,
    RESULTS_ADDED_MAX = 32,    /* columns by results_add_column */
    RESULTS_LEVELS_MAX = 1000, /* of one column of texts */
    RESULTS_CELL_MAX = 4096,   /* bytes: 1000 classes joined by - fit */
};

enum results_kind {
    RESULTS_TEXT,    /* factors; data_set, classes, synapses, policy, stopped_by */
    RESULTS_NUMBER,  /* measures; others of which every cell is a number or empty */
    RESULTS_SEED,    /* in results->seed */
    RESULTS_SKIPPED, /* a column spinet does not know, with something in it that is no number */
};

struct results_column {
    char *name;
    enum results_kind kind;
    bool is_factor;
    int32_t n_levels; /* a text's different values, in the order they first appear */
    char **levels;    /* [n_levels] */
    int32_t *level;   /* [n_rows] */
    double *number;   /* [n_rows], NaN where the cell is empty */
    size_t bad_line;  /* of a skipped column: its first cell that is no number */
};

/* A table of runs, one a row: what a sweep's results.csv or a run's result.csv holds. */
struct results {
    char *path;
    size_t n_rows;
    int32_t n_columns;
    struct results_column *columns; /* [n_columns] */
    uint64_t *seed;                 /* [n_rows] */
};

/* Reads a results file, plain or gzipped (docs/statistics.md). USER with file, line and value for
 * a ragged row, a column that is missing, a measure that is no number, a run that is there twice.
 * results_free is safe afterwards either way. */
int results_read(struct results *results, const char *path);

/* Does the same with a text in memory; `name` stands for the path in messages. */
int results_read_text(struct results *results, const char *name, const char *text);
void results_free(struct results *results);

/* The column of that name, or NULL. */
const struct results_column *results_find(const struct results *results, const char *name);

/* The number of a run in the column of that name; NaN if it has none. */
double results_number(const struct results *results, size_t row, const char *name);

/* Whether any run has a number in the column of that name. */
bool results_has_number(const struct results *results, const char *name);

/* Whether the runs have more than one of a text's levels. */
bool results_varies(const struct results *results, const struct results_column *column);

/* Whether training was stopped at its limit of presentations. */
bool results_is_at_limit(const struct results *results, size_t row);

/* Whether the measure is a part of the tests, 0 … 1, as accuracy is. */
bool results_is_share(const struct results_column *column);

/* Adds a column of numbers of that name, all NaN, which the results own; those that were there stay
 * where they are. USER if there is one of that name, or there are too many. */
int results_add_column(struct results *results, const char *name, double **numbers);

/* Keeps the runs whose column has one of these values: "COLUMN=A|B"; of numbers and seeds also
 * "COLUMN=LOW..HIGH"; COLUMN!=… keeps the others. USER if it has not that form, the column or the
 * value is not there, or no run is left. */
int results_filter(struct results *results, const char *filter);

/* A measure's column. USER, naming those there are, if it is none; `what` begins the message. */
int results_find_measure(const struct results *results, const char *what, const char *name,
                         const struct results_column **column);

/* A column of texts, by which runs are grouped; messages as above. */
int results_find_factor(const struct results *results, const char *what, const char *name,
                        const struct results_column **column);

#endif
