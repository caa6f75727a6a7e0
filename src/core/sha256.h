/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_SHA256_H
#define SPINET_CORE_SHA256_H

#include <stddef.h>

/* The functions of before OpenSSL 3: they need no memory and no set-up, and cannot fail. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

/* A checksum of bytes that come piece by piece. It may be copied, to end the copy and go on. */
struct sha256 {
    SHA256_CTX context;
};

enum { SHA256_TEXT = 65 }; /* 64 hex digits and a NUL */

void sha256_start(struct sha256 *sum);
void sha256_add(struct sha256 *sum, const void *bytes, size_t n);
void sha256_end(struct sha256 *sum, char hex[SHA256_TEXT]);

/* The checksum of n bytes. */
void sha256_of(const void *bytes, size_t n, char hex[SHA256_TEXT]);

#endif
