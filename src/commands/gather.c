/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the folders of the runs to results.csv. The order is that of the sweep, so that the bytes do
 * not depend on who ran what, or when. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/result_row.h"
#include "commands/run.h"
#include "commands/sweep.h"
#include "core/file.h"
#include "core/json_file.h"
#include "core/status.h"

enum { NAMED_MAX = 5 };

/* A run's row of result.csv: the levels, the seed, then the rest; its seconds go to `times`. */
static int merge_run(struct sweep_checker *checker, const struct sweep_run *run, FILE *results,
                     FILE *times)
{
    const struct sweep *s = checker->sweep;
    struct result_row row;
    const int status = sweep_check_run(checker, run, &row);
    if (status == STATUS_OK) {
        char name[RUN_NAME_MAX];
        for (int i = 0; i < s->experiment.n_factors; i++)
            fprintf(results, "%s,", experiment_level(&s->experiment, run->condition, i)->name);
        result_row_print_gathered(&row, results);
        sweep_name_run(s, run, name);
        fprintf(times, "%s,%s\n", name, row.field[RESULT_SECONDS]);
    }
    result_row_free(&row);
    return status;
}

int gather_results(const struct sweep *s)
{
    struct sweep_checker checker;
    struct new_file results, times = {0};
    int status = file_create_in(&results, s->folder, "results.csv");
    if (status == STATUS_OK)
        status = file_create_in(&times, s->folder, "times.csv");
    if (status == STATUS_OK) {
        for (int i = 0; i < s->experiment.n_factors; i++)
            fprintf(results.stream, "%s,", s->experiment.factor[i].name);
        result_print_gathered_header(results.stream);
        fprintf(times.stream, "run,seconds\n");
    }
    sweep_checker_init(&checker, s);
    for (int32_t i = 0; i < s->n_runs && status == STATUS_OK; i++)
        if (s->run[i].is_done)
            status = merge_run(&checker, &s->run[i], results.stream, times.stream);
    sweep_checker_free(&checker);
    if (status == STATUS_OK)
        status = file_commit(&results);
    if (status == STATUS_OK)
        status = file_commit(&times);
    file_abandon(&results);
    file_abandon(&times);
    return status;
}

int gather_check(const struct sweep *s)
{
    char names[512] = "", shards[256], of_shards[320] = "";
    int32_t n_missing = 0;
    size_t length = 0;
    for (int32_t i = 0; i < s->n_runs; i++) {
        char name[RUN_NAME_MAX];
        if (s->run[i].is_done || n_missing++ >= NAMED_MAX)
            continue;
        sweep_name_run(s, &s->run[i], name);
        length += (size_t)snprintf(names + length, sizeof names - length, "%s%.80s",
                                   n_missing > 1 ? ", " : "", name);
    }
    if (n_missing == 0)
        return STATUS_OK;
    if (s->n_shards > 0) {
        shards_list_missing(s, shards, sizeof shards);
        snprintf(of_shards, sizeof of_shards, " (shards %s of %lld)", shards,
                 (long long)s->n_shards);
    }
    return status_fail(
        STATUS_SYSTEM, "%.200s: %d of %d runs are missing%s: %s%s: run them, then gather again",
        s->folder, n_missing, s->n_runs, of_shards, names, n_missing > NAMED_MAX ? ", …" : "");
}

/* ---- from what the folder says of itself ---- */

/* The row of a run, if it is done; its folder is named after the levels and the seed. */
static int print_again(const char *folder, const json_t *levels, json_int_t seed, FILE *out)
{
    char name[5 + RUN_NAME_MAX] = "runs/", text[RUN_NAME_MAX] = "";
    size_t i, length = 5, n_text = 0;
    const json_t *level;
    struct result_row row;
    json_array_foreach(levels, i, level)
    {
        const char *word = json_string_value(level);
        if (!word || strlen(word) >= EXPERIMENT_NAME_MAX || i >= FACTORS_MAX)
            return status_fail(STATUS_USER, "%s/conditions.json: expected names of levels", folder);
        length += (size_t)snprintf(name + length, sizeof name - length, "%s-", word);
        n_text += (size_t)snprintf(text + n_text, sizeof text - n_text, "%s,", word);
    }
    snprintf(name + length, sizeof name - length, "s%lld", (long long)seed);
    char *run = file_join(folder, name);
    int status = run ? STATUS_OK : status_no_memory("a file name", 0);
    if (status == STATUS_OK && run_is_finished(run)) {
        status = result_row_read(&row, run);
        if (status == STATUS_OK) {
            fputs(text, out);
            result_row_print_gathered(&row, out);
            result_row_free(&row);
        }
    }
    free(run);
    return status;
}

static int print_all_again(const char *folder, const json_t *experiment, const json_t *conditions,
                           FILE *out)
{
    const json_t *factor, *condition, *seed;
    size_t i, k;
    int status = STATUS_OK;
    json_array_foreach(json_object_get(experiment, "factors"), i, factor)
    {
        const char *name = json_string_value(json_object_get(factor, "name"));
        fprintf(out, "%s,", name ? name : "");
    }
    result_print_gathered_header(out);
    json_array_foreach(conditions, i, condition)
    {
        json_array_foreach(json_object_get(experiment, "seeds"), k, seed)
        {
            if (status == STATUS_OK)
                status = print_again(folder, json_object_get(condition, "levels"),
                                     json_integer_value(seed), out);
        }
    }
    return status;
}

int gather_again(const char *folder, const char *path)
{
    json_t *experiment = NULL, *conditions = NULL;
    char *experiment_path = file_join(folder, "experiment.json");
    char *conditions_path = file_join(folder, "conditions.json");
    struct new_file file = {0};
    int status = experiment_path && conditions_path ? json_file_read(experiment_path, &experiment)
                                                    : status_no_memory("a file name", 0);
    if (status == STATUS_OK)
        status = json_file_read(conditions_path, &conditions);
    if (status == STATUS_OK)
        status = file_create(&file, path);
    if (status == STATUS_OK)
        status = print_all_again(folder, experiment, conditions, file.stream);
    if (status == STATUS_OK)
        status = file_commit(&file);
    file_abandon(&file);
    json_decref(experiment);
    json_decref(conditions);
    free(experiment_path);
    free(conditions_path);
    return status;
}
