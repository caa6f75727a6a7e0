/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON files that are whole or absent. */
#include "store/json_file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/file.h"
#include "core/shared_file.h"
#include "core/status.h"

/* What some editors begin UTF-8 with. */
static void skip_byte_order_mark(FILE *file)
{
    char start[3];
    if (fread(start, 1, sizeof start, file) != sizeof start ||
        memcmp(start, "\xef\xbb\xbf", 3) != 0)
        rewind(file);
}

int json_file_read(const char *path, json_t **root)
{
    json_error_t error;
    struct stat info;
    *root = NULL;
    if (stat(path, &info) != 0)
        return shared_file_fail_to_open(path);
    if (!S_ISREG(info.st_mode))
        return status_fail(STATUS_USER, "%s: is %s, a file is needed", path,
                           S_ISDIR(info.st_mode) ? "a folder" : "no regular file");
    if (info.st_size > JSON_FILE_MAX)
        return status_fail(STATUS_USER, "%s: holds %lld bytes, at most %d are read", path,
                           (long long)info.st_size, JSON_FILE_MAX);
    FILE *file = fopen(path, "rb");
    if (!file)
        return shared_file_fail_to_open(path);
    skip_byte_order_mark(file);
    *root = json_loadf(file, JSON_REJECT_DUPLICATES, &error);
    const bool failed = ferror(file);
    const int why = errno;
    fclose(file);
    if (failed) {
        json_decref(*root);
        *root = NULL;
        return status_fail(STATUS_USER, "%s: cannot be read (%s)", path, strerror(why));
    }
    if (*root)
        return STATUS_OK;
    if (json_error_code(&error) == json_error_out_of_memory)
        return status_no_memory(path, (unsigned long long)info.st_size);
    return status_fail(STATUS_USER, "%s: line %d: %s", path, error.line, error.text);
}

int json_file_write(const char *path, json_t *root, int digits)
{
    const size_t flags = JSON_INDENT(1) | JSON_REAL_PRECISION((size_t)digits);
    char *text = root ? json_dumps(root, flags) : NULL;
    json_decref(root);
    if (!text)
        return status_no_memory(path, 0);
    struct new_file file;
    int status = file_create(&file, path);
    if (status == STATUS_OK) {
        fprintf(file.stream, "%s\n", text);
        status = file_commit(&file);
    }
    free(text);
    return status;
}

int json_file_write_in(const char *folder, const char *name, json_t *root, int digits)
{
    char *path = file_join(folder, name);
    if (!path) {
        json_decref(root);
        return status_no_memory("a file name", strlen(folder));
    }
    const int status = json_file_write(path, root, digits);
    free(path);
    return status;
}
