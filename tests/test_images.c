/* SPDX-License-Identifier: GPL-3.0-or-later */
/* data/images: the choice of the reader, and the limits of a data set. */
#include "data/images.h"

#include <string.h>

#include "core/file.h"
#include "core/status.h"
#include "support.h"

static void assert_one_pixel(struct images *images, int32_t label, uint8_t pixel)
{
    assert_int_equal(images->n_images, 1);
    assert_int_equal(images_n_pixels(images), 1);
    assert_int_equal(images->labels[0], label);
    assert_int_equal(images->pixels[0], pixel);
    images_free(images);
}

static void given_csv_path_when_read_expect_csv(void **state)
{
    struct images images;
    assert_int_equal(
        images_read(&images, support_write_text(state, "a.csv", "3,9\n"), NULL, &IMAGE_FORM_USUAL),
        0);
    assert_one_pixel(&images, 3, 9);
    assert_int_equal(images_read(&images, support_write_gzip(state, "a.csv.gz", "4,8\n", 4), "",
                                 &IMAGE_FORM_USUAL),
                     0);
    assert_one_pixel(&images, 4, 8);
}

static void given_folder_when_read_expect_png(void **state)
{
    const uint8_t pixel = 77;
    struct images images;
    /* named like a CSV file, but a folder */
    const char *folder = support_path(state, "set.csv");
    assert_int_equal(file_make_folder(support_path(state, "set.csv/5")), STATUS_OK);
    assert_int_equal(png_write(support_path(state, "set.csv/5/a.png"), &pixel, 1, 1, 1), 0);
    assert_int_equal(images_read(&images, folder, NULL, &IMAGE_FORM_USUAL), STATUS_OK);
    assert_one_pixel(&images, 5, 77);
}

static void given_other_path_when_read_expect_idx(void **state)
{
    const uint8_t idx[] = {0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 66};
    const uint8_t idx_labels[] = {0, 0, 8, 1, 0, 0, 0, 1, 6};
    const char *path = support_write(state, "images-idx3-ubyte", idx, sizeof idx);
    const char *labels = support_write(state, "labels", idx_labels, sizeof idx_labels);
    struct images images;
    assert_int_equal(images_read(&images, path, labels, &IMAGE_FORM_USUAL), STATUS_OK);
    assert_one_pixel(&images, 6, 66);
}

static void given_idx_without_labels_when_read_expect_user_error(void **state)
{
    struct images images;
    const char *path = support_path(state, "images");
    const char *const none[] = {NULL, ""};
    for (int k = 0; k < 2; k++) {
        assert_int_equal(images_read(&images, path, none[k], &IMAGE_FORM_USUAL), STATUS_USER);
        support_assert_message(path, "labels file", NULL);
        assert_null(images.pixels);
    }
}

static void given_labels_that_are_too_much_when_read_expect_user_error(void **state)
{
    struct images images;
    const char *csv = support_write_text(state, "a.csv", "label,p\n3,9\n");
    assert_int_equal(images_read(&images, csv, "more", &IMAGE_FORM_USUAL), STATUS_USER);
    support_assert_message(csv, "the first column is 'label'", "leave the labels file out", NULL);
    const char *folder = support_path(state, ".");
    assert_int_equal(images_read(&images, folder, "more", &IMAGE_FORM_USUAL), STATUS_USER);
    support_assert_message(folder, "'more'", "sub-folders", NULL);
}

/* 2 × 3 pixels with their rows and columns exchanged, and negative, and both, whatever the file. */
static void given_another_form_when_read_expect_images_as_meant(void **state)
{
    static const struct {
        struct image_form form;
        int32_t width;
        uint8_t pixels[6];
    } cases[] = {
        {{.intensity_max = 255, .width = 3}, 3, {0, 1, 2, 3, 4, 5}},
        {{.intensity_max = 255, .width = 3, .transpose = true}, 2, {0, 3, 1, 4, 2, 5}},
        {{.intensity_max = 255, .width = 3, .invert = true}, 3, {255, 254, 253, 252, 251, 250}},
        {{.intensity_max = 5, .width = 3}, 3, {0, 51, 102, 153, 204, 255}},
        {{.intensity_max = 5, .width = 3, .transpose = true, .invert = true},
         2,
         {255, 102, 204, 51, 153, 0}},
    };
    const char *csv = support_write_text(state, "a.csv", "7,0,1,2,3,4,5\n");
    static const uint8_t idx[] = "\0\0\x08\3\0\0\0\1\0\0\0\2\0\0\0\3\0\1\2\3\4\5";
    const char *path = support_write(state, "i", idx, sizeof idx - 1);
    const char *labels = support_write_text(state, "l.csv", "7\n");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int is_csv = 0; is_csv < 2; is_csv++) {
            struct images images;
            assert_int_equal(
                images_read(&images, is_csv ? csv : path, is_csv ? NULL : labels, &cases[i].form),
                STATUS_OK);
            assert_int_equal(images.labels[0], 7);
            assert_int_equal(images.width, cases[i].width);
            assert_int_equal(images.height, 6 / cases[i].width);
            assert_memory_equal(images.pixels, cases[i].pixels, 6);
            images_free(&images);
        }
}

static void given_failure_when_read_expect_empty_images(void **state)
{
    struct images images;
    memset(&images, 1, sizeof images);
    assert_int_equal(images_read(&images, support_path(state, "no"), "no", &IMAGE_FORM_USUAL),
                     STATUS_USER);
    assert_null(images.pixels);
    assert_null(images.labels);
    assert_int_equal(images.n_images, 0);
}

static void given_size_within_limits_when_allocated_expect_zeroed_arrays(void **state)
{
    (void)state;
    struct images images;
    assert_int_equal(images_allocate(&images, "here", 3, 4, 5), STATUS_OK);
    assert_int_equal(images.width, 4);
    assert_int_equal(images.height, 5);
    assert_int_equal(images_n_pixels(&images), 20);
    for (int k = 0; k < 60; k++)
        assert_int_equal(images.pixels[k], 0);
    for (int k = 0; k < 3; k++)
        assert_int_equal(images.labels[k], 0);
    images_free(&images);
    assert_null(images.pixels);
    assert_int_equal(images.n_images, 0);
    images_free(&images);
}

static void given_size_beyond_limits_when_allocated_expect_user_error(void **state)
{
    (void)state;
    static const struct {
        int64_t n, width, height;
        const char *what;
    } cases[] = {
        {0, 1, 1, "0 images"},
        {-1, 1, 1, "-1 images"},
        {IMAGES_MAX + 1, 1, 1, "10000001 images"},
        {INT64_MAX, 1, 1, "images"},
        {1, 0, 1, "0x1 pixels"},
        {1, 1, -1, "1x-1 pixels"},
        {1, IMAGES_PIXELS_MAX + 1, 1, "1048577x1 pixels"},
        {1, 1025, 1024, "1025x1024 pixels"},
        {1, INT64_MAX, INT64_MAX, "pixels"},
        {4096, 1024, 1024, "4294983680 bytes"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct images images;
        memset(&images, 1, sizeof images);
        assert_int_equal(
            images_allocate(&images, "here", cases[k].n, cases[k].width, cases[k].height),
            STATUS_USER);
        support_assert_message("here", cases[k].what, NULL);
        assert_null(images.pixels);
        assert_int_equal(images.n_images, 0);
    }
}

static void given_largest_sizes_when_checked_expect_ok(void **state)
{
    (void)state;
    assert_int_equal(images_check_size("here", IMAGES_MAX, 20, 20), STATUS_OK);
    assert_int_equal(images_check_size("here", 1, 1024, 1024), STATUS_OK);
    assert_int_equal(images_check_size("here", 4095, 1024, 1024), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_csv_path_when_read_expect_csv),
        WITH_FOLDER(given_folder_when_read_expect_png),
        WITH_FOLDER(given_other_path_when_read_expect_idx),
        WITH_FOLDER(given_idx_without_labels_when_read_expect_user_error),
        WITH_FOLDER(given_labels_that_are_too_much_when_read_expect_user_error),
        WITH_FOLDER(given_another_form_when_read_expect_images_as_meant),
        WITH_FOLDER(given_failure_when_read_expect_empty_images),
        cmocka_unit_test(given_size_within_limits_when_allocated_expect_zeroed_arrays),
        cmocka_unit_test(given_size_beyond_limits_when_allocated_expect_user_error),
        cmocka_unit_test(given_largest_sizes_when_checked_expect_ok),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
