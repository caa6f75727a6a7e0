/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON files that are whole or absent. */
#include "store/json_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/file.h"
#include "core/scope.h"
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
    TRY(file_check_regular(path, "a file"));
    SCOPED(scope_close_file) FILE *file = fopen(path, "rb");
    if (!file || fstat(fileno(file), &info) != 0)
        return shared_file_fail_to_open(path);
    if (info.st_size > JSON_FILE_MAX)
        return status_fail(STATUS_USER, "%s: holds %lld bytes, at most %d are read", path,
                           (long long)info.st_size, JSON_FILE_MAX);
    skip_byte_order_mark(file);
    *root = json_loadf(file, JSON_REJECT_DUPLICATES, &error);
    if (ferror(file)) {
        const int why = errno;
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
    OWNED char *text = root ? json_dumps(root, flags) : NULL;
    struct new_file file;
    json_decref(root);
    if (!text)
        return status_no_memory(path, 0);
    TRY(file_create(&file, path));
    fprintf(file.stream, "%s\n", text);
    return file_commit(&file);
}

int json_file_write_in(const char *folder, const char *name, json_t *root, int digits)
{
    OWNED char *path = file_join(folder, name);
    if (path)
        return json_file_write(path, root, digits);
    json_decref(root);
    return status_no_memory("a file name", strlen(folder));
}
