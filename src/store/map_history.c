/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Maps taken during training, and the file they are kept in. */
#include "store/map_history.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/field.h"
#include "core/file.h"
#include "core/number.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/table.h"
#include "store/archive.h"
#include "train/maps.h"

/* What stands before the pixels of a map. */
struct map_line {
    int32_t presentation, label;
    double similarity;
};
static const struct table_column line_columns[] = {
    TABLE_COLUMN(struct map_line, presentation, WHOLE, "presentation"),
    TABLE_COLUMN(struct map_line, label, WHOLE, "label"),
    TABLE_COLUMN(struct map_line, similarity, NUMBER, "similarity", .may_be_empty = true),
};
static const struct table line_table = TABLE_OF("maps_training.csv", struct map_line, line_columns);
enum { N_NAMES = sizeof line_columns / sizeof *line_columns };

size_t map_history_n_values(const struct map_history *history)
{
    return (size_t)history->n_classes * (size_t)history->width * (size_t)history->height;
}

const float *map_history_weights(const struct map_history *history, int32_t m)
{
    return history->weight + (size_t)m * map_history_n_values(history);
}

void map_history_free(struct map_history *history)
{
    free(history->moment);
    free(history->weight);
    free(history->label);
    *history = (struct map_history){0};
}

/* Makes room for n moments. */
static int reserve(struct map_history *history, int64_t n)
{
    TRY_RESIZE(history->moment, n + 1, "the maps");
    TRY_RESIZE(history->weight, (size_t)n * map_history_n_values(history) + 1, "the maps");
    return STATUS_OK;
}

int map_history_write(const struct map_history *history, const char *folder)
{
    struct new_file file;
    TRY(file_create_in(&file, folder, line_table.file));
    const size_t n_pixels = (size_t)history->width * (size_t)history->height;
    fprintf(file.stream, "presentation,label,similarity");
    maps_write_pixel_names(file.stream, history->width, history->height);
    const float *weight = history->weight;
    for (int32_t m = 0; m < history->n; m++)
        for (int32_t k = 0; k < history->n_classes; k++) {
            const struct map_moment *moment = &history->moment[m];
            fprintf(file.stream, "%d,%d,", moment->presentation, history->label[k]);
            if (!isnan(moment->similarity))
                fprintf(file.stream, "%.6f", moment->similarity);
            for (size_t i = 0; i < n_pixels; i++)
                fprintf(file.stream, ",%.4g", (double)*weight++);
            fprintf(file.stream, "\n");
        }
    return file_commit(&file);
}

/* ---- observing ---- */

/* Adds the maps of the network as it is. */
static int take(struct map_history *history, const struct training *training)
{
    SCOPED(maps_free) struct maps maps = {0};
    const size_t n = map_history_n_values(history);
    TRY(maps_init(&maps, &training->network, training->dataset));
    TRY(reserve(history, history->n + 1));
    for (size_t i = 0; i < n; i++)
        history->weight[(size_t)history->n * n + i] = (float)maps.weight[i];
    history->moment[history->n++] = (struct map_moment){training->n_presentations, maps.similarity};
    return STATUS_OK;
}

static void move(struct observer *observer, struct training *training, struct archive *archive)
{
    static const struct spinet_field fields[] = {
        FIELD(struct map_moment, "presentation", INT32, presentation),
        FIELD(struct map_moment, "similarity", DOUBLE, similarity),
    };
    struct map_history *maps = (struct map_history *)observer;
    const int64_t most = (int64_t)training->parameters->stopping.max_presentations + 1;
    const int64_t n = archive_length(archive, "maps/presentation", SPINET_INT32, maps->n, most),
                  shape[] = {n, maps->n_classes, (int64_t)maps->width * maps->height};
    if (archive_has_loaded(archive))
        archive->status = reserve(maps, n);
    archive_values(archive, "maps/weight", SPINET_FLOAT, 3, shape, maps->weight, NULL);
    archive_rows(archive, "maps", fields, 2, maps->moment, sizeof *maps->moment, n);
    maps->n = archive_has_loaded(archive) ? (int32_t)n : maps->n;
}

static int begun(struct observer *observer, const struct training *training)
{
    struct map_history *history = (struct map_history *)observer;
    history->n = 0;
    return take(history, training);
}

static int stepped(struct observer *observer, const struct training *training)
{
    const int32_t period = training->parameters->record.maps_period;
    const bool is_due =
        training->n_presentations % period == 0 || training->stopped_by != STOP_NOT_YET;
    return is_due ? take((struct map_history *)observer, training) : STATUS_OK;
}

static int finished(struct observer *observer, const struct training *training, const char *folder)
{
    (void)training;
    return map_history_write((const struct map_history *)observer, folder);
}

int map_history_init(struct map_history *history, const struct dataset *dataset)
{
    *history = (struct map_history){
        .observer = {.begun = begun, .stepped = stepped, .move = move, .finished = finished},
        .n_classes = dataset->classes.n,
        .width = dataset->test.width,
        .height = dataset->test.height};
    TRY_NEW(history->label, dataset->classes.n, "the maps");
    memcpy(history->label, dataset->classes.label,
           (size_t)dataset->classes.n * sizeof *history->label);
    return STATUS_OK;
}

const struct map_history *map_history_find(const struct training *training)
{
    const struct observer *o = training->observers;
    while (o && o->stepped != stepped)
        o = o->next;
    return (const struct map_history *)o;
}

double map_history_similarity(const struct map_history *history, int32_t presentation)
{
    for (int32_t m = 0; m < history->n; m++)
        if (history->moment[m].presentation == presentation)
            return history->moment[m].similarity;
    return NAN;
}

/* ---- reading ---- */

static int bad(const struct table_reader *reader, const char *what)
{
    return status_fail(STATUS_USER, "%s: line %zu: %s", reader->text.path, reader->text.line, what);
}

static int read_size(struct map_history *history, const struct table_reader *reader)
{
    int32_t y, x;
    char end;
    if (sscanf(reader->head[reader->n_fields - 1], "y%6dx%6d%c", &y, &x, &end) != 2 || y < 0 ||
        x < 0 || (int64_t)(y + 1) * (x + 1) != reader->n_fields - N_NAMES)
        return bad(reader, "expected pixels y0x0 … in as many columns as the last of them says");
    history->width = x + 1;
    history->height = y + 1;
    return STATUS_OK;
}

/* Adds a map. Those of the first presentation say which classes there are. */
static int add_map(struct map_history *history, const struct table_reader *reader,
                   const struct map_line *line, int32_t row)
{
    if (row == 0 || (history->n == 1 && history->moment[0].presentation == line->presentation)) {
        TRY_RESIZE(history->label, row + 1, "the maps");
        history->label[row] = line->label;
        history->n_classes = row + 1;
    }
    const int32_t k = row % history->n_classes, n_pixels = history->width * history->height;
    history->n = row / history->n_classes + 1;
    TRY(reserve(history, history->n));
    struct map_moment *moment = &history->moment[history->n - 1];
    if (k == 0)
        *moment = (struct map_moment){line->presentation, line->similarity};
    if (history->label[k] != line->label || moment->presentation != line->presentation)
        return bad(reader, "the maps of a presentation are not those of all classes in order");
    for (int32_t i = 0; i < n_pixels; i++) {
        double number;
        if (!number_parse(reader->field[N_NAMES + i], &number))
            return table_refuse(reader, N_NAMES + i, "a number");
        history->weight[(size_t)row * (size_t)n_pixels + (size_t)i] = (float)number;
    }
    return STATUS_OK;
}

static int read_maps(struct map_history *history, struct table_reader *reader)
{
    struct map_line line;
    int more = 0;
    TRY(read_size(history, reader));
    for (int32_t row = 0; (more = table_next(reader, &line)) == 1; row++)
        TRY(add_map(history, reader, &line, row));
    return more;
}

int map_history_read(struct map_history *history, const char *path)
{
    SCOPED(table_close) struct table_reader reader = {0};
    *history = (struct map_history){0};
    TRY(table_open(&reader, &line_table, path));
    RETURN_OR_FREE(read_maps(history, &reader), map_history_free, history);
}
