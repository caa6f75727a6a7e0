/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet bench: how fast, as ratios within one run, since machines are shared and noisy. Every
 * figure is measured in rounds, all competitors of a table in turn, so that what slows the machine
 * for a while slows all of them. */
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
#include "data/shapes.h"
#include "network/connect.h"
#include "neuron/kernel_state.h"
#include "report/page.h"
#include "store/json_file.h"
#include "train/cost.h"

enum { KERNELS_MAX = 8, BENCH_THREADS_MAX = 8 };

struct plan {
    bool shapes, mnist, scale;
    const int32_t *sizes; /* [n_sizes] dendrites */
    int rounds, scale_rounds, n_sizes, n_threads;
};

struct bench {
    const struct plan *plan;
    const char *task;
    FILE *table; /* where the figures are printed */
    json_t *rows;
    struct progress progress;
    int64_t n_done;
};

static double median(const struct timing *timing)
{
    struct timing sorted = *timing;
    gsl_sort(sorted.ms, 1, (size_t)sorted.n);
    return gsl_stats_median_from_sorted_data(sorted.ms, 1, (size_t)sorted.n);
}

static double least(const struct timing *timing)
{
    return gsl_stats_min(timing->ms, 1, (size_t)timing->n);
}

/* The median over the rounds of reference / this: each round's ratio is of neighbours in time. */
static double ratio(const struct timing *reference, const struct timing *timing)
{
    struct timing ratios = {.n = timing->n < reference->n ? timing->n : reference->n};
    for (int i = 0; i < ratios.n; i++)
        ratios.ms[i] = reference->ms[i] / timing->ms[i];
    return ratios.n > 0 ? median(&ratios) : NAN;
}

static void free_rows(struct bench *bench)
{
    json_decref(bench->rows);
}

/* Adds a row of the table: of times, with how many times as fast as what they are. */
static void add_row(struct bench *bench, const char *what, const struct timing *timing,
                    double speedup, const char *against)
{
    json_array_append_new(bench->rows,
                          json_pack("{ss ss sf sf so ss}", "task", bench->task, "what", what,
                                    "ms_min", least(timing), "ms_median", median(timing), "speedup",
                                    isnan(speedup) ? json_null() : json_real(speedup), "against",
                                    against));
    progress_clear(&bench->progress);
    fprintf(bench->table, "%-8s %-38s %10.4f %10.4f  ", bench->task, what, least(timing),
            median(timing));
    if (isnan(speedup))
        fprintf(bench->table, "\n");
    else
        fprintf(bench->table, "%8.2f x %s\n", speedup, against);
    fflush(bench->table);
}

static void add_value(struct bench *bench, const char *what, double value, const char *unit)
{
    json_array_append_new(bench->rows, json_pack("{ss ss sf ss}", "task", bench->task, "what", what,
                                                 "value", value, "unit", unit));
    progress_clear(&bench->progress);
    fprintf(bench->table, "%-8s %-38s %10.2f  %s\n", bench->task, what, value, unit);
    fflush(bench->table);
}

/* Seconds that this process has had a processor: what is done in one thread takes as many of them
 * beside other work, or hardly more. */
static double processor_clock(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

void bench_add_time(struct timing *timing, double seconds, double n)
{
    timing->ms[timing->n++] = 1000 * seconds / n;
}

static void tell_round(struct bench *bench)
{
    progress_update(&bench->progress, ++bench->n_done, bench->task);
}

/* Adds a row for each number of threads n, whose times are timing[n]. */
static void add_rows_of_threads(struct bench *bench, const char *what, const struct timing *timing)
{
    for (int n = 1; n <= bench->plan->n_threads; n++) {
        char row[80];
        snprintf(row, sizeof row, "%s, %d thread%s", what, n, n > 1 ? "s" : "");
        add_row(bench, row, &timing[n], ratio(&timing[1], &timing[n]), "1 thread");
    }
}

int bench_n_threads(void)
{
    const int n = omp_get_num_procs();
    return n < BENCH_THREADS_MAX ? n : BENCH_THREADS_MAX;
}

/* Several presentations of one network, each by another kernel or with other threads. */
struct presentations {
    struct presentation by[ROUNDS_MAX];
};

static void free_presentations(struct presentations *presentations)
{
    for (int i = 0; i < ROUNDS_MAX; i++)
        presentation_free(&presentations->by[i]);
}

/* ---- a task ---- */

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

static int subject_train(struct subject *subject)
{
    const struct dataset *d = &subject->dataset;
    const struct encoder *encoder = &subject->training.presenter.encoder;
    TRY(training_init(&subject->training, &subject->parameters, d, kernel_find(NULL), 1, 1));
    for (int i = 0; i < 60; i++)
        TRY(training_step(&subject->training));
    for (int i = 0; i < IMAGES; i++) {
        TRY(stimulus_init(&subject->test[i], encoder));
        TRY(stimulus_init(&subject->taught[i], encoder));
        encode_image(encoder, &d->test, d->test_image[i], -1, &subject->test[i]);
        encode_image(encoder, &d->test, d->test_image[i], d->test_class[i], &subject->taught[i]);
    }
    return STATUS_OK;
}

static void time_presentations(struct timing *timing, struct presentation *presentation,
                               const struct network *network, const struct stimulus *stimuli, int n,
                               float *calcium)
{
    const double start = processor_clock();
    for (int i = 0; i < n; i++)
        present(presentation, network, &stimuli[i], calcium);
    bench_add_time(timing, processor_clock() - start, n);
}

/* Adds how much happens in a second on one core, where a presentation takes so many ms. */
static void add_rates(struct bench *bench, const char *phase, struct presentation *presentation,
                      const struct network *network, const struct stimulus *stimuli, double ms)
{
    struct cost cost = {0};
    for (int i = 0; i < IMAGES; i++) {
        present(presentation, network, &stimuli[i], NULL);
        cost_add(&cost, cost_of(network, &stimuli[i], presentation));
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
        add_value(bench, what, (double)rates[i].n / IMAGES / ms / 1000,
                  "million a second and core");
    }
}

static int find_kernels(const struct kernel *found[KERNELS_MAX])
{
    int n = 0;
    for (const struct kernel *const *kernel = kernels; *kernel; kernel++)
        if ((*kernel)->is_supported())
            found[n++] = *kernel;
    return n;
}

static int bench_kernels(struct bench *bench, struct subject *subject)
{
    SCOPED(free_presentations) struct presentations presentations = {0};
    struct timing test[KERNELS_MAX] = {0}, taught[KERNELS_MAX] = {0};
    const struct kernel *used[KERNELS_MAX];
    const int n_kernels = find_kernels(used);
    int fastest = 0;
    struct network *network = &subject->training.network;
    for (int k = 0; k < n_kernels; k++)
        TRY(presentation_init(&presentations.by[k], network, &subject->parameters, used[k], 1));
    for (int round = 0; round < bench->plan->rounds; round++)
        for (int k = 0; k < n_kernels; k++) {
            const int n = used[k] == kernels[0] ? 2 : IMAGES; /* the naive kernel is slow */
            struct presentation *by = &presentations.by[k];
            time_presentations(&test[k], by, network, subject->test, n, NULL);
            time_presentations(&taught[k], by, network, subject->taught, n,
                               network->plastic.calcium);
            tell_round(bench);
        }
    for (int k = 0; k < n_kernels; k++) {
        char what[64];
        snprintf(what, sizeof what, "test, %s kernel", used[k]->name);
        add_row(bench, what, &test[k], ratio(&test[0], &test[k]), "naive");
        snprintf(what, sizeof what, "training, %s kernel", used[k]->name);
        add_row(bench, what, &taught[k], ratio(&taught[0], &taught[k]), "naive");
        fastest = used[k] == kernel_find(NULL) ? k : fastest;
    }
    struct presentation *by = &presentations.by[fastest];
    add_rates(bench, "test", by, network, subject->test, least(&test[fastest]));
    add_rates(bench, "training", by, network, subject->taught, least(&taught[fastest]));
    return STATUS_OK;
}

static int time_consolidation(struct subject *subject, int n_threads, struct timing *timing)
{
    struct network *network = &subject->training.network;
    double seconds = 0;
    (void)n_threads;
    for (int i = 0; i < IMAGES; i++) {
        present(&subject->training.presenter.presentation[0], network, &subject->taught[i],
                network->plastic.calcium);
        const double start = processor_clock();
        TRY(consolidate(&subject->training.consolidation, network));
        seconds += processor_clock() - start;
    }
    bench_add_time(timing, seconds, IMAGES);
    return STATUS_OK;
}

static int time_encoding(struct subject *subject, int n_threads, struct timing *timing)
{
    struct presenter *presenter = &subject->training.presenter;
    const struct dataset *d = &subject->dataset;
    (void)n_threads;
    const double start = processor_clock();
    for (int i = 0; i < IMAGES; i++)
        encode_image(&presenter->encoder, &d->test, d->test_image[i], -1, &presenter->stimulus[0]);
    bench_add_time(timing, processor_clock() - start, IMAGES);
    return STATUS_OK;
}

/* Test images spread over the threads. */
static int time_tests(struct subject *subject, int n_threads, struct timing *timing)
{
    enum { N_TESTS = 160 };
    const struct network *network = &subject->training.network;
    SCOPED(presenter_free) struct presenter presenter = {0};
    TRY(presenter_init(&presenter, &subject->parameters, network, kernel_find(NULL), n_threads));
    test_network(&presenter, network, &subject->dataset, 2 * n_threads,
                 NULL); /* makes the threads start before time is measured */
    const double start = progress_clock();
    test_network(&presenter, network, &subject->dataset, N_TESTS, NULL);
    bench_add_time(timing, progress_clock() - start, N_TESTS);
    return STATUS_OK;
}

static const struct row {
    const char *what;
    bool is_of_threads; /* by 1 … n threads, with a row for each; else by one */
    bench_work *time;
} rows[] = {
    {"start of a run (one image)", false, bench_time_start},
    {"consolidation", false, time_consolidation},
    {"encoding an image", false, time_encoding},
    {"test image", true, time_tests},
    {"run of 20 presentations", true, bench_time_runs},
    {"image, no sample tests, 1 thread", false, bench_time_images},
    {"image and 2 sample tests", true, bench_time_samples},
    {"image with the error gate", true, bench_time_gate},
};
enum { N_ROWS = sizeof rows / sizeof *rows, ROW_AFTER_START = 1, ROW_GATE = 7 };

static int count_ways(const struct row *row, int n_threads)
{
    return row->is_of_threads ? n_threads : 1;
}

/* Measures rows first … end - 1, all of them in turn in each round. */
static int bench_rows(struct bench *bench, struct subject *subject, int first, int end)
{
    struct timing timing[N_ROWS][BENCH_THREADS_MAX + 1] = {0};
    for (int round = 0; round < bench->plan->rounds; round++)
        for (int k = first; k < end; k++)
            for (int n = 1; n <= count_ways(&rows[k], bench->plan->n_threads); n++) {
                TRY(rows[k].time(subject, n, &timing[k][n]));
                tell_round(bench);
            }
    for (int k = first; k < end; k++)
        if (rows[k].is_of_threads)
            add_rows_of_threads(bench, rows[k].what, timing[k]);
        else
            add_row(bench, rows[k].what, &timing[k][1], NAN, "");
    return STATUS_OK;
}

/* The start of a run comes before the data are read: what this process has counts as the memory of
 * one that it starts. */
static int bench_task(struct bench *bench, const char *task, const char *config)
{
    SCOPED(subject_free) struct subject subject = {.config = config};
    bench->task = task;
    TRY(bench_rows(bench, &subject, 0, ROW_AFTER_START));
    add_value(bench, "its memory", (double)subject.start_kib / 1024, "MiB at most");
    TRY(subject_read(&subject));
    TRY(subject_train(&subject));
    TRY(bench_kernels(bench, &subject));
    return bench_rows(bench, &subject, ROW_AFTER_START, N_ROWS);
}

/* Ten digits: the gate's free runs. */
static int bench_digits(struct bench *bench)
{
    SCOPED(subject_free) struct subject subject = {.config = digits_config};
    bench->task = "mnist10";
    TRY(subject_read(&subject));
    return bench_rows(bench, &subject, ROW_GATE, ROW_GATE + 1);
}

/* ---- networks of any size ---- */

/* How many ways there are to share a presentation: 1 thread, 2 that share it, … and the program's
 * own choice between all of them and one. */
static int count_shares(int n_threads)
{
    return n_threads + (n_threads > 1);
}

/* A network and an image to show it. */
struct exhibit {
    struct parameters parameters;
    struct network network;
    struct stimulus stimulus;
};

static void exhibit_free(struct exhibit *exhibit)
{
    network_free(&exhibit->network);
    stimulus_free(&exhibit->stimulus);
}

/* Makes a network as dense as the base network, in which 10 of 15 dendrites are of pyramidal cells
 * and 5 of interneurons, and a shape to show it. */
static int exhibit_init(struct exhibit *exhibit, int32_t n_dendrites)
{
    struct parameters *p = &exhibit->parameters;
    struct network *network = &exhibit->network;
    const struct shapes_recipe recipe = {.stability = 1, .overlap = 2, .n_per_class = 1};
    SCOPED(images_free) struct images images = {0};
    SCOPED(encoder_free) struct encoder encoder = {0};
    TRY(parameters_preset(p, "authors"));
    p->pyramidal.neurons = n_dendrites < 30 ? 2 : n_dendrites / 15 / 2 * 2;
    p->connections.plastic = -1;
    p->input.duration_ms = n_dendrites < 10000 ? 4000 : 1000;
    p->input.active_ms = p->input.duration_ms - 100;
    TRY(connect_network(network, p, 2, SHAPES_SIDE * SHAPES_SIDE, 1));
    TRY(shapes_generate(&images, &recipe, 1, SHAPES_TRAIN, false));
    TRY(encoder_init(&encoder, p, network->layout.n_inputs));
    TRY(stimulus_init(&exhibit->stimulus, &encoder));
    encode_image(&encoder, &images, 0, 0, &exhibit->stimulus);
    return STATUS_OK;
}

/* Adds to the last row of the JSON what the scale curve needs. */
static void describe_size(const struct bench *bench, const struct exhibit *exhibit,
                          const struct presentation *presentation, double ms, int n_threads)
{
    const struct network *network = &exhibit->network;
    json_t *row = json_array_get(bench->rows, json_array_size(bench->rows) - 1);
    int64_t n_spikes = 0, n_fixed = 0;
    for (int32_t n = 0; n < network->layout.n_neurons; n++)
        n_spikes += presentation->spikes[n];
    for (int32_t k = 0; k < network->n_projections; k++)
        n_fixed += network->projection[k].n;
    if (n_threads > 0)
        json_object_set_new(row, "threads", json_integer(n_threads));
    json_object_update_new(row, json_pack("{si sf sf si sI sI}", "dendrites",
                                          network->layout.n_dendrites, "ns_a_step_and_dendrite",
                                          1e6 * ms / network->layout.n_dendrites, "spikes_a_step",
                                          (double)n_spikes / exhibit->parameters.input.duration_ms,
                                          "plastic_synapses", network->plastic.n, "fixed_synapses",
                                          (json_int_t)n_fixed, "state_bytes",
                                          (json_int_t)kernel_state_bytes(presentation)));
}

/* Measures the time of a step, and of a dendrite in it, and the memory. */
static int bench_size(struct bench *bench, int32_t n_dendrites)
{
    SCOPED(exhibit_free) struct exhibit exhibit = {0};
    SCOPED(free_presentations) struct presentations presentations = {0};
    struct timing timing[ROUNDS_MAX] = {0};
    const int n_threads = bench->plan->n_threads, n_ways = count_shares(n_threads);
    const int repeats = n_dendrites < 10000 ? 4 : 1;
    struct network *network = &exhibit.network;
    TRY(exhibit_init(&exhibit, n_dendrites));
    for (int n = 1; n <= n_ways; n++) {
        TRY(presentation_init(&presentations.by[n], network, &exhibit.parameters, kernel_find(NULL),
                              n <= n_threads ? n : n_threads));
        if (n <= n_threads)
            team_share_always(&presentations.by[n].state->team);
    }
    for (int round = 0; round < bench->plan->scale_rounds; round++)
        for (int n = 1; n <= n_ways; n++) {
            const double start = progress_clock();
            for (int i = 0; i < repeats; i++)
                present(&presentations.by[n], network, &exhibit.stimulus, network->plastic.calcium);
            bench_add_time(&timing[n], progress_clock() - start,
                           (double)repeats * exhibit.parameters.input.duration_ms);
            tell_round(bench);
        }
    for (int n = 1; n <= n_ways; n++) {
        char what[80];
        const bool is_either = n > n_threads;
        snprintf(what, sizeof what, "step, %d dendrites, %d thread%s", network->layout.n_dendrites,
                 is_either ? n_threads : n,
                 is_either ? "s or 1"
                 : n > 1   ? "s"
                           : "");
        /* beside other work few rounds have all threads at work at once, so the least of each count
         */
        add_row(bench, what, &timing[n], least(&timing[1]) / least(&timing[n]), "1 thread");
        describe_size(bench, &exhibit, &presentations.by[n], least(&timing[n]), is_either ? 0 : n);
    }
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

/* The scale curve as FOLDER/scale.png. */
static int draw_scale(const struct bench *bench, const char *folder)
{
    SCOPED(page_free) struct page page = {0};
    SCOPED(figure_free) struct figure figure = {0};
    size_t i;
    json_t *row;
    TRY(page_begin(&page, folder, ""));
    TRY(figure_begin(&figure, "scale"));
    json_array_foreach(bench->rows, i, row)
    {
        json_t *dendrites = json_object_get(row, "dendrites"),
               *threads = json_object_get(row, "threads");
        if (dendrites)
            figure_put_row(&figure, "lines", "panel %s, series %p, x %p, y %p", "",
                           threads ? json_incref(threads) : json_string("chosen"),
                           json_incref(dendrites),
                           json_incref(json_object_get(row, "ns_a_step_and_dendrite")));
    }
    TRY(page_put_figure(&page, &figure));
    return page_write_pictures(&page, "png", folder);
}

static const int32_t sizes[] = {100,   300,    1000,   3000,   10000,
                                30000, 100000, 300000, 1000000}; /* dendrites */

/* Decides what is measured and how often; rounds 0: the usual number. USER if `only` names no part.
 */
static int plan(struct plan *plan, bool is_full, int rounds, const char *only)
{
    *plan = (struct plan){.shapes = !only || strcmp(only, "shapes") == 0,
                          .mnist = !only || strcmp(only, "mnist") == 0,
                          .scale = !only || strcmp(only, "scale") == 0,
                          .rounds = rounds > 0 ? rounds
                                    : is_full  ? 15
                                               : 7,
                          .scale_rounds = rounds > 0 ? rounds
                                          : is_full  ? 5
                                                     : 3,
                          .sizes = sizes,
                          .n_sizes = is_full ? 9 : 7,
                          .n_threads = bench_n_threads()};
    return plan->shapes || plan->mnist || plan->scale
               ? STATUS_OK
               : status_fail(STATUS_USER, "--only %.100s: expected shapes, mnist or scale", only);
}

static bool is_mnist_there(void)
{
    char found[SHARED_PATH_MAX];
    return file_exists(shared_file_find("datasets/mnist/train-images-idx3-ubyte", found)) &&
           file_exists(shared_file_find(mnist_config, found));
}

static int count_rounds(const struct plan *plan, bool with_mnist)
{
    const struct kernel *found[KERNELS_MAX];
    int n_ways = find_kernels(found);
    for (int k = 0; k < N_ROWS; k++)
        n_ways += count_ways(&rows[k], plan->n_threads);
    n_ways *= plan->shapes + with_mnist;
    n_ways += with_mnist * count_ways(&rows[ROW_GATE], plan->n_threads);
    return n_ways * plan->rounds +
           plan->scale * plan->n_sizes * count_shares(plan->n_threads) * plan->scale_rounds;
}

static int bench_all(struct bench *bench)
{
    const struct plan *plan = bench->plan;
    const bool with_mnist = plan->mnist && is_mnist_there();
    progress_start(&bench->progress, "bench", "rounds", count_rounds(plan, with_mnist), false);
    fprintf(
        bench->table,
        "the fast kernel here: %s; %d processors; ms a presentation, image, run or step (of the "
        "processor where nothing says how many threads)\n"
        "%-8s %-38s %10s %10s  %s\n",
        kernel_find(NULL)->name, omp_get_num_procs(), "task", "what", "least", "median",
        "speed-up");
    if (plan->shapes)
        TRY(bench_task(bench, "shapes", NULL));
    if (with_mnist) {
        TRY(bench_task(bench, "mnist", mnist_config));
        TRY(bench_digits(bench));
    } else if (plan->mnist) {
        fprintf(bench->table, "mnist: left out: datasets/fetch.sh mnist fetches it\n");
    }
    bench->task = "scale";
    for (int i = 0; plan->scale && i < plan->n_sizes; i++)
        TRY(bench_size(bench, plan->sizes[i]));
    return STATUS_OK;
}

struct bench_values {
    struct command_values common;
    const char *json_path, *only, *chart_folder;
    int64_t rounds, n_dendrites;
    bool is_full, counts_instructions;
};

static int measure(struct bench *bench)
{
    const int status = bench_all(bench);
    progress_clear(&bench->progress);
    return status;
}

static int bench(void *values)
{
    const struct bench_values *v = values;
    struct plan todo;
    SCOPED(free_rows) struct bench bench = {.plan = &todo, .rows = json_array()};
    bench.table = v->json_path && file_is_standard_output(v->json_path) ? stderr : stdout;
    if (v->json_path)
        TRY(options_check_file("--json", v->json_path));
    if (v->chart_folder && !file_is_folder(v->chart_folder))
        return status_fail(STATUS_USER, "--chart %.200s: expected a folder that is there",
                           v->chart_folder);
    TRY(plan(&todo, v->is_full, (int)v->rounds, v->only));
    const int32_t size = (int32_t)v->n_dendrites;
    if (size > 0) {
        todo.shapes = todo.mnist = false;
        todo.scale = true;
        todo.sizes = &size;
        todo.n_sizes = 1;
    }
    TRY(v->counts_instructions ? bench_instructions(bench.rows, bench.table) : measure(&bench));
    if (v->json_path)
        TRY(write_json(&bench, v->json_path));
    return v->chart_folder ? draw_scale(&bench, v->chart_folder) : STATUS_OK;
}

#define AT(member) .at = offsetof(struct bench_values, member)
static const struct option options[] = {
    {"json", 0, "FILE", "write the figures to a file, too, or to - (default: not written)",
     AT(json_path)},
    {"full", 0, NULL, "more rounds, and networks of up to a million dendrites", AT(is_full)},
    {"chart", 0, "DIR", "draw the scale curve as DIR/scale.png (default: not drawn)",
     AT(chart_folder)},
    {"only", 0, "shapes|mnist|scale", "one part of it (default: all)", AT(only)},
    {"rounds", 0, "N",
     "measure each figure so often (default: 7, of the scale 3; with --full 15 and 5)", AT(rounds),
     1, ROUNDS_MAX},
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
    .description = "Times the parts of training on this machine, and networks of growing size.",
    .usage = "[--full] [--json FILE]",
    .options = options,
    .size = sizeof(struct bench_values),
    .run = bench,
};
