/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet sweep, end to end: killed, resumed, in parallel, in the same folder, with failing runs. */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/file.h"
#include "core/lock.h"
#include "core/status.h"
#include "support.h"

/* 2 x 2 conditions of a fraction of a second each. */
static const char small[] =
    "title = \"A small one\";\nruns = 3;\n"
    "set = [\"stopping.max_presentations=20\", \"data.test_per_class=10\"];\n"
    "factors: (\n"
    "  { name = \"difficulty\"; levels = ( { name = \"medium\"; },\n"
    "      { name = \"hard\"; set = [\"data.stability=0\", \"data.overlap=4\"]; } ); },\n"
    "  { name = \"turnover\"; levels = ( { name = \"none\"; set = [\"turnover.policy=none\"]; },\n"
    "      { name = \"random\"; } ); } );\n";

/* Starts a sweep with its output thrown away. */
static pid_t start(const char *file, const char *out, const char *option, const char *value)
{
    const char *const arguments[] = {"spinet", "sweep", file, "--out", out, option, value, NULL};
    return support_start(arguments, NULL);
}

static int sweep(const char *file, const char *out, const char *option, const char *value)
{
    return support_finish(start(file, out, option, value));
}

static void expect_same_results(const char *a, const char *b)
{
    char path_a[4096], path_b[4096];
    snprintf(path_a, sizeof path_a, "%s/results.csv", a);
    snprintf(path_b, sizeof path_b, "%s/results.csv", b);
    support_expect_same(path_a, path_b);
}

static int n_lines(const char *folder)
{
    char path[4096];
    size_t n;
    int lines = 0;
    snprintf(path, sizeof path, "%s/results.csv", folder);
    uint8_t *bytes = support_read(path, &n);
    for (size_t i = 0; i < n; i++)
        lines += bytes[i] == '\n';
    free(bytes);
    return lines;
}

static void given_a_sweep_killed_again_and_again_when_resumed_expect_the_same_bytes(void **state)
{
    const char *file = support_write_text(state, "small.sweep", small);
    const char *whole = support_path(state, "whole"), *killed = support_path(state, "killed");
    assert_int_equal(sweep(file, whole, "--threads", "2"), 0);
    assert_int_equal(n_lines(whole), 13);
    int n_killed = 0;
    for (int i = 0; i < 40; i++) { /* later and later, so that the last ones get to the end */
        const pid_t pid = start(file, killed, "--threads", "2");
        usleep((useconds_t)(20000 + 7000 * i));
        kill(pid, SIGKILL);
        const int code = support_finish(pid);
        n_killed += code == 1000 + SIGKILL;
        if (code == 0)
            break;
    }
    assert_true(n_killed > 0);
    assert_int_equal(sweep(file, killed, "--threads", "2"), 0);
    expect_same_results(whole, killed);
}

static void given_sigterm_when_sweeping_expect_128_and_the_number_and_to_go_on(void **state)
{
    const char *file = support_write_text(state, "small.sweep", small);
    const char *whole = support_path(state, "whole"), *stopped = support_path(state, "stopped");
    const pid_t pid = start(file, stopped, "--threads", "1");
    char first[4096]; /* the longest come first; eleven are still to come when this one is done */
    snprintf(first, sizeof first, "%s/runs/medium-none-s1/DONE", stopped);
    for (int i = 0; i < 6000 && !file_exists(first); i++)
        usleep(10000);
    kill(pid, SIGTERM);
    assert_int_equal(support_finish(pid), 128 + SIGTERM);
    assert_int_equal(sweep(file, stopped, "--threads", "1"), 0);
    assert_int_equal(sweep(file, whole, "--threads", "2"), 0);
    expect_same_results(whole, stopped);
}

static void copy_file(void **state, const char *from, const char *to)
{
    size_t n;
    uint8_t *bytes = support_read(support_path(state, from), &n);
    support_write(state, to, bytes, n);
    free(bytes);
}

/* As by a sweep whose machine was cut off for a while, and taken for gone. */
static void given_a_run_finished_by_another_meanwhile_when_sweeping_expect_it_kept(void **state)
{
    static const char *const files[] = {"result.csv", "manifest.json", "DONE"};
    const char *file = support_write_text(state, "small.sweep", small);
    const char *whole = support_path(state, "whole"), *out = support_path(state, "out");
    char first[4096], from[64], to[64];
    assert_int_equal(sweep(file, whole, "--threads", "2"), 0);
    snprintf(first, sizeof first, "%s/runs/medium-none-s1", out);
    const pid_t pid = start(file, out, "--threads", "1");
    for (int i = 0; i < 6000 && !file_exists(first); i++)
        usleep(10000);
    /* the last of twelve */
    assert_int_equal(file_make_folder(support_path(state, "out/runs/hard-random-s3")), STATUS_OK);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(from, sizeof from, "whole/runs/hard-random-s3/%s", files[i]);
        snprintf(to, sizeof to, "out/runs/hard-random-s3/%s", files[i]);
        copy_file(state, from, to);
    }
    assert_int_equal(support_finish(pid), 0);
    expect_same_results(whole, out);
    assert_false(file_exists(support_path(state, "out/runs/hard-random-s3/network.csv")));
}

static void given_more_seeds_when_sweeping_again_expect_only_those_added(void **state)
{
    const char *file = support_write_text(state, "small.sweep", small);
    const char *out = support_path(state, "out"), *whole = support_path(state, "whole");
    assert_int_equal(sweep(file, out, "--runs", "1"), 0);
    assert_int_equal(n_lines(out), 5);
    assert_int_equal(sweep(file, out, "--runs", "2"), 0);
    assert_int_equal(sweep(file, whole, "--seeds", "1..2"), 0);
    expect_same_results(whole, out);
}

static void given_record_network_when_sweeping_expect_it_kept_and_else_not(void **state)
{
    const char *file = support_write_text(state, "small.sweep", small);
    const char *with = support_path(state, "with"), *without = support_path(state, "without");
    assert_int_equal(sweep(file, with, "--runs=1", "--set=record.network=true"), 0);
    assert_int_equal(sweep(file, without, "--runs", "1"), 0);
    assert_true(file_exists(support_path(state, "with/runs/medium-none-s1/network.h5")));
    assert_false(file_exists(support_path(state, "without/runs/medium-none-s1/network.h5")));
    expect_same_results(with, without);
}

static void given_a_folder_at_work_when_sweeping_expect_the_second_refused(void **state)
{
    const char *file = support_write_text(state, "small.sweep", small);
    const char *out = support_path(state, "out");
    int lock;
    assert_int_equal(sweep(file, out, "--runs", "1"), 0);
    assert_int_equal(lock_folder(out, &lock), STATUS_OK);
    assert_int_equal(sweep(file, out, "--runs", "1"), 2);
    lock_leave_folder(lock);
    assert_int_equal(sweep(file, out, "--runs", "1"), 0);
}

static int n_temporary(const char *folder)
{
    int n = 0;
    DIR *entries = opendir(folder);
    assert_non_null(entries);
    for (const struct dirent *entry; (entry = readdir(entries));)
        n += file_is_temporary(entry->d_name);
    closedir(entries);
    return n;
}

/* Where process 1 of a container waits for nobody, what is killed stays as a zombie; spinets before
 * this one had locks that were folders. */
static void
given_a_sweep_killed_and_not_waited_for_when_swept_again_expect_it_to_go_on(void **state)
{
    const char *file = support_write_text(state, "small.sweep", small);
    const char *whole = support_path(state, "whole"), *out = support_path(state, "out");
    char owner[256], host[65] = "";
    siginfo_t end;
    const pid_t pid = start(file, out, "--threads", "1");
    const char *runs = support_path(state, "out/runs");
    while (!file_exists(runs) || n_temporary(runs) == 0)
        usleep(1000);
    kill(pid, SIGKILL);
    assert_int_equal(waitid(P_PID, (id_t)pid, &end, WEXITED | WNOWAIT), 0);
    gethostname(host, sizeof host - 1);
    snprintf(owner, sizeof owner, "host %s\nprocess %ld\n", host, (long)getpid());
    file_make_folder(support_path(state, "out/locks/seeds-1..3-0123abcd-of-1-shard-1"));
    support_write_text(state, "out/locks/seeds-1..3-0123abcd-of-1-shard-1/owner", owner);
    assert_int_equal(n_temporary(runs), 1);
    assert_int_equal(sweep(file, out, "--threads", "2"), 0);
    assert_int_equal(n_temporary(runs), 0);
    assert_int_equal(support_finish(pid), 1000 + SIGKILL);
    assert_int_equal(sweep(file, whole, "--threads", "2"), 0);
    expect_same_results(whole, out);
}

/* What else lies in the folder of a run that is done again is a user's. */
static void given_a_note_in_the_folder_of_a_run_when_run_again_expect_it_to_stay(void **state)
{
    const char *file = support_write_text(state, "small.sweep", small);
    const char *out = support_path(state, "out");
    size_t n;
    assert_int_equal(sweep(file, out, "--runs", "1"), 0);
    support_write_text(state, "out/runs/medium-none-s1/note.txt", "look at this one\n");
    support_write_text(state, "out/runs/hard-none-s1/result.csv", "damaged");
    free(support_run_well(state, "sweep small.sweep --quiet --runs 1 --fresh --out out"));
    char *note = (char *)support_read(support_path(state, "out/runs/medium-none-s1/note.txt"), &n);
    assert_string_equal(note, "look at this one\n");
    free(note);
    free(support_run_well(state, "verify out"));
}

static void
given_a_run_of_the_sweep_at_work_elsewhere_when_sweeping_expect_it_unharmed(void **state)
{
    const char *file = support_write_text(state, "small.sweep", small);
    const char *out = support_path(state, "out");
    int lock;
    assert_int_equal(lock_folder(support_path(state, "out/runs/hard-none-s1"), &lock), STATUS_OK);
    support_write_text(state, "out/runs/hard-none-s1/manifest.json", "{}");
    assert_int_equal(rename(out, support_path(state, "other")), 0);
    assert_int_equal(sweep(file, out, "--seeds", "2..2"), 0);
    assert_int_equal(rename(support_path(state, "other/runs/hard-none-s1"),
                            support_path(state, "out/runs/hard-none-s1")),
                     0);
    assert_int_equal(sweep(file, out, "--runs", "1"), 1);
    assert_true(file_exists(support_path(state, "out/runs/hard-none-s1/manifest.json")));
    assert_false(file_exists(support_path(state, "out/runs/hard-none-s1/DONE")));
    lock_leave_folder(lock);
    assert_int_equal(sweep(file, out, "--runs", "1"), 0);
}

/* One rule for all commands that ask for an empty folder. */
static void given_what_systems_put_into_folders_when_written_to_expect_it_taken(void **state)
{
    static const char *const names[] = {".DS_Store", ".nfs0000001", "lost+found", "Thumbs.db"};
    static const char *const commands[] = {
        "train --quiet --no-pictures --threads 1 --set stopping.max_presentations=1 --set "
        "data.test_per_class=1 --out out",
        "sweep small.sweep --quiet --runs 1 --set stopping.max_presentations=1 --out out",
        "shapes --difficulty easy --count 1 --test-count 1 --out out",
        "trace --quiet --no-pictures --presentation 1 --set data.test_per_class=1 --out out",
    };
    support_write_text(state, "small.sweep", small);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        const char *out = support_path(state, "out");
        file_make_folder(out);
        for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
            char name[64];
            snprintf(name, sizeof name, "out/%s", names[k]);
            support_write_text(state, name, "");
        }
        free(support_run_well(state, commands[i]));
        assert_true(file_exists(support_path(state, "out/.DS_Store")));
        support_remove_tree(out);
        file_make_folder(out);
        support_write_text(state, "out/thesis.doc", "");
        struct support_run run;
        support_run(state, &run, commands[i]);
        assert_int_equal(run.exit_code, 2);
        assert_non_null(strstr(run.err, "out: holds something else than "));
        support_run_free(&run);
        support_remove_tree(out);
    }
}

/* Runs of the parameters before must not pass for those of the parameters now. */
static void given_fresh_other_parameters_when_sweeping_again_expect_no_run_of_before(void **state)
{
    const char *file = support_write_text(state, "small.sweep", small);
    const char *out = support_path(state, "out"), *whole = support_path(state, "whole");
    assert_int_equal(sweep(file, out, "--runs", "2"), 0);
    FILE *changed = fopen(file, "w");
    assert_non_null(changed);
    fprintf(changed, "set = [\"stopping.max_presentations=15\", \"data.test_per_class=10\"];\n%s",
            strstr(small, "factors"));
    fclose(changed);
    struct support_run run;
    support_run(state, &run, "sweep small.sweep --out out --seeds 1..1 --fresh");
    assert_int_equal(run.exit_code, 0);
    support_run_free(&run);
    assert_int_equal(sweep(file, out, "--runs", "2"), 0);
    assert_int_equal(sweep(file, whole, "--runs", "2"), 0);
    expect_same_results(whole, out);
}

static void given_other_parameters_when_sweeping_into_the_folder_expect_refusal(void **state)
{
    const char *file = support_write_text(state, "small.sweep", small);
    const char *out = support_path(state, "out");
    assert_int_equal(sweep(file, out, "--runs", "1"), 0);
    assert_int_equal(sweep(file, out, "--set", "turnover.period=20"), 2);
    assert_int_equal(sweep(file, out, "--only", "turnover=nonsense"), 2);
}

static void
given_a_run_that_cannot_be_written_when_sweeping_expect_the_others_and_exit_1(void **state)
{
    const char *file = support_write_text(state, "small.sweep", small);
    const char *out = support_path(state, "out");
    assert_int_equal(sweep(file, out, "--runs", "1"), 0);
    /* a folder of the user's where a run of seed 2 should go */
    char folder[4096], other[8192];
    snprintf(folder, sizeof folder, "%s/runs/hard-random-s2", out);
    assert_int_equal(file_make_folder(folder), STATUS_OK);
    snprintf(other, sizeof other, "%s/notes.txt", folder);
    FILE *notes = fopen(other, "w");
    assert_non_null(notes);
    fclose(notes);
    assert_int_equal(sweep(file, out, "--runs", "2"), 1);
    assert_int_equal(n_lines(out), 8);
}

/* `spinet ARGUMENTS` must end with exit code 2 and one line that holds `part`. */
static void expect_refusal(void **state, const char *arguments, const char *part)
{
    struct support_run run;
    support_run(state, &run, arguments);
    if (run.exit_code != 2 || !strstr(run.err, part) || strchr(run.err, '\n')[1])
        fail_msg("%s: exit code %d, expected 2 and '%s': %s", arguments, run.exit_code, part,
                 run.err);
    support_run_free(&run);
}

#define HEADER                                                                                     \
    "data_set,classes,synapses,policy,seed,presentations,stopped_by,tests,accuracy,ties,"          \
    "undecided,similarity,wrong,accuracy_ties_half,accuracy_spikes,ties_spikes,"                   \
    "accuracy_thresholds,balanced_accuracy,recall_gap,active_overlap,active_confidence,"           \
    "effective_weights,clustered_dendrites,clustered_cells,dendrites_own,dendrites_other,"         \
    "map_within,map_across,seconds\n"
#define REST      ",0,,,0,,,,,,,0,0,,,,,1\n"
#define ROW(text) HEADER text REST

static void
given_results_that_are_no_results_when_sweeping_or_gathering_expect_refusal(void **state)
{
    static const struct {
        const char *text, *part;
    } damages[] = {
        {"", "is empty"},
        {HEADER, "has no row"},
        {"seconds\n1\n", "line 1: 'seconds'"},
        {ROW("nan,nan,nan,nan,nan,nan,nan,nan,nan,nan,nan,nan"), "line 2: classes 'nan'"},
        {HEADER "\"x\"\n", "line 2: '\"x\"': 1 column: expected 29"},
        {ROW(",,,,,,,,,,,"), "line 2: classes ''"},
        {ROW("a,0-1,1,none,1,1,limit,1,1,0,0,,"), ": 30 columns: expected 29"},
        {ROW("a,0-1,1,none,1,1,limit,1,1.5,0,0,"), "line 2: accuracy '1.5'"},
        {ROW("a,0-1,1,none,1,1,limit,1,nan,0,0,"), "line 2: accuracy 'nan'"},
        {ROW("a,0-1,1,none,1,1,limit,1,1,-1,0,"), "line 2: ties '-1'"},
        {ROW("a,0-1,1,none,1,1,never,1,1,0,0,"), "line 2: stopped_by 'never'"},
        {ROW("a,0-1,1,none,1,1,limit,1,1,0,0,x"), "line 2: similarity 'x'"},
        {ROW("a,0-1,1,none,1,1,limit,1,1,0,0," REST "a,0-1,1,none,1,1,limit,1,1,0,0,"), "line 3"},
    };
    support_write_text(state, "small.sweep", small);
    free(support_run_well(state, "sweep small.sweep -q --out out --runs 1"));
    copy_file(state, "out/results.csv", "before.csv");
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        support_write_text(state, "out/runs/medium-none-s1/result.csv", damages[i].text);
        expect_refusal(state, "sweep small.sweep -q --out out --runs 1", damages[i].part);
        expect_refusal(state, "sweep small.sweep -q --out out --runs 1 --gather", damages[i].part);
    }
    size_t n_before, n_now;
    uint8_t *before = support_read(support_path(state, "before.csv"), &n_before);
    uint8_t *now = support_read(support_path(state, "out/results.csv"), &n_now);
    assert_int_equal(n_before, n_now);
    assert_memory_equal(before, now, n_now);
    free(before);
    free(now);
}

/* Whatever ended the training, its row is one to gather. */
static void given_trainings_that_end_by_patience_when_swept_expect_them_gathered(void **state)
{
    size_t n;
    support_write_text(state, "small.sweep", small);
    free(support_run_well(state, "sweep small.sweep -q --out out --runs 1 --set "
                                 "stopping.by=patience --set stopping.patience=1 --set "
                                 "test.sample_period=2 --set stopping.max_presentations=40"));
    char *text = (char *)support_read(support_path(state, "out/results.csv"), &n);
    assert_non_null(strstr(text, ",patience,"));
    free(text);
}

static void given_another_run_in_a_folder_of_the_sweep_when_going_on_expect_refusal(void **state)
{
#define FOREIGN                                                                                    \
    "train --quiet --no-pictures --overwrite --out out/runs/medium-random-s1 --set "               \
    "record.network=false --set stopping.max_presentations=20 --set data.test_per_class=10 "
    static const char sweep_again[] = "sweep small.sweep -q --out out --runs 1";
    static const char gather[] = "sweep small.sweep -q --out out --runs 1 --gather";
    support_write_text(state, "small.sweep", small);
    free(support_run_well(state, sweep_again));
    free(support_run_well(state, FOREIGN "--seed 1 --set turnover.period=7"));
    const char *part = "runs/medium-random-s1/manifest.json: turnover.period is 7: expected ";
    expect_refusal(state, sweep_again, part);
    expect_refusal(state, gather, part);
    free(support_run_well(state, FOREIGN "--seed 2"));
    part = "runs/medium-random-s1/manifest.json: seed '2': expected \"1\"";
    expect_refusal(state, sweep_again, part);
    expect_refusal(state, gather, part);
    free(support_run_well(state, FOREIGN "--seed 1")); /* the very run */
    free(support_run_well(state, sweep_again));
    free(support_run_well(state, gather));
}

static const char of_files[] =
    "set = [\"stopping.max_presentations=4\", \"data.kind=files\",\n"
    "  \"data.train_images=images/train-images-idx3-ubyte\",\n"
    "  \"data.train_labels=images/train-labels-idx1-ubyte\",\n"
    "  \"data.test_images=images/t10k-images-idx3-ubyte\",\n"
    "  \"data.test_labels=images/t10k-labels-idx1-ubyte\"];\n"
    "factors: ( { name = \"turnover\"; levels = ( { name = \"random\"; } ); } );\n";

static void make_data(void **state, const char *seed)
{
    char words[256];
    snprintf(words, sizeof words,
             "shapes --difficulty medium --seed %s --count 30 --test-count 10 --out images", seed);
    free(support_run_well(state, words));
}

static void given_other_data_when_going_on_expect_refusal_and_fresh_to_run_all_again(void **state)
{
    support_write_text(state, "files.sweep", of_files);
    make_data(state, "1");
    free(support_run_well(state, "sweep files.sweep -q --out out --runs 2"));
    free(support_run_well(state, "sweep files.sweep -q --out parts --runs 2 --shard 1/2"));
    free(support_run_well(state, "sweep files.sweep -q --out old --runs 2"));
    make_data(state, "2");
    const char *part = "out/conditions.json: of other data: data.train_images had SHA-256 ";
    expect_refusal(state, "sweep files.sweep -q --out out --runs 3", part);
    expect_refusal(state, "sweep files.sweep -q --out parts --runs 2 --shard 2/2",
                   "of other data: data.train_images");
    /* what is done is gathered without the data, a run of other data is not */
    free(support_run_well(state, "sweep files.sweep -q --out out --runs 2 --gather"));
    free(support_run_well(state, "sweep files.sweep -q --out out --runs 2 --fresh"));
    free(support_run_well(state, "sweep files.sweep -q --out out --runs 3"));
    assert_int_equal(
        rename(support_path(state, "out/runs/random-s1"), support_path(state, "moved")) |
            rename(support_path(state, "old/runs/random-s1"),
                   support_path(state, "out/runs/random-s1")),
        0);
    part = "runs/random-s1/manifest.json: of other data: data.train_images had SHA-256 ";
    expect_refusal(state, "sweep files.sweep -q --out out --runs 3", part);
    expect_refusal(state, "sweep files.sweep -q --out out --runs 3 --gather", part);
    expect_refusal(state, "verify out", part);
}

/* As a spinet that noted no checksums in conditions.json left it: the runs have them. */
static void given_conditions_without_checksums_when_going_on_expect_the_runs_to_tell(void **state)
{
    size_t n;
    support_write_text(state, "files.sweep", of_files);
    make_data(state, "1");
    free(support_run_well(state, "sweep files.sweep -q --out out --runs 1"));
    char *text = (char *)support_read(support_path(state, "out/conditions.json"), &n);
    memcpy(strstr(text, "\"data_sha256\""), "\"date_sha256\"", 13);
    support_write(state, "out/conditions.json", text, n);
    free(text);
    free(support_run_well(state, "sweep files.sweep -q --out out --runs 2"));
    free(support_run_well(state, "sweep files.sweep -q --out out --runs 2 --gather"));
    make_data(state, "2");
    expect_refusal(state, "sweep files.sweep -q --out out --runs 2",
                   "runs/random-s1/manifest.json: of other data: data.train_images had ");
}

static void given_a_damaged_list_of_conditions_when_going_on_expect_what_is_wrong(void **state)
{
    static const struct {
        const char *text, *part;
    } damages[] = {
        {"", "out/conditions.json: line 1: '[' or '{' expected near end of file: put back"},
        {"[\n {\n  \"levels\": [", "out/conditions.json: line 3: "},
        {"[]", "out/conditions.json: expected a list of conditions: put back"},
        {"{}", "out/conditions.json: expected a list of conditions: put back"},
        {"[{\"levels\": []}]", "condition 1: expected levels and parameters: put back"},
    };
    support_write_text(state, "small.sweep", small);
    free(support_run_well(state, "sweep small.sweep -q --out out --runs 1"));
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        support_write_text(state, "out/conditions.json", damages[i].text);
        expect_refusal(state, "sweep small.sweep -q --out out --runs 1", damages[i].part);
        expect_refusal(state, "sweep small.sweep -q --out out --runs 1 --gather", damages[i].part);
    }
    free(support_run_well(state, "sweep small.sweep -q --out out --runs 1 --fresh"));
    free(support_run_well(state, "sweep small.sweep -q --out out --runs 1 --gather"));
}

static void given_broken_experiments_when_sweeping_expect_exit_2(void **state)
{
    static const char *const broken[] = {
        "",
        "factors: ();",
        "factors: ( { name = \"a\"; } );",
        "factors: ( { name = \"a/b\"; levels = ( { name = \"x\"; } ); } );",
        "factors: ( { name = \"a\"; levels = ( { name = \"x\"; }, { name = \"x\"; } ); } );",
        "factors: ( { name = \"a\"; levels = ( { name = \"x\"; set = [\"no.such=1\"]; } ); } );",
        "runs = 0; factors: ( { name = \"a\"; levels = ( { name = \"x\"; } ); } );",
        "factors: ( { name = \"synapses\"; levels = ( { name = \"x\"; } ); } );",
        "factors: ( { name = \"a\"; levels = ( { name = \"x\"; } ); },\n"
        " { name = \"a\"; levels = ( { name = \"y\"; } ); } );",
        "colour = 3; factors: ( { name = \"a\"; levels = ( { name = \"x\"; } ); } );",
        "set = [\"protocol.events=rubbish\"]; factors: ( { name = \"a\"; levels = ( { name = "
        "\"x\"; } "
        "); } );",
        "set = [\"protocol.preset=ketamine\"]; factors: ( { name = \"a\"; levels = ( { name = "
        "\"x\"; "
        "} ); } );",
        "set = [\"record.test_days=5\"]; factors: ( { name = \"a\"; levels = ( { name = \"x\"; } "
        "); "
        "} );",
    };
    const char *out = support_path(state, "out");
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        const char *file = support_write_text(state, "broken.sweep", broken[i]);
        assert_int_equal(sweep(file, out, "--runs", "1"), 2);
        assert_false(file_exists(out));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_a_sweep_killed_again_and_again_when_resumed_expect_the_same_bytes),
        WITH_FOLDER(given_sigterm_when_sweeping_expect_128_and_the_number_and_to_go_on),
        WITH_FOLDER(given_a_run_finished_by_another_meanwhile_when_sweeping_expect_it_kept),
        WITH_FOLDER(given_more_seeds_when_sweeping_again_expect_only_those_added),
        WITH_FOLDER(given_record_network_when_sweeping_expect_it_kept_and_else_not),
        WITH_FOLDER(given_a_folder_at_work_when_sweeping_expect_the_second_refused),
        WITH_FOLDER(given_a_sweep_killed_and_not_waited_for_when_swept_again_expect_it_to_go_on),
        WITH_FOLDER(given_a_note_in_the_folder_of_a_run_when_run_again_expect_it_to_stay),
        WITH_FOLDER(given_a_run_of_the_sweep_at_work_elsewhere_when_sweeping_expect_it_unharmed),
        WITH_FOLDER(given_what_systems_put_into_folders_when_written_to_expect_it_taken),
        WITH_FOLDER(given_fresh_other_parameters_when_sweeping_again_expect_no_run_of_before),
        WITH_FOLDER(given_other_parameters_when_sweeping_into_the_folder_expect_refusal),
        WITH_FOLDER(given_a_run_that_cannot_be_written_when_sweeping_expect_the_others_and_exit_1),
        WITH_FOLDER(given_results_that_are_no_results_when_sweeping_or_gathering_expect_refusal),
        WITH_FOLDER(given_trainings_that_end_by_patience_when_swept_expect_them_gathered),
        WITH_FOLDER(given_another_run_in_a_folder_of_the_sweep_when_going_on_expect_refusal),
        WITH_FOLDER(given_other_data_when_going_on_expect_refusal_and_fresh_to_run_all_again),
        WITH_FOLDER(given_conditions_without_checksums_when_going_on_expect_the_runs_to_tell),
        WITH_FOLDER(given_a_damaged_list_of_conditions_when_going_on_expect_what_is_wrong),
        WITH_FOLDER(given_broken_experiments_when_sweeping_expect_exit_2),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
