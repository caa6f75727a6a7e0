/* SPDX-License-Identifier: GPL-3.0-or-later */
/* core/random.h against Random123's published vectors, and for uniformity with fixed seeds. Limits
 * of chi-square are those that chance passes once in 10,000. */
#include "core/random.h"

#include <string.h>

#include "support.h"

static void assert_words(struct random_words words, const uint32_t *expected)
{
    for (int k = 0; k < 4; k++)
        assert_int_equal(words.word[k], expected[k]);
}

/* philox4x32 10 of kat_vectors: counter, key, result */
static void given_published_vectors_when_drawn_expect_their_answers(void **state)
{
    (void)state;
    assert_words(random_words(0, 0, 0, 0, 0),
                 (const uint32_t[]){0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    assert_words(random_words(UINT64_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX),
                 (const uint32_t[]){0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    assert_words(random_words(0x299f31d0a4093822, 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344),
                 (const uint32_t[]){0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

static void given_one_argument_changed_when_drawn_expect_other_words(void **state)
{
    (void)state;
    const struct random_words words[] = {
        random_words(1, 2, 3, 4, 5),
        random_words(2, 2, 3, 4, 5),
        random_words(1 + (1ULL << 32), 2, 3, 4, 5),
        random_words(1, 3, 3, 4, 5),
        random_words(1, 2, 4, 4, 5),
        random_words(1, 2, 3, 5, 5),
        random_words(1, 2, 3, 4, 6),
    };
    for (int a = 0; a < 7; a++)
        for (int b = 0; b < a; b++)
            assert_memory_not_equal(&words[a], &words[b], sizeof words[a]);
}

static void given_words_when_joined_expect_each_half(void **state)
{
    (void)state;
    const struct random_words words = {{1, 2, 3, 4}};
    assert_true(random_bits(&words, 0) == 0x0000000200000001);
    assert_true(random_bits(&words, 1) == 0x0000000400000003);
}

static void given_extreme_bits_when_indexed_expect_first_and_last(void **state)
{
    (void)state;
    const uint32_t sizes[] = {1, 2, 3, 255, 1000003, UINT32_MAX};
    for (int k = 0; k < 6; k++) {
        const uint32_t n = sizes[k];
        assert_int_equal(random_index(0, n), 0);
        assert_int_equal(random_index(UINT64_MAX, n), n - 1);
    }
    /* where 0 ends and 1 begins for n = 3: 2^64 / 3 = 0x5555555555555555.5… */
    assert_int_equal(random_index(0x5555555555555555, 3), 0);
    assert_int_equal(random_index(0x5555555555555556, 3), 1);
}

static void given_many_draws_when_indexed_expect_uniform(void **state)
{
    (void)state;
    enum { N = 10, DRAWS = 100000 };
    int32_t count[2][N] = {{0}};
    for (uint32_t i = 0; i < DRAWS; i++) {
        const struct random_words words = random_words(11, RANDOM_GROW, i, 0, 0);
        for (int half = 0; half < 2; half++)
            count[half][random_index(random_bits(&words, half), N)]++;
    }
    for (int half = 0; half < 2; half++) /* 9 degrees of freedom */
        assert_true(support_chi_square(count[half], N) < 33.7);
}

static void given_extreme_bits_when_made_a_unit_expect_from_0_to_below_1(void **state)
{
    (void)state;
    assert_true(random_unit_float(0) == 0.0f);
    assert_true(random_unit_float(UINT32_MAX) == 1.0f - 0x1p-24f);
    assert_true(random_unit_float(1U << 31) == 0.5f);
    assert_true(random_unit(0) == 0.0);
    assert_true(random_unit(UINT64_MAX) == 1.0 - 0x1p-53);
    assert_true(random_unit(1ULL << 63) == 0.5);
}

static void given_many_draws_when_made_units_expect_uniform(void **state)
{
    (void)state;
    enum { BINS = 64, DRAWS = 100000 };
    int32_t floats[BINS] = {0}, doubles[BINS] = {0};
    for (uint32_t i = 0; i < DRAWS; i++) {
        const struct random_words words = random_words(12, RANDOM_CONNECT_WEIGHT, 7, i, 0);
        floats[(int)(random_unit_float(words.word[0]) * BINS)]++;
        doubles[(int)(random_unit(random_bits(&words, 1)) * BINS)]++;
    }
    assert_true(support_chi_square(floats, BINS) < 113); /* 63 degrees of freedom */
    assert_true(support_chi_square(doubles, BINS) < 113);
}

static void given_four_items_when_shuffled_expect_every_order_equally_often(void **state)
{
    (void)state;
    enum { TRIES = 24000 };
    int32_t count[256] = {0}, orders[24];
    for (uint32_t i = 0; i < TRIES; i++) {
        int32_t items[4] = {0, 1, 2, 3};
        random_shuffle(items, 4, 13, RANDOM_DATA_ORDER, i, 0);
        count[items[0] | items[1] << 2 | items[2] << 4 | items[3] << 6]++;
    }
    int n_orders = 0;
    for (int code = 0; code < 256; code++)
        if (count[code]) {
            assert_true(n_orders < 24);
            orders[n_orders++] = count[code];
        }
    assert_int_equal(n_orders, 24);
    assert_true(support_chi_square(orders, 24) < 56); /* 23 degrees of freedom */
}

static void given_few_items_when_shuffled_expect_no_harm(void **state)
{
    (void)state;
    int32_t item = 5;
    random_shuffle(&item, 1, 1, RANDOM_DATA_ORDER, 0, 0);
    random_shuffle(NULL, 0, 1, RANDOM_DATA_ORDER, 0, 0);
    assert_int_equal(item, 5);
}

static void given_purposes_when_compared_expect_the_published_numbers(void **state)
{
    (void)state;
    const int purposes[] = {
        RANDOM_SHAPE_POSITION, RANDOM_SHAPE_PIXEL,    RANDOM_SHAPE_ORDER,
        RANDOM_CONNECT_SOURCE, RANDOM_CONNECT_TARGET, RANDOM_CONNECT_DENDRITE,
        RANDOM_CONNECT_WEIGHT, RANDOM_GROW,           RANDOM_DATA_ORDER,
        RANDOM_INTRINSIC,      RANDOM_SPINE_POSITION, RANDOM_INTRINSIC_BIRTH,
        RANDOM_CLUSTERED,      RANDOM_PROTOCOL,
    };
    for (int k = 0; k < (int)(sizeof purposes / sizeof *purposes); k++)
        assert_int_equal(purposes[k], k + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_published_vectors_when_drawn_expect_their_answers),
        cmocka_unit_test(given_one_argument_changed_when_drawn_expect_other_words),
        cmocka_unit_test(given_words_when_joined_expect_each_half),
        cmocka_unit_test(given_extreme_bits_when_indexed_expect_first_and_last),
        cmocka_unit_test(given_many_draws_when_indexed_expect_uniform),
        cmocka_unit_test(given_extreme_bits_when_made_a_unit_expect_from_0_to_below_1),
        cmocka_unit_test(given_many_draws_when_made_units_expect_uniform),
        cmocka_unit_test(given_four_items_when_shuffled_expect_every_order_equally_often),
        cmocka_unit_test(given_few_items_when_shuffled_expect_no_harm),
        cmocka_unit_test(given_purposes_when_compared_expect_the_published_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
