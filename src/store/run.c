/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One run and its folder: who may use it, training with its checkpoints, the test, and at the end
 * what run_files.c and run_pictures.c write. */
#include "store/run.h"

#include <dirent.h>
#include <errno.h>
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
#include "core/shared_file.h"
#include "core/status.h"
#include "data/doubts.h"
#include "store/checkpoint.h"
#include "store/manifest.h"
#include "store/run_files.h"
#include "store/spike_record.h"

bool run_is_finished(const char *folder)
{
    return file_exists_in(folder, "DONE");
}

int run_check_finished(const char *folder)
{
    return run_is_finished(folder)
               ? STATUS_OK
               : status_fail(STATUS_USER,
                             "%s: the run is not finished (no DONE in it): `spinet train --resume` "
                             "goes on with it",
                             folder);
}

/* A network that goes on learning may be that of the run in the folder. */
static int check_network(const struct run_request *request)
{
    const char *network = request->parameters->data.network;
    char *own = file_join(request->folder, "network.h5");
    if (!own)
        return status_no_memory("a file name", strlen(request->folder));
    const bool is_own = *network && file_is_same(own, network);
    free(own);
    return is_own ? status_fail(STATUS_USER,
                                "%s: would be replaced, and is data.network, which is read: name "
                                "another folder",
                                network)
                  : STATUS_OK;
}

/* Whether the folder can take a run; changes nothing. */
static int check_folder(const struct run_request *request)
{
    const char *folder = request->folder;
    if (!file_is_folder(folder))
        return file_exists(folder)
                   ? status_fail(STATUS_USER, "%s: is a file, a folder is needed", folder)
                   : STATUS_OK;
    if (request->resume && access(folder, W_OK) != 0)
        return status_fail(STATUS_USER, "%s: cannot be written (%s)", folder, strerror(errno));
    if (access(folder, R_OK | X_OK) != 0)
        return status_fail(STATUS_USER, "%s: cannot be read (%s)", folder, strerror(errno));
    if (request->resume && run_is_finished(folder))
        return status_fail(STATUS_USER, "%s: is finished, there is nothing to go on with", folder);
    if (request->resume || file_folder_is_empty(folder))
        return STATUS_OK;
    if (!file_exists_in(folder, "manifest.json"))
        return status_fail(
            STATUS_USER, "%s: holds something else than a run: name a new or empty folder", folder);
    if (request->overwrite)
        return check_network(request);
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

/* A training of the request, at its begin; freed if that fails. */
static int begin(const struct run_request *request, struct training *training,
                 const struct dataset *dataset)
{
    const int status = training_prepare(training, request->parameters, dataset, request->kernel,
                                        request->seed, request->n_threads);
    training->may_stop = request->may_stop;
    training->kernels_to_be = request->kernels;
    training->may_change_kernel = request->may_change_kernel;
    return status == STATUS_OK ? training_begin(training) : status;
}

/* What to say, and return, when a signal came; the state is kept if the run is resumable. */
static int stopped(const struct run_request *request, const char *where, int32_t n)
{
    const int code = STATUS_INTERRUPTED - interrupt_signal();
    if (!request->is_resumable)
        return status_fail(code, "stopped %s presentation %d, nothing is kept", where, n);
    return status_fail(code, "stopped %s presentation %d: spinet train --resume %s goes on", where,
                       n, request->folder);
}

/* Goes on from the last checkpoint that is whole; says on stderr which are not. Without any the
 * run begins anew. */
static int restore(const struct run_request *request, struct training *training,
                   const struct dataset *dataset)
{
    int32_t presentations[8];
    const int32_t n = checkpoint_list(request->folder, presentations, 8);
    struct spike_observer *spikes = training->spike_observer;
    int status = STATUS_OK;
    for (int32_t i = 0; i < n; i++) {
        status = checkpoint_read(training, request->seed, request->folder, presentations[i]);
        if (status != STATUS_USER)
            return status;
        char why[1024];
        snprintf(why, sizeof why, "%s", status_message());
        training_free(training);
        const int begun = begin(request, training, dataset);
        if (begun != STATUS_OK)
            return begun <= STATUS_INTERRUPTED ? stopped(request, "before", 1) : begun;
        training->spike_observer = spikes;
        status = status_fail(STATUS_USER, "%s", why);
        if (i + 1 < n)
            fprintf(stderr, "spinet: %s; going on from the one before, of presentation %d\n", why,
                    presentations[i + 1]);
    }
    return status;
}

/* After a presentation, or in the rest after it: is it time for a checkpoint, or to stop? */
static int keep(const struct run_request *request, const struct training *training)
{
    const bool stops = request->may_stop && interrupt_signal();
    const int32_t n = training->n_presentations;
    int status = STATUS_OK;
    if (request->is_resumable &&
        (stops || (request->checkpoint_every > 0 && n % request->checkpoint_every == 0)))
        status = checkpoint_write(training, request->seed, request->folder);
    if (status != STATUS_OK || !stops)
        return status;
    return stopped(request, training->rest_until > 0 ? "in the rest after" : "after", n);
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
        if (status == STATUS_OK || status <= STATUS_INTERRUPTED)
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

static int write_done(const struct run_request *request)
{
    struct new_file file;
    const int status = file_create_in(&file, request->folder, "DONE");
    return status == STATUS_OK ? file_commit(&file) : status;
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
    status = run_write_manifest(request, training, result, started);
    if (status == STATUS_OK)
        status = run_write_results(request, training, answers, result, &maps);
    if (status == STATUS_OK && request->draw)
        status = request->draw(request, training, &maps);
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
    const size_t n_answers = (size_t)training->dataset->n_test + 1;
    struct answer *answers = calloc(n_answers, sizeof *answers);
    if (!answers)
        return status_no_memory("the answers", n_answers * sizeof *answers);
    int status = train_all(request, training);
    /* the rest and the test change the state, so what they begin with is kept before */
    if (status == STATUS_OK && request->is_resumable)
        status = checkpoint_write(training, request->seed, request->folder);
    training->presenter.may_stop = request->may_stop;
    if (status == STATUS_OK) {
        status = training_end(training);
        if (status == STATUS_OK)
            status = training_test(training, answers, &result->score);
        if ((status == STATUS_OK && request->may_stop && interrupt_signal()) ||
            status <= STATUS_INTERRUPTED)
            status = stopped(request,
                             training->rest_until > 0 ? "in the rest after" : "in the test after",
                             training->n_presentations);
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
    int32_t latest;
    const bool goes_on = request->resume && checkpoint_list(request->folder, &latest, 1) > 0;
    int status = STATUS_OK;
    if ((request->is_resumable || records) && !request->resume) {
        const struct run_result none = {.stopped_by = STOP_NOT_YET, .similarity = NAN};
        status = run_write_manifest(request, training, &none, started);
    }
    if (status == STATUS_OK && records) {
        status = spike_record_open(
            spikes, request->folder, &training->network.layout, presenter->encoder.n_steps,
            presenter->n_threads > 1 ? RASTERS_A_THREAD * presenter->n_threads : 1, goes_on);
        training->spike_observer = status == STATUS_OK ? &spikes->observer : NULL;
    }
    return status;
}

/* If a resumed run goes on with another kernel: says so, and in the manifest, too, which the next
 * --resume goes by. */
static int note_kernel(const struct run_request *request, const struct training *training,
                       time_t started)
{
    const struct run_result none = {.stopped_by = STOP_NOT_YET, .similarity = NAN};
    const struct kernel_history *history = &training->kernels;
    const int32_t next = training->n_presentations + 1;
    if (history->n > 1 && history->part[history->n - 1].from == next)
        fprintf(
            stderr,
            "spinet: from presentation %d on with kernel %s, before with %s: fast kernels give "
            "the same spikes, but the last digits of weights may differ; the manifest says so\n",
            next, request->kernel->name, history->part[history->n - 2].name);
    return strcmp(request->manifest->kernel, request->kernel->name) == 0
               ? STATUS_OK
               : run_write_manifest(request, training, &none, started);
}

/* Begins, or goes on, and ends, in a folder that is locked. */
static int fill_folder(const struct run_request *request, struct training *training,
                       struct run_result *result, double clock_start, time_t started)
{
    struct spike_record spikes = {0};
    int status = begin_in_folder(request, training, &spikes, started);
    if (status == STATUS_OK && request->resume)
        status = restore(request, training, training->dataset);
    if (status == STATUS_OK && request->resume)
        status = note_kernel(request, training, started);
    if (status == STATUS_OK)
        status = train_in_folder(request, training, result, clock_start, started);
    spike_record_free(&spikes);
    return status;
}

/* Everything that could refuse the run has been asked when this begins to write. */
static int train_and_write(const struct run_request *request, struct training *training,
                           struct run_result *result, double clock_start, time_t started)
{
    const bool was_there = file_is_folder(request->folder);
    int lock, status = lock_folder(request->folder, &lock);
    if (status == STATUS_OK) /* again: another may have been at work in it until now */
        status = check_folder(request);
    if (status != STATUS_OK) {
        lock_leave_folder(lock);
        return status;
    }
    if (request->resume)
        file_remove_temporary(request->folder);
    else
        clear_folder(request->folder);
    status = fill_folder(request, training, result, clock_start, started);
    if (status != STATUS_OK && !was_there)
        rmdir(request->folder); /* only if nothing was written */
    lock_leave_folder(lock);
    return status;
}

static int write_unfinished(const struct run_request *request, const struct training *training,
                            time_t started)
{
    const struct run_result none = {.stopped_by = STOP_NOT_YET, .similarity = NAN};
    int lock, status = lock_folder(request->folder, &lock);
    if (status == STATUS_OK)
        status = check_folder(request);
    if (status == STATUS_OK) {
        clear_folder(request->folder);
        status = run_write_manifest(request, training, &none, started);
    }
    if (status == STATUS_OK)
        status = checkpoint_write(training, request->seed, request->folder);
    lock_leave_folder(lock);
    return status;
}

int run_write(const struct run_request *request, struct training *training, double clock_start,
              time_t started, struct run_result *result)
{
    *result = (struct run_result){0};
    const int status = check_folder(request);
    if (status != STATUS_OK)
        return status;
    return training->stopped_by == STOP_NOT_YET
               ? write_unfinished(request, training, started)
               : train_and_write(request, training, result, clock_start, started);
}

static int move_file(const char *from, const char *to, const char *name)
{
    char *old = file_join(from, name), *new = file_join(to, name);
    int status = old && new ? STATUS_OK : status_no_memory("a file name", 0);
    if (status == STATUS_OK && !file_rename(old, new))
        status = status_fail(status_of_errno(errno), "%s: cannot be put in place (%s)", new,
                             strerror(errno));
    free(old);
    free(new);
    return status;
}

/* DONE last, so that the run is not finished before it is whole. */
static int move_files(const char *from, const char *to)
{
    DIR *entries = opendir(from);
    const struct dirent *entry;
    int status = STATUS_OK;
    while (entries && status == STATUS_OK && (entry = readdir(entries)))
        if (*entry->d_name != '.' && strcmp(entry->d_name, "DONE") != 0)
            status = move_file(from, to, entry->d_name);
    if (entries)
        closedir(entries);
    return status == STATUS_OK ? move_file(from, to, "DONE") : status;
}

/* A run that another has finished there in the meantime stays; an unfinished one goes, while what
 * else a user has put there stays. */
static int replace_files(const char *from, const char *folder)
{
    int lock, status = lock_folder(folder, &lock);
    if (status == STATUS_OK && !run_is_finished(folder)) {
        clear_folder(folder);
        status = move_files(from, folder);
    }
    lock_leave_folder(lock);
    return status;
}

/* For runs of which nothing is kept before they are finished. Two processes that do the same one
 * do not disturb each other. */
static int train_beside(const struct run_request *request, struct training *training,
                        struct run_result *result, double clock_start, time_t started)
{
    struct run_request beside = *request;
    char *folder;
    int lock, status = file_make_folder_beside(request->folder, &folder, &lock);
    if (status == STATUS_OK) {
        beside.folder = folder;
        status = fill_folder(&beside, training, result, clock_start, started);
    }
    /* once it is renamed, another run may take the name it had */
    const bool is_renamed = status == STATUS_OK && file_rename(folder, request->folder);
    if (status == STATUS_OK && !is_renamed) /* something is there */
        status = replace_files(folder, request->folder);
    if (folder && !is_renamed)
        file_remove_folder(folder);
    lock_leave_folder(lock);
    free(folder);
    return status;
}

static void warn(const char *line)
{
    fprintf(stderr, "spinet: %s\n", line);
}

int run_doubt(const struct dataset *dataset, const struct parameters *p)
{
    return doubts_find(dataset, p, warn);
}

static int open_data(const struct run_request *request, struct dataset *dataset)
{
    if (request->files)
        return dataset_init_from(dataset, request->parameters, request->seed, request->files);
    if (request->manifest)
        return manifest_open_data(request->manifest, request->folder, request->data_folder,
                                  dataset);
    return dataset_init_in(dataset, request->parameters, request->seed, request->data_folder);
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
    status = open_data(request, &dataset);
    if (status != STATUS_OK)
        return status;
    struct training training;
    status = begin(request, &training, &dataset);
    if (status == STATUS_OK) {
        if (!request->files && !request->resume)
            status = run_doubt(&dataset, request->parameters);
        if (request->is_resumable) /* until now a signal ends the program, which has no state yet */
            interrupt_watch();
        if (status == STATUS_OK)
            status = (request->is_put_in_place ? train_beside : train_and_write)(
                request, &training, result, clock_start, started);
        training_free(&training);
    }
    dataset_free(&dataset);
    return status;
}

/* The folder itself or, while it is yet to be made, the one nearest above it that is there; in new
 * memory. */
static char *find_existing(const char *folder)
{
    char *part = strdup(folder);
    while (part && !file_exists(part)) {
        char *slash = strrchr(part, '/');
        if (!slash)
            strcpy(part, "."); /* a name has a byte or more */
        else
            slash[slash == part] = '\0';
    }
    return part;
}

int run_check_not_among_images(const char *folder, const struct parameters *parameters)
{
    const char *const images[] = {parameters->data.train_images, parameters->data.test_images};
    if (parameters->data.kind != DATA_FILES)
        return STATUS_OK;
    char *existing = find_existing(folder);
    int status = existing ? STATUS_OK : status_no_memory("a folder name", strlen(folder));
    for (int i = 0; i < 2 && status == STATUS_OK; i++) {
        char found[SHARED_PATH_MAX];
        const char *read = shared_file_find(images[i], found);
        if (file_is_folder(read) &&
            (file_is_same(existing, read) || file_is_within(existing, read)))
            status = status_fail(STATUS_USER,
                                 "--out %s: lies in %s, whose images are read: name another folder",
                                 folder, images[i]);
    }
    free(existing);
    return status;
}
