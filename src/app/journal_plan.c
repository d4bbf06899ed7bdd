// SPDX-License-Identifier: MIT
#include "app/journal_plan.h"

#include "app/ssh_log.h"
#include "base/text.h"
#include "log/journal_place.h"
#include "log/sshd.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define UNIT_MAX 255 /* systemd.unit(5) */

/* What may stand before "=". A program chooses its identifier itself: whoever names it trusts all
 * that may log. */
static const enum journal_field named[] = {JOURNAL_CONTAINER, JOURNAL_IDENTIFIER, JOURNAL_UNIT};

static bool ends_in(struct str s, struct str suffix)
{
	return s.n > suffix.n && memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0;
}

/* As systemctl(1) completes it. */
static bool is_whole_name(struct str unit)
{
	static const struct str suffixes[] = {
		{".service", 8}, {".scope", 6}, {".socket", 7}, {".slice", 6}, {".mount", 6}};

	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++)
		if (ends_in(unit, suffixes[i]))
			return true;
	return false;
}

/* The field, which is taken from *text; a unit without one. */
static enum journal_field take_field(struct str *text)
{
	for (size_t i = 0; i < ARRAY_LEN(named); i++) {
		struct str rest = *text;
		if (str_take(&rest, str_of(journal_field_names[named[i]])) &&
			str_take(&rest, STR_LIT("="))) {
			*text = rest;
			return named[i];
		}
	}
	return JOURNAL_UNIT;
}

int journal_plan_check(struct str text, char *why, size_t cap)
{
	enum journal_field field = take_field(&text);

	if (field == JOURNAL_UNIT && (memchr(text.p, '=', text.n) || memchr(text.p, '/', text.n)))
		return -EINVAL;
	if (field == JOURNAL_UNIT && memchr(text.p, '*', text.n)) {
		snprintf(why, cap, "a unit is named in full; expected no *");
		return -EINVAL;
	}
	return text.n && text.n <= UNIT_MAX - 8 && text_is_clean(text) ? 0 : -EINVAL;
}

static void match(struct journal_input *input, enum journal_field field, const char *value)
{
	struct journal_match *m = &input->matches[input->match_count++];

	m->field = field;
	snprintf(m->value, sizeof m->value, "%s", value);
}

/* What the log is called: Debian's unit is ssh, others' sshd. */
static const char *ssh_unit(const struct journal_plan *p)
{
	char path[PATH_MAX + 64];

	snprintf(path, sizeof path, "%s/usr/lib/systemd/system/sshd.service", p->root);
	return access(path, F_OK) == 0 ? "sshd.service" : "ssh.service";
}

/* Started by a socket, each connection has a unit of its own; and who has logged in, a session's.
 * All of it is written by processes of root. */
static void add_ssh(struct journal_plan *p, const char *label, bool from_end)
{
	struct journal_input *input = &p->inputs[p->count++];

	*input = (struct journal_input){
		.format = &log_sshd_auth_log, .only_root = true, .from_end = from_end};
	snprintf(input->label, sizeof input->label, "%s", label);
	match(input, JOURNAL_UNIT, "ssh.service");
	match(input, JOURNAL_UNIT, "sshd.service");
	match(input, JOURNAL_IDENTIFIER, "sshd");
	match(input, JOURNAL_IDENTIFIER, "sshd-session");
	match(input, JOURNAL_IDENTIFIER, "sshd-auth");
	p->ssh = true;
}

static bool is_ssh(const char *unit)
{
	return strcmp(unit, "ssh.service") == 0 || strcmp(unit, "sshd.service") == 0;
}

static void add_named(struct journal_plan *p, struct str text)
{
	enum journal_field field = take_field(&text);
	bool whole = field != JOURNAL_UNIT || is_whole_name(text);
	char name[JOURNAL_FIELD_MAX];

	if (p->count == JOURNAL_INPUTS_MAX) {
		p->dropped++;
		return;
	}
	snprintf(name, sizeof name, "%.*s%s", STR_FMT(text), whole ? "" : ".service");
	if (field == JOURNAL_UNIT && is_ssh(name)) {
		if (!p->ssh)
			add_ssh(p, name, false);
		return;
	}
	struct journal_input *input = &p->inputs[p->count++];
	*input = (struct journal_input){0};
	snprintf(input->label, sizeof input->label, "%s", name);
	match(input, field, name);
}

/* journalctl runs in another directory. */
static const char *absolute(char buf[static PATH_MAX], const char *path)
{
	char here[PATH_MAX];

	buf[0] = '\0';
	if (!path || !path[0])
		return NULL;
	if (path[0] == '/' || !getcwd(here, sizeof here))
		here[0] = '\0';
	int n = snprintf(buf, PATH_MAX, "%s%s%s", here, here[0] ? "/" : "", path);
	if (n >= PATH_MAX)
		buf[PATH_MAX - 1] = '\0';
	return buf;
}

/* Whoever names a journal wants what is in it; this machine's is only followed. */
static bool wants_ssh(const struct journal_plan *p, const struct options *o)
{
	char path[PATH_MAX], why[JOURNAL_WHY_MAX];

	if (!o->auth_log || o->auth_path || p->ssh)
		return false;
	if (p->place.dir)
		return true;
	return !ssh_log_find(o, path) && journal_place_look(&p->place, why) != LOG_MISSING;
}

void journal_plan_init(struct journal_plan *p, const struct options *o)
{
	p->count = p->dropped = 0;
	p->ssh = false;
	p->place.dir = absolute(p->dir, o->journal_dir);
	p->place.root = absolute(p->root, o->server_root);
	for (size_t i = 0; i < o->journal_units.count; i++)
		add_named(p, str_of(o->journal_units.items[i]));
	if (!wants_ssh(p, o))
		return;
	if (p->count < JOURNAL_INPUTS_MAX)
		add_ssh(p, ssh_unit(p), !p->place.dir);
	else
		p->dropped++;
}
