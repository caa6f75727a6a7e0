/* SPDX-License-Identifier: GPL-3.0-or-later */
/* data/contact_sheet: what is on the page, read back through the PNG reader. */
#include "data/shapes.h"

#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/status.h"
#include "support.h"

/* The sheet of `images` as grey pixels. */
static struct images sheet_of(void **state, const struct images *images)
{
    struct images sheet;
    const char *folder = support_path(state, "page");
    assert_int_equal(file_make_folder(support_path(state, "page/0")), STATUS_OK);
    assert_int_equal(contact_sheet_write(support_path(state, "page/0/a.png"), images), STATUS_OK);
    assert_int_equal(images_read(&sheet, folder, NULL, &IMAGE_FORM_USUAL), STATUS_OK);
    return sheet;
}

static int32_t count_of(const struct images *sheet, uint8_t value)
{
    int32_t n = 0;
    for (size_t k = 0; k < images_n_pixels(sheet); k++)
        n += sheet->pixels[k] == value;
    return n;
}

/* Thirty images of value 50, of which the sheet has room for 24, each 20 pixels wide three times as
 * large. The mean, brightened and tinted, has no pixel of that grey. */
static void
given_many_images_of_a_class_when_written_expect_first_24_three_times_as_large(void **state)
{
    struct images images;
    assert_int_equal(images_allocate(&images, "made", 30, 20, 20), STATUS_OK);
    memset(images.pixels, 50, 30 * 400);
    memset(images.pixels + 24 * 400, 60, 6 * 400);
    struct images sheet = sheet_of(state, &images);
    assert_int_equal(count_of(&sheet, 50), 24 * 60 * 60);
    assert_int_equal(count_of(&sheet, 60), 0);
    images_free(&images);
    images_free(&sheet);
}

static void given_two_classes_when_written_expect_twice_the_strips_and_a_bright_mean(void **state)
{
    struct images images;
    assert_int_equal(images_allocate(&images, "made", 4, 20, 20), STATUS_OK);
    memset(images.pixels, 50, 4 * 400);
    struct images one = sheet_of(state, &images);
    images.labels[1] = images.labels[3] = 999;
    struct images two = sheet_of(state, &images);
    assert_int_equal(two.width, one.width);
    assert_true(two.height > one.height + 200);
    assert_int_equal(count_of(&one, 255), 200 * 200); /* the mean's brightest is white */
    assert_int_equal(count_of(&two, 255), 2 * 200 * 200);
    images_free(&images);
    images_free(&one);
    images_free(&two);
}

static void given_large_images_when_written_expect_user_error(void **state)
{
    struct images images;
    assert_int_equal(images_allocate(&images, "made", 1, 65, 20), STATUS_OK);
    const char *path = support_path(state, "a.png");
    assert_int_equal(contact_sheet_write(path, &images), STATUS_USER);
    support_assert_message(path, "65x20", "64x64", NULL);
    assert_false(file_exists(path));
    images_free(&images);
}

/* Odd sizes, one pixel, black, more classes than there is room for: none may leave the page. */
static void given_any_small_size_when_written_expect_success(void **state)
{
    const int32_t sizes[][2] = {{1, 1}, {1, 64}, {64, 1}, {7, 5}, {64, 64}};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        struct images images;
        assert_int_equal(images_allocate(&images, "made", 40, sizes[k][0], sizes[k][1]), STATUS_OK);
        for (int32_t i = 0; i < 40; i++)
            images.labels[i] = i % 20;
        /* such a page is too large to be read back as a data set */
        const int result = contact_sheet_write(support_path(state, "a.png"), &images);
        images_free(&images);
        assert_int_equal(result, STATUS_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_many_images_of_a_class_when_written_expect_first_24_three_times_as_large),
        WITH_FOLDER(given_two_classes_when_written_expect_twice_the_strips_and_a_bright_mean),
        WITH_FOLDER(given_large_images_when_written_expect_user_error),
        WITH_FOLDER(given_any_small_size_when_written_expect_success),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
