/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One run and its folder: manifest, result, learning curve, network, predictions, maps. What the
 * files hold is a function of parameters and seed, but for times, host and threads. */
#include "commands/run.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "analysis/chart.h"
#include "analysis/manifest.h"
#include "analysis/maps.h"
#include "commands/version.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "core/json_file.h"
#include "core/machine.h"
#include "core/status.h"
#include "network/connect.h"
#include "network/snapshot.h"
#include "network/sonata.h"
#include "train/checkpoint.h"
#include "turnover/clustered.h"

const struct run_file run_files[RUN_N_FILES] = {
    {"result.csv", RUN_FILE_ALWAYS},
    {"learning_curve.csv", RUN_FILE_ALWAYS},
    {"network.csv", RUN_FILE_ALWAYS},
    {"predictions.csv", RUN_FILE_ALWAYS},
    {"maps.csv", RUN_FILE_ALWAYS},
    {"maps_training.csv", RUN_FILE_ASKED_FOR},
    {"synapse_log.csv.gz", RUN_FILE_ASKED_FOR},
    {"retention.csv", RUN_FILE_ASKED_FOR},
    {"clustered_births.csv", RUN_FILE_ASKED_FOR},
    {"clustered_distance.csv", RUN_FILE_ASKED_FOR},
    {"node_types.csv", RUN_FILE_ASKED_FOR},
    {"edge_types.csv", RUN_FILE_ASKED_FOR},
    {"network.h5", RUN_FILE_ASKED_FOR},
    {"spikes.h5", RUN_FILE_ASKED_FOR},
    {"maps.png", RUN_FILE_PICTURE},
    {"learning_curve.png", RUN_FILE_PICTURE},
};

double run_accuracy(const struct score *score)
{
    return score->n > 0 ? (double)score->n_correct / score->n : NAN;
}

static bool folder_holds(const char *folder, const char *name)
{
    char *path = file_join(folder, name);
    const bool holds = path && file_exists(path);
    free(path);
    return holds;
}

bool run_is_finished(const char *folder)
{
    return folder_holds(folder, "DONE");
}

/* Whether the folder can take a run; changes nothing. */
static int check_folder(const struct run_request *request)
{
    const char *folder = request->folder;
    if (!file_is_folder(folder))
        return file_exists(folder)
                   ? status_fail(STATUS_USER, "%s: is a file, a folder is needed", folder)
                   : STATUS_OK;
    if (access(folder, R_OK | X_OK) != 0)
        return status_fail(STATUS_USER, "%s: cannot be read (%s)", folder, strerror(errno));
    if (request->resume && run_is_finished(folder))
        return status_fail(STATUS_USER, "%s: is finished, there is nothing to go on with", folder);
    if (request->resume || file_folder_is_empty(folder))
        return STATUS_OK;
    if (!folder_holds(folder, "manifest.json"))
        return status_fail(
            STATUS_USER, "%s: holds something else than a run: name a new or empty folder", folder);
    if (request->overwrite)
        return STATUS_OK;
    if (run_is_finished(folder))
        return status_fail(STATUS_USER,
                           "%s: holds a run already: name another folder, or say --overwrite",
                           folder);
    return status_fail(STATUS_USER,
                       "%s: holds an unfinished run: go on with it by --resume %s, name another "
                       "folder, or say --overwrite",
                       folder, folder);
}

/* Takes an earlier run out of the folder, its DONE first, so that nothing of it can be mistaken for
 * a part of this one. The manifest, which says that this is a run, stays. */
static void clear_folder(const char *folder)
{
    file_remove(folder, "DONE");
    for (int i = 0; i < RUN_N_FILES; i++)
        file_remove(folder, run_files[i].name);
    checkpoint_remove_all(folder);
    spike_record_remove(folder);
    file_remove_temporary(folder);
}

/* Keeps a second process out for as long as this one runs. The descriptor, or -1 where the file
 * system has no such locks. */
static int lock_folder(const char *folder, int *lock)
{
    *lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*lock >= 0 && flock(*lock, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        close(*lock);
        *lock = -1;
        return status_fail(STATUS_USER,
                           "%s: another spinet is at work in it: wait for it, or end it", folder);
    }
    return STATUS_OK;
}

static const char *class_names(const struct dataset *dataset, char *text, size_t size)
{
    size_t length = 0;
    *text = '\0';
    for (int32_t k = 0; k < dataset->classes.n && length < size; k++)
        length += (size_t)snprintf(text + length, size - length, "%s%d", k ? "-" : "",
                                   dataset->classes.label[k]);
    return text;
}

static int write_manifest(const struct run_request *request, const struct training *training,
                          const struct run_result *result, time_t started)
{
    const struct parameters *p = request->parameters;
    char host[256], start[64], seed[32];
    struct tm utc;
    strftime(start, sizeof start, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&started, &utc));
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)request->seed);
    json_t *data = json_object(), *root = json_object();
    json_object_set_new(data, "name", json_string(training->dataset->name));
    for (int i = 0; i < 4; i++)
        if (*training->dataset->sha256[i])
            json_object_set_new(data, manifest_data_keys[i],
                                json_string(training->dataset->sha256[i]));
    json_object_set_new(root, "program", json_string("spinet"));
    json_object_set_new(root, "version", json_string(version_number));
    json_object_set_new(root, "revision", json_string(version_revision));
    json_object_set_new(root, "seed", json_string(seed)); /* 64 bits do not fit a JSON number */
    json_object_set_new(root, "parameters", parameters_to_json(p));
    json_object_set_new(root, "data_sha256", data);
    json_object_set_new(root, "stopped_by", json_string(training_stop_name(result->stopped_by)));
    json_object_set_new(root, "presentations", json_integer(result->n_presentations));
    json_object_set_new(root, "similarity",
                        isnan(result->similarity) ? json_null() : json_real(result->similarity));
    json_object_set_new(root, "host", json_string(machine_host(host, sizeof host)));
    json_object_set_new(root, "kernel", json_string(request->kernel->name));
    json_object_set_new(root, "threads", json_integer(request->n_threads));
    json_object_set_new(root, "started", json_string(start));
    json_object_set_new(root, "seconds", json_real(round(result->seconds * 1000) / 1000));
    return json_file_write_in(request->folder, "manifest.json", root, 17);
}

static int write_result(const struct run_request *request, const struct training *training,
                        const struct run_result *result)
{
    struct new_file file;
    const int status = file_create_in(&file, request->folder, "result.csv");
    if (status != STATUS_OK)
        return status;
    char classes[1024], similarity[32] = "";
    if (!isnan(result->similarity))
        snprintf(similarity, sizeof similarity, "%.6f", result->similarity);
    fprintf(file.stream, "data_set,classes,synapses,policy,seed,presentations,stopped_by,tests,"
                         "accuracy,ties,undecided,similarity,seconds\n");
    fprintf(file.stream, "%s,%s,%d,%s,%llu,%d,%s,%d,%.6f,%d,%d,%s,%.3f\n", training->dataset->name,
            class_names(training->dataset, classes, sizeof classes),
            connect_n_plastic(request->parameters),
            parameters_choice(request->parameters, "turnover.policy"),
            (unsigned long long)request->seed, result->n_presentations,
            training_stop_name(result->stopped_by), result->score.n, run_accuracy(&result->score),
            result->score.n_ties, result->score.n_undecided, similarity, result->seconds);
    return file_commit(&file);
}

static int write_curve(const struct run_request *request, const struct training *training)
{
    struct new_file file;
    const int status = file_create_in(&file, request->folder, "learning_curve.csv");
    if (status != STATUS_OK)
        return status;
    fprintf(file.stream,
            "presentation,sample_accuracy,strong_fraction,pruned,grown,similarity,lost,born\n");
    for (int32_t i = 0; i < training->n_presentations; i++) {
        const struct curve_row *row = &training->curve[i];
        fprintf(file.stream, "%d,", i + 1);
        if (row->n_samples > 0)
            fprintf(file.stream, "%.6f", (double)row->n_correct / row->n_samples);
        fprintf(file.stream, ",%.6f,%d,%d,", (double)row->strong_fraction, row->turnover.n_pruned,
                row->turnover.n_grown);
        if (!isnan(row->similarity))
            fprintf(file.stream, "%.6f", (double)row->similarity);
        fprintf(file.stream, ",%d,%d\n", row->spines.n_lost, row->spines.n_born);
    }
    return file_commit(&file);
}

static int write_network(const struct run_request *request, const struct training *training)
{
    struct synapse_row *rows;
    int32_t n_rows;
    int status = network_rows(&training->network, &rows, &n_rows);
    if (status != STATUS_OK)
        return status;
    char *path = file_join(request->folder, "network.csv");
    status = path ? snapshot_write(path, rows, n_rows) : status_no_memory("a file name", 0);
    free(path);
    free(rows);
    return status;
}

static int write_predictions(const struct run_request *request, const struct dataset *dataset,
                             const struct answer *answers)
{
    struct new_file file;
    const int status = file_create_in(&file, request->folder, "predictions.csv");
    if (status != STATUS_OK)
        return status;
    fprintf(file.stream, "image,label,prediction,tie\n");
    for (int32_t i = 0; i < dataset->n_test; i++) {
        fprintf(file.stream, "%d,%d,", dataset->test_image[i],
                dataset->classes.label[dataset->test_class[i]]);
        if (answers[i].predicted >= 0)
            fprintf(file.stream, "%d", dataset->classes.label[answers[i].predicted]);
        fprintf(file.stream, ",%d\n", answers[i].is_tie);
    }
    return file_commit(&file);
}

static int write_retention(const struct run_request *request, const struct retention *retention)
{
    struct new_file file;
    const int status = file_create_in(&file, request->folder, "retention.csv");
    if (status != STATUS_OK)
        return status;
    fprintf(file.stream, "days,spines,n,mean_weight,tests,accuracy,ties,undecided\n");
    for (int32_t i = 0; i < retention->n_rows; i++) {
        const struct retention_row *row = &retention->row[i];
        fprintf(file.stream, "%.9g,%s,%d,", row->days, size_class_names[row->size_class],
                row->n_spines);
        if (!isnan(row->mean_weight))
            fprintf(file.stream, "%.6f", row->mean_weight);
        fprintf(file.stream, ",%d,", row->score.n);
        if (row->score.n > 0)
            fprintf(file.stream, "%.6f,%d,%d\n", run_accuracy(&row->score), row->score.n_ties,
                    row->score.n_undecided);
        else
            fprintf(file.stream, ",,\n");
    }
    return file_commit(&file);
}

static int write_done(const struct run_request *request)
{
    struct new_file file;
    const int status = file_create_in(&file, request->folder, "DONE");
    return status == STATUS_OK ? file_commit(&file) : status;
}

static int draw_curve(const struct run_request *request, const struct training *training,
                      const char *title)
{
    struct chart chart;
    const int status = chart_init(&chart, 800, 480);
    if (status != STATUS_OK)
        return status;
    FILE *script = chart.script;
    fprintf(script, "$curve << END\n");
    for (int32_t i = 0; i < training->n_presentations; i++) {
        const struct curve_row *row = &training->curve[i];
        fprintf(script, "%d %g ", i + 1, (double)row->strong_fraction);
        if (row->n_samples > 0)
            fprintf(script, "%g\n", (double)row->n_correct / row->n_samples);
        else
            fprintf(script, "NaN\n");
    }
    fprintf(script, "END\n$turnover << END\n0 NaN\n");
    for (int32_t i = 0; i < training->n_presentations; i++)
        if (training->curve[i].turnover.n_pruned > 0)
            fprintf(script, "%d %g\n", i + 1,
                    (double)training->curve[i].turnover.n_pruned /
                        connect_n_plastic(request->parameters));
    fprintf(script,
            "END\nset title '%s' noenhanced\nset xlabel 'training presentations'\n"
            "set ylabel 'fraction'\nset xrange [0:%d]\nset yrange [0:1.05]\n"
            "set grid back lt 1 lw 0.5 lc rgb '#cccccc'\nset key outside below\n"
            "plot $turnover using 1:2 with impulses lw 3 lc '#bbbbbb' title 'synapses pruned', \\\n"
            " $curve using 1:2 with lines lw 2 lc '#0072b2' title 'strong synapses', \\\n"
            " $curve using 1:3 with points pt 7 ps 1.2 lc '#d55e00' title 'sample accuracy'\n",
            title, training->n_presentations);
    return chart_write(&chart, request->folder, "learning_curve.png");
}

/* What a picture says of its run, fit to be quoted in a gnuplot script. */
static void title_of(const struct dataset *dataset, const struct parameters *p, uint64_t seed,
                     char *title, size_t size)
{
    char classes[256];
    snprintf(title, size, "%s, classes %s, turnover %s, seed %llu", dataset->name,
             class_names(dataset, classes, sizeof classes), parameters_choice(p, "turnover.policy"),
             (unsigned long long)seed);
    for (char *c = title; *c; c++)
        if (*c == '\'')
            *c = '_';
}

int run_draw_maps(const char *folder, const struct parameters *p, uint64_t seed,
                  const struct dataset *dataset, const struct maps *maps)
{
    char title[512];
    title_of(dataset, p, seed, title, sizeof title);
    return maps_draw(maps, dataset, title, folder);
}

static void draw_pictures(const struct run_request *request, const struct training *training,
                          const struct maps *maps)
{
    char title[512];
    title_of(training->dataset, request->parameters, request->seed, title, sizeof title);
    if (maps_draw(maps, training->dataset, title, request->folder) != STATUS_OK ||
        draw_curve(request, training, title) != STATUS_OK)
        fprintf(stderr, "spinet: %s\n", status_message());
}

/* Goes on from the last checkpoint that is whole; says on stderr which are not. Without any the
 * run begins anew. */
static int restore(const struct run_request *request, struct training *training,
                   const struct dataset *dataset)
{
    int32_t presentations[8];
    const int32_t n = checkpoint_list(request->folder, presentations, 8);
    struct spike_record *spikes = training->spikes;
    int status = n == 0 && spikes ? spike_record_cut(spikes, 0, "") : STATUS_OK;
    for (int32_t i = 0; i < n; i++) {
        status = checkpoint_read(training, request->seed, request->folder, presentations[i]);
        if (status != STATUS_USER)
            return status;
        char why[1024];
        snprintf(why, sizeof why, "%s", status_message());
        training_free(training);
        const int begun = training_init(training, request->parameters, dataset, request->kernel,
                                        request->seed, request->n_threads);
        if (begun != STATUS_OK)
            return begun;
        training->spikes = spikes;
        status = status_fail(STATUS_USER, "%s", why);
        if (i + 1 < n)
            fprintf(stderr, "spinet: %s; going on from the one before, of presentation %d\n", why,
                    presentations[i + 1]);
    }
    return status;
}

/* What to say, and return, when a signal came; the state is kept. */
static int stopped(const struct run_request *request, bool in_test, int32_t n)
{
    return status_fail(STATUS_INTERRUPTED - interrupt_signal(),
                       "stopped %s presentation %d: spinet train --resume %s goes on",
                       in_test ? "in the test after" : "after", n, request->folder);
}

/* After a presentation: is it time for a checkpoint, or to stop? */
static int keep(const struct run_request *request, const struct training *training)
{
    const int signal = interrupt_signal();
    const int32_t n = training->n_presentations;
    int status = STATUS_OK;
    if (!request->is_resumable)
        return STATUS_OK;
    if (signal || (request->checkpoint_every > 0 && n % request->checkpoint_every == 0))
        status = checkpoint_write(training, request->seed, request->folder);
    return status == STATUS_OK && signal ? stopped(request, false, n) : status;
}

static int train_all(const struct run_request *request, struct training *training)
{
    struct progress progress;
    char note[128] = "", sample[64] = "";
    progress_start(&progress, "train", "presentations",
                   request->parameters->stopping.max_presentations, request->is_quiet);
    progress.before = training->n_presentations;
    while (training->stopped_by == STOP_NOT_YET) {
        int status = training_step(training);
        if (status == STATUS_OK)
            status = keep(request, training);
        if (status != STATUS_OK) {
            progress_clear(&progress);
            return status;
        }
        const struct curve_row *row = &training->curve[training->n_presentations - 1];
        if (row->n_samples > 0)
            snprintf(sample, sizeof sample, "sample accuracy %.0f %%, ",
                     100.0 * row->n_correct / row->n_samples);
        snprintf(note, sizeof note, "%sstrong %.0f %%", sample, 100 * (double)row->strong_fraction);
        progress_update(&progress, training->n_presentations, note);
    }
    progress_finish(&progress, training->n_presentations, note);
    return STATUS_OK;
}

static int write_all(const struct run_request *request, struct training *training,
                     const struct answer *answers, struct run_result *result, double clock_start,
                     time_t started)
{
    struct maps maps;
    int status = maps_init(&maps, &training->network, training->dataset);
    if (status != STATUS_OK)
        return status;
    result->similarity = maps.similarity;
    result->seconds = progress_clock() - clock_start;
    status = write_manifest(request, training, result, started);
    if (status == STATUS_OK)
        status = write_curve(request, training);
    if (status == STATUS_OK)
        status = write_network(request, training);
    if (status == STATUS_OK)
        status = write_predictions(request, training->dataset, answers);
    if (status == STATUS_OK)
        status = maps_write(&maps, training->dataset, request->folder);
    if (status == STATUS_OK && training->maps.n > 0)
        status = map_history_write(&training->maps, request->folder);
    if (status == STATUS_OK && training->retention.n_rows > 0)
        status = write_retention(request, &training->retention);
    if (status == STATUS_OK && request->parameters->record.synapses)
        status = lives_write(training->network.lives, request->folder);
    if (status == STATUS_OK && request->parameters->record.synapses &&
        training->turnover.clustering)
        status = clustering_write(training->turnover.clustering, request->folder);
    if (status == STATUS_OK && request->parameters->record.network)
        status = sonata_write_network(&training->network, training->dataset->classes.label,
                                      training->dataset->train.width, request->folder);
    if (status == STATUS_OK && training->spikes)
        status = spike_record_write(training->spikes, request->folder);
    if (status == STATUS_OK)
        status = write_result(request, training, result);
    if (status == STATUS_OK && request->pictures)
        draw_pictures(request, training, &maps);
    if (status == STATUS_OK)
        status = write_done(request);
    if (status == STATUS_OK) {
        checkpoint_remove_all(request->folder);
        spike_record_remove(request->folder);
    }
    maps_free(&maps);
    return status;
}

/* Trains, tests and writes, in a folder that is ready. */
static int train_in_folder(const struct run_request *request, struct training *training,
                           struct run_result *result, double clock_start, time_t started)
{
    /* the test changes the state, so what it begins with is kept before */
    const bool is_kept = request->is_resumable && request->checkpoint_every > 0;
    const size_t n_answers = (size_t)training->dataset->n_test + 1;
    struct answer *answers = calloc(n_answers, sizeof *answers);
    if (!answers)
        return status_no_memory("the answers", n_answers * sizeof *answers);
    int status = train_all(request, training);
    if (status == STATUS_OK && is_kept)
        status = checkpoint_write(training, request->seed, request->folder);
    training->presenter.may_stop = is_kept;
    if (status == STATUS_OK)
        status = training_end(training);
    if (status == STATUS_OK) {
        status = training_test(training, answers, &result->score);
        if (status == STATUS_OK && is_kept && interrupt_signal())
            status = stopped(request, true, training->n_presentations);
    }
    if (status == STATUS_OK) {
        result->n_presentations = training->n_presentations;
        result->stopped_by = training->stopped_by;
        status = write_all(request, training, answers, result, clock_start, started);
    }
    free(answers);
    return status;
}

/* What a run that is not over leaves in its folder: from now on it can be told from other folders,
 * and gone on with. */
static int begin_in_folder(const struct run_request *request, struct training *training,
                           struct spike_record *spikes, time_t started)
{
    enum { RASTERS_A_THREAD = 4 }; /* so that threads seldom wait for each other in the test */
    const struct presenter *presenter = &training->presenter;
    const bool records = request->parameters->record.spikes;
    int status = STATUS_OK;
    if ((request->is_resumable || records) && !request->resume) {
        const struct run_result none = {.stopped_by = STOP_NOT_YET, .similarity = NAN};
        status = write_manifest(request, training, &none, started);
    }
    if (status == STATUS_OK && records) {
        status = spike_record_open(
            spikes, request->folder, &training->network.layout, presenter->encoder.n_steps,
            presenter->n_threads > 1 ? RASTERS_A_THREAD * presenter->n_threads : 1,
            request->resume);
        training->spikes = status == STATUS_OK ? spikes : NULL;
    }
    return status;
}

/* Everything that could refuse the run has been asked when this begins to write. */
static int train_and_write(const struct run_request *request, struct training *training,
                           struct run_result *result, double clock_start, time_t started)
{
    const bool was_there = file_is_folder(request->folder);
    struct spike_record spikes = {0};
    int lock = -1, status = was_there ? STATUS_OK : file_make_folder(request->folder);
    if (status == STATUS_OK)
        status = lock_folder(request->folder, &lock);
    if (status != STATUS_OK)
        return status;
    status = check_folder(request); /* again: another may have been at work in it until now */
    if (status != STATUS_OK) {
        close(lock);
        return status;
    }
    if (request->resume)
        file_remove_temporary(request->folder);
    else if (was_there)
        clear_folder(request->folder);
    status = begin_in_folder(request, training, &spikes, started);
    if (status == STATUS_OK && request->resume)
        status = restore(request, training, training->dataset);
    if (status == STATUS_OK)
        status = train_in_folder(request, training, result, clock_start, started);
    if (status != STATUS_OK && !was_there)
        rmdir(request->folder); /* only if nothing was written */
    spike_record_free(&spikes);
    if (lock >= 0)
        close(lock);
    return status;
}

int run_execute(const struct run_request *request, struct run_result *result)
{
    const double clock_start = progress_clock();
    const time_t started = time(NULL);
    *result = (struct run_result){0};
    int status = training_check(request->parameters);
    if (status == STATUS_OK)
        status = check_folder(request);
    if (status != STATUS_OK)
        return status;
    struct dataset dataset;
    status = request->files
                 ? dataset_init_from(&dataset, request->parameters, request->seed, request->files)
                 : dataset_init(&dataset, request->parameters, request->seed);
    if (status != STATUS_OK)
        return status;
    struct training training;
    status = training_init(&training, request->parameters, &dataset, request->kernel, request->seed,
                           request->n_threads);
    if (status == STATUS_OK) {
        status = train_and_write(request, &training, result, clock_start, started);
        training_free(&training);
    }
    dataset_free(&dataset);
    return status;
}
