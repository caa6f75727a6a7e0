/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_TRAIN_TRAINING_H
#define SPINET_TRAIN_TRAINING_H

/* A training: its parts, and single actions on them. train/train.h has the protocol that says in
 * which order these happen. */

#include "neuron/raster.h"
#include "plasticity/consolidation.h"
#include "plasticity/gate.h"
#include "spines/spines.h"
#include "train/ahead.h"
#include "train/observer.h"
#include "train/retention.h"
#include "train/schedule.h"
#include "train/task.h"
#include "train/test.h"
#include "turnover/turnover.h"

/* One training presentation, as a row of learning_curve.csv. */
struct curve_row {
    int32_t n_samples, n_correct; /* of the sample test; 0, 0 if none was due */
    float strong_fraction;
    struct turnover_report turnover; /* 0, 0 if no turnover was due */
    struct spines_report spines;     /* lost and born by themselves */
};

/* The sample test of a presentation, which may still run while later presentations are made. */
struct sample_test {
    struct test test;
    int32_t after;  /* number of the presentation whose test is running; 0: none is */
    int32_t last;   /* number of the last presentation whose test's score is in the curve */
    double seconds; /* time spent in sample tests, or waiting for them */
};

/* A training in progress: its whole state between two presentations. */
struct training {
    const struct parameters *parameters; /* parameters and data set must outlive the training */
    const struct dataset *dataset;
    struct network network;
    struct presenter presenter;
    struct consolidation consolidation;
    struct gate gate;
    struct turnover turnover;
    struct spines spines;
    struct schedule schedule;
    int32_t n_presentations;
    int32_t age_at_start; /* presentations that a network from data.network had seen before */
    enum stop_reason stopped_by;
    /* spikes of the last presentation in training */
    int32_t *spikes;           /* [n_neurons] */
    int32_t *dendritic_spikes; /* [n_dendrites] */
    bool may_stop;             /* a signal may interrupt a rest */
    bool has_ended;            /* training_end has been completed */
    double rest_until;         /* day on which the present rest ends; 0: there is none */
    struct curve_row *curve;   /* [max_presentations], n_presentations of them filled */
    struct sample_test *sample;
    struct ahead *ahead;         /* presentations made ahead of time; NULL: none so far */
    bool has_learned;            /* there was something to learn from the last image (gate.h) */
    float learning;              /* running mean of has_learned, over about 64 images */
    struct retention retention;  /* tests during the rest before the final test */
    struct task_spines task;     /* with record.task_images: spines related to the task */
    struct observer *observers;  /* list of the caller's; called from training_begin on */
    char kernels[KERNELS_BYTES]; /* kernels that have computed it: "avx512, avx2 from 61" */
    bool may_change_kernel;      /* a checkpoint of another kernel is accepted, too */
};

/* How many presentations the network has seen in its life: turnover, births and deaths go by
 * this. */
static inline int32_t training_age(const struct training *training)
{
    return training->age_at_start + training->n_presentations;
}

/* Policy and rule in place of those that the parameters name; NULL: those. They must outlive the
 * training. */
struct own_rules {
    const struct turnover_policy *policy;
    const struct plasticity_rule *rule;
};

/* The source of a network that is not wired at random. Both functions can fail: USER, SYSTEM. */
struct network_origin {
    /* makes training->network, with lives if the source has them and the training needs them, and
     * sets training->age_at_start */
    int (*make_network)(struct network_origin *origin, struct training *training, uint64_t seed);
    /* sets the state of training->spines and training->turnover */
    int (*restore_state)(struct network_origin *origin, struct training *training);
};

/* As training_prepare, with a policy and a rule of the caller's and the network of `origin`; NULL:
 * a new network. Ignores data.network. */
int training_build(struct training *training, const struct parameters *p,
                   const struct dataset *dataset, const struct kernel *kernel, uint64_t seed,
                   int32_t n_threads, struct own_rules own, struct network_origin *origin);

void training_free(struct training *training);

/* As spines_live; then calls training_renew if cells have scaled fixed synapses. */
int training_live(struct training *training, double end, bool is_rest,
                  struct spines_report *report);

/* With schedule.new_cells: adds the cells of classes that the phases so far need, with new
 * synapses, which are counted in *report. `report` NULL: the network has the synapses already.
 * SYSTEM without memory. */
int training_admit_cells(struct training *training, struct turnover_report *report);

/* Makes the presenter anew after fixed synapses have changed, which its kernels copy. SYSTEM
 * without memory. */
int training_renew(struct training *training);

/* Makes a presentation and does training_note_shown. If `learns`, synapses take up calcium. */
void training_show(struct training *training, struct presentation *presentation,
                   const struct stimulus *stimulus, int32_t teacher, bool learns);

/* Notes a presentation in training->spikes and dendritic_spikes, and for the consolidation that
 * follows. */
void training_note_shown(struct training *training, const struct presentation *presentation,
                         int32_t teacher, bool learns);

/* Does surgery_do (train/surgery.h) and training_renew. */
int training_operate(struct training *training, const char *text, const char *key, uint32_t draw);

/* The fraction of the plastic synapses whose weight is above stopping.strong_weight; 0 if there are
 * none. */
float training_strong_fraction(const struct parameters *p, const struct network *network);

/* The index of the next training image, and its class. */
int32_t training_next_image(const struct training *training, int32_t *class_index);

/* Waits for the sample test that is running, if there is one, and writes its score into the curve;
 * drops a presentation made ahead of time. To be called before the curve is read, fixed synapses
 * change or test_images is called; a step in which training stops does it. (Sample tests run while
 * later presentations are made, unless the training has one thread, a large network or may stop by
 * their result.) */
void training_take_sample(const struct training *training);

/* Writes the score of the sample test after presentation n into its row of the curve. */
void training_note_sample(const struct training *training, int32_t n, const struct score *score);

#endif
