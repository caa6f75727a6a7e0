/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/lives.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/file.h"
#include "core/random.h"
#include "core/status.h"

const char *const death_names[N_DEATHS] = {"", "pruned", "intrinsic", "probation", "protocol"};

const char *lives_birth_name(enum birth birth)
{
    static const char *const names[N_BIRTHS] = {
#define POLICY(capitals, name) #name,
#include "core/policies.def"
#undef POLICY
        "intrinsic",
    };
    return birth == BIRTH_INITIAL ? "initial" : names[birth];
}

void lives_init(struct lives *lives, uint64_t seed, double dendrite_um)
{
    *lives = (struct lives){.seed = seed, .dendrite_um = (float)dendrite_um};
}

void lives_free(struct lives *lives)
{
    free(lives->life);
    *lives = (struct lives){0};
}

int lives_reserve(struct lives *lives, int32_t n)
{
    if (n <= lives->capacity)
        return STATUS_OK;
    const int32_t capacity = n > 2 * lives->capacity ? n : 2 * lives->capacity;
    struct life *life = realloc(lives->life, (size_t)capacity * sizeof *life);
    if (!life)
        return status_no_memory("the lives of the synapses", (size_t)capacity * sizeof *life);
    lives->life = life;
    lives->capacity = capacity;
    return STATUS_OK;
}

float lives_uniform_position(const struct lives *lives, int32_t id)
{
    const struct random_words words =
        random_words(lives->seed, RANDOM_SPINE_POSITION, (uint32_t)id, 0, 0);
    return lives->dendrite_um * random_unit_float(words.word[0]);
}

void lives_add(struct lives *lives, int32_t input, int32_t dendrite, float position_um,
               float weight, enum birth birth)
{
    const int32_t id = lives->n++;
    lives->life[id] = (struct life){
        .input = input,
        .dendrite = dendrite,
        .position_um = position_um < 0 ? lives_uniform_position(lives, id) : position_um,
        .born = lives->presentation,
        .born_day = (float)lives->day,
        .weight_at_birth = weight,
        .weight_max = weight,
        .weight = weight,
        .last_potentiated = -1,
        .judged_at = -1,
        .birth = (int32_t)birth,
    };
}

void lives_end(struct lives *lives, int32_t id, float weight, enum death death)
{
    struct life *life = &lives->life[id];
    life->died = lives->presentation;
    life->died_day = (float)lives->day;
    life->weight = weight;
    life->death = (int32_t)death;
}

static void put_row(FILE *text, int32_t id, const struct life *life)
{
    fprintf(text, "%d,%d,%d,%.2f,%s,%d,%.4f,%.6f,%.6f,", id, life->input, life->dendrite,
            (double)life->position_um, lives_birth_name((enum birth)life->birth), life->born,
            (double)life->born_day, (double)life->weight_at_birth, (double)life->weight_max);
    if (life->death == DEATH_NONE)
        fprintf(text, ",,,%.6f\n", (double)life->weight);
    else
        fprintf(text, "%s,%d,%.4f,%.6f\n", death_names[life->death], life->died,
                (double)life->died_day, (double)life->weight);
}

int lives_write(const struct lives *lives, const char *folder)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    if (!stream)
        return status_no_memory("synapse_log.csv.gz", 0);
    fprintf(stream, "id,input,dendrite,position_um,birth,born_presentation,born_day,"
                    "weight_at_birth,weight_max,death,died_presentation,died_day,weight_at_end\n");
    for (int32_t id = 0; id < lives->n; id++)
        put_row(stream, id, &lives->life[id]);
    const bool written = !ferror(stream);
    int result =
        fclose(stream) == 0 && written ? STATUS_OK : status_no_memory("synapse_log.csv.gz", size);
    if (result == STATUS_OK)
        result = file_write_gzip(folder, "synapse_log.csv.gz", text, size);
    free(text);
    return result;
}
