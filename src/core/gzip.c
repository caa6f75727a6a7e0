/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What zlib's gzread does not tell: whether a file ends where its gzip streams do (RFC 1952). */
#include "core/gzip.h"

#include <sha2.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <zlib.h>

#include "core/status.h"

enum { CHUNK = 1 << 14, GZIP_ONLY = 16 + MAX_WBITS };

/* A stream ends with its length modulo 2^32: so one that is all of the file ends it. */
static bool ends_with_length(FILE *file, int64_t n_unpacked)
{
    unsigned char end[4];
    if (fseek(file, -4, SEEK_END) != 0 || fread(end, 1, sizeof end, file) != sizeof end)
        return false;
    uint32_t length = 0;
    for (int i = 3; i >= 0; i--)
        length = length << 8 | end[i];
    return length == (uint32_t)n_unpacked;
}

/* Unpacks stream after stream; false if what follows one is none. */
static bool is_streams_alone(FILE *file, z_stream *stream)
{
    unsigned char in[CHUNK], out[CHUNK];
    bool at_start = true; /* of a stream */
    rewind(file);
    while ((stream->avail_in = (unsigned)fread(in, 1, sizeof in, file)) > 0) {
        stream->next_in = in;
        do {
            at_start = false;
            stream->next_out = out;
            stream->avail_out = sizeof out;
            const int code = inflate(stream, Z_NO_FLUSH);
            if (code == Z_STREAM_END) {
                at_start = true;
                inflateReset(stream);
            } else if (code != Z_OK && code != Z_BUF_ERROR) {
                return false;
            }
        } while (stream->avail_in > 0 || (!at_start && stream->avail_out == 0));
    }
    return at_start;
}

int gzip_check_end(const char *path, int64_t n_unpacked)
{
    struct stat info;
    FILE *file = stat(path, &info) == 0 && S_ISREG(info.st_mode) ? fopen(path, "rb") : NULL;
    if (!file)
        return STATUS_OK;
    int result = STATUS_OK;
    if (!ends_with_length(file, n_unpacked)) {
        z_stream stream = {0};
        if (inflateInit2(&stream, GZIP_ONLY) != Z_OK)
            result = status_no_memory(path, CHUNK);
        else if (!is_streams_alone(file, &stream))
            result = status_fail(STATUS_USER, "%s: something follows the gzip data", path);
        inflateEnd(&stream);
    }
    fclose(file);
    return result;
}

int gzip_sha256(const char *path, char hex[65])
{
    unsigned char bytes[CHUNK];
    SHA2_CTX context;
    int n = 0;
    gzFile gz = gzopen(path, "rb");
    SHA256Init(&context);
    const bool is_packed = gz && !gzdirect(gz);
    while (is_packed && (n = gzread(gz, bytes, sizeof bytes)) > 0)
        SHA256Update(&context, bytes, (size_t)n);
    SHA256End(&context, hex);
    if (!is_packed)
        *hex = '\0';
    if (gz)
        gzclose(gz);
    return gz && n >= 0 ? STATUS_OK : status_fail(STATUS_USER, "%s: cannot be read", path);
}
