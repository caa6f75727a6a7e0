/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_ARCHIVE_H
#define SPINET_STORE_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
    void *file;       /* of that format */
    const char *path; /* of a file that is being read, for messages */
    bool loads;
    int status;
};

/* The values [shape[0]][shape[1]]…; a file that is read must have as many. `unit` or NULL. */
void archive_values(struct archive *archive, const char *name, enum spinet_type type, int rank,
                    const int64_t *shape, void *values, const char *unit);

/* A single number. */
void archive_number(struct archive *archive, const char *name, enum spinet_type type, void *value,
                    const char *unit);

/* A whole number, which in a file that is read must lie within these bounds. */
void archive_integer(struct archive *archive, const char *name, int32_t least, int32_t greatest,
                     int32_t *value);

/* Saves `text` and returns NULL; or returns what was loaded, in new memory (free it), NULL if that
 * fails. */
char *archive_text(struct archive *archive, const char *name, const char *text);

/* How many values an array of one dimension has: n when they are about to be saved; else, and then
 * at most `greatest`, what the file says, 0 if it fails. */
int64_t archive_length(struct archive *archive, const char *name, enum spinet_type type, int64_t n,
                       int64_t greatest);

/* A state by its fields, as PREFIX/FIELD; its arrays are loaded into new memory. */
void archive_state(struct archive *archive, const char *prefix, const struct spinet_field *fields,
                   int32_t n_fields, void *state);

/* n structures of row_size bytes by their fields, each of which is one value: PREFIX/FIELD has [n].
 */
void archive_rows(struct archive *archive, const char *prefix, const struct spinet_field *fields,
                  int32_t n_fields, void *rows, size_t row_size, int64_t n);

/* What is the same whenever this run is begun: saved, and then compared. A file where it differs is
 * of another run, whose `what` ("seeds differ") the message names. */
void archive_compare(struct archive *archive, const char *name, enum spinet_type type, int64_t n,
                     const void *values, const char *what);
void archive_compare_text(struct archive *archive, const char *name, const char *text,
                          const char *what);

/* Refuses a file that is read, with its path before the line that says why. */
void archive_refuse(struct archive *archive, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Takes the status of something done between; a line of the user's gets the path and `prefix`
 * ("policy/") before it. */
void archive_take(struct archive *archive, const char *prefix, int status);

/* Is all well so far, and values are being loaded, which may have to be checked? */
static inline bool archive_has_loaded(const struct archive *archive)
{
    return archive->loads && archive->status == 0;
}

#endif
