// SPDX-License-Identifier: MIT
/* What the console takes from whoever looks up, and what it does not. The other side is played
 * here; a real one in this process is tests/unit/looker_test.c. */
#include "unit.h"

#include "enrich/lookup.h"
#include "enrich/rdns.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#define SAID_MAX 128

/* The other side: what was asked of it, and what it says. */
static struct far {
	union look_message asked[SAID_MAX], said[SAID_MAX];
	size_t size[SAID_MAX]; /* of what it says */
	unsigned asked_n, said_n, taken;
	unsigned room; /* for so many questions more */
	unsigned ended;
} far;

static int put(void *ctx, const union look_message *m)
{
	struct far *f = ctx;

	if (!f->room)
		return -EAGAIN;
	f->room--;
	f->asked[f->asked_n++ % SAID_MAX] = *m;
	return 0;
}

static ssize_t get(void *ctx, union look_message *ret_m)
{
	struct far *f = ctx;

	if (f->taken == f->said_n)
		return -EAGAIN;
	*ret_m = f->said[f->taken];
	return (ssize_t)f->size[f->taken++];
}

static int no_fd(void *ctx)
{
	(void)ctx;
	return -1;
}

static void end(void *ctx, char *buf, size_t cap)
{
	((struct far *)ctx)->ended++;
	snprintf(buf, cap, "the far side has ended");
}

static const struct look_ops ops = {.send = put, .receive = get, .fd = no_fd, .end = end};

static void say(const union look_message *m)
{
	far.said[far.said_n] = *m;
	far.size[far.said_n++] = look_size((enum look_kind)m->head.kind);
}

/* What the sources put. */
static struct heard {
	struct event_sink sink;
	unsigned registrations, names, notes;
	char net[PREFIX_TEXT_MAX], name[512], note[512], text[512];
	bool confirmed;
} heard;

static void keep(char *buf, size_t cap, struct str s)
{
	snprintf(buf, cap, "%.*s", s.p ? (int)s.n : 0, s.p ? s.p : "");
}

static void hear(struct event_sink *sink, const struct event *e)
{
	struct heard *h = (struct heard *)sink;

	if (e->kind == EVENT_REGISTRATION) {
		h->registrations++;
		prefix_format(&e->registration.net, h->net);
		keep(h->name, sizeof h->name, e->registration.name);
		keep(h->note, sizeof h->note, e->registration.note);
	} else if (e->kind == EVENT_RDNS) {
		h->names++;
		h->confirmed = e->rdns.confirmed;
		keep(h->name, sizeof h->name, e->rdns.name);
		keep(h->note, sizeof h->note, e->rdns.note);
	} else if (e->kind == EVENT_NOTE) {
		h->notes++;
		keep(h->text, sizeof h->text, e->note.text);
	}
}

static struct bench {
	struct look_link *link;
	struct source *lookup, *rdns;
	char dir[64];
} bench;

static int tear_down(void **state)
{
	char path[128];
	static const char *const names[] = {
		"registrations.ndjson", "registrations.lock", "rdap-ipv4.json", "rdap-ipv6.json"};

	(void)state;
	source_free(bench.lookup);
	source_free(bench.rdns);
	if (bench.link)
		source_free(look_link_source(bench.link));
	look_link_free(bench.link);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		snprintf(path, sizeof path, "%s/%s", bench.dir, names[i]);
		unlink(path);
	}
	rmdir(bench.dir);
	bench = (struct bench){0};
	return 0;
}

/* Whose tear_down is not called when it fails. */
static int set_up(void **state)
{
	far = (struct far){.room = SAID_MAX};
	heard = (struct heard){.sink = {.put = hear}};
	strcpy(bench.dir, "/tmp/ng-look-link-XXXXXX");
	if (!mkdtemp(bench.dir))
		return -1;
	bench.link = look_link_new(&ops, &far);
	if (bench.link) {
		bench.lookup = lookup_new(&(struct lookup_options){.link = bench.link,
			.cache_dir = bench.dir,
			.cache_ttl = 3600 * USEC_PER_SEC});
		bench.rdns = rdns_new(bench.link);
	}
	if (bench.lookup && bench.rdns)
		return 0;
	tear_down(state);
	return -1;
}

static int turn(void)
{
	usec_t now = clock_now();
	int got = source_poll(look_link_source(bench.link), now, &heard.sink);

	source_poll(bench.lookup, now, &heard.sink);
	source_poll(bench.rdns, now, &heard.sink);
	return got;
}

static void ask(const char *ip)
{
	struct addr a = ip_of(ip);

	assert_true(lookup_want(bench.lookup, &a, WANT_SOME));
	turn();
	assert_int_equal(far.asked[far.asked_n - 1].head.kind, LOOK_ASK);
}

static union look_message answer(uint32_t id, const char *ip, const char *net)
{
	union look_message m;
	struct addr a = ip_of(ip);
	struct prefix p = {{{0}}, 0};

	look_begin(&m, LOOK_ANSWER);
	m.answer.id = id;
	m.answer.outcome = net ? LOOK_FOUND : LOOK_FAILED;
	memcpy(m.answer.ip, a.b, 16);
	if (net)
		assert_int_equal(prefix_parse(str_of(net), &p), 0);
	memcpy(m.answer.net, p.addr.b, 16);
	m.answer.bits = p.bits;
	if (net)
		strcpy(m.answer.name, "NET");
	return m;
}

static void refuses(const union look_message *m)
{
	say(m);
	assert_int_equal(turn(), -EPIPE);
	assert_non_null(look_link_gone(bench.link));
	assert_int_equal(far.ended, 1);
	assert_int_equal(heard.notes, 1);
	assert_non_null(strstr(heard.text, "the look-ups process was ended: it said"));
	turn();
	assert_int_equal(heard.notes, 1);
}

static void an_answer_is_told(void **state)
{
	(void)state;
	ask("8.8.8.8");
	union look_message m = answer(far.asked[0].ask.id, "8.8.8.8", "8.8.8.0/22");
	say(&m);
	assert_int_equal(turn(), 0);
	assert_int_equal(heard.registrations, 1);
	assert_string_equal(heard.net, "8.8.8.0/22");
	assert_string_equal(heard.name, "NET");
	assert_null(look_link_gone(bench.link));
	/* The cache has it: nobody is asked about its neighbours. */
	struct addr next = ip_of("8.8.11.9");
	assert_true(lookup_want(bench.lookup, &next, WANT_SOME));
	turn();
	assert_int_equal(far.asked_n, 1);
	assert_int_equal(heard.registrations, 2);
}

static void texts_are_made_fit_again(void **state)
{
	(void)state;
	ask("8.8.8.8");
	union look_message m = answer(far.asked[0].ask.id, "8.8.8.8", "8.8.8.0/24");
	strcpy(m.answer.name, "\x1b[2J\xff evil\nsecond line");
	strcpy(m.answer.abuse, "-o;rm -rf x@y z");
	say(&m);
	turn();
	assert_int_equal(heard.registrations, 1);
	assert_null(strchr(heard.name, '\x1b'));
	assert_null(strchr(heard.name, '\n'));
	ask("9.9.9.9");
	m = answer(far.asked[1].ask.id, "9.9.9.9", NULL);
	strcpy(m.answer.why, "no\x1b]0;title\x07\n");
	say(&m);
	turn();
	assert_int_equal(heard.registrations, 2);
	assert_null(strpbrk(heard.note, "\x1b\x07\n"));
}

/* Each is a packet that an honest process never says: it is the last one. */
static void another_address(void **state)
{
	(void)state;
	ask("8.8.8.8");
	union look_message m = answer(far.asked[0].ask.id, "9.9.9.9", "9.9.9.0/24");
	refuses(&m);
	assert_string_equal(heard.net, "8.8.8.0/24"); /* which hears that nobody answers */
	assert_string_equal(heard.name, "");
}

static void a_network_of_others(void **state)
{
	(void)state;
	ask("8.8.8.8");
	union look_message m = answer(far.asked[0].ask.id, "8.8.8.8", "9.0.0.0/8");
	refuses(&m);
}

static void a_network_that_is_everybodys(void **state)
{
	(void)state;
	ask("8.8.8.8");
	union look_message m = answer(far.asked[0].ask.id, "8.8.8.8", "8.0.0.0/7");
	refuses(&m);
}

static void bits_beyond_the_network(void **state)
{
	(void)state;
	ask("8.8.8.8");
	union look_message m = answer(far.asked[0].ask.id, "8.8.8.8", "8.8.8.0/24");
	m.answer.net[15] = 1;
	refuses(&m);
}

static void an_answer_to_no_question(void **state)
{
	(void)state;
	ask("8.8.8.8");
	union look_message m = answer(far.asked[0].ask.id + 1, "8.8.8.8", "8.8.8.0/24");
	refuses(&m);
}

static void a_second_answer(void **state)
{
	(void)state;
	ask("8.8.8.8");
	union look_message m = answer(far.asked[0].ask.id, "8.8.8.8", "8.8.8.0/24");
	say(&m);
	refuses(&m);
	assert_int_equal(heard.registrations, 1);
}

static void a_text_without_an_end(void **state)
{
	(void)state;
	ask("8.8.8.8");
	union look_message m = answer(far.asked[0].ask.id, "8.8.8.8", "8.8.8.0/24");
	memset(m.answer.org, 'x', sizeof m.answer.org);
	refuses(&m);
}

static void another_version(void **state)
{
	(void)state;
	ask("8.8.8.8");
	union look_message m = answer(far.asked[0].ask.id, "8.8.8.8", "8.8.8.0/24");
	m.head.version++;
	refuses(&m);
}

static void a_question_in_answer(void **state)
{
	(void)state;
	ask("8.8.8.8");
	refuses(&far.asked[0]);
}

static void a_short_packet(void **state)
{
	union look_message m;

	(void)state;
	ask("8.8.8.8");
	m = answer(far.asked[0].ask.id, "8.8.8.8", "8.8.8.0/24");
	far.said[0] = m;
	far.size[0] = look_size(LOOK_ANSWER) - 1;
	far.said_n = 1;
	assert_int_equal(turn(), -EPIPE);
	assert_non_null(strstr(heard.text, "wrong size"));
}

static void more_beginnings_than_there_can_be(void **state)
{
	union look_message m;

	(void)state;
	ask("8.8.8.8");
	look_begin(&m, LOOK_BEGUN);
	m.begun.id = far.asked[0].ask.id;
	for (int i = 0; i < LOOK_BEGUN_MOST; i++)
		say(&m);
	assert_int_not_equal(turn(), -EPIPE);
	refuses(&m);
}

/* Names. */

static void ask_name(const char *ip)
{
	struct addr a = ip_of(ip);

	assert_true(rdns_want(bench.rdns, &a));
	turn();
	assert_int_equal(far.asked[far.asked_n - 1].head.kind, LOOK_ASK_NAME);
}

static union look_message name(uint32_t id, const char *ip, const char *text, uint32_t flags)
{
	union look_message m;
	struct addr a = ip_of(ip);

	look_begin(&m, LOOK_NAME);
	m.name.id = id;
	memcpy(m.name.ip, a.b, 16);
	m.name.flags = flags;
	strcpy(m.name.name, text);
	return m;
}

static void a_name_is_told(void **state)
{
	(void)state;
	ask_name("8.8.8.8");
	union look_message m = name(far.asked[0].ask_name.id, "8.8.8.8", "a.\x1b[1m.example",
		LOOK_NAME_ANSWERED | LOOK_NAME_CONFIRMED);
	say(&m);
	turn();
	assert_int_equal(heard.names, 1);
	assert_true(heard.confirmed);
	assert_string_equal(heard.name, "a.\\x1b[1m.example");
	assert_string_equal(heard.note, "");
	ask_name("8.8.4.4");
	m = name(far.asked[1].ask_name.id, "8.8.4.4", "", 0);
	say(&m);
	turn();
	assert_string_equal(heard.note, "nobody answered");
}

static void a_name_of_another(void **state)
{
	(void)state;
	ask_name("8.8.8.8");
	union look_message m = name(far.asked[0].ask_name.id, "8.8.4.4", "a.example",
		LOOK_NAME_ANSWERED | LOOK_NAME_CONFIRMED);
	refuses(&m);
	assert_int_equal(heard.names, 1);
	assert_false(heard.confirmed);
}

static void nothing_that_is_confirmed(void **state)
{
	(void)state;
	ask_name("8.8.8.8");
	union look_message m = name(
		far.asked[0].ask_name.id, "8.8.8.8", "", LOOK_NAME_ANSWERED | LOOK_NAME_CONFIRMED);
	refuses(&m);
}

/* Asking. */

static void what_finds_no_room_is_asked_later(void **state)
{
	struct addr a = ip_of("8.8.8.8"), b = ip_of("9.9.9.9");

	(void)state;
	far.room = 0;
	assert_true(lookup_want(bench.lookup, &a, WANT_SOME));
	assert_true(rdns_want(bench.rdns, &b));
	turn();
	assert_int_equal(far.asked_n, 0);
	far.room = 1;
	turn();
	assert_int_equal(far.asked_n, 1);
	assert_int_equal(far.asked[0].head.kind, LOOK_ASK);
	far.room = 5;
	turn();
	turn();
	assert_int_equal(far.asked_n, 2);
	assert_null(look_link_gone(bench.link));
}

/* However much is asked for, what is urgent has a place, and goes first. */
static void what_is_urgent_has_a_place(void **state)
{
	char text[32];
	struct addr a;

	(void)state;
	for (int i = 0; i < 3 * LOOKUP_ASKS; i++) {
		snprintf(text, sizeof text, "8.%d.1.1", i);
		a = ip_of(text);
		lookup_want(bench.lookup, &a, WANT_SOME);
	}
	assert_int_equal(lookup_room(bench.lookup), 0);
	turn();
	unsigned before = far.asked_n;
	assert_true(before < LOOK_NETWORKS);
	turn();
	assert_int_equal(far.asked_n, before);
	a = ip_of("9.9.9.9");
	assert_true(lookup_want(bench.lookup, &a, WANT_NOW));
	turn();
	assert_int_equal(far.asked_n, before + 1);
	assert_int_equal(far.asked[before].ask.urgency, WANT_NOW);
	assert_memory_equal(far.asked[before].ask.ip, a.b, 16);
	/* One that is there already is said to be more urgent now, once. */
	a = ip_of("8.0.1.1");
	assert_true(lookup_want(bench.lookup, &a, WANT_NEXT));
	turn();
	turn();
	assert_int_equal(far.asked_n, before + 2);
	assert_int_equal(far.asked[before + 1].head.kind, LOOK_URGE);
	assert_int_equal(far.asked[before + 1].urge.id, far.asked[0].ask.id);
	assert_int_equal(far.asked[before + 1].urge.urgency, WANT_NEXT);
}

static void what_is_not_public_is_asked_of_nobody(void **state)
{
	static const char *const ips[] = {"10.0.0.1", "127.0.0.1", "203.0.113.1", "fe80::1"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ips); i++) {
		struct addr a = ip_of(ips[i]);
		assert_false(lookup_want(bench.lookup, &a, WANT_NOW));
		assert_false(rdns_want(bench.rdns, &a));
	}
	turn();
	assert_int_equal(far.asked_n, 0);
}

/* When nobody is there, who is looked at hears why, and of the others nothing is said. */
static void nobody_is_there(void **state)
{
	struct addr seen = ip_of("9.9.9.9"), other = ip_of("8.8.8.8");

	(void)state;
	ask("8.1.1.1");
	look_link_lose(bench.link, "gone for a test");
	turn();
	assert_int_equal(heard.registrations, 1);
	assert_string_equal(heard.note, "gone for a test");
	assert_true(lookup_want(bench.lookup, &other, WANT_SOME));
	turn();
	assert_int_equal(heard.registrations, 1);
	assert_int_equal(lookup_room(bench.lookup), LOOKUP_ASKS);
	assert_true(lookup_want(bench.lookup, &seen, WANT_NOW));
	turn();
	assert_int_equal(heard.registrations, 2);
	assert_string_equal(heard.net, "9.9.9.0/24");
	assert_int_equal(rdns_room(bench.rdns), 0);
	assert_false(rdns_want(bench.rdns, &seen));
	assert_int_equal(far.asked_n, 1);
}

/* Tables. */

static union look_message piece(uint32_t table, uint32_t total, uint32_t at, uint32_t n)
{
	union look_message m;

	look_begin(&m, LOOK_TABLE);
	m.table.table = table;
	m.table.total = total;
	m.table.at = at;
	m.table.n = n;
	memset(m.table.bytes, (int)('a' + at % 26), n);
	return m;
}

static void a_table_is_kept(void **state)
{
	char path[128];
	struct stat st;
	union look_message m = piece(1, 3000, 0, 2048);

	(void)state;
	snprintf(path, sizeof path, "%s/rdap-ipv6.json", bench.dir);
	say(&m);
	turn();
	assert_true(stat(path, &st) < 0);
	m = piece(1, 3000, 2048, 952);
	say(&m);
	turn();
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, 3000);
	assert_int_equal(st.st_mode & 0777, 0600);
	/* Another one a moment later is nothing that an honest process has. */
	m = piece(1, 10, 0, 10);
	refuses(&m);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, 3000);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(an_answer_is_told),
		CASE(texts_are_made_fit_again),
		CASE(another_address),
		CASE(a_network_of_others),
		CASE(a_network_that_is_everybodys),
		CASE(bits_beyond_the_network),
		CASE(an_answer_to_no_question),
		CASE(a_second_answer),
		CASE(a_text_without_an_end),
		CASE(another_version),
		CASE(a_question_in_answer),
		CASE(a_short_packet),
		CASE(more_beginnings_than_there_can_be),
		CASE(a_name_is_told),
		CASE(a_name_of_another),
		CASE(nothing_that_is_confirmed),
		CASE(what_finds_no_room_is_asked_later),
		CASE(what_is_urgent_has_a_place),
		CASE(what_is_not_public_is_asked_of_nobody),
		CASE(nobody_is_there),
		CASE(a_table_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
