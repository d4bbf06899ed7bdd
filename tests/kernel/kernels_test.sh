#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Boots the same binary on other kernels, in an emulator without KVM, each as it is and locked down
# to confidentiality, and hands on what guest.sh finds there. A kernel that cannot be had is skipped
# and says why; that none could be had is a failure. Needs no root but for the kernels' cache.
#
# usage: tests/kernel/kernels_test.sh [NAME]	(only boots whose name, "6.1.0-50 lockdown", has it)
set -u
here=$(cd "$(dirname "$0")" && pwd)
NG_TOP=${NG_TOP:-$(cd "$here/../.." && pwd)}
NG_BUILD=${NG_BUILD:-$NG_TOP/build}
only=${1:-${NG_CASE:-}}
work=$(mktemp -d) || exit 1
trap 'kill $(jobs -rp) 2>/dev/null; wait; rm -rf "$work"' EXIT
trap 'exit 143' TERM INT HUP
number=0 bad=0 ran=0

ok() { # NAME [TEXT]
	number=$((number + 1))
	echo "ok $number - $1${2:+ # SKIP $2}"
}

not_ok() { # NAME
	number=$((number + 1)) bad=1
	echo "not ok $number - $1"
}

# QEMU 7.2 now and then leaves garbage in the flags after cmpxchg16b, of which Linux 6.12 dies in its
# allocator, one boot in three; a processor without it has the kernel do without.
emulate() { # VMLINUZ DIR [OPTION...]
	local kernel=$1 dir=$2
	shift 2
	timeout --foreground --kill-after=5 200 qemu-system-x86_64 -accel tcg -cpu max,cx16=off -smp 1 -m 768 \
		-nodefaults -display none -no-reboot -serial "file:$dir/console" -serial "file:$dir/results" \
		-kernel "$kernel" -initrd "$work/image" \
		-append "console=ttyS0 quiet panic=-1 $*" </dev/null >"$dir/qemu" 2>&1
}

# boot DIR VMLINUZ [OPTION...]: a kernel that does not get as far as the first test, which emulated
# ones now and then do not, is tried again; one that does is not.
boot() {
	local dir=$1 kernel=$2 try
	shift 2
	for try in 1 2 3; do
		emulate "$kernel" "$dir" "$@" || true
		grep -qs '^up ' "$dir/results" && return
		cp "$dir/console" "$dir/console.$try" 2>/dev/null
	done
}

# What a boot has found, under its own name.
hand_on() { # DIR
	local dir=$1 name line
	name=$(cat "$dir/name")
	for line in "$dir"/console.*; do
		[ ! -e "$line" ] || echo "# NOTE: $name: boot ${line##*.} of it failed: $(tail -n 1 "$line")"
	done
	if ! grep -qs '^up ' "$dir/results"; then
		not_ok "$name: does not boot"
		tail -n 30 "$dir/qemu" "$dir/console" | tr -d '\r' | sed 's/^/# /'
		return
	fi
	ran=$((ran + 1))
	while IFS= read -r line; do
		case $line in
		ok\ *) ok "$name: ${line#ok * - }" ;;
		not\ ok\ *) not_ok "$name: ${line#not ok * - }" ;;
		'# NOTE: '*) echo "# NOTE: $name: ${line#\# NOTE: }" ;;
		'# '*) echo "$line" ;;
		esac
	done <"$dir/results"
	grep -q '^done ' "$dir/results" && return
	not_ok "$name: ended early"
	tail -n 30 "$dir/console" | tr -d '\r' | sed 's/^/# /'
}

plan() { # NAME VMLINUZ OPTION...
	local dir
	case $1 in *"$only"*) ;; *) return ;; esac
	dir=$(printf '%s/boot%02d' "$work" "${#boots[@]}")
	mkdir "$dir"
	echo "$1" >"$dir/name"
	boots+=("$dir")
	# As many at a time as there are processors: they compute all the time.
	while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do
		wait -n
	done
	boot "$dir" "${@:2}" &
}

need() {
	local tool
	for tool; do
		command -v "$tool" >/dev/null && continue
		not_ok "no kernel ran: $tool is not installed"
		exit 1
	done
}

need qemu-system-x86_64 busybox apt-get dpkg
"$here/image" "$NG_BUILD" "$work/image" || exit
boots=()
while read -r release version kernel; do
	if [ "$version" = - ]; then
		ok "kernel of $release" "$kernel"
		continue
	fi
	plan "$version" "$kernel"
	plan "$version lockdown" "$kernel" lockdown=confidentiality ng.lockdown=1
done < <("$here/fetch")
wait
for dir in "${boots[@]}"; do
	hand_on "$dir"
done
[ "$ran" -gt 0 ] || not_ok 'no kernel ran'
echo "1..$number"
exit $bad
