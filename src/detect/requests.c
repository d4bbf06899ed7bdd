// SPDX-License-Identifier: MIT
/*
 * What requests tell: each is counted for its address, its network, the machine, and the herds that
 * it is of.
 */
#include "detect/parts.h"

#include "base/num.h"
#include "base/text.h"
#include "detect/paths.h"
#include "event/quic.h"

#define SLOW_US (2 * USEC_PER_SEC)
#define TOO_OLD (60 * USEC_PER_SEC) /* a line of then says nothing of now */

static uint64_t hash_str(const struct detect *d, struct str s)
{
	return hash_keyed(&d->key, s.n ? s.p : "", s.n);
}

static uint64_t hash_addr(const struct detect *d, const struct addr *a)
{
	return hash_keyed(&d->key, a, sizeof *a);
}

static bool is_status(const struct event_request *r, unsigned from, unsigned to)
{
	return r->status != ABSENT && r->status >= from && r->status <= to;
}

static bool is_method(const struct event_request *r, const char *name)
{
	return str_eq(r->method, str_of(name));
}

/* Where one logs in, by the words that such paths have. */
static bool is_login_path(struct str bare)
{
	static const char *const words[] = {
		"login", "signin", "session", "auth", "token", "xmlrpc", "logon", "account"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (text_contains(bare, str_of(words[i])))
			return true;
	return false;
}

/* What the agent is, remembered: looking for all names takes longer than all else. */
static const struct agent *agent_of(struct detect *d, struct str agent, uint64_t hash)
{
	struct known_agent *known = &d->known_agents[hash % AGENTS_KNOWN];

	if (known->hash != hash) {
		known->hash = hash;
		known->agent = agents_find(&d->agents, agent);
	}
	return known->agent;
}

/* Nobody asks for these but to break in, unless the site has them: then people are answered who do
 * nothing else of the kind. */
static bool is_own_path(
	struct detect *d, const struct trail *t, uint64_t path, uint64_t source, bool fine)
{
	struct own_path *own = &d->own_paths[path % OWN_PATHS_MAX];

	if (own->path == path && own->count >= ARRAY_LEN(own->sources))
		return true;
	if (!fine || trail_kinds(t, d->model->now))
		return false;
	if (own->path != path)
		*own = (struct own_path){.path = path};
	for (uint32_t i = 0; i < own->count; i++)
		if (own->sources[i] == source)
			return false;
	own->sources[own->count++] = source;
	return false;
}

static void note_sample(struct trail *t, struct str bare)
{
	size_t n = strnlen(t->sample, TRAIL_SAMPLE);
	struct str piece = text_clip(bare, 24);

	if (n + piece.n + 3 > TRAIL_SAMPLE || (n && memmem(t->sample, n, piece.p, piece.n)))
		return;
	if (n) {
		memcpy(t->sample + n, ", ", 2);
		n += 2;
	}
	memcpy(t->sample + n, piece.p, piece.n);
	t->sample[n + piece.n] = '\0';
}

static void take_probe(struct detect *d, struct trail *t, const struct event_request *r,
	struct str bare, uint64_t path, uint64_t source)
{
	uint32_t kinds = patterns_match(&d->patterns, r->path);
	bool fine = is_status(r, 200, 399);

	if (!kinds || is_own_path(d, t, path, source, fine))
		return;
	struct trail *net = trail_net(d, t);
	trail_count(d, t, TRAIL_PROBES, d->each);
	if (!trail_kinds(t, d->model->now))
		t->sample[0] = '\0', t->answered = 0;
	trail_note_kinds(t, kinds, d->model->now);
	if (is_status(r, 200, 299))
		t->answered |= kinds;
	if (bare.n)
		note_sample(t, bare);
	if (net)
		trail_note_kinds(net, kinds, d->model->now);
}

/* A log-in that was refused; what an application is refused before anybody has logged in, on one
 * path after another, is none. */
static bool is_refused(struct detect *d, struct trail *t, const struct event_request *r,
	struct str bare, uint64_t path)
{
	bool posted = is_method(r, "POST"), login = posted && is_login_path(bare);
	bool again = t->refused_path == path;

	if ((login || again) && is_status(r, 200, 399))
		trail_count(d, t, TRAIL_POSTED, d->each);
	if (!is_status(r, 401, 401) && !(login && is_status(r, 403, 403)))
		return false;
	/* Clients that sync ask with methods of their own, and one with an old password goes on. */
	if (!posted && !is_method(r, "GET") && !is_method(r, "HEAD"))
		return false;
	t->refused_path = path;
	return posted || again;
}

static bool is_garbage(const struct event_request *r)
{
	if (r->kind.n || !r->method.n)
		return !r->cut;
	if (is_method(r, "CONNECT"))
		return true;
	if (r->path.n && r->path.p[0] != '/' && r->path.p[0] != '*')
		return true; /* an absolute URI, as of a proxy (RFC 9112, 3.2.2) */
	if (!r->proto.n)
		return false;
	return !str_starts(r->proto, STR_LIT("HTTP/1.")) &&
	       !str_starts(r->proto, STR_LIT("HTTP/2")) && !request_is_quic(r);
}

/* What is worked out of a request, once for all that count it. */
struct asked {
	struct str bare, folded;
	uint64_t path, folded_path, agent, source;
	uint32_t weight; /* requests that it stands for */
	bool asset, refused;
	bool shut_out; /* refused what others are given: by a block, not for what it asked */
};

static void count_request(
	struct detect *d, struct trail *t, const struct event_request *r, const struct asked *a)
{
	bool gets = is_method(r, "GET") || is_method(r, "HEAD");
	bool missed = r->method.n && !a->shut_out && is_status(r, 400, 499) &&
		      !is_status(r, 401, 401) && !is_status(r, 408, 408) &&
		      !is_status(r, 429, 429) && !is_status(r, 499, 499);
	const struct {
		enum trail_count what;
		bool is;
	} parts[] = {
		{TRAIL_REQUESTS, true},
		{TRAIL_FINE, is_status(r, 200, 399)},
		{TRAIL_UNCHANGED, is_status(r, 304, 304)},
		{TRAIL_ASSETS, a->asset},
		{TRAIL_GETS, gets},
		{TRAIL_PLAIN, gets || is_method(r, "POST")},
		{TRAIL_REFERRED, r->referer.n > 1},
		{TRAIL_MISSED, missed},
		{TRAIL_REFUSED, a->refused},
		{TRAIL_LIMITED, is_status(r, 429, 429)},
		{TRAIL_GONE, is_status(r, 499, 499)},
		{TRAIL_BROKEN, is_status(r, 500, 599)},
		{TRAIL_GARBAGE, is_garbage(r)},
		{TRAIL_DIRECT, request_peer(r) == NULL},
		{TRAIL_H2, str_starts(r->proto, STR_LIT("HTTP/2"))},
		{TRAIL_H3, str_starts(r->proto, STR_LIT("HTTP/3"))},
	};
	struct trail *net = trail_net(d, t);

	if (a->refused) {
		t->denied += a->weight;
		if (net)
			net->denied += a->weight;
	}
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		if (!parts[i].is)
			continue;
		trail_add(t, parts[i].what, a->weight);
		if (net)
			trail_add(net, parts[i].what, a->weight);
	}
}

static void count_whole(struct detect *d, const struct event_request *r)
{
	struct whole *w = &d->whole;
	struct window_bucket now = window_bucket(d->model->now);

	window_put(&w->requests, now, 1);
	window_put(&w->of_class[status_class(r->status)], now, 1);
	if (is_status(r, 429, 429))
		window_put(&w->limited, now, 1);
	if (request_peer(r))
		window_put(&w->forwarded, now, 1);
	if (request_is_quic(r) || !r->proto.n)
		window_put(r->proto.n ? &w->over_quic : &w->unsaid, now, 1);
	if (r->took_us != ABSENT) {
		window_put(&w->timed, now, 1);
		if (r->took_us >= (uint64_t)SLOW_US)
			window_put(&w->slow, now, 1);
	}
	if (is_status(r, 500, 599))
		trail_note_source(&w->broken_to, hash_addr(d, request_address(r)), d->model->now);
}

static void sketch_request(
	struct detect *d, struct trail *t, const struct event_request *r, const struct asked *a)
{
	usec_t now = d->model->now;

	sketch_add(&t->sketch, SKETCH_PATHS, a->path, now);
	sketch_add(&t->sketch, SKETCH_AGENTS, a->agent, now);
	if (r->method.n && !a->shut_out && is_status(r, 400, 404) && !is_status(r, 401, 402))
		sketch_add(&t->sketch, SKETCH_REFUSED, a->path, now);
	if (r->claims.n)
		sketch_add(&t->sketch, SKETCH_CLAIMS, hash_str(d, r->claims), now);
}

static struct herd *add_herd(struct detect *d, enum herd_kind kind, uint64_t key, struct str text,
	const struct event_request *r, const struct asked *a)
{
	/* Of paths that have identifiers in common, the identifiers are what may differ. */
	struct str differs = a->folded_path == a->path ? path_query(r->path) : r->path;

	return herds_add(&d->herds[kind], d->model->now,
		&(struct herd_request){.key = key,
			.text = text,
			.source = a->source,
			.query = kind == HERD_PATHS && differs.n ? hash_str(d, differs) : 0,
			.status = r->status == ABSENT ? 0 : (uint16_t)r->status,
			.weight = a->weight,
			.is_failed = a->refused,
			.is_asset = a->asset,
			.is_referred = r->referer.n > 1});
}

static void add_status(struct detect *d, const struct event_request *r, const struct asked *a)
{
	char text[20];
	struct str status = {text, r->status == ABSENT ? 0 : num_put(text, r->status)};

	if (status.n)
		add_herd(d, HERD_STATUSES, hash_str(d, status), status, r, a);
}

/* "https://www.example.org/page" is told as "www.example.org". */
static struct str host_of(struct str referer)
{
	const char *slashes = referer.n ? memmem(referer.p, referer.n, "//", 2) : NULL;
	struct str host = referer;

	if (slashes)
		host = (struct str){slashes + 2, referer.n - (size_t)(slashes + 2 - referer.p)};
	for (size_t i = 0; i < host.n; i++)
		if (host.p[i] == '/' || host.p[i] == '?')
			host.n = i;
	return host;
}

/* Who they are, of the few herds that are flagged. */
static void take_focus(struct detect *d, const struct addr *ip, const struct asked *a)
{
	for (int i = 0; i < FOCUSES; i++) {
		struct focus *f = &d->focuses[i];
		if (f->key && (f->key == a->folded_path || f->key == a->agent))
			focus_add(f, ip, d->model->now);
	}
}

/* Others ask the same and get it. */
static bool is_given_to_others(const struct herd *h)
{
	uint32_t fine = 0, refused = 0;

	for (int i = 0; i < 2; i++) {
		fine += h->half[i].of_class[2] + h->half[i].of_class[3];
		refused += h->half[i].of_class[4];
	}
	return fine > refused;
}

static void take_herds(
	struct detect *d, struct trail *t, const struct event_request *r, struct asked *a)
{
	struct herd *h = add_herd(d, HERD_PATHS, a->folded_path, a->folded, r, a);

	a->shut_out = is_status(r, 403, 403) && is_given_to_others(h);
	if (!a->asset)
		herds_note_lone(&d->herds[HERD_PATHS], h, &t->lone, d->model->now);
	if (r->agent.n)
		add_herd(d, HERD_AGENTS, a->agent, r->agent, r, a);
	if (r->vhost.n)
		add_herd(d, HERD_VHOSTS, hash_str(d, r->vhost), r->vhost, r, a);
	struct str from = host_of(r->referer);
	if (from.n > 1)
		add_herd(d, HERD_REFERERS, hash_str(d, from), from, r, a);
	add_status(d, r, a);
	struct str dir = path_dir(a->folded);
	if (dir.n)
		add_herd(d, HERD_DIRS, hash_str(d, dir), dir, r, a);
}

static void take_trail(
	struct detect *d, struct trail *t, const struct event_request *r, const struct asked *a)
{
	struct trail *net = trail_net(d, t);
	const struct agent *agent = r->agent.n ? agent_of(d, r->agent, a->agent) : NULL;

	t->requests += a->weight;
	if (agent)
		t->agent = agent;
	if (str_eq(a->bare, STR_LIT("/robots.txt")))
		t->has_robots = true;
	trail_note_busy(t, d->model->now);
	sketch_request(d, t, r, a);
	if (!net)
		return;
	net->requests += a->weight;
	trail_note_busy(net, d->model->now);
	trail_note_source(net, a->source, d->model->now);
	sketch_request(d, net, r, a);
}

/* The port that it came by. */
static void tell_port(struct detect *d, const struct event_request *r, const struct asked *a)
{
	uint32_t id = addr_is_unset(&r->ip) ? POOL_NONE : model_find_host(d->model, &r->ip);
	bool due = ledger_is_due(&d->ledger);

	if (id == POOL_NONE)
		return;
	const struct conn *c = model_first_conn(d->model, model_host(d->model, id));
	if (!c || c->dir == DIR_OUT)
		return;
	ports_note(&d->ports, c->lport, PORT_REQUESTS, a->weight, a->source, d->model->now);
	if (due)
		ledger_tell(&d->ledger, c->lport);
}

static void take_taken(struct detect *d, const struct event_request *r)
{
	const struct addr *peer = request_peer(r);
	char folded[PATH_FOLDED_MAX];
	/* The peer first: to make room for one trail may cost the one that was touched before. */
	struct trail *p = peer ? trail_touch(d, peer) : NULL;
	if (p)
		p->forwarded += d->each;
	struct trail *t = trail_touch(d, request_address(r));
	struct asked a = {.bare = path_bare(r->path),
		.asset = path_is_asset(r->path),
		.source = hash_addr(d, request_address(r)),
		.weight = d->each};

	tell_port(d, r, &a);
	if (!t)
		return;
	if (t->is_local && machine_is_gateway(model_machine(d->model), &t->prefix.addr))
		t->forwarded += d->each; /* all who come through it have its address */
	a.path = hash_str(d, a.bare);
	a.folded = path_fold(r->path, folded);
	a.folded_path = str_eq(a.folded, a.bare) ? a.path : hash_str(d, a.folded);
	a.agent = hash_str(d, r->agent);
	a.refused = is_refused(d, t, r, a.bare, a.path);
	take_herds(d, t, r, &a);
	take_trail(d, t, r, &a);
	take_probe(d, t, r, a.bare, a.path, a.source);
	count_request(d, t, r, &a);
	if (d->focused)
		take_focus(d, request_address(r), &a);
}

/* What is old says nothing of now; of very many, some stand for all. */
void requests_take(struct detect *d, const struct event_request *r)
{
	const struct addr *ip = request_address(r);

	if (addr_is_unset(ip) || (r->logged && d->model->now - r->logged > TOO_OLD))
		return;
	count_whole(d, r);
	if (++d->crowd / TAKEN_WHOLE >= d->each)
		d->each++;
	if (d->crowd % d->each == 0)
		take_taken(d, r);
}
