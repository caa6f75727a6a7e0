/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What spinet says of itself: the help of each command, the manual page, and that both name every
 * option with its default and every parameter. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/command.h"
#include "core/parameters.h"
#include "support.h"

/* Where a text that must hold something comes from, for the message. */
struct text {
    const char *name, *text;
};

static void expect_in(const struct text *text, const char *part)
{
    if (!strstr(text->text, part))
        fail_msg("'%s' is not in %s", part, text->name);
}

static void expect_options(const struct command *command, const struct text *help)
{
    char name[128];
    expect_in(help, command->usage);
    for (const struct option *option = command->options; option->name; option++) {
        snprintf(name, sizeof name, "--%s%s%s", option->name, option->value ? " " : "",
                 option->value ? option->value : "");
        expect_in(help, name);
    }
}

static void given_help_when_asked_of_each_command_expect_its_options_on_stdout(void **state)
{
    for (const struct command *const *each = commands; *each; each++)
        for (int brief = 0; brief < 2; brief++) {
            const struct command *command = *each;
            struct support_run run;
            char line[64], usage[64];
            snprintf(line, sizeof line, "%s %s", command->name, brief ? "-h" : "--help");
            snprintf(usage, sizeof usage, "Usage: spinet %s ", command->name);
            support_run(state, &run, line);
            assert_int_equal(run.exit_code, 0);
            assert_string_equal(run.err, "");
            assert_memory_equal(run.out, usage, strlen(usage));
            struct text help = {line, run.out};
            expect_in(&help, "--help");
            expect_options(command, &help);
            support_run_free(&run);
        }
    struct text help = {"spinet --help", support_run_well(state, "--help")};
    for (const struct command *const *command = commands; *command; command++) {
        expect_in(&help, (*command)->name);
        expect_in(&help, (*command)->summary);
    }
    free((char *)help.text);
}

static int count_without_default(const struct command *command)
{
    int n = 0;
    assert_true(strlen(command->description) > 40);
    for (const struct option *option = command->options; option->name; option++) {
        if (option->most > 0 && !option->value)
            fail_msg("spinet %s --%s: its number has no name", command->name, option->name);
        if (!option->value || strstr(option->help, "default") || strstr(option->help, "needed") ||
            strstr(option->help, "may be repeated"))
            continue;
        print_error("spinet %s --%s: its help says neither its default, nor that it is needed or "
                    "may be repeated: %s\n",
                    command->name, option->name, option->help);
        n++;
    }
    return n;
}

static void
given_options_with_values_when_described_expect_a_default_or_that_they_are_needed(void **state)
{
    int n = 0;
    (void)state;
    for (const struct command *const *command = commands; *command; command++)
        n += count_without_default(*command);
    assert_int_equal(n, 0);
}

/* ---- the manual page ---- */

static void expect_section(const struct command *command, const struct text *manual)
{
    char heading[64], item[64];
    snprintf(heading, sizeof heading, ".Ss spinet %s\n", command->name);
    expect_in(manual, heading);
    const char *start = strstr(manual->text, heading) + strlen(heading);
    const char *end = strstr(start, "\n.S");
    char *section = strndup(start, (size_t)(end - start));
    const struct text text = {command->name, section};
    for (const struct option *option = command->options; option->name; option++) {
        snprintf(item, sizeof item, " Fl -%s%s", option->name, option->value ? " Ar \"" : "\n");
        expect_in(&text, item);
    }
    free(section);
}

static void expect_parameter(const struct parameter_description *d, void *data)
{
    char item[1200];
    if (d->name)
        snprintf(item, sizeof item, "\n.It Va %s.%s No = Li \"\\&%s", d->group, d->name,
                 *d->value ? d->value : "\"\"");
    else
        snprintf(item, sizeof item, "\n.Ss %s: \"", d->group);
    expect_in(data, item);
}

static void given_the_manual_when_printed_expect_every_command_option_and_parameter(void **state)
{
    static struct parameters parameters;
    struct text manual = {"the manual", support_run_well(state, "manual")};
    for (const struct command *const *command = commands; *command; command++)
        expect_section(*command, &manual);
    assert_int_equal(parameters_preset(&parameters, "authors"), 0);
    parameters_describe(&parameters, expect_parameter, &manual);
    free((char *)manual.text);
}

/* What `man` says against a page; "" if nothing. */
static void given_the_manual_when_formatted_expect_no_complaint(void **state)
{
    if (system("command -v man >/dev/null && command -v groff >/dev/null") != 0)
        skip();
    char *manual = support_run_well(state, "manual"), line[4300], text[256];
    const char *path = support_write_text(state, "spinet.1", manual);
    snprintf(line, sizeof line, "LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -l %s 2>&1 >%s.txt",
             path, path);
    FILE *complaints = popen(line, "r");
    assert_non_null(complaints);
    const size_t n = fread(text, 1, sizeof text - 1, complaints);
    text[n] = '\0';
    assert_int_equal(pclose(complaints), 0);
    assert_string_equal(text, "");
    size_t size;
    snprintf(line, sizeof line, "%s.txt", path);
    char *page = (char *)support_read(line, &size);
    page[size] = '\0';
    struct text formatted = {"the formatted manual", page};
    expect_in(&formatted, "turnover.policy = random");
    expect_in(&formatted, "--checkpoint-every N");
    free(page);
    free(manual);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_help_when_asked_of_each_command_expect_its_options_on_stdout),
        cmocka_unit_test(
            given_options_with_values_when_described_expect_a_default_or_that_they_are_needed),
        WITH_FOLDER(given_the_manual_when_printed_expect_every_command_option_and_parameter),
        WITH_FOLDER(given_the_manual_when_formatted_expect_no_complaint),
    };
    return cmocka_run_group_tests_name("help", tests, NULL, NULL);
}
