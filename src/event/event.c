// SPDX-License-Identifier: MIT
#include "event/event.h"

#include <stddef.h>

#define SIZE_OF(member) sizeof(((struct event *)0)->member)
#define FIELD_NAMED(name, type, required, member, names)                                       \
	{                                                                                      \
		name, FIELD_##type, required, offsetof(struct event, member), SIZE_OF(member), \
			names                                                                  \
	}
#define FIELD(name, type, required, member) FIELD_NAMED(name, type, required, member, NULL)

static const struct event_field start_fields[] = {
	FIELD("version", STR, false, start.version),
	FIELD("host", STR, false, start.host),
	FIELD("show_private_ips", BOOL, true, start.show_private),
	FIELD("schema", U32, false, start.schema),
	FIELD("seed", U64, false, start.seed),
	FIELD("picture", U64, false, start.picture),
};

static const struct event_field source_fields[] = {
	FIELD("source", STR, true, source.source),
	FIELD_NAMED("sees", BITS, false, source.sees, &capabilities),
	FIELD("probes", WORDS, false, source.probes),
	FIELD("note", STR, false, source.note),
};

static const struct event_field conn_fields[] = {
	FIELD_NAMED("state", ENUM, true, conn.state, &tcp_states),
	FIELD_NAMED("was", ENUM, false, conn.was, &tcp_states),
	FIELD("ip", ADDR, true, conn.ip),
	FIELD("port", U16, true, conn.port),
	FIELD("lip", ADDR, true, conn.lip),
	FIELD("lport", U16, true, conn.lport),
	FIELD_NAMED("dir", ENUM, false, conn.dir, &directions),
	FIELD("ns", U32, false, conn.ns),
	FIELD("rtt_us", U64, false, conn.rtt_us),
	FIELD("rx", U64, false, conn.rx),
	FIELD("tx", U64, false, conn.tx),
	FIELD("retrans", U64, false, conn.retrans),
	FIELD("segs", U64, false, conn.segs),
	FIELD("inode", U64, false, conn.inode),
	FIELD("txq", U64, false, conn.txq),
	FIELD("rxq", U64, false, conn.rxq),
	FIELD("limited_us", U64, false, conn.limited_us),
};

static const struct event_field syn_fields[] = {
	FIELD("ip", ADDR, true, syn.ip),
	FIELD("n", U64, true, syn.n),
};

static const struct event_field request_fields[] = {
	FIELD("ip", ADDR, false, request.ip),
	FIELD("client", ADDR, false, request.client),
	FIELD("logged", USEC, false, request.logged),
	FIELD("method", STR, false, request.method),
	FIELD("path", STR, false, request.path),
	FIELD("status", U64, false, request.status),
	FIELD("bytes", U64, false, request.bytes),
	FIELD("proto", STR, false, request.proto),
	FIELD("referer", STR, false, request.referer),
	FIELD("agent", STR, false, request.agent),
	FIELD("log", STR, false, request.log),
	FIELD("claims", STR, false, request.claims),
	FIELD("vhost", STR, false, request.vhost),
	FIELD("port", U32, false, request.port),
	FIELD("kind", STR, false, request.kind),
	FIELD("cut", FLAG, false, request.cut),
	FIELD("took_us", U64, false, request.took_us),
	FIELD("upstream_status", U64, false, request.upstream_status),
};

static const struct event_field log_fields[] = {
	FIELD("log", STR, true, log.log),
	FIELD_NAMED("state", ENUM, true, log.state, &log_states),
	FIELD("lines", U64, true, log.lines),
	FIELD("rejected", U64, true, log.rejected),
	FIELD("ignored", U64, false, log.ignored),
	FIELD("skipped", U64, true, log.skipped),
	FIELD("rotated", U64, false, log.rotated),
	FIELD("missed", U64, false, log.missed),
	FIELD("lag", U64, false, log.lag),
	FIELD("sample", STR, false, log.sample),
	FIELD("note", STR, false, log.note),
	FIELD("format", STR, false, log.format),
	FIELD("buffered", STR, false, log.buffered),
	FIELD("errors", FLAG, false, log.errors),
};

static const struct event_field lost_fields[] = {
	FIELD("what", STR, true, lost.what),
	FIELD("n", U64, true, lost.n),
};

static const struct event_field note_fields[] = {
	FIELD("text", STR, true, note.text),
};

static const struct event_field syn_net_fields[] = {
	FIELD("net", PREFIX, true, syn_net.net),
	FIELD("n", U64, true, syn_net.n),
};

static const struct event_field tcp_stats_fields[] = {
	FIELD("syns", U64, false, tcp_stats.syns),
	FIELD("cookies_sent", U64, false, tcp_stats.cookies_sent),
	FIELD("cookies_ok", U64, false, tcp_stats.cookies_ok),
	FIELD("cookies_bad", U64, false, tcp_stats.cookies_bad),
	FIELD("listen_overflows", U64, false, tcp_stats.listen_overflows),
	FIELD("listen_drops", U64, false, tcp_stats.listen_drops),
	FIELD("request_drops", U64, false, tcp_stats.request_drops),
	FIELD("resets_sent", U64, false, tcp_stats.resets_sent),
	FIELD("resets_received", U64, false, tcp_stats.resets_received),
	FIELD("segments_again", U64, false, tcp_stats.segments_again),
	FIELD("synacks_again", U64, false, tcp_stats.synacks_again),
	FIELD("accept_port", U64, false, tcp_stats.accept_port),
	FIELD("accept_queue", U64, false, tcp_stats.accept_queue),
	FIELD("accept_limit", U64, false, tcp_stats.accept_limit),
};

static const struct event_field netns_fields[] = {
	FIELD("ns", U32, true, netns.ns),
	FIELD("name", STR, false, netns.name),
};

static const struct event_field owner_fields[] = {
	FIELD("inode", U64, true, owner.inode),
	FIELD("pid", U32, true, owner.pid),
	FIELD("name", STR, true, owner.name),
};

static const struct event_field auth_fields[] = {
	FIELD("ip", ADDR, false, auth.ip),
	FIELD("logged", USEC, false, auth.logged),
	FIELD_NAMED("outcome", ENUM, true, auth.outcome, &auth_outcomes),
	FIELD("port", U32, false, auth.port),
	FIELD("times", U32, false, auth.times),
	FIELD("user", STR, false, auth.user),
	FIELD("method", STR, false, auth.method),
	FIELD("log", STR, false, auth.log),
};

static const struct event_field place_fields[] = {
	FIELD("ip", ADDR, true, place.ip),
	FIELD("country", STR, false, place.country),
	FIELD("city", STR, false, place.city),
	FIELD("asn", U32, false, place.asn),
	FIELD("org", STR, false, place.org),
};

static const struct event_field registration_fields[] = {
	FIELD("net", PREFIX, true, registration.net),
	FIELD("by", STR, false, registration.by),
	FIELD("name", STR, false, registration.name),
	FIELD("handle", STR, false, registration.handle),
	FIELD("country", STR, false, registration.country),
	FIELD("org", STR, false, registration.org),
	FIELD("abuse", STR, false, registration.abuse),
	FIELD("registered", STR, false, registration.registered),
	FIELD("note", STR, false, registration.note),
};

static const struct event_field rdns_fields[] = {
	FIELD("ip", ADDR, true, rdns.ip),
	FIELD("name", STR, false, rdns.name),
	FIELD("confirmed", BOOL, false, rdns.confirmed),
	FIELD("note", STR, false, rdns.note),
};

static const struct event_field enricher_fields[] = {
	FIELD("what", STR, true, enricher.what),
	FIELD("state", STR, true, enricher.state),
	FIELD("note", STR, false, enricher.note),
	FIELD("asked", U64, false, enricher.asked),
	FIELD("answered", U64, false, enricher.answered),
	FIELD("failed", U64, false, enricher.failed),
	FIELD("waiting", U64, false, enricher.waiting),
	FIELD("dropped", U64, false, enricher.dropped),
};

static const struct event_field listing_fields[] = {
	FIELD("ns", U32, false, listing.ns),
	FIELD("full", FLAG, false, listing.full),
	FIELD("sockets", U64, false, listing.sockets),
};

static const struct event_field resets_fields[] = {
	FIELD("ip", ADDR, true, resets.ip),
	FIELD("n", U64, true, resets.n),
};

static const struct event_field web_error_fields[] = {
	FIELD("ip", ADDR, false, web_error.ip),
	FIELD("logged", USEC, false, web_error.logged),
	FIELD_NAMED("what", ENUM, true, web_error.what, &web_errors),
	FIELD("path", STR, false, web_error.path),
	FIELD("vhost", STR, false, web_error.vhost),
	FIELD("upstream", STR, false, web_error.upstream),
	FIELD("log", STR, false, web_error.log),
};

static const struct event_field crawler_fields[] = {
	FIELD("ip", ADDR, true, crawler.ip),
	FIELD("name", STR, true, crawler.name),
	FIELD_NAMED("outcome", ENUM, true, crawler.outcome, &claim_outcomes),
	FIELD("by", STR, false, crawler.by),
};

static const struct event_field mark_fields[] = {
	FIELD("name", STR, false, mark.name),
	FIELD("by_itself", FLAG, false, mark.by_itself),
};

static const struct event_field flag_fields[] = {
	FIELD("flag", STR, true, flag.flag),
	FIELD("on", BOOL, true, flag.on),
	FIELD_NAMED("scope", ENUM, true, flag.scope, &flag_scopes),
	FIELD("who", STR, false, flag.who),
	FIELD("prefixes", WORDS, false, flag.prefixes),
	FIELD("severity", U32, false, flag.severity),
	FIELD("since", USEC, false, flag.since),
	FIELD("value", U64, false, flag.value),
	FIELD("evidence", STR, false, flag.evidence),
	FIELD("disproof", STR, false, flag.disproof),
	FIELD("cause", STR, false, flag.cause),
};

static const struct event_field verdict_fields[] = {
	FIELD("text", STR, false, verdict.text),
	FIELD("cause", STR, false, verdict.cause),
	FIELD("severity", U32, false, verdict.severity),
	FIELD("sure", STR, false, verdict.sure),
	FIELD("held", LINES, false, verdict.held),
	FIELD("learning_s", U32, false, verdict.learning_s),
};

static const struct event_field interface_fields[] = {
	FIELD("name", STR, false, interface.name),
	FIELD("note", STR, false, interface.note),
	FIELD("rx", U64, false, interface.rx),
	FIELD("tx", U64, false, interface.tx),
	FIELD("us", U64, false, interface.us),
	FIELD("errors", U64, false, interface.errors),
	FIELD("drops", U64, false, interface.drops),
	FIELD("speed", U64, false, interface.speed),
	FIELD("month_rx", U64, false, interface.month_rx),
	FIELD("month_tx", U64, false, interface.month_tx),
	FIELD("month", STR, false, interface.month),
	FIELD("month_note", STR, false, interface.month_note),
};

static const struct event_field act_fields[] = {
	FIELD("what", STR, true, act.what),
	FIELD("who", STR, false, act.who),
	FIELD("command", STR, false, act.command),
	FIELD("result", STR, false, act.result),
	FIELD("ok", BOOL, true, act.ok),
	FIELD("until", USEC, false, act.until),
};

static const struct event_field seen_fields[] = {
	FIELD("net", PREFIX, true, seen.net),
	FIELD("first", USEC, false, seen.first),
	FIELD("last", USEC, false, seen.last),
	FIELD("runs", U64, true, seen.runs),
	FIELD("requests", U64, false, seen.requests),
	FIELD("bytes", U64, false, seen.bytes),
	FIELD("handshakes", U64, false, seen.handshakes),
	FIELD("flagged", U64, false, seen.flagged),
	FIELD("blocked", U64, false, seen.blocked),
	FIELD("flags", WORDS, false, seen.flags),
};

static const struct event_field guard_fields[] = {
	FIELD("net", PREFIX, true, guard.net),
	FIELD_NAMED("role", ENUM, true, guard.role, &guard_roles),
	FIELD("on", BOOL, true, guard.on),
};

static const struct event_field block_fields[] = {
	FIELD("net", PREFIX, true, block.net),
	FIELD("on", BOOL, true, block.on),
	FIELD("way", STR, true, block.way),
	FIELD("by", STR, false, block.by),
	FIELD("ours", FLAG, false, block.ours),
	FIELD("since", USEC, false, block.since),
	FIELD("until", USEC, false, block.until),
	FIELD("packets", U64, false, block.packets),
};

static const struct event_field logs_fields[] = {
	FIELD("followed", U64, true, logs.followed),
	FIELD("not_followed", U64, true, logs.not_followed),
};

static const struct event_field clock_fields[] = {
	FIELD("ahead_us", U64, false, clock.ahead_us),
	FIELD("behind_us", U64, false, clock.behind_us),
	FIELD("steps", U64, true, clock.steps),
};

static const struct event_field conns_fields[] = {
	FIELD("net", PREFIX, true, conns.net),
	FIELD("ns", U32, false, conns.ns),
	FIELD("lport", U32, false, conns.lport),
	FIELD_NAMED("dir", ENUM, false, conns.dir, &directions),
	FIELD("n", U64, true, conns.n),
	FIELD("moves", U64, true, conns.moves),
	FIELD("half_opens", U64, false, conns.half_opens),
	FIELD("opened", U64, false, conns.opened),
	FIELD("handshakes", U64, false, conns.handshakes),
	FIELD("said", U64, false, conns.said),
	FIELD("held_us", U64, false, conns.held_us),
	FIELD("rx", U64, false, conns.rx),
	FIELD("tx", U64, false, conns.tx),
	FIELD("segs", U64, false, conns.segs),
	FIELD("retrans", U64, false, conns.retrans),
};

static const struct event_field thinned_fields[] = {
	FIELD("moves", U64, true, thinned.moves),
	FIELD("conns", U64, true, thinned.conns),
};

static const struct event_field quic_fields[] = {
	FIELD("net", PREFIX, true, quic.net),
	FIELD("packets", U64, true, quic.packets),
	FIELD("initials", U64, true, quic.initials),
};

static const struct event_field nat_fields[] = {
	FIELD("ip", ADDR, true, nat.ip),
	FIELD("port", U16, true, nat.port),
	FIELD("lip", ADDR, true, nat.lip),
	FIELD("lport", U16, true, nat.lport),
	FIELD("ns", U32, false, nat.ns),
	FIELD("client", ADDR, true, nat.client),
	FIELD("client_port", U32, false, nat.client_port),
};

static const struct event_field machine_fields[] = {
	FIELD("name", STR, true, machine_said.name),
	FIELD_NAMED("state", ENUM, false, machine_said.state, &member_states),
	FIELD("note", STR, false, machine_said.note),
	FIELD("version", STR, false, machine_said.version),
	FIELD("fleet_schema", U64, false, machine_said.fleet_schema),
	FIELD("seq", U64, false, machine_said.seq),
	FIELD("every_us", U64, false, machine_said.every_us),
	FIELD("parts", U64, false, machine_said.parts),
	FIELD("left_out", U64, false, machine_said.left_out),
	FIELD("dropped", U64, false, machine_said.dropped),
	FIELD("sketch", U64, false, machine_said.sketch),
	FIELD("ahead_us", U64, false, machine_said.ahead_us),
	FIELD("behind_us", U64, false, machine_said.behind_us),
	FIELD("figures", NUMBERS, false, machine_said.figures),
	FIELD("verdict", STR, false, machine_said.verdict),
	FIELD("severity", U32, false, machine_said.severity),
};

static const struct event_field share_fields[] = {
	FIELD("net", PREFIX, true, share.net),
	FIELD("conns", U64, false, share.conns),
	FIELD("half_open", U64, false, share.half_open),
	FIELD("held_us", U64, false, share.held_us),
	FIELD("requests", U64, false, share.requests),
	FIELD("bytes", U64, false, share.bytes),
	FIELD("refused", U64, false, share.refused),
	FIELD("broken", U64, false, share.broken),
	FIELD("denied", U64, false, share.denied),
	FIELD("syns", U64, false, share.syns),
	FIELD("handshakes", U64, false, share.handshakes),
	FIELD("auth_failed", U64, false, share.auth_failed),
	FIELD("rx", U64, false, share.rx),
	FIELD("tx", U64, false, share.tx),
	FIELD("paths", U64, false, share.paths),
	FIELD("not_found", U64, false, share.not_found),
	FIELD("agents", U64, false, share.agents),
	FIELD("assets", U64, false, share.assets),
	FIELD("probes", U64, false, share.probes),
	FIELD("agent", STR, false, share.agent),
	FIELD("flags", WORDS, false, share.flags),
};

static const struct event_field herd_fields[] = {
	FIELD_NAMED("of", ENUM, true, herd.of, &herd_ofs),
	FIELD("key", STR, true, herd.key),
	FIELD("requests", U64, true, herd.requests),
	FIELD("over", U64, false, herd.over),
	FIELD("recent", U64, false, herd.recent),
	FIELD("span_us", U64, false, herd.span_us),
	FIELD("failed", U64, false, herd.failed),
	FIELD("assets", U64, false, herd.assets),
	FIELD("referred", U64, false, herd.referred),
	FIELD("queries", U64, false, herd.queries),
	FIELD("refused", U64, false, herd.refused),
	FIELD("broken", U64, false, herd.broken),
	FIELD("switched", U64, false, herd.switched),
	FIELD("query_strings", U64, false, herd.query_strings),
	FIELD("lone", U64, false, herd.lone),
	FIELD("growth", U64, false, herd.growth),
	FIELD("sources", STR, false, herd.sources),
};

static const struct event_field answer_fields[] = {
	FIELD("ask", STR, true, answer.ask),
	FIELD("lines", LINES, false, answer.lines),
	FIELD("note", STR, false, answer.note),
	FIELD("cut", FLAG, false, answer.cut),
};

#undef FIELD
#undef FIELD_NAMED

#define AT(member) offsetof(struct event, member)
#define KIND_ABOUT(name, fields, address, address_else)                       \
	{                                                                     \
		name, fields, ARRAY_LEN(fields), address, address_else, false \
	}
#define KIND(name, fields) KIND_ABOUT(name, fields, 0, 0)
#define KIND_DERIVED(name, fields)                          \
	{                                                   \
		name, fields, ARRAY_LEN(fields), 0, 0, true \
	}

const struct event_kind_info event_kinds[EVENT_KINDS] = {
	[EVENT_NONE] = {NULL, NULL, 0, 0, 0, false},
	[EVENT_START] = KIND("start", start_fields),
	[EVENT_TICK] = {"tick", NULL, 0, 0, 0, false},
	[EVENT_SOURCE] = KIND("source", source_fields),
	[EVENT_CONN] = KIND_ABOUT("conn", conn_fields, AT(conn.ip), 0),
	[EVENT_SYN] = KIND_ABOUT("syn", syn_fields, AT(syn.ip), 0),
	[EVENT_REQUEST] = KIND_ABOUT("request", request_fields, AT(request.client), AT(request.ip)),
	[EVENT_LOG] = KIND("log", log_fields),
	[EVENT_LOST] = KIND("lost", lost_fields),
	[EVENT_NOTE] = KIND("note", note_fields),
	[EVENT_SYN_NET] = KIND_ABOUT("syn_net", syn_net_fields, AT(syn_net.net.addr), 0),
	[EVENT_TCP_STATS] = KIND("weather", tcp_stats_fields),
	[EVENT_NETNS] = KIND("netns", netns_fields),
	[EVENT_OWNER] = KIND("owner", owner_fields),
	[EVENT_AUTH] = KIND_ABOUT("auth", auth_fields, AT(auth.ip), 0),
	[EVENT_PLACE] = KIND_ABOUT("place", place_fields, AT(place.ip), 0),
	[EVENT_REGISTRATION] =
		KIND_ABOUT("registration", registration_fields, AT(registration.net.addr), 0),
	[EVENT_RDNS] = KIND_ABOUT("rdns", rdns_fields, AT(rdns.ip), 0),
	[EVENT_ENRICHER] = KIND("enricher", enricher_fields),
	[EVENT_LISTING] = KIND("listing", listing_fields),
	[EVENT_RESETS] = KIND_ABOUT("resets", resets_fields, AT(resets.ip), 0),
	[EVENT_WEB_ERROR] = KIND_ABOUT("web_error", web_error_fields, AT(web_error.ip), 0),
	[EVENT_CRAWLER] = KIND_ABOUT("crawler", crawler_fields, AT(crawler.ip), 0),
	[EVENT_MARK] = KIND("mark", mark_fields),
	[EVENT_FLAG] = KIND_DERIVED("flag", flag_fields),
	[EVENT_VERDICT] = KIND_DERIVED("verdict", verdict_fields),
	[EVENT_INTERFACE] = KIND("interface", interface_fields),
	[EVENT_ACT] = KIND("act", act_fields),
	[EVENT_SEEN] = KIND_ABOUT("seen", seen_fields, AT(seen.net.addr), 0),
	[EVENT_GUARD] = KIND("guard", guard_fields),
	[EVENT_BLOCK] = KIND_ABOUT("block", block_fields, AT(block.net.addr), 0),
	[EVENT_LOGS] = KIND("logs", logs_fields),
	[EVENT_CLOCK] = KIND("clock", clock_fields),
	[EVENT_CONNS] = KIND_ABOUT("conns", conns_fields, AT(conns.net.addr), 0),
	[EVENT_THINNED] = KIND("thinned", thinned_fields),
	[EVENT_QUIC] = KIND_ABOUT("quic", quic_fields, AT(quic.net.addr), 0),
	[EVENT_NAT] = KIND_ABOUT("nat", nat_fields, AT(nat.client), 0),
	[EVENT_MACHINE] = KIND("machine", machine_fields),
	[EVENT_SHARE] = KIND_ABOUT("share", share_fields, AT(share.net.addr), 0),
	[EVENT_HERD] = KIND("herd", herd_fields),
	[EVENT_ANSWER] = KIND("answer", answer_fields),
};

#undef KIND
#undef KIND_DERIVED
#undef KIND_ABOUT
#undef AT

enum lost_what lost_what(struct str what)
{
	if (str_eq(what, STR_LIT("ring")))
		return LOST_RING;
	if (str_eq(what, STR_LIT("evicted")))
		return LOST_EVICTED;
	return str_eq(what, STR_LIT("missed")) ? LOST_MISSED : LOST_OTHER;
}

static const struct addr *address_at(const struct event *event, uint16_t offset)
{
	const struct addr *ip = (const void *)((const char *)event + offset);

	return offset && !addr_is_unset(ip) ? ip : NULL;
}

const struct addr *event_address(const struct event *event)
{
	const struct event_kind_info *kind = &event_kinds[event->kind];
	const struct addr *ip = address_at(event, kind->address);

	return ip ? ip : address_at(event, kind->address_else);
}

struct event event_make(enum event_kind kind, usec_t ts)
{
	struct event e = {.ts = ts, .kind = kind};
	const struct event_kind_info *info = &event_kinds[kind];

	for (size_t i = 0; i < info->count; i++)
		if (info->fields[i].type == FIELD_U64)
			*(uint64_t *)(void *)((char *)&e + info->fields[i].offset) = ABSENT;
	return e;
}
