/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_SPINES_PROTOCOL_H
#define SPINET_SPINES_PROTOCOL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/parameters.h"

/* Protocols (docs/spines.md): events that for some days multiply the rates at which spines change
 * by themselves. As a text: "day 7 for 3: formation 3, survival 2; day 20 for 10.5: elimination 2,
 * clustered". */

/* What an event multiplies; 1 changes nothing. */
enum protocol_factor {
    PROTOCOL_FORMATION,   /* multiplies births */
    PROTOCOL_ELIMINATION, /* multiplies deaths: above 1 more die, small ones first; below 1 fewer */
    PROTOCOL_DRIFT,       /* multiplies the size that spines drift to */
    PROTOCOL_SURVIVAL,    /* multiplies the chance that a spine born during the event lives on */
    PROTOCOL_RESTORING,   /* no factor: the fraction of births at the place of a lost spine */
    PROTOCOL_PROTECTION,  /* no factor: the fraction of the deaths added by elimination that is
                             prevented */
    PROTOCOL_N_FACTORS
};

struct protocol_event {
    double start_day, days;
    double factor[PROTOCOL_N_FACTORS]; /* NaN where the event says nothing */
    /* formation and elimination act only in random stretches of dendrite */
    bool clustered;
};

enum { PROTOCOL_EVENTS_MAX = 32 };

struct protocol {
    int32_t n;
    struct protocol_event event[PROTOCOL_EVENTS_MAX];
};

/* The factors that hold at one time. */
struct protocol_state {
    double factor[PROTOCOL_N_FACTORS]; /* if no event sets it: 1, but restoring and protection 0 */
    int32_t formation_by, elimination_by; /* number of the `clustered` event; -1: none */
};

/* Reads the events of protocol.preset or protocol.events, which count from `protocol.dose_day`.
 * USER, naming the event and what is wrong: a factor below 0, no duration, two events that overlap
 * and set the same factor, a preset and events at once. */
int protocol_init(struct protocol *protocol, const struct parameters *p);

/* The factors on `day`: each event that holds then sets the factors it names. */
struct protocol_state protocol_at(const struct protocol *protocol, double day);

/* The first time after `day` at which an event begins or ends; INFINITY if none does. */
double protocol_next_change(const struct protocol *protocol, double day);

/* The least value that any event sets this factor to; INFINITY if none sets it. */
double protocol_least(const struct protocol *protocol, enum protocol_factor factor);

#endif
