/* SPDX-License-Identifier: GPL-3.0-or-later */
/* core/gzip: what may stand behind a gzip stream, which is another one. */
#include "core/gzip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/status.h"
#include "support.h"

enum { N = 300000 };

/* Some 200 KB once packed, many buffers of the reader. */
static char *make_text(void)
{
    char *text = malloc(N);
    assert_non_null(text);
    uint32_t x = 1;
    for (int i = 0; i < N; i++) {
        x = x * 1664525 + 1013904223;
        text[i] = (char)(x >> 24);
    }
    return text;
}

/* The streams one behind the other, and what follows. */
static const char *join(void **state, int n_streams, const char *behind, size_t n_behind)
{
    char *text = make_text();
    size_t n;
    uint8_t *packed = support_read(support_write_gzip(state, "one", text, N), &n);
    const char *path = support_path(state, "file");
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    for (int i = 0; i < n_streams; i++)
        assert_int_equal(fwrite(packed, 1, n, file), n);
    assert_int_equal(fwrite(behind, 1, n_behind, file), n_behind);
    assert_int_equal(fclose(file), 0);
    free(packed);
    free(text);
    return path;
}

/* What gzip_read returns at the end of the file, of which *n_read bytes were read before. */
static int64_t read_all(const char *path, int64_t *n_read)
{
    static char part[7777];
    struct gzip_reader reader;
    int64_t n;
    *n_read = 0;
    assert_int_equal(gzip_open(&reader, path, "a file"), STATUS_OK);
    while ((n = gzip_read(&reader, part, sizeof part, path)) > 0)
        *n_read += n;
    gzip_close(&reader);
    return n;
}

static void given_one_stream_or_many_when_read_expect_all(void **state)
{
    int64_t n;
    for (int n_streams = 1; n_streams <= 3; n_streams++) {
        assert_int_equal(read_all(join(state, n_streams, "", 0), &n), 0);
        assert_int_equal(n, (int64_t)N * n_streams);
    }
}

static void given_something_behind_the_streams_when_read_expect_refusal(void **state)
{
    const struct {
        const char *bytes;
        size_t n;
    } behind[] = {
        {"x", 1}, {"\x1f", 1}, {"\x1f\x8b", 2}, {"\0\0\0\0", 4}, {"\x1f\x8b\x08\0too short", 13}};
    int64_t n;
    for (int n_streams = 1; n_streams <= 2; n_streams++)
        for (size_t i = 0; i < sizeof behind / sizeof *behind; i++) {
            const char *path = join(state, n_streams, behind[i].bytes, behind[i].n);
            assert_int_equal(read_all(path, &n), STATUS_USER);
            support_assert_message(path, "something follows the gzip data", NULL);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_one_stream_or_many_when_read_expect_all),
        WITH_FOLDER(given_something_behind_the_streams_when_read_expect_refusal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
