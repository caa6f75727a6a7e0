/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sweep: all runs of an experiment, spread over the threads, a folder a run. A run is done
 * when its DONE is there; so a sweep that was stopped at any moment goes on where it was, and what
 * it ends with does not depend on that. */
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/interrupt.h"
#include "core/progress.h"
#include "core/status.h"
#include "store/run.h"
#include "sweep/sweep.h"

/* "easy-none-", which is the same for all seeds; its length. */
static size_t name_condition(const struct sweep *s, int32_t condition, char name[RUN_NAME_MAX])
{
    const size_t size = RUN_NAME_MAX;
    size_t length = 0;
    for (int i = 0; i < s->experiment.n_factors; i++)
        length += (size_t)snprintf(name + length, size - length, "%s-",
                                   experiment_level(&s->experiment, condition, i)->name);
    return length;
}

void sweep_name_run(const struct sweep *s, const struct sweep_run *run, char name[RUN_NAME_MAX])
{
    const size_t length = name_condition(s, run->condition, name);
    snprintf(name + length, RUN_NAME_MAX - length, "s%llu", (unsigned long long)run->seed);
}

char *sweep_run_folder(const struct sweep *s, const struct sweep_run *run)
{
    char name[5 + RUN_NAME_MAX];
    memcpy(name, "runs/", 5);
    sweep_name_run(s, run, name + 5);
    return file_join(s->folder, name);
}

static bool is_done(const struct sweep *s, const struct sweep_run *run)
{
    char *folder = sweep_run_folder(s, run);
    const bool is = folder && run_is_finished(folder);
    free(folder);
    return is;
}

int32_t sweep_find_done(struct sweep *s)
{
    int32_t n = 0;
    for (int32_t i = 0; i < s->n_runs; i++)
        n += s->run[i].is_done = is_done(s, &s->run[i]);
    return n;
}

/* ---- what there is to run ---- */

struct condition_name {
    int32_t condition;
    char name[RUN_NAME_MAX];
};

static int compare_names(const void *a, const void *b)
{
    const struct condition_name *x = a, *y = b;
    const int order = strcasecmp(x->name, y->name);
    return order ? order : (x->condition > y->condition) - (x->condition < y->condition);
}

/* "difficulty = easy, turnover = none" */
static void describe_condition(const struct sweep *s, int32_t condition, char *text, size_t size)
{
    size_t length = 0;
    *text = '\0';
    for (int i = 0; i < s->experiment.n_factors && length < size; i++)
        length += (size_t)snprintf(text + length, size - length, "%s%s = %s", i ? ", " : "",
                                   s->experiment.factor[i].name,
                                   experiment_level(&s->experiment, condition, i)->name);
}

static int refuse_shared_name(const struct sweep *s, const struct condition_name *a,
                              const struct condition_name *b)
{
    char first[400], second[400];
    describe_condition(s, a->condition, first, sizeof first);
    describe_condition(s, b->condition, second, sizeof second);
    return status_fail(
        STATUS_USER,
        "%.200s: runs of two conditions would have one name%s, %.100ss%lld: %.300s and "
        "%.300s: rename a level",
        s->file, strcmp(a->name, b->name) == 0 ? "" : " where disks do not tell a from A", a->name,
        (long long)s->first_seed, first, second);
}

/* Each run needs a folder of its own, on any disk: levels may hold the '-' that joins them, and
 * differ by case only. */
static int check_names(const struct sweep *s)
{
    enum { FILE_NAME_MAX = 255 };
    const int32_t n = s->experiment.n_conditions;
    struct condition_name *names = calloc((size_t)n + 1, sizeof *names);
    int status = names ? STATUS_OK : status_no_memory("the names of the runs", 0);
    for (int32_t c = 0; c < n && status == STATUS_OK; c++) {
        const struct sweep_run last = {c, .seed = (uint64_t)(s->first_seed + s->n_seeds - 1)};
        char name[RUN_NAME_MAX];
        names[c].condition = c;
        name_condition(s, c, names[c].name);
        sweep_name_run(s, &last, name);
        if (strlen(name) > FILE_NAME_MAX)
            status = status_fail(STATUS_USER,
                                 "%.200s: run %.300s: a name of %zu bytes: expected at most %d: "
                                 "shorten names of levels",
                                 s->file, name, strlen(name), FILE_NAME_MAX);
    }
    if (status == STATUS_OK)
        qsort(names, (size_t)n, sizeof *names, compare_names);
    for (int32_t i = 1; i < n && status == STATUS_OK; i++)
        if (strcasecmp(names[i - 1].name, names[i].name) == 0)
            status = refuse_shared_name(s, &names[i - 1], &names[i]);
    free(names);
    return status;
}

/* Before memory is taken for them. */
static int check_number(struct sweep *s)
{
    const struct experiment *e = &s->experiment;
    if (s->n_seeds == 0) {
        s->first_seed = e->first_seed;
        s->n_seeds = e->n_runs;
    }
    s->pictures |= e->pictures;
    if (s->n_seeds > SEED_MAX - s->first_seed + 1)
        return status_fail(STATUS_USER, "%s: %lld seeds from %lld: expected none above %lld",
                           s->file, (long long)s->n_seeds, (long long)s->first_seed,
                           (long long)SEED_MAX);
    if (e->n_conditions * s->n_seeds > RUNS_MAX)
        return status_fail(STATUS_USER, "%s: %d conditions of %lld seeds: expected at most %d runs",
                           s->file, e->n_conditions, (long long)s->n_seeds, RUNS_MAX);
    return STATUS_OK;
}

static int plan(struct sweep *s)
{
    struct experiment *e = &s->experiment;
    const size_t n_conditions = (size_t)e->n_conditions;
    s->parameters = calloc(n_conditions, sizeof *s->parameters);
    s->files = calloc(n_conditions, sizeof *s->files);
    s->run = calloc(n_conditions * (size_t)s->n_seeds, sizeof *s->run);
    if (!s->parameters || !s->files || !s->run)
        return status_no_memory("the runs", n_conditions * (size_t)s->n_seeds * sizeof *s->run);
    for (int32_t c = 0; c < e->n_conditions; c++) {
        int status = experiment_parameters(e, c, (const char *const *)s->extra, s->n_extra,
                                           &s->parameters[c]);
        if (status == STATUS_OK)
            status = training_check(&s->parameters[c]);
        if (status != STATUS_OK)
            return status;
        for (int64_t i = 0; i < s->n_seeds; i++)
            s->run[s->n_runs++] = (struct sweep_run){.condition = c,
                                                     .seed = (uint64_t)(s->first_seed + i),
                                                     .cost = sweep_cost(&s->parameters[c])};
    }
    return STATUS_OK;
}

/* Reads each set of files once, for all the conditions that use it. */
static int load_files(struct sweep *s)
{
    const struct parameters *reader[FILE_SETS_MAX];
    for (int32_t c = 0; c < s->experiment.n_conditions; c++) {
        const struct parameters *p = &s->parameters[c];
        if (p->data.kind != DATA_FILES)
            continue;
        for (int i = 0; i < s->n_loaded && !s->files[c]; i++)
            if (dataset_same_files(p, reader[i]))
                s->files[c] = &s->loaded[i];
        if (s->files[c])
            continue;
        if (s->n_loaded == FILE_SETS_MAX)
            return status_fail(STATUS_USER, "%s: more than %d sets of files", s->file,
                               FILE_SETS_MAX);
        int status = dataset_init_in(&s->loaded[s->n_loaded], p, 0, s->data);
        if (status == STATUS_OK && (status = run_doubt(&s->loaded[s->n_loaded], p)) != STATUS_OK)
            dataset_free(&s->loaded[s->n_loaded]);
        if (status != STATUS_OK)
            return status;
        reader[s->n_loaded] = p;
        s->files[c] = &s->loaded[s->n_loaded++];
    }
    return STATUS_OK;
}

static const struct sweep *sorting; /* qsort has no argument for it */

static int compare_cost(const void *a, const void *b)
{
    const int32_t i = *(const int32_t *)a, k = *(const int32_t *)b;
    if (sorting->run[i].cost != sorting->run[k].cost)
        return sorting->run[i].cost > sorting->run[k].cost ? -1 : 1;
    return (i > k) - (i < k);
}

bool sweep_is_mine(const struct sweep *s, const struct sweep_run *run)
{
    return s->task != SWEEP_SHARD || run->shard == s->shard;
}

static int32_t count_mine(const struct sweep *s, bool done_only)
{
    int32_t n = 0;
    for (int32_t i = 0; i < s->n_runs; i++)
        n += sweep_is_mine(s, &s->run[i]) && (!done_only || s->run[i].is_done);
    return n;
}

/* The runs that are to be done, longest first. */
static int32_t *order_runs(const struct sweep *s, int32_t *n)
{
    int32_t *order = malloc(((size_t)s->n_runs + 1) * sizeof *order);
    *n = 0;
    for (int32_t i = 0; order && i < s->n_runs; i++)
        if (sweep_is_mine(s, &s->run[i]) && !s->run[i].is_done)
            order[(*n)++] = i;
    sorting = s;
    if (order)
        qsort(order, (size_t)*n, sizeof *order, compare_cost);
    return order;
}

static int execute_run(const struct sweep *s, const struct sweep_run *run, int32_t n_threads,
                       struct run_result *result)
{
    char *folder = sweep_run_folder(s, run);
    if (!folder)
        return status_no_memory("a file name", 0);
    const struct run_request request = {
        .parameters = &s->parameters[run->condition],
        .seed = run->seed,
        .folder = folder,
        .kernel = s->kernel,
        .n_threads = n_threads,
        .is_quiet = true,
        .overwrite = true,
        .is_put_in_place = true,
        .draw = s->pictures ? s->draw : NULL,
        .files = s->files[run->condition],
    };
    /* another may have finished it since */
    *result = (struct run_result){0};
    const int status = run_is_finished(folder) ? STATUS_OK : run_execute(&request, result);
    free(folder);
    return status;
}

static int execute_all(struct sweep *s)
{
    int32_t n;
    int32_t *order = order_runs(s, &n);
    if (!order)
        return status_no_memory("the order of the runs", (size_t)s->n_runs * sizeof *order);
    struct progress progress;
    int32_t n_done = 0, n_failed = 0;
    const int32_t n_mine = count_mine(s, false);
    /* A run by itself has all threads: a large network is worth them (docs/scaling.md). */
    const int32_t in_a_run = n == 1 ? (int32_t)s->n_threads : 1;
    if (n < n_mine && !s->is_quiet)
        fprintf(stderr, "%s: %d of %d runs are done already\n", s->experiment.name, n_mine - n,
                n_mine);
    progress_start(&progress, s->experiment.name, "runs", n, s->is_quiet);
#pragma omp parallel for schedule(dynamic, 1) num_threads((int)s->n_threads / in_a_run)
    for (int32_t i = 0; i < n; i++) {
        struct sweep_run *run = &s->run[order[i]];
        struct run_result result;
        if (interrupt_signal())
            continue;
        const int status = execute_run(s, run, in_a_run, &result);
#pragma omp critical
        {
            char name[RUN_NAME_MAX], note[400] = "";
            sweep_name_run(s, run, name);
            n_done++;
            run->is_done = status == STATUS_OK;
            run->has_failed = status != STATUS_OK;
            if (status == STATUS_OK && result.score.n == 0) {
                snprintf(note, sizeof note, "%s", name);
            } else if (status == STATUS_OK) {
                snprintf(note, sizeof note, "%s %.3f", name, score_accuracy(&result.score));
            } else {
                n_failed++;
                progress_clear(&progress);
                fprintf(stderr, "spinet: run %s failed: %s\n", name, status_message());
            }
            progress_update(&progress, n_done, note);
        }
    }
    progress_finish(&progress, n_done, NULL);
    free(order);
    if (interrupt_signal())
        return status_fail(STATUS_INTERRUPTED - interrupt_signal(),
                           "stopped with %d of %d runs done: the same command goes on from there",
                           n_mine - n + n_done - n_failed, n_mine);
    if (n_failed > 0)
        return status_fail(STATUS_SYSTEM, "%d of %d runs failed; the same command tries them again",
                           n_failed, n_mine);
    return STATUS_OK;
}

/* results.csv of what is done, and an error if that is not all. */
static int gather(struct sweep *s)
{
    int status = sweep_folder_check(s);
    if (status != STATUS_OK)
        return status;
    s->seconds = -1;
    const int32_t n_done = sweep_find_done(s);
    status = gather_results(s);
    if (status == STATUS_OK)
        status = sweep_folder_describe(s);
    if (status != STATUS_OK)
        return status;
    printf("%d of %d runs of %s; results in %s/results.csv\n", n_done, s->n_runs,
           s->experiment.name, s->folder);
    return gather_check(s);
}

/* All runs, or those of a shard. */
static int work(struct sweep *s)
{
    interrupt_watch();
    sweep_find_done(s);
    int status = sweep_check_found(s);
    if (status != STATUS_OK)
        return status;
    const double start = progress_clock();
    status = execute_all(s);
    s->seconds = progress_clock() - start;
    if (interrupt_signal() && (s->task == SWEEP_SHARD || count_mine(s, true) == 0))
        return status;
    if (s->task == SWEEP_SHARD) {
        printf("shard %lld of %lld of %s: %d of %d runs done, in %.1f s\n", (long long)s->shard + 1,
               (long long)s->n_shards, s->experiment.name, count_mine(s, true),
               count_mine(s, false), s->seconds);
        return status;
    }
    char failure[512] = "";
    if (status != STATUS_OK) /* what is done is merged all the same */
        snprintf(failure, sizeof failure, "%s", status_message());
    const int merged = gather_results(s);
    if (merged != STATUS_OK)
        return merged;
    const int written = sweep_folder_describe(s);
    if (written != STATUS_OK)
        return written;
    printf("%d of %d runs of %s in %.1f s; results in %s/results.csv\n", count_mine(s, true),
           s->n_runs, s->experiment.name, s->seconds, s->folder);
    return *failure ? status_fail(status, "%s", failure) : STATUS_OK;
}

int sweep_plan(struct sweep *s)
{
    int status = experiment_read(&s->experiment, s->file);
    for (int i = 0; i < s->n_only && status == STATUS_OK; i++)
        status = experiment_restrict(&s->experiment, s->only[i]);
    if (status != STATUS_OK)
        return status;
    status = check_number(s);
    if (status == STATUS_OK)
        status = check_names(s);
    if (status == STATUS_OK)
        status = plan(s);
    return status == STATUS_OK ? shards_deal(s) : status;
}

/* Reads the data and takes the folder. */
static int begin(struct sweep *s)
{
    int status = STATUS_OK;
    for (int32_t c = 0; c < s->experiment.n_conditions && status == STATUS_OK && !s->is_dry; c++)
        status = run_check_not_among_images(s->folder, &s->parameters[c]);
    if (status == STATUS_OK)
        status = load_files(s);
    return status == STATUS_OK && !s->is_dry ? sweep_folder_take(s) : status;
}

int sweep_prepare(struct sweep *s, char *shards, size_t size)
{
    int status = begin(s);
    if (status != STATUS_OK)
        return status;
    sweep_find_done(s);
    status = sweep_check_found(s);
    shards_list_missing(s, shards, size);
    return status;
}

int sweep_execute(struct sweep *s)
{
    if (s->task == SWEEP_GATHER && !s->is_dry)
        return gather(s); /* needs no data */
    const int status = begin(s);
    if (status != STATUS_OK)
        return status;
    return s->is_dry ? sweep_print_plan(s) : work(s);
}

void sweep_free(struct sweep *s)
{
    for (int i = 0; i < s->n_loaded; i++)
        dataset_free(&s->loaded[i]);
    experiment_free(&s->experiment);
    free(s->parameters);
    free(s->files);
    free(s->run);
    sweep_folder_release(s);
}
