/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Maps taken during training, and the file they are kept in. */
#include "store/map_history.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/number.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/table.h"
#include "store/archive.h"
#include "train/maps.h"

static size_t n_values(const struct map_history *history)
{
    return (size_t)history->n_classes * (size_t)history->width * (size_t)history->height;
}

static void forget(struct map_history *history)
{
    for (int32_t i = 0; i < history->n; i++)
        free(history->moment[i].weight);
    history->n = 0;
}

void map_history_free(struct map_history *history)
{
    forget(history);
    free(history->moment);
    free(history->label);
    *history = (struct map_history){0};
}

/* Appends a moment whose maps are all zero: moment[n - 1]. */
static int add_moment(struct map_history *history)
{
    if (history->n == history->capacity) {
        const int32_t capacity = history->capacity ? 2 * history->capacity : 16;
        TRY_RESIZE(history->moment, capacity, "the maps");
        history->capacity = capacity;
    }
    struct map_moment *moment = &history->moment[history->n];
    *moment = (struct map_moment){0};
    TRY_NEW(moment->weight, n_values(history), "the maps");
    history->n++;
    return STATUS_OK;
}

int map_history_write(const struct map_history *history, const char *folder)
{
    struct new_file file;
    TRY(file_create_in(&file, folder, "maps_training.csv"));
    const size_t n_pixels = (size_t)history->width * (size_t)history->height;
    fprintf(file.stream, "presentation,label,similarity");
    maps_write_pixel_names(file.stream, history->width, history->height);
    for (int32_t m = 0; m < history->n; m++)
        for (int32_t k = 0; k < history->n_classes; k++) {
            const struct map_moment *moment = &history->moment[m];
            fprintf(file.stream, "%d,%d,", moment->presentation, history->label[k]);
            if (!isnan(moment->similarity))
                fprintf(file.stream, "%.6f", moment->similarity);
            for (size_t i = 0; i < n_pixels; i++)
                fprintf(file.stream, ",%.4g", (double)moment->weight[(size_t)k * n_pixels + i]);
            fprintf(file.stream, "\n");
        }
    return file_commit(&file);
}

/* ---- observing ---- */

/* Adds the maps of the network as it is. */
static int take(struct map_history *history, const struct training *training)
{
    SCOPED(maps_free) struct maps maps = {0};
    TRY(maps_init(&maps, &training->network, training->dataset));
    TRY(add_moment(history));
    struct map_moment *moment = &history->moment[history->n - 1];
    moment->presentation = training->n_presentations;
    moment->similarity = maps.similarity;
    for (size_t i = 0; i < n_values(history); i++)
        moment->weight[i] = (float)maps.weight[i];
    return STATUS_OK;
}

/* Makes it n moments, all zero, in place of those that are there. */
static int resize(struct map_history *history, int32_t n)
{
    forget(history);
    while (history->n < n)
        TRY(add_moment(history));
    return STATUS_OK;
}

/* Saves or loads the weights of all moments as one array. */
static void move(struct observer *observer, struct training *training, struct archive *archive)
{
    static const struct spinet_field fields[] = {
        {"presentation", SPINET_INT32, offsetof(struct map_moment, presentation), 1},
        {"similarity", SPINET_DOUBLE, offsetof(struct map_moment, similarity), 1}};
    struct map_history *maps = (struct map_history *)observer;
    const int64_t most = (int64_t)training->parameters->stopping.max_presentations + 1;
    const int64_t n = archive_length(archive, "maps/presentation", SPINET_INT32, maps->n, most),
                  shape[] = {n, maps->n_classes, (int64_t)maps->width * maps->height};
    const size_t size = (size_t)(shape[1] * shape[2]);
    OWNED float *weight = archive_allocate(archive, n * (int64_t)size, sizeof *weight);
    if (archive_has_loaded(archive))
        archive->status = resize(maps, (int32_t)n);
    for (int64_t m = 0; m < n && archive->status == STATUS_OK && !archive->loads; m++)
        memcpy(weight + (size_t)m * size, maps->moment[m].weight, size * sizeof *weight);
    archive_values(archive, "maps/weight", SPINET_FLOAT, 3, shape, weight, NULL);
    archive_rows(archive, "maps", fields, 2, maps->moment, sizeof *maps->moment, n);
    for (int64_t m = 0; m < n && archive_has_loaded(archive); m++)
        memcpy(maps->moment[m].weight, weight + (size_t)m * size, size * sizeof *weight);
}

static int begun(struct observer *observer, const struct training *training)
{
    struct map_history *history = (struct map_history *)observer;
    forget(history);
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

/* Reads a number; an empty field is NaN. */
static bool take_number(const char *field, double *number)
{
    return number_parse(field, number) || !*field;
}

enum { N_NAMES = 3 };

static int read_header(struct map_history *history, const struct table_reader *reader)
{
    static const char *const names[N_NAMES] = {"presentation", "label", "similarity"};
    const int n_pixels = reader->n_fields - N_NAMES;
    for (int i = 0; i < N_NAMES; i++)
        if (n_pixels < 1 || strcmp(reader->head[i], names[i]) != 0)
            return bad(reader, "expected the header presentation,label,similarity,y0x0,…");
    int32_t y, x;
    char end;
    if (sscanf(reader->head[reader->n_fields - 1], "y%6dx%6d%c", &y, &x, &end) != 2 || y < 0 ||
        x < 0 || (int64_t)(y + 1) * (x + 1) != n_pixels)
        return bad(reader, "expected pixels y0x0 … in as many columns as the last of them says");
    history->width = x + 1;
    history->height = y + 1;
    return STATUS_OK;
}

/* Adds a class: the rows of the first presentation say which there are. */
static int add_label(struct map_history *history, int32_t label)
{
    TRY_RESIZE(history->label, history->n_classes + 1, "the maps");
    history->label[history->n_classes++] = label;
    TRY_RESIZE(history->moment[0].weight, n_values(history), "the maps");
    return STATUS_OK;
}

static int read_row(struct map_history *history, const struct table_reader *reader, int32_t row)
{
    char **field = reader->field;
    double presentation, label, similarity;
    if (!take_number(field[0], &presentation) || !take_number(field[1], &label) ||
        !take_number(field[2], &similarity) || !(presentation >= 0 && presentation <= INT32_MAX) ||
        !(label >= 0 && label <= INT32_MAX))
        return bad(reader, "expected presentation, label, similarity and a map");
    const bool is_first = history->n == 0 || (history->n == 1 && history->moment[0].presentation ==
                                                                     (int32_t)presentation);
    const int32_t k = is_first ? history->n_classes : row % history->n_classes;
    if (history->n == 0 || (!is_first && k == 0)) {
        TRY(add_moment(history));
        history->moment[history->n - 1].presentation = (int32_t)presentation;
        history->moment[history->n - 1].similarity = similarity;
    }
    if (is_first)
        TRY(add_label(history, (int32_t)label));
    struct map_moment *moment = &history->moment[history->n - 1];
    if (history->label[k] != (int32_t)label || moment->presentation != (int32_t)presentation)
        return bad(reader, "the maps of a presentation are not those of all classes in order");
    const size_t n_pixels = (size_t)history->width * (size_t)history->height;
    for (size_t i = 0; i < n_pixels; i++) {
        double weight;
        if (!number_parse(field[N_NAMES + i], &weight))
            return table_refuse(reader, N_NAMES + (int)i, "a number");
        moment->weight[(size_t)k * n_pixels + i] = (float)weight;
    }
    return STATUS_OK;
}

static int read_rows(struct map_history *history, struct table_reader *reader)
{
    int more = 0;
    TRY(read_header(history, reader));
    for (int32_t row = 0; (more = table_next(reader, NULL)) == 1; row++)
        TRY(read_row(history, reader, row));
    return more;
}

int map_history_read(struct map_history *history, const char *path)
{
    SCOPED(table_close) struct table_reader reader = {0};
    *history = (struct map_history){0};
    TRY(table_open(&reader, NULL, path));
    RETURN_OR_FREE(read_rows(history, &reader), map_history_free, history);
}
