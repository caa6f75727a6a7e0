/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet train: one run. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "commands/command.h"
#include "commands/options.h"
#include "core/file.h"
#include "core/number.h"
#include "core/scope.h"
#include "core/status.h"
#include "report/run_pictures.h"
#include "store/run.h"

struct train_values {
    struct command_values common;
    const char *folder, *resumed, *connectome, *kept;
    int64_t checkpoint_every;
    bool overwrite, no_pictures;
};

static int take_network(void *values, const char *path)
{
    struct command_values *common = values;
    if (!*path || strlen(path) >= PARAMETER_TEXT_MAX)
        return status_fail(STATUS_USER, "--network %.100s: expected the network.h5 of a run", path);
    common->has_parameters = true;
    return parameters_store(&common->parameters, "data", "network", path, "--network");
}

/* Turns --connectome and --keep into the parameters that they stand for: contacts of a run, some of
 * them, with weights of newborn synapses. */
static int take_connectome(struct train_values *v)
{
    struct parameters *p = &v->common.parameters;
    const bool strong = v->kept && strcmp(v->kept, "strong") == 0;
    char operations[64] = "renew all";
    double part = 0;
    if (strong)
        snprintf(operations, sizeof operations, "keep size %.9g 1; renew all",
                 p->stopping.strong_weight);
    else if (v->kept && !(number_parse(v->kept, &part) && part >= 0 && part <= 1))
        return status_fail(STATUS_USER,
                           "--keep %.100s: expected strong (above stopping.strong_weight) or a "
                           "part from 0 to 1, of the strongest",
                           v->kept);
    else if (v->kept)
        snprintf(operations, sizeof operations, "keep strong %.9g; renew all", part);
    if (*p->data.network || *p->surgery.before_training)
        return status_fail(STATUS_USER,
                           "--connectome: sets data.network and surgery.before_training: leave "
                           "these and --network out");
    OWN_PATH(table, v->connectome, "network.csv");
    TRY(parameters_store(p, "data", "network", table, "--connectome"));
    return parameters_store(p, "surgery", "before_training", operations, "--keep");
}

static void print_result(const struct run_result *result, const char *folder)
{
    static const char *const reasons[] = {[STOP_STRONG] = "enough strong synapses",
                                          [STOP_LIMIT] = "the limit",
                                          [STOP_PATIENCE] = "sample tests became no better",
                                          [STOP_ACCURACY] = "sample tests were good enough"};
    options_print_score(&result->score);
    printf(", trained with %d presentations (%s), ", result->n_presentations,
           reasons[result->stopped_by]);
    if (isnan(result->similarity))
        printf("no similarity, ");
    else
        printf("similarity %.3f, ", result->similarity);
    printf("%.2f s\nresults in %s\n", result->seconds, folder);
}

static int check(const struct train_values *v)
{
    if (v->resumed && (v->folder || v->overwrite || v->connectome || v->common.has_parameters ||
                       v->common.has_seed))
        return status_fail(STATUS_USER,
                           "train --resume %s: takes parameters and seed from that folder and goes "
                           "on there: leave out --config, --set, --preset, --seed, --network, "
                           "--connectome, --out and --overwrite",
                           v->resumed);
    if (v->kept && !v->connectome)
        return status_fail(STATUS_USER, "train --keep %.100s: needs --connectome RUN", v->kept);
    if (v->resumed ? !*v->resumed : !(v->folder && *v->folder))
        return status_fail(STATUS_USER, "train: --out DIR is needed, the folder for the results");
    return STATUS_OK;
}

static int train(void *values)
{
    static struct manifest manifest;
    struct train_values *v = values;
    struct command_values *common = &v->common;
    struct run_result result;
    const bool is_kernel_named = common->kernel != NULL;
    TRY(check(v));
    if (v->connectome)
        TRY(take_connectome(v));
    if (v->resumed)
        TRY(options_take_run(common, v->resumed, &manifest));
    const struct run_request request = {
        .parameters = &common->parameters,
        .seed = (uint64_t)common->seed,
        .folder = v->resumed ? v->resumed : v->folder,
        .kernel = common->kernel ? common->kernel : kernel_find(NULL),
        .n_threads = (int32_t)common->n_threads,
        .is_quiet = common->is_quiet,
        .overwrite = v->overwrite,
        .draw = v->no_pictures ? NULL : run_draw_pictures,
        .warn = options_warn,
        .may_stop = true,
        .is_resumable = true,
        .checkpoint_every = (int32_t)v->checkpoint_every,
        .resume = v->resumed != NULL,
        .manifest = v->resumed ? &manifest : NULL,
        .data_folder = common->data,
        .may_change_kernel = is_kernel_named,
    };
    TRY(run_execute(&request, &result));
    print_result(&result, request.folder);
    if (*request.parameters->data.network && result.n_presentations == 1 &&
        result.stopped_by == STOP_STRONG)
        fprintf(stderr,
                "spinet: training stopped at once: enough synapses of %s were strong before it "
                "began (stopping.fraction=%g): --set stopping.fraction=1 trains on\n",
                request.parameters->data.network, request.parameters->stopping.fraction);
    return STATUS_OK;
}

#define AT(member) .at = offsetof(struct train_values, member)
static const struct option options[] = {
    PARAMETER_OPTIONS,
    SEED_OPTION("all randomness is a function of it (default: 1)"),
    {"out", 'o', "DIR", "folder for the results, new or empty (needed, or --resume)", AT(folder)},
    {"overwrite", 0, NULL, "replace a run that is in it", AT(overwrite)},
    {"resume", 0, "DIR",
     "go on with the run in DIR that was stopped or killed (default: a new run)", AT(resumed)},
    DATA_OPTION,
    {"checkpoint-every", 0, "N",
     "keep the state every N presentations (default: 50; 0: only when interrupted and before the "
     "test)",
     AT(checkpoint_every), 0, INT32_MAX, 50},
    {"network", 0, "FILE",
     "the network.h5 of a run, whose network goes on learning (default: a new network; the same as "
     "--set data.network=FILE)",
     .take = take_network},
    {"connectome", 0, "RUN",
     "contacts of a finished run, with weights of newborn synapses, on which a new training begins "
     "(default: random contacts)",
     AT(connectome)},
    {"keep", 0, "strong|PART",
     "of --connectome only the strong ones, or that part of them, the strongest (default: all)",
     AT(kept)},
    {"log-synapses", 0, NULL,
     "keep the life of every synapse (the same as --set record.synapses=true)",
     .sets = "record.synapses=true"},
    {"record-spikes", 0, NULL,
     "keep the time of every spike (the same as --set record.spikes=true)",
     .sets = "record.spikes=true"},
    THREADS_OPTION(THREADS_HELP),
    KERNEL_OPTION("how to compute (default: that of a run to resume, else fast, the best this "
                  "processor has)"),
    {"no-pictures", 0, NULL, "draw no maps and learning curve", AT(no_pictures)},
    QUIET_OPTION,
    {0},
};

const struct command command_train = {
    .name = "train",
    .summary = "train and test one network",
    .description =
        "Builds a network, trains it until enough synapses are strong or the images run out, tests "
        "it and writes a folder: manifest, results, learning curve, network, predictions and maps. "
        "A run that was stopped or killed goes on with --resume, to the same bytes.",
    .usage = "[--config FILE] [--set GROUP.KEY=VALUE]... [--seed N] --out DIR | --resume DIR",
    .options = options,
    .size = sizeof(struct train_values),
    .run = train,
};
