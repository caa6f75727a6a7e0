/* SPDX-License-Identifier: GPL-3.0-or-later */
/* core/parameters: presets, parameter files, assignments, and the words in which they are refused.
 */
#include "core/parameters.h"
#include "store/parameters_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/status.h"
#include "support.h"

static struct parameters authors(void)
{
    struct parameters p;
    assert_int_equal(parameters_preset(&p, "authors"), STATUS_OK);
    return p;
}

/* Calls visit for each parameter of the JSON, with its "group.key". */
static void for_each(json_t *root, void (*visit)(const char *key, json_t *value, void *context),
                     void *context)
{
    const char *group, *name;
    json_t *members, *value;
    json_object_foreach(root, group, members)
    {
        json_object_foreach(members, name, value)
        {
            char key[128];
            snprintf(key, sizeof key, "%s.%s", group, name);
            visit(key, value, context);
        }
    }
}

/* As one would write it for --set. */
static void as_text(const json_t *value, char *text, size_t size)
{
    if (json_is_integer(value))
        snprintf(text, size, "%lld", (long long)json_integer_value(value));
    else if (json_is_real(value))
        snprintf(text, size, "%.17g", json_real_value(value));
    else if (json_is_boolean(value))
        snprintf(text, size, "%s", json_is_true(value) ? "true" : "false");
    else
        snprintf(text, size, "%s", json_string_value(value));
}

/* The value of "group.key" in words. */
static void value_of(const struct parameters *p, const char *key, char *text, size_t size)
{
    char group[64];
    const char *dot = strchr(key, '.');
    snprintf(group, sizeof group, "%.*s", (int)(dot - key), key);
    json_t *root = parameters_to_json(p);
    const json_t *value = json_object_get(json_object_get(root, group), dot + 1);
    assert_non_null(value);
    as_text(value, text, size);
    json_decref(root);
}

static void assert_value(const struct parameters *p, const char *key, const char *expected)
{
    char text[PARAMETER_TEXT_MAX], in_full[64];
    value_of(p, key, text, sizeof text);
    snprintf(in_full, sizeof in_full, "%.17g", strtod(expected, NULL));
    if (strcmp(text, expected) != 0 && strcmp(text, in_full) != 0)
        fail_msg("%s = %s, expected %s", key, text, expected);
}

/* ---- presets */

/* MODEL.md's numbers, section by section. */
static void given_the_authors_preset_when_looked_at_expect_the_numbers_of_the_page(void **state)
{
    (void)state;
    static const char *const page[][2] = {
        {"pyramidal.neurons", "80"},
        {"pyramidal.n_dendrites", "10"},
        {"pyramidal.dendrites", "supralinear"},
        {"interneuron.per_pyramidal", "0.125"},
        {"interneuron.n_dendrites", "10"},
        {"interneuron.dendrites_control_dendrite", "supralinear"},
        {"interneuron.dendrites_control_soma", "sublinear"},
        {"interneuron.dendrites_feedback", "supralinear"},
        {"connections.plastic", "-1"},
        {"connections.w_min", "0.1"},
        {"connections.w_max", "0.2"},
        {"connections.control_soma_to_pyramidal_per_cell", "2.5"},
        {"input.rate_max_hz", "30"},
        {"input.duration_ms", "4000"},
        {"input.onset_ms", "100"},
        {"input.active_ms", "3800"},
        {"input.onset_doublet", "true"},
        {"teacher.rate_hz", "35"},
        {"pyramidal.excitation_mv", "4"},
        {"pyramidal.inhibition_mv", "3"},
        {"pyramidal.tau_dendrite_ms", "20"},
        {"pyramidal.dspike_threshold_mv", "25"},
        {"pyramidal.dspike_peak_mv", "50"},
        {"pyramidal.dspike_refractory_ms", "70"},
        {"pyramidal.dendrite_to_soma", "0.12"},
        {"pyramidal.soma_inhibition", "0.54"},
        {"pyramidal.tau_soma_ms", "30"},
        {"interneuron.tau_soma_ms", "10"},
        {"pyramidal.adaptation_step", "0.18"},
        {"pyramidal.adaptation_reversal_mv", "-10"},
        {"pyramidal.tau_adaptation_ms", "180"},
        {"excitability.tau_adaptation_ms", "110"},
        {"excitability.effective_above", "0.2"},
        {"excitability.decay_h", "8"},
        {"pyramidal.tau_bap_ms", "17"},
        {"interneuron.sublinear_exponent", "0.7"},
        {"plasticity.calcium_step", "1.1"},
        {"plasticity.tag_ltp_gain", "2"},
        {"plasticity.consolidation_min", "138"},
        {"plasticity.tau_tag_s", "3600"},
        {"plasticity.tau_weight_s", "400"},
        {"plasticity.eta_max", "0.01"},
        {"plasticity.eta_min", "0.001"},
        {"prp.mode", "somatic"},
        {"prp.trigger", "cell"},
        {"prp.threshold", "1"},
        {"prp.somatic_delay_s", "1200"},
        {"prp.somatic_tau_s", "1800"},
        {"prp.dendritic_tau_s", "900"},
        {"prp.gate", "0.1"},
        {"turnover.policy", "random"},
        {"turnover.period", "10"},
        {"turnover.threshold", "0.2"},
        {"turnover.over_at", "5"},
        {"stopping.fraction", "0.5"},
        {"stopping.max_presentations", "350"},
        {"test.active_spikes", "20"},
        {"test.sample_period", "20"},
        {"test.sample_images", "100"},
        {"data.classes", ""},
    };
    const struct parameters p = authors();
    for (size_t i = 0; i < sizeof page / sizeof *page; i++)
        assert_value(&p, page[i][0], page[i][1]);
}

/* MODEL.md, section 9. */
static const char *const supplement[][2] = {
    {"input.onset_ms", "0"},
    {"input.active_ms", "4000"},
    {"input.onset_doublet", "false"},
    {"pyramidal.tau_adaptation_ms", "120"},
    {"connections.control_soma_to_pyramidal_per_cell", "5"},
    {"plasticity.tag_ltp_gain", "1"},
    {"plasticity.eta_floor", "0"},
    {"prp.trigger", "branch"},
    {"excitability.decay_h", "15"},
};
enum { N_SUPPLEMENT = sizeof supplement / sizeof *supplement };

static void expect_as_in_the_list(const char *key, json_t *value, void *context)
{
    char text[PARAMETER_TEXT_MAX], mine[PARAMETER_TEXT_MAX];
    as_text(value, text, sizeof text);
    value_of(context, key, mine, sizeof mine);
    for (int i = 0; i < N_SUPPLEMENT; i++)
        if (strcmp(supplement[i][0], key) == 0) {
            assert_string_not_equal(text, mine);
            return;
        }
    if (strcmp(text, mine) != 0)
        fail_msg("%s = %s, by the authors %s", key, text, mine);
}

static void given_the_supplement_preset_when_compared_expect_these_keys_to_differ(void **state)
{
    (void)state;
    struct parameters p, mine = authors();
    assert_int_equal(parameters_preset(&p, "supplement"), STATUS_OK);
    for (int i = 0; i < N_SUPPLEMENT; i++)
        assert_value(&p, supplement[i][0], supplement[i][1]);
    json_t *root = parameters_to_json(&p);
    for_each(root, expect_as_in_the_list, &mine);
    json_decref(root);
    assert_int_equal(parameters_validate(&p), STATUS_OK);
}

static void given_no_such_preset_when_asked_for_expect_the_names(void **state)
{
    (void)state;
    struct parameters p;
    assert_int_equal(parameters_preset(&p, "paper"), STATUS_USER);
    assert_string_equal(status_message(), "--preset paper: expected authors or supplement");
    assert_int_equal(parameters_preset(&p, ""), STATUS_USER);
}

static void given_a_preset_when_taken_over_other_values_expect_them_gone(void **state)
{
    (void)state;
    struct parameters p = authors();
    const struct parameters before = p;
    assert_int_equal(parameters_set(&p, "data.classes=3,8"), STATUS_OK);
    assert_int_equal(parameters_set(&p, "data.train_images=a.csv"), STATUS_OK);
    assert_int_equal(parameters_set(&p, "turnover.period=20"), STATUS_OK);
    assert_int_equal(parameters_preset(&p, "authors"), STATUS_OK);
    assert_memory_equal(&p, &before, sizeof p);
}

/* ---- files */

static void given_a_file_when_read_expect_its_values_over_the_others(void **state)
{
    const char text[] = "# MNIST\n"
                        "data: {\n"
                        "  kind = \"files\"; // or shapes\n"
                        "  train_images = \"mnist/a b.csv\";\n"
                        "  classes = [8, 3, 5];\n"
                        "  order = \"shuffled\";\n"
                        "};\n"
                        "input: { rate_max_hz = 25; onset_doublet = false; };\n"
                        "turnover: { period = 20; over_at = -1; };\n"
                        "stopping = { fraction = 0.3 }\n";
    struct parameters p = authors();
    const char *path = support_write_text(state, "a.cfg", text);
    if (parameters_read(&p, path) != STATUS_OK)
        fail_msg("%s", status_message());
    assert_int_equal(p.data.kind, DATA_FILES);
    assert_string_equal(p.data.train_images, "mnist/a b.csv");
    assert_int_equal(p.data.classes.n, 3);
    const int32_t sorted[] = {3, 5, 8};
    assert_memory_equal(p.data.classes.label, sorted, sizeof sorted);
    assert_int_equal(p.data.order, ORDER_SHUFFLED);
    assert_true(p.input.rate_max_hz == 25);
    assert_false(p.input.onset_doublet);
    assert_int_equal(p.turnover.period, 20);
    assert_int_equal(p.turnover.over_at, -1);
    assert_true(p.stopping.fraction == 0.3);
    assert_int_equal(p.pyramidal.neurons, 80); /* not mentioned */
    /* a second file goes over the first */
    const char *second = support_write_text(state, "b.cfg", "turnover: { period = 5; };");
    assert_int_equal(parameters_read(&p, second), STATUS_OK);
    assert_int_equal(p.turnover.period, 5);
    assert_true(p.input.rate_max_hz == 25);
}

static void given_an_empty_file_when_read_expect_nothing_changed(void **state)
{
    struct parameters p = authors();
    const struct parameters before = p;
    assert_int_equal(parameters_read(&p, support_write_text(state, "a", "")), STATUS_OK);
    assert_int_equal(parameters_read(&p, support_write_text(state, "b", "turnover: { };\n")),
                     STATUS_OK);
    assert_memory_equal(&p, &before, sizeof p);
}

/* Reads `text` and expects "PATH:LINE: what" and nothing more. */
static void assert_refused(void **state, const char *text, int line, const char *what)
{
    struct parameters p = authors();
    const char *path = support_write_text(state, "bad.cfg", text);
    char expected[2048];
    snprintf(expected, sizeof expected, "%s:%d: %s", path, line, what);
    if (parameters_read(&p, path) != STATUS_USER)
        fail_msg("not refused: %s", text);
    assert_string_equal(status_message(), expected);
}

static void given_an_unknown_key_when_read_expect_the_one_it_may_be(void **state)
{
    assert_refused(state, "turnover:\n{\n  periode = 11;\n};", 3,
                   "turnover.periode: no such parameter; did you mean turnover.period?");
    assert_refused(state, "pyramidal: { tau_dendrites_ms = 11; };", 1,
                   "pyramidal.tau_dendrites_ms: no such parameter; did you mean "
                   "pyramidal.tau_dendrite_ms?");
    assert_refused(state, "turnover: { bananas = 11; };", 1,
                   "turnover.bananas: no such parameter; `spinet params` lists them all");
}

static void given_an_unknown_group_when_read_expect_its_line(void **state)
{
    const char *what = "no such group; `spinet params` lists them all";
    char expected[128];
    assert_refused(state, "turnover: { };\nturnovers: { period = 11; };", 2,
                   "turnovers: no such group; did you mean turnover?");
    snprintf(expected, sizeof expected, "period: %s", what);
    assert_refused(state, "\n\nperiod = 11;", 3, expected);
    snprintf(expected, sizeof expected, "turnover: %s", what);
    assert_refused(state, "turnover = 11;", 1, expected);
    assert_refused(state, "turnover = ( 11 );", 1, expected);
}

#define WHOLE "expected a whole number from 1 to 1000000 presentations"

static void given_a_wrong_type_when_read_expect_what_would_be_right(void **state)
{
    assert_refused(state, "turnover: { period = 10.5; };", 1, "turnover.period = 10.5: " WHOLE);
    assert_refused(state, "turnover: { period = \"ten\"; };", 1, "turnover.period = ten: " WHOLE);
    assert_refused(state, "turnover: { period = true; };", 1, "turnover.period = true: " WHOLE);
    assert_refused(state, "turnover: { period = [10]; };", 1, "turnover.period = a list: " WHOLE);
    assert_refused(state, "turnover: { period = { a = 1; }; };", 1,
                   "turnover.period = a group: " WHOLE);
    assert_refused(state, "\ninput: { onset_doublet = 1; };", 2,
                   "input.onset_doublet = 1: expected one of true|false");
    assert_refused(state, "turnover: { policy = 1; };", 1,
                   "turnover.policy = 1: expected one of none|random|constrained|clustered|own");
    assert_refused(state, "turnover: { threshold = \"0.2\"; };", 1,
                   "turnover.threshold = 0.2: expected a number from 0 to 1");
    assert_refused(state, "data: { train_images = 5; };", 1,
                   "data.train_images = 5: expected a text of less than 1024 bytes, in UTF-8");
}

/* Taken, or refused in words that do not say "10: expected a whole number". */
static void given_a_whole_number_written_as_a_real_when_read_expect_no_riddle(void **state)
{
    struct parameters p = authors();
    const char *path = support_write_text(state, "a.cfg", "turnover: { period = 20.0; };");
    if (parameters_read(&p, path) == STATUS_OK)
        assert_int_equal(p.turnover.period, 20);
    else if (strstr(status_message(), "turnover.period = 20: "))
        fail_msg("%s", status_message());
}

static void given_a_value_out_of_range_when_read_expect_the_range(void **state)
{
    assert_refused(state, "turnover: { period = 0; };", 1, "turnover.period = 0: " WHOLE);
    assert_refused(state, "turnover: { period = 1000001; };", 1,
                   "turnover.period = 1000001: " WHOLE);
    assert_refused(state, "input: { rate_max_hz = 500.5; };", 1,
                   "input.rate_max_hz = 500.5: expected a number from 0 to 500 Hz");
    assert_refused(state, "input: { rate_max_hz = -1; };", 1,
                   "input.rate_max_hz = -1: expected a number from 0 to 500 Hz");
    assert_refused(
        state, "turnover: { policy = \"Random\"; };", 1,
        "turnover.policy = Random: expected one of none|random|constrained|clustered|own; "
        "did you mean random?");
}

static void given_the_ends_of_a_range_when_read_expect_them_taken(void **state)
{
    struct parameters p = authors();
    assert_int_equal(parameters_read(&p, support_write_text(state, "a",
                                                            "input: { rate_max_hz = 500; };\n"
                                                            "turnover: { period = 1000000; };")),
                     STATUS_OK);
    assert_true(p.input.rate_max_hz == 500);
    assert_int_equal(p.turnover.period, 1000000);
    assert_int_equal(parameters_read(&p, support_write_text(state, "b",
                                                            "input: { rate_max_hz = 0; };\n"
                                                            "turnover: { period = 1; };")),
                     STATUS_OK);
    assert_true(p.input.rate_max_hz == 0);
    assert_int_equal(p.turnover.period, 1);
}

static void given_what_is_not_finite_when_read_expect_refusal(void **state)
{
    assert_refused(state, "input: { rate_max_hz = 1e999; };", 1,
                   "input.rate_max_hz = inf: expected a number from 0 to 500 Hz");
    assert_refused(state, "input: { rate_max_hz = -1e999; };", 1,
                   "input.rate_max_hz = -inf: expected a number from 0 to 500 Hz");
    assert_refused(state, "input: {\n rate_max_hz = nan; };", 2,
                   "syntax error: expected groups of keys, as in turnover: { period = 20; };");
    assert_refused(state, "input: { rate_max_hz = inf; };", 1,
                   "syntax error: expected groups of keys, as in turnover: { period = 20; };");
}

/* Reads `text` and expects it refused, in whatever words, for this key. */
static void assert_too_large(void **state, const char *text, const char *key)
{
    struct parameters p = authors();
    const char *path = support_write_text(state, "large.cfg", text);
    if (parameters_read(&p, path) != STATUS_USER)
        fail_msg("not refused: %s", text);
    char where[1024];
    snprintf(where, sizeof where, "%s:1: ", path);
    support_assert_message(where, key, NULL);
}

static void given_integers_beyond_32_bits_when_read_expect_refusal(void **state)
{
    assert_too_large(state, "turnover: { period = 4294967306L; };", "turnover.period = 4294967306");
    assert_too_large(state, "turnover: { period = 4294967297; };", "4294967297");
    assert_too_large(state, "turnover: { over_at = 99999999999999999999; };",
                     "99999999999999999999");
    assert_too_large(state, "turnover: { period = 0x10000000A; };", "");
    assert_too_large(state, "input: { rate_max_hz = 4294967297; };", "4294967297");
    assert_too_large(state, "pyramidal: { adaptation_reversal_mv = -4294967306; };", "-4294967306");
}

/* What is no integer of the file may have as many digits as it likes. */
static void given_long_digits_elsewhere_when_read_expect_them_taken(void **state)
{
    struct parameters p = authors();
    const char *text = "# 4294967297\n// 4294967297\n/* 4294967297\n \" */\n"
                       "data: { train_images = \"99999999999 \\\" 4294967297\"; };\n"
                       "stopping: { fraction = 0.33333333333333333333; };\n"
                       "turnover: { threshold = 3333333333e-10; };\n"
                       "plasticity: { eta_midpoint = .3333333333; };\n";
    if (parameters_read(&p, support_write_text(state, "a.cfg", text)) != STATUS_OK)
        fail_msg("%s", status_message());
    assert_string_equal(p.data.train_images, "99999999999 \" 4294967297");
    assert_true(p.stopping.fraction == 1 / 3.0);
    assert_true(p.turnover.threshold == 0.3333333333);
    assert_true(p.plasticity.eta_midpoint == 0.3333333333);
}

/* A comment hides nothing, wherever it begins. */
static void given_a_quote_in_a_comment_when_read_expect_what_follows_checked(void **state)
{
    assert_too_large(state,
                     "input: { onset_doublet = true/* \" */; }; "
                     "turnover: { period = 4294967297; }; # \"\n",
                     "4294967297");
    assert_too_large(state, "turnover: { period = 4294967297/* */; };", "4294967297");
}

static void given_a_key_twice_when_read_expect_the_second_line(void **state)
{
    assert_refused(state, "turnover: {\n period = 10;\n period = 11;\n};", 3,
                   "duplicate setting name");
    assert_refused(state, "turnover: { period = 11; };\nturnover: { over_at = 12; };", 2,
                   "duplicate setting name");
}

static void given_a_syntax_error_when_read_expect_its_line(void **state)
{
    assert_refused(state, "turnover: {\n period = 10;\n", 3,
                   "syntax error: expected groups of keys, as in turnover: { period = 20; };");
    assert_refused(state, "turnover:\n{ period == 11; };", 2,
                   "syntax error: expected groups of keys, as in turnover: { period = 20; };");
    assert_refused(state, "data: { kind = files; };", 1,
                   "syntax error: expected groups of keys, as in turnover: { period = 20; };");
}

static void given_no_file_or_a_folder_when_read_expect_user_error(void **state)
{
    struct parameters p = authors();
    char expected[2048];
    const char *missing = support_path(state, "missing.cfg");
    assert_int_equal(parameters_read(&p, missing), STATUS_USER);
    snprintf(expected, sizeof expected, "%s: cannot be opened (No such file or directory)",
             missing);
    assert_string_equal(status_message(), expected);
    const char *folder = support_path(state, "folder");
    assert_int_equal(mkdir(folder, 0777), 0);
    assert_int_equal(parameters_read(&p, folder), STATUS_USER);
    snprintf(expected, sizeof expected, "%s: is a folder, a file is needed", folder);
    assert_string_equal(status_message(), expected);
}

#define LABELS "expected 2 to 100 different whole numbers from 0 to 999, as 3,8"

static void given_lists_of_classes_when_read_expect_only_sets_taken(void **state)
{
    struct parameters p = authors();
    assert_int_equal(
        parameters_read(&p, support_write_text(state, "a", "data: { classes = (999, 0); };")),
        STATUS_OK);
    assert_int_equal(p.data.classes.n, 2);
    assert_int_equal(p.data.classes.label[0], 0);
    assert_int_equal(p.data.classes.label[1], 999);
    assert_int_equal(
        parameters_read(&p, support_write_text(state, "b", "data: { classes = []; };")), STATUS_OK);
    assert_int_equal(p.data.classes.n, 0);
    const char *bad[] = {"3", "3,3", "3,8,3", "3,1000", "3,-1", "3,4294967299"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[64], message[128];
        snprintf(text, sizeof text, "data: { classes = (%s%s); };", bad[i], i == 5 ? "L" : "");
        snprintf(message, sizeof message, "data.classes = %s: " LABELS, bad[i]);
        assert_refused(state, text, 1, message);
    }
    assert_refused(state, "data: { classes = [3.0, 8.0]; };", 1,
                   "data.classes = a list of something else: " LABELS);
    char text[1024] = "data: { classes = [0", *end = text + strlen(text);
    for (int label = 1; label <= CLASSES_MAX; label++)
        end += sprintf(end, ",%d", label);
    strcpy(end, "]; };");
    assert_refused(state, text, 1, "data.classes = a longer list: " LABELS);
}

/* ---- assignments */

static void given_assignments_when_set_expect_their_values(void **state)
{
    (void)state;
    struct parameters p = authors();
    const char *good[] = {"turnover.period=7",         "input.rate_max_hz=2.5e1",
                          "input.onset_doublet=false", "turnover.policy=constrained",
                          "data.train_images=a=b.c",   "data.classes=8,3",
                          "turnover.over_at=-1"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_int_equal(parameters_set(&p, good[i]), STATUS_OK);
    assert_int_equal(p.turnover.period, 7);
    assert_true(p.input.rate_max_hz == 25);
    assert_false(p.input.onset_doublet);
    assert_string_equal(parameters_choice(&p, "turnover.policy"), "constrained");
    assert_string_equal(p.data.train_images, "a=b.c");
    assert_int_equal(p.data.classes.n, 2);
    assert_int_equal(p.data.classes.label[0], 3);
    assert_int_equal(p.data.classes.label[1], 8);
    assert_int_equal(p.turnover.over_at, -1);
    assert_int_equal(parameters_set(&p, "data.classes="), STATUS_OK);
    assert_int_equal(p.data.classes.n, 0);
    assert_int_equal(parameters_set(&p, "data.train_images="), STATUS_OK);
    assert_string_equal(p.data.train_images, "");
}

/* Each assignment with the message it must earn; nothing may change. */
static void given_bad_assignments_when_set_expect_these_words(void **state)
{
    (void)state;
    static const char *const bad[][2] = {
        {"turnover.period", "--set turnover.period: expected group.key=value"},
        {"=5", "--set =5: expected group.key=value"},
        {"", "--set : expected group.key=value"},
        {"period=5", "--set period: no such parameter; `spinet params` lists them all"},
        {".=5", "--set .: no such parameter; `spinet params` lists them all"},
        {"turnover.polisy=none",
         "--set turnover.polisy: no such parameter; did you mean turnover.policy?"},
        {"turnover.period =5",
         "--set turnover.period : no such parameter; did you mean turnover.period?"},
        {"turnover.period=", "--set turnover.period = : " WHOLE},
        {"turnover.period=10.0", "--set turnover.period = 10.0: " WHOLE},
        {"turnover.period=5 ", "--set turnover.period = 5 : " WHOLE},
        {"turnover.period=0", "--set turnover.period = 0: " WHOLE},
        {"turnover.period=4294967297", "--set turnover.period = 4294967297: " WHOLE},
        {"turnover.period=99999999999999999999",
         "--set turnover.period = 99999999999999999999: " WHOLE},
        {"turnover.over_at=99999999999999999999",
         "--set turnover.over_at = 99999999999999999999: expected a whole number from -1 to "
         "100000000 synapses"},
        {"input.rate_max_hz=nan",
         "--set input.rate_max_hz = nan: expected a number from 0 to 500 Hz"},
        {"input.rate_max_hz=inf",
         "--set input.rate_max_hz = inf: expected a number from 0 to 500 Hz"},
        {"input.rate_max_hz=1e999",
         "--set input.rate_max_hz = 1e999: expected a number from 0 to 500 Hz"},
        {"input.rate_max_hz=3,5",
         "--set input.rate_max_hz = 3,5: expected a number from 0 to 500 Hz"},
        {"input.onset_doublet=yes", "--set input.onset_doublet = yes: expected one of true|false"},
        {"turnover.policy=",
         "--set turnover.policy = : expected one of none|random|constrained|clustered|own"},
        {"turnover.policy=none|random", "--set turnover.policy = none|random: expected one of "
                                        "none|random|constrained|clustered|own"},
        {"data.classes=3", "--set data.classes = 3: " LABELS},
        {"data.classes=3,8,", "--set data.classes = 3,8,: " LABELS},
        {"data.classes=3,,8", "--set data.classes = 3,,8: " LABELS},
        {"data.classes=3,3", "--set data.classes = 3,3: " LABELS},
        {"data.classes=3,4294967299", "--set data.classes = 3,4294967299: " LABELS},
        {"data.classes=3,99999999999999999999",
         "--set data.classes = 3,99999999999999999999: " LABELS},
        {"data.classes=3,a", "--set data.classes = 3,a: " LABELS},
    };
    struct parameters p = authors();
    const struct parameters before = p;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (parameters_set(&p, bad[i][0]) != STATUS_USER)
            fail_msg("not refused: %s", bad[i][0]);
        assert_string_equal(status_message(), bad[i][1]);
    }
    assert_memory_equal(&p, &before, sizeof p);
}

static void given_too_long_a_text_when_set_expect_user_error(void **state)
{
    (void)state;
    struct parameters p = authors();
    char text[3000] = "data.train_images=";
    const size_t start = strlen(text);
    memset(text + start, 'x', PARAMETER_TEXT_MAX);
    text[start + PARAMETER_TEXT_MAX - 1] = '\0';
    assert_int_equal(parameters_set(&p, text), STATUS_OK);
    assert_int_equal(strlen(p.data.train_images), PARAMETER_TEXT_MAX - 1);
    text[start + PARAMETER_TEXT_MAX - 1] = 'x';
    text[start + PARAMETER_TEXT_MAX] = '\0';
    assert_int_equal(parameters_set(&p, text), STATUS_USER);
    support_assert_message("expected a text of less than 1024 bytes, in UTF-8", NULL);
    /* and a key that is longer than any */
    memset(text, 'x', sizeof text);
    strcpy(text + sizeof text - 8, ".y=1");
    assert_int_equal(parameters_set(&p, text), STATUS_USER);
    support_assert_message("--set xxx", "no such parameter", NULL);
}

/* ---- what must fit together */

static void assert_misfit(const char *const *assignment, const char *message)
{
    struct parameters p = authors();
    for (; *assignment; assignment++)
        assert_int_equal(parameters_set(&p, *assignment), STATUS_OK);
    if (!message) {
        assert_int_equal(parameters_validate(&p), STATUS_OK);
        return;
    }
    assert_int_equal(parameters_validate(&p), STATUS_USER);
    assert_string_equal(status_message(), message);
}

static void given_parameters_that_do_not_fit_when_validated_expect_both_names(void **state)
{
    (void)state;
    assert_misfit((const char *[]){NULL}, NULL);
    assert_misfit((const char *[]){"input.onset_ms=200", NULL}, NULL); /* 200 + 3800: just */
    assert_misfit((const char *[]){"input.onset_ms=201", NULL},
                  "input.onset_ms + input.active_ms = 4001: expected at most input.duration_ms = "
                  "4000");
    assert_misfit((const char *[]){"connections.w_min=0.2", NULL}, NULL);
    assert_misfit((const char *[]){"connections.w_min=0.3", NULL},
                  "connections.w_min = 0.3: expected at most connections.w_max = 0.2");
    assert_misfit((const char *[]){"plasticity.eta_min=0.02", NULL},
                  "plasticity.eta_min = 0.02: expected at most plasticity.eta_max = 0.01");
    const char *files = "data.kind = files: data.train_images and data.test_images must name the "
                        "files";
    assert_misfit((const char *[]){"data.kind=files", NULL}, files);
    assert_misfit((const char *[]){"data.kind=files", "data.train_images=a", NULL}, files);
    assert_misfit((const char *[]){"data.kind=files", "data.test_images=a", NULL}, files);
    assert_misfit(
        (const char *[]){"data.kind=files", "data.train_images=a", "data.test_images=b", NULL},
        NULL);
}

/* ---- output */

static void set_from_json(const char *key, json_t *value, void *context)
{
    char assignment[PARAMETER_TEXT_MAX + 128], text[PARAMETER_TEXT_MAX];
    as_text(value, text, sizeof text);
    snprintf(assignment, sizeof assignment, "%s=%s", key, text);
    if (parameters_set(context, assignment) != STATUS_OK)
        fail_msg("%s", status_message());
}

static void given_parameters_when_written_as_json_expect_them_back(void **state)
{
    (void)state;
    struct parameters p, back = authors();
    assert_int_equal(parameters_preset(&p, "supplement"), STATUS_OK);
    const char *changes[] = {"data.classes=5,7,12",   "data.train_images=x \"y\"/z,ü.csv",
                             "input.rate_max_hz=0.1", "plasticity.eta_min=0.0033333333333333331",
                             "turnover.policy=none",  "turnover.over_at=-1",
                             "data.kind=files",       "pyramidal.dendrites=linear"};
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        assert_int_equal(parameters_set(&p, changes[i]), STATUS_OK);
    json_t *root = parameters_to_json(&p);
    assert_non_null(root);
    /* through text, as in a manifest */
    char *text = json_dumps(root, 0);
    json_t *parsed = json_loads(text, 0, NULL);
    assert_non_null(parsed);
    for_each(parsed, set_from_json, &back);
    assert_memory_equal(&back, &p, sizeof p);
    back = authors();
    assert_int_equal(parameters_from_json(&back, parsed, "manifest.json: "), STATUS_OK);
    assert_memory_equal(&back, &p, sizeof p);
    json_decref(parsed);
    json_decref(root);
    free(text);
}

/* Its name in Latin-1: JSON could not hold it, and so the manifest could not name the data. */
static void given_a_text_that_is_not_utf8_when_set_expect_refusal(void **state)
{
    (void)state;
    struct parameters p = authors();
    assert_int_equal(parameters_set(&p, "data.train_images=gr\xf6\xdf"
                                        "er.csv"),
                     STATUS_USER);
    support_assert_message("--set data.train_images = ", "in UTF-8", NULL);
}

static void given_json_with_faults_when_read_expect_the_key(void **state)
{
    (void)state;
    static const char *const bad[][2] = {
        {"{\"turnover\": {\"periode\": 5}}",
         "m: turnover.periode: no such parameter; did you mean turnover.period?"},
        {"{\"turnover\": {\"period\": 4294967297}}", "m: turnover.period = 4294967297: " WHOLE},
        {"{\"turnover\": {\"period\": 10.5}}", "m: turnover.period = 10.5: " WHOLE},
        {"{\"turnover\": {\"policy\": \"some\"}}",
         "m: turnover.policy = some: expected one of none|random|constrained|clustered|own"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct parameters p = authors();
        json_t *json = json_loads(bad[i][0], 0, NULL);
        assert_non_null(json);
        assert_int_equal(parameters_from_json(&p, json, "m: "), STATUS_USER);
        assert_string_equal(status_message(), bad[i][1]);
        json_decref(json);
    }
}

struct counted {
    const char *text;
    int n;
};

static void expect_mentioned(const char *key, json_t *value, void *context)
{
    struct counted *counted = context;
    char line[PARAMETER_TEXT_MAX + 256], text[PARAMETER_TEXT_MAX];
    as_text(value, text, sizeof text);
    if (json_is_real(value)) /* shortest, as printed */
        snprintf(line, sizeof line, "\n  %s = ", key);
    else
        snprintf(line, sizeof line, "\n  %s = %s", key, *text ? text : "\"\"");
    if (!strstr(counted->text, line))
        fail_msg("not printed: %s", line + 1);
    counted->n++;
}

static void given_parameters_when_printed_expect_every_key_with_its_value(void **state)
{
    (void)state;
    struct parameters p;
    struct counted counted = {0};
    assert_int_equal(parameters_preset(&p, "supplement"), STATUS_OK);
    assert_int_equal(parameters_set(&p, "data.classes=3,8"), STATUS_OK);
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    parameters_print(&p, out);
    fclose(out);
    counted.text = text;
    json_t *root = parameters_to_json(&p);
    for_each(root, expect_mentioned, &counted);
    assert_true(counted.n > 90);
    /* nothing but the keys, in full: value, unit, meaning, range, source */
    int n_lines = 0;
    for (const char *at = text; (at = strstr(at, "\n  ")); at++)
        n_lines += at[3] != ' ';
    assert_int_equal(n_lines, counted.n);
    json_decref(root);
    free(text);
}

static void given_numbers_when_printed_expect_them_as_one_writes_them(void **state)
{
    (void)state;
    struct parameters p = authors();
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    parameters_print(&p, out);
    fclose(out);
    const char *parts[] = {
        "\n  pyramidal.dendrite_to_soma = 0.12\n      somatic excitation a mV of summed v_b "
        "[0 … 10]  §3\n",
        "\n  input.duration_ms = 4000 ms\n",
        "\n  data.train_images = \"\"\n      files: training images",
        "\n  input.rate_max_hz = 30 Hz\n      rate of a white pixel, of intensity 255 [0 … 500]  "
        "§2\n",
        "\n  plasticity.tau_tag_s = 3600 s\n",
        "\n  pyramidal.adaptation_reversal_mv = -10 mV\n",
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!strstr(text, parts[i]))
            fail_msg("not printed: %s", parts[i] + 1);
    free(text);
}

static void given_a_choice_when_asked_for_expect_its_name(void **state)
{
    (void)state;
    struct parameters p = authors();
    assert_string_equal(parameters_choice(&p, "turnover.policy"), "random");
    assert_string_equal(parameters_choice(&p, "prp.mode"), "somatic");
    p.prp.mode = PRP_BOTH;
    assert_string_equal(parameters_choice(&p, "prp.mode"), "both");
    p.pyramidal.dendrites = DENDRITE_SUBLINEAR;
    assert_string_equal(parameters_choice(&p, "pyramidal.dendrites"), "sublinear");
    p.prp.trigger = PRP_TRIGGER_BRANCH;
    assert_string_equal(parameters_choice(&p, "prp.trigger"), "branch");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_the_authors_preset_when_looked_at_expect_the_numbers_of_the_page),
        cmocka_unit_test(given_the_supplement_preset_when_compared_expect_these_keys_to_differ),
        cmocka_unit_test(given_no_such_preset_when_asked_for_expect_the_names),
        cmocka_unit_test(given_a_preset_when_taken_over_other_values_expect_them_gone),
        WITH_FOLDER(given_a_file_when_read_expect_its_values_over_the_others),
        WITH_FOLDER(given_an_empty_file_when_read_expect_nothing_changed),
        WITH_FOLDER(given_an_unknown_key_when_read_expect_the_one_it_may_be),
        WITH_FOLDER(given_an_unknown_group_when_read_expect_its_line),
        WITH_FOLDER(given_a_wrong_type_when_read_expect_what_would_be_right),
        WITH_FOLDER(given_a_whole_number_written_as_a_real_when_read_expect_no_riddle),
        WITH_FOLDER(given_a_value_out_of_range_when_read_expect_the_range),
        WITH_FOLDER(given_the_ends_of_a_range_when_read_expect_them_taken),
        WITH_FOLDER(given_what_is_not_finite_when_read_expect_refusal),
        WITH_FOLDER(given_integers_beyond_32_bits_when_read_expect_refusal),
        WITH_FOLDER(given_long_digits_elsewhere_when_read_expect_them_taken),
        WITH_FOLDER(given_a_quote_in_a_comment_when_read_expect_what_follows_checked),
        WITH_FOLDER(given_a_key_twice_when_read_expect_the_second_line),
        WITH_FOLDER(given_a_syntax_error_when_read_expect_its_line),
        WITH_FOLDER(given_no_file_or_a_folder_when_read_expect_user_error),
        WITH_FOLDER(given_lists_of_classes_when_read_expect_only_sets_taken),
        cmocka_unit_test(given_assignments_when_set_expect_their_values),
        cmocka_unit_test(given_bad_assignments_when_set_expect_these_words),
        cmocka_unit_test(given_too_long_a_text_when_set_expect_user_error),
        cmocka_unit_test(given_parameters_that_do_not_fit_when_validated_expect_both_names),
        cmocka_unit_test(given_parameters_when_written_as_json_expect_them_back),
        cmocka_unit_test(given_a_text_that_is_not_utf8_when_set_expect_refusal),
        cmocka_unit_test(given_json_with_faults_when_read_expect_the_key),
        cmocka_unit_test(given_parameters_when_printed_expect_every_key_with_its_value),
        cmocka_unit_test(given_numbers_when_printed_expect_them_as_one_writes_them),
        cmocka_unit_test(given_a_choice_when_asked_for_expect_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
