/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet verify of a sweep: its runs, done again; that each is what the sweep says of its name; and
 * the table of them. What the sweep is, its folder says (conditions.json, experiment.json): the
 * file of the experiment is not asked for. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/verify.h"
#include "core/interrupt.h"
#include "core/number.h"
#include "core/progress.h"
#include "core/status.h"
#include "store/json_file.h"
#include "store/run.h"
#include "sweep/sweep.h"

/* What the folder says; NULL where the file is missing. */
struct record {
    const char *folder;
    json_t *experiment, *conditions;
};

static int read_part(const char *folder, const char *name, json_t **root)
{
    char *path = file_join(folder, name);
    int status = path ? STATUS_OK : status_no_memory("a file name", 0);
    *root = NULL;
    if (path && file_exists(path))
        status = json_file_read(path, root);
    free(path);
    return status;
}

static int read_record(struct record *record, const char *folder)
{
    *record = (struct record){.folder = folder};
    const int status = read_part(folder, "experiment.json", &record->experiment);
    return status == STATUS_OK ? read_part(folder, "conditions.json", &record->conditions) : status;
}

static void free_record(struct record *record)
{
    json_decref(record->experiment);
    json_decref(record->conditions);
}

/* "easy-none-": how the folders of a condition's runs begin, and its levels as in results.csv,
 * "easy,none,". */
static int name_condition(const struct record *record, const json_t *condition, char *name,
                          char *cells)
{
    size_t i, n = 0;
    const json_t *level;
    *name = *cells = '\0';
    json_array_foreach(json_object_get(condition, "levels"), i, level)
    {
        const char *word = json_string_value(level);
        if (!word || strlen(word) >= EXPERIMENT_NAME_MAX || i >= FACTORS_MAX)
            return status_fail(STATUS_USER, "%s/conditions.json: expected names of levels",
                               record->folder);
        snprintf(cells + n, RUN_NAME_MAX - n, "%s,", word);
        n += (size_t)snprintf(name + n, RUN_NAME_MAX - n, "%s-", word);
    }
    return STATUS_OK;
}

/* ---- runs ---- */

/* The condition and the seed of a run of this name; NULL if the sweep has none such. */
static int find_condition(const struct record *record, const char *name, json_t **condition,
                          int64_t *seed)
{
    char start[RUN_NAME_MAX], cells[RUN_NAME_MAX];
    size_t i;
    json_t *one;
    *condition = NULL;
    json_array_foreach(record->conditions, i, one)
    {
        const int status = name_condition(record, one, start, cells);
        if (status != STATUS_OK)
            return status;
        const size_t n = strlen(start);
        if (strncmp(name, start, n) == 0 && name[n] == 's' &&
            number_parse_whole(name + n + 1, seed) && *seed >= 0) {
            *condition = one;
            break;
        }
    }
    return STATUS_OK;
}

/* Whether the run in this folder counts: what an earlier sweep left unfinished there does not. USER
 * if it is not what the sweep says of its name. */
static int check_run(const struct record *record, const char *folder, const char *name,
                     bool *counts)
{
    json_t *condition;
    int64_t seed = 0;
    *counts = true;
    if (!record->conditions)
        return STATUS_OK;
    const int status = find_condition(record, name, &condition, &seed);
    if (status != STATUS_OK)
        return status;
    const bool is_finished = run_is_finished(folder);
    if (!condition) {
        *counts = is_finished;
        return is_finished
                   ? status_fail(STATUS_USER, "%s: is no run of this sweep, by its conditions.json",
                                 folder)
                   : STATUS_OK;
    }
    return is_finished ? sweep_check_folder(folder, (uint64_t)seed,
                                            json_object_get(condition, "parameters"), NULL)
                       : STATUS_OK; /* verify_run refuses it */
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
static int list_runs(const struct record *record, const char *runs, struct names *names)
{
    int status = STATUS_OK, n = 0;
    names->n = scandir(runs, &names->entry, is_run, alphasort);
    if (names->n < 0)
        *names = (struct names){0};
    for (int i = 0; i < names->n; i++) {
        struct dirent *entry = names->entry[i];
        char *folder = status == STATUS_OK ? file_join(runs, entry->d_name) : NULL;
        bool counts = true;
        if (folder)
            status = check_run(record, folder, entry->d_name, &counts);
        else if (status == STATUS_OK)
            status = status_no_memory("a file name", 0);
        free(folder);
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

struct table {
    const struct record *record;
    FILE *out;
    int32_t n_missing;
    char missing[RUN_NAME_MAX + 5]; /* "runs/NAME", the first of them */
};

/* The row of a run, if it is done. */
static int write_row(struct table *table, const json_t *condition, const char *start,
                     const char *cells, int64_t seed)
{
    char name[RUN_NAME_MAX + 5];
    struct result_row row;
    snprintf(name, sizeof name, "runs/%.*ss%lld", RUN_NAME_MAX - 32, start, (long long)seed);
    char *folder = file_join(table->record->folder, name);
    if (!folder)
        return status_no_memory("a file name", 0);
    int status = STATUS_OK;
    if (run_is_finished(folder)) {
        status = sweep_check_folder(folder, (uint64_t)seed,
                                    json_object_get(condition, "parameters"), &row);
        if (status == STATUS_OK) {
            fputs(cells, table->out);
            result_row_print_gathered(&row, table->out);
            result_row_free(&row);
        }
    } else if (table->n_missing++ == 0) {
        strcpy(table->missing, name);
    }
    free(folder);
    return status;
}

static int write_rows(struct table *table)
{
    const struct record *record = table->record;
    const json_t *factor, *condition, *seed;
    char start[RUN_NAME_MAX], cells[RUN_NAME_MAX];
    size_t i, k;
    int status = STATUS_OK;
    json_array_foreach(json_object_get(record->experiment, "factors"), i, factor)
    {
        const char *name = json_string_value(json_object_get(factor, "name"));
        fprintf(table->out, "%s,", name ? name : "");
    }
    result_print_gathered_header(table->out);
    json_array_foreach(record->conditions, i, condition)
    {
        if (status == STATUS_OK)
            status = name_condition(record, condition, start, cells);
        json_array_foreach(json_object_get(record->experiment, "seeds"), k, seed)
        {
            if (status == STATUS_OK)
                status = write_row(table, condition, start, cells, json_integer_value(seed));
        }
    }
    return status;
}

/* What results.csv must say, into the file `path`. */
static int write_table(struct table *table, const char *path)
{
    struct new_file file = {0};
    int status = file_create(&file, path);
    if (status == STATUS_OK) {
        table->out = file.stream;
        status = write_rows(table);
    }
    if (status == STATUS_OK)
        status = file_commit(&file);
    file_abandon(&file);
    return status;
}

static int compare_table(struct table *table, struct file_difference *difference)
{
    char again[4096];
    int status = verify_make_folder(again);
    if (status != STATUS_OK)
        return status;
    char *was = file_join(table->record->folder, "results.csv"),
         *is = file_join(again, "results.csv");
    status = was && is ? write_table(table, is) : status_no_memory("a file name", 0);
    if (status == STATUS_OK && !file_exists(was))
        verify_presence(false, difference);
    else if (status == STATUS_OK)
        status = verify_lines(was, is, false, false, difference);
    file_remove_folder(again);
    free(was);
    free(is);
    return status;
}

/* Where only shards were at work there is no table yet, nor an experiment.json: gathering writes
 * both, the table first. */
static int verify_table(const struct record *record, struct verify_count *count)
{
    struct file_difference difference = {0}, missing = {0};
    struct table table = {.record = record};
    if (!record->experiment && !file_exists_in(record->folder, "results.csv"))
        return STATUS_OK;
    if (!record->experiment || !record->conditions)
        return status_fail(STATUS_USER, "%s: results.csv cannot be compared: %s is missing",
                           record->folder,
                           record->experiment ? "conditions.json" : "experiment.json");
    const int status = compare_table(&table, &difference);
    if (status != STATUS_OK)
        return status;
    if (table.n_missing > 0) {
        verify_presence(false, &missing);
        verify_print(record->folder, table.missing, &missing);
    }
    if (*difference.where)
        verify_print(record->folder, "results.csv", &difference);
    count->n_missing += table.n_missing;
    count->n_tables += *difference.where != '\0';
    return STATUS_OK;
}

int verify_sweep(const struct verify_values *values, const char *folder, struct verify_count *count)
{
    struct record record;
    struct names names = {0};
    char *runs = file_join(folder, "runs");
    int status = runs ? read_record(&record, folder) : status_no_memory("a file name", 0);
    if (!runs)
        return status;
    if (status == STATUS_OK)
        status = list_runs(&record, runs, &names);
    if (status == STATUS_OK)
        status = verify_runs(values, runs, &names, count);
    if (status == STATUS_OK)
        status = verify_table(&record, count);
    free_names(&names);
    free_record(&record);
    free(runs);
    return status;
}
