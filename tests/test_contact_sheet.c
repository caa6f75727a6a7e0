/* SPDX-License-Identifier: GPL-3.0-or-later */
/* data/contact_sheet: what is on the page, read back through the PNG reader. */
#include "data/shapes.h"

#include "core/file.h"
#include "core/status.h"
#include "support.h"

enum { SIDE = SHAPES_SIDE, SCALE = 12, LARGE = SIDE * SCALE };

static void expect_square(const struct images *sheet, int32_t left, int32_t top, uint8_t value)
{
    for (int32_t y = top; y < top + SCALE; y++)
        for (int32_t x = left; x < left + SCALE; x++)
            assert_int_equal(sheet->pixels[y * sheet->width + x], value);
}

/* Boxes have 50 and 150 in a pixel that is 100 in the other; disks nothing but one pixel. */
static void given_shapes_when_written_expect_means_side_by_side_brightened(void **state)
{
    struct images images, sheet;
    assert_int_equal(images_allocate(&images, "made", 4, SIDE, SIDE), STATUS_OK);
    for (int32_t i = 0; i < 4; i++)
        images.labels[i] = i % 2 ? SHAPES_DISK : SHAPES_BOX;
    images.pixels[0] = 50;
    images.pixels[2 * SIDE * SIDE] = 150;
    images.pixels[2 * SIDE * SIDE + 1] = 100;
    images.pixels[4 * SIDE * SIDE - 1] = 8; /* the last one of the second disk */
    assert_int_equal(file_make_folder(support_path(state, "page/0")), STATUS_OK);
    assert_int_equal(contact_sheet_write(support_path(state, "page/0/a.png"), &images), STATUS_OK);
    assert_int_equal(images_read(&sheet, support_path(state, "page"), NULL, &IMAGE_FORM_USUAL),
                     STATUS_OK);
    assert_int_equal(sheet.height, LARGE);
    assert_true(sheet.width > 2 * LARGE);
    expect_square(&sheet, 0, 0, 255);
    expect_square(&sheet, SCALE, 0, 127);
    expect_square(&sheet, 2 * SCALE, 0, 0);
    expect_square(&sheet, sheet.width - SCALE, LARGE - SCALE, 255);
    expect_square(&sheet, sheet.width - 2 * SCALE, LARGE - SCALE, 0);
    expect_square(&sheet, LARGE, 0, 255); /* the gap */
    images_free(&images);
    images_free(&sheet);
}

/* A class without images is black. */
static void given_no_disks_when_written_expect_success(void **state)
{
    struct images images;
    assert_int_equal(images_allocate(&images, "made", 1, SIDE, SIDE), STATUS_OK);
    images.labels[0] = SHAPES_BOX;
    assert_int_equal(contact_sheet_write(support_path(state, "a.png"), &images), STATUS_OK);
    images_free(&images);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_shapes_when_written_expect_means_side_by_side_brightened),
        WITH_FOLDER(given_no_disks_when_written_expect_success),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
