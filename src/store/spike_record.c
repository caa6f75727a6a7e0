/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/spike_record.h"

#include <errno.h>
#include <sha2.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/status.h"
#include "store/archive.h"
#include "store/hdf5_file.h"
#include "store/sonata.h"

#define PART_NAME "spikes.part"

enum { AT_ONCE = 1 << 15 /* spikes, when the file is read */ };

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
    free(record->digest);
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
    SHA256Update(record->digest, bytes, n);
    record->n_bytes += (int64_t)n;
    return STATUS_OK;
}

/* Notes a presentation in memory. */
static int note(struct spike_record *record, const struct shown *shown)
{
    if (record->n == record->capacity) {
        const int32_t capacity = 2 * record->capacity + 256;
        struct shown *more = realloc(record->shown, (size_t)capacity * sizeof *more);
        if (!more)
            return status_no_memory("the record of spikes", (size_t)capacity * sizeof *more);
        record->shown = more;
        record->capacity = capacity;
    }
    record->shown[record->n++] = *shown;
    return STATUS_OK;
}

static int reserve(struct spike_record *record, int64_t n)
{
    if (n <= record->spikes_capacity)
        return STATUS_OK;
    struct spike *more = realloc(record->spikes, (size_t)n * sizeof *more);
    if (!more)
        return status_no_memory("the spikes of a presentation", (size_t)n * sizeof *more);
    record->spikes = more;
    record->spikes_capacity = n;
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
    int result = reserve(record, shown.n_spikes);
    if (result == STATUS_OK)
        result = note(record, &shown);
    if (result == STATUS_OK)
        result = append(record, &shown, sizeof shown);
    if (result != STATUS_OK)
        return result;
    raster_list(raster, record->spikes);
    return append(record, record->spikes, (size_t)shown.n_spikes * sizeof *record->spikes);
}

/* SHA-256 of what was appended so far, as text; more may follow. */
static void digest_text(const struct spike_record *record, char text[65])
{
    SHA2_CTX copy = *(const SHA2_CTX *)record->digest;
    SHA256End(&copy, text);
}

/* ---- reading what was appended ---- */

static int other_length(const struct spike_record *record)
{
    return status_fail(STATUS_USER,
                       "%s: is damaged (it is shorter than it was, or was changed): without an "
                       "earlier checkpoint that fits it, begin the run anew (train --overwrite)",
                       record->path);
}

/* The next presentation, without its spikes. USER if none is within the bytes that are left. */
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

/* The next n of its spikes, into record->spikes. */
static int read_spikes(struct spike_record *record, int64_t n)
{
    const int result = reserve(record, AT_ONCE);
    if (result != STATUS_OK)
        return result;
    if (n > 0 &&
        fread(record->spikes, sizeof *record->spikes, (size_t)n, record->stream) != (size_t)n)
        return other_length(record);
    return STATUS_OK;
}

/* Takes the presentation that follows up into the record. */
static int take_up(struct spike_record *record, int64_t end)
{
    struct shown shown;
    int result = read_shown(record, end - record->n_bytes, &shown);
    if (result == STATUS_OK)
        result = note(record, &shown);
    if (result != STATUS_OK)
        return result;
    SHA256Update(record->digest, (const void *)&shown, sizeof shown);
    record->n_bytes += (int64_t)sizeof shown;
    for (int64_t n, left = shown.n_spikes; left > 0; left -= n) {
        n = left < AT_ONCE ? left : AT_ONCE;
        result = read_spikes(record, n);
        if (result != STATUS_OK)
            return result;
        SHA256Update(record->digest, (const void *)record->spikes,
                     (size_t)n * sizeof *record->spikes);
        record->n_bytes += n * (int64_t)sizeof *record->spikes;
    }
    return STATUS_OK;
}

/* Reads the first n_bytes again, and cuts off the rest. */
static int cut(struct spike_record *record, int64_t n_bytes, const char *sha256)
{
    char digest[65];
    int result = STATUS_OK;
    rewind(record->stream);
    SHA256Init(record->digest);
    record->n = 0;
    record->n_bytes = 0;
    while (record->n_bytes < n_bytes && result == STATUS_OK)
        result = take_up(record, n_bytes);
    digest_text(record, digest);
    if (result == STATUS_OK && n_bytes > 0 && strcmp(digest, sha256) != 0)
        result = other_length(record);
    if (result != STATUS_OK)
        return result;
    /* reading and writing a stream need a seek between them */
    if (ftruncate(fileno(record->stream), n_bytes) != 0 ||
        fseeko(record->stream, n_bytes, SEEK_SET) != 0)
        return cannot_write(record);
    return STATUS_OK;
}

/* How far the record is. What is saved is on the disk by then. */
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
    char *sha256 = archive_text(archive, "spikes/sha256", digest);
    if (archive_has_loaded(archive))
        archive->status = cut(record, n_bytes, sha256);
    free(sha256);
}

/* ---- spikes.h5 ---- */

static int write_times(struct spike_record *record, struct hdf5_series *timestamps,
                       struct hdf5_series *node_ids)
{
    double *time = malloc(AT_ONCE * sizeof *time);
    uint64_t *node = malloc(AT_ONCE * sizeof *node);
    int result = time && node ? STATUS_OK : status_no_memory("spikes.h5", AT_ONCE * sizeof *time);
    int64_t at = 0;
    for (int32_t k = 0; k < record->n && result == STATUS_OK; k++) {
        struct shown shown;
        result = read_shown(record, record->n_bytes - at, &shown);
        at += (int64_t)(sizeof shown + (size_t)record->shown[k].n_spikes * sizeof *record->spikes);
        for (int64_t n, left = record->shown[k].n_spikes; left > 0 && result == STATUS_OK;
             left -= n) {
            n = left < AT_ONCE ? left : AT_ONCE;
            result = read_spikes(record, n);
            for (int64_t i = 0; i < n && result == STATUS_OK; i++) {
                time[i] = (double)((int64_t)k * record->n_steps + record->spikes[i].step);
                node[i] = (uint64_t)record->spikes[i].neuron;
            }
            if (result == STATUS_OK)
                result = hdf5_add(timestamps, time, n);
            if (result == STATUS_OK)
                result = hdf5_add(node_ids, node, n);
        }
    }
    free(time);
    free(node);
    return result;
}

#define SPIKES_OF "spikes/" SONATA_NEURONS

static int write_spikes(struct spike_record *record, struct hdf5_file *file)
{
    static const char *const sortings[] = {"none", "by_id", "by_time", NULL};
    enum { BY_TIME = 2 };
    struct hdf5_series timestamps, node_ids = {0};
    int64_t n = 0;
    for (int32_t k = 0; k < record->n; k++)
        n += record->shown[k].n_spikes;
    int result = hdf5_begin(file, SPIKES_OF "/timestamps", SPINET_DOUBLE, n, &timestamps);
    if (result == STATUS_OK)
        result = hdf5_begin(file, SPIKES_OF "/node_ids", SPINET_UINT64, n, &node_ids);
    if (result == STATUS_OK)
        result = write_times(record, &timestamps, &node_ids);
    const int ended = hdf5_end(&timestamps), ended_too = hdf5_end(&node_ids);
    if (result == STATUS_OK)
        result = ended != STATUS_OK ? ended : ended_too;
    if (result == STATUS_OK)
        result = hdf5_write_choice_attribute(file, SPIKES_OF, "sorting", sortings, BY_TIME);
    if (result == STATUS_OK)
        result = hdf5_write_text_attribute(file, SPIKES_OF "/timestamps", "units", "milliseconds");
    return result;
}

/* The columns of the table of presentations, each gathered into `values`. */
static int write_presentations(const struct spike_record *record, struct hdf5_file *file)
{
    const int64_t n = record->n, n_ends = n + 1;
    double *start = malloc((size_t)n_ends * sizeof *start);
    int64_t *first_spike = malloc((size_t)n_ends * sizeof *first_spike);
    int32_t *value = malloc((size_t)n_ends * sizeof *value);
    uint8_t *phase = malloc((size_t)n_ends);
    int result = start && first_spike && value && phase
                     ? STATUS_OK
                     : status_no_memory("spikes.h5", (size_t)n * sizeof *start);
    if (result == STATUS_OK) {
        first_spike[0] = 0;
        for (int32_t k = 0; k < n; k++) {
            start[k] = (double)((int64_t)k * record->n_steps);
            first_spike[k + 1] = first_spike[k] + record->shown[k].n_spikes;
            phase[k] = (uint8_t)record->shown[k].phase;
            value[k] = record->shown[k].image;
        }
        result = hdf5_write(file, "presentations/start", SPINET_DOUBLE, 1, &n, start, NULL);
    }
    if (result == STATUS_OK)
        result = hdf5_write_text_attribute(file, "presentations/start", "units", "milliseconds");
    if (result == STATUS_OK)
        result = hdf5_write(file, "presentations/first_spike", SPINET_INT64, 1, &n_ends,
                            first_spike, NULL);
    if (result == STATUS_OK)
        result = hdf5_write(file, "presentations/phase", SPINET_UINT8, 1, &n, phase, NULL);
    if (result == STATUS_OK)
        result = hdf5_write_text_attribute(file, "presentations/phase", "values",
                                           "0: training, 1: test");
    if (result == STATUS_OK)
        result = hdf5_write(file, "presentations/image", SPINET_INT32, 1, &n, value, NULL);
    for (int32_t k = 0; k < n && result == STATUS_OK; k++)
        value[k] = record->shown[k].label;
    if (result == STATUS_OK)
        result = hdf5_write(file, "presentations/label", SPINET_INT32, 1, &n, value, NULL);
    free(start);
    free(first_spike);
    free(value);
    free(phase);
    return result;
}

static int finished(struct observer *observer, const struct training *training, const char *folder)
{
    struct spike_record *record = (struct spike_record *)observer;
    struct hdf5_file file;
    (void)training;
    char *path = file_join(folder, "spikes.h5");
    int result = path ? STATUS_OK : status_no_memory("a file name", 0);
    if (result == STATUS_OK && fseeko(record->stream, 0, SEEK_SET) != 0) /* flushes, too */
        result = cannot_write(record);
    if (result == STATUS_OK)
        result = sonata_create(&file);
    if (result == STATUS_OK) {
        result = write_spikes(record, &file);
        if (result == STATUS_OK)
            result = write_presentations(record, &file);
        if (result == STATUS_OK)
            result = hdf5_commit(&file, path);
        else
            hdf5_close(&file);
    }
    free(path);
    return result;
}

int spike_record_open(struct spike_record *record, const char *folder, const struct layout *layout,
                      int32_t n_steps, int32_t n_rasters, bool resume)
{
    *record =
        (struct spike_record){.observer = {.shown = shown, .move = move, .finished = finished},
                              .n_steps = n_steps,
                              .n_neurons = layout->n_neurons};
    record->path = file_join(folder, PART_NAME);
    record->digest = malloc(sizeof(SHA2_CTX));
    record->observer.raster = calloc((size_t)n_rasters, sizeof *record->observer.raster);
    int result = record->path && record->digest && record->observer.raster
                     ? STATUS_OK
                     : status_no_memory("the record of spikes", sizeof(SHA2_CTX));
    for (; record->observer.n_rasters < n_rasters && result == STATUS_OK;
         record->observer.n_rasters++)
        result = raster_init(&record->observer.raster[record->observer.n_rasters], layout, n_steps);
    if (result == STATUS_OK) {
        SHA256Init(record->digest);
        record->stream = fopen(record->path, resume ? "r+b" : "w+b");
        if (!record->stream && resume && errno == ENOENT)
            result = status_fail(STATUS_USER,
                                 "%s: is missing: without the spikes so far the run cannot go on, "
                                 "begin it anew (train --overwrite)",
                                 record->path);
        else if (!record->stream)
            result = status_fail(STATUS_USER, "%s: cannot be written (%s)", record->path,
                                 strerror(errno));
    }
    if (result != STATUS_OK)
        spike_record_free(record);
    return result;
}
