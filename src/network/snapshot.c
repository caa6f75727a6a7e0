/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network as a CSV table of synapses: the format of the golden data. Checks the numbers of a row;
 * what the ids mean is network_init's concern. */
#include "network/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/number.h"
#include "core/status.h"

enum { ROWS_MAX = 2000000000 };

static const char header[] = "source_id,dendrite_id,weight,plastic";

static bool take_whole(const char *field, int32_t most, int32_t *number)
{
    int64_t value;
    if (!number_parse_whole(field, &value) || value < 0 || value > most)
        return false;
    *number = (int32_t)value;
    return true;
}

static int count_commas(const char *text)
{
    int n = 0;
    for (; *text; text++)
        n += *text == ',';
    return n;
}

static int wrong_id(const struct text_reader *reader, const char *column, const char *field)
{
    return status_fail(STATUS_USER,
                       "%s: line %zu: %s '%.60s': expected a whole number from 0 to %d",
                       reader->path, reader->line, column, field, INT32_MAX);
}

static int parse_row(const struct text_reader *reader, struct synapse_row *row)
{
    char *rest = reader->text, *field[4];
    int32_t plastic;
    float weight;
    if (count_commas(rest) != 3)
        return status_fail(STATUS_USER, "%s: line %zu: '%.60s': expected %s", reader->path,
                           reader->line, rest, header);
    for (int i = 0; i < 4; i++)
        field[i] = strsep(&rest, ",");
    if (!take_whole(field[0], INT32_MAX, &row->source))
        return wrong_id(reader, "source_id", field[0]);
    if (!take_whole(field[1], INT32_MAX, &row->dendrite))
        return wrong_id(reader, "dendrite_id", field[1]);
    if (!number_parse_float(field[2], &weight) || weight < 0 || weight > 100)
        return status_fail(STATUS_USER,
                           "%s: line %zu: weight '%.60s': expected a number from 0 to 100",
                           reader->path, reader->line, field[2]);
    if (!take_whole(field[3], 1, &plastic))
        return status_fail(STATUS_USER, "%s: line %zu: plastic '%.60s': expected 0 or 1",
                           reader->path, reader->line, field[3]);
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
