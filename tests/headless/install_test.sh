#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# make install: what goes where, and that what is made from the tables is understood by those who read
# it: man, bash, zsh, fish, systemd.
. "$(dirname "$0")/../lib/sh.sh"

PAGES=$NG_BUILD/pages
SAN=''
[ "${NG_BUILD##*/}" != san ] || SAN=1

# make_to ARG...: nothing is built here that is not built already.
make_to() {
	make -s -C "$NG_TOP" ${SAN:+SAN=1} "$@" >"$T/make.out" 2>&1 || fail "make $*: $(cat "$T/make.out")"
}

test_installs_and_uninstalls() {
	local file
	make_to install DESTDIR="$T/root" PREFIX=/usr
	for file in bin/nethergaze share/man/man1/nethergaze.1 share/man/man5/nethergaze.toml.5 \
		share/bash-completion/completions/nethergaze share/zsh/site-functions/_nethergaze \
		share/fish/vendor_completions.d/nethergaze.fish share/doc/nethergaze/examples/config.toml \
		share/doc/nethergaze/LICENSE share/doc/nethergaze/docs/options.md \
		lib/systemd/system/nethergaze-geoip.service lib/systemd/system/nethergaze-geoip.timer \
		lib/sysusers.d/nethergaze.conf lib/tmpfiles.d/nethergaze.conf; do
		[ -s "$T/root/usr/$file" ] || fail "$file is not there"
	done
	assert_eq "$(find "$T/root" -type f -perm /022)" '' 'files that others may write'
	assert_match "$("$T/root/usr/bin/nethergaze" --version)" '^nethergaze [0-9]'
	make_to uninstall DESTDIR="$T/root" PREFIX=/usr
	assert_eq "$(find "$T/root" -type f)" '' 'what uninstall leaves'
}

test_every_directory_can_be_set() {
	make_to install-strip STRIP=strip DESTDIR="$T/root" PREFIX=/opt/x BINDIR=/b MANDIR=/m UNITDIR=/u DOCDIR=/d \
		BASHDIR=/c ZSHDIR=/z FISHDIR=/f SYSUSERSDIR=/s TMPFILESDIR=/t
	assert_eq "$(cd "$T/root" && echo *)" 'b c d f m s t u z'
	assert_match "$(cat "$T/root/u/nethergaze-geoip.service")" 'ExecStart=/b/nethergaze geoip-update'
	[ "$(wc -c <"$T/root/b/nethergaze")" -lt "$(wc -c <"$NG")" ] || fail 'it is not stripped'
}

# As for a cross build, whose own program of pages cannot run here.
test_takes_the_pages_of_another_build() {
	cp -r "$PAGES" "$T/pages"
	echo 'of another build' >>"$T/pages/nethergaze.1"
	make_to install PAGES="$T/pages" DESTDIR="$T/root" PREFIX=/usr
	cmp "$T/pages/nethergaze.1" "$T/root/usr/share/man/man1/nethergaze.1"
}

test_man_pages_are_clean() {
	need mandoc man
	local page
	for page in nethergaze.1 nethergaze.toml.5; do
		assert_eq "$(mandoc -Tlint "$PAGES/$page" 2>&1)" '' "mandoc -Tlint $page"
		assert_eq "$(MANROFFSEQ='' man --warnings -E UTF-8 -l -Tutf8 -Z "$PAGES/$page" 2>&1 >/dev/null)" '' "man $page"
	done
}

# page_of NAME: TEXT is what a reader sees, its blanks and breaks one blank each.
page_of() {
	TEXT=" $(mandoc -Tutf8 "$PAGES/$1" | col -b -x | tr -s ' \n' ' ') "
}

# has WORD WHAT: the page, with blanks, commas or parentheses round it.
has() {
	case $TEXT in
	*[\ \(,]"$1"[\ \),]*) ;;
	*) fail "the page does not have $2: $1" ;;
	esac
}

test_man_pages_have_all_that_there_is() {
	need mandoc col
	local word
	page_of nethergaze.1
	for word in $("$NG" --help | grep -o '^  --[a-z-]*'); do
		has "$word" 'a flag'
	done
	# What the program asks the environment for.
	for word in $(grep -rhoE 'getenv\("[A-Za-z_]+"\)' "$NG_TOP/src" | cut -d'"' -f2 | sort -u) \
		$("$NG" --print-config | grep -o 'NETHERGAZE_[A-Z_]*' | sort -u); do
		has "$word" 'a variable'
	done
	for word in $("$NG" --print-config | sed -n '/^\[keys\]/,$s/^# \([a-z-]*\) = .*/\1/p'); do
		has "$word" 'an action'
	done
	for word in $("$NG" --print-config | sed -n 's/^\[flags\.\(.*\)\]/\1/p'); do
		has "$word" 'a flag of the judgement'
	done
	for word in 'STATUS 0 done:' '1 runtime failure:' '2 bad usage or config:'; do
		has "$word" 'an exit status'
	done
	page_of nethergaze.toml.5
	for word in $("$NG" --print-config | sed -n 's/^#* *\(\[.*\]\)$/\1/p'); do
		has "$word" 'a section'
	done
}

test_example_loads() {
	assert_status 0 "$NG" --config "$PAGES/config.toml" --once --duration 0 --source proc --log-path "$T/none"
	assert_eq "$(cat "$PAGES/config.toml")" "$("$NG" --print-config)"
}

# bash_offers WORD...: what the last word can be completed to. As readline splits: = and : are words.
bash_offers() {
	bash --norc -c '. "$1"; shift; COMP_WORDS=(nethergaze "$@"); COMP_CWORD=$#
		_nethergaze 2>/dev/null; printf "%s\n" "${COMPREPLY[@]}"' bash "$PAGES/nethergaze.bash" "$@"
}

test_bash_completes() {
	bash -n "$PAGES/nethergaze.bash"
	assert_eq "$(bash_offers --sour)" --source
	assert_eq "$(bash_offers --source p)" proc
	assert_eq "$(bash_offers --source =)" $'auto\nebpf\nproc'
	assert_eq "$(bash_offers --source = e)" ebpf
	assert_eq "$(bash_offers geo)" geoip-update
	assert_eq "$(bash_offers geoip-update --u)" --url
	assert_eq "$(bash_offers --once --u)" ''
	assert_eq "$(bash_offers --duration '')" ''
	assert_eq "$(bash_offers --filter half)" 'half\>'
	assert_eq "$(bash_offers --interface l)" lo
	mkdir "$T/a dir"
	: >"$T/a file"
	assert_eq "$(bash_offers --data-dir "$T/a ")" "$T/a dir"
	assert_eq "$(bash_offers --replay "$T/a f")" "$T/a file"
	# Every flag, and none besides.
	assert_eq "$(bash_offers '' | grep -- '^--' | sort)" \
		"$("$NG" --help | sed '/^geoip-update fetches/,$d' | grep -o '^  --[a-z-]*' | tr -d ' ' | sort)"
}

# What others may have named is text, and is never run.
test_bash_does_not_run_names() {
	mkdir "$T/bin"
	printf '#!/bin/sh\nprintf "%%s\\n" %s\n' "'\$(touch $T/run)x.service loaded' 'web.service loaded'" >"$T/bin/systemctl"
	chmod +x "$T/bin/systemctl"
	assert_eq "$(PATH=$T/bin:$PATH bash_offers --journal web)" web.service
	PATH=$T/bin:$PATH bash_offers --journal '' >"$T/out"
	[ ! -e "$T/run" ] || fail 'the name of a unit was run'
	assert_match "$(cat "$T/out")" '^\\\$\\\(touch'
}

test_fish_completes() {
	need fish
	fish --no-config -n "$PAGES/nethergaze.fish"
	fish_offers() {
		HOME=$T XDG_DATA_HOME=$T fish --no-config -c "source $PAGES/nethergaze.fish; complete -C '$1'" | cut -f1 | grep -v '=$'
	}
	assert_eq "$(fish_offers 'nethergaze --sour')" --source
	assert_eq "$(fish_offers 'nethergaze --source p')" proc
	assert_eq "$(fish_offers 'nethergaze --source=e')" --source=ebpf
	assert_eq "$(fish_offers 'nethergaze geo')" geoip-update
	assert_eq "$(fish_offers 'nethergaze geoip-update --u')" --url
	assert_eq "$(fish_offers 'nethergaze --filter half')" 'half>'
	assert_eq "$(fish_offers 'nethergaze --' | sort)" \
		"$("$NG" --help | sed '/^geoip-update fetches/,$d' | grep -o '^  --[a-z-]*' | tr -d ' ' | sort)"
}

# In a terminal: zsh completes nowhere else.
test_zsh_completes() {
	need zsh tmux
	zsh -n "$PAGES/_nethergaze"
	mkdir "$T/site"
	cp "$PAGES/_nethergaze" "$T/site/"
	cat >"$T/.zshrc" <<-END
		PS1='ready> '
		fpath=($T/site \$fpath)
		autoload -Uz compinit && compinit -u -D
	END
	tmux -u -S "$T/tmux" -f /dev/null new-session -d -x 150 -y 60 env ZDOTDIR="$T" TERM=screen zsh -d -i
	at_exit 'tmux -S "$T/tmux" kill-server 2>/dev/null'
	zsh_screen() { tmux -S "$T/tmux" capture-pane -p; }
	zsh_cleared() {
		tmux -S "$T/tmux" send-keys C-u C-l
		[ "$(zsh_screen | grep .)" = 'ready>' ]
	}
	zsh_shows() { # KEYS REGEX
		wait_for zsh_cleared
		tmux -S "$T/tmux" send-keys -l "$1"
		tmux -S "$T/tmux" send-keys Tab
		wait_for "zsh_screen | grep -qE -- $(printf %q "$2")"
	}
	zsh_shows 'nethergaze --sour' '^ready> nethergaze --source='
	zsh_shows 'nethergaze --source=p' '^ready> nethergaze --source=proc'
	zsh_shows 'nethergaze --group c' '^ready> nethergaze --group country'
	zsh_shows 'nethergaze geo' '^ready> nethergaze geoip-update'
	zsh_shows 'nethergaze geoip-update --u' '^ready> nethergaze geoip-update --url='
	zsh_shows 'nethergaze --filter half' '^ready> nethergaze --filter half\\>'
	zsh_shows 'nethergaze --no-' '--no-whois +-- disable RDAP and whois lookups'
}

# Installed without DESTDIR, below $T, so that the programs of the units are there.
test_units_are_sound() {
	need systemd-analyze
	local unit
	make_to install PREFIX="$T/usr"
	for unit in "$T"/usr/lib/systemd/system/*; do
		systemd-analyze verify --man=no "$unit" >"$T/said" 2>&1 || fail "$(cat "$T/said")"
		! grep -F "${unit##*/}" "$T/said" || fail "${unit##*/}"
	done
	systemd-analyze security --offline=true --threshold=20 --no-pager \
		"$T/usr/lib/systemd/system/nethergaze-geoip.service" >"$T/said" 2>&1 || fail "$(tail -3 "$T/said")"
	systemd-analyze calendar "$(sed -n 's/^OnCalendar=//p' "$T/usr/lib/systemd/system/nethergaze-geoip.timer")" >"$T/said"
}

# In an empty root: who and what is made.
test_user_and_directories_are_made() {
	need_root
	need systemd-sysusers systemd-tmpfiles
	make_to install DESTDIR="$T/root" PREFIX=/usr
	mkdir -p "$T/root/etc"
	systemd-sysusers --root="$T/root" nethergaze.conf 2>"$T/err" || fail "$(cat "$T/err")"
	assert_match "$(cat "$T/root/etc/passwd")" '^nethergaze:[^:]*:[0-9]+:[0-9]+:nethergaze:/var/lib/nethergaze:/usr/sbin/nologin'
	systemd-tmpfiles --root="$T/root" --create nethergaze.conf 2>"$T/err" || fail "$(cat "$T/err")"
	assert_eq "$(stat -c '%u %a' "$T/root/var/lib/nethergaze")" '0 755'
	assert_eq "$(stat -c '%u %a' "$T/root/var/lib/nethergaze/geoip")" \
		"$(sed -n 's/^nethergaze:[^:]*:\([0-9]*\):.*/\1/p' "$T/root/etc/passwd") 755"
}

run_tests "$@"
