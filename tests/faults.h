/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TESTS_FAULTS_H
#define SPINET_TESTS_FAULTS_H

#include <stdint.h>
#include <sys/types.h>

#include "support.h"

/* What test_faults and test_signals share: runs of the real binary that are disturbed, and what has
 * to be left then. */

#define SMALL                                                                                      \
    " --no-pictures --threads 1 --seed 5 --set data.test_per_class=20 "                            \
    "--set stopping.max_presentations=24 "
#define TRAIN "train --quiet --checkpoint-every 7" SMALL

/* Trains with the files of write_idx. */
#define TRAIN_IDX                                                                                  \
    "train --quiet --no-pictures --threads 1 --out run --set data.kind=files "                     \
    "--set data.train_images=i --set data.train_labels=l --set data.test_images=i "                \
    "--set data.test_labels=l"

/* ---- what is left ---- */

/* Names in the folder, sorted, with spaces between; valid until the next call. */
const char *names_in(const char *folder);

/* Exit code `code`, nothing on stdout, and this one line (without "spinet: ") on stderr; `prepare`
 * as in support_run_with. */
void expect_line(void **state, const char *arguments, int (*prepare)(void), int code,
                 const char *line);

/* The run in this folder is finished, and is what an undisturbed one gives. */
void expect_verified(void **state, const char *name);

/* Goes on with the run in this folder, to its end. */
void resume(void **state, const char *name);

/* ---- a program at work ---- */

/* Starts `spinet arguments` in the folder, with what it says on stderr in the file `err` there. */
pid_t start(void **state, const char *arguments, int (*prepare)(void));

/* Waits for its end: its exit code, or 128 + the signal that ended it. */
int finish(pid_t child);

/* What it said on stderr, in memory to be freed. */
char *said(void **state);

void wait_ms(int ms);

/* Fails the test if there is no such file within a minute. */
void wait_for(const char *path);

/* The same, until the program handles SIGTERM itself. */
void wait_for_handler(pid_t child);

/* ---- faults ---- */

/* Skip the test where sanitizers or gcov are in the program: they take terabytes of addresses, and
 * have allocators of their own. */
void need_plain_program(void);

/* Skips the test with the thread sanitizer. It keeps what it knows of constants in a file, which a
 * limit on files cuts off: its own look there is then a bus error. And on a busy machine clang
 * 14's lets one SIGINT in five through to the system, past the handler that has been set. */
void need_no_thread_sanitizer(void);

/* For `prepare`. */
int limit_files_to_100_kib(void);

/* Fails the test unless tests/shim.c has been built; then load_shim, for `prepare`, has the program
 * use it. */
void find_shim(void);
int load_shim(void);

/* A sparse IDX file i of n images of 1024 x 1024 that are black, whose path comes back, and a file
 * l of their labels, 1 and 2 in turn. */
const char *write_idx(void **state, uint32_t n);

#endif
