# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC1091 # os-release is the machine's own
# shellcheck disable=SC2034 # the lists are for the scripts that source this
#
# What scripts/run and scripts/test share: which packages are needed, and how they get here.
# Everything said goes to stderr: the output of what is run afterwards may be piped.

# The names hold on Debian 12 and 13 and on Ubuntu 24.04. bpftool is added by need_bpftool.
BUILD_PACKAGES=(
	make gcc libc6-dev pkgconf # the compiler
	clang llvm                 # the BPF programs: clang compiles, llvm-strip strips
	libbpf-dev libelf-dev zlib1g-dev libjson-c-dev libncurses-dev libcap-ng-dev
	libmaxminddb-dev libcurl4-openssl-dev libc-ares-dev libsqlite3-dev libseccomp-dev libzstd-dev ca-certificates
	libnats-dev                # NATS: where there is none, make leaves it out
)
TEST_PACKAGES=(
	libcmocka-dev                                   # unit tests
	nginx apache2-bin apache2-utils logrotate curl tmux screen jq iproute2 procps  # real servers, clients, terminals
	caddy lighttpd haproxy                          # more servers
	openssh-server openssh-client                   # hosts that a hub calls
	ngtcp2-client                                   # a client of HTTP/3
	python3 hping3 slowhttptest openssl nftables    # staged incidents
	ipset iptables fail2ban ufw conntrack           # what blocks
	systemd-journal-remote                          # writes journals
	prometheus python3-prometheus-client            # read metrics: promtool, a strict parser
	nats-server                                     # what machines publish to
	python3-jsonschema                              # reads the schema of the records
	chromium sqlite3 zstd                           # what reads a report, a history, a recording
	libmaxmind-db-writer-perl                       # GeoIP databases for tests
	qemu-system-x86 busybox-static                  # other kernels
	mandoc man-db bsdextrautils zsh fish rpm # what reads what is installed
	git clang-format clang-tidy cppcheck shellcheck musl-tools # lint
)
# Servers among these, which must not run because we installed them.
SERVICES=(nginx caddy lighttpd haproxy fail2ban ufw prometheus nats-server openssh-server)

say() {
	echo "${0##*/}: $*" >&2
}

die() {
	say "$@"
	exit 1
}

# as_root_or_die WHY: for what only root can do.
as_root_or_die() {
	[ "$(id -u)" -eq 0 ] && return
	if command -v sudo >/dev/null; then
		die "$1: run it as root: sudo $0"
	fi
	die "$1: run it as root: su -c '$0' (there is no sudo here)"
}

# Ubuntu up to 24.04 ships bpftool with the kernel's tools; the Makefile finds it there.
need_bpftool() {
	local id version
	id=$(. /etc/os-release 2>/dev/null && echo "${ID:-}") || id=''
	version=$(. /etc/os-release 2>/dev/null && echo "${VERSION_ID:-}") || version=''
	case $id:$version in
	ubuntu:2[0-4].*) echo linux-tools-common linux-tools-generic ;;
	*) echo bpftool ;;
	esac
}

installed() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# The Debian mirror in this machine's own package sources; nothing where there is none.
debian_mirror() {
	# shellcheck disable=SC2016 # apt's own placeholders
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' \
		'Label: Debian' 2>/dev/null | head -n 1
}

# install_packages PACKAGE...: installs those that are missing, and says which. Nothing is done,
# and no package list is fetched, when none is.
install_packages() {
	local package missing=() fresh=()
	if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
		needed_elsewhere
		return 0
	fi
	for package; do
		installed "$package" || missing+=("$package")
	done
	if [ ${#missing[@]} -eq 0 ]; then
		say "all ${#} packages are installed"
		return 0
	fi
	say "missing: ${missing[*]}"
	as_root_or_die 'installing packages needs root'
	for package in "${SERVICES[@]}"; do
		installed "$package" || fresh+=("$package")
	done
	(quiet_install "${missing[@]}") || die "apt-get could not install ${missing[*]}"
	for package in "${fresh[@]}"; do
		! installed "$package" || keep_off "$package"
	done
}

# Without apt the same is needed under other names; tools can be checked, libraries by pkg-config.
needed_elsewhere() {
	local tool library lacking=()
	for tool in make cc pkg-config clang llvm-strip bpftool; do
		command -v "$tool" >/dev/null || [ -x "/usr/sbin/$tool" ] || lacking+=("$tool")
	done
	for library in libbpf libelf zlib json-c ncursesw libcap-ng libmaxminddb libcurl libcares sqlite3 libzstd; do
		pkg-config --exists "$library" 2>/dev/null || lacking+=("$library")
	done
	[ ${#lacking[@]} -ne 0 ] || return 0
	say 'this system has no apt. nethergaze is built from: make, a C compiler, pkg-config, clang,'
	say 'llvm (llvm-strip), bpftool, and the development files of libbpf, libelf, zlib, json-c,'
	say 'ncurses (wide), libcap-ng, libmaxminddb, libcurl, libcares, sqlite3 and libzstd. Install those with your package manager.'
	die "not found: ${lacking[*]}"
}

# In a subshell, so that its traps are its own. A package's service is started by its maintainer
# script unless policy-rc.d says 101 (invoke-rc.d(8)). One that exists is the administrator's.
quiet_install() {
	local policy=/usr/sbin/policy-rc.d mark='# of the nethergaze set-up'
	local apt=(apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0) log
	export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1
	if [ ! -e "$policy" ] || grep -qs "^$mark" "$policy"; then
		# shellcheck disable=SC2064 # the value now
		trap "rm -f '$policy'" EXIT
		trap 'exit 130' INT TERM HUP
		printf '#!/bin/sh\n%s: removed when its installation ends\nexit 101\n' "$mark" >"$policy"
		chmod 755 "$policy"
	fi
	log=$(mktemp)
	say 'fetching the package lists'
	"${apt[@]}" update </dev/null >"$log" 2>&1 || say 'some package lists could not be fetched; going on'
	say "installing ${#} packages and what they need; this takes a minute or two"
	if ! "${apt[@]}" install -y --no-install-recommends "$@" </dev/null >"$log" 2>&1; then
		tail -n 30 "$log" >&2
		rm -f "$log"
		return 1
	fi
	rm -f "$log"
}

# A server that came with us is not to start at the next boot either.
keep_off() {
	local name=${1/#openssh-server/ssh}
	local unit=$name.service
	[ -d /run/systemd/system ] && systemctl stop "$unit" >&2 2>/dev/null
	if command -v systemctl >/dev/null; then
		systemctl disable "$unit" >/dev/null 2>&1 || true
	elif command -v update-rc.d >/dev/null; then
		update-rc.d "$name" disable >/dev/null 2>&1 || true
	fi
	say "$1 was installed for the tests: its service is neither started nor enabled"
}

# as_owner COMMAND...: what is built in a user's tree belongs to that user, also under sudo.
as_owner() {
	local owner home
	owner=$(stat -c %U .)
	if [ "$(id -u)" -ne 0 ] || [ "$owner" = root ] || ! can_build "$owner"; then
		"$@"
		return
	fi
	home=$(getent passwd "$owner" | cut -d: -f6)
	runuser -u "$owner" -- env HOME="$home" "$@"
}

can_build() {
	runuser -u "$1" -- test -w . 2>/dev/null || return 1
	# What root built before is root's to go on with.
	[ ! -e build ] || [ "$(stat -c %U build)" = "$1" ]
}

jobs_here() {
	nproc 2>/dev/null || echo 1
}
