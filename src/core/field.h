/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_FIELD_H
#define SPINET_CORE_FIELD_H

#include "spinet.h"

/* A field that is one value, a member of a structure: FIELD(struct life, "born", INT32, born). */
#define FIELD(structure, name, kind, member)                                                       \
    {                                                                                              \
        name, SPINET_##kind, offsetof(structure, member), 1                                        \
    }

/* Bytes of a value of each type that a field can have. */
static inline size_t field_value_size(enum spinet_type type)
{
    static const size_t sizes[] = {
        [SPINET_UINT8] = 1,  [SPINET_INT32] = 4,  [SPINET_INT64] = 8,  [SPINET_FLOAT] = 4,
        [SPINET_DOUBLE] = 8, [SPINET_UINT32] = 4, [SPINET_UINT64] = 8,
    };
    return sizes[type];
}

/* Bytes of values[shape[0]][shape[1]]…; of rank 0 those of a single value. */
static inline size_t field_array_size(enum spinet_type type, int rank, const int64_t *shape)
{
    size_t size = field_value_size(type);
    for (int i = 0; i < rank; i++)
        size *= (size_t)shape[i];
    return size;
}

#endif
