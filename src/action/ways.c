// SPDX-License-Identifier: MIT
#include "action/ways.h"

#include <stdio.h>

/* In the order in which they are offered. What is said here was tried:
 * tests/integration/ways_test.sh blocks, dials and undoes each but firewalld's and CrowdSec's. */
const struct block_way block_ways[WAYS] = {
	[WAY_NFT] = {"nft", "nftables, in a table of its own",
		{"It is gone after a restart of the machine.",
			"Also cuts off what this machine asks of the address."},
		.prefixes = true, .timeouts = true, .cuts = true, .ours = true},
	[WAY_IPSET] = {"ipset", "ipset and iptables",
		{"It is gone after a restart of the machine.",
			"Also cuts off what this machine asks of the address.",
			"Cannot last longer than 24 days unless it is without end."},
		.prefixes = true, .timeouts = true, .cuts = true},
	[WAY_IPTABLES] = {"iptables", "a rule of iptables for each",
		{"Does not end by itself.", "It is gone after a restart of the machine.",
			"Each packet is compared with each rule: slow with hundreds of them.",
			"Also cuts off what this machine asks of the address."},
		.prefixes = true, .cuts = true},
	[WAY_UFW] = {"ufw", "ufw",
		{"Does not cut established connections: ufw accepts them first.",
			"Does not end by itself, and is kept over restarts.",
			"Does not cover ports that containers publish."},
		.prefixes = true},
	[WAY_FIREWALLD] = {"firewalld", "firewalld, a rich rule of the default zone",
		{"Does not cut established connections: firewalld accepts them first.",
			"Covers the default zone alone.",
			"It is gone when firewalld is reloaded or restarted."},
		.prefixes = true, .timeouts = true},
	[WAY_FAIL2BAN] = {"fail2ban", "fail2ban, a ban in a jail",
		{"Lasts as long as the jail's bantime says.",
			"Does not take prefixes: Debian 12's says yes, and blocks nothing.",
			"Covers the jail's ports alone, and refuses rather than drops.",
			"Does nothing when the jail's action sends mail only."},
		.cuts = true},
	[WAY_CROWDSEC] = {"crowdsec", "CrowdSec, a decision",
		{"Does nothing without a bouncer, and nothing until it asks again (10 s).",
			"Whether established connections are cut is up to the bouncer.",
			"An address on an allowlist is not blocked."},
		.prefixes = true, .timeouts = true},
	[WAY_ROUTE] = {"route", "a blackhole route",
		{"Does not stop what comes in: only answers do not go out.",
			"Does not end by itself, and is gone after a restart of the machine.",
			"Also cuts off what this machine asks of the address."},
		.prefixes = true, .cuts = true},
	[WAY_NGINX] = {"nginx", "nginx, deny",
		{"Refuses requests with 403: connections still come in.",
			"Means the client only where real_ip_header and set_real_ip_from are set, "
			"else the proxy.",
			"Does not end by itself."},
		.prefixes = true, .web = true},
	[WAY_APACHE] = {"apache", "Apache, Require not ip",
		{"Refuses requests with 403: connections still come in.",
			"Means the client only where mod_remoteip is set up, else the proxy.",
			"Does not end by itself."},
		.prefixes = true, .web = true},
	[WAY_CADDY] = {"caddy", "Caddy, client_ip",
		{"Breaks off requests: connections still come in.",
			"Means the client only where trusted_proxies is set, else the proxy.",
			"Does not end by itself."},
		.prefixes = true, .web = true},
	[WAY_HAPROXY] = {"haproxy", "HAProxy, http-request deny",
		{"Refuses requests with 403: connections still come in.",
			"Believes the last X-Forwarded-For, which only a proxy in front may write.",
			"Does not end by itself."},
		.prefixes = true, .web = true},
};

enum way way_find(struct str name)
{
	int w = 0;

	while (w < WAYS && !str_eq(str_of(block_ways[w].name), name))
		w++;
	return (enum way)w;
}

enum way ways_best(const struct way_state states[static WAYS])
{
	static const enum way order[] = {
		WAY_FIREWALLD, WAY_UFW, WAY_IPSET, WAY_IPTABLES, WAY_ROUTE};

	if (states[WAY_NFT].there)
		return WAY_NFT;
	for (size_t i = 0; i < ARRAY_LEN(order); i++)
		if (states[order[i]].ready)
			return order[i];
	return WAYS;
}

/* What no machine can do without, or what is no peer's: RFC 1122, 3927, 4291, 5771. */
static const struct {
	const char *net, *why;
} needed[] = {
	{"0.0.0.0/8", "it is no peer's address"},
	{"127.0.0.0/8", "it is this machine itself"},
	{"169.254.0.0/16", "it is link-local: the network here needs it"},
	{"224.0.0.0/4", "it is multicast"},
	{"255.255.255.255", "it is broadcast"},
	{"::/16", "it is this machine itself, or no peer's address"},
	{"fe80::/10", "it is link-local: the network here needs it"},
	{"ff00::/8", "it is multicast"},
};

static bool overlap(const struct prefix *a, const struct prefix *b)
{
	if (addr_is_v4(&a->addr) != addr_is_v4(&b->addr))
		return false;
	return a->bits < b->bits ? prefix_contains(a, &b->addr) : prefix_contains(b, &a->addr);
}

const char *block_refusal(const struct prefix *net)
{
	bool v4 = addr_is_v4(&net->addr);
	unsigned mapped = v4 ? 96 : 0;

	if (net->bits < mapped || net->bits > ADDR_BITS)
		return "it is no prefix";
	struct prefix canonical = prefix_of(&net->addr, net->bits - mapped);
	if (!addr_eq(&canonical.addr, &net->addr))
		return "it has bits beyond its length";
	if (net->bits - mapped < (v4 ? BLOCK_V4_BITS_MIN : BLOCK_V6_BITS_MIN))
		return v4 ? "it is wider than /16" : "it is wider than /32";
	for (size_t i = 0; i < ARRAY_LEN(needed); i++) {
		struct prefix never;
		if (prefix_parse(str_of(needed[i].net), &never) == 0 && overlap(net, &never))
			return needed[i].why;
	}
	return NULL;
}

const char *block_time_text(uint32_t seconds, char buf[static BLOCK_TIME_TEXT_MAX])
{
	static const struct {
		uint32_t seconds;
		char unit;
	} units[] = {{86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}};
	int n = 0;

	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if (seconds >= units[i].seconds)
			n += snprintf(buf + n, (size_t)(BLOCK_TIME_TEXT_MAX - n), "%u%c",
				seconds / units[i].seconds, units[i].unit);
		seconds %= units[i].seconds;
	}
	if (n == 0)
		snprintf(buf, BLOCK_TIME_TEXT_MAX, "0s");
	return buf;
}
