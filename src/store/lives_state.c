/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/lives_state.h"

#include "core/status.h"
#include "store/hdf5_table.h"

#define LIFE(name, type, member)                                                                   \
    {                                                                                              \
        "lives/" name, type, offsetof(struct life, member)                                         \
    }
static const struct hdf5_column columns[] = {
    LIFE("input", HDF5_INT32, input),
    LIFE("dendrite", HDF5_INT32, dendrite),
    LIFE("position", HDF5_FLOAT, position_um),
    LIFE("born", HDF5_INT32, born),
    LIFE("died", HDF5_INT32, died),
    LIFE("born_day", HDF5_FLOAT, born_day),
    LIFE("died_day", HDF5_FLOAT, died_day),
    LIFE("weight_at_birth", HDF5_FLOAT, weight_at_birth),
    LIFE("weight_max", HDF5_FLOAT, weight_max),
    LIFE("weight", HDF5_FLOAT, weight),
    LIFE("last_potentiated", HDF5_INT32, last_potentiated),
    LIFE("judged_at", HDF5_INT32, judged_at),
    LIFE("birth", HDF5_INT32, birth),
    LIFE("death", HDF5_INT32, death),
    LIFE("is_restored", HDF5_INT32, is_restored),
};
enum { N_COLUMNS = sizeof columns / sizeof *columns };
_Static_assert(sizeof(struct life) == (size_t)N_COLUMNS * HDF5_COLUMN_SIZE,
               "all of a life is kept");

int lives_state_write(struct hdf5_file *file, const struct lives *lives)
{
    return hdf5_table_write(file, columns, N_COLUMNS, lives->life, sizeof *lives->life, lives->n);
}

static bool is_life(const struct network *network, const struct life *life)
{
    const struct layout *layout = &network->layout;
    const struct lives *lives = network->lives;
    return life->input >= 0 && life->input < layout->n_inputs && life->dendrite >= 0 &&
           life->dendrite < layout->n_pyramidal_dendrites && life->position_um >= 0 &&
           life->position_um <= lives->dendrite_um && life->birth >= 0 && life->birth < N_BIRTHS &&
           life->death >= 0 && life->death < N_DEATHS && life->born >= 0 &&
           life->born <= lives->presentation && life->died >= 0 &&
           life->died <= lives->presentation && life->last_potentiated >= -1 &&
           life->last_potentiated <= lives->presentation && life->judged_at >= JUDGED_UNFIT;
}

int lives_state_read(struct hdf5_file *file, struct network *network)
{
    struct lives *lives = network->lives;
    const int32_t expected = network->plastic.next_id;
    int64_t n;
    int result = hdf5_dimensions(file, columns[0].name, HDF5_INT32, 1, &n);
    if (result == STATUS_OK && n != expected)
        return status_fail(STATUS_USER, "%s: lives: %lld of them, %d were expected", file->path,
                           (long long)n, expected);
    if (result == STATUS_OK)
        result = lives_reserve(lives, expected);
    if (result == STATUS_OK)
        result = hdf5_table_read(file, columns, N_COLUMNS, lives->life, sizeof *lives->life, n);
    for (int32_t i = 0; i < expected && result == STATUS_OK; i++)
        if (!is_life(network, &lives->life[i]))
            result =
                status_fail(STATUS_USER, "%s: lives: %d cannot be of this network", file->path, i);
    if (result == STATUS_OK)
        lives->n = expected;
    return result;
}
