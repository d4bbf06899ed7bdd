/* SPDX-License-Identifier: MIT
 *
 * parts: what the files of the judgement share. Nobody else includes it.
 */
#ifndef NG_DETECT_PARTS_H
#define NG_DETECT_PARTS_H

#include "base/hash.h"
#include "detect/agents.h"
#include "detect/finding.h"
#include "detect/fleet_senses.h"
#include "detect/focus.h"
#include "detect/herd.h"
#include "detect/ledger.h"
#include "detect/mark.h"
#include "detect/patterns.h"
#include "detect/ports.h"
#include "detect/trail.h"
#include "detect/zoom.h"
#include "event/taker.h"
#include "model/model.h"

#define HALF_OPENS_MAX 4096
#define TAKEN_WHOLE    8000
#define OWN_PATHS_MAX  256
#define FOCUSES        4
#define AGENTS_KNOWN   1024 /* agents whose meaning is remembered; a power of two */

/* A half-open connection, as the walk found it. */
struct half_open {
	struct addr ip;
	uint16_t lport;
	bool old; /* for FLAG_HALF_OPEN's age and more */
};

/* The machine's own last minute. */
struct whole {
	struct window requests, limited, forwarded, handshakes, tx, slow, timed;
	struct window limit_errors, upstream_errors;
	struct window over_quic, unsaid; /* requests over HTTP/3; over what the log does not say */
	struct window of_class[HERD_STATUS_CLASS]; /* answers */
	struct baseline usual, usual_handshakes;
	struct trail broken_to; /* whose answers were 5xx */
	char upstream[64];      /* the backend that the error log named last */
	usec_t rotated;
	uint64_t rotations;
	struct window lines, rejected; /* of access logs */
	uint64_t lines_seen, rejected_seen;
};

/* What a walk over all connections adds up; good when the walk is whole. */
struct walk {
	uint32_t number;
	uint32_t next; /* id that the next slice begins with */
	struct half_open half[HALF_OPENS_MAX];
	uint32_t half_count;
	uint64_t half_open, open; /* in all */
	struct port_now ports[PORTS_MAX];
	uint32_t port_count;
	uint32_t held[TRAILS_HOSTS]; /* ids of trails with one that is silent, slow or stuck */
	uint32_t held_count;
};

/* A path that is answered to people who do nothing else wrong: the site's own. */
struct own_path {
	uint64_t path, sources[3];
	uint32_t count;
};

/* When a herd has grown. */
struct herd_busy {
	uint64_t key, count;
	uint32_t slice, bits; /* a bit for each judgement before that one */
};

struct known_agent {
	uint64_t hash;
	const struct agent *agent;
};

struct detect {
	struct taker taker; /* first */
	const struct model *model;
	struct event_sink *sink;
	struct flag_settings settings;
	struct hash_key key;
	bool keyed; /* by who made it: the seed of events is passed over */

	struct patterns patterns;
	struct agents agents;
	struct trails hosts, networks;
	struct herds herds[HERD_TABLES];
	struct ports ports;
	struct herd_busy herd_busy[HERD_KINDS][HERDS_MAX];
	struct ledger ledger;
	struct whole whole;
	struct walk walks[2], *walk, *walked; /* under way, and the last one that is whole */
	uint32_t *trail_of; /* by the model's id of a host: its trail's last known id */
	struct own_path own_paths[OWN_PATHS_MAX];
	struct known_agent known_agents[AGENTS_KNOWN];
	struct focus focuses[FOCUSES]; /* of herds that are flagged */
	uint32_t focused;              /* of these, in use */
	struct zoom zoom;
	struct findings findings;
	struct marks *marks;        /* owned */
	struct fleet_senses *fleet; /* owned; NULL: of one machine, or of a copy */
	uint64_t fleet_lost;        /* words of members for which there was no memory at all */

	/* Of more than TAKEN_WHOLE requests between two ticks, one of `each` is taken, and counts
	 * for that many; `crowd` are those since the tick. */
	uint32_t each, crowd;

	usec_t began, judged; /* the first event's time; the last judgement's */
	uint32_t missing;     /* bits of enum flag_need that are not met now */
	uint32_t slice;       /* number of the judgement */
	bool severe;          /* a flag of severity 3 and more holds: nothing is learned */
	char verdict[MACHINE_HELD_MAX + FLAG_WHO_MAX + 64]; /* as it was last said, with its head */
	usec_t verdict_said;
	uint64_t dropped; /* as it was last said */
	usec_t dropped_said;
};

/* findings.c */
/* 0 or -ENOMEM. */
int findings_init(struct findings *f);
void findings_done(struct findings *f);

/* Something reaches `level` (1: its thresholds) of a flag. NULL when that says nothing yet: then
 * nobody needs to know more of it; else it is about to be said, and the caller fills in its
 * evidence and who it is. */
struct finding *found(struct detect *d, enum flag_id flag, enum flag_scope scope, uint64_t key,
	double level, uint64_t value);

/* Its evidence, as printf has it; returns its length. */
#define SAY(f, ...) snprintf((f)->evidence, sizeof(f)->evidence, __VA_ARGS__)

/* Whether one holds. */
bool finding_holds(const struct detect *d, enum flag_id flag, enum flag_scope scope, uint64_t key);

/* The key of an address's, a network's, a herd's, the machine's. */
uint64_t finding_key(const struct detect *d, const struct prefix *p);

/* Names one prefix, or several, as who it is; or only where those are who are meant. */
void finding_name(struct finding *f, const struct prefix *p);
void finding_prefixes(struct finding *f, const struct prefix *p, uint32_t n);
void finding_name_all(struct finding *f, const struct prefix *of, uint32_t n);

/* After all judges: ends what is over, folds, puts what is new. */
void findings_settle(struct detect *d);

/* One of these flags, as bits 1 << id, holds on the machine as a whole or on this prefix or a wider
 * one; the gravest first. FLAGS when none. */
enum flag_id findings_explain(
	const struct detect *d, uint64_t within, const struct prefix *p, const struct finding *of);

/* senses.c: events as they come. */
void senses_take(struct detect *d, const struct event *event);

/* Bytes out that have come to light since they were last looked at. */
void senses_note_bytes(struct detect *d, struct trail *t, const struct host *h);

/* The trail of an address, made when new; NULL when memory is out. It is good until the next call.
 */
struct trail *trail_touch(struct detect *d, const struct addr *a);

/* Counts for an address and its network. */
void trail_count(struct detect *d, struct trail *t, enum trail_count what, uint32_t n);

/* requests.c */
void requests_take(struct detect *d, const struct event_request *r);

/* needs.c: bits of enum flag_need that are not met. */
uint32_t needs_missing(const struct detect *d);

/* walk.c: a slice of the walk over all connections; true when one has become whole. */
bool walk_on(struct detect *d);

/* A network's trail that is still this host's; NULL when it was evicted. */
struct trail *trail_net(const struct detect *d, const struct trail *host);

/* Adds everybody to the zoom who was well answered in the last minute, and is not of the herd (or
 * NULL) that it is about: whom a block would hit. */
void zoom_add_good(struct detect *d, const struct focus *herd);

/* The prefixes that the zoom finds, when they can be pointed at; else 0: from all over. */
uint32_t zoom_prefixes(
	struct detect *d, struct zoom_found *ret_at, struct prefix ret[static ZOOM_PREFIXES]);

/* shares.c: "; 72% from AS64500 Example", when one AS or country has most of it. Returns its
 * length.
 */
enum share_of {
	SHARE_HALF_OPEN,
	SHARE_REQUESTS /* of the last half minute */
};
size_t shares_say(const struct detect *d, enum share_of of, char *buf, size_t cap);

/* Judges: each looks at what it is of, and calls found() for what reaches FLAG_HOLDS. */
void judge_machine(struct detect *d);
void judge_quic(struct detect *d);
void judge_conns(struct detect *d);
void judge_trail(struct detect *d, struct trail *t);
void judge_herds(struct detect *d);

/* judge_fleet.c, judge_fleet_herds.c: what no member can see alone. */
void judge_fleet(struct detect *d);
void judge_fleet_herds(struct detect *d);

/* The model is of many machines: only what they say is judged. */
static inline bool is_fleet(const struct detect *d)
{
	return model_fleet(d->model) != NULL;
}

/* fleet_hear.c: what members say. */
void fleet_hear(struct detect *d, const struct event *event);
void fleet_senses_free(struct fleet_senses *s);

/* The member, if its words of that time count now; NULL: it is lost, or says so no more. */
const struct member *fleet_speaker(const struct detect *d, uint32_t number, usec_t told);

/* Requests a second of a member; 0: it does not know. */
double fleet_requests(const struct member *m);

/* At least so many machines take part in what is flagged. */
double fleet_machines(const struct detect *d, enum flag_id flag);

/* A member that speaks of it flags it by itself, with this flag or one that explains it. scope: of
 * the flags of one machine. */
bool fleet_flags_trail(const struct detect *d, enum flag_id flag, const struct fleet_trail *t);
bool fleet_flags_herd(const struct detect *d, enum flag_id flag, enum flag_scope scope,
	const struct fleet_herd *h);

/* How much of `all` one counts whose own is `most`, the largest: no more than all others. 0..1. */
static inline double fleet_cut(double all, double most)
{
	return most > 0 && most > all - most ? (all - most) / most : 1;
}

/* "3 machines: web1 120, web2 80, web3 75", the largest first, of what was put. */
struct fleet_names {
	struct {
		const struct member *member;
		double n;
	} top[FLEET_NAMED];
	uint32_t named, all;
};
void fleet_names_put(struct fleet_names *names, const struct member *m, double n);
size_t fleet_names_say(const struct fleet_names *names, char *buf, size_t cap);

/* since.c: keeps what there is, as a mark asks for. */
void since_take_mark(struct detect *d, const struct event_mark *e);

/* Who or what a finding is about was not there at the latest mark. */
bool since_is_new(const struct detect *d, const struct finding *f);

/* verdict.c: says what all comes to, when that has changed. */
void verdict_say(struct detect *d);

/* verdict_fleet.c: of a fleet, in words. Returns the name of the flag that it rests on, NULL when
 * nothing stands out. */
struct spread {
	const struct finding *f; /* the gravest of what spans machines; NULL */
	char who[FLAG_WHO_MAX];
	uint32_t others; /* findings besides */
};
const char *verdict_of_fleet(const struct detect *d, const struct spread *spread, char *buf,
	size_t cap, uint8_t *ret_severity);

/* How sure one threshold is reached: 1 is just. */
static inline double reach(const struct detect *d, enum flag_id id, int threshold, double value)
{
	double on = d->settings.of[id].on[threshold];

	return on > 0 ? value / on : value > 0 ? 1 : 0;
}

static inline double threshold_of(const struct detect *d, enum flag_id id, int threshold)
{
	return d->settings.of[id].on[threshold];
}

/* A figure as a flag's value. */
static inline uint64_t rounded(double value)
{
	return value > 0 ? value < 1e18 ? (uint64_t)(value + 0.5) : UINT64_C(1000000000000000000)
			 : 0;
}

static inline double least(double a, double b)
{
	return a < b ? a : b;
}

#endif
