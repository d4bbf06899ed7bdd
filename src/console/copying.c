// SPDX-License-Identifier: MIT
#include "console/copying.h"

#include "base/text.h"
#include "console/nav.h"
#include "console/picker.h"
#include "tui/clipboard.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#define COPY_MAX 8192

struct copy {
	char text[COPY_MAX];
	size_t n;
};

__attribute__((format(printf, 2, 3))) static void put(struct copy *c, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	int w = vsnprintf(c->text + c->n, sizeof c->text - c->n, format, args);
	va_end(args);
	if (w > 0 && (size_t)w < sizeof c->text - c->n)
		c->n += (size_t)w;
	else
		c->text[c->n] = '\0';
}

static void hand_over(struct view *v, struct str text)
{
	char said[CLIPBOARD_SAID_MAX];

	clipboard_copy(text, said);
	view_say(v, "%s", said);
}

/* "203.0.113.9", "203.0.113.0/24", "AS64500", "BR" */
static bool put_name(struct view *v, struct copy *c)
{
	const struct model *m = v->m;
	struct subject_key key;
	char name[SUBJECT_NAME_MAX];

	if (!nav_selected(v, &key))
		return false;
	uint32_t id = subject_find(m, &key);
	if (id != POOL_NONE) {
		struct subject s = subject_at(m, key.by, id);
		put(c, "%.*s", (int)subject_name(m, &s, name), name);
	} else if (key.by == GROUP_NONE) { /* it has gone */
		addr_format(&key.prefix.addr, name);
		put(c, "%s", name);
	}
	return c->n > 0;
}

static bool put_target(struct view *v, struct copy *c)
{
	struct panel *p = nav_body(v);
	char buf[SUBJECT_NAME_MAX];
	struct filter_target target;

	struct copy name = {.n = 0};

	if (!p->ops->target || !p->ops->target(p, buf, &target))
		return false;
	put_name(v, &name);
	put(c, "%.*s", STR_FMT(target.value));
	return strcmp(name.text, c->text) != 0;
}

/* "IP 203.0.113.9  CC BR  ...": what the columns say, those that say nothing left out. */
static bool put_row(struct view *v, struct copy *c)
{
	struct subject_key key;
	uint32_t id = nav_selected(v, &key) ? subject_find(v->m, &key) : POOL_NONE;

	if (id == POOL_NONE)
		return false;
	struct subject s = subject_at(v->m, key.by, id);
	for (size_t i = 0; i < column_count; i++) {
		const struct column *column = &columns[i];
		char text[512];
		if (!column->title || !column_serves(column, v->m, key.by))
			continue;
		struct cell cell = column_cell(column, v->m, &s);
		size_t n = cell_text(&cell, text, sizeof text);
		if (n && strcmp(text, "0") != 0 && strcmp(text, CELL_DASH) != 0)
			put(c, "%s%s %s", c->n ? "  " : "", column_title(column, key.by), text);
	}
	return c->n > 0;
}

static const struct journal_entry *entry_of(const struct view *v)
{
	struct panel *p = nav_body(v);

	return p->ops->entry ? p->ops->entry(p) : NULL;
}

/* As the combined format has it, but for the time, which is in ISO 8601. */
static bool put_request(struct view *v, struct copy *c)
{
	const struct journal_entry *e = entry_of(v);
	char ip[ADDR_TEXT_MAX] = "-", when[32];
	time_t seconds = e ? (time_t)(e->ts / USEC_PER_SEC) : 0;
	struct tm tm;

	if (!e || !journal_is_request(e) || !gmtime_r(&seconds, &tm))
		return false;
	strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &tm);
	if (!addr_is_unset(&e->ip))
		addr_format(&e->ip, ip);
	put(c, "%s - - [%s] \"%.*s %.*s %.*s\" %u ", ip, when, STR_FMT(journal_method(e)),
		STR_FMT(journal_path(e)), STR_FMT(journal_proto(e)), e->status);
	put(c, e->bytes == ABSENT ? "-" : "%" PRIu64, e->bytes);
	put(c, " \"%.*s\" \"%.*s\"", STR_FMT(journal_referer(e)), STR_FMT(journal_agent(e)));
	return true;
}

static bool put_path(struct view *v, struct copy *c)
{
	const struct journal_entry *e = entry_of(v);

	if (!e || !journal_is_request(e) || !journal_path(e).n)
		return false;
	put(c, "%.*s", STR_FMT(journal_path(e)));
	return true;
}

/* An address or a network, which commands can name. */
static bool named_prefix(const struct view *v, struct subject_key *ret)
{
	return nav_selected(v, ret) && ret->prefix.bits;
}

static bool put_ss(struct view *v, struct copy *c)
{
	struct subject_key key;

	if (!named_prefix(v, &key))
		return false;
	put(c, "ss -tanpi dst ");
	return put_name(v, c);
}

static bool put_whois(struct view *v, struct copy *c)
{
	struct subject_key key;
	char ip[ADDR_TEXT_MAX];

	if (!named_prefix(v, &key))
		return false;
	addr_format(&key.prefix.addr, ip);
	put(c, "whois %s", ip);
	return true;
}

/* In single quotes, as the shell takes everything but these. */
static void put_quoted(struct copy *c, const char *text)
{
	put(c, "'");
	for (; *text; text++)
		put(c, *text == '\'' ? "'\\''" : "%c", *text);
	put(c, "'");
}

/* What lines of the network begin with: up to its last whole byte, or group of four digits. */
static void put_lead(struct copy *c, const struct subject_key *key)
{
	char ip[ADDR_TEXT_MAX];
	size_t n = addr_format(&key->prefix.addr, ip);
	bool v4 = addr_is_v4(&key->prefix.addr);

	if (key->by != GROUP_NONE)
		while (n && ip[n - 1] != (v4 ? '.' : ':'))
			n--;
	if (key->by != GROUP_NONE && !v4 && n > 1 && ip[n - 2] == ':')
		n--;
	for (size_t i = 0; i < n; i++)
		put(c, ip[i] == '.' ? "[.]" : "%c", ip[i]);
}

static bool put_grep(struct view *v, struct copy *c)
{
	const struct machine *machine = model_machine(v->m);
	struct subject_key key;
	uint32_t i = 0;

	while (i < machine->log_count && !model_log_has_requests(&machine->logs[i]))
		i++;
	if (!named_prefix(v, &key) || i == machine->log_count)
		return false;
	put(c, "grep -E '(^|[^0-9a-f.:])");
	put_lead(c, &key);
	put(c, key.by == GROUP_NONE ? "([^0-9a-f.:]|$)' " : "' ");
	put_quoted(c, machine->logs[i].name);
	return true;
}

static bool put_filter(struct view *v, struct copy *c)
{
	put(c, "%s", v->filter.text);
	return v->filter.count > 0;
}

static bool put_verdict(struct view *v, struct copy *c)
{
	put(c, "%s", model_machine(v->m)->verdict.text);
	return c->n > 0;
}

/* The finding that the cursor is on, or the gravest of whoever it is on. */
static const struct flag *finding_of(struct view *v)
{
	struct panel *p = nav_body(v);
	const struct flag *flag = NULL;
	struct subject_key key;

	if (p->ops->flag)
		return p->ops->flag(p);
	if (!named_prefix(v, &key))
		return NULL;
	if (key.by == GROUP_NONE)
		flags_of_addr(&v->m->flags, &key.prefix.addr, false, &flag, 1);
	if (!flag)
		flags_of_prefix(&v->m->flags, &key.prefix, &flag, 1);
	return flag;
}

/* "syn-flood 203.0.113.0/24: 254 half-open; not one if the handshakes complete" */
static bool put_finding(struct view *v, struct copy *c)
{
	const struct flag *flag = finding_of(v);

	if (!flag)
		return false;
	put(c, "%s%s%s: %s", flag->name, flag->who[0] ? " " : "", flag->who, flag->evidence);
	if (flag->disproof[0])
		put(c, "; not one if: %s", flag->disproof);
	return true;
}

/* The script that is shown, to be pasted into a root shell. */
static bool put_script(struct view *v, struct copy *c, bool undo)
{
	struct panel *p = nav_body(v);
	struct str command, undoes;

	if (!p->ops->command || !p->ops->command(p, &command, &undoes))
		return false;
	command = undo ? undoes : command;
	put(c, "%.*s", STR_FMT(command));
	return c->n > 0;
}

static bool put_block(struct view *v, struct copy *c)
{
	return put_script(v, c, false);
}

static bool put_unblock(struct view *v, struct copy *c)
{
	return put_script(v, c, true);
}

static const struct {
	const char *name;
	bool (*put)(struct view *v, struct copy *c); /* false: there is none such here */
} things[] = {
	{"command", put_block},
	{"undo", put_unblock},
	{"name", put_name},
	{"row", put_row},
	{"value", put_target},
	{"request", put_request},
	{"path", put_path},
	{"connections (ss)", put_ss},
	{"lines (grep)", put_grep},
	{"owner (whois)", put_whois},
	{"finding", put_finding},
	{"filter", put_filter},
	{"verdict", put_verdict},
};

/* The i-th thing that there is. */
static bool thing_at(struct view *v, size_t i, struct copy *ret, const char **ret_name)
{
	for (size_t k = 0; k < ARRAY_LEN(things); k++) {
		*ret = (struct copy){.n = 0};
		if (things[k].put(v, ret) && i-- == 0) {
			*ret_name = things[k].name;
			return true;
		}
	}
	return false;
}

static bool copy_at(struct view *v, size_t i, struct chooser_entry *ret)
{
	struct copy copy;
	const char *name;

	if (!thing_at(v, i, &copy, &name))
		return false;
	snprintf(ret->name, sizeof ret->name, "%s", name);
	text_copy(ret->note, sizeof ret->note, (struct str){copy.text, copy.n});
	return true;
}

static void copy_choose(struct view *v, size_t i)
{
	struct copy copy;
	const char *name;

	if (thing_at(v, i, &copy, &name))
		hand_over(v, (struct str){copy.text, copy.n});
}

const struct picking copy_picking = {"Copy", copy_at, copy_choose};

/* Who it is, where the panel stands on somebody; else what it stands on. */
void copy_selected(struct view *v)
{
	struct copy copy = {.n = 0};

	if (put_name(v, &copy) || put_target(v, &copy))
		hand_over(v, (struct str){copy.text, copy.n});
	else
		view_refuse(v, "nothing is under the cursor to copy");
}
