/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One libFuzzer program for all readers: $SPINET_FUZZ names the one. */
#include <stdlib.h>

#include "fuzz/readers.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const struct fuzz_reader *reader;
    if (!reader) {
        const char *name = getenv("SPINET_FUZZ");
        reader = fuzz_reader_find(name ? name : "");
    }
    reader->read(bytes, n);
    return 0;
}
