/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_TABLE_H
#define SPINET_CORE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/text.h"

/* A table is a list of columns, each with a name, a type and a unit, which say where in a row (any
 * structure) its value is. From that list alone a table is read from CSV and written as CSV, as
 * text in columns or as HTML (report/html.h), and as JSON (store/table_json.h). */

enum table_type {
    TABLE_WHOLE,  /* int32_t; where it may be empty, -1 stands for nothing */
    TABLE_FLAG,   /* bool: 0 or 1 */
    TABLE_FLOAT,  /* float; NaN stands for nothing */
    TABLE_NUMBER, /* double; NaN stands for nothing */
    TABLE_PAIR,   /* double [2]: as 1.0 ± 0.2 or 1.0 … 1.2; NaN stands for nothing; not read */
    TABLE_CHOICE, /* int32_t: an index of `words` */
    TABLE_TEXT,   /* const char *; NULL stands for nothing; of table_next: until the next line */
};

struct table_column {
    const char *name; /* the head of the column */
    enum table_type type;
    size_t at;           /* of the value in the row, by offsetof */
    const char *unit;    /* NULL: it has none, or the name says it */
    const char *format;  /* printf's for a number (default "%.6g"); with .* : the table's places */
    const char *between; /* of a pair, " ± " or " … " */
    double scale;        /* a number is shown times this (0: 1) */
    double least, most;  /* the range of what is read; both 0: of a whole number from 0 on, of
                          * others any */
    const char *const *words; /* [n_words] */
    int n_words;
    bool may_be_empty;   /* when read */
    bool may_be_missing; /* the whole column, when read; its values are then nothing */
    const char *right; /* ends the message about a value, "a whole number" (default: of the type) */
    void (*put)(FILE *out, const void *value); /* writes a value in a way of its own */
};

struct table {
    const char *file; /* the file's name, without its folder; NULL: it has none */
    size_t row_size;
    const struct table_column *column; /* [n_columns] */
    int n_columns;
    int places;          /* of formats with .* */
    const char *nothing; /* what text and HTML show for nothing (default "–") */
};

/* A column of a row structure's member, and what else there is to say of it: TABLE_COLUMN(struct
 * life, born_day, FLOAT, "born_day", .unit = "day") */
#define TABLE_COLUMN(row, member, kind, head, ...)                                                 \
    {                                                                                              \
        .name = (head), .type = TABLE_##kind, .at = offsetof(row, member), __VA_ARGS__             \
    }

/* A table of an array of columns, by which `row` structures are read or written. */
#define TABLE_OF(name, row, columns)                                                               \
    {                                                                                              \
        .file = (name), .row_size = sizeof(row), .column = (columns),                              \
        .n_columns = sizeof(columns) / sizeof *(columns)                                           \
    }

/* ---- writing */

/* A line of CSV. Texts that hold commas or quotes are put in quotes. */
void table_put_heads(const struct table *table, FILE *out);
void table_put_row(const struct table *table, const void *row, FILE *out);

/* Writes FOLDER/FILE with these rows. USER, SYSTEM as file_create and file_commit. */
int table_write(const struct table *table, const void *rows, size_t n, const char *folder);

/* Columns of names, which are set to the left: the first ones, of texts. */
int table_n_left(const struct table *table);

/* A row's value as a number, of a choice its index; NaN for nothing; not of pairs and texts. */
double table_number(const struct table_column *column, const void *row);

/* Prints what `put` writes of the data, cells between tabs, a line a row, in columns: the first
 * n_left to the left, the others to the right, the last as it comes. SYSTEM without memory. */
int table_print_cells(text_put *put, const void *data, int n_left, FILE *out);

/* Rows of a table, as table_put_cells writes them: its heads and the rows as such cells. */
struct table_rows {
    const struct table *table;
    const void *row;
    size_t n;
};
void table_put_cells(FILE *out, const void *table_rows);

/* Prints heads and rows so, names to the left. SYSTEM without memory. */
int table_print(const struct table *table, const void *rows, size_t n, FILE *out);

/* ---- reading */

struct table_reader {
    struct text_reader text;
    const struct table *table; /* NULL: any columns, of which only the fields are asked for */
    char *heads;               /* the first line, which `head` points into */
    int n_fields;              /* in each line */
    char **head, **field;      /* [n_fields]; the fields of the line last read */
    int *place;                /* [n_columns of table] the field of each column; -1: missing */
};

/* Opens a CSV file, plain or gzipped, and reads its heads. It may have more columns than the table,
 * in any order. USER, with line and column, if one is missing or there twice. */
int table_open(struct table_reader *reader, const struct table *table, const char *path);

/* The same for a text in memory; `name` stands for the path in messages. */
int table_open_text(struct table_reader *reader, const struct table *table, const char *name,
                    const char *text);

/* Reads the next line into fields and, by the table, into a row: 1, or 0 at the end. USER, with
 * line, column and value, if it has another number of fields or a value that cannot be. */
int table_next(struct table_reader *reader, void *row);

/* USER: "PATH: line N: HEAD 'FIELD': expected RIGHT", of a field of the line last read. */
int table_refuse(const struct table_reader *reader, int field, const char *right);

/* The same of a column of the table. */
int table_refuse_value(const struct table_reader *reader, const char *name, const char *right);

void table_close(struct table_reader *reader);

/* Whether a row that was just read is one to take: 1; 0 ends the reading before it; USER by
 * table_refuse_value. */
typedef int table_accept(const struct table_reader *reader, const void *row);

/* All rows of a file that are taken (NULL: any). `rows` is the address of a pointer to rows, which
 * is set to [*n] of them in new memory, to be given to table_free; to NULL where it fails. */
int table_read(const struct table *table, const char *path, table_accept *accept, void *rows,
               int32_t *n);

/* The same of FOLDER/FILE; no rows (NULL) where there is no such file. */
int table_read_in(const struct table *table, const char *folder, void *rows, int32_t *n);

/* Frees rows and their texts. */
void table_free(const struct table *table, void *rows, int32_t n);

#endif
