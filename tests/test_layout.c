/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The layout of the sources (CONTRIBUTING.md): a folder uses only those above it, and no files
 * include each other in a circle. tests/layout.pl reads the #includes. */
#include <stdio.h>
#include <string.h>

#include "support.h"

static void given_the_sources_when_their_includes_are_read_expect_no_breach(void **state)
{
    (void)state;
    char text[4096];
    FILE *pipe = popen("perl tests/layout.pl core network neuron plasticity turnover spines data "
                       "train store sweep library report commands",
                       "r");
    assert_non_null(pipe);
    text[fread(text, 1, sizeof text - 1, pipe)] = '\0';
    const int status = pclose(pipe);
    assert_string_equal(text, "no breach\n");
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_the_sources_when_their_includes_are_read_expect_no_breach),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
