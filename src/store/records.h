/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_RECORDS_H
#define SPINET_STORE_RECORDS_H

#include "store/continual.h"
#include "store/map_history.h"
#include "store/trials.h"
#include "store/weight_record.h"

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
