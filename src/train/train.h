/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TRAIN_TRAIN_H
#define SPINET_TRAIN_TRAIN_H

#include "train/training.h"

/* Refuses parameters that can be refused before data are read: parameters_validate, the protocol,
 * the days of tests. USER. */
int training_check(const struct parameters *p);

/* Makes a new network, or takes that of data.network, makes all else that training needs, and goes
 * through the rest before training. USER for parameters that do not fit together. */
int training_init(struct training *training, const struct parameters *p,
                  const struct dataset *dataset, const struct kernel *kernel, uint64_t seed,
                  int32_t n_threads);

/* training_init in two steps: training_prepare makes everything, training_begin goes through the
 * rest before training. In between the caller can set may_stop, so that a signal ends that rest:
 * INTERRUPTED - signal. If training_begin fails, the training has been freed. */
int training_prepare(struct training *training, const struct parameters *p,
                     const struct dataset *dataset, const struct kernel *kernel, uint64_t seed,
                     int32_t n_threads);
int training_begin(struct training *training);

/* One presentation with everything that follows it (docs/model.md §6): consolidation, sample test,
 * turnover, whether to stop, and what is recorded (training->stopped_by). SYSTEM without memory.
 * With may_stop INTERRUPTED - signal in the rest after the presentation: what there is may be kept,
 * and the next step goes on with the rest. */
int training_step(struct training *training);

/* How many sample tests there are in n presentations. */
int32_t training_count_samples(const struct parameters *p, int32_t n);

/* To be called when training has stopped, before the final test: goes through the rest between
 * them, with the tests that record.test_days asks for. A second call does nothing. SYSTEM without
 * memory. A signal ends the rest: with may_stop by INTERRUPTED - signal, after which the training
 * cannot be continued; with presenter.may_stop without an error. */
int training_end(struct training *training);

/* The final test, of all test images, with CREB 0.
 * readings[dataset->n_test] takes the answers, unless it is NULL. What an observer fails with. */
int training_test(struct training *training, struct reading *readings, struct score *score);

const char *training_stop_name(enum stop_reason reason);

#endif
