/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_WEIGHT_RECORD_H
#define SPINET_STORE_WEIGHT_RECORD_H

#include "core/table.h"
#include "train/train.h"

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

#endif
