/* SPDX-License-Identifier: GPL-3.0-or-later */
/* data/shapes against MODEL section 7. Pixels are checked against drawings, not against the
 * generator's own arithmetic. */
#include "data/shapes.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/status.h"
#include "support.h"

#define SIDE SHAPES_SIDE

/* '#' is 255, '.' is 0 … 254 */
static const char *const box_drawing[] = {"########", "#......#", "#......#",
                                          "#......#", "########", NULL};
static const char *const disk_drawing[] = {"  ###  ", " #...# ", "#.....#", "#.....#",
                                           "#.....#", " #...# ", "  ###  ", NULL};

/* Finds the drawing's top left (the first row and column that aren't black) and checks every pixel
 * of the image against it. */
static void assert_drawn(const uint8_t *pixels, const char *const *drawing, int *top, int *left)
{
    *top = *left = SIDE;
    for (int row = 0; row < SIDE; row++)
        for (int column = 0; column < SIDE; column++)
            if (pixels[row * SIDE + column] == 255) {
                *top = row < *top ? row : *top;
                *left = column < *left ? column : *left;
            }
    char expected[SIDE][SIDE];
    memset(expected, ' ', sizeof expected);
    for (int row = 0; drawing[row]; row++) {
        assert_true(*top + row < SIDE && *left + (int)strlen(drawing[row]) <= SIDE);
        memcpy(&expected[*top + row][*left], drawing[row], strlen(drawing[row]));
    }
    for (int row = 0; row < SIDE; row++)
        for (int column = 0; column < SIDE; column++) {
            const uint8_t pixel = pixels[row * SIDE + column];
            if (expected[row][column] == '#')
                assert_int_equal(pixel, 255);
            else if (expected[row][column] == '.')
                assert_true(pixel < 255);
            else
                assert_int_equal(pixel, 0);
        }
}

static struct images make(int stability, int overlap, int32_t n, uint64_t seed, uint32_t set,
                          bool shuffled)
{
    struct images images;
    const struct shapes_recipe recipe = {stability, overlap, n};
    assert_int_equal(shapes_generate(&images, &recipe, seed, set, shuffled), STATUS_OK);
    return images;
}

static bool same(const struct images *a, const struct images *b, int32_t n)
{
    return memcmp(a->pixels, b->pixels, (size_t)n * images_n_pixels(a)) == 0 &&
           memcmp(a->labels, b->labels, (size_t)n * sizeof *a->labels) == 0;
}

static void given_medium_when_generated_expect_20x20_alternating_box_and_disk(void **state)
{
    (void)state;
    struct images images = make(1, 2, 50, 3, SHAPES_TRAIN, false);
    assert_int_equal(images.n_images, 100);
    assert_int_equal(images.width, 20);
    assert_int_equal(images.height, 20);
    for (int32_t i = 0; i < images.n_images; i++) {
        int top, left;
        assert_int_equal(images.labels[i], 1 + i % 2);
        assert_drawn(images_pixels(&images, i), i % 2 == 0 ? box_drawing : disk_drawing, &top,
                     &left);
    }
    images_free(&images);
}

/* Every place of the class's ranges, which are of `side` rows and columns, equally often, and none
 * else. `limit` of chi-square for side^2 - 1 degrees of freedom is passed once in 10,000. */
static void assert_places(int stability, int overlap, int32_t label, int first_row,
                          int first_column, int side, double limit)
{
    int32_t count[25] = {0};
    struct images images = make(stability, overlap, 5000, 17, SHAPES_TRAIN, false);
    for (int32_t i = 0; i < images.n_images; i++) {
        int top, left;
        if (images.labels[i] != label)
            continue;
        assert_drawn(images_pixels(&images, i), label == 1 ? box_drawing : disk_drawing, &top,
                     &left);
        assert_in_range(top, first_row, first_row + side - 1);
        assert_in_range(left, first_column, first_column + side - 1);
        count[(top - first_row) * side + left - first_column]++;
    }
    for (int k = 0; k < side * side; k++)
        assert_true(count[k] > 0);
    assert_true(support_chi_square(count, side * side) < limit);
    images_free(&images);
}

/* A box's first pixel is one up and left of where its inside begins; a disk's is three up and left
 * of its centre. */
static void given_easy_when_generated_expect_one_place_a_class(void **state)
{
    (void)state;
    assert_places(2, 0, SHAPES_BOX, 4 - 1, 5 - 1, 1, 1);
    assert_places(2, 0, SHAPES_DISK, 12 - 3, 12 - 3, 1, 1);
}

static void given_medium_when_generated_expect_nine_places_uniformly(void **state)
{
    (void)state;
    assert_places(1, 2, SHAPES_BOX, 4 - 1, 5 - 1, 3, 31.8);
    assert_places(1, 2, SHAPES_DISK, 10 - 3, 10 - 3, 3, 31.8);
}

static void given_hard_when_generated_expect_25_places_uniformly(void **state)
{
    (void)state;
    assert_places(0, 4, SHAPES_BOX, 4 - 1, 5 - 1, 5, 58.0);
    assert_places(0, 4, SHAPES_DISK, 8 - 3, 8 - 3, 5, 58.0);
}

static void given_other_pair_when_generated_expect_its_places(void **state)
{
    (void)state;
    assert_places(1, 0, SHAPES_BOX, 2 - 1, 3 - 1, 3, 31.8);
    assert_places(1, 0, SHAPES_DISK, 12 - 3, 12 - 3, 3, 31.8);
}

static void given_many_shapes_when_generated_expect_inside_uniform_from_0_to_254(void **state)
{
    (void)state;
    int32_t count[256] = {0};
    struct images images = make(2, 0, 2000, 5, SHAPES_TRAIN, false);
    for (int32_t i = 0; i < images.n_images; i++) {
        const bool box = images.labels[i] == SHAPES_BOX;
        const int top = box ? 4 : 10, left = box ? 5 : 11; /* a part that is inside for certain */
        for (int row = top; row < top + 3; row++)
            for (int column = left; column < left + 3; column++)
                count[images_pixels(&images, i)[row * SIDE + column]]++;
    }
    assert_int_equal(count[255], 0);
    assert_true(support_chi_square(count, 255) < 347); /* 254 degrees of freedom */
    images_free(&images);
}

static void given_same_seed_when_generated_again_expect_same_images(void **state)
{
    (void)state;
    struct images a = make(0, 4, 30, 9, SHAPES_TEST, true);
    struct images b = make(0, 4, 30, 9, SHAPES_TEST, true);
    assert_true(same(&a, &b, 60));
    images_free(&a);
    images_free(&b);
}

static void given_more_per_class_when_generated_expect_same_beginning(void **state)
{
    (void)state;
    struct images a = make(0, 4, 10, 9, SHAPES_TRAIN, false);
    struct images b = make(0, 4, 40, 9, SHAPES_TRAIN, false);
    assert_true(same(&a, &b, 20));
    images_free(&a);
    images_free(&b);
}

static void given_another_seed_or_set_when_generated_expect_no_image_the_same(void **state)
{
    (void)state;
    struct images a = make(0, 4, 30, 9, SHAPES_TRAIN, false);
    struct images b = make(0, 4, 30, 10, SHAPES_TRAIN, false);
    struct images c = make(0, 4, 30, 9, SHAPES_TEST, false);
    for (int32_t i = 0; i < 60; i++)
        for (int32_t k = 0; k < 60; k++) {
            assert_memory_not_equal(images_pixels(&a, i), images_pixels(&b, k), SIDE * SIDE);
            assert_memory_not_equal(images_pixels(&a, i), images_pixels(&c, k), SIDE * SIDE);
        }
    images_free(&a);
    images_free(&b);
    images_free(&c);
}

static void given_shuffled_when_generated_expect_each_image_once_in_another_order(void **state)
{
    (void)state;
    enum { N = 100 };
    struct images plain = make(0, 4, N, 9, SHAPES_TEST, false);
    struct images shuffled = make(0, 4, N, 9, SHAPES_TEST, true);
    int n_moved = 0, n_alternating = 0;
    for (int32_t i = 0; i < 2 * N; i++) {
        int n_found = 0;
        for (int32_t k = 0; k < 2 * N; k++)
            if (memcmp(images_pixels(&plain, i), images_pixels(&shuffled, k), SIDE * SIDE) == 0) {
                n_found++;
                n_moved += i != k;
                assert_int_equal(plain.labels[i], shuffled.labels[k]);
            }
        assert_int_equal(n_found, 1);
        n_alternating += i > 0 && shuffled.labels[i] != shuffled.labels[i - 1];
    }
    assert_true(n_moved > 180);
    assert_in_range(n_alternating, 70, 130);
    images_free(&plain);
    images_free(&shuffled);
}

/* The rule as MODEL states it, tried on every pair: each range holds a place, and wherever the
 * shapes may be, they are within the image (but for the box's upper border, which is cut off when
 * its inside begins in row 0). */
static bool fits(int s, int o)
{
    const int first[] = {o + 2 * s, 1 + o + 2 * s, 12 - o}, last[] = {4 + o, 5 + o, 16 - o - 2 * s};
    const int before[] = {0, 1, 3}, after[] = {3, 6, 3};
    bool ok = true;
    for (int k = 0; k < 3; k++)
        ok = ok && first[k] <= last[k] && first[k] - before[k] >= 0 && last[k] + after[k] < SIDE;
    return ok;
}

/* Rows of a box that is cut off above: its first row has 255 only at its ends. */
static void
given_stability_and_overlap_0_when_a_box_is_at_the_edge_expect_its_border_cut(void **state)
{
    (void)state;
    struct images images;
    const struct shapes_recipe recipe = {0, 0, 200};
    int n_cut = 0;
    assert_int_equal(shapes_generate(&images, &recipe, 1, SHAPES_TRAIN, false), STATUS_OK);
    for (int32_t i = 0; i < images.n_images; i += 2) {
        const uint8_t *pixels = images_pixels(&images, i);
        int n_full = 0, n_lit = 0;
        for (int row = 0; row < SIDE; row++) {
            int n_border = 0;
            for (int column = 0; column < SIDE; column++)
                n_border += pixels[row * SIDE + column] == 255;
            n_full += n_border == 8;
            n_lit += n_border > 0;
        }
        assert_true((n_full == 2 && n_lit == 5) || (n_full == 1 && n_lit == 4));
        n_cut += n_full == 1;
    }
    assert_in_range(n_cut, 20, 60); /* row 0 is one of five */
    images_free(&images);
}

static void given_any_pair_when_generated_expect_success_only_where_shapes_fit(void **state)
{
    (void)state;
    int n_fit = 0;
    for (int s = -12; s <= 12; s++)
        for (int o = -25; o <= 25; o++) {
            struct images images;
            const struct shapes_recipe recipe = {s, o, 20};
            const int result = shapes_generate(&images, &recipe, 1, SHAPES_TRAIN, false);
            assert_int_equal(result, fits(s, o) ? STATUS_OK : STATUS_USER);
            n_fit += result == STATUS_OK;
            if (result != STATUS_OK)
                assert_null(images.pixels);
            images_free(&images);
        }
    assert_true(n_fit > 20);
}

static void given_impossible_recipe_when_generated_expect_what_is_allowed(void **state)
{
    (void)state;
    struct images images;
    struct shapes_recipe recipe = {3, 0, 10};
    assert_int_equal(shapes_generate(&images, &recipe, 1, SHAPES_TRAIN, false), STATUS_USER);
    support_assert_message("stability 3", "overlap 0", "at most 2", "at most 8", NULL);
    recipe = (struct shapes_recipe){INT32_MAX, INT32_MIN, 10};
    assert_int_equal(shapes_generate(&images, &recipe, 1, SHAPES_TRAIN, false), STATUS_USER);
    recipe = (struct shapes_recipe){1, 2, 0};
    assert_int_equal(shapes_generate(&images, &recipe, 1, SHAPES_TRAIN, false), STATUS_USER);
    support_assert_message("0 shapes a class", NULL);
    recipe = (struct shapes_recipe){1, 2, INT32_MAX};
    assert_int_equal(shapes_generate(&images, &recipe, 1, SHAPES_TRAIN, false), STATUS_USER);
}

/* `box` and `disk` are the places of a shape's first pixel: rows from [0], columns from [1], to
 * `side` - 1 further. */
static void assert_golden(const char *path, const int box[2], const int disk[2], int side)
{
    struct images images;
    assert_int_equal(images_read(&images, path, NULL, &IMAGE_FORM_USUAL), STATUS_OK);
    for (int32_t i = 0; i < images.n_images; i++) {
        int top, left;
        const bool is_box = images.labels[i] == SHAPES_BOX;
        const int *first = is_box ? box : disk;
        assert_drawn(images_pixels(&images, i), is_box ? box_drawing : disk_drawing, &top, &left);
        assert_in_range(top, first[0], first[0] + side - 1);
        assert_in_range(left, first[1], first[1] + side - 1);
    }
    images_free(&images);
}

/* The authors' own images hold to the same rules. */
static void given_golden_images_when_read_expect_the_same_shapes_and_places(void **state)
{
    (void)state;
    const char *hard = "tests/golden/chain/train_images.csv.gz";
    const char *medium = "tests/golden/trained/test_images.csv.gz";
    if (!file_exists(hard) || !file_exists(medium))
        skip();
    assert_golden(hard, (const int[]){3, 4}, (const int[]){5, 5}, 5);
    assert_golden(medium, (const int[]){3, 4}, (const int[]){7, 7}, 3);
}

static void given_folder_when_written_expect_idx_that_reads_back_and_a_sheet(void **state)
{
    const struct shapes_recipe recipe = {1, 2, 30};
    const char *folder = support_path(state, "new/shapes");
    assert_int_equal(shapes_write(folder, &recipe, 12, 21), STATUS_OK);
    struct images expected = make(1, 2, 30, 21, SHAPES_TRAIN, false), found;
    assert_int_equal(images_read(&found, support_path(state, "new/shapes/train-images-idx3-ubyte"),
                                 support_path(state, "new/shapes/train-labels-idx1-ubyte"),
                                 &IMAGE_FORM_USUAL),
                     STATUS_OK);
    assert_int_equal(found.n_images, 60);
    assert_true(same(&expected, &found, 60));
    images_free(&expected);
    images_free(&found);
    expected = make(1, 2, 12, 21, SHAPES_TEST, true);
    assert_int_equal(images_read(&found, support_path(state, "new/shapes/t10k-images-idx3-ubyte"),
                                 support_path(state, "new/shapes/t10k-labels-idx1-ubyte"),
                                 &IMAGE_FORM_USUAL),
                     STATUS_OK);
    assert_int_equal(found.n_images, 24);
    assert_true(same(&expected, &found, 24));
    images_free(&expected);
    images_free(&found);
    size_t n;
    uint8_t *sheet = support_read(support_path(state, "new/shapes/contact_sheet.png"), &n);
    assert_true(n > 1000);
    assert_memory_equal(sheet, "\x89PNG", 4);
    free(sheet);
}

static void given_file_in_the_way_when_written_expect_user_error(void **state)
{
    const struct shapes_recipe recipe = {1, 2, 3};
    const char *path = support_write_text(state, "taken", "x");
    assert_int_equal(shapes_write(path, &recipe, 3, 1), STATUS_USER);
    support_assert_message(path, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_medium_when_generated_expect_20x20_alternating_box_and_disk),
        cmocka_unit_test(given_easy_when_generated_expect_one_place_a_class),
        cmocka_unit_test(given_medium_when_generated_expect_nine_places_uniformly),
        cmocka_unit_test(given_hard_when_generated_expect_25_places_uniformly),
        cmocka_unit_test(given_other_pair_when_generated_expect_its_places),
        cmocka_unit_test(given_many_shapes_when_generated_expect_inside_uniform_from_0_to_254),
        cmocka_unit_test(given_same_seed_when_generated_again_expect_same_images),
        cmocka_unit_test(given_more_per_class_when_generated_expect_same_beginning),
        cmocka_unit_test(given_another_seed_or_set_when_generated_expect_no_image_the_same),
        cmocka_unit_test(given_shuffled_when_generated_expect_each_image_once_in_another_order),
        cmocka_unit_test(
            given_stability_and_overlap_0_when_a_box_is_at_the_edge_expect_its_border_cut),
        cmocka_unit_test(given_any_pair_when_generated_expect_success_only_where_shapes_fit),
        cmocka_unit_test(given_impossible_recipe_when_generated_expect_what_is_allowed),
        cmocka_unit_test(given_golden_images_when_read_expect_the_same_shapes_and_places),
        WITH_FOLDER(given_folder_when_written_expect_idx_that_reads_back_and_a_sheet),
        WITH_FOLDER(given_file_in_the_way_when_written_expect_user_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
