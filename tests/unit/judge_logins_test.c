// SPDX-License-Identifier: MIT
/* Stories of passwords that are guessed. */
#include "stories.h"

static void ssh(struct world *w, struct addr ip, enum auth_outcome outcome)
{
	struct event e = event_make(EVENT_AUTH, 0);

	e.auth.ip = ip;
	e.auth.outcome = (uint8_t)outcome;
	e.auth.user = STR_LIT("root");
	e.auth.method = STR_LIT("password");
	put(w, &e);
}

/* An SSH log is read. */
static void read_ssh_log(struct world *w)
{
	ssh(w, v4(81, 2, 0, 7), AUTH_ACCEPTED);
}

/* So many guesses, one a second. */
static void guess_ssh(struct world *w, unsigned s, unsigned n)
{
	if (s < n)
		ssh(w, culprit(), AUTH_FAILED);
}

/* Each guess by another of twelve addresses. */
static void guess_ssh_together(struct world *w, unsigned s, unsigned n)
{
	if (s < n)
		ssh(w, neighbour(s % 12), AUTH_FAILED);
}

static void mistype_ssh(struct world *w, unsigned s, unsigned n)
{
	if (s < n)
		ssh(w, culprit(), s == 2 ? AUTH_ACCEPTED : AUTH_FAILED);
}

/* So many guesses, of which the last is right. */
static void break_in(struct world *w, unsigned s, unsigned n)
{
	guess_ssh(w, s, n);
	if (s == n)
		ssh(w, culprit(), AUTH_ACCEPTED);
}

/* Somebody works here, and a program of theirs has an old password. */
static void fail_after_a_login(struct world *w, unsigned s, unsigned n)
{
	if (s == 0)
		ssh(w, culprit(), AUTH_ACCEPTED);
	else if (s <= n)
		ssh(w, culprit(), AUTH_FAILED);
}

static void guess(struct world *w, unsigned s, unsigned n)
{
	if (s < n)
		log_in(w, culprit(), 401);
}

/* So many in all, of eight addresses. */
static void guess_together(struct world *w, unsigned s, unsigned n)
{
	if (s < n)
		log_in(w, neighbour(s % 8), 401);
}

static void mistype(struct world *w, unsigned s, unsigned n)
{
	if (s < n)
		log_in(w, culprit(), s % 3 == 1 ? 302 : 401);
}

/* One wrong password of each of many, behind one network. */
static void mistype_together(struct world *w, unsigned s, unsigned n)
{
	if (s < n)
		log_in(w, neighbour(s), 401);
}

/* What an application is refused before anybody has logged in. */
static void sync_anew(struct world *w, unsigned s, unsigned n)
{
	if (s < n)
		ask_for(w, culprit(), "/dav/calendar%u", 401, s);
}

static const struct story stories[] = {
	{FLAG_SSH_BREAK_IN, SCOPE_HOST, "203.0.113.9", break_in, 4, 6, .within = 8, .fades = 150,
		.prepare = read_ssh_log, .alike = fail_after_a_login},
	{FLAG_SSH_BRUTE_FORCE, SCOPE_HOST, "203.0.113.9", guess_ssh, 4, 6, .within = 7,
		.prepare = read_ssh_log, .alike = mistype_ssh},
	{FLAG_SSH_BRUTE_FORCE, SCOPE_NETWORK, "203.0.113.0/24", guess_ssh_together, 8, 12,
		.within = 13, .prepare = read_ssh_log, .alike = mistype_ssh},
	{FLAG_BRUTE_FORCE, SCOPE_HOST, "203.0.113.9", guess, 7, 9, .within = 10, .alike = mistype},
	{FLAG_BRUTE_FORCE, SCOPE_HOST, "203.0.113.9", guess, 7, 20, .within = 10,
		.alike = sync_anew},
	{FLAG_BRUTE_FORCE, SCOPE_NETWORK, "203.0.113.0/24", guess_together, 15, 35, .within = 35,
		.alike = mistype_together},
};

static void all_have_their_stories(void **state)
{
	(void)state;
	check_stories(stories, ARRAY_LEN(stories), STORIES_LOGINS);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_LEN(stories) + 1] = {
		cmocka_unit_test(all_have_their_stories)};

	for (size_t i = 0; i < ARRAY_LEN(stories); i++)
		tests[i + 1] = story_test(&stories[i]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
