/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet spines: what the dynamics of spines come to, without a network. */
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

#include "analysis/stationary_chart.h"
#include "commands/command.h"
#include "commands/options.h"
#include "core/status.h"

enum { OPTION_SEED = 1, OPTION_THREADS, OPTION_SPINES };

struct spines_options {
    struct parameter_options parameters;
    int64_t seed, n_threads, n_spines;
};

static int take(int val, const char *argument, void *data)
{
    struct spines_options *options = data;
    if (val == OPTION_SEED)
        return options_number("--seed", argument, 0, INT64_MAX, &options->seed);
    if (val == OPTION_THREADS)
        return options_number("--threads", argument, 1, 1024, &options->n_threads);
    if (val == OPTION_SPINES)
        return options_number("--spines", argument, 100, 10000000, &options->n_spines);
    return options_take_parameter(&options->parameters, val, argument);
}

int command_spines(int argc, const char **argv)
{
    static struct parameters parameters;
    struct spines_options options = {.parameters = {&parameters, false},
                                     .seed = 1,
                                     .n_threads = omp_get_max_threads(),
                                     .n_spines = 100000};
    char *folder = NULL;
    int stationary = 0;
    const struct poptOption table[] = {
        {"stationary", 0, POPT_ARG_NONE, &stationary, 0,
         "simulate the forms of intrinsic dynamics beside their stationary densities", NULL},
        PARAMETER_OPTIONS,
        {"seed", 0, POPT_ARG_STRING, NULL, OPTION_SEED, "of the random numbers (default: 1)", "N"},
        {"threads", 0, POPT_ARG_STRING, NULL, OPTION_THREADS,
         "threads (default: one a core); the results do not depend on it", "N"},
        {"spines", 0, POPT_ARG_STRING, NULL, OPTION_SPINES, "how many (default: 100000)", "N"},
        {"out", 'o', POPT_ARG_STRING, &folder, 0,
         "folder for stationary.csv and stationary.png (needed)", "DIR"},
        POPT_TABLEEND,
    };
    poptContext context = NULL;
    const char **rest = NULL;
    int status = parameters_preset(&parameters, "authors");
    if (status == STATUS_OK)
        status = options_parse(argc, argv, table, "--stationary [--set GROUP.KEY=VALUE] --out DIR",
                               take, &options, &context, &rest);
    const bool helped = status == OPTIONS_HELPED;
    if (helped)
        status = STATUS_OK;
    else if (status == STATUS_OK && rest && *rest)
        status = status_fail(STATUS_USER, "spines %.200s: expected options only", *rest);
    else if (status == STATUS_OK && !(stationary && folder && *folder))
        status = status_fail(STATUS_USER, "spines: --stationary and --out DIR are needed");
    else if (status == STATUS_OK)
        status = parameters_validate(&parameters);
    if (status == STATUS_OK && !helped)
        status =
            stationary_chart_write(&parameters, (int32_t)options.n_spines, (uint64_t)options.seed,
                                   (int)options.n_threads, folder, stdout);
    free(folder);
    poptFreeContext(context);
    return status;
}
