/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/spike_record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/field.h"
#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "store/sonata.h"

#define PART_NAME "spikes.part"

enum { AT_ONCE = 1 << 15 /* spikes that are read at a time */ };

_Static_assert(sizeof(struct shown) == 24 && sizeof(struct spike) == 8, "written without padding");

void spike_record_free(struct spike_record *record)
{
    if (record->stream)
        fclose(record->stream);
    for (int32_t i = 0; i < record->observer.n_rasters; i++)
        raster_free(&record->observer.raster[i]);
    free(record->observer.raster);
    free(record->shown);
    free(record->spikes);
    free(record->path);
    *record = (struct spike_record){0};
}

void spike_record_remove(const char *folder)
{
    file_remove(folder, PART_NAME);
}

static int cannot_write(const struct spike_record *record)
{
    return status_fail(STATUS_SYSTEM, "%s: cannot be written (%s)", record->path, strerror(errno));
}

static int append(struct spike_record *record, const void *bytes, size_t n)
{
    if (n > 0 && fwrite(bytes, 1, n, record->stream) != n)
        return cannot_write(record);
    sha256_add(&record->digest, bytes, n);
    record->n_bytes += (int64_t)n;
    return STATUS_OK;
}

/* Notes a presentation in memory. */
static int note(struct spike_record *record, const struct shown *shown)
{
    TRY_ROOM(record->shown, record->capacity, record->n + 1, "the record of spikes");
    record->shown[record->n++] = *shown;
    return STATUS_OK;
}

static int shown(struct observer *observer, const struct showing *showing)
{
    struct spike_record *record = (struct spike_record *)observer;
    const struct raster *raster = showing->raster;
    const struct shown shown = {.phase = (int32_t)showing->phase,
                                .image = showing->image,
                                .label = showing->label,
                                .n_spikes = raster_n_spikes(raster)};
    TRY_ROOM(record->spikes, record->spikes_capacity, shown.n_spikes, "the spikes");
    TRY(note(record, &shown));
    TRY(append(record, &shown, sizeof shown));
    raster_list(raster, record->spikes);
    return append(record, record->spikes, (size_t)shown.n_spikes * sizeof *record->spikes);
}

/* SHA-256 of what was appended so far, as text; more may follow. */
static void digest_text(const struct spike_record *record, char text[65])
{
    struct sha256 copy = record->digest;
    sha256_end(&copy, text);
}

/* ---- reading what was appended ---- */

static int other_length(const struct spike_record *record)
{
    return status_fail(STATUS_USER,
                       "%s: is damaged (it is shorter than it was, or was changed): without an "
                       "earlier checkpoint that fits it, begin the run anew (train --overwrite)",
                       record->path);
}

/* Reads the next presentation, without its spikes. USER if the bytes that are left hold none. */
static int read_shown(struct spike_record *record, int64_t left, struct shown *shown)
{
    if (left < (int64_t)sizeof *shown || fread(shown, sizeof *shown, 1, record->stream) != 1)
        return other_length(record);
    left -= (int64_t)sizeof *shown;
    if (shown->n_spikes < 0 || shown->n_spikes > left / (int64_t)sizeof(struct spike) ||
        (shown->phase != PHASE_TRAIN && shown->phase != PHASE_TEST))
        return other_length(record);
    return STATUS_OK;
}

/* Reads the next n of its spikes into record->spikes. */
static int read_spikes(struct spike_record *record, int64_t n)
{
    TRY_ROOM(record->spikes, record->spikes_capacity, AT_ONCE, "the spikes");
    return n == 0 || fread(record->spikes, sizeof *record->spikes, (size_t)n, record->stream) ==
                         (size_t)n
               ? STATUS_OK
               : other_length(record);
}

/* Reads the presentation that follows and adds it to the record. */
static int take_up(struct spike_record *record, int64_t end)
{
    struct shown shown;
    TRY(read_shown(record, end - record->n_bytes, &shown));
    TRY(note(record, &shown));
    sha256_add(&record->digest, &shown, sizeof shown);
    record->n_bytes += (int64_t)sizeof shown;
    for (int64_t n, left = shown.n_spikes; left > 0; left -= n) {
        n = left < AT_ONCE ? left : AT_ONCE;
        TRY(read_spikes(record, n));
        sha256_add(&record->digest, record->spikes, (size_t)n * sizeof *record->spikes);
        record->n_bytes += n * (int64_t)sizeof *record->spikes;
    }
    return STATUS_OK;
}

/* Reads the first n_bytes again, and cuts off the rest. */
static int cut(struct spike_record *record, int64_t n_bytes, const char *sha256)
{
    char digest[65];
    rewind(record->stream);
    sha256_start(&record->digest);
    record->n = 0;
    record->n_bytes = 0;
    while (record->n_bytes < n_bytes)
        TRY(take_up(record, n_bytes));
    digest_text(record, digest);
    if (n_bytes > 0 && strcmp(digest, sha256) != 0)
        return other_length(record);
    /* reading and writing a stream need a seek between them */
    return ftruncate(fileno(record->stream), n_bytes) == 0 &&
                   fseeko(record->stream, n_bytes, SEEK_SET) == 0
               ? STATUS_OK
               : cannot_write(record);
}

/* Saves or loads how far the record is. What is saved has been written to the disk before. */
static void move(struct observer *observer, struct training *training, struct archive *archive)
{
    struct spike_record *record = (struct spike_record *)observer;
    char digest[65];
    (void)training;
    int64_t n_bytes = record->n_bytes;
    if (!archive->loads && archive->status == STATUS_OK &&
        (fflush(record->stream) != 0 || fsync(fileno(record->stream)) != 0))
        archive->status = cannot_write(record);
    digest_text(record, digest);
    archive_number(archive, "spikes/bytes", SPINET_INT64, &n_bytes, NULL);
    OWNED char *sha256 = archive_text(archive, "spikes/sha256", digest);
    if (archive_has_loaded(archive))
        archive->status = cut(record, n_bytes, sha256);
}

/* ---- spikes.h5 ---- */

/* The two columns of spikes, a part at a time. */
struct columns {
    struct hdf5_series timestamps, node_ids;
    double time[AT_ONCE]; /* ms from the beginning of the first presentation */
    uint64_t node[AT_ONCE];
};

static void end_columns(struct columns **columns)
{
    if (*columns) {
        hdf5_end(&(*columns)->timestamps);
        hdf5_end(&(*columns)->node_ids);
    }
    free(*columns);
}

/* Writes the spikes of the k-th presentation, which come next in spikes.part. */
static int write_times(struct spike_record *record, int32_t k, struct columns *columns)
{
    for (int64_t n, left = record->shown[k].n_spikes; left > 0; left -= n) {
        n = left < AT_ONCE ? left : AT_ONCE;
        TRY(read_spikes(record, n));
        for (int64_t i = 0; i < n; i++) {
            columns->time[i] = (double)((int64_t)k * record->n_steps + record->spikes[i].step);
            columns->node[i] = (uint64_t)record->spikes[i].neuron;
        }
        TRY(hdf5_add(&columns->timestamps, columns->time, n));
        TRY(hdf5_add(&columns->node_ids, columns->node, n));
    }
    return STATUS_OK;
}

#define SPIKES_OF "spikes/" SONATA_NEURONS

static int write_spikes(struct spike_record *record, struct hdf5_file *file)
{
    static const char *const sortings[] = {"none", "by_id", "by_time", NULL};
    enum { BY_TIME = 2 };
    int64_t n = 0, at = 0;
    for (int32_t k = 0; k < record->n; k++)
        n += record->shown[k].n_spikes;
    SCOPED(end_columns) struct columns *columns = NULL;
    TRY_NEW(columns, 1, "spikes.h5");
    TRY(hdf5_begin(file, SPIKES_OF "/timestamps", SPINET_DOUBLE, n, &columns->timestamps));
    TRY(hdf5_begin(file, SPIKES_OF "/node_ids", SPINET_UINT64, n, &columns->node_ids));
    for (int32_t k = 0; k < record->n; k++) {
        struct shown shown;
        TRY(read_shown(record, record->n_bytes - at, &shown));
        at += (int64_t)sizeof shown + record->shown[k].n_spikes * (int64_t)sizeof(struct spike);
        TRY(write_times(record, k, columns));
    }
    TRY(hdf5_end(&columns->timestamps));
    TRY(hdf5_end(&columns->node_ids));
    TRY(hdf5_write_choice_attribute(file, SPIKES_OF, "sorting", sortings, BY_TIME));
    return hdf5_write_text_attribute(file, SPIKES_OF "/timestamps", "units", "milliseconds");
}

/* A presentation as spikes.h5 has it. */
struct row {
    double start; /* ms */
    int64_t first_spike;
    int32_t image, label;
    uint8_t phase;
};

static const struct spinet_field row_fields[] = {
    FIELD(struct row, "start", DOUBLE, start), FIELD(struct row, "first_spike", INT64, first_spike),
    FIELD(struct row, "phase", UINT8, phase),  FIELD(struct row, "image", INT32, image),
    FIELD(struct row, "label", INT32, label),
};

static int write_presentations(const struct spike_record *record, struct hdf5_file *file)
{
    static const char group[] = "presentations";
    const int64_t n = record->n;
    struct archive archive = hdf5_archive(file, false);
    OWN_NEW(struct row, rows, (size_t)n + 1, "spikes.h5");
    for (int32_t k = 0; k < n; k++) {
        const struct shown *shown = &record->shown[k];
        rows[k].start = (double)((int64_t)k * record->n_steps);
        rows[k].phase = (uint8_t)shown->phase;
        rows[k].image = shown->image;
        rows[k].label = shown->label;
        rows[k + 1].first_spike = rows[k].first_spike + shown->n_spikes;
    }
    archive_rows(&archive, group, &row_fields[0], 1, rows, sizeof *rows, n);
    TRY(archive.status);
    TRY(hdf5_write_text_attribute(file, "presentations/start", "units", "milliseconds"));
    archive_rows(&archive, group, &row_fields[1], 1, rows, sizeof *rows, n + 1); /* and the end */
    archive_rows(&archive, group, &row_fields[2], 1, rows, sizeof *rows, n);
    TRY(archive.status);
    TRY(hdf5_write_text_attribute(file, "presentations/phase", "values", "0: training, 1: test"));
    archive_rows(&archive, group, &row_fields[3], 2, rows, sizeof *rows, n);
    return archive.status;
}

static int finished(struct observer *observer, const struct training *training, const char *folder)
{
    struct spike_record *record = (struct spike_record *)observer;
    SCOPED(hdf5_close) struct hdf5_file file = {0};
    OWN_PATH(path, folder, "spikes.h5");
    (void)training;
    if (fseeko(record->stream, 0, SEEK_SET) != 0) /* this flushes, too */
        return cannot_write(record);
    TRY(sonata_create(&file));
    TRY(write_spikes(record, &file));
    TRY(write_presentations(record, &file));
    return hdf5_commit(&file, path);
}

/* ---- the beginning ---- */

static int open_part(struct spike_record *record, const struct layout *layout, int32_t n_rasters,
                     bool resume)
{
    if (!record->path || !record->observer.raster)
        return status_no_memory("the record of spikes", 0);
    for (int32_t i = 0; i < n_rasters; i++) {
        TRY(raster_init(&record->observer.raster[i], layout, record->n_steps));
        record->observer.n_rasters++;
    }
    sha256_start(&record->digest);
    record->stream = fopen(record->path, resume ? "r+b" : "w+b");
    if (!record->stream && resume && errno == ENOENT)
        return status_fail(STATUS_USER,
                           "%s: is missing: without the spikes so far the run cannot go on, begin "
                           "it anew (train --overwrite)",
                           record->path);
    return record->stream ? STATUS_OK
                          : status_fail(STATUS_USER, "%s: cannot be written (%s)", record->path,
                                        strerror(errno));
}

int spike_record_open(struct spike_record *record, const char *folder, const struct layout *layout,
                      int32_t n_steps, int32_t n_rasters, bool resume)
{
    *record = (struct spike_record){
        .observer = {.shown = shown,
                     .move = move,
                     .finished = finished,
                     .raster = calloc((size_t)n_rasters, sizeof *record->observer.raster)},
        .path = file_join(folder, PART_NAME),
        .n_steps = n_steps};
    RETURN_OR_FREE(open_part(record, layout, n_rasters, resume), spike_record_free, record);
}
