/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_SPIKE_RECORD_H
#define SPINET_STORE_SPIKE_RECORD_H

#include <stdbool.h>
#include <stdio.h>

#include "core/sha256.h"
#include "train/train.h"

/* Every spike of a run's training presentations and of its final test (docs/files.md, spikes.h5),
 * as an observer of the training. While the run goes on they are appended to FOLDER/spikes.part, so
 * that memory holds only those of a few presentations, and a checkpoint only has to say how far the
 * file was. */

/* A presentation, as spikes.part has it before its spikes. */
struct shown {
    int32_t phase, image, label, unused;
    int64_t n_spikes;
};

struct spike_record {
    struct observer observer; /* the first member */
    char *path;
    FILE *stream;
    int32_t n_steps;      /* steps of 1 ms in a presentation */
    int64_t n_bytes;      /* bytes in spikes.part */
    struct sha256 digest; /* of these bytes */
    int32_t n, capacity;  /* presentations */
    struct shown *shown;  /* [n] */
    int64_t spikes_capacity;
    struct spike *spikes; /* spikes of the presentation that is being added */
};

/* Begins a record or, for a resumed run, opens the file, which must be there. Then a checkpoint has
 * to be loaded, which cuts off what was added after it. USER if the file does not begin as it did
 * when the checkpoint was written; it is then left as it is. USER, SYSTEM. */
int spike_record_open(struct spike_record *record, const char *folder, const struct layout *layout,
                      int32_t n_steps, int32_t n_rasters, bool resume);

/* Safe on a zeroed structure. The file stays. */
void spike_record_free(struct spike_record *record);

/* Removes FOLDER/spikes.part: the run is finished. */
void spike_record_remove(const char *folder);

#endif
