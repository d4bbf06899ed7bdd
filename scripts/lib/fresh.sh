# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # cache and work are of the script that sources this
#
# Minimal Debian roots, made by debootstrap and thrown away: what scripts/check-fresh and
# scripts/check-packages share. Both have sourced scripts/lib/setup.sh; base systems and packages that
# were fetched are kept in $cache, and $work is what is removed at the end.

# Inside a mount and pid namespace of its own, so that every mount and process ends with it.
# Only the devices that tests need, and a terminal system of its own: nothing of the host's /dev.
mount_system() {
	local root=$1 node
	mount --bind "$root" "$root" # ip-netns(8) wants / to be a mount point
	mount -t proc proc "$root/proc"
	mount -t sysfs sys "$root/sys"
	mount -t tmpfs -o mode=755 dev "$root/dev"
	mkdir "$root/dev/pts" "$root/dev/shm"
	for node in null zero full random urandom tty; do
		touch "$root/dev/$node"
		mount --bind "/dev/$node" "$root/dev/$node"
	done
	mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 pts "$root/dev/pts"
	mount -t tmpfs shm "$root/dev/shm"
	ln -s pts/ptmx "$root/dev/ptmx"
	ln -s /proc/self/fd "$root/dev/fd"
	mount --bind "$2" "$root/var/cache/apt/archives"
}

# run_in ROOT DIRECTORY COMMAND...: as on a machine somebody has just logged in to.
run_in() {
	local root=$1 dir=$2
	shift 2
	env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
		TERM=xterm CI="${CI:-}" chroot "$root" sh -c 'cd "$0" && exec "$@"' "$dir" \
		"$@" </dev/null
}

base_system() { # RELEASE MIRROR
	local tar=$cache/$1.tar
	[ -s "$tar" ] && return
	echo "-- debootstrap $1"
	work=$(mktemp -d "$cache/new.XXXXXX")
	debootstrap --variant=minbase "$1" "$work" "$2" >"$cache/$1.log" 2>&1 ||
		{ tail "$cache/$1.log" >&2 && die "debootstrap $1 failed"; }
	apt-config dump | grep -E '^Acquire::(http|https)::' >"$work/etc/apt/apt.conf.d/90host" || true
	tar -C "$work" -cf "$tar.new" . && mv "$tar.new" "$tar"
	rm -rf --one-file-system "$work"
}

# new_root RELEASE: a root of that base system, in $work.
new_root() {
	work=$(mktemp -d "$cache/root.XXXXXX")
	mkdir -p "$cache/$1.debs/partial"
	tar -C "$work" -xf "$cache/$1.tar" || die "cannot unpack $1"
	chmod 755 "$work"
	cp -L /etc/resolv.conf "$work/etc/resolv.conf"
}

need_to_be_root() {
	[ "$(id -u)" -eq 0 ] || die 'run it as root'
}

need_tools() { # TOOL...
	local tool
	for tool; do
		command -v "$tool" >/dev/null || die "$tool is not installed"
	done
}
