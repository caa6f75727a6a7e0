/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_RECORDS_H
#define SPINET_STORE_RECORDS_H

#include "core/table.h"
#include "store/map_history.h"

/* ---- continual.c ---- */

/* What a network knows of each class while it learns in phases (docs/continual.md): an observer
 * that keeps the tests in the midst of training and writes them as continual.csv and
 * continual_overlap.csv. */
struct continual {
    struct observer observer;
    int64_t n_rows, n_overlaps;
    struct continual_row *row;         /* [n_rows] */
    struct continual_overlap *overlap; /* [n_overlaps] */
};

/* Begins to observe. Nothing is kept of a training without phases. */
void continual_init(struct continual *continual);
void continual_free(struct continual *continual);

/* Accuracy a[i][j] is of the test images of phase j's classes at the end of phase i, from 1, of T;
 * a[0][j] before training. NaN where training ended before its last phase, or has one phase only.
 *   learned     the mean over all j of a[j][j]
 *   forgetting  the mean over j < T of max_{0 < i < T} a[i][j] - a[T][j] (Chaudhry et al. 2018)
 *   backward    transfer, the mean over j < T of a[T][j] - a[j][j] (Lopez-Paz & Ranzato 2017)
 *   forward     transfer, the mean over j > 1 of a[j - 1][j] - a[0][j] (the same) */
struct continual_measures {
    double learned, forgetting, backward, forward;
};
struct continual_measures continual_measure(const struct training *training);

/* ---- trials.c ---- */

/* What the network answered to each training image, how far it was rewarded for that, and what
 * dopamine made of it (docs/reward.md): an observer of a training with plasticity.rule = dopamine,
 * which writes trials.csv. */
struct trial_row {
    int32_t presentation; /* from 1 */
    int32_t image, cue;   /* index of the training image, and its label */
    /* The next five say nothing (-1, NaN) unless plasticity.gate = reward. */
    int32_t answer;            /* label of the class with most votes, -1 if none has any */
    int32_t response;          /* label of the response that was made */
    int32_t reward;            /* 0 or 1 */
    float expected;            /* reward, 0 … 1 */
    float error;               /* reward less what was expected */
    float dopamine_hz, d1, d2; /* as in struct dopamine_effect */
};
extern const struct table trials_table;

struct trials {
    struct observer observer;
    struct trial_row next; /* of the image shown last */
    int64_t n, capacity;
    struct trial_row *row; /* [n] */
};

void trials_init(struct trials *trials);
void trials_free(struct trials *trials);

/* ---- weight_record.c ---- */

/* What every plastic synapse was like as training went on (docs/files.md, synapse_weights.csv.gz).
 */
struct weight_row {
    int32_t presentation; /* from 1; 0: before training */
    int32_t id;           /* the synapse's */
    float weight, tag;    /* after the presentation and all that follows it, before the next; NaN if
                           * the turnover there took the synapse */
    float calcium; /* that the presentation left, before consolidation; NaN before training */
};

extern const struct table weight_table;

struct weight_record {
    struct observer observer; /* the first member: takes rows before training and every
                               * record.weights_period presentations */
    int64_t n, capacity;
    struct weight_row *row; /* [n] by presentation, then by id */
};

/* An empty record, which observes a training. */
void weight_record_init(struct weight_record *record);
void weight_record_free(struct weight_record *record);

/* ---- records.c ---- */

/* What parameters ask to be recorded while training goes on: observers, each of which takes rows,
 * has them in checkpoints, and writes them when the run is finished. Another record is a member
 * here and a line in records.c. */
struct records {
    struct map_history maps;
    struct continual continual;
    struct weight_record weights;
    struct trials trials;
};

/* Makes those that the parameters ask for, before the training begins, and puts them before the
 * other observers. SYSTEM without memory. */
int records_init(struct records *records, const struct parameters *p, const struct dataset *dataset,
                 struct observer **observers);
void records_free(struct records *records);

#endif
