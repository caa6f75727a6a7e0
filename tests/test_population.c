/* SPDX-License-Identifier: GPL-3.0-or-later */
/* network/population: who has which id (MODEL.md, section 1). */
#include "network/population.h"

#include "core/status.h"
#include "support.h"

static struct parameters p;

static void layout_of(struct layout *layout, int32_t n_classes, int32_t n_inputs)
{
    if (layout_init(layout, &p, n_classes, n_inputs) != STATUS_OK)
        fail_msg("%s", status_message());
}

static int set_defaults(void **state)
{
    (void)state;
    return parameters_preset(&p, "authors");
}

static void expect(const struct layout *layout, int k, struct population expected)
{
    const struct population *found = &layout->population[k];
    assert_int_equal(found->role, expected.role);
    assert_int_equal(found->class_index, expected.class_index);
    assert_int_equal(found->first, expected.first);
    assert_int_equal(found->n, expected.n);
    assert_int_equal(found->n_dendrites, expected.n_dendrites);
    if (expected.n_dendrites > 0) {
        assert_int_equal(found->first_dendrite, expected.first_dendrite);
        assert_int_equal(found->dendrites, expected.dendrites);
    }
}

static void given_two_classes_when_laid_out_expect_the_ids_of_the_page(void **state)
{
    (void)state;
    struct layout layout;
    layout_of(&layout, 2, 400);
    const enum dendrite_type supra = DENDRITE_SUPRALINEAR, sub = DENDRITE_SUBLINEAR;
    assert_int_equal(layout.n_populations, 9);
    expect(&layout, 0, (struct population){ROLE_PYRAMIDAL, 0, 0, 40, 0, 10, supra});
    expect(&layout, 1, (struct population){ROLE_PYRAMIDAL, 1, 40, 40, 400, 10, supra});
    expect(&layout, 2, (struct population){ROLE_CONTROL_DENDRITE, -1, 80, 10, 800, 10, supra});
    expect(&layout, 3, (struct population){ROLE_CONTROL_SOMA, -1, 90, 10, 900, 10, sub});
    expect(&layout, 4, (struct population){ROLE_FEEDBACK, 0, 100, 10, 1000, 10, supra});
    expect(&layout, 5, (struct population){ROLE_FEEDBACK, 1, 110, 10, 1100, 10, supra});
    expect(&layout, 6, (struct population){ROLE_INPUT, -1, 120, 400, 0, 0, 0});
    expect(&layout, 7, (struct population){ROLE_TEACHER, 0, 520, 1, 0, 0, 0});
    expect(&layout, 8, (struct population){ROLE_TEACHER, 1, 521, 1, 0, 0, 0});
    assert_int_equal(layout.n_classes, 2);
    assert_int_equal(layout.n_pyramidal, 80);
    assert_int_equal(layout.n_neurons, 120);
    assert_int_equal(layout.n_dendrites, 1200);
    assert_int_equal(layout.n_pyramidal_dendrites, 800);
    assert_int_equal(layout.n_inputs, 400);
    assert_int_equal(layout.n_ids, 522);
    assert_int_equal(layout_first_input(&layout), 120);
    assert_int_equal(layout_first_teacher(&layout), 520);
    assert_int_equal(layout_cells_per_class(&layout), 40);
}

static void given_three_classes_and_other_dendrites_when_laid_out_expect_them_in_order(void **state)
{
    (void)state;
    struct layout layout;
    p.pyramidal.neurons = 48;
    p.pyramidal.n_dendrites = 3;
    p.pyramidal.dendrites = DENDRITE_LINEAR;
    p.interneuron.dendrites_feedback = DENDRITE_SUBLINEAR;
    layout_of(&layout, 3, 784);
    const enum dendrite_type supra = DENDRITE_SUPRALINEAR, sub = DENDRITE_SUBLINEAR;
    assert_int_equal(layout.n_populations, 12);
    for (int k = 0; k < 3; k++) {
        expect(&layout, k,
               (struct population){ROLE_PYRAMIDAL, k, 16 * k, 16, 48 * k, 3, DENDRITE_LINEAR});
        expect(&layout, 5 + k,
               (struct population){ROLE_FEEDBACK, k, 60 + 6 * k, 6, 264 + 60 * k, 10, sub});
        expect(&layout, 9 + k, (struct population){ROLE_TEACHER, k, 78 + 784 + k, 1, 0, 0, 0});
    }
    expect(&layout, 3, (struct population){ROLE_CONTROL_DENDRITE, -1, 48, 6, 144, 10, supra});
    expect(&layout, 4, (struct population){ROLE_CONTROL_SOMA, -1, 54, 6, 204, 10, sub});
    expect(&layout, 8, (struct population){ROLE_INPUT, -1, 78, 784, 0, 0, 0});
    assert_int_equal(layout.n_neurons, 78);
    assert_int_equal(layout.n_pyramidal_dendrites, 144);
    assert_int_equal(layout.n_dendrites, 144 + 300);
    assert_int_equal(layout.n_ids, 78 + 784 + 3);
}

static void given_ids_when_looked_up_expect_their_population_alone(void **state)
{
    (void)state;
    struct layout layout;
    p.pyramidal.n_dendrites = 7;
    layout_of(&layout, 4, 9);
    int32_t next = 0;
    for (int32_t k = 0; k < layout.n_populations; k++) {
        const struct population *population = &layout.population[k];
        assert_int_equal(population->first, next); /* no gap, no overlap */
        assert_ptr_equal(layout_population(&layout, population->first), population);
        assert_ptr_equal(layout_population(&layout, population->first + population->n - 1),
                         population);
        next += population->n;
    }
    assert_int_equal(next, layout.n_ids);
    assert_null(layout_population(&layout, -1));
    assert_null(layout_population(&layout, layout.n_ids));
}

static void given_dendrites_when_looked_up_expect_their_neuron(void **state)
{
    (void)state;
    struct layout layout;
    p.pyramidal.n_dendrites = 3;
    layout_of(&layout, 2, 9);
    int32_t dendrite = 0;
    for (int32_t neuron = 0; neuron < layout.n_neurons; neuron++)
        for (int32_t branch = 0; branch < (neuron < 80 ? 3 : 10); branch++, dendrite++) {
            assert_int_equal(layout_neuron(&layout, dendrite), neuron);
            assert_ptr_equal(layout_population_of_dendrite(&layout, dendrite),
                             layout_population(&layout, neuron));
        }
    assert_int_equal(dendrite, layout.n_dendrites);
    assert_null(layout_population_of_dendrite(&layout, -1));
    assert_null(layout_population_of_dendrite(&layout, dendrite));
}

static void given_few_pyramidal_cells_when_laid_out_expect_an_interneuron_at_least(void **state)
{
    (void)state;
    struct layout layout;
    const int32_t n_cells[] = {2, 4, 12, 20}, n_interneurons[] = {1, 1, 2, 3};
    for (int i = 0; i < 4; i++) {
        p.pyramidal.neurons = n_cells[i];
        layout_of(&layout, 2, 9);
        assert_int_equal(layout.population[2].n, n_interneurons[i]);
        assert_int_equal(layout.n_neurons, n_cells[i] + 4 * n_interneurons[i]);
    }
}

static void given_cells_that_cannot_be_shared_when_laid_out_expect_user_error(void **state)
{
    (void)state;
    struct layout layout;
    assert_int_equal(layout_init(&layout, &p, 3, 9), STATUS_USER);
    assert_string_equal(status_message(),
                        "pyramidal.neurons = 80: expected a multiple of the 3 classes, as 81");
}

static void given_one_class_or_too_many_when_laid_out_expect_user_error(void **state)
{
    (void)state;
    struct layout layout;
    assert_int_equal(layout_init(&layout, &p, 1, 9), STATUS_USER);
    assert_string_equal(status_message(), "1 classes: expected 2 to 100");
    p.pyramidal.neurons = 101;
    assert_int_equal(layout_init(&layout, &p, 101, 9), STATUS_USER);
    p.pyramidal.neurons = 100;
    layout_of(&layout, 100, 9);
    assert_int_equal(layout.n_populations, POPULATIONS_MAX);
    assert_int_equal(layout.n_ids, 100 + 102 * 13 + 9 + 100); /* 12.5 rounds to 13 */
}

static void given_too_large_a_network_when_laid_out_expect_user_error(void **state)
{
    (void)state;
    struct layout layout;
    p.pyramidal.neurons = 10000000;
    p.pyramidal.n_dendrites = 1000;
    assert_int_equal(layout_init(&layout, &p, 2, 400), STATUS_USER);
    support_assert_message("10050000000 dendrites: expected at most 1000000000", NULL);
}

int main(void)
{
#define FROM_DEFAULTS(test) cmocka_unit_test_setup(test, set_defaults)
    const struct CMUnitTest tests[] = {
        FROM_DEFAULTS(given_two_classes_when_laid_out_expect_the_ids_of_the_page),
        FROM_DEFAULTS(given_three_classes_and_other_dendrites_when_laid_out_expect_them_in_order),
        FROM_DEFAULTS(given_ids_when_looked_up_expect_their_population_alone),
        FROM_DEFAULTS(given_dendrites_when_looked_up_expect_their_neuron),
        FROM_DEFAULTS(given_few_pyramidal_cells_when_laid_out_expect_an_interneuron_at_least),
        FROM_DEFAULTS(given_cells_that_cannot_be_shared_when_laid_out_expect_user_error),
        FROM_DEFAULTS(given_one_class_or_too_many_when_laid_out_expect_user_error),
        FROM_DEFAULTS(given_too_large_a_network_when_laid_out_expect_user_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
