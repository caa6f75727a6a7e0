/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parameters: one table made from parameters.def, and everything that reads or prints it.
 * Refuses unknown keys, wrong types and values out of range, with file and line. */
#include "core/parameters.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/config.h"
#include "core/number.h"
#include "core/scope.h"
#include "core/status.h"
#include "core/suggest.h"
#include "core/utf8.h"

enum { LABEL_MAX = 999 };

struct parameter {
    enum parameter_kind kind;
    const char *group, *name;
    size_t offset;       /* in struct parameters */
    const char *initial; /* the default, as one would write it */
    double least, greatest;
    const char *unit, *choices, *source, *meaning;
};

static const char turnover_policy_names[] =
#define POLICY(capitals, name) "|" #name
#include "core/policies.def"
#undef POLICY
    , plasticity_rule_names[] =
#define RULE(capitals, name) "|" #name
#include "core/rules.def"
#undef RULE
    ;
#define TURNOVER_POLICY_NAMES (turnover_policy_names + 1)
#define PLASTICITY_RULE_NAMES (plasticity_rule_names + 1)

#define AT(g, n) offsetof(struct parameters, g.n)
static const struct parameter table[] = {
#define GROUP(g, m) {PARAMETER_GROUP, #g, NULL, 0, NULL, 0, 0, NULL, NULL, NULL, m},
#define END(g)
#define INTEGER(g, n, d, least, most, u, s, m)                                                     \
    {PARAMETER_INTEGER, #g, #n, AT(g, n), #d, least, most, u, "", s, m},
#define REAL(g, n, d, least, most, u, s, m)                                                        \
    {PARAMETER_REAL, #g, #n, AT(g, n), #d, least, most, u, "", s, m},
#define SWITCH(g, n, d, s, m)                                                                      \
    {PARAMETER_SWITCH, #g, #n, AT(g, n), #d, 0, 1, "", "true|false", s, m},
#define CHOICE(g, n, d, c, s, m) {PARAMETER_CHOICE, #g, #n, AT(g, n), d, 0, 0, "", c, s, m},
#define TEXT(g, n, d, s, m)      {PARAMETER_TEXT, #g, #n, AT(g, n), d, 0, 0, "", "", s, m},
#define LABELS(g, n, d, s, m)    {PARAMETER_LABELS, #g, #n, AT(g, n), d, 0, LABEL_MAX, "", "", s, m},
#include "core/parameters.def"
};
enum { N_ROWS = sizeof table / sizeof *table };

static const struct preset {
    const char *name;
    const char *const *assignments; /* what differs from the defaults; NULL at the end */
} presets[] = {
    {"authors", (const char *const[]){NULL}},
    /* The supplement's text where it differs from the authors' program: docs/model.md, §9. */
    {"supplement",
     (const char *const[]){
         "plasticity.tag_ltp_gain=1", "plasticity.eta_floor=0", "pyramidal.tau_adaptation_ms=120",
         "excitability.tau_adaptation_ms=110", "excitability.decay_h=15",
         "connections.control_soma_to_pyramidal_per_cell=5", "prp.trigger=branch",
         "input.onset_ms=0", "input.active_ms=4000", "input.onset_doublet=false", NULL}},
};
enum { N_PRESETS = sizeof presets / sizeof *presets };

static const struct parameter *find(const char *group, size_t group_length, const char *name)
{
    for (const struct parameter *row = table; row < table + N_ROWS; row++)
        if (row->kind != PARAMETER_GROUP && strlen(row->group) == group_length &&
            strncmp(row->group, group, group_length) == 0 && strcmp(row->name, name) == 0)
            return row;
    return NULL;
}

static const struct parameter *find_group(const char *group)
{
    for (const struct parameter *row = table; row < table + N_ROWS; row++)
        if (row->kind == PARAMETER_GROUP && strcmp(row->group, group) == 0)
            return row;
    return NULL;
}

static void *member(struct parameters *p, const struct parameter *row)
{
    return (char *)p + row->offset;
}

static const void *value(const struct parameters *p, const struct parameter *row)
{
    return (const char *)p + row->offset;
}

/* The index of `word` in a list such as "true|false", or -1. */
static int32_t choice_index(const char *choices, const char *word)
{
    const size_t length = strlen(word);
    int32_t index = 0;
    for (const char *start = choices; length > 0; index++) {
        const size_t n = strcspn(start, "|");
        if (n == length && strncmp(start, word, n) == 0)
            return index;
        if (start[n] == '\0')
            break;
        start += n + 1;
    }
    return -1;
}

static void choice_name(const char *choices, int32_t index, char *name, size_t size)
{
    for (; index > 0; index--)
        choices += strcspn(choices, "|") + 1;
    snprintf(name, size, "%.*s", (int)strcspn(choices, "|"), choices);
}

/* Writes what would be right, as "a number from 0 to 500 Hz". */
static const char *expectation(const struct parameter *row, char *text, size_t size)
{
    const char *gap = *row->unit ? " " : "";
    switch (row->kind) {
    case PARAMETER_INTEGER:
        snprintf(text, size, "a whole number from %.0f to %.0f%s%s", row->least, row->greatest, gap,
                 row->unit);
        break;
    case PARAMETER_REAL:
        snprintf(text, size, "a number from %g to %g%s%s", row->least, row->greatest, gap,
                 row->unit);
        break;
    case PARAMETER_TEXT:
        snprintf(text, size, "a text of less than %d bytes, in UTF-8", PARAMETER_TEXT_MAX);
        break;
    case PARAMETER_LABELS:
        snprintf(text, size, "2 to %d different whole numbers from 0 to %d, as 3,8", CLASSES_MAX,
                 LABEL_MAX);
        break;
    default:
        snprintf(text, size, "one of %s", row->choices);
    }
    return text;
}

/* Says what is right in place of `given`. `where` is "FILE:LINE: " or "--set ", so that the message
 * says whose mistake it is. */
static int refuse(const char *where, const struct parameter *row, const char *given)
{
    char right[256];
    struct suggestion near = suggest_for(given);
    suggest_offer_list(&near, row->kind == PARAMETER_CHOICE ? row->choices : "");
    return status_fail(STATUS_USER, "%s%s.%s = %.200s: expected %s%s", where, row->group, row->name,
                       given, expectation(row, right, sizeof right), suggest_ending(&near));
}

static int store_number(struct parameters *p, const struct parameter *row, double number,
                        const char *where, const char *given)
{
    if (!(number >= row->least && number <= row->greatest))
        return refuse(where, row, given);
    if (row->kind == PARAMETER_REAL)
        *(double *)member(p, row) = number;
    else
        *(int32_t *)member(p, row) = (int32_t)number;
    return STATUS_OK;
}

static int store_choice(struct parameters *p, const struct parameter *row, const char *word,
                        const char *where)
{
    const int32_t index = choice_index(row->choices, word);
    if (index < 0)
        return refuse(where, row, word);
    if (row->kind == PARAMETER_SWITCH)
        *(bool *)member(p, row) = index == 0;
    else
        *(int32_t *)member(p, row) = index;
    return STATUS_OK;
}

static int store_text(struct parameters *p, const struct parameter *row, const char *text,
                      const char *where)
{
    if (!utf8_is_valid(text) || strlen(text) >= PARAMETER_TEXT_MAX)
        return refuse(where, row, text);
    strcpy(member(p, row), text);
    return STATUS_OK;
}

/* Stores labels of classes, as "3,8". */
static int store_labels(struct parameters *p, const struct parameter *row, const char *text,
                        const char *where)
{
    struct label_list sorted = {0};
    for (const char *at = text; *text; at++) {
        char *end;
        const long long label = strtoll(at, &end, 10);
        if (sorted.n == CLASSES_MAX || *at < '0' || *at > '9' || label > LABEL_MAX ||
            (*end && *end != ','))
            return refuse(where, row, text);
        int place = sorted.n++;
        for (; place > 0 && sorted.label[place - 1] > label; place--)
            sorted.label[place] = sorted.label[place - 1];
        sorted.label[place] = (int32_t)label;
        if (place > 0 && sorted.label[place - 1] == label)
            return refuse(where, row, text);
        at = end;
        if (!*at)
            break;
    }
    if (sorted.n == 1)
        return refuse(where, row, text);
    *(struct label_list *)member(p, row) = sorted;
    return STATUS_OK;
}

/* Stores a value that is given as a text, as by --set and in parameters.def. */
static int store_from_text(struct parameters *p, const struct parameter *row, const char *text,
                           const char *where)
{
    int64_t whole;
    double number;
    switch (row->kind) {
    case PARAMETER_INTEGER:
        return number_parse_whole(text, &whole) ? store_number(p, row, (double)whole, where, text)
                                                : refuse(where, row, text);
    case PARAMETER_REAL:
        return number_parse(text, &number) ? store_number(p, row, number, where, text)
                                           : refuse(where, row, text);
    case PARAMETER_TEXT:
        return store_text(p, row, text, where);
    case PARAMETER_LABELS:
        return store_labels(p, row, text, where);
    default:
        return store_choice(p, row, text, where);
    }
}

/* Stores a list of whole numbers of a parameter file. */
static int store_list(struct parameters *p, const struct parameter *row,
                      const config_setting_t *setting, const char *where)
{
    char text[CLASSES_MAX * 24] = "";
    const int n = config_setting_length(setting);
    size_t length = 0;
    if (n > CLASSES_MAX)
        return refuse(where, row, "a longer list");
    for (int i = 0; i < n; i++) {
        const config_setting_t *item = config_setting_get_elem(setting, (unsigned)i);
        const int type = config_setting_type(item);
        if (type != CONFIG_TYPE_INT && type != CONFIG_TYPE_INT64)
            return refuse(where, row, "a list of something else");
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%lld", i ? "," : "",
                                   config_setting_get_int64(item));
    }
    return store_labels(p, row, text, where);
}

/* Stores a value of a parameter file, whose type must be the parameter's. */
static int store_from_setting(struct parameters *p, const struct parameter *row,
                              const config_setting_t *setting, const char *where)
{
    const enum parameter_kind kind = row->kind;
    char number[64];
    const char *text = number;
    bool fits;
    switch (config_setting_type(setting)) {
    case CONFIG_TYPE_INT:
    case CONFIG_TYPE_INT64:
        snprintf(number, sizeof number, "%lld", config_setting_get_int64(setting));
        fits = kind == PARAMETER_INTEGER || kind == PARAMETER_REAL;
        break;
    case CONFIG_TYPE_FLOAT:
        number_format(config_setting_get_float(setting), number, sizeof number);
        if (strspn(number, "-0123456789") == strlen(number))
            strcat(number, ".0"); /* so that one sees it is a real */
        fits = kind == PARAMETER_REAL;
        break;
    case CONFIG_TYPE_BOOL:
        text = config_setting_get_bool(setting) ? "true" : "false";
        fits = kind == PARAMETER_SWITCH;
        break;
    case CONFIG_TYPE_STRING:
        text = config_setting_get_string(setting);
        fits = kind == PARAMETER_CHOICE || kind == PARAMETER_TEXT;
        break;
    case CONFIG_TYPE_ARRAY:
    case CONFIG_TYPE_LIST:
        return kind == PARAMETER_LABELS ? store_list(p, row, setting, where)
                                        : refuse(where, row, "a list");
    default:
        return refuse(where, row, "a group");
    }
    return fits ? store_from_text(p, row, text, where) : refuse(where, row, text);
}

int parameters_preset(struct parameters *p, const char *name)
{
    const struct preset *preset = presets;
    while (preset < presets + N_PRESETS && strcmp(preset->name, name) != 0)
        preset++;
    if (preset == presets + N_PRESETS)
        return status_fail(STATUS_USER, "--preset %s: expected authors or supplement", name);
    memset(p, 0, sizeof *p);
    for (const struct parameter *row = table; row < table + N_ROWS; row++)
        if (row->kind != PARAMETER_GROUP)
            TRY(store_from_text(p, row, row->initial, "default: "));
    for (const char *const *a = preset->assignments; *a; a++)
        TRY(parameters_set(p, *a));
    return STATUS_OK;
}

static bool is_experiment(const char *path)
{
    const size_t n = strlen(path), n_ending = strlen(".sweep");
    return n > n_ending && strcmp(path + n - n_ending, ".sweep") == 0;
}

static int unknown_key(const char *where, const char *key)
{
    struct suggestion near = suggest_for(key);
    for (const struct parameter *row = table; row < table + N_ROWS; row++) {
        char candidate[128];
        snprintf(candidate, sizeof candidate, "%s.%s", row->group, row->name ? row->name : "");
        if (row->kind != PARAMETER_GROUP)
            suggest_offer(&near, candidate);
    }
    return status_fail(STATUS_USER, "%s%.200s: no such parameter; %s", where, key,
                       suggest_words(&near, "`spinet params` lists them all"));
}

static int unknown_group(const char *path, const config_setting_t *group)
{
    struct suggestion near = suggest_for(config_setting_name(group));
    for (const struct parameter *row = table; row < table + N_ROWS; row++)
        if (row->kind == PARAMETER_GROUP)
            suggest_offer(&near, row->group);
    return status_fail(STATUS_USER, "%s:%u: %.200s: no such group; %s", path,
                       config_setting_source_line(group), near.word,
                       is_experiment(path)
                           ? "this is an experiment, which `spinet sweep` runs"
                           : suggest_words(&near, "`spinet params` lists them all"));
}

int parameters_set(struct parameters *p, const char *assignment)
{
    const char *dot = strchr(assignment, '.'), *equals = strchr(assignment, '=');
    if (!equals || equals == assignment)
        return status_fail(STATUS_USER, "--set %.200s: expected group.key=value", assignment);
    char key[256];
    snprintf(key, sizeof key, "%.*s", (int)(equals - assignment), assignment);
    const struct parameter *row =
        dot && dot < equals ? find(key, (size_t)(dot - assignment), key + (dot - assignment) + 1)
                            : NULL;
    if (!row && find_group(key))
        return status_fail(STATUS_USER, "--set %.200s: %s is a group: expected %s.KEY=VALUE",
                           assignment, key, key);
    if (!row || strlen(key) != (size_t)(equals - assignment))
        return unknown_key("--set ", key);
    return store_from_text(p, row, equals + 1, "--set ");
}

static int read_group(struct parameters *p, const config_setting_t *group, const char *path)
{
    char where[PARAMETER_TEXT_MAX + 32], key[256];
    for (int i = 0; i < config_setting_length(group); i++) {
        const config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);
        snprintf(where, sizeof where, "%.1000s:%u: ", path, config_setting_source_line(setting));
        const char *name = config_setting_name(setting), *in = config_setting_name(group);
        const struct parameter *row = find(in, strlen(in), name);
        if (!row) {
            snprintf(key, sizeof key, "%.100s.%.100s", in, name);
            return unknown_key(where, key);
        }
        TRY(store_from_setting(p, row, setting, where));
    }
    return STATUS_OK;
}

static int take_groups(struct parameters *p, const config_t *config, const char *path)
{
    const config_setting_t *root = config_root_setting(config);
    for (int i = 0; i < config_setting_length(root); i++) {
        const config_setting_t *group = config_setting_get_elem(root, (unsigned)i);
        const char *name = config_setting_name(group);
        if (!config_setting_is_group(group) || !find_group(name))
            return unknown_group(path, group);
        TRY(read_group(p, group, path));
    }
    return STATUS_OK;
}

int parameters_read(struct parameters *p, const char *path)
{
    SCOPED(config_destroy) config_t config;
    TRY(config_read_strictly(&config, path));
    return take_groups(p, &config, path);
}

/* Checks that sizes neither explode nor vanish, and that their coordinate x can be resolved in
 * float32. */
static int validate_mean_reversion(const struct parameters *p, const char *form, const char *decay,
                                   double decay_value, double variance_slope)
{
    if (decay_value <= 0)
        return status_fail(STATUS_USER,
                           "intrinsic.%s = %g: expected more than 0 with intrinsic.form = %s, or "
                           "sizes grow without end",
                           decay, decay_value, form);
    const double factor = p->intrinsic.noise_factor;
    if (p->intrinsic.largest_size <= 0 && factor * factor * variance_slope >= 2 * decay_value)
        return status_fail(STATUS_USER,
                           "intrinsic.noise_factor = %g: sizes have no finite variance, as 2 "
                           "intrinsic.%s = %g is not above sigma^2 / w^2 = %g of large spines: "
                           "expected a factor below %.4g, or an intrinsic.largest_size",
                           factor, decay, 2 * decay_value, factor * factor * variance_slope,
                           sqrt(2 * decay_value / variance_slope));
    return STATUS_OK;
}

/* Refuses a floor of the noise that outweighs its size-dependent part up to too large a size:
 * `ratio`, in um^3. */
static int validate_floor(const char *slope, double slope_value, const char *floor,
                          double floor_value, double ratio)
{
    if (slope_value > 0 && ratio > 10)
        return status_fail(STATUS_USER,
                           "intrinsic.%s = %g: expected 0, or enough that intrinsic.%s = %g "
                           "outweighs it only up to a size of 10 um^3, not %.3g",
                           slope, slope_value, floor, floor_value, ratio);
    return STATUS_OK;
}

static int validate_form(const struct parameters *p)
{
    const double ou_slope = p->intrinsic.geometric_ou_noise_slope,
                 kesten_slope = p->intrinsic.kesten_variance_slope;
    switch (p->intrinsic.form) {
    case INTRINSIC_GEOMETRIC_OU:
        TRY(validate_mean_reversion(p, "geometric-ou", "geometric_ou_decay",
                                    p->intrinsic.geometric_ou_decay, ou_slope * ou_slope));
        return validate_floor("geometric_ou_noise_slope", ou_slope, "geometric_ou_noise_floor",
                              p->intrinsic.geometric_ou_noise_floor,
                              p->intrinsic.geometric_ou_noise_floor / ou_slope);
    case INTRINSIC_KESTEN:
        TRY(validate_mean_reversion(p, "kesten", "kesten_decay", p->intrinsic.kesten_decay,
                                    kesten_slope));
        return validate_floor("kesten_variance_slope", kesten_slope, "kesten_variance_floor",
                              p->intrinsic.kesten_variance_floor,
                              sqrt(p->intrinsic.kesten_variance_floor / kesten_slope));
    default: /* a log normal distribution has all moments */
        return validate_mean_reversion(p, "lognormal", "lognormal_log_decay",
                                       p->intrinsic.lognormal_log_decay, 0);
    }
}

static int validate_intrinsic(const struct parameters *p)
{
    const double least = p->intrinsic.elimination_size, most = p->intrinsic.largest_size;
    if (p->intrinsic.form == INTRINSIC_NONE)
        return STATUS_OK;
    TRY(validate_form(p));
    if (p->intrinsic.birth_size <= least)
        return status_fail(STATUS_USER,
                           "intrinsic.birth_size = %g: expected more than "
                           "intrinsic.elimination_size = %g",
                           p->intrinsic.birth_size, least);
    if (most > 0 && most < p->intrinsic.birth_size)
        return status_fail(STATUS_USER,
                           "intrinsic.largest_size = %g: expected at least intrinsic.birth_size = "
                           "%g, or 0 for no limit",
                           most, p->intrinsic.birth_size);
    return STATUS_OK;
}

static int check_at_most(const char *key, double value, const char *most_key, double most)
{
    return value <= most ? STATUS_OK
                         : status_fail(STATUS_USER, "%s = %g: expected at most %s = %g", key, value,
                                       most_key, most);
}
#define TRY_AT_MOST(key, most) TRY(check_at_most(#key, p->key, #most, p->most))

static int validate_data(const struct parameters *p)
{
    const char *given = *p->data.other_train_images   ? "other_train_images"
                        : *p->data.other_test_images  ? "other_test_images"
                        : *p->data.other_train_labels ? "other_train_labels"
                        : *p->data.other_test_labels  ? "other_test_labels"
                                                      : NULL;
    if (p->data.kind == DATA_FILES && (!*p->data.train_images || !*p->data.test_images))
        return status_fail(STATUS_USER, "data.kind = files: data.train_images and "
                                        "data.test_images must name the files");
    if (given && p->data.kind != DATA_FILES)
        return status_fail(STATUS_USER, "data.%s: is for data of files: expected data.kind = files",
                           given);
    if (given && (!*p->data.other_train_images || !*p->data.other_test_images))
        return status_fail(STATUS_USER,
                           "data.%s: expected both data.other_train_images and "
                           "data.other_test_images, or no other data",
                           given);
    return STATUS_OK;
}

int parameters_validate(const struct parameters *p)
{
    if (p->input.onset_ms + p->input.active_ms > p->input.duration_ms)
        return status_fail(STATUS_USER,
                           "input.onset_ms + input.active_ms = %d: expected at most "
                           "input.duration_ms = %d",
                           p->input.onset_ms + p->input.active_ms, p->input.duration_ms);
    TRY_AT_MOST(connections.w_min, connections.w_max);
    TRY_AT_MOST(plasticity.eta_min, plasticity.eta_max);
    TRY(validate_data(p));
    if (p->stopping.by == STOPPING_BY_PATIENCE && p->test.sample_period == 0 &&
        !p->test.sample_early)
        return status_fail(STATUS_USER, "stopping.by = patience: needs sample tests: expected "
                                        "test.sample_period above 0");
    if (p->spines.most_per_um > 0 && p->connections.contacts > 1)
        return status_fail(STATUS_USER,
                           "spines.most_per_um = %g: is for connections of one synapse: expected 0 "
                           "with connections.contacts = %d",
                           p->spines.most_per_um, p->connections.contacts);
    TRY_AT_MOST(silent.days_least, silent.days_most);
    if (p->rest.reactivation_hours > 0 &&
        60 * p->rest.reactivation_hours < p->plasticity.consolidation_min)
        return status_fail(STATUS_USER,
                           "rest.reactivation_hours = %g: expected 0, or at least "
                           "plasticity.consolidation_min = %g min, which a reactivation takes",
                           p->rest.reactivation_hours, p->plasticity.consolidation_min);
    return validate_intrinsic(p);
}

const char *label_list_text(const struct label_list *list, const char *between, char *text,
                            size_t size)
{
    size_t length = 0;
    *text = '\0';
    for (int32_t i = 0; i < list->n && length < size; i++)
        length += (size_t)snprintf(text + length, size - length, "%s%d", i ? between : "",
                                   list->label[i]);
    return text;
}

/* Writes a value as one would write it for --set: a real with as few digits as read back the same.
 */
static void format_value(const struct parameters *p, const struct parameter *row, char *text,
                         size_t size)
{
    switch (row->kind) {
    case PARAMETER_INTEGER:
        snprintf(text, size, "%d", *(const int32_t *)value(p, row));
        break;
    case PARAMETER_REAL:
        number_format(*(const double *)value(p, row), text, size);
        break;
    case PARAMETER_SWITCH:
        snprintf(text, size, "%s", *(const bool *)value(p, row) ? "true" : "false");
        break;
    case PARAMETER_CHOICE:
        choice_name(row->choices, *(const int32_t *)value(p, row), text, size);
        break;
    case PARAMETER_LABELS:
        label_list_text(value(p, row), ",", text, size);
        break;
    default:
        snprintf(text, size, "%s", (const char *)value(p, row));
    }
}

void parameters_describe(const struct parameters *p,
                         void (*visit)(const struct parameter_description *description, void *data),
                         void *data)
{
    char text[PARAMETER_TEXT_MAX] = "", range[128];
    for (const struct parameter *row = table; row < table + N_ROWS; row++) {
        const bool is_number = row->kind == PARAMETER_INTEGER || row->kind == PARAMETER_REAL;
        if (row->kind != PARAMETER_GROUP)
            format_value(p, row, text, sizeof text);
        if (is_number)
            snprintf(range, sizeof range, "%g … %g", row->least, row->greatest);
        visit(
            &(struct parameter_description){
                .kind = row->kind,
                .group = row->group,
                .name = row->name,
                .value = text,
                .unit = row->unit,
                .range = is_number ? range : row->choices,
                .source = row->source,
                .meaning = row->meaning,
            },
            data);
    }
}

static void print_description(const struct parameter_description *d, void *data)
{
    FILE *out = data;
    if (!d->name) {
        fprintf(out, "%s%s: %s\n", d->group == table->group ? "" : "\n", d->group, d->meaning);
        return;
    }
    fprintf(out, "  %s.%s = %s%s%s\n      %s", d->group, d->name, *d->value ? d->value : "\"\"",
            *d->unit ? " " : "", d->unit, d->meaning);
    fprintf(out, "%s%s%s%s%s\n", *d->range ? " [" : "", d->range, *d->range ? "]" : "",
            *d->source ? "  " : "", d->source);
}

void parameters_print(const struct parameters *p, FILE *out)
{
    parameters_describe(p, print_description, out);
}

enum parameter_kind parameters_kind(const char *group, const char *name)
{
    const struct parameter *row = find(group, strlen(group), name);
    return row ? row->kind : PARAMETER_UNKNOWN;
}

int parameters_store(struct parameters *p, const char *group, const char *name, const char *text,
                     const char *where)
{
    char key[256];
    const struct parameter *row = find(group, strlen(group), name);
    if (row)
        return store_from_text(p, row, text, where);
    snprintf(key, sizeof key, "%.100s.%.100s", group, name);
    return unknown_key(where, key);
}

int parameters_refuse(const char *group, const char *name, const char *given, const char *where)
{
    return refuse(where, find(group, strlen(group), name), given);
}

int parameters_get(const struct parameters *p, const char *key, char *text, size_t size)
{
    const char *dot = strchr(key, '.');
    const struct parameter *row = dot ? find(key, (size_t)(dot - key), dot + 1) : NULL;
    if (!row)
        return status_fail(STATUS_USER, "%s: no such parameter", key);
    format_value(p, row, text, size);
    return STATUS_OK;
}

const char *parameters_choice(const struct parameters *p, const char *key)
{
    static _Thread_local char name[64];
    parameters_get(p, key, name, sizeof name);
    return name;
}
