/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_SPIKE_RECORD_H
#define SPINET_STORE_SPIKE_RECORD_H

#include <stdbool.h>
#include <stdio.h>

#include "store/archive.h"
#include "train/train.h"

/* Every spike of a run's training presentations and of its final test (docs/files.md, spikes.h5).
 * While the run goes on they are appended to FOLDER/spikes.part, so that memory holds only those of
 * a few presentations, and a checkpoint only has to say how far the file was. */

/* A presentation, as spikes.part has it before its spikes. */
struct shown {
    int32_t phase, image, label, unused;
    int64_t n_spikes;
};

struct spike_record {
    struct spike_observer observer; /* the first member: it is how training knows the record */
    char *path;
    FILE *stream;
    int32_t n_steps; /* a presentation, of 1 ms */
    int32_t n_neurons;
    int64_t n_bytes;     /* of spikes.part */
    void *digest;        /* SHA-256 of them */
    int32_t n, capacity; /* presentations */
    struct shown *shown; /* [n] */
    int64_t spikes_capacity;
    struct spike *spikes; /* of the one that is being added */
};

/* Begins one, or takes up the file that must be there (then spike_record_move has to follow). USER,
 * SYSTEM. */
int spike_record_open(struct spike_record *record, const char *folder, const struct layout *layout,
                      int32_t n_steps, int32_t n_rasters, bool resume);

/* Safe on a zeroed structure. The file stays. */
void spike_record_free(struct spike_record *record);

/* Adds the spikes of the next presentation. SYSTEM. */
int spike_record_add(struct spike_record *record, enum phase phase, int32_t image, int32_t label,
                     const struct raster *raster);

/* How far the record is, in a checkpoint. What is saved is on the disk by then; when it is loaded,
 * what came after is cut off: USER if the file does not begin with what was there, and then it is
 * left as it is. */
void spike_record_move(struct spike_record *record, struct archive *archive);

/* Writes FOLDER/spikes.h5. SYSTEM. */
int spike_record_write(struct spike_record *record, const char *folder);

/* Removes FOLDER/spikes.part: the run is finished. */
void spike_record_remove(const char *folder);

#endif
