// SPDX-License-Identifier: MIT
#include "app/fleet_options.h"

#include "event/event_fleet.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#define AT(member)       .offset = offsetof(struct fleet_options, member)
#define IS(kind, member) .type = (kind), AT(member)
#define DAY              86400.0
#define TERABYTE         1099511627776.0

static struct fleet_options set;

static const struct option_def publish_defs[] = {
	{.key = "to",
		.flag = "publish",
		.env = "PUBLISH",
		.arg = "URL|-",
		IS(OPTION_TEXT, publish),
		.help = "send what this machine sees, summed up, to stdout (-, as an SSH hub asks "
			"for), to NATS (nats://HOST, tls://HOST) or to a collector "
			"(otlp+https://HOST)"},
	{.key = "name",
		.env = "PUBLISH_NAME",
		IS(OPTION_TEXT, publish_name),
		.help = "what this machine is called there; default: its host name"},
	{.key = "detail",
		.env = "PUBLISH_DETAIL",
		IS(OPTION_ENUM, detail),
		.choices = "none|hash|full",
		.fallback = "full",
		.help = "what leaves this machine of paths, agents and referers: nothing, hashes "
			"by which the same ones are known, or all"},
	{.key = "key",
		.env = "PUBLISH_KEY",
		IS(OPTION_TEXT, publish_key),
		.help = "a secret that all machines of a fleet have: what they count and hash is "
			"keyed by it, so that it adds up and nobody else can foresee it"},
	{.key = "interval",
		.env = "PUBLISH_INTERVAL",
		IS(OPTION_DURATION, interval),
		.min = 1,
		.max = 300,
		.fallback = "10s",
		.help = "time between two summaries; while somebody looks, one comes each second"},
	{.key = "queue",
		.env = "PUBLISH_QUEUE",
		IS(OPTION_BYTES, queue),
		.min = 262144,
		.max = 1u << 30,
		.fallback = "8M",
		.help = "bytes that may wait to be sent; beyond, the oldest are dropped and "
			"counted"},
	{.key = "allow_block",
		.env = "PUBLISH_ALLOW_BLOCK",
		IS(OPTION_SWITCH, allow_block),
		.fallback = "false",
		.help = "who asks this machine may have an address blocked on it, too"},
};

static const struct option_def hub_defs[] = {
	{.key = "hosts",
		.flag = "hub",
		.env = "HUB",
		.arg = "HOST|URL",
		.more = true,
		IS(OPTION_TEXTS, hub),
		.help = "show many machines as one: HOST ... are called by ssh, or one URL of "
			"NATS (nats://HOST, tls://HOST) that they publish to"},
	{.key = "ssh",
		.env = "HUB_SSH",
		IS(OPTION_TEXT, hub_ssh),
		.fallback = "ssh",
		.help = "the program that calls hosts, with options of its own, separated by "
			"blanks: ssh -F FILE"},
	{.key = "command",
		.env = "HUB_COMMAND",
		IS(OPTION_TEXT, hub_command),
		.fallback = "nethergaze --publish -",
		.help = "what ssh runs on each host: with sudo in front, where that needs no "
			"password"},
	{.flag = "since",
		.arg = "TIME",
		IS(OPTION_DURATION, since),
		.min = 1,
		.max = 365 * DAY,
		.help = "with --hub URL: begin so long ago, as far as the stream reaches back"},
};

static const struct option_def nats_defs[] = {
	{.flag = "hub-setup",
		.arg = "URL",
		IS(OPTION_TEXT, hub_setup),
		.help = "make the stream at this NATS server that keeps what machines publish "
			"(also: nethergaze hub-setup URL)"},
	{.key = "stream_age",
		.env = "NATS_STREAM_AGE",
		IS(OPTION_DURATION, stream_age),
		.min = 60,
		.max = 365 * DAY,
		.fallback = "1d",
		.help = "how long that stream keeps what was published"},
	{.key = "stream_bytes",
		.env = "NATS_STREAM_BYTES",
		IS(OPTION_BYTES, stream_bytes),
		.min = 1u << 20,
		.max = TERABYTE,
		.fallback = "1G",
		.help = "and how many bytes of it"},
	{.key = "credentials",
		.env = "NATS_CREDENTIALS",
		IS(OPTION_TEXT, nats_credentials),
		.help = "file with a user's JWT and seed (nsc, *.creds)"},
	{.key = "nkey",
		.env = "NATS_NKEY",
		IS(OPTION_TEXT, nats_nkey),
		.help = "file with the seed of a user's nkey (SU...)"},
	{.key = "ca",
		.env = "NATS_CA",
		IS(OPTION_TEXT, nats_ca),
		.help = "file with the certificates that a server's is to be signed by; default: "
			"the system's"},
	{.key = "cert",
		.env = "NATS_CERT",
		IS(OPTION_TEXT, nats_cert),
		.help = "file with this machine's certificate, where the server asks for one"},
	{.key = "cert_key",
		.env = "NATS_CERT_KEY",
		IS(OPTION_TEXT, nats_cert_key),
		.help = "file with the key of that certificate"},
};

static const struct option_def otlp_defs[] = {
	{.key = "headers",
		.env = "OTLP_HEADERS",
		IS(OPTION_TEXTS, otlp_headers),
		.help = "further headers of each request, as \"Authorization: Bearer ...\""},
	{.key = "ca",
		.env = "OTLP_CA",
		IS(OPTION_TEXT, otlp_ca),
		.help = "file with the certificates that a collector's is to be signed by; "
			"default: the system's"},
};

static bool is_url(const char *text)
{
	return strstr(text, "://") != NULL;
}

/* As ssh(1) takes it: [USER@]HOST, no option, and nothing that a shell behind it could take for
 * something else. */
static bool is_host(const char *text)
{
	static const char fine[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
				   "._-:%@[]";

	return text[0] && text[0] != '-' && !strstr(text, "@-") && !text[strspn(text, fine)] &&
	       strlen(text) < FLEET_NAME_MAX;
}

static bool is_named_before(const struct text_list *list, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (strcmp(list->items[k], list->items[i]) == 0)
			return true;
	return false;
}

static int fail(char *why, const char *format, const char *what)
{
	snprintf(why, OPTION_WHY_MAX, format, what);
	return -EINVAL;
}

static int check_hub(const void *values, char why[static OPTION_WHY_MAX])
{
	const struct fleet_options *o = values;
	const struct text_list *hub = &o->hub;
	char most[16];

	snprintf(most, sizeof most, "%d", FLEET_SSH_MAX);
	if (o->since && !(hub->count && is_url(hub->items[0])))
		return fail(why, "--since requires --hub with a URL%s", "");
	for (size_t i = 0; i < hub->count; i++) {
		const char *item = hub->items[i];
		if (is_url(item) && hub->count > 1)
			return fail(why, "--hub %.100s: expected one URL alone, or hosts", item);
		if (!is_url(item) && !is_host(item))
			return fail(
				why, "--hub %.100s: expected [USER@]HOST, as ssh takes it", item);
		if (is_named_before(hub, i))
			return fail(why, "--hub: %.100s stands there twice", item);
	}
	if (hub->count > FLEET_SSH_MAX)
		return fail(why, "--hub: more than %s hosts; more than that publish to NATS", most);
	return 0;
}

#define TABLE(name, defs_of, what)                                                             \
	{                                                                                      \
		.section = name, .defs = defs_of, .count = ARRAY_LEN(defs_of), .values = &set, \
		.about = what                                                                  \
	}

#define HUB_TABLE                                                                                 \
	{                                                                                         \
		.section = "hub", .defs = hub_defs, .count = ARRAY_LEN(hub_defs), .values = &set, \
		.check = check_hub, .about = "Whose summaries are shown here (docs/fleet.md)."    \
	}

const struct option_table *fleet_option_tables(void)
{
	static const struct option_table tables[FLEET_OPTION_TABLES] = {
		TABLE("publish", publish_defs,
			"Where summaries of this machine go (docs/fleet.md)."),
		HUB_TABLE,
		TABLE("nats", nats_defs, "How a NATS server is spoken to."),
		TABLE("otlp", otlp_defs, "How a collector of OpenTelemetry is spoken to."),
	};

	return tables;
}

const struct fleet_options *fleet_options_set(void)
{
	return &set;
}

bool fleet_options_call(const struct fleet_options *o)
{
	return o->hub.count && !is_url(o->hub.items[0]);
}

/* What a run does instead of being a hub; NULL: nothing. */
static const char *instead(const struct options_state *s)
{
	const struct options *o = &s->values;
	const struct {
		bool is;
		const char *what;
	} others[] = {
		{o->demo, "--demo"},
		{o->replay != NULL, "--replay"},
		{set.publish && (o->daemon || options_was_set(s, "publish", LEVEL_FLAG)),
			"--publish"},
		{options_was_set(s, "log-path", LEVEL_FLAG), "--log-path"},
		{options_was_set(s, "source", LEVEL_FLAG), "--source"},
		{options_was_set(s, "journal", LEVEL_FLAG), "--journal"},
		{o->explain != NULL, "--explain"},
	};

	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (others[i].is)
			return others[i].what;
	return NULL;
}

static void leave_out(char **text)
{
	free(*text);
	*text = NULL;
}

int fleet_options_check(const struct options_state *s, char reason[static 512])
{
	const char *other = set.hub.count ? instead(s) : NULL;

	if (!other) {
		if (set.hub.count)
			leave_out(&set.publish);
		return 0;
	}
	if (options_was_set(s, "hub", LEVEL_FLAG)) {
		snprintf(reason, 512, "--hub and %s cannot be combined", other);
		return -EINVAL;
	}
	for (size_t i = 0; i < set.hub.count; i++)
		leave_out(&set.hub.items[i]);
	set.hub.count = 0;
	return 0;
}
