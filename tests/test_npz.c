/* SPDX-License-Identifier: GPL-3.0-or-later */
/* npz: values there and back, by field tables, too; checksums, and every damaged byte found; numpy
 * opens it. */
#include "store/npz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/status.h"
#include "fuzz/members.h"
#include "support.h"

static const float weights[] = {0.5F, -0.0F, 1e-30F, 3.25F, 7, 8};
static const int64_t shape[] = {2, 3};

struct row {
    int32_t id;
    double length;
    uint8_t kind;
};

struct state {
    float window[4];
    struct spinet_array births;
};

static const struct spinet_field row_fields[] = {{"id", SPINET_INT32, offsetof(struct row, id), 1},
                                                 {"length", SPINET_DOUBLE,
                                                  offsetof(struct row, length), 1},
                                                 {"kind", SPINET_UINT8, offsetof(struct row, kind),
                                                  1}},
                                 state_fields[] = {
                                     {"window", SPINET_FLOAT, offsetof(struct state, window), 4},
                                     {"births", SPINET_INT64, offsetof(struct state, births), 0}};

/* What the example is made of. */
struct example {
    float weights[6];
    int64_t big;
    char text[32], empty[2];
    struct row rows[3];
    struct state state;
};

/* Saves or loads it; the texts, which can only be compared, must be the same. */
static void move_example(struct archive *archive, struct example *example)
{
    archive_values(archive, "a/b/weights", SPINET_FLOAT, 2, shape, example->weights, "mV");
    archive_number(archive, "big", SPINET_INT64, &example->big, NULL);
    archive_compare_text(archive, "text", example->text, "texts differ");
    archive_compare_text(archive, "empty", example->empty, "texts differ");
    archive_rows(archive, "rows", row_fields, 3, example->rows, sizeof *example->rows, 3);
    archive_state(archive, "state", state_fields, 2, &example->state);
}

static struct example make_example(void)
{
    struct example example = {.big = INT64_MIN,
                              .text = "Fürth, 3 Ω",
                              .rows = {{1, 0.1, 255}, {-2, -1e300, 0}, {3, 3, 7}},
                              .state.window = {1, 2, 3, 4},
                              .state.births = {calloc(2, sizeof(int64_t)), 2}};
    memcpy(example.weights, weights, sizeof weights);
    assert_non_null(example.state.births.values);
    ((int64_t *)example.state.births.values)[1] = INT64_MAX;
    return example;
}

static const char *write_example(void **state, const char *name)
{
    struct archive archive;
    struct example example = make_example();
    const char *path = support_path(state, name);
    assert_int_equal(npz_create(&archive), STATUS_OK);
    move_example(&archive, &example);
    free(example.state.births.values);
    if (npz_commit(&archive, path) != STATUS_OK)
        fail_msg("%s", status_message());
    return path;
}

/* Into an example with nothing but its texts. */
static int read_example(const char *path, struct example *example)
{
    struct archive archive;
    *example = (struct example){.text = "Fürth, 3 Ω"};
    const int status = npz_open(&archive, path);
    if (status != STATUS_OK)
        return status;
    move_example(&archive, example);
    return npz_close(&archive);
}

static void given_values_when_written_and_read_expect_them_again(void **state)
{
    struct example example = make_example(), read;
    if (read_example(write_example(state, "a.npz"), &read) != STATUS_OK)
        fail_msg("%s", status_message());
    assert_memory_equal(read.weights, example.weights, sizeof read.weights);
    assert_true(read.big == example.big);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(read.rows[i].id, example.rows[i].id);
        assert_true(read.rows[i].length == example.rows[i].length);
        assert_int_equal(read.rows[i].kind, example.rows[i].kind);
    }
    assert_memory_equal(read.state.window, example.state.window, sizeof read.state.window);
    assert_int_equal(read.state.births.n, 2);
    assert_memory_equal(read.state.births.values, example.state.births.values, 16);
    free(read.state.births.values);
    free(example.state.births.values);
}

static void given_the_same_values_when_written_twice_expect_the_same_bytes(void **state)
{
    support_expect_same(write_example(state, "a.npz"), write_example(state, "b.npz"));
}

static void write_bytes(const char *path, const uint8_t *bytes, size_t n)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    fclose(file);
}

static void expect_refusal(const char *path)
{
    struct example read;
    assert_int_equal(read_example(path, &read), STATUS_USER);
    support_assert_message("b.npz: ", NULL);
    free(read.state.births.values);
}

static void given_any_byte_changed_when_read_expect_a_refusal(void **state)
{
    size_t n;
    uint8_t *bytes = support_read(write_example(state, "a.npz"), &n);
    const char *path = support_write(state, "b.npz", bytes, n);
    for (size_t i = 0; i<n; i += i + 400> n ? 1 : 1 + n / 500) { /* each of its end */
        bytes[i] ^= 0x41;
        write_bytes(path, bytes, n);
        expect_refusal(path);
        bytes[i] ^= 0x41;
    }
    free(bytes);
}

static void given_a_shortened_or_grown_file_when_read_expect_a_refusal(void **state)
{
    size_t n;
    uint8_t *bytes = support_read(write_example(state, "a.npz"), &n);
    const char *path = support_write(state, "b.npz", bytes, n);
    for (size_t length = 0; length < n; length += 1 + n / 50) {
        write_bytes(path, bytes, length);
        expect_refusal(path);
    }
    write_bytes(path, bytes, n);
    assert_int_equal(truncate(path, (off_t)n + 1), 0);
    expect_refusal(path);
    free(bytes);
}

/* A member whose own checksum is wrong, in a file whose checksum is right, is one of somebody's
 * making; what the library has to say of that must be the same. */
static void given_a_members_head_or_length_changed_when_read_expect_it_named(void **state)
{
    static const char head[] = "{'descr': '<i4', 'fortran_order': False, 'shape': (%s), }";
    static const char *const shapes[] = {"2,", "2", "-2,", "9223372036854775807,", "2, 2", "", "x"};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        char bytes[128 + 8];
        struct archive archive;
        int32_t values[2] = {0};
        const int64_t two = 2;
        memset(bytes, ' ', sizeof bytes);
        memcpy(bytes, "\x93NUMPY\1\0\x76\0", 10);
        const int n = snprintf(bytes + 10, 118, head, shapes[i]);
        bytes[10 + n] = ' ';
        bytes[127] = '\n';
        memcpy(bytes + 128, (const int32_t[]){5, 6}, 8);
        const char *path = support_path(state, "b.npz"), *name = "x", *member = bytes;
        members_write(path, 1, &name, &member, &(size_t){sizeof bytes});
        assert_int_equal(npz_open(&archive, path), STATUS_OK);
        archive_values(&archive, "x", SPINET_INT32, 1, &two, values, NULL);
        assert_int_equal(npz_close(&archive), i == 0 ? STATUS_OK : STATUS_USER);
        assert_int_equal(values[1], i == 0 ? 6 : 0);
        if (i > 0)
            support_assert_message("b.npz: x: ", NULL);
    }
}

static void given_another_shape_or_type_when_read_expect_it_named(void **state)
{
    static const struct {
        const char *name;
        enum spinet_type type;
        int rank;
        int64_t shape[3];
        const char *message;
    } cases[] = {
        {"a/c", SPINET_FLOAT, 2, {2, 3}, ": a/c: there is no such array"},
        {"a/b/weights", SPINET_INT32, 2, {2, 3}, "is of type <f4, <i4 was expected"},
        {"a/b/weights", SPINET_FLOAT, 1, {6}, "has 2 dimensions, 1 were expected"},
        {"a/b/weights", SPINET_FLOAT, 2, {3, 2}, "has 2 values along dimension 1, 3 were expected"},
        {"text", SPINET_UINT8, 0, {0}, "is of type |S12, |u1 was expected"},
    };
    const char *path = write_example(state, "a.npz");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct archive archive;
        float values[6] = {0};
        int32_t number = 3;
        assert_int_equal(npz_open(&archive, path), STATUS_OK);
        archive_values(&archive, cases[i].name, cases[i].type, cases[i].rank, cases[i].shape,
                       values, NULL);
        archive_integer(&archive, "rows/id", 0, 9, &number); /* nothing follows a failure */
        assert_int_equal(npz_close(&archive), STATUS_USER);
        support_assert_message("a.npz: ", cases[i].message, NULL);
        assert_int_equal(number, 3);
        assert_true(values[0] == 0);
    }
    struct archive archive;
    assert_int_equal(npz_open(&archive, path), STATUS_OK);
    assert_null(archive_text(&archive, "big", NULL));
    assert_int_equal(npz_close(&archive), STATUS_USER);
    support_assert_message("a.npz: big: is not a text", NULL);
}

static void given_other_values_when_compared_expect_another_run(void **state)
{
    const int32_t values[] = {1, 2}, others[] = {1, 3};
    struct archive archive;
    const char *path = support_path(state, "a.npz");
    assert_int_equal(npz_create(&archive), STATUS_OK);
    archive_compare(&archive, "x", SPINET_INT32, 2, values, "numbers differ");
    assert_int_equal(npz_commit(&archive, path), STATUS_OK);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(npz_open(&archive, path), STATUS_OK);
        archive_compare(&archive, "x", SPINET_INT32, 2, i == 0 ? values : others, "numbers differ");
        assert_int_equal(npz_close(&archive), i == 0 ? STATUS_OK : STATUS_USER);
    }
    support_assert_message("a.npz: is of another run: its numbers differ", NULL);
}

static void given_a_file_in_a_missing_folder_when_committed_expect_a_refusal(void **state)
{
    struct archive archive;
    int32_t number = 1;
    assert_int_equal(npz_create(&archive), STATUS_OK);
    archive_number(&archive, "x", SPINET_INT32, &number, NULL);
    assert_int_equal(npz_commit(&archive, support_path(state, "none/a.npz")), STATUS_USER);
    assert_null(archive.file);
    assert_int_equal(npz_close(&archive), STATUS_OK);
}

/* What numpy and Python's zipfile say of it, where there is a numpy. */
static void given_numpy_when_it_opens_the_file_expect_the_same_values(void **state)
{
    static const char script[] =
        "import sys, zipfile, hashlib, numpy\n"
        "a, path = numpy.load(sys.argv[1]), sys.argv[1]\n"
        "print(a[\"a/b/weights\"].tolist(), a[\"a/b/weights\"].dtype, int(a[\"big\"]))\n"
        "print(a[\"text\"][()].decode(\"utf8\"), a[\"empty\"][()], a[\"rows/length\"].tolist())\n"
        "print(a[\"rows/kind\"].tolist(), a[\"state/births\"].tolist())\n"
        "z = zipfile.ZipFile(path)\n"
        "print(z.testzip(), all(m.comment.decode() == hashlib.sha256(z.read(m)).hexdigest()\n"
        "                       for m in z.infolist()))\n"
        "whole = open(path, \"rb\").read()\n"
        "print(hashlib.sha256(whole[:-64]).hexdigest() == whole[-64:].decode())\n";
    static const char expected[] =
        "[[0.5, -0.0, 1.0000000031710769e-30], [3.25, 7.0, 8.0]] float32 -9223372036854775808\n"
        "Fürth, 3 Ω b'' [0.1, -1e+300, 3.0]\n"
        "[255, 0, 7] [0, 9223372036854775807]\n"
        "None True\nTrue\n";
    char command[1024], said[1024] = "";
    const char *path = write_example(state, "a.npz");
    if (system("/usr/bin/python3 -c 'import numpy' 2>/dev/null") != 0)
        skip();
    snprintf(command, sizeof command, "PYTHONIOENCODING=utf8 /usr/bin/python3 %s %s",
             support_write_text(state, "script.py", script), path);
    FILE *out = popen(command, "r");
    assert_non_null(out);
    const size_t n = fread(said, 1, sizeof said - 1, out);
    said[n] = '\0';
    assert_int_equal(pclose(out), 0);
    assert_string_equal(said, expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_values_when_written_and_read_expect_them_again),
        WITH_FOLDER(given_the_same_values_when_written_twice_expect_the_same_bytes),
        WITH_FOLDER(given_any_byte_changed_when_read_expect_a_refusal),
        WITH_FOLDER(given_a_shortened_or_grown_file_when_read_expect_a_refusal),
        WITH_FOLDER(given_a_members_head_or_length_changed_when_read_expect_it_named),
        WITH_FOLDER(given_another_shape_or_type_when_read_expect_it_named),
        WITH_FOLDER(given_other_values_when_compared_expect_another_run),
        WITH_FOLDER(given_a_file_in_a_missing_folder_when_committed_expect_a_refusal),
        WITH_FOLDER(given_numpy_when_it_opens_the_file_expect_the_same_values),
    };
    return cmocka_run_group_tests_name("npz", tests, NULL, NULL);
}
