/* SPDX-License-Identifier: GPL-3.0-or-later */
/* data/edges: oriented edges, and on and off, against docs/model.md §2, by hand on small images. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/status.h"
#include "data/dataset.h"
#include "support.h"

enum { SIDE = 6 };

static struct images images;
static int32_t room[(IMAGES_EDGES * SIDE * SIDE * 5 + 12) / 4];

static int make_image(void **state)
{
    (void)state;
    return images_allocate(&images, "test", 2, SIDE, SIDE);
}

static int free_image(void **state)
{
    (void)state;
    images_free(&images);
    return 0;
}

static void fill(int32_t image, int (*intensity)(int x, int y))
{
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++)
            images.pixels[(image * SIDE + y) * SIDE + x] = (uint8_t)intensity(x, y);
}

/* Channel of direction 0 … 3 (to the right, down right, down, down left), sign 0 for brighter. */
static int edge(int32_t image, int direction, int sign, int x, int y)
{
    const uint8_t *edges = images_show(&images, image, room);
    return edges[(direction * SIDE + y) * 2 * SIDE + sign * SIDE + x];
}

static int bright_right(int x, int y)
{
    (void)y;
    return x >= 3 ? 200 : 0;
}

static int bright_below(int x, int y)
{
    (void)x;
    return y >= 3 ? 200 : 0;
}

static int grey(int x, int y)
{
    (void)x;
    (void)y;
    return 100;
}

static void given_a_vertical_edge_when_found_expect_it_in_its_channels(void **state)
{
    (void)state;
    fill(0, bright_right);
    fill(1, bright_below);
    images.labels[1] = 7;
    assert_int_equal(images_show_channels(&images, "test", CHANNELS_EDGES, 40), STATUS_OK);
    assert_int_equal(images.width, 2 * SIDE);
    assert_int_equal(images.height, 4 * SIDE);
    assert_int_equal(images.labels[1], 7);
    /* blurred across: 0 0 50 150 200 150 (black outside); right minus left at x = 2: 150 - 0 */
    assert_int_equal(edge(0, 0, 0, 2, 2), 150);
    assert_int_equal(edge(0, 0, 0, 3, 2), 150); /* 200 - 50 */
    assert_int_equal(edge(0, 0, 0, 1, 2), 50);
    assert_int_equal(edge(0, 0, 0, 4, 2), 0);
    assert_int_equal(edge(0, 0, 1, 5, 2), 200); /* darker again: 200 - 0 */
    assert_int_equal(edge(0, 0, 1, 2, 2), 0);
    assert_int_equal(edge(0, 1, 0, 2, 2), 120); /* a diagonal: 0.8 of it */
    assert_int_equal(edge(0, 3, 1, 2, 2), 120); /* and darker towards the left */
    assert_int_equal(edge(0, 2, 0, 2, 2), 0);   /* nothing downwards */
    for (int d = 0; d < 4; d++)                 /* the other image is the first one turned */
        assert_int_equal(edge(1, d, 0, 2, 2), d == 0 ? 0 : d == 2 ? 150 : 120);
}

static void given_a_threshold_when_found_expect_smaller_edges_gone(void **state)
{
    (void)state;
    fill(0, bright_right);
    assert_int_equal(images_show_channels(&images, "test", CHANNELS_EDGES, 50), STATUS_OK);
    assert_int_equal(edge(0, 0, 0, 1, 2), 0);
    assert_int_equal(edge(0, 0, 0, 2, 2), 150);
}

static void given_one_grey_when_found_expect_no_edge_inside(void **state)
{
    (void)state;
    fill(0, grey);
    assert_int_equal(images_show_channels(&images, "test", CHANNELS_EDGES, 0), STATUS_OK);
    for (int d = 0; d < 4; d++)
        for (int sign = 0; sign < 2; sign++)
            for (int at = 2; at < SIDE - 2; at++)
                assert_int_equal(edge(0, d, sign, at, at), 0);
}

/* Edges of blurred pixels as docs/model.md gives them, by the letter, for a picture of chance. */
static void given_any_image_when_shown_expect_the_edges_of_the_page(void **state)
{
    (void)state;
    static const int dx[] = {1, 1, 0, -1}, dy[] = {0, 1, 1, 1};
    float blurred[SIDE + 2][SIDE + 2] = {0};
    for (int i = 0; i < SIDE * SIDE; i++)
        images.pixels[i] = (uint8_t)(i * 7919 % 251 + i % 5);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++)
            for (int a = -1; a <= 1; a++)
                for (int b = -1; b <= 1; b++)
                    if (y + a >= 0 && y + a < SIDE && x + b >= 0 && x + b < SIDE)
                        blurred[y + 1][x + 1] += (float)images.pixels[(y + a) * SIDE + x + b] *
                                                 (float)((2 - abs(a)) * (2 - abs(b))) / 16;
    assert_int_equal(images_show_channels(&images, "test", CHANNELS_EDGES, 10), STATUS_OK);
    for (int d = 0; d < 4; d++)
        for (int y = 0; y < SIDE; y++)
            for (int x = 0; x < SIDE; x++) {
                const float difference = (blurred[y + 1 + dy[d]][x + 1 + dx[d]] -
                                          blurred[y + 1 - dy[d]][x + 1 - dx[d]]) *
                                         (dx[d] && dy[d] ? 0.8f : 1);
                const int size = (int)fminf(fabsf(difference), 255);
                assert_int_equal(edge(0, d, difference < 0, x, y),
                                 fabsf(difference) > 10 ? size : 0);
                assert_int_equal(edge(0, d, difference >= 0, x, y), 0);
            }
}

/* The mean of the square of `reach` pixels round a pixel, times all pixels of the other square. */
static int around(int x, int y, int reach, int others)
{
    int sum = 0;
    for (int b = y - reach; b <= y + reach; b++)
        for (int a = x - reach; a <= x + reach; a++)
            if (a >= 0 && a < SIDE && b >= 0 && b < SIDE)
                sum += images.pixels[b * SIDE + a];
    return sum * others;
}

static void given_any_image_when_shown_on_off_expect_the_most_different_pixels(void **state)
{
    (void)state;
    enum { N = SIDE * SIDE, SHOWN = 5 };
    for (int i = 0; i < N; i++)
        images.pixels[i] = (uint8_t)(i * 7919 % 251 + i % 5);
    assert_int_equal(images_show_channels(&images, "test", CHANNELS_ON_OFF, SHOWN), STATUS_OK);
    assert_int_equal(images.width, SIDE);
    assert_int_equal(images.height, 2 * SIDE);
    const uint8_t *shown = images_show(&images, 0, room);
    for (int sign = 1; sign >= -1; sign -= 2, shown += N)
        for (int i = 0; i < N; i++) {
            int n_more = 0, difference[N];
            for (int k = 0; k < N; k++)
                difference[k] =
                    sign * (around(k % SIDE, k / SIDE, 2, 169) - around(k % SIDE, k / SIDE, 6, 25));
            for (int k = 0; k < N; k++)
                n_more += difference[k] >= difference[i];
            assert_int_equal(shown[i], n_more <= SHOWN && difference[i] > 0 ? 255 : 0);
        }
}

static void given_equal_differences_when_shown_on_off_expect_none_beyond_the_number(void **state)
{
    (void)state;
    fill(0, bright_right);
    assert_int_equal(images_show_channels(&images, "test", CHANNELS_ON_OFF, 1), STATUS_OK);
    const uint8_t *shown = images_show(&images, 0, room);
    for (int i = 0; i < 2 * SIDE * SIDE; i++) /* each difference is there twice, above and below */
        assert_int_equal(shown[i], 0);
}

static void given_edges_when_made_expect_those_that_are_shown(void **state)
{
    (void)state;
    struct images made;
    fill(0, bright_right);
    fill(1, bright_below);
    images.labels[1] = 7;
    assert_int_equal(images_make(&images, &made), STATUS_OK);
    assert_ptr_equal(made.pixels, images.pixels); /* as they are kept */
    images_free(&made);
    assert_int_equal(images_show_channels(&images, "test", CHANNELS_EDGES, 40), STATUS_OK);
    assert_int_equal(images_make(&images, &made), STATUS_OK);
    assert_int_equal(made.labels[1], 7);
    for (int i = 0; i < 2; i++)
        assert_memory_equal(images_pixels(&made, i), images_show(&images, i, room),
                            IMAGES_EDGES * SIDE * SIDE);
    images_free(&made);
}

static void given_images_too_large_for_edges_when_found_expect_user_error(void **state)
{
    (void)state;
    struct images large;
    assert_int_equal(images_allocate(&large, "large", 1, 600, 600), STATUS_OK);
    assert_int_equal(images_show_channels(&large, "large.csv", CHANNELS_EDGES, 40), STATUS_USER);
    support_assert_message("large.csv", "1200x2400", NULL);
    images_free(&large);
}

static void given_edges_when_a_task_is_made_expect_eight_inputs_a_pixel(void **state)
{
    (void)state;
    struct parameters p;
    struct dataset dataset;
    assert_int_equal(parameters_preset(&p, "authors"), STATUS_OK);
    assert_int_equal(parameters_set(&p, "input.channels=edges"), STATUS_OK);
    assert_int_equal(parameters_set(&p, "data.train_per_class=3"), STATUS_OK);
    assert_int_equal(dataset_init(&dataset, &p, 1), STATUS_OK);
    assert_int_equal(images_n_pixels(&dataset.train), 8 * 400);
    assert_int_equal(images_n_pixels(&dataset.test), 8 * 400);
    dataset_free(&dataset);
}

int main(void)
{
#define ON_IMAGE(test) cmocka_unit_test_setup_teardown(test, make_image, free_image)
    const struct CMUnitTest tests[] = {
        ON_IMAGE(given_a_vertical_edge_when_found_expect_it_in_its_channels),
        ON_IMAGE(given_a_threshold_when_found_expect_smaller_edges_gone),
        ON_IMAGE(given_one_grey_when_found_expect_no_edge_inside),
        ON_IMAGE(given_any_image_when_shown_expect_the_edges_of_the_page),
        ON_IMAGE(given_any_image_when_shown_on_off_expect_the_most_different_pixels),
        ON_IMAGE(given_equal_differences_when_shown_on_off_expect_none_beyond_the_number),
        ON_IMAGE(given_edges_when_made_expect_those_that_are_shown),
        cmocka_unit_test(given_images_too_large_for_edges_when_found_expect_user_error),
        cmocka_unit_test(given_edges_when_a_task_is_made_expect_eight_inputs_a_pixel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
