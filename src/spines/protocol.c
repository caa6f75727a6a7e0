/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spines/protocol.h"

#include <math.h>
#include <stdio.h>

#include "core/phrase.h"
#include "core/status.h"

static const char *const factor_names[PROTOCOL_N_FACTORS] = {
    "formation", "elimination", "drift", "survival", "restoring", "protection"};

/* In the order of protocol.preset. What each is to reach is in spines/published.c; how these
 * numbers were found, and which of them no source gives: docs/spines.md, Protocols. */
static const char *const presets[] = {
    [PROTOCOL_NONE] = "",
    /* elimination is lowered, too: more births alone, of which a fifth lives at 15 days, bring +4 %
     * in two weeks, not +12 % */
    [PROTOCOL_KETAMINE] =
        "day 0.5 for 1: formation 7.5, survival 0.2; day 1.5 for 2: formation 3, survival 0.2; "
        "day 1.5 for 12.5: elimination 0.4; day 14 for 10: elimination 1.4",
    [PROTOCOL_PSILOCYBIN] = "day 0 for 1: formation 6, survival 0.65; "
                            "day 1 for 2: formation 2, survival 0.65; day 0 for 3: drift 2.1",
    [PROTOCOL_5_MEO_DMT] = "day 0 for 1: formation 4.5, survival 3; "
                           "day 1 for 2: formation 2, survival 3",
    [PROTOCOL_COCAINE] = "day 0 for 5: formation 1.35, survival 2.2",
    [PROTOCOL_ALLOPREGNANOLONE] = "day 0 for 5: formation 1.35, survival 2.2",
    [PROTOCOL_DIAZEPAM] = "day 0 for 7: elimination 1.4, drift 0.45, survival 0.2",
    [PROTOCOL_ZOLPIDEM] = "",
    [PROTOCOL_CHRONIC_STRESS] = "day 0 for 14: elimination 1.6, clustered",
    [PROTOCOL_STRESS_THEN_KETAMINE] =
        "day 0 for 14: elimination 1.6, clustered; "
        "day 14.5 for 1: formation 7.5, survival 0.2, restoring 0.6; "
        "day 15.5 for 2: formation 3, survival 0.2, restoring 0.6; "
        "day 15.5 for 12.5: elimination 0.4; day 28 for 10: elimination 1.4",
    /* ketamine a week before the stress forms no spines, but the stress then removes few */
    [PROTOCOL_KETAMINE_THEN_STRESS] = "day 0.5 for 20.5: protection 0.9; "
                                      "day 7 for 14: elimination 1.6, clustered",
};

/* ---- reading ---- */

static int take_effect(struct phrase *phrase, struct protocol_event *event)
{
    if (phrase_take_word(phrase, "clustered")) {
        event->clustered = true;
        return STATUS_OK;
    }
    for (int f = 0; f < PROTOCOL_N_FACTORS; f++) {
        if (!phrase_take_word(phrase, factor_names[f]))
            continue;
        if (!isnan(event->factor[f]))
            return status_fail(STATUS_USER, "protocol.events: event %d: sets %s twice",
                               phrase->number, factor_names[f]);
        return phrase_take_within(phrase, 0, f >= PROTOCOL_RESTORING ? 1 : 1000, false,
                                  &event->factor[f]);
    }
    return phrase_refuse(
        phrase, "formation, elimination, drift, survival, restoring, protection or clustered");
}

static int take_event(struct phrase *phrase, struct protocol_event *event)
{
    *event = (struct protocol_event){0};
    for (int f = 0; f < PROTOCOL_N_FACTORS; f++)
        event->factor[f] = NAN;
    if (!phrase_take_word(phrase, "day"))
        return phrase_refuse(phrase, "day");
    if (!phrase_take_number(phrase, &event->start_day) || event->start_day < 0)
        return phrase_refuse(phrase, "the day it begins, 0 or later,");
    if (!phrase_take_word(phrase, "for"))
        return phrase_refuse(phrase, "for");
    if (!phrase_take_number(phrase, &event->days) || event->days <= 0)
        return phrase_refuse(phrase, "how many days it lasts, more than 0,");
    if (!phrase_take(phrase, ':'))
        return phrase_refuse(phrase, "':'");
    do {
        TRY(take_effect(phrase, event));
    } while (phrase_take(phrase, ','));
    return phrase_take_end(phrase, "',' or ';'");
}

/* Refuses two events that overlap and set the same factor. */
static int check_overlaps(const struct protocol *protocol)
{
    for (int32_t i = 0; i < protocol->n; i++)
        for (int32_t j = i + 1; j < protocol->n; j++) {
            const struct protocol_event *a = &protocol->event[i], *b = &protocol->event[j];
            const double a_end = a->start_day + a->days, b_end = b->start_day + b->days;
            if (a->start_day >= b_end || b->start_day >= a_end)
                continue;
            for (int f = 0; f < PROTOCOL_N_FACTORS; f++)
                if (!isnan(a->factor[f]) && !isnan(b->factor[f]))
                    return status_fail(STATUS_USER,
                                       "protocol.events: events %d (day %g to %g) and %d (day %g "
                                       "to %g) overlap and both set %s",
                                       i + 1, a->start_day, a_end, j + 1, b->start_day, b_end,
                                       factor_names[f]);
        }
    return STATUS_OK;
}

int protocol_init(struct protocol *protocol, const struct parameters *p)
{
    *protocol = (struct protocol){0};
    if (p->protocol.preset != PROTOCOL_NONE && *p->protocol.events)
        return status_fail(STATUS_USER,
                           "protocol.events: expected none with protocol.preset = %s, which names "
                           "its own",
                           parameters_choice(p, "protocol.preset"));
    struct phrase phrase = {
        .at =
            p->protocol.preset != PROTOCOL_NONE ? presets[p->protocol.preset] : p->protocol.events,
        .key = "protocol.events",
        .part = "event",
        .example = "day 7 for 3: formation 2, clustered; day 20 for 10: elimination 1.5"};
    while (phrase_next(&phrase)) {
        phrase.number++;
        if (protocol->n == PROTOCOL_EVENTS_MAX)
            return status_fail(STATUS_USER, "protocol.events: more than %d events",
                               PROTOCOL_EVENTS_MAX);
        struct protocol_event *event = &protocol->event[protocol->n++];
        TRY(take_event(&phrase, event));
        event->start_day += p->protocol.dose_day;
    }
    return check_overlaps(protocol);
}

/* ---- asking ---- */

struct protocol_state protocol_at(const struct protocol *protocol, double day)
{
    struct protocol_state state = {
        .factor = {1, 1, 1, 1, 0}, .formation_by = -1, .elimination_by = -1};
    for (int32_t i = 0; i < protocol->n; i++) {
        const struct protocol_event *event = &protocol->event[i];
        if (day < event->start_day || day >= event->start_day + event->days)
            continue;
        for (int f = 0; f < PROTOCOL_N_FACTORS; f++)
            if (!isnan(event->factor[f]))
                state.factor[f] = event->factor[f];
        if (event->clustered && !isnan(event->factor[PROTOCOL_FORMATION]))
            state.formation_by = i;
        if (event->clustered && !isnan(event->factor[PROTOCOL_ELIMINATION]))
            state.elimination_by = i;
    }
    return state;
}

double protocol_next_change(const struct protocol *protocol, double day)
{
    double next = INFINITY;
    for (int32_t i = 0; i < protocol->n; i++) {
        const double times[] = {protocol->event[i].start_day,
                                protocol->event[i].start_day + protocol->event[i].days};
        for (int k = 0; k < 2; k++)
            if (times[k] > day)
                next = fmin(next, times[k]);
    }
    return next;
}

double protocol_least(const struct protocol *protocol, enum protocol_factor factor)
{
    double least = INFINITY;
    for (int32_t i = 0; i < protocol->n; i++)
        if (!isnan(protocol->event[i].factor[factor]))
            least = fmin(least, protocol->event[i].factor[factor]);
    return least;
}
