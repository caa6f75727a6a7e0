/* SPDX-License-Identifier: GPL-3.0-or-later */
/* portable_math: against libm in double precision. */
#include "core/portable_math.h"

#include <math.h>

#include "support.h"

static double ulp(double of)
{
    const float x = fabsf((float)of);
    return (double)nextafterf(x, INFINITY) - (double)x;
}

static void given_numbers_when_raised_to_e_expect_two_last_places(void **state)
{
    (void)state;
    double worst = 0;
    for (int i = -800000; i <= 800000; i++) {
        const float x = (float)i * 1e-4f;
        const double right = exp((double)x);
        worst = fmax(worst, fabs((double)portable_exp(x) - right) / ulp(right));
    }
    assert_true(worst < 2);
    assert_true(portable_exp(0) == 1);
    assert_true(portable_exp(200) == portable_exp(80));
    assert_true(portable_exp(-200) == portable_exp(-80));
}

static void given_numbers_when_their_log_is_taken_expect_two_last_places(void **state)
{
    (void)state;
    double worst = 0;
    for (int i = -1200000; i <= 1200000; i++) {
        const float x = (float)exp2(i * 1e-4);
        const double right = log((double)x);
        worst = fmax(worst, fabs((double)portable_log(x) - right) / ulp(right));
    }
    /* and next to 1, where both parts nearly cancel in other schemes */
    for (int i = -100000; i <= 100000; i++) {
        const float x = 1 + (float)i * 0x1p-24f;
        const double right = log((double)x);
        if (i != 0)
            worst = fmax(worst, fabs((double)portable_log(x) - right) / ulp(right));
    }
    assert_true(worst < 2);
    assert_true(portable_log(1) == 0);
}

static void given_angles_when_cosine_and_sine_are_taken_expect_seven_digits(void **state)
{
    (void)state;
    const double pi = acos(-1);
    double worst = 0;
    for (int i = -1000000; i <= 1000000; i++) {
        const float half_turns = (float)i * 1e-6f;
        float cosine, sine;
        portable_cos_sin(half_turns, &cosine, &sine);
        worst = fmax(worst, fabs((double)cosine - cos(pi * (double)half_turns)));
        worst = fmax(worst, fabs((double)sine - sin(pi * (double)half_turns)));
    }
    assert_true(worst < 2e-7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_numbers_when_raised_to_e_expect_two_last_places),
        cmocka_unit_test(given_numbers_when_their_log_is_taken_expect_two_last_places),
        cmocka_unit_test(given_angles_when_cosine_and_sine_are_taken_expect_seven_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
