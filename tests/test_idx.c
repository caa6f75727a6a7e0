/* SPDX-License-Identifier: GPL-3.0-or-later */
/* data/idx: what it reads, and that every kind of wrong file gets its own clear line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/status.h"
#include "data/images.h"
#include "support.h"

/* Two images of 2 rows and 3 columns. */
static const uint8_t good_images[] = {0, 0, 8,  3,  0,  0,  0,  2,  0, 0, 0, 2,   0,   0,
                                      0, 3, 10, 20, 30, 40, 50, 60, 1, 2, 3, 254, 255, 0};
static const uint8_t good_labels[] = {0, 0, 8, 1, 0, 0, 0, 2, 7, 255};

static void assert_good(struct images *images)
{
    assert_int_equal(images->n_images, 2);
    assert_int_equal(images->height, 2);
    assert_int_equal(images->width, 3);
    assert_memory_equal(images->pixels, good_images + 16, 12);
    assert_ptr_equal(images_pixels(images, 1), images->pixels + 6);
    assert_int_equal(images->labels[0], 7);
    assert_int_equal(images->labels[1], 255);
    images_free(images);
}

static void assert_refused(const char *images_path, const char *labels_path)
{
    struct images images;
    memset(&images, 1, sizeof images);
    assert_int_equal(idx_read(&images, images_path, labels_path, NULL), STATUS_USER);
    assert_null(images.pixels);
    assert_null(images.labels);
    assert_int_equal(images.n_images, 0);
}

/* The good images with byte `at` of the header changed. */
static const char *write_changed(void **state, int at, uint8_t to)
{
    uint8_t bytes[sizeof good_images];
    memcpy(bytes, good_images, sizeof bytes);
    bytes[at] = to;
    return support_write(state, "changed", bytes, sizeof bytes);
}

static const char *write_labels(void **state)
{
    return support_write(state, "labels", good_labels, sizeof good_labels);
}

static void given_plain_files_when_read_expect_images(void **state)
{
    struct images images;
    const char *path = support_write(state, "images", good_images, sizeof good_images);
    assert_int_equal(idx_read(&images, path, write_labels(state), NULL), STATUS_OK);
    assert_good(&images);
}

static void given_gzipped_files_when_read_expect_images(void **state)
{
    struct images images;
    const char *path = support_write_gzip(state, "i.gz", good_images, sizeof good_images);
    const char *labels = support_write_gzip(state, "l.gz", good_labels, sizeof good_labels);
    assert_int_equal(idx_read(&images, path, labels, NULL), STATUS_OK);
    assert_good(&images);
}

/* More than the memory a gzipped file gets at first, so that it must grow. */
static void given_large_gzipped_file_when_read_expect_all_of_it(void **state)
{
    enum { N = 3000, SIDE = 40 };
    struct images images, found;
    assert_int_equal(images_allocate(&images, "made", N, SIDE, SIDE), STATUS_OK);
    for (size_t k = 0; k < (size_t)N * SIDE * SIDE; k++)
        images.pixels[k] = (uint8_t)(k * k >> 7);
    const char *path = support_path(state, "plain");
    const char *labels = support_path(state, "labels");
    assert_int_equal(support_write_idx(&images, path, labels), STATUS_OK);
    size_t n;
    uint8_t *bytes = support_read(path, &n);
    const char *gz = support_write_gzip(state, "large.gz", bytes, n);
    assert_int_equal(idx_read(&found, gz, labels, NULL), STATUS_OK);
    assert_memory_equal(found.pixels, images.pixels, (size_t)N * SIDE * SIDE);
    free(bytes);
    images_free(&images);
    images_free(&found);
}

static void given_images_when_written_expect_the_exact_bytes(void **state)
{
    uint8_t pixels[12];
    int32_t labels[] = {7, 255};
    memcpy(pixels, good_images + 16, 12);
    const struct images images = {
        .n_images = 2, .width = 3, .height = 2, .pixels = pixels, .labels = labels};
    const char *path = support_path(state, "i"), *labels_path = support_path(state, "l");
    assert_int_equal(support_write_idx(&images, path, labels_path), STATUS_OK);
    size_t n;
    uint8_t *bytes = support_read(path, &n);
    assert_int_equal(n, sizeof good_images);
    assert_memory_equal(bytes, good_images, n);
    free(bytes);
    bytes = support_read(labels_path, &n);
    assert_int_equal(n, sizeof good_labels);
    assert_memory_equal(bytes, good_labels, n);
    free(bytes);
}

static void given_label_of_256_when_written_expect_user_error_and_no_file(void **state)
{
    uint8_t pixels[] = {1};
    int32_t labels[] = {256};
    const struct images images = {
        .n_images = 1, .width = 1, .height = 1, .pixels = pixels, .labels = labels};
    const char *path = support_path(state, "i"), *labels_path = support_path(state, "l");
    assert_int_equal(support_write_idx(&images, path, labels_path), STATUS_USER);
    support_assert_message(labels_path, "label 256", "image 0", "0 to 255", NULL);
    struct images found;
    assert_int_equal(idx_read(&found, path, labels_path, NULL), STATUS_USER);
}

static void given_no_file_or_a_folder_when_read_expect_user_error(void **state)
{
    const char *labels = write_labels(state), *missing = support_path(state, "missing");
    assert_refused(missing, labels);
    support_assert_message(missing, "cannot be opened", NULL);
    const char *folder = support_path(state, ".");
    assert_refused(folder, labels);
    support_assert_message(folder, "is a folder", NULL);
    const char *path = support_write(state, "images", good_images, sizeof good_images);
    assert_refused(path, missing);
    support_assert_message(missing, NULL);
}

static void given_labels_as_images_when_read_expect_both_magic_numbers(void **state)
{
    const char *labels = write_labels(state);
    assert_refused(labels, labels);
    support_assert_message(labels, "0x00000801", "0x00000803", NULL);
    const char *path = support_write(state, "images", good_images, sizeof good_images);
    assert_refused(path, path);
    support_assert_message(path, "0x00000803", "0x00000801", NULL);
}

static void given_short_header_when_read_expect_user_error(void **state)
{
    const char *labels = write_labels(state);
    for (size_t n = 0; n < 16; n++) {
        const char *path = support_write(state, "short", good_images, n);
        assert_refused(path, labels);
        support_assert_message(path, "header", "16", NULL);
    }
}

static void given_truncated_plain_file_when_read_expect_both_sizes(void **state)
{
    const char *path = support_write(state, "cut", good_images, sizeof good_images - 1);
    assert_refused(path, write_labels(state));
    support_assert_message(path, "27 bytes", "28", NULL);
}

static void given_trailing_bytes_when_read_expect_both_sizes(void **state)
{
    uint8_t longer[sizeof good_images + 1] = {0};
    memcpy(longer, good_images, sizeof good_images);
    const char *path = support_write(state, "long", longer, sizeof longer);
    assert_refused(path, write_labels(state));
    support_assert_message(path, "29 bytes", "28", NULL);
    path = support_write_gzip(state, "long.gz", longer, sizeof longer);
    assert_refused(path, write_labels(state));
    support_assert_message(path, "more than 28", NULL);
}

static void given_gzip_of_too_little_when_read_expect_both_sizes(void **state)
{
    const char *path = support_write_gzip(state, "cut.gz", good_images, sizeof good_images - 5);
    assert_refused(path, write_labels(state));
    support_assert_message(path, "23 bytes unpacked", "28", NULL);
}

static void given_damaged_gzip_when_read_expect_user_error(void **state)
{
    const char *labels = write_labels(state);
    size_t n;
    uint8_t *bytes =
        support_read(support_write_gzip(state, "good.gz", good_images, sizeof good_images), &n);
    for (size_t cut = 3; cut < n; cut += 4) {
        const char *path = support_write(state, "cut.gz", bytes, cut);
        assert_refused(path, labels);
        support_assert_message(path, NULL);
    }
    const char *path = support_write(state, "cut.gz", bytes, n - 1); /* the trailer's last byte */
    assert_refused(path, labels);
    support_assert_message(path, "ends in the middle", NULL);
    bytes[n - 8] ^= 1; /* the checksum */
    path = support_write(state, "bad.gz", bytes, n);
    assert_refused(path, labels);
    support_assert_message(path, "cannot be read", NULL);
    free(bytes);
}

static void given_impossible_sizes_when_read_expect_user_error(void **state)
{
    const char *labels = write_labels(state);
    const char *path = write_changed(state, 7, 0);
    assert_refused(path, labels);
    support_assert_message(path, "0 images", "1 to 10000000", NULL);
    path = write_changed(state, 4, 0x80); /* 2^31 + 2 images */
    assert_refused(path, labels);
    support_assert_message(path, "2147483650 images", NULL);
    path = write_changed(state, 11, 0);
    assert_refused(path, labels);
    support_assert_message(path, "3x0 pixels", NULL);
    path = write_changed(state, 12, 0xff); /* width */
    assert_refused(path, labels);
    support_assert_message(path, "4278190083x2 pixels", NULL);
}

/* Lets this process take `extra` bytes more of address space, or all with RLIM_INFINITY. Not under
 * a sanitizer, which takes terabytes. */
static void limit_memory(rlim_t extra)
{
    struct rlimit limit;
    unsigned long long n_pages = 0;
    FILE *stream = fopen("/proc/self/statm", "r");
    assert_non_null(stream);
    assert_int_equal(fscanf(stream, "%llu", &n_pages), 1);
    fclose(stream);
    const rlim_t now = n_pages * (rlim_t)sysconf(_SC_PAGESIZE);
    if (now >> 40)
        return;
    assert_int_equal(getrlimit(RLIMIT_AS, &limit), 0);
    limit.rlim_cur = extra == RLIM_INFINITY ? limit.rlim_max : now + extra;
    assert_int_equal(setrlimit(RLIMIT_AS, &limit), 0);
}

/* 400,000 images of 100x100 are within the limits, but 4 GB of them are not in the file. */
static void given_great_promise_when_read_expect_user_error_in_little_memory(void **state)
{
    const uint8_t header[] = {0, 0, 8, 3, 0, 6, 0x1a, 0x80, 0, 0, 0, 100, 0, 0, 0, 100, 1, 2, 3};
    const uint8_t labels_header[] = {0, 0, 8, 1, 0, 6, 0x1a, 0x80};
    const char *labels = support_write(state, "many", labels_header, sizeof labels_header);
    assert_int_equal(truncate(labels, sizeof labels_header + 400000), 0);
    const char *gz = support_write_gzip(state, "promise.gz", header, sizeof header);
    const char *path = support_write(state, "promise", header, sizeof header);
    struct images images;
    limit_memory(64 << 20);
    const int result = idx_read(&images, gz, labels, NULL);
    limit_memory(RLIM_INFINITY);
    assert_int_equal(result, STATUS_USER);
    support_assert_message(gz, "promises 4000000016 bytes", "over 200 times", NULL);
    limit_memory(64 << 20);
    const int plain_result = idx_read(&images, path, labels, NULL);
    limit_memory(RLIM_INFINITY);
    assert_int_equal(plain_result, STATUS_USER);
    support_assert_message(path, "19 bytes", "4000000016", NULL);
}

static void given_more_labels_than_images_when_read_expect_both_numbers(void **state)
{
    const uint8_t three[] = {0, 0, 8, 1, 0, 0, 0, 3, 1, 2, 3};
    const char *path = support_write(state, "images", good_images, sizeof good_images);
    const char *labels = support_write(state, "three", three, sizeof three);
    assert_refused(path, labels);
    support_assert_message(labels, "3 labels", "2 images", path, NULL);
}

static void given_truncated_labels_when_read_expect_user_error(void **state)
{
    const char *path = support_write(state, "images", good_images, sizeof good_images);
    const char *labels = support_write(state, "cut", good_labels, sizeof good_labels - 1);
    assert_refused(path, labels);
    support_assert_message(labels, "9 bytes", "10", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_plain_files_when_read_expect_images),
        WITH_FOLDER(given_gzipped_files_when_read_expect_images),
        WITH_FOLDER(given_large_gzipped_file_when_read_expect_all_of_it),
        WITH_FOLDER(given_images_when_written_expect_the_exact_bytes),
        WITH_FOLDER(given_label_of_256_when_written_expect_user_error_and_no_file),
        WITH_FOLDER(given_no_file_or_a_folder_when_read_expect_user_error),
        WITH_FOLDER(given_labels_as_images_when_read_expect_both_magic_numbers),
        WITH_FOLDER(given_short_header_when_read_expect_user_error),
        WITH_FOLDER(given_truncated_plain_file_when_read_expect_both_sizes),
        WITH_FOLDER(given_trailing_bytes_when_read_expect_both_sizes),
        WITH_FOLDER(given_gzip_of_too_little_when_read_expect_both_sizes),
        WITH_FOLDER(given_damaged_gzip_when_read_expect_user_error),
        WITH_FOLDER(given_impossible_sizes_when_read_expect_user_error),
        WITH_FOLDER(given_great_promise_when_read_expect_user_error_in_little_memory),
        WITH_FOLDER(given_more_labels_than_images_when_read_expect_both_numbers),
        WITH_FOLDER(given_truncated_labels_when_read_expect_user_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
