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

/* Both versions, in a container that sees its own group as the first and in one that does not. */
static void given_control_groups_when_asked_expect_the_least_quota(void **state)
{
    static const struct {
        const char *groups, *file[4], *text[4];
        double quota;
    } cases[] = {
        {"0::/\n", {"cpu.max"}, {"100000 100000\n"}, 1},
        {"0::/\n", {"cpu.max"}, {"max 100000\n"}, INFINITY},
        {"0::/\n", {NULL}, {NULL}, INFINITY},
        {"0::/a/b\n", {"a/b/cpu.max", "a/cpu.max"}, {"max 100000\n", "150000 100000\n"}, 1.5},
        {"0::/docker/1234\n", {"cpu.max"}, {"50000 100000\n"}, 0.5},
        {"1:cpu:/\n0::/a\n", {"unified/a/cpu.max"}, {"200000 100000\n"}, 2},
        {"4:cpu,cpuacct:/a\n3:memory:/b\n",
         {"cpu,cpuacct/a/cpu.cfs_quota_us", "cpu,cpuacct/a/cpu.cfs_period_us",
          "cpu/b/cpu.cfs_quota_us", "cpu/b/cpu.cfs_period_us"},
         {"300000\n", "100000\n", "100000\n", "100000\n"},
         3},
        {"4:cpuacct,cpu:/a\n",
         {"cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us"},
         {"50000\n", "20000\n"},
         2.5},
        {"4:cpu:/\n",
         {"cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us"},
         {"-1\n", "100000\n"},
         INFINITY},
        {"4:cpuset:/\n",
         {"cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us"},
         {"10000\n", "100000\n"},
         INFINITY},
        {"nonsense\n", {"cpu.max"}, {"100000 100000\n"}, INFINITY},
        {"0::/\n", {"cpu.max"}, {"0 0\n"}, INFINITY},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char root[2048], path[4096];
        snprintf(root, sizeof root, "%s/%zu", support_path(state, "roots"), i);
        snprintf(path, sizeof path, "%s/proc/self/cgroup", root);
        put(path, cases[i].groups);
        for (int k = 0; k < 4 && cases[i].file[k]; k++) {
            snprintf(path, sizeof path, "%s/sys/fs/cgroup/%s", root, cases[i].file[k]);
            put(path, cases[i].text[k]);
        }
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
        WITH_FOLDER(given_control_groups_when_asked_expect_the_least_quota),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
