/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "network/lives.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/gzip.h"
#include "core/number.h"
#include "core/random.h"
#include "core/status.h"
#include "core/text.h"

const char *const death_names[N_DEATHS] = {"",          "pruned",   "intrinsic",
                                           "probation", "protocol", "unsettled"};

const char *lives_birth_name(enum birth birth)
{
    static const char *const names[N_BIRTHS] = {
        "intrinsic",
        "restored",
#define POLICY(capitals, name) #name,
#include "core/policies.def"
#undef POLICY
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

static const char header[] =
    "id,input,dendrite,position_um,birth,born_presentation,born_day,weight_at_birth,weight_max,"
    "death,died_presentation,died_day,weight_at_end";
enum { N_COLUMNS = 13 };

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
    fprintf(stream, "%s\n", header);
    for (int32_t id = 0; id < lives->n; id++)
        put_row(stream, id, &lives->life[id]);
    const bool written = !ferror(stream);
    int result =
        fclose(stream) == 0 && written ? STATUS_OK : status_no_memory("synapse_log.csv.gz", size);
    if (result == STATUS_OK)
        result = gzip_write(folder, "synapse_log.csv.gz", text, size);
    free(text);
    return result;
}

/* ---- reading ---- */

static int refuse(const struct text_reader *reader, const char *what, const char *field,
                  const char *right)
{
    return status_fail(STATUS_USER, "%s: line %zu: %s '%.40s': expected %s", reader->path,
                       reader->line, what, field, right);
}

static int take_whole(const struct text_reader *reader, const char *what, const char *field,
                      int32_t least, int32_t *number)
{
    int64_t value;
    if (!number_parse_whole(field, &value) || value < least || value > INT32_MAX)
        return refuse(reader, what, field, "a whole number that can be");
    *number = (int32_t)value;
    return STATUS_OK;
}

static int take_number(const struct text_reader *reader, const char *what, const char *field,
                       float *number)
{
    double value;
    if (!number_parse(field, &value) || value < 0 || value > 1e9)
        return refuse(reader, what, field, "a number from 0 on");
    *number = (float)value;
    return STATUS_OK;
}

static int32_t find_birth(const char *name)
{
    for (int32_t i = 0; i < N_BIRTHS; i++)
        if (strcmp(lives_birth_name((enum birth)i), name) == 0)
            return i;
    return -1;
}

static int32_t find_death(const char *name)
{
    for (int32_t i = 0; i < N_DEATHS; i++)
        if (strcmp(death_names[i], name) == 0)
            return i;
    return -1;
}

static int take_row(const struct text_reader *reader, int32_t id, struct life *life)
{
    char *field[N_COLUMNS], *rest = reader->text;
    for (int i = 0; i < N_COLUMNS; i++)
        if (!(field[i] = strsep(&rest, ",")))
            return status_fail(STATUS_USER, "%s: line %zu: %d columns: expected %d", reader->path,
                               reader->line, i, N_COLUMNS);
    if (rest)
        return status_fail(STATUS_USER, "%s: line %zu: more than %d columns", reader->path,
                           reader->line, N_COLUMNS);
    int32_t own_id = -1;
    *life = (struct life){.last_potentiated = -1,
                          .judged_at = -1,
                          .birth = find_birth(field[4]),
                          .death = find_death(field[9])};
    int result = take_whole(reader, "id", field[0], id, &own_id);
    if (result == STATUS_OK && own_id != id)
        result = refuse(reader, "id", field[0], "the one after that of the line before");
    if (result == STATUS_OK)
        result = take_whole(reader, "input", field[1], 0, &life->input);
    if (result == STATUS_OK)
        result = take_whole(reader, "dendrite", field[2], 0, &life->dendrite);
    if (result == STATUS_OK)
        result = take_number(reader, "position_um", field[3], &life->position_um);
    if (result == STATUS_OK && life->birth < 0)
        result = refuse(reader, "birth", field[4], "a cause of birth, as initial");
    if (result == STATUS_OK)
        result = take_whole(reader, "born_presentation", field[5], 0, &life->born);
    if (result == STATUS_OK)
        result = take_number(reader, "born_day", field[6], &life->born_day);
    if (result == STATUS_OK)
        result = take_number(reader, "weight_at_birth", field[7], &life->weight_at_birth);
    if (result == STATUS_OK)
        result = take_number(reader, "weight_max", field[8], &life->weight_max);
    if (result == STATUS_OK && life->death < 0)
        result = refuse(reader, "death", field[9], "a cause of death, as pruned, or none");
    if (result == STATUS_OK && life->death != DEATH_NONE)
        result = take_whole(reader, "died_presentation", field[10], life->born, &life->died);
    if (result == STATUS_OK && life->death != DEATH_NONE)
        result = take_number(reader, "died_day", field[11], &life->died_day);
    if (result == STATUS_OK && life->death != DEATH_NONE && life->died_day < life->born_day)
        result = refuse(reader, "died_day", field[11], "a day after that of birth");
    if (result == STATUS_OK)
        result = take_number(reader, "weight_at_end", field[12], &life->weight);
    return result;
}

int lives_read(struct lives *lives, const char *path)
{
    struct text_reader reader;
    *lives = (struct lives){0};
    int result = text_open(&reader, path);
    if (result != STATUS_OK)
        return result;
    int more = text_next(&reader);
    if (more == 1 && strcmp(reader.text, header) != 0)
        more = status_fail(STATUS_USER, "%s: line 1: is not the header of a synapse log", path);
    else if (more == 0)
        more = status_fail(STATUS_USER, "%s: is empty", path);
    while (more == 1 && (more = text_next(&reader)) == 1) {
        result = lives->n < INT32_MAX / 2 ? lives_reserve(lives, lives->n + 1)
                                          : status_fail(STATUS_USER, "%s: is too long", path);
        if (result == STATUS_OK)
            result = take_row(&reader, lives->n, &lives->life[lives->n]);
        if (result != STATUS_OK)
            break;
        lives->n++;
    }
    text_close(&reader);
    result = more < 0 ? more : result;
    if (result != STATUS_OK)
        lives_free(lives);
    return result;
}
