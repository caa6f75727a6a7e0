/* SPDX-License-Identifier: GPL-3.0-or-later */
/* data/csv: what it reads, and where its errors point. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/status.h"
#include "data/images.h"
#include "support.h"

static const char good[] = "7,0,10,20,255\n999,1,2,3,4\n0,5,6,7,8\n";

static void assert_good(struct images *images)
{
    const uint8_t pixels[] = {0, 10, 20, 255, 1, 2, 3, 4, 5, 6, 7, 8};
    const int32_t labels[] = {7, 999, 0};
    assert_int_equal(images->n_images, 3);
    assert_int_equal(images->width, 2);
    assert_int_equal(images->height, 2);
    assert_memory_equal(images->pixels, pixels, sizeof pixels);
    assert_memory_equal(images->labels, labels, sizeof labels);
    images_free(images);
}

static void assert_refused(void **state, const char *text, const char *where, const char *what)
{
    struct images images;
    const char *path = support_write_text(state, "bad.csv", text);
    memset(&images, 1, sizeof images);
    assert_int_equal(csv_read(&images, path, NULL, &IMAGE_FORM_USUAL), STATUS_USER);
    support_assert_message(path, where, what, NULL);
    assert_null(images.pixels);
    assert_null(images.labels);
    assert_int_equal(images.n_images, 0);
}

static void given_plain_file_when_read_expect_images(void **state)
{
    struct images images;
    assert_int_equal(
        csv_read(&images, support_write_text(state, "a.csv", good), NULL, &IMAGE_FORM_USUAL),
        STATUS_OK);
    assert_good(&images);
}

static void given_gzipped_file_when_read_expect_images(void **state)
{
    struct images images;
    const char *path = support_write_gzip(state, "a.csv.gz", good, strlen(good));
    assert_int_equal(csv_read(&images, path, NULL, &IMAGE_FORM_USUAL), STATUS_OK);
    assert_good(&images);
}

static void given_crlf_and_no_last_newline_when_read_expect_images(void **state)
{
    struct images images;
    const char *text = "7,0,10,20,255\r\n999,1,2,3,4\r\n0,5,6,7,8";
    assert_int_equal(
        csv_read(&images, support_write_text(state, "a.csv", text), NULL, &IMAGE_FORM_USUAL),
        STATUS_OK);
    assert_good(&images);
}

/* More than the first capacity, so that the arrays must grow. */
static void given_many_lines_when_read_expect_each_in_its_place(void **state)
{
    enum { N = 1000 };
    char *text = malloc(N * 16), *end = text;
    assert_non_null(text);
    for (int i = 0; i < N; i++)
        end += sprintf(end, "%d,%d\n", i, i % 256);
    struct images images;
    assert_int_equal(
        csv_read(&images, support_write_text(state, "a.csv", text), NULL, &IMAGE_FORM_USUAL),
        STATUS_OK);
    free(text);
    assert_int_equal(images.n_images, N);
    assert_int_equal(images.width, 1);
    for (int i = 0; i < N; i++) {
        assert_int_equal(images.labels[i], i);
        assert_int_equal(images.pixels[i], i % 256);
    }
    images_free(&images);
}

static void given_bad_pixel_when_read_expect_line_and_column(void **state)
{
    assert_refused(state, "1,1,2,3,4\n1,1,2,256,4\n", "line 2, column 4", "'256'");
    assert_refused(state, "1,1,2,3,-4\n", "line 1, column 5", "'-4'");
    assert_refused(state, "1,1,2.x,3,4\n", "line 1, column 3", "'2.x'");
    assert_refused(state, "1,1,255.1,3,4\n", "line 1, column 3", "'255.1'");
    assert_refused(state, "1,1,nan,3,4\n", "line 1, column 3", "'nan'");
    assert_refused(state, "1,1,0x7,3,4\n", "line 1, column 3", "'0x7'");
    assert_refused(state, "1,1,\"2,3,4\n", "line 1, column 3", "'\"2'");
    assert_refused(state, "1,1,2 2,3,4\n", "line 1, column 3", "'2 2'");
    assert_refused(state, "1,1,,3,4\n", "line 1, column 3", "''");
    assert_refused(state, "1,+1,2,3,4\n", "line 1, column 2", "'+1'");
    assert_refused(state, "1,1,2,3,4294967297\n", "line 1, column 5", "from 0 to 255");
    assert_refused(state, "1,1,2,3,99999999999999999999\n", "line 1, column 5", "is not a pixel");
}

static void given_bad_label_when_read_expect_line_and_column(void **state)
{
    assert_refused(state, "1000,1,2,3,4\n", "line 1, column 1", "'1000'");
    assert_refused(state, "1.5,1,2,3,4\n", "line 1, column 1", "'1.5'");
    assert_refused(state, "-1,1,2,3,4\n", "line 1, column 1", "'-1'");
    assert_refused(state, ",1,2,3,4\n", "line 1, column 1", "''");
}

static void given_pixels_that_are_no_square_when_read_expect_their_number(void **state)
{
    assert_refused(state, "1,1,2,3\n", "line 1", "3 pixels");
    assert_refused(state, "1,1,2,3,4,5\n", "line 1", "5 pixels");
    assert_refused(state, "1\n", "line 1", "'1': expected numbers with commas between");
    assert_refused(state, "1;2;3;4;5\n", "line 1", "expected numbers with commas between");
}

static void given_line_of_other_length_when_read_expect_both_numbers(void **state)
{
    assert_refused(state, "1,1,2,3,4\n1,1,2,3\n", "line 2", "3 pixels, the lines before have 4");
    assert_refused(state, "1,1\n1,1,2,3,4\n", "line 2", "4 pixels, the lines before have 1");
}

static void given_empty_line_or_file_when_read_expect_user_error(void **state)
{
    assert_refused(state, "1,1\n\n1,1\n", "line 2", "is empty");
    assert_refused(state, "", "bad.csv", "is empty");
}

/* Each says the same as `good`, as some program writes it. */
static void given_the_csv_of_other_programs_when_read_expect_the_same_images(void **state)
{
    static const char *const texts[] = {
        "label,pixel0,pixel1,pixel2,pixel3\n7,0,10,20,255\n999,1,2,3,4\n0,5,6,7,8\n",
        "label,1x1,1x2,2x1,2x2\n7,0,10,20,255\n999,1,2,3,4\n0,5,6,7,8\n",
        "\"Class\",\"p0\",\"p1\",\"p2\",\"p3\"\n7,0,10,20,255\n999,1,2,3,4\n0,5,6,7,8\n",
        "7, 0, 10, 20, 255\n999 , 1, 2,3,4 \n0,5,6,7,8\n\n\r\n",
        "7,0,10,20,255,\n999,1,2,3,4,\n0,5,6,7,8,\n",
        "7.0,0.0,10.0,20.,2.55e2\n999,.9,2.1,3,4\n0,5,6,7,8\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct images images;
        const char *path = support_write_text(state, "a.csv", texts[i]);
        if (csv_read(&images, path, NULL, &IMAGE_FORM_USUAL) != STATUS_OK)
            fail_msg("%zu: %s", i, status_message());
        assert_good(&images);
    }
}

/* The authors' files: labels in one line of their own, CR LF, centroid images with decimals. */
static void given_labels_in_a_file_of_their_own_when_read_expect_images(void **state)
{
    static const char *const labels[] = {"7,999,0\r\n", "7\n999\n0\n", "label\n7\n999\n0\n",
                                         "7.0, 999.0, 0.0,"};
    const char *path = support_write_text(
        state, "a.csv", "0.0,10.0,20.0,255.0\r\n1.0,2.0,3.0,4.0\r\n5.0,6.0,7.0,8.0\r\n");
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        struct images images;
        const char *labels_path = support_write_text(state, "l.csv", labels[i]);
        assert_int_equal(csv_read(&images, path, labels_path, &IMAGE_FORM_USUAL), STATUS_OK);
        assert_good(&images);
    }
}

static void given_fractions_and_their_white_when_read_expect_all_greys(void **state)
{
    struct images images;
    const uint8_t pixels[] = {0, 128, 255, 1};
    const char *path = support_write_text(state, "a.csv", "1,0,0.5,1.0,0.004\n");
    assert_int_equal(csv_read(&images, path, NULL, &(struct image_form){.intensity_max = 1}), 0);
    assert_memory_equal(images.pixels, pixels, sizeof pixels);
    images_free(&images);
    path = support_write_text(state, "a.csv", "1,0,32896,65535,257\n");
    assert_int_equal(csv_read(&images, path, NULL, &(struct image_form){.intensity_max = 65535}),
                     0);
    assert_memory_equal(images.pixels, pixels, sizeof pixels);
    images_free(&images);
}

static void given_width_or_height_when_read_expect_the_other(void **state)
{
    static const struct image_form forms[] = {
        {.intensity_max = 255, .width = 3},
        {.intensity_max = 255, .height = 2},
        {.intensity_max = 255, .width = 3, .height = 2},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct images images;
        const char *path = support_write_text(state, "a.csv", "1,1,2,3,4,5,6\n");
        assert_int_equal(csv_read(&images, path, NULL, &forms[i]), STATUS_OK);
        assert_int_equal(images.width, 3);
        assert_int_equal(images.height, 2);
        images_free(&images);
    }
}

static void given_no_file_when_read_expect_user_error(void **state)
{
    struct images images;
    const char *path = support_path(state, "missing.csv");
    assert_int_equal(csv_read(&images, path, NULL, &IMAGE_FORM_USUAL), STATUS_USER);
    support_assert_message(path, "cannot be opened", NULL);
    assert_null(images.pixels);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_plain_file_when_read_expect_images),
        WITH_FOLDER(given_gzipped_file_when_read_expect_images),
        WITH_FOLDER(given_crlf_and_no_last_newline_when_read_expect_images),
        WITH_FOLDER(given_many_lines_when_read_expect_each_in_its_place),
        WITH_FOLDER(given_bad_pixel_when_read_expect_line_and_column),
        WITH_FOLDER(given_bad_label_when_read_expect_line_and_column),
        WITH_FOLDER(given_pixels_that_are_no_square_when_read_expect_their_number),
        WITH_FOLDER(given_line_of_other_length_when_read_expect_both_numbers),
        WITH_FOLDER(given_empty_line_or_file_when_read_expect_user_error),
        WITH_FOLDER(given_the_csv_of_other_programs_when_read_expect_the_same_images),
        WITH_FOLDER(given_labels_in_a_file_of_their_own_when_read_expect_images),
        WITH_FOLDER(given_fractions_and_their_white_when_read_expect_all_greys),
        WITH_FOLDER(given_width_or_height_when_read_expect_the_other),
        WITH_FOLDER(given_no_file_when_read_expect_user_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
