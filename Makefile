# nethergaze: make, make static, make check, make check-root, make bench, make lint, make install.
# JOBS=N runs N files of tests at a time.
# V=1 shows the commands; SAN=1 builds with ASan and UBSan in its own directory.

VERSION := 0.2.0
PREFIX  ?= /usr/local
CLANG   ?= clang
# Ubuntu's /usr/sbin/bpftool is a wrapper that wants the tools of the running kernel.
BPFTOOL ?= $(firstword $(wildcard /usr/lib/linux-tools/*/bpftool /usr/sbin/bpftool /usr/bin/bpftool) bpftool)
STRIP   ?= llvm-strip
B       ?= build$(if $(SAN),/san,$(if $(STATIC),/static,$(if $(filter no,$(LOOKUPS)),/no-lookups,$(if $(filter no,$(NATS)),/no-nats))))
JOBS    ?= 2
CFLAGS  ?= -O2 -g

# --- portability (docs/building.md): the compiler and the libraries say what they make and have ---

# aarch64-linux-gnu-gcc brings its own ar, and Debian's cross pkg-config, where they are installed.
CROSS   := $(patsubst %gcc,%,$(filter %-gcc,$(firstword $(CC))))
crossed = $(if $(and $(CROSS),$(shell command -v $(CROSS)$(1))),$(CROSS)$(1),$(1))
ifeq ($(origin AR),default)
AR      := $(call crossed,ar)
endif
PKG_CONFIG ?= $(call crossed,pkg-config)
MACHINE := $(shell $(CC) $(CFLAGS) -dumpmachine 2>/dev/null)
ifeq ($(shell echo __SIZEOF_POINTER__ | $(CC) $(CPPFLAGS) $(CFLAGS) -E -P - 2>/dev/null),4)
$(error $(CC) makes 32-bit programs, which nethergaze cannot be: expected a compiler for 64 bit)
endif
ARCH    := $(patsubst x86_64,x86,$(patsubst aarch64,arm64,$(patsubst powerpc64%,powerpc,$(patsubst \
	riscv64,riscv,$(patsubst s390x,s390,$(firstword $(subst -, ,$(MACHINE))))))))

hash    := \#
# 1 if a file with that include and that definition compiles, else 0.
has     = $(shell printf '%s\n' '$(hash)include $(1)' '$(2);' | $(CC) $(CPPFLAGS) $(CFLAGS) $(LIB_CFLAGS) \
	-fsyntax-only -x c - 2>/dev/null && echo 1 || echo 0)
# yes if these libraries are there to be linked statically, with all that they need, else no.
static_has = $(shell echo 'int main(void) { return 0; }' | $(CC) -static -x c - -o /dev/null -Wl,--whole-archive \
	$$($(PKG_CONFIG) --libs-only-L --libs-only-l $(1)) -Wl,--no-whole-archive \
	$$($(PKG_CONFIG) --static --libs $(1)) 2>/dev/null && echo yes || echo no)

# LOOKUPS=no builds without libcurl and c-ares: nothing is looked up, and the program says so.
ifeq ($(origin LOOKUPS),undefined)
LOOKUPS := $(if $(STATIC),$(call static_has,libcurl libcares),yes)
endif
# NATS=no, or where there is no libnats: without NATS, and the program says so.
ifeq ($(origin NATS),undefined)
NATS := $(if $(STATIC),$(call static_has,libnats),$(shell $(PKG_CONFIG) --exists libnats && echo yes || echo no))
endif
LIBS    := libbpf libelf zlib json-c ncursesw libcap-ng libmaxminddb sqlite3 libseccomp libzstd \
	$(if $(filter yes,$(LOOKUPS)),libcurl libcares) $(if $(filter yes,$(NATS)),libnats)
LIB_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(LIBS))
LIB_LDLIBS := $(shell $(PKG_CONFIG) $(if $(STATIC),--static) --libs $(LIBS))

# What such builds leave out, and what stands in for it.
LOOKUPS_SRC := $(addprefix src/enrich/,download.c fetch.c fetch_url.c inquiries.c look_here.c look_serve.c looker.c \
	names.c) src/base/curl_options.c src/fleet/otlp_send.c
NATS_SRC := $(filter-out src/fleet/nats_none.c src/fleet/nats_subject.c,$(wildcard src/fleet/nats_*.c))
# Static: nothing is loaded at run time; functions of libc that would are replaced.
STAND_IN_SRC := src/base/no_loading.c src/base/no_nss.c
STAND_INS := $(if $(STATIC),src/base/no_loading.c $(if $(filter no,$(LOOKUPS)),src/base/no_nss.c))
LEFT_OUT := $(if $(filter yes,$(LOOKUPS)),src/enrich/look_none.c src/fleet/otlp_none.c,$(LOOKUPS_SRC)) $(STAND_IN_SRC) \
	$(if $(filter yes,$(NATS)),src/fleet/nats_none.c,$(NATS_SRC)) \
	src/log/journal_lib$(if $(STATIC),,_none).c

# --- how it is compiled ---

WARN    := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wvla -Werror=implicit
, := ,
SANITISE := $(if $(SAN),-fsanitize=address$(,)undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
# What the compiler and the linker can do against a hole in us, as far as these two know of it. No
# path of the tree gets into what is built, so that two clones give the same bytes.
knows = $(shell printf '%s\n' '$(hash)include <stdio.h>' 'int main(void) { return 0; }' | \
	$(CC) -Werror $(CPPFLAGS) $(CFLAGS) $(1) -x c - -o /dev/null 2>/dev/null && echo '$(1)')
fortify = $(or $(call knows,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3),$(call knows,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2))
HARDEN := $(foreach f,-fstack-protector-strong -fstack-clash-protection -fcf-protection=full \
	-mbranch-protection=standard,$(call knows,$f)) $(if $(SAN),,$(fortify))
HARDEN_LD := $(if $(STATIC),-static-pie $(patsubst %,-Wl$(,)--wrap=dl%,open sym close error),-pie) -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack
ANYWHERE := -ffile-prefix-map=$(CURDIR)=.
ALL_CFLAGS = -std=c17 -D_GNU_SOURCE -DNG_VERSION='"$(VERSION)"' $(CPPFLAGS) $(CFLAGS) $(WARN) $(SANITISE) \
	$(HARDEN) -fPIE $(ANYWHERE) \
	-Isrc -Ibpf -I$B/bpf $(LIB_CFLAGS) -MMD -MP
ALL_LDLIBS = $(HARDEN_LD) $(LDFLAGS) $(LIB_LDLIBS) -lm $(LDLIBS)

# Where this compiler has the kernel's headers, of this architecture.
ASM := $(patsubst %/asm/types.h,%,$(filter %/asm/types.h,$(shell echo '$(hash)include <asm/types.h>' | \
	$(CC) $(CPPFLAGS) $(CFLAGS) -M -x c - 2>/dev/null)))
BPF_CFLAGS = -g -O2 -target bpf -D__TARGET_ARCH_$(ARCH) -Wall -Wextra -Ivmlinux -Ibpf $(ANYWHERE) \
	$(if $(ASM),-idirafter $(ASM))

SRC   := $(filter-out src/app/main.c src/pages/% $(LEFT_OUT),$(sort $(wildcard src/*/*.c)))
OBJ   := $(SRC:src/%.c=$B/%.o)
BPF   := $(wildcard bpf/*.bpf.c)
SKEL  := $(BPF:bpf/%.bpf.c=$B/bpf/%.skel.h)
UNIT  := $(patsubst tests/unit/%.c,$B/tests/unit/%,$(wildcard tests/unit/*_test.c))
FUZZ  := $(patsubst tests/fuzz/%.c,build/fuzz/%,$(wildcard tests/fuzz/*_fuzz.c))
TOOLS := $(patsubst tests/lib/%.c,$B/tests/lib/%,$(wildcard tests/lib/*.c))
PRELOAD := $(patsubst tests/preload/%.c,$B/tests/preload/%.so,$(wildcard tests/preload/*.c))
BENCH := $(patsubst tests/bench/%.c,$B/tests/bench/%,$(wildcard tests/bench/*.c))

Q = $(if $(V),,@)
say = $(if $(V),,@printf '  %-8s%s\n' $(1) $(patsubst $B/%,%,$@);)
# What the compiler has to say of a file is kept beside what it makes: scripts/lint asks for it, and
# builds nothing a second time.
noted = 2>$@.warnings; status=$$?; cat $@.warnings >&2; exit $$status

.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:
.PHONY: all static check goldens check-root check-kernels check-fresh check-long bench fuzz lint fmt hooks install \
	clean tests FORCE print-warnings print-cflags print-ldlibs print-bpf-cflags

all: $B/nethergaze

# One file that runs on any Linux of this architecture: build/static/nethergaze.
static:
	$Q$(MAKE) STATIC=1 all

$B/nethergaze: $B/app/main.o $(STAND_INS:src/%.c=$B/%.o) $B/libnethergaze.a
	$(call say,LD)$(CC) $(ALL_CFLAGS) $^ $(ALL_LDLIBS) -o $@

$B/libnethergaze.a: $(OBJ)
	$(call say,AR)rm -f $@ && $(AR) rcsD $@ $^

# Other flags, or another compiler: everything anew.
$B/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(MACHINE) $(subst ','"'"',$(ALL_CFLAGS))' | cmp -s - $@ || \
		echo '$(CC) $(MACHINE) $(subst ','"'"',$(ALL_CFLAGS))' >$@

$B/base/curl_options.o: private ALL_CFLAGS += -DNG_CURL_QUICK_EXIT=$(call has,<curl/curl.h>,int x = CURLOPT_QUICK_EXIT) \
	-DNG_CURL_PROTOCOLS_STR=$(call has,<curl/curl.h>,int x = CURLOPT_PROTOCOLS_STR)

$B/%.o: src/%.c Makefile $B/flags
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) -c $< -o $@ $(noted)

# The demo is in it.
$B/app/demo.o build/fuzz/obj/app/demo.o: demo/incident.ndjson.gz

# Only the loaders need the skeletons; the dependency files take over after the first build.
$(patsubst src/%.c,$B/%.o,$(wildcard src/kernel/bpf_*.c)): | $(SKEL)

$B/bpf/%.bpf.o: bpf/%.bpf.c $(wildcard bpf/*.h vmlinux/*.h) Makefile
	@mkdir -p $(@D)
	$(call say,BPF){ $(CLANG) $(BPF_CFLAGS) -c $< -o $@ && $(STRIP) -g $@; } $(noted)

# Generated code is not as strict as ours: the pragma keeps compilers and checkers off it.
$B/bpf/%.skel.h: $B/bpf/%.bpf.o
	$(call say,SKEL){ printf '/* NOLINTBEGIN */\n#pragma GCC system_header\n' && \
		$(BPFTOOL) gen skeleton $< name $*_bpf && echo '/* NOLINTEND */'; } > $@

$B/tests/unit/%: tests/unit/%.c $B/libnethergaze.a
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) -Itests $< $B/libnethergaze.a $(ALL_LDLIBS) -lcmocka -o $@ $(noted)

$B/tests/lib/%: tests/lib/%.c $B/libnethergaze.a
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) $< $B/libnethergaze.a -Wl,--as-needed $(ALL_LDLIBS) -o $@ $(noted)

# Not sanitised: it stands in for malloc, as the sanitisers do.
$B/tests/preload/%.so: tests/preload/%.c tests/preload/failing.h Makefile
	@mkdir -p $(@D)
	$(call say,CC)$(CC) -std=c17 -D_GNU_SOURCE $(CFLAGS) $(WARN) -fPIC -shared $< -o $@ $(noted)

$B/tests/bench/%: tests/bench/%.c $B/libnethergaze.a
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) $< $B/libnethergaze.a $(ALL_LDLIBS) -o $@

# libFuzzer needs clang for the code under test too: a library of its own, without the loaders and
# their skeletons. Of a library only what is needed is linked; of the console, what reads bytes of
# others and draws nothing is in it.
FUZZ_CONSOLE := tui/actions tui/background tui/bindings tui/decode console/dialog_text console/moment \
	console/remembered
FUZZ_CC  = $(CLANG) -std=c17 -D_GNU_SOURCE -DNG_VERSION='"$(VERSION)"' -g -O1 -Isrc -Ibpf
FUZZ_OBJ := $(patsubst src/%.c,build/fuzz/obj/%.o,$(filter-out src/kernel/bpf_% src/console/% src/tui/%,$(SRC)) \
	$(FUZZ_CONSOLE:%=src/%.c))

build/fuzz/obj/%.o: src/%.c $(wildcard src/*/*.h)
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC) -fsanitize=fuzzer-no-link$(,)address$(,)undefined -c $< -o $@

build/fuzz/libnethergaze.a: $(FUZZ_OBJ)
	$(call say,AR)rm -f $@ && $(AR) rcs $@ $^

build/fuzz/%: tests/fuzz/%.c build/fuzz/libnethergaze.a
	$(call say,FUZZ)$(FUZZ_CC) -fsanitize=fuzzer$(,)address$(,)undefined $< build/fuzz/libnethergaze.a \
		-Wl,--as-needed -lz -lzstd -ljson-c -lmaxminddb -lsqlite3 -lcurl -lm -o $@

tests: $B/nethergaze $(UNIT) $(TOOLS) $(PRELOAD) pages

fuzz: $(FUZZ)

# What takes long first: the short ones fill the time that is left at the end.
check: tests
	$Qtests/run --build $B --jobs $(JOBS) $(TESTFLAGS) \
		$(filter-out %/live_test.sh,$(wildcard tests/incidents/*_test.sh)) \
		$(wildcard tests/headless/*_test.sh tests/console/*_test.sh) $(UNIT) $(TESTS)

check-root: tests
	$Qtests/run --build $B --jobs $(JOBS) $(TESTFLAGS) $(wildcard tests/integration/*_test.sh) \
		$(wildcard tests/incidents/live_test.sh)

# An emulator takes its time.
check-kernels: tests
	$Qtests/run --build $B --timeout 900 $(TESTFLAGS) $(wildcard tests/kernel/*_test.sh)

# Every golden screen anew; look at the difference before committing it.
goldens: tests
	$QUPDATE=1 tests/run --build $B --jobs $(JOBS) --timeout 900 $(TESTFLAGS) \
		$(shell grep -lE '^[^#]*\<(golden[a-z_]*|walk) ' tests/console/*_test.sh)

check-fresh:
	$Qscripts/check-fresh

# What takes long: fuzzers (FUZZ_SECONDS each), every allocation failing, sanitisers, fresh roots.
check-long:
	$Qscripts/check-long $(LONG)

bench: tests $(BENCH)
	$Qtests/bench/run --build $B $(BENCHFLAGS)

print-warnings: tests
	@cat $(addsuffix .warnings,$(OBJ) $(PAGES_OBJ) $B/app/main.o $(BPF:bpf/%.bpf.c=$B/bpf/%.bpf.o) \
		$(UNIT) $(TOOLS) $(PRELOAD))

# Without the macros of libc that stand in for functions: checkers read what is written.
print-cflags:
	@printf '%s\n' $(filter-out -MMD -MP -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=%,$(ALL_CFLAGS)) -Itests -Wno-unknown-warning-option

print-ldlibs:
	@echo $(ALL_LDLIBS)

print-bpf-cflags:
	@printf '%s\n' $(BPF_CFLAGS)

compile_commands.json: scripts/compile-commands Makefile $(SRC) src/app/main.c $(BPF) | $(SKEL)
	$(call say,JSON)scripts/compile-commands >$@

# Before each commit: format and floors, of what is staged.
hooks:
	$Qgit config core.hooksPath scripts/hooks && echo 'pre-commit runs scripts/lint format floors'

lint:
	$Qscripts/lint

fmt:
	$Qclang-format -i $$(git ls-files '*.c' '*.h')

include scripts/install.mk

clean:
	rm -rf build

-include $(shell find $B \( -path $B/fresh -o -name roots \) -prune -o -name '*.d' -type f -print 2>/dev/null)
