/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network as a CSV table of synapses: the format of the golden data. Checks the numbers of a row;
 * what the ids mean is network_init's concern. */
#include "store/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/number.h"
#include "core/status.h"
#include "core/text.h"

enum { ROWS_MAX = 2000000000, N_COMMAS = 3 };

static const char header[] = "source_id,dendrite_id,weight,plastic";
static const char explained[] = ",cell,class,row,column"; /* follow from the ids */

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

/* A row of n_commas + 1 fields, as the header has. */
static int parse_row(const struct text_reader *reader, int n_commas, struct synapse_row *row)
{
    char *rest = reader->text, *field[4];
    int32_t plastic;
    float weight;
    const int found = count_commas(rest);
    if (found != n_commas && n_commas == N_COMMAS)
        return status_fail(STATUS_USER, "%s: line %zu: '%.60s': expected %s", reader->path,
                           reader->line, rest, header);
    if (found != n_commas)
        return status_fail(STATUS_USER, "%s: line %zu: %d columns: expected %d, as in line 1",
                           reader->path, reader->line, found + 1, n_commas + 1);
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

/* The columns that are read, alone or with others after them. */
static bool is_header(const char *text)
{
    const size_t length = sizeof header - 1;
    return strncmp(text, header, length) == 0 && (text[length] == '\0' || text[length] == ',');
}

static int read_rows(struct text_reader *reader, bool plastic_only, struct synapse_row **rows,
                     int32_t *n_rows)
{
    int more = text_next(reader);
    if (more < 0)
        return more;
    if (more == 0 || !is_header(reader->text))
        return status_fail(STATUS_USER, "%s: line 1: '%.60s': expected %s", reader->path,
                           more ? reader->text : "", header);
    const int n_commas = count_commas(reader->text);
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
        const int result = parse_row(reader, n_commas, &(*rows)[*n_rows]);
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

/* Class and pixel are empty where there is none: of interneurons of no class, of other sources. */
static void explain(FILE *stream, const struct synapse_row *row, const struct snapshot_key *key)
{
    const struct layout *layout = key->layout;
    const struct population *target = layout_population_of_dendrite(layout, row->dendrite);
    fprintf(stream, ",%d,", layout_neuron(layout, row->dendrite));
    if (target->class_index >= 0)
        fprintf(stream, "%d", key->labels[target->class_index]);
    const int32_t pixel = row->source - layout_first_input(layout);
    if (row->plastic)
        fprintf(stream, ",%d,%d\n", pixel / key->width, pixel % key->width);
    else
        fprintf(stream, ",,\n");
}

int snapshot_write(const char *path, const struct synapse_row *rows, int32_t n_rows,
                   const struct snapshot_key *key)
{
    struct new_file file;
    const int result = file_create(&file, path);
    if (result != STATUS_OK)
        return result;
    fprintf(file.stream, "%s%s\n", header, explained);
    for (int32_t i = 0; i < n_rows; i++) {
        fprintf(file.stream, "%d,%d,%.9g,%d", rows[i].source, rows[i].dendrite,
                (double)rows[i].weight, rows[i].plastic);
        explain(file.stream, &rows[i], key);
    }
    return file_commit(&file);
}
