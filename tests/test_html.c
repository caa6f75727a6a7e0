/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html: what comes from elsewhere cannot break a page; tables. */
#include "report/html.h"

#include <stdlib.h>
#include <string.h>

#include "support.h"

static char *memory;
static size_t memory_size;

static void expect_text(const char *text, const char *expected)
{
    FILE *html = open_memstream(&memory, &memory_size);
    html_put_text(html, text);
    fclose(html);
    assert_string_equal(memory, expected);
    free(memory);
}

static void given_markup_when_put_as_text_expect_it_escaped(void **state)
{
    (void)state;
    expect_text("a <b> & \"c\" 'd'", "a &lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;");
    expect_text("η²\n\ttab", "η²\n\ttab");
    expect_text("bell\a", "bell ");
    expect_text("a\xe2\x80\xaetxt\xe2\x81\xa9.", "a\xef\xbf\xbdtxt\xef\xbf\xbd.");
}

static void put_rows(FILE *out, const void *rows)
{
    fputs(rows, out);
}

static void given_rows_when_put_expect_heads_cells_and_names_to_the_left(void **state)
{
    (void)state;
    FILE *html = open_memstream(&memory, &memory_size);
    assert_int_equal(html_put_cells(html, put_rows, "name\tx\t\na<b\t1.5\twhy\n", 1), 0);
    fclose(html);
    assert_string_equal(memory, "<div class=\"wide\"><table><thead>\n"
                                "<tr><th class=\"t\">name</th><th>x</th><th class=\"t\"></th></tr>"
                                "</thead><tbody>\n"
                                "<tr><td class=\"t\">a&lt;b</td><td>1.5</td>"
                                "<td class=\"t\">why</td></tr>\n"
                                "</tbody></table></div>\n");
    free(memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_markup_when_put_as_text_expect_it_escaped),
        cmocka_unit_test(given_rows_when_put_expect_heads_cells_and_names_to_the_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
