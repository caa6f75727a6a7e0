/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_NETWORK_LIVES_H
#define SPINET_NETWORK_LIVES_H

#include <stdbool.h>
#include <stdint.h>

#include "core/parameters.h"
#include "core/table.h"

/* The lives of all plastic synapses that a network ever had: where each sits on its dendrite, when
 * and why it was born and died. They are kept only if a parameter needs them (record.synapses, or a
 * mechanism that goes by places), apart from the network's table, which so stays small and fast. */

enum birth {
    BIRTH_INTRINSIC, /* formed without activity (docs/spines.md) */
    BIRTH_RESTORED,  /* formed without activity, in the place of one that a protocol took */
    BIRTH_POLICIES,  /* grown by turnover policy number p: BIRTH_POLICIES + p. They come last: a new
                        policy leaves the other numbers, which checkpoints hold, as they are */
    BIRTH_INITIAL = BIRTH_POLICIES + TURNOVER_NONE, /* the network began with it */
#define POLICY(capitals, name) BIRTH_##capitals = BIRTH_POLICIES + TURNOVER_##capitals,
#include "core/policies.def"
#undef POLICY
    N_BIRTHS
};

/* Why a synapse died. A synapse is marked for removal by setting its dendrite, in the network's
 * table, to minus one of these. */
enum death {
    DEATH_NONE,      /* it lives */
    DEATH_PRUNED,    /* weak, and pruned by turnover */
    DEATH_INTRINSIC, /* its size shrank to nothing */
    DEATH_PROBATION, /* it did not fit its neighbours (clustered growth) */
    DEATH_PROTOCOL,  /* removed by a protocol event that multiplies elimination */
    DEATH_UNSETTLED, /* born silent, or when a protocol event lowered survival, and did not last */
    DEATH_SURGERY,   /* removed by surgery (docs/spines.md) */
    N_DEATHS
};

extern const char *const birth_names[N_BIRTHS]; /* "initial", "random" … */
extern const char *const death_names[N_DEATHS]; /* "", "pruned" … */

/* Values of life.judged_at while the policy `clustered` runs: the synapse has just passed its
 * probation, or failed it. */
enum { JUDGED_NOW = -2, JUDGED_UNFIT = -3 };

struct life {
    int32_t input, dendrite;
    float position_um;  /* 0 … dendrite_um */
    int32_t born, died; /* presentations done by then; `died` only if `death` is set */
    float born_day, died_day;
    float weight_at_birth, weight_max;
    float weight;             /* at death, or at the last network_note_weights */
    int32_t last_potentiated; /* presentations done at that time; -1: never */
    int32_t judged_at;        /* its probation ends after this presentation; -1: it has none */
    int32_t birth, death;
    int32_t is_restored; /* 1: it died, and a new spine was born at its place */
};

struct lives {
    uint64_t seed;
    float dendrite_um;
    /* the present time, with which births and deaths are noted: presentations done, and days */
    int32_t presentation;
    double day;
    bool born_silent; /* new synapses have no weight at first (spines/silent.h) */
    int32_t n, capacity;
    struct life *life; /* [n] by id of the synapse */
};

/* Begins without any lives; dendrites are dendrite_um long. */
void lives_init(struct lives *lives, uint64_t seed, double dendrite_um);
void lives_free(struct lives *lives);

/* Makes room for ids 0 … n - 1. SYSTEM without memory. */
int lives_reserve(struct lives *lives, int32_t n);

/* The place of a synapse along its dendrite in um, if nothing else decides it: uniform, drawn by
 * seed and id. */
float lives_uniform_position(const struct lives *lives, int32_t id);

/* Whether a synapse has been silent since its birth. */
static inline bool lives_is_silent(const struct lives *lives, int32_t id)
{
    return lives && lives->born_silent && lives->life[id].weight_max <= 0;
}

/* Adds a newborn synapse, which gets the next id; lives_reserve must have made room. A position_um
 * below 0 asks for lives_uniform_position. `weight` is what it has, or would have if it were not
 * silent. */
void lives_add(struct lives *lives, int32_t input, int32_t dendrite, float position_um,
               float weight, enum birth birth);

/* Notes the death of a synapse, with its last weight. */
void lives_end(struct lives *lives, int32_t id, float weight, enum death death);

/* A row of synapse_log.csv.gz (docs/files.md). */
struct logged_life {
    struct life life; /* of a living synapse, died is -1 and died_day NaN */
    int32_t id;       /* the rows are in the order of ids, from 0 on */
};
extern const struct table lives_table;

/* Writes FOLDER/synapse_log.csv.gz. USER, SYSTEM. */
int lives_write(const struct lives *lives, const char *folder);

/* Reads what lives_write wrote, plain or gzipped, into lives->life [n]; the rest of *lives stays 0,
 * last_potentiated and judged_at -1. USER with file, line and value; then nothing is left to
 * free. */
int lives_read(struct lives *lives, const char *path);

#endif
