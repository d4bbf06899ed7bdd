// SPDX-License-Identifier: MIT
#include "fleet/otlp_send.h"

#include "base/curl_options.h"
#include "base/text.h"
#include "fleet/otlp.h"
#include "fleet/otlp_answer.h"
#include "fleet/otlp_gzip.h"
#include "fleet/otlp_url.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define CONNECT_FOR 10           /* seconds */
#define ANSWER_FOR  30           /* seconds, of a whole request */
#define HEADERS_MAX (64u << 10)  /* bytes of an answer's headers */
#define LEAVE_FOR   USEC_PER_SEC /* to send what waits when all is over */
#define SAY_EVERY   USEC_PER_SEC

enum sending {
	IDLE,
	UNDER_WAY,
	PAUSED /* until `due`: it is to be sent again */
};

struct sender {
	const struct engine_options *options;
	CURLM *multi;
	CURL *easy;
	struct curl_slist *headers;
	struct otlp *waiting, *request; /* what is put together; what is sent */
	char *body;                     /* of the request, compressed; NULL: not yet */
	size_t body_n;
	enum sending state;
	unsigned tries; /* of the request, that have failed */
	usec_t due;
	usec_t leave; /* when it is over; 0: it is not */
	char answer[OTLP_ANSWER_MAX + 1];
	size_t answer_n, headers_n;
	char error[CURL_ERROR_SIZE];

	struct engine_account account, said_account;
	bool up, has_state, said_state;
	char why[FLEET_WHY_MAX];
	usec_t said;
	char packet[FLEET_PACKET_MAX];
};

static usec_t now_mono(void)
{
	return clock_usec(CLOCK_MONOTONIC);
}

/* Setting up. */

/* More than is read is none of OTLP's answers: it is not kept, and not read to its end. */
static size_t take_answer(char *p, size_t size, size_t n, void *ctx)
{
	struct sender *s = ctx;
	size_t room = sizeof s->answer - s->answer_n;

	n *= size;
	memcpy(s->answer + s->answer_n, p, n < room ? n : room);
	s->answer_n += n < room ? n : room;
	return n <= room ? n : 0;
}

static size_t take_header(char *p, size_t size, size_t n, void *ctx)
{
	struct sender *s = ctx;

	(void)p;
	n *= size;
	s->headers_n += n;
	return s->headers_n <= HEADERS_MAX ? n : 0;
}

static bool add_header(struct sender *s, const char *header)
{
	struct curl_slist *more = curl_slist_append(s->headers, header);

	if (more)
		s->headers = more;
	return more != NULL;
}

static bool add_headers(struct sender *s)
{
	const struct engine_options *o = s->options;

	/* A body is sent without asking first: RFC 9110, 10.1.1. */
	if (!add_header(s, "Content-Type: application/json") ||
		!add_header(s, "Content-Encoding: gzip") || !add_header(s, "Expect:"))
		return false;
	for (size_t i = 0; i < o->header_count; i++)
		if (!otlp_header_fault(str_of(o->headers[i])) && !add_header(s, o->headers[i]))
			return false;
	return true;
}

static CURLcode set_calls(struct sender *s)
{
	CURL *easy = s->easy;
	CURLcode err = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_answer);

	if (!err)
		err = curl_easy_setopt(easy, CURLOPT_WRITEDATA, s);
	if (!err)
		err = curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
	if (!err)
		err = curl_easy_setopt(easy, CURLOPT_HEADERDATA, s);
	return err ? err : curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, s->error);
}

static CURLcode set_up(struct sender *s, const char *url)
{
	CURL *easy = s->easy;
	CURLcode err = set_calls(s);

	if (!err)
		err = curl_allow(easy, CURLPROTO_HTTP | CURLPROTO_HTTPS);
	if (!err)
		err = curl_easy_setopt(easy, CURLOPT_URL, url);
	if (!err)
		err = curl_easy_setopt(easy, CURLOPT_HTTPHEADER, s->headers);
	if (!err)
		err = curl_easy_setopt(easy, CURLOPT_USERAGENT, "nethergaze/" NG_VERSION);
	if (!err)
		err = curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	if (!err)
		err = curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_FOR);
	if (!err)
		err = curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)ANSWER_FOR);
	if (!err)
		err = curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	if (!err && s->options->files[ENGINE_COLLECTOR_CA])
		err = curl_easy_setopt(
			easy, CURLOPT_CAINFO, s->options->files[ENGINE_COLLECTOR_CA]);
	return err ? err : curl_leave_quickly(easy);
}

static void sender_free(struct sender *s)
{
	if (s->easy) {
		curl_multi_remove_handle(s->multi, s->easy);
		curl_easy_cleanup(s->easy);
	}
	curl_multi_cleanup(s->multi);
	curl_slist_free_all(s->headers);
	otlp_free(s->waiting);
	otlp_free(s->request);
	free(s->body);
	free(s);
}

/* NULL when memory is out. */
static struct sender *sender_new(const struct engine_options *o, const char *url)
{
	struct sender *s = calloc(1, sizeof *s);

	if (!s)
		return NULL;
	s->options = o;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) {
		s->multi = curl_multi_init();
		s->easy = curl_easy_init();
	}
	s->waiting = otlp_new(str_of(o->name));
	s->request = otlp_new(str_of(o->name));
	if (!s->multi || !s->easy || !s->waiting || !s->request || !add_headers(s) ||
		set_up(s, url)) {
		sender_free(s);
		return NULL;
	}
	return s;
}

/* How it stands. */

static void set_state(struct sender *s, bool up, const char *what, const char *why)
{
	char text[FLEET_WHY_MAX * 2];
	char clean[FLEET_WHY_MAX];
	int n = snprintf(text, sizeof text, "%s%s%s", what, what[0] && why[0] ? ": " : "", why);

	clean[text_sanitise(clean, sizeof clean - 1,
		(struct str){text, n < (int)sizeof text ? (size_t)n : sizeof text - 1})] = '\0';
	if (s->has_state && s->up == up && strcmp(s->why, clean) == 0)
		return;
	s->has_state = true;
	s->said_state = false;
	s->up = up;
	text_copy(s->why, sizeof s->why, str_of(clean));
}

/* What does not fit into the pair now is said at another turn. */
static void say(struct sender *s, usec_t now)
{
	if (s->has_state && !s->said_state)
		s->said_state = engine_say(s->options->fd, s->up, s->why) == 0;
	if (now - s->said < SAY_EVERY && !s->leave)
		return;
	if (memcmp(&s->account, &s->said_account, sizeof s->account) != 0 &&
		engine_say_account(s->options->fd, &s->account) == 0) {
		s->said_account = s->account;
		s->said = now;
	}
}

/* Sending. */

/* It is over with this request: the next one can be sent. */
static void end_request(struct sender *s)
{
	otlp_clear(s->request);
	free(s->body);
	s->body = NULL;
	s->state = IDLE;
	s->tries = 0;
}

static void refuse(struct sender *s, const char *what, const char *why)
{
	s->account.refused += otlp_records(s->request);
	set_state(s, false, what, why);
	end_request(s);
}

static void pause_for(struct sender *s, usec_t asked, const char *what, const char *why)
{
	uint64_t chance = 0;

	if (getrandom(&chance, sizeof chance, GRND_NONBLOCK) < 0)
		chance = (uint64_t)now_mono();
	s->tries++;
	s->state = PAUSED;
	s->due = now_mono() + otlp_wait(s->tries, asked, chance);
	set_state(s, false, what, why);
}

static void start(struct sender *s)
{
	s->answer_n = s->headers_n = 0;
	s->error[0] = '\0';
	if (!otlp_finish(s->request).p) {
		refuse(s, "out of memory", "");
		return;
	}
	if ((!s->body && otlp_gzip(otlp_finish(s->request), &s->body, &s->body_n) < 0) ||
		curl_easy_setopt(s->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)s->body_n) ||
		curl_easy_setopt(s->easy, CURLOPT_POSTFIELDS, s->body) ||
		curl_multi_add_handle(s->multi, s->easy) != CURLM_OK) {
		pause_for(s, 0, "out of memory", "");
		return;
	}
	s->state = UNDER_WAY;
}

static void take_taken(struct sender *s, const struct otlp_answer *a)
{
	char what[64] = "";

	s->account.sent += otlp_records(s->request) - a->rejected;
	s->account.refused += a->rejected;
	s->account.bytes += s->body_n;
	if (a->rejected)
		snprintf(what, sizeof what, "%llu of %zu records rejected",
			(unsigned long long)a->rejected, otlp_records(s->request));
	set_state(s, true, what, a->why);
	end_request(s);
}

/* A status that came counts, even when the rest of the answer was too long or came too late. */
static void take_result(struct sender *s, CURLcode code)
{
	struct otlp_answer a;
	char what[64];
	curl_off_t asked = 0;
	long status = 0;

	curl_easy_getinfo(s->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(s->easy, CURLINFO_RETRY_AFTER, &asked);
	curl_multi_remove_handle(s->multi, s->easy);
	if (code && code != CURLE_WRITE_ERROR)
		status = 0;
	otlp_read_answer(status, (struct str){s->answer, code ? 0 : s->answer_n},
		otlp_records(s->request), &a);
	snprintf(what, sizeof what, "HTTP %ld", status);
	if (!status)
		pause_for(s, 0, "", s->error[0] ? s->error : curl_easy_strerror(code));
	else if (a.fate == OTLP_TAKEN)
		take_taken(s, &a);
	else if (a.fate == OTLP_AGAIN)
		pause_for(s,
			asked < OTLP_ASKED_MOST / USEC_PER_SEC ? asked * USEC_PER_SEC
							       : OTLP_ASKED_MOST,
			what, a.why);
	else
		refuse(s, what, a.why);
}

static void send_on(struct sender *s)
{
	int running, left;

	curl_multi_perform(s->multi, &running);
	for (const CURLMsg *m; (m = curl_multi_info_read(s->multi, &left));)
		if (m->msg == CURLMSG_DONE) {
			take_result(s, m->data.result);
			break; /* there is one handle, and m is gone with it */
		}
	if (s->state == PAUSED && now_mono() >= s->due)
		start(s);
	if (s->state != IDLE || !otlp_messages(s->waiting))
		return;
	struct otlp *next = s->waiting;
	s->waiting = s->request;
	s->request = next;
	if (otlp_records(next))
		start(s);
	else
		end_request(s);
}

/* Taking. */

static void take_message(struct sender *s, const struct fleet_message *m)
{
	const struct otlp_account *a = otlp_account(s->waiting);
	uint64_t refused = a->refused, left_out = a->left_out;

	if (m->what != FLEET_SUMMARY && m->what != FLEET_FLAG)
		return;
	otlp_add(s->waiting, m->text, clock_usec(CLOCK_REALTIME));
	s->account.refused += a->refused - refused;
	s->account.dropped += a->left_out - left_out;
}

/* What the pair has, as far as there is room. False: the other end is gone. */
static bool take(struct sender *s)
{
	struct pollfd gone = {.fd = s->options->fd};
	struct fleet_message m;
	int got = 1;

	while (got > 0 && otlp_has_room(s->waiting)) {
		got = fleet_receive(s->options->fd, s->packet, &m);
		if (got > 0)
			take_message(s, &m);
	}
	if (got > 0) /* there is no room: nothing is read that would say so */
		return poll(&gone, 1, 0) <= 0 || !(gone.revents & (POLLHUP | POLLERR));
	return got == 0;
}

/* Over: everything that could be sent was, or the time for it is up. A pause ends it. */
static bool is_over(const struct sender *s, usec_t now)
{
	bool nothing = s->state == IDLE && !otlp_messages(s->waiting);

	return s->leave && (nothing || s->state == PAUSED || now >= s->leave);
}

static bool is_told_to_end(const struct sender *s)
{
	struct signalfd_siginfo info;

	while (read(s->options->signals, &info, sizeof info) == (ssize_t)sizeof info)
		if (info.ssi_signo == SIGTERM)
			return true;
	return false;
}

/* Until something comes, or is due. False: it is to end. */
static bool wait_for_more(struct sender *s)
{
	struct curl_waitfd fds[] = {{.fd = s->options->signals, .events = CURL_WAIT_POLLIN},
		{.fd = s->options->fd, .events = CURL_WAIT_POLLIN}};
	bool listens = !s->leave && otlp_has_room(s->waiting);
	usec_t left = s->state == PAUSED ? s->due - now_mono() : SAY_EVERY;
	int timeout = (int)((left < SAY_EVERY ? left : SAY_EVERY) / USEC_PER_MSEC) + 1;

	curl_multi_poll(s->multi, fds, listens ? 2 : 1, timeout > 0 ? timeout : 0, NULL);
	return !is_told_to_end(s);
}

static void send_all(struct sender *s)
{
	usec_t now;

	do {
		now = now_mono();
		if (!s->leave && !take(s))
			s->leave = now + LEAVE_FOR;
		send_on(s);
		say(s, now);
	} while (!is_over(s, now) && wait_for_more(s));
}

static int run(const struct engine_options *o)
{
	char url[OTLP_URL_MAX];
	struct reason reason;
	struct sender *s;

	if (!otlp_url(o->url, url, &reason)) {
		engine_say(o->fd, false, reason.text);
		return EXIT_FAILURE;
	}
	signal(SIGPIPE, SIG_IGN); /* libcurl's to ignore, but for CURLOPT_NOSIGNAL */
	s = sender_new(o, url);
	if (!s) {
		engine_say(o->fd, false, "out of memory");
		return EXIT_FAILURE;
	}
	send_all(s);
	sender_free(s);
	return EXIT_SUCCESS;
}

static bool check(const char *url, struct reason *ret_reason)
{
	char buf[OTLP_URL_MAX];

	return otlp_url(url, buf, ret_reason);
}

static const char *missing(void)
{
	return NULL;
}

const struct carrier_engine otlp_engine = {.schemes = {"otlp+https://", "otlp+http://"},
	.check = check,
	.missing = missing,
	.run = run};
