/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_COMMANDS_VERIFY_H
#define SPINET_COMMANDS_VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "commands/options.h"
#include "core/file.h"

struct verify_values {
    struct command_values common;
    int64_t n_sample; /* of a sweep's runs; 0: all */
};

/* What has been found so far. */
struct verify_count {
    int32_t n_differ;   /* runs with other results than before, */
    int32_t n_unproven; /* of them with another kernel than theirs; */
    int32_t n_agree;    /* runs that are the same but for rounding, by another kernel */
    int32_t n_tables;   /* results.csv that do not say what the runs do */
    int32_t n_missing;  /* runs that a sweep should have */
};

/* ---- verify.c ---- */

/* Beyond it kernels may differ, as they add in another order. */
#define VERIFY_ROUNDING 1e-5

enum verify_verdict { VERIFY_DIFFERS, VERIFY_AGREES, VERIFY_SAME };
struct verify_outcome {
    enum verify_verdict verdict; /* AGREES: but for rounding, with another kernel */
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

/* Of a file that should be there and is not, or the other way round. */
void verify_presence(bool was_there, struct file_difference *difference);

void verify_print(const char *folder, const char *name, const struct file_difference *difference);

/* ---- verify_sweep.c ---- */

/* All runs of a sweep's folder, or n_sample of them at even distances; then results.csv against
 * what all its runs say. USER if a run has not the parameters that conditions.json says of its
 * name, or the seed in it, or if results.csv cannot be compared. */
int verify_sweep(const struct verify_values *values, const char *folder,
                 struct verify_count *count);

#endif
