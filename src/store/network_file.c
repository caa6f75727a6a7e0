/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What SONATA has no place for stands in groups of its own: the clock of the network (state/…), the
 * lives of its synapses (lives/…), the memory of its policy and rule (policy/…, rule/…). */
#include "store/network_file.h"

#include <math.h>
#include <stdlib.h>

#include "core/file.h"
#include "core/shared_file.h"
#include "core/status.h"
#include "store/hdf5_table.h"
#include "store/lives_state.h"
#include "store/memory.h"
#include "store/sonata.h"

enum { AGE_MAX = 1000000000 };
static const char data_set_age[] = "state/presentations", data_set_day[] = "state/day",
                  data_set_step[] = "state/spine_steps", data_set_carried[] = "state/spine_carried",
                  data_set_first[] = "state/synapses_at_first",
                  data_set_length[] = "state/dendrite_um";

/* ---- writing ---- */

static int write_clock(struct hdf5_file *file, const struct training *training)
{
    const struct spines *spines = &training->spines;
    const int32_t age = training_age(training), step = (int32_t)spines->step;
    int result = hdf5_write(file, data_set_age, HDF5_INT32, 0, NULL, &age, NULL);
    if (result == STATUS_OK)
        result = hdf5_write(file, data_set_day, HDF5_DOUBLE, 0, NULL, &spines->day, "day");
    if (result == STATUS_OK)
        result = hdf5_write(file, data_set_step, HDF5_INT32, 0, NULL, &step, NULL);
    if (result == STATUS_OK)
        result = hdf5_write(file, data_set_carried, HDF5_DOUBLE, 0, NULL, &spines->carried, NULL);
    if (result == STATUS_OK)
        result = hdf5_write(file, data_set_first, HDF5_INT32, 0, NULL, &spines->n_reference, NULL);
    return result;
}

static int write_lives(struct hdf5_file *file, const struct lives *lives)
{
    const int result =
        hdf5_write(file, data_set_length, HDF5_FLOAT, 0, NULL, &lives->dendrite_um, "um");
    return result == STATUS_OK ? lives_state_write(file, lives) : result;
}

static int write_all(struct hdf5_file *file, const struct training *training)
{
    const struct dataset *dataset = training->dataset;
    const struct network *network = &training->network;
    int result = sonata_write_network(file, network, dataset->classes.label, dataset->train.width);
    if (result == STATUS_OK)
        result = write_clock(file, training);
    if (result == STATUS_OK && network->lives)
        result = write_lives(file, network->lives);
    if (result == STATUS_OK)
        result = memory_write(file, training);
    return result;
}

int network_file_write(const struct training *training, const char *folder)
{
    struct hdf5_file file;
    char *path = file_join(folder, "network.h5");
    int result = path ? sonata_create(&file) : status_no_memory("a file name", 0);
    if (result == STATUS_OK) {
        result = write_all(&file, training);
        if (result == STATUS_OK)
            result = hdf5_commit(&file, path);
        else
            hdf5_close(&file);
    }
    free(path);
    return result == STATUS_OK
               ? sonata_write_types(&training->network, training->dataset->classes.label, folder)
               : result;
}

/* ---- reading ---- */

static int read_lives(struct hdf5_file *file, struct training *training, uint64_t seed)
{
    const double length = training->parameters->spines.dendrite_um;
    struct network *network = &training->network;
    float length_then;
    int result = hdf5_read(file, data_set_length, HDF5_FLOAT, 0, NULL, &length_then);
    if (result == STATUS_OK && length_then != (float)length)
        return status_fail(STATUS_USER, "%s: %s: %g: expected %g, spines.dendrite_um", file->path,
                           data_set_length, (double)length_then, length);
    if (result == STATUS_OK && !(network->lives = malloc(sizeof *network->lives)))
        result = status_no_memory("the lives of the synapses", sizeof *network->lives);
    if (result != STATUS_OK)
        return result;
    lives_init(network->lives, seed, length);
    network->lives->presentation = training->age_at_start;
    return lives_state_read(file, network);
}

/* Where the file is: as the user named it, unless it was found elsewhere. */
static const char *place_of(const struct training *training, char found[SHARED_PATH_MAX])
{
    const char *named = shared_file_find(training->parameters->data.network, found);
    const char *place = training->dataset->path[DATASET_NETWORK];
    return *place && !file_is_same(named, place) ? place : named;
}

/* A file as the origin of a training's network. */
struct opened {
    struct network_origin origin; /* the first member */
    struct hdf5_file file;
};

/* Opens the file that data.network names. USER for one that does not fit data and parameters. */
static int make_network(struct network_origin *origin, struct training *training, uint64_t seed)
{
    struct hdf5_file *file = &((struct opened *)origin)->file;
    const struct parameters *p = training->parameters;
    const struct images *images = &training->dataset->train;
    char found[SHARED_PATH_MAX];
    struct layout layout;
    int result =
        layout_init(&layout, p, training->dataset->classes.n, (int32_t)images_n_pixels(images));
    if (result == STATUS_OK)
        result = hdf5_open(file, place_of(training, found));
    if (result == STATUS_OK)
        result = sonata_read_network(file, &layout, images->width, &training->network);
    if (result == STATUS_OK)
        result = hdf5_table_read_integer(file, data_set_age, 0, AGE_MAX, &training->age_at_start);
    if (result == STATUS_OK && spines_need_lives(p) && hdf5_has(file, data_set_length))
        result = read_lives(file, training, seed);
    return result;
}

static int read_spines(struct hdf5_file *file, struct training *training)
{
    double day, carried;
    int32_t step, n_reference;
    int result = hdf5_read(file, data_set_day, HDF5_DOUBLE, 0, NULL, &day);
    if (result == STATUS_OK && !(isfinite(day) && day >= 0))
        result = status_fail(STATUS_USER, "%s: %s: %g is no time", file->path, data_set_day, day);
    if (result == STATUS_OK)
        result = hdf5_table_read_integer(file, data_set_step, 0, AGE_MAX, &step);
    if (result == STATUS_OK)
        result = hdf5_read(file, data_set_carried, HDF5_DOUBLE, 0, NULL, &carried);
    if (result == STATUS_OK && !(carried >= -1 && carried <= 1))
        result = status_fail(STATUS_USER, "%s: %s: %g is not a part of one", file->path,
                             data_set_carried, carried);
    if (result == STATUS_OK)
        result = hdf5_table_read_integer(file, data_set_first, 0, SYNAPSE_IDS_MAX, &n_reference);
    if (result == STATUS_OK)
        spines_continue(&training->spines, &training->network, day, (uint32_t)step, carried,
                        n_reference);
    return result;
}

static int restore_state(struct network_origin *origin, struct training *training)
{
    struct hdf5_file *file = &((struct opened *)origin)->file;
    /* of synapses without lives no day is known, either: the clock of days begins anew */
    const int result = !training->network.lives || hdf5_has(file, data_set_length)
                           ? read_spines(file, training)
                           : STATUS_OK;
    return result == STATUS_OK ? memory_read(file, training, true) : result;
}

int training_prepare(struct training *training, const struct parameters *p,
                     const struct dataset *dataset, const struct kernel *kernel, uint64_t seed,
                     int32_t n_threads)
{
    struct opened opened = {{make_network, restore_state}, {0}};
    const int status =
        training_build(training, p, dataset, kernel, seed, n_threads, (struct own_rules){0},
                       *p->data.network ? &opened.origin : NULL);
    hdf5_close(&opened.file);
    return status;
}

int training_init(struct training *training, const struct parameters *p,
                  const struct dataset *dataset, const struct kernel *kernel, uint64_t seed,
                  int32_t n_threads)
{
    const int result = training_prepare(training, p, dataset, kernel, seed, n_threads);
    return result == STATUS_OK ? training_begin(training) : result;
}
