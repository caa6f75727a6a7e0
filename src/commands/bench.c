/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet bench: how fast, as ratios within one run, since machines are shared and noisy. Every
 * figure is measured in rounds, all competitors of a table in turn, so that what slows the machine
 * for a while slows all of them. */
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <omp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "commands/command.h"
#include "commands/options.h"
#include "core/file.h"
#include "core/progress.h"
#include "core/random.h"
#include "core/scope.h"
#include "core/shared_file.h"
#include "core/status.h"
#include "core/version.h"
#include "data/shapes.h"
#include "network/connect.h"
#include "neuron/kernel_state.h"
#include "report/chart.h"
#include "spines/intrinsic.h"
#include "store/json_file.h"
#include "train/train.h"

enum { ROUNDS_MAX = 64, IMAGES = 16, BUSY_MAX = 256 };

/* The times of one competitor, milliseconds for one unit of its work. */
struct timing {
    double ms[ROUNDS_MAX];
    int n;
};

static int compare_doubles(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(const struct timing *timing)
{
    struct timing sorted = *timing;
    qsort(sorted.ms, (size_t)sorted.n, sizeof *sorted.ms, compare_doubles);
    return sorted.n % 2 ? sorted.ms[sorted.n / 2]
                        : (sorted.ms[sorted.n / 2 - 1] + sorted.ms[sorted.n / 2]) / 2;
}

static double least(const struct timing *timing)
{
    double ms = INFINITY;
    for (int i = 0; i < timing->n; i++)
        ms = fmin(ms, timing->ms[i]);
    return ms;
}

/* The median over the rounds of reference / this: each round's ratio is of neighbours in time. */
static double ratio(const struct timing *reference, const struct timing *timing)
{
    struct timing ratios = {.n = timing->n < reference->n ? timing->n : reference->n};
    for (int i = 0; i < ratios.n; i++)
        ratios.ms[i] = reference->ms[i] / timing->ms[i];
    return ratios.n > 0 ? median(&ratios) : NAN;
}

struct bench {
    struct parameters parameters;
    const char *task;
    FILE *table; /* where the figures are printed */
    json_t *rows;
    struct progress progress;
    int64_t n_done;
};

static void add_row(struct bench *bench, const char *what, const struct timing *timing,
                    double speedup, const char *against)
{
    json_t *row = json_object();
    json_object_set_new(row, "task", json_string(bench->task));
    json_object_set_new(row, "what", json_string(what));
    json_object_set_new(row, "ms_min", json_real(least(timing)));
    json_object_set_new(row, "ms_median", json_real(median(timing)));
    json_object_set_new(row, "speedup", isnan(speedup) ? json_null() : json_real(speedup));
    json_object_set_new(row, "against", json_string(against));
    json_array_append_new(bench->rows, row);
    progress_clear(&bench->progress);
    fprintf(bench->table, "%-8s %-34s %10.4f %10.4f  ", bench->task, what, least(timing),
            median(timing));
    if (isnan(speedup))
        fprintf(bench->table, "\n");
    else
        fprintf(bench->table, "%8.2f x %s\n", speedup, against);
    fflush(bench->table);
}

/* A trained network and images to show it. */
struct subject {
    struct dataset dataset;
    struct training training;
    struct stimulus test[IMAGES], taught[IMAGES];
};

static void subject_free(struct subject *subject)
{
    for (int i = 0; i < IMAGES; i++) {
        stimulus_free(&subject->test[i]);
        stimulus_free(&subject->taught[i]);
    }
    training_free(&subject->training);
    dataset_free(&subject->dataset);
}

static int subject_init(struct subject *subject, const struct parameters *p)
{
    *subject = (struct subject){0};
    int status = dataset_init(&subject->dataset, p, 1);
    if (status == STATUS_OK)
        status = training_init(&subject->training, p, &subject->dataset, kernel_find(NULL), 1, 1);
    for (int i = 0; i < 60 && status == STATUS_OK; i++)
        status = training_step(&subject->training);
    const struct encoder *encoder = &subject->training.presenter.encoder;
    for (int i = 0; i < IMAGES && status == STATUS_OK; i++) {
        const uint8_t *pixels =
            images_pixels(&subject->dataset.test, subject->dataset.test_image[i]);
        status = stimulus_init(&subject->test[i], encoder);
        if (status == STATUS_OK)
            status = stimulus_init(&subject->taught[i], encoder);
        if (status != STATUS_OK)
            break;
        encode(encoder, pixels, -1, &subject->test[i]);
        encode(encoder, pixels, subject->dataset.test_class[i], &subject->taught[i]);
    }
    return status;
}

/* Milliseconds a presentation, over all images. */
static double time_presentations(struct presentation *presentation, const struct network *network,
                                 const struct stimulus *stimuli, int n, float *calcium)
{
    const double start = progress_clock();
    for (int i = 0; i < n; i++)
        present(presentation, network, &stimuli[i], calcium);
    return 1000 * (progress_clock() - start) / n;
}

static int bench_kernels(struct bench *bench, struct subject *subject, int rounds)
{
    struct presentation presentation[8] = {0};
    struct timing test[8] = {0}, taught[8] = {0};
    const struct kernel *used[8];
    int n_kernels = 0, status = STATUS_OK;
    struct network *network = &subject->training.network;
    float *calcium = network->plastic.calcium;
    for (const struct kernel *const *kernel = kernels; *kernel && status == STATUS_OK; kernel++) {
        if (!(*kernel)->is_supported())
            continue;
        used[n_kernels] = *kernel;
        status =
            presentation_init(&presentation[n_kernels++], network, &bench->parameters, *kernel, 1);
    }
    for (int round = 0; round < rounds && status == STATUS_OK; round++)
        for (int k = 0; k < n_kernels; k++) {
            const int n = used[k] == kernels[0] ? 2 : IMAGES; /* the naive one takes its time */
            test[k].ms[test[k].n++] =
                time_presentations(&presentation[k], network, subject->test, n, NULL);
            taught[k].ms[taught[k].n++] =
                time_presentations(&presentation[k], network, subject->taught, n, calcium);
            progress_update(&bench->progress, ++bench->n_done, bench->task);
        }
    for (int k = 0; k < n_kernels && status == STATUS_OK; k++) {
        char what[64];
        snprintf(what, sizeof what, "test, %s kernel", used[k]->name);
        add_row(bench, what, &test[k], ratio(&test[0], &test[k]), "naive");
        snprintf(what, sizeof what, "training, %s kernel", used[k]->name);
        add_row(bench, what, &taught[k], ratio(&taught[0], &taught[k]), "naive");
    }
    for (int k = 0; k < n_kernels; k++)
        presentation_free(&presentation[k]);
    return status;
}

static int bench_consolidation(struct bench *bench, struct subject *subject, int rounds)
{
    struct network *network = &subject->training.network;
    struct consolidation *consolidation = &subject->training.consolidation;
    struct presenter *presenter = &subject->training.presenter;
    struct timing all = {0}, encoding = {0};
    int status = STATUS_OK;
    for (int round = 0; round < rounds && status == STATUS_OK; round++) {
        double ms = 0;
        for (int i = 0; i < IMAGES && status == STATUS_OK; i++) {
            present(&presenter->presentation[0], network, &subject->taught[i],
                    network->plastic.calcium);
            const double start = progress_clock();
            status = consolidate(consolidation, network);
            ms += 1000 * (progress_clock() - start) / IMAGES;
        }
        all.ms[all.n++] = ms;
        const double start = progress_clock();
        for (int i = 0; i < IMAGES; i++)
            encode(&presenter->encoder,
                   images_pixels(&subject->dataset.test, subject->dataset.test_image[i]), -1,
                   &presenter->stimulus[0]);
        encoding.ms[encoding.n++] = 1000 * (progress_clock() - start) / IMAGES;
        progress_update(&bench->progress, ++bench->n_done, bench->task);
    }
    add_row(bench, "consolidation", &all, NAN, "");
    add_row(bench, "encoding an image", &encoding, NAN, "");
    return status;
}

/* The time between two presentations in each form of intrinsic dynamics; weights as trained. */
static int bench_intrinsic(struct bench *bench, const struct subject *subject, int rounds)
{
    static const char *const names[] = {"intrinsic, geometric-ou", "intrinsic, kesten",
                                        "intrinsic, lognormal"};
    const struct plastic_synapses *synapses = &subject->training.network.plastic;
    const double days = bench->parameters.plasticity.consolidation_min / (24 * 60);
    float *weight = calloc((size_t)synapses->n + 1, sizeof *weight);
    struct timing timing[3] = {0};
    if (!weight)
        return status_no_memory("weights", (size_t)synapses->n * sizeof *weight);
    for (int round = 0; round < rounds; round++) {
        for (int form = 0; form < 3; form++) {
            struct parameters p = bench->parameters;
            p.intrinsic.form = INTRINSIC_GEOMETRIC_OU + form;
            p.intrinsic.boundary = INTRINSIC_REFLECT; /* so that the work stays the same */
            const struct intrinsic intrinsic = intrinsic_init(&p, days, 1, kernel_find(NULL)->name);
            memcpy(weight, synapses->weight, (size_t)synapses->n * sizeof *weight);
            const double start = progress_clock();
            for (uint32_t step = 0; step < IMAGES; step++)
                intrinsic_step(&intrinsic, synapses->n, synapses->id, step, weight, 1);
            timing[form].ms[timing[form].n++] = 1000 * (progress_clock() - start) / IMAGES;
        }
        progress_update(&bench->progress, ++bench->n_done, bench->task);
    }
    for (int form = 0; form < 3; form++)
        add_row(bench, names[form], &timing[form], NAN, "");
    free(weight);
    return STATUS_OK;
}

/* Test images and whole runs spread over 1 … n threads. */
static int bench_threads(struct bench *bench, struct subject *subject, int rounds, int n_threads)
{
    struct timing tests[ROUNDS_MAX] = {0};
    const struct network *network = &subject->training.network;
    int status = STATUS_OK;
    for (int round = 0; round < rounds; round++)
        for (int n = 1; n <= n_threads && status == STATUS_OK; n++) {
            struct presenter presenter;
            status = presenter_init(&presenter, &bench->parameters, network, kernel_find(NULL), n);
            if (status != STATUS_OK)
                break;
            const int n_images = 160;
            test_network(&presenter, network, &subject->dataset, 2 * n, NULL); /* threads start */
            const double start = progress_clock();
            test_network(&presenter, network, &subject->dataset, n_images, NULL);
            tests[n].ms[tests[n].n++] = 1000 * (progress_clock() - start) / n_images;
            presenter_free(&presenter);
            progress_update(&bench->progress, ++bench->n_done, bench->task);
        }
    for (int n = 1; n <= n_threads && status == STATUS_OK; n++) {
        char what[64];
        snprintf(what, sizeof what, "test image, %d thread%s", n, n > 1 ? "s" : "");
        add_row(bench, what, &tests[n], ratio(&tests[1], &tests[n]), "1 thread");
    }
    return status;
}

static int time_run(const struct parameters *p, const struct dataset *dataset, uint64_t seed)
{
    struct training training;
    int status = training_init(&training, p, dataset, kernel_find(NULL), seed, 1);
    if (status != STATUS_OK)
        return status;
    while (status == STATUS_OK && training.stopped_by == STOP_NOT_YET)
        status = training_step(&training);
    training_free(&training);
    return status;
}

static int bench_runs(struct bench *bench, struct subject *subject, int rounds, int n_threads)
{
    static struct parameters p;
    p = bench->parameters;
    p.stopping.max_presentations = 20;
    struct timing runs[ROUNDS_MAX] = {0};
    int failed = STATUS_OK;
    for (int round = 0; round < rounds; round++)
        for (int n = 1; n <= n_threads; n++) {
            const int n_runs = 4 * n_threads;
            const double start = progress_clock();
#pragma omp parallel for schedule(dynamic) num_threads(n)
            for (int i = 0; i < n_runs; i++) {
                const int status = time_run(&p, &subject->dataset, (uint64_t)i + 1);
                if (status != STATUS_OK) {
#pragma omp atomic write
                    failed = status;
                }
            }
            runs[n].ms[runs[n].n++] = 1000 * (progress_clock() - start) / n_runs;
            progress_update(&bench->progress, ++bench->n_done, bench->task);
        }
    for (int n = 1; n <= n_threads && failed == STATUS_OK; n++) {
        char what[64];
        snprintf(what, sizeof what, "run of 20 presentations, %d thread%s", n, n > 1 ? "s" : "");
        add_row(bench, what, &runs[n], ratio(&runs[1], &runs[n]), "1 thread");
    }
    return failed;
}

/* The rows of one task. */
static int bench_task(struct bench *bench, int rounds, int n_threads)
{
    static struct subject subject;
    int status = subject_init(&subject, &bench->parameters);
    if (status == STATUS_OK)
        status = bench_kernels(bench, &subject, rounds);
    if (status == STATUS_OK)
        status = bench_consolidation(bench, &subject, rounds);
    if (status == STATUS_OK)
        status = bench_intrinsic(bench, &subject, rounds);
    if (status == STATUS_OK)
        status = bench_threads(bench, &subject, rounds, n_threads);
    if (status == STATUS_OK)
        status = bench_runs(bench, &subject, rounds, n_threads);
    subject_free(&subject);
    return status;
}

/* 1 thread, 2 that share a presentation … and, where the program would have them share, all of them
 * or one, whichever turns out to be faster. */
static int count_ways(int32_t n_dendrites, int n_threads)
{
    return n_threads + (n_threads > 1 && n_dendrites >= 100000);
}

/* Networks of the base network's density and any size: time a step and a dendrite, memory. The
 * inputs fire as the shapes' do. */
static int bench_size(struct bench *bench, int32_t n_dendrites, int rounds, int n_threads)
{
    static struct parameters p;
    p = bench->parameters;
    p.pyramidal.neurons = n_dendrites / 15 / 2 * 2; /* 10 a pyramidal cell, 5 of interneurons */
    if (p.pyramidal.neurons < 2)
        p.pyramidal.neurons = 2;
    p.connections.plastic = -1;
    p.input.duration_ms = n_dendrites > 20000 ? 1000 : 4000;
    p.input.active_ms = p.input.duration_ms - 100;
    struct network network;
    struct encoder encoder;
    struct stimulus stimulus = {0};
    struct images images;
    const struct shapes_recipe recipe = {.stability = 1, .overlap = 2, .n_per_class = 1};
    int status = connect_network(&network, &p, 2, SHAPES_SIDE * SHAPES_SIDE, 1);
    if (status != STATUS_OK)
        return status;
    status = shapes_generate(&images, &recipe, 1, SHAPES_TRAIN, false);
    if (status == STATUS_OK)
        status = encoder_init(&encoder, &p, network.layout.n_inputs);
    if (status == STATUS_OK)
        status = stimulus_init(&stimulus, &encoder);
    if (status == STATUS_OK)
        encode(&encoder, images_pixels(&images, 0), 0, &stimulus);

    struct timing timing[ROUNDS_MAX] = {0};
    struct presentation presentation[ROUNDS_MAX] = {0};
    const int n_ways = count_ways(n_dendrites, n_threads);
    for (int n = 1; n <= n_ways && status == STATUS_OK; n++) {
        status = presentation_init(&presentation[n], &network, &p, kernel_find(NULL),
                                   n <= n_threads ? n : n_threads);
        if (status == STATUS_OK && n <= n_threads)
            team_share_always(&presentation[n].state->team);
    }
    const int repeats = n_dendrites < 10000 ? 4 : 1;
    for (int round = 0; round < rounds && status == STATUS_OK; round++)
        for (int n = 1; n <= n_ways; n++) {
            const double start = progress_clock();
            for (int i = 0; i < repeats; i++)
                present(&presentation[n], &network, &stimulus, network.plastic.calcium);
            timing[n].ms[timing[n].n++] =
                1000 * (progress_clock() - start) / repeats / p.input.duration_ms;
            progress_update(&bench->progress, ++bench->n_done, "scale");
        }
    int64_t n_spikes = 0, n_fixed = 0;
    for (int32_t n = 0; n < network.layout.n_neurons; n++)
        n_spikes += presentation[1].spikes[n];
    for (int32_t k = 0; k < network.n_projections; k++)
        n_fixed += network.projection[k].n;
    for (int n = 1; n <= n_ways && status == STATUS_OK; n++) {
        char what[80];
        const double ns = 1e6 * least(&timing[n]) / network.layout.n_dendrites;
        snprintf(what, sizeof what, "step, %d dendrites, %d thread%s", network.layout.n_dendrites,
                 n <= n_threads ? n : n_threads,
                 n > n_threads ? "s or 1"
                 : n > 1       ? "s"
                               : "");
        add_row(bench, what, &timing[n], ratio(&timing[1], &timing[n]), "1 thread");
        json_t *row = json_array_get(bench->rows, json_array_size(bench->rows) - 1);
        json_object_set_new(row, "dendrites", json_integer(network.layout.n_dendrites));
        if (n <= n_threads)
            json_object_set_new(row, "threads", json_integer(n));
        json_object_set_new(row, "ns_a_step_and_dendrite", json_real(ns));
        json_object_set_new(row, "spikes_a_step",
                            json_real((double)n_spikes / p.input.duration_ms));
        json_object_set_new(row, "plastic_synapses", json_integer(network.plastic.n));
        json_object_set_new(row, "fixed_synapses", json_integer(n_fixed));
        json_object_set_new(row, "state_bytes",
                            json_integer((json_int_t)kernel_state_bytes(&presentation[n])));
    }
    for (int n = 1; n <= n_ways; n++)
        presentation_free(&presentation[n]);
    stimulus_free(&stimulus);
    encoder_free(&encoder);
    images_free(&images);
    network_free(&network);
    return status;
}

static int write_json(const struct bench *bench, const char *path)
{
    json_t *root = json_object();
    json_object_set_new(root, "version", json_string(version_number));
    json_object_set_new(root, "revision", json_string(version_revision));
    json_object_set_new(root, "kernel", json_string(kernel_find(NULL)->name));
    json_object_set_new(root, "processors", json_integer(omp_get_num_procs()));
    json_object_set(root, "rows", bench->rows);
    return json_file_write(path, root, 6);
}

/* The scale curve as FOLDER/scale.png. */
static int draw_scale(const struct bench *bench, const char *folder)
{
    struct chart chart;
    TRY(chart_init(&chart, 800, 480));
    int most = 1;
    for (int n = 1; n <= most; n++) {
        size_t i;
        json_t *row;
        fprintf(chart.script, "$t%d << END\n", n);
        json_array_foreach(bench->rows, i, row)
        {
            const int threads = (int)json_integer_value(json_object_get(row, "threads"));
            most = threads > most ? threads : most;
            if (threads == n)
                fprintf(chart.script, "%lld %g\n",
                        (long long)json_integer_value(json_object_get(row, "dendrites")),
                        json_real_value(json_object_get(row, "ns_a_step_and_dendrite")));
        }
        fprintf(chart.script, "END\n");
    }
    fprintf(chart.script,
            "set logscale xy\nset format x '10^{%%L}'\nset xlabel 'dendrites'\n"
            "set ylabel 'ns a step and dendrite'\nset grid back lt 1 lw 0.5 lc rgb '#cccccc'\nset "
            "key top left\n"
            "set xrange [80:2e6]\nset yrange [0.08:20]\n"
            "plot for [n=1:%d] '$t'.n using 1:2 with linespoints pt 7 lw 2 "
            "title n == 1 ? '1 thread' : sprintf('%%d threads', n)\n",
            most);
    return chart_write(&chart, folder, "scale.png");
}

/* rounds 0: as many as are usual. */
static int bench_all(struct bench *bench, bool full, int rounds, const char *only,
                     const char *mnist_config)
{
    const int n_threads = omp_get_num_procs() < 8 ? omp_get_num_procs() : 8;
    const int scale_rounds = rounds > 0 ? rounds : full ? 5 : 3;
    const int32_t sizes[] = {100, 300, 1000, 3000, 10000, 30000, 100000, 300000, 1000000};
    const int n_sizes = full ? 9 : 7;
    int status = parameters_preset(&bench->parameters, "authors");
    if (status != STATUS_OK)
        return status;
    if (rounds == 0)
        rounds = full ? 15 : 7;
    int n_scale = 0;
    for (int i = 0; i < n_sizes; i++)
        n_scale += count_ways(sizes[i], n_threads) * scale_rounds;
    const bool all = !only;
    const bool with_shapes = all || strcmp(only, "shapes") == 0;
    const bool with_scale = all || strcmp(only, "scale") == 0;
    const bool mnist_wanted = all || strcmp(only, "mnist") == 0;
    if (!with_shapes && !with_scale && !mnist_wanted)
        return status_fail(STATUS_USER, "--only %.100s: expected shapes, mnist or scale", only);
    char found[SHARED_PATH_MAX];
    const bool with_mnist =
        mnist_wanted &&
        file_exists(shared_file_find("datasets/mnist/train-images-idx3-ubyte", found)) &&
        file_exists(shared_file_find(mnist_config, found));
    progress_start(&bench->progress, "bench", "rounds",
                   (with_mnist + with_shapes) * rounds * (6 + 2 * n_threads) + with_scale * n_scale,
                   false);
    fprintf(bench->table,
            "the fast kernel here: %s; %d processors; ms a presentation, image, run or step\n",
            kernel_find(NULL)->name, omp_get_num_procs());
    fprintf(bench->table, "%-8s %-34s %10s %10s  %s\n", "task", "what", "least", "median",
            "speed-up");
    bench->task = "shapes";
    if (with_shapes)
        status = bench_task(bench, rounds, n_threads);
    if (status == STATUS_OK && with_mnist) {
        bench->task = "mnist";
        status = parameters_read(&bench->parameters, mnist_config);
        if (status == STATUS_OK)
            status = bench_task(bench, rounds, n_threads);
    } else if (status == STATUS_OK && mnist_wanted) {
        fprintf(bench->table, "mnist: left out: datasets/fetch.sh mnist fetches it\n");
    }
    if (status == STATUS_OK)
        status = parameters_preset(&bench->parameters, "authors");
    bench->task = "scale";
    for (int i = 0; with_scale && i < n_sizes && status == STATUS_OK; i++)
        status = bench_size(bench, sizes[i], scale_rounds, n_threads);
    progress_clear(&bench->progress);
    return status;
}

/* ---- other work on the machine ---- */

/* Processes that do nothing, as fast as they can, for as long as this one lives. */
struct busy {
    pid_t process[BUSY_MAX];
};

static int start_busy_processes(int64_t n, struct busy *busy)
{
    for (int64_t i = 0; i < n; i++) {
        busy->process[i] = fork();
        if (busy->process[i] == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            for (volatile uint64_t k = 0;; k = k + 1)
                ;
        }
        if (busy->process[i] < 0)
            return status_fail(STATUS_SYSTEM, "no process can be started (%s)", strerror(errno));
    }
    return STATUS_OK;
}

static void end_busy_processes(struct busy *busy)
{
    for (int i = 0; i < BUSY_MAX && busy->process[i] > 0; i++) {
        kill(busy->process[i], SIGKILL);
        waitpid(busy->process[i], NULL, 0);
    }
}

struct bench_values {
    struct command_values common;
    const char *json_path, *only, *chart_folder;
    int64_t rounds, n_busy;
    bool is_full;
};

static int bench(void *values)
{
    const struct bench_values *v = values;
    static struct bench bench;
    SCOPED(end_busy_processes) struct busy busy = {0};
    bench.table = v->json_path && file_is_standard_output(v->json_path) ? stderr : stdout;
    if (v->json_path)
        TRY(options_check_file("--json", v->json_path));
    if (v->chart_folder && !file_is_folder(v->chart_folder))
        return status_fail(STATUS_USER, "--chart %.200s: expected a folder that is there",
                           v->chart_folder);
    TRY(start_busy_processes(v->n_busy, &busy));
    bench.rows = json_array();
    int status = bench_all(&bench, v->is_full, (int)v->rounds, v->only, "experiments/mnist.cfg");
    if (status == STATUS_OK && v->json_path)
        status = write_json(&bench, v->json_path);
    if (status == STATUS_OK && v->chart_folder)
        status = draw_scale(&bench, v->chart_folder);
    json_decref(bench.rows);
    return status;
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
    {"busy", 0, "N", "beside so many processes that keep a processor busy each (default: 0)",
     AT(n_busy), 0, BUSY_MAX},
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
