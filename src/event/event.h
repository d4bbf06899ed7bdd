/* SPDX-License-Identifier: MIT
 *
 * event: the one input type. Every fact about the world enters the model as a struct event, with
 * its own time, whether it was just seen, or comes from a recording.
 *
 * The table event_kinds[] names each kind's fields; the NDJSON writer and the reader are both
 * driven by it, so the stream, the recording and the replay cannot drift apart.
 *
 * Text is borrowed: it lives until the sink's put() returns. It is clean (base/text.h) and
 * bounded by EVENT_TEXT_MAX; addresses are canonical. Whoever makes an event sees to that.
 */
#ifndef NG_EVENT_EVENT_H
#define NG_EVENT_EVENT_H

#include "base/addr.h"
#include "base/clock.h"
#include "base/str.h"
#include "event/event_doing.h"
#include "event/event_fleet.h"
#include "event/event_log.h"
#include "event/event_packets.h"
#include "event/event_run.h"
#include "event/tuple.h"

#include <stdint.h>

#define EVENT_TEXT_MAX 8192 /* bytes of any one text field */
#define EVENT_SCHEMA   1    /* of the records; grows when an old reader would misread new ones */

/* A number that is not known. Never shown as 0. */
#define ABSENT UINT64_MAX

/* The kernel's numbers (include/net/tcp_states.h); 0 is "not known".
 * A request socket (TCP_NEW_SYN_RECV, 12) is half-open and is held as TCP_SYN_RECV. */
enum tcp_state {
	TCP_STATE_NONE,
	TCP_ESTABLISHED,
	TCP_SYN_SENT,
	TCP_SYN_RECV,
	TCP_FIN_WAIT1,
	TCP_FIN_WAIT2,
	TCP_TIME_WAIT,
	TCP_CLOSE,
	TCP_CLOSE_WAIT,
	TCP_LAST_ACK,
	TCP_LISTEN,
	TCP_CLOSING,
	TCP_STATES
};

enum direction {
	DIR_UNKNOWN,
	DIR_IN,  /* the peer opened it */
	DIR_OUT, /* this host opened it */
};

enum auth_outcome {
	AUTH_NONE,
	AUTH_FAILED,   /* a wrong password or key for a user that exists */
	AUTH_INVALID,  /* no such user */
	AUTH_ACCEPTED, /* logged in */
	AUTH_CLOSED,   /* the connection ended */
	AUTH_OUTCOMES
};

/* One socket's move. CLOSE ends it. TIME_WAIT is said by the source, which knows how the kernel
 * hides it. LISTEN sockets have no peer and are no event. */
struct event_conn {
	TUPLE_MEMBER;
	uint64_t hash;      /* of the tuple, where the source has it (event_conn_hash); or 0 */
	uint8_t state, was; /* enum tcp_state; was: TCP_STATE_NONE when first seen in a listing */
	uint8_t dir;        /* enum direction */
	uint64_t rtt_us, rx, tx, retrans; /* smoothed RTT; bytes and segments so far; or ABSENT */
	uint64_t segs;                    /* segments sent so far, those sent again included */
	uint64_t inode;                   /* of the socket, once a process holds it */
	uint64_t txq, rxq;   /* bytes that the peer has not acknowledged, nor the process read */
	uint64_t limited_us; /* so far: nothing could be sent, for the peer's window was full */
};

/* The peer of a connection is an address that this machine put in the place of its client's (SNAT,
 * masquerade); who the client is, by the kernel's table of connections (conntrack). */
struct event_nat {
	TUPLE_MEMBER; /* as in event_conn */
	struct addr client;
	uint32_t client_port; /* 0 unknown */
};

/* All sockets of a network namespace were read at once: of what is not told, nothing has changed.
 */
struct event_listing {
	uint32_t ns;      /* its inode; 0 unknown */
	uint8_t full;     /* else only those of some states or ports */
	uint64_t sockets; /* that were read */
};

/* What the host's TCP went through since the last such event, about a second before: counts, not
 * totals. ABSENT where nothing on this host tells. */
struct event_tcp_stats {
	uint64_t syns;             /* SYNs to listeners; needs a probe */
	uint64_t cookies_sent;     /* TcpExt SyncookiesSent */
	uint64_t cookies_ok;       /* SyncookiesRecv: ACKs with a good cookie */
	uint64_t cookies_bad;      /* SyncookiesFailed */
	uint64_t listen_overflows; /* ListenOverflows: the accept queue was full */
	uint64_t listen_drops;     /* ListenDrops: SYNs and ACKs dropped, overflows included */
	uint64_t request_drops;    /* TCPReqQFullDrop: the SYN queue was full, and no cookies */
	uint64_t resets_sent, resets_received;
	uint64_t segments_again; /* RetransSegs */
	uint64_t synacks_again;  /* SYN-ACKs that nobody answered; needs a probe */
	/* The listener whose accept queue is fullest, by its share of its limit. */
	uint64_t accept_port, accept_queue, accept_limit;
};

/* What passed the interface by which the machine is reached, about once a second while anything
 * does, and what vnstat has of the month, when it was asked. */
struct event_interface {
	struct str name;             /* absent: there is none */
	struct str note;             /* why its counters are not known; they are ABSENT then */
	uint64_t rx, tx;             /* bytes since the counters were read before */
	uint64_t us;                 /* which was so long ago */
	uint64_t errors, drops;      /* packets of both directions, since then */
	uint64_t speed;              /* of the link, in Mbit/s */
	uint64_t month_rx, month_tx; /* bytes of the month so far, by vnstat */
	struct str month;            /* "2026-11", which these are of */
	struct str month_note;       /* why they are not known */
};

/* The name of a network namespace: an `ip netns` name or the id of a container. */
struct event_netns {
	uint32_t ns;     /* its inode */
	struct str name; /* absent: it is gone */
};

/* The process that holds a socket. */
struct event_owner {
	uint64_t inode;
	uint32_t pid;
	struct str name; /* of the command */
};

struct event_request {
	struct addr ip;     /* joins with TCP; unset when the log names no address */
	struct addr client; /* set when the logged client is another than ip */
	usec_t logged;      /* the line's own time; 0 unknown */
	uint64_t status;    /* 100..999 or ABSENT */
	uint64_t bytes;     /* of the response body, or ABSENT */
	struct str method, path, proto, referer, agent, log; /* absent or clean */
	struct str claims; /* addresses that a header claims, as logged; anybody can write them */
	struct str vhost;  /* the virtual host or Host header that was asked for */
	struct str kind;   /* what was spoken where HTTP was due: "TLS", …; has no method then */
	uint32_t port;     /* the peer's, where it is logged; 0 unknown */
	uint8_t cut;       /* the line ended within a text */
	uint64_t took_us;  /* from the request's first byte to the answer's last; or ABSENT */
	uint64_t upstream_status; /* what the last backend that was asked answered; or ABSENT */
};

/* What a web server's error log says of a request. */
enum web_error_what {
	WEB_ERROR_NONE,
	WEB_ERROR_LIMIT_REQ,        /* its limit of requests a second refused it, or held it up */
	WEB_ERROR_LIMIT_CONN,       /* its limit of connections refused it */
	WEB_ERROR_FORBIDDEN,        /* a rule of its configuration refused it */
	WEB_ERROR_UPSTREAM_REFUSED, /* the backend took no connection */
	WEB_ERROR_UPSTREAM_TIMEOUT, /* the backend did not answer in time */
	WEB_ERROR_UPSTREAM_FAILED,  /* the backend broke off, or its answer made no sense */
	WEB_ERROR_NO_UPSTREAM,      /* all backends are taken for dead */
	WEB_ERRORS
};

/* One line of it. */
struct event_web_error {
	struct addr ip;         /* of the client; unset when the line names none */
	usec_t logged;          /* the line's own time; 0 unknown */
	uint8_t what;           /* enum web_error_what */
	struct str path, vhost; /* of the request; absent or clean */
	struct str upstream;    /* which backend: "127.0.0.1:9000"; absent or clean */
	struct str log;
};

/* One line of an SSH server. */
struct event_auth {
	struct addr ip;
	usec_t logged;                /* the line's own time; 0 unknown */
	uint8_t outcome;              /* enum auth_outcome */
	uint32_t port;                /* the peer's; 0 unknown */
	uint32_t times;               /* how often; 0 is once */
	struct str user, method, log; /* absent or clean; method: "password", "publickey", … */
};

/* Where an address is, by the databases on this machine. At least one field is there. */
struct event_place {
	struct addr ip;
	struct str country; /* ISO 3166-1 alpha-2, upper case */
	struct str city;
	uint32_t asn; /* 0 unknown */
	struct str org;
};

/* Who a range of addresses is registered to, by RDAP (RFC 9083) or whois. */
struct event_registration {
	struct prefix net; /* the whole of it belongs to the range that was answered for */
	struct str by;     /* "rdap" or "whois" */
	struct str name, handle, country, org, abuse; /* absent or clean */
	struct str registered;                        /* "2011-04-05" */
	struct str note; /* why nothing is known of it; the rest is absent then */
};

/* The note of an address of the host itself: no failure, and no use in asking again. */
#define REGISTRATION_OWN "own address, not looked up"

/* The name of an address, by reverse DNS. */
struct event_rdns {
	struct addr ip;
	struct str name;
	uint8_t confirmed; /* 1: the name has this address, too */
	struct str note;   /* why it is not known whether there is a name or, with one, whether
			      it has this address; absent else */
};

/* What is known of something that enriches addresses: a database, a service. Counters are totals
 * since the program started; ABSENT where it does not count. */
struct event_enricher {
	struct str what;  /* "city", "asn", "rdap", "whois", "rdns" */
	struct str state; /* "ready", "missing", "corrupt", "off", … */
	struct str note;  /* which file, which database of what age; or what is wrong */
	uint64_t asked, answered, failed, waiting, dropped;
};

/* What the sources of a machine can see. */
enum capability {
	CAN_SEE_CONNS = 1 << 0,       /* connections and their states */
	CAN_SEE_HANDSHAKES = 1 << 1,  /* each change of state, as it happens */
	CAN_SEE_SYN_SOURCES = 1 << 2, /* which address each SYN came from */
	CAN_SEE_RESETS = 1 << 3,      /* which address a packet that was reset came from */
	CAN_TAP_SYNS = 1 << 4,        /* that only while SYN cookies are sent or SYNs dropped */
	CAN_SEE_QUIC = 1 << 5,        /* who sends QUIC packets, where HTTP/3 is served */
	CAPABILITIES = 6              /* how many */
};

/* Where connections come from, said at the start and at each change. */
struct event_source {
	struct str source; /* "ebpf", "proc" or "none" */
	uint32_t sees;     /* of enum capability */
	struct str probes; /* attached probes, space-separated */
	struct str note;   /* why a better source is not in use; absent when all is well */
};

/* Of what the next listing corrects, the model keeps account apart. */
enum lost_what {
	LOST_OTHER,  /* whatever else the record names */
	LOST_RING,   /* state changes that found the kernel's ring full; a listing corrects it */
	LOST_MISSED, /* state changes that an interrupt hid from the probe, a few in ten thousand on
			a busy machine; a listing corrects it, and nothing else is lost */
	LOST_EVICTED, /* connections that made way for others */
	LOST_WHATS
};

/* n more records were lost. */
struct event_lost {
	struct str what; /* "ring", "missed", "sockets" (that found no place), … */
	uint64_t n;
};

/* Something the operator should know, in plain words. */
struct event_note {
	struct str text;
};

/* First record of a stream. */
struct event_start {
	struct str version, host;
	uint8_t show_private; /* the live run's --show-private-ips: 1 or 0 */
	uint32_t schema;      /* EVENT_SCHEMA of the writer; 0: one that did not say, as 0.2.0 */
	uint64_t seed; /* of the judgement's sketches, so that a replay counts alike; or ABSENT */
	uint64_t picture; /* of a file that begins in the middle of a run: how many of the records
			     that follow tell what was known then; or ABSENT */
};

/* Whether somebody is who its agent says. */
enum claim_outcome {
	CLAIM_NONE,
	CLAIM_CONFIRMED,
	CLAIM_REFUTED,
	CLAIM_UNVERIFIED, /* nothing at hand can tell */
	CLAIM_OUTCOMES
};

/* What was found out about an address whose agent is a known crawler's. */
struct event_crawler {
	struct addr ip;
	struct str name; /* of the crawler: "Googlebot" */
	uint8_t outcome; /* enum claim_outcome */
	struct str by;   /* "rdns", "ranges"; absent when unverified */
};

/* What a flag is about. */
enum flag_scope {
	FLAG_SCOPE_NONE,
	SCOPE_MACHINE,
	SCOPE_NETWORK,
	SCOPE_HOST,
	SCOPE_PATH,
	SCOPE_AGENT,
	SCOPE_FLEET, /* what no machine of a fleet can see alone */
	SCOPES
};

enum severity {
	SEVERITY_NONE,
	SEVERITY_NOTE,    /* good to know */
	SEVERITY_SUSPECT, /* somebody misbehaves */
	SEVERITY_ATTACK,
	SEVERITY_ACT, /* act now, whatever the cause */
};

/* A judgement: begun, said anew with other figures, or over. Derived from other events: a replay
 * judges anew, and passes those of the recording over unless it was asked not to. */
struct event_flag {
	struct str flag;     /* its name */
	uint8_t on;          /* false: it is over */
	uint8_t scope;       /* enum flag_scope */
	struct str who;      /* an address, prefixes joined by commas, a path, an agent; or empty */
	struct str prefixes; /* who can be named by prefix; words */
	uint32_t severity;   /* enum severity */
	usec_t since;        /* when it began */
	uint64_t value;      /* what was measured, in the flag's own unit, at its highest */
	struct str evidence; /* the figures, in words */
	struct str disproof; /* what would prove it wrong, in words */
	struct str cause;    /* the name of the flag that explains this one; absent: none does */
};

/* What all flags come to, in one sentence: when it changes. Derived as flags are. */
struct event_verdict {
	struct str text;     /* absent: nothing stands out */
	struct str cause;    /* the name of the flag that it rests on; absent */
	uint32_t severity;   /* of that; 0: nothing stands out */
	struct str sure;     /* how sure: "sure", "likely", "perhaps" */
	struct str held;     /* lines: flags that cannot be judged, and why */
	uint32_t learning_s; /* seconds until what is usual is known; 0: it is */
};

enum event_kind {
	EVENT_NONE,
	EVENT_START,
	EVENT_TICK, /* time passes: once a second, and at the end */
	EVENT_SOURCE,
	EVENT_CONN,
	EVENT_SYN,
	EVENT_REQUEST,
	EVENT_LOG,
	EVENT_LOST,
	EVENT_NOTE,
	EVENT_SYN_NET,
	EVENT_TCP_STATS,
	EVENT_NETNS,
	EVENT_OWNER,
	EVENT_AUTH,
	EVENT_PLACE,
	EVENT_REGISTRATION,
	EVENT_RDNS,
	EVENT_ENRICHER,
	EVENT_LISTING,
	EVENT_RESETS,
	EVENT_WEB_ERROR,
	EVENT_CRAWLER,
	EVENT_MARK,
	EVENT_FLAG,
	EVENT_VERDICT,
	EVENT_INTERFACE,
	EVENT_ACT,
	EVENT_SEEN,
	EVENT_GUARD,
	EVENT_BLOCK,
	EVENT_LOGS,
	EVENT_CLOCK,
	EVENT_CONNS,
	EVENT_THINNED,
	EVENT_QUIC,
	EVENT_NAT,
	EVENT_MACHINE,
	EVENT_SHARE,
	EVENT_HERD,
	EVENT_ANSWER,
	EVENT_KINDS
};

#define EVENT_MACHINES_MAX 16384 /* of a fleet */

struct event {
	usec_t ts;
	enum event_kind kind;
	uint32_t machine; /* which machine of the fleet it is of; 0: the one that we run on */
	union {
		struct event_start start;
		struct event_source source;
		struct event_conn conn;
		struct event_syn syn;
		struct event_request request;
		struct event_log log;
		struct event_lost lost;
		struct event_note note;
		struct event_syn_net syn_net;
		struct event_tcp_stats tcp_stats;
		struct event_netns netns;
		struct event_owner owner;
		struct event_auth auth;
		struct event_place place;
		struct event_registration registration;
		struct event_rdns rdns;
		struct event_enricher enricher;
		struct event_listing listing;
		struct event_resets resets;
		struct event_web_error web_error;
		struct event_crawler crawler;
		struct event_mark mark;
		struct event_flag flag;
		struct event_verdict verdict;
		struct event_interface interface;
		struct event_act act;
		struct event_seen seen;
		struct event_guard guard;
		struct event_block block;
		struct event_logs logs;
		struct event_clock clock;
		struct event_conns conns;
		struct event_thinned thinned;
		struct event_quic quic;
		struct event_nat nat;
		struct event_machine machine_said;
		struct event_share share;
		struct event_herd herd;
		struct event_answer answer;
	};
};

enum field_type {
	FIELD_STR,
	FIELD_WORDS,   /* space-separated text, a JSON array of strings */
	FIELD_LINES,   /* the same, separated by newlines */
	FIELD_NUMBERS, /* words "name=count", a JSON object of counts */
	FIELD_ADDR,
	FIELD_PREFIX, /* "203.0.113.0/24" */
	FIELD_U16,
	FIELD_U32,  /* 0 is absent */
	FIELD_U64,  /* ABSENT is absent */
	FIELD_USEC, /* 0 is absent */
	FIELD_BOOL, /* uint8_t */
	FIELD_FLAG, /* uint8_t; false is absent */
	FIELD_ENUM, /* uint8_t, a name of .names; 0 is absent */
	FIELD_BITS  /* uint32_t of bits 1 << i, a JSON array of names; 0 is absent */
};

/* The names of an enum's values in NDJSON, by value; NULL where there is none. */
struct name_table {
	const char *const *names;
	size_t n;
};

extern const struct name_table tcp_states, directions, log_states, auth_outcomes;
extern const struct name_table web_errors, claim_outcomes, flag_scopes, guard_roles;
extern const struct name_table member_states, herd_ofs;
extern const struct name_table capabilities; /* by the bit's number */

/* NULL when there is none. */
const char *enum_name(const struct name_table *table, unsigned value);

/* The value behind a name; 0 when there is none (see FIELD_ENUM: 0 never has a name). */
uint8_t enum_value(const struct name_table *table, struct str name);

#define NUMBER_NAME_MAX 32 /* bytes of a name in FIELD_NUMBERS: lower case, digits, "_" */

struct event_field {
	const char *name; /* in NDJSON */
	enum field_type type;
	bool required;                  /* a record without it is refused */
	uint16_t offset, size;          /* in struct event */
	const struct name_table *names; /* of FIELD_ENUM and FIELD_BITS */
};

/* It is a struct str. */
static inline bool field_is_text(const struct event_field *f)
{
	return f->type == FIELD_STR || f->type == FIELD_WORDS || f->type == FIELD_LINES ||
	       f->type == FIELD_NUMBERS;
}

struct event_kind_info {
	const char *name; /* the record's "t" */
	const struct event_field *fields;
	size_t count;
	/* Offsets in struct event of the address that it is about, and of the one when that is
	 * unset; 0: it has none. */
	uint16_t address, address_else;
	bool derived; /* from other events: a replay derives it anew */
};

extern const struct event_kind_info event_kinds[EVENT_KINDS];

/* ESTABLISHED, SYN_SENT, …; NULL for numbers that are none. */
static inline const char *tcp_state_name(unsigned state)
{
	return enum_name(&tcp_states, state);
}

static inline const char *direction_name(unsigned dir) /* "in", "out" */
{
	return enum_name(&directions, dir);
}

static inline const char *auth_outcome_name(unsigned outcome)
{
	return enum_name(&auth_outcomes, outcome);
}

static inline const char *log_state_name(unsigned state)
{
	return enum_name(&log_states, state);
}

static inline uint8_t tcp_state_from_name(struct str name)
{
	return enum_value(&tcp_states, name);
}

enum lost_what lost_what(struct str what);

/* An event of this kind with every optional number ABSENT. */
struct event event_make(enum event_kind kind, usec_t ts);

/* The head of one whose kind's own fields are all set by hand, on hot paths. */
static inline void event_begin(struct event *event, enum event_kind kind, usec_t ts)
{
	event->ts = ts;
	event->kind = kind;
	event->machine = 0;
}

static inline uint64_t event_conn_hash(const struct event_conn *c)
{
	return c->hash ? c->hash : tuple_hash(&c->tuple);
}

/* The address that a request counts for: the client's, where the log names one. */
static inline const struct addr *request_address(const struct event_request *r)
{
	return addr_is_unset(&r->client) ? &r->ip : &r->client;
}

/* The peer that a request came through, when that is another; else NULL. */
static inline const struct addr *request_peer(const struct event_request *r)
{
	if (addr_is_unset(&r->client) || addr_is_unset(&r->ip) || addr_eq(&r->client, &r->ip))
		return NULL;
	return &r->ip;
}

/* Its method; of what was no HTTP, what it was. */
static inline struct str request_verb(const struct event_request *r)
{
	return r->method.p ? r->method : r->kind;
}

/* The address under which a view shows the event: of a request, the client's. NULL when it has
 * none. */
const struct addr *event_address(const struct event *event);

/* What a struct event_conn begins with. */
#define EVENT_CONN_ABSENT                                                                \
	.rtt_us = ABSENT, .rx = ABSENT, .tx = ABSENT, .retrans = ABSENT, .segs = ABSENT, \
	.inode = ABSENT, .txq = ABSENT, .rxq = ABSENT, .limited_us = ABSENT

/* Where events go. Embed it first in the taker's struct. */
struct event_sink {
	void (*put)(struct event_sink *sink, const struct event *event);
	/* Tells of events that will be put next, so that what is known of their addresses can be
	 * on its way from memory meanwhile. A hint; NULL when the taker does not care. */
	void (*prefetch)(struct event_sink *sink, const struct event *events, size_t n);
};

static inline void event_put(struct event_sink *sink, const struct event *event)
{
	sink->put(sink, event);
}

static inline void event_prefetch(struct event_sink *sink, const struct event *events, size_t n)
{
	if (sink->prefetch)
		sink->prefetch(sink, events, n);
}

#endif
