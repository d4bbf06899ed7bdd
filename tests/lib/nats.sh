# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # conditions to poll are given as text
# shellcheck disable=SC2034 # what a helper sets is for the test to read
#
# For tests with a NATS server: one of our own, on loopback, with its store in $T; and
# tests/lib/carrier_probe, which is the carrier's process and nothing else.

PROBE=$NG_BUILD/tests/lib/carrier_probe

# nats_server [LINE...]: starts it on NATS_PORT with these lines of configuration, or anew with
# others. -> NATS_PID, NATS_PORT
nats_server() {
	NATS_PORT=${NATS_PORT:-$(free_port)}
	printf '%s\n' "listen: 127.0.0.1:$NATS_PORT" 'jetstream {' "store_dir: \"$T/store\"" '}' \
		"$@" >"$T/nats.conf"
	nats_start
}

nats_start() {
	background nats-server -c "$T/nats.conf" >>"$T/nats.log" 2>&1
	NATS_PID=$PID
	wait_for "[ -n \"\$(ss -Hltn sport = :$NATS_PORT)\" ]"
}

# As if the machine had lost its power, but for what is on its disk.
nats_kill() {
	kill -9 "$NATS_PID"
	wait "$NATS_PID" || true
}

# probe NAME OPTION...: its output goes to $T/NAME; say NAME LINE tells it something.
probe() {
	local name=$1
	shift
	mkfifo "$T/$name.in"
	background "$PROBE" "$@" <>"$T/$name.in" >"$T/$name" 2>"$T/$name.err"
}

say() { # NAME LINE
	echo "$2" >"$T/$1.in"
}

# heard NAME REGEX: it has printed such a line.
heard() {
	grep -qE -- "$2" "$T/$1"
}

await() { # NAME REGEX [SECONDS]
	wait_for "heard '$1' '$2'" "${3:-30}"
}

# count NAME REGEX
count() {
	grep -cE -- "$2" "$T/$1" || true
}

# certificate NAME ALTNAME: NAME.pem and NAME.key, signed by ca.pem.
certificate() {
	[ -e "$T/ca.pem" ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 \
		-nodes -days 2 -subj /CN=fleet-ca -keyout "$T/ca.key" -out "$T/ca.pem" 2>/dev/null
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$1" \
		-keyout "$T/$1.key" -out "$T/$1.csr" 2>/dev/null
	openssl x509 -req -in "$T/$1.csr" -CA "$T/ca.pem" -CAkey "$T/ca.key" -CAcreateserial -days 2 \
		-extfile <(echo "subjectAltName=$2") -out "$T/$1.pem" 2>/dev/null
}

# nkey_user NAME: NAME.nk, with seed and public key, as nk -gen user -pubout writes it. -> NKEY
nkey_user() {
	openssl genpkey -algorithm ed25519 -outform DER -out "$T/$1.der"
	openssl pkey -inform DER -in "$T/$1.der" -pubout -outform DER -out "$T/$1.pub"
	python3 - "$T/$1" <<-'END'
		import base64, sys
		def text(b):
		    crc = 0
		    for x in b:
		        crc ^= x << 8
		        for _ in range(8):
		            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xffff
		    return base64.b32encode(b + crc.to_bytes(2, 'little')).decode().rstrip('=')
		seed, public = (open(sys.argv[1] + e, 'rb').read()[-32:] for e in ('.der', '.pub'))
		user, kind = 20 << 3, 18 << 3
		head = bytes([kind | user >> 5, (user & 31) << 3])
		open(sys.argv[1] + '.nk', 'w').write(text(head + seed) + '\n' + text(bytes([user]) + public) + '\n')
	END
	NKEY=$(sed -n 2p "$T/$1.nk")
}
