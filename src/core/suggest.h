/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_SUGGEST_H
#define SPINET_CORE_SUGGEST_H

#include <stddef.h>

/* What an unknown word may have been meant to be: of the candidates that were offered the one that
 * is spelled most alike, if it is close. */
struct suggestion {
    const char *word;
    size_t least; /* edits from the word to the best */
    char best[256], text[300];
};
struct suggestion suggest_for(const char *word);
void suggest_offer(struct suggestion *suggestion, const char *candidate);
/* The words of a list, "a|b|c". */
void suggest_offer_list(struct suggestion *suggestion, const char *list);
/* Of a word that is a path: what is in its folder or (not NULL) in `folder`, which may stand in for
 * that. */
void suggest_offer_files(struct suggestion *suggestion, const char *folder);

/* "did you mean BEST?" or, if none is close, `otherwise`. */
const char *suggest_words(struct suggestion *suggestion, const char *otherwise);
/* "; did you mean BEST?" or "", to end a message with. */
const char *suggest_ending(struct suggestion *suggestion);

#endif
