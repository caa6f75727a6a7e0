/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet bench: whole runs, from their start to their samples. Time is that of the clock, but for
 * the start, which is one thread's. */
#include <sys/resource.h>
#include <unistd.h>

#include "commands/bench.h"
#include "core/file.h"
#include "core/process.h"
#include "core/progress.h"
#include "core/scope.h"
#include "core/status.h"

/* Trains until the end, or for so many presentations. */
static int run(const struct parameters *p, const struct dataset *dataset, uint64_t seed,
               int32_t n_presentations, int n_threads)
{
    SCOPED(training_free) struct training training = {0};
    TRY(training_init(&training, p, dataset, kernel_find(NULL), seed, n_threads));
    while (training.stopped_by == STOP_NOT_YET && training.n_presentations < n_presentations)
        TRY(training_step(&training));
    training_take_sample(&training);
    return STATUS_OK;
}

int bench_time_runs(struct subject *subject, struct way *way)
{
    const int n_runs = 4 * bench_n_threads();
    int failed = STATUS_OK;
    const double start = progress_clock();
#pragma omp parallel for schedule(dynamic) num_threads(way->n_threads)
    for (int i = 0; i < n_runs; i++) {
        const int status = run(&subject->parameters, &subject->dataset, (uint64_t)i + 1, 20, 1);
        if (status != STATUS_OK) {
#pragma omp atomic write
            failed = status;
        }
    }
    bench_add_time(way, progress_clock() - start, n_runs);
    return failed;
}

/* Measures the time of an image in training, building the network left out. */
static int time_images(const struct parameters *p, const struct dataset *dataset, struct way *way)
{
    enum { N_WARM = 4, N_IMAGES = 60 };
    SCOPED(training_free) struct training training = {0};
    TRY(training_init(&training, p, dataset, kernel_find(NULL), 1, way->n_threads));
    for (int i = 0; i < N_WARM; i++)
        TRY(training_step(&training));
    const double start = progress_clock();
    for (int i = 0; i < N_IMAGES; i++)
        TRY(training_step(&training));
    training_take_sample(&training);
    bench_add_time(way, progress_clock() - start, N_IMAGES);
    return STATUS_OK;
}

int bench_time_images(struct subject *subject, struct way *way)
{
    struct parameters p = subject->parameters;
    p.test.sample_period = 0;
    return time_images(&p, &subject->dataset, way);
}

int bench_time_samples(struct subject *subject, struct way *way)
{
    struct parameters p = subject->parameters;
    p.test.sample_period = 16;
    p.test.sample_images = 32;
    return time_images(&p, &subject->dataset, way);
}

int bench_time_gate(struct subject *subject, struct way *way)
{
    struct parameters p = subject->parameters;
    p.plasticity.gate = GATE_ERROR;
    return time_images(&p, &subject->dataset, way);
}

/* Processor seconds of the processes that have ended, and the most memory that one had, kB. */
static double ended_processes(long *most)
{
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    *most = usage.ru_maxrss;
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

struct words {
    const char *word[40];
    int n;
};

static void add_words(struct words *words, char *text)
{
    char *rest = NULL;
    for (char *word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        words->word[words->n++] = word;
}

int bench_train(const char *tool, const char *options, int *code, char **output)
{
    char program[4096], folder[4096], run[5000], before[100], after[1000];
    struct words words = {.n = 0};
    const ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    program[n > 0 ? n : 0] = '\0';
    TRY(file_make_folder_for_now(folder, "bench"));
    snprintf(run, sizeof run, "%s/run", folder);
    snprintf(before, sizeof before, "%s", tool);
    snprintf(after, sizeof after,
             "train --quiet --no-pictures --threads 1 --seed 1 --checkpoint-every 0 "
             "--set test.sample_period=0 %s --out",
             options);
    add_words(&words, before);
    words.word[words.n++] = program;
    add_words(&words, after);
    words.word[words.n++] = run;
    *code = process_run(words.word, output);
    file_remove_folder(folder);
    return STATUS_OK;
}

int bench_time_start(struct subject *subject, struct way *way)
{
    char options[200];
    OWNED char *output = NULL;
    int code;
    snprintf(options, sizeof options,
             "%s%s --set stopping.max_presentations=1 --set test.max_images=1",
             subject->config ? "--config " : "", subject->config ? subject->config : "");
    const double before = ended_processes(&subject->start_kib);
    TRY(bench_train("", options, &code, &output));
    if (code != 0)
        return status_fail(STATUS_SYSTEM, "bench: a run failed: %.400s", output);
    bench_add_time(way, ended_processes(&subject->start_kib) - before, 1);
    return STATUS_OK;
}
