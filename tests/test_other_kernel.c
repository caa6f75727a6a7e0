/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs of a machine with another processor: verified, traced and gone on with where the kernel they
 * were computed with is missing (its name in the manifest is one that no machine has), or where the
 * user asks for another. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "neuron/presentation.h"
#include "support.h"

#define TASK                                                                                       \
    "--quiet --no-pictures --threads 1 --seed 4 --kernel portable --set data.test_per_class=5 "    \
    "--set data.train_per_class=100 --set record.maps_period=10 --set test.sample_period=0 "
#define TRAIN "train " TASK "--set stopping.max_presentations=20 --out run "
#define LONG  "--set stopping.max_presentations=60 --set stopping.fraction=1 --checkpoint-every 0 "

/* Replaces all `from` in a file by `to`, which is no longer, and spaces. */
static void change(void **state, const char *name, const char *from, const char *to)
{
    size_t n;
    char *text = (char *)support_read(support_path(state, name), &n);
    char *at = strstr(text, from);
    assert_non_null(at);
    for (; at; at = strstr(at, from)) {
        memset(at, ' ', strlen(from));
        memcpy(at, to, strlen(to));
    }
    support_write(state, name, text, n);
    free(text);
}

static void expect(void **state, const char *arguments, int exit_code, const char *out,
                   const char *err)
{
    struct support_run run;
    support_run(state, &run, arguments);
    if (run.exit_code != exit_code || !strstr(run.out, out) || !strstr(run.err, err))
        fail_msg("%s: exit code %d\n%s%s", arguments, run.exit_code, run.out, run.err);
    support_run_free(&run);
}

static void given_a_missing_kernel_when_verified_expect_the_best_and_what_it_proves(void **state)
{
    free(support_run_well(state, TRAIN));
    change(state, "run/manifest.json", "\"portable\"", "\"avx1024x\"");
    expect(state, "verify run", 0, "run: ", "");
    /* the same arithmetic under another name: every byte */
    expect(state, "verify --kernel portable run", 0,
           "run: verified: 12 files are identical, with kernel portable in place of avx1024x\n",
           "");
}

static void given_other_digits_when_verified_with_another_kernel_expect_agreement(void **state)
{
    size_t n;
    free(support_run_well(state, TRAIN));
    change(state, "run/manifest.json", "\"portable\"", "\"avx1024x\"");
    char *text = (char *)support_read(support_path(state, "run/network.csv"), &n);
    char *weight = strchr(strchr(strchr(text, '\n'), ',') + 1, ',') + 1;
    weight[7] = weight[7] == '1' ? '2' : '1'; /* 0.12345 6 */
    support_write(state, "run/network.csv", text, n);
    expect(state, "verify --kernel portable run", 0,
           "run: agrees: 11 files say the same to within 1e-05, with kernel portable in place of "
           "avx1024x: that proves the answers, and the last digits only a machine that has that "
           "kernel can\n",
           "");
    weight[3] = weight[3] == '1' ? '2' : '1';
    support_write(state, "run/network.csv", text, n);
    free(text);
    expect(state, "verify --kernel portable run", 1, "run: DIFFERS: network.csv, line 2\n",
           "spinet: 1 of the runs gave other results than before, with another kernel than theirs, "
           "which proves nothing: from a rounding on two runs may part\n");
}

static void given_one_run_of_another_kernel_when_its_sweep_is_verified_expect_it_said(void **state)
{
    char of_this[40];
    support_write_text(state, "small.sweep",
                       "runs = 2; set = [\"stopping.max_presentations=5\", "
                       "\"data.test_per_class=5\", \"data.train_per_class=20\"];\n"
                       "factors: ( { name = \"f\"; levels = ( { name = \"a\"; } ); } );\n");
    free(support_run_well(state, "sweep small.sweep -q --out sweep"));
    snprintf(of_this, sizeof of_this, "\"%s\"", kernel_find(NULL)->name);
    change(state, "sweep/runs/a-s1/manifest.json", of_this, "\"x\"");
    expect(state, "verify sweep", 0, " in place of x, 0 of them the same to within 1e-05 only\n",
           "");
}

static void given_a_missing_kernel_when_traced_or_resumed_expect_the_way_on(void **state)
{
    static const char advice[] =
        "spinet: run: was computed with kernel 'avx1024x', which this machine lacks: --kernel fast "
        "uses its best one: the same spikes, but the last digits of weights may differ\n";
    free(support_run_well(state, TRAIN));
    change(state, "run/manifest.json", "\"portable\"", "\"avx1024x\"");
    expect(state, "trace run --no-pictures --out t", 2, "", advice);
    expect(state, "trace run --kernel fast --no-pictures --out t", 0, "presentation 1", "");
    assert_int_equal(unlink(support_path(state, "run/DONE")), 0);
    expect(state, "train --resume run", 2, "", advice);
}

/* The run in `run`, stopped after some presentation. */
static void stop_run(void **state)
{
    support_run_till_stopped(state, "train " TASK LONG "--overwrite --out run", support_set_alarm,
                             "stopped after presentation");
}

/* One that this machine has, other than portable. */
static const char *other_kernel(void)
{
    const char *best = kernel_find(NULL)->name;
    return strcmp(best, "portable") == 0 ? "naive" : best;
}

static void given_a_stopped_run_when_resumed_with_another_kernel_expect_both_on_record(void **state)
{
    size_t n;
    char arguments[128], says[256];
    stop_run(state);
    snprintf(arguments, sizeof arguments, "train --resume run --quiet --no-pictures --kernel %s",
             other_kernel());
    snprintf(says, sizeof says,
             " on with kernel %s, before with portable: fast kernels give the same spikes, but the "
             "last digits of weights may differ; the manifest says so\n",
             other_kernel());
    expect(state, arguments, 0, "accuracy", says);
    char *text = (char *)support_read(support_path(state, "run/manifest.json"), &n);
    snprintf(says, sizeof says, "\"kernel\": \"%s\",\n \"kernels\": \"portable, %s from ",
             other_kernel(), other_kernel());
    assert_non_null(strstr(text, says));
    free(text);
    /* one kernel does it again, which proves it but for rounding */
    snprintf(says, sizeof says, ", with kernel %s in place of portable, %s from ", other_kernel(),
             other_kernel());
    expect(state, "verify run", 0, says, "");
    expect(state, "verify --kernel portable run", 0, ", with kernel portable in place of portable,",
           "");
    expect(state, "trace run --no-pictures --presentation 3 --out t", 0, "presentation 3", says);
}

static void
given_a_stopped_run_of_a_missing_kernel_when_resumed_twice_expect_it_finished(void **state)
{
    stop_run(state);
    /* with a kernel in the manifest that is not the checkpoint's, nothing goes on unasked */
    change(state, "run/manifest.json", "\"portable\"", "\"naive\"");
    expect(state, "train --resume run --quiet --no-pictures", 2, "",
           "was computed with kernel 'portable', not 'naive': `--kernel portable` or another says "
           "with which to go on\n");
    expect(state, "train --resume run --quiet --no-pictures --kernel portable", 0, "accuracy", "");
    expect(state, "verify run", 0, "run: verified: 12 files are identical\n", "");
}

static void given_kernels_on_record_that_are_no_text_when_read_expect_one_line(void **state)
{
    free(support_run_well(state, TRAIN));
    change(state, "run/manifest.json", "\"kernel\": \"portable\",", "\"kernels\": [],");
    expect(state, "verify run", 2, "",
           "spinet: run/manifest.json: kernels: expected a text of less than 256 bytes\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_a_missing_kernel_when_verified_expect_the_best_and_what_it_proves),
        WITH_FOLDER(given_other_digits_when_verified_with_another_kernel_expect_agreement),
        WITH_FOLDER(given_one_run_of_another_kernel_when_its_sweep_is_verified_expect_it_said),
        WITH_FOLDER(given_a_missing_kernel_when_traced_or_resumed_expect_the_way_on),
        WITH_FOLDER(given_a_stopped_run_when_resumed_with_another_kernel_expect_both_on_record),
        WITH_FOLDER(given_a_stopped_run_of_a_missing_kernel_when_resumed_twice_expect_it_finished),
        WITH_FOLDER(given_kernels_on_record_that_are_no_text_when_read_expect_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
