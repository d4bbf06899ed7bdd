# What is installed, and what it is made of; part of the Makefile. The names are those of the GNU
# Coding Standards; each can be set.

DATE        := 2026-11-29 # of VERSION, in the manual pages
SYSCONFDIR  ?= /etc
EXEC_PREFIX ?= $(PREFIX)
BINDIR      ?= $(EXEC_PREFIX)/bin
LIBDIR      ?= $(PREFIX)/lib
DATADIR     ?= $(PREFIX)/share
MANDIR      ?= $(DATADIR)/man
DOCDIR      ?= $(DATADIR)/doc/nethergaze
BASHDIR     ?= $(DATADIR)/bash-completion/completions
ZSHDIR      ?= $(DATADIR)/zsh/site-functions
FISHDIR     ?= $(DATADIR)/fish/vendor_completions.d
UNITDIR     ?= $(LIBDIR)/systemd/system
SYSUSERSDIR ?= $(LIBDIR)/sysusers.d
TMPFILESDIR ?= $(LIBDIR)/tmpfiles.d
INSTALL     ?= install
INSTALL_PROGRAM ?= $(INSTALL) -m 755
INSTALL_DATA    ?= $(INSTALL) -m 644

# Made from the program's tables by a program of the same build. Where that cannot run here (a cross
# build), RUN= names what runs it (qemu-aarch64 -L ROOT), or PAGES= a directory with the pages of
# another build: they are the same for every machine.
PAGE_NAMES := nethergaze.1 nethergaze.toml.5 nethergaze.bash _nethergaze nethergaze.fish config.toml
PAGES      ?= $B/pages
PAGES_OBJ  := $(patsubst src/%.c,$B/%.o,$(wildcard src/pages/*.c))
UNITS      := $(wildcard scripts/package/units/*.service scripts/package/units/*.timer)

.PHONY: pages install-strip uninstall dist print-libs FORCE

pages: $(PAGE_NAMES:%=$(PAGES)/%)

# So that make install, which root may run, builds nothing; but not what cannot run here.
ifneq ($(filter $(shell uname -m)-%,$(shell $(CC) -dumpmachine 2>/dev/null)),)
all: pages
endif

$B/pages/make-pages: $(PAGES_OBJ) $B/libnethergaze.a
	$(call say,LD)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $^ -Wl,--as-needed $(ALL_LDLIBS) -o $@

$(PAGES_OBJ): scripts/install.mk
$(PAGES_OBJ): private ALL_CFLAGS += -DNG_DATE='"$(strip $(DATE))"'

$(PAGE_NAMES:%=$B/pages/%): $B/pages/%: $B/pages/make-pages
	$(call say,PAGE)$(RUN) $< $* >$@ || { rm -f $@; \
		echo 'the pages cannot be made: see RUN and PAGES in scripts/install.mk' >&2; exit 1; }

# Where the machine's configuration lies is in the program.
$B/sysconfdir: FORCE
	@mkdir -p $(@D) && echo '$(SYSCONFDIR)' | cmp -s - $@ || echo '$(SYSCONFDIR)' >$@
$B/app/option_setup.o: $B/sysconfdir
$B/app/option_setup.o: private ALL_CFLAGS += -DNG_SYSCONFDIR='"$(SYSCONFDIR)"'

# put COMMAND,FILE,DIRECTORY[,NAME]
put = $(INSTALL) -d "$(DESTDIR)$(3)" && $(1) $(2) "$(DESTDIR)$(3)/$(or $(4),$(notdir $(2)))"
# Units have the program where it is.
put_unit = $(INSTALL) -d "$(DESTDIR)$(UNITDIR)" && sed 's|/usr/bin/nethergaze|$(BINDIR)/nethergaze|' $(1) \
	>"$(DESTDIR)$(UNITDIR)/$(notdir $(1))" && chmod 644 "$(DESTDIR)$(UNITDIR)/$(notdir $(1))"

install: $B/nethergaze pages
	$Q$(call put,$(INSTALL_PROGRAM),$B/nethergaze,$(BINDIR))
	$Q$(call put,$(INSTALL_DATA),$(PAGES)/nethergaze.1,$(MANDIR)/man1)
	$Q$(call put,$(INSTALL_DATA),$(PAGES)/nethergaze.toml.5,$(MANDIR)/man5)
	$Q$(call put,$(INSTALL_DATA),$(PAGES)/nethergaze.bash,$(BASHDIR),nethergaze)
	$Q$(call put,$(INSTALL_DATA),$(PAGES)/_nethergaze,$(ZSHDIR))
	$Q$(call put,$(INSTALL_DATA),$(PAGES)/nethergaze.fish,$(FISHDIR))
	$Q$(call put,$(INSTALL_DATA),$(PAGES)/config.toml,$(DOCDIR)/examples)
	$Q$(call put,$(INSTALL_DATA),scripts/package/nethergaze.sysusers,$(SYSUSERSDIR),nethergaze.conf)
	$Q$(call put,$(INSTALL_DATA),scripts/package/nethergaze.tmpfiles,$(TMPFILESDIR),nethergaze.conf)
	$Q$(foreach unit,$(UNITS),$(call put_unit,$(unit)) &&) true
	$Q$(foreach doc,README.md CHANGELOG.md SECURITY.md LICENSE,$(call put,$(INSTALL_DATA),$(doc),$(DOCDIR)) &&) true
	$Q$(foreach doc,$(wildcard docs/*.md docs/*.png),$(call put,$(INSTALL_DATA),$(doc),$(DOCDIR)/docs) &&) true

install-strip:
	$Q$(MAKE) install INSTALL_PROGRAM='$(INSTALL_PROGRAM) -s --strip-program=$(STRIP)'

# Configuration and what was recorded stay.
uninstall:
	rm -f "$(DESTDIR)$(BINDIR)/nethergaze" "$(DESTDIR)$(MANDIR)/man1/nethergaze.1" \
		"$(DESTDIR)$(MANDIR)/man5/nethergaze.toml.5" "$(DESTDIR)$(BASHDIR)/nethergaze" \
		"$(DESTDIR)$(ZSHDIR)/_nethergaze" "$(DESTDIR)$(FISHDIR)/nethergaze.fish" \
		"$(DESTDIR)$(SYSUSERSDIR)/nethergaze.conf" "$(DESTDIR)$(TMPFILESDIR)/nethergaze.conf" \
		$(foreach unit,$(UNITS),"$(DESTDIR)$(UNITDIR)/$(notdir $(unit))")
	rm -rf "$(DESTDIR)$(DOCDIR)"

# By the names that pkg-config has.
print-libs:
	@printf '%s\n' $(LIBS)

# The release: what git has of HEAD, checksums, and what it is made of.
dist:
	$Qscripts/package/dist
