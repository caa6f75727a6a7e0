/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet sweep: all runs of an experiment, spread over the threads, a folder a run. A run is done
 * when its DONE is there; so a sweep that was stopped at any moment goes on where it was, and what
 * it ends with does not depend on that. */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <omp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "commands/command.h"
#include "commands/experiment.h"
#include "commands/options.h"
#include "commands/run.h"
#include "commands/version.h"
#include "core/file.h"
#include "core/json_file.h"
#include "core/status.h"

enum { EXTRA_MAX = 64, FILE_SETS_MAX = 32 };

struct sweep_run {
    int32_t condition;
    uint64_t seed;
    double cost; /* presentations, about */
    bool is_done;
    bool has_failed;
};

struct sweep {
    struct experiment experiment;
    const char *file, *folder;
    struct parameters *parameters; /* [n_conditions] */
    const struct dataset **files;  /* [n_conditions] the images of data.kind files, or NULL */
    struct dataset loaded[FILE_SETS_MAX];
    int n_loaded;
    int32_t n_runs;
    struct sweep_run *run; /* [n_runs] condition by condition, then by seed */
    int64_t first_seed, n_seeds, n_threads;
    int n_extra, n_only;
    char *extra[EXTRA_MAX], *only[FACTORS_MAX];
    int is_fresh, is_dry, is_quiet, pictures;
    const struct kernel *kernel;
    int lock;
    double seconds;
};

static volatile sig_atomic_t stopped_by_signal;

static void stop(int number)
{
    if (stopped_by_signal) /* a second time: at once */
        _exit(128 + number);
    stopped_by_signal = number;
}

/* "easy-none-s3" */
static void name_run(const struct sweep *s, const struct sweep_run *run, char *name, size_t size)
{
    size_t length = 0;
    for (int i = 0; i < s->experiment.n_factors; i++)
        length += (size_t)snprintf(name + length, size - length, "%s-",
                                   experiment_level(&s->experiment, run->condition, i)->name);
    snprintf(name + length, size - length, "s%llu", (unsigned long long)run->seed);
}

/* FOLDER/runs/NAME in new memory. */
static char *run_folder(const struct sweep *s, const struct sweep_run *run)
{
    char name[FACTORS_MAX * EXPERIMENT_NAME_MAX + 32];
    memcpy(name, "runs/", 5);
    name_run(s, run, name + 5, sizeof name - 5);
    return file_join(s->folder, name);
}

static bool is_done(const struct sweep *s, const struct sweep_run *run)
{
    char *folder = run_folder(s, run);
    const bool is = folder && run_is_finished(folder);
    free(folder);
    return is;
}

/* Presentations a run will take, roughly: turnover stops early as a rule. */
static double cost_of(const struct parameters *p)
{
    const double training = p->turnover.policy == 0 ? p->stopping.max_presentations
                                                    : p->stopping.max_presentations / 3.0;
    const double tests = p->data.kind == DATA_SHAPES ? 2.0 * p->data.test_per_class : 2000;
    const double most = p->test.max_images > 0 ? p->test.max_images : tests;
    return training * 1.5 + (tests < most ? tests : most) +
           (p->test.sample_period > 0 ? training / p->test.sample_period * p->test.sample_images
                                      : 0);
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
        const int status = experiment_parameters(e, c, (const char *const *)s->extra, s->n_extra,
                                                 &s->parameters[c]);
        if (status != STATUS_OK)
            return status;
        for (int64_t i = 0; i < s->n_seeds; i++)
            s->run[s->n_runs++] = (struct sweep_run){.condition = c,
                                                     .seed = (uint64_t)(s->first_seed + i),
                                                     .cost = cost_of(&s->parameters[c])};
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
        const int status = dataset_init(&s->loaded[s->n_loaded], p, 0);
        if (status != STATUS_OK)
            return status;
        reader[s->n_loaded] = p;
        s->files[c] = &s->loaded[s->n_loaded++];
    }
    return STATUS_OK;
}

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

static int write_experiment(const struct sweep *s)
{
    json_t *root = json_object(), *factors = json_array(), *seeds = json_array();
    char host[256] = "";
    gethostname(host, sizeof host - 1);
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
    char command[PARAMETER_TEXT_MAX * 2];
    size_t length =
        (size_t)snprintf(command, sizeof command, "spinet sweep %.500s --seeds %lld..%lld", s->file,
                         (long long)s->first_seed, (long long)(s->first_seed + s->n_seeds - 1));
    for (int i = 0; i < s->n_only && length < 1800; i++)
        length += (size_t)snprintf(command + length, sizeof command - length, " --only '%.100s'",
                                   s->only[i]);
    for (int i = 0; i < s->n_extra && length < 1800; i++)
        length += (size_t)snprintf(command + length, sizeof command - length, " --set '%.100s'",
                                   s->extra[i]);
    json_object_set_new(root, "name", json_string(s->experiment.name));
    json_object_set_new(root, "title", json_string(s->experiment.title));
    json_object_set_new(root, "factors", factors);
    json_object_set_new(root, "seeds", seeds);
    json_object_set_new(root, "n_runs", json_integer(s->n_runs));
    json_object_set_new(root, "command", json_string(command));
    json_object_set_new(root, "version", json_string(version_number));
    json_object_set_new(root, "revision", json_string(version_revision));
    json_object_set_new(root, "host", json_string(host));
    json_object_set_new(root, "kernel", json_string(s->kernel->name));
    json_object_set_new(root, "threads", json_integer((json_int_t)s->n_threads));
    json_object_set_new(root, "seconds", json_real(s->seconds));
    return json_file_write_in(s->folder, "experiment.json", root, 17);
}

/* Takes the folder for this sweep alone, until the process ends, however it ends. */
static int take_folder(struct sweep *s)
{
    char *runs = file_join(s->folder, "runs"), *lock = file_join(s->folder, "lock");
    char *marker = file_join(s->folder, "conditions.json");
    int status = runs && lock && marker ? STATUS_OK : status_no_memory("a file name", 0);
    if (status == STATUS_OK && file_is_folder(s->folder) && !file_exists(marker) &&
        !file_folder_is_empty(s->folder))
        status = status_fail(STATUS_USER,
                             "%s: holds something else than a sweep: name a new or empty folder",
                             s->folder);
    if (status == STATUS_OK)
        status = file_make_folder(runs);
    if (status == STATUS_OK) {
        s->lock = open(lock, O_CREAT | O_RDWR | O_CLOEXEC, 0666);
        if (s->lock < 0)
            status = status_fail(STATUS_USER, "%s: cannot be opened (%s)", lock, strerror(errno));
        else if (flock(s->lock, LOCK_EX | LOCK_NB) != 0)
            status = status_fail(STATUS_USER,
                                 "%s: another sweep is at work in this folder: wait for it, or "
                                 "name another folder",
                                 s->folder);
    }
    json_t *now = status == STATUS_OK ? definition(s) : NULL;
    if (status == STATUS_OK && file_exists(marker)) {
        json_error_t error;
        json_t *before = json_load_file(marker, 0, &error);
        if (!s->is_fresh && !json_equal(before, now))
            status = status_fail(STATUS_USER,
                                 "%s: holds a sweep of other parameters: name another folder, or "
                                 "say --fresh to replace it",
                                 s->folder);
        json_decref(before);
    }
    if (status == STATUS_OK)
        status = json_file_write_in(s->folder, "conditions.json", now, 17);
    else
        json_decref(now);
    free(runs);
    free(lock);
    free(marker);
    return status;
}

/* Takes the DONE marks away; the runs themselves are overwritten one by one. */
static void start_afresh(struct sweep *s)
{
    for (int32_t i = 0; i < s->n_runs; i++) {
        char *folder = run_folder(s, &s->run[i]);
        if (folder)
            file_remove(folder, "DONE");
        free(folder);
    }
}

static const struct sweep *sorting; /* qsort has no argument for it */

static int compare_cost(const void *a, const void *b)
{
    const int32_t i = *(const int32_t *)a, k = *(const int32_t *)b;
    if (sorting->run[i].cost != sorting->run[k].cost)
        return sorting->run[i].cost > sorting->run[k].cost ? -1 : 1;
    return (i > k) - (i < k);
}

/* The runs that are not done, longest first. */
static int32_t *order_runs(struct sweep *s, int32_t *n)
{
    int32_t *order = malloc(((size_t)s->n_runs + 1) * sizeof *order);
    *n = 0;
    for (int32_t i = 0; order && i < s->n_runs; i++) {
        s->run[i].is_done = is_done(s, &s->run[i]);
        if (!s->run[i].is_done)
            order[(*n)++] = i;
    }
    sorting = s;
    if (order)
        qsort(order, (size_t)*n, sizeof *order, compare_cost);
    return order;
}

static int execute_run(const struct sweep *s, const struct sweep_run *run,
                       struct run_result *result)
{
    char *folder = run_folder(s, run);
    if (!folder)
        return status_no_memory("a file name", 0);
    const struct run_request request = {
        .parameters = &s->parameters[run->condition],
        .seed = run->seed,
        .folder = folder,
        .kernel = s->kernel,
        .n_threads = 1,
        .is_quiet = true,
        .overwrite = true,
        .pictures = s->pictures,
        .files = s->files[run->condition],
    };
    const int status = run_execute(&request, result);
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
    if (n < s->n_runs && !s->is_quiet)
        fprintf(stderr, "%s: %d of %d runs are done already\n", s->experiment.name, s->n_runs - n,
                s->n_runs);
    progress_start(&progress, s->experiment.name, "runs", n, s->is_quiet);
#pragma omp parallel for schedule(dynamic, 1) num_threads((int)s->n_threads)
    for (int32_t i = 0; i < n; i++) {
        struct sweep_run *run = &s->run[order[i]];
        struct run_result result;
        if (stopped_by_signal)
            continue;
        const int status = execute_run(s, run, &result);
#pragma omp critical
        {
            char name[FACTORS_MAX * EXPERIMENT_NAME_MAX + 32], note[400] = "";
            name_run(s, run, name, sizeof name);
            n_done++;
            run->is_done = status == STATUS_OK;
            run->has_failed = status != STATUS_OK;
            if (status == STATUS_OK) {
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
    if (stopped_by_signal)
        return status_fail(STATUS_INTERRUPTED - stopped_by_signal,
                           "stopped with %d of %d runs done: the same command goes on from there",
                           s->n_runs - n + n_done - n_failed, s->n_runs);
    if (n_failed > 0)
        return status_fail(STATUS_SYSTEM, "%d of %d runs failed; the same command tries them again",
                           n_failed, s->n_runs);
    return STATUS_OK;
}

/* A run's row of result.csv: the levels, the seed, then the rest; its seconds go to `times`. */
static int merge_run(const struct sweep *s, const struct sweep_run *run, FILE *results, FILE *times)
{
    char *folder = run_folder(s, run);
    char *path = folder ? file_join(folder, "result.csv") : NULL;
    struct text_reader reader;
    int status = path ? text_open(&reader, path) : status_no_memory("a file name", 0);
    if (status == STATUS_OK) {
        int more = text_next(&reader);
        more = more == 1 ? text_next(&reader) : more;
        char *field[16];
        int n = 0;
        for (char *at = more == 1 ? reader.text : NULL; at && n < 16; n++) {
            field[n] = at;
            at = strchr(at, ',');
            if (at)
                *at++ = '\0';
        }
        if (more < 0)
            status = more;
        else if (n != 13)
            status = status_fail(STATUS_USER,
                                 "%s: %d fields: expected 13; remove the folder and "
                                 "run the sweep again",
                                 path, n);
        for (int i = 0; i < s->experiment.n_factors && status == STATUS_OK; i++)
            fprintf(results, "%s,", experiment_level(&s->experiment, run->condition, i)->name);
        if (status == STATUS_OK) {
            fprintf(results, "%s,%s,%s,%s,%s", field[4], field[0], field[1], field[2], field[3]);
            for (int i = 5; i < 12; i++)
                fprintf(results, ",%s", field[i]);
            fprintf(results, "\n");
            char name[FACTORS_MAX * EXPERIMENT_NAME_MAX + 32];
            name_run(s, run, name, sizeof name);
            fprintf(times, "%s,%s\n", name, field[12]);
        }
        text_close(&reader);
    }
    free(folder);
    free(path);
    return status;
}

static int merge(const struct sweep *s)
{
    struct new_file results, times = {0};
    int status = file_create_in(&results, s->folder, "results.csv");
    if (status == STATUS_OK)
        status = file_create_in(&times, s->folder, "times.csv");
    if (status == STATUS_OK) {
        for (int i = 0; i < s->experiment.n_factors; i++)
            fprintf(results.stream, "%s,", s->experiment.factor[i].name);
        fprintf(results.stream, "seed,data_set,classes,synapses,policy,presentations,stopped_by,"
                                "tests,accuracy,ties,undecided,similarity\n");
        fprintf(times.stream, "run,seconds\n");
    }
    for (int32_t i = 0; i < s->n_runs && status == STATUS_OK; i++)
        if (s->run[i].is_done)
            status = merge_run(s, &s->run[i], results.stream, times.stream);
    if (status == STATUS_OK)
        status = file_commit(&results);
    if (status == STATUS_OK)
        status = file_commit(&times);
    file_abandon(&results);
    file_abandon(&times);
    return status;
}

/* Prints the runs and how long they may take, from a run of a few presentations a kind of data. */
static int print_plan(struct sweep *s)
{
    double total = 0, rate_shapes = 0, rate_files = 0;
    for (int32_t i = 0; i < s->n_runs; i++) {
        const struct sweep_run *run = &s->run[i];
        const struct parameters *p = &s->parameters[run->condition];
        double *rate = p->data.kind == DATA_SHAPES ? &rate_shapes : &rate_files;
        if (*rate == 0) {
            struct dataset dataset;
            struct training training;
            int status = s->files[run->condition]
                             ? dataset_init_from(&dataset, p, 1, s->files[run->condition])
                             : dataset_init(&dataset, p, 1);
            if (status != STATUS_OK)
                return status;
            status = training_init(&training, p, &dataset, s->kernel, 1, 1);
            const double start = progress_clock();
            for (int k = 0; k < 20 && status == STATUS_OK && !training.stopped_by; k++)
                status = training_step(&training);
            if (status == STATUS_OK) {
                test_network(&training.presenter, &training.network, &dataset, 100, NULL);
                *rate = (progress_clock() - start) / (20 * 1.5 + 200);
                training_free(&training);
            }
            dataset_free(&dataset);
            if (status != STATUS_OK)
                return status;
        }
        char name[FACTORS_MAX * EXPERIMENT_NAME_MAX + 32];
        name_run(s, run, name, sizeof name);
        printf("%s\n", name);
        total += *rate * run->cost;
    }
    printf("%d runs, about %.0f s on %lld threads\n", s->n_runs, total / (double)s->n_threads,
           (long long)s->n_threads);
    return STATUS_OK;
}

static int sweep(struct sweep *s)
{
    int status = experiment_read(&s->experiment, s->file);
    for (int i = 0; i < s->n_only && status == STATUS_OK; i++)
        status = experiment_restrict(&s->experiment, s->only[i]);
    if (status != STATUS_OK)
        return status;
    if (s->n_seeds == 0)
        s->n_seeds = s->experiment.n_runs;
    status = plan(s);
    if (status == STATUS_OK)
        status = load_files(s);
    if (status == STATUS_OK && s->is_dry)
        return print_plan(s);
    if (status == STATUS_OK)
        status = take_folder(s);
    if (status != STATUS_OK)
        return status;
    if (s->is_fresh)
        start_afresh(s);
    struct sigaction action = {.sa_handler = stop};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    const double start = progress_clock();
    status = execute_all(s);
    s->seconds = progress_clock() - start;
    if (stopped_by_signal)
        return status;
    char failure[512] = "";
    if (status != STATUS_OK) /* what is done is merged all the same */
        snprintf(failure, sizeof failure, "%s", status_message());
    const int merged = merge(s);
    if (merged != STATUS_OK)
        return merged;
    const int written = write_experiment(s);
    if (written != STATUS_OK)
        return written;
    int32_t n_done = 0;
    for (int32_t i = 0; i < s->n_runs; i++)
        n_done += s->run[i].is_done;
    printf("%d of %d runs of %s in %.1f s; results in %s/results.csv\n", n_done, s->n_runs,
           s->experiment.name, s->seconds, s->folder);
    return *failure ? status_fail(STATUS_SYSTEM, "%s", failure) : STATUS_OK;
}

enum { OPTION_RUNS = 1, OPTION_SEEDS, OPTION_THREADS, OPTION_SET_EXTRA, OPTION_ONLY };

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
    int status = options_number("--seeds: first", first, 0, INT64_MAX - 1, &s->first_seed);
    if (status == STATUS_OK)
        status =
            options_number("--seeds: last", dots + 2, s->first_seed, s->first_seed + 99999, &last);
    if (status == STATUS_OK)
        s->n_seeds = last - s->first_seed + 1;
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
        return options_number("--threads", argument, 1, 1024, &s->n_threads);
    case OPTION_ONLY:
        return keep(s->only, &s->n_only, FACTORS_MAX, "--only", argument);
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
    if (s->lock >= 0)
        close(s->lock);
}

int command_sweep(int argc, const char **argv)
{
    static struct sweep s;
    char *folder = NULL;
    int resume = 0; /* the default; named so that one may say it */
    s.first_seed = 1;
    s.n_threads = omp_get_num_procs();
    s.lock = -1;
    const struct poptOption table[] = {
        {"out", 'o', POPT_ARG_STRING, &folder, 0, "folder for the runs and results", "DIR"},
        {"runs", 0, POPT_ARG_STRING, NULL, OPTION_RUNS,
         "seeds 1 to N (default: what the experiment says)", "N"},
        {"seeds", 0, POPT_ARG_STRING, NULL, OPTION_SEEDS, "these seeds", "A..B"},
        {"threads", 0, POPT_ARG_STRING, NULL, OPTION_THREADS,
         "runs at the same time (default: one a core)", "N"},
        {"only", 0, POPT_ARG_STRING, NULL, OPTION_ONLY, "only these levels of a factor",
         "FACTOR=LEVEL|…"},
        {"set", 0, POPT_ARG_STRING, NULL, OPTION_SET_EXTRA, "set a parameter of all runs",
         "GROUP.KEY=VALUE"},
        {"resume", 0, POPT_ARG_NONE, &resume, 0, "keep the runs that are done (the default)", NULL},
        {"fresh", 0, POPT_ARG_NONE, &s.is_fresh, 0, "run all again", NULL},
        {"dry-run", 0, POPT_ARG_NONE, &s.is_dry, 0,
         "only print the runs and the time they may take", NULL},
        {"pictures", 0, POPT_ARG_NONE, &s.pictures, 0, "draw maps and learning curve of each run",
         NULL},
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
        status = status_fail(STATUS_USER, "sweep: an experiment's file and --out DIR are needed");
    } else if (status == STATUS_OK && folder && !*folder) {
        status = status_fail(STATUS_USER, "--out: an empty name: expected a folder");
    } else if (status == STATUS_OK) {
        s.file = *rest;
        s.folder = folder;
        status = sweep(&s);
    }
    sweep_free(&s);
    free(folder);
    poptFreeContext(context);
    return status;
}
