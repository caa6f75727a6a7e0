/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sweep in shards: by hand, as another scheduler or several machines would run it, and by
 * run_experiments.sh with a stand-in for sbatch. tests/long/slurm.sh has the real one. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/file.h"
#include "support.h"

/* 2 x 2 conditions, 12 runs. */
static const char small[] =
    "runs = 3;\nset = [\"stopping.max_presentations=20\", \"data.test_per_class=10\"];\n"
    "factors: (\n"
    "  { name = \"difficulty\"; levels = ( { name = \"medium\"; },\n"
    "      { name = \"hard\"; set = [\"data.stability=0\", \"data.overlap=4\"]; } ); },\n"
    "  { name = \"turnover\"; levels = ( { name = \"none\"; set = [\"turnover.policy=none\"]; },\n"
    "      { name = \"random\"; } ); } );\n";

/* spinet sweep small.sweep ARGUMENTS, and its exit code; `part` must be in what it says. */
static void sweep(void **state, const char *arguments, int exit_code, const char *part)
{
    char words[512];
    struct support_run run;
    snprintf(words, sizeof words, "sweep small.sweep -q %s", arguments);
    support_run(state, &run, words);
    if (run.exit_code != exit_code)
        fail_msg("%s: exit code %d: %s", arguments, run.exit_code, run.err);
    if (part && !strstr(run.err, part) && !strstr(run.out, part))
        fail_msg("%s: '%s' is not in: %s%s", arguments, part, run.out, run.err);
    support_run_free(&run);
}

static void expect_same(void **state, const char *a, const char *b)
{
    size_t n_a, n_b;
    uint8_t *bytes_a = support_read(support_path(state, a), &n_a);
    uint8_t *bytes_b = support_read(support_path(state, b), &n_b);
    assert_int_equal(n_a, n_b);
    assert_memory_equal(bytes_a, bytes_b, n_a);
    free(bytes_a);
    free(bytes_b);
}

static void given_three_shards_in_any_order_when_gathered_expect_the_bytes_of_one(void **state)
{
    static const int orders[][3] = {{3, 1, 2}, {2, 3, 1}};
    support_write_text(state, "small.sweep", small);
    sweep(state, "--out whole", 0, NULL);
    for (int k = 0; k < 2; k++) {
        char out[64], arguments[128];
        snprintf(out, sizeof out, "parts%d/results.csv", k);
        for (int i = 0; i < 3; i++) {
            snprintf(arguments, sizeof arguments, "--out parts%d --shard %d/3", k, orders[k][i]);
            sweep(state, arguments, 0, "4 of 4 runs done");
        }
        assert_false(file_exists(support_path(state, out)));
        snprintf(arguments, sizeof arguments, "--out parts%d --gather", k);
        sweep(state, arguments, 0, "12 of 12 runs");
        expect_same(state, "whole/results.csv", out);
    }
}

static void given_three_shards_at_once_when_gathered_expect_the_bytes_of_one(void **state)
{
    pid_t child[3];
    support_write_text(state, "small.sweep", small);
    sweep(state, "--out whole", 0, NULL);
    for (int i = 0; i < 3; i++) {
        child[i] = fork();
        if (child[i] == 0) {
            char words[128];
            struct support_run run;
            snprintf(words, sizeof words, "sweep small.sweep -q --out parts --shard %d/3", i + 1);
            support_run(state, &run, words);
            _exit(run.exit_code);
        }
    }
    for (int i = 0; i < 3; i++) {
        int status;
        assert_int_equal(waitpid(child[i], &status, 0), child[i]);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
    sweep(state, "--out parts --gather", 0, NULL);
    expect_same(state, "whole/results.csv", "parts/results.csv");
}

static void given_runs_of_two_costs_when_dealt_expect_each_shard_to_get_as_many(void **state)
{
    support_write_text(state, "small.sweep", small);
    for (int shard = 1; shard <= 3; shard++) {
        char words[128];
        struct support_run run;
        snprintf(words, sizeof words, "sweep small.sweep --dry-run --shard %d/3", shard);
        support_run(state, &run, words);
        int n_none = 0, n_random = 0; /* those without turnover take longer */
        for (const char *at = run.out; (at = strstr(at, "-none-")); at++)
            n_none++;
        for (const char *at = run.out; (at = strstr(at, "-random-")); at++)
            n_random++;
        assert_int_equal(n_none, 2);
        assert_int_equal(n_random, 2);
        support_run_free(&run);
    }
}

static void given_tests_in_the_rest_when_dealt_expect_that_run_to_count_as_the_longer(void **state)
{
    struct support_run run;
    support_write_text(
        state, "small.sweep",
        "runs = 1;\nset = [\"stopping.max_presentations=20\", \"data.test_per_class=50\"];\n"
        "factors: ( { name = \"kind\"; levels = (\n"
        "  { name = \"one\"; set = [\"turnover.policy=none\"]; },\n"
        "  { name = \"many\"; set = [\"rest.before_test_days=2\", \"record.test_days=0,1,2\"]; } "
        "); } );\n");
    support_run(state, &run,
                "sweep small.sweep --dry-run --shard 1/2"); /* the longest comes first */
    assert_ptr_equal(strstr(run.out, "many-s1\n1 run, about "), run.out);
    support_run_free(&run);
}

static void given_missing_runs_when_gathered_expect_their_names_and_exit_1(void **state)
{
    support_write_text(state, "small.sweep", small);
    sweep(state, "--out parts --gather", 2, "holds no sweep");
    assert_false(file_exists(support_path(state, "parts")));
    sweep(state, "--out parts --prepare --shards 5", 0, "1-5\n");
    sweep(state, "--out parts --shard 2/5", 0, NULL);
    sweep(state, "--out parts --shard 4/5", 0, NULL);
    sweep(state, "--out parts --gather --shards 5", 1, "runs are missing (shards 1,3,5 of 5): ");
    sweep(state, "--out parts --gather --shards 5", 1, "medium-none-s1");
    sweep(state, "--out parts --prepare --shards 5", 0, "1,3,5\n");
    sweep(state, "--out parts --gather --set turnover.period=20", 2, "other parameters");
}

/* Starts a shard that would take minutes, and waits until it is at work. */
static pid_t start_long_shard(void **state)
{
    const char *program = support_program();
    const char *out = support_path(state, "parts"), *done = support_path(state, "parts/runs");
    const char *file = support_path(state, "small.sweep");
    const pid_t pid = fork();
    if (pid == 0) {
        execl(program, "spinet", "sweep", file, "-q", "--out", out, "--runs", "20000", "--shard",
              "1/2", "--threads", "1", (char *)NULL);
        _exit(127);
    }
    for (int i = 0; i < 3000 && !file_exists(done); i++)
        usleep(10000);
    assert_true(file_exists(done));
    return pid;
}

static void given_a_shard_at_work_when_run_again_or_all_of_it_expect_refusal(void **state)
{
    support_write_text(state, "small.sweep", small);
    const pid_t pid = start_long_shard(state);
    sweep(state, "--out parts --runs 20000 --shard 1/2", 2,
          "shard-1-of-2: another spinet is at work in it");
    sweep(state, "--out parts --runs 20000", 2, "parts: another spinet is at work in it");
    sweep(state, "--out parts --runs 20000 --prepare --shards 2 --fresh", 2, "is at work in it");
    sweep(state, "--out parts --fresh --shard 2/3 --set turnover.period=20", 2, "is at work in it");
    sweep(state, "--out parts --runs 20000 --prepare --shards 2", 0, "1-2\n");
    /* it does some of the same runs, which harms nobody */
    sweep(state, "--out parts --runs 1 --shard 1/3", 0, "runs done");
    /* gone, but not waited for */
    siginfo_t end;
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitid(P_PID, (id_t)pid, &end, WEXITED | WNOWAIT), 0);
    sweep(state, "--out parts --runs 1 --shard 1/2", 0, "runs done");
    sweep(state, "--out parts --runs 1 --prepare --shards 3 --fresh", 0, "1-3\n");
    sweep(state, "--out parts --runs 1 --fresh --set turnover.period=20", 0, "4 of 4 runs");
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void given_wrong_options_for_shards_when_sweeping_expect_exit_2(void **state)
{
    static const char *const wrong[][2] = {
        {"--shard 3", "expected I/N, as 2/8"},
        {"--shard 0/3", "--shard: I 0: expected a whole number from 1 to 3"},
        {"--shard 4/3", "--shard: I 4: expected a whole number from 1 to 3"},
        {"--shard 1/0", "--shard: N 0: expected"},
        {"--shard 1/2 --shards 3", "says how many already"},
        {"--shards 3 --shard 1/2", "without --shards"},
        {"--shards 3", "expected --gather or --prepare"},
        {"--prepare", "--shards N is missing"},
        {"--gather --shard 1/2", "expected one"},
        {"--gather --fresh", "leave --fresh out"},
    };
    support_write_text(state, "small.sweep", small);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char arguments[256];
        snprintf(arguments, sizeof arguments, "--out parts %s", wrong[i][0]);
        sweep(state, arguments, 2, wrong[i][1]);
        assert_false(file_exists(support_path(state, "parts")));
    }
}

/* ---- run_experiments.sh --engine slurm ---- */

/* Notes its arguments, a line each, and says the number of a job as `sbatch --parsable` does. */
static const char sbatch[] = "#!/bin/sh\nfolder=$(dirname \"$0\")\n"
                             "printf '%s\\n' CALL \"$@\" >>\"$folder/calls\"\n"
                             "echo \"$(grep -c CALL \"$folder/calls\")00;cluster\"\n";

/* Runs a command line in the root of the repository with that sbatch first in PATH. */
static int shell(void **state, const char *format, const char *out)
{
    char line[8192];
    const char *folder = support_path(state, "bin");
    int length =
        snprintf(line, sizeof line, "PATH='%s':\"$PATH\"; exec >'%s/log' 2>&1; ", folder, folder);
    snprintf(line + length, sizeof line - (size_t)length, format, out);
    const int status = system(line);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000;
}

static char *read_text(void **state, const char *name)
{
    size_t n;
    char *text = (char *)support_read(support_path(state, name), &n);
    text[n] = '\0';
    return text;
}

static void expect_in_file(void **state, const char *name, const char *part)
{
    char *text = read_text(state, name);
    if (!strstr(text, part))
        fail_msg("%s: '%s' is not in: %s", name, part, text);
    free(text);
}

static void given_the_engine_slurm_when_run_expect_an_array_and_a_job_that_gathers(void **state)
{
    const char *given = getenv("SPINET");
    if (given && strcmp(given, "build/spinet") != 0)
        skip(); /* run_experiments.sh has only that one */
    static const char submit[] =
        "./run_experiments.sh shapes --difficulty easy --runs 3 --engine slurm --shards 3 "
        "--cores 2 --partition short --time 1:00:00 --memory 2G "
        "--set stopping.max_presentations=20 --set data.test_per_class=10 --out '%s'";
    const char *out = support_path(state, "out");
    assert_int_equal(mkdir(support_path(state, "bin"), 0777), 0);
    assert_int_equal(chmod(support_write_text(state, "bin/sbatch", sbatch), 0755), 0);
    if (shell(state, submit, out) != 0)
        expect_in_file(state, "bin/log", "the submission to succeed");
    static const char *const parts[] = {
        "CALL\n--parsable\n--chdir\n",
        "\n--partition=short\n--time=1:00:00\n--mem=2G\n",
        "\n--array\n1-3\n",
        "\n--cpus-per-task\n2\n",
        "\n--dependency\nafterany:100\n",
        "/out/slurm/shard.sh\nCALL\n",
        "/out/slurm/gather.sh\n",
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        expect_in_file(state, "bin/calls", parts[i]);
    expect_in_file(state, "bin/log", "Job 100 has shards 1-3 of 3, job 200 gathers them");
    assert_int_equal(shell(state, "bash '%s/slurm/shard.sh' 2", out), 0);
    assert_int_equal(shell(state, "SLURM_ARRAY_TASK_ID=3 bash '%s/slurm/shard.sh'", out), 0);
    assert_int_equal(shell(state, submit, out), 0); /* again: what is missing */
    expect_in_file(state, "bin/calls", "\n--array\n1\n");
    assert_int_equal(shell(state, "bash '%s/slurm/gather.sh'", out), 1);
    expect_in_file(state, "bin/log", "2 of 6 runs are missing (shards 1 of 3): ");
    assert_int_equal(
        shell(state, "./run_experiments.sh shapes --engine slurm --threads 2 --out '%s'", out), 2);
    assert_int_equal(shell(state, "./run_experiments.sh shapes --cores 2 --out '%s'", out), 2);
}

static const char *folder_of_sbatch;

static int have_own_sbatch(void)
{
    char path[8192];
    snprintf(path, sizeof path, "%s:%s", folder_of_sbatch, getenv("PATH"));
    return setenv("PATH", path, 1);
}

static void expect_slurm_to_say(void **state, const char *script, int code, const char *line)
{
    struct support_run run;
    folder_of_sbatch = support_path(state, "bin");
    file_make_folder(folder_of_sbatch);
    assert_int_equal(chmod(support_write_text(state, "bin/sbatch", script), 0755), 0);
    support_run_with(state, &run, "experiment demo --engine slurm --out 100%A", have_own_sbatch);
    assert_int_equal(run.exit_code, code);
    if (!strstr(code == 0 ? run.out : run.err, line))
        fail_msg("'%s' is not in: %s%s", line, run.out, run.err);
    support_run_free(&run);
}

static void given_clusters_that_refuse_a_job_when_submitted_expect_a_way_on(void **state)
{
    expect_slurm_to_say(state,
                        "#!/bin/sh\necho 'sbatch: error: Invalid job array specification' >&2\n"
                        "exit 1\n",
                        1, "Invalid job array specification: with fewer --shards it may be let in");
    expect_slurm_to_say(state,
                        "#!/bin/sh\ncase \"$*\" in *--array*) echo 7; exit; esac\n"
                        "echo 'sbatch: error: too many jobs' >&2\nexit 1\n",
                        1, "job 7 runs the shards, but none gathers them: ");
}

/* Slurm replaces what begins with % in a path of output. */
static void given_a_folder_with_percents_when_submitted_expect_output_in_it(void **state)
{
    expect_slurm_to_say(state, sbatch, 0, "Job 100 has shards");
    expect_in_file(state, "bin/calls", "/100%%A/slurm/%A-%a.txt\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_three_shards_in_any_order_when_gathered_expect_the_bytes_of_one),
        WITH_FOLDER(given_three_shards_at_once_when_gathered_expect_the_bytes_of_one),
        WITH_FOLDER(given_runs_of_two_costs_when_dealt_expect_each_shard_to_get_as_many),
        WITH_FOLDER(given_tests_in_the_rest_when_dealt_expect_that_run_to_count_as_the_longer),
        WITH_FOLDER(given_missing_runs_when_gathered_expect_their_names_and_exit_1),
        WITH_FOLDER(given_a_shard_at_work_when_run_again_or_all_of_it_expect_refusal),
        WITH_FOLDER(given_wrong_options_for_shards_when_sweeping_expect_exit_2),
        WITH_FOLDER(given_the_engine_slurm_when_run_expect_an_array_and_a_job_that_gathers),
        WITH_FOLDER(given_clusters_that_refuse_a_job_when_submitted_expect_a_way_on),
        WITH_FOLDER(given_a_folder_with_percents_when_submitted_expect_output_in_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
