/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the documents name is there: commands, options, parameters, files, links (tests/docs/). That
 * they also tell the truth, `make test-docs` sees by following the tutorial. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

static void given_the_documents_when_read_expect_all_that_they_name_to_be_there(void **state)
{
    (void)state;
    const char *given = getenv("SPINET");
    char command[4200], text[4000];
    if (system("command -v perl >/dev/null") != 0)
        skip();
    snprintf(command, sizeof command, "tests/docs/names.pl '%s' 2>&1",
             given && *given ? given : "build/spinet");
    FILE *output = popen(command, "r");
    assert_non_null(output);
    const size_t n = fread(text, 1, sizeof text - 1, output);
    text[n] = '\0';
    while (fgetc(output) != EOF) /* so that it can end */
        ;
    const int status = pclose(output);
    if (status != 0 || !strstr(text, "all there"))
        fail_msg("exit status %d:\n%s", status, text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_the_documents_when_read_expect_all_that_they_name_to_be_there),
    };
    return cmocka_run_group_tests_name("documents", tests, NULL, NULL);
}
