/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What users have set for other programs, in files of their home and in the environment, changes
 * neither results nor pictures. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/file.h"
#include "support.h"

#define SHORT                                                                                      \
    " --quiet --threads 2 --set stopping.max_presentations=3 --set data.test_per_class=2"          \
    " --set record.network=true"

static const char *const results[] = {"learning_curve.csv", "network.csv", "network.h5",
                                      "predictions.csv"};
static const char *const pictures[] = {"maps.png", "learning_curve.png"};

enum { FILES_MAX = 4 };

/* A file of a run under settings, and of the run without. */
struct pair {
    const char *plain, *set;
};

static void find_pairs(void **state, const char *folder, const char *const *files, size_t n_files,
                       struct pair *pair)
{
    char name[128];
    for (size_t i = 0; i < n_files; i++) {
        snprintf(name, sizeof name, "plain/%s", files[i]);
        pair[i].plain = support_path(state, name);
        snprintf(name, sizeof name, "%s/%s", folder, files[i]);
        pair[i].set = support_path(state, name);
    }
}

static void expect_same(const struct pair *pair, size_t n_pairs)
{
    for (size_t i = 0; i < n_pairs; i++) {
        size_t n_plain, n_set;
        uint8_t *plain = support_read(pair[i].plain, &n_plain);
        uint8_t *set = support_read(pair[i].set, &n_set);
        if (n_plain == 0 || n_plain != n_set || memcmp(plain, set, n_plain) != 0)
            fail_msg("%s is not what it is without the settings", pair[i].set);
        free(plain);
        free(set);
    }
}

static void put_in_environment(const char *const set[][2], size_t n)
{
    for (size_t i = 0; i < n; i++)
        setenv(set[i][0], set[i][1], 1);
}

static void take_from_environment(const char *const set[][2], size_t n)
{
    for (size_t i = 0; i < n; i++)
        unsetenv(set[i][0]);
}

/* A home, as HOME and as XDG_CONFIG_HOME, where fontconfig is told to draw nothing. */
static void settle_in_hostile_home(void **state)
{
    static const char no_fonts[] =
        "<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\"><fontconfig>"
        "<selectfont><rejectfont><glob>*</glob></rejectfont></selectfont></fontconfig>";
    file_make_folder(support_path(state, "home/fontconfig"));
    support_write_text(state, "home/fontconfig/fonts.conf", no_fonts);
    setenv("FONTCONFIG_FILE", support_write_text(state, "home/.fonts.conf", no_fonts), 1);
    setenv("XDG_CONFIG_HOME", support_path(state, "home"), 1);
    setenv("HOME", support_path(state, "home"), 1);
}

static void given_settings_of_what_draws_when_drawn_expect_the_same_pictures(void **state)
{
    static const char *const set[][2] = {
        {"NODE_PATH", "/nowhere"},
        {"NODE_OPTIONS", "--require=/nowhere.js"},
        {"FC_DEBUG", "1023"},          /* these two print on standard output, */
        {"G_MESSAGES_DEBUG", "all"},   /* as does the picture */
        {"LC_ALL", "de_DE.ISO-8859-1"} /* a decimal comma, another encoding */
    };
    if (system("node --version >/dev/null 2>&1 && "
               "rsvg-convert --version >/dev/null 2>&1") != 0)
        skip();
    char *home = strdup(getenv("HOME") ? getenv("HOME") : "/");
    free(support_run_well(state, "train --seed 3 --out plain" SHORT));
    settle_in_hostile_home(state);
    put_in_environment(set, sizeof set / sizeof *set);
    char *out = support_run_well(state, "train --seed 3 --out set" SHORT);
    take_from_environment(set, sizeof set / sizeof *set);
    setenv("HOME", home, 1);
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("FONTCONFIG_FILE");
    struct pair pair[FILES_MAX];
    const size_t n_pairs = sizeof pictures / sizeof *pictures;
    find_pairs(state, "set", pictures, n_pairs, pair);
    expect_same(pair, n_pairs);
    assert_false(file_exists(support_path(state, "elsewhere")));
    free(home);
    free(out);
}

/* Some of them keep a command from working, or do so with some version of the library. */
static void given_settings_of_libraries_when_trained_expect_the_same_results(void **state)
{
    static const char *const stacks[] = {"16k", "64G"};
    static const char *const set[][2] = {{"POSIXLY_CORRECT", "1"},
                                         {"GOMP_STACKSIZE", "16"},
                                         {"OMP_DYNAMIC", "true"},
                                         {"OMP_THREAD_LIMIT", "1"},
                                         {"OMP_SCHEDULE", "dynamic,1"},
                                         {"HDF5_DRIVER", "none-such"},
                                         {"HDF5_PLUGIN_PRELOAD", "::"},
                                         {"HDF5_VOL_CONNECTOR", "none-such"},
                                         {"HDF5_USE_FILE_LOCKING", "what"},
                                         {"GSL_RNG_TYPE", "mrg"},
                                         {"GSL_IEEE_MODE", "single-precision"},
                                         {"MALLOC_PERTURB_", "85"},
                                         {"LC_ALL", "de_DE.UTF-8"}};
    const size_t n_pairs = sizeof results / sizeof *results;
    struct pair pair[FILES_MAX];
    find_pairs(state, "runs/runs/a-s3", results, n_pairs, pair);
    support_write_text(state, "one.sweep",
                       "factors = ({name = \"x\"; levels = ({name = \"a\";});});\n");
    free(support_run_well(state, "train --no-pictures --seed 3 --out plain" SHORT));
    put_in_environment(set, sizeof set / sizeof *set);
    for (size_t i = 0; i < sizeof stacks / sizeof *stacks; i++) {
        setenv("OMP_STACKSIZE", stacks[i], 1);
        free(support_run_well(state, "sweep one.sweep --fresh --out runs --seeds 3..3" SHORT));
        expect_same(pair, n_pairs);
    }
    unsetenv("OMP_STACKSIZE");
    take_from_environment(set, sizeof set / sizeof *set);
}

/* A node that succeeds without a picture. */
static void given_a_node_that_draws_nothing_when_trained_expect_no_picture(void **state)
{
    static const char *const prints[] = {"", "echo hello; exit\n", "echo 7; echo 7\n"};
    char *path = strdup(getenv("PATH"));
    for (size_t i = 0; i < sizeof prints / sizeof *prints; i++) {
        char script[128], folders[1024];
        struct support_run run;
        snprintf(script, sizeof script, "#!/bin/sh\ncat >/dev/null\n%s", prints[i]);
        file_make_folder(support_path(state, "bin"));
        const char *program = support_write_text(state, "bin/node", script);
        assert_int_equal(chmod(program, 0755), 0);
        snprintf(folders, sizeof folders, "%s:%s", support_path(state, "bin"), path);
        setenv("PATH", folders, 1);
        support_run(state, &run, "train --overwrite --out run" SHORT);
        setenv("PATH", path, 1);
        assert_int_equal(run.exit_code, 0);
        assert_string_equal(run.err, "spinet: pictures are not drawn: node did not draw all\n");
        assert_false(file_exists(support_path(state, "run/maps.png")));
        support_run_free(&run);
    }
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_settings_of_what_draws_when_drawn_expect_the_same_pictures),
        WITH_FOLDER(given_settings_of_libraries_when_trained_expect_the_same_results),
        WITH_FOLDER(given_a_node_that_draws_nothing_when_trained_expect_no_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
