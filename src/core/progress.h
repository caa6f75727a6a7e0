/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_PROGRESS_H
#define SPINET_CORE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/* Progress on stderr: on a terminal a bar with rate and time left, as wide as that is, drawn again
 * at most ten times a second; in a file, or on a terminal that cannot take a line back (TERM is
 * dumb or not set), a plain line now and then. Nothing while another job has the terminal. */
struct progress {
    const char *label; /* must outlive it */
    const char *unit;  /* of what is counted: "presentations" */
    int64_t total;
    int64_t before; /* of it, done before it began to count; 0 unless set after progress_start */
    bool is_quiet, is_terminal;
    double start, last; /* seconds of the monotonic clock */
    bool is_drawn;
};

/* Seconds of the monotonic clock. */
double progress_clock(void);

void progress_start(struct progress *progress, const char *label, const char *unit, int64_t total,
                    bool is_quiet);

/* `done` of the total; `note` (short, or NULL) stands behind the bar. One thread at a time. */
void progress_update(struct progress *progress, int64_t done, const char *note);

/* The last line: what was done and how long it took. */
void progress_finish(struct progress *progress, int64_t done, const char *note);

/* Takes the bar away, so that a message can be printed. */
void progress_clear(struct progress *progress);

#endif
