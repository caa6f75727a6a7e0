/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TRAIN_REST_H
#define SPINET_TRAIN_REST_H

#include "train/training.h"

/* Days without training presentations, before and after training, between presentations and between
 * phases (docs/spines.md): tags and CREB decay, living spines go on living, cells scale their
 * weights; and with rest.reactivation_hours what was learnt is reactivated. */

/* Lets days without presentations go by. SYSTEM without memory; with may_stop STATUS_INTERRUPTED
 * minus the number of the signal. */
int rest_begin(struct training *training, double days, struct spines_report *report);

/* Goes on with a rest that has begun, if there is one, to its end (training->rest_until).
 * Interrupted as rest_begin, it goes on at the next call, to the same result. SYSTEM. */
int rest_on(struct training *training, struct spines_report *report);

/* Reactivation number k >= 0: shows a training image of a class that was learnt, classes in turn,
 * or its pixels in random places, without a teacher, and consolidates what the synapses took up. No
 * presentation is counted, no policy or observer told; targets of homeostasis stay. SYSTEM. */
int rest_reactivate(struct training *training, int64_t k);

#endif
