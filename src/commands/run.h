/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_COMMANDS_RUN_H
#define SPINET_COMMANDS_RUN_H

#include "train/train.h"

struct manifest;

/* One run, from parameters to a folder of results (docs/files.md). */
struct run_request {
    const struct parameters *parameters;
    uint64_t seed;
    const char *folder;
    bool is_put_in_place; /* written beside the folder, which appears when it is finished */
    const struct kernel *kernel;
    int32_t n_threads;
    bool is_quiet;
    bool overwrite;           /* a run that is in the folder already */
    bool pictures;            /* draw maps.png and learning_curve.png */
    bool may_stop;            /* ends soon after a signal (core/interrupt.h), nothing written */
    bool is_resumable;        /* leaves checkpoints: every so many presentations (0: none), */
    int32_t checkpoint_every; /* and when a signal asks to stop (core/interrupt.h) */
    bool resume;              /* goes on with the unfinished run that is in the folder, */
    const struct manifest *manifest; /* whose data these must be; or NULL */
    const char *data_folder;         /* where the files of data are; NULL: where they should be */
    const struct dataset *files;     /* the same files, read already; or NULL */
};

/* What a run came to: a row of result.csv. */
struct run_result {
    int32_t n_presentations;
    enum stop_reason stopped_by;
    struct score score;
    double similarity; /* NaN if there is none */
    double seconds;
};

/* Trains, tests and writes everything, the DONE marker last. USER for parameters or data that do
 * not fit, or a folder that holds something else or is in use; INTERRUPTED - signal after a signal,
 * when its message says how to go on. A picture that cannot be drawn is no failure: it
 * is said on stderr. */
int run_execute(const struct run_request *request, struct run_result *result);

/* Says on stderr what makes one doubt the images of files (data/doubts.h). USER if nothing can be
 * learned from them. */
int run_doubt(const struct dataset *dataset, const struct parameters *p);

/* Is FOLDER/DONE there? */
bool run_is_finished(const char *folder);
/* USER if it is not. */
int run_check_finished(const char *folder);

/* Accuracy of a score, 0 … 1; NaN without tests. */
double run_accuracy(const struct score *score);

#endif
