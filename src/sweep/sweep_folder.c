/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sweep's folder: whose it is, who is at work in it, and what it says of itself. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/lock.h"
#include "core/machine.h"
#include "core/process.h"
#include "core/status.h"
#include "core/version.h"
#include "store/json_file.h"
#include "store/parameters_json.h"
#include "sweep/sweep.h"

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

void sweep_print_options(const struct sweep *s, FILE *out)
{
    fprintf(out, " --seeds %lld..%lld", (long long)s->first_seed,
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

/* The command that makes these runs; null without memory. */
static json_t *command_json(const struct sweep *s)
{
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    if (!out)
        return json_null();
    fprintf(out, "spinet sweep %s", s->file);
    sweep_print_options(s, out);
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

/* Nothing in it that counts, but for locks of older spinets. */
static bool is_free(const char *folder)
{
    DIR *entries = opendir(folder);
    const struct dirent *entry;
    bool is = true;
    while (entries && is && (entry = readdir(entries)))
        is = file_is_ignored(entry->d_name) || strcmp(entry->d_name, "locks") == 0;
    if (entries)
        closedir(entries);
    return is;
}

/* Shards work side by side, each once; everything else alone. To prepare the folder afresh would
 * pull the runs away from under others. */
static int take_locks(struct sweep *s)
{
    const bool is_shared = s->task == SWEEP_SHARD || (s->task == SWEEP_PREPARE && !s->is_fresh);
    int status = (is_shared ? lock_folder_together : lock_folder)(s->folder, &s->lock);
    if (status != STATUS_OK || s->task != SWEEP_SHARD)
        return status;
    if (asprintf(&s->shard_folder, "%s/.shard-%lld-of-%lld", s->folder, (long long)s->shard + 1,
                 (long long)s->n_shards) < 0) {
        s->shard_folder = NULL;
        return status_no_memory("a file name", 0);
    }
    return lock_folder(s->shard_folder, &s->shard_lock);
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

/* Alone, since shards of the other sweep may be at work. */
static int forget_other_sweep(struct sweep *s, const char *runs)
{
    lock_leave_folder(s->lock);
    const int status = lock_folder(s->folder, &s->lock);
    if (status == STATUS_OK)
        forget_all(runs);
    if (status != STATUS_OK || s->task != SWEEP_SHARD)
        return status;
    lock_leave_folder(s->lock);
    return lock_folder_together(s->folder, &s->lock);
}

/* With the locks held. Other shards may be doing the same: what makes the folder no longer free is
 * the marker first of all, so it is looked for afterwards. */
static int claim(struct sweep *s, const char *marker, const char *runs, json_t *conditions)
{
    const bool was_free = is_free(s->folder);
    const enum marker found = compare_marker(marker, conditions);
    const bool is_another = found == MARKER_OTHER || found == MARKER_DAMAGED;
    if (found == MARKER_MISSING && !was_free)
        return status_fail(STATUS_USER,
                           "%s: holds something else than a sweep: name a new or empty folder",
                           s->folder);
    if (found == MARKER_DAMAGED && !s->is_fresh)
        return refuse_damaged();
    if (is_another && !s->is_fresh)
        return status_fail(STATUS_USER,
                           "%s: holds a sweep of other parameters: name another folder, or say "
                           "--fresh to replace it",
                           s->folder);
    int status = is_another ? forget_other_sweep(s, runs) : STATUS_OK;
    if (status == STATUS_OK && found != MARKER_SAME)
        status = json_file_write(marker, json_incref(conditions), 17);
    if (status == STATUS_OK)
        status = file_make_folder(runs);
    if (status == STATUS_OK)
        file_remove_temporary(runs);
    if (status == STATUS_OK && s->is_fresh)
        start_afresh(s);
    return status;
}

int sweep_folder_take(struct sweep *s)
{
    char *runs = file_join(s->folder, "runs"), *marker = file_join(s->folder, "conditions.json");
    json_t *conditions = definition(s);
    int status = runs && marker && conditions ? STATUS_OK : status_no_memory("the conditions", 0);
    if (status == STATUS_OK)
        status = take_locks(s);
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
    if (s->shard_lock >= 0)
        rmdir(s->shard_folder);
    lock_leave_folder(s->shard_lock);
    lock_leave_folder(s->lock);
    free(s->shard_folder);
    s->lock = s->shard_lock = -1;
    s->shard_folder = NULL;
}
