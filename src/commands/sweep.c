/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet sweep: all runs of an experiment, spread over the threads, a folder a run. A run is done
 * when its DONE is there; so a sweep that was stopped at any moment goes on where it was, and what
 * it ends with does not depend on that. */
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "commands/options.h"
#include "commands/run.h"
#include "commands/sweep.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "core/progress.h"
#include "core/status.h"

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
    const int order = strcmp(x->name, y->name);
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
        "%.200s: runs of two conditions would have one name, %.100ss%lld: %.300s and "
        "%.300s: rename a level",
        s->file, a->name, (long long)s->first_seed, first, second);
}

/* Each run needs a folder of its own: levels may hold the '-' that joins them. */
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
        if (strcmp(names[i - 1].name, names[i].name) == 0)
            status = refuse_shared_name(s, &names[i - 1], &names[i]);
    free(names);
    return status;
}

/* Before memory is taken for them. */
static int check_number(struct sweep *s)
{
    const struct experiment *e = &s->experiment;
    if (s->n_seeds == 0)
        s->n_seeds = e->n_runs;
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
        int status = dataset_init(&s->loaded[s->n_loaded], p, 0);
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
        .pictures = s->pictures,
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
                snprintf(note, sizeof note, "%s %.3f", name, run_accuracy(&result.score));
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

/* The folder is ready: prints the shards that have something to do, for `sbatch --array`. */
static int print_shards(struct sweep *s)
{
    static char shards[1 << 20];
    sweep_find_done(s);
    const int status = sweep_check_found(s);
    if (status != STATUS_OK)
        return status;
    shards_list_missing(s, shards, sizeof shards);
    printf("%s\n", shards);
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

static int sweep(struct sweep *s)
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
    if (status == STATUS_OK)
        status = shards_deal(s);
    if (status == STATUS_OK && s->task == SWEEP_GATHER && !s->is_dry)
        return gather(s); /* needs no data */
    for (int32_t c = 0; c < s->experiment.n_conditions && status == STATUS_OK && !s->is_dry; c++)
        status = options_check_not_among_images(s->folder, &s->parameters[c]);
    if (status == STATUS_OK)
        status = load_files(s);
    if (status == STATUS_OK && s->is_dry)
        return sweep_print_plan(s);
    if (status == STATUS_OK)
        status = sweep_folder_take(s);
    if (status != STATUS_OK)
        return status;
    return s->task == SWEEP_PREPARE ? print_shards(s) : work(s);
}

enum {
    OPTION_RUNS = 1,
    OPTION_SEEDS,
    OPTION_SET_EXTRA,
    OPTION_ONLY,
    OPTION_SHARD,
    OPTION_SHARDS,
    OPTION_RECORD_NETWORK
};

static int keep(char **list, int *n, int most, const char *option, const char *argument)
{
    if (*n == most)
        return status_fail(STATUS_USER, "%s: given more than %d times", option, most);
    list[*n] = strdup(argument);
    return list[(*n)++] ? STATUS_OK : status_no_memory("an option", strlen(argument));
}

static int take_seeds(struct sweep *s, const char *argument)
{
    char first[32];
    const char *dots = strstr(argument, "..");
    int64_t last;
    if (!dots || (size_t)(dots - argument) >= sizeof first)
        return status_fail(STATUS_USER, "--seeds %.100s: expected FIRST..LAST, as 1..20", argument);
    snprintf(first, sizeof first, "%.*s", (int)(dots - argument), argument);
    int status = options_number("--seeds: first", first, 0, SEED_MAX, &s->first_seed);
    const int64_t most = s->first_seed > SEED_MAX - 99999 ? SEED_MAX : s->first_seed + 99999;
    if (status == STATUS_OK)
        status = options_number("--seeds: last", dots + 2, s->first_seed, most, &last);
    if (status == STATUS_OK)
        s->n_seeds = last - s->first_seed + 1;
    return status;
}

/* "2/8": the second of eight. */
static int take_shard(struct sweep *s, const char *argument)
{
    char first[32];
    const char *slash = strchr(argument, '/');
    if (s->n_shards > 0)
        return status_fail(STATUS_USER, "--shard %.100s: expected once, and without --shards",
                           argument);
    if (!slash || (size_t)(slash - argument) >= sizeof first)
        return status_fail(STATUS_USER, "--shard %.100s: expected I/N, as 2/8", argument);
    snprintf(first, sizeof first, "%.*s", (int)(slash - argument), argument);
    int status = options_number("--shard: N", slash + 1, 1, SHARDS_MAX, &s->n_shards);
    if (status == STATUS_OK)
        status = options_number("--shard: I", first, 1, s->n_shards, &s->shard);
    s->shard--;
    s->task = SWEEP_SHARD;
    return status;
}

static int take(int val, const char *argument, void *data)
{
    struct sweep *s = data;
    switch (val) {
    case OPTION_RUNS:
        return options_number("--runs", argument, 1, 100000, &s->n_seeds);
    case OPTION_SEEDS:
        return take_seeds(s, argument);
    case OPTION_THREADS:
        return options_number("--threads", argument, 1, THREADS_MAX, &s->n_threads);
    case OPTION_SHARD:
        return take_shard(s, argument);
    case OPTION_SHARDS:
        if (s->task == SWEEP_SHARD)
            return status_fail(STATUS_USER, "--shards: --shard I/N says how many already");
        return options_number("--shards", argument, 1, SHARDS_MAX, &s->n_shards);
    case OPTION_ONLY:
        return keep(s->only, &s->n_only, FACTORS_MAX, "--only", argument);
    case OPTION_RECORD_NETWORK:
        return keep(s->extra, &s->n_extra, EXTRA_MAX, "--set", "record.network=true");
    default:
        return keep(s->extra, &s->n_extra, EXTRA_MAX, "--set", argument);
    }
}

static void sweep_free(struct sweep *s)
{
    for (int i = 0; i < s->n_loaded; i++)
        dataset_free(&s->loaded[i]);
    for (int i = 0; i < s->n_extra; i++)
        free(s->extra[i]);
    for (int i = 0; i < s->n_only; i++)
        free(s->only[i]);
    experiment_free(&s->experiment);
    free(s->parameters);
    free(s->files);
    free(s->run);
    sweep_folder_release(s);
}

int command_sweep(int argc, const char **argv)
{
    static struct sweep s;
    char *folder = NULL;
    int resume = 0; /* the default; named so that one may say it */
    int is_gather = 0, is_prepare = 0;
    s.first_seed = 1;
    s.lock = s.shard_lock = -1;
    s.n_threads = omp_get_num_procs();
    const struct poptOption table[] = {
        {"out", 'o', POPT_ARG_STRING, &folder, 0, "folder for the runs and results (needed)",
         "DIR"},
        {"runs", 0, POPT_ARG_STRING, NULL, OPTION_RUNS,
         "seeds 1 to N (default: what the experiment says)", "N"},
        {"seeds", 0, POPT_ARG_STRING, NULL, OPTION_SEEDS, "these seeds (default: 1 to --runs)",
         "A..B"},
        THREADS_OPTION("runs at the same time (default: one a core)"),
        {"only", 0, POPT_ARG_STRING, NULL, OPTION_ONLY,
         "only these levels of a factor (default: all); may be repeated", "FACTOR=LEVEL|…"},
        {"set", 0, POPT_ARG_STRING, NULL, OPTION_SET_EXTRA,
         "set a parameter of all runs; may be repeated", "GROUP.KEY=VALUE"},
        {"shard", 0, POPT_ARG_STRING, NULL, OPTION_SHARD,
         "only the I-th of N parts of the runs (default: all); may run beside the other parts",
         "I/N"},
        {"gather", 0, POPT_ARG_NONE, &is_gather, 0, "run nothing: results.csv from the runs done",
         NULL},
        {"prepare", 0, POPT_ARG_NONE, &is_prepare, 0,
         "run nothing: make DIR ready, print the shards (of --shards) that have runs to do", NULL},
        {"shards", 0, POPT_ARG_STRING, NULL, OPTION_SHARDS,
         "there are N shards (needed with --prepare, of use with --gather)", "N"},
        {"resume", 0, POPT_ARG_NONE, &resume, 0, "keep the runs that are done (the default)", NULL},
        {"fresh", 0, POPT_ARG_NONE, &s.is_fresh, 0, "run all again", NULL},
        {"dry-run", 0, POPT_ARG_NONE, &s.is_dry, 0,
         "only print the runs and the time they may take", NULL},
        {"pictures", 0, POPT_ARG_NONE, &s.pictures, 0, "draw maps and learning curve of each run",
         NULL},
        {"record-network", 0, POPT_ARG_NONE, NULL, OPTION_RECORD_NETWORK,
         "keep network.h5 of each run (the same as --set record.network=true)", NULL},
        {"quiet", 'q', POPT_ARG_NONE, &s.is_quiet, 0, "no progress", NULL},
        POPT_TABLEEND,
    };
    poptContext context = NULL;
    const char **rest = NULL;
    int status =
        options_parse(argc, argv, table, "EXPERIMENT.sweep --out DIR", take, &s, &context, &rest);
    s.kernel = kernel_find(NULL);
    if (status == OPTIONS_HELPED) {
        status = STATUS_OK;
    } else if (status == STATUS_OK && (!rest || !*rest || rest[1] || (!folder && !s.is_dry))) {
        status = status_fail(
            STATUS_USER,
            "sweep: an experiment's file, as experiments/shapes.sweep, and --out DIR are needed");
    } else if (status == STATUS_OK && folder && !*folder) {
        status = status_fail(STATUS_USER, "--out: an empty name: expected a folder");
    } else if (status == STATUS_OK && (s.task == SWEEP_SHARD) + is_gather + is_prepare > 1) {
        status = status_fail(STATUS_USER, "sweep: --shard, --gather and --prepare: expected one");
    } else if (status == STATUS_OK && is_gather && s.is_fresh) {
        status = status_fail(STATUS_USER, "sweep: --gather runs nothing: leave --fresh out");
    } else if (status == STATUS_OK && s.n_shards && s.task == SWEEP_ALL && !is_gather &&
               !is_prepare) {
        status = status_fail(STATUS_USER,
                             "sweep: --shards: expected --gather or --prepare, or --shard I/N");
    } else if (status == STATUS_OK && is_prepare && s.n_shards == 0) {
        status = status_fail(STATUS_USER, "sweep: --prepare: --shards N is missing");
    } else if (status == STATUS_OK) {
        if (is_gather || is_prepare)
            s.task = is_gather ? SWEEP_GATHER : SWEEP_PREPARE;
        s.file = *rest;
        s.folder = folder;
        status = sweep(&s);
    }
    sweep_free(&s);
    free(folder);
    poptFreeContext(context);
    return status;
}
