/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is not in a checkpoint needs not be: random numbers have no state (core/random.h), PRPs do
 * not outlive a consolidation, voltages and calcium not a presentation (docs/model.md). The fixed
 * connections follow from seed and parameters; they are kept so that a checkpoint is whole, and
 * compared, so that another version cannot go on with another network. */
#include "store/checkpoint.h"

#include <dirent.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/file.h"
#include "core/status.h"
#include "neuron/presentation.h"
#include "store/hdf5_table.h"
#include "store/lives_state.h"
#include "store/memory.h"
#include "store/parameters_json.h"
#include "store/spike_record.h"

static const char *const data_names[] = {"data/train_images", "data/train_labels",
                                         "data/test_images", "data/test_labels"};

static char *path_of(const char *folder, int32_t presentation)
{
    char name[64];
    snprintf(name, sizeof name, "checkpoint-%09d.h5", presentation);
    return file_join(folder, name);
}

/* All parameters as one text, the same text for the same values. */
static char *parameters_text(const struct parameters *p)
{
    json_t *json = parameters_to_json(p);
    char *text = json ? json_dumps(json, JSON_INDENT(1) | JSON_REAL_PRECISION(17)) : NULL;
    json_decref(json);
    return text;
}

/* ---- writing ---- */

#define CURVE(name, type, member)                                                                  \
    {                                                                                              \
        "curve/" name, type, offsetof(struct curve_row, member)                                    \
    }
static const struct hdf5_column curve_columns[] = {
    CURVE("sample_images", HDF5_INT32, n_samples),
    CURVE("sample_correct", HDF5_INT32, n_correct),
    CURVE("strong_fraction", HDF5_FLOAT, strong_fraction),
    CURVE("pruned", HDF5_INT32, turnover.n_pruned),
    CURVE("grown", HDF5_INT32, turnover.n_grown),
    CURVE("similarity", HDF5_FLOAT, similarity),
    CURVE("lost", HDF5_INT32, spines.n_lost),
    CURVE("born", HDF5_INT32, spines.n_born),
};

#define SYNAPSE(name, type, member)                                                                \
    {                                                                                              \
        "synapses/" name, type, offsetof(struct plastic_synapse, member)                           \
    }
static const struct hdf5_column synapse_columns[] = {
    SYNAPSE("input", HDF5_INT32, input),
    SYNAPSE("dendrite", HDF5_INT32, dendrite),
    SYNAPSE("id", HDF5_INT32, id),
    SYNAPSE("weight", HDF5_FLOAT, weight),
    SYNAPSE("learning_rate", HDF5_FLOAT, learning_rate),
    SYNAPSE("tag", HDF5_FLOAT, tag),
};

enum { N_CURVE = 8, N_SYNAPSE = 6 };
_Static_assert(sizeof(struct curve_row) == N_CURVE * HDF5_COLUMN_SIZE, "all of a row is kept");
_Static_assert(sizeof curve_columns / sizeof *curve_columns == N_CURVE, "all columns");
_Static_assert(sizeof synapse_columns / sizeof *synapse_columns == N_SYNAPSE, "all columns");

static int write_synapses(struct hdf5_file *file, const struct network *network)
{
    struct plastic_synapse *synapses;
    int32_t n;
    int result = network_plastic(network, &synapses, &n);
    if (result == STATUS_OK)
        result = hdf5_table_write(file, synapse_columns, N_SYNAPSE, synapses, sizeof *synapses, n);
    free(synapses);
    if (result == STATUS_OK)
        result = hdf5_write(file, "synapses/next_id", HDF5_INT32, 0, NULL,
                            &network->plastic.next_id, NULL);
    return result;
}

static int write_connections(struct hdf5_file *file, const struct network *network)
{
    int result = STATUS_OK;
    for (int32_t k = 0; k < network->n_projections && result == STATUS_OK; k++) {
        const struct projection *projection = &network->projection[k];
        const int64_t n = projection->n,
                      n_start = network->layout.population[projection->source].n + 1;
        char name[64];
        snprintf(name, sizeof name, "connections/%d/start", k);
        result = hdf5_write(file, name, HDF5_INT32, 1, &n_start, projection->start, NULL);
        snprintf(name, sizeof name, "connections/%d/dendrite", k);
        if (result == STATUS_OK)
            result = hdf5_write(file, name, HDF5_INT32, 1, &n, projection->dendrite, NULL);
        snprintf(name, sizeof name, "connections/%d/weight", k);
        if (result == STATUS_OK)
            result = hdf5_write(file, name, HDF5_FLOAT, 1, &n, projection->weight, NULL);
    }
    return result;
}

/* Living spines: their time, and all lives where they are kept. */
static int write_spines(struct hdf5_file *file, const struct training *training)
{
    const struct spines *spines = &training->spines;
    const struct lives *lives = training->network.lives;
    const int32_t step = (int32_t)spines->step;
    int result = hdf5_write(file, "spines/day", HDF5_DOUBLE, 0, NULL, &spines->day, "day");
    if (result == STATUS_OK)
        result = hdf5_write(file, "spines/rest_until", HDF5_DOUBLE, 0, NULL, &training->rest_until,
                            "day");
    if (result == STATUS_OK)
        result = hdf5_write(file, "spines/step", HDF5_INT32, 0, NULL, &step, NULL);
    if (result == STATUS_OK)
        result = hdf5_write(file, "spines/carried", HDF5_DOUBLE, 0, NULL, &spines->carried, NULL);
    if (result == STATUS_OK && lives)
        result = lives_state_write(file, lives);
    return result;
}

static int write_maps(struct hdf5_file *file, const struct map_history *maps)
{
    const int64_t n = maps->n, shape[] = {n, maps->n_classes, (int64_t)maps->width * maps->height};
    const size_t size = (size_t)(shape[1] * shape[2]);
    int32_t *presentation = malloc(((size_t)n + 1) * sizeof *presentation);
    double *similarity = malloc(((size_t)n + 1) * sizeof *similarity);
    float *weight = malloc(((size_t)n * size + 1) * sizeof *weight);
    int result = presentation && similarity && weight
                     ? STATUS_OK
                     : status_no_memory("a checkpoint", (size_t)n * size * sizeof *weight);
    for (int32_t m = 0; m < maps->n && result == STATUS_OK; m++) {
        presentation[m] = maps->moment[m].presentation;
        similarity[m] = maps->moment[m].similarity;
        memcpy(weight + (size_t)m * size, maps->moment[m].weight, size * sizeof *weight);
    }
    if (result == STATUS_OK)
        result = hdf5_write(file, "maps/presentation", HDF5_INT32, 1, &n, presentation, NULL);
    if (result == STATUS_OK)
        result = hdf5_write(file, "maps/similarity", HDF5_DOUBLE, 1, &n, similarity, NULL);
    if (result == STATUS_OK)
        result = hdf5_write(file, "maps/weight", HDF5_FLOAT, 3, shape, weight, NULL);
    free(presentation);
    free(similarity);
    free(weight);
    return result;
}

/* How far the record of spikes is, which is on the disk when this is. */
static int write_position(struct hdf5_file *file, struct spike_record *record)
{
    int64_t n_bytes;
    char sha256[65];
    int result = spike_record_sync(record, &n_bytes, sha256);
    if (result == STATUS_OK)
        result = hdf5_write(file, "spikes/bytes", HDF5_INT64, 0, NULL, &n_bytes, NULL);
    if (result == STATUS_OK)
        result = hdf5_write_text(file, "spikes/sha256", sha256);
    return result;
}

static int write_run(struct hdf5_file *file, const struct training *training, uint64_t seed)
{
    char history[KERNEL_PARTS_MAX * (KERNEL_NAME_MAX + 20)];
    const int32_t version = CHECKPOINT_VERSION, is_over = training->turnover.is_over,
                  stopped_by = (int32_t)training->stopped_by;
    char *parameters = parameters_text(training->parameters);
    int result = parameters ? hdf5_write(file, "version", HDF5_INT32, 0, NULL, &version, NULL)
                            : status_no_memory("a checkpoint", 0);
    if (result == STATUS_OK)
        result = hdf5_write_text(file, "parameters", parameters);
    free(parameters);
    kernel_history_print(&training->kernels, history, sizeof history);
    if (result == STATUS_OK)
        result = hdf5_write_text(file, "kernel", history);
    if (result == STATUS_OK)
        result = hdf5_write(file, "seed", HDF5_UINT64, 0, NULL, &seed, NULL);
    for (int i = 0; i < 4 && result == STATUS_OK; i++)
        result = hdf5_write_text(file, data_names[i], training->dataset->sha256[i]);
    if (result == STATUS_OK)
        result = hdf5_write(file, "presentations", HDF5_INT32, 0, NULL, &training->n_presentations,
                            NULL);
    if (result == STATUS_OK)
        result = hdf5_write(file, "stopped_by", HDF5_INT32, 0, NULL, &stopped_by, NULL);
    if (result == STATUS_OK)
        result = hdf5_write(file, "turnover/is_over", HDF5_INT32, 0, NULL, &is_over, NULL);
    return result;
}

static void remove_old(const char *folder, int32_t latest, int n_keep)
{
    int32_t presentations[64];
    const int32_t n = checkpoint_list(folder, presentations, 64);
    for (int32_t i = 0, kept = 0; i < n; i++) {
        /* one that is ahead is of an earlier run in this folder, and no part of this */
        if (presentations[i] <= latest && kept++ < n_keep)
            continue;
        char *path = path_of(folder, presentations[i]);
        if (path)
            remove(path);
        free(path);
    }
}

int checkpoint_write(const struct training *training, uint64_t seed, const char *folder)
{
    struct hdf5_file file;
    char *path = path_of(folder, training->n_presentations);
    if (!path)
        return status_no_memory("a file name", 0);
    const struct network *network = &training->network;
    const int64_t n_cells = network->layout.n_pyramidal;
    int result = hdf5_create(&file);
    if (result == STATUS_OK)
        result = write_run(&file, training, seed);
    if (result == STATUS_OK)
        result = hdf5_table_write(&file, curve_columns, N_CURVE, training->curve,
                                  sizeof *training->curve, training->n_presentations);
    if (result == STATUS_OK)
        result = write_synapses(&file, network);
    if (result == STATUS_OK)
        result = hdf5_write(&file, "cells/creb", HDF5_FLOAT, 1, &n_cells, network->creb, NULL);
    if (result == STATUS_OK)
        result = write_connections(&file, network);
    if (result == STATUS_OK)
        result = write_spines(&file, training);
    if (result == STATUS_OK)
        result = memory_write(&file, training);
    if (result == STATUS_OK)
        result = write_maps(&file, &training->maps);
    if (result == STATUS_OK && training->spike_observer)
        result = write_position(&file, (struct spike_record *)training->spike_observer);
    if (result == STATUS_OK)
        result = hdf5_commit(&file, path);
    else
        hdf5_close(&file);
    if (result == STATUS_OK) {
        file_sync_folder(folder); /* before the older one goes */
        remove_old(folder, training->n_presentations, 2);
    }
    free(path);
    return result;
}

/* ---- finding ---- */

/* Into n of them in descending order, of which n_max are kept; returns how many there are then. */
static int32_t insert(int32_t *presentations, int32_t n, int32_t n_max, int32_t presentation)
{
    int32_t at = n;
    while (at > 0 && presentations[at - 1] < presentation)
        at--;
    if (at == n_max)
        return n;
    const int32_t n_after = (n < n_max ? n : n_max - 1) - at;
    memmove(presentations + at + 1, presentations + at, (size_t)n_after * sizeof *presentations);
    presentations[at] = presentation;
    return n < n_max ? n + 1 : n_max;
}

int32_t checkpoint_list(const char *folder, int32_t *presentations, int32_t n_max)
{
    int32_t n = 0;
    DIR *entries = opendir(folder);
    const struct dirent *entry;
    while (entries && (entry = readdir(entries))) {
        int presentation, length = 0;
        if (sscanf(entry->d_name, "checkpoint-%9d.h5%n", &presentation, &length) == 1 &&
            length > 0 && entry->d_name[length] == '\0' && presentation >= 0)
            n = insert(presentations, n, n_max, presentation);
    }
    if (entries)
        closedir(entries);
    return n;
}

void checkpoint_remove_all(const char *folder)
{
    remove_old(folder, -1, 0);
}

/* ---- reading ---- */

static int other_run(const struct hdf5_file *file, const char *what)
{
    return status_fail(STATUS_USER, "%s: is of another run: its %s differ", file->path, what);
}

static int compare_text(struct hdf5_file *file, const char *name, const char *expected,
                        const char *what)
{
    char *text;
    int result = hdf5_read_text(file, name, &text);
    if (result == STATUS_OK && strcmp(text, expected) != 0)
        result = other_run(file, what);
    free(text);
    return result;
}

/* The history of the kernels becomes the training's, which goes on with its own. */
static int read_kernels(struct hdf5_file *file, struct training *training)
{
    const char *kernel = training->presenter.presentation->kernel->name;
    struct kernel_history history;
    char *text;
    int result = hdf5_read_text(file, "kernel", &text);
    if (result == STATUS_OK)
        result = kernel_history_parse(&history, text);
    free(text);
    if (result != STATUS_OK)
        return result;
    const char *before = history.part[history.n - 1].name;
    if (strcmp(before, kernel) != 0 && !training->may_change_kernel)
        return status_fail(STATUS_USER,
                           "%s: was computed with kernel '%s', not '%s': `--kernel %s` or another "
                           "says with which to go on",
                           file->path, before, kernel, before);
    training->kernels = history;
    return STATUS_OK;
}

static int check_origin(struct hdf5_file *file, struct training *training, uint64_t seed)
{
    int32_t version;
    uint64_t seed_then;
    int result = hdf5_read(file, "version", HDF5_INT32, 0, NULL, &version);
    if (result == STATUS_OK && version != CHECKPOINT_VERSION)
        return status_fail(STATUS_USER,
                           "%s: is a checkpoint of format version %d, this spinet reads version %d",
                           file->path, version, CHECKPOINT_VERSION);
    char *parameters = parameters_text(training->parameters);
    if (!parameters)
        return status_no_memory("a checkpoint", 0);
    if (result == STATUS_OK)
        result = compare_text(file, "parameters", parameters, "parameters");
    free(parameters);
    if (result == STATUS_OK)
        result = hdf5_read(file, "seed", HDF5_UINT64, 0, NULL, &seed_then);
    if (result == STATUS_OK && seed_then != seed)
        result = other_run(file, "seeds");
    for (int i = 0; i < 4 && result == STATUS_OK; i++)
        result = compare_text(file, data_names[i], training->dataset->sha256[i], "data");
    return result == STATUS_OK ? read_kernels(file, training) : result;
}

static int read_synapses(struct hdf5_file *file, struct network *network)
{
    int64_t n;
    int32_t next_id;
    int result = hdf5_dimensions(file, "synapses/id", HDF5_INT32, 1, &n);
    if (result == STATUS_OK)
        result = hdf5_table_read_integer(file, "synapses/next_id", 0, SYNAPSE_IDS_MAX, &next_id);
    if (result != STATUS_OK)
        return result;
    struct plastic_synapse *synapses = malloc(((size_t)n + 1) * sizeof *synapses);
    if (!synapses)
        return status_no_memory("a checkpoint", (size_t)n * sizeof *synapses);
    result = hdf5_table_read(file, synapse_columns, N_SYNAPSE, synapses, sizeof *synapses, n);
    if (result == STATUS_OK) {
        result = network_restore_plastic(network, synapses, (int32_t)n, next_id);
        if (result == STATUS_USER) {
            char why[256];
            snprintf(why, sizeof why, "%s", status_message());
            result = status_fail(STATUS_USER, "%s: %s", file->path, why);
        }
    }
    free(synapses);
    return result;
}

static int compare_array(struct hdf5_file *file, int32_t k, const char *what, enum hdf5_type type,
                         int64_t n, const void *expected)
{
    char name[64];
    snprintf(name, sizeof name, "connections/%d/%s", k, what);
    void *values = malloc((size_t)n * HDF5_COLUMN_SIZE + 1);
    int result = values ? hdf5_read(file, name, type, 1, &n, values)
                        : status_no_memory("a checkpoint", (size_t)n * HDF5_COLUMN_SIZE);
    if (result == STATUS_OK && memcmp(values, expected, (size_t)n * HDF5_COLUMN_SIZE) != 0)
        result = other_run(file, "fixed connections");
    free(values);
    return result;
}

static int check_connections(struct hdf5_file *file, const struct network *network)
{
    int result = STATUS_OK;
    for (int32_t k = 0; k < network->n_projections && result == STATUS_OK; k++) {
        const struct projection *projection = &network->projection[k];
        const int64_t n_start = network->layout.population[projection->source].n + 1;
        result = compare_array(file, k, "start", HDF5_INT32, n_start, projection->start);
        if (result == STATUS_OK)
            result =
                compare_array(file, k, "dendrite", HDF5_INT32, projection->n, projection->dendrite);
        if (result == STATUS_OK)
            result =
                compare_array(file, k, "weight", HDF5_FLOAT, projection->n, projection->weight);
    }
    return result;
}

/* Lives at the clock of the checkpoint. */
static int read_lives(struct hdf5_file *file, struct training *training)
{
    training->network.lives->presentation = training_age(training);
    training->network.lives->day = training->spines.day;
    return lives_state_read(file, &training->network);
}

/* A rest that was stopped in its midst is one between presentations. */
static int read_rest(struct hdf5_file *file, struct training *training)
{
    const double tiny = 1e-6, most = training->parameters->rest.between_presentations_days;
    const double day = training->spines.day;
    double *until = &training->rest_until;
    const int result = hdf5_read(file, "spines/rest_until", HDF5_DOUBLE, 0, NULL, until);
    if (result != STATUS_OK || *until == 0)
        return result;
    if (training->n_presentations > 0 && *until >= day && *until <= day + most + tiny)
        return STATUS_OK;
    return status_fail(STATUS_USER, "%s: spines/rest_until: %g is not within a rest after day %g",
                       file->path, *until, day);
}

static int read_spines(struct hdf5_file *file, struct training *training)
{
    struct spines *spines = &training->spines;
    int32_t step;
    int result = hdf5_read(file, "spines/day", HDF5_DOUBLE, 0, NULL, &spines->day);
    if (result == STATUS_OK && !(isfinite(spines->day) && spines->day >= 0))
        result = status_fail(STATUS_USER, "%s: spines/day: %g is no time", file->path, spines->day);
    if (result == STATUS_OK)
        result = read_rest(file, training);
    if (result == STATUS_OK)
        result = hdf5_table_read_integer(file, "spines/step", 0, INT32_MAX, &step);
    if (result == STATUS_OK)
        result = hdf5_read(file, "spines/carried", HDF5_DOUBLE, 0, NULL, &spines->carried);
    if (result == STATUS_OK && !(spines->carried >= -1 && spines->carried <= 1))
        result = status_fail(STATUS_USER, "%s: spines/carried: %g is not a part of one", file->path,
                             spines->carried);
    if (result == STATUS_OK)
        spines->step = (uint32_t)step;
    if (result == STATUS_OK && training->network.lives)
        result = read_lives(file, training);
    return result;
}

static int read_maps(struct hdf5_file *file, struct map_history *maps)
{
    int64_t found[3];
    int result = hdf5_dimensions(file, "maps/weight", HDF5_FLOAT, 3, found);
    if (result != STATUS_OK)
        return result;
    const int64_t n = found[0], n_pixels = (int64_t)maps->width * maps->height,
                  shape[] = {n, maps->n_classes, n_pixels};
    if (found[1] != maps->n_classes || found[2] != n_pixels)
        return status_fail(STATUS_USER, "%s: maps/weight: is not of these classes and images",
                           file->path);
    const size_t size = (size_t)(shape[1] * shape[2]);
    int32_t *presentation = malloc(((size_t)n + 1) * sizeof *presentation);
    double *similarity = malloc(((size_t)n + 1) * sizeof *similarity);
    float *weight = malloc(((size_t)n * size + 1) * sizeof *weight);
    if (!presentation || !similarity || !weight)
        result = status_no_memory("a checkpoint", (size_t)n * size * sizeof *weight);
    if (result == STATUS_OK)
        result = hdf5_read(file, "maps/presentation", HDF5_INT32, 1, &n, presentation);
    if (result == STATUS_OK)
        result = hdf5_read(file, "maps/similarity", HDF5_DOUBLE, 1, &n, similarity);
    if (result == STATUS_OK)
        result = hdf5_read(file, "maps/weight", HDF5_FLOAT, 3, shape, weight);
    map_history_forget(maps);
    for (int64_t m = 0; m < n && result == STATUS_OK; m++)
        result = map_history_add(maps, presentation[m], similarity[m], weight + (size_t)m * size);
    free(presentation);
    free(similarity);
    free(weight);
    return result;
}

static int read_position(struct hdf5_file *file, struct spike_record *record)
{
    int64_t n_bytes;
    char *sha256 = NULL;
    int result = hdf5_read(file, "spikes/bytes", HDF5_INT64, 0, NULL, &n_bytes);
    if (result == STATUS_OK)
        result = hdf5_read_text(file, "spikes/sha256", &sha256);
    if (result == STATUS_OK)
        result = spike_record_cut(record, n_bytes, sha256);
    free(sha256);
    return result;
}

static int read_state(struct hdf5_file *file, struct training *training)
{
    struct network *network = &training->network;
    const int64_t n_cells = network->layout.n_pyramidal;
    int32_t is_over, stopped_by;
    int result = hdf5_table_read_integer(file, "presentations", 0,
                                         training->parameters->stopping.max_presentations,
                                         &training->n_presentations);
    if (result == STATUS_OK)
        result = hdf5_table_read_integer(file, "stopped_by", STOP_NOT_YET, STOP_LIMIT, &stopped_by);
    if (result == STATUS_OK)
        result = hdf5_table_read_integer(file, "turnover/is_over", 0, 1, &is_over);
    if (result == STATUS_OK)
        result = hdf5_table_read(file, curve_columns, N_CURVE, training->curve,
                                 sizeof *training->curve, training->n_presentations);
    if (result == STATUS_OK)
        result = hdf5_read(file, "cells/creb", HDF5_FLOAT, 1, &n_cells, network->creb);
    for (int64_t i = 0; i < n_cells && result == STATUS_OK; i++)
        if (!isfinite(network->creb[i]))
            result = status_fail(STATUS_USER, "%s: cells/creb: cell %lld is not finite", file->path,
                                 (long long)i);
    if (result == STATUS_OK)
        result = check_connections(file, network);
    if (result == STATUS_OK)
        result = read_synapses(file, network);
    if (result == STATUS_OK)
        result = read_spines(file, training);
    if (result == STATUS_OK)
        result = memory_read(file, training, false);
    if (result == STATUS_OK)
        result = read_maps(file, &training->maps);
    if (result == STATUS_OK && training->spike_observer)
        result = read_position(file, (struct spike_record *)training->spike_observer);
    if (result == STATUS_OK && training->rest_until > 0 && stopped_by != STOP_NOT_YET)
        result = status_fail(STATUS_USER, "%s: stopped_by: %d, although a rest is not over",
                             file->path, stopped_by);
    if (result == STATUS_OK)
        result =
            kernel_history_add(&training->kernels, training->presenter.presentation->kernel->name,
                               training->n_presentations + 1);
    if (result == STATUS_OK) {
        training->stopped_by = (enum stop_reason)stopped_by;
        training->turnover.is_over = is_over != 0;
    }
    return result;
}

int checkpoint_read(struct training *training, uint64_t seed, const char *folder,
                    int32_t presentation)
{
    struct hdf5_file file;
    char *path = path_of(folder, presentation);
    int result = path ? hdf5_open(&file, path) : status_no_memory("a file name", 0);
    if (result == STATUS_OK) {
        result = check_origin(&file, training, seed);
        if (result == STATUS_OK)
            result = read_state(&file, training);
        hdf5_close(&file);
    }
    free(path);
    return result;
}
