/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_ARCHIVE_H
#define SPINET_STORE_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/table.h"
#include "spinet.h"

/* Numbers of a program's memory as named arrays in a file. What belongs to a structure is listed
 * once, in a function that names each array and says where its values are: of an archive that is
 * being written the function saves them from there, of one that is being read it loads them to
 * there. After the first failure, in archive->status, nothing more is saved or loaded, and what was
 * to be loaded stays as it was. */

enum { ARCHIVE_RANK_MAX = 3, ARCHIVE_NAME_MAX = 128 };

/* A format of files. `rank` 0 is a single value; shape[rank]. All USER for a file that is not as
 * expected, with its path and the name; SYSTEM. */
struct archive_format {
    int (*write)(void *file, const char *name, enum spinet_type type, int rank,
                 const int64_t *shape, const void *values, const char *unit);
    int (*write_text)(void *file, const char *name, const char *text);
    int (*get_shape)(void *file, const char *name, enum spinet_type type, int rank, int64_t *shape);
    int (*read)(void *file, const char *name, enum spinet_type type, int rank, const int64_t *shape,
                void *values);
    int (*read_text)(void *file, const char *name, char **text); /* in new memory */
};

struct archive {
    const struct archive_format *format;
    void *file;       /* the file, of a type that the format knows */
    const char *path; /* path of a file that is being read, for messages */
    bool loads;
    int status;
};

/* Saves or loads values[shape[0]][shape[1]]…; a file that is read must have exactly as many. `unit`
 * may be NULL. */
void archive_values(struct archive *archive, const char *name, enum spinet_type type, int rank,
                    const int64_t *shape, void *values, const char *unit);

/* For formats: USER unless an array of the file has the expected shape. */
int archive_check_shape(const char *path, const char *name, int rank, const int64_t *shape,
                        const int64_t *expected);

/* Allocates n values of a structure that is saved or loaded (free them); without memory returns
 * NULL and fails the archive. */
void *archive_allocate(struct archive *archive, int64_t n, size_t value_size);

/* Saves or loads a single number. */
void archive_number(struct archive *archive, const char *name, enum spinet_type type, void *value,
                    const char *unit);

/* Saves or loads a whole number. One that is loaded must lie within these bounds. */
void archive_integer(struct archive *archive, const char *name, int32_t least, int32_t greatest,
                     int32_t *value);

/* Saves or loads a bool, as the whole number 0 or 1. */
void archive_flag(struct archive *archive, const char *name, bool *value);

/* Saves `text` and returns NULL; or returns what was loaded, in new memory (free it), NULL if that
 * fails. */
char *archive_text(struct archive *archive, const char *name, const char *text);

/* The length of a one-dimensional array: n while saving; while loading the length in the file,
 * which must be at most `greatest`; 0 after a failure. */
int64_t archive_length(struct archive *archive, const char *name, enum spinet_type type, int64_t n,
                       int64_t greatest);

/* Saves or loads a state by its fields, as PREFIX/FIELD. Arrays of the state are loaded into new
 * memory. */
void archive_state(struct archive *archive, const char *prefix, const struct spinet_field *fields,
                   int32_t n_fields, void *state);

/* Saves or loads n structures of row_size bytes by their fields, each of which is one value: array
 * PREFIX/FIELD has length n. */
void archive_rows(struct archive *archive, const char *prefix, const struct spinet_field *fields,
                  int32_t n_fields, void *rows, size_t row_size, int64_t n);

/* Saves or loads the rows of a table, *n of them at the address of a pointer, by its columns, which
 * are numbers: array PREFIX/COLUMN has length *n. Rows are loaded into new memory in their place.
 */
void archive_table(struct archive *archive, const char *prefix, const struct table *table,
                   void *rows, int64_t *n);

/* Saves values that are the same whenever this run is begun, or compares them with those of the
 * file. If they differ, the file is of another run; the message names `what` ("seeds differ"). */
void archive_compare(struct archive *archive, const char *name, enum spinet_type type, int64_t n,
                     const void *values, const char *what);
void archive_compare_text(struct archive *archive, const char *name, const char *text,
                          const char *what);

/* Fails the archive because of the file that is read; its path stands before the message. */
void archive_refuse(struct archive *archive, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Fails the archive if this status, of something done in between, is a failure. The message of a
 * user's mistake gets the path and `prefix` ("policy/") put before it. */
void archive_take(struct archive *archive, const char *prefix, int status);

/* Whether values have been loaded without a failure so far, and so have to be checked. */
static inline bool archive_has_loaded(const struct archive *archive)
{
    return archive->loads && archive->status == 0;
}

#endif
