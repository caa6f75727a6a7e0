/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results files: a header, then a run a row; commas, no quotes. What stands before the column
 * `seed` are the factors of the experiment; a file with nothing before it has those of
 * data_set, classes, synapses, policy that are there. Refuses rows of another length than the
 * header, empty factors, measures that aren't finite decimal numbers, and a run that is there
 * twice (it would count as two). */
#include "report/results.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/number.h"
#include "core/status.h"
#include "core/suggest.h"
#include "core/text.h"
#include "core/utf8.h"

enum { FIRST_CAPACITY = 64, SHOWN = 40 };

static const char *const text_names[] = {"data_set", "classes", "synapses", "policy", "stopped_by"};
static const char *const fallback_factors[] = {"data_set", "classes", "synapses", "policy"};
static const struct measure {
    const char *name;
    double least, greatest;
} measures[] = {
    {"presentations", 0, HUGE_VAL}, {"tests", 0, HUGE_VAL},     {"accuracy", 0, 1},
    {"ties", 0, HUGE_VAL},          {"undecided", 0, HUGE_VAL}, {"similarity", -1, 1},
    {"seconds", 0, HUGE_VAL},
};
enum {
    N_TEXTS = sizeof text_names / sizeof *text_names,
    N_FALLBACKS = sizeof fallback_factors / sizeof *fallback_factors,
    N_MEASURES = sizeof measures / sizeof *measures,
};

static bool is_among(const char *name, const char *const *names, int n)
{
    for (int i = 0; i < n; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static int32_t count_cells(const char *line)
{
    int32_t n = 1;
    for (; *line; line++)
        n += *line == ',';
    return n;
}

/* Printable UTF-8 without quotes, and not too long: it goes into tables and JSON. */
static int check_text(const struct text_reader *reader, const char *text)
{
    const size_t length = strlen(text);
    const char *why = NULL;
    if (!utf8_is_valid(text))
        why = "is not UTF-8";
    for (const char *c = text; *c && !why; c++)
        if (*c == '"')
            why = "has quotes, which are not read: cells are plain text between commas";
        else if ((unsigned char)*c < ' ' || *c == 0x7f)
            why = "has a control character";
    if (!why && length > RESULTS_CELL_MAX)
        why = "is longer than 4096 bytes";
    if (why)
        return status_fail(STATUS_USER, "%s: line %zu: '%.*s' %s", reader->path, reader->line,
                           SHOWN, text, why);
    return STATUS_OK;
}

/* The whole cell as a finite number, NaN if it is empty. */
static bool parse_number(const char *cell, double *number)
{
    return number_parse(cell, number) || !*cell;
}

static bool parse_seed(const char *cell, uint64_t *seed)
{
    char *end;
    errno = 0;
    *seed = strtoull(cell, &end, 10);
    return *cell && !cell[strspn(cell, "0123456789")] && !errno;
}

/* ---- the header */

static enum results_kind kind_of(const struct results_column *column)
{
    if (strcmp(column->name, "seed") == 0)
        return RESULTS_SEED;
    if (column->is_factor || is_among(column->name, text_names, N_TEXTS))
        return RESULTS_TEXT;
    return RESULTS_NUMBER;
}

static int read_header(struct results *results, struct text_reader *reader)
{
    const int more = text_next(reader);
    if (more < 0)
        return more;
    if (more == 0)
        return status_fail(STATUS_USER, "%s: is empty, a header and a run a line are needed",
                           reader->path);
    char *line = reader->text;
    const int32_t n_columns = count_cells(line);
    if (n_columns > RESULTS_COLUMNS_MAX)
        return status_fail(STATUS_USER, "%s: line %zu: %d columns, at most %d are read",
                           reader->path, reader->line, n_columns, RESULTS_COLUMNS_MAX);
    results->columns = calloc((size_t)n_columns, sizeof *results->columns);
    if (!results->columns)
        return status_no_memory("the results", (size_t)n_columns * sizeof *results->columns);
    int32_t seed = -1;
    for (char *name; (name = strsep(&line, ","));) {
        const int32_t k = results->n_columns;
        const int status = check_text(reader, name);
        if (status != STATUS_OK)
            return status;
        if (!*name)
            return status_fail(STATUS_USER, "%s: line %zu: column %d has no name", reader->path,
                               reader->line, k + 1);
        if (results_find(results, name))
            return status_fail(STATUS_USER, "%s: line %zu: column '%.*s' is there twice",
                               reader->path, reader->line, SHOWN, name);
        if (!(results->columns[k].name = strdup(name)))
            return status_no_memory("the results", strlen(name) + 1);
        if (strcmp(name, "seed") == 0)
            seed = k;
        results->n_columns++;
    }
    if (seed < 0)
        return status_fail(STATUS_USER,
                           "%s: line %zu: column 'seed' is missing; a results file has its "
                           "factors, then seed, then the measures",
                           reader->path, reader->line);
    for (int32_t k = 0; k < n_columns; k++) {
        struct results_column *column = &results->columns[k];
        column->is_factor =
            k < seed || (seed == 0 && is_among(column->name, fallback_factors, N_FALLBACKS));
        column->kind = kind_of(column);
    }
    return STATUS_OK;
}

/* ---- the rows */

/* One larger array of `size` a row; the old one stays if there is no memory. */
static bool enlarge(void *array, size_t capacity, size_t size)
{
    void **place = array;
    void *larger = realloc(*place, capacity * size);
    if (larger)
        *place = larger;
    return larger;
}

static int make_room(struct results *results, size_t *capacity)
{
    if (results->n_rows < *capacity)
        return STATUS_OK;
    size_t larger = *capacity ? 2 * *capacity : FIRST_CAPACITY;
    larger = larger > RESULTS_ROWS_MAX ? RESULTS_ROWS_MAX : larger;
    bool done = enlarge(&results->seed, larger, sizeof *results->seed);
    for (int32_t k = 0; done && k < results->n_columns; k++) {
        struct results_column *column = &results->columns[k];
        if (column->kind == RESULTS_TEXT)
            done = enlarge(&column->level, larger, sizeof *column->level);
        else if (column->kind == RESULTS_NUMBER)
            done = enlarge(&column->number, larger, sizeof *column->number);
    }
    if (!done)
        return status_no_memory("the results", larger * sizeof(double));
    *capacity = larger;
    return STATUS_OK;
}

/* The index of the cell's text among the column's levels, of which it may be a new one. */
static int find_level(struct results_column *column, const struct text_reader *reader,
                      const char *cell, int32_t *level)
{
    for (int32_t i = column->n_levels - 1; i >= 0; i--) /* most often the last: rows are sorted */
        if (strcmp(column->levels[i], cell) == 0) {
            *level = i;
            return STATUS_OK;
        }
    const int status = check_text(reader, cell);
    if (status != STATUS_OK)
        return status;
    if (column->n_levels == RESULTS_LEVELS_MAX)
        return status_fail(STATUS_USER, "%s: line %zu: %s has more than %d different values",
                           reader->path, reader->line, column->name, RESULTS_LEVELS_MAX);
    if (!column->levels && !(column->levels = calloc(RESULTS_LEVELS_MAX, sizeof(char *))))
        return status_no_memory("the results", RESULTS_LEVELS_MAX * sizeof(char *));
    if (!(column->levels[column->n_levels] = strdup(cell)))
        return status_no_memory("the results", strlen(cell) + 1);
    *level = column->n_levels++;
    return STATUS_OK;
}

static const struct measure *find_measure(const char *name)
{
    for (int i = 0; i < N_MEASURES; i++)
        if (strcmp(measures[i].name, name) == 0)
            return &measures[i];
    return NULL;
}

/* A number; a column that spinet does not write is skipped if it holds something else. */
static int parse_measure(struct results_column *column, size_t row,
                         const struct text_reader *reader, const char *cell)
{
    const struct measure *measure = find_measure(column->name);
    double *number = &column->number[row];
    if (!parse_number(cell, number)) {
        if (measure)
            return status_fail(STATUS_USER,
                               "%s: line %zu: %s '%.*s' is not a number, such as 0.95 (or empty "
                               "where there is none)",
                               reader->path, reader->line, column->name, SHOWN, cell);
        column->kind = RESULTS_SKIPPED;
        column->bad_line = reader->line;
    } else if (measure && (*number < measure->least || *number > measure->greatest)) {
        char most[32] = "on";
        if (measure->greatest < HUGE_VAL)
            snprintf(most, sizeof most, "to %g", measure->greatest);
        return status_fail(STATUS_USER, "%s: line %zu: %s '%.*s': expected a number from %g %s",
                           reader->path, reader->line, column->name, SHOWN, cell, measure->least,
                           most);
    }
    return STATUS_OK;
}

static int parse_cell(struct results *results, struct results_column *column,
                      const struct text_reader *reader, const char *cell)
{
    const size_t row = results->n_rows;
    switch (column->kind) {
    case RESULTS_TEXT:
        if (column->is_factor && !*cell)
            return status_fail(STATUS_USER, "%s: line %zu: %s is empty, a factor needs a value",
                               reader->path, reader->line, column->name);
        return find_level(column, reader, cell, &column->level[row]);
    case RESULTS_SEED:
        if (!parse_seed(cell, &results->seed[row]))
            return status_fail(STATUS_USER,
                               "%s: line %zu: seed '%.*s' is not a whole number from 0 to 2^64-1",
                               reader->path, reader->line, SHOWN, cell);
        return STATUS_OK;
    case RESULTS_NUMBER:
        return parse_measure(column, row, reader, cell);
    case RESULTS_SKIPPED:
        return STATUS_OK;
    }
    return STATUS_OK;
}

static int read_row(struct results *results, struct text_reader *reader)
{
    const int32_t n_cells = count_cells(reader->text);
    if (!*reader->text)
        return status_fail(STATUS_USER, "%s: line %zu: is empty, a run with %d values is needed",
                           reader->path, reader->line, results->n_columns);
    if (n_cells != results->n_columns)
        return status_fail(STATUS_USER, "%s: line %zu: %d values, the header has %d columns",
                           reader->path, reader->line, n_cells, results->n_columns);
    char *line = reader->text;
    for (int32_t k = 0; k < n_cells; k++) {
        const int status = parse_cell(results, &results->columns[k], reader, strsep(&line, ","));
        if (status != STATUS_OK)
            return status;
    }
    results->n_rows++;
    return STATUS_OK;
}

/* ---- runs that are there twice */

static int compare_runs(const void *a, const void *b, void *data)
{
    const struct results *results = data;
    const uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
    for (int32_t k = 0; k < results->n_columns; k++) {
        const struct results_column *column = &results->columns[k];
        if (column->is_factor && column->level[i] != column->level[j])
            return column->level[i] < column->level[j] ? -1 : 1;
    }
    return (results->seed[i] > results->seed[j]) - (results->seed[i] < results->seed[j]);
}

static int check_runs(struct results *results)
{
    const size_t n = results->n_rows;
    uint32_t *order = malloc(n * sizeof *order);
    if (!order)
        return status_no_memory("the results", n * sizeof *order);
    for (size_t i = 0; i < n; i++)
        order[i] = (uint32_t)i;
    qsort_r(order, n, sizeof *order, compare_runs, results);
    int status = STATUS_OK;
    for (size_t i = 1; i < n && status == STATUS_OK; i++)
        if (compare_runs(&order[i - 1], &order[i], results) == 0) {
            const uint32_t a = order[i - 1], b = order[i];
            status = status_fail(STATUS_USER,
                                 "%s: line %u: the run with seed %llu is there twice, its factors "
                                 "and seed are those of line %u",
                                 results->path, (a > b ? a : b) + 2,
                                 (unsigned long long)results->seed[a], (a > b ? b : a) + 2);
        }
    free(order);
    return status;
}

static int read_rows(struct results *results, struct text_reader *reader)
{
    size_t capacity = 0;
    int more;
    while ((more = text_next(reader)) > 0) {
        if (results->n_rows == RESULTS_ROWS_MAX)
            return status_fail(STATUS_USER, "%s: line %zu: more than %d runs", reader->path,
                               reader->line, RESULTS_ROWS_MAX);
        int status = make_room(results, &capacity);
        if (status == STATUS_OK)
            status = read_row(results, reader);
        if (status != STATUS_OK)
            return status;
    }
    if (more < 0)
        return more;
    if (results->n_rows == 0)
        return status_fail(STATUS_USER, "%s: has a header but no run", reader->path);
    return check_runs(results);
}

/* Closes the reader. */
static int read_all(struct results *results, struct text_reader *reader)
{
    results->path = strdup(reader->path);
    int status = results->path ? read_header(results, reader) : status_no_memory("the results", 0);
    if (status == STATUS_OK)
        status = read_rows(results, reader);
    text_close(reader);
    if (status != STATUS_OK)
        results_free(results);
    return status;
}

int results_read(struct results *results, const char *path)
{
    *results = (struct results){0};
    struct text_reader reader;
    const int status = text_open(&reader, path);
    return status == STATUS_OK ? read_all(results, &reader) : status;
}

int results_read_text(struct results *results, const char *name, const char *text)
{
    *results = (struct results){0};
    struct text_reader reader;
    const int status = text_open_memory(&reader, name, text);
    return status == STATUS_OK ? read_all(results, &reader) : status;
}

void results_free(struct results *results)
{
    for (int32_t k = 0; results->columns && k < results->n_columns; k++) {
        struct results_column *column = &results->columns[k];
        for (int32_t i = 0; i < column->n_levels; i++)
            free(column->levels[i]);
        free(column->levels);
        free(column->level);
        free(column->number);
        free(column->name);
    }
    free(results->columns);
    free(results->seed);
    free(results->path);
    *results = (struct results){0};
}

/* ---- columns by name */

const struct results_column *results_find(const struct results *results, const char *name)
{
    for (int32_t k = 0; k < results->n_columns; k++)
        if (strcmp(results->columns[k].name, name) == 0)
            return &results->columns[k];
    return NULL;
}

/* A column of this kind; else a message that lists them. */
static int find_kind(const struct results *results, const char *what, const char *name,
                     enum results_kind kind, const struct results_column **column)
{
    const struct results_column *found = results_find(results, name);
    *column = found;
    if (found && found->kind == kind)
        return STATUS_OK;
    if (found && found->kind == RESULTS_SKIPPED && kind == RESULTS_NUMBER)
        return status_fail(STATUS_USER, "%s: line %zu: %s is not a number, which %s needs it to be",
                           results->path, found->bad_line, name, what);
    char names[512] = "";
    size_t used = 0;
    struct suggestion near = suggest_for(name);
    for (int32_t k = 0; k < results->n_columns; k++) {
        if (results->columns[k].kind != kind)
            continue;
        suggest_offer(&near, results->columns[k].name);
        if (used < sizeof names)
            used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", used ? ", " : "",
                                     results->columns[k].name);
    }
    return status_fail(STATUS_USER, "%s %.*s: no %s of %s; it has: %s%s", what, SHOWN, name,
                       kind == RESULTS_NUMBER ? "measure" : "factor", results->path,
                       used ? names : "none", suggest_ending(&near));
}

int results_find_measure(const struct results *results, const char *what, const char *name,
                         const struct results_column **column)
{
    return find_kind(results, what, name, RESULTS_NUMBER, column);
}

int results_find_factor(const struct results *results, const char *what, const char *name,
                        const struct results_column **column)
{
    return find_kind(results, what, name, RESULTS_TEXT, column);
}
