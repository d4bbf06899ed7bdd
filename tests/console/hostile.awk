# SPDX-License-Identifier: MIT
#
# The console's recording with bytes in its texts that must not reach a terminal: awk -f hostile.awk
# <console.ndjson. Each ends in 7777, which no record has by itself; random_keys.c looks for them.

BEGIN {
	n = split("\\u001b[7777m|\\u001b]7777;x\\u0007|\\u001bP7777|\\u001b_7777|\\u001b^7777|" \
		"\\u00077777|\\u009b7777m|\\u202e7777|\\u180e7777|\\u000e7777|\\u007f7777|" \
		"\\r\\n7777|\033[7777m|\2337777|\\u001bX7777", bad, "|")
}

# Into the text of that field, before its first byte.
function spoil(field,	at) {
	at = index($0, "\"" field "\":\"")
	if (at && NR % 3)
		$0 = substr($0, 1, at + length(field) + 3) bad[1 + (NR + length(field)) % n] \
			substr($0, at + length(field) + 4)
}

{
	spoil("path")
	spoil("agent")
	spoil("referer")
	spoil("vhost")
	spoil("method")
	spoil("org")
	spoil("city")
	spoil("name")
	spoil("host")
	spoil("user")
	spoil("sample")
	spoil("note")
	spoil("text")
	print
}
