// SPDX-License-Identifier: MIT
/*
 * What one address or one network has done in the last minute. The same detectors for both; where a
 * network needs more than its members add up to, it is the number of them.
 */
#include "detect/parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define GROWTH_LEAST  3.0
#define GROWTH_BEFORE 15 /* seconds that are left out of what was before */
#define NET_SOURCES   5  /* addresses of a network that is judged as one */
#define NET_BURST     12
#define NET_TRIES     3   /* log-ins of each address of a network, on average */
#define NET_GUESSERS  3   /* addresses of a network that fail to log in by SSH */
#define HALF_FILLED   0.6 /* of ten seconds, while something has just begun */
#define TOOL_REQUESTS 2
#define VIEWER        1e6 /* bytes a second that one who watches a film may take */

/* One trail, and what most detectors want to know of it. */
struct view {
	struct trail *t;
	usec_t now;
	bool net;
	enum flag_scope scope;
	uint64_t key;
	double sources;   /* of a network */
	uint32_t members; /* likewise, with those that ask nothing */
	double q10, q60, agents;
	double open;         /* connections, as of the last whole walk */
	double all10, all60; /* of the machine */
};

static double sum(const struct view *v, enum trail_count what, unsigned seconds)
{
	return trail_sum(v->t, what, v->now, seconds);
}

static double different(const struct view *v, enum sketch_kind kind)
{
	return sketch_count(&v->t->sketch, kind, v->now);
}

static struct finding *find(
	struct detect *d, const struct view *v, enum flag_id flag, double level, double value)
{
	return found(d, flag, v->scope, v->key, level, rounded(value));
}

/* The addresses of a network that have asked lately: as few bits less as name them all. An IPv4
 * network keeps its /24, which is what can be blocked without harm to others; an IPv6 one is
 * narrowed to the /64 or what holds several of them. */
static struct prefix narrowed(const struct detect *d, const struct trail *net)
{
	struct prefix p = net->prefix;
	struct prefix common = {.bits = 0};
	bool any = false;

	if (addr_is_v4(&p.addr))
		return p;
	for (uint32_t id = pool_next(&d->hosts.pool, 0); id != POOL_NONE;
		id = pool_next(&d->hosts.pool, id + 1)) {
		const struct trail *t = trails_at(&d->hosts, id);
		if (trail_net(d, t) != net || d->model->now - t->last > 60 * USEC_PER_SEC)
			continue;
		if (!any)
			common = prefix_of(&t->prefix.addr, 64);
		any = true;
		while (common.bits > p.bits && !prefix_contains(&common, &t->prefix.addr))
			common = prefix_of(&common.addr, common.bits - 1u);
	}
	return any && common.bits > p.bits ? common : p;
}

static void name(const struct detect *d, const struct view *v, struct finding *f)
{
	struct prefix p = v->net ? narrowed(d, v->t) : v->t->prefix;

	finding_name(f, &p);
}

/* " from 12 addresses", for what is said of a network. */
static const char *from(const struct view *v, char buf[static 40])
{
	buf[0] = '\0';
	if (v->net)
		snprintf(buf, 40, " from %.0f addresses", v->sources);
	return buf;
}

/* Held requests end, and are logged, all at once: what ends at once is no rate. */
static bool is_spread(const struct view *v)
{
	return trail_busy(v->t, v->now, 10) >= 3;
}

/* How many times what it did before; of one that is new, by how long others have been known. */
static double growth(const struct detect *d, const struct view *v)
{
	double span = (double)(v->now - d->began) / (double)USEC_PER_SEC;
	double known = least(span, 60) - GROWTH_BEFORE;

	if (known < 4)
		return v->t->first > d->began + 6 * USEC_PER_SEC ? 99 : 1;
	double before = (v->q60 - sum(v, TRAIL_REQUESTS, GROWTH_BEFORE)) / known;
	return v->q10 / 10 / (before > 0.05 ? before : 0.05);
}

static bool is_people(const struct view *v)
{
	double some = v->q60 * 0.2;

	return sum(v, TRAIL_ASSETS, 60) >= some || sum(v, TRAIL_REFERRED, 60) >= v->q60 * 0.5;
}

/* What proxies pass on lacks the parts of pages that they have themselves. */
static bool is_forwarded(const struct view *v)
{
	return sum(v, TRAIL_DIRECT, 60) < v->q60 * 0.5;
}

/* One that scrolls, say: it posts and gets, many different things, and is well answered. */
static bool is_application(const struct view *v)
{
	double posts = sum(v, TRAIL_PLAIN, 60) - sum(v, TRAIL_GETS, 60);

	return !v->net && posts > v->q60 * 0.2 && posts < v->q60 * 0.8 &&
	       sum(v, TRAIL_FINE, 60) > v->q60 * 0.95 && different(v, SKETCH_PATHS) > 20;
}

/* Detectors. */

static void judge_burst(struct detect *d, const struct view *v)
{
	int at = v->net ? 2 : 0;
	double share = v->all10 > 0 ? v->q10 / v->all10 : 0;
	/* One address is judged by five seconds, and by ten that have most of as many. */
	double rate = v->net ? v->q10 / 10
			     : least(sum(v, TRAIL_REQUESTS, 5) / 5, v->q10 / 10 / HALF_FILLED);
	double level = least(reach(d, FLAG_BURST, at, rate), reach(d, FLAG_BURST, at + 1, share));
	char buf[40];

	if (level < FLAG_HOLDS || v->t->forwarded || is_people(v) || !is_spread(v))
		return;
	/* One that goes on grows no more. */
	bool grows = finding_holds(d, FLAG_BURST, v->scope, v->key) || growth(d, v) >= GROWTH_LEAST;
	if (v->net ? v->sources < NET_BURST || !grows || is_forwarded(v) : v->agents > 2.5)
		return;
	if (is_application(v) && level < 2)
		return;
	/* Each request holds a connection of its own: that is the trouble then. */
	if (v->open >= threshold_of(d, FLAG_CONN_HOG, 0) * 0.5 && v->open >= v->q10 * 0.6)
		return;
	struct finding *f = find(d, v, FLAG_BURST, level, v->q10 / 10);
	if (!f)
		return;
	name(d, v, f);
	SAY(f, "%.1f requests/s%s, %.0f%% of all, %.0f agent%s, %.0f%% images, styles or scripts",
		v->q10 / 10, from(v, buf), share * 100, v->agents, v->agents < 1.5 ? "" : "s",
		v->q60 > 0 ? sum(v, TRAIL_ASSETS, 60) * 100 / v->q60 : 0);
}

static void judge_multiplexed(struct detect *d, const struct view *v)
{
	static const struct {
		enum flag_id flag;
		enum trail_count what;
		const char *over;
	} kinds[] = {{FLAG_H2_BURST, TRAIL_H2, "HTTP/2"}, {FLAG_QUIC_FLOOD, TRAIL_H3, "HTTP/3"}};

	if (v->net || v->agents > 2.5 || !is_spread(v))
		return;
	double handshakes = sum(v, TRAIL_HANDSHAKES, 60);
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		double n = sum(v, kinds[i].what, 10);
		double most = 4 + n / 50; /* streams share few connections */
		if (kinds[i].flag == FLAG_H2_BURST && handshakes > most)
			continue;
		if (sum(v, TRAIL_ASSETS, 10) > n * 0.5)
			continue;
		struct finding *f =
			find(d, v, kinds[i].flag, reach(d, kinds[i].flag, 0, n / 10), n / 10);
		if (!f)
			continue;
		name(d, v, f);
		SAY(f, "%.0f %s requests/s, %.0f new connections in a minute, %.0f given up (499)",
			n / 10, kinds[i].over, handshakes, sum(v, TRAIL_GONE, 10));
	}
}

static bool is_known_crawler(const struct trail *t)
{
	return t->agent && t->agent->class != AGENT_SCANNER;
}

static const char *assets_text(const struct view *v, char buf[static 24])
{
	double n = sum(v, TRAIL_ASSETS, 60);

	snprintf(buf, 24, n < 0.5 ? "no" : "%.0f", n);
	return buf;
}

static void judge_crawler(struct detect *d, const struct view *v)
{
	double paths = different(v, SKETCH_PATHS), rate = v->q10 / 10;
	double level = least(
		reach(d, FLAG_CRAWLER, 0, paths), reach(d, FLAG_CRAWLER, v->net ? 2 : 1, rate));
	char buf[40];

	if (level < FLAG_HOLDS || v->t->forwarded || !is_spread(v))
		return;
	/* Who says which crawler it is, is judged by that: confirmed, refuted, or neither. */
	if (!v->net && is_known_crawler(v->t))
		return;
	if (v->net && is_forwarded(v))
		return;
	if (v->net)
		level = least(level, reach(d, FLAG_CRAWLER, 3, v->sources));
	else if (v->agents > 2.5)
		return;
	if (sum(v, TRAIL_ASSETS, 60) > v->q60 * 0.1 || sum(v, TRAIL_FINE, 60) < v->q60 * 0.7 ||
		sum(v, TRAIL_REFERRED, 60) > v->q60 * 0.5 ||
		sum(v, TRAIL_UNCHANGED, 60) > v->q60 * 0.2 ||
		sum(v, TRAIL_GETS, 60) < v->q60 * 0.8 || paths < v->q60 * 0.4)
		return;
	char assets[24];
	struct finding *f = find(d, v, FLAG_CRAWLER, level, paths);
	if (!f)
		return;
	name(d, v, f);
	SAY(f,
		"%.0f different paths in a minute%s, %.1f/s, %s images, styles or scripts, "
		"%" PRIu32 " connection%s%s",
		paths, from(v, buf), rate, assets_text(v, assets), v->t->handshakes,
		v->t->handshakes == 1 ? "" : "s", v->t->has_robots ? ", asked for robots.txt" : "");
}

static void judge_fake_crawler(struct detect *d, const struct view *v)
{
	if (v->net || v->t->claim != CLAIM_REFUTED)
		return;
	struct finding *f =
		find(d, v, FLAG_FAKE_CRAWLER, reach(d, FLAG_FAKE_CRAWLER, 0, v->q60), v->q60);
	if (!f)
		return;
	name(d, v, f);
	SAY(f, "claims to be %s and is not; %.0f requests in a minute",
		v->t->agent ? v->t->agent->name : "a crawler", v->q60);
}

static void judge_scanner(struct detect *d, const struct view *v)
{
	double paths = different(v, SKETCH_REFUSED), missed = sum(v, TRAIL_MISSED, 60);
	double share = v->q60 > 0 ? missed / v->q60 : 0;
	double level = least(reach(d, FLAG_SCANNER, 0, paths), reach(d, FLAG_SCANNER, 1, share));
	bool tool = !v->net && v->t->agent && v->t->agent->class == AGENT_SCANNER &&
		    v->q60 >= TOOL_REQUESTS;
	char buf[40];

	if (v->net && v->sources < NET_SOURCES)
		return;
	/* Sync clients ask with methods of their own, and are told that there is nothing. */
	if (sum(v, TRAIL_PLAIN, 60) < v->q60 * 0.5 && sum(v, TRAIL_GARBAGE, 60) < v->q60 * 0.5)
		level = 0;
	if (tool && level < 1)
		level = 1;
	struct finding *f = find(d, v, FLAG_SCANNER, level, paths);
	if (!f)
		return;
	name(d, v, f);
	int n = SAY(f, "%.0f different paths answered 4xx%s, %.0f of %.0f requests in a minute",
		least(paths, missed), from(v, buf), missed, v->q60);
	if (tool)
		snprintf(f->evidence + n, sizeof f->evidence - (size_t)n, "; the agent is %s's",
			v->t->agent->name);
}

static void judge_exploit(struct detect *d, const struct view *v)
{
	uint32_t kinds = trail_kinds(v->t, v->now);
	int n = __builtin_popcount(kinds);
	uint32_t answered = v->net ? 0 : v->t->answered & kinds;
	char buf[40];

	if (!n || (v->net && v->sources < NET_SOURCES))
		return;
	struct finding *f = find(d, v, FLAG_EXPLOIT, reach(d, FLAG_EXPLOIT, 0, n), n);
	if (!f)
		return;
	name(d, v, f);
	f->severity = answered && n >= 3 ? SEVERITY_ACT : SEVERITY_SUSPECT;
	SAY(f, "%.0f probes of %d kind%s%s%s%s%s; %d answered 2xx", sum(v, TRAIL_PROBES, 60), n,
		n == 1 ? "" : "s", from(v, buf), v->t->sample[0] ? " (" : "", v->t->sample,
		v->t->sample[0] ? ")" : "", __builtin_popcount(answered));
}

static void judge_brute_force(struct detect *d, const struct view *v)
{
	double refused = sum(v, TRAIL_REFUSED, 60), let_in = sum(v, TRAIL_POSTED, 60);
	char buf[40];

	/* Many who mistype once or twice are no guesser; a guesser with many addresses and one try
	 * each is seen where he tries (stuffing). */
	if (v->net && (v->sources < NET_SOURCES || refused < NET_TRIES * v->sources))
		return;
	if (v->t->forwarded || refused < (v->net ? 5 : 3) * let_in)
		return;
	struct finding *f = find(d, v, FLAG_BRUTE_FORCE,
		reach(d, FLAG_BRUTE_FORCE, v->net ? 1 : 0, refused), refused);
	if (!f)
		return;
	name(d, v, f);
	SAY(f, "%.0f log-ins refused in a minute%s, %.0f let in", refused, from(v, buf), let_in);
}

static void judge_break_in(struct detect *d, const struct view *v)
{
	double failed = v->t->ssh_guessed;

	if (v->now - v->t->ssh_in > 60 * USEC_PER_SEC)
		return;
	struct finding *f =
		find(d, v, FLAG_SSH_BREAK_IN, reach(d, FLAG_SSH_BREAK_IN, 0, failed), failed);
	if (!f)
		return;
	name(d, v, f);
	SAY(f, "let in by SSH after %.0f failed logins in a minute", failed);
}

static void judge_ssh(struct detect *d, const struct view *v)
{
	double failed = sum(v, TRAIL_SSH_FAILED, 60);
	uint32_t guessers = trail_members(&v->t->guessers, v->now);
	char buf[40] = "";

	if (!v->net && v->t->ssh_accepted) {
		judge_break_in(d, v);
		return;
	}
	if (failed < 1 || (v->net && guessers < NET_GUESSERS))
		return;
	struct finding *f = find(d, v, FLAG_SSH_BRUTE_FORCE,
		reach(d, FLAG_SSH_BRUTE_FORCE, v->net ? 1 : 0, failed), failed);
	if (!f)
		return;
	name(d, v, f);
	if (v->net)
		snprintf(buf, sizeof buf, " from %" PRIu32 " addresses", guessers);
	SAY(f, "%.0f failed SSH logins in a minute%s, none accepted", failed, buf);
}

static void judge_garbage(struct detect *d, const struct view *v)
{
	double n = sum(v, TRAIL_GARBAGE, 60);
	char buf[40];

	if (v->net && v->sources < 3)
		return;
	struct finding *f =
		find(d, v, FLAG_GARBAGE, reach(d, FLAG_GARBAGE, 0, v->net ? n / 2 : n), n);
	if (!f)
		return;
	name(d, v, f);
	SAY(f, "%.0f times no HTTP where HTTP is due%s", n, from(v, buf));
}

static void judge_forged(struct detect *d, const struct view *v)
{
	double claims = different(v, SKETCH_CLAIMS);

	if (v->net || claims < 1 || v->agents > (claims / 8 > 2.5 ? claims / 8 : 2.5))
		return;
	struct finding *f =
		find(d, v, FLAG_FORGED_CLIENT, reach(d, FLAG_FORGED_CLIENT, 0, claims), claims);
	if (!f)
		return;
	name(d, v, f);
	SAY(f, "%.0f addresses claimed through one peer, %.0f agent%s", claims, v->agents,
		v->agents < 1.5 ? "" : "s");
}

/* Behind a CDN, who comes directly. */
static void judge_direct(struct detect *d, const struct view *v)
{
	double direct = sum(v, TRAIL_DIRECT, 60);
	double proxied = window_sum(&d->whole.forwarded, v->now, WINDOW_SPAN);
	double share = v->all60 > 0 ? proxied / v->all60 : 0;
	double level = least(reach(d, FLAG_DIRECT_ORIGIN, 0, direct),
		least(reach(d, FLAG_DIRECT_ORIGIN, 1, share),
			reach(d, FLAG_DIRECT_ORIGIN, 2, proxied)));

	if (v->net || v->t->forwarded || v->t->is_local)
		return;
	struct finding *f = find(d, v, FLAG_DIRECT_ORIGIN, level, direct);
	if (!f)
		return;
	name(d, v, f);
	SAY(f, "%.0f requests past the proxies, through which %.0f of %.0f come", direct, proxied,
		v->all60);
}

static void judge_switching(struct detect *d, const struct view *v)
{
	if (v->net || v->t->forwarded || is_people(v) || v->agents < v->q60 * 0.3)
		return;
	struct finding *f = find(d, v, FLAG_AGENT_SWITCHING,
		reach(d, FLAG_AGENT_SWITCHING, 0, v->agents), v->agents);
	if (!f)
		return;
	name(d, v, f);
	SAY(f, "%.0f different agents in %.0f requests, no images, styles or scripts", v->agents,
		v->q60);
}

static void judge_limited(struct detect *d, const struct view *v)
{
	double limited = sum(v, TRAIL_LIMITED, 60);
	double level = least(reach(d, FLAG_LIMITER, 0, v->q60 > 0 ? limited / v->q60 : 0),
		reach(d, FLAG_LIMITER, 1, limited));

	if (v->net)
		return;
	struct finding *f = find(d, v, FLAG_LIMITER, level, limited);
	if (!f)
		return;
	name(d, v, f);
	SAY(f, "%.0f of %.0f requests were refused by a limit (429)", limited, v->q60);
}

static void judge_churn(struct detect *d, const struct view *v)
{
	double ends = sum(v, TRAIL_ENDS, 10), left = ends - v->q10;
	char buf[40] = "";

	if (left < 1 || v->q10 > ends * 0.2 || v->t->requests > v->t->ends * 0.2)
		return;
	if (v->net && v->members < 3)
		return;
	struct finding *f =
		find(d, v, FLAG_TLS_CHURN, reach(d, FLAG_TLS_CHURN, v->net ? 1 : 0, left), left);
	if (!f)
		return;
	name(d, v, f);
	if (v->net)
		snprintf(buf, sizeof buf, " of %" PRIu32 " addresses", v->members);
	SAY(f, "%.0f connections%s in 10 s shook hands, said something, closed and asked nothing",
		left, buf);
}

static void judge_hog(struct detect *d, const struct view *v)
{
	const struct trail *t = v->t;
	double open = v->open;
	double all = (double)d->walked->open;
	double level = least(reach(d, FLAG_CONN_HOG, 0, open),
		reach(d, FLAG_CONN_HOG, 1, all > 0 ? open / all : 0));
	double each = t->handshakes ? (double)t->requests / t->handshakes : 0;

	if (v->net || level < FLAG_HOLDS || t->forwarded || v->agents > 2.5 ||
		each >= threshold_of(d, FLAG_CONN_HOG, 2) || v->q10 > open * 1.2 ||
		t->requests < open * 0.5 || t->conns.slow || t->conns.silent)
		return;
	struct finding *f = find(d, v, FLAG_CONN_HOG, level, open);
	if (!f)
		return;
	name(d, v, f);
	SAY(f,
		"%.0f of %.0f established connections, %" PRIu32 " requests over %" PRIu32
		" connections, %.0f agent%s",
		open, all, t->requests, t->handshakes, v->agents, v->agents < 1.5 ? "" : "s");
}

static void judge_bandwidth(struct detect *d, const struct view *v)
{
	double out = sum(v, TRAIL_TX, 10) * TRAIL_UNIT / 10;
	double all = window_sum(&d->whole.tx, v->now, 10 * USEC_PER_SEC) * TRAIL_UNIT / 10;
	double level = least(reach(d, FLAG_BANDWIDTH, 0, out / 1e6),
		reach(d, FLAG_BANDWIDTH, 1, all > 0 ? out / all : 0));

	if (v->net && (v->members < 3 || out < VIEWER * v->members))
		return;
	struct finding *f = find(d, v, FLAG_BANDWIDTH, level, out / 1e6);
	if (!f)
		return;
	name(d, v, f);
	SAY(f, "%.1f MB/s out, %.0f%% of all", out / 1e6, all > 0 ? out * 100 / all : 0);
}

/* Ports that are closed leave nothing half-open: only the resets tell of who tries them. */
static void judge_closed_ports(struct detect *d, const struct view *v)
{
	double resets = sum(v, TRAIL_RESETS, 10) / 10;
	const struct trail *t = v->t;

	if (v->net || t->handshakes || t->requests || resets < 1)
		return;
	struct finding *f = find(d, v, FLAG_HALF_OPEN, reach(d, FLAG_HALF_OPEN, 1, resets), resets);
	if (!f)
		return;
	name(d, v, f);
	SAY(f, "%.0f packets/s to closed ports, answered with resets; no handshake ever", resets);
}

/* Who asks is judged by requests; all are judged by what their connections do. */
void judge_trail(struct detect *d, struct trail *t)
{
	static void (*const by_requests[])(struct detect *, const struct view *) = {judge_burst,
		judge_multiplexed, judge_crawler, judge_fake_crawler, judge_scanner, judge_exploit,
		judge_brute_force, judge_garbage, judge_forged, judge_direct, judge_switching,
		judge_limited, judge_hog};
	usec_t now = d->model->now;
	struct view v = {.t = t, .now = now, .net = trail_is_network(t)};

	v.scope = v.net ? SCOPE_NETWORK : SCOPE_HOST;
	v.key = finding_key(d, &t->prefix);
	v.open = t->conns.walk == d->walked->number ? t->conns.open : 0;
	v.members = v.net ? trail_members(&t->members, now) : 1;
	if (t->requests && (uint32_t)(now / USEC_PER_SEC) - t->busy_at <= 60)
		v.q60 = sum(&v, TRAIL_REQUESTS, 60);
	if (v.q60 > 0) {
		v.q10 = sum(&v, TRAIL_REQUESTS, 10);
		v.agents = different(&v, SKETCH_AGENTS);
		v.sources = v.net ? trail_sources(t, now) : 1;
		v.all10 = window_sum(&d->whole.requests, now, 10 * USEC_PER_SEC);
		v.all60 = window_sum(&d->whole.requests, now, WINDOW_SPAN);
		for (size_t i = 0; i < ARRAY_LEN(by_requests); i++)
			by_requests[i](d, &v);
	}
	if (t->ends)
		judge_churn(d, &v);
	if (t->logs_in)
		judge_ssh(d, &v);
	if (t->reset)
		judge_closed_ports(d, &v);
	if (now - t->sent <= 15 * USEC_PER_SEC)
		judge_bandwidth(d, &v);
}
