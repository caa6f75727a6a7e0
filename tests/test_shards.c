/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sweep in shards: by hand, as another scheduler or several machines would run it, and by
 * spinet experiment with a stand-in for sbatch. tests/long/slurm.sh has the real one. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/file.h"
#include "core/status.h"
#include "support.h"
#include "sweep/sweep.h"

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
        support_expect_same(support_path(state, "whole/results.csv"), support_path(state, out));
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
            fputs(run.err, stderr);
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
    support_expect_same(support_path(state, "whole/results.csv"),
                        support_path(state, "parts/results.csv"));
}

/* Runs that end together take names for what they write from each other. */
static void given_many_tiny_runs_on_eight_threads_when_swept_expect_all_of_them(void **state)
{
    support_write_text(state, "small.sweep", small);
    for (int k = 0; k < 2; k++)
        sweep(state,
              "--out tiny --fresh --runs 40 --threads 8 --set stopping.max_presentations=2 "
              "--set input.duration_ms=50 --set input.active_ms=40 --set input.onset_ms=0",
              0, "160 of 160 runs");
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
    sweep(state, "--out parts --shard 2/5", 0, NULL);
    sweep(state, "--out parts --shard 4/5", 0, NULL);
    sweep(state, "--out parts --gather", 1, "runs are missing: ");
    sweep(state, "--out parts --gather", 1, "medium-none-s1");
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

static void given_a_shard_at_work_when_all_of_it_is_run_expect_refusal(void **state)
{
    support_write_text(state, "small.sweep", small);
    const pid_t pid = start_long_shard(state);
    sweep(state, "--out parts --runs 20000", 2, "parts: another spinet is at work in it");
    sweep(state, "--out parts --runs 20000 --fresh", 2, "is at work in it");
    /* it does some of the same runs, which harms nobody */
    sweep(state, "--out parts --runs 1 --shard 1/3", 0, "runs done");
    /* gone, but not waited for */
    siginfo_t end;
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitid(P_PID, (id_t)pid, &end, WEXITED | WNOWAIT), 0);
    sweep(state, "--out parts --runs 1 --shard 1/2", 0, "runs done");
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
        {"--shard 1/2 --shard 2/2", "--shard 2/2: expected once"},
        {"--shard 1/2 --fresh", "others may be at work: leave --fresh out"},
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

/* ---- spinet experiment --engine slurm ---- */

/* Notes its arguments, a line each, and says the number of a job as `sbatch --parsable` does. */
static const char sbatch[] = "folder=$(dirname \"$0\")\n"
                             "printf '%s\\n' CALL \"$@\" >>\"$folder/calls\"\n"
                             "job=$(grep -c CALL \"$folder/calls\")00\n";

/* Makes a program for the PATH of `spinet experiment`, below. */
static void make_program(void **state, const char *name, const char *first, const char *then)
{
    char path[64], text[2048];
    snprintf(path, sizeof path, "bin/%s", name);
    snprintf(text, sizeof text, "#!/bin/sh\n%s%s\n", first, then);
    mkdir(support_path(state, "bin"), 0777);
    assert_int_equal(chmod(support_write_text(state, path, text), 0755), 0);
}

/* This machine's own scontrol, if it has one, would look for a cluster. */
static void make_sbatch(void **state, const char *then)
{
    make_program(state, "sbatch", sbatch, then);
    make_program(state, "scontrol", "", "exit 1");
}

/* Runs a command line in the test's folder, in which $spinet is the program, with bin/ first in
 * PATH; what it prints comes into the file log. */
static int shell(void **state, const char *command)
{
    char line[8192];
    const char *folder = support_path(state, "");
    snprintf(line, sizeof line,
             "cd '%s' && PATH=\"$PWD/bin:$PATH\" && spinet='%s' && exec >log 2>&1; %s", folder,
             support_program(), command);
    const int status = system(line);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000;
}

static void expect_in_file(void **state, const char *name, const char *part)
{
    size_t n;
    char *text = (char *)support_read(support_path(state, name), &n);
    if (!strstr(text, part))
        fail_msg("%s: '%s' is not in: %s", name, part, text);
    free(text);
}

static void expect_exit(void **state, const char *command, int code, const char *part)
{
    const int status = shell(state, command);
    expect_in_file(state, "log", part);
    assert_int_equal(status, code);
}

#define TINY                                                                                       \
    " --set stopping.max_presentations=20 --set data.test_per_class=10 "                           \
    "--set test.sample_period=0 --engine slurm "

static void given_the_engine_slurm_when_run_expect_an_array_and_a_job_that_gathers(void **state)
{
    static const char submit[] =
        "\"$spinet\" experiment shapes --only difficulty=easy --runs 3 --shards 3 --cores 2 "
        "--partition short --time 1:00:00 --memory 2G --out 'an out%' " TINY;
    make_sbatch(state, "echo \"$job;cluster\"");
    expect_exit(state, submit, 0, "Job 100 has shards 1-3 of 3, job 200 gathers them");
    static const char *const parts[] = {
        "CALL\n--parsable\n--chdir\n",
        "\n--partition\nshort\n--time\n1:00:00\n--mem\n2G\n",
        "\n--array\n1-3\n",
        "\n--cpus-per-task\n2\n",
        "/an out%%/slurm/%A-%a.txt\n",
        "\n--dependency\nafterany:100\n",
        "/an out%/slurm/shard.sh\nCALL\n",
        "/an out%/slurm/gather.sh\n",
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        expect_in_file(state, "bin/calls", parts[i]);
    expect_exit(state, "cd / && sh \"$OLDPWD/an out%/slurm/shard.sh\" 2", 0, "shard 2 of 3");
    expect_exit(state, "SLURM_ARRAY_TASK_ID=3 bash 'an out%/slurm/shard.sh'", 0, "shard 3 of 3");
    expect_exit(state, submit, 0, "has shards 1 of 3"); /* again: what is missing */
    expect_in_file(state, "bin/calls", "\n--array\n1\n");
    expect_exit(state, "sh 'an out%/slurm/gather.sh'", 1, "2 of 6 runs are missing: ");
    expect_exit(state, "sh 'an out%/slurm/shard.sh' 1", 0, "shard 1 of 3");
    expect_exit(state, submit, 0, "All runs are done.");
    expect_in_file(state, "log", "an out%/report.html");
}

/* The same command goes on with the next round. */
static void given_a_search_when_submitted_again_expect_its_next_round(void **state)
{
    static const char submit[] =
        "\"$spinet\" search small.search --out 'an out' --engine slurm --shards 2 "
        "--set test.sample_period=0 --time 60 --data .";
    support_write_text(
        state, "small.search",
        "set = [\"data.validation_images=40\", \"data.test_per_class=10\", "
        "\"stopping.max_presentations=20\"];\n"
        "ranges: ( { name = \"period\"; keys = [\"turnover.period\"]; from = 5; to = 20; } );\n"
        "rounds: ( { sets = 2; }, { sets = 2; } );\nfinal: { sets = 1; };\n");
    make_sbatch(state, "echo $job");
    expect_exit(state, submit, 0, "Job 100 has shards 1-2 of 2, job 200 gathers them");
    expect_in_file(state, "log", "When the jobs have ended, the same command goes on.");
    expect_in_file(state, "an out/round-1/slurm/shard.sh", " --data '.' ");
    expect_in_file(state, "an out/round-1/slurm/gather.sh", " --data '.' --gather");
    expect_exit(state, "sh 'an out/round-1/slurm/shard.sh' 2", 0, "shard 2 of 2");
    expect_exit(state, "sh 'an out/round-1/slurm/gather.sh'", 1, "1 of 2 runs are missing");
    expect_exit(state, "sh 'an out/round-1/slurm/shard.sh' 1", 0, "shard 1 of 2");
    expect_exit(state, "sh 'an out/round-1/slurm/gather.sh'", 0, "2 of 2 runs of round-1");
    expect_exit(state, submit, 0, "Job 300 has shards 1-2 of 2");
    expect_exit(state, "sh 'an out/round-2/slurm/shard.sh' 1", 0, "shard 1 of 2");
    expect_exit(state, "sh 'an out/round-2/slurm/shard.sh' 2", 0, "shard 2 of 2");
    expect_exit(state, submit, 0, "Job 500 has shards 1-2 of 2");
    expect_exit(state, "sh 'an out/final/slurm/shard.sh' 1", 0, "shard 1 of 2");
    expect_exit(state, "sh 'an out/final/slurm/shard.sh' 2", 0, "shard 2 of 2");
    expect_exit(state, submit, 0, "Which parameters mattered");
    expect_in_file(state, "an out/sets.csv", "given,");
}

/* What sites have sbatch print around the number of the job. */
static void given_an_sbatch_that_says_more_when_submitting_expect_the_job_all_the_same(void **state)
{
    static const char *const says[] = {
        "echo 'Welcome to 2026: 5 nodes are down'; echo; echo $job",
        "echo $job; echo 'sbatch: warning: 3 of 4 CPU hours are used'",
        "echo 'lua: your default account is 12' >&2; echo \"$job;main\"; echo bye >&2",
        "printf '  %s\\r\\n' $job",
        "printf %s $job",
        "echo \"Submitted batch job $job\"",
        "echo hello >&2; echo $job >&2",
    };
    for (size_t i = 0; i < sizeof says / sizeof *says; i++) {
        make_sbatch(state, says[i]);
        remove(support_path(state, "bin/calls"));
        expect_exit(state, "\"$spinet\" experiment demo --out out" TINY, 0,
                    "Job 100 has shards 1-2 of 32, job 200 gathers them: squeue -j 100,200");
        expect_in_file(state, "bin/calls", "\n--dependency\nafterany:100\n");
    }
}

static void given_an_sbatch_that_fails_when_submitting_expect_exit_1_and_its_words(void **state)
{
    static const char command[] = "\"$spinet\" experiment demo --out out" TINY;
    make_sbatch(state, "printf 12; echo 'no such partition' >&2; exit 3");
    expect_exit(state, command, 1, "sbatch failed (exit code 3): 12no such partition");
    make_sbatch(state, "echo 'Queued 5 of them'");
    expect_exit(state, command, 1, "no line with the number of a job; its last: Queued 5 of them");
    remove(support_path(state, "bin/calls"));
    make_sbatch(state, "[ $job = 100 ] || { echo 'too many jobs' >&2; exit 1; }; echo $job");
    expect_exit(state, command, 1,
                "job 100 runs the shards, but none gathers them: sbatch failed (exit code 1): too "
                "many jobs; once it has ended, `sh ");
    make_sbatch(state, "echo 'sbatch: error: Invalid job array specification' >&2; exit 1");
    expect_exit(state, command, 1,
                "Invalid job array specification: with fewer --shards it may be let in");
    make_sbatch(state, "kill -9 $$");
    expect_exit(state, command, 1, "sbatch failed (exit code 137)");
}

/* From within a job, and with settings that are for other jobs. */
static void given_variables_of_a_job_when_submitting_expect_none_of_them_passed_on(void **state)
{
    make_sbatch(state, "env | grep -E '^S(LURM|BATCH)_' >>\"$folder/seen\"; echo $job");
    expect_exit(state,
                "SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_JOB_ID=3 SLURM_JOB_ID=3 SLURM_CPUS_PER_TASK=8 "
                "SLURM_MEM_PER_NODE=100 SLURM_NTASKS=4 SBATCH_ARRAY_INX=1-9 SBATCH_WAIT=1 "
                "SBATCH_MEM_PER_CPU=5 SLURM_CONF=/none SBATCH_ACCOUNT=mine \"$spinet\" experiment "
                "demo --memory 1G --out out" TINY,
                0, "Job 100");
    expect_exit(state, "sort -u bin/seen", 0, "SBATCH_ACCOUNT=mine\nSLURM_CONF=/none\n");
    expect_exit(state, "sort -u bin/seen | wc -l", 0, "2\n");
}

static void given_a_cluster_of_small_arrays_when_submitting_expect_fewer_shards(void **state)
{
    make_sbatch(state, "echo $job");
    make_program(state, "scontrol", "", "echo 'MaxArraySize            = 3'");
    expect_exit(state, "\"$spinet\" experiment shapes --out out" TINY, 0,
                "2 shards in place of 32: more than this cluster's MaxArraySize has room for");
    expect_in_file(state, "log", "Job 100 has shards 1-2 of 2");
}

static void given_options_that_do_not_fit_slurm_when_run_expect_exit_2(void **state)
{
    static const char *const wrong[][2] = {
        {"--engine slurm --threads 2", "--threads: with --engine slurm say --cores"},
        {"--engine slurm --gather", "--shard and --gather: not with --engine slurm"},
        {"--engine sge", "--engine sge: expected local or slurm"},
        {"--engine slurm --cores 0", "--cores 0: expected a whole number from 1"},
        {"--cores 2", "--cores: is for --engine slurm"},
        {"--shards 2", "--shards: is for --engine slurm"},
        {"--partition p", "--partition: is for --engine slurm"},
        {"--time 5", "--time: is for --engine slurm"},
        {"--memory 5", "--memory: is for --engine slurm"},
    };
    char command[256];
    make_sbatch(state, "echo $job");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        snprintf(command, sizeof command, "\"$spinet\" experiment shapes --out out %s",
                 wrong[i][0]);
        expect_exit(state, command, 2, wrong[i][1]);
        assert_false(file_exists(support_path(state, "out")));
    }
    expect_exit(state, "PATH=/nowhere \"$spinet\" experiment shapes --out out --engine slurm", 2,
                "there is no sbatch here");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_three_shards_in_any_order_when_gathered_expect_the_bytes_of_one),
        WITH_FOLDER(given_three_shards_at_once_when_gathered_expect_the_bytes_of_one),
        WITH_FOLDER(given_many_tiny_runs_on_eight_threads_when_swept_expect_all_of_them),
        WITH_FOLDER(given_runs_of_two_costs_when_dealt_expect_each_shard_to_get_as_many),
        WITH_FOLDER(given_tests_in_the_rest_when_dealt_expect_that_run_to_count_as_the_longer),
        WITH_FOLDER(given_missing_runs_when_gathered_expect_their_names_and_exit_1),
        WITH_FOLDER(given_a_shard_at_work_when_all_of_it_is_run_expect_refusal),
        WITH_FOLDER(given_wrong_options_for_shards_when_sweeping_expect_exit_2),
        WITH_FOLDER(given_the_engine_slurm_when_run_expect_an_array_and_a_job_that_gathers),
        WITH_FOLDER(given_a_search_when_submitted_again_expect_its_next_round),
        WITH_FOLDER(given_an_sbatch_that_says_more_when_submitting_expect_the_job_all_the_same),
        WITH_FOLDER(given_an_sbatch_that_fails_when_submitting_expect_exit_1_and_its_words),
        WITH_FOLDER(given_variables_of_a_job_when_submitting_expect_none_of_them_passed_on),
        WITH_FOLDER(given_a_cluster_of_small_arrays_when_submitting_expect_fewer_shards),
        WITH_FOLDER(given_options_that_do_not_fit_slurm_when_run_expect_exit_2),
    };
    setenv("SPINET_VEGA", "/none", 1); /* no figure is looked at here */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
