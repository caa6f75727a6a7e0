/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What SONATA has no place for stands in groups of its own: the clock of the network (state/…), the
 * lives of its synapses (lives/…), the memory of its policy and rule (policy/…, rule/…). */
#include "store/network_file.h"

#include <stdlib.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/shared_file.h"
#include "core/status.h"
#include "network/connect.h"
#include "store/snapshot.h"
#include "store/sonata.h"
#include "store/state.h"

enum { AGE_MAX = 1000000000 };
static const char data_set_length[] = "state/dendrite_um";

static void move_age(struct archive *archive, struct training *training)
{
    int32_t age = training_age(training);
    archive_integer(archive, "state/presentations", 0, AGE_MAX, &age);
    training->age_at_start = archive_has_loaded(archive) ? age : training->age_at_start;
}

/* The clock of the living spines, and the number of synapses that their rates refer to. */
static void move_clock(struct archive *archive, struct training *training)
{
    struct spines *spines = &training->spines;
    int32_t step = (int32_t)spines->step, n_reference = spines->n_reference;
    double day = spines->day, carried = spines->carried;
    spine_state_move_clock(archive, &day, &step, &carried);
    archive_integer(archive, "state/synapses_at_first", 0, SYNAPSE_IDS_MAX, &n_reference);
    if (archive_has_loaded(archive))
        spines_continue(spines, &training->network, day, (uint32_t)step, carried, n_reference);
}

static void move_length(struct archive *archive, float *length)
{
    archive_number(archive, data_set_length, SPINET_FLOAT, length, "um");
}

/* ---- writing ---- */

static int write_all(struct hdf5_file *file, struct training *training)
{
    const struct dataset *dataset = training->dataset;
    struct network *network = &training->network;
    struct archive archive = hdf5_archive(file, false);
    archive.status =
        sonata_write_network(file, network, dataset->classes.label, dataset->train.width);
    move_age(&archive, training);
    move_clock(&archive, training);
    if (network->lives) {
        move_length(&archive, &network->lives->dendrite_um);
        spine_state_move_lives(&archive, network);
    }
    if (training->spines.homeostasis.target)
        spine_state_move_targets(&archive, &training->spines.homeostasis);
    memory_move(&archive, training, false);
    return archive.status;
}

int network_file_write(const struct training *training, const char *folder)
{
    SCOPED(hdf5_close) struct hdf5_file file = {0};
    OWN_PATH(path, folder, "network.h5");
    TRY(sonata_create(&file));
    TRY(write_all(&file, (struct training *)training)); /* which saving leaves as it is */
    TRY(hdf5_commit(&file, path));
    return sonata_write_types(&training->network, training->dataset->classes.label, folder);
}

/* ---- reading ---- */

static void read_lives(struct archive *archive, struct training *training, uint64_t seed)
{
    const double expected = training->parameters->spines.dendrite_um;
    struct network *network = &training->network;
    float length = 0;
    move_length(archive, &length);
    if (archive_has_loaded(archive) && length != (float)expected)
        archive_refuse(archive, "%s: %g: expected %g, spines.dendrite_um", data_set_length,
                       (double)length, expected);
    if (archive_has_loaded(archive) && !(network->lives = malloc(sizeof *network->lives)))
        archive->status = status_no_memory("the lives of the synapses", sizeof *network->lives);
    if (!archive_has_loaded(archive))
        return;
    lives_init(network->lives, seed, expected);
    network->lives->presentation = training->age_at_start;
    spine_state_move_lives(archive, network);
}

/* Where the file is: as the user named it, unless it was found elsewhere. */
static const char *place_of(const struct training *training, char found[SHARED_PATH_MAX])
{
    const char *named = shared_file_find(training->parameters->data.network, found);
    const char *place = training->dataset->file[DATASET_NETWORK].path;
    return *place && !file_is_same(named, place) ? place : named;
}

/* A file as the origin of a training's network. */
struct opened {
    struct network_origin origin; /* the first member */
    struct hdf5_file file;
};

/* Makes the network of a table: all its synapses or, where it has plastic ones only, these among
 * the fixed ones of a new network. */
static int make_from_table(struct network *network, const char *path, const struct parameters *p,
                           const struct layout *layout, uint64_t seed)
{
    OWNED struct synapse_row *rows = NULL;
    int32_t n, n_plastic = 0;
    TRY(snapshot_read(path, &rows, &n));
    for (int32_t i = 0; i < n; i++)
        n_plastic += rows[i].plastic;
    const int status = n_plastic < n
                           ? network_init(network, layout, rows, n, (float)p->plasticity.eta_max)
                           : connect_layout(network, p, layout, seed, rows, n);
    return status == STATUS_USER ? status_fail(STATUS_USER, "%s: %s", path, status_message())
                                 : status;
}

int network_file_read_maps(struct maps *maps, const char *folder, const struct parameters *p,
                           const struct dataset *dataset)
{
    SCOPED(network_free) struct network network = {0};
    OWN_PATH(path, folder, "network.csv");
    struct layout layout;
    TRY(layout_init(&layout, p, dataset->classes.n, (int32_t)images_n_pixels(&dataset->test)));
    TRY(make_from_table(&network, path, p, &layout, 0));
    return maps_init(maps, &network, dataset);
}

/* Opens the file that data.network names. USER for one that does not fit data and parameters. */
static int make_network(struct network_origin *origin, struct training *training, uint64_t seed)
{
    struct hdf5_file *file = &((struct opened *)origin)->file;
    const struct parameters *p = training->parameters;
    const struct images *images = &training->dataset->train;
    char found[SHARED_PATH_MAX];
    const char *path = place_of(training, found);
    struct layout layout;
    TRY(layout_init(&layout, p, training->dataset->classes.n, (int32_t)images_n_pixels(images)));
    if (images_is_csv(path))
        return make_from_table(&training->network, path, p, &layout, seed);
    TRY(hdf5_open(file, path));
    TRY(sonata_read_network(file, &layout, images->width, &training->network));
    struct archive archive = hdf5_archive(file, true);
    move_age(&archive, training);
    if (archive.status == STATUS_OK && spines_need_lives(p) && hdf5_has(file, data_set_length))
        read_lives(&archive, training, seed);
    return archive.status;
}

static int restore_state(struct network_origin *origin, struct training *training)
{
    struct hdf5_file *file = &((struct opened *)origin)->file;
    if (!file->id) /* a table has no more than synapses */
        return STATUS_OK;
    struct archive archive = hdf5_archive(file, true);
    /* without lives of the synapses the day is not known, either */
    if (!training->network.lives || hdf5_has(file, data_set_length))
        move_clock(&archive, training);
    if (training->spines.homeostasis.target && hdf5_has(file, HOMEOSTATIC_TARGETS))
        spine_state_move_targets(&archive, &training->spines.homeostasis);
    memory_move(&archive, training, true);
    return archive.status;
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
