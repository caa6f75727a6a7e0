/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data that can be read but are hardly meant: what the program says of them on stderr, and that it
 * says nothing of data in good order. */
#include <stdio.h>
#include <stdlib.h>

#include "core/status.h"
#include "data/images.h"
#include "support.h"

#define RUN                                                                                        \
    "train --quiet --no-pictures --overwrite --out run --set data.kind=files "                     \
    "--set data.train_images=a.csv --set data.test_images=b.csv "                                  \
    "--set stopping.max_presentations=2 "

#define IDX(which)                                                                                 \
    "--set data." which "train_images=a.idx --set data." which "train_labels=labels "              \
    "--set data." which "test_images=b.idx --set data." which "test_labels=labels "

/* Images of 3 × 3 pixels of classes 1 and 2, no two of them the same; `black` and `white` stand for
 * the border and the middle. */
static void write_images(void **state, const char *name, int n, int first, int black, int white)
{
    char text[8192], *end = text;
    for (int i = 0; i < n; i++) {
        const int grey = black + (white - black) * (first + i + 8) / 64;
        end += sprintf(end, "%d,%d,%d,%d,%d,%d,%d,%d,%d,%d\n", 1 + i % 2, black, grey, black, black,
                       white, black, black, black, black);
    }
    support_write_text(state, name, text);
}

static void write_good(void **state)
{
    write_images(state, "a.csv", 20, 0, 0, 255);
    write_images(state, "b.csv", 10, 30, 0, 255);
}

/* The run succeeds and says just this (or, "", nothing). */
static void assert_says(void **state, const char *arguments, const char *says)
{
    struct support_run run;
    support_run(state, &run, arguments);
    assert_string_equal(run.err, says);
    assert_int_equal(run.exit_code, 0);
    support_run_free(&run);
}

static void given_images_in_good_order_when_trained_expect_no_word(void **state)
{
    write_good(state);
    assert_says(state, RUN, "");
}

static void given_dim_images_when_trained_expect_the_value_that_helps(void **state)
{
    support_write_text(state, "a.csv", "1,0,1,0,1\n2,1,0,1,0\n1,0,1,1,1\n2,1,1,1,0\n");
    support_write_text(state, "b.csv", "1,0,0,0,1\n2,1,0,0,0\n");
    assert_says(state, RUN,
                "spinet: a.csv: the brightest pixel of all is 1 of 255, so that no input spikes "
                "often: if that is white, say --set input.intensity_max=1\n"
                "spinet: b.csv: the brightest pixel of all is 1 of 255, so that no input spikes "
                "often: if that is white, say --set input.intensity_max=1\n");
    assert_says(state, RUN "--set input.intensity_max=1", "");
}

static void given_other_data_that_are_dim_or_on_paper_when_trained_expect_their_file(void **state)
{
    write_good(state);
    write_images(state, "c.csv", 20, 20, 250, 0);
    support_write_text(state, "d.csv", "1,0,1,0,0,9,0,0,0,0\n2,0,5,0,0,9,0,0,0,0\n");
    assert_says(state, RUN "--set data.other_train_images=c.csv --set data.other_test_images=d.csv",
                "spinet: d.csv: the brightest pixel of all is 9 of 255, so that no input spikes "
                "often: if that is white, say --set input.intensity_max=9\n"
                "spinet: c.csv: bright at the top and bottom (mean 226 of 255) and darker as a "
                "whole (206): if this is ink on paper, say --set data.invert=true, or the paper is "
                "learned\n");
}

/* Of IDX files only the images of data.classes are kept, and only these can be dark. */
static void given_classes_of_other_data_alone_when_trained_expect_no_word(void **state)
{
    struct images images;
    assert_int_equal(images_allocate(&images, "images", 4, 3, 3), STATUS_OK);
    for (int i = 0; i < 4; i++) {
        images.labels[i] = 1 + i % 2;
        images.pixels[9 * i + 4] = (uint8_t)(255 - i);
    }
    assert_int_equal(
        support_write_idx(&images, support_path(state, "a.idx"), support_path(state, "labels")),
        STATUS_OK);
    images.pixels[4] = 200; /* no test image is a training image */
    for (int i = 0; i < 4; i++)
        images.pixels[9 * i + 3] = (uint8_t)(100 + i);
    assert_int_equal(
        support_write_idx(&images, support_path(state, "b.idx"), support_path(state, "labels")),
        STATUS_OK);
    images_free(&images);
    assert_says(state, RUN IDX("") IDX("other_") "--set data.classes=101,102", "");
    assert_says(state, RUN IDX("") IDX("other_") "--set data.classes=1,2", "");
}

/* With the right white, images of 0 and 1 are those of 0 and 255. */
static void given_images_of_zeros_and_ones_when_scaled_expect_the_same_network(void **state)
{
    size_t n[2];
    support_write_text(state, "a.csv", "1,0,1,0,1\n2,1,0,1,0\n");
    support_write_text(state, "b.csv", "1,0,1,1,1\n2,1,1,1,0\n");
    free(support_run_well(state, RUN "--set input.intensity_max=1"));
    uint8_t *ones = support_read(support_path(state, "run/network.csv"), &n[0]);
    support_write_text(state, "a.csv", "1,0,255,0,255\n2,255,0,255,0\n");
    support_write_text(state, "b.csv", "1,0,255,255,255\n2,255,255,255,0\n");
    free(support_run_well(state, RUN));
    uint8_t *whites = support_read(support_path(state, "run/network.csv"), &n[1]);
    assert_int_equal(n[0], n[1]);
    assert_memory_equal(ones, whites, n[0]);
    free(ones);
    free(whites);
}

static void given_ink_on_paper_when_trained_expect_inversion_proposed(void **state)
{
    write_images(state, "a.csv", 20, 0, 255, 0);
    write_images(state, "b.csv", 10, 30, 255, 0);
    assert_says(state, RUN,
                "spinet: a.csv: bright at the top and bottom (mean 244 of 255) and darker as a "
                "whole (219): if this is ink on paper, say --set data.invert=true, or the paper is "
                "learned\n");
    assert_says(state, RUN "--set data.invert=true", "");
    write_good(state);
    assert_says(state, RUN "--set data.invert=true",
                "spinet: a.csv: bright at the top and bottom (mean 244 of 255) and darker as a "
                "whole (219): if this is ink on paper, say --set data.invert=false, or the paper "
                "is learned\n");
}

static void given_test_images_of_other_classes_when_trained_expect_their_number(void **state)
{
    write_good(state);
    support_write_text(state, "b.csv",
                       "1,0,9,0,255,0,0,0,0,0\n2,7,0,255,7,0,0,0,0,0\n5,7,0,255,7,0,0,0,0,1\n");
    assert_says(state, RUN,
                "spinet: b.csv: 1 of its 3 images are of classes without training images, as 5: "
                "they are left out of the test\n");
    assert_says(state, RUN "--set data.classes=1,2", "");
}

static void given_doubtful_images_when_swept_expect_one_word_for_all_runs(void **state)
{
    support_write_text(state, "a.csv", "1,0,1,0,1\n2,1,0,1,0\n");
    support_write_text(state, "b.csv", "1,0,100,0,200\n2,200,0,0,0\n");
    support_write_text(state, "x.sweep",
                       "title = \"x\";\nruns = 2;\nset = [\"data.kind=files\", "
                       "\"data.train_images=a.csv\", \"data.test_images=b.csv\", "
                       "\"stopping.max_presentations=2\"];\nfactors: ({ name = \"turnover\"; "
                       "levels = ({ name = \"none\"; set = [\"turnover.policy=none\"]; }, "
                       "{ name = \"random\"; set = [\"turnover.policy=random\"]; }); });\n");
    assert_says(state, "sweep x.sweep --out s --quiet",
                "spinet: a.csv: the brightest pixel of all is 1 of 255, so that no input spikes "
                "often: if that is white, say --set input.intensity_max=1\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_images_in_good_order_when_trained_expect_no_word),
        WITH_FOLDER(given_dim_images_when_trained_expect_the_value_that_helps),
        WITH_FOLDER(given_other_data_that_are_dim_or_on_paper_when_trained_expect_their_file),
        WITH_FOLDER(given_classes_of_other_data_alone_when_trained_expect_no_word),
        WITH_FOLDER(given_images_of_zeros_and_ones_when_scaled_expect_the_same_network),
        WITH_FOLDER(given_ink_on_paper_when_trained_expect_inversion_proposed),
        WITH_FOLDER(given_test_images_of_other_classes_when_trained_expect_their_number),
        WITH_FOLDER(given_doubtful_images_when_swept_expect_one_word_for_all_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
