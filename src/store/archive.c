/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/archive.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/field.h"
#include "core/scope.h"
#include "core/status.h"

void archive_refuse(struct archive *archive, const char *format, ...)
{
    char why[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why, sizeof why, format, arguments);
    va_end(arguments);
    if (archive->status == STATUS_OK)
        archive->status = status_fail(STATUS_USER, "%s: %s", archive->path, why);
}

void archive_take(struct archive *archive, const char *prefix, int status)
{
    if (archive->status == STATUS_OK)
        archive->status =
            status != STATUS_USER
                ? status
                : status_fail(STATUS_USER, "%s: %s%s", archive->path, prefix, status_message());
}

int archive_check_shape(const char *path, const char *name, int rank, const int64_t *shape,
                        const int64_t *expected)
{
    for (int i = 0; i < rank; i++)
        if (shape[i] != expected[i])
            return status_fail(STATUS_USER,
                               "%s: %s: has %lld values along dimension %d, %lld were expected",
                               path, name, (long long)shape[i], i + 1, (long long)expected[i]);
    return STATUS_OK;
}

void *archive_allocate(struct archive *archive, int64_t n, size_t value_size)
{
    void *values = calloc((size_t)n + 1, value_size);
    if (!values && archive->status == STATUS_OK)
        archive->status = status_no_memory("what is stored", (size_t)n * value_size);
    return values;
}

void archive_values(struct archive *archive, const char *name, enum spinet_type type, int rank,
                    const int64_t *shape, void *values, const char *unit)
{
    const struct archive_format *format = archive->format;
    if (archive->status == STATUS_OK)
        archive->status = archive->loads
                              ? format->read(archive->file, name, type, rank, shape, values)
                              : format->write(archive->file, name, type, rank, shape, values, unit);
}

void archive_number(struct archive *archive, const char *name, enum spinet_type type, void *value,
                    const char *unit)
{
    archive_values(archive, name, type, 0, NULL, value, unit);
}

void archive_integer(struct archive *archive, const char *name, int32_t least, int32_t greatest,
                     int32_t *value)
{
    int32_t found = *value;
    archive_number(archive, name, SPINET_INT32, &found, NULL);
    if (archive->loads && (found < least || found > greatest))
        archive_refuse(archive, "%s: %d is not between %d and %d", name, found, least, greatest);
    if (archive_has_loaded(archive))
        *value = found;
}

void archive_flag(struct archive *archive, const char *name, bool *value)
{
    int32_t number = *value;
    archive_integer(archive, name, 0, 1, &number);
    *value = number != 0;
}

char *archive_text(struct archive *archive, const char *name, const char *text)
{
    char *found = NULL;
    if (archive->status == STATUS_OK)
        archive->status = archive->loads ? archive->format->read_text(archive->file, name, &found)
                                         : archive->format->write_text(archive->file, name, text);
    return found;
}

int64_t archive_length(struct archive *archive, const char *name, enum spinet_type type, int64_t n,
                       int64_t greatest)
{
    int64_t found = 0;
    if (!archive->loads)
        return n;
    if (archive->status == STATUS_OK)
        archive->status = archive->format->get_shape(archive->file, name, type, 1, &found);
    if (found > greatest)
        archive_refuse(archive, "%s: has %lld values, at most %lld were expected", name,
                       (long long)found, (long long)greatest);
    return archive->status == STATUS_OK ? found : 0;
}

static void name_field(char name[ARCHIVE_NAME_MAX], const char *prefix,
                       const struct spinet_field *field)
{
    snprintf(name, ARCHIVE_NAME_MAX, "%s/%s", prefix, field->name);
}

/* Saves or loads an array that a state owns. */
static void move_array(struct archive *archive, const char *name, enum spinet_type type,
                       struct spinet_array *array)
{
    const int64_t n = archive_length(archive, name, type, array->n, INT32_MAX);
    if (archive_has_loaded(archive)) {
        free(array->values);
        array->values = archive_allocate(archive, n, field_value_size(type));
        array->n = array->values ? n : 0;
    }
    archive_values(archive, name, type, 1, &n, array->values, NULL);
}

void archive_state(struct archive *archive, const char *prefix, const struct spinet_field *fields,
                   int32_t n_fields, void *state)
{
    for (int32_t i = 0; i < n_fields; i++) {
        char name[ARCHIVE_NAME_MAX];
        void *place = (char *)state + fields[i].offset;
        const int64_t n = fields[i].n;
        name_field(name, prefix, &fields[i]);
        if (n > 0)
            archive_values(archive, name, fields[i].type, 1, &n, place, NULL);
        else
            move_array(archive, name, fields[i].type, place);
    }
}

void archive_rows(struct archive *archive, const char *prefix, const struct spinet_field *fields,
                  int32_t n_fields, void *rows, size_t row_size, int64_t n)
{
    OWNED char *column = archive_allocate(archive, n, sizeof(double));
    for (int32_t k = 0; k < n_fields && column; k++) {
        const size_t size = field_value_size(fields[k].type);
        char name[ARCHIVE_NAME_MAX], *row = rows;
        name_field(name, prefix, &fields[k]);
        for (int64_t i = 0; i < n && !archive->loads; i++, row += row_size)
            memcpy(column + (size_t)i * size, row + fields[k].offset, size);
        archive_values(archive, name, fields[k].type, 1, &n, column, NULL);
        for (int64_t i = 0; i < n && archive_has_loaded(archive); i++, row += row_size)
            memcpy(row + fields[k].offset, column + (size_t)i * size, size);
    }
}

void archive_table(struct archive *archive, const char *prefix, const struct table *table,
                   void *rows, int64_t *n)
{
    static const enum spinet_type types[] = {
        [TABLE_WHOLE] = SPINET_INT32, [TABLE_FLOAT] = SPINET_FLOAT, [TABLE_NUMBER] = SPINET_DOUBLE};
    OWNED struct spinet_field *field = archive_allocate(archive, table->n_columns, sizeof *field);
    char first[ARCHIVE_NAME_MAX];
    void **place = rows;
    if (!field)
        return;
    for (int k = 0; k < table->n_columns; k++)
        field[k] = (struct spinet_field){table->column[k].name, types[table->column[k].type],
                                         table->column[k].at, 1};
    name_field(first, prefix, &field[0]);
    const int64_t n_moved = archive_length(archive, first, field[0].type, *n, INT64_MAX / 64);
    if (archive_has_loaded(archive)) {
        free(*place);
        *place = archive_allocate(archive, n_moved, table->row_size);
        *n = *place ? n_moved : 0;
    }
    archive_rows(archive, prefix, field, table->n_columns, *place, table->row_size, n_moved);
}

static void refuse_another(struct archive *archive, const char *what)
{
    archive_refuse(archive, "is of another run: its %s", what);
}

void archive_compare(struct archive *archive, const char *name, enum spinet_type type, int64_t n,
                     const void *values, const char *what)
{
    const size_t size = (size_t)n * field_value_size(type);
    OWNED char *copy = archive_allocate(archive, n, field_value_size(type));
    if (copy && size > 0 && !archive->loads)
        memcpy(copy, values, size);
    archive_values(archive, name, type, 1, &n, copy, NULL);
    if (archive_has_loaded(archive) && size > 0 && memcmp(copy, values, size) != 0)
        refuse_another(archive, what);
}

void archive_compare_text(struct archive *archive, const char *name, const char *text,
                          const char *what)
{
    OWNED char *found = archive_text(archive, name, text);
    if (found && strcmp(found, text) != 0)
        refuse_another(archive, what);
}
