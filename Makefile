# spinet: make, make test, make install-dependencies, make clean. `make help` says more.
# SPDX-License-Identifier: GPL-3.0-or-later

ifeq ($(origin CC),default)
CC      := gcc
endif
BUILD   ?= build
MARCH   ?=
SANITIZE ?=

VERSION  := 0.1.0
PACKAGES := libconfig jansson popt libpng zlib libmd gsl hdf5

# Recursive on purpose: pkg-config may only be there once the dependencies are.
PACKAGE_CFLAGS = $(shell pkg-config --cflags $(PACKAGES))
PACKAGE_LIBS   = $(shell pkg-config --libs $(PACKAGES))
TEST_LIBS      = $(shell pkg-config --libs cmocka)

WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes
ifneq ($(CI)$(WERROR),)
WARNINGS += -Werror
endif
# No -ffast-math: it breaks the spike-for-spike match. The last three change no value: spinet reads
# neither errno after a math function nor floating-point flags, and contracts nothing.
CFLAGS   ?= -O3 -g
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -Isrc $(WARNINGS) $(CFLAGS) $(if $(MARCH),-march=$(MARCH)) \
             -fopenmp -fno-math-errno -fno-trapping-math -ffp-contract=off -MMD -MP \
             $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer -DSPINET_DEBUG) $(PACKAGE_CFLAGS)
ALL_LDFLAGS = $(LDFLAGS) -fopenmp $(if $(SANITIZE),-fsanitize=$(SANITIZE))
ALL_LIBS    = $(PACKAGE_LIBS) -lm

# The kernels (and what else is all arithmetic) are compiled once for each instruction set.
MULTI   := src/neuron/kernel.c src/plasticity/capture.c src/spines/intrinsic_kernel.c
ISA     := portable
ISA_portable :=
ifneq (,$(findstring x86_64,$(shell $(CC) -dumpmachine)))
ISA     += avx2 avx512
ISA_avx2   := -mavx2 -mfma
ISA_avx512 := -mavx512f -mavx512bw -mavx512dq -mavx512vl -mfma -mprefer-vector-width=512
endif

SOURCES := $(filter-out $(MULTI) src/main.c,$(wildcard src/*/*.c))
OBJECTS := $(SOURCES:src/%.c=$(BUILD)/%.o) \
           $(foreach isa,$(ISA),$(MULTI:src/%.c=$(BUILD)/%-$(isa).o))
TESTS   := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/test_*.c))
TO_TEST := $(if $(ONLY),$(foreach t,$(TESTS),$(if $(findstring $(ONLY),$(notdir $(t))),$(t))),$(TESTS))

all: $(BUILD)/spinet

help:
	@echo "make                     build/spinet"
	@echo "make test                install what is missing, build, run every test"
	@echo "make test ONLY=golden    only the test programs whose names hold this"
	@echo "make test-long            the tests that take minutes (tests/long/)"
	@echo "make asan               the tests with sanitizers, in build/asan"
	@echo "make MARCH=native        for this processor alone"
	@echo "make format              clang-format on everything"

$(BUILD)/dependencies: scripts/install_dependencies.sh
	@scripts/install_dependencies.sh
	@mkdir -p $(BUILD) && touch $@

install-dependencies: $(BUILD)/dependencies

$(BUILD)/spinet: $(BUILD)/main.o $(OBJECTS)
	@echo "  LINK  $@"
	@$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LIBS)

# Other flags in the same folder make everything anew.
$(BUILD)/flags: flags
	@mkdir -p $(BUILD)
	@echo '$(CC) $(MARCH) $(SANITIZE) $(CFLAGS) $(WARNINGS)' | cmp -s - $@ || \
	  echo '$(CC) $(MARCH) $(SANITIZE) $(CFLAGS) $(WARNINGS)' >$@

$(BUILD)/%.o: src/%.c Makefile $(BUILD)/flags | $(BUILD)/dependencies
	@mkdir -p $(@D)
	@echo "  CC    $<"
	@$(CC) $(ALL_CFLAGS) -c -o $@ $<

# The revision goes into every manifest; the file is rewritten only when it changes.
$(BUILD)/commands/version.o: ALL_CFLAGS += -I$(BUILD)
$(BUILD)/commands/version.o: $(BUILD)/revision.h
$(BUILD)/revision.h: revision
	@mkdir -p $(BUILD)
	@printf '#define SPINET_VERSION "%s"\n#define SPINET_REVISION "%s"\n' "$(VERSION)" \
	  "$$(git describe --always --dirty --abbrev=12 2>/dev/null || echo unknown)" >$@.$$PPID
	@cmp -s $@.$$PPID $@ && rm $@.$$PPID || mv $@.$$PPID $@

define multi_rule
$(BUILD)/%-$(1).o: src/%.c Makefile $(BUILD)/flags | $(BUILD)/dependencies
	@mkdir -p $$(@D)
	@echo "  CC    $$< ($(1))"
	@$$(CC) $$(ALL_CFLAGS) $$(ISA_$(1)) -DKERNEL=$(1) -c -o $$@ $$<
endef
$(foreach isa,$(ISA),$(eval $(call multi_rule,$(isa))))

$(BUILD)/tests/%.o: tests/%.c Makefile $(BUILD)/flags | $(BUILD)/dependencies
	@mkdir -p $(@D)
	@echo "  CC    $<"
	@$(CC) $(ALL_CFLAGS) -Itests -c -o $@ $<

TEST_HELPERS := $(BUILD)/tests/support.o $(BUILD)/tests/golden.o $(BUILD)/tests/fuzz/readers.o

$(BUILD)/tests/test_%: $(BUILD)/tests/test_%.o $(TEST_HELPERS) $(OBJECTS)
	@echo "  LINK  $@"
	@$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LIBS) $(TEST_LIBS)

test: $(BUILD)/spinet $(TO_TEST)
	@SPINET=$(BUILD)/spinet tests/run.sh $(TO_TEST)

# Those that take minutes: kills, faults, compilers, Slurm.
test-long: $(BUILD)/spinet
	@SPINET=$(BUILD)/spinet tests/run_long.sh $(ONLY)

# libFuzzer on every reader: FUZZ_SECONDS each, ONLY=idx for one (Debian: clang, libclang-rt-14-dev).
FUZZ_SECONDS ?= 20
fuzz:
	$(MAKE) $(BUILD)/fuzz/fuzzer BUILD=$(BUILD)/fuzz CC=clang CFLAGS="-O1 -g -Wno-pass-failed" \
	  SANITIZE=fuzzer-no-link,address,undefined
	tests/fuzz/fuzz.sh $(BUILD)/fuzz/fuzzer $(FUZZ_SECONDS) $(ONLY)

$(BUILD)/fuzzer: $(BUILD)/tests/fuzz/fuzz.o $(BUILD)/tests/fuzz/readers.o $(OBJECTS)
	@echo "  LINK  $@"
	@$(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(ALL_LIBS)

asan:
	$(MAKE) test BUILD=build/asan CFLAGS="-O1 -g" SANITIZE=address,undefined

format:
	clang-format -i src/*.[ch] src/*/*.[ch] tests/*.[ch]

clean:
	rm -rf $(BUILD)

.PHONY: all help test test-long fuzz asan format clean revision flags install-dependencies
.SECONDARY:
-include $(OBJECTS:.o=.d) $(BUILD)/main.d $(TESTS:%=%.d) $(TEST_HELPERS:.o=.d)
