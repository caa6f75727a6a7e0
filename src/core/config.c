/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads libconfig files strictly. What the keys mean is checked elsewhere. The text is scanned
 * before libconfig gets it, for what libconfig would take silently: whole numbers that do not fit
 * 32 bits (it wraps them), comments and texts without an end, and the escape \x00 (its strings end
 * there). @include is refused, since included files would not be scanned. The number of keys is
 * limited, since libconfig's time grows with its square. */
#include "core/config.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/scope.h"
#include "core/shared_file.h"
#include "core/status.h"
#include "core/text.h"

struct scan {
    const char *path, *text;
    const char *at; /* what is still to be scanned of the text */
    int depth, n_keys;
};

/* USER: "PATH:LINE: NAME" and what would be right; the line is that of `at`, of which the name has
 * n characters. */
static int refuse(const struct scan *scan, const char *at, size_t n, const char *right)
{
    size_t line = 1;
    for (const char *c = scan->text; c < at; c++)
        line += *c == '\n';
    return status_fail(STATUS_USER, "%s:%zu: %.*s%s", scan->path, line, (int)(n < 60 ? n : 60), at,
                       right);
}

/* Skips a number; refuses a whole one that libconfig would wrap. */
static int skip_number(struct scan *scan)
{
    const char *start = scan->at, *digits = start + (*start == '-');
    const bool is_hex = digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X');
    char *end;
    errno = 0;
    const long long number = strtoll(start, &end, is_hex ? 16 : 10);
    const bool is_real = !is_hex && (*end == '.' || *end == 'e' || *end == 'E');
    const bool fits = errno == 0 && (*end == 'L' || number == (int32_t)number);
    scan->at = end + strspn(end, "0123456789.eEL");
    return is_real || fits ? STATUS_OK
                           : refuse(scan, start, (size_t)(scan->at - start),
                                    ": expected a whole number of 32 bits");
}

/* Skips a text between quotes. */
static int skip_text(struct scan *scan)
{
    const char *c = scan->at + 1;
    for (; *c && *c != '"'; c += *c == '\\' && c[1] ? 2 : 1)
        if (strncasecmp(c, "\\x00", 4) == 0)
            return refuse(scan, c, 0,
                          "\\x00 in a text: expected no NUL character, which would end it");
    if (!*c)
        return refuse(scan, scan->at, 0, "a text begins here and has no end: expected another \"");
    scan->at = c + 1;
    return STATUS_OK;
}

static int skip_comment(struct scan *scan)
{
    const char *end = strstr(scan->at + 2, "*/");
    if (!end)
        return refuse(scan, scan->at, 0, "a comment begins here and has no end: expected */");
    scan->at = end + 2;
    return STATUS_OK;
}

/* Skips one character that belongs to nothing longer. */
static int skip_sign(struct scan *scan)
{
    const char sign = *scan->at;
    char right[100] = "";
    scan->n_keys += sign == '=' || sign == ':';
    scan->depth += strchr("({[", sign) ? 1 : strchr(")}]", sign) ? -1 : 0;
    if (sign == '@')
        return refuse(scan, scan->at, 0,
                      "@include is not taken: name each file with a --config of its own");
    if (scan->n_keys > CONFIG_KEYS_MAX)
        snprintf(right, sizeof right, "more than %d keys", CONFIG_KEYS_MAX);
    if (scan->depth > CONFIG_DEPTH_MAX)
        snprintf(right, sizeof right,
                 "nested too deeply: expected at most %d brackets in each other", CONFIG_DEPTH_MAX);
    if (*right)
        return refuse(scan, scan->at, 0, right);
    scan->at++;
    return STATUS_OK;
}

static int scan_all(struct scan *scan)
{
    while (*scan->at) {
        const char *c = scan->at;
        if (*c == '#' || (c[0] == '/' && c[1] == '/'))
            scan->at += strcspn(c, "\n");
        else if (c[0] == '/' && c[1] == '*')
            TRY(skip_comment(scan));
        else if (*c == '"')
            TRY(skip_text(scan));
        else if (isdigit((unsigned char)c[*c == '-']))
            TRY(skip_number(scan));
        else if (isalpha((unsigned char)*c) || *c == '_')
            while (isalnum((unsigned char)*scan->at) || (*scan->at && strchr("_-*", *scan->at)))
                scan->at++;
        else if (*c == '.') /* a real without a leading zero */
            scan->at += 1 + strspn(c + 1, "0123456789");
        else
            TRY(skip_sign(scan));
    }
    return STATUS_OK;
}

/* Puts all lines of the file into text[CONFIG_BYTES_MAX + 2]. */
static int read_text(const char *path, char *text)
{
    SCOPED(text_close) struct text_reader reader = {0};
    size_t length = 0;
    int more;
    TRY(text_open(&reader, path));
    while ((more = text_next(&reader)) > 0) {
        const size_t n = strlen(reader.text);
        if (n + length > CONFIG_BYTES_MAX)
            break;
        memcpy(text + length, reader.text, n);
        length += n;
        text[length++] = '\n';
    }
    if (more > 0 || reader.filled > CONFIG_BYTES_MAX) /* the latter: a line that is too long */
        return status_fail(STATUS_USER, "%s: holds more than %d bytes, the most that are read",
                           path, CONFIG_BYTES_MAX);
    text[length] = '\0';
    return more;
}

static int parse(config_t *config, const char *path, const char *text)
{
    if (config_read_string(config, text))
        return STATUS_OK;
    const char *why = config_error_text(config);
    return status_fail(STATUS_USER, "%s:%d: %s%s", path, config_error_line(config), why,
                       strcmp(why, "syntax error") == 0
                           ? ": expected groups of keys, as in turnover: { period = 20; };"
                           : "");
}

int config_read_strictly(config_t *config, const char *path)
{
    char found[SHARED_PATH_MAX];
    path = shared_file_find(path, found);
    config_init(config);
    OWN_NEW(char, text, CONFIG_BYTES_MAX + 2, "a parameter file");
    TRY(read_text(path, text));
    TRY(scan_all(&(struct scan){.path = path, .text = text, .at = text}));
    return parse(config, path, text);
}
