/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet.h: what is kept in folders. Apart from the rest, so that a program that keeps nothing can
 * be linked without the libraries that this needs. */
#include "core/status.h"
#include "library/handles.h"
#include "store/checkpoint.h"
#include "store/run.h"

int spinet_training_save(const struct spinet_training *training, const char *folder)
{
    POINT_FOR_DECIMALS;
    const int status = handles_enter(training);
    if (status != STATUS_OK)
        return status;
    return checkpoint_write(&training->training, training->seed, folder);
}

int spinet_training_restore(struct spinet_training *training, const char *folder)
{
    POINT_FOR_DECIMALS;
    int32_t latest;
    int status = handles_enter(training);
    if (status != STATUS_OK)
        return status;
    if (checkpoint_list(folder, &latest, 1) == 0)
        return status_fail(STATUS_USER, "%s: there is no checkpoint in it", folder);
    status = checkpoint_read(&training->training, training->seed, folder, latest);
    training->has_failed = status != STATUS_OK;
    return status;
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
    const int status = run_execute(&request, &result);
    if (status == STATUS_OK)
        *score = (struct spinet_score){result.score.n, result.score.n_correct, result.score.n_ties,
                                       result.score.n_undecided};
    return status;
}
