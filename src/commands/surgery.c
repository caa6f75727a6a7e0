/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet surgery: operations on the network of a run, and a test of what they leave. */
#include <stdio.h>

#include "commands/command.h"
#include "commands/options.h"
#include "core/file.h"
#include "core/scope.h"
#include "core/status.h"
#include "report/run_pictures.h"
#include "store/run.h"

struct surgery_values {
    struct command_values common;
    const char *operations, *folder;
    int64_t draw;
    bool overwrite, no_pictures;
};

/* Makes the parameters of a run those of one that begins with its network, operates, and tests at
 * once. */
static int operate_only(struct parameters *p, const char *run, const struct surgery_values *v)
{
    OWN_PATH(network, run, "network.h5");
    if (!file_exists(network))
        return status_fail(
            STATUS_USER, "%s: there is no network.h5 in it: train with record.network = true", run);
    TRY(parameters_store(p, "data", "network", network, "data.network"));
    TRY(parameters_store(p, "surgery", "before_training", v->operations, "--do"));
    p->surgery.after_training[0] = p->record.test_days[0] = '\0';
    p->surgery.at_switch[0] = p->schedule.phases[0] = '\0'; /* nothing is learned, in no phases */
    p->schedule.new_cells = false;
    p->surgery.draw = (int32_t)v->draw;
    p->stopping.max_presentations = 0;
    p->rest.before_training_days = p->rest.before_test_days = 0;
    p->record.network = true;
    return STATUS_OK;
}

static int check(const struct surgery_values *v)
{
    if (v->common.n_arguments != 1 || !*v->common.arguments[0])
        return status_fail(STATUS_USER, "surgery: name the folder of one finished run");
    if (!(v->operations && *v->operations && v->folder && *v->folder))
        return status_fail(STATUS_USER, "surgery: --do and --out are needed, as in --do \"shuffle "
                                        "cell\" --out results/shuffled");
    return STATUS_OK;
}

static int surgery(void *values)
{
    static struct manifest manifest;
    const struct surgery_values *v = values;
    const struct command_values *common = &v->common;
    struct run_result result;
    TRY(check(v));
    const char *run = common->arguments[0];
    TRY(manifest_read(&manifest, run));
    TRY(run_check_finished(run));
    TRY(operate_only(&manifest.parameters, run, v));
    const struct run_request request = {
        .parameters = &manifest.parameters,
        .seed = manifest.seed,
        .folder = v->folder,
        .kernel = common->kernel ? common->kernel : kernel_find(NULL),
        .n_threads = (int32_t)common->n_threads,
        .is_quiet = true,
        .overwrite = v->overwrite,
        .draw = v->no_pictures ? NULL : run_draw_pictures,
        .warn = options_warn,
        .may_stop = true,
        .data_folder = common->data,
    };
    TRY(run_execute(&request, &result));
    options_print_score(&result.score);
    printf("\nresults in %s\n", v->folder);
    return STATUS_OK;
}

#define AT(member) .at = offsetof(struct surgery_values, member)
static const struct option options[] = {
    {"do", 0, "OPERATIONS",
     "as \"lesion random 0.2; shuffle cell\" (needed): shuffle, shuffle-inputs, scatter, equalise, "
     "resample, renew or scale MEAN, within each cell, class, or all; rewire CONNECTION; keep or "
     "lesion (as-many), strong PART, random PART, cells PART, dendrites PART, size FROM TO, born "
     "DAY DAY, potentiated FROM TO",
     AT(operations)},
    {"out", 'o', "DIR", "folder for the results, new or empty (needed)", AT(folder)},
    {"overwrite", 0, NULL, "replace a run that is in it", AT(overwrite)},
    {"draw", 0, "N", "another number, other random choices (default: 0)", AT(draw), 0, 1000000, 0},
    DATA_OPTION,
    THREADS_OPTION(THREADS_HELP),
    KERNEL_OPTION("how to compute (default: fast, the best this processor has)"),
    {"no-pictures", 0, NULL, "draw no maps", AT(no_pictures)},
    {0},
};

const struct command command_surgery = {
    .name = "surgery",
    .summary = "change or remove synapses of a trained network",
    .description =
        "Takes the network of a finished run, changes its plastic synapses or removes some, tests "
        "it on the run's images and writes a run folder, whose network.h5 `spinet train --network` "
        "takes.",
    .usage = "RUN --do OPERATIONS --out DIR",
    .options = options,
    .takes_arguments = true,
    .size = sizeof(struct surgery_values),
    .run = surgery,
};
