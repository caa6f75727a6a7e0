/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/table.h"

#include <stdbool.h>
#include <string.h>

#include "core/utf8.h"

/* The first n_left columns to the left, the others to the right; the last, of remarks, as it is. */
void table_print(FILE *out, const char *rows, int n_left)
{
    enum { COLUMNS_MAX = 24 };
    size_t widths[COLUMNS_MAX] = {0};
    for (int pass = 0; pass < 2; pass++) {
        int column = 0;
        size_t pending = 0; /* spaces, printed only if something follows */
        for (const char *c = rows; *c;) {
            const size_t n = strcspn(c, "\t\n"), width = utf8_count(c, n);
            const bool is_last = c[n] == '\n';
            if (pass == 0) {
                if (!is_last && width > widths[column])
                    widths[column] = width;
            } else {
                const size_t space = is_last ? 0 : widths[column] - width;
                pending += column > 0 ? 2 : 0;
                pending += column >= n_left ? space : 0;
                if (n > 0) {
                    fprintf(out, "%*s%.*s", (int)pending, "", (int)n, c);
                    pending = 0;
                }
                pending += column < n_left ? space : 0;
            }
            column = is_last ? 0 : column + 1;
            if (is_last) {
                if (pass == 1)
                    fputc('\n', out);
                pending = 0;
            }
            c += n + 1;
        }
    }
}
