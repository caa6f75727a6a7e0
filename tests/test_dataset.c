/* SPDX-License-Identifier: GPL-3.0-or-later */
/* data/dataset: from images to a task, and the tasks that cannot be. */
#include "data/dataset.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/status.h"
#include "support.h"

static struct parameters p;

static int make_folder(void **state)
{
    return parameters_preset(&p, "authors") || support_make_folder(state);
}

/* Images of 2x2 pixels, all of one value, the number of the line: "label" by "label". */
static const char *write_csv(void **state, const char *name, const char *labels)
{
    char text[4096] = "", *end = text;
    int line = 0;
    for (const char *at = labels; *at; line++) {
        char *next;
        const long label = strtol(at, &next, 10);
        end += sprintf(end, "%ld,%d,%d,%d,%d\n", label, line, line, line, line);
        at = next + strspn(next, " ");
    }
    return support_write_text(state, name, text);
}

static void use_files(void **state, const char *train, const char *test)
{
    p.data.kind = DATA_FILES;
    snprintf(p.data.train_images, PARAMETER_TEXT_MAX, "%s", write_csv(state, "train.csv", train));
    snprintf(p.data.test_images, PARAMETER_TEXT_MAX, "%s", write_csv(state, "test.csv", test));
}

static void open_with(struct dataset *dataset, uint64_t seed)
{
    if (dataset_init(dataset, &p, seed) != STATUS_OK)
        fail_msg("%s", status_message());
}

static void expect_refused(const char *part, const char *other)
{
    struct dataset dataset;
    assert_int_equal(dataset_init(&dataset, &p, 1), STATUS_USER);
    support_assert_message(part, other, NULL);
    assert_null(dataset.train.pixels);
    assert_null(dataset.test_image);
    assert_int_equal(dataset.classes.n, 0);
}

static void expect_train(const struct dataset *dataset, int k, int32_t n, const int32_t *image)
{
    assert_int_equal(dataset->n_train[k], n);
    assert_memory_equal(dataset->train_image[k], image, (size_t)n * sizeof *image);
}

static void given_files_when_opened_expect_all_classes_in_file_order(void **state)
{
    struct dataset dataset;
    use_files(state, "8 3 999 3 8 3", "3 3 8 999 8");
    open_with(&dataset, 1);
    assert_int_equal(dataset.classes.n, 3);
    const int32_t label[] = {3, 8, 999};
    assert_memory_equal(dataset.classes.label, label, sizeof label);
    expect_train(&dataset, 0, 3, (int32_t[]){1, 3, 5});
    expect_train(&dataset, 1, 2, (int32_t[]){0, 4});
    expect_train(&dataset, 2, 1, (int32_t[]){2});
    assert_int_equal(dataset.n_test, 5);
    assert_memory_equal(dataset.test_image, ((int32_t[]){0, 1, 2, 3, 4}), 20);
    assert_memory_equal(dataset.test_class, ((int32_t[]){0, 0, 1, 2, 1}), 20);
    for (int32_t i = 0; i < 6; i++)
        assert_int_equal(images_pixels(&dataset.train, i)[3], i);
    assert_int_equal(dataset_class(&dataset, 8), 1);
    assert_int_equal(dataset_class(&dataset, 4), -1);
    dataset_free(&dataset);
    dataset_free(&dataset); /* safe on a zeroed one */
}

static void given_chosen_classes_when_opened_expect_no_others(void **state)
{
    struct dataset dataset;
    use_files(state, "8 3 5 3 8 3 7", "7 3 8 5 3 9");
    assert_int_equal(parameters_set(&p, "data.classes=8,3"), STATUS_OK);
    open_with(&dataset, 1);
    assert_int_equal(dataset.classes.n, 2);
    expect_train(&dataset, 0, 3, (int32_t[]){1, 3, 5});
    expect_train(&dataset, 1, 2, (int32_t[]){0, 4});
    assert_int_equal(dataset.n_test, 3);
    assert_memory_equal(dataset.test_image, ((int32_t[]){1, 2, 4}), 12);
    assert_memory_equal(dataset.test_class, ((int32_t[]){0, 1, 0}), 12);
    dataset_free(&dataset);
}

static void given_a_limit_when_opened_expect_the_first_test_images(void **state)
{
    struct dataset dataset;
    use_files(state, "3 8", "5 3 3 8 8 3");
    assert_int_equal(parameters_set(&p, "data.classes=8,3"), STATUS_OK);
    p.test.max_images = 3;
    open_with(&dataset, 1);
    assert_int_equal(dataset.n_test, 3);
    assert_memory_equal(dataset.test_image, ((int32_t[]){1, 2, 3}), 12);
    dataset_free(&dataset);
}

static void given_shuffled_when_opened_expect_an_order_of_the_seed(void **state)
{
    struct dataset a, b, other;
    char labels[512] = "", *end = labels;
    for (int i = 0; i < 100; i++)
        end += sprintf(end, "%d ", i % 3 == 0 ? 8 : 3);
    use_files(state, labels, "3 8 3");
    p.data.order = ORDER_SHUFFLED;
    open_with(&a, 1);
    open_with(&b, 1);
    open_with(&other, 2);
    for (int k = 0; k < 2; k++) {
        bool seen[100] = {false};
        int n_moved = 0;
        const size_t size = (size_t)a.n_train[k] * sizeof(int32_t);
        assert_int_equal(a.n_train[k], k == 0 ? 66 : 34);
        for (int32_t i = 0; i < a.n_train[k]; i++) {
            const int32_t image = a.train_image[k][i];
            assert_false(seen[image]);
            seen[image] = true;
            assert_int_equal(a.train.labels[image], k == 0 ? 3 : 8);
            n_moved += i > 0 && image < a.train_image[k][i - 1];
        }
        assert_true(n_moved > 5);
        assert_memory_equal(a.train_image[k], b.train_image[k], size);
        assert_memory_not_equal(a.train_image[k], other.train_image[k], size);
    }
    assert_memory_equal(a.test_image, ((int32_t[]){0, 1, 2}), 12); /* tests keep theirs */
    dataset_free(&a);
    dataset_free(&b);
    dataset_free(&other);
}

/* Each class has an order of its own, whichever the others are. */
static void given_a_class_when_shuffled_among_others_expect_the_same_order(void **state)
{
    struct dataset a, b;
    char labels[512] = "", *end = labels;
    for (int i = 0; i < 60; i++)
        end += sprintf(end, "%d ", 3 + i % 3);
    use_files(state, labels, "3 4 5");
    p.data.order = ORDER_SHUFFLED;
    assert_int_equal(parameters_set(&p, "data.classes=4,5"), STATUS_OK);
    open_with(&a, 1);
    assert_int_equal(parameters_set(&p, "data.classes=3,4"), STATUS_OK);
    open_with(&b, 1);
    assert_memory_equal(a.train_image[0], b.train_image[1], 20 * sizeof(int32_t));
    int n_alike = 0;
    for (int i = 0; i < 20; i++)
        n_alike += a.train_image[0][i] + 1 == a.train_image[1][i];
    assert_true(n_alike < 10);
    dataset_free(&a);
    dataset_free(&b);
}

static void given_shapes_when_opened_expect_a_new_set_a_seed(void **state)
{
    (void)state;
    struct dataset a, b, other;
    p.data.train_per_class = 10;
    p.data.test_per_class = 5;
    open_with(&a, 1);
    open_with(&b, 1);
    open_with(&other, 2);
    assert_int_equal(a.classes.n, 2);
    assert_int_equal(a.classes.label[0], 1);
    assert_int_equal(a.classes.label[1], 2);
    expect_train(&a, 0, 10, (int32_t[]){0, 2, 4, 6, 8, 10, 12, 14, 16, 18});
    expect_train(&a, 1, 10, (int32_t[]){1, 3, 5, 7, 9, 11, 13, 15, 17, 19});
    assert_int_equal(a.n_test, 10);
    for (int32_t i = 0; i < 10; i++)
        assert_int_equal(a.test_class[i], a.test.labels[i] - 1);
    assert_string_equal(a.name, "shapes-s1-o2");
    assert_memory_equal(a.train.pixels, b.train.pixels, 20 * 400);
    assert_memory_equal(a.test.pixels, b.test.pixels, 10 * 400);
    assert_memory_not_equal(a.train.pixels, other.train.pixels, 20 * 400);
    assert_memory_not_equal(a.train.pixels, a.test.pixels, 10 * 400);
    dataset_free(&a);
    dataset_free(&b);
    dataset_free(&other);
}

/* Of 0.3 of the pixels, one of 256 keeps its intensity by chance. */
static void given_noise_when_opened_expect_it_in_the_test_images_alone(void **state)
{
    struct dataset plain, noisy;
    (void)state;
    open_with(&plain, 3);
    support_set(&p, "data.test_noise=0.3");
    open_with(&noisy, 3);
    const size_t n_train = (size_t)plain.train.n_images * 400,
                 n = (size_t)plain.test.n_images * 400;
    size_t n_other = 0;
    assert_memory_equal(plain.train.pixels, noisy.train.pixels, n_train);
    assert_memory_equal(plain.test.labels, noisy.test.labels,
                        (size_t)plain.test.n_images * sizeof(int32_t));
    for (size_t i = 0; i < n; i++)
        n_other += plain.test.pixels[i] != noisy.test.pixels[i];
    support_expect_near((double)n_other / (double)n, 0.3 * 255 / 256, 0.005);
    dataset_free(&plain);
    dataset_free(&noisy);
}

static void given_classes_the_data_lack_when_opened_expect_which(void **state)
{
    use_files(state, "3 8 3", "3 8 9");
    assert_int_equal(parameters_set(&p, "data.classes=3,9"), STATUS_OK);
    expect_refused("data.classes: ", "train.csv has no training image of class 9");
    use_files(state, "3 8 9", "3 8 3");
    expect_refused("data.classes: ", "test.csv has no test image of class 9");
    use_files(state, "3 8", "3 3"); /* all classes, one of them never tested */
    assert_int_equal(parameters_set(&p, "data.classes="), STATUS_OK);
    expect_refused("data.classes: ", "test.csv has no test image of class 8");
    p.data.kind = DATA_SHAPES;
    p.data.train_per_class = p.data.test_per_class = 2;
    assert_int_equal(parameters_set(&p, "data.classes=1,3"), STATUS_OK);
    expect_refused("data.classes: shapes-s1-o2 has no training image of class 3", "");
}

static void given_only_one_class_when_opened_expect_user_error(void **state)
{
    use_files(state, "3 3 3", "3");
    expect_refused("the training images have 1 class: expected 2 or more", "");
}

static void given_more_classes_than_possible_when_opened_expect_user_error(void **state)
{
    char labels[1024] = "", *end = labels;
    for (int i = 0; i <= CLASSES_MAX; i++)
        end += sprintf(end, "%d ", i);
    use_files(state, labels, labels);
    expect_refused("more than 100 classes; choose with data.classes", "");
    struct dataset dataset;
    assert_int_equal(parameters_set(&p, "data.classes=0,100"), STATUS_OK);
    open_with(&dataset, 1);
    assert_int_equal(dataset.n_test, 2);
    dataset_free(&dataset);
}

static void given_images_of_two_sizes_when_opened_expect_both(void **state)
{
    use_files(state, "3 8", "3 8");
    snprintf(p.data.test_images, PARAMETER_TEXT_MAX, "%s",
             support_write_text(state, "large.csv", "3,1,1,1,1,1,1,1,1,1\n"));
    expect_refused("large.csv: images of 3x3 pixels: expected 2x2 as in ", "train.csv");
}

static void given_no_file_when_opened_expect_its_name(void **state)
{
    use_files(state, "3 8", "3 8");
    snprintf(p.data.test_images, PARAMETER_TEXT_MAX, "%s", support_path(state, "missing.csv"));
    expect_refused("missing.csv", "No such file");
}

static void given_a_bad_line_when_opened_expect_file_and_line(void **state)
{
    use_files(state, "3 8", "3 8");
    snprintf(p.data.test_images, PARAMETER_TEXT_MAX, "%s",
             support_write_text(state, "bad.csv", "3,1,1,1,1\n8,1,x,1,1\n"));
    expect_refused("bad.csv: line 2, column 3", "'x'");
}

static void given_files_when_opened_expect_their_checksums_and_the_folders_name(void **state)
{
    struct dataset dataset;
    use_files(state, "3 8", "3 8");
    open_with(&dataset, 1);
    assert_int_equal(strlen(dataset.file[0].sha256), 64);
    assert_string_equal(dataset.file[0].sha256, dataset.file[2].sha256); /* the same text */
    assert_string_equal(dataset.file[1].sha256, "");
    assert_string_equal(dataset.file[3].sha256, "");
    const char *folder = support_path(state, "");
    size_t n = strlen(folder) - 1, start = n;
    while (start > 0 && folder[start - 1] != '/')
        start--;
    assert_int_equal(strlen(dataset.name), n - start);
    assert_memory_equal(dataset.name, folder + start, n - start);
    dataset_free(&dataset);
}

/* 60 characters of two bytes: one more than fit would be cut in half. */
static void given_a_folder_of_a_long_name_when_opened_expect_whole_characters(void **state)
{
    struct dataset dataset;
    char folder[128] = "", path[160];
    for (int i = 0; i < 60; i++)
        strcat(folder, "\xc3\xbc");
    assert_int_equal(mkdir(support_path(state, folder), 0777), 0);
    snprintf(path, sizeof path, "%s/a.csv", folder);
    use_files(state, "3 8", "3 8");
    snprintf(p.data.train_images, PARAMETER_TEXT_MAX, "%s", write_csv(state, path, "3 8"));
    open_with(&dataset, 1);
    folder[62] = '\0';
    assert_string_equal(dataset.name, folder);
    dataset_free(&dataset);
}

static void given_classes_that_share_cells_when_opened_expect_a_class_of_each_group(void **state)
{
    struct dataset dataset;
    use_files(state, "8 3 5 3 8 9 1", "9 3 8 1 5 8");
    snprintf(p.data.share, sizeof p.data.share, " 9 3 ;; 8 5");
    open_with(&dataset, 1);
    /* labels 1, 3, 5, 8, 9: 1 alone, 3 and 9, 5 and 8 */
    assert_int_equal(dataset.labels.n, 5);
    assert_memory_equal(dataset.class_of, ((int32_t[]){0, 1, 2, 2, 1}), 5 * sizeof(int32_t));
    assert_int_equal(dataset.classes.n, 3);
    assert_memory_equal(dataset.classes.label, ((int32_t[]){1, 3, 5}), 3 * sizeof(int32_t));
    assert_memory_equal(dataset_tests(&dataset).class_index, ((int32_t[]){1, 1, 2, 0, 2, 2}), 24);
    /* classes take turns, and so do labels within them */
    const int32_t expected[] = {6, 1, 2, 6, 5, 0, 6, 3, 2, 6, 5, 4};
    for (int32_t i = 0, k; i < 12; i++) {
        assert_int_equal(dataset_training_image(&dataset, i, &k), expected[i]);
        assert_int_equal(k, i % 3);
    }
    dataset_free(&dataset);
}

static void given_groups_that_cannot_be_when_opened_expect_them_refused(void **state)
{
    static const char *const refused[][2] = {
        {"3 7", "no class that is learned at '7': expected"},
        {"3; 8 3", "a class once more at '3': expected"},
        {"3, 8", "no class that is learned at ', 8': expected"},
        {"3.5", "no class that is learned at '3.5': expected"},
        {"1e9", "no class that is learned at '1e9': expected"},
        {"x", "no class that is learned at 'x': expected"},
        {"3 8", "expected two groups or more"},
    };
    use_files(state, "3 8", "3 8");
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        snprintf(p.data.share, sizeof p.data.share, "%s", refused[i][0]);
        expect_refused("data.share", refused[i][1]);
    }
}

static void given_validation_images_when_opened_expect_the_last_ones_set_aside(void **state)
{
    struct dataset dataset;
    use_files(state, "3 8 3 8 5 3 8 3 8", "3 8");
    assert_int_equal(parameters_set(&p, "data.classes=3,8"), STATUS_OK);
    open_with(&dataset, 1);
    assert_int_equal(dataset.n_train[0], 4);
    assert_ptr_equal(dataset_samples(&dataset).images, &dataset.test);
    assert_int_equal(dataset_samples(&dataset).n, 2);
    dataset_free(&dataset);

    assert_int_equal(parameters_set(&p, "test.sample_from=validation"), STATUS_OK);
    assert_int_equal(parameters_set(&p, "data.validation_images=5"), STATUS_OK);
    open_with(&dataset, 1);
    expect_train(&dataset, 0, 2, (int32_t[]){0, 2});
    expect_train(&dataset, 1, 2, (int32_t[]){1, 3});
    const struct test_set samples = dataset_samples(&dataset);
    assert_ptr_equal(samples.images, &dataset.train);
    assert_int_equal(samples.n, 4); /* the one of class 5 is of no interest */
    assert_memory_equal(samples.image, ((int32_t[]){5, 6, 7, 8}), 16);
    assert_memory_equal(samples.class_index, ((int32_t[]){0, 1, 0, 1}), 16);
    assert_int_equal(dataset_tests(&dataset).n, 2);
    dataset_free(&dataset);
}

static void given_a_final_test_of_those_set_aside_when_opened_expect_no_test_image(void **state)
{
    struct dataset files, dataset;
    use_files(state, "3 8 3 8 5 3 8 3 8", "3 8");
    assert_int_equal(parameters_set(&p, "data.classes=3,8"), STATUS_OK);
    assert_int_equal(parameters_set(&p, "test.final_from=validation"), STATUS_OK);
    assert_int_equal(parameters_set(&p, "data.validation_images=5"), STATUS_OK);
    open_with(&files, 1);
    assert_int_equal(dataset_init_from(&dataset, &p, 1, &files), STATUS_OK);
    const struct test_set tests = dataset_tests(&dataset);
    expect_train(&dataset, 0, 2, (int32_t[]){0, 2});
    assert_int_equal(tests.n, 4);
    assert_memory_equal(tests.image, ((int32_t[]){1, 2, 3, 4}), 16);
    assert_memory_equal(tests.class_index, ((int32_t[]){0, 1, 0, 1}), 16);
    for (int32_t i = 0; i < tests.n; i++)
        assert_memory_equal(images_pixels(tests.images, tests.image[i]),
                            images_pixels(&dataset.train, 4 + tests.image[i]),
                            images_n_pixels(&dataset.train));
    dataset_free(&dataset);
    dataset_free(&files);
}

/* IDX files of 12 images of classes 3, 8, 5, …, each of pixels that no other has. */
static void use_idx_files(void **state)
{
    struct images made;
    assert_int_equal(images_allocate(&made, "made", 12, 3, 2), STATUS_OK);
    for (int32_t i = 0; i < 12; i++) {
        made.labels[i] = (int32_t[]){3, 8, 5}[i % 3];
        memset(made.pixels + 6 * i, 20 * i + 1, 6);
    }
    p.data.kind = DATA_FILES;
    snprintf(p.data.train_images, PARAMETER_TEXT_MAX, "%s", support_path(state, "images"));
    snprintf(p.data.train_labels, PARAMETER_TEXT_MAX, "%s", support_path(state, "labels"));
    memcpy(p.data.test_images, p.data.train_images, PARAMETER_TEXT_MAX);
    memcpy(p.data.test_labels, p.data.train_labels, PARAMETER_TEXT_MAX);
    assert_int_equal(support_write_idx(&made, p.data.train_images, p.data.train_labels), STATUS_OK);
    images_free(&made);
}

static void
given_two_classes_of_idx_files_when_only_they_are_kept_expect_the_same_task(void **state)
{
    static const char *const settings[] = {"data.invert=true", "input.channels=edges",
                                           "data.transpose=true", "test.final_from=validation"};
    use_idx_files(state);
    assert_int_equal(parameters_set(&p, "data.classes=3,8"), STATUS_OK);
    assert_int_equal(parameters_set(&p, "data.validation_images=5"), STATUS_OK);
    for (size_t k = 0; k <= sizeof settings / sizeof *settings; k++) {
        struct dataset all, few;
        uint8_t room[2][8 * 6 * 2 + 12];
        open_with(&all, 1);
        assert_int_equal(dataset_init_in(&few, &p, 1, &(struct data_places){0}, DATASET_CLASSES),
                         STATUS_OK);
        assert_int_equal(few.n_test, all.n_test);
        assert_memory_equal(few.test_image, all.test_image, (size_t)all.n_test * 4);
        for (int32_t i = 0; i < few.n_test; i++)
            assert_memory_equal(images_show(&few.test, few.test_image[i], room[0]),
                                images_show(&all.test, all.test_image[i], room[1]),
                                images_n_pixels(&all.test));
        for (int32_t i = 0, c; i < 8; i++) {
            const int32_t image = dataset_training_image(&few, i, &c);
            assert_int_equal(image, dataset_training_image(&all, i, &c));
            assert_memory_equal(images_show(&few.train, image, room[0]),
                                images_show(&all.train, image, room[1]),
                                images_n_pixels(&all.train));
        }
        assert_non_null(images_pixels(&all.train, 2));
        assert_null(images_pixels(&few.train, 2));
        assert_null(images_show(&few.train, 2, room[0]));
        dataset_free(&few);
        dataset_free(&all);
        if (k < sizeof settings / sizeof *settings)
            assert_int_equal(parameters_set(&p, settings[k]), STATUS_OK);
    }
}

static void use_other_files(void **state, const char *train, const char *test)
{
    snprintf(p.data.other_train_images, PARAMETER_TEXT_MAX, "%s",
             write_csv(state, "other.csv", train));
    snprintf(p.data.other_test_images, PARAMETER_TEXT_MAX, "%s",
             write_csv(state, "other-test.csv", test));
}

static void given_other_data_when_opened_expect_both_in_turn_by_their_numbers(void **state)
{
    struct dataset dataset;
    use_files(state, "3 8 3 8", "3 8");
    use_other_files(state, "1 3", "3 1 1 3 1 3 1 3");
    assert_int_equal(parameters_set(&p, "test.sample_from=validation"), STATUS_OK);
    assert_int_equal(parameters_set(&p, "data.validation_images=3"), STATUS_OK);
    assert_int_equal(parameters_set(&p, "data.classes=3,8,101"), STATUS_OK);
    expect_refused("other.csv has no validation image of class 101", "of 3, 8, 103");
    assert_int_equal(parameters_set(&p, "test.sample_from=test"), STATUS_OK);
    open_with(&dataset, 1);
    assert_memory_equal(dataset.train.labels, ((int32_t[]){3, 8, 101, 3, 8, 103}), 24);
    for (int32_t i = 0; i < 6; i++)
        assert_int_equal(*images_pixels(&dataset.train, i), ((int[]){0, 1, 0, 2, 3, 1})[i]);
    assert_memory_equal(dataset.test.labels,
                        ((int32_t[]){3, 103, 101, 101, 103, 8, 101, 103, 101, 103}), 40);
    expect_train(&dataset, 2, 1, (int32_t[]){2});
    assert_int_equal(dataset.n_test, 2 + 4);
    assert_string_not_equal(dataset.file[DATASET_OTHER].sha256, dataset.file[0].sha256);
    dataset_free(&dataset);
}

static void given_other_data_that_cannot_be_when_opened_expect_the_file(void **state)
{
    use_files(state, "3 8", "3 8");
    use_other_files(state, "1 100", "1");
    expect_refused("other.csv: label 100 of image 2: expected 0 to 99", "begin at 100");
    use_other_files(state, "1 2", "1");
    expect_refused("other-test.csv has no test image of class 102, but of 3, 8, 101", "");
    support_write_text(state, "other.csv", "1,0\n");
    support_write_text(state, "other-test.csv", "1,0\n");
    expect_refused("other.csv: images of 1x1 pixels: expected 2x2 as in", "train.csv");
    *p.data.other_test_images = '\0';
    assert_int_equal(parameters_validate(&p), STATUS_USER);
    support_assert_message("data.other_train_images: expected both data.other_train_images and",
                           NULL);
}

/* The task is the same if images of other classes are not kept. */
static void given_classes_of_two_idx_files_when_only_they_are_kept_expect_the_same(void **state)
{
    struct dataset all, few;
    use_idx_files(state);
    memcpy(p.data.other_train_images, p.data.train_images, PARAMETER_TEXT_MAX);
    memcpy(p.data.other_train_labels, p.data.train_labels, PARAMETER_TEXT_MAX);
    memcpy(p.data.other_test_images, p.data.test_images, PARAMETER_TEXT_MAX);
    memcpy(p.data.other_test_labels, p.data.test_labels, PARAMETER_TEXT_MAX);
    assert_int_equal(parameters_set(&p, "data.classes=3,105"), STATUS_OK);
    open_with(&all, 1);
    assert_int_equal(dataset_init_in(&few, &p, 1, &(struct data_places){0}, DATASET_CLASSES),
                     STATUS_OK);
    assert_int_equal(few.n_test, 8);
    assert_memory_equal(few.test_image, all.test_image, 8 * 4);
    for (int32_t i = 0; i < 8; i++)
        assert_memory_equal(images_pixels(&few.test, few.test_image[i]),
                            images_pixels(&all.test, all.test_image[i]), 6);
    assert_null(images_pixels(&few.train, 1));
    assert_null(all.train.place);
    dataset_free(&few);
    dataset_free(&all);
}

static void given_validation_images_that_leave_too_few_when_opened_expect_user_error(void **state)
{
    use_files(state, "8 3 8 3 8", "3 8");
    assert_int_equal(parameters_set(&p, "test.sample_from=validation"), STATUS_OK);
    expect_refused("data.validation_images = 10000", "fewer than the 5 training images");
    assert_int_equal(parameters_set(&p, "data.validation_images=5"), STATUS_OK);
    expect_refused("data.validation_images = 5", "fewer than the 5");
    assert_int_equal(parameters_set(&p, "data.validation_images=4"), STATUS_OK);
    expect_refused("no training image outside data.validation_images of class 3, but of 8", "");
    assert_int_equal(parameters_set(&p, "data.validation_images=1"), STATUS_OK);
    expect_refused("no validation image of class 3, but of 8", "");
}

static void given_active_sampling_when_opened_expect_the_use_of_the_inputs(void **state)
{
    struct dataset dataset;
    p.data.kind = DATA_FILES;
    const char *path =
        support_write_text(state, "use.csv", "0,0,9,1,200\n1,0,9,1,0\n0,0,0,1,0\n1,0,0,1,0\n");
    snprintf(p.data.train_images, PARAMETER_TEXT_MAX, "%s", path);
    snprintf(p.data.test_images, PARAMETER_TEXT_MAX, "%s", path);
    open_with(&dataset, 1);
    assert_null(dataset.input_use);
    dataset_free(&dataset);
    assert_int_equal(parameters_set(&p, "connections.sampling=active"), STATUS_OK);
    open_with(&dataset, 1);
    /* means 0, 4.5, 1 (too little), 50 */
    const double use[] = {0, 0, sqrt(4.5), sqrt(4.5), sqrt(4.5) + sqrt(50)};
    for (int i = 0; i < 5; i++)
        assert_true(fabs(dataset.input_use[i] - use[i]) < 1e-12);
    dataset_free(&dataset);

    use_files(state, "0 1", "0 1"); /* intensities 0 and 1 */
    expect_refused("connections.sampling = active", "black");
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, support_remove_folder)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(given_files_when_opened_expect_all_classes_in_file_order),
        IN_FOLDER(given_chosen_classes_when_opened_expect_no_others),
        IN_FOLDER(given_a_limit_when_opened_expect_the_first_test_images),
        IN_FOLDER(given_shuffled_when_opened_expect_an_order_of_the_seed),
        IN_FOLDER(given_a_class_when_shuffled_among_others_expect_the_same_order),
        IN_FOLDER(given_shapes_when_opened_expect_a_new_set_a_seed),
        IN_FOLDER(given_noise_when_opened_expect_it_in_the_test_images_alone),
        IN_FOLDER(given_classes_that_share_cells_when_opened_expect_a_class_of_each_group),
        IN_FOLDER(given_groups_that_cannot_be_when_opened_expect_them_refused),
        IN_FOLDER(given_validation_images_when_opened_expect_the_last_ones_set_aside),
        IN_FOLDER(given_a_final_test_of_those_set_aside_when_opened_expect_no_test_image),
        IN_FOLDER(given_other_data_when_opened_expect_both_in_turn_by_their_numbers),
        IN_FOLDER(given_other_data_that_cannot_be_when_opened_expect_the_file),
        IN_FOLDER(given_classes_of_two_idx_files_when_only_they_are_kept_expect_the_same),
        IN_FOLDER(given_two_classes_of_idx_files_when_only_they_are_kept_expect_the_same_task),
        IN_FOLDER(given_validation_images_that_leave_too_few_when_opened_expect_user_error),
        IN_FOLDER(given_active_sampling_when_opened_expect_the_use_of_the_inputs),
        IN_FOLDER(given_classes_the_data_lack_when_opened_expect_which),
        IN_FOLDER(given_only_one_class_when_opened_expect_user_error),
        IN_FOLDER(given_more_classes_than_possible_when_opened_expect_user_error),
        IN_FOLDER(given_images_of_two_sizes_when_opened_expect_both),
        IN_FOLDER(given_no_file_when_opened_expect_its_name),
        IN_FOLDER(given_a_bad_line_when_opened_expect_file_and_line),
        IN_FOLDER(given_files_when_opened_expect_their_checksums_and_the_folders_name),
        IN_FOLDER(given_a_folder_of_a_long_name_when_opened_expect_whole_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
