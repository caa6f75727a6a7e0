/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/readouts.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/number.h"
#include "core/progress.h"
#include "core/scope.h"
#include "core/sha256.h"
#include "core/status.h"
#include "core/table.h"
#include "report/html.h"
#include "report/means.h"
#include "report/run_data.h"
#include "store/manifest.h"
#include "store/run_tables.h"
#include "train/baselines.h"

static const char baselines_file[] = "baselines.csv";

static const struct mean_column summary_columns[] = {
    {"accuracy", "accuracy", 3, NULL},
    {"by all spikes", "accuracy_spikes", 3, NULL},
    {"ties", "ties", MEAN_COUNT_DIGITS, NULL},
    {"undecided", "undecided", MEAN_COUNT_DIGITS, NULL},
    {"recall gap", "recall_gap", 3, NULL},
    {"presentations", "presentations", MEAN_COUNT_DIGITS, NULL},
    {"seconds a run", "seconds", 2, NULL},
};
static const struct mean_column readout_columns[] = {
    {"accuracy", "accuracy", 3, NULL},
    {"by all spikes", "accuracy_spikes", 3, NULL},
    {"over thresholds", "accuracy_thresholds", 3, NULL},
    {"ties shared", "accuracy_ties_half", 3, NULL},
    {"balanced", "balanced_accuracy", 3, NULL},
    {"ties", "ties", MEAN_COUNT_DIGITS, NULL},
    {"undecided", "undecided", MEAN_COUNT_DIGITS, NULL},
    {"wrong", "wrong", MEAN_COUNT_DIGITS, NULL},
    {"recall gap", "recall_gap", 3, NULL},
};
static const struct mean_column baseline_columns[] = {
    {"images", "images", 0, NULL},
    {"accuracy", "accuracy", 3, NULL},
    {"by all spikes", "accuracy_spikes", 3, NULL},
    {"class mean", "class_mean", 3, NULL},
    {"logistic", "logistic", 3, NULL},
    {"nearest neighbour", "nearest_neighbour", 3, NULL},
    {"two units", "two_units", 3, NULL},
    {"linear by gradient", "linear_by_gradient", 3, NULL},
};

/* ---- baselines.csv ---- */

/* Reads it; without rows unless it has one for each run of the study. */
static int read_baselines(const struct study *study, struct results *baselines)
{
    OWNED char *path = file_join(study->folder, baselines_file);
    if (!path)
        return status_no_memory("a file name", 0);
    if (file_is_absent(path))
        return STATUS_OK;
    TRY(results_read(baselines, path));
    bool is_of_study = baselines->n_rows == (size_t)study->n_runs;
    for (int32_t r = 0; r < study->n_runs && is_of_study; r++)
        is_of_study = baselines->seed[r] == study->results.seed[r];
    if (!is_of_study)
        results_free(baselines);
    return STATUS_OK;
}

/* What the threads that find baselines share. */
struct finder {
    const struct study *study;
    int n_threads;
    struct run_data **data; /* [n_threads] the images that each has read; NULL: none yet */
    struct of_run {
        int32_t n_shown;
        char key[SHA256_TEXT]; /* of all that baselines depend on */
        double accuracy[N_BASELINES];
    } * run; /* [n_runs] */
    struct progress progress;
    int32_t n_done;
};

/* Takes the phases of a run, and from its continual.csv when each ended. */
static int read_order(struct baseline_order *order, const struct parameters *p, const char *folder)
{
    OWNED struct continual_row *row = NULL;
    int32_t n;
    TRY(schedule_init(&order->schedule, p, NULL));
    TRY(table_read_in(&continual_table, folder, &row, &n));
    for (int32_t i = 0; i < n; i++)
        if (row[i].is_end && row[i].phase > 0 && row[i].phase <= PHASES_MAX)
            order->end[row[i].phase - 1] = row[i].presentation;
    return STATUS_OK;
}

static int read_key(int32_t r, void *data)
{
    struct finder *finder = data;
    struct of_run *run = &finder->run[r];
    struct sha256 sum;
    OWNED struct manifest *manifest = NULL;
    TRY_NEW(manifest, 1, "a manifest");
    TRY(manifest_read(manifest, finder->study->run[r].folder));
    const struct parameters *p = &manifest->parameters;
    run->n_shown = manifest->n_presentations;
    sha256_start(&sum);
    sha256_add(&sum, &p->data, sizeof p->data);
    sha256_add(&sum, &p->input, sizeof p->input);
    sha256_add(&sum, &p->test, sizeof p->test);
    sha256_add(&sum, &manifest->seed, sizeof manifest->seed);
    sha256_add(&sum, &run->n_shown, sizeof run->n_shown);
    if (*p->schedule.phases) /* which end when the network has learned */
        sha256_add(&sum, &r, sizeof r);
    sha256_end(&sum, run->key);
    return STATUS_OK;
}

/* The first run that was shown the same images in the same order and tested on the same. */
static int32_t first_like(const struct finder *finder, int32_t r)
{
    int32_t first = 0;
    while (strcmp(finder->run[first].key, finder->run[r].key) != 0)
        first++;
    return first;
}

static int find_of_run(const struct finder *finder, int32_t r)
{
    const char *folder = finder->study->run[r].folder;
    struct run_data **data = &finder->data[omp_get_thread_num()];
    OWNED struct baseline_order *order = NULL;
    if (!*data)
        TRY_NEW(*data, 1, "the images");
    TRY_NEW(order, 1, "the phases");
    TRY(run_data_open(*data, folder, finder->study->data_folder));
    const struct manifest *manifest = &(*data)->manifest;
    TRY(read_order(order, &manifest->parameters, folder));
    return baselines_find(&(*data)->dataset, manifest->n_presentations, order, manifest->seed,
                          finder->run[r].accuracy);
}

static int find_of_first(int32_t r, void *data)
{
    struct finder *finder = data;
    if (first_like(finder, r) == r)
        TRY(find_of_run(finder, r));
#pragma omp critical
    progress_update(&finder->progress, ++finder->n_done, NULL);
    return STATUS_OK;
}

static int write_baselines(const struct finder *finder)
{
    static const char *const own[] = {"accuracy", "accuracy_spikes"};
    const struct study *study = finder->study;
    SCOPED(file_abandon) struct new_file file = {0};
    TRY(file_create_in(&file, study->folder, baselines_file));
    means_put_levels(file.stream, study, MEANS_HEADS, ',');
    fprintf(file.stream, "seed,images,%s,%s", own[0], own[1]);
    for (int b = 0; b < N_BASELINES; b++)
        fprintf(file.stream, ",%s", baseline_names[b]);
    fputc('\n', file.stream);
    for (int32_t r = 0; r < study->n_runs; r++) {
        means_put_levels(file.stream, study, study->run[r].condition, ',');
        fprintf(file.stream, "%llu,%d", (unsigned long long)study->results.seed[r],
                finder->run[r].n_shown);
        for (int i = 0; i < 2; i++)
            number_put(file.stream, ",%.*f", 6, results_number(&study->results, (size_t)r, own[i]),
                       ",");
        const double *accuracy = finder->run[first_like(finder, r)].accuracy;
        for (int b = 0; b < N_BASELINES; b++)
            number_put(file.stream, ",%.*f", 6, accuracy[b], ",");
        fputc('\n', file.stream);
    }
    return file_commit(&file);
}

static void finder_free(struct finder *finder)
{
    for (int i = 0; i < finder->n_threads; i++)
        run_data_free(finder->data[i]);
    free(finder->data);
    free(finder->run);
}

int readouts_find_baselines(const struct study *study, bool is_quiet)
{
    SCOPED(finder_free) struct finder finder = {.study = study};
    TRY_NEW(finder.run, study->n_runs, "the baselines");
    TRY_NEW(finder.data, omp_get_max_threads(), "the images");
    finder.n_threads = omp_get_max_threads();
    TRY(study_read_each(study->n_runs, 16, read_key, &finder));
    progress_start(&finder.progress, "plain classifiers", "runs", study->n_runs, is_quiet);
    const int status = study_read_each(study->n_runs, 1, find_of_first, &finder);
    progress_clear(&finder.progress);
    TRY(status);
    return write_baselines(&finder);
}

/* ---- what is shown ---- */

int readouts_print_baselines(const struct study *study)
{
    SCOPED(results_free) struct results baselines = {0};
    TRY(read_baselines(study, &baselines));
    const struct means means = MEANS_OF(study, &baselines, baseline_columns);
    return means_put(NULL, &means);
}

bool readouts_any(const struct study *study)
{
    return results_has_number(&study->results, "accuracy_spikes");
}

int readouts_print(const struct study *study)
{
    const struct means means = MEANS_OF(study, &study->results, summary_columns);
    return means_put(NULL, &means);
}

int readouts_put_tables(struct page *page, const struct study *study)
{
    FILE *html = page->html;
    SCOPED(results_free) struct results baselines = {0};
    const struct means readouts = MEANS_OF(study, &study->results, readout_columns);
    TRY(means_put(html, &readouts));
    TRY(read_baselines(study, &baselines));
    if (baselines.n_rows == 0) {
        html_put_between(html, "<p>Baselines: <code>spinet baselines ", study->folder,
                         "</code> finds them.</p>\n");
        return STATUS_OK;
    }
    const struct means of_baselines = MEANS_OF(study, &baselines, baseline_columns);
    fputs("<h3>Baselines</h3>\n<p>Plain classifiers, trained on the same images as each run, each "
          "as many times as the run saw it, and tested with the same: nearest class mean, "
          "multinomial logistic regression, nearest neighbour, a network of two hidden units, a "
          "linear network by one step of gradient an image.</p>\n",
          html);
    return means_put(html, &of_baselines);
}
