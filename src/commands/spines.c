/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet spines: what the spines of finished runs did, from their synapse logs; or what the
 * dynamics of spines come to without a network. */
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/spine_charts.h"
#include "analysis/stationary_chart.h"
#include "analysis/table.h"
#include "commands/command.h"
#include "commands/options.h"
#include "core/file.h"
#include "core/status.h"

enum { OPTION_SEED = 1, OPTION_THREADS, OPTION_SPINES };

struct spines_options {
    struct parameter_options parameters;
    int64_t seed, n_threads, n_spines;
    bool is_simulating; /* any of these was given */
};

static int take(int val, const char *argument, void *data)
{
    struct spines_options *options = data;
    options->is_simulating = true;
    if (val == OPTION_SEED)
        return options_number("--seed", argument, 0, INT64_MAX, &options->seed);
    if (val == OPTION_THREADS)
        return options_number("--threads", argument, 1, 1024, &options->n_threads);
    if (val == OPTION_SPINES)
        return options_number("--spines", argument, 100, 10000000, &options->n_spines);
    return options_take_parameter(&options->parameters, val, argument);
}

/* What the command line says besides. */
struct spines_request {
    char *out;
    const char *folder; /* of runs */
    int is_stationary;
};

static int draw_charts(const struct spine_study *spines, const char *folder)
{
    for (int i = 0; i < N_SPINE_CHARTS; i++) {
        struct chart chart;
        if (!spine_chart_any(spines, (enum spine_chart)i))
            continue;
        int status = spine_chart_plot(spines, (enum spine_chart)i, &chart);
        if (status == STATUS_OK) {
            status = chart_draw_both(&chart, folder, spine_figures[i].name);
            chart_free(&chart);
        }
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static int print_table(const struct spine_study *spines)
{
    char *rows = spine_study_rows(spines);
    if (!rows)
        return status_no_memory("a table", 0);
    table_print(stdout, rows, 1);
    free(rows);
    return STATUS_OK;
}

/* A sweep's folder has its runs in runs/ and, once they are done, results.csv. */
static int read_runs(struct study *study, const char *folder)
{
    char *results = file_join(folder, "results.csv");
    const bool is_sweep = results && file_exists(results);
    free(results);
    const int status = is_sweep ? study_read(study, folder) : study_of_run(study, folder);
    if (status != STATUS_OK || spine_study_any(study))
        return status;
    study_free(study);
    return status_fail(STATUS_USER,
                       "%s: no run in it has a synapse_log.csv.gz: train with --log-synapses, or "
                       "--set record.synapses=true",
                       folder);
}

/* The numbers are there even where no chart can be drawn. */
static int describe_runs(const struct spines_request *asked)
{
    struct study study;
    struct spine_study spines = {0};
    int status = read_runs(&study, asked->folder);
    if (status != STATUS_OK)
        return status;
    char *folder = asked->out ? strdup(asked->out) : file_join(asked->folder, "spines");
    if (!folder)
        status = status_no_memory("a file name", 0);
    if (status == STATUS_OK)
        status = spine_study_read(&spines, &study);
    if (status == STATUS_OK)
        status = spine_study_write(&spines, folder);
    if (status == STATUS_OK)
        status = print_table(&spines);
    if (status == STATUS_OK && draw_charts(&spines, folder) != STATUS_OK)
        fprintf(stderr, "spinet: %s\n", status_message());
    if (status == STATUS_OK)
        printf("%s/spines.json, tables and charts\n", folder);
    free(folder);
    spine_study_free(&spines);
    study_free(&study);
    return status;
}

static int check(struct spines_request *asked, const struct spines_options *options,
                 const char **rest)
{
    asked->folder = rest ? *rest : NULL;
    if (asked->out && !*asked->out)
        return status_fail(STATUS_USER, "--out: an empty name: expected a folder");
    if (asked->is_stationary) {
        if (asked->folder)
            return status_fail(STATUS_USER, "spines %.200s: --stationary takes no folder of runs",
                               asked->folder);
        return asked->out ? STATUS_OK
                          : status_fail(STATUS_USER, "spines --stationary: --out DIR is needed");
    }
    if (!asked->folder || !*asked->folder)
        return status_fail(STATUS_USER, "spines: name the folder of a finished run or sweep, or "
                                        "say --stationary and --out DIR");
    if (rest[1])
        return status_fail(STATUS_USER, "spines %.200s: expected one folder", rest[1]);
    if (options->is_simulating)
        return status_fail(STATUS_USER,
                           "spines %.200s: --set, --config, --preset, --seed, "
                           "--threads and --spines are for --stationary",
                           asked->folder);
    return STATUS_OK;
}

int command_spines(int argc, const char **argv)
{
    static struct parameters parameters;
    struct spines_request asked = {0};
    struct spines_options options = {.parameters = {&parameters, false},
                                     .seed = 1,
                                     .n_threads = omp_get_max_threads(),
                                     .n_spines = 100000};
    const struct poptOption table[] = {
        {"stationary", 0, POPT_ARG_NONE, &asked.is_stationary, 0,
         "no runs: simulate the forms of intrinsic dynamics beside their stationary densities",
         NULL},
        PARAMETER_OPTIONS,
        {"seed", 0, POPT_ARG_STRING, NULL, OPTION_SEED,
         "--stationary: of the random numbers (default: 1)", "N"},
        {"threads", 0, POPT_ARG_STRING, NULL, OPTION_THREADS,
         "--stationary: threads (default: one a core); the results do not depend on it", "N"},
        {"spines", 0, POPT_ARG_STRING, NULL, OPTION_SPINES,
         "--stationary: how many (default: 100000)", "N"},
        {"out", 'o', POPT_ARG_STRING, &asked.out, 0,
         "folder for numbers and charts (default: DIR/spines)", "DIR"},
        POPT_TABLEEND,
    };
    poptContext context = NULL;
    const char **rest = NULL;
    int status = parameters_preset(&parameters, "authors");
    if (status == STATUS_OK)
        status = options_parse(argc, argv, table,
                               "DIR [--out DIR] | --stationary [--set GROUP.KEY=VALUE] --out DIR",
                               take, &options, &context, &rest);
    if (status == OPTIONS_HELPED) {
        status = STATUS_OK;
    } else if (status == STATUS_OK) {
        status = check(&asked, &options, rest);
        if (status == STATUS_OK && asked.is_stationary)
            status = parameters_validate(&parameters);
        if (status == STATUS_OK)
            status = asked.is_stationary
                         ? stationary_chart_write(&parameters, (int32_t)options.n_spines,
                                                  (uint64_t)options.seed, (int)options.n_threads,
                                                  asked.out, stdout)
                         : describe_runs(&asked);
    }
    free(asked.out);
    poptFreeContext(context);
    return status;
}
