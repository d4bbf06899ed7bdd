// SPDX-License-Identifier: MIT
/* What is found, and when it is said; and what must be known to find anything. */
#include "unit.h"

#include "app/hub.h"
#include "detect/detect.h"
#include "detect/parts.h"
#include "lib/flag_ear.h"

#include <errno.h>
#include <math.h>

#define T0 (INT64_C(1795335400) * USEC_PER_SEC)
#define S  USEC_PER_SEC

struct scene {
	struct hub hub;
	struct taker keeper, listener;
	struct model *model;
	struct detect *d;
	struct flag_ear ear;
	usec_t now;
	unsigned ons, offs;
	struct event_flag last;
	char who[FLAG_WHO_MAX];
};

static struct scene scene;

static void keep(struct taker *taker, const struct event *event)
{
	(void)taker;
	model_apply(scene.model, event);
}

static void listen(struct taker *taker, const struct event *event)
{
	const char *wrong = ear_hear(&scene.ear, event);

	(void)taker;
	if (wrong)
		fail_msg("%s", wrong);
	if (event->kind != EVENT_FLAG)
		return;
	scene.last = event->flag;
	text_copy(scene.who, sizeof scene.who, event->flag.who);
	scene.ons += event->flag.on;
	scene.offs += !event->flag.on;
}

static void put(struct event *e)
{
	e->ts = scene.now;
	event_put(&scene.hub.sink, e);
}

static void pass(usec_t by)
{
	struct event e = event_make(EVENT_TICK, 0);

	scene.now += by;
	put(&e);
}

static int set_up(void **state)
{
	char reason[160];
	int err;

	(void)state;
	memset(&scene, 0, sizeof scene);
	hub_init(&scene.hub);
	scene.model = model_new(&MODEL_LIMITS_DEFAULT);
	assert_non_null(scene.model);
	scene.d =
		detect_new(&(struct detect_options){.model = scene.model, .sink = &scene.hub.sink},
			&err, reason);
	assert_non_null(scene.d);
	scene.keeper = (struct taker){.name = "model", .kinds = TAKER_ALL, .take = keep};
	scene.listener = (struct taker){.name = "ear", .kinds = TAKER_ALL, .take = listen};
	hub_join(&scene.hub, &scene.keeper);
	hub_join(&scene.hub, &scene.listener);
	scene.now = T0;
	pass(0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	hub_done(&scene.hub);
	detect_free(scene.d);
	model_free(scene.model);
	return 0;
}

static struct prefix prefix(const char *text)
{
	struct prefix p = {.bits = 0};

	assert_int_equal(prefix_parse(str_of(text), &p), 0);
	return p;
}

/* It is found of somebody; NULL: of the machine. */
static void find(enum flag_id flag, const char *who, double level, uint64_t value)
{
	struct prefix p = who ? prefix(who) : (struct prefix){.bits = 0};
	enum flag_scope scope = !who                 ? SCOPE_MACHINE
				: p.bits < ADDR_BITS ? SCOPE_NETWORK
						     : SCOPE_HOST;
	struct finding *f =
		found(scene.d, flag, scope, who ? finding_key(scene.d, &p) : 0, level, value);

	if (!f)
		return;
	if (who)
		finding_name(f, &p);
	snprintf(f->evidence, sizeof f->evidence, "%u of them", (unsigned)value);
}

/* A judgement that finds one thing, and a second. */
static void judge(enum flag_id flag, const char *who, double level, uint64_t value)
{
	find(flag, who, level, value);
	findings_settle(scene.d);
	pass(S);
}

static void nothing(unsigned seconds)
{
	for (unsigned i = 0; i < seconds; i++) {
		findings_settle(scene.d);
		pass(S);
	}
}

static void it_begins_when_found_some_times_running(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		judge(FLAG_ERROR_SURGE, NULL, 1, 5);
		assert_int_equal(scene.ons, 0);
		nothing(6);
	}
	judge(FLAG_ERROR_SURGE, NULL, 1, 5);
	judge(FLAG_ERROR_SURGE, NULL, 1, 5);
	assert_int_equal(scene.ons, 1);
	/* At the pace of a walk over the fullest table, it is running as well. */
	find(FLAG_SYN_FLOOD, NULL, 1, 5);
	findings_settle(scene.d);
	pass(4 * S + 20000);
	find(FLAG_SYN_FLOOD, NULL, 1, 5);
	findings_settle(scene.d);
	assert_int_equal(scene.ear.begun[FLAG_SYN_FLOOD], 1);
}

static void less_than_its_thresholds_begins_nothing(void **state)
{
	static const double levels[] = {0, 0.59, 0.99, -1, NAN};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(levels); i++)
		for (int k = 0; k < 5; k++)
			judge(FLAG_SCANNER, "203.0.113.9", levels[i], 5);
	assert_int_equal(scene.ons, 0);
	assert_int_equal(scene.d->findings.pool.live, 0);
	judge(FLAG_SCANNER, "203.0.113.9", INFINITY, 5);
	assert_int_equal(scene.ons, 1);
}

static void it_holds_down_to_a_part_of_them(void **state)
{
	(void)state;
	judge(FLAG_SCANNER, "203.0.113.9", 1, 5);
	for (int i = 0; i < 30; i++)
		judge(FLAG_SCANNER, "203.0.113.9", FLAG_HOLDS, 5);
	assert_int_equal(scene.offs, 0);
	for (int i = 0; i < flag_defs[FLAG_SCANNER].off_after; i++)
		judge(FLAG_SCANNER, "203.0.113.9", FLAG_HOLDS - 0.01, 5);
	assert_int_equal(scene.offs, 0);
	nothing(2);
	assert_int_equal(scene.offs, 1);
	assert_false(scene.last.on);
	assert_string_equal(scene.who, "203.0.113.9");
	assert_int_equal(scene.d->findings.pool.live, 0);
	assert_int_equal(scene.d->findings.on, 0);
	assert_int_equal(scene.d->findings.index.used, 0);
}

static void it_keeps_its_peak_and_its_start(void **state)
{
	usec_t since = scene.now;

	(void)state;
	judge(FLAG_SCANNER, "203.0.113.9", 1, 5);
	for (uint64_t i = 0; i < 12; i++)
		judge(FLAG_SCANNER, "203.0.113.9", 1, i == 3 ? 50 : 6);
	assert_int_equal(scene.last.value, 50);
	assert_int_equal(scene.last.since, since);
	nothing(20);
	judge(FLAG_SCANNER, "203.0.113.9", 1, 7);
	assert_int_equal(scene.last.value, 7);
	assert_int_equal(scene.last.since, scene.now - S);
}

static void it_is_said_at_most_each_five_seconds(void **state)
{
	(void)state;
	for (int i = 0; i < 21; i++)
		judge(FLAG_SCANNER, "203.0.113.9", 1, 5);
	assert_int_equal(scene.ons, 5);
}

static void another_who_is_another_flag(void **state)
{
	struct prefix p[2] = {prefix("203.0.113.0/27"), prefix("198.51.100.0/27")};

	(void)state;
	for (int i = 0; i < 12; i++) {
		struct finding *f = found(scene.d, FLAG_SYN_FLOOD, SCOPE_MACHINE, 0, 1, 5);
		if (f) {
			finding_name_all(f, p, i < 5 ? 1 : 2);
			snprintf(f->evidence, sizeof f->evidence, "5");
		}
		findings_settle(scene.d);
		pass(S);
	}
	assert_int_equal(scene.offs, 1);
	assert_int_equal(scene.ear.count, 1);
	assert_string_equal(scene.ear.on[0].who, "198.51.100.0/27,203.0.113.0/27");
	nothing(30);
	assert_int_equal(scene.ear.count, 0);
}

static void names_are_as_many_as_there_is_room_for(void **state)
{
	struct prefix p[FLAG_PREFIXES_MAX + 1];
	struct finding f = {.prefix_count = 3};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(p); i++)
		p[i] = prefix("2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff");
	finding_name_all(&f, p, ARRAY_LEN(p));
	assert_int_equal(f.prefix_count, FLAG_PREFIXES_MAX);
	assert_true(strlen(f.who) < sizeof f.who);
	assert_int_equal(f.who[strlen(f.who) - 1], 'f');
	finding_name_all(&f, p, 0);
	assert_int_equal(f.prefix_count, 0);
	assert_string_equal(f.who, "");
}

static void what_another_explains_is_told_as_part_of_it(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		find(FLAG_SCANNER, "203.0.113.9", 1, 5);
		find(FLAG_EXPLOIT, "203.0.113.9", 1, 5);
		find(FLAG_EXPLOIT, "203.0.113.10", 1, 5);
		findings_settle(scene.d);
		pass(S);
	}
	assert_int_equal(scene.ear.begun[FLAG_SCANNER], 1);
	assert_int_equal(scene.ear.begun[FLAG_EXPLOIT], 1); /* the other one's */
	/* When that is over, it is told for itself. */
	for (int i = 0; i < 13; i++)
		judge(FLAG_EXPLOIT, "203.0.113.9", 1, 5);
	assert_int_equal(scene.ear.ended[FLAG_SCANNER], 1);
	assert_int_equal(scene.ear.begun[FLAG_EXPLOIT], 2);
	/* Once told, it stays, and says what explains it. */
	for (int i = 0; i < 3; i++) {
		find(FLAG_SCANNER, "203.0.113.9", 1, 5);
		judge(FLAG_EXPLOIT, "203.0.113.9", 1, 5);
	}
	assert_int_equal(scene.ear.ended[FLAG_EXPLOIT], 0);
	struct prefix p = prefix("203.0.113.9");
	assert_int_equal(
		findings_explain(scene.d, flag_defs[FLAG_EXPLOIT].within, &p, NULL), FLAG_SCANNER);
}

static void a_network_speaks_for_its_addresses(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		find(FLAG_SCANNER, "203.0.113.0/24", 1, 5);
		find(FLAG_SCANNER, "203.0.113.9", 1, 5);
		find(FLAG_SCANNER, "203.0.114.9", 1, 5);
		findings_settle(scene.d);
		pass(S);
	}
	assert_int_equal(scene.ear.begun[FLAG_SCANNER], 2);
	assert_int_equal(scene.ear.count, 2);
}

static void what_is_disabled_or_cannot_be_known_is_not_found(void **state)
{
	(void)state;
	scene.d->settings.of[FLAG_SCANNER].disabled = true;
	judge(FLAG_SCANNER, "203.0.113.9", 5, 5);
	scene.d->settings.of[FLAG_SCANNER].disabled = false;
	scene.d->missing = NEED_LOGS;
	judge(FLAG_SCANNER, "203.0.113.9", 5, 5);
	assert_int_equal(scene.ons, 0);
	scene.d->missing = NEED_AUTH;
	judge(FLAG_SCANNER, "203.0.113.9", 5, 5);
	assert_int_equal(scene.ons, 1);
}

/* More than the hub can queue at once: none is lost, and none stays. */
static void very_many_begin_and_end(void **state)
{
	char who[ADDR_TEXT_MAX];

	(void)state;
	for (unsigned k = 0; k < 3; k++) {
		for (unsigned i = 0; i < FINDINGS_MAX + 50; i++) {
			snprintf(who, sizeof who, "81.2.%u.%u", i / 200, i % 200);
			find(FLAG_SCANNER, who, 1, 5);
		}
		findings_settle(scene.d);
		struct event e = event_make(EVENT_VERDICT, 0);
		e.verdict.text = STR_LIT("x");
		e.verdict.severity = 0;
		put(&e);
		pass(S);
	}
	assert_int_equal(scene.d->findings.lost, 3 * 50);
	assert_int_equal(scene.ear.count, FINDINGS_MAX);
	nothing(20);
	assert_int_equal(scene.ear.count, 0);
	assert_int_equal(scene.model->flags.pool.live, 0);
	assert_int_equal(scene.model->machine->lost, 0);
}

/* What explains is not explained by the same in turn. */
static void causes_go_one_way(void **state)
{
	uint64_t reach[FLAGS];

	(void)state;
	for (int i = 0; i < FLAGS; i++)
		reach[i] = flag_defs[i].within;
	for (int again = 0; again < FLAGS; again++)
		for (int i = 0; i < FLAGS; i++)
			for (int k = 0; k < FLAGS; k++)
				if (reach[i] >> k & 1)
					reach[i] |= reach[k];
	for (int i = 0; i < FLAGS; i++)
		if (reach[i] >> i & 1)
			fail_msg("%s explains itself", flag_defs[i].name);
}

static void the_table_is_whole(void **state)
{
	struct flag_settings settings;

	(void)state;
	flag_settings_init(&settings);
	for (int i = 0; i < FLAGS; i++) {
		const struct flag_def *def = &flag_defs[i];
		assert_non_null(def->name);
		assert_true(strlen(def->name) < FLAG_NAME_MAX);
		assert_int_equal(flag_find(str_of(def->name)), i);
		assert_true(def->scopes && !(def->scopes & 1u << FLAG_SCOPE_NONE));
		assert_in_range(def->severity, SEVERITY_NOTE, SEVERITY_ACT);
		assert_true(def->judged && def->off_after);
		assert_non_null(def->verdict);
		assert_non_null(def->disproof);
		assert_true(strlen(def->disproof) < FLAG_TEXT_MAX);
		assert_true(def->needs < 1u << NEEDS);
		for (int k = 0; k < FLAG_THRESHOLDS; k++) {
			assert_int_equal(!def->thresholds[k].key, !def->thresholds[k].help);
			assert_int_equal(!def->thresholds[k].key, def->thresholds[k].on <= 0);
			assert_true(settings.of[i].on[k] == def->thresholds[k].on);
		}
	}
	assert_int_equal(flag_find(STR_LIT("none")), FLAGS);
	for (int i = 0; i < NEEDS; i++)
		assert_non_null(flag_need_name((enum flag_need)(1u << i)));
}

/* What was asked for and cannot be had is refused with its reason. */
static void words_are_refused_with_their_reason(void **state)
{
	static struct str many[PATTERN_EXTRA + 1];
	const struct str little = {"/..xyz", 3}; /* not ended by a NUL */
	struct detect_options options = {.model = scene.model, .sink = &scene.hub.sink};
	char reason[160];
	int err = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(many); i++)
		many[i] = STR_LIT("/secret-door");
	options.exploits = many;
	options.exploit_count = ARRAY_LEN(many);
	assert_null(detect_new(&options, &err, reason));
	assert_int_equal(err, -E2BIG);
	assert_non_null(strstr(reason, "exploit_path_patterns: too many"));
	options.exploits = &(struct str){little.p + 1, 2};
	options.exploit_count = 1;
	assert_null(detect_new(&options, &err, reason));
	assert_int_equal(err, -EINVAL);
	assert_string_equal(reason, "exploit_path_patterns: \"..\" is in too many paths");
	options.exploit_count = 0;
	options.scanners = &(struct str){"", 0};
	options.scanner_count = 1;
	assert_null(detect_new(&options, &err, reason));
	assert_int_equal(err, -EINVAL);
	assert_string_equal(reason, "scanner_user_agents: an empty word");
}

/* Needs. */

static uint32_t missing(void)
{
	return needs_missing(scene.d);
}

static void tell_source(const char *source, uint32_t sees)
{
	struct event e = event_make(EVENT_SOURCE, 0);

	e.source.source = str_of(source);
	e.source.sees = sees;
	put(&e);
}

static void tell_log(
	uint8_t state, uint64_t lines, uint64_t rejected, uint64_t lag, const char *buffered)
{
	struct event e = event_make(EVENT_LOG, 0);

	e.log.log = STR_LIT("/var/log/nginx/access.log");
	e.log.state = state;
	e.log.lines = lines;
	e.log.rejected = rejected;
	e.log.lag = lag;
	e.log.buffered = buffered ? str_of(buffered) : STR_ABSENT;
	put(&e);
}

static void what_is_not_seen_is_missing(void **state)
{
	(void)state;
	pass(S);
	uint32_t all = NEED_CONNS | NEED_HANDSHAKES | NEED_BYTES | NEED_SYN_SOURCES;
	assert_int_equal(missing() & all, all);
	tell_source("proc", CAN_SEE_CONNS);
	assert_int_equal(missing() & all, all & ~(uint32_t)NEED_CONNS);
	tell_source("ebpf", CAN_SEE_CONNS | CAN_SEE_HANDSHAKES | CAN_SEE_SYN_SOURCES);
	assert_int_equal(missing() & all, 0);
	assert_true(missing() & NEED_AUTH);
	struct event e = event_make(EVENT_AUTH, 0);
	e.auth.ip = ip_of("203.0.113.9");
	e.auth.outcome = AUTH_FAILED;
	put(&e);
	assert_false(missing() & NEED_AUTH);
}

static void logs_are_missing_or_not_fresh(void **state)
{
	static const struct {
		uint64_t lines, rejected, lag;
		const char *buffered;
		uint32_t missing;
		uint8_t state;
	} cases[] = {
		{1000, 0, 0, NULL, 0, LOG_READING},
		{1000, 10, 0, NULL, 0, LOG_READING},
		{1000, 11, 0, NULL, NEED_FRESH_LOGS, LOG_READING},
		{100, 100, 0, NULL, 0, LOG_READING}, /* too few to tell */
		{1000, 0, 1u << 20, NULL, 0, LOG_READING},
		{1000, 0, (1u << 20) + 1, NULL, NEED_FRESH_LOGS, LOG_READING},
		{1000, 0, ABSENT, NULL, 0, LOG_READING},
		{1000, 0, 0, "64k", NEED_FRESH_LOGS, LOG_READING},
		{1000, 0, 0, NULL, NEED_LOGS | NEED_FRESH_LOGS, LOG_MISSING},
		{0, 0, 0, NULL, NEED_LOGS | NEED_FRESH_LOGS, LOG_DENIED},
	};

	(void)state;
	pass(S);
	assert_int_equal(missing() & (NEED_LOGS | NEED_FRESH_LOGS), NEED_LOGS | NEED_FRESH_LOGS);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		tell_log(cases[i].state, cases[i].lines, cases[i].rejected, cases[i].lag,
			cases[i].buffered);
		if ((missing() & (NEED_LOGS | NEED_FRESH_LOGS)) != cases[i].missing)
			fail_msg("case %zu: %x", i, missing());
	}
}

static void requests_of_a_recording_speak_for_themselves(void **state)
{
	struct event e = event_make(EVENT_REQUEST, 0);

	(void)state;
	e.request.ip = ip_of("203.0.113.9");
	e.request.path = STR_LIT("/");
	put(&e);
	assert_false(missing() & (NEED_LOGS | NEED_FRESH_LOGS));
	tell_log(LOG_MISSING, 0, 0, 0, NULL);
	assert_true(missing() & NEED_LOGS);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_begins_when_found_some_times_running),
		TEST(less_than_its_thresholds_begins_nothing),
		TEST(it_holds_down_to_a_part_of_them),
		TEST(it_keeps_its_peak_and_its_start),
		TEST(it_is_said_at_most_each_five_seconds),
		TEST(another_who_is_another_flag),
		TEST(names_are_as_many_as_there_is_room_for),
		TEST(what_another_explains_is_told_as_part_of_it),
		TEST(a_network_speaks_for_its_addresses),
		TEST(what_is_disabled_or_cannot_be_known_is_not_found),
		TEST(very_many_begin_and_end),
		cmocka_unit_test(causes_go_one_way),
		cmocka_unit_test(the_table_is_whole),
		TEST(words_are_refused_with_their_reason),
		TEST(what_is_not_seen_is_missing),
		TEST(logs_are_missing_or_not_fresh),
		TEST(requests_of_a_recording_speak_for_themselves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
