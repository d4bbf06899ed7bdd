// SPDX-License-Identifier: MIT
/* Copies of the model and of the judgement say what the originals said when they were made,
 * whatever becomes of these, and share no memory with them. */
#include "stories.h"

#include "detect/parts.h"
#include "output/ndjson.h"
#include "output/since.h"
#include "output/top.h"

/* All that can be asked for: rows of each kind, the log, who does what, what is new. */

static void say_rows(struct jsonw *w, const struct model *m, enum group_by by)
{
	struct query q = {.by = by, .show_private = true, .limit = UINT32_MAX};
	struct rows rows = {0};

	assert_int_equal(query_run(m, &q, &rows), 0);
	assert_true(rows.n > 0);
	for (uint32_t i = 0; i < rows.n; i++) {
		struct subject row = subject_at(m, by, rows.ids[i]);
		ndjson_row(w, m, &row, false);
	}
	rows_done(&rows);
}

static void say_conns(struct jsonw *w, const struct model *m)
{
	for (uint32_t id = pool_next(&m->conns, 0); id != POOL_NONE;
		id = pool_next(&m->conns, id + 1)) {
		const struct conn *c = model_conn(m, id);
		const struct label *owner = model_owner(m, c), *netns = model_netns(m, c);
		jsonw_u64(w, c->port);
		jsonw_u64(w, c->state);
		jsonw_str(w, str_of(owner ? owner->text : "-"));
		jsonw_str(w, str_of(netns ? netns->text : "-"));
	}
}

static void say_log(struct jsonw *w, const struct model *m)
{
	const struct journal_entry *e = journal_at(&m->journal, m->journal.newest);
	uint64_t n = 0;

	for (; e; e = journal_at(&m->journal, e->before), n++) {
		jsonw_usec(w, e->ts);
		jsonw_str(w, journal_path(e));
		jsonw_str(w, journal_agent(e));
	}
	assert_int_equal(n, m->journal.count);
}

static void say_all(struct jsonw *w, const struct model *m, const struct detect *d)
{
	uint32_t n = 1;

	jsonw_clear(w);
	for (enum group_by by = GROUP_NONE; by < GROUPS; by++)
		say_rows(w, m, by);
	say_conns(w, m);
	say_log(w, m);
	for (int i = 0; i < HERD_KINDS; i++)
		top_herds(w, m, detect_herds(d, (enum herd_kind)i), (enum herd_kind)i, false);
	top_statuses(w, m, false);
	since_put_records(w, m, d, true, &n);
	assert_true(n > 1);
	ndjson_summary(w, m, true, false);
	assert_false(w->failed);
}

/* A world with something of everything. */

static void put_words(struct world *w)
{
	struct addr who = culprit();
	struct event place = event_make(EVENT_PLACE, 0), owner = event_make(EVENT_OWNER, 0),
		     netns = event_make(EVENT_NETNS, 0), name = event_make(EVENT_RDNS, 0),
		     whois = event_make(EVENT_REGISTRATION, 0),
		     crawler = event_make(EVENT_CRAWLER, 0), block = event_make(EVENT_BLOCK, 0),
		     mark = event_make(EVENT_MARK, 0);

	place.place.ip = who;
	place.place.country = STR_LIT("BR");
	place.place.city = STR_LIT("Belém");
	place.place.asn = 64500;
	place.place.org = STR_LIT("Example Telecom");
	put(w, &place);
	owner.owner.inode = 90210;
	owner.owner.pid = 7;
	owner.owner.name = STR_LIT("nginx");
	put(w, &owner);
	netns.netns.ns = 7;
	netns.netns.name = STR_LIT("shop");
	put(w, &netns);
	name.rdns.ip = who;
	name.rdns.name = STR_LIT("host.example");
	put(w, &name);
	whois.registration.net = network_prefix(&who);
	whois.registration.name = STR_LIT("EXAMPLE-NET");
	put(w, &whois);
	crawler.crawler.ip = who;
	crawler.crawler.name = STR_LIT("Examplebot");
	put(w, &crawler);
	block.block.net = network_prefix(&who);
	block.block.on = true;
	block.block.way = STR_LIT("nft");
	put(w, &block);
	mark.mark.name = STR_LIT("before");
	put(w, &mark);
}

static void put_fleet(struct world *w)
{
	struct event machine = event_make(EVENT_MACHINE, 0), share = event_make(EVENT_SHARE, 0);
	struct addr who = culprit();

	machine.machine = share.machine = 1;
	machine.machine_said.name = STR_LIT("web1");
	machine.machine_said.seq = 1;
	machine.machine_said.every_us = 10 * USEC_PER_SEC;
	machine.machine_said.figures = STR_LIT("conns=7 requests=1000");
	put(w, &machine);
	share.share.net = (struct prefix){who, ADDR_BITS};
	share.share.conns = 5;
	share.share.requests = 40;
	put(w, &share);
	share.share.net = network_prefix(&who);
	share.share.requests = 90;
	put(w, &share);
}

static void scan(struct world *w, unsigned s, unsigned n)
{
	char path[64];

	for (unsigned i = 0; i < n; i++) {
		snprintf(path, sizeof path, "/wp-content/plugins/%u-%u.php", s, i);
		ask(w, culprit(), path, 404);
		half_open(w, neighbour(s * n + i), 80);
	}
}

static struct model *copy_of(const struct world *w)
{
	struct model *m = model_copy(w->model);

	assert_non_null(m);
	return m;
}

static struct detect *judge_of(const struct world *w, const struct model *m)
{
	struct detect *d = detect_copy(w->detect, m);

	assert_non_null(d);
	return d;
}

static struct world *busy_world(void)
{
	struct world *w = world_new();

	play_for(w, NULL, 0, 80);
	ask(w, culprit(), "/", 200);
	put_words(w);
	play_for(w, scan, 3, 45);
	put_fleet(w); /* from now on nothing of this machine is judged */
	assert_true(w->model->flags.pool.live > 0);
	assert_true(w->detect->hosts.pool.live > 0);
	return w;
}

static void a_copy_stays_as_it_was(void **state)
{
	struct world *w = busy_world();
	struct jsonw then = {0}, now = {0};

	(void)state;
	struct model *m = copy_of(w);
	struct detect *d = judge_of(w, m);
	say_all(&then, w->model, w->detect);
	say_all(&now, m, d);
	assert_int_equal(now.n, then.n);
	assert_memory_equal(now.p, then.p, now.n);

	play_for(w, scan, 2, 30);
	hang_up(w);
	play_for(w, NULL, 0, 400); /* hosts and networks go */
	say_all(&now, m, d);
	assert_int_equal(now.n, then.n);
	assert_memory_equal(now.p, then.p, now.n);
	say_all(&now, w->model, w->detect);
	assert_true(now.n != then.n || memcmp(now.p, then.p, now.n) != 0);

	detect_free(d);
	model_free(m);
	jsonw_done(&then);
	jsonw_done(&now);
	world_free(w);
}

/* Nothing is left of the original: under ASan whatever is still read of it is seen. */
static void a_copy_outlives_its_original(void **state)
{
	struct world *w = busy_world();
	struct jsonw then = {0}, now = {0};

	(void)state;
	struct model *m = copy_of(w);
	struct detect *d = judge_of(w, m);
	say_all(&then, w->model, w->detect);
	world_free(w);
	say_all(&now, m, d);
	assert_int_equal(now.n, then.n);
	assert_memory_equal(now.p, then.p, now.n);
	detect_free(d);
	model_free(m);
	jsonw_done(&then);
	jsonw_done(&now);
}

/* A copy can be written to as any other: its tables are whole. */
static void a_copy_goes_its_own_way(void **state)
{
	struct world *w = busy_world();
	struct model *before = copy_of(w);
	struct jsonw then = {0}, now = {0};

	(void)state;
	for (unsigned i = 0; i < 3000; i++) {
		struct event e = asked(stranger(i), "/", 200);
		e.ts = w->model->now + 1;
		model_apply(before, &e);
		model_apply(w->model, &e);
	}
	say_all(&then, w->model, w->detect);
	say_all(&now, before, w->detect);
	assert_int_equal(now.n, then.n);
	assert_memory_equal(now.p, then.p, now.n);
	model_free(before);
	jsonw_done(&then);
	jsonw_done(&now);
	world_free(w);
}

/* A member that is added and not copied: a word of the original that names memory of it and stands
 * in the copy, too. */

#define SHADOW (UINT64_C(1) << 40) /* a range as large is a sanitiser's own */

/* The ranges that are neither the program's own nor the stack's. */
static size_t made_ranges(uintptr_t ranges[][2], size_t most)
{
	FILE *f = fopen("/proc/self/maps", "r");
	char line[512];
	size_t n = 0;

	assert_non_null(f);
	while (fgets(line, sizeof line, f) && n < most) {
		unsigned long from, to;
		bool named = strchr(line, '/') || strstr(line, "[stack") || strstr(line, "[v");
		if (sscanf(line, "%lx-%lx", &from, &to) != 2 || named || to - from >= SHADOW)
			continue;
		ranges[n][0] = from;
		ranges[n++][1] = to;
	}
	fclose(f);
	return n;
}

static void shares_nothing(const char *what, const void *a, const void *b, size_t size)
{
	static uintptr_t ranges[4096][2];
	size_t n = made_ranges(ranges, ARRAY_LEN(ranges));

	for (size_t at = 0; at + sizeof(uintptr_t) <= size; at += sizeof(uintptr_t)) {
		uintptr_t one, other;
		memcpy(&one, (const char *)a + at, sizeof one);
		memcpy(&other, (const char *)b + at, sizeof other);
		for (size_t i = 0; i < n && one == other; i++)
			if (one >= ranges[i][0] && one < ranges[i][1])
				fail_msg("%s: byte %zu of the copy leads into the original", what,
					at);
	}
}

static void nothing_is_shared(void **state)
{
	struct world *w = busy_world();
	struct model *m = copy_of(w);
	struct detect *d = judge_of(w, m);

	(void)state;
	/* Limits are numbers with gaps between them, in which anything may stand. */
	shares_nothing("struct model", &w->model->started, &m->started,
		sizeof *m - offsetof(struct model, started));
	assert_ptr_not_equal(m->machine, w->model->machine);
	shares_nothing("struct machine", w->model->machine, m->machine, sizeof *m->machine);
	shares_nothing("struct detect", w->detect, d, sizeof *d);
	detect_free(d);
	model_free(m);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_copy_stays_as_it_was),
		cmocka_unit_test(a_copy_outlives_its_original),
		cmocka_unit_test(a_copy_goes_its_own_way),
		cmocka_unit_test(nothing_is_shared),
	};

	return cmocka_run_group_tests_name("copies", tests, NULL, NULL);
}
