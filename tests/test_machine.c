/* SPDX-License-Identifier: GPL-3.0-or-later */
/* machine: what it says of the machine it runs on, in any room. */
#include "core/machine.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "support.h"

static void given_a_machine_when_asked_expect_its_name(void **state)
{
    (void)state;
    char host[256] = "", known[256] = "";
    assert_int_equal(gethostname(known, sizeof known), 0);
    assert_string_equal(machine_host(host, sizeof host), known);
}

static void given_a_machine_when_asked_for_its_processor_expect_number_and_system(void **state)
{
    (void)state;
    char text[512], number[64];
    snprintf(number, sizeof number, "%ld processor", sysconf(_SC_NPROCESSORS_ONLN));
    assert_non_null(strstr(machine_processor(text, sizeof text), number));
    assert_non_null(strstr(text, "Linux "));
    assert_null(strchr(text, '\n'));
}

static void given_little_room_when_asked_expect_text_that_ends_in_it(void **state)
{
    (void)state;
    char host[2] = "xy", processor[5] = "xyzx";
    assert_true(strlen(machine_host(host, sizeof host)) < sizeof host);
    assert_true(strlen(machine_processor(processor, sizeof processor)) < sizeof processor);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_a_machine_when_asked_expect_its_name),
        cmocka_unit_test(given_a_machine_when_asked_for_its_processor_expect_number_and_system),
        cmocka_unit_test(given_little_room_when_asked_expect_text_that_ends_in_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
