/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_SUGGEST_H
#define SPINET_CORE_SUGGEST_H

#include <stddef.h>

/* Finds what a misspelled word may have meant: of the candidates that are offered, the one that
 * differs by the fewest edits, if it is close enough. */
struct suggestion {
    const char *word;
    size_t least; /* edits from the word to the best candidate */
    char best[256], text[300];
};
struct suggestion suggest_for(const char *word);
void suggest_offer(struct suggestion *suggestion, const char *candidate);
/* Offers each word of a list such as "a|b|c". */
void suggest_offer_list(struct suggestion *suggestion, const char *list);
/* For a word that is a path: offers the names in its folder or, if `folder` is not NULL, in that
 * one instead. */
void suggest_offer_files(struct suggestion *suggestion, const char *folder);

/* "did you mean BEST?" or, if none is close, `otherwise`. */
const char *suggest_words(struct suggestion *suggestion, const char *otherwise);
/* "; did you mean BEST?" or "", to end a message with. */
const char *suggest_ending(struct suggestion *suggestion);

#endif
