/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TRAIN_TRAIN_H
#define SPINET_TRAIN_TRAIN_H

#include "train/training.h"

/* Refuses parameters that are wrong whatever the data: parameters_validate, and the texts of
 * protocol, surgery, phases, dopamine and days of tests. USER. */
int training_check(const struct parameters *p);

/* Makes a training of a new network or of that in data.network, and makes the rest before training.
 * USER for parameters that do not fit together. */
int training_init(struct training *training, const struct parameters *p,
                  const struct dataset *dataset, const struct kernel *kernel, uint64_t seed,
                  int32_t n_threads);

/* training_init in two steps: training_prepare makes everything, training_begin makes the rest
 * before training. In between the caller can set may_stop, so that a signal ends that rest:
 * INTERRUPTED - signal. If training_begin fails, it frees the training. */
int training_prepare(struct training *training, const struct parameters *p,
                     const struct dataset *dataset, const struct kernel *kernel, uint64_t seed,
                     int32_t n_threads);
int training_begin(struct training *training);

/* Makes one presentation with everything that follows it (docs/model.md §6): consolidation, sample
 * test, rest, turnover, and the decision whether to stop (training->stopped_by). SYSTEM without
 * memory. With may_stop, a signal interrupts a rest: INTERRUPTED - signal; the state may be saved
 * then, and the next call continues the rest. */
int training_step(struct training *training);

/* The number of sample tests in n presentations. */
int32_t training_count_samples(const struct parameters *p, int32_t n);

/* To be called when training has stopped, before the final test: makes the surgery and the rest
 * between the two, with the tests of record.test_days. A second call does nothing. SYSTEM without
 * memory. A signal ends the rest: with may_stop the status is INTERRUPTED - signal and the training
 * cannot be continued; with presenter.may_stop it is OK. */
int training_end(struct training *training);

/* Makes the final test, of all test images, with CREB 0. Unless it is NULL,
 * readings[dataset->n_test] is set to the answers. Fails only if an observer does. */
int training_test(struct training *training, struct reading *readings, struct score *score);

const char *training_stop_name(enum stop_reason reason);

#endif
