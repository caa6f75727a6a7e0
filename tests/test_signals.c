/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can happen to a program at work: signals at any stage, a terminal or a reader that goes
 * away, a second process in its folder, a file that shrinks while it is read. Each with the real
 * binary: one clear line, what was there before intact, and results that verify.
 * tests/long/faults.sh does more of each. */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/file.h"
#include "core/lock.h"
#include "core/status.h"
#include "faults.h"

/* Half of a run that takes a while: enough presentations for whatever is done to it. */
#define LONG                                                                                       \
    "train --no-pictures --threads 1 --seed 5 --set data.test_per_class=20 "                       \
    "--set stopping.max_presentations=100 --set stopping.fraction=1 --checkpoint-every 5 "

static void given_a_run_at_work_when_another_would_overwrite_it_expect_it_unharmed(void **state)
{
    const pid_t first = start(state, LONG "--quiet --out run", NULL);
    wait_for(support_path(state, "run/checkpoint-000000010.npz"));
    assert_int_equal(kill(first, SIGSTOP), 0); /* it is at work for as long as this takes */
    expect_line(state, TRAIN "--overwrite --out run", NULL, 2,
                "run: another spinet is at work in it: wait for it, or end it");
    expect_line(state, "train --quiet --resume run", NULL, 2,
                "run: another spinet is at work in it: wait for it, or end it");
    assert_non_null(strstr(names_in(support_path(state, "run")), "checkpoint-"));
    kill(first, SIGCONT);
    assert_int_equal(finish(first), 0);
    expect_verified(state, "run");
}

/* A run that keeps its state every so many presentations is stopped in its final test. */
static void expect_the_test_to_go_on(void **state, const char *checkpoint_every)
{
    char arguments[256];
    snprintf(arguments, sizeof arguments,
             "train --quiet --no-pictures --threads 1 --seed 5 --out run --checkpoint-every %s "
             "--set data.test_per_class=500 --set stopping.max_presentations=3",
             checkpoint_every);
    const pid_t child = start(state, arguments, NULL);
    wait_for(support_path(state, "run/checkpoint-000000003.npz"));
    kill(child, SIGTERM);
    assert_int_equal(finish(child), 128 + SIGTERM);
    char *text = said(state);
    assert_string_equal(text, "spinet: stopped in the test after presentation 3: spinet train "
                              "--resume run goes on\n");
    free(text);
    resume(state, "run");
    expect_verified(state, "run");
}

static void
given_a_signal_in_the_final_test_when_training_expect_it_to_go_on_with_the_test(void **state)
{
    expect_the_test_to_go_on(state, "50");
}

static void given_a_sweep_at_work_when_another_is_started_there_expect_a_line(void **state)
{
    struct support_run run;
    support_write_text(state, "a.sweep",
                       "runs = 3;\nset = [\"data.test_per_class=2\"];\nfactors: ( { name = "
                       "\"turnover\"; levels = ( { name = \"none\"; } ); } );\n");
    const pid_t first = start(state, "sweep a.sweep --quiet --threads 1 --out s", NULL);
    wait_for(support_path(state, "s/runs"));
    kill(first, SIGSTOP);
    support_run(state, &run, "sweep a.sweep --quiet --threads 1 --out s");
    assert_int_equal(run.exit_code, 2);
    assert_string_equal(run.err,
                        "spinet: s: another spinet is at work in it: wait for it, or end it\n");
    support_run_free(&run);
    kill(first, SIGCONT);
    assert_int_equal(finish(first), 0);
    expect_verified(state, "s/runs/none-s3");
}

/* ---- a program that was at work until now ---- */

static char other_command[PATH_MAX + 512];

static int let_another_come_between(void)
{
    return setenv("SHIM_LOCK", other_command, 1) == 0 ? load_shim() : -1;
}

/* As expect_line, with another spinet that works, from beginning to end, after this one has looked
 * at the folder and before it locks it. */
static void expect_line_after_another(void **state, const char *arguments, const char *others,
                                      const char *line)
{
    need_plain_program();
    find_shim();
    snprintf(other_command, sizeof other_command, "'%s' %s >/dev/null", support_program(), others);
    expect_line(state, arguments, let_another_come_between, 2, line);
}

static void given_a_run_that_ended_before_the_lock_when_training_expect_it_unharmed(void **state)
{
    expect_line_after_another(state, TRAIN "--out run", TRAIN "--out run",
                              "run: holds a run already: name another folder, or say --overwrite");
    expect_verified(state, "run");
}

static void given_a_run_that_was_ended_before_the_lock_when_resuming_expect_a_line(void **state)
{
    static const char resume_run[] = "train --quiet --no-pictures --threads 1 --resume run";
    need_plain_program();
    expect_line(state, TRAIN "--out run", limit_files_to_100_kib, 1,
                "run/checkpoint-000000007.npz: not written (File too large)");
    expect_line_after_another(state, resume_run, resume_run,
                              "run: is finished, there is nothing to go on with");
    expect_verified(state, "run");
}

#define SHAPES "shapes --count 5 --test-count 2 --out out --difficulty "
#define SHORT_TRACE                                                                                \
    "trace --quiet --no-pictures --threads 1 --set data.test_per_class=1 --presentation 1 --out "  \
    "out"

#define LOGGED                                                                                     \
    "train --quiet --no-pictures --threads 1 --log-synapses --set data.test_per_class=1 "          \
    "--set stopping.max_presentations=1 --out run"

static void given_a_folder_at_work_when_another_would_write_there_expect_it_unharmed(void **state)
{
    static const char *const commands[] = {
        SHAPES "hard",
        SHORT_TRACE,
        "spines run --out out",
        "spines --protocol ketamine --spines 100 --days 1 --threads 1 --out out",
    };
    free(support_run_well(state, LOGGED));
    free(support_run_well(state, SHAPES "easy"));
    const char *folder = support_path(state, "out");
    char *before = strdup(names_in(folder));
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (i == 1) { /* a trace needs an empty folder */
            support_remove_tree(folder);
            file_make_folder(folder);
            free(before);
            before = strdup("");
        }
        int lock;
        assert_int_equal(lock_folder(folder, &lock), STATUS_OK);
        expect_line(state, commands[i], NULL, 2,
                    "out: another spinet is at work in it: wait for it, or end it");
        assert_string_equal(names_in(folder), before);
        lock_leave_folder(lock);
        free(support_run_well(state, commands[i]));
        free(before);
        before = strdup(names_in(folder));
    }
    free(before);
}

static void given_a_trace_that_ended_before_the_lock_when_tracing_expect_it_unharmed(void **state)
{
    expect_line_after_another(state, SHORT_TRACE, SHORT_TRACE,
                              "out: holds a trace already: name a new or empty folder");
    assert_string_equal(names_in(support_path(state, "out")), "trace.h5");
}

static void given_a_trace_that_ended_before_the_lock_when_making_shapes_expect_a_line(void **state)
{
    expect_line_after_another(state, SHAPES "easy", SHORT_TRACE,
                              "out: holds something else than generated shapes (trace.h5): name a "
                              "new or empty folder");
    assert_string_equal(names_in(support_path(state, "out")), "trace.h5");
}

/* ---- what a process that was killed leaves ---- */

static void given_what_a_killed_process_left_when_written_there_again_expect_it_gone(void **state)
{
    static const struct {
        const char *command, *left[2];
    } cases[] = {
        {"report sweep", {"sweep/report.html", "sweep/charts/accuracy.svg"}},
        {"report --out page.html sweep", {"page.html"}},
        {"maps run", {"run/maps.png"}},
        {"spines run", {"run/spines/spines.json"}},
        {"spines --protocol ketamine --spines 100 --days 1 --threads 1 --out out",
         {"out/protocols.csv", "out/protocols.html"}},
        {SHORT_TRACE, {"out/trace.h5"}},
        {SHAPES "easy", {"out/contact_sheet.png"}},
    };
    free(support_run_well(state, LOGGED));
    file_make_folder(support_path(state, "sweep/charts"));
    file_make_folder(support_path(state, "run/spines"));
    support_write_text(
        state, "sweep/results.csv",
        "task,turnover,seed,data_set,classes,synapses,policy,presentations,stopped_by,tests,"
        "accuracy,ties,undecided,similarity\n"
        "easy,none,1,shapes,1-2,1000,none,350,limit,20,0.5,0,0,0.5\n"
        "easy,random,1,shapes,1-2,1000,random,350,limit,20,0.5,0,0,0.5\n");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *left[2] = {0};
        const char *out = support_path(state, "out");
        if (strstr(cases[i].command, "--out out")) {
            support_remove_tree(out);
            file_make_folder(out);
        }
        for (int k = 0; k < 2 && cases[i].left[k]; k++)
            left[k] = support_leave_stale(state, cases[i].left[k]);
        struct support_run run;
        support_run(state, &run, cases[i].command);
        if (run.exit_code != 0)
            fail_msg("%s: %s", cases[i].command, run.err);
        support_run_free(&run);
        for (int k = 0; k < 2 && left[k]; k++)
            if (file_exists(left[k]))
                fail_msg("%s: %s is still there", cases[i].command, left[k]);
    }
}

/* ---- a file that shrinks ---- */

/* Where the program is in the file: its offset, or -1 if it has not opened it. */
static long long offset_in(pid_t child, const char *path)
{
    char folder[64], real[PATH_MAX];
    long long offset = -1;
    snprintf(folder, sizeof folder, "/proc/%d/fd", (int)child);
    if (!realpath(path, real))
        return -1;
    DIR *entries = opendir(folder);
    const struct dirent *entry;
    while (entries && (entry = readdir(entries))) {
        char name[PATH_MAX], target[PATH_MAX];
        snprintf(name, sizeof name, "%s/%.20s", folder, entry->d_name);
        const ssize_t n = readlink(name, target, sizeof target - 1);
        target[n > 0 ? n : 0] = '\0';
        if (strcmp(target, real) != 0)
            continue;
        snprintf(name, sizeof name, "/proc/%d/fdinfo/%.20s", (int)child, entry->d_name);
        FILE *info = fopen(name, "r");
        if (info && fscanf(info, "pos: %lld", &offset) != 1)
            offset = -1;
        if (info)
            fclose(info);
    }
    if (entries)
        closedir(entries);
    return offset;
}

/* Stops the program (SIGSTOP) in the first half of reading the file; false if it was too fast. */
static bool stop_while_reading(pid_t child, const char *path, off_t size)
{
    siginfo_t end = {0};
    bool is_caught = false;
    while (!is_caught && waitid(P_PID, (id_t)child, &end, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           end.si_pid == 0) {
        const long long offset = offset_in(child, path);
        is_caught = offset > 0 && offset < size / 2;
    }
    kill(child, SIGSTOP);
    if (!is_caught || waitid(P_PID, (id_t)child, &end, WSTOPPED | WEXITED | WNOWAIT) != 0 ||
        end.si_code != CLD_STOPPED)
        return false;
    const long long offset = offset_in(child, path);
    return offset > 0 && offset < size / 2;
}

/* Runs the program, and cuts the file off while it is being read; what was said, or NULL if the
 * program was too fast. */
static char *shrink_while_read(void **state, const char *arguments, const char *path, off_t size,
                               int *code)
{
    const pid_t child = start(state, arguments, NULL);
    const bool in_time = stop_while_reading(child, path, size);
    if (in_time) /* within a row of the table */
        assert_int_equal(truncate(path, (off_t)offset_in(child, path) + 1002), 0);
    kill(child, SIGCONT);
    *code = finish(child);
    return in_time ? said(state) : NULL;
}

static void given_idx_images_that_shrink_while_they_are_read_expect_a_line(void **state)
{
    char *text = NULL;
    int code = 0;
    for (int attempt = 0; attempt < 20 && !text; attempt++) {
        const char *path = write_idx(state, 300);
        text = shrink_while_read(state, TRAIN_IDX, path, 300 << 20, &code);
    }
    assert_non_null(text);
    assert_int_equal(code, 2);
    assert_non_null(strstr(text, "spinet: i: ends after "));
    assert_non_null(strstr(text, " bytes, it had 314572816 when it was opened\n"));
    assert_string_equal(names_in(support_path(state, "")), "err i l");
    free(text);
}

static void given_a_table_that_shrinks_while_it_is_read_expect_a_line(void **state)
{
    enum { N = 4000000 };
    static const char row[] = "120,5,0.2,1\n";
    char *table = malloc(64 + N * (sizeof row - 1)), *text = NULL;
    size_t n = (size_t)sprintf(table, "source_id,dendrite_id,weight,plastic\n");
    int code = 0;
    support_write_text(state, "a.csv", "1,0,10,20,255\n2,1,2,3,4\n");
    for (int i = 0; i < N; i++, n += sizeof row - 1)
        memcpy(table + n, row, sizeof row - 1);
    for (int attempt = 0; attempt < 20 && !text; attempt++) {
        const char *path = support_write(state, "n.csv", table, n);
        text = shrink_while_read(state,
                                 "replay --quiet --network n.csv --images a.csv --out spikes.csv",
                                 path, (off_t)n, &code);
    }
    free(table);
    assert_non_null(text);
    assert_int_equal(code, 2);
    assert_non_null(strstr(text, "spinet: n.csv: ends after "));
    assert_non_null(strstr(text, " bytes, it had 48000037 when it was opened\n"));
    assert_string_equal(names_in(support_path(state, "")), "a.csv err n.csv");
    free(text);
}

/* Until training begins there is nothing to keep. */
static void
given_a_signal_while_data_are_read_when_training_expect_the_end_and_nothing_left(void **state)
{
    const char *path = write_idx(state, 300);
    bool in_time = false;
    for (int attempt = 0; attempt < 20 && !in_time; attempt++) {
        const pid_t child = start(state, TRAIN_IDX, NULL);
        in_time = stop_while_reading(child, path, 300 << 20);
        kill(child, SIGTERM);
        kill(child, SIGCONT);
        const int code = finish(child);
        assert_true(!in_time || code == 128 + SIGTERM);
    }
    assert_true(in_time);
    char *text = said(state);
    assert_string_equal(text, "");
    free(text);
    assert_string_equal(names_in(support_path(state, "")), "err i l");
}

/* ---- terminals and pipes ---- */

static int terminal; /* the side that a terminal program has */

/* Stdout and stderr become the terminal that the program is started from. */
static int take_terminal(void)
{
    char name[128];
    if (ptsname_r(terminal, name, sizeof name) != 0 || setsid() < 0)
        return -1;
    const int file = open(name, O_RDWR);
    close(terminal);
    return file >= 0 && ioctl(file, TIOCSCTTY, 0) == 0 && dup2(file, 1) == 1 && dup2(file, 2) == 2
               ? 0
               : -1;
}

static int take_terminal_without_hangup(void)
{
    signal(SIGHUP, SIG_IGN); /* nohup */
    return take_terminal();
}

static void open_terminal(void)
{
    terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0);
}

/* Reads what is drawn until the checkpoint is there, so that the program never waits for us. */
static void watch_until(const char *path)
{
    char text[4096];
    fcntl(terminal, F_SETFL, O_NONBLOCK);
    for (int i = 0; i < 60000 && !file_exists(path); i++) {
        (void)!read(terminal, text, sizeof text);
        wait_ms(1);
    }
}

static void given_a_terminal_that_goes_away_when_training_expect_a_checkpoint(void **state)
{
    open_terminal();
    const pid_t child = start(state, LONG "--out run", take_terminal);
    watch_until(support_path(state, "run/checkpoint-000000010.npz"));
    close(terminal);
    assert_int_equal(finish(child), 128 + SIGHUP);
    assert_non_null(strstr(names_in(support_path(state, "run")), "checkpoint-"));
    resume(state, "run");
    expect_verified(state, "run");
}

static void given_nohup_and_a_terminal_that_goes_away_when_training_expect_the_end(void **state)
{
    open_terminal();
    const pid_t child = start(state, LONG "--out run", take_terminal_without_hangup);
    watch_until(support_path(state, "run/checkpoint-000000010.npz"));
    close(terminal);
    assert_int_equal(finish(child), 1); /* its last words could not be printed */
    expect_verified(state, "run");
}

static void given_a_terminal_that_goes_away_when_sweeping_expect_runs_in_hand_finished(void **state)
{
    support_write_text(state, "a.sweep",
                       "runs = 9;\nset = [\"data.test_per_class=2\"];\nfactors: ( { name = "
                       "\"turnover\"; levels = ( { name = \"none\"; } ); } );\n");
    open_terminal();
    const pid_t child = start(state, "sweep a.sweep --threads 1 --out s", take_terminal);
    watch_until(support_path(state, "s/runs/none-s1/DONE"));
    close(terminal);
    assert_int_equal(finish(child), 128 + SIGHUP);
    free(support_run_well(state, "sweep a.sweep --quiet --threads 1 --out s"));
    expect_verified(state, "s/runs/none-s2");
}

/* A pipe whose reader has gone. */
static int close_pipe_on(int first, int last)
{
    int ends[2];
    if (pipe(ends) != 0)
        return -1;
    close(ends[0]);
    for (int file = first; file <= last; file++)
        if (dup2(ends[1], file) != file)
            return -1;
    close(ends[1]);
    signal(SIGPIPE, SIG_DFL);
    return 0;
}

static int close_pipe_on_stdout(void)
{
    return close_pipe_on(1, 1);
}

static int close_pipe_on_both(void)
{
    return close_pipe_on(1, 2);
}

static int close_pipe_on_stderr(void)
{
    return close_pipe_on(2, 2);
}

static int close_both(void)
{
    close(0);
    close(1);
    close(2);
    return 0;
}

static int fill_stdout(void)
{
    return dup2(open("/dev/full", O_WRONLY), 1) == 1 ? 0 : -1;
}

static void given_output_into_a_closed_pipe_when_training_expect_the_results(void **state)
{
    const int codes[] = {1, 0, 1, 1};
    int (*const closings[])(void) = {close_pipe_on_stdout, close_pipe_on_stderr, close_pipe_on_both,
                                     close_both};
    for (int i = 0; i < 4; i++) {
        struct support_run run;
        support_run_with(state, &run, "train --checkpoint-every 7" SMALL "--overwrite --out run",
                         closings[i]);
        assert_int_equal(run.exit_code, codes[i]);
        if (i == 0)
            assert_non_null(strstr(run.err, "\nspinet: standard output cannot be written\n"));
        support_run_free(&run);
        expect_verified(state, "run");
    }
}

static void
given_output_into_a_closed_pipe_when_listing_expect_it_to_end_like_any_filter(void **state)
{
    struct support_run run;
    support_run_with(state, &run, "params", close_pipe_on_stdout);
    assert_int_equal(run.exit_code, 128 + SIGPIPE);
    assert_string_equal(run.err, "");
    support_run_free(&run);
    expect_line(state, "params", fill_stdout, 1, "standard output cannot be written");
}

/* Without any checkpoint of training the test has its own. */
static void given_no_checkpoints_and_a_signal_in_the_test_when_training_expect_it_kept(void **state)
{
    expect_the_test_to_go_on(state, "0");
}

#define LIVING                                                                                     \
    "train --quiet --no-pictures --threads 1 --seed 5 --set data.test_per_class=20 --out run "     \
    "--set intrinsic.form=kesten "

static void given_a_signal_in_the_rest_before_the_test_when_training_expect_it_at_once(void **state)
{
    const pid_t child = start(
        state, LIVING "--set stopping.max_presentations=3 --set rest.before_test_days=2000", NULL);
    wait_for(support_path(state, "run/checkpoint-000000003.npz"));
    kill(child, SIGTERM);
    assert_int_equal(finish(child), 128 + SIGTERM);
    char *text = said(state);
    assert_string_equal(text, "spinet: stopped in the rest after presentation 3: spinet train "
                              "--resume run goes on\n");
    free(text);
    resume(state, "run");
    expect_verified(state, "run");
}

/* As before a limit on time: some systems send such a signal over and over, and SIGTERM after it.
 */
static void given_warnings_and_then_a_request_when_training_expect_the_state_kept(void **state)
{
    const pid_t child = start(
        state, LIVING "--set stopping.max_presentations=3 --set rest.before_test_days=2000", NULL);
    wait_for(support_path(state, "run/checkpoint-000000003.npz"));
    const int signals[] = {SIGXCPU, SIGXCPU, SIGUSR1, SIGUSR2, SIGALRM, SIGXCPU, SIGTERM};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        kill(child, signals[i]);
    const int code = finish(child);
    assert_true(code > 128 && code != 128 + SIGKILL);
    char *text = said(state);
    assert_string_equal(text, "spinet: stopped in the rest after presentation 3: spinet train "
                              "--resume run goes on\n");
    free(text);
    resume(state, "run");
    expect_verified(state, "run");
}

/* Each rest takes long against its presentation, and is stopped again and again. */
static void given_signals_in_rests_between_presentations_when_resumed_expect_the_same(void **state)
{
    int n_in_rest = 0, code = 128 + SIGTERM;
    for (int k = 0; k < 6 && code == 128 + SIGTERM; k++) {
        const pid_t child =
            start(state,
                  k == 0 ? LIVING "--set stopping.max_presentations=3 --log-synapses --set "
                                  "rest.between_presentations_days=700 --checkpoint-every 0"
                         : "train --quiet --no-pictures --threads 1 --resume run",
                  NULL);
        wait_for(support_path(state, "run/manifest.json"));
        wait_ms(150);
        kill(child, SIGTERM);
        code = finish(child);
        char *text = said(state);
        n_in_rest += strstr(text, "spinet: stopped in the rest after presentation ") != NULL;
        free(text);
    }
    assert_true(n_in_rest > 0);
    if (code != 0)
        resume(state, "run");
    expect_verified(state, "run");
}

/* Training is repeated for a trace: nothing of it is kept. */
static void given_a_signal_in_a_rest_when_tracing_expect_a_stop_and_nothing_left(void **state)
{
    static const struct {
        const char *rest, *line;
    } cases[] = {
        {"before_training", "spinet: stopped before presentation 1, nothing is written\n"},
        {"between_presentations", "spinet: stopped after presentation 1, nothing is written\n"},
    };
    for (int i = 0; i < 2; i++) {
        char arguments[512];
        snprintf(
            arguments, sizeof arguments,
            "trace --quiet --threads 1 --presentation 9 --out trace --set intrinsic.form=kesten "
            "--set rest.%s_days=1000",
            cases[i].rest);
        const pid_t child = start(state, arguments, NULL);
        wait_for_handler(child);
        wait_ms(i * 100); /* into the rest, or the presentation before it */
        kill(child, SIGTERM);
        assert_int_equal(finish(child), 128 + SIGTERM);
        char *text = said(state);
        assert_string_equal(text, cases[i].line);
        free(text);
        assert_string_equal(names_in(support_path(state, "")), "err");
    }
}

static void given_a_signal_while_a_trace_is_drawn_expect_a_stop_and_its_record(void **state)
{
    free(support_run_well(state, TRAIN "--out run"));
    const pid_t child = start(state,
                              "trace run --quiet --threads 1 --presentation 2 --cell 1,2 "
                              "--out trace",
                              NULL);
    wait_for(support_path(state, "trace/trace.h5"));
    kill(child, SIGTERM);
    assert_int_equal(finish(child), 128 + SIGTERM);
    char *text = said(state);
    assert_string_equal(text,
                        "spinet: stopped while the page was drawn; trace/trace.h5 is whole\n");
    free(text);
    assert_true(file_exists(support_path(state, "trace/trace.h5")));
}

static int use_own_temporary_folder(void)
{
    return setenv("TMPDIR", "tmp", 1);
}

static void given_a_signal_when_verifying_expect_a_stop_and_nothing_left(void **state)
{
    const char *place = support_path(state, "tmp");
    need_no_thread_sanitizer();
    free(support_run_well(state, LONG "--quiet --out a"));
    file_make_folder(place);
    const pid_t child = start(state, "verify --threads 1 a a a a a a", use_own_temporary_folder);
    for (int i = 0; i < 60000 && !*names_in(place); i++)
        wait_ms(1);
    kill(child, SIGINT);
    assert_int_equal(finish(child), 128 + SIGINT);
    char *text = said(state);
    assert_string_equal(text, "spinet: a: stopped before it was verified\n");
    free(text);
    assert_string_equal(names_in(place), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_a_run_at_work_when_another_would_overwrite_it_expect_it_unharmed),
        WITH_FOLDER(
            given_a_signal_in_the_final_test_when_training_expect_it_to_go_on_with_the_test),
        WITH_FOLDER(given_no_checkpoints_and_a_signal_in_the_test_when_training_expect_it_kept),
        WITH_FOLDER(given_a_signal_in_the_rest_before_the_test_when_training_expect_it_at_once),
        WITH_FOLDER(given_warnings_and_then_a_request_when_training_expect_the_state_kept),
        WITH_FOLDER(given_signals_in_rests_between_presentations_when_resumed_expect_the_same),
        WITH_FOLDER(
            given_a_signal_while_data_are_read_when_training_expect_the_end_and_nothing_left),
        WITH_FOLDER(given_a_signal_in_a_rest_when_tracing_expect_a_stop_and_nothing_left),
        WITH_FOLDER(given_a_signal_while_a_trace_is_drawn_expect_a_stop_and_its_record),
        WITH_FOLDER(given_a_signal_when_verifying_expect_a_stop_and_nothing_left),
        WITH_FOLDER(given_a_sweep_at_work_when_another_is_started_there_expect_a_line),
        WITH_FOLDER(given_a_run_that_ended_before_the_lock_when_training_expect_it_unharmed),
        WITH_FOLDER(given_a_run_that_was_ended_before_the_lock_when_resuming_expect_a_line),
        WITH_FOLDER(given_a_folder_at_work_when_another_would_write_there_expect_it_unharmed),
        WITH_FOLDER(given_a_trace_that_ended_before_the_lock_when_tracing_expect_it_unharmed),
        WITH_FOLDER(given_a_trace_that_ended_before_the_lock_when_making_shapes_expect_a_line),
        WITH_FOLDER(given_what_a_killed_process_left_when_written_there_again_expect_it_gone),
        WITH_FOLDER(given_idx_images_that_shrink_while_they_are_read_expect_a_line),
        WITH_FOLDER(given_a_table_that_shrinks_while_it_is_read_expect_a_line),
        WITH_FOLDER(given_a_terminal_that_goes_away_when_training_expect_a_checkpoint),
        WITH_FOLDER(given_nohup_and_a_terminal_that_goes_away_when_training_expect_the_end),
        WITH_FOLDER(given_a_terminal_that_goes_away_when_sweeping_expect_runs_in_hand_finished),
        WITH_FOLDER(given_output_into_a_closed_pipe_when_training_expect_the_results),
        WITH_FOLDER(given_output_into_a_closed_pipe_when_listing_expect_it_to_end_like_any_filter),
    };
    return cmocka_run_group_tests_name("signals", tests, NULL, NULL);
}
