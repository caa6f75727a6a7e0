/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TESTS_SUPPORT_H
#define SPINET_TESTS_SUPPORT_H

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <cmocka.h> /* needs those above */

#include "core/parameters.h"

/* CMocka setup and teardown: a new folder in $TMPDIR or /tmp as *state, removed with all in it. */
int support_make_folder(void **state);
int support_remove_folder(void **state);

/* Removes a folder with all in it, if it is there. */
void support_remove_tree(const char *path);

/* A test with such a folder. */
#define WITH_FOLDER(test)                                                                          \
    cmocka_unit_test_setup_teardown(test, support_make_folder, support_remove_folder)

/* "folder/name", kept until the folder is removed (at most 64 of them). */
const char *support_path(void **state, const char *name);

/* Make a file in the folder and return its path. */
const char *support_write(void **state, const char *name, const void *bytes, size_t n);
const char *support_write_text(void **state, const char *name, const char *text);
const char *support_write_gzip(void **state, const char *name, const void *bytes, size_t n);

struct images;
struct dataset;
struct network;
struct training;

/* Makes a new random network of these parameters; a status. */
int support_connect(struct network *network, const struct parameters *p, int32_t n_classes,
                    int32_t n_inputs, uint64_t seed);

/* Writes images and labels as IDX files; a status. */
int support_write_idx(const struct images *images, const char *images_path,
                      const char *labels_path);

/* Makes what this process on this machine would leave half written of the file, and returns its
 * path; the same of a process that is gone. */
const char *support_leave_temporary(void **state, const char *name, pid_t process);
const char *support_leave_stale(void **state, const char *name);

/* The file's bytes in new memory, with a NUL after them; fails the test if it cannot be read. */
uint8_t *support_read(const char *path, size_t *n);

/* The figure NAME of a page, as the JSON that is in it; fails the test if it is not there. */
json_t *support_figure(void **state, const char *page, const char *name);

/* Fails unless both files hold the same bytes. */
void support_expect_same(const char *path, const char *other);

/* Fails unless status_message() holds every one of the strings, the last of which is NULL. */
void support_assert_message(const char *part, ...);

#define SUPPORT_SPACE "\x1f"

/* Whether tests should do less of the same, being run by something slow ($SPINET_SLOW). */
bool support_is_slow(void);

/* For a child before exec: the program takes signals as from a terminal, although the tests may run
 * under nohup or behind a shell, where some are ignored. */
void support_default_signals(void);

/* For a child before exec: an alarm that support_run_till_stopped sets. 0, or -1 if it cannot be.
 */
int support_set_alarm(void);

/* What a run of the program under test came to. */
struct support_run {
    int exit_code;   /* 128 + the signal if one ended it */
    long memory_kib; /* at most in use at a time */
    char *out, *err;
};

/* The program under test, $SPINET (default: build/spinet), by its whole path. */
char *support_program(void);

/* Sets "GROUP.KEY=VALUE"; the test fails if that cannot be. */
void support_set(struct parameters *p, const char *assignment);

/* For a test's setup: preset authors with these assignments (NULL at the end), its data set, and a
 * folder. 0, or -1 if that fails. */
int support_prepare(void **state, struct parameters *p, struct dataset *dataset, uint64_t seed,
                    const char *const *assignments);

/* training_init with the fast kernel and one thread; the test fails if that cannot be. */
void support_begin_training(struct training *training, const struct parameters *p,
                            const struct dataset *dataset, uint64_t seed);

/* Trains to presentation n, or to where training stops. */
void support_train_to(struct training *training, int32_t n);

void support_expect_near(double found, double expected, double within);

/* Starts the program beside the test, in the test's working folder. `arguments` begin with "spinet"
 * and end with NULL; its output is thrown away, and what it says on stderr goes to the file `err`,
 * or (NULL) as well. */
pid_t support_start(const char *const *arguments, const char *err);

/* Waits for it to end: its exit code, or 1000 + the signal that ended it. */
int support_finish(pid_t pid);

/* Runs the program that $SPINET names (default: build/spinet) with the folder of *state as working
 * directory, without a shell. `arguments`: words between single spaces; the word '' is the empty
 * one, @/ at the start of a word is tests/golden/, and SUPPORT_SPACE within one a space. Free the
 * result with support_run_free. */
void support_run(void **state, struct support_run *run, const char *arguments);
void support_run_free(struct support_run *run);

/* The same, with a call in the new process just before the program begins (its working directory,
 * stdout and stderr are in place; what it returns other than 0 ends the process with code 126). */
void support_run_with(void **state, struct support_run *run, const char *arguments,
                      int (*prepare)(void));

/* Runs it again and again, each time from the beginning, until an alarm has stopped it where it
 * says `says`. The alarms come later and later, from 10 ms on, and from 10 ms on again when the
 * program got to its end, so that a slow machine comes to it, too. `prepare` is support_set_alarm,
 * or calls it. */
void support_run_till_stopped(void **state, const char *arguments, int (*prepare)(void),
                              const char *says);

/* Runs it and fails the test unless it succeeds. Returns what it printed, to be freed. */
char *support_run_well(void **state, const char *arguments);

/* sum of (observed - expected)^2 / expected over n cells of equal expectation. */
double support_chi_square(const int32_t *observed, int n);

#endif
