/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Spines at the density of real ones: the drive of each is scaled. */
#include <stdlib.h>
#include <string.h>

#include "support.h"

#define RUN                                                                                        \
    "train -q --no-pictures --set record.network=false --set data.train_per_class=4 --set "        \
    "data.test_per_class=5 "                                                                       \
    "--set stopping.max_presentations=4 --set turnover.policy=none --set teacher.rate_hz=60 "

/* Five contacts of one connection, each of a fifth of its effect, are five synapses of this effect:
 * what they drive, what calcium starts synthesis and what is learned are the same. */
static void given_as_many_contacts_or_the_effect_of_one_when_trained_expect_the_same(void **state)
{
    free(support_run_well(state, RUN "--set connections.contacts=5 --set connections.plastic=600 "
                                     "--out five"));
    free(support_run_well(state, RUN "--set connections.contacts=5 --connectome five --out a"));
    free(support_run_well(state, RUN "--set connections.effect=0.2 --connectome five --out b"));
    free(support_run_well(state, RUN "--connectome five --out c"));
    const char *b = support_path(state, "b/network.csv");
    support_expect_same(support_path(state, "a/network.csv"), b);
    support_expect_same(support_path(state, "a/predictions.csv"),
                        support_path(state, "b/predictions.csv"));
    size_t n_b, n_c;
    uint8_t *bytes_b = support_read(b, &n_b),
            *bytes_c = support_read(support_path(state, "c/network.csv"), &n_c);
    assert_true(n_b != n_c || memcmp(bytes_b, bytes_c, n_b) != 0); /* the effect matters */
    free(bytes_b);
    free(bytes_c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_as_many_contacts_or_the_effect_of_one_when_trained_expect_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
