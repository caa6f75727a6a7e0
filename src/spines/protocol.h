/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_SPINES_PROTOCOL_H
#define SPINET_SPINES_PROTOCOL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/parameters.h"

/* Protocols (docs/spines.md): events that multiply, for some days, what spines do by themselves. As
 * a text: "day 7 for 3: formation 3, survival 2; day 20 for 10.5: elimination 2, clustered". */

/* What an event multiplies; 1 changes nothing. */
enum protocol_factor {
    PROTOCOL_FORMATION,   /* births a day */
    PROTOCOL_ELIMINATION, /* deaths a day: above 1, more die, small ones first; below, fewer */
    PROTOCOL_DRIFT,       /* the size that spines drift to */
    PROTOCOL_SURVIVAL,    /* chance that a spine born in it lives on */
    PROTOCOL_RESTORING,   /* not a factor: the part of the births that take a lost spine's place */
    PROTOCOL_N_FACTORS
};

struct protocol_event {
    double start_day, days;
    double factor[PROTOCOL_N_FACTORS]; /* NaN where the event says nothing */
    bool clustered; /* formation, elimination: only in stretches of dendrite, drawn by chance */
};

enum { PROTOCOL_EVENTS_MAX = 32 };

struct protocol {
    int32_t n;
    struct protocol_event event[PROTOCOL_EVENTS_MAX];
};

/* What holds at one time. */
struct protocol_state {
    double factor[PROTOCOL_N_FACTORS];    /* 1 (restoring: 0) where no event says anything */
    int32_t formation_by, elimination_by; /* the event that confines it to stretches; -1: none */
};

/* The events of protocol.preset or protocol.events, `protocol.dose_day` later. USER, naming the
 * event and what is wrong: a factor below 0, no duration, two events that overlap and both set the
 * same factor, a preset and events at once. */
int protocol_init(struct protocol *protocol, const struct parameters *p);

/* Where `day` falls into several events, each sets what it names. */
struct protocol_state protocol_at(const struct protocol *protocol, double day);

/* The first time after `day` at which an event begins or ends; INFINITY if none does. */
double protocol_next_change(const struct protocol *protocol, double day);

/* The least that any event sets a factor to; INFINITY if none does. */
double protocol_least(const struct protocol *protocol, enum protocol_factor factor);

/* The events of a preset by its place in protocol.preset, as text; "" for none. */
const char *protocol_preset_text(int32_t preset);

#endif
