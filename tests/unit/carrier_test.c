// SPDX-License-Identifier: MIT
/* The console's end of a carrier, and the packets between the two. */
#include "unit.h"

#include "fleet/carrier.h"
#include "fleet/engines.h"
#include "fleet/nats_subject.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct pair {
	int fds[2];
	struct carrier *c;
	char packet[FLEET_PACKET_MAX];
	struct fleet_message last; /* that the carrier has told */
	char last_text[256];
	unsigned told;
};

static struct pair *pair_of(uint64_t queue)
{
	struct pair *p = calloc(1, sizeof *p);

	assert_non_null(p);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, p->fds), 0);
	p->c = carrier_new(p->fds[0], queue);
	assert_non_null(p->c);
	return p;
}

static void pair_free(struct pair *p)
{
	carrier_free(p->c);
	close(p->fds[0]);
	if (p->fds[1] >= 0)
		close(p->fds[1]);
	free(p);
}

static void take(void *ctx, const struct fleet_message *m)
{
	struct pair *p = ctx;

	p->last = *m;
	snprintf(p->last_text, sizeof p->last_text, "%.*s", STR_FMT(m->text));
	p->told++;
}

/* What the process receives next; its text is good until the next call. */
static struct fleet_message next(struct pair *p)
{
	struct fleet_message m = {0};

	assert_int_equal(fleet_receive(p->fds[1], p->packet, &m), 1);
	return m;
}

static bool nothing_comes(struct pair *p)
{
	struct fleet_message m;

	return fleet_receive(p->fds[1], p->packet, &m) == 0;
}

static void put(struct pair *p, enum fleet_what what, const char *text)
{
	carrier_put(p->c, what, STR_LIT(""), 0, str_of(text));
}

static void test_messages_pass(void **state)
{
	struct pair *p = pair_of(1 << 20);

	(void)state;
	carrier_put(p->c, FLEET_ASK, STR_LIT("web1"), 7, STR_LIT("ip 192.0.2.1"));
	struct fleet_message m = next(p);
	assert_int_equal(m.what, FLEET_ASK);
	assert_int_equal(m.token, 7);
	assert_true(str_eq(m.machine, STR_LIT("web1")));
	assert_true(str_eq(m.text, STR_LIT("ip 192.0.2.1")));
	assert_int_equal(fleet_send(p->fds[1], &(struct fleet_message){.what = FLEET_SUMMARY,
						       .at = 5,
						       .machine = STR_LIT("web2"),
						       .text = STR_LIT("{}")}),
		0);
	carrier_poll(p->c, take, p);
	assert_int_equal(p->told, 1);
	assert_int_equal(p->last.what, FLEET_SUMMARY);
	assert_int_equal(p->last.at, 5);
	assert_string_equal(p->last_text, "{}");
	pair_free(p);
}

/* A text of n bytes that begins with its number. */
static void put_numbered(struct pair *p, unsigned number, size_t n)
{
	char *text = malloc(n);

	assert_non_null(text);
	memset(text, ' ', n);
	text[snprintf(text, n, "%u", number)] = ' ';
	carrier_put(p->c, FLEET_SUMMARY, STR_LIT(""), 0, (struct str){text, n});
	free(text);
}

static void test_the_oldest_is_dropped_and_counted(void **state)
{
	struct pair *p = pair_of(256 << 10);
	unsigned came = 0, last = 0;

	(void)state;
	for (unsigned i = 1; i <= 100; i++)
		put_numbered(p, i, 64 << 10);
	put(p, FLEET_ANSWER, "small, and not dropped");
	const struct carrier_account *a = carrier_account(p->c);
	assert_true(a->dropped > 0);
	assert_true(a->queued <= (256 << 10) + (64 << 10));
	bool answered = false;
	for (int rounds = 0; rounds < 200; rounds++) {
		struct fleet_message m;
		carrier_poll(p->c, take, p);
		if (fleet_receive(p->fds[1], p->packet, &m) != 1)
			continue;
		answered |= m.what == FLEET_ANSWER;
		if (m.what != FLEET_SUMMARY)
			continue;
		unsigned number = (unsigned)strtoul(m.text.p, NULL, 10);
		assert_true(number > last);
		last = number;
		came++;
	}
	assert_true(answered);
	assert_int_equal(last, 100);
	assert_int_equal(came + carrier_account(p->c)->dropped, 100);
	assert_int_equal(carrier_account(p->c)->queued, 0);
	pair_free(p);
}

static void test_what_may_not_be_sent_is_refused(void **state)
{
	struct pair *p = pair_of(1 << 20);
	char *huge = calloc(1, FLEET_TEXT_MAX + 1), name[FLEET_NAME_MAX + 1];

	(void)state;
	assert_non_null(huge);
	memset(name, 'a', sizeof name);
	carrier_put(p->c, FLEET_SUMMARY, STR_LIT(""), 0, (struct str){huge, FLEET_TEXT_MAX + 1});
	carrier_put(p->c, FLEET_ASK, (struct str){name, FLEET_NAME_MAX}, 0, STR_LIT("x"));
	carrier_put(p->c, FLEET_ASK, STR_LIT("a\033b"), 0, STR_LIT("x"));
	carrier_put(p->c, FLEET_NOTHING, STR_LIT(""), 0, STR_LIT("x"));
	assert_int_equal(carrier_account(p->c)->refused, 4);
	assert_true(nothing_comes(p));
	/* One of the greatest passes. */
	carrier_put(p->c, FLEET_SUMMARY, (struct str){name, FLEET_NAME_MAX - 1}, 0,
		(struct str){huge, FLEET_TEXT_MAX});
	assert_int_equal(next(p).text.n, FLEET_TEXT_MAX);
	free(huge);
	pair_free(p);
}

static void test_the_process_says_how_it_stands(void **state)
{
	struct pair *p = pair_of(1 << 20);
	const struct carrier_account *a = carrier_account(p->c);

	(void)state;
	engine_say(p->fds[1], false, "cannot connect: \033[2J");
	engine_say_account(p->fds[1],
		&(struct engine_account){.sent = 3, .bytes = 400, .refused = 5, .dropped = 6});
	carrier_poll(p->c, take, p);
	assert_false(a->connected);
	assert_string_equal(a->why, "cannot connect: \\x1b[2J");
	assert_int_equal(a->sent, 3);
	assert_int_equal(a->bytes, 400);
	assert_int_equal(a->refused, 5);
	assert_int_equal(a->dropped, 6);
	engine_say(p->fds[1], true, "");
	carrier_poll(p->c, take, p);
	assert_true(a->connected);
	assert_string_equal(a->why, "");
	assert_null(carrier_fault(p->c));
	pair_free(p);
}

static void test_a_process_that_is_gone(void **state)
{
	struct pair *p = pair_of(1 << 20);
	const struct carrier_account *a = carrier_account(p->c);

	(void)state;
	close(p->fds[1]);
	p->fds[1] = -1;
	assert_false(carrier_poll(p->c, take, p));
	assert_non_null(carrier_fault(p->c));
	put(p, FLEET_SUMMARY, "one");
	carrier_lose(p->c, "it was killed");
	put(p, FLEET_SUMMARY, "two");
	assert_true(a->gone);
	assert_int_equal(a->dropped, 2);
	assert_int_equal(a->queued, 0);
	assert_string_equal(a->why, "it was killed");
	assert_null(carrier_fault(p->c));
	assert_int_equal(carrier_fd(p->c), -1);
	pair_free(p);
}

static void test_a_process_that_lies_is_not_listened_to(void **state)
{
	static const struct {
		enum fleet_what what;
		const char *text;
	} lies[] = {{FLEET_STATE, "sideways"}, {FLEET_STATE, "up "}, {FLEET_ACCOUNT, "sent=1"},
		{FLEET_ACCOUNT, "sent=x bytes=0 refused=0 dropped=0"},
		{FLEET_ACCOUNT, "sent=1 bytes=0 refused=0 dropped=0 more"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lies); i++) {
		struct pair *p = pair_of(1 << 20);
		assert_int_equal(fleet_send(p->fds[1], &(struct fleet_message){.what = lies[i].what,
							       .text = str_of(lies[i].text)}),
			0);
		carrier_poll(p->c, take, p);
		assert_non_null(carrier_fault(p->c));
		assert_int_equal(p->told, 0);
		pair_free(p);
	}
	struct pair *p = pair_of(1 << 20);
	assert_int_equal(send(p->fds[1], "rubbish", 7, 0), 7);
	carrier_poll(p->c, take, p);
	assert_non_null(carrier_fault(p->c));
	pair_free(p);
}

static void test_names_become_tokens_and_back(void **state)
{
	static const char *const names[] = {"web1", "web1.example.com", "web_1-a", "a b>*c",
		"m\xc3\xbcnchen",
		"a.............................................................a"};
	char token[NATS_TOKEN_MAX], name[FLEET_NAME_MAX];
	size_t n;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		size_t token_n = nats_token(token, str_of(names[i]));
		assert_null(strpbrk(token, ".*> \t"));
		assert_true(nats_name((struct str){token, token_n}, name, &n));
		assert_true(str_eq((struct str){name, n}, str_of(names[i])));
	}
	nats_token(token, STR_LIT("web1.example.com"));
	assert_string_equal(token, "web1%2Eexample%2Ecom");
}

static void test_tokens_that_are_none(void **state)
{
	static const char *const tokens[] = {"", "%", "%4", "%zz", "a b", "%1B", "%00", "\xff",
		"0123456789012345678901234567890123456789012345678901234567890123"};
	char name[FLEET_NAME_MAX];
	size_t n;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(tokens); i++)
		assert_false(nats_name(str_of(tokens[i]), name, &n));
}

static void test_subjects(void **state)
{
	struct str token = STR_LIT("");

	(void)state;
	assert_int_equal(nats_subject_read(STR_LIT("ng.web1.summary"), &token), FLEET_SUMMARY);
	assert_true(str_eq(token, STR_LIT("web1")));
	assert_int_equal(nats_subject_read(STR_LIT("ng.web2.live"), &token), FLEET_SUMMARY);
	assert_int_equal(nats_subject_read(STR_LIT("ng.web3.flag"), &token), FLEET_FLAG);
	assert_true(str_eq(token, STR_LIT("web3")));
	assert_int_equal(nats_subject_read(STR_LIT("ng.web3.ask"), &token), FLEET_NOTHING);
	assert_int_equal(nats_subject_read(STR_LIT("ng.web3"), &token), FLEET_NOTHING);
	assert_int_equal(nats_subject_read(STR_LIT("ng.a.b.flag"), &token), FLEET_NOTHING);
	assert_int_equal(nats_subject_read(STR_LIT("other.web3.flag"), &token), FLEET_NOTHING);
}

static void test_engines_by_scheme(void **state)
{
	(void)state;
	assert_non_null(engine_of("nats://127.0.0.1"));
	assert_ptr_equal(engine_of("tls://h"), engine_of("nats://h"));
	assert_null(engine_of("gopher://h"));
	assert_null(engine_of("-"));
}

/* Also what libnats is not asked about. */
static void test_urls(void **state)
{
	static const struct {
		const char *url;
		bool fine;
	} urls[] = {{"nats://a", true}, {"tls://a.example:4222", true},
		{"nats://u:p@[::1]:1", true}, {"nats://a:1,nats://b:2", true},
		{"nats://[2001:db8::1]", true}, {"nats://", false}, {"nats://a:", false},
		{"nats://a:0", false}, {"nats://a:x", false}, {"nats://a:70000", false},
		{"nats://a,,b", false}, {"nats://u:p@", false}};
	struct reason wrong;

	(void)state;
	const struct carrier_engine *e = engine_of("nats://h");
	if (e->missing()) {
		printf("skip: %s\n", e->missing());
		skip();
	}
	for (size_t i = 0; i < ARRAY_LEN(urls); i++)
		assert_int_equal(e->check(urls[i].url, &wrong), urls[i].fine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages_pass),
		cmocka_unit_test(test_the_oldest_is_dropped_and_counted),
		cmocka_unit_test(test_what_may_not_be_sent_is_refused),
		cmocka_unit_test(test_the_process_says_how_it_stands),
		cmocka_unit_test(test_a_process_that_is_gone),
		cmocka_unit_test(test_a_process_that_lies_is_not_listened_to),
		cmocka_unit_test(test_names_become_tokens_and_back),
		cmocka_unit_test(test_tokens_that_are_none),
		cmocka_unit_test(test_subjects),
		cmocka_unit_test(test_engines_by_scheme),
		cmocka_unit_test(test_urls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
