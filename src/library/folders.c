/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet.h: what is kept in folders. A file of its own: a program that uses no folders can be
 * linked without libzip and jansson. */
#include <stdlib.h>

#include "core/scope.h"
#include "core/status.h"
#include "library/handles.h"
#include "store/checkpoint.h"
#include "store/run.h"

int spinet_training_save(const struct spinet_training *training, const char *folder)
{
    POINT_FOR_DECIMALS;
    TRY(handles_enter(training));
    return checkpoint_write(&training->training, training->seed, folder);
}

int spinet_training_restore(struct spinet_training *training, const char *folder)
{
    POINT_FOR_DECIMALS;
    int32_t latest;
    TRY(handles_enter(training));
    if (checkpoint_list(folder, &latest, 1) == 0)
        return status_fail(STATUS_USER, "%s: there is no checkpoint in it", folder);
    const int status = checkpoint_read(&training->training, training->seed, folder, latest);
    training->has_failed = status != STATUS_OK;
    return status;
}

int spinet_training_write(struct spinet_training *training, const char *folder, bool overwrite,
                          struct spinet_score *score)
{
    POINT_FOR_DECIMALS;
    struct run_result result;
    const struct run_request request = {
        .parameters = &training->parameters,
        .seed = training->seed,
        .folder = folder,
        .kernel = training->training.presenter.presentation[0].kernel,
        .n_threads = training->training.presenter.n_threads,
        .is_quiet = true,
        .overwrite = overwrite,
    };
    TRY(handles_enter(training));
    if (training->parameters.record.spikes)
        return status_fail(STATUS_USER,
                           "record.spikes = true: only spinet_run keeps the spikes of a "
                           "training: expected false");
    if (training->images_seed != training->seed)
        return status_fail(STATUS_USER,
                           "images of seed %llu: a folder has one seed: expected %llu, that of the "
                           "training",
                           (unsigned long long)training->images_seed,
                           (unsigned long long)training->seed);
    TRY(run_write(&request, &training->training, training->clock_start, training->started,
                  &result));
    *score = handles_score(&result.score);
    return STATUS_OK;
}

int spinet_run_open(const char *folder, struct spinet_parameters **parameters, uint64_t *seed,
                    struct spinet_images **images)
{
    POINT_FOR_DECIMALS;
    OWN_NEW(struct manifest, manifest, 1, "a run");
    OWN_NEW(struct spinet_parameters, new, 1, "a run");
    OWN_NEW(struct spinet_images, data, 1, "a run");
    TRY(manifest_read(manifest, folder));
    new->values = data->made_of = manifest->parameters;
    data->seed = manifest->seed;
    if (images) {
        TRY(manifest_open_data(manifest, folder, NULL, DATASET_ALL, &data->dataset));
        TRY(handles_make_images(&data->dataset));
        *images = scope_take(data);
    }
    *parameters = scope_take(new);
    *seed = manifest->seed;
    return STATUS_OK;
}

int spinet_run(const struct spinet_parameters *parameters, uint64_t seed, int32_t n_threads,
               const char *folder, struct spinet_score *score)
{
    POINT_FOR_DECIMALS;
    struct run_result result;
    const struct run_request request = {
        .parameters = &parameters->values,
        .seed = seed,
        .folder = folder,
        .kernel = kernel_find(NULL),
        .n_threads = n_threads > 0 ? n_threads : 1,
        .is_quiet = true,
    };
    TRY(run_execute(&request, &result));
    *score = handles_score(&result.score);
    return STATUS_OK;
}
