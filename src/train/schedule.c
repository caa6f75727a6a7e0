/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Phases of training: reads them, and says which class comes next and when a phase ends. train.c
 * does what happens in a phase. */
#include "train/schedule.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include "core/phrase.h"
#include "core/status.h"

/* What the text of a phase can set, in place of the parameter that holds for all phases. */
static const struct item {
    const char *name;
    size_t at; /* offset of a double in struct schedule_phase */
    double least, most;
    bool is_whole, is_of_switch; /* is_of_switch: not allowed in the first phase */
    bool is_word;                /* no number follows: the value is `most` */
} items[] = {
#define ITEM(name, member, ...)                                                                    \
    {                                                                                              \
        name, offsetof(struct schedule_phase, member), __VA_ARGS__                                 \
    }
    ITEM("strong", strong, 0, 1, false, false, false),
    ITEM("accuracy", accuracy, 0, 1, false, false, false),
    ITEM("presentations", presentations, 0, 1e8, true, false, false),
    ITEM("replay", replay, 0, 0.99, false, false, false),
    ITEM("prune", prune, 0, 1, false, true, false),
    ITEM("rest", rest_days, 0, 10000, false, true, false),
    ITEM("turnover", turnover, 1, 1, false, false, true),
    ITEM("no-turnover", turnover, 0, 0, false, false, true),
};
enum { N_ITEMS = sizeof items / sizeof *items };

#define EXAMPLE "0 1: strong 0.3; 2 3: presentations 100, prune 0.5"

bool schedule_is_on(const struct parameters *p)
{
    return *p->schedule.phases != '\0';
}

/* ---- reading ---- */

static bool add_class(struct schedule_phase *phase, double label)
{
    if (phase->classes.n == CLASSES_MAX || label < 0 || label > 999 || label != floor(label) ||
        schedule_has_label(phase, (int32_t)label))
        return false;
    phase->classes.label[phase->classes.n++] = (int32_t)label;
    return true;
}

/* Takes labels, and ranges of labels as 0-9. */
static int take_classes(struct phrase *phrase, struct schedule_phase *phase)
{
    static const char what[] = "classes, whole numbers from 0 to 999, each once,";
    while (phrase_next(phrase) && *phrase->at != ':' && *phrase->at != ';') {
        const struct phrase before = *phrase;
        double label, last;
        bool is_right = phrase_take_number(phrase, &label);
        last = label;
        if (is_right && *phrase->at == '-') {
            phrase->at++;
            is_right = number_take(&phrase->at, &last);
            if (is_right && last < label)
                return phrase_refuse(&before, "the smaller class of a range first, as in 0-9,");
        }
        for (; is_right && label <= last; label++)
            is_right = add_class(phase, label);
        if (!is_right)
            return phrase_refuse(&before, what);
    }
    return phase->classes.n > 0 ? STATUS_OK : phrase_refuse(phrase, what);
}

static int take_item(struct phrase *phrase, struct schedule_phase *phase)
{
    const struct item *item = items;
    while (item < items + N_ITEMS && !phrase_take_word(phrase, item->name))
        item++;
    if (item == items + N_ITEMS)
        return phrase_refuse(phrase, "strong, accuracy, presentations, replay, prune, rest, "
                                     "turnover or no-turnover");
    if (item->is_of_switch && phrase->number == 1)
        return status_fail(STATUS_USER,
                           "schedule.phases: phase 1: %s is done at the switch to a phase, which "
                           "the first has not: expected it in a later one, as in \"" EXAMPLE "\"",
                           item->name);
    double *value = (double *)(void *)((char *)phase + item->at);
    *value = item->most;
    return item->is_word
               ? STATUS_OK
               : phrase_take_within(phrase, item->least, item->most, item->is_whole, value);
}

static int take_phase(struct phrase *phrase, struct schedule_phase *phase)
{
    TRY(take_classes(phrase, phase));
    if (phrase_take(phrase, ':'))
        do {
            TRY(take_item(phrase, phase));
        } while (phrase_take(phrase, ','));
    return phrase_take_end(phrase, "',' or ';'");
}

/* ---- checks ---- */

static int check_phase(const struct schedule_phase *phase, int32_t number,
                       const struct parameters *p)
{
    if (phase->strong <= 0 && phase->accuracy <= 0 && phase->presentations <= 0)
        return status_fail(STATUS_USER,
                           "schedule.phases: phase %d has no end: expected strong, accuracy or "
                           "presentations, as in \"" EXAMPLE "\", or schedule.strong, "
                           "schedule.accuracy or schedule.presentations for all",
                           number);
    if (phase->accuracy > 0 && p->test.sample_period == 0 && !p->test.sample_early)
        return status_fail(STATUS_USER,
                           "schedule.phases: phase %d ends by accuracy: needs sample tests: "
                           "expected test.sample_period above 0",
                           number);
    return STATUS_OK;
}

static int check_labels(const struct schedule_phase *phase, int32_t number,
                        const struct label_list *labels)
{
    char right[512];
    for (int32_t i = 0; i < phase->classes.n; i++)
        if (label_index(labels, phase->classes.label[i]) < 0)
            return status_fail(STATUS_USER,
                               "schedule.phases: phase %d: class %d is not learned: expected one "
                               "of %s",
                               number, phase->classes.label[i],
                               label_list_text(labels, ", ", right, sizeof right));
    return STATUS_OK;
}

static int check_length(const struct schedule *schedule, const struct parameters *p)
{
    double least = 0;
    for (int32_t i = 0; i < schedule->n; i++) {
        const struct schedule_phase *phase = &schedule->phase[i];
        least += phase->strong <= 0 && phase->accuracy <= 0 ? phase->presentations : 1;
    }
    return schedule->n == 0 || least <= p->stopping.max_presentations
               ? STATUS_OK
               : status_fail(STATUS_USER,
                             "stopping.max_presentations = %d: expected at least %.0f, as many as "
                             "the phases of schedule.phases have",
                             p->stopping.max_presentations, least);
}

int schedule_init(struct schedule *schedule, const struct parameters *p,
                  const struct label_list *labels)
{
    const struct schedule_phase shared = {.strong = p->schedule.strong,
                                          .accuracy = p->schedule.accuracy,
                                          .presentations = p->schedule.presentations,
                                          .replay = p->schedule.replay,
                                          .prune = p->schedule.prune,
                                          .rest_days = p->schedule.rest_days,
                                          .turnover = p->schedule.turnover};
    struct phrase phrase = {p->schedule.phases, "schedule.phases", "phase", 0, EXAMPLE};
    *schedule = (struct schedule){0};
    if (p->schedule.new_cells && (!schedule_is_on(p) || *p->data.network))
        return status_fail(STATUS_USER,
                           "schedule.new_cells: cells come with the classes of a phase, to a new "
                           "network: expected schedule.phases%s",
                           *p->data.network ? " without data.network" : "");
    while (phrase_next(&phrase)) {
        if (schedule->n == PHASES_MAX)
            return status_fail(STATUS_USER, "schedule.phases: more than %d phases", PHASES_MAX);
        struct schedule_phase *phase = &schedule->phase[schedule->n++];
        *phase = shared;
        phrase.number = schedule->n;
        TRY(take_phase(&phrase, phase));
        TRY(check_phase(phase, schedule->n, p));
        if (labels)
            TRY(check_labels(phase, schedule->n, labels));
    }
    return check_length(schedule, p);
}

/* ---- walking ---- */

bool schedule_has_come(const struct schedule *schedule, const struct dataset *dataset,
                       int32_t class_index)
{
    for (const struct schedule_phase *phase = schedule->phase;
         phase <= schedule->phase + schedule->now; phase++)
        for (int32_t i = 0; i < phase->classes.n; i++)
            if (dataset_class(dataset, phase->classes.label[i]) == class_index)
                return true;
    return false;
}

/* The labels of earlier phases, each once, without those of the present phase. */
static struct label_list earlier_labels(const struct schedule *schedule)
{
    const struct schedule_phase *now = &schedule->phase[schedule->now];
    struct schedule_phase earlier = {0};
    for (const struct schedule_phase *phase = schedule->phase; phase < now; phase++)
        for (int32_t i = 0; i < phase->classes.n; i++) {
            const int32_t label = phase->classes.label[i];
            if (!schedule_has_label(now, label) && !schedule_has_label(&earlier, label))
                earlier.classes.label[earlier.classes.n++] = label;
        }
    return earlier.classes;
}

/* Of the presentations 0 … i of a phase, floor((i + 1) * replay) show classes of earlier phases.
 * These classes take turns, and so do the phase's own classes. */
int32_t schedule_next_label(const struct schedule *schedule, int32_t n)
{
    const struct schedule_phase *phase = &schedule->phase[schedule->now];
    const struct label_list earlier = earlier_labels(schedule);
    const int32_t i = n - schedule->began;
    if (earlier.n == 0 || phase->replay <= 0)
        return phase->classes.label[i % phase->classes.n];
    const int32_t n_replayed = (int32_t)floor(i * phase->replay);
    return (int32_t)floor((i + 1) * phase->replay) > n_replayed
               ? earlier.label[n_replayed % earlier.n]
               : phase->classes.label[(i - n_replayed) % phase->classes.n];
}

int32_t schedule_next_image(const struct schedule *schedule, const struct dataset *dataset,
                            int32_t n, int32_t *class_index)
{
    if (schedule->n == 0)
        return dataset_training_image(dataset, n, class_index);
    const int32_t l = label_index(&dataset->labels, schedule_next_label(schedule, n));
    *class_index = dataset->class_of[l];
    return dataset_label_image(dataset, l, schedule->shown[l]);
}

void schedule_note_shown(struct schedule *schedule, const struct dataset *dataset, int32_t image)
{
    schedule->shown[label_index(&dataset->labels, dataset->train.labels[image])]++;
}

enum stop_reason schedule_end(const struct schedule *schedule, int32_t n, float strong_fraction)
{
    const struct schedule_phase *phase = &schedule->phase[schedule->now];
    if (phase->strong > 0 && strong_fraction >= (float)phase->strong)
        return STOP_STRONG;
    if (phase->accuracy > 0 && schedule->n_samples > 0 &&
        schedule->n_correct >= phase->accuracy * schedule->n_samples)
        return STOP_ACCURACY;
    if (phase->presentations > 0 && n - schedule->began >= phase->presentations)
        return STOP_LIMIT;
    return STOP_NOT_YET;
}

void schedule_advance(struct schedule *schedule, int32_t n)
{
    schedule->now++;
    schedule->began = n;
    schedule->is_switching = false;
}
