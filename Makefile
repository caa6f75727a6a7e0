# spinet: make, make test, make install, make clean. `make help` says more.
# SPDX-License-Identifier: GPL-3.0-or-later

.DEFAULT_GOAL := all
ifneq ($(findstring e,$(filter-out --%,$(firstword $(MAKEFLAGS)))),)
$(error make -e would take VERSION, SOURCES and the like from the environment: leave -e out (of MAKEFLAGS, too))
endif
MAKEFLAGS += -rR
# As many steps at a time as there are processors; `make -j1` still makes it one.
ifeq ($(MAKELEVEL)$(findstring -j,$(MAKEFLAGS)),0)
MAKEFLAGS += -j$(shell getconf _NPROCESSORS_ONLN)
endif
unexport DEPENDENCIES_OUTPUT SUNPRO_DEPENDENCIES BASH_ENV # what gcc writes where make looks for it; what bash runs first
ifneq ($(filter default undefined,$(origin CC)),)
CC      := gcc
endif
BUILD   ?= build
MARCH   ?=
PREFIX  ?= /usr/local
LIBDIR  ?= lib
DESTDIR ?=
SANITIZE ?=
LIBRARIES ?=

VERSION  := 0.1.0
SONAME   := libspinet.so.0
GOALS    := $(or $(MAKECMDGOALS),all)
# Goals that compile nothing.
BUILDS   := $(filter-out help clean uninstall dist format,$(GOALS))

# A word of the shell's, whatever is in it.
quote = '$(subst ','\'',$(1))'
empty :=
space := $(empty) $(empty)
hash  := \#

# Make cannot name a file that has one of these in its path: a link beside this file leads there.
ODD := $(strip $(foreach c,: $(hash) $$ % = ; | & < > ( ) * ? [ ] \ " ' ` !,$(findstring $(c),$(value BUILD))))
ifneq ($(words $(value BUILD))$(ODD),1)
ODD_BUILD := $(value BUILD)
override BUILD := .build-$(firstword $(shell printf %s $(call quote,$(ODD_BUILD)) | cksum))
ifneq ($(shell mkdir -p $(call quote,$(ODD_BUILD)) && ln -sfn $(call quote,$(ODD_BUILD)) $(BUILD) && echo linked),linked)
$(error BUILD=$(ODD_BUILD): make can build in no folder of this name, nor in a link to it here; take another)
endif
endif

# Libraries below a folder of one's own: of conda or Spack, or packages that are only unpacked.
PKG_CONFIG := pkg-config
ifneq ($(LIBRARIES),)
ifneq ($(words $(LIBRARIES) $(wildcard $(LIBRARIES))),2)
$(error LIBRARIES=$(LIBRARIES): is no folder, or has a space in its name)
endif
UNPACKED := $(wildcard $(LIBRARIES)/usr/include)
BELOW    := $(LIBRARIES)$(if $(UNPACKED),/usr)
MACHINE  := $(shell $(CC) -print-multiarch)
FOLDERS  := $(wildcard $(BELOW)/lib $(BELOW)/lib64 $(MACHINE:%=$(BELOW)/lib/%))
HEADERS  := $(wildcard $(BELOW)/include $(MACHINE:%=$(BELOW)/include/%))
PKG_CONFIG := $(if $(UNPACKED),PKG_CONFIG_SYSROOT_DIR=$(LIBRARIES)) \
  PKG_CONFIG_PATH=$(subst $(space),:,$(FOLDERS:%=%/pkgconfig) $(BELOW)/share/pkgconfig):$${PKG_CONFIG_PATH:-} \
  LD_LIBRARY_PATH=$(subst $(space),:,$(FOLDERS)):$${LD_LIBRARY_PATH:-} PATH=$(BELOW)/bin:$$PATH pkg-config
override CPPFLAGS += $(HEADERS:%=-isystem %)
override LDFLAGS  += $(foreach f,$(FOLDERS),-L$(f) -Wl,-rpath,$(f)) -Wl,--disable-new-dtags
endif

# pkg-config is asked when an answer is first needed, since it may only be there once the dependencies are, and
# once for each variable, not for each file that is compiled. (hdf5 is an alternative in Debian, which packages
# that are only unpacked do not have.)
asked_once = $(eval $(1) := $$($(1)_ASKED))$($(1))
PACKAGES       = libconfig jansson popt libpng zlib libcrypto gsl libzip
HDF5           = $(call asked_once,HDF5)
PACKAGE_CFLAGS = $(call asked_once,PACKAGE_CFLAGS)
PACKAGE_LIBS   = $(call asked_once,PACKAGE_LIBS)
TEST_LIBS      = $(call asked_once,TEST_LIBS)
HDF5_ASKED           = $(shell $(PKG_CONFIG) --exists hdf5 && echo hdf5 || echo hdf5-serial)
PACKAGE_CFLAGS_ASKED = $(patsubst -I%,-isystem %,$(call place,$(shell $(PKG_CONFIG) --cflags $(PACKAGES) $(HDF5))))
PACKAGE_LIBS_ASKED   = $(call place,$(shell $(PKG_CONFIG) --libs $(PACKAGES)))
TEST_LIBS_ASKED      = $(call place,$(shell $(PKG_CONFIG) --libs cmocka))
# With unpacked packages beside the system's, pkg-config looks for the folders of all of them below LIBRARIES.
place = $(foreach w,$(1),$(if $(wildcard $(patsubst -I%,%,$(w:-L%=%))),$(w),$(patsubst -I$(LIBRARIES)/%,-I/%,$(w:-L$(LIBRARIES)/%=-L/%))))

# (clang 19 warns of every constant of an enum in a product of doubles.)
WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
            $(if $(findstring clang,$(CC)),-Wno-enum-float-conversion)
ifneq ($(WERROR),)
WARNINGS += -Werror
endif
# No -ffast-math: it breaks the spike-for-spike match. The last three change no value: spinet reads
# neither errno after a math function nor floating-point flags, and contracts nothing.
# H5_USE_110_API: HDF5 1.12 and later take H5O_info_t for another structure.
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -DH5_USE_110_API -Isrc -Iinclude $(CPPFLAGS) $(WARNINGS) $(LEVEL) -g -fPIC $(CFLAGS) \
             $(if $(MARCH),-march=$(MARCH)) -fvisibility=hidden -fopenmp -fno-math-errno -fno-trapping-math -ffp-contract=off -MMD -MP \
             $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer -DSPINET_DEBUG) $(PACKAGE_CFLAGS)
ALL_LDFLAGS = $(CFLAGS) $(LDFLAGS) -fopenmp $(if $(SANITIZE),-fsanitize=$(SANITIZE))
ALL_LIBS    = $(PACKAGE_LIBS) -lm

# What changes results beyond recognition. (core/version.c sees it in a compiler's own settings, too.)
INEXACT := -Ofast -ffast-math -fp-model=fast -ffp-model=fast -funsafe-math-optimizations -fassociative-math \
           -freciprocal-math -ffinite-math-only -fno-signed-zeros -fsingle-precision-constant -mfpmath=387 -mdaz-ftz
ifneq ($(filter $(INEXACT),$(CC) $(CPPFLAGS) $(CFLAGS) $(MARCH) $(LDFLAGS)),)
$(error $(filter $(INEXACT),$(CC) $(CPPFLAGS) $(CFLAGS) $(MARCH) $(LDFLAGS)): spinet is not built with that: \
its results would be wrong; take it out of CFLAGS (or CC, CPPFLAGS, LDFLAGS, MARCH))
endif

# The kernels (and what else is all arithmetic) are compiled once for each instruction set.
MULTI   := src/neuron/kernel.c src/plasticity/capture.c src/spines/intrinsic_kernel.c
ISA     := portable
ISA_portable :=
ifneq (,$(findstring x86_64,$(shell $(CC) -dumpmachine 2>/dev/null)))
ISA     += avx2 avx512
ISA_avx2   := -mavx2 -mfma
ISA_avx512 := -mavx512f -mavx512bw -mavx512dq -mavx512vl -mfma -mprefer-vector-width=512
endif

SOURCES := $(filter-out $(MULTI) src/main.c,$(wildcard src/*/*.c))
OBJECTS := $(SOURCES:src/%.c=$(BUILD)/%.o) \
           $(foreach isa,$(ISA),$(MULTI:src/%.c=$(BUILD)/%-$(isa).o))
# The shared library takes the same objects, which may lie anywhere (-fPIC), but no commands and no reports.
SHARED_OBJECTS := $(filter-out $(BUILD)/commands/% $(BUILD)/report/%,$(OBJECTS))
LEVEL   := -O3
$(BUILD)/commands/% $(BUILD)/report/%: LEVEL := -O2
TESTS   := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/test_*.c))
TO_TEST := $(if $(ONLY),$(foreach t,$(TESTS),$(if $(findstring $(ONLY),$(notdir $(t))),$(t))),$(TESTS))

# `make clean all` begins with a clean folder, however many goals are made at a time.
CLEAN = rm -rf $(BUILD) $(if $(ODD_BUILD),$(call quote,$(ODD_BUILD)))
ifneq ($(and $(filter clean,$(GOALS)),$(BUILDS),$(if $(COUNTING),,yes)),)
$(shell $(CLEAN))
endif

# `make install` takes what is there, whoever made it with whatever flags.
ifeq ($(GOALS) $(wildcard $(BUILD)/spinet),install $(BUILD)/spinet)
BUILDS :=
endif

# Before anything is compiled: what that needs is installed, other flags make everything anew, and the
# revision is looked up. Files are written only if they change, so that all of this may be read-only.
ifneq ($(and $(BUILDS),$(if $(filter command%,$(origin COUNTING)),,yes)),)
FLAGS := $(CC) $(MARCH) $(SANITIZE) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $(LIBRARIES) $(filter-out -Werror,$(WARNINGS))
ifeq ($(shell mkdir -p $(BUILD) && { printf '%s\n' $(call quote,$(FLAGS)) | cmp -s - $(BUILD)/flags || \
    { rm -f $(BUILD)/have-* && printf '%s\n' $(call quote,$(FLAGS)) >$(BUILD)/flags; } } && echo there),)
$(error BUILD=$(BUILD): this folder cannot be written)
endif
NEEDED := build $(if $(filter %test test-% asan tsan valgrind coverage $(BUILD)/tests/%,$(GOALS)),test) \
          $(if $(filter test notebooks,$(GOALS)),python) $(if $(filter notebooks,$(GOALS)),notebooks) $(if $(filter ready,$(GOALS)),charts download)
HAVE   := $(BUILD)/have-$(subst $(space),-,$(strip $(NEEDED)))
# (what more was needed for is enough)
HAVE   := $(or $(firstword $(wildcard $(HAVE) $(HAVE)-*)),$(HAVE))
ifeq ($(shell [ $(HAVE) -nt scripts/install_dependencies.sh ] && echo have),)
ifneq ($(shell CC=$(call quote,$(CC)) CPPFLAGS=$(call quote,$(CPPFLAGS)) PKG_CONFIG=$(call quote,$(PKG_CONFIG)) \
         scripts/install_dependencies.sh $(NEEDED) >&2 && touch $(HAVE) && echo have),have)
$(error Then call make again)
endif
endif
$(shell scripts/revision.sh $(VERSION) $(BUILD)/revision.h)
# The program finds experiments/ and datasets/ from its own place (core/shared_file.c).
$(shell [ -e $(BUILD)/../experiments ] || [ -e $(BUILD)/../../experiments ] || [ -e $(BUILD)/sources/experiments ] || \
  ln -sfn $(call quote,$(CURDIR)) $(BUILD)/sources)

# How many steps there are to say "compiled n of m" (make -n knows).
TO_COMPILE := $(shell rm -f $(BUILD)/compiled 2>/dev/null; \
  MAKEFLAGS= MAKELEVEL= $(MAKE) -n COUNTING=yes BUILD=$(BUILD) CC=$(call quote,$(CC)) ONLY=$(call quote,$(ONLY)) $(GOALS) \
  2>/dev/null | grep -c scripts/progress.sh)
endif
COMPILED = @scripts/progress.sh $(BUILD)/compiled $(TO_COMPILE)

all: $(BUILD)/spinet $(BUILD)/spinet.1 $(BUILD)/spinet.bash $(BUILD)/libspinet.so
	@:

# What an experiment needs: Vega for its figures, too, and curl for its data.
ready: all

help:
	@echo "make                     install the libraries that are missing, build build/spinet"
	@echo "make ready               and Vega and node for figures, curl for data"
	@echo "make test                the same and CMocka, run every test, as many programs at a time as processors (JOBS=N: N)"
	@echo "make test-fast           those that need no spinet but its library, within seconds"
	@echo "make test ONLY=golden    only the test programs whose names hold this"
	@echo "make notebooks           examples/python as pages with pictures, build/notebooks (jupyter-nbconvert)"
	@echo "make docs-tables         write the tables of the documents anew from docs/results/; docs-results: from results/"
	@echo "make docs-pictures RESULTS=DIR   draw the pictures of the documents anew from the sweeps in DIR"
	@echo "make test-docs           follow the tutorial, check what the documents name"
	@echo "make test-long           the tests that take minutes (tests/long/)"
	@echo "make asan, make tsan     the tests with sanitizers of memory and behaviour, and of threads"
	@echo "make valgrind            the tests under valgrind (some twenty minutes)"
	@echo "make coverage            which lines the tests run (gcovr)"
	@echo "make fuzz                libFuzzer on every reader (clang)"
	@echo "make MARCH=native        for this processor alone"
	@echo "make BUILD=FOLDER        build elsewhere; make LIBRARIES=FOLDER: with libraries below it (docs/install.md)"
	@echo "make install             into PREFIX ($(PREFIX)), below DESTDIR if that is given"
	@echo "make uninstall           removes it"
	@echo "make dist                build/spinet-$(VERSION).tar.gz, which needs no git"
	@echo "make format              clang-format on everything"

# What is linked is put in place when it is whole: another make, or a run, may be using what was there.
# Only what spinet.h declares can be seen from outside of the libraries.
$(BUILD)/libspinet.a: $(OBJECTS)
	@rm -f $@.$$$$ && ar rcs $@.$$$$ $^ && mv -f $@.$$$$ $@

$(BUILD)/libspinet.so: src/library/spinet.map $(SHARED_OBJECTS)
	@$(CC) $(ALL_LDFLAGS) -shared -Wl,-soname,$(SONAME) -Wl,--version-script=$< -o $@.$$$$ $(SHARED_OBJECTS) $(ALL_LIBS) && \
	  mv -f $@.$$$$ $@
	@ln -sf libspinet.so $(BUILD)/$(SONAME)
	$(COMPILED)

$(BUILD)/spinet: $(BUILD)/main.o $(BUILD)/libspinet.a
	@$(CC) $(ALL_LDFLAGS) -o $@.$$$$ $^ $(ALL_LIBS) && mv -f $@.$$$$ $@
	$(COMPILED)

# What the program says of itself.
$(BUILD)/spinet.1: $(BUILD)/spinet
	@$< manual >$@.$$$$ && mv -f $@.$$$$ $@

$(BUILD)/spinet.bash: $(BUILD)/spinet
	@$< completion >$@.$$$$ && mv -f $@.$$$$ $@

$(BUILD)/%.o: src/%.c Makefile $(BUILD)/flags
	@mkdir -p $(@D)
	@$(CC) $(ALL_CFLAGS) -c -o $@ $<
	$(COMPILED)

$(BUILD)/core/version.o: ALL_CFLAGS += -I$(BUILD)
$(BUILD)/core/version.o: $(BUILD)/revision.h

# HDF5 is loaded when it is needed (store/hdf5_library.c); by which name, says a library that is linked with it.
$(BUILD)/hdf5.inc: Makefile $(BUILD)/flags
	@echo 'int H5open(void); int hdf5_open(void) { return H5open(); }' | $(CC) $(ALL_LDFLAGS) -shared -fPIC -x c - -x none \
	  -Wl,--as-needed -o $(BUILD)/hdf5.so $(call place,$(shell $(PKG_CONFIG) --libs $(HDF5)))
	@LC_ALL=C readelf -d $(BUILD)/hdf5.so | sed -n 's/.*NEEDED.*\[\(libhdf5.*\)\]/#define HDF5_LIBRARY "\1"/p' >$@.$$$$ && \
	  { grep -q . $@.$$$$ || { echo "make: there is no shared library of HDF5"; exit 2; }; } && mv -f $@.$$$$ $@
$(BUILD)/store/hdf5_library.o: ALL_CFLAGS += -I$(BUILD)
$(BUILD)/store/hdf5_library.o: $(BUILD)/hdf5.inc

# What draws figures and pages, inside the program.
FIGURES := $(wildcard src/report/figures/*)
$(BUILD)/figures.inc: scripts/embed.sh $(FIGURES)
	@mkdir -p $(@D)
	@scripts/embed.sh $(FIGURES) >$@.$$$$ && mv -f $@.$$$$ $@
$(BUILD)/report/vega.o: ALL_CFLAGS += -I$(BUILD)
$(BUILD)/report/vega.o: $(BUILD)/figures.inc

# What the program prints, in files of their own languages.
TEXTS := manual.mdoc completion.bash
OF_TEXTS := $(foreach t,$(TEXTS),$(BUILD)/commands/$(basename $(t)).o)
$(BUILD)/commands/%.inc: src/commands/% scripts/embed.sh
	@mkdir -p $(@D)
	@scripts/embed.sh $< >$@.$$$$ && mv -f $@.$$$$ $@
$(OF_TEXTS): ALL_CFLAGS += -I$(BUILD)
$(OF_TEXTS): $(TEXTS:%=$(BUILD)/commands/%.inc)

define multi_rule
$(BUILD)/%-$(1).o: src/%.c Makefile $(BUILD)/flags
	@mkdir -p $$(@D)
	@$$(CC) $$(ALL_CFLAGS) $$(ISA_$(1)) -DKERNEL=$(1) -c -o $$@ $$<
	$$(COMPILED)
endef
$(foreach isa,$(ISA),$(eval $(call multi_rule,$(isa))))

$(BUILD)/tests/%.o: tests/%.c Makefile $(BUILD)/flags
	@mkdir -p $(@D)
	@$(CC) $(ALL_CFLAGS) -Itests -c -o $@ $<
	$(COMPILED)

TEST_HELPERS := $(BUILD)/tests/support.o $(BUILD)/tests/golden.o $(BUILD)/tests/faults.o $(BUILD)/tests/stationary.o \
                $(BUILD)/tests/fuzz/readers.o $(BUILD)/tests/fuzz/restore.o $(BUILD)/tests/fuzz/members.o

$(BUILD)/tests/test_%: $(BUILD)/tests/test_%.o $(TEST_HELPERS) $(BUILD)/libspinet.a
	@$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LIBS) $(TEST_LIBS)
	$(COMPILED)

# As one would build them beside an installed spinet.
EXAMPLES := $(patsubst examples/%.c,$(BUILD)/examples/%,$(wildcard examples/*.c))
$(BUILD)/examples/%: examples/%.c include/spinet.h $(BUILD)/libspinet.so
	@mkdir -p $(@D)
	@$(CC) -std=c11 $(WARNINGS) -O2 $(CFLAGS) $(LDFLAGS) $(if $(SANITIZE),-fsanitize=$(SANITIZE)) -Iinclude -o $@ $< \
	  -L$(BUILD) -lspinet -pthread -Wl,-rpath,'$$ORIGIN/..'
	$(COMPILED)

# The model alone needs no libzip and no jansson: this links without them.
$(BUILD)/examples/alone: examples/train.c include/spinet.h $(BUILD)/libspinet.a
	@mkdir -p $(@D)
	@$(CC) -std=c11 $(WARNINGS) -O2 $(CFLAGS) $(ALL_LDFLAGS) -Iinclude -o $@ $< $(BUILD)/libspinet.a \
	  $(shell $(PKG_CONFIG) --libs libconfig libpng zlib libcrypto gsl) -lm
	$(COMPILED)

$(BUILD)/tests/test_python: | $(BUILD)/libspinet.so

$(BUILD)/tests/test_examples: | $(EXAMPLES) $(BUILD)/examples/alone

# A machine with faults, for LD_PRELOAD.
$(BUILD)/tests/shim.so: tests/shim.c
	@mkdir -p $(@D)
	@$(CC) -std=c11 -D_GNU_SOURCE $(WARNINGS) -O1 -shared -fPIC -o $@ $<
	$(COMPILED)

$(BUILD)/tests/test_faults $(BUILD)/tests/test_signals: | $(BUILD)/tests/shim.so

test: all $(TO_TEST)
	@SPINET=$(BUILD)/spinet tests/run.sh $(TO_TEST)

# While editing: the programs that test the library alone, since their sources run no spinet.
UNITS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(shell grep -LE 'support_run|support_program|faults\.h|popen' tests/test_*.c))
test-fast: $(filter $(UNITS),$(TO_TEST))
	@tests/run.sh $^

# README and tutorial word for word, in an empty folder; commands, options, keys, links.
docs-tables: $(BUILD)/spinet
	@scripts/docs_tables.sh $(BUILD)/spinet

docs-pictures: $(BUILD)/spinet
	@scripts/docs_pictures.sh $(BUILD)/spinet $(RESULTS)

docs-results: $(BUILD)/spinet
	@scripts/docs_results.sh results
	@scripts/docs_tables.sh $(BUILD)/spinet

test-docs: $(BUILD)/spinet
	@SPINET=$(BUILD)/spinet CC="$(CC)" tests/docs/run.sh

# Those that take minutes: kills, faults, compilers, Slurm.
test-long: $(BUILD)/spinet $(BUILD)/tests/shim.so
	@SPINET=$(BUILD)/spinet tests/run_long.sh $(ONLY)

# examples/python as pages with their pictures: build/notebooks/*.html.
NOTEBOOKS := $(patsubst examples/python/%.py,$(BUILD)/notebooks/%.html,$(wildcard examples/python/*.py))
notebooks: $(NOTEBOOKS)
$(BUILD)/notebooks/%.html: examples/python/%.py scripts/notebook.py $(BUILD)/libspinet.so
	@mkdir -p $(@D)
	@python=$$(scripts/find_python.sh numpy nbconvert ipykernel) || \
	  { echo "make notebooks: no Python with numpy, nbconvert and ipykernel"; exit 2; }; \
	  "$$python" scripts/notebook.py $< >$(@:.html=.ipynb) && \
	  PYDEVD_DISABLE_FILE_VALIDATION=1 PYTHONPATH=$(CURDIR)/python SPINET_LIBRARY=$(realpath $(BUILD))/libspinet.so \
	  "$$python" -m nbconvert --to html --execute --log-level WARN --output-dir $(@D) $(@:.html=.ipynb)

# libFuzzer on every reader: FUZZ_SECONDS each, ONLY=idx for one (Debian: clang, libclang-rt-14-dev).
FUZZ_SECONDS ?= 20
fuzz:
	$(MAKE) $(BUILD)/fuzz/fuzzer BUILD=$(BUILD)/fuzz CC=clang CFLAGS="-O1 -g -Wno-pass-failed" \
	  SANITIZE=fuzzer-no-link,address,undefined
	tests/fuzz/fuzz.sh $(BUILD)/fuzz/fuzzer $(FUZZ_SECONDS) $(ONLY)

$(BUILD)/fuzzer: $(BUILD)/tests/fuzz/fuzz.o $(BUILD)/tests/fuzz/readers.o \
                 $(BUILD)/tests/fuzz/restore.o $(BUILD)/tests/fuzz/members.o $(OBJECTS)
	@$(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(ALL_LIBS)
	$(COMPILED)

asan:
	$(MAKE) test BUILD=build/asan CFLAGS="-O1 -g" SANITIZE=address,undefined

# gcc's OpenMP hides its barriers from the sanitizer; clang's tells of them (Debian: clang, libomp-dev).
# What libraries do among themselves is not looked at.
tsan:
	TSAN_OPTIONS="ignore_noninstrumented_modules=1 halt_on_error=1 exitcode=66" OMP_NUM_THREADS=3 \
	  OMP_TOOL_LIBRARIES=$(firstword $(wildcard /usr/lib/llvm-*/lib/libarcher.so)) \
	  $(MAKE) test BUILD=build/tsan CC=clang CFLAGS="-O1 -g -Wno-pass-failed" SANITIZE=thread

# Valgrind knows no AVX-512. SPINET_SLOW: the tests do less of the same.
valgrind: $(BUILD)/spinet $(TO_TEST)
	@rm -rf build/valgrind && mkdir -p build/valgrind
	@VALGRIND="$$(command -v valgrind)" SPINET=tests/valgrind.sh SPINET_PROGRAM=$(BUILD)/spinet \
	  SPINET_SLOW=1 tests/run.sh --under tests/valgrind.sh $(filter-out %/test_faults %/test_signals,$(TO_TEST))

# Which lines of src/ the tests run (Debian: gcovr): a table, and each line in build/coverage/html/.
coverage:
	@find build/coverage -name '*.gcda' -delete 2>/dev/null || true
	SPINET_SLOW=1 $(MAKE) test BUILD=build/coverage CFLAGS="-O1 -g --coverage -DSPINET_COVERAGE" LDFLAGS=--coverage
	@mkdir -p build/coverage/html
	gcovr --root . --object-directory build/coverage --filter src/ --exclude-unreachable-branches \
	  --html-details build/coverage/html/index.html --txt build/coverage/coverage.txt
	@sed -n '1,6p;$$p' build/coverage/coverage.txt

format:
	clang-format -i include/*.h src/*.[ch] src/*/*.[ch] tests/*.[ch] examples/*.c

SHARED    := $(wildcard experiments/*.cfg experiments/*.sweep experiments/*.search) datasets/fetch.sh datasets/README.md
DOCUMENTS := README.md CHANGELOG.md CONTRIBUTING.md CITATION.cff LICENSE datasets/README.md \
             $(wildcard docs/*.md docs/images/*.png docs/results/*.csv docs/examples/* examples/*.c examples/python/*.py)
# (a word of the shell's)
AT        := $(call quote,$(value DESTDIR)$(value PREFIX))
# Where Python looks, or would look, for packages below PREFIX.
PACKAGE    = $(AT)$(shell PYTHON=$(call quote,$(PYTHON)) scripts/python_folder.sh $(call quote,$(value PREFIX)))/spinet

install: all
	@install -Dm755 $(BUILD)/spinet $(AT)/bin/spinet
	@install -Dm644 include/spinet.h $(AT)/include/spinet.h
	@install -Dm644 $(BUILD)/libspinet.a $(AT)/$(LIBDIR)/libspinet.a
	@install -Dm755 $(BUILD)/libspinet.so $(AT)/$(LIBDIR)/$(SONAME)
	@ln -sf $(SONAME) $(AT)/$(LIBDIR)/libspinet.so
	@install -d $(AT)/$(LIBDIR)/pkgconfig
	@printf '%s\n' $(call quote,prefix=$(value PREFIX)) 'Name: spinet' 'Version: $(VERSION)' \
	  'Description: spiking networks whose synapses come and go' 'Libs: -L$${prefix}/$(LIBDIR) -lspinet' \
	  'Libs.private: -fopenmp -lm' 'Requires.private: $(PACKAGES)' 'Cflags: -I$${prefix}/include' \
	  >$(AT)/$(LIBDIR)/pkgconfig/spinet.pc && chmod 644 $(AT)/$(LIBDIR)/pkgconfig/spinet.pc
	@install -Dm644 $(BUILD)/spinet.1 $(AT)/share/man/man1/spinet.1
	@install -Dm644 $(BUILD)/spinet.bash $(AT)/share/bash-completion/completions/spinet
	@for file in $(SHARED); do install -Dm644 $$file $(AT)/share/spinet/$$file || exit; done
	@chmod 755 $(AT)/share/spinet/datasets/fetch.sh
	@for file in python/spinet/*.py python/spinet/py.typed; do install -Dm644 $$file $(PACKAGE)/$${file##*/} || exit; done
	@for file in $(DOCUMENTS); do install -Dm644 $$file $(AT)/share/doc/spinet/$$file || exit; done
	@echo "spinet is in "$(AT)/bin", its package for Python in "$(PACKAGE)

uninstall:
	@rm -f $(AT)/bin/spinet $(AT)/share/man/man1/spinet.1 $(AT)/share/bash-completion/completions/spinet
	@rm -f $(AT)/include/spinet.h $(AT)/$(LIBDIR)/libspinet.* $(AT)/$(LIBDIR)/pkgconfig/spinet.pc
	@rm -rf $(AT)/share/spinet $(AT)/share/doc/spinet $(PACKAGE)

# The files are those of git, or of the tarball that this is; the same commit gives the same bytes.
DIST := spinet-$(VERSION)
dist:
	@scripts/make_dist.sh $(DIST) $(BUILD)

clean:
	$(if $(BUILDS),@:,$(CLEAN))

.PHONY: all help install uninstall dist notebooks docs-pictures docs-tables docs-results test test-fast test-docs test-long fuzz asan tsan valgrind coverage format clean ready
.SECONDARY:
-include $(OBJECTS:.o=.d) $(SHARED_OBJECTS:.o=.d) $(BUILD)/main.d $(TESTS:%=%.d) $(TEST_HELPERS:.o=.d)
