/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz/members.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "store/archive.h"
#include "store/image.h"

static void must(bool is_well, const char *what)
{
    if (is_well)
        return;
    fprintf(stderr, "members: %s\n", what);
    abort();
}

char *members_read(const char *path, int i, char *name, size_t *n)
{
    zip_stat_t info;
    char *bytes = NULL;
    zip_t *zip = zip_open(path, ZIP_RDONLY, NULL);
    must(zip, path);
    if (i < zip_get_num_entries(zip, 0)) {
        must(zip_stat_index(zip, (zip_uint64_t)i, 0, &info) == 0, path);
        *n = (size_t)info.size;
        snprintf(name, ARCHIVE_NAME_MAX, "%.*s", (int)(strlen(info.name) - strlen(".npy")),
                 info.name);
        bytes = malloc(*n + 1);
        zip_file_t *member = zip_fopen_index(zip, (zip_uint64_t)i, 0);
        must(bytes && member && zip_fread(member, bytes, *n) == (zip_int64_t)*n, name);
        zip_fclose(member);
    }
    zip_discard(zip);
    return bytes;
}

static void add(zip_t *zip, const char *name, const char *bytes, size_t n)
{
    char file_name[ARCHIVE_NAME_MAX + 8], digest[IMAGE_DIGEST];
    snprintf(file_name, sizeof file_name, "%s.npy", name);
    image_put_digest(bytes, n, digest);
    const zip_int64_t i =
        zip_file_add(zip, file_name, zip_source_buffer(zip, bytes, n, 0), ZIP_FL_ENC_UTF_8);
    must(i >= 0 && zip_set_file_compression(zip, (zip_uint64_t)i, ZIP_CM_STORE, 0) == 0 &&
             zip_file_set_comment(zip, (zip_uint64_t)i, digest, IMAGE_DIGEST, 0) == 0,
         name);
}

/* Writes the checksum of a file over its last bytes. */
static void sign(const char *path)
{
    FILE *file = fopen(path, "r+b");
    must(file && fseek(file, -IMAGE_DIGEST, SEEK_END) == 0, path);
    const size_t n = (size_t)ftell(file);
    char *bytes = malloc(n), digest[IMAGE_DIGEST];
    rewind(file);
    must(bytes && fread(bytes, 1, n, file) == n, path);
    image_put_digest(bytes, n, digest);
    fseek(file, (long)n, SEEK_SET);
    must(fwrite(digest, 1, IMAGE_DIGEST, file) == IMAGE_DIGEST && fclose(file) == 0, path);
    free(bytes);
}

void members_write(const char *path, int n_members, const char *const *names,
                   const char *const *bytes, const size_t *sizes)
{
    char comment[128];
    const int n = snprintf(comment, sizeof comment, "SHA-256 of all bytes before this: %064d", 0);
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);
    must(zip, path);
    for (int i = 0; i < n_members; i++)
        if (bytes[i])
            add(zip, names[i], bytes[i], sizes[i]);
    must(zip_set_archive_comment(zip, comment, (zip_uint16_t)n) == 0 && zip_close(zip) == 0, path);
    sign(path);
}
