/* SPDX-License-Identifier: GPL-3.0-or-later */
/* examples/: each is built against the shared library as anybody would (the Makefile does), runs,
 * and answers its question. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

static char *output_of(const char *name)
{
    char command[4096], *text = calloc(1, 1 << 16);
    const char *program = support_program();
    snprintf(command, sizeof command, "'%.*s/examples/%s'", (int)(strrchr(program, '/') - program),
             program, name);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    text[fread(text, 1, (1 << 16) - 1, pipe)] = '\0';
    assert_int_equal(pclose(pipe), 0);
    return text;
}

/* The whole number after these words. */
static int number_after(const char *text, const char *words)
{
    const char *at = strstr(text, words);
    if (!at)
        fail_msg("'%s' is not in:\n%s", words, text);
    return atoi(at + strlen(words));
}

static void given_train_when_run_expect_it_to_learn(void **state)
{
    (void)state;
    char *text = output_of("train");
    assert_true(number_after(text, "test: of 400 images") > 380);
    free(text);
}

static void given_train_linked_without_hdf5_when_run_expect_the_same(void **state)
{
    (void)state;
    char *text = output_of("train"), *alone = output_of("alone");
    assert_string_equal(text, alone);
    free(text);
    free(alone);
}

static void given_policy_when_run_expect_fifty_replaced_every_ten(void **state)
{
    (void)state;
    char *text = output_of("policy");
    const int n_replaced = atoi(text), n_presentations = number_after(text, "synapses replaced in");
    assert_int_equal(n_replaced, n_presentations / 10 * 50);
    assert_true(n_replaced > 0);
    free(text);
}

static void given_voltages_when_run_expect_more_volleys_to_bring_more(void **state)
{
    (void)state;
    char *text = output_of("voltages");
    double dendrite[2], soma[2];
    int spikes[2], n = 0, n_volleys;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        const int at = n < 1 ? 0 : 1;
        n += sscanf(line, "%d %lf %lf %d", &n_volleys, &dendrite[at], &soma[at], &spikes[at]) == 4;
    }
    assert_int_equal(n, 5);
    assert_true(dendrite[1] > dendrite[0] && soma[1] > soma[0]);
    assert_true(spikes[0] == 0 && spikes[1] > 0);
    free(text);
}

static void given_lesion_when_run_expect_nothing_left_in_the_end(void **state)
{
    (void)state;
    char *text = output_of("lesion");
    assert_true(number_after(text, "0 %") > 380);
    assert_int_equal(number_after(text, "100 %"), 0);
    free(text);
}

static void given_two_networks_when_run_expect_both(void **state)
{
    (void)state;
    char *text = output_of("two_networks");
    assert_true(number_after(text, "none    of 400 images") <=
                number_after(text, "random  of 400 images"));
    free(text);
}

static void given_sweep_when_run_twice_expect_all_runs_and_then_none(void **state)
{
    char call[4200];
    snprintf(call, sizeof call, "sweep' '%s", support_path(state, "periods"));
    char *text = output_of(call), *again = output_of(call);
    number_after(text, "6 of 6: "); /* whichever ends last */
    assert_int_equal(number_after(text, ": 20-s2, "), 100);
    assert_true(strncmp(again, "results in ", 11) == 0);
    free(text);
    free(again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_train_when_run_expect_it_to_learn),
        cmocka_unit_test(given_train_linked_without_hdf5_when_run_expect_the_same),
        cmocka_unit_test(given_policy_when_run_expect_fifty_replaced_every_ten),
        cmocka_unit_test(given_voltages_when_run_expect_more_volleys_to_bring_more),
        cmocka_unit_test(given_lesion_when_run_expect_nothing_left_in_the_end),
        cmocka_unit_test(given_two_networks_when_run_expect_both),
        WITH_FOLDER(given_sweep_when_run_twice_expect_all_runs_and_then_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
