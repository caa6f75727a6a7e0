/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet.h: sweeps. They leave what `spinet sweep` leaves, can be stopped and gone on with, and
 * refuse what cannot be in one clear line. */
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "spinet.h"
#include "support.h"

#define SHORT                                                                                      \
    "data.train_per_class=10", "data.test_per_class=5", "input.duration_ms=300",                   \
        "input.active_ms=200", "stopping.max_presentations=12", "turnover.period=4"
static const char *const of_all[] = {SHORT};
static const char *const none[] = {"turnover.policy=none"}, *const chance[] = {
                                                                "turnover.policy=random"};
static const char *const easy[] = {"data.stability=2", "data.overlap=0"}, *const hard[] = {
                                                                              "data.stability=0",
                                                                              "data.overlap=4"};
static const struct spinet_level levels[] = {{"difficulty", "easy", easy, 2},
                                             {"difficulty", "hard", hard, 2},
                                             {"turnover", "none", none, 1},
                                             {"turnover", "random", chance, 1}};
static const char experiment[] = "factors: ("
                                 "{ name = \"difficulty\"; levels = ("
                                 "{ name = \"easy\"; set = [\"data.stability=2\", "
                                 "\"data.overlap=0\"]; }, { name = \"hard\"; set = "
                                 "[\"data.stability=0\", \"data.overlap=4\"]; }); },"
                                 "{ name = \"turnover\"; levels = ("
                                 "{ name = \"none\"; set = [\"turnover.policy=none\"]; },"
                                 "{ name = \"random\"; set = [\"turnover.policy=random\"]; }); });";

static struct spinet_parameters *parameters;

/* Eight runs, of a fraction of a second each. */
static struct spinet_sweep_options small(void)
{
    return (struct spinet_sweep_options){.parameters = parameters,
                                         .levels = levels,
                                         .n_levels = 4,
                                         .first_seed = 3,
                                         .n_seeds = 2,
                                         .set = of_all,
                                         .n_set = sizeof of_all / sizeof *of_all,
                                         .n_threads = 2};
}

static int make(void **state)
{
    return support_make_folder(state) ? 1 : spinet_parameters_new("authors", &parameters);
}

static int remove_all(void **state)
{
    spinet_parameters_free(parameters);
    return support_remove_folder(state);
}

static void expect_ok(int status)
{
    if (status != SPINET_OK)
        fail_msg("%s", spinet_error());
}

static void given_levels_when_swept_expect_what_the_program_leaves(void **state)
{
    const struct spinet_sweep_options options = small();
    support_write_text(state, "small.sweep", experiment);
    free(support_run_well(
        state, "sweep small.sweep -q --out program --seeds 3..4 --set data.train_per_class=10 "
               "--set data.test_per_class=5 --set input.duration_ms=300 --set input.active_ms=200 "
               "--set stopping.max_presentations=12 --set turnover.period=4"));
    expect_ok(spinet_parameters_set(parameters, "record.network", "false"));
    expect_ok(spinet_sweep(&options, support_path(state, "levels")));
    support_expect_same(support_path(state, "program/results.csv"),
                        support_path(state, "levels/results.csv"));
    support_expect_same(support_path(state, "program/conditions.json"),
                        support_path(state, "levels/conditions.json"));
    support_expect_same(support_path(state, "program/runs/hard-random-s4/network.csv"),
                        support_path(state, "levels/runs/hard-random-s4/network.csv"));
    free(support_run_well(state, "verify levels --sample 1"));
}

static void given_a_file_when_swept_expect_its_runs_and_the_levels_asked_for(void **state)
{
    static const char *const only[] = {"difficulty=hard", "turnover=random"};
    struct spinet_sweep_options options = small(), of_file = small();
    of_file.experiment = support_write_text(state, "small.sweep", experiment);
    of_file.parameters = NULL;
    of_file.n_levels = 0;
    of_file.only = options.only = only;
    of_file.n_only = options.n_only = 2;
    expect_ok(spinet_sweep(&of_file, support_path(state, "file")));
    expect_ok(spinet_parameters_set(parameters, "record.network", "false"));
    expect_ok(spinet_sweep(&options, support_path(state, "levels")));
    support_expect_same(support_path(state, "file/results.csv"),
                        support_path(state, "levels/results.csv"));
    assert_false(file_exists(support_path(state, "file/runs/easy-none-s3")));
}

/* What a progress function saw. */
struct seen {
    int32_t n_calls, n_done, n_failed, stop_after;
    char failure[400];
};

static bool see(const struct spinet_progress *progress, void *data)
{
    struct seen *seen = data;
    assert_int_equal(progress->n_runs, 8);
    assert_true((seen->n_calls == 0) == (progress->run == NULL));
    assert_int_equal(progress->score.n, progress->run && !progress->failure ? 10 : 0);
    seen->n_calls++;
    seen->n_done = progress->n_done;
    seen->n_failed = progress->n_failed;
    if (progress->failure)
        snprintf(seen->failure, sizeof seen->failure, "%s: %s", progress->run, progress->failure);
    return progress->n_done >= seen->stop_after;
}

static void given_a_progress_that_stops_when_swept_again_expect_the_bytes_of_one(void **state)
{
    struct seen seen = {.stop_after = 3};
    struct spinet_sweep_options options = small();
    options.progress = see;
    options.progress_data = &seen;
    assert_int_equal(spinet_sweep(&options, support_path(state, "stopped")), SPINET_STOPPED);
    assert_true(seen.n_done == 3 || seen.n_done == 4); /* one may be at work beside it */
    assert_non_null(strstr(spinet_error(), "of 8 runs done"));
    assert_true(file_exists(support_path(state, "stopped/results.csv")));
    seen = (struct seen){.stop_after = 100};
    expect_ok(spinet_sweep(&options, support_path(state, "stopped")));
    assert_true(seen.n_calls == 5 || seen.n_calls == 6);
    assert_int_equal(seen.n_done, 8);
    options = small();
    options.n_threads = 1;
    expect_ok(spinet_sweep(&options, support_path(state, "whole")));
    support_expect_same(support_path(state, "stopped/results.csv"),
                        support_path(state, "whole/results.csv"));
}

static void given_a_run_that_fails_when_swept_expect_the_others_and_the_reason(void **state)
{
    struct seen seen = {.stop_after = 100};
    struct spinet_sweep_options options = small();
    options.n_seeds = 1;
    expect_ok(spinet_sweep(&options, support_path(state, "out")));
    /* something else stands where a run of the second seed should go */
    expect_ok(file_make_folder(support_path(state, "out/runs/easy-none-s4")));
    support_write_text(state, "out/runs/easy-none-s4/notes.txt", "mine");
    options.n_seeds = 2;
    options.progress = see;
    options.progress_data = &seen;
    assert_int_equal(spinet_sweep(&options, support_path(state, "out")), SPINET_SYSTEM);
    assert_non_null(strstr(spinet_error(), "1 of 8 runs failed"));
    assert_non_null(strstr(spinet_error(), "easy-none-s4: "));
    assert_int_equal(seen.n_done, 7);
    assert_int_equal(seen.n_failed, 1);
    assert_non_null(strstr(seen.failure, "holds something else than a run"));
}

static void given_fresh_when_swept_expect_all_runs_again(void **state)
{
    struct seen seen = {.stop_after = 100};
    struct spinet_sweep_options options = small();
    options.progress = see;
    options.progress_data = &seen;
    expect_ok(spinet_sweep(&options, support_path(state, "out")));
    seen.n_calls = 0;
    options.fresh = true;
    expect_ok(spinet_sweep(&options, support_path(state, "out")));
    assert_int_equal(seen.n_calls, 9);
}

static void expect_refusal(const struct spinet_sweep_options *options, const char *folder,
                           const char *part)
{
    assert_int_equal(spinet_sweep(options, folder), SPINET_USER);
    if (!strstr(spinet_error(), part))
        fail_msg("expected '%s': %s", part, spinet_error());
}

static void given_what_cannot_be_when_swept_expect_it_named(void **state)
{
    static const char *const wrong[] = {"turnover.perod=3"}, *const null[] = {NULL};
    static const struct {
        struct spinet_level level[2];
        const char *part;
    } bad[] = {
        {{{"f", "a b", none, 1}}, "level 'a b': expected a name of letters"},
        {{{"..", "a", none, 1}}, "factor '..': expected a name of letters"},
        {{{"seed", "a", none, 1}}, "factor seed: expected another name"},
        {{{NULL, "a", none, 1}}, "factor '': expected a name"},
        {{{"f", NULL, none, 1}}, "level '': expected a name"},
        {{{"f", "a", none, 1}, {"f", "a", chance, 1}}, "level a: expected levels of different"},
        {{{"f", "a", none, 1}, {"f", "A", chance, 1}}, "would have one name"},
        {{{"f", "a", wrong, 1}},
         "factor f, level a: turnover.perod: no such parameter; did you mean"},
        {{{"f", "a", null, 1}}, "level: set: text 0: expected a text in UTF-8"},
        {{{"f", "a", none, 33}}, "33 texts: expected 0 to 32"},
        {{{"f", "a", none, -1}}, "-1 texts"},
    };
    const char *out = support_path(state, "out");
    struct spinet_sweep_options options = small();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        options.levels = bad[i].level;
        options.n_levels = bad[i].level[1].name ? 2 : 1;
        expect_refusal(&options, out, bad[i].part);
    }
    options.n_levels = 0;
    expect_refusal(&options, out, "expected an experiment, or parameters and levels");
    options = small();
    options.parameters = NULL;
    expect_refusal(&options, out, "expected an experiment, or parameters and levels");
    options = small();
    options.n_seeds = -1;
    expect_refusal(&options, out, "below 0");
    options = small();
    options.only = (const char *const[]){"turnover=slow"};
    options.n_only = 1;
    expect_refusal(&options, out, "no level of turnover; it has: none, random");
    options = small();
    options.experiment = "/nowhere.sweep";
    expect_refusal(&options, out, "/nowhere.sweep");
    options = small();
    expect_refusal(&options, "", "expected a folder");
    expect_refusal(&options, NULL, "expected a folder");
    assert_false(file_exists(out)); /* nothing half made */
    expect_ok(file_make_folder(support_path(state, "other")));
    support_write_text(state, "other/thesis.txt", "");
    expect_refusal(&options, support_path(state, "other"), "holds something else");
}

static void given_another_sweep_in_the_folder_when_swept_expect_refusal(void **state)
{
    struct spinet_sweep_options options = small();
    options.n_seeds = 1;
    expect_ok(spinet_sweep(&options, support_path(state, "out")));
    expect_ok(spinet_parameters_set(parameters, "stopping.fraction", "0.9"));
    expect_refusal(&options, support_path(state, "out"), "holds a sweep of other parameters");
}

static void *sweep_beside(void *folder)
{
    const struct spinet_sweep_options options = small();
    return (void *)(intptr_t)spinet_sweep(&options, folder);
}

static void given_two_sweeps_at_once_when_swept_expect_each_as_alone(void **state)
{
    pthread_t thread;
    void *status;
    char other[4096];
    const struct spinet_sweep_options options = small();
    snprintf(other, sizeof other, "%s", support_path(state, "other"));
    assert_int_equal(pthread_create(&thread, NULL, sweep_beside, other), 0);
    const int mine = spinet_sweep(&options, support_path(state, "out"));
    assert_int_equal(pthread_join(thread, &status), 0);
    assert_int_equal(mine, SPINET_OK);
    assert_int_equal((intptr_t)status, SPINET_OK);
    support_expect_same(support_path(state, "out/results.csv"),
                        support_path(state, "other/results.csv"));
}

static void *sweep_quickly(void *folder)
{
    struct spinet_sweep_options options = small();
    options.only = (const char *const[]){"difficulty=easy"};
    options.n_only = 1;
    return (void *)(intptr_t)spinet_sweep(&options, folder);
}

struct meeting {
    bool has_met;
    char same[4096], other[4096];
    int of_same, of_other;
};

/* Two more sweeps while this one is at work: into its folder and into another. */
static bool meet(const struct spinet_progress *progress, void *data)
{
    struct meeting *meeting = data;
    pthread_t thread;
    void *status;
    if (progress->run && !meeting->has_met) {
        meeting->has_met = true;
        pthread_create(&thread, NULL, sweep_beside, meeting->same);
        pthread_join(thread, &status);
        meeting->of_same = (int)(intptr_t)status;
        pthread_create(&thread, NULL, sweep_quickly, meeting->other);
        pthread_join(thread, &status);
        meeting->of_other = (int)(intptr_t)status;
    }
    return false;
}

static void given_a_sweep_at_work_when_swept_into_its_folder_expect_refusal(void **state)
{
    struct meeting meeting = {.of_same = 1, .of_other = 1};
    struct spinet_sweep_options options = small();
    options.progress = meet;
    options.progress_data = &meeting;
    snprintf(meeting.same, sizeof meeting.same, "%s", support_path(state, "out"));
    snprintf(meeting.other, sizeof meeting.other, "%s", support_path(state, "other"));
    expect_ok(spinet_sweep(&options, meeting.same));
    assert_int_equal(meeting.of_same, SPINET_USER);
    assert_int_equal(meeting.of_other, SPINET_OK);
}

static void given_a_comma_for_decimals_when_swept_expect_points(void **state)
{
    const struct spinet_sweep_options options = small();
    size_t n;
    if (!setlocale(LC_ALL, "de_DE.UTF-8"))
        skip();
    const int status = spinet_sweep(&options, support_path(state, "comma"));
    setlocale(LC_ALL, "C");
    expect_ok(status);
    expect_ok(spinet_sweep(&options, support_path(state, "point")));
    support_expect_same(support_path(state, "point/results.csv"),
                        support_path(state, "comma/results.csv"));
    support_expect_same(support_path(state, "point/runs/easy-random-s3/network.csv"),
                        support_path(state, "comma/runs/easy-random-s3/network.csv"));
    char *text = (char *)support_read(support_path(state, "comma/results.csv"), &n);
    assert_non_null(strstr(text, ",0."));
    free(text);
}

/* Dim images, of which the program says so on stderr. */
static void given_doubtful_images_when_run_and_swept_expect_nothing_printed(void **state)
{
    size_t n;
    struct spinet_score score;
    struct spinet_sweep_options options = small();
    const char *train = support_write_text(state, "a.csv", "1,0,1,0,1\n2,1,0,1,0\n1,0,1,1,1\n");
    const char *test = support_write_text(state, "b.csv", "1,0,0,0,1\n2,1,0,0,0\n");
    const char *said = support_path(state, "said");
    options.n_seeds = 1;
    expect_ok(spinet_parameters_set(parameters, "data.kind", "files"));
    expect_ok(spinet_parameters_set(parameters, "data.train_images", train));
    expect_ok(spinet_parameters_set(parameters, "data.test_images", test));
    expect_ok(spinet_parameters_set(parameters, "stopping.max_presentations", "2"));
    fflush(NULL);
    const int out = dup(1), err = dup(2), file = open(said, O_WRONLY | O_CREAT, 0600);
    dup2(file, 1);
    dup2(file, 2);
    const int run = spinet_run(parameters, 1, 1, support_path(state, "run"), &score);
    const int swept = spinet_sweep(&options, support_path(state, "out"));
    fflush(NULL);
    dup2(out, 1);
    dup2(err, 2);
    close(out);
    close(err);
    close(file);
    assert_int_equal(run, SPINET_OK);
    assert_int_equal(swept, SPINET_OK);
    free(support_read(said, &n));
    assert_int_equal(n, 0);
}

#define SWEEP(test) cmocka_unit_test_setup_teardown(test, make, remove_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SWEEP(given_levels_when_swept_expect_what_the_program_leaves),
        SWEEP(given_a_file_when_swept_expect_its_runs_and_the_levels_asked_for),
        SWEEP(given_a_progress_that_stops_when_swept_again_expect_the_bytes_of_one),
        SWEEP(given_a_run_that_fails_when_swept_expect_the_others_and_the_reason),
        SWEEP(given_fresh_when_swept_expect_all_runs_again),
        SWEEP(given_what_cannot_be_when_swept_expect_it_named),
        SWEEP(given_another_sweep_in_the_folder_when_swept_expect_refusal),
        SWEEP(given_two_sweeps_at_once_when_swept_expect_each_as_alone),
        SWEEP(given_a_sweep_at_work_when_swept_into_its_folder_expect_refusal),
        SWEEP(given_doubtful_images_when_run_and_swept_expect_nothing_printed),
        SWEEP(given_a_comma_for_decimals_when_swept_expect_points),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
