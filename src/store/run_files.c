/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of a run (docs/files.md). What they hold is a function of parameters and seed, but for
 * times, host and threads. */
#include "store/run.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/gzip.h"
#include "core/machine.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/text.h"
#include "core/version.h"
#include "network/connect.h"
#include "store/json_file.h"
#include "store/map_history.h"
#include "store/network_file.h"
#include "store/parameters_json.h"
#include "store/readout_files.h"
#include "store/records.h"
#include "store/result_row.h"
#include "store/run_tables.h"
#include "store/snapshot.h"

struct run_file run_file_at(int i)
{
    static const struct run_file own[] = {
        {"result.csv", false},
        {"learning_curve.csv", false},
        {"network.csv", false},
        {"predictions.csv", false},
        {"readout.csv", false},
        {"confusion.csv", false},
        {"activity.csv.gz", false},
        {"maps.csv", false},
        {"maps_training.csv", false},
        {"synapse_log.csv.gz", false},
        {"synapse_weights.csv.gz", false},
        {"retention.csv", false},
        {"continual.csv", false},
        {"continual_overlap.csv", false},
        {"trials.csv", false},
        {"sizes.csv.gz", false},
        {"task_spines.csv.gz", false},
        {"cost.csv", false},
        {"node_types.csv", false},
        {"edge_types.csv", false},
        {"network.h5", false},
        {"spikes.h5", false},
        {"maps.png", true},
        {"learning_curve.png", true},
        {"report.html", true},
        {"baselines.csv", true},
    };
    enum { N_OWN = sizeof own / sizeof *own };
    return i < N_OWN ? own[i] : (struct run_file){turnover_file_name(i - N_OWN), false};
}

int run_kernel(const struct manifest *manifest, const char *folder, const struct kernel **kernel)
{
    if (!*kernel)
        *kernel = kernel_find(*manifest->kernel ? manifest->kernel : NULL);
    return *kernel ? STATUS_OK
                   : status_fail(STATUS_USER,
                                 "%s: was computed with kernel '%s', which this machine lacks: "
                                 "--kernel fast uses its best one: the same spikes, but the last "
                                 "digits of weights may differ",
                                 folder, manifest->kernel);
}

/* Whole numbers up to this are exact for readers of JSON that hold every number as a double. */
#define EXACT_NUMBER_MAX (UINT64_C(1) << 53)
/* How to get from one folder to a file, both from the root: "../../data/a.csv". */
static void relate(const char *folder, const char *path, char *relation, size_t size)
{
    size_t common = 0, i = 0;
    for (; folder[i] && folder[i] == path[i]; i++)
        common = folder[i] == '/' ? i + 1 : common;
    if (!folder[i] && path[i] == '/')
        common = i + 1;
    *relation = '\0';
    for (const char *at = folder + (common > i ? i : common); *at; at += strcspn(at, "/")) {
        at += *at == '/';
        text_append(relation, size, "../");
    }
    text_append(relation, size, "%s", path + common);
}

/* Adds the paths of the data, absolute and from the run's folder: they help to find the data again,
 * and are no part of what the run is. */
static void add_places(json_t *root, const struct dataset *dataset, const char *run_folder)
{
    char folder[SHARED_PATH_MAX], from_run[SHARED_PATH_MAX];
    json_auto_t *paths = json_object(), *paths_from_run = json_object();
    for (int i = 0; i < DATASET_N_FILES && realpath(run_folder, folder); i++) {
        const char *path = dataset->file[i].path;
        if (!*path)
            continue;
        relate(folder, path, from_run, sizeof from_run);
        json_object_set_new(paths, manifest_data_keys[i], json_string(path));
        json_object_set_new(paths_from_run, manifest_data_keys[i], json_string(from_run));
    }
    if (json_object_size(paths) == 0)
        return;
    json_object_set(root, "data_paths", paths);
    json_object_set(root, "data_paths_from_run", paths_from_run);
}

int run_write_manifest(const struct run_request *request, const struct training *training,
                       const struct run_result *result, time_t started)
{
    const struct parameters *p = request->parameters;
    const uint64_t seed = request->seed;
    char host[256], start[64];
    char seed_text[32]; /* as a text, since 64 bits do not fit a JSON number */
    struct tm utc;
    strftime(start, sizeof start, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&started, &utc));
    snprintf(seed_text, sizeof seed_text, "%llu", (unsigned long long)seed);
    json_t *root = json_pack(
        "{s:s, s:s, s:s, s:s, s:o, s:o, s:o}", "program", "spinet", "version", version_number,
        "revision", version_revision, "seed", seed_text, "seed_number",
        seed <= EXACT_NUMBER_MAX ? json_integer((json_int_t)seed) : json_null(), "parameters",
        parameters_to_json(p), "data_sha256", manifest_data_json(training->dataset));
    add_places(root, training->dataset, request->folder);
    json_t *rest = json_pack(
        "{s:s, s:i, s:o, s:o*, s:s, s:s*, s:i, s:s, s:f}", "stopped_by",
        training_stop_name(result->stopped_by), "presentations", (int)result->n_presentations,
        "similarity", isnan(result->similarity) ? json_null() : json_real(result->similarity),
        "host", json_string(machine_host(host, sizeof host)), "kernel", request->kernel->name,
        "kernels", strchr(training->kernels, ',') ? training->kernels : NULL, "threads",
        (int)request->n_threads, "started", start, "seconds", round(result->seconds * 1000) / 1000);
    json_object_update_missing(root, rest);
    json_decref(rest);
    return json_file_write_in(request->folder, "manifest.json", root, 17);
}

static int write_result(const struct run_request *request, const struct training *training,
                        const struct reading *readings, const struct run_result *result,
                        const struct maps *maps, const struct activity *activity)
{
    const struct score *score = &result->score;
    const struct dataset *dataset = training->dataset;
    const struct readout_summary summary = readout_summary(dataset, readings, score);
    const struct continual_measures phases = continual_measure(training);
    char classes[1024], seed[32];
    struct used used;
    struct new_file file;
    TRY(activity_find_used(&used, activity, &training->network, dataset->class_of));
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)request->seed);
    const struct result_values values = {
        .text = {[RESULT_DATA_SET] = dataset->name,
                 [RESULT_CLASSES] = label_list_text(&dataset->labels, "-", classes, sizeof classes),
                 [RESULT_POLICY] = parameters_choice(request->parameters, "turnover.policy"),
                 [RESULT_SEED] = seed,
                 [RESULT_STOPPED_BY] = training_stop_name(result->stopped_by)},
        .number = {[RESULT_SYNAPSES] = connect_n_plastic(request->parameters),
                   [RESULT_PRESENTATIONS] = result->n_presentations,
                   [RESULT_TESTS] = score->n,
                   [RESULT_ACCURACY] = score_accuracy(score),
                   [RESULT_TIES] = score->rule.n_ties,
                   [RESULT_UNDECIDED] = score->rule.n_undecided,
                   [RESULT_SIMILARITY] = result->similarity,
                   [RESULT_WRONG] = score->rule.n_wrong,
                   [RESULT_TIES_HALF] = summary.ties_half,
                   [RESULT_SPIKES] = summary.by_spikes,
                   [RESULT_SPIKES_TIES] = score->spikes.n_ties,
                   [RESULT_THRESHOLDS] = summary.by_thresholds,
                   [RESULT_BALANCED] = summary.balanced,
                   [RESULT_RECALL_GAP] = summary.recall_gap,
                   [RESULT_LEARNED] = phases.learned,
                   [RESULT_FORGETTING] = phases.forgetting,
                   [RESULT_BACKWARD] = phases.backward,
                   [RESULT_FORWARD] = phases.forward,
                   [RESULT_OVERLAP] = summary.overlap,
                   [RESULT_CONFIDENCE] = summary.confidence,
                   [RESULT_EFFECTIVE] = used.effective,
                   [RESULT_CLUSTERED_DENDRITES] = used.n_clustered_dendrites,
                   [RESULT_CLUSTERED_CELLS] = used.n_clustered_cells,
                   [RESULT_DENDRITES_OWN] = used.dendrites_own,
                   [RESULT_DENDRITES_OTHER] = used.dendrites_other,
                   [RESULT_MAP_WITHIN] = maps->within,
                   [RESULT_MAP_ACROSS] = maps->across,
                   [RESULT_SECONDS] = result->seconds}};
    TRY(file_create_in(&file, request->folder, "result.csv"));
    result_print(&values, file.stream, schedule_is_on(request->parameters));
    return file_commit(&file);
}

static int write_curve(const struct run_request *request, const struct training *training)
{
    const struct map_history *maps = map_history_find(training);
    struct new_file file;
    TRY(file_create_in(&file, request->folder, curve_table.file));
    table_put_heads(&curve_table, file.stream);
    for (int32_t i = 0; i < training->n_presentations; i++) {
        const struct curve_row *row = &training->curve[i];
        const struct curve_line line = {
            .presentation = i + 1,
            .sample_accuracy =
                row->n_samples > 0 ? (double)row->n_correct / row->n_samples : (double)NAN,
            .strong_fraction = row->strong_fraction,
            .n_pruned = row->turnover.n_pruned,
            .n_grown = row->turnover.n_grown,
            .similarity = maps ? (float)map_history_similarity(maps, i + 1) : NAN,
            .n_lost = row->spines.n_lost,
            .n_born = row->spines.n_born,
        };
        table_put_row(&curve_table, &line, file.stream);
    }
    return file_commit(&file);
}

static int write_network(const struct run_request *request, const struct training *training)
{
    OWNED struct synapse_row *rows = NULL;
    OWN_PATH(path, request->folder, "network.csv");
    int32_t n_rows;
    TRY(network_rows(&training->network, &rows, &n_rows));
    const struct snapshot_key key = {&training->network.layout, training->dataset->classes.label,
                                     training->dataset->train.width};
    return snapshot_write(path, rows, n_rows, &key);
}

/* The final test, whose data set the activity is of. */
struct tested {
    const struct dataset *dataset;
    const struct activity *activity;
};

static void put_activity(FILE *out, const void *of_tested)
{
    const struct activity *a = ((const struct tested *)of_tested)->activity;
    const struct dataset *dataset = ((const struct tested *)of_tested)->dataset;
    const int32_t per_cell = a->n_dendrites / a->n_cells,
                  per_class = a->n_cells / dataset->classes.n;
    table_put_heads(&activity_table, out);
    for (int32_t k = 0; k < a->n_classes; k++)
        for (int32_t i = -a->n_cells; i < a->n_dendrites && a->n_images[k] > 0; i++) {
            const bool is_cell = i < 0;
            const int32_t cell = is_cell ? i + a->n_cells : i / per_cell,
                          class_index = cell / per_class;
            const bool is_own = class_index == dataset->class_of[k];
            const size_t at = (size_t)k * (size_t)(is_cell ? a->n_cells : a->n_dendrites) +
                              (size_t)(is_cell ? cell : i);
            const double n = a->n_images[k];
            table_put_row(&activity_table,
                          &(struct activity_line){
                              .images = dataset->labels.label[k],
                              .cell = cell,
                              .label = is_own ? dataset->labels.label[k]
                                              : dataset->classes.label[class_index],
                              .dendrite = is_cell ? -1 : i,
                              .spikes = (double)(is_cell ? a->spikes : a->dendritic_spikes)[at] / n,
                              .active = (is_cell ? a->n_active : a->n_spiking)[at] / n},
                          out);
        }
}

static int write_activity(const char *folder, const struct dataset *dataset,
                          const struct activity *activity)
{
    OWNED char *text = text_written(put_activity, &(struct tested){dataset, activity});
    return text ? gzip_write(folder, activity_table.file, text, strlen(text))
                : status_no_memory(activity_table.file, 0);
}

/* The means of the final test, and what they were had with. */
static int write_cost(const struct run_request *request, const struct training *training,
                      const struct score *score)
{
    const struct network *network = &training->network;
    struct new_file file;
    TRY(file_create_in(&file, request->folder, "cost.csv"));
    const struct cost *cost = &score->cost;
    const double n = score->n;
    int64_t n_fixed = 0;
    for (int32_t i = 0; i < network->n_projections; i++)
        n_fixed += network->projection[i].n;
    fprintf(file.stream, "images,input_spikes,somatic_spikes,dendritic_spikes,synaptic_events,"
                         "plastic_synapses,fixed_synapses\n");
    fprintf(file.stream, "%d,%.3f,%.3f,%.3f,%.3f,%d,%lld\n", score->n,
            (double)cost->n_input_spikes / n, (double)cost->n_somatic_spikes / n,
            (double)cost->n_dendritic_spikes / n, (double)cost->n_synaptic_events / n,
            network->plastic.n, (long long)n_fixed);
    return file_commit(&file);
}

static int write_observed(struct observer *o, const struct training *training, const char *folder)
{
    for (int k = 0; k < OBSERVED_MAX && o->observed[k].table; k++) {
        const struct observed *of = &o->observed[k];
        TRY(table_write(of->table, *(void **)of->rows, (size_t)*of->n, folder));
    }
    return o->finished ? o->finished(o, training, folder) : STATUS_OK;
}

int run_write_results(const struct run_request *request, const struct training *training,
                      const struct reading *readings, const struct run_result *result,
                      const struct maps *maps, const struct activity *activity)
{
    const struct parameters *p = request->parameters;
    const struct dataset *dataset = training->dataset;
    const char *folder = request->folder;
    const struct turnover_policy *policy = training->turnover.policy;
    const struct retention *retention = &training->retention;
    TRY(write_curve(request, training));
    TRY(write_network(request, training));
    TRY(readout_files_write(folder, dataset, (enum test_readout)p->test.readout, readings,
                            &result->score));
    TRY(write_activity(folder, dataset, activity));
    TRY(maps_write(maps, dataset, folder));
    if (retention->n_rows > 0)
        TRY(table_write(&retention_table, retention->row, (size_t)retention->n_rows, folder));
    if (retention->n_sizes > 0)
        TRY(table_write(&sizes_table, retention->size, (size_t)retention->n_sizes, folder));
    if (training->task.n > 0)
        TRY(table_write(&task_table, training->task.spine, (size_t)training->task.n, folder));
    if (p->record.cost && result->score.n > 0)
        TRY(write_cost(request, training, &result->score));
    if (p->record.synapses)
        TRY(lives_write(training->network.lives, folder));
    if (p->record.synapses && policy->write)
        TRY(policy->write(&training->turnover, folder));
    if (p->record.network)
        TRY(network_file_write(training, folder));
    for (struct observer *o = training->observers; o; o = o->next)
        TRY(write_observed(o, training, folder));
    return write_result(request, training, readings, result, maps, activity);
}
