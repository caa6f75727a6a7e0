/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet verify of a sweep: its runs, done again; that each is what the sweep says of its name; and
 * the table of them, gathered again. What the sweep is, its folder says (conditions.json,
 * experiment.json): the file of the experiment is not asked for. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/verify.h"
#include "core/interrupt.h"
#include "core/number.h"
#include "core/progress.h"
#include "core/scope.h"
#include "core/status.h"
#include "store/run.h"
#include "sweep/sweep.h"

/* ---- runs ---- */

/* The condition and the seed of a run of this name; false if the sweep has none such. */
static bool find_run(const struct sweep *s, const char *name, struct sweep_run *run)
{
    for (run->condition = 0; run->condition < s->experiment.n_conditions; run->condition++) {
        const char *start = s->condition[run->condition].name;
        const size_t n = strlen(start);
        int64_t seed;
        if (strncmp(name, start, n) == 0 && name[n] == 's' &&
            number_parse_whole(name + n + 1, &seed) && seed >= 0) {
            run->seed = (uint64_t)seed;
            return true;
        }
    }
    return false;
}

/* Whether the run in this folder counts: what an earlier sweep left unfinished there does not. USER
 * if it is not what the sweep says of its name. */
static int check_run(const struct sweep *s, const char *folder, const char *name, bool *counts)
{
    struct sweep_checker checker = {.sweep = s};
    struct sweep_run run;
    const bool is_finished = run_is_finished(folder);
    *counts = true;
    if (s->experiment.n_conditions == 0)
        return STATUS_OK;
    if (find_run(s, name, &run)) /* an unfinished one verify_run refuses */
        return is_finished ? sweep_check_manifest(&checker, &run, folder) : STATUS_OK;
    *counts = is_finished;
    return is_finished ? status_fail(STATUS_USER,
                                     "%s: is no run of this sweep, by its conditions.json", folder)
                       : STATUS_OK;
}

/* Names in a folder, sorted. */
struct names {
    struct dirent **entry;
    int n;
};

static int is_run(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void free_names(struct names *names)
{
    for (int i = 0; i < names->n; i++)
        free(names->entry[i]);
    free(names->entry);
}

/* Those of runs that count. */
static int list_runs(const struct sweep *s, const char *runs, struct names *names)
{
    int status = STATUS_OK, n = 0;
    names->n = scandir(runs, &names->entry, is_run, alphasort);
    if (names->n < 0)
        *names = (struct names){0};
    for (int i = 0; i < names->n; i++) {
        struct dirent *entry = names->entry[i];
        OWNED char *folder = file_join(runs, entry->d_name);
        bool counts = true;
        if (status == STATUS_OK)
            status = folder ? check_run(s, folder, entry->d_name, &counts)
                            : status_no_memory("a file name", 0);
        if (counts)
            names->entry[n++] = entry;
        else
            free(entry);
    }
    names->n = n;
    if (status == STATUS_OK && n == 0)
        status = status_fail(STATUS_USER, "%s: holds no runs", runs);
    return status;
}

static int verify_runs(const struct verify_values *values, const char *runs,
                       const struct names *names, struct verify_count *count)
{
    const int n = names->n;
    const int n_checked = values->n_sample > 0 && values->n_sample < n ? (int)values->n_sample : n;
    struct progress progress;
    int status = STATUS_OK;
    struct verify_count here = {0};
    struct verify_outcome outcome = {0};
    int32_t n_done = 0;
    progress_start(&progress, "verify", "runs", n_checked, false);
    for (int k = 0; k < n_checked && status == STATUS_OK && !interrupt_signal(); k++) {
        char *folder = file_join(runs, names->entry[(int64_t)k * n / n_checked]->d_name);
        status = folder ? verify_run(values, folder, &outcome) : status_no_memory("a file name", 0);
        if (status == STATUS_OK) {
            verify_count_in(&here, &outcome);
            n_done++;
        }
        progress_update(&progress, k + 1, folder);
        free(folder);
    }
    progress_clear(&progress);
    count->n_differ += here.n_differ;
    count->n_unproven += here.n_unproven;
    if (status <= STATUS_INTERRUPTED || (status == STATUS_OK && interrupt_signal()))
        status = status_fail(STATUS_INTERRUPTED - interrupt_signal(),
                             "stopped: %d runs were the same, %d differed", n_done - here.n_differ,
                             here.n_differ);
    if (status == STATUS_OK)
        printf("%s: %d of %d runs verified, %d differ\n", runs, n_done - here.n_differ, n_checked,
               here.n_differ);
    if (status == STATUS_OK && *outcome.kernels)
        printf("%s: done again%s, %d of them the same to within %g only\n", runs, outcome.kernels,
               here.n_agree, VERIFY_ROUNDING);
    return status;
}

/* ---- the table ---- */

/* Gathers what is done into a text, and compares. */
static int compare_table(struct sweep *s, struct file_difference *difference)
{
    OWNED char *again = NULL;
    OWN_PATH(was, s->folder, "results.csv");
    TRY(gather_text(s, &again));
    if (file_exists(was))
        return verify_text(was, again, difference);
    verify_presence(false, difference);
    return STATUS_OK;
}

/* The runs of the table that are not there, of which the first is named. */
static int32_t count_missing(const struct sweep *s)
{
    struct file_difference missing;
    int32_t n = 0;
    for (int32_t i = 0; i < s->n_runs; i++) {
        char name[5 + RUN_NAME_MAX] = "runs/";
        if (s->run[i].is_done || n++ > 0)
            continue;
        sweep_name_run(s, &s->run[i], name + 5);
        verify_presence(false, &missing);
        verify_print(s->folder, name, &missing);
    }
    return n;
}

/* Where only shards were at work, or the sweep was cut off, there is no table yet: gathering writes
 * it and times.csv. */
static int verify_table(struct sweep *s, struct verify_count *count)
{
    struct file_difference difference = {0};
    const bool has_experiment = file_exists_in(s->folder, "experiment.json");
    if (!file_exists_in(s->folder, "results.csv") && !file_exists_in(s->folder, "times.csv"))
        return STATUS_OK;
    if (!has_experiment || s->experiment.n_conditions == 0)
        return status_fail(STATUS_USER, "%s: results.csv cannot be compared: %s is missing",
                           s->folder, has_experiment ? "conditions.json" : "experiment.json");
    sweep_find_done(s);
    TRY(compare_table(s, &difference));
    count->n_missing += count_missing(s);
    if (*difference.where)
        verify_print(s->folder, "results.csv", &difference);
    count->n_tables += *difference.where != '\0';
    return STATUS_OK;
}

static int verify_folder(const struct verify_values *values, const char *runs, struct sweep *s,
                         struct verify_count *count)
{
    SCOPED(free_names) struct names names = {0};
    TRY(sweep_read_folder(s));
    TRY(list_runs(s, runs, &names));
    TRY(verify_runs(values, runs, &names, count));
    return verify_table(s, count);
}

int verify_sweep(const struct verify_values *values, const char *folder, struct verify_count *count)
{
    OWN_NEW(struct sweep, s, 1, "the sweep");
    OWN_PATH(runs, folder, "runs");
    sweep_init(s);
    s->folder = folder;
    const int status = verify_folder(values, runs, s, count);
    sweep_free(s);
    return status;
}
