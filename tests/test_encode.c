/* SPDX-License-Identifier: GPL-3.0-or-later */
/* data/encode: spike trains in strict float32 (MODEL.md, section 2). The numbers spelled out here
 * were computed apart, in exact fractions rounded to float32 where the page rounds. */
#include "data/encode.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "core/status.h"
#include "support.h"

enum { SPIKES_MAX = 4096 };

static struct parameters p;

static int set_defaults(void **state)
{
    (void)state;
    return parameters_preset(&p, "authors");
}

/* The page once more: each product, quotient and sum is rounded by the assignment. */
static int32_t transcribed(float rate, int32_t *step)
{
    volatile float product = (float)p.input.active_ms * rate;
    volatile float expected = product / 1000;
    const int32_t n = (int32_t)floor((double)expected + 0.5); /* half away from zero */
    volatile float period = 1000 / rate;
    int32_t n_spikes = 0;
    for (int32_t k = 0; k < n; k++) {
        volatile float offset = period * (float)k;
        volatile float at = (float)p.input.onset_ms + offset;
        step[n_spikes++] = (int32_t)at;
        if (k == 0 && p.input.onset_doublet)
            step[n_spikes++] = (int32_t)at + 1;
    }
    return n_spikes;
}

static void expect_train(float rate, int32_t n, const int32_t *first, int32_t n_first,
                         const int32_t *last, int32_t n_last)
{
    int32_t step[SPIKES_MAX];
    assert_int_equal(encode_train(&p, rate, NULL), n);
    assert_int_equal(encode_train(&p, rate, step), n);
    for (int32_t i = 0; i < n_first; i++)
        assert_int_equal(step[i], first[i]);
    for (int32_t i = 0; i < n_last; i++)
        assert_int_equal(step[n - n_last + i], last[i]);
}

static void given_30_hz_when_encoded_expect_114_spikes_and_the_doublet(void **state)
{
    (void)state;
    const int32_t first[] = {100, 101, 133, 166, 200, 233, 266, 300};
    const int32_t last[] = {3733, 3766, 3799, 3833, 3866};
    expect_train(30, 115, first, 8, last, 5);
    /* Where float32 tells: 27 periods of 1000/30 ms end at 999, not at 1000, but the third of them
     * at 200, which in double would be 199 (33.3333321 * 3 = 99.9999962). */
    int32_t step[SPIKES_MAX];
    encode_train(&p, 30, step);
    const int32_t k[] = {3, 27, 51, 54, 57, 60, 99, 102, 105, 108, 111};
    const int32_t at[] = {200, 999, 1799, 1899, 1999, 2100, 3399, 3499, 3599, 3699, 3799};
    for (int i = 0; i < 11; i++)
        assert_int_equal(step[k[i] + 1], at[i]);
}

static void given_other_rates_when_encoded_expect_their_closed_form(void **state)
{
    (void)state;
    /* 25 Hz, MNIST: 3.8 * 25 = 95 spikes every 40 ms; 40 Hz, its teacher: 152 every 25 ms */
    expect_train(25, 96, (int32_t[]){100, 101, 140, 180}, 4, (int32_t[]){3820, 3860}, 2);
    expect_train(40, 153, (int32_t[]){100, 101, 125, 150}, 4, (int32_t[]){3850, 3875}, 2);
    /* 35 Hz, the teacher of the shapes: 133 every 28.571428 ms */
    expect_train(35, 134, (int32_t[]){100, 101, 128, 157, 185, 214, 242, 271, 300, 328, 357}, 11,
                 (int32_t[]){3814, 3842, 3871}, 3);
    /* 30 * 128 / 255 = 15.0588236 Hz: 57.2 spikes */
    expect_train(30 * 128.0f / 255, 58, (int32_t[]){100, 101, 166, 232, 299, 365, 432}, 7,
                 (int32_t[]){3752, 3818}, 2);
    expect_train(1, 5, (int32_t[]){100, 101, 1100, 2100, 3100}, 5, NULL, 0);
    expect_train(500, 1901, (int32_t[]){100, 101, 102, 104, 106}, 5, (int32_t[]){3896, 3898}, 2);
}

static void given_no_doublet_when_encoded_expect_one_spike_less(void **state)
{
    (void)state;
    p.input.onset_doublet = false;
    expect_train(30, 114, (int32_t[]){100, 133, 166, 200}, 4, (int32_t[]){3833, 3866}, 2);
    expect_train(1, 4, (int32_t[]){100, 1100, 2100, 3100}, 4, NULL, 0);
}

static void given_the_supplement_when_encoded_expect_120_spikes_from_step_0(void **state)
{
    (void)state;
    assert_int_equal(parameters_preset(&p, "supplement"), STATUS_OK);
    expect_train(30, 120, (int32_t[]){0, 33, 66, 100, 133, 166}, 6, (int32_t[]){3899, 3933, 3966},
                 3);
    expect_train(35, 140, (int32_t[]){0, 28, 57}, 3, NULL, 0);
}

static void given_half_a_spike_when_encoded_expect_it_rounded_away_from_zero(void **state)
{
    (void)state;
    p.input.active_ms = 1000;
    expect_train(0.5f, 2, (int32_t[]){100, 101}, 2, NULL, 0);
    expect_train(2.5f, 4, (int32_t[]){100, 101, 500, 900}, 4, NULL, 0);
    expect_train(0.49f, 0, NULL, 0, NULL, 0);
    expect_train(0, 0, NULL, 0, NULL, 0);
}

static void expect_all_intensities(double rate_max, bool doublet)
{
    struct encoder encoder;
    p.input.rate_max_hz = rate_max;
    p.input.onset_doublet = doublet;
    assert_int_equal(encoder_init(&encoder, &p, 9), STATUS_OK);
    for (int intensity = 0; intensity < 256; intensity++) {
        int32_t step[SPIKES_MAX];
        volatile float product = (float)rate_max * (float)intensity;
        volatile float rate = product / 255;
        const struct train *train = &encoder.pixel[intensity];
        const int32_t n = transcribed(rate, step);
        if (train->n != n || memcmp(train->step, step, (size_t)n * sizeof *step) != 0)
            fail_msg("f_max %g, intensity %d: %d spikes, expected %d", rate_max, intensity,
                     train->n, n);
        for (int32_t i = 0; i < n; i++) {
            assert_in_range(step[i], 100, 3899);
            assert_true(i == 0 || step[i] > step[i - 1]);
        }
    }
    encoder_free(&encoder);
}

static void given_256_intensities_when_encoded_expect_the_page_transcribed(void **state)
{
    (void)state;
    const double rates[] = {30, 25, 0.1, 33.3, 499.9, 500};
    for (int i = 0; i < 6; i++) {
        expect_all_intensities(rates[i], true);
        expect_all_intensities(rates[i], false);
    }
}

static void given_dark_pixels_when_encoded_expect_silence(void **state)
{
    (void)state;
    struct encoder encoder;
    assert_int_equal(encoder_init(&encoder, &p, 9), STATUS_OK);
    assert_int_equal(encoder.pixel[0].n, 0);
    assert_int_equal(encoder.pixel[1].n, 0); /* 0.118 Hz: 0.45 spikes */
    assert_int_equal(encoder.pixel[2].n, 2); /* 0.235 Hz: 0.89 spikes, and the doublet */
    encoder_free(&encoder);
    p.input.rate_max_hz = 0;
    p.teacher.rate_hz = 0;
    assert_int_equal(encoder_init(&encoder, &p, 9), STATUS_OK);
    assert_int_equal(encoder.pixel[255].n, 0);
    assert_int_equal(encoder.teacher.n, 0);
    struct stimulus stimulus;
    const uint8_t pixels[9] = {255, 255, 255, 255, 255, 255, 255, 255, 255};
    assert_int_equal(stimulus_init(&stimulus, &encoder), STATUS_OK);
    encode(&encoder, pixels, 0, &stimulus);
    for (int32_t t = 0; t <= stimulus.n_steps; t++)
        assert_int_equal(stimulus.start[t], 0);
    stimulus_free(&stimulus);
    encoder_free(&encoder);
}

/* The stimulus holds these trains and nothing else, sorted. */
static void expect_stimulus(const struct encoder *encoder, const uint8_t *pixels, int32_t teacher,
                            const struct stimulus *stimulus)
{
    int32_t n = 0;
    assert_int_equal(stimulus->n_steps, p.input.duration_ms);
    assert_int_equal(stimulus->start[0], 0);
    for (int32_t t = 0; t < stimulus->n_steps; t++) {
        assert_true(stimulus->start[t] <= stimulus->start[t + 1]);
        for (int32_t i = stimulus->start[t]; i < stimulus->start[t + 1]; i++) {
            assert_in_range(stimulus->source[i], 0, encoder->n_inputs + 9);
            assert_true(i == stimulus->start[t] || stimulus->source[i] > stimulus->source[i - 1]);
        }
    }
    for (int32_t source = 0; source < encoder->n_inputs + 10; source++) {
        int32_t step[SPIKES_MAX], n_source = 0;
        if (source < encoder->n_inputs)
            n_source = transcribed((float)p.input.rate_max_hz * pixels[source] / 255, step);
        else if (source - encoder->n_inputs == teacher ||
                 (teacher == TEACHERS_BOTH && source - encoder->n_inputs < 2))
            n_source = transcribed((float)p.teacher.rate_hz, step);
        for (int32_t k = 0; k < n_source; k++) {
            bool found = false;
            for (int32_t i = stimulus->start[step[k]]; i < stimulus->start[step[k] + 1]; i++)
                found = found || stimulus->source[i] == source;
            if (!found)
                fail_msg("source %d does not spike in step %d", source, step[k]);
        }
        n += n_source;
    }
    assert_int_equal(stimulus->start[stimulus->n_steps], n); /* and nothing else */
    assert_true(n <= stimulus->capacity);
}

static void given_images_when_encoded_in_turn_expect_each_spike_in_its_step(void **state)
{
    (void)state;
    enum { N = 100 };
    struct encoder encoder;
    struct stimulus stimulus;
    assert_int_equal(encoder_init(&encoder, &p, N), STATUS_OK);
    assert_int_equal(stimulus_init(&stimulus, &encoder), STATUS_OK);
    const int32_t teachers[] = {-1, 0, 1, 7, TEACHERS_BOTH, -1};
    for (uint32_t image = 0; image < 6; image++) { /* nothing of one may be left in the next */
        uint8_t pixels[N];
        for (uint32_t i = 0; i < N; i++) {
            const struct random_words words = random_words(21, RANDOM_GROW, image, 0, i);
            pixels[i] = (words.word[0] & 3) ? (uint8_t)(words.word[1] % 256) : 255;
        }
        if (image == 3 || image == 4)
            memset(pixels, 255, N); /* as many spikes as there can be */
        encode(&encoder, pixels, teachers[image], &stimulus);
        expect_stimulus(&encoder, pixels, teachers[image], &stimulus);
    }
    stimulus_free(&stimulus);
    encoder_free(&encoder);
}

static void given_a_teacher_alone_when_encoded_expect_its_train(void **state)
{
    (void)state;
    struct encoder encoder;
    struct stimulus stimulus;
    const uint8_t dark[4] = {0};
    assert_int_equal(encoder_init(&encoder, &p, 4), STATUS_OK);
    assert_int_equal(stimulus_init(&stimulus, &encoder), STATUS_OK);
    encode(&encoder, dark, 1, &stimulus);
    assert_int_equal(stimulus.start[4000], 134);
    for (int i = 0; i < 134; i++)
        assert_int_equal(stimulus.source[i], 4 + 1);
    assert_int_equal(stimulus.start[100], 0); /* silence, then the doublet */
    assert_int_equal(stimulus.start[101], 1);
    assert_int_equal(stimulus.start[102], 2);
    assert_int_equal(stimulus.start[128], 2);
    assert_int_equal(stimulus.start[129], 3);
    assert_int_equal(stimulus.start[3872], 134);
    encode(&encoder, dark, -1, &stimulus);
    assert_int_equal(stimulus.start[4000], 0);
    stimulus_free(&stimulus);
    encoder_free(&encoder);
}

static void
given_input_to_the_last_step_when_encoded_expect_it_within_the_presentation(void **state)
{
    (void)state;
    struct encoder encoder;
    struct stimulus stimulus;
    const uint8_t bright[2] = {255, 254};
    p.input.onset_ms = 0;
    p.input.active_ms = p.input.duration_ms = 10;
    p.input.rate_max_hz = 500;
    assert_int_equal(encoder_init(&encoder, &p, 2), STATUS_OK);
    assert_int_equal(stimulus_init(&stimulus, &encoder), STATUS_OK);
    encode(&encoder, bright, -1, &stimulus);
    expect_stimulus(&encoder, bright, -1, &stimulus);
    assert_int_equal(stimulus.start[10], 12); /* 0 1 2 4 6 8, twice */
    stimulus_free(&stimulus);
    encoder_free(&encoder);
}

int main(void)
{
#define FROM_DEFAULTS(test) cmocka_unit_test_setup(test, set_defaults)
    const struct CMUnitTest tests[] = {
        FROM_DEFAULTS(given_30_hz_when_encoded_expect_114_spikes_and_the_doublet),
        FROM_DEFAULTS(given_other_rates_when_encoded_expect_their_closed_form),
        FROM_DEFAULTS(given_no_doublet_when_encoded_expect_one_spike_less),
        FROM_DEFAULTS(given_the_supplement_when_encoded_expect_120_spikes_from_step_0),
        FROM_DEFAULTS(given_half_a_spike_when_encoded_expect_it_rounded_away_from_zero),
        FROM_DEFAULTS(given_256_intensities_when_encoded_expect_the_page_transcribed),
        FROM_DEFAULTS(given_dark_pixels_when_encoded_expect_silence),
        FROM_DEFAULTS(given_images_when_encoded_in_turn_expect_each_spike_in_its_step),
        FROM_DEFAULTS(given_a_teacher_alone_when_encoded_expect_its_train),
        FROM_DEFAULTS(given_input_to_the_last_step_when_encoded_expect_it_within_the_presentation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
