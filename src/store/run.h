/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_RUN_H
#define SPINET_STORE_RUN_H

#include <time.h>

#include "store/manifest.h"
#include "train/maps.h"
#include "train/train.h"

/* One run, from parameters to a folder of results (docs/files.md). */
struct run_request {
    const struct parameters *parameters;
    uint64_t seed;
    const char *folder;
    bool is_put_in_place; /* written beside the folder, which appears when it is finished */
    const struct kernel *kernel;
    bool may_change_kernel; /* a resumed run may have another kernel than its checkpoint */
    int32_t n_threads;
    bool is_quiet;
    bool overwrite; /* a run that is in the folder may be replaced */
    /* draws pictures of what the run came to, into the folder; NULL: none are asked for */
    int (*draw)(const struct run_request *request, const struct training *training,
                const struct maps *maps);
    /* takes a line about images that look doubtful (data/doubts.c); or NULL */
    void (*warn)(const char *line);
    bool may_stop;     /* a signal (core/interrupt.h) ends the run soon, with nothing written */
    bool is_resumable; /* a checkpoint is written when a signal asks to stop (core/interrupt.h) */
    int32_t checkpoint_every;        /* and after every so many presentations; 0: then only */
    bool resume;                     /* goes on with the unfinished run in the folder */
    const struct manifest *manifest; /* of that run; NULL without `resume` */
    const char *data_folder; /* folder to search for the data files; NULL: where they should be */
    const struct dataset *files; /* a data set of the same files, whose images are used instead of
                                  * reading them again; or NULL */
};

/* What a run came to: a row of result.csv. */
struct run_result {
    int32_t n_presentations;
    enum stop_reason stopped_by;
    struct score score;
    double similarity;              /* NaN if there is none */
    double seconds, sample_seconds; /* in all, and of these in sample tests */
};

/* Trains, tests and writes everything, the DONE marker last. USER for parameters or data that do
 * not fit, or a folder that holds something else or is in use; INTERRUPTED - signal after a signal,
 * when its message says how to go on. A picture that cannot be drawn is no failure: it
 * is said on stderr. */
int run_execute(const struct run_request *request, struct run_result *result);

/* The same of a training in memory, begun at that time and tick of progress_clock. Of one that has
 * not stopped yet, what an interrupted run leaves: with its manifest and checkpoint, --resume goes
 * on. */
int run_write(const struct run_request *request, struct training *training, double clock_start,
              time_t started, struct run_result *result);

/* ---- run_files.c: what a run leaves in its folder ---- */

/* The i-th of the files besides manifest.json and DONE, from 0; its name is NULL after the last. A
 * file that is not drawn is a function of the manifest. */
struct run_file {
    const char *name;
    bool is_drawn; /* from the other files */
};
struct run_file run_file_at(int i);

/* Writes FOLDER/manifest.json: what the run is a function of, and what it came to; of a run that is
 * not over, stopped_by none. SYSTEM if it cannot be written, as all of these. */
int run_write_manifest(const struct run_request *request, const struct training *training,
                       const struct run_result *result, time_t started);

/* Writes every other file but the pictures; `readings` [dataset->n_test] and `activity` are of the
 * final test. */
int run_write_results(const struct run_request *request, const struct training *training,
                      const struct reading *readings, const struct run_result *result,
                      const struct maps *maps, const struct activity *activity);

/* The kernel to go on with a run, or to look into it: *kernel if it is not NULL, else the run's
 * last, or the best if the manifest names none. USER if this machine lacks it, with what to do
 * then. */
int run_kernel(const struct manifest *manifest, const char *folder, const struct kernel **kernel);

/* ---- run_folder.c: who may use the folder, and what becomes of an earlier run in it ---- */

/* Whether the run in the folder is finished (FOLDER/DONE exists). */
bool run_is_finished(const char *folder);
/* USER if the run in the folder is not finished. */
int run_check_finished(const char *folder);

/* Checks that request->folder can take the run; changes nothing. USER. */
int run_folder_check(const struct run_request *request);

/* Makes and locks the folder, and checks it again, since another process may have been at work in
 * it until now. The caller has to call lock_leave_folder(*lock), also if this fails. */
int run_folder_enter(const struct run_request *request, int *lock);

/* Removes an earlier run from the folder, its DONE first, so that nothing of it can be mistaken for
 * a part of the new one. The manifest, which marks the folder as a run's, stays. */
void run_folder_clear(const char *folder);

/* Moves the files of a finished run into a folder where something is. A run that another has
 * finished there in the meantime stays; an unfinished one goes, while what else a user has put
 * there stays. */
int run_folder_replace(const char *from, const char *folder);

#endif
