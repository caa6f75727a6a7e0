/* SPDX-License-Identifier: GPL-3.0-or-later */
/* core/number: which texts are numbers. */
#include "core/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "support.h"

static void given_plain_decimals_when_parsed_expect_their_value(void **state)
{
    (void)state;
    static const char *const good[] = {"0",   "7",     "-0.5",   ".5",       "5.",    "1e-05",
                                       "1E5", "1e+05", "007.50", "4.9e-324", "1e308", "-0"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        double number;
        float single;
        if (!number_parse(good[i], &number))
            fail_msg("%s", good[i]);
        assert_true(number == strtod(good[i], NULL));
        assert_int_equal(number_parse_float(good[i], &single), number < 1e38);
        assert_true(single == strtof(good[i], NULL) || number > 1e38);
    }
}

/* Rounded to double first, it would lie in the middle, and go to the even one. */
static void
given_a_number_near_the_middle_of_two_floats_when_parsed_expect_one_rounding(void **state)
{
    (void)state;
    float single;
    double number;
    static const char text[] = "1.00000005960464477539062500001";
    assert_true(number_parse_float(text, &single));
    assert_true(number_parse(text, &number));
    assert_true(single == nextafterf(1, 2));
    assert_true(single != (float)number);
}

static void given_what_strtod_takes_too_when_parsed_expect_refusal(void **state)
{
    (void)state;
    static const char *const bad[] = {"",       "-",    ".",    " 3",    "3 ",   "+200",
                                      "0x1p-3", "0x10", "nan",  "inf",   "-inf", "1e",
                                      "1e-",    "e5",   "-.e1", "1.2.3", "--1",  "1e999",
                                      "1,5",    "3x",   "-+1",  "1d5",   "\t1",  "INFINITY"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double number;
        float single;
        if (number_parse(bad[i], &number) || number_parse_float(bad[i], &single))
            fail_msg("'%s' was taken", bad[i]);
    }
}

static void given_whole_numbers_when_parsed_expect_digits_alone(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "", "-", "+1", " 1", "1 ", "1.0", "1e3", "0x1", "9223372036854775808", "--1"};
    int64_t number;
    assert_true(number_parse_whole("-9223372036854775808", &number) && number == INT64_MIN);
    assert_true(number_parse_whole("0012", &number) && number == 12);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (number_parse_whole(bad[i], &number))
            fail_msg("'%s' was taken", bad[i]);
}

static void given_more_behind_a_number_when_taken_expect_where_it_ends(void **state)
{
    (void)state;
    static const struct {
        const char *text, *rest;
        double number;
    } cases[] = {{"7, 8", ", 8", 7}, {"1.5e", "e", 1.5}, {"-2e+x", "e+x", -2}, {"1e3;", ";", 1000}};
    double number;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *at = cases[i].text;
        assert_true(number_take(&at, &number));
        assert_string_equal(at, cases[i].rest);
        assert_true(number == cases[i].number);
    }
    for (const char *const *text = (const char *const[]){"", ",", "0x7", "+7", " 7", NULL}; *text;
         text++) {
        const char *at = *text;
        assert_false(number_take(&at, &number));
        assert_ptr_equal(at, *text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_plain_decimals_when_parsed_expect_their_value),
        cmocka_unit_test(
            given_a_number_near_the_middle_of_two_floats_when_parsed_expect_one_rounding),
        cmocka_unit_test(given_what_strtod_takes_too_when_parsed_expect_refusal),
        cmocka_unit_test(given_more_behind_a_number_when_taken_expect_where_it_ends),
        cmocka_unit_test(given_whole_numbers_when_parsed_expect_digits_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
