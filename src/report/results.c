/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results files: a header, then a run a row. What stands before the column `seed` are the factors
 * of the experiment; a file with nothing before it has those of data_set, classes, synapses, policy
 * that are there. Refuses empty factors, measures that aren't finite decimal numbers, and a run
 * that is there twice (it would count as two). */
#include "report/results.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/number.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/suggest.h"
#include "core/table.h"
#include "core/text.h"
#include "core/utf8.h"
#include "store/result_row.h"

enum { SHOWN = 40 };

static const char *const text_names[] = {"data_set", "classes", "synapses", "policy", "stopped_by"};
static const char *const fallback_factors[] = {"data_set", "classes", "synapses", "policy"};
enum {
    N_TEXTS = sizeof text_names / sizeof *text_names,
    N_FALLBACKS = sizeof fallback_factors / sizeof *fallback_factors,
};

static bool is_among(const char *name, const char *const *names, int n)
{
    for (int i = 0; i < n; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

/* What keeps a text from standing in tables and JSON; NULL if nothing does. */
static const char *find_fault(const char *text)
{
    if (!utf8_is_valid(text))
        return "UTF-8";
    if (strchr(text, '"'))
        return "a text without quotes";
    for (const char *c = text; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            return "a text without control characters";
    return strlen(text) > RESULTS_CELL_MAX ? "at most 4096 bytes" : NULL;
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

static int read_name(struct results *results, const struct table_reader *reader)
{
    const int32_t k = results->n_columns;
    const char *name = reader->head[k], *path = reader->text.path;
    const char *right = find_fault(name);
    if (right)
        return status_fail(STATUS_USER, "%s: line 1: '%.*s': expected %s", path, SHOWN, name,
                           right);
    if (!*name)
        return status_fail(STATUS_USER, "%s: line 1: column %d has no name", path, k + 1);
    if (results_find(results, name))
        return status_fail(STATUS_USER, "%s: line 1: column '%.*s' is there twice", path, SHOWN,
                           name);
    if (!(results->columns[k].name = strdup(name)))
        return status_no_memory("the results", strlen(name) + 1);
    results->n_columns++;
    return STATUS_OK;
}

static int read_header(struct results *results, const struct table_reader *reader)
{
    const int n = reader->n_fields;
    if (n > RESULTS_COLUMNS_MAX)
        return status_fail(STATUS_USER, "%s: line 1: %d columns, at most %d are read",
                           reader->text.path, n, RESULTS_COLUMNS_MAX);
    TRY_NEW(results->columns, RESULTS_COLUMNS_MAX + RESULTS_ADDED_MAX, "the results");
    while (results->n_columns < n)
        TRY(read_name(results, reader));
    const struct results_column *seed = results_find(results, "seed");
    if (!seed)
        return status_fail(STATUS_USER,
                           "%s: line 1: column 'seed' is missing; a results file has its "
                           "factors, then seed, then the measures",
                           reader->text.path);
    for (struct results_column *column = results->columns; column < results->columns + n;
         column++) {
        column->is_factor =
            column < seed ||
            (seed == results->columns && is_among(column->name, fallback_factors, N_FALLBACKS));
        column->kind = kind_of(column);
    }
    return STATUS_OK;
}

/* ---- the rows */

/* Makes room for one row more: arrays double at each power of two. */
static int make_room(struct results *results)
{
    const size_t n = results->n_rows, larger = n ? 2 * n : 1;
    if (n & (n - 1))
        return STATUS_OK;
    TRY_RESIZE(results->seed, larger, "the results");
    for (int32_t k = 0; k < results->n_columns; k++) {
        struct results_column *column = &results->columns[k];
        if (column->kind == RESULTS_TEXT)
            TRY_RESIZE(column->level, larger, "the results");
        else if (column->kind == RESULTS_NUMBER)
            TRY_RESIZE(column->number, larger, "the results");
    }
    return STATUS_OK;
}

/* Puts the index of the text among the column's levels, of which it may be a new one. */
static int find_level(struct results_column *column, const struct table_reader *reader, int field,
                      int32_t *level)
{
    const char *cell = reader->field[field];
    for (*level = column->n_levels - 1; *level >= 0;
         --*level) /* most often the last: sorted rows */
        if (strcmp(column->levels[*level], cell) == 0)
            return STATUS_OK;
    const char *right =
        column->is_factor && !*cell ? "a value, as of every factor" : find_fault(cell);
    if (right)
        return table_refuse(reader, field, right);
    if (column->n_levels == RESULTS_LEVELS_MAX)
        return status_fail(STATUS_USER, "%s: line %zu: %s has more than %d different values",
                           reader->text.path, reader->text.line, column->name, RESULTS_LEVELS_MAX);
    if (!column->levels)
        TRY_NEW(column->levels, RESULTS_LEVELS_MAX, "the results");
    if (!(column->levels[column->n_levels] = strdup(cell)))
        return status_no_memory("the results", strlen(cell) + 1);
    *level = column->n_levels++;
    return STATUS_OK;
}

/* A number, NaN if the cell is empty; a column that spinet does not write is skipped if it holds
 * something else. */
static int parse_measure(struct results_column *column, const struct table_reader *reader,
                         int field, double *number)
{
    double least, most;
    const bool is_measure = result_is_measure(column->name, &least, &most);
    char right[64];
    if (!number_parse(reader->field[field], number) && *reader->field[field]) {
        if (is_measure)
            return table_refuse(reader, field,
                                "a number, such as 0.95, or nothing where there is none");
        column->kind = RESULTS_SKIPPED;
        column->bad_line = reader->text.line;
    } else if (is_measure && (*number < least || *number > most)) {
        snprintf(right, sizeof right,
                 most < HUGE_VAL ? "a number from %g to %g" : "a number from %g on", least, most);
        return table_refuse(reader, field, right);
    }
    return STATUS_OK;
}

static int parse_cell(struct results *results, const struct table_reader *reader, int field)
{
    struct results_column *column = &results->columns[field];
    const size_t row = results->n_rows;
    switch (column->kind) {
    case RESULTS_TEXT:
        return find_level(column, reader, field, &column->level[row]);
    case RESULTS_SEED:
        return parse_seed(reader->field[field], &results->seed[row])
                   ? STATUS_OK
                   : table_refuse(reader, field, "a whole number from 0 to 2^64-1");
    case RESULTS_NUMBER:
        return parse_measure(column, reader, field, &column->number[row]);
    case RESULTS_SKIPPED:
        return STATUS_OK;
    }
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
    return NUMBER_ORDER(results->seed[i], results->seed[j]);
}

static int check_runs(struct results *results)
{
    const size_t n = results->n_rows;
    OWN_NEW(uint32_t, order, n, "the results");
    for (size_t i = 0; i < n; i++)
        order[i] = (uint32_t)i;
    qsort_r(order, n, sizeof *order, compare_runs, results);
    for (size_t i = 1; i < n; i++) {
        const uint32_t a = order[i - 1], b = order[i];
        if (compare_runs(&a, &b, results) == 0)
            return status_fail(STATUS_USER,
                               "%s: line %u: the run with seed %llu is there twice, its factors "
                               "and seed are those of line %u",
                               results->path, (a > b ? a : b) + 2,
                               (unsigned long long)results->seed[a], (a > b ? b : a) + 2);
    }
    return STATUS_OK;
}

static int read_all(struct results *results, struct table_reader *reader)
{
    if (!(results->path = strdup(reader->text.path)))
        return status_no_memory("the results", 0);
    TRY(read_header(results, reader));
    int more;
    while ((more = table_next(reader, NULL)) > 0) {
        if (results->n_rows == RESULTS_ROWS_MAX)
            return status_fail(STATUS_USER, "%s: line %zu: more than %d runs", reader->text.path,
                               reader->text.line, RESULTS_ROWS_MAX);
        TRY(make_room(results));
        for (int32_t k = 0; k < results->n_columns; k++)
            TRY(parse_cell(results, reader, k));
        results->n_rows++;
    }
    TRY(more);
    if (results->n_rows == 0)
        return status_fail(STATUS_USER, "%s: has a header but no run", reader->text.path);
    return check_runs(results);
}

/* Reads what was opened, if it was, and closes it. */
static int read_opened(struct results *results, struct table_reader *reader, int opened)
{
    *results = (struct results){0};
    TRY(opened);
    const int status = read_all(results, reader);
    table_close(reader);
    RETURN_OR_FREE(status, results_free, results);
}

int results_read(struct results *results, const char *path)
{
    struct table_reader reader;
    return read_opened(results, &reader, table_open(&reader, NULL, path));
}

int results_read_text(struct results *results, const char *name, const char *text)
{
    struct table_reader reader;
    return read_opened(results, &reader, table_open_text(&reader, NULL, name, text));
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

double results_number(const struct results *results, size_t row, const char *name)
{
    const struct results_column *column = results_find(results, name);
    return column && column->kind == RESULTS_NUMBER ? column->number[row] : NAN;
}

bool results_is_at_limit(const struct results *results, size_t row)
{
    const struct results_column *by = results_find(results, "stopped_by");
    return by && by->kind == RESULTS_TEXT && strcmp(by->levels[by->level[row]], "limit") == 0;
}

bool results_has_number(const struct results *results, const char *name)
{
    for (size_t i = 0; i < results->n_rows; i++)
        if (!isnan(results_number(results, i, name)))
            return true;
    return false;
}

bool results_varies(const struct results *results, const struct results_column *column)
{
    for (size_t i = 1; i < results->n_rows; i++)
        if (column->level[i] != column->level[0])
            return true;
    return false;
}

bool results_is_share(const struct results_column *column)
{
    double least, most;
    return result_is_measure(column->name, &least, &most) && least >= 0 && most <= 1;
}

const struct results_column *results_find(const struct results *results, const char *name)
{
    for (int32_t k = 0; k < results->n_columns; k++)
        if (strcmp(results->columns[k].name, name) == 0)
            return &results->columns[k];
    return NULL;
}

int results_add_column(struct results *results, const char *name, double **numbers)
{
    if (results_find(results, name))
        return status_fail(STATUS_USER, "%s: line 1: a column %s is there already", results->path,
                           name);
    if (results->n_columns == RESULTS_COLUMNS_MAX + RESULTS_ADDED_MAX)
        return status_fail(STATUS_USER, "%s: %d columns, no more can be added", results->path,
                           results->n_columns);
    struct results_column *column = &results->columns[results->n_columns];
    *column = (struct results_column){.name = strdup(name), .kind = RESULTS_NUMBER};
    results->n_columns++;
    TRY_NEW(column->number, results->n_rows, "a column");
    for (size_t i = 0; i < results->n_rows; i++)
        column->number[i] = NAN;
    *numbers = column->number;
    return column->name ? STATUS_OK : status_no_memory("a name", 0);
}

/* Finds the column if it is of this kind; else refuses, with a list of those that are. */
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
    char names[750] = "";
    struct suggestion near = suggest_for(name);
    for (int32_t k = 0; k < results->n_columns; k++) {
        if (results->columns[k].kind != kind)
            continue;
        suggest_offer(&near, results->columns[k].name);
        text_append(names, sizeof names, "%s%s", *names ? ", " : "", results->columns[k].name);
    }
    return status_fail(STATUS_USER, "%s %.*s: no %s of %s; it has: %s%s", what, SHOWN, name,
                       kind == RESULTS_NUMBER ? "measure" : "factor", results->path,
                       *names ? names : "none", suggest_ending(&near));
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

/* ---- which rows count ---- */

/* "COLUMN=A|B" in its parts. */
struct filter {
    const char *text; /* as it was given */
    const struct results_column *column;
    char *values; /* "A|B" */
    bool is_not;
};

static int read_filter(struct filter *filter, const struct results *results, char *copy)
{
    char *equals = strchr(copy, '=');
    if (!equals || equals == copy || !equals[1])
        return status_fail(STATUS_USER, "--filter %.100s: expected COLUMN=VALUE, as turnover=none",
                           filter->text);
    filter->is_not = equals[-1] == '!';
    filter->values = equals + 1;
    equals[filter->is_not ? -1 : 0] = '\0';
    filter->column = results_find(results, copy);
    if (filter->column && filter->column->kind != RESULTS_SKIPPED)
        return STATUS_OK;
    struct suggestion near = suggest_for(copy);
    for (int32_t k = 0; k < results->n_columns; k++)
        suggest_offer(&near, results->columns[k].name);
    return status_fail(STATUS_USER, "--filter %.100s: no such column of %s%s", filter->text,
                       results->path, suggest_ending(&near));
}

/* Marks the rows whose text is this one. */
static int mark_text(const struct filter *filter, const struct results *results, const char *value,
                     bool *is_in)
{
    const struct results_column *column = filter->column;
    struct suggestion near = suggest_for(value);
    int32_t level = 0;
    while (level < column->n_levels && strcmp(column->levels[level], value) != 0)
        suggest_offer(&near, column->levels[level++]);
    if (level == column->n_levels)
        return status_fail(STATUS_USER, "--filter %.100s: no run of %s has %s %.100s%s",
                           filter->text, results->path, column->name, value, suggest_ending(&near));
    for (size_t i = 0; i < results->n_rows; i++)
        is_in[i] |= column->level[i] == level;
    return STATUS_OK;
}

/* Marks the rows whose number is "5" or in "1..20". */
static int mark_numbers(const struct filter *filter, const struct results *results, char *value,
                        bool *is_in)
{
    const struct results_column *column = filter->column;
    char *dots = strstr(value, "..");
    double low, high;
    if (dots)
        *dots = '\0';
    if (!number_parse(value, &low) || !number_parse(dots ? dots + 2 : value, &high))
        return status_fail(STATUS_USER, "--filter %.100s: expected numbers, as 5 or 1..20",
                           filter->text);
    for (size_t i = 0; i < results->n_rows; i++) {
        const double number =
            column->kind == RESULTS_SEED ? (double)results->seed[i] : column->number[i];
        is_in[i] |= number >= low && number <= high;
    }
    return STATUS_OK;
}

/* Moves the rows that are kept to the front, and forgets the others. */
static size_t move_rows(void *array, size_t size, const bool *is_in, bool is_not, size_t n_rows)
{
    size_t n = 0;
    for (size_t i = 0; i < n_rows; i++)
        if (is_in[i] != is_not)
            memmove((char *)array + n++ * size, (char *)array + i * size, size);
    return n;
}

/* Levels that no run has any more go, so that they are no groups. */
static void drop_levels(struct results_column *column, size_t n_rows)
{
    int32_t n = 0;
    for (int32_t level = 0; level < column->n_levels; level++) {
        bool is_there = false;
        for (size_t i = 0; i < n_rows; i++)
            if (column->level[i] == level) {
                column->level[i] = n;
                is_there = true;
            }
        if (is_there)
            column->levels[n++] = column->levels[level];
        else
            free(column->levels[level]);
    }
    column->n_levels = n;
}

static void keep_rows(struct results *results, const bool *is_in, bool is_not)
{
    const size_t n_rows = results->n_rows;
    results->n_rows = move_rows(results->seed, sizeof *results->seed, is_in, is_not, n_rows);
    for (int32_t k = 0; k < results->n_columns; k++) {
        struct results_column *column = &results->columns[k];
        if (column->kind == RESULTS_NUMBER)
            move_rows(column->number, sizeof *column->number, is_in, is_not, n_rows);
        if (column->kind != RESULTS_TEXT)
            continue;
        move_rows(column->level, sizeof *column->level, is_in, is_not, n_rows);
        drop_levels(column, results->n_rows);
    }
}

int results_filter(struct results *results, const char *text)
{
    struct filter filter = {.text = text};
    OWNED char *copy = strdup(text);
    OWNED bool *is_in = NULL;
    TRY_NEW(is_in, results->n_rows, "the filter");
    if (!copy)
        return status_no_memory("the filter", 0);
    TRY(read_filter(&filter, results, copy));
    for (char *value, *rest = filter.values; (value = strsep(&rest, "|"));)
        TRY(filter.column->kind == RESULTS_TEXT ? mark_text(&filter, results, value, is_in)
                                                : mark_numbers(&filter, results, value, is_in));
    for (size_t i = 0; i < results->n_rows; i++)
        if (is_in[i] != filter.is_not) {
            keep_rows(results, is_in, filter.is_not);
            return STATUS_OK;
        }
    return status_fail(STATUS_USER, "--filter %.100s: no run of %s is left", text, results->path);
}
