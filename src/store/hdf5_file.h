/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_STORE_HDF5_FILE_H
#define SPINET_STORE_HDF5_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/file.h"
#include "core/sha256.h"
#include "store/archive.h"

/* HDF5 files behind one small strict wrapper. A file is built in memory and put into place at once
 * (core/file.h), and read into memory as a whole: a full disk leaves nothing half-written, a file
 * that shrinks is a damaged file. The file begins with a user block of 512 bytes that holds the
 * SHA-256 of the rest, and every data set carries that of its values (attribute "sha256", over the
 * little-endian bytes), for those who compare them; reading checks the first. Other programs need
 * to know of neither. The bytes of a file depend on what is in it alone. Any thread may use a file
 * of its own. */
struct hdf5_file {
    int64_t id;    /* of the library; 0: none */
    char *path;    /* path of a file that is being read, for messages */
    size_t size;   /* size in bytes; of a file being written an upper bound */
    bool compress; /* to be set after hdf5_create: data sets are gzipped, but small ones */
    size_t room;   /* bytes of memory that were free for it when last asked */
};

/* A new file, in memory. USER without the library, SYSTEM. */
int hdf5_create(struct hdf5_file *file);

/* Puts it into place, under a temporary name first, and closes it. USER for a folder that may not
 * be written, SYSTEM if it does not fit on the disk: then what was there before still is. */
int hdf5_commit(struct hdf5_file *file, const char *path);

/* Opens a file to be read. USER if it cannot be read, is not one that hdf5_commit wrote,
 * or is not any more what it was. */
int hdf5_open(struct hdf5_file *file, const char *path);

/* Closes a file; nothing is left of one that was being written. Safe on a zeroed structure. */
void hdf5_close(struct hdf5_file *file);

/* An archive of an open file, by which its data sets are saved or loaded; groups in a name
 * ("nodes/0/x") are made. The caller still has to close the file. */
struct archive hdf5_archive(struct hdf5_file *file, bool loads);

/* A data set of one dimension that is written part by part, when it is large. */
struct hdf5_series {
    int64_t id; /* of the library; 0: none */
    struct hdf5_file *file;
    enum spinet_type type;
    int64_t n, n_written;
    struct sha256 digest; /* of the values so far */
};

/* hdf5_begin begins a data set of n values, hdf5_add takes the next of them, hdf5_end ends it when
 * all are there, or frees it after a failure. SYSTEM. hdf5_end is safe on a zeroed structure. */
int hdf5_begin(struct hdf5_file *file, const char *name, enum spinet_type type, int64_t n,
               struct hdf5_series *series);
int hdf5_add(struct hdf5_series *series, const void *values, int64_t n);
int hdf5_end(struct hdf5_series *series);

/* Attributes of a group or data set that is there; "/" is the file. The last is an enumeration of
 * the `choices`, counted from 0, NULL at the end. SYSTEM. */
int hdf5_write_text_attribute(struct hdf5_file *file, const char *name, const char *attribute,
                              const char *text);
int hdf5_write_integer_attribute(struct hdf5_file *file, const char *name, const char *attribute,
                                 enum spinet_type type, const int64_t *values, int32_t n);
int hdf5_write_choice_attribute(struct hdf5_file *file, const char *name, const char *attribute,
                                const char *const *choices, uint8_t chosen);

/* Whether the file has an object of this name. */
bool hdf5_has(struct hdf5_file *file, const char *name);

/* Compares all data sets of two files: their names, types, shapes and values. `where` is the first
 * that differs. USER as hdf5_open. */
int hdf5_compare(const char *was_path, const char *is_path, struct file_difference *difference);

#endif
