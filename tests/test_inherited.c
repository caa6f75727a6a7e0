/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a program has from the one that starts it, and from the settings of a clone: signals that
 * are blocked or ignored, output that does not wait for its reader, standard input that is somebody
 * else's, modes for new files, a part of the machine's processors, line ends of another system. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/file.h"
#include "faults.h"

#define SHORT                                                                                      \
    "train --quiet --threads 1 --out run --set stopping.max_presentations=3 "                      \
    "--set data.test_per_class=2 "

static int block_all_signals(void)
{
    sigset_t all;
    sigfillset(&all);
    return sigprocmask(SIG_SETMASK, &all, NULL);
}

static void given_signals_that_are_blocked_when_asked_to_stop_expect_the_state_kept(void **state)
{
    const pid_t child = start(state,
                              TRAIN "--out run --set stopping.fraction=1 "
                                    "--set stopping.max_presentations=2000",
                              block_all_signals);
    wait_for(support_path(state, "run/checkpoint-000000007.npz"));
    kill(child, SIGTERM);
    assert_int_equal(finish(child), 128 + SIGTERM);
    assert_non_null(strstr(names_in(support_path(state, "run")), "checkpoint-"));
}

static int ignore_children(void)
{
    return signal(SIGCHLD, SIG_IGN) == SIG_ERR ? -1 : 0;
}

static void given_a_parent_that_ignores_children_when_training_expect_pictures(void **state)
{
    struct support_run run;
    if (system("node --version >/dev/null 2>&1 && "
               "rsvg-convert --version >/dev/null 2>&1") != 0)
        skip();
    support_run_with(state, &run, SHORT, ignore_children);
    assert_int_equal(run.exit_code, 0);
    assert_true(file_exists(support_path(state, "run/maps.png")));
    support_run_free(&run);
}

/* Copies what comes through the pipe to standard output, with rests, and ends as the child does. */
static void read_slowly(int from, pid_t child)
{
    char bytes[1024];
    ssize_t n;
    int status = 0;
    wait_ms(50); /* by now the pipe is full */
    while ((n = read(from, bytes, sizeof bytes)) > 0 && write(STDOUT_FILENO, bytes, (size_t)n) == n)
        wait_ms(1);
    waitpid(child, &status, 0);
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

/* The program's output goes into a pipe of one page that does not wait, to the process that is
 * waited for. */
static int write_without_waiting(void)
{
    int ends[2];
    if (pipe(ends) != 0 || fcntl(ends[1], F_SETFL, O_NONBLOCK) != 0 ||
        fcntl(ends[1], F_SETPIPE_SZ, 4096) < 0)
        return -1;
    const pid_t child = fork();
    if (child == 0)
        return dup2(ends[1], STDOUT_FILENO) < 0 || close(ends[0]) != 0 || close(ends[1]) != 0;
    close(ends[1]);
    read_slowly(ends[0], child);
    return -1;
}

static void given_output_that_does_not_wait_for_its_reader_expect_all_of_it(void **state)
{
    struct support_run run;
    char *expected = support_run_well(state, "manual");
    support_run_with(state, &run, "manual", write_without_waiting);
    assert_int_equal(run.exit_code, 0);
    assert_string_equal(run.out, expected);
    support_run_free(&run);
    free(expected);
}

static int file_of_seeds;

static int read_seeds_from_standard_input(void)
{
    return dup2(file_of_seeds, STDIN_FILENO) < 0;
}

static void given_standard_input_of_a_loop_when_training_expect_it_untouched(void **state)
{
    struct support_run run;
    file_of_seeds = open(support_write_text(state, "seeds", "1\n2\n3\n"), O_RDONLY);
    assert_true(file_of_seeds >= 0);
    support_run_with(state, &run, SHORT, read_seeds_from_standard_input);
    assert_int_equal(run.exit_code, 0);
    assert_int_equal(lseek(file_of_seeds, 0, SEEK_CUR), 0);
    close(file_of_seeds);
    support_run_free(&run);
}

static int share_with_a_group(void)
{
    umask(002);
    return 0;
}

static void given_a_umask_when_training_expect_modes_to_follow_it(void **state)
{
    static const char *const names[] = {"run/DONE", "run/network.csv", "run/network.h5"};
    struct stat info;
    struct support_run run;
    support_run_with(state, &run, SHORT "--no-pictures", share_with_a_group);
    assert_int_equal(run.exit_code, 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_int_equal(stat(support_path(state, names[i]), &info), 0);
        assert_int_equal(info.st_mode & 0777, 0664);
    }
    support_run_free(&run);
}

static const char *job_variable;

static int have_one_processor(void)
{
    return setenv(job_variable, "1", 1);
}

static int have_one_processor_and_ask_for_three_threads(void)
{
    return setenv("NSLOTS", "1", 1) || setenv("OMP_NUM_THREADS", "3", 1);
}

static void expect_threads(void **state, const char *arguments, int (*prepare)(void),
                           const char *file, const char *threads)
{
    struct support_run run;
    size_t n;
    support_run_with(state, &run, arguments, prepare);
    assert_int_equal(run.exit_code, 0);
    support_run_free(&run);
    char *text = (char *)support_read(support_path(state, file), &n);
    assert_non_null(strstr(text, threads));
    free(text);
}

/* Clusters that hold no job to what it has been given (cgroups, affinity) say it in a variable. */
static void given_a_job_of_one_processor_when_training_expect_one_thread(void **state)
{
    static const char *const names[] = {"SLURM_CPUS_PER_TASK", "SLURM_CPUS_ON_NODE", "NSLOTS",
                                        "NCPUS", "LSB_DJOB_NUMPROC"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        job_variable = names[i];
        expect_threads(state,
                       "train --quiet --no-pictures --overwrite --out run "
                       "--set stopping.max_presentations=1 --set data.test_per_class=2",
                       have_one_processor, "run/manifest.json", "\"threads\": 1,");
    }
}

static void given_a_number_of_threads_when_sweeping_in_a_job_expect_that(void **state)
{
    support_write_text(state, "a.sweep",
                       "runs = 1;\nset = [\"stopping.max_presentations=1\", "
                       "\"data.test_per_class=2\"];\n"
                       "factors = ({name = \"x\"; levels = ({name = \"a\";});});\n");
    expect_threads(state, "sweep a.sweep --quiet --out s",
                   have_one_processor_and_ask_for_three_threads, "s/experiment.json",
                   "\"threads\": 3,");
}

/* git for Windows gives every text file the line ends of Windows, with which no script begins. */
static void
given_git_of_windows_when_cloned_expect_scripts_and_golden_data_as_they_are(void **state)
{
    char command[1024];
    if (system("git rev-parse --git-dir >/dev/null 2>&1") != 0)
        skip();
    snprintf(command, sizeof command,
             "git clone -q --depth 1 -c core.autocrlf=true \"file://$(git rev-parse "
             "--show-toplevel)\" '%s' && cd '%s' && ! grep -rlI --exclude-dir=.git "
             "--exclude-dir=corpus \"$(printf '\\r')\" . && git diff --quiet",
             support_path(state, "clone"), support_path(state, "clone"));
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_signals_that_are_blocked_when_asked_to_stop_expect_the_state_kept),
        WITH_FOLDER(given_a_parent_that_ignores_children_when_training_expect_pictures),
        WITH_FOLDER(given_output_that_does_not_wait_for_its_reader_expect_all_of_it),
        WITH_FOLDER(given_standard_input_of_a_loop_when_training_expect_it_untouched),
        WITH_FOLDER(given_a_umask_when_training_expect_modes_to_follow_it),
        WITH_FOLDER(given_a_job_of_one_processor_when_training_expect_one_thread),
        WITH_FOLDER(given_a_number_of_threads_when_sweeping_in_a_job_expect_that),
        WITH_FOLDER(given_git_of_windows_when_cloned_expect_scripts_and_golden_data_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
