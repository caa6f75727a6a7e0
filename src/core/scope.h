/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_SCOPE_H
#define SPINET_CORE_SCOPE_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/status.h"

/* Clean-up by scope: what a block owns is released where the block ends, whichever way it ends, the
 * last declared first. A variable is given its value where it is declared (NULL, {0}, -1: nothing
 * to release); whoever hands what it owns to a caller takes it out by scope_take. */

/* Calls function(&variable) at the end of the block:
 *     SCOPED(text_close) struct text_reader reader = {0}; */
#define SCOPED(function) __attribute__((cleanup(function)))

/* OWNED char *path = file_join(folder, name); is freed by free(). */
#define OWNED SCOPED(scope_free)

static inline void scope_free(void *variable)
{
    void *owned;
    memcpy(&owned, variable, sizeof owned);
    free(owned);
}

/* Gives up ownership: the value of the pointer, which its taker has to free; the variable becomes
 * NULL. */
#define scope_take(variable)                                                                       \
    __extension__({                                                                                \
        __typeof__(variable) taken_from_scope = (variable);                                        \
        (variable) = NULL;                                                                         \
        taken_from_scope;                                                                          \
    })

/* Makes `pointer` an array of n zeroed elements, at least of one, or returns SYSTEM: not enough
 * memory for `what`. */
#define TRY_NEW(pointer, n, what)                                                                  \
    do {                                                                                           \
        const size_t n_asked_for = (size_t)(n);                                                    \
        (pointer) = calloc(n_asked_for + (n_asked_for == 0), sizeof *(pointer));                   \
        if (!(pointer))                                                                            \
            return status_no_memory(what, n_asked_for * sizeof *(pointer));                        \
    } while (0)

/* Declares `pointer`, an array of n zeroed elements, at least of one, that the block owns, or
 * returns SYSTEM: OWN_NEW(float, creb, n_cells, "the answers"); */
#define OWN_NEW(type, pointer, n, what)                                                            \
    OWNED type *pointer = NULL;                                                                    \
    TRY_NEW(pointer, n, what)

/* Makes room for n elements at `pointer`, with those that are there, or returns SYSTEM: not enough
 * memory for `what`; then the pointer is as before. */
#define TRY_RESIZE(pointer, n, what)                                                               \
    do {                                                                                           \
        const size_t n_asked_for = (size_t)(n);                                                    \
        void *resized = realloc((pointer), n_asked_for * sizeof *(pointer));                       \
        if (!resized)                                                                              \
            return status_no_memory(what, n_asked_for * sizeof *(pointer));                        \
        (pointer) = resized;                                                                       \
    } while (0)

/* Makes room for n elements at `pointer`, which has room for `capacity`: at least for twice as many
 * as before, so that what grows by one is seldom moved; or returns SYSTEM as TRY_RESIZE does. */
#define TRY_ROOM(pointer, capacity, n, what)                                                       \
    do {                                                                                           \
        const size_t n_needed = (size_t)(n), n_twice = 2 * (size_t)(capacity);                     \
        if (2 * n_needed > n_twice) {                                                              \
            const size_t n_room = n_needed > n_twice ? n_needed : n_twice;                         \
            TRY_RESIZE(pointer, n_room, what);                                                     \
            (capacity) = (__typeof__(capacity))n_room;                                             \
        }                                                                                          \
    } while (0)

/* Returns the status of `call`, which makes *object; if that is a failure, function(object) frees
 * what there is of it. */
#define RETURN_OR_FREE(call, function, object)                                                     \
    do {                                                                                           \
        const int made_status = (call);                                                            \
        if (made_status != STATUS_OK)                                                              \
            function(object);                                                                      \
        return made_status;                                                                        \
    } while (0)

static inline void scope_close_file(FILE **file)
{
    if (*file)
        fclose(*file);
}

static inline void scope_close_folder(DIR **folder)
{
    if (*folder)
        closedir(*folder);
}

static inline void scope_close_descriptor(int *descriptor)
{
    if (*descriptor >= 0)
        close(*descriptor);
}

#endif
