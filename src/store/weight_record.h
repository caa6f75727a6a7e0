/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_WEIGHT_RECORD_H
#define SPINET_STORE_WEIGHT_RECORD_H

#include "core/table.h"
#include "train/train.h"

/* What every plastic synapse was like as training went on (docs/files.md, synapse_weights.csv.gz).
 */
struct weight_row {
    int32_t presentation, id; /* training presentations done; of the synapse */
    float weight, tag;        /* after it; NaN if the turnover after it took the synapse */
    float calcium;            /* that it left, before it was consolidated; NaN before training */
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

/* Safe on a zeroed structure. */
void weight_record_free(struct weight_record *record);

#endif
