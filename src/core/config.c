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
#include <sys/stat.h>

#include "core/file.h"
#include "core/scope.h"
#include "core/shared_file.h"
#include "core/status.h"
#include "core/text.h"

enum place { IN_CODE, IN_COMMENT, IN_TEXT };

struct scan {
    const char *path;
    size_t line;
    enum place place;
    size_t begins_in; /* line on which the comment or text that is open began */
    int depth, n_keys;
};

/* Skips the integer literal at *at; false if libconfig would wrap it. */
static bool integer_fits(const char **at)
{
    const char *start = *at;
    const char *digits = start + (*start == '-');
    const bool is_hex = digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X');
    char *end;
    errno = 0;
    const long long number = strtoll(start, &end, is_hex ? 16 : 10);
    const bool is_real = !is_hex && (*end == '.' || *end == 'e' || *end == 'E');
    const bool is_long = *end == 'L';
    *at = end + strspn(end, "0123456789.eEL");
    return is_real || (errno == 0 && (is_long || (number <= INT32_MAX && number >= INT32_MIN)));
}

static int scan_number(const struct scan *scan, const char **at)
{
    const char *literal = *at;
    if (integer_fits(at))
        return STATUS_OK;
    const int n = *at - literal < 60 ? (int)(*at - literal) : 60;
    return status_fail(STATUS_USER, "%s:%zu: %.*s: expected a whole number of 32 bits", scan->path,
                       scan->line, n, literal);
}

/* Skips one character within a text (a string), or the quote that ends it. */
static int scan_text(struct scan *scan, const char **at)
{
    if (strncasecmp(*at, "\\x00", 4) == 0)
        return status_fail(STATUS_USER,
                           "%s:%zu: \\x00 in a text: expected no NUL character, which would end it",
                           scan->path, scan->line);
    if (**at == '"')
        scan->place = IN_CODE;
    *at += (*at)[0] == '\\' && (*at)[1] ? 2 : 1;
    return STATUS_OK;
}

static void scan_comment(struct scan *scan, const char **at)
{
    const bool ends = (*at)[0] == '*' && (*at)[1] == '/';
    if (ends)
        scan->place = IN_CODE;
    *at += ends ? 2 : 1;
}

static void scan_begin(struct scan *scan, enum place place)
{
    scan->place = place;
    scan->begins_in = scan->line;
}

/* Takes note of one character that belongs to no word or number. */
static int scan_sign(struct scan *scan, char sign)
{
    if (sign == '@')
        return status_fail(
            STATUS_USER, "%s:%zu: @include is not taken: name each file with a --config of its own",
            scan->path, scan->line);
    if (sign == '"')
        scan_begin(scan, IN_TEXT);
    if (sign == '=' || sign == ':')
        scan->n_keys++;
    if (scan->n_keys > CONFIG_KEYS_MAX)
        return status_fail(STATUS_USER, "%s:%zu: more than %d keys", scan->path, scan->line,
                           CONFIG_KEYS_MAX);
    scan->depth += strchr("({[", sign) ? 1 : strchr(")}]", sign) ? -1 : 0;
    if (scan->depth > CONFIG_DEPTH_MAX)
        return status_fail(STATUS_USER,
                           "%s:%zu: nested too deeply: expected at most %d brackets in each other",
                           scan->path, scan->line, CONFIG_DEPTH_MAX);
    return STATUS_OK;
}

/* Skips one word, number or sign, or a comment that ends with the line. */
static int scan_code(struct scan *scan, const char **at)
{
    const char *c = *at;
    if (*c == '#' || (c[0] == '/' && c[1] == '/')) {
        *at += strlen(c);
    } else if (c[0] == '/' && c[1] == '*') {
        scan_begin(scan, IN_COMMENT);
        *at += 2;
    } else if (isdigit((unsigned char)c[*c == '-'])) {
        return scan_number(scan, at);
    } else if (isalpha((unsigned char)*c) || *c == '_') {
        while (isalnum((unsigned char)*c) || *c == '_' || *c == '-' || *c == '*')
            c++;
        *at = c;
    } else if (*c == '.') {
        *at = c + 1 + strspn(c + 1, "0123456789"); /* a real without a leading zero */
    } else {
        ++*at;
        return scan_sign(scan, *c);
    }
    return STATUS_OK;
}

static int scan_line(struct scan *scan, const char *text)
{
    for (const char *at = text; *at;) {
        if (scan->place == IN_COMMENT)
            scan_comment(scan, &at);
        else
            TRY(scan->place == IN_TEXT ? scan_text(scan, &at) : scan_code(scan, &at));
    }
    return STATUS_OK;
}

/* Puts all lines of the file, looked through, into text[CONFIG_BYTES_MAX + 2]. */
static int read_text(const char *path, char *text)
{
    SCOPED(text_close) struct text_reader reader = {0};
    struct scan scan = {.path = path};
    size_t length = 0;
    int more;
    TRY(text_open(&reader, path));
    while ((more = text_next(&reader)) > 0) {
        const size_t n = strlen(reader.text);
        if (n + length > CONFIG_BYTES_MAX)
            return status_fail(STATUS_USER, "%s: holds more than %d bytes", path, CONFIG_BYTES_MAX);
        memcpy(text + length, reader.text, n);
        length += n;
        text[length++] = '\n';
        scan.line = reader.line;
        TRY(scan_line(&scan, reader.text));
    }
    TRY(more);
    if (scan.place != IN_CODE)
        return status_fail(STATUS_USER, "%s:%zu: a %s begins here and has no end: expected %s",
                           path, scan.begins_in, scan.place == IN_COMMENT ? "comment" : "text",
                           scan.place == IN_COMMENT ? "*/" : "another \"");
    text[length] = '\0';
    return STATUS_OK;
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
    struct stat info;
    if (stat(path, &info) != 0)
        return shared_file_fail_to_open(path);
    if (!S_ISREG(info.st_mode))
        return status_fail(STATUS_USER, "%s: is no regular file, a parameter file is needed", path);
    if (info.st_size > CONFIG_BYTES_MAX)
        return status_fail(STATUS_USER, "%s: holds %lld bytes, at most %d are read", path,
                           (long long)info.st_size, CONFIG_BYTES_MAX);
    OWN_NEW(char, text, CONFIG_BYTES_MAX + 2, "a parameter file");
    TRY(read_text(path, text));
    return parse(config, path, text);
}
