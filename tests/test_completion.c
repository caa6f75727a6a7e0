/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Completion in bash, asked of bash itself: what it would offer for a line typed so far. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "commands/command.h"
#include "core/parameters.h"
#include "support.h"

static char offered[65536];

/* The offers for the line, as " a b c ", in the folder of the test. */
static void complete(void **state, const char *line)
{
    static const char harness[] =
        "cd \"$(dirname \"$1\")\" && . ./spinet.bash && COMP_LINE=$2 COMP_POINT=${#2}\n"
        "spinet() { '%s' \"$@\"; }\n"
        "COMP_WORDBREAKS=$' \\t\\n\"\\'><=;|&(:' && _spinet && printf ' %%s' \"${COMPREPLY[@]}\"\n";
    char *script = support_run_well(state, "completion");
    support_write_text(state, "spinet.bash", script);
    char text[sizeof harness + 4096], command[4300];
    snprintf(text, sizeof text, harness, support_program());
    const char *path = support_write_text(state, "harness.bash", text);
    snprintf(command, sizeof command, "bash '%s' '%s' '%s'", path, path, line);
    FILE *bash = popen(command, "r");
    assert_non_null(bash);
    size_t n = fread(offered, 1, sizeof offered - 2, bash);
    assert_int_equal(pclose(bash), 0);
    offered[n++] = ' ';
    offered[n] = '\0';
    free(script);
}

static void expect_offered(const char *word)
{
    char spaced[256];
    snprintf(spaced, sizeof spaced, " %s ", word);
    if (!strstr(offered, spaced))
        fail_msg("'%s' is not offered, but:%s", word, offered);
}

static void expect_parameter(const struct parameter_description *d, void *data)
{
    char key[128];
    (void)data;
    snprintf(key, sizeof key, "%s.%s=", d->group, d->name ? d->name : "");
    if (d->name)
        expect_offered(key);
}

static void given_no_command_when_completed_expect_them_all(void **state)
{
    complete(state, "spinet ");
    for (const struct command *const *command = commands; *command; command++)
        expect_offered((*command)->name);
    expect_offered("--version");
    complete(state, "spinet tra");
    expect_offered("train");
    assert_null(strstr(offered, "replay"));
}

static void given_a_program_below_the_home_folder_when_completed_expect_its_commands(void **state)
{
    char home[4200], line[4200];
    snprintf(home, sizeof home, "%s", support_program());
    char *slash = strrchr(home, '/');
    snprintf(line, sizeof line, "~%s trai", slash);
    *slash = '\0';
    setenv("HOME", home, 1);
    complete(state, line);
    assert_string_equal(offered, " train ");
}

static void given_a_command_when_completed_expect_its_options(void **state)
{
    complete(state, "spinet train --");
    expect_offered("--config");
    expect_offered("--checkpoint-every");
    expect_offered("--help");
    complete(state, "spinet stats results.csv --me");
    assert_string_equal(offered, " --measure ");
}

static void given_options_with_few_values_when_completed_expect_those(void **state)
{
    complete(state, "spinet train --kernel ");
    assert_string_equal(offered, " fast naive portable avx2 avx512 ");
    complete(state, "spinet replay --preset s");
    assert_string_equal(offered, " supplement ");
    complete(state, "spinet replay --preset=s"); /* of which bash sees what follows the "=" */
    assert_string_equal(offered, " supplement ");
    complete(state, "spinet train --seed ");
    assert_string_equal(offered, "  ");
}

static void given_parameters_when_completed_expect_keys_and_values(void **state)
{
    static struct parameters parameters;
    complete(state, "spinet train --seed 3 --set ");
    assert_int_equal(parameters_preset(&parameters, "authors"), 0);
    parameters_describe(&parameters, expect_parameter, NULL);
    complete(state, "spinet sweep x.sweep --set turnover.po");
    assert_string_equal(offered, " turnover.policy= ");
    complete(state, "spinet train --set turnover.policy=r");
    assert_string_equal(offered, " random ");
    complete(state, "spinet train --set=turnover.policy=r");
    assert_string_equal(offered, " random ");
    complete(state, "spinet train --set teacher.enabled=");
    assert_string_equal(offered, " true false ");
    complete(state, "spinet train --set turnover.period=");
    assert_string_equal(offered, "  ");
}

static void given_experiments_when_completed_expect_their_names(void **state)
{
    char line[4200];
    snprintf(line, sizeof line, "%s experiment mni", support_program());
    complete(state, line);
    assert_string_equal(offered, " mnist mnist-all mnist10 mnist10-gate mnist10-scarcity ");
    support_write_text(state, "mine.sweep", "");
    snprintf(line, sizeof line, "%s sweep m", support_program());
    complete(state, line);
    expect_offered("mine.sweep");
    expect_offered("maps");
}

static void given_files_and_folders_when_completed_expect_their_names(void **state)
{
    support_write_text(state, "mine.sweep", "");
    assert_int_equal(mkdir(support_path(state, "mine folder"), 0777), 0);
    complete(state, "spinet sweep mine.s");
    assert_string_equal(offered, " mine.sweep ");
    complete(state, "spinet train --config mine.");
    assert_string_equal(offered, " mine.sweep ");
    complete(state, "spinet train -o min");
    assert_string_equal(offered, " mine folder ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_no_command_when_completed_expect_them_all),
        WITH_FOLDER(given_a_program_below_the_home_folder_when_completed_expect_its_commands),
        WITH_FOLDER(given_a_command_when_completed_expect_its_options),
        WITH_FOLDER(given_options_with_few_values_when_completed_expect_those),
        WITH_FOLDER(given_parameters_when_completed_expect_keys_and_values),
        WITH_FOLDER(given_experiments_when_completed_expect_their_names),
        WITH_FOLDER(given_files_and_folders_when_completed_expect_their_names),
    };
    return cmocka_run_group_tests_name("completion", tests, NULL, NULL);
}
