/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_COMMANDS_RUN_H
#define SPINET_COMMANDS_RUN_H

#include "analysis/maps.h"
#include "core/progress.h"
#include "train/train.h"

/* One run, from parameters to a folder of results (docs/files.md). */
struct run_request {
    const struct parameters *parameters;
    uint64_t seed;
    const char *folder;
    const struct kernel *kernel;
    int32_t n_threads;
    bool is_quiet;
    bool overwrite;              /* a run that is in the folder already */
    bool pictures;               /* draw maps.png and learning_curve.png */
    bool is_resumable;           /* leaves checkpoints: every so many presentations (0: none), */
    int32_t checkpoint_every;    /* and when a signal asks to stop (core/interrupt.h) */
    bool resume;                 /* goes on with the unfinished run that is in the folder */
    const struct dataset *files; /* the same files, read already; or NULL */
};

/* What a run came to: a row of result.csv. */
struct run_result {
    int32_t n_presentations;
    enum stop_reason stopped_by;
    struct score score;
    double similarity; /* NaN if there is none */
    double seconds;
};

/* What a run may leave in its folder, besides manifest.json and DONE. */
enum run_file_kind {
    RUN_FILE_ALWAYS,    /* there in every finished run; a function of its manifest */
    RUN_FILE_ASKED_FOR, /* the same, where a parameter asked for it */
    RUN_FILE_PICTURE    /* drawn from the others */
};
enum { RUN_N_FILES = 16 };
extern const struct run_file {
    const char *name;
    enum run_file_kind kind;
} run_files[RUN_N_FILES];

/* Trains, tests and writes everything, the DONE marker last. USER for parameters or data that do
 * not fit, or a folder that holds something else or is in use; INTERRUPTED - signal after a signal,
 * when its message says how to go on. A picture that cannot be drawn is no failure: it
 * is said on stderr. */
int run_execute(const struct run_request *request, struct run_result *result);

/* Is FOLDER/DONE there? */
bool run_is_finished(const char *folder);

/* Draws FOLDER/maps.png, titled with what the run was. */
int run_draw_maps(const char *folder, const struct parameters *p, uint64_t seed,
                  const struct dataset *dataset, const struct maps *maps);

/* Accuracy of a score, 0 … 1; NaN without tests. */
double run_accuracy(const struct score *score);

#endif
