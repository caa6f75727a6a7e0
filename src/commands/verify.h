/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_COMMANDS_VERIFY_H
#define SPINET_COMMANDS_VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "commands/options.h"
#include "core/file.h"

struct verify_values {
    struct command_values common;
    int64_t n_sample; /* how many of a sweep's runs are verified; 0: all */
};

/* How many differences have been found so far. */
struct verify_count {
    int32_t n_differ;     /* runs with other results than before */
    int32_t n_unproven;   /* of these, runs done with another kernel than theirs */
    int32_t n_agree;      /* runs, done with another kernel, that agree but for rounding */
    int32_t n_tables;     /* sweeps whose results.csv is not what the runs say */
    int32_t n_incomplete; /* sweeps that lack runs */
};

/* ---- verify.c ---- */

/* Kernels may differ by this much, relative to numbers above 1, since they add in different orders.
 */
#define VERIFY_ROUNDING 1e-5

enum verify_verdict { VERIFY_DIFFERS, VERIFY_AGREES, VERIFY_SAME };
struct verify_outcome {
    enum verify_verdict verdict; /* AGREES: the same but for rounding, with another kernel */
    int32_t n_files;
    char kernels[256]; /* ", with kernel X in place of Y", or "" */
};

/* Does a finished run again, in a folder that is removed afterwards, and compares; prints the first
 * difference. Without the run's kernel, or with --kernel, it is another one. USER if it is not
 * finished, or its data have changed; INTERRUPTED - signal. */
int verify_run(const struct verify_values *values, const char *folder,
               struct verify_outcome *outcome);

void verify_count_in(struct verify_count *count, const struct verify_outcome *outcome);

/* Compares a file with the text that it should have. */
int verify_text(const char *path, const char *again, struct file_difference *difference);

/* Describes the difference that a file is missing, or should not be there. */
void verify_presence(bool was_there, struct file_difference *difference);

void verify_print(const char *folder, const char *name, const struct file_difference *difference);

/* ---- verify_sweep.c ---- */

/* All finished runs of a sweep, or n_sample of them at even distances; then results.csv against
 * what all its runs say. USER if a run has not the parameters that conditions.json says of its
 * name, or the seed in it, or if conditions.json or experiment.json is not there. */
int verify_sweep(const struct verify_values *values, const char *folder,
                 struct verify_count *count);

#endif
