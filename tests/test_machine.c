/* SPDX-License-Identifier: GPL-3.0-or-later */
/* machine: what it says of the machine it runs on, in any room. */
#include "core/machine.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/status.h"
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

static void put(const char *path, const char *text)
{
    char folder[4096];
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
    assert_int_equal(file_make_folder(folder), STATUS_OK);
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    fputs(text, stream);
    fclose(stream);
}

static void given_a_container_when_asked_expect_its_quota(void **state)
{
    static const struct {
        const char *limit; /* NULL: no such file */
        double quota;
    } cases[] = {
        {"100000 100000\n", 1}, {"150000 100000\n", 1.5}, {"max 100000\n", INFINITY},
        {"0 0\n", INFINITY},    {"", INFINITY},           {NULL, INFINITY},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char root[2048], path[4096];
        snprintf(root, sizeof root, "%s/%zu", support_path(state, "roots"), i);
        snprintf(path, sizeof path, "%s/sys/fs/cgroup/cpu.max", root);
        if (cases[i].limit)
            put(path, cases[i].limit);
        const double quota = machine_quota(root);
        if (quota < cases[i].quota || quota > cases[i].quota)
            fail_msg("case %zu: %g instead of %g", i, quota, cases[i].quota);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_a_machine_when_asked_expect_its_name),
        cmocka_unit_test(given_a_machine_when_asked_for_its_processor_expect_number_and_system),
        cmocka_unit_test(given_little_room_when_asked_expect_text_that_ends_in_it),
        WITH_FOLDER(given_a_container_when_asked_expect_its_quota),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
