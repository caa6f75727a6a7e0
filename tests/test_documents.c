/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the documents name is there: commands, options, parameters, files, links (tests/docs/). That
 * they also tell the truth, `make test-docs` sees by following the tutorial. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

/* What a script says of the documents, given the program's name, into text; its exit status. */
static int ask(const char *script, char *text, size_t size)
{
    const char *given = getenv("SPINET");
    char command[4200];
    snprintf(command, sizeof command, "%s '%s' 2>&1", script,
             given && *given ? given : "build/spinet");
    FILE *output = popen(command, "r");
    assert_non_null(output);
    const size_t n = fread(text, 1, size - 1, output);
    text[n] = '\0';
    while (fgetc(output) != EOF) /* so that it can end */
        ;
    return pclose(output);
}

static void given_the_documents_when_read_expect_all_that_they_name_to_be_there(void **state)
{
    (void)state;
    char text[4000];
    if (system("command -v perl >/dev/null") != 0)
        skip();
    const int status = ask("tests/docs/names.pl", text, sizeof text);
    if (status != 0 || !strstr(text, "all there"))
        fail_msg("exit status %d:\n%s", status, text);
}

static void given_the_tables_of_the_documents_when_made_anew_expect_no_difference(void **state)
{
    (void)state;
    char text[4000];
    const int status = ask("scripts/docs_tables.sh --check", text, sizeof text);
    if (status != 0 || *text)
        fail_msg("make docs-tables would change (exit status %d):\n%s", status, text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_the_documents_when_read_expect_all_that_they_name_to_be_there),
        cmocka_unit_test(given_the_tables_of_the_documents_when_made_anew_expect_no_difference),
    };
    return cmocka_run_group_tests_name("documents", tests, NULL, NULL);
}
