/* SPDX-License-Identifier: GPL-3.0-or-later */
/* core/utf8: which texts are UTF-8, and copies that do not halve a character. */
#include "core/utf8.h"

#include <string.h>

#include "support.h"

static void given_texts_when_looked_at_expect_utf8_alone(void **state)
{
    (void)state;
    assert_true(utf8_is_valid(""));
    assert_true(utf8_is_valid("gr\xc3\xb6\xc3\x9f"
                              "er \xe2\x80\xa6 \xf0\x9f\xa7\xa0"));
    assert_false(utf8_is_valid("gr\xf6\xdf"
                               "er"));
    assert_false(utf8_is_valid("\xc3"));
    assert_false(utf8_is_valid("\xc0\x80"));
    assert_false(utf8_is_valid("\xed\xa0\x80"));
}

static void given_less_room_than_the_text_when_copied_expect_whole_characters(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t n;
        const char *copy;
    } cases[] = {
        {"abcdefgh", 8, "abcdefg"},          {"abcdefgh", 3, "abc"},
        {"abcdefg", 7, "abcdefg"},           {"", 0, ""},
        {"abcdef\xc3\xb6", 8, "abcdef"},     {"abcde\xc3\xb6", 7, "abcde\xc3\xb6"},
        {"abcd\xf0\x9f\xa7\xa0", 8, "abcd"}, {"abc\xf0\x9f\xa7\xa0x", 8, "abc\xf0\x9f\xa7\xa0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char to[8];
        utf8_copy(to, sizeof to, cases[i].text, cases[i].n);
        assert_string_equal(to, cases[i].copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_texts_when_looked_at_expect_utf8_alone),
        cmocka_unit_test(given_less_room_than_the_text_when_copied_expect_whole_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
