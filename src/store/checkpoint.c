/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is not in a checkpoint needs not be: random numbers have no state (core/random.h), PRPs do
 * not outlive a consolidation, voltages and calcium not a presentation (docs/model.md). The fixed
 * connections follow from seed and parameters; they are kept so that a checkpoint is whole, and
 * compared, so that another version cannot go on with another network. Each array is named once, by
 * the functions move_…, which save as well as they load (store/archive.h). */
#include "store/checkpoint.h"

#include <dirent.h>
#include <fnmatch.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/field.h"
#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "neuron/presentation.h"
#include "store/archive.h"
#include "store/manifest.h"
#include "store/npz.h"
#include "store/parameters_json.h"
#include "store/state.h"

static const char own_ending[] = "npz", old_ending[] = "h5";

#define NINE_DIGITS "[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]"

static char *path_of(const char *folder, int32_t presentation, const char *ending)
{
    char name[64];
    snprintf(name, sizeof name, "checkpoint-%09d.%s", presentation, ending);
    return file_join(folder, name);
}

/* All parameters as one text in new memory, the same for the same values. */
static char *parameters_text(const struct parameters *p)
{
    json_auto_t *json = parameters_to_json(p);
    return json ? json_dumps(json, JSON_INDENT(1) | JSON_REAL_PRECISION(17)) : NULL;
}

/* ---- what the run is of ---- */

static void move_version(struct archive *archive)
{
    int32_t version = CHECKPOINT_VERSION;
    archive_number(archive, "version", SPINET_INT32, &version, NULL);
    if (version != CHECKPOINT_VERSION)
        archive_refuse(archive,
                       "is a checkpoint of format version %d, this spinet reads version %d",
                       version, CHECKPOINT_VERSION);
}

/* Saves or loads which kernels have computed the run; after loading it goes on with the present
 * one. */
static void move_kernels(struct archive *archive, struct training *training)
{
    const char *kernel = training->presenter.presentation->kernel->name;
    OWNED char *found = archive_text(archive, "kernel", training->kernels);
    if (!archive_has_loaded(archive))
        return;
    const char *comma = strrchr(found, ','), *last = comma ? comma + 1 : found;
    last += strspn(last, " ");
    const int n = (int)strcspn(last, " ");
    const bool is_same = strncmp(last, kernel, (size_t)n) == 0 && !kernel[n];
    if (!is_same && !training->may_change_kernel)
        archive_refuse(archive,
                       "was computed with kernel '%.*s', not '%s': `--kernel %.*s` or another says "
                       "with which to go on",
                       n, last, kernel, n, last);
    const int length = is_same
                           ? snprintf(training->kernels, sizeof training->kernels, "%s", found)
                           : snprintf(training->kernels, sizeof training->kernels, "%s, %s from %d",
                                      found, kernel, training->n_presentations + 1);
    if (length >= KERNELS_BYTES)
        archive_refuse(archive, "kernel '%s': no room for one change more", found);
}

static void move_origin(struct archive *archive, struct training *training, uint64_t seed)
{
    OWNED char *parameters = parameters_text(training->parameters);
    char seed_text[32];
    snprintf(seed_text, sizeof seed_text, "%llu", (unsigned long long)seed);
    move_version(archive);
    if (!parameters && archive->status == STATUS_OK)
        archive->status = status_no_memory("a checkpoint", 0);
    archive_compare_text(archive, "parameters", parameters, "parameters differ");
    archive_compare_text(archive, "seed", seed_text, "seeds differ");
    for (int i = 0; i < DATASET_N_FILES; i++) {
        const char *sha256 = training->dataset->file[i].sha256;
        char name[64];
        snprintf(name, sizeof name, "data/%s", manifest_data_keys[i]);
        if (i < DATASET_NETWORK || (i >= DATASET_OTHER && *sha256))
            archive_compare_text(archive, name, sha256, "data differ");
    }
}

/* ---- its state ---- */

static const struct spinet_field curve_fields[] = {
    FIELD(struct curve_row, "sample_images", INT32, n_samples),
    FIELD(struct curve_row, "sample_correct", INT32, n_correct),
    FIELD(struct curve_row, "strong_fraction", FLOAT, strong_fraction),
    FIELD(struct curve_row, "pruned", INT32, turnover.n_pruned),
    FIELD(struct curve_row, "grown", INT32, turnover.n_grown),
    FIELD(struct curve_row, "lost", INT32, spines.n_lost),
    FIELD(struct curve_row, "born", INT32, spines.n_born),
};
static const struct spinet_field synapse_fields[] = {
    FIELD(struct plastic_synapse, "input", INT32, input),
    FIELD(struct plastic_synapse, "dendrite", INT32, dendrite),
    FIELD(struct plastic_synapse, "id", INT32, id),
    FIELD(struct plastic_synapse, "weight", FLOAT, weight),
    FIELD(struct plastic_synapse, "learning_rate", FLOAT, learning_rate),
    FIELD(struct plastic_synapse, "tag", FLOAT, tag),
};
enum {
    N_CURVE = sizeof curve_fields / sizeof *curve_fields,
    N_SYNAPSE = sizeof synapse_fields / sizeof *synapse_fields
};
_Static_assert(sizeof(struct curve_row) == N_CURVE * sizeof(int32_t), "all of a row is kept");
_Static_assert(sizeof(struct plastic_synapse) == N_SYNAPSE * sizeof(int32_t), "all of a synapse");

static void move_progress(struct archive *archive, struct training *training)
{
    int32_t stopped_by = (int32_t)training->stopped_by;
    training_take_sample(training);
    archive_integer(archive, "presentations", 0, training->parameters->stopping.max_presentations,
                    &training->n_presentations);
    archive_integer(archive, "stopped_by", STOP_NOT_YET, STOP_ACCURACY, &stopped_by);
    archive_flag(archive, "turnover/is_over", &training->turnover.is_over);
    archive_rows(archive, "curve", curve_fields, N_CURVE, training->curve, sizeof *training->curve,
                 training->n_presentations);
    training->stopped_by = (enum stop_reason)stopped_by;
}

static void move_creb(struct archive *archive, struct network *network)
{
    const int64_t n = network->layout.n_pyramidal;
    archive_values(archive, "cells/creb", SPINET_FLOAT, 1, &n, network->creb, NULL);
    for (int64_t i = 0; i < n && archive_has_loaded(archive); i++)
        if (!isfinite(network->creb[i]))
            archive_refuse(archive, "cells/creb: cell %lld is not finite", (long long)i);
}

/* Saves or loads the weights of fixed synapses that cells scale. */
static void move_scaled(struct archive *archive, const char *name, struct projection *projection)
{
    const int64_t n = projection->n;
    archive_values(archive, name, SPINET_FLOAT, 1, &n, projection->weight, NULL);
    for (int64_t i = 0; i < n && archive_has_loaded(archive); i++)
        if (!(projection->weight[i] >= 0 && projection->weight[i] <= PROJECTION_WEIGHT_MAX))
            archive_refuse(archive, "%s: %g is no weight", name, (double)projection->weight[i]);
}

static void move_connections(struct archive *archive, struct training *training)
{
    static const char what[] = "fixed connections differ";
    const struct network *network = &training->network;
    const bool are_scaled = homeostasis_scales_fixed(&training->spines.homeostasis, true);
    for (int32_t k = 0; k < network->n_projections; k++) {
        struct projection *projection = &network->projection[k];
        char name[64];
        snprintf(name, sizeof name, "connections/%d/start", k);
        archive_compare(archive, name, SPINET_INT32,
                        network->layout.population[projection->source].n + 1, projection->start,
                        what);
        snprintf(name, sizeof name, "connections/%d/dendrite", k);
        archive_compare(archive, name, SPINET_INT32, projection->n, projection->dendrite, what);
        snprintf(name, sizeof name, "connections/%d/weight", k);
        if (are_scaled && network->layout.population[projection->target].role == ROLE_PYRAMIDAL) {
            move_scaled(archive, name, projection);
            continue;
        }
        OWNED float *weight = archive_allocate(archive, projection->n, sizeof *weight);
        for (int32_t i = 0; weight && i < projection->n; i++)
            weight[i] = projection_weight(projection, i);
        archive_compare(archive, name, SPINET_FLOAT, weight ? projection->n : 0, weight, what);
    }
}

static void move_synapses(struct archive *archive, struct network *network)
{
    OWNED struct plastic_synapse *synapses = NULL;
    int32_t n = 0, next_id = network->plastic.next_id;
    if (archive->status == STATUS_OK && !archive->loads)
        archive->status = network_plastic(network, &synapses, &n);
    n = (int32_t)archive_length(archive, "synapses/id", SPINET_INT32, n, SYNAPSE_IDS_MAX);
    if (archive_has_loaded(archive))
        synapses = archive_allocate(archive, n, sizeof *synapses);
    archive_rows(archive, "synapses", synapse_fields, N_SYNAPSE, synapses, sizeof *synapses, n);
    archive_integer(archive, "synapses/next_id", 0, SYNAPSE_IDS_MAX, &next_id);
    if (archive_has_loaded(archive))
        archive_take(archive, "", network_restore_plastic(network, synapses, n, next_id));
}

/* Saves or loads where training is in its phases; nothing without a schedule. */
static void move_schedule(struct archive *archive, struct training *training)
{
    struct schedule *schedule = &training->schedule;
    const int64_t n_labels = training->dataset->labels.n;
    const int32_t n = training->n_presentations;
    if (schedule->n == 0)
        return;
    archive_integer(archive, "schedule/phase", 0, schedule->n - 1, &schedule->now);
    archive_integer(archive, "schedule/began", 0, n, &schedule->began);
    archive_flag(archive, "schedule/is_switching", &schedule->is_switching);
    if (archive_has_loaded(archive) && schedule->is_switching && schedule_is_last(schedule))
        archive_refuse(archive, "schedule/is_switching: 1 in the last phase");
    archive_integer(archive, "schedule/sample_images", 0, INT32_MAX, &schedule->n_samples);
    archive_integer(archive, "schedule/sample_correct", 0, schedule->n_samples,
                    &schedule->n_correct);
    archive_values(archive, "schedule/shown", SPINET_INT32, 1, &n_labels, schedule->shown, NULL);
    for (int64_t l = 0; l < n_labels && archive_has_loaded(archive); l++)
        if (schedule->shown[l] < 0 || schedule->shown[l] > n)
            archive_refuse(archive, "schedule/shown: %d images of %d presentations",
                           schedule->shown[l], n);
}

/* Checks that a rest that was interrupted is one between presentations or phases. */
static void check_rest(struct archive *archive, const struct training *training)
{
    const struct schedule *schedule = &training->schedule;
    const double tiny = 1e-6, most = schedule->is_switching
                                         ? schedule->phase[schedule->now + 1].rest_days
                                         : training->parameters->rest.between_presentations_days;
    const double day = training->spines.day, until = training->rest_until;
    if (until == 0)
        return;
    if (!(training->n_presentations > 0 && until >= day && until <= day + most + tiny))
        archive_refuse(archive, "state/rest_until: %g is not within a rest after day %g", until,
                       day);
    if (training->stopped_by != STOP_NOT_YET)
        archive_refuse(archive, "stopped_by: %d, although a rest is not over",
                       (int)training->stopped_by);
}

static void move_spines(struct archive *archive, struct training *training)
{
    struct spines *spines = &training->spines;
    struct lives *lives = training->network.lives;
    int32_t step = (int32_t)spines->step;
    spine_state_move_clock(archive, &spines->day, &step, &spines->carried);
    spines->step = (uint32_t)step;
    archive_number(archive, "state/rest_until", SPINET_DOUBLE, &training->rest_until, "day");
    if (archive_has_loaded(archive))
        check_rest(archive, training);
    if (spines->homeostasis.target)
        spine_state_move_targets(archive, &spines->homeostasis);
    if (!lives)
        return;
    lives->presentation = training_age(training);
    lives->day = spines->day;
    spine_state_move_lives(archive, &training->network);
}

/* Saves or loads what an observer has taken so far. */
static void move_observer(struct archive *archive, struct training *training, struct observer *o)
{
    for (int k = 0; k < OBSERVED_MAX && o->observed[k].table; k++) {
        const struct observed *of = &o->observed[k];
        archive_table(archive, of->name, of->table, of->rows, of->n);
        if (archive->loads && of->capacity)
            *of->capacity = *of->n;
    }
    if (o->move)
        o->move(o, training, archive);
}

static void move_all(struct archive *archive, struct training *training, uint64_t seed)
{
    move_origin(archive, training, seed);
    move_progress(archive, training);
    move_kernels(archive, training);
    move_creb(archive, &training->network);
    move_connections(archive, training);
    move_synapses(archive, &training->network);
    move_schedule(archive, training);
    move_spines(archive, training);
    memory_move(archive, training, false);
    for (struct observer *o = training->observers; o; o = o->next)
        move_observer(archive, training, o);
}

/* ---- the folder ---- */

static int is_checkpoint(const struct dirent *entry)
{
    return fnmatch("checkpoint-" NINE_DIGITS ".*", entry->d_name, 0) == 0;
}

/* Lists the checkpoints whose names have this ending. */
static int32_t list_ending(const char *folder, const char *ending, int32_t *presentations,
                           int32_t n_max)
{
    struct dirent **entry = NULL;
    int32_t n = 0;
    for (int i = scandir(folder, &entry, is_checkpoint, alphasort) - 1; i >= 0; i--) {
        const char *name = entry[i]->d_name;
        if (n < n_max && strcmp(strchr(name, '.') + 1, ending) == 0)
            presentations[n++] = (int32_t)strtol(strchr(name, '-') + 1, NULL, 10);
        free(entry[i]);
    }
    free(entry);
    return n;
}

int32_t checkpoint_list(const char *folder, int32_t *presentations, int32_t n_max)
{
    const int32_t n = list_ending(folder, own_ending, presentations, n_max);
    return n > 0 ? n : list_ending(folder, old_ending, presentations, 1);
}

/* Removes all but the last n_keep of those that are not after `latest`: a later one is left from an
 * earlier run in this folder. */
static void remove_all_but(const char *folder, const char *ending, int32_t latest, int n_keep)
{
    int32_t presentations[64];
    const int32_t n = list_ending(folder, ending, presentations, 64);
    for (int32_t i = 0, kept = 0; i < n; i++) {
        if (presentations[i] <= latest && kept++ < n_keep)
            continue;
        OWNED char *path = path_of(folder, presentations[i], ending);
        if (path)
            remove(path);
    }
}

void checkpoint_remove_all(const char *folder)
{
    remove_all_but(folder, own_ending, -1, 0);
    remove_all_but(folder, old_ending, -1, 0);
}

/* ---- a checkpoint ---- */

int checkpoint_write(const struct training *training, uint64_t seed, const char *folder)
{
    struct archive archive;
    OWNED char *path = path_of(folder, training->n_presentations, own_ending);
    if (!path)
        return status_no_memory("a file name", 0);
    TRY(npz_create(&archive));
    move_all(&archive, (struct training *)training,
             seed); /* saving changes nothing of the training */
    TRY(npz_commit(&archive, path));
    file_sync_folder(folder); /* before older ones are removed */
    remove_all_but(folder, own_ending, training->n_presentations, 2);
    return STATUS_OK;
}

int checkpoint_read(struct training *training, uint64_t seed, const char *folder,
                    int32_t presentation)
{
    struct archive archive;
    OWNED char *path = path_of(folder, presentation, own_ending),
               *old = path_of(folder, presentation, old_ending);
    if (!path || !old)
        return status_no_memory("a file name", 0);
    if (!file_exists(path) && file_exists(old))
        return status_fail(STATUS_USER,
                           "%s: is a checkpoint of an earlier spinet (HDF5), which this one does "
                           "not read: go on with the spinet that manifest.json names, or begin the "
                           "run anew (train --overwrite)",
                           old);
    TRY(npz_open(&archive, path));
    move_all(&archive, training, seed);
    if (archive.status == STATUS_OK)
        archive.status = training_admit_cells(training, NULL);
    if (archive.status == STATUS_OK &&
        homeostasis_scales_fixed(&training->spines.homeostasis, true))
        archive.status = training_renew(training);
    return npz_close(&archive);
}
