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
#include "core/scope.h"
#include "core/status.h"
#include "core/table.h"
#include "report/html.h"
#include "report/protocol_study.h"
#include "report/run_measures.h"
#include "report/spine_study.h"
#include "store/run_tables.h"

struct spines_values {
    struct command_values common;
    int64_t n_spines, days; /* 0: not given */
    const char *out, *protocol;
};

static int write_page(struct page *page, const struct spines_values *v, const char *name)
{
    TRY(page_write_in(page, name, v->common.pictures));
    printf("%s/%s\n", page->folder, name);
    return STATUS_OK;
}

/* A sweep's folder has its runs in runs/ and, once they are done, results.csv. */
static int read_runs(struct study *study, const char *folder)
{
    TRY(file_exists_in(folder, "results.csv") ? study_read(study, folder)
                                              : study_of_runs(study, &folder, 1));
    if (study_has_file(study, lives_table.file) || study_has_file(study, sizes_table.file))
        return STATUS_OK;
    return status_fail(STATUS_USER,
                       "%s: no run in it has a synapse_log.csv.gz: train with --log-synapses, or "
                       "--set record.synapses=true; nor sizes.csv.gz (record.sizes)",
                       folder);
}

/* Lives, sizes, densities and neighbours, by the logs. */
static int write_lives(const struct spine_study *spines, const char *folder, struct page *page)
{
    TRY(spine_study_write(spines, folder));
    TRY(table_print_cells(spine_study_put_rows, spines, 1, stdout));
    TRY(spine_charts_put(page, spines));
    printf("%s/spines.json and tables\n", folder);
    return STATUS_OK;
}

static int write_measures(const struct run_measures *measures, const struct table *table,
                          const char *folder)
{
    TRY(table_write(table, measures->row, (size_t)measures->n_rows, folder));
    TRY(table_print(table, measures->row, (size_t)measures->n_rows, stdout));
    printf("%s/%s\n", folder, table->file);
    return STATUS_OK;
}

/* Changes from day to day, by the sizes. */
static int write_drift(const struct run_measures *drift, const char *folder, struct page *page)
{
    TRY(write_measures(drift, &drift_study_table, folder));
    return drift_study_put(page, drift);
}

/* Spines related to the task, by their tables and the logs. */
static int write_task(const struct study *study, const char *folder, struct page *page)
{
    SCOPED(run_measures_free) struct run_measures task = {0};
    TRY(task_study_read(&task, study));
    TRY(write_measures(&task, &task_study_table, folder));
    return html_put_table(page->html, &task_study_table, task.row, (size_t)task.n_rows);
}

static int describe_runs(const struct spines_values *v)
{
    const char *runs = *v->common.arguments;
    SCOPED(study_free) struct study study = {0};
    SCOPED(spine_study_free) struct spine_study spines = {0};
    SCOPED(run_measures_free) struct run_measures drift = {0};
    SCOPED(page_free) struct page page = {0};
    SCOPED(lock_leave) int lock = -1;
    TRY(read_runs(&study, runs));
    OWNED char *folder = v->out ? strdup(v->out) : file_join(runs, "spines");
    if (!folder)
        return status_no_memory("a file name", 0);
    const bool has_lives = study_has_file(&study, lives_table.file),
               has_sizes = study_has_file(&study, sizes_table.file);
    TRY(has_lives ? spine_study_read(&spines, &study) : STATUS_OK);
    TRY(has_sizes ? drift_study_read(&drift, &study) : STATUS_OK);
    TRY(lock_folder(folder, &lock));
    file_remove_temporary(folder);
    TRY(page_begin(&page, folder, "Spines"));
    TRY(has_lives ? write_lives(&spines, folder, &page) : STATUS_OK);
    TRY(has_sizes ? write_drift(&drift, folder, &page) : STATUS_OK);
    TRY(study_has_file(&study, task_table.file) ? write_task(&study, folder, &page) : STATUS_OK);
    return write_page(&page, v, "spines.html");
}

static int simulate(const struct spines_values *v)
{
    const struct command_values *common = &v->common;
    const struct parameters *p = &common->parameters;
    const int32_t n = (int32_t)(v->n_spines ? v->n_spines : 20000);
    SCOPED(page_free) struct page page = {0};
    TRY(parameters_validate(p));
    TRY(page_begin(&page, v->out, "Spines under protocols"));
    TRY(protocol_study_write(p, v->protocol, n, (double)v->days, (uint64_t)common->seed,
                             (int)common->n_threads, v->out, stdout));
    TRY(protocol_figures_put(&page, v->out));
    return write_page(&page, v, "protocols.html");
}

static int check_simulation(const struct spines_values *v)
{
    if (v->common.n_arguments > 0)
        return status_fail(STATUS_USER, "spines %.200s: --protocol takes no folder of runs",
                           *v->common.arguments);
    return v->out ? STATUS_OK : status_fail(STATUS_USER, "spines --protocol: --out DIR is needed");
}

static int check_folder_of_runs(const struct spines_values *v)
{
    const struct command_values *common = &v->common;
    const char *folder = *common->arguments;
    if (!folder || !*folder)
        return status_fail(STATUS_USER, "spines: name the folder of a finished run or sweep, or "
                                        "say --protocol NAME and --out DIR");
    if (common->n_arguments > 1)
        return status_fail(STATUS_USER, "spines %.200s: expected one folder", common->arguments[1]);
    if (common->has_parameters || common->has_seed || common->has_threads || v->n_spines || v->days)
        return status_fail(STATUS_USER,
                           "spines %.200s: --set, --config, --preset, --seed, "
                           "--threads, --spines and --days are for --protocol",
                           folder);
    return STATUS_OK;
}

static int spines(void *values)
{
    const struct spines_values *v = values;
    if (v->out && !*v->out)
        return status_fail(STATUS_USER, "--out: an empty name: expected a folder");
    if (v->protocol) {
        TRY(check_simulation(v));
        return simulate(v);
    }
    TRY(check_folder_of_runs(v));
    return describe_runs(v);
}

#define AT(member) .at = offsetof(struct spines_values, member)
static const struct option options[] = {
    {"protocol", 0, "NAME",
     "no runs: simulate an untrained population under a protocol.preset, all of them, or "
     "(events) protocol.events, beside what was published (default: none)",
     AT(protocol)},
    PARAMETER_OPTIONS,
    SEED_OPTION("no runs: of the random numbers (default: 1)"),
    THREADS_OPTION("no runs: " THREADS_HELP),
    {"spines", 0, "N", "no runs: how many (default: 20000)", AT(n_spines), 100, 10000000},
    {"days", 0, "N",
     "--protocol: from its beginning on (default: those of the publication, 35 or 63)", AT(days), 1,
     1000},
    {"out", 'o', "DIR", "folder for numbers and figures (default: DIR/spines)", AT(out)},
    PICTURES_OPTION("the figures as files, too (default: in the page alone)"),
    {0},
};

const struct command command_spines = {
    .name = "spines",
    .summary = "how spines lived in finished runs",
    .description =
        "Reads the synapse logs (train --log-synapses) or sizes (record.sizes) of a finished run "
        "or sweep and writes "
        "survival curves, sizes, densities and neighbours of the spines, or their drift, as "
        "numbers and a page. "
        "With --protocol, simulates spines without a network: their number over days "
        "under drugs or stress, beside what was published.",
    .usage = "DIR [--out DIR] | --protocol NAME [--set GROUP.KEY=VALUE] --out DIR",
    .options = options,
    .takes_arguments = true,
    .size = sizeof(struct spines_values),
    .run = spines,
};
