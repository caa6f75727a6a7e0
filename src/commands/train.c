/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet train: one run. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "commands/options.h"
#include "core/file.h"
#include "core/shared_file.h"
#include "core/status.h"
#include "report/run_pictures.h"
#include "store/run.h"

struct train_options {
    struct parameter_options parameters;
    struct compute_options compute;
    int64_t checkpoint_every;
};

enum { OPTION_CHECKPOINT_EVERY = 1, OPTION_LOG_SYNAPSES, OPTION_RECORD_SPIKES, OPTION_NETWORK };

static int take_network(struct parameters *p, const char *path)
{
    char assignment[PARAMETER_TEXT_MAX + 32];
    if (!*path || strlen(path) >= PARAMETER_TEXT_MAX)
        return status_fail(STATUS_USER, "--network %.100s: expected the network.h5 of a run", path);
    snprintf(assignment, sizeof assignment, "data.network=%s", path);
    return parameters_set(p, assignment);
}

static int take(int val, const char *argument, void *data)
{
    struct train_options *options = data;
    switch (val) {
    case OPTION_CHECKPOINT_EVERY:
        return options_number("--checkpoint-every", argument, 0, INT32_MAX,
                              &options->checkpoint_every);
    case OPTION_LOG_SYNAPSES:
        options->parameters.any = true;
        return parameters_set(options->parameters.parameters, "record.synapses=true");
    case OPTION_NETWORK:
        options->parameters.any = true;
        return take_network(options->parameters.parameters, argument);
    case OPTION_RECORD_SPIKES:
        options->parameters.any = true;
        return parameters_set(options->parameters.parameters, "record.spikes=true");
    default:
        return options_take_compute(&options->compute, &options->parameters, val, argument);
    }
}

/* What the command line says besides parameters, seed, threads and kernel. */
struct train_request {
    char *folder, *resumed, *data;
    int is_quiet, overwrite, no_pictures;
};

/* Takes parameters, seed and kernel from the run that is to be gone on with. */
static int take_up(struct train_options *options, const char *folder, struct manifest *manifest)
{
    if (!file_is_folder(folder))
        return shared_file_no_folder(folder);
    const int status = manifest_read(manifest, folder);
    if (status != STATUS_OK)
        return status;
    *options->parameters.parameters = manifest->parameters;
    options->compute.seed = (int64_t)manifest->seed;
    return run_kernel(manifest, folder, true, &options->compute.kernel);
}

static void print_result(const struct run_result *result, const char *folder)
{
    printf("accuracy %.4f on %d images (%d ties, %d undecided), trained with %d presentations "
           "(%s), ",
           score_accuracy(&result->score), result->score.n, result->score.n_ties,
           result->score.n_undecided, result->n_presentations,
           result->stopped_by == STOP_STRONG ? "enough strong synapses" : "the limit");
    if (isnan(result->similarity))
        printf("no similarity, ");
    else
        printf("similarity %.3f, ", result->similarity);
    printf("%.2f s\nresults in %s\n", result->seconds, folder);
}

static int train(struct train_options *options, const struct train_request *asked)
{
    static struct manifest manifest;
    struct run_result result;
    const bool is_kernel_named = options->compute.kernel != NULL;
    int status = asked->resumed ? take_up(options, asked->resumed, &manifest) : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    const struct run_request request = {
        .parameters = options->parameters.parameters,
        .seed = (uint64_t)options->compute.seed,
        .folder = asked->resumed ? asked->resumed : asked->folder,
        .kernel = options->compute.kernel ? options->compute.kernel : kernel_find(NULL),
        .n_threads = (int32_t)options->compute.n_threads,
        .is_quiet = asked->is_quiet,
        .overwrite = asked->overwrite,
        .draw = asked->no_pictures ? NULL : run_draw_pictures,
        .may_stop = true,
        .is_resumable = true,
        .checkpoint_every = (int32_t)options->checkpoint_every,
        .resume = asked->resumed != NULL,
        .manifest = asked->resumed ? &manifest : NULL,
        .data_folder = asked->data,
        .may_change_kernel = is_kernel_named,
    };
    if (!asked->resumed)
        status = run_check_not_among_images(asked->folder, request.parameters);
    if (status == STATUS_OK)
        status = run_execute(&request, &result);
    if (status == STATUS_OK)
        print_result(&result, request.folder);
    if (status == STATUS_OK && *request.parameters->data.network && result.n_presentations == 1 &&
        result.stopped_by == STOP_STRONG)
        fprintf(stderr,
                "spinet: training stopped at once: enough synapses of %s were strong before it "
                "began (stopping.fraction=%g): --set stopping.fraction=1 trains on\n",
                request.parameters->data.network, request.parameters->stopping.fraction);
    return status;
}

static int check(const struct train_options *options, const struct train_request *asked,
                 const char **rest)
{
    if (rest && *rest)
        return options_refuse_argument("train", *rest);
    if (asked->resumed &&
        (asked->folder || asked->overwrite || options->parameters.any || options->compute.has_seed))
        return status_fail(STATUS_USER,
                           "train --resume %s: takes parameters and seed from that folder and goes "
                           "on there: leave out --config, --set, --preset, --seed, --network, "
                           "--out and --overwrite",
                           asked->resumed);
    if (asked->resumed ? !*asked->resumed : !(asked->folder && *asked->folder))
        return status_fail(STATUS_USER, "train: --out DIR is needed, the folder for the results");
    return STATUS_OK;
}

int command_train(int argc, const char **argv)
{
    static struct parameters parameters;
    struct train_request asked = {0};
    struct train_options options = {
        .parameters = {&parameters, false}, .compute = options_compute(), .checkpoint_every = 50};
    const struct poptOption table[] = {
        PARAMETER_OPTIONS,
        SEED_OPTION("all randomness is a function of it (default: 1)"),
        {"out", 'o', POPT_ARG_STRING, &asked.folder, 0,
         "folder for the results, new or empty (needed, or --resume)", "DIR"},
        {"overwrite", 0, POPT_ARG_NONE, &asked.overwrite, 0, "replace a run that is in it", NULL},
        {"resume", 0, POPT_ARG_STRING, &asked.resumed, 0,
         "go on with the run in DIR that was stopped or killed (default: a new run)", "DIR"},
        DATA_OPTION(&asked.data),
        {"checkpoint-every", 0, POPT_ARG_STRING, NULL, OPTION_CHECKPOINT_EVERY,
         "keep the state every N presentations (default: 50; 0: only when interrupted and before "
         "the test)",
         "N"},
        {"network", 0, POPT_ARG_STRING, NULL, OPTION_NETWORK,
         "the network.h5 of a run, whose network goes on learning (default: a new network; the "
         "same "
         "as --set data.network=FILE)",
         "FILE"},
        {"log-synapses", 0, POPT_ARG_NONE, NULL, OPTION_LOG_SYNAPSES,
         "keep the life of every synapse (the same as --set record.synapses=true)", NULL},
        {"record-spikes", 0, POPT_ARG_NONE, NULL, OPTION_RECORD_SPIKES,
         "keep the time of every spike (the same as --set record.spikes=true)", NULL},
        THREADS_OPTION(THREADS_HELP),
        KERNEL_OPTION("how to compute (default: that of a run to resume, else fast, the best this "
                      "processor has)"),
        {"no-pictures", 0, POPT_ARG_NONE, &asked.no_pictures, 0, "draw no maps and learning curve",
         NULL},
        {"quiet", 'q', POPT_ARG_NONE, &asked.is_quiet, 0, "no progress", NULL},
        POPT_TABLEEND,
    };
    poptContext context = NULL;
    const char **rest = NULL;
    int status = parameters_preset(&parameters, "authors");
    if (status == STATUS_OK)
        status = options_parse(argc, argv, table,
                               "[--config FILE] [--set GROUP.KEY=VALUE]... [--seed N] --out DIR | "
                               "--resume DIR",
                               take, &options, &context, &rest);
    if (status == OPTIONS_HELPED) {
        status = STATUS_OK;
    } else {
        if (status == STATUS_OK)
            status = check(&options, &asked, rest);
        if (status == STATUS_OK)
            status = train(&options, &asked);
    }
    free(asked.folder);
    free(asked.resumed);
    free(asked.data);
    poptFreeContext(context);
    return status;
}
