/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_UTF8_H
#define SPINET_CORE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Is all of the text UTF-8? JSON, and so manifests and experiment.json, hold nothing else. */
bool utf8_is_valid(const char *text);

/* Copies the first n bytes of a text into `to`, or as many as fit, and no half character. */
void utf8_copy(char *to, size_t size, const char *text, size_t n);

#endif
