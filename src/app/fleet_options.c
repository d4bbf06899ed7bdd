// SPDX-License-Identifier: MIT
#include "app/fleet_options.h"

#include <stddef.h>
#include <stdio.h>

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

#define TABLE(name, defs_of, what)                                                             \
	{                                                                                      \
		.section = name, .defs = defs_of, .count = ARRAY_LEN(defs_of), .values = &set, \
		.about = what                                                                  \
	}

const struct option_table *fleet_option_tables(void)
{
	static const struct option_table tables[FLEET_OPTION_TABLES] = {
		TABLE("publish", publish_defs,
			"Where summaries of this machine go (docs/fleet.md)."),
		TABLE("hub", hub_defs, "Whose summaries are shown here (docs/fleet.md)."),
		TABLE("nats", nats_defs, "How a NATS server is spoken to."),
		TABLE("otlp", otlp_defs, "How a collector of OpenTelemetry is spoken to."),
	};

	return tables;
}

const struct fleet_options *fleet_options_set(void)
{
	return &set;
}
