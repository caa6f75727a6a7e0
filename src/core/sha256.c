/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SHA-256 by libcrypto, which uses the processor's instructions for it. */
#include "core/sha256.h"

void sha256_start(struct sha256 *sum)
{
    SHA256_Init(&sum->context);
}

void sha256_add(struct sha256 *sum, const void *bytes, size_t n)
{
    SHA256_Update(&sum->context, bytes, n);
}

void sha256_end(struct sha256 *sum, char hex[SHA256_TEXT])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256_Final(digest, &sum->context);
    for (int i = 0; i < SHA256_DIGEST_LENGTH; i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 0xf];
    }
    hex[SHA256_TEXT - 1] = '\0';
}

void sha256_of(const void *bytes, size_t n, char hex[SHA256_TEXT])
{
    struct sha256 sum;
    sha256_start(&sum);
    sha256_add(&sum, bytes, n);
    sha256_end(&sum, hex);
}
