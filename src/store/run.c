/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One run: training with its checkpoints, the test, and at the end what run_files.c and
 * run_pictures.c write, in a folder that run_folder.c looks after. */
#include "store/run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/file.h"
#include "core/interrupt.h"
#include "core/lock.h"
#include "core/progress.h"
#include "core/scope.h"
#include "core/status.h"
#include "data/dataset.h"
#include "store/checkpoint.h"
#include "store/hdf5_library.h"
#include "store/manifest.h"
#include "store/records.h"
#include "store/spike_record.h"

/* A run at work. */
struct run {
    struct observer observer; /* the first member: keeps checkpoints and shows progress */
    const struct run_request *request;
    struct training *training;
    struct run_result *result;
    double clock_start; /* tick of progress_clock */
    time_t started;
    struct observer *observers; /* observers besides those of the training */
    struct records records;
    struct spike_record spikes;
    struct progress progress;
    char sample[64]; /* what the progress bar says of the last sample test */
    char note[128];  /* all that it says behind the numbers */
};

static void add_observer(struct run *run, struct observer *observer)
{
    observer->next = run->observers;
    run->training->observers = run->observers = observer;
}

/* Makes the training of the request and begins it; frees it if that fails. */
static int begin(struct run *run, const struct dataset *dataset)
{
    const struct run_request *request = run->request;
    struct training *training = run->training;
    TRY(training_prepare(training, request->parameters, dataset, request->kernel, request->seed,
                         request->n_threads));
    training->may_stop = request->may_stop;
    training->may_change_kernel = request->may_change_kernel;
    training->observers = run->observers;
    return training_begin(training);
}

/* Returns INTERRUPTED with a message after a signal; the message says how to go on if the state is
 * kept. */
static int stopped(const struct run_request *request, const char *where, int32_t n)
{
    const int code = STATUS_INTERRUPTED - interrupt_signal();
    if (!request->is_resumable)
        return status_fail(code, "stopped %s presentation %d, nothing is kept", where, n);
    return status_fail(code, "stopped %s presentation %d: spinet train --resume %s goes on", where,
                       n, request->folder);
}

/* ---- the manifest of a run that is not over ---- */

static int write_unfinished_manifest(const struct run *run)
{
    const struct run_result none = {.stopped_by = STOP_NOT_YET, .similarity = NAN};
    return run_write_manifest(run->request, run->training, &none, run->started);
}

/* If a resumed run goes on with another kernel: says so on stderr, and writes it into the manifest,
 * by which the next --resume goes. */
static int note_kernel(const struct run *run)
{
    const struct training *training = run->training;
    const char *all = training->kernels, *last = strrchr(all, ',');
    if (strcmp(run->request->manifest->kernels, all) == 0)
        return STATUS_OK;
    if (last)
        fprintf(stderr,
                "spinet: from presentation %d on with kernel %s, before with %.*s: fast kernels "
                "give the same spikes, but the last digits of weights may differ; the manifest "
                "says so\n",
                training->n_presentations + 1, run->request->kernel->name, (int)(last - all), all);
    return write_unfinished_manifest(run);
}

/* ---- training ---- */

/* Loads the last checkpoint that is intact, and says on stderr which are not. Without any, the run
 * begins anew. */
static int restore(struct run *run)
{
    const struct run_request *request = run->request;
    const struct dataset *dataset = run->training->dataset;
    int32_t presentations[8];
    const int32_t n = checkpoint_list(request->folder, presentations, 8);
    int status = STATUS_OK;
    for (int32_t i = 0; i < n; i++) {
        status = checkpoint_read(run->training, request->seed, request->folder, presentations[i]);
        if (status != STATUS_USER)
            return status;
        char why[1024];
        snprintf(why, sizeof why, "%s", status_message());
        training_free(run->training);
        const int begun = begin(run, dataset);
        if (begun != STATUS_OK)
            return begun <= STATUS_INTERRUPTED ? stopped(request, "before", 1) : begun;
        status = status_fail(STATUS_USER, "%s", why);
        if (i + 1 < n)
            fprintf(stderr, "spinet: %s; going on from the one before, of presentation %d\n", why,
                    presentations[i + 1]);
    }
    return status;
}

/* Called after a presentation, or in the rest after it: writes a checkpoint if it is time for one,
 * and stops the run if a signal came. */
static int keep(struct observer *observer, const struct training *training)
{
    const struct run_request *request = ((const struct run *)observer)->request;
    const bool stops = request->may_stop && interrupt_signal();
    const int32_t n = training->n_presentations;
    if (request->is_resumable &&
        (stops || (request->checkpoint_every > 0 && n % request->checkpoint_every == 0)))
        TRY(checkpoint_write(training, request->seed, request->folder));
    return stops ? stopped(request, training->rest_until > 0 ? "in the rest after" : "after", n)
                 : STATUS_OK;
}

static int show_progress(struct observer *observer, const struct training *training)
{
    struct run *run = (struct run *)observer;
    const struct curve_row *row = training->curve + training->n_presentations - 1;
    const int32_t last = training->sample->last;
    const struct curve_row *sample = training->curve + (last > 0 ? last - 1 : 0);
    if (last > 0 && sample->n_samples > 0)
        snprintf(run->sample, sizeof run->sample, "sample accuracy %.0f %%, ",
                 100.0 * sample->n_correct / sample->n_samples);
    snprintf(run->note, sizeof run->note, "%sstrong %.0f %%", run->sample,
             100 * (double)row->strong_fraction);
    progress_update(&run->progress, training->n_presentations, run->note);
    return STATUS_OK;
}

static int train_all(struct run *run)
{
    struct training *training = run->training;
    struct observer *others = run->observers;
    int status = STATUS_OK;
    run->observer = (struct observer){.paused = keep, .stepped = show_progress};
    add_observer(run, &run->observer);
    progress_start(&run->progress, "train", "presentations",
                   run->request->parameters->stopping.max_presentations, run->request->is_quiet);
    run->progress.before = training->n_presentations;
    while (training->stopped_by == STOP_NOT_YET && status == STATUS_OK)
        status = training_step(training);
    if (status == STATUS_OK)
        progress_finish(&run->progress, training->n_presentations, run->note);
    else
        progress_clear(&run->progress);
    training->observers = run->observers = others;
    return status;
}

/* ---- the end ---- */

static int write_done(const struct run_request *request)
{
    struct new_file file;
    TRY(file_create_in(&file, request->folder, "DONE"));
    return file_commit(&file);
}

static int write_all(const struct run *run, const struct reading *readings,
                     const struct activity *activity)
{
    const struct run_request *request = run->request;
    SCOPED(maps_free) struct maps maps = {0};
    TRY(maps_init(&maps, &run->training->network, run->training->dataset));
    run->result->similarity = maps.similarity;
    run->result->seconds = progress_clock() - run->clock_start;
    TRY(run_write_manifest(request, run->training, run->result, run->started));
    TRY(run_write_results(request, run->training, readings, run->result, &maps, activity));
    if (request->draw)
        TRY(request->draw(request, run->training, &maps));
    TRY(write_done(request));
    checkpoint_remove_all(request->folder);
    spike_record_remove(request->folder);
    return STATUS_OK;
}

/* Goes through the rest after training, and the final test. */
static int test_all(struct run *run, struct reading *readings, struct activity *activity)
{
    const struct run_request *request = run->request;
    struct training *training = run->training;
    int status = training_end(training);
    if (status == STATUS_OK)
        status = activity_init(activity, &training->network.layout, &training->dataset->labels,
                               training->presenter.readout.active_spikes);
    training->presenter.activity = activity;
    if (status == STATUS_OK)
        status = training_test(training, readings, &run->result->score);
    training->presenter.activity = NULL;
    if ((status == STATUS_OK && request->may_stop && interrupt_signal()) ||
        status <= STATUS_INTERRUPTED)
        return stopped(request,
                       training->rest_until > 0 ? "in the rest after" : "in the test after",
                       training->n_presentations);
    return status;
}

/* Trains, tests and writes, in a folder that is ready. */
static int train_in_folder(struct run *run)
{
    const struct run_request *request = run->request;
    struct training *training = run->training;
    OWN_NEW(struct reading, readings, training->dataset->n_test, "the answers");
    SCOPED(activity_free) struct activity activity = {0};
    TRY(train_all(run));
    if (request
            ->is_resumable) /* the rest and the test change the state, so it is kept before them */
        TRY(checkpoint_write(training, request->seed, request->folder));
    training->presenter.may_stop = request->may_stop;
    TRY(test_all(run, readings, &activity));
    run->result->n_presentations = training->n_presentations;
    run->result->sample_seconds = training->sample->seconds;
    run->result->stopped_by = training->stopped_by;
    return write_all(run, readings, &activity);
}

/* ---- the folder ---- */

/* Writes what an unfinished run has in its folder, so that it can be recognised and resumed. */
static int begin_in_folder(struct run *run)
{
    enum { RASTERS_A_THREAD = 4 }; /* several, so that threads seldom wait for each other */
    const struct run_request *request = run->request;
    const struct presenter *presenter = &run->training->presenter;
    const bool records = request->parameters->record.spikes;
    int32_t latest;
    const bool goes_on = request->resume && checkpoint_list(request->folder, &latest, 1) > 0;
    if ((request->is_resumable || records) && !request->resume)
        TRY(write_unfinished_manifest(run));
    if (!records)
        return STATUS_OK;
    TRY(spike_record_open(
        &run->spikes, request->folder, &run->training->network.layout, presenter->encoder.n_steps,
        presenter->n_threads > 1 ? RASTERS_A_THREAD * presenter->n_threads : 1, goes_on));
    add_observer(run, &run->spikes.observer);
    return STATUS_OK;
}

/* Begins or resumes the run, and finishes it, in a folder that is locked. */
static int fill_folder(struct run *run)
{
    TRY(begin_in_folder(run));
    if (run->request->resume) {
        TRY(restore(run));
        TRY(note_kernel(run));
    }
    return train_in_folder(run);
}

/* Begins to write, after everything that could refuse the run has been checked. */
static int train_and_write(struct run *run)
{
    const struct run_request *request = run->request;
    const bool was_there = file_is_folder(request->folder);
    SCOPED(lock_leave) int lock = -1;
    TRY(run_folder_enter(request, &lock));
    if (request->resume)
        file_remove_temporary(request->folder);
    else
        run_folder_clear(request->folder);
    const int status = fill_folder(run);
    if (status != STATUS_OK && !was_there)
        rmdir(request->folder); /* only if nothing was written */
    return status;
}

/* Makes a run beside its folder and renames it when it is finished: for runs of which nothing is
 * kept before. Two processes that make the same run do not disturb each other. */
static int train_beside(struct run *run)
{
    const struct run_request *request = run->request;
    struct run_request beside = *request;
    OWNED char *folder = NULL;
    int lock, status = file_make_folder_beside(request->folder, &folder, &lock);
    if (status == STATUS_OK) {
        beside.folder = folder;
        run->request = &beside;
        status = fill_folder(run);
        run->request = request;
    }
    /* once it is renamed, another run may take the name it had */
    const bool is_renamed = status == STATUS_OK && file_rename(folder, request->folder);
    if (status == STATUS_OK && !is_renamed) /* another run, or something else, is in its place */
        status = run_folder_replace(folder, request->folder);
    if (folder && !is_renamed)
        file_remove_folder(folder);
    lock_leave_folder(lock);
    return status;
}

static int write_unfinished(const struct run *run)
{
    const struct run_request *request = run->request;
    SCOPED(lock_leave) int lock = -1;
    TRY(run_folder_enter(request, &lock));
    run_folder_clear(request->folder);
    TRY(write_unfinished_manifest(run));
    return checkpoint_write(run->training, request->seed, request->folder);
}

int run_write(const struct run_request *request, struct training *training, double clock_start,
              time_t started, struct run_result *result)
{
    struct run run = {.request = request,
                      .training = training,
                      .result = result,
                      .clock_start = clock_start,
                      .started = started,
                      .observers = training->observers};
    *result = (struct run_result){0};
    TRY(run_folder_check(request));
    return training->stopped_by == STOP_NOT_YET ? write_unfinished(&run) : train_and_write(&run);
}

static int open_data(const struct run_request *request, struct dataset *dataset)
{
    if (request->files)
        return dataset_init_from(dataset, request->parameters, request->seed, request->files);
    if (request->manifest)
        return manifest_open_data(request->manifest, request->folder, request->data_folder,
                                  DATASET_CLASSES, dataset);
    return dataset_init_in(dataset, request->parameters, request->seed,
                           &(struct data_places){.folder = request->data_folder}, DATASET_CLASSES);
}

/* Runs a training that has begun to its end in the folder. */
static int execute(struct run *run)
{
    const struct run_request *request = run->request;
    if (!request->files && !request->resume)
        TRY(doubts_find(run->training->dataset, request->parameters, request->warn));
    return request->is_put_in_place ? train_beside(run) : train_and_write(run);
}

static void free_observers(struct run *run)
{
    spike_record_free(&run->spikes);
    records_free(&run->records);
}

int run_execute(const struct run_request *request, struct run_result *result)
{
    SCOPED(training_free) struct training training = {0};
    SCOPED(dataset_free) struct dataset dataset = {0};
    SCOPED(free_observers)
    struct run run = {.request = request,
                      .training = &training,
                      .result = result,
                      .clock_start = progress_clock(),
                      .started = time(NULL)};
    *result = (struct run_result){0};
    TRY(training_check(request->parameters));
    TRY(run_folder_check(request));
    if (request->parameters->record.network || request->parameters->record.spikes)
        TRY(hdf5_load()); /* rather now than after the training */
    TRY(open_data(request, &dataset));
    TRY(records_init(&run.records, request->parameters, &dataset, &run.observers));
    TRY(begin(&run, &dataset));
    if (request->is_resumable)
        interrupt_watch(); /* before this a signal ends the program: there is no state to keep */
    return execute(&run);
}
