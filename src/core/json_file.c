/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON files that are whole or absent. */
#include "core/json_file.h"

#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/status.h"

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
