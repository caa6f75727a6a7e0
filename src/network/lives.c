/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/lives.h"

#include <math.h>
#include <stdlib.h>

#include "core/random.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/table.h"

const char *const death_names[N_DEATHS] = {"",         "pruned",    "intrinsic", "probation",
                                           "protocol", "unsettled", "surgery"};

const char *const birth_names[N_BIRTHS] = {
    [BIRTH_INTRINSIC] = "intrinsic",
    [BIRTH_RESTORED] = "restored",
#define POLICY(capitals, name)                                                                     \
    [BIRTH_##capitals] = BIRTH_##capitals == BIRTH_INITIAL ? "initial" : #name,
#include "core/policies.def"
#undef POLICY
};

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
    TRY_ROOM(lives->life, lives->capacity, n, "the lives of the synapses");
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
    const float now = lives->born_silent ? 0 : weight;
    lives->life[id] = (struct life){
        .input = input,
        .dendrite = dendrite,
        .position_um = position_um < 0 ? lives_uniform_position(lives, id) : position_um,
        .born = lives->presentation,
        .born_day = (float)lives->day,
        .weight_at_birth = weight,
        .weight_max = now,
        .weight = now,
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

/* ---- synapse_log.csv.gz ---- */

#define DAYS_AND_WEIGHTS .most = 1e9, .right = "a number from 0 on"
static const struct table_column columns[] = {
    TABLE_COLUMN(struct logged_life, id, WHOLE, "id"),
    TABLE_COLUMN(struct logged_life, life.input, WHOLE, "input"),
    TABLE_COLUMN(struct logged_life, life.dendrite, WHOLE, "dendrite"),
    TABLE_COLUMN(struct logged_life, life.position_um, FLOAT, "position_um", .unit = "um",
                 .format = "%.2f", DAYS_AND_WEIGHTS),
    TABLE_COLUMN(struct logged_life, life.birth, CHOICE, "birth", .words = birth_names,
                 .n_words = N_BIRTHS, .right = "a cause of birth, as initial"),
    TABLE_COLUMN(struct logged_life, life.born, WHOLE, "born_presentation"),
    TABLE_COLUMN(struct logged_life, life.born_day, FLOAT, "born_day", .unit = "day",
                 .format = "%.4f", DAYS_AND_WEIGHTS),
    TABLE_COLUMN(struct logged_life, life.weight_at_birth, FLOAT, "weight_at_birth",
                 .format = "%.6f", DAYS_AND_WEIGHTS),
    TABLE_COLUMN(struct logged_life, life.weight_max, FLOAT, "weight_max", .format = "%.6f",
                 DAYS_AND_WEIGHTS),
    TABLE_COLUMN(struct logged_life, life.death, CHOICE, "death", .words = death_names,
                 .n_words = N_DEATHS, .right = "a cause of death, as pruned, or nothing"),
    TABLE_COLUMN(struct logged_life, life.died, WHOLE, "died_presentation", .may_be_empty = true),
    TABLE_COLUMN(struct logged_life, life.died_day, FLOAT, "died_day", .unit = "day",
                 .format = "%.4f", DAYS_AND_WEIGHTS, .may_be_empty = true),
    TABLE_COLUMN(struct logged_life, life.weight, FLOAT, "weight_at_end", .format = "%.6f",
                 DAYS_AND_WEIGHTS),
};
const struct table lives_table = TABLE_OF("synapse_log.csv.gz", struct logged_life, columns);

int lives_write(const struct lives *lives, const char *folder)
{
    OWN_NEW(struct logged_life, rows, lives->n, lives_table.file);
    for (int32_t id = 0; id < lives->n; id++) {
        rows[id] = (struct logged_life){lives->life[id], id};
        if (lives->life[id].death == DEATH_NONE) {
            rows[id].life.died = -1;
            rows[id].life.died_day = NAN;
        }
    }
    return table_write(&lives_table, rows, (size_t)lives->n, folder);
}

/* Checks what concerns several columns: ids are consecutive, and death comes after birth. */
static int check_life(const struct table_reader *reader, const void *data)
{
    const struct logged_life *row = data;
    const struct life *life = &row->life;
    const bool is_alive = life->death == DEATH_NONE;
    if ((size_t)row->id != reader->text.line - 2) /* id 0 is in line 2, below the heads */
        return table_refuse_value(reader, "id", "the one after that of the line before");
    if (is_alive && life->died >= 0)
        return table_refuse_value(reader, "died_presentation", "nothing, as it lives");
    if (!is_alive && life->died < life->born)
        return table_refuse_value(reader, "died_presentation", "one from that of birth on");
    if (is_alive ? !isnan(life->died_day) : !(life->died_day >= life->born_day))
        return table_refuse_value(reader, "died_day",
                                  is_alive ? "nothing, as it lives" : "a day after that of birth");
    return 1;
}

static int take_rows(struct lives *lives, const struct logged_life *rows)
{
    TRY(lives_reserve(lives, lives->n));
    for (int32_t id = 0; id < lives->n; id++) {
        lives->life[id] = rows[id].life;
        lives->life[id].last_potentiated = lives->life[id].judged_at = -1;
    }
    return STATUS_OK;
}

int lives_read(struct lives *lives, const char *path)
{
    OWNED struct logged_life *rows = NULL;
    *lives = (struct lives){0};
    TRY(table_read(&lives_table, path, check_life, &rows, &lives->n));
    RETURN_OR_FREE(take_rows(lives, rows), lives_free, lives);
}
