/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gzip files, read and written. Reads one gzip stream after another (RFC 1952) and tells what
 * zlib's gzread does not: whether anything else follows them, and whether the file is made to
 * exhaust memory. */
#include "core/gzip.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/shared_file.h"
#include "core/status.h"

enum { CHUNK = 1 << 14, GZIP_ONLY = 16 + MAX_WBITS };

/* A file that is being read. */
struct gzip_stream {
    FILE *file;
    z_stream z; /* its avail_in bytes from next_in on are read and not yet used */
    bool is_packed;
    bool is_between; /* here a gzip stream may begin, or the file end */
    bool has_stream; /* there was a whole one */
    int64_t n_in, n_out;
    unsigned char in[CHUNK];
};

/* Reads on, if all that was read is used. Whether there is anything. */
static bool refill(struct gzip_stream *s)
{
    if (s->z.avail_in == 0) {
        s->z.next_in = s->in;
        s->z.avail_in = (unsigned)fread(s->in, 1, CHUNK, s->file);
        s->n_in += s->z.avail_in;
    }
    return s->z.avail_in > 0;
}

static int open_stream(struct gzip_reader *reader)
{
    struct stat info;
    struct gzip_stream *s = NULL;
    TRY_NEW(s, 1, reader->path);
    reader->stream = s;
    s->file = fopen(reader->path, "rb");
    if (!s->file)
        return shared_file_fail_to_open(reader->path);
    s->is_packed = refill(s) && s->z.avail_in > 1 && s->in[0] == 0x1f && s->in[1] == 0x8b;
    s->is_between = true;
    if (s->is_packed && inflateInit2(&s->z, GZIP_ONLY) != Z_OK)
        return status_no_memory(reader->path, CHUNK);
    if (!s->is_packed && fstat(fileno(s->file), &info) == 0)
        reader->n_plain = info.st_size;
    return STATUS_OK;
}

int gzip_open(struct gzip_reader *reader, const char *path, const char *needed)
{
    *reader = (struct gzip_reader){.path = path, .n_plain = -1};
    TRY(file_check_regular(path, needed));
    RETURN_OR_FREE(open_stream(reader), gzip_close, reader);
}

void gzip_close(struct gzip_reader *reader)
{
    struct gzip_stream *s = reader->stream;
    reader->stream = NULL;
    if (!s)
        return;
    inflateEnd(&s->z);
    if (s->file)
        fclose(s->file);
    free(s);
}

/* Copies or unpacks up to n bytes. False if what comes is no gzip stream, or ends within one. */
static bool take(struct gzip_stream *s, unsigned char *to, unsigned n, unsigned *n_taken)
{
    int code = Z_OK;
    s->z.next_out = to;
    s->z.avail_out = n;
    if (s->is_packed) {
        s->is_between = false;
        code = inflate(&s->z, Z_NO_FLUSH);
    } else {
        const unsigned n_here = s->z.avail_in < n ? s->z.avail_in : n;
        memcpy(to, s->z.next_in, n_here);
        s->z.next_in += n_here;
        s->z.avail_in -= n_here;
        s->z.avail_out -= n_here;
    }
    *n_taken = n - s->z.avail_out;
    s->n_out += *n_taken;
    if (code == Z_STREAM_END) {
        s->is_between = s->has_stream = true;
        inflateReset(&s->z);
    }
    return code == Z_OK || code == Z_STREAM_END;
}

bool gzip_is_bomb(int64_t n_packed, int64_t n_unpacked)
{
    return n_unpacked > (64 << 20) && n_unpacked / n_packed > 200;
}

int64_t gzip_read(const struct gzip_reader *reader, void *to, size_t n, const char *where)
{
    enum { AT_ONCE = 1 << 24 };
    struct gzip_stream *s = reader->stream;
    unsigned n_taken = 0;
    size_t n_read = 0;
    for (; n_read < n && (refill(s) || !s->is_between); n_read += n_taken) {
        const size_t rest = n - n_read;
        if (!take(s, (unsigned char *)to + n_read, rest < AT_ONCE ? (unsigned)rest : AT_ONCE,
                  &n_taken))
            return s->has_stream && s->z.total_out == 0
                       ? status_fail(STATUS_USER, "%s: something follows the gzip data",
                                     reader->path)
                       : status_fail(STATUS_USER, "%s: cannot be read (%s)", where,
                                     s->z.msg ? s->z.msg : "gzip data ends in the middle");
        if (gzip_is_bomb(s->n_in, s->n_out))
            return status_fail(STATUS_USER,
                               "%s: unpacks to over 200 times its size, as hardly any data do: if "
                               "these should, unpack the file first",
                               reader->path);
    }
    if (ferror(s->file))
        return status_fail(STATUS_USER, "%s: cannot be read (%s)", where, strerror(errno));
    if (n_read < n && s->n_out < reader->n_plain)
        return status_fail(STATUS_USER, "%s: ends after %lld bytes, it had %lld when it was opened",
                           reader->path, (long long)s->n_out, (long long)reader->n_plain);
    return (int64_t)n_read;
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
