/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The strict wrapper around libconfig. What the keys mean is for others to say. */
#include "core/config.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/file.h"
#include "core/shared_file.h"
#include "core/status.h"

/* libconfig keeps all of a file in memory, many times over. */
enum { CONFIG_BYTES_MAX = 16 << 20 };

/* One integer literal at *at, which is moved behind it; false if libconfig would wrap it. */
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

/* libconfig wraps an integer that does not fit 32 bits before anyone can ask for it, so the text is
 * looked through first: comments and strings aside, every whole number must fit. Lines of @include
 * would escape this, and are refused. */
static int check_integers(const char *path)
{
    struct text_reader reader;
    int more = text_open(&reader, path);
    if (more != STATUS_OK)
        return more;
    bool in_comment = false, in_string = false;
    while ((more = text_next(&reader)) > 0) {
        for (const char *at = reader.text; *at;) {
            if (in_comment) {
                in_comment = !(at[0] == '*' && at[1] == '/');
                at += in_comment ? 1 : 2;
            } else if (in_string) {
                in_string = *at != '"';
                at += at[0] == '\\' && at[1] ? 2 : 1;
            } else if (*at == '#' || (at[0] == '/' && at[1] == '/')) {
                break;
            } else if (at[0] == '/' && at[1] == '*') {
                in_comment = true;
                at += 2;
            } else if (*at == '@') {
                more = status_fail(
                    STATUS_USER,
                    "%s:%zu: @include is not taken: name each file with a --config of its own",
                    path, reader.line);
                break;
            } else if (isdigit((unsigned char)at[*at == '-'])) {
                const char *literal = at;
                if (!integer_fits(&at)) {
                    more = status_fail(
                        STATUS_USER, "%s:%zu: %.*s: expected a whole number of 32 bits", path,
                        reader.line, (int)(at - literal < 60 ? at - literal : 60), literal);
                    break;
                }
            } else if (isalpha((unsigned char)*at) || *at == '_') {
                while (isalnum((unsigned char)*at) || *at == '_' || *at == '-' || *at == '*')
                    at++;
            } else if (*at == '.') {
                at++; /* a real without a leading zero */
                at += strspn(at, "0123456789");
            } else {
                in_string = *at == '"';
                at++;
            }
        }
        if (more < 0)
            break;
    }
    text_close(&reader);
    return more;
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
    const int result = check_integers(path);
    if (result != STATUS_OK)
        return result;
    if (config_read_file(config, path))
        return STATUS_OK;
    if (config_error_type(config) == CONFIG_ERR_FILE_IO)
        return status_fail(STATUS_USER, "%s: cannot be read", path);
    const char *file = config_error_file(config);
    const char *text = config_error_text(config);
    return status_fail(STATUS_USER, "%s:%d: %s%s", file ? file : path, config_error_line(config),
                       text,
                       strcmp(text, "syntax error") == 0
                           ? ": expected groups of keys, as in turnover: { period = 20; };"
                           : "");
}
