/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz/readers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "core/sha256.h"
#include "core/status.h"
#include "data/images.h"
#include "network/lives.h"
#include "report/results.h"
#include "spines/protocol.h"
#include "store/manifest.h"
#include "store/map_history.h"
#include "store/npz.h"
#include "store/snapshot.h"
#include "sweep/experiment.h"
#include "sweep/search.h"

/* A folder in memory, one a process, removed when it ends. */
static char folder[64];

static void remove_folder(void)
{
    static const char *const names[] = {
        "input",    "input.csv", "images/1/a.png", "manifest.json",  "a.sweep",
        "images/1", "images",    "node_types.csv", "edge_types.csv", ""};
    char path[128];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        remove(path);
    }
}

static const char *write_file(const char *name, const uint8_t *bytes, size_t n)
{
    static char path[128];
    if (!*folder) {
        snprintf(folder, sizeof folder, "/dev/shm/spinet-fuzz-%ld", (long)getpid());
        mkdir(folder, 0700);
        snprintf(path, sizeof path, "%s/images", folder);
        mkdir(path, 0700);
        snprintf(path, sizeof path, "%s/images/1", folder);
        mkdir(path, 0700);
        atexit(remove_folder);
    }
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    if (!file || (n > 0 && fwrite(bytes, 1, n, file) != n) || fclose(file) != 0)
        abort();
    return path;
}

/* A reader may refuse, with a message; it may not fail on its own. */
static void check(int status)
{
    if (status != STATUS_OK && status != STATUS_USER) {
        fprintf(stderr, "status %d: %s\n", status, status_message());
        abort();
    }
    if (status == STATUS_USER && !*status_message())
        abort();
}

static void read_idx(const uint8_t *bytes, size_t n)
{
    struct images images = {0};
    const char *path = write_file("input", bytes, n);
    check(idx_read(&images, path, path, NULL));
    images_free(&images);
}

/* The same through gzip: what stands behind a stream that is whole. */
static void read_gzip(const uint8_t *bytes, size_t n)
{
    static char path[128];
    snprintf(path, sizeof path, "%s", write_file("input", NULL, 0));
    gzFile file = gzopen(path, "wb1");
    if (!file || (n > 0 && gzwrite(file, bytes, (unsigned)n) != (int)n) || gzclose(file) != Z_OK)
        abort();
    struct images images = {0};
    check(idx_read(&images, path, path, NULL));
    images_free(&images);
}

static void read_csv(const uint8_t *bytes, size_t n)
{
    struct images images = {0};
    const char *path = write_file("input.csv", bytes, n);
    check(csv_read(&images, path, NULL, &IMAGE_FORM_USUAL));
    images_free(&images);
    check(csv_read(&images, path, path, &IMAGE_FORM_USUAL)); /* labels are pixels, too */
    images_free(&images);
}

static void read_png(const uint8_t *bytes, size_t n)
{
    struct images images = {0};
    char path[128];
    write_file("images/1/a.png", bytes, n);
    snprintf(path, sizeof path, "%s/images", folder);
    check(png_read_folder(&images, path));
    images_free(&images);
}

static void read_network(const uint8_t *bytes, size_t n)
{
    struct synapse_row *rows = NULL;
    int32_t n_rows;
    const char *path = write_file("input", bytes, n);
    check(snapshot_read(path, &rows, &n_rows));
    free(rows);
    rows = NULL;
    check(snapshot_read_plastic(path, &rows, &n_rows));
    free(rows);
}

static void read_synapse_log(const uint8_t *bytes, size_t n)
{
    struct lives lives;
    check(lives_read(&lives, write_file("input", bytes, n)));
    lives_free(&lives);
}

static void read_parameters(const uint8_t *bytes, size_t n)
{
    static struct parameters p;
    parameters_preset(&p, "authors");
    int status = parameters_read(&p, write_file("input", bytes, n));
    if (status == STATUS_OK)
        status = parameters_validate(&p);
    check(status);
}

/* As --set gives them. */
static void read_assignment(const uint8_t *bytes, size_t n)
{
    static struct parameters p;
    char *text = malloc(n + 1);
    if (!text)
        abort();
    memcpy(text, bytes, n);
    text[n] = '\0';
    parameters_preset(&p, "authors");
    int status = parameters_set(&p, text);
    if (status == STATUS_OK)
        status = parameters_validate(&p);
    check(status);
    free(text);
}

static void read_protocol(const uint8_t *bytes, size_t n)
{
    static struct parameters p;
    struct protocol protocol;
    parameters_preset(&p, "authors");
    if (n >= sizeof p.protocol.events)
        n = sizeof p.protocol.events - 1;
    memcpy(p.protocol.events, bytes, n);
    p.protocol.events[n] = '\0';
    check(protocol_init(&protocol, &p));
}

static void read_sweep(const uint8_t *bytes, size_t n)
{
    struct experiment experiment;
    const int status = experiment_read(&experiment, write_file("a.sweep", bytes, n), false);
    check(status);
    if (status == STATUS_OK)
        experiment_free(&experiment);
}

static void read_search(const uint8_t *bytes, size_t n)
{
    static struct search search;
    const int status = search_read(&search, write_file("a.search", bytes, n));
    check(status);
    if (status == STATUS_OK)
        search_free(&search);
}

static void read_manifest(const uint8_t *bytes, size_t n)
{
    static struct manifest manifest;
    write_file("manifest.json", bytes, n);
    check(manifest_read(&manifest, folder));
}

static void read_results(const uint8_t *bytes, size_t n)
{
    struct results results;
    const int status = results_read(&results, write_file("input", bytes, n));
    check(status);
    if (status == STATUS_OK)
        results_free(&results);
}

static void read_map_history(const uint8_t *bytes, size_t n)
{
    struct map_history history;
    const int status = map_history_read(&history, write_file("input", bytes, n));
    check(status);
    if (status == STATUS_OK)
        map_history_free(&history);
}

/* An array and a text of a checkpoint, by libzip. */
static void open_checkpoint(const uint8_t *bytes, size_t n)
{
    struct archive archive;
    const int status = npz_open(&archive, write_file("input", bytes, n));
    check(status);
    if (status != STATUS_OK)
        return;
    archive_length(&archive, "curve/pruned", SPINET_INT32, 0, INT32_MAX);
    archive.status = STATUS_OK;
    free(archive_text(&archive, "parameters", NULL));
    check(npz_close(&archive));
}

/* As it is, which the checksum of the file turns away if it was changed, and with a right one. */
static void read_checkpoint(const uint8_t *bytes, size_t n)
{
    enum { DIGEST = 64 };
    char digest[DIGEST + 1];
    open_checkpoint(bytes, n);
    uint8_t *mended = malloc(n + 1);
    if (!mended || n < DIGEST) {
        free(mended);
        return;
    }
    memcpy(mended, bytes, n);
    sha256_of(mended, n - DIGEST, digest);
    memcpy(mended + n - DIGEST, digest, DIGEST);
    open_checkpoint(mended, n);
    free(mended);
}

static void read_restore(const uint8_t *bytes, size_t n)
{
    write_file("input", NULL, 0);
    restore_read(folder, bytes, n);
}

static void read_network_file(const uint8_t *bytes, size_t n)
{
    write_file("input", NULL, 0);
    restore_network(folder, bytes, n);
}

const struct fuzz_reader fuzz_readers[] = {
    {"idx", read_idx},
    {"gzip", read_gzip},
    {"csv", read_csv},
    {"png", read_png},
    {"network", read_network},
    {"synapse-log", read_synapse_log},
    {"parameters", read_parameters},
    {"assignment", read_assignment},
    {"protocol", read_protocol},
    {"sweep", read_sweep},
    {"search", read_search},
    {"manifest", read_manifest},
    {"results", read_results},
    {"map_history", read_map_history},
    {"checkpoint", read_checkpoint},
    {"restore", read_restore},
    {"network_file", read_network_file},
    {NULL, NULL},
};

const struct fuzz_reader *fuzz_reader_find(const char *name)
{
    for (const struct fuzz_reader *reader = fuzz_readers; reader->name; reader++)
        if (strcmp(reader->name, name) == 0)
            return reader;
    fprintf(stderr, "%s: no such reader\n", name);
    exit(2);
}
