/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_PROGRESS_H
#define SPINET_CORE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/* Progress of long work on stderr. On a terminal: a bar with rate and time left, as wide as the
 * terminal, redrawn at most ten times a second. In a file, or on a terminal that cannot move back
 * in a line (TERM is dumb or not set): a plain line now and then. Nothing while another job has the
 * terminal. */
struct progress {
    const char *label; /* the caller's; must outlive the progress */
    const char *unit;  /* of what is counted: "presentations" */
    int64_t total;
    int64_t before; /* what an earlier process had done of the total: the rate leaves it out */
    bool is_quiet, is_terminal;
    double start, last; /* seconds of the monotonic clock */
    bool is_drawn;
};

/* Seconds of the monotonic clock. */
double progress_clock(void);

void progress_start(struct progress *progress, const char *label, const char *unit, int64_t total,
                    bool is_quiet);

/* Shows that `done` of the total are done, and `note` (short, or NULL) behind the bar. To be called
 * by one thread at a time. */
void progress_update(struct progress *progress, int64_t done, const char *note);

/* Prints the last line: how much was done and how long it took. */
void progress_finish(struct progress *progress, int64_t done, const char *note);

/* Erases the bar, so that a message can be printed in its place. */
void progress_clear(struct progress *progress);

#endif
