/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet spines: what the spines of finished runs did, from their synapse logs; or what the
 * dynamics of spines come to without a network. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "commands/options.h"
#include "core/file.h"
#include "core/lock.h"
#include "core/status.h"
#include "report/protocol_chart.h"
#include "report/spine_charts.h"
#include "report/stationary_chart.h"
#include "report/table.h"

enum { OPTION_SPINES = 1, OPTION_DAYS };

struct spines_options {
    struct parameter_options parameters;
    struct compute_options compute;
    int64_t n_spines, days; /* 0 for the default */
    bool is_simulating;     /* any of these was given */
};

static int take(int val, const char *argument, void *data)
{
    struct spines_options *options = data;
    options->is_simulating = true;
    if (val == OPTION_SPINES)
        return options_number("--spines", argument, 100, 10000000, &options->n_spines);
    if (val == OPTION_DAYS)
        return options_number("--days", argument, 1, 1000, &options->days);
    return options_take_compute(&options->compute, &options->parameters, val, argument);
}

/* What the command line says besides. */
struct spines_request {
    char *out, *protocol;
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
    const int status = file_exists_in(folder, "results.csv") ? study_read(study, folder)
                                                             : study_of_runs(study, &folder, 1);
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
    int lock = -1, status = read_runs(&study, asked->folder);
    if (status != STATUS_OK)
        return status;
    char *folder = asked->out ? strdup(asked->out) : file_join(asked->folder, "spines");
    if (!folder)
        status = status_no_memory("a file name", 0);
    if (status == STATUS_OK)
        status = spine_study_read(&spines, &study);
    if (status == STATUS_OK)
        status = lock_folder(folder, &lock);
    if (status == STATUS_OK) {
        file_remove_temporary(folder);
        status = spine_study_write(&spines, folder);
    }
    if (status == STATUS_OK)
        status = print_table(&spines);
    if (status == STATUS_OK)
        status = chart_excuse(draw_charts(&spines, folder));
    if (status == STATUS_OK)
        printf("%s/spines.json, tables and charts\n", folder);
    lock_leave_folder(lock);
    free(folder);
    spine_study_free(&spines);
    study_free(&study);
    return status;
}

static int simulate(const struct parameters *p, const struct spines_options *options,
                    const struct spines_request *asked)
{
    const int64_t n = options->n_spines ? options->n_spines : asked->protocol ? 20000 : 100000;
    const uint64_t seed = (uint64_t)options->compute.seed;
    const int status = parameters_validate(p);
    if (status != STATUS_OK)
        return status;
    if (asked->protocol)
        return protocol_chart_write(p, asked->protocol, (int32_t)n, (double)options->days, seed,
                                    (int)options->compute.n_threads, asked->out, stdout);
    return stationary_chart_write(p, (int32_t)n, seed, (int)options->compute.n_threads, asked->out,
                                  stdout);
}

static int check(struct spines_request *asked, const struct spines_options *options,
                 const char **rest)
{
    asked->folder = rest ? *rest : NULL;
    if (asked->out && !*asked->out)
        return status_fail(STATUS_USER, "--out: an empty name: expected a folder");
    if (asked->is_stationary && (asked->protocol || options->days))
        return status_fail(STATUS_USER, "spines --stationary: goes without --protocol and --days");
    if (asked->is_stationary || asked->protocol) {
        const char *task = asked->is_stationary ? "--stationary" : "--protocol";
        if (asked->folder)
            return status_fail(STATUS_USER, "spines %.200s: %s takes no folder of runs",
                               asked->folder, task);
        return asked->out ? STATUS_OK
                          : status_fail(STATUS_USER, "spines %s: --out DIR is needed", task);
    }
    if (!asked->folder || !*asked->folder)
        return status_fail(STATUS_USER, "spines: name the folder of a finished run or sweep, or "
                                        "say --stationary or --protocol NAME, and --out DIR");
    if (rest[1])
        return status_fail(STATUS_USER, "spines %.200s: expected one folder", rest[1]);
    if (options->is_simulating)
        return status_fail(STATUS_USER,
                           "spines %.200s: --set, --config, --preset, --seed, "
                           "--threads, --spines and --days are for --stationary and --protocol",
                           asked->folder);
    return STATUS_OK;
}

int command_spines(int argc, const char **argv)
{
    static struct parameters parameters;
    struct spines_request asked = {0};
    struct spines_options options = {.parameters = {&parameters, false},
                                     .compute = options_compute()};
    const struct poptOption table[] = {
        {"stationary", 0, POPT_ARG_NONE, &asked.is_stationary, 0,
         "no runs: simulate the forms of intrinsic dynamics beside their stationary densities",
         NULL},
        {"protocol", 0, POPT_ARG_STRING, &asked.protocol, 0,
         "no runs: simulate an untrained population under a protocol.preset, all of them, or "
         "(events) protocol.events, beside what was published (default: none)",
         "NAME"},
        PARAMETER_OPTIONS,
        SEED_OPTION("no runs: of the random numbers (default: 1)"),
        THREADS_OPTION("no runs: " THREADS_HELP),
        {"spines", 0, POPT_ARG_STRING, NULL, OPTION_SPINES,
         "no runs: how many (default: 100000, with --protocol 20000)", "N"},
        {"days", 0, POPT_ARG_STRING, NULL, OPTION_DAYS,
         "--protocol: from its beginning on (default: those of the publication, 35 or 63)", "N"},
        {"out", 'o', POPT_ARG_STRING, &asked.out, 0,
         "folder for numbers and charts (default: DIR/spines)", "DIR"},
        POPT_TABLEEND,
    };
    poptContext context = NULL;
    const char **rest = NULL;
    int status = parameters_preset(&parameters, "authors");
    if (status == STATUS_OK)
        status =
            options_parse(argc, argv, table,
                          "DIR [--out DIR] | --stationary|--protocol NAME [--set GROUP.KEY=VALUE] "
                          "--out DIR",
                          take, &options, &context, &rest);
    if (status == OPTIONS_HELPED) {
        status = STATUS_OK;
    } else if (status == STATUS_OK) {
        status = check(&asked, &options, rest);
        if (status == STATUS_OK)
            status = asked.folder ? describe_runs(&asked) : simulate(&parameters, &options, &asked);
    }
    free(asked.protocol);
    free(asked.out);
    poptFreeContext(context);
    return status;
}
