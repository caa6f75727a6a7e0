/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The row of result.csv: written by a run, read strictly by a sweep, since others may have put the
 * file there. */
#include "store/result_row.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/number.h"
#include "core/status.h"
#include "core/text.h"

enum column_kind { TEXT, LABELS, WHOLE, STOP, FRACTION, SIMILARITY, SECONDS };

static const struct {
    const char *name;
    enum column_kind kind;
} columns[RESULT_N_COLUMNS] = {
    [RESULT_DATA_SET] = {"data_set", TEXT},
    [RESULT_CLASSES] = {"classes", LABELS},
    [RESULT_SYNAPSES] = {"synapses", WHOLE},
    [RESULT_POLICY] = {"policy", TEXT},
    [RESULT_SEED] = {"seed", WHOLE},
    [RESULT_PRESENTATIONS] = {"presentations", WHOLE},
    [RESULT_STOPPED_BY] = {"stopped_by", STOP},
    [RESULT_TESTS] = {"tests", WHOLE},
    [RESULT_ACCURACY] = {"accuracy", FRACTION},
    [RESULT_TIES] = {"ties", WHOLE},
    [RESULT_UNDECIDED] = {"undecided", WHOLE},
    [RESULT_SIMILARITY] = {"similarity", SIMILARITY},
    [RESULT_SECONDS] = {"seconds", SECONDS},
};

const char *result_column(int column)
{
    return columns[column].name;
}

void result_print_header(FILE *stream)
{
    for (int i = 0; i < RESULT_N_COLUMNS; i++)
        fprintf(stream, "%s%s", i ? "," : "", columns[i].name);
    fputc('\n', stream);
}

void result_print_gathered_header(FILE *stream)
{
    fputs(columns[RESULT_SEED].name, stream);
    for (int i = 0; i < RESULT_SECONDS; i++)
        if (i != RESULT_SEED)
            fprintf(stream, ",%s", columns[i].name);
    fputc('\n', stream);
}

void result_row_print_gathered(const struct result_row *row, FILE *stream)
{
    fputs(row->field[RESULT_SEED], stream);
    for (int i = 0; i < RESULT_SECONDS; i++)
        if (i != RESULT_SEED)
            fprintf(stream, ",%s", row->field[i]);
    fputc('\n', stream);
}

static bool is_of(const char *text, const char *letters)
{
    return *text && strspn(text, letters) == strlen(text);
}

static bool is_number(const char *text, double least, double most)
{
    double number;
    return number_parse(text, &number) && number >= least && number <= most;
}

static const char *expected(enum column_kind kind)
{
    static const char *const right[] = {
        [TEXT] = "a text without quotes",    [LABELS] = "labels of classes, as 0-1",
        [WHOLE] = "a whole number",          [STOP] = "strong, limit or patience",
        [FRACTION] = "a number from 0 to 1", [SIMILARITY] = "a number from -1 to 1, or nothing",
        [SECONDS] = "a number of seconds",
    };
    return right[kind];
}

static bool fits(const struct result_row *row, int column)
{
    const char *text = row->field[column];
    switch (columns[column].kind) {
    case TEXT:
        return !strchr(text, '"');
    case LABELS:
        return is_of(text, "0123456789-");
    case WHOLE:
        return is_of(text, "0123456789") && strlen(text) <= 20;
    case STOP:
        return strcmp(text, "strong") == 0 || strcmp(text, "limit") == 0 ||
               strcmp(text, "patience") == 0;
    case FRACTION: /* of no tests it is not a number */
        return is_number(text, 0, 1) ||
               (strcmp(row->field[RESULT_TESTS], "0") == 0 && strstr(text, "nan"));
    case SIMILARITY: /* of rounded numbers */
        return !*text || is_number(text, -1.000001, 1.000001);
    default:
        return is_number(text, 0, 1e12);
    }
}

/* Cuts the row at its commas; how many fields that gives, counted on to the end. */
static int cut(struct result_row *row)
{
    int n = 0;
    for (char *at = row->text; at; n++) {
        if (n < RESULT_N_COLUMNS)
            row->field[n] = at;
        at = strchr(at, ',');
        if (at)
            *at++ = '\0';
    }
    return n;
}

static int check_row(struct result_row *row, const char *path)
{
    const int n = cut(row);
    if (n != RESULT_N_COLUMNS)
        return status_fail(STATUS_USER, "%s: line 2: %d fields: expected %d" RESULT_REMEDY, path, n,
                           RESULT_N_COLUMNS);
    for (int i = 0; i < RESULT_N_COLUMNS; i++)
        if (!fits(row, i))
            return status_fail(STATUS_USER, "%s: line 2: %s '%.100s': expected %s" RESULT_REMEDY,
                               path, columns[i].name, row->field[i], expected(columns[i].kind));
    return STATUS_OK;
}

static bool is_header(const char *text)
{
    for (int i = 0; i < RESULT_N_COLUMNS; i++) {
        const size_t length = strlen(columns[i].name);
        if (strncmp(text, columns[i].name, length) != 0 ||
            text[length] != (i + 1 < RESULT_N_COLUMNS ? ',' : '\0'))
            return false;
        text += length + 1;
    }
    return true;
}

/* The lines of an open result.csv, of which there must be two. */
static int read_lines(struct text_reader *reader, struct result_row *row)
{
    int more = text_next(reader);
    if (more == 1 && !is_header(reader->text))
        return status_fail(STATUS_USER,
                           "%s: line 1: '%.100s': expected data_set,classes,…" RESULT_REMEDY,
                           reader->path, reader->text);
    more = more == 1 ? text_next(reader) : more;
    if (more == 0)
        return status_fail(STATUS_USER, "%s: has no row: expected one" RESULT_REMEDY, reader->path);
    if (more == 1 && !(row->text = strdup(reader->text)))
        return status_no_memory(reader->path, strlen(reader->text));
    more = more == 1 ? text_next(reader) : more;
    if (more == 1)
        return status_fail(STATUS_USER, "%s: line 3: expected one row only" RESULT_REMEDY,
                           reader->path);
    return more == 0 ? check_row(row, reader->path) : more;
}

int result_row_read(struct result_row *row, const char *folder)
{
    struct text_reader reader;
    *row = (struct result_row){0};
    char *path = file_join(folder, "result.csv");
    if (!path)
        return status_no_memory("a file name", strlen(folder));
    int status = text_open(&reader, path);
    if (status == STATUS_OK) {
        status = read_lines(&reader, row);
        text_close(&reader);
    }
    free(path);
    if (status != STATUS_OK)
        result_row_free(row);
    return status;
}

void result_row_free(struct result_row *row)
{
    free(row->text);
    *row = (struct result_row){0};
}
