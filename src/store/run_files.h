/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_RUN_FILES_H
#define SPINET_STORE_RUN_FILES_H

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
    const struct kernel_history
        *kernels;           /* kernels of a run that is to be done again; NULL: `kernel` alone */
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
    bool is_resumable; /* checkpoints are written: every checkpoint_every presentations (0: never),
                        */
    int32_t checkpoint_every;        /* and when a signal asks to stop (core/interrupt.h) */
    bool resume;                     /* the unfinished run in the folder is to be resumed, */
    const struct manifest *manifest; /* whose manifest this is; or NULL */
    const char *data_folder; /* folder to search for the data files; NULL: where they should be */
    const struct dataset *files; /* the same files, read already; or NULL */
};

/* What a run came to: a row of result.csv. */
struct run_result {
    int32_t n_presentations;
    enum stop_reason stopped_by;
    struct score score;
    double similarity;              /* NaN if there is none */
    double seconds, sample_seconds; /* in all, and of these in sample tests */
};

/* What a run may leave in its folder, besides manifest.json and DONE. */
enum run_file_kind {
    RUN_FILE_ALWAYS,    /* in every finished run, a function of its manifest */
    RUN_FILE_ADDED,     /* as these, but not in runs of version 0.1.0 */
    RUN_FILE_ASKED_FOR, /* as these, but only where a parameter asked for it */
    RUN_FILE_PICTURE    /* drawn from the other files */
};

/* The i-th of them, from 0; its name is NULL after the last. */
struct run_file {
    const char *name;
    enum run_file_kind kind;
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

/* The kernel to go on with a run, which is its last, or to do it again, which is its first, and
 * then all must be there: *kernel if it is not NULL, else as the manifest says, or the best if it
 * says nothing. USER if this machine lacks one, with what to do then. */
int run_kernel(const struct manifest *manifest, const char *folder, bool goes_on,
               const struct kernel **kernel);

#endif
