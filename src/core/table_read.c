/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV files, read by the columns of a table: heads in the first line, a row in each line after it,
 * quotes around a field that holds a comma or a quote, which is then doubled. */
#include "core/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/number.h"
#include "core/scope.h"
#include "core/status.h"

enum { SHOWN = 60 };

/* ---- fields ---- */

static int count_fields(const char *line)
{
    int n = 1;
    if (!strchr(line, '"')) {
        for (; (line = strchr(line, ',')); line++)
            n++;
        return n;
    }
    for (bool is_quoted = false; *line; line++) {
        is_quoted ^= *line == '"';
        n += *line == ',' && !is_quoted;
    }
    return n;
}

/* Takes the quotes off the field at *at, and moves *at behind the comma after it. */
static char *cut_field(char **at)
{
    char *field = *at, *to = field, *from = strchrnul(field, ',');
    if (!memchr(field, '"', (size_t)(from - field))) { /* as nearly all fields are */
        *at = from + (*from == ',');
        *from = '\0';
        return field;
    }
    from = field;
    for (bool is_quoted = false; *from && (is_quoted || *from != ','); from++) {
        if (*from != '"')
            *to++ = *from;
        else if (is_quoted && from[1] == '"')
            *to++ = *from++;
        else
            is_quoted = !is_quoted;
    }
    *at = from + (*from == ',');
    *to = '\0';
    return field;
}

static void cut_line(char *line, char **field, int n)
{
    for (int i = 0; i < n; i++)
        field[i] = cut_field(&line);
}

int table_refuse(const struct table_reader *reader, int field, const char *right)
{
    return status_fail(STATUS_USER, "%s: line %zu: %s '%.*s': expected %s", reader->text.path,
                       reader->text.line, reader->head[field], SHOWN, reader->field[field], right);
}

int table_refuse_value(const struct table_reader *reader, const char *name, const char *right)
{
    int i = 0;
    while (strcmp(reader->table->column[i].name, name) != 0)
        i++;
    return table_refuse(reader, reader->place[i], right);
}

/* ---- heads ---- */

/* The names that a file must have, as one text; `size` is of `names`. */
static const char *list_needed(const struct table *table, char *names, size_t size)
{
    size_t n = 0;
    for (int i = 0; i < table->n_columns && n < size; i++)
        if (!table->column[i].may_be_missing)
            n += (size_t)snprintf(names + n, size - n, "%s%s", n ? "," : "", table->column[i].name);
    return names;
}

static int find_head(const struct table_reader *reader, const char *name, int from)
{
    for (int i = from; i < reader->n_fields; i++)
        if (strcmp(reader->head[i], name) == 0)
            return i;
    return -1;
}

static int find_places(struct table_reader *reader)
{
    const struct table *table = reader->table;
    char names[512];
    for (int i = 0; i < table->n_columns; i++) {
        const char *name = table->column[i].name;
        const int place = reader->place[i] = find_head(reader, name, 0);
        if (place < 0 && !table->column[i].may_be_missing)
            return status_fail(STATUS_USER, "%s: line 1: '%.*s': has no column %s: expected %s",
                               reader->text.path, SHOWN, reader->text.text, name,
                               list_needed(table, names, sizeof names));
        if (place >= 0 && find_head(reader, name, place + 1) >= 0)
            return status_fail(STATUS_USER, "%s: line 1: column %s is there twice",
                               reader->text.path, name);
    }
    return STATUS_OK;
}

static int read_heads(struct table_reader *reader)
{
    char names[512];
    const size_t n_columns = reader->table ? (size_t)reader->table->n_columns : 0;
    const int more = text_next(&reader->text);
    if (more < 0)
        return more;
    if (more == 0)
        return status_fail(STATUS_USER, "%s: is empty: expected a header%s%s", reader->text.path,
                           n_columns ? ", " : "",
                           n_columns ? list_needed(reader->table, names, sizeof names) : "");
    reader->n_fields = count_fields(reader->text.text);
    const size_t n = (size_t)reader->n_fields;
    reader->heads = strdup(reader->text.text);
    reader->head = calloc(2 * n, sizeof *reader->head);
    reader->place = calloc(n_columns + 1, sizeof *reader->place);
    if (!reader->heads || !reader->head || !reader->place)
        return status_no_memory(reader->text.path, 2 * n * sizeof *reader->head);
    reader->field = reader->head + n;
    cut_line(reader->heads, reader->head, reader->n_fields);
    return reader->table ? find_places(reader) : STATUS_OK;
}

static int begin(struct table_reader *reader, const struct table *table, int opened)
{
    reader->table = table;
    reader->heads = NULL;
    reader->head = NULL;
    reader->place = NULL;
    RETURN_OR_FREE(opened == STATUS_OK ? read_heads(reader) : opened, table_close, reader);
}

int table_open(struct table_reader *reader, const struct table *table, const char *path)
{
    return begin(reader, table, text_open(&reader->text, path));
}

int table_open_text(struct table_reader *reader, const struct table *table, const char *name,
                    const char *text)
{
    return begin(reader, table, text_open_memory(&reader->text, name, text));
}

void table_close(struct table_reader *reader)
{
    text_close(&reader->text);
    free(reader->heads);
    free(reader->head);
    free(reader->place);
    *reader = (struct table_reader){0};
}

/* ---- rows ---- */

/* What a message says is right. */
static int refuse(const struct table_reader *reader, int i)
{
    const struct table_column *column = &reader->table->column[i];
    const bool has_range = column->least != 0 || column->most != 0;
    char right[300];
    size_t n = 0;
    if (column->right)
        n = (size_t)snprintf(right, sizeof right, "%s", column->right);
    else if (column->type == TABLE_FLAG)
        n = (size_t)snprintf(right, sizeof right, "0 or 1");
    else if (column->type == TABLE_WHOLE)
        n = (size_t)snprintf(right, sizeof right, "a whole number from %.0f to %.0f", column->least,
                             has_range ? column->most : INT32_MAX);
    else if (column->type == TABLE_CHOICE)
        for (int k = 0; k < column->n_words && n < sizeof right; k++)
            n += (size_t)snprintf(right + n, sizeof right - n, "%s%s", k ? ", " : "one of ",
                                  column->words[k]);
    else if (has_range)
        n = (size_t)snprintf(right, sizeof right, "a number from %g to %g", column->least,
                             column->most);
    else
        n = (size_t)snprintf(right, sizeof right, "a number");
    if (column->may_be_empty && !column->right && n < sizeof right)
        snprintf(right + n, sizeof right - n, ", or nothing");
    return table_refuse(reader, reader->place[i], right);
}

static bool is_within(const struct table_column *column, double number)
{
    return (column->least == 0 && column->most == 0) ||
           (number >= column->least && number <= column->most);
}

static bool take_whole(const struct table_column *column, const char *field, int32_t *whole)
{
    const double most = column->most != 0 || column->least != 0 ? column->most : INT32_MAX;
    int64_t number;
    if (!number_parse_whole(field, &number) || (double)number < column->least ||
        (double)number > most)
        return false;
    *whole = (int32_t)number;
    return true;
}

static bool take_choice(const struct table_column *column, const char *field, int32_t *choice)
{
    for (int k = 0; k < column->n_words; k++)
        if (strcmp(column->words[k], field) == 0) {
            *choice = k;
            return true;
        }
    return false;
}

static void take_nothing(const struct table_column *column, void *value)
{
    if (column->type == TABLE_WHOLE)
        *(int32_t *)value = -1;
    else if (column->type == TABLE_FLOAT)
        *(float *)value = NAN;
    else if (column->type == TABLE_NUMBER)
        *(double *)value = NAN;
    else if (column->type == TABLE_TEXT)
        *(const char **)value = NULL;
}

/* Whether the field is a value of the column, which then stands in the row. */
static bool take_value(const struct table_column *column, char *field, void *value)
{
    if (!*field && column->may_be_empty) {
        take_nothing(column, value);
        return true;
    }
    switch (column->type) {
    case TABLE_WHOLE:
        return take_whole(column, field, value);
    case TABLE_FLAG:
        *(bool *)value = strcmp(field, "1") == 0;
        return *(bool *)value || strcmp(field, "0") == 0;
    case TABLE_FLOAT:
        return number_parse_float(field, value) && is_within(column, (double)*(float *)value);
    case TABLE_NUMBER:
        return number_parse(field, value) && is_within(column, *(double *)value);
    case TABLE_CHOICE:
        return take_choice(column, field, value);
    case TABLE_TEXT:
        *(const char **)value = field;
        return true;
    case TABLE_PAIR:
        break;
    }
    return false;
}

int table_next(struct table_reader *reader, void *row)
{
    const int more = text_next(&reader->text);
    if (more <= 0)
        return more;
    const int n = *reader->text.text ? count_fields(reader->text.text) : 0;
    if (n != reader->n_fields)
        return status_fail(STATUS_USER,
                           "%s: line %zu: '%.*s': %d column%s: expected %d, as in line 1",
                           reader->text.path, reader->text.line, SHOWN, reader->text.text, n,
                           n == 1 ? "" : "s", reader->n_fields);
    cut_line(reader->text.text, reader->field, n);
    for (int i = 0; i < (reader->table ? reader->table->n_columns : 0); i++) {
        const struct table_column *column = &reader->table->column[i];
        void *value = (char *)row + column->at;
        if (reader->place[i] < 0)
            take_nothing(column, value);
        else if (!take_value(column, reader->field[reader->place[i]], value))
            return refuse(reader, i);
    }
    return 1;
}

/* Gives the row texts of its own. */
static int keep_texts(const struct table *table, void *row)
{
    bool kept = true;
    for (int i = 0; i < table->n_columns; i++) {
        const char **text = (const char **)((char *)row + table->column[i].at);
        if (table->column[i].type == TABLE_TEXT && *text) {
            *text = strdup(*text);
            kept = kept && *text;
        }
    }
    return kept ? STATUS_OK : status_no_memory("a text", 0);
}

/* Reads on to the end, or to the row that `accept` does not take, into *rows[*n], which it makes.
 */
static int read_rows(struct table_reader *reader, table_accept *accept, char **rows, int32_t *n)
{
    const size_t size = reader->table->row_size;
    size_t capacity = 0;
    for (int more = 1;; ++*n) {
        TRY_ROOM(*rows, capacity, ((size_t)*n + 1) * size, reader->text.path);
        char *row = *rows + (size_t)*n * size;
        memset(row, 0, size);
        more = *n < INT32_MAX - 1 ? table_next(reader, row)
                                  : status_fail(STATUS_USER, "%s: more than %d lines",
                                                reader->text.path, INT32_MAX - 1);
        if (more > 0 && accept)
            more = accept(reader, row);
        if (more <= 0)
            return more;
        if (keep_texts(reader->table, row) != STATUS_OK)
            return STATUS_SYSTEM;
    }
}

int table_read(const struct table *table, const char *path, table_accept *accept, void *rows,
               int32_t *n)
{
    struct table_reader reader;
    char *read = NULL;
    *n = 0;
    int status = table_open(&reader, table, path);
    if (status == STATUS_OK) {
        status = read_rows(&reader, accept, &read, n);
        table_close(&reader);
    }
    if (status != STATUS_OK) {
        table_free(table, read, *n);
        read = NULL;
        *n = 0;
    }
    memcpy(rows, &read, sizeof read); /* a pointer to whatever the rows are */
    return status;
}

int table_read_in(const struct table *table, const char *folder, void *rows, int32_t *n)
{
    const char *none = NULL;
    OWN_PATH(path, folder, table->file);
    memcpy(rows, &none, sizeof none);
    *n = 0;
    return file_is_absent(path) ? STATUS_OK : table_read(table, path, NULL, rows, n);
}

void table_free(const struct table *table, void *rows, int32_t n)
{
    for (int32_t r = 0; r < n; r++)
        for (int i = 0; i < table->n_columns; i++)
            if (table->column[i].type == TABLE_TEXT)
                free(*(char **)((char *)rows + (size_t)r * table->row_size + table->column[i].at));
    free(rows);
}
