/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet bench: how fast, as ratios within one run, since machines are shared and noisy. All ways
 * of a table are measured in turn in each round, so that what slows the machine for a while slows
 * all of them. */
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <jansson.h>
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "commands/bench.h"
#include "commands/command.h"
#include "commands/options.h"
#include "core/file.h"
#include "core/progress.h"
#include "core/scope.h"
#include "core/shared_file.h"
#include "core/status.h"
#include "core/version.h"
#include "neuron/kernel_state.h"
#include "store/json_file.h"
#include "train/cost.h"

enum { WAYS_MAX = 64, PRESENTATIONS_MAX = 16 };

struct bench_values {
    struct command_values common;
    const char *json_path, *only;
    int64_t rounds, n_dendrites; /* n_dendrites 0: networks of all sizes */
    bool counts_instructions;
};

struct bench {
    const struct bench_values *asked;
    const char *task;
    FILE *table; /* where the figures are printed */
    json_t *rows;
};

/* ---- measuring ---- */

/* Ways to do something, and presentations that they use. */
struct ways {
    struct way way[WAYS_MAX];
    int n;
    struct presentation by[PRESENTATIONS_MAX]; /* [n_by] */
    int n_by;
};

static void free_ways(struct ways *ways)
{
    for (int i = 0; i < ways->n_by; i++)
        presentation_free(&ways->by[i]);
}

static struct way *add_way(struct ways *ways, const char *what, int n_threads,
                           int (*work)(struct subject *, struct way *))
{
    struct way *way = &ways->way[ways->n++];
    *way = (struct way){.work = work, .n_threads = n_threads};
    snprintf(way->what, sizeof way->what, "%s", what);
    return way;
}

/* Adds "WHAT, 1 thread" to "WHAT, N threads", each held against the first. */
static void add_threads(struct ways *ways, const char *what,
                        int (*work)(struct subject *, struct way *))
{
    const struct way *first = &ways->way[ways->n];
    for (int n = 1; n <= bench_n_threads(); n++) {
        char text[64];
        snprintf(text, sizeof text, "%s, %d thread%s", what, n, n > 1 ? "s" : "");
        add_way(ways, text, n, work)->reference = first;
    }
}

/* Makes a presentation of the subject's network. */
static int add_presentation(struct ways *ways, const struct subject *subject,
                            const struct kernel *kernel, int n_threads)
{
    TRY(presentation_init(&ways->by[ways->n_by], &subject->training.network, &subject->parameters,
                          kernel, n_threads));
    ways->n_by++;
    return STATUS_OK;
}

void bench_add_time(struct way *way, double seconds, double n)
{
    way->ms[way->n++] = 1000 * seconds / n;
}

static int measure(const struct bench *bench, struct subject *subject, struct ways *ways)
{
    SCOPED(progress_clear) struct progress progress;
    progress_start(&progress, bench->task, "rounds", bench->asked->rounds, false);
    for (int round = 0; round < bench->asked->rounds; round++) {
        for (int i = 0; i < ways->n; i++)
            TRY(ways->way[i].work(subject, &ways->way[i]));
        progress_update(&progress, round + 1, NULL);
    }
    return STATUS_OK;
}

static double median(const double *values, int n)
{
    double sorted[ROUNDS_MAX];
    memcpy(sorted, values, (size_t)n * sizeof *sorted);
    gsl_sort(sorted, 1, (size_t)n);
    return gsl_stats_median_from_sorted_data(sorted, 1, (size_t)n);
}

static double least(const struct way *way)
{
    return gsl_stats_min(way->ms, 1, (size_t)way->n);
}

/* The median over the rounds of reference / this: each round's ratio is of neighbours in time. */
static double speedup(const struct way *way)
{
    double ratios[ROUNDS_MAX];
    for (int i = 0; i < way->n; i++)
        ratios[i] = way->reference->ms[i] / way->ms[i];
    return median(ratios, way->n);
}

int bench_n_threads(void)
{
    const int n = omp_get_num_procs();
    return n < BENCH_THREADS_MAX ? n : BENCH_THREADS_MAX;
}

/* ---- telling ---- */

/* Adds a row of times, with how many times as fast as `against` they are (NaN: nothing is said). */
static void add_row(struct bench *bench, const struct way *way, double times_as_fast,
                    const char *against)
{
    const double median_ms = median(way->ms, way->n);
    json_t *speedup_json = isnan(times_as_fast) ? json_null() : json_real(times_as_fast);
    json_array_append_new(bench->rows,
                          json_pack("{ss ss sf sf so ss}", "task", bench->task, "what", way->what,
                                    "ms_min", least(way), "ms_median", median_ms, "speedup",
                                    speedup_json, "against", against));
    const int decimals = median_ms < 0.01 ? 7 : 4;
    fprintf(bench->table, "%-8s %-38s %10.*f %10.*f  ", bench->task, way->what, decimals,
            least(way), decimals, median_ms);
    if (isnan(times_as_fast))
        fprintf(bench->table, "\n");
    else
        fprintf(bench->table, "%8.2f x %s\n", times_as_fast, against);
    fflush(bench->table);
}

static void add_rows(struct bench *bench, const struct ways *ways, const char *against)
{
    for (const struct way *way = ways->way; way < ways->way + ways->n; way++)
        if (way->reference)
            add_row(bench, way, speedup(way), against);
        else
            add_row(bench, way, (double)NAN, "");
}

static void add_value(struct bench *bench, const char *what, double value, const char *unit)
{
    json_array_append_new(bench->rows, json_pack("{ss ss sf ss}", "task", bench->task, "what", what,
                                                 "value", value, "unit", unit));
    fprintf(bench->table, "%-8s %-38s %10.2f  %s\n", bench->task, what, value, unit);
    fflush(bench->table);
}

/* ---- subjects ---- */

static const char mnist_config[] = "experiments/mnist.cfg",
                  digits_config[] = "experiments/mnist10.cfg";

static void subject_free(struct subject *subject)
{
    for (int i = 0; i < IMAGES; i++) {
        stimulus_free(&subject->test[i]);
        stimulus_free(&subject->taught[i]);
    }
    training_free(&subject->training);
    dataset_free(&subject->dataset);
}

static int subject_read(struct subject *subject)
{
    struct parameters *p = &subject->parameters;
    TRY(parameters_preset(p, "authors"));
    if (subject->config)
        TRY(parameters_read(p, subject->config));
    return dataset_init(&subject->dataset, p, 1);
}

/* Encodes the first n test images, without and with a teacher. */
static int subject_encode(struct subject *subject, int n)
{
    const struct dataset *d = &subject->dataset;
    const struct encoder *encoder = &subject->training.presenter.encoder;
    for (int i = 0; i < n; i++) {
        TRY(stimulus_init(&subject->test[i], encoder));
        TRY(stimulus_init(&subject->taught[i], encoder));
        encode_image(encoder, &d->test, d->test_image[i], -1, &subject->test[i]);
        encode_image(encoder, &d->test, d->test_image[i], d->test_class[i], &subject->taught[i]);
    }
    return STATUS_OK;
}

static int subject_train(struct subject *subject, int n)
{
    TRY(training_init(&subject->training, &subject->parameters, &subject->dataset,
                      kernel_find(NULL), 1, 1));
    for (int i = 0; i < n; i++)
        TRY(training_step(&subject->training));
    return STATUS_OK;
}

/* ---- kernels ---- */

/* Seconds that this process has had a processor: what is done in one thread takes as many of them
 * beside other work, or hardly more. */
static double processor_clock(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static int time_presentations(struct subject *subject, struct way *way,
                              const struct stimulus *stimuli, float *calcium)
{
    const int n = way->by->kernel == kernels[0] ? 2 : IMAGES; /* the naive kernel is slow */
    const double start = processor_clock();
    for (int i = 0; i < n; i++)
        present(way->by, &subject->training.network, &stimuli[i], calcium);
    bench_add_time(way, processor_clock() - start, n);
    return STATUS_OK;
}

static int time_tested(struct subject *subject, struct way *way)
{
    return time_presentations(subject, way, subject->test, NULL);
}

static int time_taught(struct subject *subject, struct way *way)
{
    return time_presentations(subject, way, subject->taught,
                              subject->training.network.plastic.calcium);
}

/* Adds how much happens in a second on one core while this way presents the images. */
static void add_rates(struct bench *bench, const char *phase, const struct way *way,
                      const struct network *network, const struct stimulus *stimuli)
{
    struct cost cost = {0};
    for (int i = 0; i < IMAGES; i++) {
        present(way->by, network, &stimuli[i], NULL);
        cost_add(&cost, cost_of(network, &stimuli[i], way->by));
    }
    const struct {
        const char *of;
        int64_t n;
    } rates[] = {{"input spikes", cost.n_input_spikes},
                 {"spikes of cells", cost.n_somatic_spikes},
                 {"dendritic spikes", cost.n_dendritic_spikes},
                 {"synaptic events", cost.n_synaptic_events}};
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        char what[64];
        snprintf(what, sizeof what, "%s, %s", phase, rates[i].of);
        add_value(bench, what, (double)rates[i].n / IMAGES / least(way) / 1000,
                  "million a second and core");
    }
}

static int bench_kernels(struct bench *bench, struct subject *subject)
{
    SCOPED(free_ways) struct ways ways = {0};
    const struct way *fastest = ways.way; /* its test; its training follows */
    for (const struct kernel *const *kernel = kernels; *kernel; kernel++) {
        char what[64];
        if (!(*kernel)->is_supported())
            continue;
        TRY(add_presentation(&ways, subject, *kernel, 1));
        snprintf(what, sizeof what, "test, %s kernel", (*kernel)->name);
        struct way *test = add_way(&ways, what, 1, time_tested);
        snprintf(what, sizeof what, "training, %s kernel", (*kernel)->name);
        struct way *taught = add_way(&ways, what, 1, time_taught);
        test->by = taught->by = &ways.by[ways.n_by - 1];
        test->reference = &ways.way[0];
        taught->reference = &ways.way[1];
        fastest = *kernel == kernel_find(NULL) ? test : fastest;
    }
    TRY(measure(bench, subject, &ways));
    add_rows(bench, &ways, "naive");
    add_rates(bench, "test", fastest, &subject->training.network, subject->test);
    add_rates(bench, "training", fastest + 1, &subject->training.network, subject->taught);
    return STATUS_OK;
}

/* ---- a task ---- */

static int time_consolidation(struct subject *subject, struct way *way)
{
    struct network *network = &subject->training.network;
    double seconds = 0;
    for (int i = 0; i < IMAGES; i++) {
        present(&subject->training.presenter.presentation[0], network, &subject->taught[i],
                network->plastic.calcium);
        const double start = processor_clock();
        TRY(consolidate(&subject->training.consolidation, network));
        seconds += processor_clock() - start;
    }
    bench_add_time(way, seconds, IMAGES);
    return STATUS_OK;
}

static int time_encoding(struct subject *subject, struct way *way)
{
    struct presenter *presenter = &subject->training.presenter;
    const struct dataset *d = &subject->dataset;
    const double start = processor_clock();
    for (int i = 0; i < IMAGES; i++)
        encode_image(&presenter->encoder, &d->test, d->test_image[i], -1, &presenter->stimulus[0]);
    bench_add_time(way, processor_clock() - start, IMAGES);
    return STATUS_OK;
}

/* Test images spread over the threads. */
static int time_tests(struct subject *subject, struct way *way)
{
    enum { N_TESTS = 160 };
    const struct network *network = &subject->training.network;
    SCOPED(presenter_free) struct presenter presenter = {0};
    TRY(presenter_init(&presenter, &subject->parameters, network, kernel_find(NULL),
                       way->n_threads));
    test_network(&presenter, network, &subject->dataset, 2 * way->n_threads,
                 NULL); /* makes the threads start before time is measured */
    const double start = progress_clock();
    test_network(&presenter, network, &subject->dataset, N_TESTS, NULL);
    bench_add_time(way, progress_clock() - start, N_TESTS);
    return STATUS_OK;
}

/* Measures the start of a run, before this process reads any data: what it has itself counts as
 * the memory of one that it starts. */
static int bench_start(struct bench *bench, struct subject *subject)
{
    struct ways ways = {0};
    add_way(&ways, "start of a run (one image)", 1, bench_time_start);
    TRY(measure(bench, subject, &ways));
    add_rows(bench, &ways, "");
    add_value(bench, "its memory", (double)subject->start_kib / 1024, "MiB at most");
    return STATUS_OK;
}

static int bench_task(struct bench *bench, const char *task, const char *config)
{
    SCOPED(subject_free) struct subject subject = {.config = config};
    struct ways ways = {0};
    bench->task = task;
    TRY(bench_start(bench, &subject));
    TRY(subject_read(&subject));
    TRY(subject_train(&subject, 60));
    TRY(subject_encode(&subject, IMAGES));
    TRY(bench_kernels(bench, &subject));
    add_way(&ways, "consolidation", 1, time_consolidation);
    add_way(&ways, "encoding an image", 1, time_encoding);
    add_threads(&ways, "test image", time_tests);
    add_threads(&ways, "run of 20 presentations", bench_time_runs);
    add_way(&ways, "image, no sample tests, 1 thread", 1, bench_time_images);
    add_threads(&ways, "image and 2 sample tests", bench_time_samples);
    add_threads(&ways, "image with the error gate", bench_time_gate);
    TRY(measure(bench, &subject, &ways));
    add_rows(bench, &ways, "1 thread");
    return STATUS_OK;
}

/* Ten digits: the gate's free runs. */
static int bench_digits(struct bench *bench)
{
    SCOPED(subject_free) struct subject subject = {.config = digits_config};
    struct ways ways = {0};
    bench->task = "mnist10";
    TRY(subject_read(&subject));
    add_threads(&ways, "image with the error gate", bench_time_gate);
    TRY(measure(bench, &subject, &ways));
    add_rows(bench, &ways, "1 thread");
    return STATUS_OK;
}

/* ---- networks of any size ---- */

/* Makes a network as dense as the base network, in which 10 of 15 dendrites are of pyramidal cells
 * and 5 of interneurons, and a shape to show it. */
static int make_network(struct subject *subject, int32_t n_dendrites)
{
    struct parameters *p = &subject->parameters;
    TRY(parameters_preset(p, "authors"));
    p->pyramidal.neurons = n_dendrites < 30 ? 2 : n_dendrites / 15 / 2 * 2;
    p->connections.plastic = -1;
    p->input.duration_ms = n_dendrites < 10000 ? 4000 : 1000;
    p->input.active_ms = p->input.duration_ms - 100;
    p->data.train_per_class = p->data.test_per_class = 1;
    TRY(dataset_init(&subject->dataset, p, 1));
    TRY(subject_train(subject, 0));
    return subject_encode(subject, 1);
}

/* Presents a shape, a ms a step. */
static int time_steps(struct subject *subject, struct way *way)
{
    struct network *network = &subject->training.network;
    const int repeats = network->layout.n_dendrites < 10000 ? 4 : 1;
    const double start = progress_clock();
    for (int i = 0; i < repeats; i++)
        present(way->by, network, &subject->taught[0], network->plastic.calcium);
    bench_add_time(way, progress_clock() - start,
                   (double)repeats * subject->parameters.input.duration_ms);
    return STATUS_OK;
}

/* Adds to the last row of the JSON what the scale curve needs. */
static void describe_size(const struct bench *bench, int32_t n_dendrites, const struct way *way)
{
    json_t *row = json_array_get(bench->rows, json_array_size(bench->rows) - 1);
    if (way->n_threads > 0)
        json_object_set_new(row, "threads", json_integer(way->n_threads));
    json_object_update_new(row, json_pack("{si sf sI}", "dendrites", n_dendrites,
                                          "ns_a_step_and_dendrite", 1e6 * least(way) / n_dendrites,
                                          "state_bytes", (json_int_t)kernel_state_bytes(way->by)));
}

/* Adds a way to share a presentation: by n threads, or (0) by the program's own choice between all
 * of them and one. */
static int add_share(struct ways *ways, const struct subject *subject, int n_threads)
{
    char what[64];
    const int n = n_threads > 0 ? n_threads : bench_n_threads();
    TRY(add_presentation(ways, subject, kernel_find(NULL), n));
    struct presentation *by = &ways->by[ways->n_by - 1];
    if (n_threads > 0)
        team_share_always(&by->state->team);
    snprintf(what, sizeof what, "step, %d dendrites, %d thread%s%s",
             subject->training.network.layout.n_dendrites, n, n > 1 ? "s" : "",
             n_threads > 0 ? "" : " or 1");
    add_way(ways, what, n_threads, time_steps)->by = by;
    return STATUS_OK;
}

/* Measures the time of a step, and of a dendrite in it, and the memory. */
static int bench_size(struct bench *bench, int32_t n_dendrites)
{
    SCOPED(subject_free) struct subject subject = {0};
    SCOPED(free_ways) struct ways ways = {0};
    TRY(make_network(&subject, n_dendrites));
    for (int n = 1; n <= bench_n_threads(); n++)
        TRY(add_share(&ways, &subject, n));
    if (bench_n_threads() > 1)
        TRY(add_share(&ways, &subject, 0));
    TRY(measure(bench, &subject, &ways));
    for (const struct way *way = ways.way; way < ways.way + ways.n; way++) {
        /* Beside other work few rounds have all threads at work at once, so the least counts. */
        add_row(bench, way, least(ways.way) / least(way), "1 thread");
        describe_size(bench, subject.training.network.layout.n_dendrites, way);
    }
    return STATUS_OK;
}

static int bench_scale(struct bench *bench)
{
    static const int32_t sizes[] = {100,   300,    1000,   3000,   10000,
                                    30000, 100000, 300000, 1000000}; /* dendrites */
    bench->task = "scale";
    if (bench->asked->n_dendrites > 0)
        return bench_size(bench, (int32_t)bench->asked->n_dendrites);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        TRY(bench_size(bench, sizes[i]));
    return STATUS_OK;
}

/* ---- all of it ---- */

static int write_json(const struct bench *bench, const char *path)
{
    return json_file_write(path,
                           json_pack("{ss ss ss ss si sO}", "version", version_number, "revision",
                                     version_revision, "compiler", bench_compiler(), "kernel",
                                     kernel_find(NULL)->name, "processors", omp_get_num_procs(),
                                     "rows", bench->rows),
                           6);
}

static bool is_mnist_there(void)
{
    char found[SHARED_PATH_MAX];
    return file_exists(shared_file_find("datasets/mnist/train-images-idx3-ubyte", found)) &&
           file_exists(shared_file_find(mnist_config, found));
}

static int bench_mnist(struct bench *bench)
{
    if (!is_mnist_there()) {
        fprintf(bench->table, "mnist: left out: datasets/fetch.sh mnist fetches it\n");
        return STATUS_OK;
    }
    TRY(bench_task(bench, "mnist", mnist_config));
    return bench_digits(bench);
}

static int bench_parts(struct bench *bench)
{
    const char *only = bench->asked->n_dendrites > 0 ? "scale" : bench->asked->only;
    fprintf(
        bench->table,
        "the fast kernel here: %s; %d processors; ms a presentation, image, run or step (of the "
        "processor where nothing says how many threads)\n"
        "%-8s %-38s %10s %10s  %s\n",
        kernel_find(NULL)->name, omp_get_num_procs(), "task", "what", "least", "median",
        "speed-up");
    if (!only || strcmp(only, "shapes") == 0)
        TRY(bench_task(bench, "shapes", NULL));
    if (!only || strcmp(only, "mnist") == 0)
        TRY(bench_mnist(bench));
    return !only || strcmp(only, "scale") == 0 ? bench_scale(bench) : STATUS_OK;
}

static void free_rows(struct bench *bench)
{
    json_decref(bench->rows);
}

static int bench(void *values)
{
    const struct bench_values *v = values;
    SCOPED(free_rows) struct bench bench = {.asked = v, .rows = json_array()};
    bench.table = v->json_path && file_is_standard_output(v->json_path) ? stderr : stdout;
    if (v->json_path)
        TRY(options_check_file("--json", v->json_path));
    TRY(v->counts_instructions ? bench_instructions(bench.rows, bench.table) : bench_parts(&bench));
    return v->json_path ? write_json(&bench, v->json_path) : STATUS_OK;
}

static int take_only(void *values, const char *argument)
{
    struct bench_values *v = values;
    v->only = argument;
    if (strcmp(argument, "shapes") == 0 || strcmp(argument, "mnist") == 0 ||
        strcmp(argument, "scale") == 0)
        return STATUS_OK;
    return status_fail(STATUS_USER, "--only %.100s: expected shapes, mnist or scale", argument);
}

#define AT(member) .at = offsetof(struct bench_values, member)
static const struct option options[] = {
    {"json", 0, "FILE", "write the figures to a file, too, or to - (default: not written)",
     AT(json_path)},
    {.name = "only",
     .value = "shapes|mnist|scale",
     .help = "one part of it (default: all)",
     .take = take_only},
    {"rounds", 0, "N", "measure each figure so often (default: 7)", AT(rounds), 1, ROUNDS_MAX, 7},
    {"dendrites", 0, "N", "only the scale of networks, at one size (default: several)",
     AT(n_dendrites), 100, 10000000},
    {"instructions", 0, NULL,
     "in place of times, count the instructions of a presentation of shapes, with valgrind",
     AT(counts_instructions)},
    {0},
};

const struct command command_bench = {
    .name = "bench",
    .summary = "measure how fast it is",
    .description = "Times the parts of training on this machine, and networks of growing size, in "
                   "a minute or two.",
    .usage = "[--only shapes|mnist|scale] [--json FILE]",
    .options = options,
    .size = sizeof(struct bench_values),
    .run = bench,
};
