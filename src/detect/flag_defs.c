// SPDX-License-Identifier: MIT
#include "detect/flag_defs.h"

#define BIT(flag)        (UINT64_C(1) << FLAG_##flag)
#define FOR(scope)       (1u << SCOPE_##scope)
#define HOST_OR_NET      (FOR(HOST) | FOR(NETWORK))
#define ON_FLEET(scopes) (FOR(FLEET) | (scopes))
#define ON_LOGS          (NEED_LOGS)
#define ON_BOTH          (NEED_CONNS | NEED_LOGS | NEED_FRESH_LOGS | NEED_JOINED)
#define STUCK_SERVER     (BIT(ACCEPT_QUEUE))
#define HELD_REQUESTS    (BIT(SLOW_REQUEST) | BIT(SLOW_READ) | BIT(CONN_HOG) | BIT(SILENT))
#define HERDS_OF_PATHS   (BIT(PATH_FLOOD) | BIT(CACHE_BUST) | BIT(STUFFING))

_Static_assert(FLAGS <= 64, "a bit for each flag");

const struct flag_def flag_defs[FLAGS] = {
	[FLAG_ACCEPT_QUEUE] = {"accept-queue", .title = "accept queue full", .letter = 'E',
		.scopes = FOR(MACHINE), .severity = SEVERITY_ACT, .judged = 2, .off_after = 20,
		.verdict = "the server does not accept connections",
		.disproof = "the queue drains within two seconds",
		.thresholds = {{"share", 0.8, "part of the queue's limit that is taken"}}},
	[FLAG_ERROR_SURGE] = {"error-surge", .title = "5xx surge", .letter = 'E',
		.scopes = FOR(MACHINE), .severity = SEVERITY_ACT, .needs = ON_LOGS, .judged = 2,
		.off_after = 20, .verdict = "the server answers with errors",
		.disproof = "one source or one path gets all of them",
		.thresholds = {{"errors", 10, "answers of 5xx in 10 s"},
			{"share", 0.2, "part of all answers"},
			{"sources", 5, "addresses that got them"}}},
	[FLAG_TRAFFIC_GONE] = {"traffic-gone", .title = "requests ceased", .letter = 'E',
		.scopes = FOR(MACHINE), .severity = SEVERITY_ATTACK,
		.needs = ON_BOTH | NEED_HANDSHAKES, .judged = 3, .off_after = 20,
		.within =
			BIT(ACCEPT_QUEUE) | BIT(SYN_FLOOD) | BIT(SYN_SPOOFED) | BIT(INITIAL_FLOOD),
		.verdict = "requests have ceased",
		.disproof = "the log was rotated, or it is a quiet hour",
		.thresholds = {{"usual", 2, "requests a second that are usual, at least"},
			{"times", 4, "times fewer than usual"}}},
	[FLAG_SLOW_ANSWERS] = {"slow-answers", .title = "slow answers", .letter = 'E',
		.scopes = FOR(MACHINE), .severity = SEVERITY_SUSPECT, .needs = ON_LOGS | NEED_TIMES,
		.judged = 3, .off_after = 20,
		.within = BIT(ERROR_SURGE) | BIT(ACCEPT_QUEUE) | BIT(SLOW_READ),
		.verdict = "answers are slow",
		.disproof = "long polls, downloads, streams: they take long by nature",
		.thresholds = {{"share", 0.5, "part of the requests that took 2 s and more"},
			{"requests", 40, "requests in 10 s"}}},
	[FLAG_SYN_FLOOD] = {"syn-flood", .title = "SYN flood", .letter = 'F',
		.scopes = FOR(MACHINE), .severity = SEVERITY_ATTACK, .needs = NEED_CONNS,
		.judged = 2, .off_after = 20, .verdict = "SYN flood",
		.disproof = "the handshakes complete: a backlog too small for honest clients",
		.thresholds = {{"half_open", 32, "half-open connections"},
			{"share", 0.5, "part of these and the handshakes of 10 s"},
			{"cookies", 1, "SYN cookies a second, which do as well"}}},
	[FLAG_SYN_SPOOFED] = {"syn-spoofed", .title = "SYN flood, forged", .letter = 'F',
		.scopes = FOR(MACHINE), .severity = SEVERITY_ATTACK, .needs = NEED_CONNS,
		.judged = 2, .off_after = 20, .verdict = "SYN flood with made-up sources",
		.disproof = "the same addresses come again and finish their handshakes",
		.thresholds = {{"networks", 48, "networks that they come from"},
			{"ratio", 0.5, "networks for each half-open connection"}}},
	[FLAG_INITIAL_FLOOD] = {"initial-flood", .title = "QUIC flood", .letter = 'F',
		.scopes = FOR(MACHINE), .severity = SEVERITY_ATTACK, .needs = NEED_QUIC,
		.judged = 3, .off_after = 20, .verdict = "QUIC flood",
		.disproof = "requests over HTTP/3 follow: logged once a download is over, or in a "
			    "log that is not followed",
		.thresholds =
			{{"initials", 100, "Initials a second, beyond those that requests explain"},
				{"each", 4, "Initials that a request over HTTP/3 explains"},
				{"share", 0.7,
					"part of the packets that are Initials, without a log"}}},
	[FLAG_SLOW_REQUEST] = {"slow-request", .title = "slow requests", .letter = 'H',
		.scopes = HOST_OR_NET, .severity = SEVERITY_ATTACK,
		.needs = ON_BOTH | NEED_BYTES | NEED_LISTING, .judged = 1, .off_after = 10,
		.within = STUCK_SERVER, .verdict = "slow requests hold connections",
		.disproof = "a request is logged for them, or an upload grows by 1 KB/s",
		.thresholds = {{"conns", 8, "connections of an address"},
			{"net_conns", 16, "connections of a network"},
			{"age", 8, "seconds that they are open"}}},
	[FLAG_SLOW_READ] = {"slow-read", .title = "slow reads", .letter = 'H',
		.scopes = HOST_OR_NET, .severity = SEVERITY_ATTACK,
		.needs = ON_BOTH | NEED_BYTES | NEED_LISTING, .judged = 1, .off_after = 10,
		.within = STUCK_SERVER, .verdict = "clients do not take their answers",
		.disproof = "what they have acknowledged moves: a slow line; nothing is unsent: a "
			    "stream",
		.thresholds = {{"conns", 4, "connections of an address"},
			{"net_conns", 16, "connections of a network"},
			{"age", 6, "seconds that nothing was taken"}}},
	[FLAG_SILENT] = {"silent", .title = "silent connections", .letter = 'H',
		.scopes = HOST_OR_NET, .severity = SEVERITY_SUSPECT, .needs = ON_BOTH | NEED_BYTES,
		.judged = 1, .off_after = 10, .within = STUCK_SERVER,
		.verdict = "connections are held and say nothing",
		.disproof = "bytes come in, or requests once the log is flushed",
		.thresholds = {{"conns", 3, "connections of an address"},
			{"net_conns", 16, "connections of a network"},
			{"age", 5, "seconds without a byte"}}},
	[FLAG_CONN_HOG] = {"conn-hog", .title = "connection hog", .letter = 'H',
		.scopes = FOR(HOST), .severity = SEVERITY_SUSPECT, .needs = ON_BOTH, .judged = 2,
		.off_after = 10,
		.within = STUCK_SERVER | BIT(SLOW_REQUEST) | BIT(SLOW_READ) | BIT(SILENT),
		.verdict = "one address holds most connections",
		.disproof = "several agents, images, styles and scripts: many people behind one "
			    "address",
		.thresholds = {{"conns", 80, "established connections"},
			{"share", 0.3, "part of all"},
			{"requests", 1.5, "requests for each connection, at most"}}},
	[FLAG_TLS_CHURN] = {"tls-churn", .title = "TLS churn", .letter = 'H', .scopes = HOST_OR_NET,
		.severity = SEVERITY_SUSPECT, .needs = ON_BOTH | NEED_HANDSHAKES | NEED_BYTES,
		.judged = 2, .off_after = 10, .within = STUCK_SERVER | HELD_REQUESTS,
		.verdict = "handshakes without requests",
		.disproof = "their requests stand in a log that is not followed",
		.thresholds = {{"ends", 10, "of an address in 10 s, beyond its requests"},
			{"net_ends", 25, "of a network"}}},
	[FLAG_PATH_FLOOD] = {"path-flood", .title = "path flood", .letter = 'F',
		.scopes = ON_FLEET(FOR(PATH)), .severity = SEVERITY_ATTACK, .needs = ON_LOGS,
		.judged = 3, .off_after = 10, .within = BIT(STUFFING) | BIT(CACHE_BUST),
		.verdict = "flood of one path",
		.disproof = "the sources go on to other paths or fetch images, styles and scripts",
		.thresholds = {{"rate", 4, "requests a second"}, {"sources", 20, "addresses"},
			{"share", 0.2, "part of all requests"},
			{"loners", 0.7, "part of the addresses that asked for nothing else"},
			{"machines", 3, "of a fleet: machines that it is spread over"}}},
	[FLAG_CACHE_BUST] = {"cache-bust", .title = "cache busting", .letter = 'B',
		.scopes = FOR(PATH), .severity = SEVERITY_ATTACK, .needs = ON_LOGS, .judged = 2,
		.off_after = 10, .within = HELD_REQUESTS,
		.verdict = "query strings made to miss the cache",
		.disproof = "the same before, or one client that is known",
		.thresholds = {{"rate", 4, "requests a second"}, {"sources", 5, "addresses"},
			{"distinct", 0.8, "part of the query strings that never came before"},
			{"growth", 3, "times what is usual"}}},
	[FLAG_STUFFING] = {"stuffing", .title = "credential stuffing", .letter = 'A',
		.scopes = ON_FLEET(FOR(PATH)), .severity = SEVERITY_ATTACK, .needs = ON_LOGS,
		.judged = 2, .off_after = 10, .verdict = "credential stuffing",
		.disproof = "others are let in there at the same time",
		.thresholds = {{"sources", 20, "addresses"},
			{"rate", 0.8, "refused log-ins a second"},
			{"share", 0.8, "part of the requests that was refused"},
			{"each", 12, "requests of an address, at most"},
			{"machines", 3, "of a fleet: machines that it is spread over"}}},
	[FLAG_AGENT_FLOOD] = {"agent-flood", .title = "agent flood", .letter = 'F',
		.scopes = ON_FLEET(FOR(AGENT)), .severity = SEVERITY_SUSPECT, .needs = ON_LOGS,
		.judged = 3, .off_after = 10, .within = HERDS_OF_PATHS,
		.verdict = "many addresses with one agent",
		.disproof = "they fetch images, styles and scripts, or have always come",
		.thresholds = {{"rate", 4, "requests a second"}, {"sources", 20, "addresses"},
			{"share", 0.2, "part of all requests"},
			{"growth", 3, "times what is usual"},
			{"machines", 3, "of a fleet: machines that it is spread over"}}},
	[FLAG_H2_BURST] = {"h2-burst", .title = "HTTP/2 flood", .letter = 'F', .scopes = FOR(HOST),
		.severity = SEVERITY_ATTACK, .needs = ON_LOGS, .judged = 2, .off_after = 10,
		.verdict = "HTTP/2 requests in masses over few connections",
		.disproof = "the parts of a page: it ends within a second",
		.thresholds = {{"rate", 15, "requests a second"}}},
	[FLAG_QUIC_FLOOD] = {"quic-flood", .title = "HTTP/3 flood", .letter = 'F',
		.scopes = FOR(HOST), .severity = SEVERITY_ATTACK, .needs = ON_LOGS, .judged = 2,
		.off_after = 10, .verdict = "HTTP/3 requests in masses",
		.disproof = "the parts of a page: it ends within a second",
		.thresholds = {{"rate", 15, "requests a second"}}},
	[FLAG_BURST] = {"burst", .title = "request flood", .letter = 'B',
		.scopes = ON_FLEET(HOST_OR_NET), .severity = SEVERITY_SUSPECT, .needs = ON_LOGS,
		.judged = 2, .off_after = 10,
		.within = HELD_REQUESTS | HERDS_OF_PATHS | BIT(AGENT_FLOOD) | BIT(H2_BURST) |
			  BIT(QUIC_FLOOD) | BIT(CRAWLER) | BIT(SCANNER) | BIT(BRUTE_FORCE),
		.verdict = "flood of requests",
		.disproof = "as many since the start; agents, images and styles, as of many people",
		.thresholds = {{"rate", 10, "requests a second of an address"},
			{"share", 0.25, "part of all requests"},
			{"net_rate", 5, "requests a second of a network"},
			{"net_share", 0.12, "part of all requests"},
			{"machines", 3, "of a fleet: machines that it is spread over"}}},
	[FLAG_CRAWLER] = {"crawler", .title = "crawler", .letter = 'C',
		.scopes = ON_FLEET(HOST_OR_NET), .severity = SEVERITY_SUSPECT, .needs = ON_LOGS,
		.judged = 1, .off_after = 10,
		.within = HELD_REQUESTS | BIT(SCANNER) | HERDS_OF_PATHS | BIT(AGENT_FLOOD),
		.verdict = "a crawler takes page after page",
		.disproof =
			"its reverse DNS or its operator's ranges say that it is a search engine",
		.thresholds = {{"paths", 40, "different paths in a minute"},
			{"rate", 2, "requests a second of an address"},
			{"net_rate", 3, "requests a second of a network"},
			{"sources", 12, "addresses of a network"},
			{"machines", 3, "of a fleet: machines that it is spread over"}}},
	[FLAG_FAKE_CRAWLER] = {"fake-crawler", .title = "fake crawler", .letter = 'C',
		.scopes = FOR(HOST), .severity = SEVERITY_SUSPECT, .needs = ON_LOGS, .judged = 1,
		.off_after = 60, .verdict = "somebody claims to be a search engine",
		.disproof = "the ranges that are known here are old, or the address is a proxy's",
		.thresholds = {{"requests", 1, "requests"}}},
	[FLAG_SSH_BREAK_IN] = {"ssh-break-in", .title = "SSH break-in", .letter = 'A',
		.scopes = FOR(HOST), .severity = SEVERITY_ACT, .needs = NEED_AUTH, .judged = 1,
		.off_after = 60, .verdict = "an SSH login was accepted after many had failed",
		.disproof = "an administrator who found the right password at last",
		.thresholds = {{"failed", 5, "failed logins in a minute before"}}},
	[FLAG_SSH_BRUTE_FORCE] = {"ssh-brute-force", .title = "SSH guessing", .letter = 'A',
		.scopes = ON_FLEET(HOST_OR_NET), .severity = SEVERITY_SUSPECT, .needs = NEED_AUTH,
		.judged = 1, .off_after = 20, .verdict = "SSH passwords are guessed",
		.disproof = "one is accepted: an administrator's typing error",
		.thresholds = {{"failed", 5, "failed logins of an address in a minute"},
			{"net_failed", 10, "failed logins of a network"},
			{"machines", 3, "of a fleet: machines that it is spread over"}}},
	[FLAG_BRUTE_FORCE] = {"brute-force", .title = "password guessing", .letter = 'A',
		.scopes = ON_FLEET(HOST_OR_NET), .severity = SEVERITY_SUSPECT, .needs = ON_LOGS,
		.judged = 1, .off_after = 10, .within = BIT(STUFFING),
		.verdict = "passwords are guessed",
		.disproof = "it is let in: somebody had forgotten a password",
		.thresholds = {{"refused", 8, "refused log-ins of an address in a minute"},
			{"net_refused", 16, "refused log-ins of a network"},
			{"machines", 3, "of a fleet: machines that it is spread over"}}},
	[FLAG_SCANNER] = {"scanner", .title = "scan", .letter = 'X',
		.scopes = ON_FLEET(HOST_OR_NET), .severity = SEVERITY_SUSPECT, .needs = ON_LOGS,
		.judged = 1, .off_after = 10, .verdict = "somebody looks for holes",
		.disproof = "one path again and again: a broken link or a missing file",
		.thresholds = {{"paths", 12, "different paths that were refused in a minute"},
			{"share", 0.5, "part of its requests"},
			{"machines", 3, "of a fleet: machines that it is spread over"}}},
	[FLAG_EXPLOIT] = {"exploit", .title = "exploit attempts", .letter = 'X',
		.scopes = HOST_OR_NET, .severity = SEVERITY_SUSPECT, .needs = ON_LOGS, .judged = 1,
		.off_after = 20, .within = BIT(SCANNER), .verdict = "somebody tries to break in",
		.disproof = "the path is the site's own, as wp-login.php is on WordPress",
		.thresholds = {{"kinds", 2, "kinds of probes in a minute"}}},
	[FLAG_FORGED_CLIENT] = {"forged-client", .title = "forged clients", .letter = 'P',
		.scopes = FOR(HOST), .severity = SEVERITY_SUSPECT, .needs = ON_LOGS, .judged = 1,
		.off_after = 10, .verdict = "somebody claims to be many",
		.disproof = "the peer is a CDN or a proxy of yours: trust it (--trusted-proxies)",
		.thresholds = {{"claims", 8, "different addresses claimed in a minute"}}},
	[FLAG_DIRECT_ORIGIN] = {"direct-origin", .title = "past the proxies", .letter = 'P',
		.scopes = FOR(HOST), .severity = SEVERITY_SUSPECT, .needs = ON_LOGS, .judged = 1,
		.off_after = 20, .verdict = "somebody asks past the proxies",
		.disproof = "a health check of yours",
		.thresholds = {{"requests", 5, "requests past the proxies in a minute"},
			{"share", 0.5, "part of all requests that comes through proxies"},
			{"proxied", 20, "requests through proxies in a minute"}}},
	[FLAG_AGENT_SWITCHING] = {"agent-switching", .title = "agent switching", .letter = 'P',
		.scopes = FOR(HOST), .severity = SEVERITY_SUSPECT, .needs = ON_LOGS, .judged = 2,
		.off_after = 10,
		.within = BIT(SCANNER) | BIT(BURST) | BIT(CRAWLER) | BIT(BRUTE_FORCE) |
			  BIT(FORGED_CLIENT) | BIT(EXPLOIT) | HERDS_OF_PATHS,
		.verdict = "one client gives itself many agents",
		.disproof = "many people behind one address: they fetch images, styles and scripts",
		.thresholds = {{"agents", 12, "different agents in a minute"}}},
	[FLAG_BANDWIDTH] = {"bandwidth", .title = "bandwidth", .letter = 'B', .scopes = HOST_OR_NET,
		.severity = SEVERITY_SUSPECT, .needs = NEED_CONNS | NEED_BYTES, .judged = 2,
		.off_after = 10, .verdict = "somebody takes most of the bandwidth",
		.disproof = "less than 1 MB/s a viewer: video",
		.thresholds = {{"rate", 4, "MB a second"},
			{"share", 0.25, "part of all that goes out"}}},
	[FLAG_GARBAGE] = {"garbage", .title = "no HTTP", .letter = 'X', .scopes = HOST_OR_NET,
		.severity = SEVERITY_NOTE, .needs = ON_LOGS, .judged = 1, .off_after = 10,
		.within = BIT(SCANNER) | BIT(EXPLOIT), .verdict = "what comes in is no HTTP",
		.disproof = "a TLS client that was sent to the plain port",
		.thresholds = {{"lines", 3, "lines in a minute"}}},
	[FLAG_HALF_OPEN] = {"half-open", .title = "port scan", .letter = 'X', .scopes = FOR(HOST),
		.severity = SEVERITY_NOTE, .needs = NEED_CONNS, .judged = 2, .off_after = 10,
		.within = BIT(SYN_FLOOD) | BIT(SYN_SPOOFED) | STUCK_SERVER,
		.verdict = "ports are tried",
		.disproof = "it completes a handshake: a client on a lossy line",
		.thresholds = {{"ports", 2, "ports with a half-open connection for 3 s"},
			{"resets", 10, "resets a second that it was answered, which do as well"}}},
	[FLAG_LIMITER] = {"limiter", .title = "limiter at work", .letter = 'E',
		.scopes = FOR(MACHINE) | FOR(HOST), .severity = SEVERITY_NOTE, .needs = ON_LOGS,
		.judged = 2, .off_after = 20, .verdict = "a limit is at work",
		.disproof = "the limit is too low for honest visitors",
		.thresholds = {{"share", 0.2, "part of the answers that are 429"},
			{"refused", 20, "refused in a minute"}}},
	[FLAG_UNPARSED] = {"unparsed", .title = "unreadable log", .letter = 'E',
		.scopes = FOR(MACHINE), .severity = SEVERITY_NOTE, .judged = 3, .off_after = 20,
		.verdict = "a log cannot be read",
		.disproof = "the log's format is given with --log-format",
		.thresholds = {{"share", 0.01, "part of the lines of a minute in no known format"},
			{"lines", 100, "lines in a minute"}}},
};

void flag_settings_init(struct flag_settings *s)
{
	for (int i = 0; i < FLAGS; i++) {
		s->of[i].disabled = false;
		for (int k = 0; k < FLAG_THRESHOLDS; k++)
			s->of[i].on[k] = flag_defs[i].thresholds[k].on;
	}
}

const char *flag_need_name(enum flag_need need)
{
	static const char *const names[NEEDS] = {
		"connections cannot be seen",
		"no probe reports changes of state (eBPF)",
		"bytes of connections cannot be seen (eBPF)",
		"sockets were not listed lately",
		"no access log is read",
		"the log is buffered, lags, or is not understood",
		"logs do not name the addresses that connect",
		"no SSH log is read",
		"who sends SYNs cannot be seen",
		"no log says how long requests took",
		"QUIC packets are not counted (eBPF, raw sockets)",
	};

	return names[__builtin_ctz((unsigned)need)];
}

enum flag_id flag_find(struct str name)
{
	for (int i = 0; i < FLAGS; i++)
		if (str_eq(str_of(flag_defs[i].name), name))
			return (enum flag_id)i;
	return FLAGS;
}

const char *flag_name_at(size_t i, char *ret_letter)
{
	if (i >= FLAGS)
		return NULL;
	*ret_letter = flag_defs[i].letter;
	return flag_defs[i].name;
}

char flag_letter(struct str name)
{
	enum flag_id id = flag_find(name);

	return id < FLAGS ? flag_defs[id].letter : '\0';
}
