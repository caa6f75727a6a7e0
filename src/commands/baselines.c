/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet baselines: plain classifiers on the images of finished runs. */
#include "commands/command.h"
#include "commands/options.h"
#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "report/readouts.h"

static int baselines(void *values)
{
    const struct command_values *v = values;
    const char *const *folder = v->arguments;
    SCOPED(study_free) struct study study = {0};
    if (v->n_arguments != 1 || !**folder)
        return status_fail(STATUS_USER, "baselines: name the folder of a sweep or of a run");
    TRY(file_exists_in(*folder, "manifest.json") ? study_of_runs(&study, folder, 1)
                                                 : study_read(&study, *folder));
    study.data_folder = v->data;
    file_remove_temporary(*folder);
    TRY(readouts_find_baselines(&study, false));
    return readouts_print_baselines(&study);
}

static const struct option options[] = {DATA_OPTION, {0}};

const struct command command_baselines = {
    .name = "baselines",
    .summary = "plain classifiers on the images of finished runs",
    .description =
        "Writes baselines.csv into the folder of a sweep or a run: how class means, logistic "
        "regression, nearest neighbour and two hidden units answer the same test images, each "
        "having learned from the images that the run was shown. The report shows it.",
    .usage = "DIR",
    .options = options,
    .takes_arguments = true,
    .run = baselines,
};
