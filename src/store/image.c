/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/image.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/sha256.h"
#include "core/status.h"

int image_read(const char *path, image_check *check, char **image, size_t *size)
{
    *image = NULL;
    *size = 0;
    TRY(file_check_regular(path, "a file"));
    SCOPED(scope_close_file) FILE *stream = fopen(path, "rb");
    if (!stream)
        return status_fail(status_of_errno(errno), "%s: %s", path, strerror(errno));
    const int64_t n = fseeko(stream, 0, SEEK_END) == 0 ? ftello(stream) : 0;
    rewind(stream);
    TRY(check(path, stream, n));
    rewind(stream);
    OWN_NEW(char, bytes, n, path);
    *size = (size_t)n;
    (void)!fread(bytes, 1, *size, stream); /* zeros follow if the file shrinks meanwhile */
    if (ferror(stream))
        return status_fail(STATUS_USER, "%s: cannot be read (%s)", path, strerror(errno));
    *image = scope_take(bytes);
    return STATUS_OK;
}

int image_write(const char *path, const char *image, size_t size)
{
    struct new_file out;
    TRY(file_create(&out, path));
    fwrite(image, 1, size, out.stream); /* file_commit says if that failed */
    return file_commit(&out);
}

void image_put_digest(const void *bytes, size_t n, char *digest)
{
    char text[SHA256_TEXT];
    sha256_of(bytes, n, text);
    memcpy(digest, text, IMAGE_DIGEST);
}

int image_check_digest(const char *path, const void *bytes, size_t n, const char *digest)
{
    char is[IMAGE_DIGEST];
    image_put_digest(bytes, n, is);
    return memcmp(is, digest, IMAGE_DIGEST) == 0
               ? STATUS_OK
               : status_fail(STATUS_USER, "%s: is damaged (its checksum is wrong)", path);
}
