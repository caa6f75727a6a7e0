/* SPDX-License-Identifier: GPL-3.0-or-later */
/* core/table: what is written is read back the same; what cannot be read is refused with file, line
 * and column; the same rows as CSV and as text in columns. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "core/status.h"
#include "core/table.h"
#include "report/html.h"
#include "store/table_json.h"
#include "support.h"

enum { N_COLORS = 3 };
static const char *const colors[N_COLORS] = {"", "red", "dark, blue"};

struct flower {
    const char *name;
    int32_t petals, color;
    bool is_wild;
    float stem_cm;
    double mass_g;
    double height[2]; /* mean and standard deviation */
};

static const struct table_column columns[] = {
    TABLE_COLUMN(struct flower, name, TEXT, "name"),
    TABLE_COLUMN(struct flower, petals, WHOLE, "petals", .most = 100, .may_be_empty = true),
    TABLE_COLUMN(struct flower, color, CHOICE, "color", .words = colors, .n_words = 2),
    TABLE_COLUMN(struct flower, is_wild, FLAG, "wild"),
    TABLE_COLUMN(struct flower, stem_cm, FLOAT, "stem", .unit = "cm", .format = "%.9g"),
    TABLE_COLUMN(struct flower, mass_g, NUMBER, "mass, g", .format = "%.17g", .least = -1e300,
                 .most = 1e300, .may_be_empty = true, .may_be_missing = true),
};
static const struct table flowers = TABLE_OF("flowers.csv", struct flower, columns);
#define HEADS "name,petals,color,wild,stem,\"mass, g\"\n"

static void expect_same(const struct flower *a, const struct flower *b)
{
    assert_string_equal(a->name, b->name);
    assert_int_equal(a->petals, b->petals);
    assert_int_equal(a->color, b->color);
    assert_int_equal(a->is_wild, b->is_wild);
    assert_memory_equal(&a->stem_cm, &b->stem_cm, sizeof a->stem_cm);
    if (!isnan(a->mass_g) || !isnan(b->mass_g))
        assert_memory_equal(&a->mass_g, &b->mass_g, sizeof a->mass_g);
}

/* Texts of any printable characters, commas and quotes among them. */
static void make_text(uint32_t seed, char *text, size_t size)
{
    static const char letters[] = "ab,\"\" ;'\xc3\xa9\t.-";
    size_t n = 0;
    const struct random_words words = random_words(seed, 1, 2, 3, 4);
    for (int i = 0; i < 4 && n + 1 < size; i++)
        for (uint32_t left = words.word[i]; left > 0 && n + 3 < size; left /= 16) {
            const char c = letters[left % 12];
            text[n++] = c;
            if (c == '\xc3')
                text[n++] = '\xa9';
        }
    text[n] = '\0';
}

static void given_any_rows_when_written_and_read_expect_every_bit(void **state)
{
    enum { N = 700 };
    struct flower row[N], *back;
    static char names[N][40];
    for (uint32_t i = 0; i < N; i++) {
        const struct random_words words = random_words(7, i, 0, 0, 0);
        uint64_t bits = (uint64_t)words.word[0] << 32 | words.word[1];
        make_text(i, names[i], sizeof names[i]);
        row[i] = (struct flower){.name = names[i],
                                 .petals = (int32_t)(words.word[2] % 102) - 1,
                                 .color = (int32_t)(words.word[2] >> 8) % 2,
                                 .is_wild = words.word[2] >> 31,
                                 .stem_cm = ldexpf((float)words.word[3], (int)(i % 190) - 100)};
        memcpy(&row[i].mass_g, &bits, sizeof bits);
        if (!isfinite(row[i].mass_g) || fabs(row[i].mass_g) > 1e300)
            row[i].mass_g = NAN;
    }
    row[0].name = "";
    int32_t n;
    assert_int_equal(table_write(&flowers, row, N, support_path(state, "")), STATUS_OK);
    if (table_read_in(&flowers, support_path(state, ""), &back, &n) != STATUS_OK)
        fail_msg("%s", status_message());
    assert_int_equal(n, N);
    for (int i = 0; i < N; i++)
        expect_same(&row[i], &back[i]);
    table_free(&flowers, back, n);
}

/* How a spreadsheet may give it back: other order, more columns, gzip, CR LF, a byte order mark. */
static void given_columns_moved_and_added_when_read_expect_them_by_name(void **state)
{
    struct flower *row;
    int32_t n;
    const char text[] = "\xef\xbb\xbfmine,wild,stem,\"color\",petals,name\r\n"
                        "\"a,b\",1,2.5,red,5,\"the \"\"rose\"\", old\"\r\n,0,.5,,,x";
    const char *path = support_write_gzip(state, "a.csv.gz", text, sizeof text - 1);
    assert_int_equal(table_read(&flowers, path, NULL, &row, &n), STATUS_OK);
    assert_int_equal(n, 2);
    expect_same(&row[0], &(struct flower){"the \"rose\", old", 5, 1, true, 2.5F, NAN, {0}});
    expect_same(&row[1], &(struct flower){"x", -1, 0, false, 0.5F, NAN, {0}});
    table_free(&flowers, row, n);
}

static void given_damaged_files_when_read_expect_file_line_and_column(void **state)
{
    const struct {
        const char *text, *what;
    } cases[] = {
        {"", ": is empty: expected a header, name,petals,color,wild,stem"},
        {"a,1,red\n", ": line 1: 'a,1,red': has no column name: expected name,petals,color,"},
        {"name,petals,color,wild\n", ": line 1: 'name,petals,color,wild': has no column stem"},
        {"name,petals,color,wild,stem,wild\n", ": line 1: column wild is there twice"},
        {HEADS "a,1,red,1,1,1\n\n", ": line 3: '': 0 columns: expected 6, as in line 1"},
        {HEADS "a,1,red,1,1\n", ": line 2: 'a,1,red,1,1': 5 columns: expected 6, as in line 1"},
        {HEADS "a\n", ": line 2: 'a': 1 column: expected 6"},
        {HEADS "a,1,red,1,1,1,1\n", ": 7 columns: expected 6"},
        {HEADS "a,1.5,red,1,1,1\n",
         ": line 2: petals '1.5': expected a whole number from 0 to 100, or nothing"},
        {HEADS "a,101,red,1,1,1\n", ": line 2: petals '101': expected a whole"},
        {HEADS "a,-1,red,1,1,1\n", ": line 2: petals '-1': expected a whole"},
        {HEADS "a,99999999999999999999,red,1,1,1\n", ": line 2: petals '99999999999999999999': "},
        {HEADS "a,1,pink,1,1,1\n", ": line 2: color 'pink': expected one of , red"},
        {HEADS "a,1,red,2,1,1\n", ": line 2: wild '2': expected 0 or 1"},
        {HEADS "a,1,red,,1,1\n", ": line 2: wild '': expected 0 or 1"},
        {HEADS "a,1,red,1,,1\n", ": line 2: stem '': expected a number"},
        {HEADS "a,1,red,1,1e999,1\n", ": line 2: stem '1e999': expected a number"},
        {HEADS "a,1,red,1,nan,1\n", ": line 2: stem 'nan': expected a number"},
        {HEADS "a,1,red,1,0x10,1\n", ": line 2: stem '0x10': expected a number"},
        {HEADS "a,1,red,1,1,1e301\n",
         ": line 2: mass, g '1e301': expected a number from -1e+300 to 1e+300, or nothing"},
        {HEADS "a,1,red,1,1,1\nb,2,red,1,1,x\n", ": line 3: mass, g 'x': expected a number"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct flower *row = (struct flower *)state;
        int32_t n = 7;
        const char *path = support_write_text(state, "bad.csv", cases[i].text);
        if (table_read(&flowers, path, NULL, &row, &n) != STATUS_USER)
            fail_msg("not refused: %s", cases[i].text);
        support_assert_message(path, cases[i].what, NULL);
        assert_null(row);
        assert_int_equal(n, 0);
    }
}

static int refuse_names(const struct table_reader *reader, const void *row)
{
    const struct flower *flower = row;
    if (strcmp(flower->name, "weed") == 0)
        return table_refuse_value(reader, "name", "no weed");
    return strcmp(flower->name, "end") != 0;
}

static void given_a_caller_who_accepts_when_read_expect_an_end_or_a_refusal(void **state)
{
    struct flower *row;
    int32_t n;
    const char *path =
        support_write_text(state, "a.csv", HEADS "a,,,0,1,\nb,,,0,1,\nend,,,0,1,\nweed,,,0,1,\n");
    assert_int_equal(table_read(&flowers, path, refuse_names, &row, &n), STATUS_OK);
    assert_int_equal(n, 2);
    table_free(&flowers, row, n);
    path = support_write_text(state, "b.csv", HEADS "a,,,0,1,\nweed,,,0,1,\nend,,,0,1,\n");
    assert_int_equal(table_read(&flowers, path, refuse_names, &row, &n), STATUS_USER);
    support_assert_message(": line 3: name 'weed': expected no weed", NULL);
    assert_null(row);
}

static void given_no_file_when_read_expect_no_rows_where_it_may_be_missing(void **state)
{
    struct flower *row;
    int32_t n;
    assert_int_equal(table_read_in(&flowers, support_path(state, ""), &row, &n), STATUS_OK);
    assert_null(row);
    assert_int_equal(n, 0);
    assert_int_equal(table_read(&flowers, support_path(state, "flowers.csv"), NULL, &row, &n),
                     STATUS_USER);
    support_assert_message("flowers.csv: cannot be opened", NULL);
}

static void given_any_columns_when_read_without_a_table_expect_their_fields(void **state)
{
    struct table_reader reader;
    const char *path = support_write_text(state, "a.csv", "a,b,a\n1,,3\n\"x,\",y,z\n");
    assert_int_equal(table_open(&reader, NULL, path), STATUS_OK);
    assert_int_equal(reader.n_fields, 3);
    assert_string_equal(reader.head[2], "a");
    assert_int_equal(table_next(&reader, NULL), 1);
    assert_string_equal(reader.field[1], "");
    assert_int_equal(table_next(&reader, NULL), 1);
    assert_string_equal(reader.field[0], "x,");
    assert_int_equal(table_refuse(&reader, 1, "a z"), STATUS_USER);
    support_assert_message(path, ": line 3: b 'y': expected a z", NULL);
    assert_int_equal(table_next(&reader, NULL), 0);
    table_close(&reader);
}

static void put_grams(FILE *out, const void *value)
{
    fprintf(out, "%.0f g", *(const double *)value);
}

static void given_a_table_when_shown_expect_text_csv_html_and_json_of_the_same_rows(void **state)
{
    (void)state;
    static const struct table_column shown[] = {
        TABLE_COLUMN(struct flower, name, TEXT, "flöwer"),
        TABLE_COLUMN(struct flower, petals, WHOLE, "petals", .may_be_empty = true),
        TABLE_COLUMN(struct flower, stem_cm, FLOAT, "stem mm", .format = "%.*f", .scale = 10),
        TABLE_COLUMN(struct flower, mass_g, NUMBER, "mass", .put = put_grams),
        TABLE_COLUMN(struct flower, height, PAIR, "height", .format = "%.1f", .between = " ± "),
        TABLE_COLUMN(struct flower, color, CHOICE, "", .words = colors, .n_words = N_COLORS),
    };
    struct table table = TABLE_OF(NULL, struct flower, shown);
    const struct flower row[] = {{"rose", 5, 1, true, 2.5F, 3, {10, 2}},
                                 {"crocus é", -1, 0, true, NAN, NAN, {NAN, NAN}}};
    char *text;
    size_t size;
    table.places = 2;
    table.nothing = "-";
    assert_int_equal(table_n_left(&table), 1);
    FILE *out = open_memstream(&text, &size);
    assert_int_equal(table_print(&table, row, 2, out), STATUS_OK);
    fclose(out);
    assert_string_equal(text, "flöwer    petals  stem mm  mass      height\n"
                              "rose           5    25.00   3 g  10.0 ± 2.0  red\n"
                              "crocus é       -        -     -           -\n");
    free(text);
    out = open_memstream(&text, &size);
    table_put_heads(&flowers, out);
    table_put_row(&flowers, &row[0], out);
    table_put_row(&flowers, &row[1], out);
    fclose(out);
    assert_string_equal(text, HEADS "rose,5,red,1,2.5,3\ncrocus é,,,1,,\n");
    free(text);
    out = open_memstream(&text, &size);
    assert_int_equal(html_put_table(out, &table, row, 2), STATUS_OK);
    fclose(out);
    assert_non_null(strstr(text, "<tr><td class=\"t\">rose</td><td>5</td><td>25.00</td><td>3 g</td>"
                                 "<td>10.0 ± 2.0</td><td class=\"t\">red</td></tr>\n"));
    assert_non_null(strstr(text, "<td class=\"t\">crocus é</td><td>-</td><td>-</td>"));
    free(text);
    json_t *json = table_to_json(&table, row, 2);
    text = json_dumps(json, JSON_COMPACT);
    assert_string_equal(text, "[{\"flöwer\":\"rose\",\"petals\":5,\"stem mm\":2.5,\"mass\":3.0,"
                              "\"height\":[10.0,2.0],\"\":\"red\"},"
                              "{\"flöwer\":\"crocus é\",\"petals\":null,\"stem mm\":null,"
                              "\"mass\":null,\"height\":[null,null],\"\":\"\"}]");
    json_decref(json);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(given_any_rows_when_written_and_read_expect_every_bit),
        WITH_FOLDER(given_columns_moved_and_added_when_read_expect_them_by_name),
        WITH_FOLDER(given_damaged_files_when_read_expect_file_line_and_column),
        WITH_FOLDER(given_a_caller_who_accepts_when_read_expect_an_end_or_a_refusal),
        WITH_FOLDER(given_no_file_when_read_expect_no_rows_where_it_may_be_missing),
        WITH_FOLDER(given_any_columns_when_read_without_a_table_expect_their_fields),
        cmocka_unit_test(given_a_table_when_shown_expect_text_csv_html_and_json_of_the_same_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
