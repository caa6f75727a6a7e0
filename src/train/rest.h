/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TRAIN_REST_H
#define SPINET_TRAIN_REST_H

#include "train/training.h"

/* Days without training presentations: before and after training, between presentations and between
 * phases (docs/spines.md). Tags and CREB decay, spines change by themselves, cells scale their
 * weights, and with rest.reactivation_hours learned images are reactivated. */

/* Begins a rest of so many days and makes it to its end. SYSTEM without memory; with
 * training->may_stop, a signal interrupts it: INTERRUPTED - signal. */
int rest_begin(struct training *training, double days, struct spines_report *report);

/* Continues a rest that was interrupted, if there is one, to its end (training->rest_until), with
 * the same result as without the interruption. Fails as rest_begin does. */
int rest_on(struct training *training, struct spines_report *report);

/* Makes reactivation k >= 0: presents a training image of a class that was learned, or its pixels
 * in random places, without a teacher, and consolidates the calcium. Classes take turns. It does
 * not count as a presentation, policies and observers are not called, and targets of homeostasis
 * stay. SYSTEM. */
int rest_reactivate(struct training *training, int64_t k);

#endif
