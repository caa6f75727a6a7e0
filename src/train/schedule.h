/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TRAIN_SCHEDULE_H
#define SPINET_TRAIN_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "data/dataset.h"

/* Continual learning (docs/continual.md): training in phases, each with classes of its own, and
 * what happens at the switch from one phase to the next. */

enum stop_reason { STOP_NOT_YET, STOP_STRONG, STOP_LIMIT, STOP_PATIENCE, STOP_ACCURACY };

enum { PHASES_MAX = 64 };

struct schedule_phase {
    struct label_list classes;              /* in the order given */
    double strong, accuracy, presentations; /* what ends the phase; 0: this does not */
    double replay;           /* fraction of presentations of classes of earlier phases */
    double prune, rest_days; /* at the switch to this phase; 0: nothing */
    double turnover;         /* 1: synapses turn over; 0: they do not */
};

struct schedule {
    int32_t n; /* phases; 0: all classes take turns */
    struct schedule_phase phase[PHASES_MAX];
    /* where training is */
    int32_t now;                /* the phase */
    int32_t began;              /* presentations before this phase */
    bool is_switching;          /* the phase has ended, and the switch to the next is not over */
    int32_t shown[CLASSES_MAX]; /* images of each label that have been shown */
    /* images of the phase's classes in the last presentation's sample test; n_samples 0: no test */
    int32_t n_samples, n_correct;
};

/* Reads schedule.phases. Their labels must be among `labels`, unless it is NULL. USER. */
int schedule_init(struct schedule *schedule, const struct parameters *p,
                  const struct label_list *labels);

/* Whether the parameters have phases. */
bool schedule_is_on(const struct parameters *p);

/* Whether the present or an earlier phase has images of the class. */
bool schedule_has_come(const struct schedule *schedule, const struct dataset *dataset,
                       int32_t class_index);

/* The label of the image that is shown after n presentations. */
int32_t schedule_next_label(const struct schedule *schedule, int32_t n);

/* The index of the training image that is shown after n presentations, and its class. Without
 * phases, that of dataset_training_image. */
int32_t schedule_next_image(const struct schedule *schedule, const struct dataset *dataset,
                            int32_t n, int32_t *class_index);

/* Notes that a training image is shown. */
void schedule_note_shown(struct schedule *schedule, const struct dataset *dataset, int32_t image);

/* The reason for which the phase ends after n presentations with this fraction of strong synapses;
 * STOP_NOT_YET: it goes on. */
enum stop_reason schedule_end(const struct schedule *schedule, int32_t n, float strong_fraction);

/* Begins the next phase after n presentations. */
void schedule_advance(struct schedule *schedule, int32_t n);

/* Whether the last phase is under way. */
static inline bool schedule_is_last(const struct schedule *schedule)
{
    return schedule->now + 1 >= schedule->n;
}

/* Whether an image of this label belongs to the phase. */
static inline bool schedule_has_label(const struct schedule_phase *phase, int32_t label)
{
    return label_index(&phase->classes, label) >= 0;
}

#endif
