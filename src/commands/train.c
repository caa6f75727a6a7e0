/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet train: one run. */
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

#include "commands/command.h"
#include "commands/options.h"
#include "commands/run.h"
#include "core/status.h"

struct train_options {
    struct parameter_options parameters;
    int64_t seed, n_threads;
    const struct kernel *kernel;
};

enum { OPTION_SEED = 1, OPTION_THREADS, OPTION_KERNEL };

static int take(int val, const char *argument, void *data)
{
    struct train_options *options = data;
    switch (val) {
    case OPTION_SEED:
        return options_number("--seed", argument, 0, INT64_MAX, &options->seed);
    case OPTION_THREADS:
        return options_number("--threads", argument, 1, 1024, &options->n_threads);
    case OPTION_KERNEL:
        options->kernel = kernel_find(argument);
        return options->kernel ? STATUS_OK : STATUS_USER;
    default:
        return options_take_parameter(&options->parameters, val, argument);
    }
}

static int train(const struct train_options *options, const char *folder, bool is_quiet,
                 bool overwrite, bool no_pictures)
{
    const struct run_request request = {
        .parameters = options->parameters.parameters,
        .seed = (uint64_t)options->seed,
        .folder = folder,
        .kernel = options->kernel ? options->kernel : kernel_find(NULL),
        .n_threads = (int32_t)options->n_threads,
        .is_quiet = is_quiet,
        .overwrite = overwrite,
        .pictures = !no_pictures,
    };
    struct run_result result;
    const int status = run_execute(&request, &result);
    if (status != STATUS_OK)
        return status;
    printf("accuracy %.4f on %d images (%d ties, %d undecided), trained with %d presentations "
           "(%s), ",
           run_accuracy(&result.score), result.score.n, result.score.n_ties,
           result.score.n_undecided, result.n_presentations,
           result.stopped_by == STOP_STRONG ? "enough strong synapses" : "the limit");
    if (isnan(result.similarity))
        printf("no similarity, ");
    else
        printf("similarity %.3f, ", result.similarity);
    printf("%.2f s\nresults in %s\n", result.seconds, folder);
    return STATUS_OK;
}

int command_train(int argc, const char **argv)
{
    static struct parameters parameters;
    char *folder = NULL;
    int is_quiet = 0, overwrite = 0, no_pictures = 0;
    struct train_options options = {
        .parameters = {&parameters, false}, .seed = 1, .n_threads = omp_get_max_threads()};
    const struct poptOption table[] = {
        PARAMETER_OPTIONS,
        {"seed", 0, POPT_ARG_STRING, NULL, OPTION_SEED,
         "all randomness is a function of it (default: 1)", "N"},
        {"out", 'o', POPT_ARG_STRING, &folder, 0, "folder for the results, new or empty", "DIR"},
        {"overwrite", 0, POPT_ARG_NONE, &overwrite, 0, "replace a run that is in it", NULL},
        {"threads", 0, POPT_ARG_STRING, NULL, OPTION_THREADS,
         "threads (default: one a core); the results do not depend on it", "N"},
        {"kernel", 0, POPT_ARG_STRING, NULL, OPTION_KERNEL,
         "how to compute (default: fast, the best this processor has)",
         "fast|naive|portable|avx2|avx512"},
        {"no-pictures", 0, POPT_ARG_NONE, &no_pictures, 0, "draw no maps and learning curve", NULL},
        {"quiet", 'q', POPT_ARG_NONE, &is_quiet, 0, "no progress", NULL},
        POPT_TABLEEND,
    };
    poptContext context = NULL;
    const char **rest = NULL;
    int status = parameters_preset(&parameters, "authors");
    if (status == STATUS_OK)
        status = options_parse(argc, argv, table,
                               "[--config FILE] [--set GROUP.KEY=VALUE]... [--seed N] --out DIR",
                               take, &options, &context, &rest);
    if (status == OPTIONS_HELPED)
        status = STATUS_OK;
    else if (status == STATUS_OK && rest && *rest)
        status = status_fail(STATUS_USER, "train %s: expected options only", *rest);
    else if (status == STATUS_OK && !(folder && *folder))
        status = status_fail(STATUS_USER, "train: --out DIR is needed, the folder for the results");
    else if (status == STATUS_OK)
        status = train(&options, folder, is_quiet, overwrite, no_pictures);
    free(folder);
    poptFreeContext(context);
    return status;
}
