/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPINET_CORE_INSTRUCTION_SETS_H
#define SPINET_CORE_INSTRUCTION_SETS_H

#include <string.h>

/* Some files are compiled once for each instruction set (Makefile, ISA), with KERNEL defined as its
 * name: portable, avx2 or avx512. Each defines one object or function, whose name ends in that of
 * the instruction set: OF_KERNEL(capture) is capture_avx2. */
#define OF_KERNEL(prefix)               OF_KERNEL_NAMED(prefix, KERNEL)
#define OF_KERNEL_NAMED(prefix, kernel) JOIN_NAMES(prefix, kernel)
#define JOIN_NAMES(prefix, kernel)      prefix##_##kernel

/* Declares these objects; lists their addresses, from the plainest to the best; and finds the
 * address of the one for a kernel of this name (portable for any other name). */
#if defined(__x86_64__)
#    define EACH_KERNEL_DECLARE(type, prefix)                                                      \
        extern type prefix##_portable, prefix##_avx2, prefix##_avx512
#    define EACH_KERNEL(prefix) &prefix##_portable, &prefix##_avx2, &prefix##_avx512
#    define EACH_KERNEL_FIND(prefix, name)                                                         \
        (strcmp(name, "avx512") == 0 ? &prefix##_avx512                                            \
         : strcmp(name, "avx2") == 0 ? &prefix##_avx2                                              \
                                     : &prefix##_portable)
#else
#    define EACH_KERNEL_DECLARE(type, prefix) extern type prefix##_portable
#    define EACH_KERNEL(prefix)               &prefix##_portable
#    define EACH_KERNEL_FIND(prefix, name)    ((void)(name), &prefix##_portable)
#endif

#endif
