/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which rows of a results file count. */
#include <stdlib.h>
#include <string.h>

#include "core/number.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/suggest.h"
#include "report/results.h"

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
