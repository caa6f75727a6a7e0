/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hdf5_file: values there and back, checksums, and every damaged byte found. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/status.h"
#include "hdf5_values.h"
#include "store/image.h"
#include "support.h"

static const float weights[] = {0.5F, -0.0F, 1e-30F, 3.25F, 7, 8};
static const int64_t shape[] = {2, 3};
static const char *const sortings[] = {"none", "by_id", "by_time", NULL};

static const char *write_example(void **state, const char *name)
{
    struct hdf5_file file;
    const char *path = support_path(state, name);
    const uint64_t seed = UINT64_MAX;
    const int64_t none = 0, version[] = {0, 1};
    assert_int_equal(hdf5_create(&file), STATUS_OK);
    assert_int_equal(hdf5_write(&file, "a/b/weights", SPINET_FLOAT, 2, shape, weights, "mV"),
                     STATUS_OK);
    assert_int_equal(hdf5_write(&file, "a/seed", SPINET_UINT64, 0, NULL, &seed, NULL), STATUS_OK);
    assert_int_equal(hdf5_write(&file, "empty", SPINET_INT32, 1, &none, &none, NULL), STATUS_OK);
    assert_int_equal(hdf5_write_text(&file, "text", "µ and\nmore"), STATUS_OK);
    assert_int_equal(hdf5_write_text_attribute(&file, "a", "kind", "group"), STATUS_OK);
    assert_int_equal(hdf5_write_integer_attribute(&file, "/", "version", SPINET_UINT32, version, 2),
                     STATUS_OK);
    assert_int_equal(hdf5_write_choice_attribute(&file, "a", "sorting", sortings, 1), STATUS_OK);
    if (hdf5_commit(&file, path) != STATUS_OK)
        fail_msg("%s", status_message());
    return path;
}

static int read_example(const char *path)
{
    struct hdf5_file file;
    float read[6];
    uint64_t seed = 0;
    int32_t nothing;
    const int64_t none = 0;
    char *text = NULL;
    int result = hdf5_open(&file, path);
    if (result == STATUS_OK)
        result = hdf5_read(&file, "a/b/weights", SPINET_FLOAT, 2, shape, read);
    if (result == STATUS_OK)
        result = hdf5_read(&file, "a/seed", SPINET_UINT64, 0, NULL, &seed);
    if (result == STATUS_OK)
        result = hdf5_read(&file, "empty", SPINET_INT32, 1, &none, &nothing);
    if (result == STATUS_OK)
        result = hdf5_read_text(&file, "text", &text);
    if (result == STATUS_OK) {
        assert_memory_equal(read, weights, sizeof weights);
        assert_true(seed == UINT64_MAX);
        assert_string_equal(text, "µ and\nmore");
    }
    free(text);
    hdf5_close(&file);
    return result;
}

static void given_values_when_written_and_read_expect_them_again(void **state)
{
    if (read_example(write_example(state, "a.h5")) != STATUS_OK)
        fail_msg("%s", status_message());
}

static void given_the_same_values_when_written_twice_expect_the_same_bytes(void **state)
{
    support_expect_same(write_example(state, "a.h5"), write_example(state, "b.h5"));
}

static void write_bytes(const char *path, const uint8_t *bytes, size_t n)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    fclose(file);
}

static void given_any_byte_changed_when_read_expect_a_refusal(void **state)
{
    size_t n;
    uint8_t *bytes = support_read(write_example(state, "a.h5"), &n);
    const char *path = support_write(state, "b.h5", bytes, n);
    for (size_t i = 0; i < n; i += 1 + n / 700) {
        bytes[i] ^= 0x41;
        write_bytes(path, bytes, n);
        /* between the digest and the end of the user block nothing is read */
        if (i < 119 || i >= 512)
            assert_int_equal(read_example(path), STATUS_USER);
        bytes[i] ^= 0x41;
    }
    free(bytes);
}

static void given_a_shortened_file_when_read_expect_a_refusal(void **state)
{
    size_t n;
    uint8_t *bytes = support_read(write_example(state, "a.h5"), &n);
    const char *path = support_write(state, "b.h5", bytes, n);
    for (size_t length = 0; length < n - 1; length += 1 + n / 50) {
        write_bytes(path, bytes, length);
        assert_int_equal(read_example(path), STATUS_USER);
        support_assert_message("b.h5: ", NULL);
    }
    free(bytes);
}

static void given_another_shape_or_type_when_read_expect_it_named(void **state)
{
    struct hdf5_file file;
    float read[6];
    int64_t dimensions[2];
    char *text;
    assert_int_equal(hdf5_open(&file, write_example(state, "a.h5")), STATUS_OK);
    assert_true(hdf5_has(&file, "a/b"));
    assert_false(hdf5_has(&file, "a/c/weights"));
    assert_int_equal(hdf5_dimensions(&file, "a/b/weights", SPINET_FLOAT, 2, dimensions), STATUS_OK);
    assert_int_equal(dimensions[0], 2);
    assert_int_equal(dimensions[1], 3);
    assert_int_equal(hdf5_read(&file, "a/c", SPINET_FLOAT, 2, shape, read), STATUS_USER);
    support_assert_message("a.h5: a/c: there is no such data set", NULL);
    assert_int_equal(hdf5_read(&file, "a/b/weights", SPINET_INT32, 2, shape, read), STATUS_USER);
    support_assert_message("a.h5: a/b/weights: is not of the expected type", NULL);
    assert_int_equal(hdf5_read(&file, "a/b/weights", SPINET_FLOAT, 1, shape, read), STATUS_USER);
    support_assert_message("a/b/weights: has 2 dimensions, 1 were expected", NULL);
    dimensions[1] = 2;
    assert_int_equal(hdf5_read(&file, "a/b/weights", SPINET_FLOAT, 2, dimensions, read),
                     STATUS_USER);
    support_assert_message("a/b/weights: has 3 values along dimension 2, 2 were expected", NULL);
    assert_int_equal(hdf5_read_text(&file, "a/seed", &text), STATUS_USER);
    support_assert_message("a/seed: is not a text", NULL);
    hdf5_close(&file);
}

static void given_a_folder_that_may_not_be_when_committed_expect_nothing_left(void **state)
{
    struct hdf5_file file;
    assert_int_equal(hdf5_create(&file), STATUS_OK);
    assert_int_equal(hdf5_commit(&file, support_path(state, "no/such/a.h5")), STATUS_USER);
    support_assert_message("a.h5: cannot be written", NULL);
    assert_true(file_folder_is_empty(support_path(state, "")));
}

static void given_what_is_no_hdf5_file_when_opened_expect_a_refusal(void **state)
{
    struct hdf5_file file;
    assert_int_equal(hdf5_open(&file, support_path(state, "")), STATUS_USER);
    support_assert_message("is a folder, a file is needed", NULL);
    assert_int_equal(hdf5_open(&file, support_path(state, "none.h5")), STATUS_USER);
    support_assert_message("none.h5: cannot be opened (No such file", NULL);
    assert_int_equal(hdf5_open(&file, support_write_text(state, "text.h5", "hello")), STATUS_USER);
    support_assert_message("text.h5: is no HDF5 file of spinet", NULL);
    assert_int_equal(hdf5_open(&file, support_write_text(state, "empty.h5", "")), STATUS_USER);
}

enum { LONG = 200001 };

/* Compressed, in parts of so many values, the one at `odd` another one. */
static const char *write_long(void **state, const char *name, int64_t part, int64_t odd)
{
    struct hdf5_file file;
    struct hdf5_series series;
    const char *path = support_path(state, name);
    static double values[LONG];
    const int64_t n = LONG;
    for (int i = 0; i < LONG; i++)
        values[i] = i * 0.5 + (i == odd);
    assert_int_equal(hdf5_create(&file), STATUS_OK);
    file.compress = true;
    assert_int_equal(hdf5_begin(&file, "long/series", SPINET_DOUBLE, n, &series), STATUS_OK);
    for (int64_t first = 0; first < n; first += part)
        assert_int_equal(hdf5_add(&series, values + first, n - first < part ? n - first : part),
                         STATUS_OK);
    assert_int_equal(hdf5_end(&series), STATUS_OK);
    assert_int_equal(hdf5_write_text_attribute(&file, "long/series", "units", "milliseconds"),
                     STATUS_OK);
    assert_int_equal(hdf5_write(&file, "long/whole", SPINET_DOUBLE, 1, &n, values, NULL),
                     STATUS_OK);
    assert_int_equal(hdf5_begin(&file, "none", SPINET_UINT64, 0, &series), STATUS_OK);
    assert_int_equal(hdf5_end(&series), STATUS_OK);
    assert_int_equal(hdf5_commit(&file, path), STATUS_OK);
    return path;
}

static void given_a_series_in_parts_when_read_expect_all_values_and_few_bytes(void **state)
{
    struct hdf5_file file;
    static double series[LONG], whole[LONG];
    const int64_t n = LONG, none = 0;
    const char *path = write_long(state, "a.h5", 1000, -1);
    assert_int_equal(hdf5_open(&file, path), STATUS_OK);
    assert_int_equal(hdf5_read(&file, "long/series", SPINET_DOUBLE, 1, &n, series), STATUS_OK);
    assert_int_equal(hdf5_read(&file, "long/whole", SPINET_DOUBLE, 1, &n, whole), STATUS_OK);
    assert_int_equal(hdf5_read(&file, "none", SPINET_UINT64, 1, &none, whole), STATUS_OK);
    hdf5_close(&file);
    for (int i = 0; i < LONG; i++)
        assert_true(series[i] == i * 0.5 && whole[i] == series[i]);
    size_t size;
    free(support_read(path, &size));
    assert_true(size < LONG * sizeof(double) / 2);
    support_expect_same(path, write_long(state, "b.h5", 1000, -1));
}

static void given_two_files_being_written_when_committed_expect_each_its_own(void **state)
{
    struct hdf5_file file[2];
    const int32_t value[] = {1, 2};
    int32_t read = 0;
    const char *path[] = {support_path(state, "one.h5"), support_path(state, "two.h5")};
    for (int i = 0; i < 2; i++)
        assert_int_equal(hdf5_create(&file[i]), STATUS_OK);
    for (int i = 0; i < 2; i++)
        assert_int_equal(hdf5_write(&file[i], "x", SPINET_INT32, 0, NULL, &value[i], NULL),
                         STATUS_OK);
    for (int i = 0; i < 2; i++)
        assert_int_equal(hdf5_commit(&file[i], path[i]), STATUS_OK);
    for (int i = 0; i < 2; i++)
        assert_int_equal(hdf5_open(&file[i], path[i]), STATUS_OK);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(hdf5_read(&file[i], "x", SPINET_INT32, 0, NULL, &read), STATUS_OK);
        assert_int_equal(read, value[i]);
    }
    for (int i = 0; i < 2; i++)
        hdf5_close(&file[i]);
}

static void given_an_unfinished_series_when_freed_expect_no_harm(void **state)
{
    struct hdf5_file file;
    struct hdf5_series series;
    (void)state;
    assert_int_equal(hdf5_create(&file), STATUS_OK);
    assert_int_equal(hdf5_begin(&file, "a", SPINET_INT32, 10, &series), STATUS_OK);
    assert_int_equal(hdf5_end(&series), STATUS_OK);
    assert_int_equal(hdf5_end(&series), STATUS_OK);
    hdf5_close(&file);
}

static void expect_difference(const char *was, const char *is, const char *where,
                              const char *was_begins, const char *is_begins)
{
    struct file_difference difference;
    if (hdf5_compare(was, is, &difference) != STATUS_OK)
        fail_msg("%s", status_message());
    assert_string_equal(difference.where, where);
    assert_ptr_equal(strstr(difference.was, was_begins), difference.was);
    assert_ptr_equal(strstr(difference.is, is_begins), difference.is);
}

static const char *write_one(void **state, const char *name, const char *data_set,
                             enum spinet_type type, int64_t n, const void *values)
{
    struct hdf5_file file;
    const char *path = support_path(state, name);
    assert_int_equal(hdf5_create(&file), STATUS_OK);
    assert_int_equal(hdf5_write_text(&file, "text", n > 2 ? "two" : "one"), STATUS_OK);
    assert_int_equal(hdf5_write(&file, data_set, type, 1, &n, values, NULL), STATUS_OK);
    assert_int_equal(hdf5_commit(&file, path), STATUS_OK);
    return path;
}

static void given_two_files_when_compared_expect_the_first_difference(void **state)
{
    struct file_difference difference;
    const int32_t few[] = {3, -4, 5}, other[] = {3, 4, 5};
    const char *whole = write_long(state, "a.h5", 1000, -1);
    expect_difference(whole, write_long(state, "b.h5", 777, -1), "", "", "");
    expect_difference(whole, write_long(state, "c.h5", 1000, 150000), "long/series",
                      "200001 values of 8 bytes, SHA-256 ", "200001 values of 8 bytes, SHA-256 ");
    const char *a = write_one(state, "d.h5", "x", SPINET_INT32, 2, few);
    expect_difference(a, write_one(state, "e.h5", "x", SPINET_INT32, 2, other), "x", "2 values of ",
                      "2 values of ");
    expect_difference(a, write_one(state, "f.h5", "x", SPINET_INT32, 3, few), "text", "1 values",
                      "1 values");
    expect_difference(a, write_one(state, "g.h5", "x", SPINET_UINT32, 2, few), "x",
                      "2 values of 4 bytes", "2 values of 4 bytes");
    const char *y = write_one(state, "h.h5", "y", SPINET_INT32, 2, few);
    expect_difference(a, y, "x", "2 values of 4 bytes", "(no data set)");
    expect_difference(write_example(state, "i.h5"), a, "a/b/weights", "", "(no data set)");
    assert_int_equal(hdf5_compare(a, support_write_text(state, "j.h5", "no"), &difference),
                     STATUS_USER);
    support_assert_message("j.h5: is no HDF5 file of spinet's", NULL);
}

/* Changes the value 12345678 in a file, whose checksum then is right again; its data set still
 * carries that of the value before. */
static void forge(const char *path)
{
    enum { USER_BLOCK = 512 };
    const int32_t from = 12345678, to = 12345679;
    size_t n;
    uint8_t *bytes = support_read(path, &n);
    uint8_t *value = memmem(bytes, n, &from, sizeof from), *end = memchr(bytes, 0, USER_BLOCK);
    assert_non_null(value);
    assert_non_null(end);
    memcpy(value, &to, sizeof to);
    image_put_digest(bytes + USER_BLOCK, n - USER_BLOCK, (char *)end - 1 - IMAGE_DIGEST);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
    free(bytes);
}

static void given_a_forged_value_when_compared_expect_it_found_by_the_value_itself(void **state)
{
    const int32_t values[] = {3, 12345678};
    const char *was = write_one(state, "a.h5", "x", SPINET_INT32, 2, values),
               *is = write_one(state, "b.h5", "x", SPINET_INT32, 2, values);
    expect_difference(was, is, "", "", "");
    forge(is);
    expect_difference(was, is, "x", "2 values of 4 bytes", "2 values of 4 bytes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_values_when_written_and_read_expect_them_again),
        WITH_FOLDER(given_the_same_values_when_written_twice_expect_the_same_bytes),
        WITH_FOLDER(given_any_byte_changed_when_read_expect_a_refusal),
        WITH_FOLDER(given_a_shortened_file_when_read_expect_a_refusal),
        WITH_FOLDER(given_another_shape_or_type_when_read_expect_it_named),
        WITH_FOLDER(given_a_folder_that_may_not_be_when_committed_expect_nothing_left),
        WITH_FOLDER(given_what_is_no_hdf5_file_when_opened_expect_a_refusal),
        WITH_FOLDER(given_a_series_in_parts_when_read_expect_all_values_and_few_bytes),
        WITH_FOLDER(given_two_files_being_written_when_committed_expect_each_its_own),
        WITH_FOLDER(given_an_unfinished_series_when_freed_expect_no_harm),
        WITH_FOLDER(given_two_files_when_compared_expect_the_first_difference),
        WITH_FOLDER(given_a_forged_value_when_compared_expect_it_found_by_the_value_itself),
    };
    return cmocka_run_group_tests_name("hdf5_file", tests, NULL, NULL);
}
