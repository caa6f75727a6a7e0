/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_UTF8_H
#define SPINET_CORE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Is all of the text UTF-8? JSON, and so manifests and experiment.json, hold nothing else. */
bool utf8_is_valid(const char *text);

/* Whether this byte continues a character that began before it. */
bool utf8_continues(char byte);

/* The number of characters in the first n bytes of a text. */
size_t utf8_count(const char *text, size_t n);

/* Copies the first n bytes of a text into `to[size]`, or as many as fit without cutting a character
 * in two. */
void utf8_copy(char *to, size_t size, const char *text, size_t n);

#endif
