/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gzip files, read and written. Tells what zlib's gzread does not: whether a file ends where its
 * gzip streams do (RFC 1952), and whether it is made to exhaust memory. */
#include "core/gzip.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/sha256.h"
#include "core/shared_file.h"
#include "core/status.h"

enum { CHUNK = 1 << 14, GZIP_ONLY = 16 + MAX_WBITS };

/* A gzip stream ends with its unpacked length modulo 2^32. If that is n_unpacked here, the file is
 * one stream and nothing follows it. */
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

/* Unpacks one gzip stream after another; false if anything between or after them is none. */
static bool is_streams_alone(FILE *file, z_stream *stream)
{
    unsigned char in[CHUNK], out[CHUNK];
    bool at_start = true; /* where a stream may begin */
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

static void end_inflating(z_stream *stream)
{
    inflateEnd(stream);
}

int gzip_check_end(const char *path, int64_t n_unpacked)
{
    struct stat info;
    SCOPED(scope_close_file)
    FILE *file = stat(path, &info) == 0 && S_ISREG(info.st_mode) ? fopen(path, "rb") : NULL;
    if (!file || ends_with_length(file, n_unpacked))
        return STATUS_OK;
    SCOPED(end_inflating) z_stream stream = {0};
    if (inflateInit2(&stream, GZIP_ONLY) != Z_OK)
        return status_no_memory(path, CHUNK);
    return is_streams_alone(file, &stream)
               ? STATUS_OK
               : status_fail(STATUS_USER, "%s: something follows the gzip data", path);
}

int gzip_sha256(const char *path, char hex[65])
{
    unsigned char bytes[CHUNK];
    struct sha256 context;
    int n = 0;
    gzFile gz = gzopen(path, "rb");
    sha256_start(&context);
    const bool is_packed = gz && !gzdirect(gz);
    while (is_packed && (n = gzread(gz, bytes, sizeof bytes)) > 0)
        sha256_add(&context, bytes, (size_t)n);
    sha256_end(&context, hex);
    if (!is_packed)
        *hex = '\0';
    if (gz)
        gzclose(gz);
    return gz && n >= 0 ? STATUS_OK : status_fail(STATUS_USER, "%s: cannot be read", path);
}

int gzip_open(struct gzip_reader *reader, const char *path, const char *needed)
{
    struct stat info;
    *reader = (struct gzip_reader){.path = path, .n_plain = -1};
    TRY(file_check_regular(path, needed));
    reader->stream = gzopen(path, "rb");
    if (!reader->stream)
        return shared_file_fail_to_open(path);
    if (gzdirect(reader->stream) && stat(path, &info) == 0)
        reader->n_plain = info.st_size;
    return STATUS_OK;
}

static bool is_bomb(gzFile stream)
{
    const z_off_t unpacked = gztell(stream), packed = gzoffset(stream);
    return unpacked > (64 << 20) && packed > 0 && unpacked / packed > 200;
}

int64_t gzip_read(const struct gzip_reader *reader, void *to, size_t n, const char *where)
{
    enum { AT_ONCE = 1 << 24 };
    size_t n_read = 0;
    for (int got = 1; got > 0 && n_read < n; n_read += (size_t)got) {
        const size_t rest = n - n_read;
        int code = Z_OK;
        got =
            gzread(reader->stream, (char *)to + n_read, rest < AT_ONCE ? (unsigned)rest : AT_ONCE);
        const char *reason = gzerror(reader->stream, &code);
        if (got < 0 || (code != Z_OK && code != Z_STREAM_END))
            return status_fail(STATUS_USER, "%s: cannot be read (%s)", where,
                               code == Z_ERRNO       ? strerror(errno)
                               : code == Z_BUF_ERROR ? "gzip data ends in the middle"
                                                     : reason);
        if (got > 0 && is_bomb(reader->stream))
            return status_fail(STATUS_USER,
                               "%s: unpacks to over 200 times its size, as hardly any data do: if "
                               "these should, unpack the file first",
                               reader->path);
    }
    return (int64_t)n_read;
}

int64_t gzip_n_read(const struct gzip_reader *reader)
{
    return gztell(reader->stream);
}

void gzip_close(struct gzip_reader *reader)
{
    if (reader->stream)
        gzclose(reader->stream);
    reader->stream = NULL;
}

static void end_deflating(z_stream *stream)
{
    deflateEnd(stream);
}

int gzip_write(const char *folder, const char *name, const void *bytes, size_t n)
{
    SCOPED(file_abandon) struct new_file file = {0};
    SCOPED(end_deflating) z_stream stream = {0};
    const unsigned char *next = bytes;
    unsigned char out[CHUNK];
    if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, GZIP_ONLY, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return status_no_memory(name, CHUNK);
    TRY(file_create_in(&file, folder, name));
    for (int code = Z_OK; code != Z_STREAM_END;) {
        if (stream.avail_in == 0) { /* zlib counts in 32 bits */
            stream.avail_in = n > INT32_MAX ? INT32_MAX : (unsigned)n;
            stream.next_in = (unsigned char *)(uintptr_t)next;
            next += stream.avail_in;
            n -= stream.avail_in;
        }
        stream.avail_out = CHUNK;
        stream.next_out = out;
        code = deflate(&stream, n == 0 ? Z_FINISH : Z_NO_FLUSH);
        fwrite(out, 1, CHUNK - stream.avail_out, file.stream); /* file_commit says if that failed */
    }
    return file_commit(&file);
}
