/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_PHRASE_H
#define SPINET_CORE_PHRASE_H

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/number.h"
#include "core/status.h"

/* A parameter whose value is read word by word, part after part: "day 7 for 3: formation 2; day 20
 * for 10: elimination 1.5". Each function skips spaces, and takes what it looks for if it is next.
 */
struct phrase {
    const char *at;      /* what is still to be read */
    const char *key;     /* the parameter: "protocol.events" */
    const char *part;    /* what its parts are: "event" */
    int number;          /* of the part that is read, from 1 */
    const char *example; /* a right value, for messages */
};

/* USER: that something else is expected here. */
static inline int phrase_refuse(const struct phrase *phrase, const char *expected)
{
    return status_fail(STATUS_USER, "%s: %s %d: expected %s at '%.40s', as in \"%s\"", phrase->key,
                       phrase->part, phrase->number, expected, phrase->at, phrase->example);
}

/* The next character. */
static inline char phrase_next(struct phrase *phrase)
{
    phrase->at += strspn(phrase->at, " \t\r\n");
    return *phrase->at;
}

static inline bool phrase_take(struct phrase *phrase, char sign)
{
    const bool is_next = phrase_next(phrase) == sign;
    phrase->at += is_next;
    return is_next;
}

/* Words consist of letters; - and _ may stand between these. */
static inline bool phrase_take_word(struct phrase *phrase, const char *word)
{
    const size_t n = strlen(word);
    phrase_next(phrase);
    if (strncmp(phrase->at, word, n) != 0)
        return false;
    const char *behind = phrase->at + n;
    if (isalpha((unsigned char)behind[strspn(behind, "-_")]))
        return false;
    phrase->at = behind;
    return true;
}

static inline bool phrase_take_number(struct phrase *phrase, double *number)
{
    phrase_next(phrase);
    return number_take(&phrase->at, number);
}

/* Takes a number of this range, a whole one if it `is_whole`. USER. */
static inline int phrase_take_within(struct phrase *phrase, double least, double most,
                                     bool is_whole, double *number)
{
    char expected[64];
    phrase_next(phrase);
    const struct phrase before = *phrase;
    snprintf(expected, sizeof expected, "a %snumber from %g to %g", is_whole ? "whole " : "", least,
             most);
    return phrase_take_number(phrase, number) && *number >= least && *number <= most &&
                   (!is_whole || *number == floor(*number))
               ? STATUS_OK
               : phrase_refuse(&before, expected);
}

/* Takes the ; behind a part; the last may have none. USER, that `expected` should be here. */
static inline int phrase_take_end(struct phrase *phrase, const char *expected)
{
    return phrase_take(phrase, ';') || !*phrase->at ? STATUS_OK : phrase_refuse(phrase, expected);
}

#endif
