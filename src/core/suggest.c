/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Did you mean …?" by the number of letters that are changed, missing, too many or exchanged with
 * their neighbour; capitals count as their small letters. */
#include "core/suggest.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/scope.h"

enum { LENGTH_MAX = 255 };

static size_t min(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t count_edits(const char *a, const char *b)
{
    size_t rows[3][LENGTH_MAX + 1]; /* [i % 3][j]: from the first i letters of a to j of b */
    const size_t n = strlen(a), m = strlen(b);
    for (size_t i = 0; i <= n; i++) {
        size_t *row = rows[i % 3];
        const size_t *last = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            if (i == 0) {
                row[j] = j;
                continue;
            }
            const size_t changed = last[j - 1] + (strncasecmp(&a[i - 1], &b[j - 1], 1) != 0);
            row[j] = min(changed, min(last[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = min(row[j], before[j - 2] + 1);
        }
    }
    return rows[n % 3][m];
}

struct suggestion suggest_for(const char *word)
{
    return (struct suggestion){.word = word, .least = 1 + strlen(word) / 3};
}

void suggest_offer(struct suggestion *s, const char *candidate)
{
    if (strlen(s->word) > LENGTH_MAX || strlen(candidate) > LENGTH_MAX ||
        strcmp(s->word, candidate) == 0)
        return;
    const size_t edits = count_edits(s->word, candidate);
    if (edits >= s->least)
        return;
    s->least = edits;
    strcpy(s->best, candidate);
}

void suggest_offer_list(struct suggestion *s, const char *list)
{
    char word[LENGTH_MAX + 1];
    for (; *list; list += strspn(list, "|")) {
        const size_t n = strcspn(list, "|");
        snprintf(word, sizeof word, "%.*s", (int)n, list);
        suggest_offer(s, word);
        list += n;
    }
}

void suggest_offer_files(struct suggestion *s, const char *folder)
{
    const char *slash = strrchr(s->word, '/');
    const int n = slash ? (int)(slash - s->word) + 1 : 0;
    OWNED char *own = n > 0 ? strndup(s->word, (size_t)n) : strdup(".");
    SCOPED(scope_close_folder) DIR *entries = folder || own ? opendir(folder ? folder : own) : NULL;
    for (const struct dirent *entry; entries && (entry = readdir(entries));) {
        struct suggestion name = suggest_for(s->word + n);
        name.least = 1 + strcspn(name.word, ".") / 3; /* files mostly have the same ending */
        if (s->least < name.least)
            name.least = s->least;
        if (*entry->d_name != '.')
            suggest_offer(&name, entry->d_name);
        if (!*name.best || (size_t)n + strlen(name.best) > LENGTH_MAX)
            continue;
        s->least = name.least;
        memcpy(s->best, s->word, (size_t)n);
        strcpy(s->best + n, name.best);
    }
}

const char *suggest_words(struct suggestion *s, const char *otherwise)
{
    snprintf(s->text, sizeof s->text, "did you mean %s?", s->best);
    return *s->best ? s->text : otherwise;
}

const char *suggest_ending(struct suggestion *s)
{
    snprintf(s->text, sizeof s->text, "; did you mean %s?", s->best);
    return *s->best ? s->text : "";
}
