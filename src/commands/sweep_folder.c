/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sweep's folder: whose it is, who is at work in it, and what it says of itself. */
#include <dirent.h>
#include <sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/sweep.h"
#include "commands/version.h"
#include "core/file.h"
#include "core/json_file.h"
#include "core/machine.h"
#include "core/status.h"

/* What the runs are made of, but for the seeds: a sweep may be continued with more of those. */
static json_t *definition(const struct sweep *s)
{
    json_t *conditions = json_array();
    for (int32_t c = 0; c < s->experiment.n_conditions; c++) {
        json_t *levels = json_array(), *condition = json_object();
        for (int i = 0; i < s->experiment.n_factors; i++)
            json_array_append_new(levels,
                                  json_string(experiment_level(&s->experiment, c, i)->name));
        json_object_set_new(condition, "levels", levels);
        json_object_set_new(condition, "parameters", parameters_to_json(&s->parameters[c]));
        json_array_append_new(conditions, condition);
    }
    return conditions;
}

static json_t *marks_json(const struct experiment *experiment)
{
    json_t *marks = json_array();
    for (int m = 0; m < experiment->n_marks; m++) {
        json_t *mark = json_object(), *levels = json_array();
        for (int i = 0; i < experiment->mark[m].n_levels; i++)
            json_array_append_new(levels, json_string(experiment->mark[m].level[i]));
        json_object_set_new(mark, "label", json_string(experiment->mark[m].label));
        json_object_set_new(mark, "levels", levels);
        json_array_append_new(marks, mark);
    }
    return marks;
}

/* The command that makes these runs; null without memory. */
static json_t *command_json(const struct sweep *s)
{
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    if (!out)
        return json_null();
    fprintf(out, "spinet sweep %s --seeds %lld..%lld", s->file, (long long)s->first_seed,
            (long long)(s->first_seed + s->n_seeds - 1));
    for (int i = 0; i < s->n_only; i++)
        fprintf(out, " --only '%s'", s->only[i]);
    for (int i = 0; i < s->n_extra; i++)
        fprintf(out, " --set '%s'", s->extra[i]);
    json_t *command = fclose(out) == 0 ? json_string(text) : NULL;
    free(text);
    return command ? command : json_null();
}

/* "mnist: pair 3-8", of the factors that are not as in the experiment's file. */
static void put_restrictions(const struct experiment *experiment, FILE *out)
{
    enum { NAMED_MAX = 6 };
    const char *between = ": ";
    fputs(experiment->name, out);
    for (int i = 0; i < experiment->n_factors; i++) {
        const struct factor *factor = &experiment->factor[i];
        if (factor->n_levels == factor->n_read)
            continue;
        fprintf(out, "%s%s", between, factor->name);
        between = "; ";
        for (int k = 0; k < factor->n_levels && k < NAMED_MAX; k++)
            fprintf(out, "%s%s", k ? ", " : " ", factor->level[k].name);
        if (factor->n_levels > NAMED_MAX)
            fprintf(out, " … (%d of %d)", factor->n_levels, factor->n_read);
    }
}

/* The title of the experiment, or of the part of it that is here. */
static json_t *title_json(const struct experiment *experiment)
{
    bool is_part = false;
    for (int i = 0; i < experiment->n_factors; i++)
        is_part = is_part || experiment->factor[i].n_levels < experiment->factor[i].n_read;
    char *text = NULL;
    size_t n = 0;
    FILE *out = is_part ? open_memstream(&text, &n) : NULL;
    if (!out)
        return json_string(experiment->title);
    put_restrictions(experiment, out);
    json_t *title = fclose(out) == 0 ? json_string(text) : NULL;
    free(text);
    return title ? title : json_null();
}

int sweep_folder_describe(const struct sweep *s)
{
    json_t *root = json_object(), *factors = json_array(), *seeds = json_array();
    char host[256], processor[512];
    for (int i = 0; i < s->experiment.n_factors; i++) {
        const struct factor *factor = &s->experiment.factor[i];
        json_t *levels = json_array(), *item = json_object();
        for (int k = 0; k < factor->n_levels; k++)
            json_array_append_new(levels, json_string(factor->level[k].name));
        json_object_set_new(item, "name", json_string(factor->name));
        json_object_set_new(item, "levels", levels);
        json_array_append_new(factors, item);
    }
    for (int64_t i = 0; i < s->n_seeds; i++)
        json_array_append_new(seeds, json_integer(s->first_seed + i));
    json_object_set_new(root, "name", json_string(s->experiment.name));
    json_object_set_new(root, "title", title_json(&s->experiment));
    json_object_set_new(root, "factors", factors);
    if (s->experiment.n_marks > 0)
        json_object_set_new(root, "marks", marks_json(&s->experiment));
    json_object_set_new(root, "seeds", seeds);
    json_object_set_new(root, "n_runs", json_integer(s->n_runs));
    json_object_set_new(root, "command", command_json(s));
    json_object_set_new(root, "version", json_string(version_number));
    json_object_set_new(root, "revision", json_string(version_revision));
    json_object_set_new(root, "host", json_string(machine_host(host, sizeof host)));
    json_object_set_new(root, "processor",
                        json_string(machine_processor(processor, sizeof processor)));
    json_object_set_new(root, "kernel", json_string(s->kernel->name));
    if (s->seconds >= 0) {
        json_object_set_new(root, "threads", json_integer((json_int_t)s->n_threads));
        json_object_set_new(root, "seconds", json_real(s->seconds));
    }
    return json_file_write_in(s->folder, "experiment.json", root, 17);
}

/* ---- taking it ---- */

/* The name of the locks of those who may work in the folder together: the same seeds of the same
 * conditions, dealt to as many shards. */
static int name_plan(const struct sweep *s, const json_t *conditions, char *name, size_t size)
{
    char hash[SHA256_DIGEST_STRING_LENGTH];
    char *text = conditions ? json_dumps(conditions, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    if (!text)
        return status_no_memory("the conditions", 0);
    SHA256Data((const uint8_t *)text, strlen(text), hash);
    snprintf(name, size, "seeds-%lld..%lld-%.8s-of-%lld-", (long long)s->first_seed,
             (long long)(s->first_seed + s->n_seeds - 1), hash,
             (long long)(s->n_shards > 0 ? s->n_shards : 1));
    free(text);
    return STATUS_OK;
}

/* Nothing in it, or what a sweep makes before conditions.json is there. */
static bool is_free(const char *folder)
{
    DIR *entries = opendir(folder);
    const struct dirent *entry;
    bool is = true;
    while (entries && is && (entry = readdir(entries)))
        is = *entry->d_name == '.' || strcmp(entry->d_name, "locks") == 0 ||
             file_is_temporary(entry->d_name);
    if (entries)
        closedir(entries);
    return is;
}

static int take_lock(struct sweep *s, const char *plan)
{
    char name[256], what[64] = "another sweep";
    char *locks = file_join(s->folder, "locks");
    if (!locks)
        return status_no_memory("a file name", 0);
    if (s->task == SWEEP_PREPARE)
        snprintf(name, sizeof name, "%sprepare", plan);
    else
        snprintf(name, sizeof name, "%sshard-%lld", plan, (long long)s->shard + 1);
    if (s->task == SWEEP_SHARD)
        snprintf(what, sizeof what, "shard %lld/%lld", (long long)s->shard + 1,
                 (long long)s->n_shards);
    int status = lock_take(&s->lock, locks, name, what, LOCK_PATIENCE_S);
    if (status == STATUS_OK) /* preparing afresh would pull the runs away from under others */
        status = lock_refuse_others(locks, s->task == SWEEP_PREPARE && s->is_fresh ? name : plan,
                                    LOCK_PATIENCE_S);
    free(locks);
    return status;
}

/* Takes the DONE marks away; the runs themselves are overwritten one by one. */
static void start_afresh(struct sweep *s)
{
    for (int32_t i = 0; i < s->n_runs; i++) {
        char *folder = s->task != SWEEP_SHARD || s->run[i].shard == s->shard
                           ? sweep_run_folder(s, &s->run[i])
                           : NULL;
        if (folder)
            file_remove(folder, "DONE");
        free(folder);
    }
}

/* The same for all runs in the folder, also those of seeds that are not asked for: under other
 * parameters none of them may count. */
static void forget_all(const char *runs)
{
    DIR *entries = opendir(runs);
    const struct dirent *entry;
    while (entries && (entry = readdir(entries))) {
        char *folder = *entry->d_name == '.' ? NULL : file_join(runs, entry->d_name);
        if (folder)
            file_remove(folder, "DONE");
        free(folder);
    }
    if (entries)
        closedir(entries);
}

/* USER unless it is what definition() gives for some sweep. */
static int check_marker(const char *marker, const json_t *conditions)
{
    size_t i;
    const json_t *condition;
    if (!json_is_array(conditions) || json_array_size(conditions) == 0)
        return status_fail(STATUS_USER, "%s: expected a list of conditions", marker);
    json_array_foreach(conditions, i, condition)
    {
        if (!json_is_array(json_object_get(condition, "levels")) ||
            !json_is_object(json_object_get(condition, "parameters")))
            return status_fail(STATUS_USER, "%s: condition %zu: expected levels and parameters",
                               marker, i + 1);
    }
    return STATUS_OK;
}

enum marker { MARKER_MISSING, MARKER_DAMAGED, MARKER_SAME, MARKER_OTHER };

/* What conditions.json says. Of a damaged one status_message() tells more. */
static enum marker compare_marker(const char *marker, const json_t *conditions)
{
    json_t *before;
    if (!file_exists(marker))
        return MARKER_MISSING;
    int status = json_file_read(marker, &before);
    if (status == STATUS_OK)
        status = check_marker(marker, before);
    const enum marker result = status != STATUS_OK              ? MARKER_DAMAGED
                               : json_equal(before, conditions) ? MARKER_SAME
                                                                : MARKER_OTHER;
    json_decref(before);
    return result;
}

static int refuse_damaged(void)
{
    char why[900];
    snprintf(why, sizeof why, "%.800s", status_message());
    return status_fail(STATUS_USER,
                       "%s: put back the one that `spinet sweep` wrote, or run all again (--fresh)",
                       why);
}

/* With the lock held. */
static int claim(struct sweep *s, const char *marker, const char *runs, json_t *conditions)
{
    const enum marker found = compare_marker(marker, conditions);
    const bool is_another = found == MARKER_OTHER || found == MARKER_DAMAGED;
    if (found == MARKER_DAMAGED && !s->is_fresh)
        return refuse_damaged();
    if (is_another && !s->is_fresh)
        return status_fail(STATUS_USER,
                           "%s: holds a sweep of other parameters: name another folder, or say "
                           "--fresh to replace it",
                           s->folder);
    if (is_another)
        forget_all(runs);
    int status = STATUS_OK;
    if (found != MARKER_SAME)
        status = json_file_write(marker, json_incref(conditions), 17);
    if (status == STATUS_OK)
        status = file_make_folder(runs);
    if (status == STATUS_OK && s->is_fresh)
        start_afresh(s);
    return status;
}

int sweep_folder_take(struct sweep *s)
{
    char plan[160];
    char *runs = file_join(s->folder, "runs"), *marker = file_join(s->folder, "conditions.json");
    json_t *conditions = definition(s);
    int status = runs && marker ? STATUS_OK : status_no_memory("a file name", 0);
    if (status == STATUS_OK && file_is_folder(s->folder) && !file_exists(marker) &&
        !is_free(s->folder))
        status = status_fail(STATUS_USER,
                             "%s: holds something else than a sweep: name a new or empty folder",
                             s->folder);
    if (status == STATUS_OK)
        status = name_plan(s, conditions, plan, sizeof plan);
    if (status == STATUS_OK)
        status = file_make_folder(s->folder);
    if (status == STATUS_OK)
        status = take_lock(s, plan);
    if (status == STATUS_OK)
        status = claim(s, marker, runs, conditions);
    json_decref(conditions);
    free(runs);
    free(marker);
    return status;
}

int sweep_folder_check(const struct sweep *s)
{
    char *marker = file_join(s->folder, "conditions.json");
    json_t *conditions = definition(s);
    if (!marker || !conditions) {
        json_decref(conditions);
        free(marker);
        return status_no_memory("the conditions", 0);
    }
    const enum marker found = compare_marker(marker, conditions);
    json_decref(conditions);
    free(marker);
    if (found == MARKER_SAME)
        return STATUS_OK;
    if (found == MARKER_DAMAGED)
        return refuse_damaged();
    if (found == MARKER_MISSING)
        return status_fail(STATUS_USER,
                           "%s: holds no sweep, conditions.json is missing: run `spinet sweep` "
                           "into it, or its shards, first",
                           s->folder);
    return status_fail(STATUS_USER,
                       "%s: holds a sweep of other parameters: say the same --set and --only",
                       s->folder);
}

void sweep_folder_release(struct sweep *s)
{
    lock_release(&s->lock);
}
