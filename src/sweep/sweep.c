/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a sweep: spread over the threads, a folder a run. A run is done when its DONE is there; so a
 * sweep that was stopped at any moment goes on where it was, and what it ends with does not depend
 * on that. */
#include "sweep/sweep.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/file.h"
#include "core/number.h"
#include "core/progress.h"
#include "core/scope.h"
#include "core/status.h"
#include "data/dataset.h"
#include "store/run.h"

bool sweep_is_mine(const struct sweep *s, const struct sweep_run *run)
{
    return s->task != SWEEP_SHARD || run->shard == s->shard;
}

int32_t sweep_count_mine(const struct sweep *s, bool done_only)
{
    int32_t n = 0;
    for (int32_t i = 0; i < s->n_runs; i++)
        n += sweep_is_mine(s, &s->run[i]) && (!done_only || s->run[i].is_done);
    return n;
}

/* ---- data ---- */

static int load(struct sweep *s, const struct parameters *p, struct dataset *files)
{
    TRY(dataset_init_in(files, p, 0, &(struct data_places){.folder = s->data}, DATASET_ALL));
    RETURN_OR_FREE(doubts_find(files, p, s->observer.warn), dataset_free, files);
}

int sweep_load_files(struct sweep *s)
{
    const struct parameters *reader[FILE_SETS_MAX];
    for (int32_t c = 0; c < s->experiment.n_conditions; c++) {
        struct sweep_condition *condition = &s->condition[c];
        const struct parameters *p = &condition->parameters;
        int i = 0;
        if (p->data.kind != DATA_FILES)
            continue;
        while (i < s->n_loaded && !dataset_same_files(p, reader[i]))
            i++;
        if (i == FILE_SETS_MAX)
            return status_fail(STATUS_USER, "%s: more than %d sets of files", s->source,
                               FILE_SETS_MAX);
        if (i == s->n_loaded) {
            TRY(load(s, p, &s->loaded[i]));
            reader[s->n_loaded++] = p;
        }
        condition->files = &s->loaded[i];
        json_object_set_new(condition->json, "data_sha256", manifest_data_json(condition->files));
    }
    return STATUS_OK;
}

int sweep_open(struct sweep *s)
{
    TRY(sweep_load_files(s));
    TRY(sweep_folder_take(s));
    sweep_find_done(s);
    TRY(sweep_check_found(s));
    return sweep_folder_describe(s);
}

/* ---- runs ---- */

static int execute_run(const struct sweep *s, const struct sweep_run *run, int32_t n_threads,
                       struct run_result *result)
{
    POINT_FOR_DECIMALS; /* a thread has its own locale */
    const struct sweep_condition *condition = &s->condition[run->condition];
    OWNED char *folder = sweep_run_folder(s, run);
    const struct run_request request = {
        .parameters = &condition->parameters,
        .seed = run->seed,
        .folder = folder,
        .kernel = s->kernel,
        .n_threads = n_threads,
        .is_quiet = true,
        .overwrite = true,
        .is_put_in_place = true,
        .draw = s->pictures ? s->draw : NULL,
        .files = condition->files,
    };
    if (!folder)
        return status_no_memory("a file name", 0);
    if (!run_is_finished(folder)) /* another process may have finished it meanwhile */
        TRY(run_execute(&request, result));
    return STATUS_OK;
}

/* What the threads of one call share, guarded by its lock. */
struct crew {
    const struct sweep *sweep;
    omp_lock_t lock;
    struct sweep_progress progress;
    _Atomic int stop;               /* the status by which the observer stopped the sweep */
    char why[300];                  /* of the first run that failed */
    double seconds, sample_seconds; /* of all runs together, and of these in sample tests */
};

static void tell(struct crew *crew)
{
    const struct sweep_observer *observer = &crew->sweep->observer;
    const int status = observer->see ? observer->see(&crew->progress, observer->data) : STATUS_OK;
    if (crew->stop == STATUS_OK)
        crew->stop = status;
}

/* Does a run and tells what came of it. */
static void do_run(struct crew *crew, struct sweep_run *run, int32_t n_threads)
{
    struct sweep_progress *progress = &crew->progress;
    struct run_result result = {0};
    char name[RUN_NAME_MAX];
    const int status = execute_run(crew->sweep, run, n_threads, &result);
    sweep_name_run(crew->sweep, run, name);
    run->is_done = status == STATUS_OK;
    omp_set_lock(&crew->lock);
    progress->n_ended++;
    progress->n_failed += !run->is_done;
    progress->name = name;
    progress->status = status;
    progress->score = result.score;
    crew->seconds += result.seconds;
    crew->sample_seconds += result.sample_seconds;
    if (progress->n_failed == 1 && !run->is_done)
        snprintf(crew->why, sizeof crew->why, "%.80s: %.200s", name, status_message());
    tell(crew);
    omp_unset_lock(&crew->lock);
}

/* Begins the runs that are to be done, longest first. */
static int execute_all(struct sweep *s)
{
    const int32_t n_mine = sweep_count_mine(s, false), n_before = sweep_count_mine(s, true);
    const int32_t n_to_do = n_mine - n_before;
    const int32_t in_a_run = n_to_do > 0 && n_to_do < s->n_threads
                                 ? (int32_t)s->n_threads / n_to_do
                                 : 1; /* threads; a run makes use of several: docs/scaling.md */
    struct crew crew = {.sweep = s, .progress = {.n_mine = n_mine, .n_before = n_before}};
    const struct sweep_progress *progress = &crew.progress;
    omp_init_lock(&crew.lock);
    tell(&crew);
#pragma omp parallel for schedule(dynamic, 1) num_threads((int)s->n_threads / in_a_run)
    for (int32_t i = 0; i < s->n_runs; i++) {
        struct sweep_run *run = &s->run[s->turn[i].run];
        if (sweep_is_mine(s, run) && !run->is_done && crew.stop == STATUS_OK)
            do_run(&crew, run, in_a_run);
    }
    omp_destroy_lock(&crew.lock);
    s->sample_share = crew.seconds > 0 ? crew.sample_seconds / crew.seconds : 0;
    if (crew.stop != STATUS_OK)
        return status_fail(crew.stop,
                           "stopped with %d of %d runs done: the same command goes on from there",
                           n_before + progress->n_ended - progress->n_failed, n_mine);
    if (progress->n_failed > 0)
        return status_fail(STATUS_SYSTEM,
                           "%d of %d runs failed; the same command tries them again (%s)",
                           progress->n_failed, n_mine, crew.why);
    return STATUS_OK;
}

int sweep_execute(struct sweep *s)
{
    const double start = progress_clock();
    const int status = execute_all(s);
    s->seconds = progress_clock() - start;
    if (s->task == SWEEP_SHARD || (status <= STATUS_INTERRUPTED && !sweep_count_mine(s, true)))
        return status;
    char failure[512] = "";
    snprintf(failure, sizeof failure, "%s", status_message());
    TRY(gather_results(s)); /* finished runs are gathered also if others failed */
    s->is_gathered = true;
    return status == STATUS_OK ? STATUS_OK : status_fail(status, "%s", failure);
}

void sweep_init(struct sweep *s)
{
    s->n_threads = s->n_threads > 0 ? s->n_threads : 1;
    s->kernel = kernel_find(NULL);
    s->seconds = -1;
    s->lock = -1;
}

void sweep_free(struct sweep *s)
{
    for (int i = 0; i < s->n_loaded; i++)
        dataset_free(&s->loaded[i]);
    for (int32_t c = 0; c < s->experiment.n_conditions && s->condition; c++)
        json_decref(s->condition[c].json);
    experiment_free(&s->experiment);
    free(s->condition);
    free(s->run);
    free(s->turn);
    sweep_folder_release(s);
}
