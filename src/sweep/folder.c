/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sweep's folder: whose it is, who is at work in it, what it says of itself, and the sweep that
 * it says it holds. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/lock.h"
#include "core/machine.h"
#include "core/process.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/text.h"
#include "core/version.h"
#include "store/json_file.h"
#include "store/parameters_json.h"
#include "sweep/sweep.h"

/* ---- what it says ---- */

/* Writes conditions.json: what the runs are made of, but for the seeds, since a sweep may be
 * continued with more of those. */
static int write_conditions(const struct sweep *s, const char *path)
{
    json_t *conditions = json_array();
    for (int32_t c = 0; c < s->experiment.n_conditions; c++)
        json_array_append(conditions, s->condition[c].json);
    return conditions ? json_file_write(path, conditions, 17)
                      : status_no_memory("the conditions", 0);
}

void sweep_print_options(const struct sweep *s, FILE *out)
{
    fprintf(out, "%s --seeds %lld..%lld", s->is_full ? " --full" : "", (long long)s->first_seed,
            (long long)(s->first_seed + s->n_seeds - 1));
    for (int i = 0; i < s->n_only; i++) {
        fputs(" --only ", out);
        process_put_quoted(out, s->only[i]);
    }
    for (int i = 0; i < s->n_extra; i++) {
        fputs(" --set ", out);
        process_put_quoted(out, s->extra[i]);
    }
}

/* The command that makes these runs. */
static void put_command(FILE *out, const void *sweep)
{
    const struct sweep *s = sweep;
    fprintf(out, "spinet sweep %s", s->file);
    sweep_print_options(s, out);
}

/* The title of the experiment; of a part of it "mnist: pair 3-8", by the factors that are not as in
 * its file. */
static void put_title(FILE *out, const void *of_experiment)
{
    enum { NAMED_MAX = 6 };
    const struct experiment *experiment = of_experiment;
    int n_restricted = 0;
    for (int i = 0; i < experiment->n_factors; i++) {
        const struct factor *factor = &experiment->factor[i];
        if (factor->n_levels == factor->n_read)
            continue;
        fprintf(out, "%s%s%s", n_restricted ? "" : experiment->name, n_restricted ? "; " : ": ",
                factor->name);
        n_restricted++;
        for (int k = 0; k < factor->n_levels && k < NAMED_MAX; k++)
            fprintf(out, "%s%s", k ? ", " : " ", factor->level[k].name);
        if (factor->n_levels > NAMED_MAX)
            fprintf(out, " … (%d of %d)", factor->n_levels, factor->n_read);
    }
    if (n_restricted == 0 && experiment->title)
        fputs(experiment->title, out);
}

/* What `put` writes of the data, as a text; null without memory. */
static json_t *text_json(text_put *put, const void *data)
{
    OWNED char *text = text_written(put, data);
    return text ? json_string(text) : json_null();
}

static json_t *factors_json(const struct experiment *experiment)
{
    json_t *factors = json_array();
    for (int i = 0; i < experiment->n_factors; i++) {
        const struct factor *factor = &experiment->factor[i];
        json_t *levels = json_array();
        for (int k = 0; k < factor->n_levels; k++)
            json_array_append_new(levels, json_string(factor->level[k].name));
        json_array_append_new(factors, json_pack("{s:s, s:s*, s:o}", "name", factor->name, "title",
                                                 factor->title, "levels", levels));
    }
    return factors;
}

int sweep_folder_describe(const struct sweep *s)
{
    const struct experiment *e = &s->experiment;
    json_t *seeds = json_array();
    char host[256], processor[512];
    for (int64_t i = 0; i < s->n_seeds; i++)
        json_array_append_new(seeds, json_integer(s->first_seed + i));
    json_t *root = json_pack("{s:s, s:o, s:o, s:O*, s:s*, s:O*, s:o, s:i, s:o}", "name", e->name,
                             "title", text_json(put_title, e), "factors", factors_json(e), "marks",
                             e->marks, "primary_test", e->primary_test, "families", e->families,
                             "seeds", seeds, "n_runs", (int)s->n_runs, "command",
                             s->file ? text_json(put_command, s) : json_null());
    json_t *made_by = json_pack(
        "{s:s, s:s, s:o, s:o, s:s}", "version", version_number, "revision", version_revision,
        "host", json_string(machine_host(host, sizeof host)), "processor",
        json_string(machine_processor(processor, sizeof processor)), "kernel", s->kernel->name);
    json_object_update(root, made_by);
    json_decref(made_by);
    if (s->seconds >= 0) {
        json_object_set_new(root, "threads", json_integer((json_int_t)s->n_threads));
        json_object_set_new(root, "seconds", json_real(s->seconds));
    }
    return json_file_write_in(s->folder, "experiment.json", root, 17);
}

/* ---- what it holds ---- */

/* Checks that this is what write_conditions writes. USER. */
static int check_conditions(const char *path, const json_t *conditions)
{
    size_t i;
    const json_t *condition;
    if (!json_is_array(conditions) || json_array_size(conditions) == 0)
        return status_fail(STATUS_USER, "%s: expected a list of conditions", path);
    json_array_foreach(conditions, i, condition)
    {
        if (!json_is_array(json_object_get(condition, "levels")) ||
            !json_is_object(json_object_get(condition, "parameters")))
            return status_fail(STATUS_USER, "%s: condition %zu: expected levels and parameters",
                               path, i + 1);
    }
    return STATUS_OK;
}

static int read_conditions(const char *path, json_t **conditions)
{
    TRY(json_file_read(path, conditions));
    return check_conditions(path, *conditions);
}

/* FOLDER/experiment.json: the names of the factors, and the seeds. */
static int read_experiment(struct sweep *s, const char *path, json_t **experiment)
{
    size_t i;
    const json_t *factor;
    TRY(json_file_read(path, experiment));
    const json_t *factors = json_object_get(*experiment, "factors");
    json_array_foreach(factors, i, factor)
    {
        const char *name = json_string_value(json_object_get(factor, "name"));
        if (!name || strlen(name) >= EXPERIMENT_NAME_MAX || i >= FACTORS_MAX)
            return status_fail(STATUS_USER, "%s: factors: expected 1 to %d with names", path,
                               FACTORS_MAX);
        strcpy(s->experiment.factor[i].name, name);
        s->experiment.n_factors = (int)i + 1;
    }
    return STATUS_OK;
}

static int read_condition(struct sweep *s, int32_t c, const char *path, const json_t *conditions,
                          const json_t *seeds)
{
    struct sweep_condition *condition = &s->condition[c];
    size_t i;
    const json_t *seed;
    char where[1024];
    snprintf(where, sizeof where, "%.1000s: ", path);
    condition->json = json_incref(json_array_get(conditions, (size_t)c));
    TRY(sweep_name_condition(condition, path));
    TRY(parameters_preset(&condition->parameters, "authors"));
    TRY(parameters_from_json(&condition->parameters, json_object_get(condition->json, "parameters"),
                             where));
    json_array_foreach(seeds, i, seed) s->run[s->n_runs++] =
        (struct sweep_run){.condition = c, .seed = (uint64_t)json_integer_value(seed)};
    return STATUS_OK;
}

int sweep_read_folder(struct sweep *s)
{
    json_auto_t *conditions = NULL, *experiment = NULL;
    OWN_PATH(of_conditions, s->folder, "conditions.json");
    OWN_PATH(of_experiment, s->folder, "experiment.json");
    if (file_exists(of_conditions))
        TRY(read_conditions(of_conditions, &conditions));
    if (file_exists(of_experiment))
        TRY(read_experiment(s, of_experiment, &experiment));
    const json_t *seeds = json_object_get(experiment, "seeds");
    TRY(sweep_allocate(s, (int32_t)json_array_size(conditions), (int64_t)json_array_size(seeds)));
    for (int32_t c = 0; c < s->experiment.n_conditions; c++)
        TRY(read_condition(s, c, of_conditions, conditions, seeds));
    return STATUS_OK;
}

/* USER unless conditions.json is whole and has the sweep's parameters and data. Of data that have
 * not been read, as to gather, the conditions take the checksums from it. */
static int compare_conditions(const struct sweep *s, const char *path)
{
    json_auto_t *before = NULL;
    if (read_conditions(path, &before) != STATUS_OK)
        return status_fail(STATUS_USER,
                           "%.800s: put back the one that `spinet sweep` wrote, or run all again "
                           "(--fresh)",
                           status_message());
    bool is_same = json_array_size(before) == (size_t)s->experiment.n_conditions;
    for (int32_t c = 0; c < s->experiment.n_conditions && is_same; c++) {
        const json_t *was = json_array_get(before, (size_t)c), *is = s->condition[c].json;
        is_same = json_equal(json_object_get(was, "levels"), json_object_get(is, "levels")) &&
                  json_equal(json_object_get(was, "parameters"), json_object_get(is, "parameters"));
    }
    if (!is_same)
        return status_fail(STATUS_USER,
                           "%s: holds a sweep of other parameters: say the same --set and --only, "
                           "or name another folder; `spinet sweep --fresh` replaces it",
                           s->folder);
    for (int32_t c = 0; c < s->experiment.n_conditions; c++) {
        json_t *was = json_array_get(before, (size_t)c), *is = s->condition[c].json;
        json_object_update_missing(is, was);
        TRY(sweep_compare_data(json_object_get(was, "data_sha256"),
                               json_object_get(is, "data_sha256"), path));
    }
    return STATUS_OK;
}

int sweep_folder_check(const struct sweep *s)
{
    OWN_PATH(path, s->folder, "conditions.json");
    return file_exists(path)
               ? compare_conditions(s, path)
               : status_fail(STATUS_USER,
                             "%s: holds no sweep, conditions.json is missing: run `spinet sweep` "
                             "into it, or its shards, first",
                             s->folder);
}

/* ---- taking it ---- */

/* Locks the sweep's folder for its task. Shards work side by side, each in one process; so may
 * preparing, unless it begins afresh, which would take the runs away from others. Everything else
 * works alone. */
static int take_lock(struct sweep *s)
{
    const bool is_shared = s->task == SWEEP_SHARD || (s->task == SWEEP_PREPARE && !s->is_fresh);
    return (is_shared ? lock_folder_together : lock_folder)(s->folder, &s->lock);
}

/* Removes the DONE marks of all runs in the folder, also of seeds that are not asked for: they may
 * be of other parameters. The runs themselves are overwritten one by one. */
static void forget_runs(const char *runs)
{
    SCOPED(scope_close_folder) DIR *entries = opendir(runs);
    const struct dirent *entry;
    while (entries && (entry = readdir(entries))) {
        OWNED char *folder = *entry->d_name == '.' ? NULL : file_join(runs, entry->d_name);
        if (folder)
            file_remove(folder, "DONE");
    }
}

/* Makes the locked folder this sweep's. Another shard may do so at the same moment, and writes
 * conditions.json first of all: so this asks whether the folder is empty, and only then whether
 * that file is there. */
static int claim(struct sweep *s, const char *path, const char *runs)
{
    const bool was_empty = file_folder_is_empty(s->folder);
    const bool is_new = !file_exists(path);
    if (is_new && !was_empty)
        return status_fail(STATUS_USER,
                           "%s: holds something else than a sweep: name a new or empty folder",
                           s->folder);
    if (s->is_fresh)
        forget_runs(runs);
    else if (!is_new)
        TRY(compare_conditions(s, path));
    if (is_new || s->is_fresh)
        TRY(write_conditions(s, path));
    TRY(file_make_folder(runs));
    file_remove_temporary(runs);
    return STATUS_OK;
}

int sweep_folder_take(struct sweep *s)
{
    OWN_PATH(runs, s->folder, "runs");
    OWN_PATH(path, s->folder, "conditions.json");
    TRY(take_lock(s));
    return claim(s, path, runs);
}

void sweep_folder_release(struct sweep *s)
{
    lock_leave_folder(s->lock);
    s->lock = -1;
}
