/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network as a CSV table of synapses: the format of the golden data. Checks the numbers of a row;
 * what the ids mean is network_init's concern. */
#include "network/snapshot.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/status.h"

enum { ROWS_MAX = 2000000000 };

static const char header[] = "source_id,dendrite_id,weight,plastic";

/* A whole number that ends at `end_with`; *text is moved behind it. */
static bool take_id(char **text, char end_with, int32_t *id)
{
    char *end;
    errno = 0;
    const long value = strtol(*text, &end, 10);
    if (end == *text || *end != end_with || errno || value < 0 || value > INT32_MAX)
        return false;
    *id = (int32_t)value;
    *text = end + 1;
    return true;
}

static int count_commas(const char *text)
{
    int n = 0;
    for (; *text; text++)
        n += *text == ',';
    return n;
}

/* How much of a field a message shows. */
static int shown_length(const char *field)
{
    const size_t n = strcspn(field, ",");
    return n < 60 ? (int)n : 60;
}

static int wrong_id(const struct text_reader *reader, const char *column, const char *field)
{
    return status_fail(STATUS_USER, "%s: line %zu: %s '%.*s': expected a whole number from 0 to %d",
                       reader->path, reader->line, column, shown_length(field), field, INT32_MAX);
}

static int parse_row(const struct text_reader *reader, struct synapse_row *row)
{
    char *text = reader->text, *end;
    int32_t plastic = -1;
    if (count_commas(text) != 3)
        return status_fail(STATUS_USER, "%s: line %zu: '%.60s': expected %s", reader->path,
                           reader->line, text, header);
    if (!take_id(&text, ',', &row->source))
        return wrong_id(reader, "source_id", text);
    if (!take_id(&text, ',', &row->dendrite))
        return wrong_id(reader, "dendrite_id", text);
    const float weight = strtof(text, &end);
    if (end == text || *end != ',' || !isfinite(weight) || weight < 0 || weight > 100)
        return status_fail(STATUS_USER,
                           "%s: line %zu: weight '%.*s': expected a number from 0 to 100",
                           reader->path, reader->line, shown_length(text), text);
    text = end + 1;
    if (!take_id(&text, '\0', &plastic) || plastic > 1)
        return status_fail(STATUS_USER, "%s: line %zu: plastic '%.60s': expected 0 or 1",
                           reader->path, reader->line, end + 1);
    if (plastic == 1 && weight > 1)
        return status_fail(STATUS_USER,
                           "%s: line %zu: weight %g of a plastic synapse: expected 0 to 1",
                           reader->path, reader->line, (double)weight);
    row->weight = weight;
    row->plastic = plastic == 1;
    return STATUS_OK;
}

static int read_rows(struct text_reader *reader, bool plastic_only, struct synapse_row **rows,
                     int32_t *n_rows)
{
    int more = text_next(reader);
    if (more < 0)
        return more;
    if (more == 0 || strcmp(reader->text, header) != 0)
        return status_fail(STATUS_USER, "%s: line 1: '%.60s': expected %s", reader->path,
                           more ? reader->text : "", header);
    size_t capacity = 0;
    while ((more = text_next(reader)) > 0) {
        if (*n_rows == ROWS_MAX)
            return status_fail(STATUS_USER, "%s: more than %d synapses", reader->path, ROWS_MAX);
        if ((size_t)*n_rows == capacity) {
            capacity = capacity ? 2 * capacity : 4096;
            struct synapse_row *larger = realloc(*rows, capacity * sizeof **rows);
            if (!larger)
                return status_no_memory(reader->path, capacity * sizeof **rows);
            *rows = larger;
        }
        const int result = parse_row(reader, &(*rows)[*n_rows]);
        if (result != STATUS_OK)
            return result;
        if (plastic_only && !(*rows)[*n_rows].plastic)
            return STATUS_OK;
        ++*n_rows;
    }
    return more;
}

static int read_file(const char *path, bool plastic_only, struct synapse_row **rows,
                     int32_t *n_rows)
{
    struct text_reader reader;
    *rows = NULL;
    *n_rows = 0;
    int result = text_open(&reader, path);
    if (result != STATUS_OK)
        return result;
    result = read_rows(&reader, plastic_only, rows, n_rows);
    text_close(&reader);
    if (result != STATUS_OK) {
        free(*rows);
        *rows = NULL;
        *n_rows = 0;
    }
    return result;
}

int snapshot_read(const char *path, struct synapse_row **rows, int32_t *n_rows)
{
    return read_file(path, false, rows, n_rows);
}

int snapshot_read_plastic(const char *path, struct synapse_row **rows, int32_t *n_rows)
{
    return read_file(path, true, rows, n_rows);
}

int snapshot_write(const char *path, const struct synapse_row *rows, int32_t n_rows)
{
    struct new_file file;
    const int result = file_create(&file, path);
    if (result != STATUS_OK)
        return result;
    fprintf(file.stream, "%s\n", header);
    for (int32_t i = 0; i < n_rows; i++)
        fprintf(file.stream, "%d,%d,%.9g,%d\n", rows[i].source, rows[i].dendrite,
                (double)rows[i].weight, rows[i].plastic);
    return file_commit(&file);
}
