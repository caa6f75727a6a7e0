/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The row of result.csv: written by a run, read strictly by a sweep, since others may have put the
 * file there. */
#include "store/result_row.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/number.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/table.h"

/* What is in a column: a number within this range, or what the message asks for. */
enum kind { TEXT, LABELS, WHOLE, STOP, ACCURACY, PART, SIGNED, AMOUNT, SECONDS };
static const struct {
    const char *right;
    double least, most;
    bool may_be_nothing;
} kinds[] = {
    [TEXT] = {.right = "a text without quotes"},
    [LABELS] = {.right = "labels of classes, as 0-1"},
    [WHOLE] = {"a whole number", 0, HUGE_VAL, false},
    [STOP] = {.right = "strong, limit, patience or accuracy"},
    [ACCURACY] = {"a number from 0 to 1", 0, 1, false},
    [PART] = {"a number from 0 to 1, or nothing", 0, 1, true},
    /* of rounded numbers, so a little beyond 1 */
    [SIGNED] = {"a number from -1 to 1, or nothing", -1.000001, 1.000001, true},
    [AMOUNT] = {"a number from 0, or nothing", 0, 1e6, true},
    [SECONDS] = {"a number of seconds", 0, 1e12, false},
};

#define COLUMN(name, head, kind) kind,
static const enum kind kind_of[] = {RESULT_COLUMNS(COLUMN)};
#undef COLUMN

#define COLUMN(name, head, kind)                                                                   \
    [RESULT_##name] = TABLE_COLUMN(struct result_row, field[RESULT_##name], TEXT, head,            \
                                   .may_be_missing = RESULT_##name >= RESULT_FIRST_OF_PHASES &&    \
                                                     RESULT_##name <= RESULT_LAST_OF_PHASES),
static const struct table_column columns[] = {RESULT_COLUMNS(COLUMN)};
static const struct table table = TABLE_OF("result.csv", struct result_row, columns);

const char *result_column(int column)
{
    return columns[column].name;
}

bool result_is_measure(const char *name, double *least, double *most)
{
    int i = RESULT_PRESENTATIONS;
    while (i < RESULT_N_COLUMNS && strcmp(columns[i].name, name) != 0)
        i++;
    if (i == RESULT_N_COLUMNS || i == RESULT_STOPPED_BY)
        return false;
    *least = kinds[kind_of[i]].least;
    *most = kinds[kind_of[i]].most;
    return true;
}

static bool is_there(int column, bool has_phases)
{
    return has_phases || column < RESULT_FIRST_OF_PHASES || column > RESULT_LAST_OF_PHASES;
}

/* Numbers have six digits, where they count nothing; nothing stands for NaN. */
static void put_number(double number, enum kind kind, FILE *stream)
{
    if (!isnan(number) || kind == ACCURACY)
        fprintf(stream, "%.*f", kind == WHOLE ? 0 : kind == SECONDS ? 3 : 6, number);
}

void result_print(const struct result_values *values, FILE *stream, bool has_phases)
{
    for (int line = 0; line < 2; line++)
        for (int i = 0; i < RESULT_N_COLUMNS; i++) {
            const char *text = line == 0 ? columns[i].name : values->text[i];
            if (!is_there(i, has_phases))
                continue;
            if (text)
                fputs(text, stream);
            else
                put_number(values->number[i], kind_of[i], stream);
            fputc(i == RESULT_SECONDS ? '\n' : ',', stream);
        }
}

void result_print_gathered_header(FILE *stream, bool has_phases)
{
    struct result_row heads;
    for (int i = 0; i < RESULT_N_COLUMNS; i++)
        heads.field[i] = columns[i].name;
    result_row_print_gathered(&heads, stream, has_phases);
}

void result_row_print_gathered(const struct result_row *row, FILE *stream, bool has_phases)
{
    fputs(row->field[RESULT_SEED], stream);
    for (int i = 0; i < RESULT_SECONDS; i++)
        if (i != RESULT_SEED && is_there(i, has_phases))
            fprintf(stream, ",%s", row->field[i] ? row->field[i] : "");
    fputc('\n', stream);
}

static bool is_of(const char *text, const char *letters)
{
    return *text && strspn(text, letters) == strlen(text);
}

static bool fits(const struct result_row *row, int column)
{
    const char *text = row->field[column];
    const enum kind kind = kind_of[column];
    double number;
    if (!text) /* the column is one of those that may be missing */
        return true;
    switch (kind) {
    case TEXT:
        return !text[strcspn(text, "\",")];
    case LABELS:
        return is_of(text, "0123456789-");
    case WHOLE:
        return is_of(text, "0123456789") && strlen(text) <= 20;
    case STOP:
        return strcmp(text, "strong") == 0 || strcmp(text, "limit") == 0 ||
               strcmp(text, "patience") == 0 || strcmp(text, "accuracy") == 0;
    default:
        if (kind == ACCURACY && strcmp(row->field[RESULT_TESTS], "0") == 0 && strstr(text, "nan"))
            return true;
        return number_parse(text, &number)
                   ? number >= kinds[kind].least && number <= kinds[kind].most
                   : !*text && kinds[kind].may_be_nothing;
    }
}

static int check_row(const struct table_reader *reader, const void *row)
{
    if (reader->text.line > 2)
        return status_fail(STATUS_USER, "%s: line 3: expected one row only", reader->text.path);
    for (int i = 0; i < RESULT_N_COLUMNS; i++)
        if (!fits(row, i))
            return table_refuse_value(reader, columns[i].name, kinds[kind_of[i]].right);
    return 1;
}

static int read_row(struct result_row *row, const char *path)
{
    OWNED struct result_row *rows = NULL;
    int32_t n;
    TRY(table_read(&table, path, check_row, &rows, &n));
    if (n == 0)
        return status_fail(STATUS_USER, "%s: has no row: expected one", path);
    *row = rows[0];
    return STATUS_OK;
}

int result_row_read(struct result_row *row, const char *folder)
{
    *row = (struct result_row){0};
    OWN_PATH(path, folder, table.file);
    const int status = read_row(row, path);
    return status == STATUS_USER ? status_fail(status, "%s" RESULT_REMEDY, status_message())
                                 : status;
}

void result_row_free(struct result_row *row)
{
    for (int i = 0; i < RESULT_N_COLUMNS; i++)
        free((char *)row->field[i]);
    *row = (struct result_row){0};
}
