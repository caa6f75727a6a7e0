/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet bench: whole runs, from their start to their samples. Time is that of the clock, but for
 * the start, which is one thread's. */
#include <stdlib.h>
#include <string.h>
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

/* ---- instructions: a figure that does not depend on what else the machine does ----
 *
 * The program runs itself under `valgrind --tool=callgrind`, which counts every instruction; what a
 * presentation takes is the difference between runs that have ten more of them, since all else in
 * them is the same. */

enum { FEW = 10, MANY = 20 }; /* presentations */

const char *bench_compiler(void)
{
#if defined(__clang__)
#    define COMPILER "clang " __clang_version__
#else
#    define COMPILER "gcc " __VERSION__
#endif
#if !defined(__OPTIMIZE__) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return COMPILER ", for debugging";
#elif defined(__AVX__)
    return COMPILER ", MARCH";
#else
    return COMPILER;
#endif
}

/* Reads "Collected : 361571426" from what valgrind prints; 0 if it is not there. */
static int64_t read_count(const char *output)
{
    static const char label[] = "Collected : ";
    const char *found = strstr(output, label);
    return found ? strtoll(found + strlen(label), NULL, 10) : 0;
}

/* Counts the instructions of a whole run. */
static int count_run(const char *kernel, int n_training, int n_tests, int64_t *count)
{
    char options[300];
    OWNED char *output = NULL;
    int code;
    snprintf(options, sizeof options,
             "--kernel %s --set stopping.max_presentations=%d --set test.max_images=%d "
             "--set stopping.fraction=1 --set data.train_per_class=20",
             kernel, n_training, n_tests);
    TRY(bench_train("valgrind --tool=callgrind --callgrind-out-file=/dev/null", options, &code,
                    &output));
    if (code == 127)
        return status_fail(STATUS_USER, "--instructions: valgrind cannot be started; it is "
                                        "Debian's package valgrind");
    *count = read_count(output);
    return code == 0 && *count > 0
               ? STATUS_OK
               : status_fail(STATUS_SYSTEM, "--instructions: valgrind failed: %.400s", output);
}

static void add_row(json_t *rows, FILE *table, const char *what, const char *kernel, int64_t count)
{
    char row[64];
    snprintf(row, sizeof row, "%s, %s kernel", what, kernel);
    json_array_append_new(rows, json_pack("{ss ss sI}", "task", "shapes", "what", row,
                                          "instructions", (json_int_t)count));
    fprintf(table, "%-8s %-34s %12lld\n", "shapes", row, (long long)count);
    fflush(table);
}

static int count_kernel(const char *kernel, json_t *rows, FILE *table)
{
    int64_t base, trained, tested;
    TRY(count_run(kernel, FEW, FEW, &base));
    TRY(count_run(kernel, FEW, MANY, &tested));
    TRY(count_run(kernel, MANY, FEW, &trained));
    add_row(rows, table, "test", kernel, (tested - base) / (MANY - FEW));
    add_row(rows, table, "training", kernel, (trained - base) / (MANY - FEW));
    return STATUS_OK;
}

int bench_instructions(json_t *rows, FILE *table)
{
    int status = STATUS_OK;
    fprintf(table, "%s; instructions a presentation\n", bench_compiler());
    for (const struct kernel *const *k = kernels; *k && status == STATUS_OK; k++) {
        const bool is_known = strcmp((*k)->name, "naive") != 0 && strcmp((*k)->name, "avx512") != 0;
        if (is_known && (*k)->is_supported()) /* valgrind has no AVX-512 */
            status = count_kernel((*k)->name, rows, table);
    }
    return status;
}
