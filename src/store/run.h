/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_RUN_H
#define SPINET_STORE_RUN_H

#include "store/run_folder.h"

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

#endif
