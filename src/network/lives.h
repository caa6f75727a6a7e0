/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_NETWORK_LIVES_H
#define SPINET_NETWORK_LIVES_H

#include <stdbool.h>
#include <stdint.h>

#include "core/parameters.h"

/* The lives of the plastic synapses: where each one sits on its dendrite, when and why it came and
 * went. Kept only where something asks for it (record.synapses, a mechanism that needs a place);
 * the network's own table stays as small and as fast as without. */

enum birth {
    BIRTH_INTRINSIC, /* formed without activity (docs/spines.md) */
    BIRTH_RESTORED,  /* the same, in the place of one that a protocol took */
    BIRTH_POLICIES,  /* by a turnover policy: BIRTH_RANDOM …, its value is added to this. They are
                      * the last, so that a new policy leaves the numbers in checkpoints alone */
    BIRTH_INITIAL = BIRTH_POLICIES + TURNOVER_NONE, /* the network began with it */
#define POLICY(capitals, name) BIRTH_##capitals = BIRTH_POLICIES + TURNOVER_##capitals,
#include "core/policies.def"
#undef POLICY
    N_BIRTHS
};

/* A synapse that is to go is marked in the network's table by dendrite = -death. */
enum death {
    DEATH_NONE,      /* alive */
    DEATH_PRUNED,    /* by turnover, as weak */
    DEATH_INTRINSIC, /* shrank to nothing */
    DEATH_PROBATION, /* by clustered growth: it did not fit its neighbours */
    DEATH_PROTOCOL,  /* by an event of a protocol that multiplies elimination */
    DEATH_UNSETTLED, /* born under one that lowers survival, it did not settle */
    N_DEATHS
};

extern const char *const birth_names[N_BIRTHS]; /* "initial", "random" … */
extern const char *const death_names[N_DEATHS]; /* "", "pruned" … */

/* Values of judged_at besides a number of presentations and -1, within one turnover. */
enum { JUDGED_NOW = -2, JUDGED_UNFIT = -3 };

struct life {
    int32_t input, dendrite;
    float position_um;  /* 0 … dendrite_um */
    int32_t born, died; /* presentations done then; died only with a death */
    float born_day, died_day;
    float weight_at_birth, weight_max;
    float weight;             /* at death; of the living: after the last lives_note_weights */
    int32_t last_potentiated; /* presentations done then; -1: never */
    int32_t judged_at;        /* on probation until so many presentations are done; -1: not */
    int32_t birth, death;
    int32_t is_restored; /* dead, and another took its place */
};

struct lives {
    uint64_t seed;
    float dendrite_um;
    int32_t presentation; /* done by now; with `day`, the time of all births and deaths */
    double day;
    int32_t n, capacity;
    struct life *life; /* [n] by id of the synapse */
};

/* No lives yet, on dendrites of this length in um. */
void lives_init(struct lives *lives, uint64_t seed, double dendrite_um);

/* Safe on a zeroed structure. */
void lives_free(struct lives *lives);

/* Room for ids 0 … n - 1. SYSTEM without memory. */
int lives_reserve(struct lives *lives, int32_t n);

/* The place of a synapse of this id if nothing else decides it: uniform along the dendrite, a
 * function of seed and id. */
float lives_uniform_position(const struct lives *lives, int32_t id);

/* A synapse is born with the next id; room must have been reserved. position_um < 0: uniform. */
void lives_add(struct lives *lives, int32_t input, int32_t dendrite, float position_um,
               float weight, enum birth birth);

/* It dies with this weight. */
void lives_end(struct lives *lives, int32_t id, float weight, enum death death);

/* Writes FOLDER/synapse_log.csv.gz (docs/files.md). USER, SYSTEM. */
int lives_write(const struct lives *lives, const char *folder);

/* Reads what lives_write wrote, plain or gzipped, into lives->life [n]; the rest of *lives stays 0,
 * last_potentiated and judged_at -1. USER with file, line and value; then nothing is left to free.
 */
int lives_read(struct lives *lives, const char *path);

#endif
