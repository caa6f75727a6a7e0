/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables, written by the list of their columns. */
#include "core/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/gzip.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/text.h"
#include "core/utf8.h"

/* ---- values ---- */

static const void *value_of(const struct table_column *column, const void *row)
{
    return (const char *)row + column->at;
}

static double number_of(const struct table_column *column, const void *value)
{
    const double number =
        column->type == TABLE_FLOAT ? (double)*(const float *)value : *(const double *)value;
    return column->scale != 0 ? column->scale * number : number;
}

static void put_number(const struct table *table, const struct table_column *column, double number,
                       FILE *out)
{
    const char *format = column->format ? column->format : "%.6g";
    if (strchr(format, '*'))
        fprintf(out, format, table->places, number);
    else
        fprintf(out, format, number);
}

static bool is_nothing(const struct table_column *column, const void *value)
{
    switch (column->type) {
    case TABLE_WHOLE:
        return column->may_be_empty && *(const int32_t *)value == -1;
    case TABLE_FLOAT:
    case TABLE_NUMBER:
    case TABLE_PAIR:
        return isnan(number_of(column, value));
    case TABLE_TEXT:
        return !*(const char *const *)value;
    default:
        return false;
    }
}

/* The value as text; nothing is written for nothing, and false returned. */
static bool put_value(const struct table *table, const struct table_column *column, const void *row,
                      FILE *out)
{
    const void *value = value_of(column, row);
    if (is_nothing(column, value))
        return false;
    if (column->put) {
        column->put(out, value);
        return true;
    }
    switch (column->type) {
    case TABLE_WHOLE:
        fprintf(out, "%d", *(const int32_t *)value);
        break;
    case TABLE_FLAG:
        fputc(*(const bool *)value ? '1' : '0', out);
        break;
    case TABLE_PAIR:
        put_number(table, column, number_of(column, value), out);
        fputs(column->between, out);
        put_number(table, column, number_of(column, (const double *)value + 1), out);
        break;
    case TABLE_FLOAT:
    case TABLE_NUMBER:
        put_number(table, column, number_of(column, value), out);
        break;
    case TABLE_CHOICE:
        fputs(column->words[*(const int32_t *)value], out);
        break;
    case TABLE_TEXT:
        fputs(*(const char *const *)value, out);
        break;
    }
    return true;
}

/* ---- CSV ---- */

static void put_field(const char *text, FILE *out)
{
    const bool is_plain = !text[strcspn(text, ",\"\r\n")];
    fputs(is_plain ? "" : "\"", out);
    for (; *text; text++)
        if (*text == '"')
            fputs("\"\"", out);
        else
            fputc(*text == '\n' || *text == '\r' ? ' ' : *text, out); /* a row is one line */
    fputs(is_plain ? "" : "\"", out);
}

void table_put_heads(const struct table *table, FILE *out)
{
    for (int i = 0; i < table->n_columns; i++) {
        fputs(i ? "," : "", out);
        put_field(table->column[i].name, out);
    }
    fputc('\n', out);
}

void table_put_row(const struct table *table, const void *row, FILE *out)
{
    for (int i = 0; i < table->n_columns; i++) {
        const struct table_column *column = &table->column[i];
        const char *const *text = value_of(column, row);
        fputs(i ? "," : "", out);
        if (column->type == TABLE_TEXT && !column->put)
            put_field(*text ? *text : "", out);
        else
            put_value(table, column, row, out);
    }
    fputc('\n', out);
}

static void put_all(FILE *out, const void *table_rows)
{
    const struct table_rows *all = table_rows;
    table_put_heads(all->table, out);
    for (size_t i = 0; i < all->n; i++)
        table_put_row(all->table, (const char *)all->row + i * all->table->row_size, out);
}

int table_write(const struct table *table, const void *rows, size_t n, const char *folder)
{
    const struct table_rows all = {table, rows, n};
    const char *ending = strrchr(table->file, '.');
    struct new_file file;
    if (strcmp(ending, ".gz") == 0) {
        OWNED char *text = text_written(put_all, &all);
        return text ? gzip_write(folder, table->file, text, strlen(text))
                    : status_no_memory(table->file, 0);
    }
    TRY(file_create_in(&file, folder, table->file));
    put_all(file.stream, &all);
    return file_commit(&file);
}

/* ---- text ---- */

int table_n_left(const struct table *table)
{
    int n = 0;
    while (n < table->n_columns && table->column[n].type == TABLE_TEXT)
        n++;
    return n;
}

/* Measures or prints the lines; no spaces at the end of one. */
static void put_lines(const char *cells, int n_left, size_t *widths, bool is_measured, FILE *out)
{
    int column = 0;
    size_t pending = 0; /* spaces, printed only if something follows */
    for (const char *c = cells; *c; c += strcspn(c, "\t\n") + 1) {
        const size_t n = strcspn(c, "\t\n"), width = utf8_count(c, n);
        const bool is_last = c[n] == '\n';
        if (!is_measured) {
            widths[column] = !is_last && width > widths[column] ? width : widths[column];
        } else {
            const size_t space = is_last ? 0 : widths[column] - width;
            pending += (column > 0 ? 2 : 0) + (column >= n_left ? space : 0);
            if (n > 0) {
                fprintf(out, "%*s%.*s", (int)pending, "", (int)n, c);
                pending = 0;
            }
            pending += column < n_left ? space : 0;
        }
        column = is_last ? 0 : column + 1;
        if (is_last && is_measured)
            fputc('\n', out);
        pending = is_last ? 0 : pending;
    }
}

int table_print_cells(text_put *put, const void *data, int n_left, FILE *out)
{
    OWNED char *cells = text_written(put, data);
    size_t n_columns = 1;
    for (const char *c = cells; c && *c && *c != '\n'; c++)
        n_columns += *c == '\t';
    OWNED size_t *widths = calloc(n_columns, sizeof *widths);
    if (!cells || !widths)
        return status_no_memory("a table", n_columns * sizeof *widths);
    for (int pass = 0; pass < 2; pass++)
        put_lines(cells, n_left, widths, pass == 1, out);
    return STATUS_OK;
}

void table_put_cells(FILE *out, const void *table_rows)
{
    const struct table_rows *rows = table_rows;
    const struct table *table = rows->table;
    const int last = table->n_columns - 1;
    for (int i = 0; i <= last; i++)
        fprintf(out, "%s%c", table->column[i].name, i < last ? '\t' : '\n');
    for (size_t r = 0; r < rows->n; r++)
        for (int i = 0; i <= last; i++) {
            const struct table_column *column = &table->column[i];
            const void *row = (const char *)rows->row + r * table->row_size;
            if (!put_value(table, column, row, out) && column->type != TABLE_TEXT)
                fputs(table->nothing ? table->nothing : "–", out);
            fputc(i < last ? '\t' : '\n', out);
        }
}

int table_print(const struct table *table, const void *rows, size_t n, FILE *out)
{
    return table_print_cells(table_put_cells, &(struct table_rows){table, rows, n},
                             table_n_left(table), out);
}

double table_number(const struct table_column *column, const void *row)
{
    const void *value = (const char *)row + column->at;
    if (column->type == TABLE_FLOAT || column->type == TABLE_NUMBER)
        return number_of(column, value);
    const int32_t whole =
        column->type == TABLE_FLAG ? *(const bool *)value : *(const int32_t *)value;
    return whole < 0 && column->may_be_empty ? (double)NAN : whole;
}
