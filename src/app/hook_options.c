// SPDX-License-Identifier: MIT
#include "app/hook_options.h"

#include "app/key_options.h"
#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

/* As the config file says it. */
struct hook_option {
	char *key, *label;
	struct text_list command;
	usec_t timeout, every;
	unsigned on_finding; /* of gravities[] */
	bool shell;
};

/* In the order of its choices. */
static const enum severity gravities[] = {
	SEVERITY_NONE, SEVERITY_SUSPECT, SEVERITY_ATTACK, SEVERITY_ACT};

#define EVERY (300 * USEC_PER_SEC)

#define AT(member) .offset = offsetof(struct hook_option, member)

static const struct option_def defs[] = {
	{.key = "key",
		.type = OPTION_TEXT,
		AT(key),
		.help = "key that runs it, one that does nothing else; without, : runs it by its "
			"label"},
	{.key = "label", .type = OPTION_TEXT, AT(label), .help = "what it is called"},
	{.key = "command",
		.type = OPTION_TEXTS,
		AT(command),
		.help = "program and arguments, as one string or word by word; {ip} is the address "
			"of the row, {prefix} its network"},
	{.key = "shell",
		.type = OPTION_SWITCH,
		AT(shell),
		.help = "the command is a script for /bin/sh"},
	{.key = "timeout",
		.type = OPTION_DURATION,
		AT(timeout),
		.min = 0.1,
		.max = 600,
		.help = "how long it may take; without, 15 s"},
	{.key = "on_finding",
		.type = OPTION_ENUM,
		AT(on_finding),
		.choices = "no|suspect|attack|act",
		.help = "a finding as grave as that runs it, once, with {flag} for its name, in "
			"the "
			"console and with --daemon"},
	{.key = "every",
		.type = OPTION_DURATION,
		AT(every),
		.min = 1,
		.max = 604800,
		.help = "how long it rests after a run on a finding; without, 5 min"},
};

static struct hook_option options[HOOKS_MAX];
static struct hook_entry entries[HOOKS_MAX];
static size_t entry_count;

static bool is_given(const struct hook_option *o)
{
	return o->key || o->label || o->command.count;
}

__attribute__((format(printf, 3, 4))) static int refuse(
	char why[static OPTION_WHY_MAX], const struct hook_entry *e, const char *format, ...)
{
	char what[OPTION_WHY_MAX - HOOK_LABEL_MAX - 16];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof what, format, args);
	va_end(args);
	snprintf(why, OPTION_WHY_MAX, "hook \"%s\": %s", e->label, what);
	return -EINVAL;
}

static void put_clean(char *buf, size_t cap, const char *text)
{
	buf[text_sanitise(buf, cap - 1, str_of(text))] = '\0';
}

/* As it was written: words with blanks between them. */
static void name(struct hook_entry *e, const struct hook_option *o)
{
	size_t n = 0;

	for (size_t i = 0; i < o->command.count; i++) {
		size_t room = sizeof e->command - 1 - n;
		n += text_sanitise(e->command + n, room, i ? STR_LIT(" ") : STR_ABSENT);
		room = sizeof e->command - 1 - n;
		n += text_sanitise(e->command + n, room, str_of(o->command.items[i]));
	}
	e->command[n] = '\0';
	put_clean(e->label, sizeof e->label,
		o->label && o->label[0] ? o->label
		: o->command.count && n ? o->command.items[0]
					: "without a command");
}

static int take_key(struct hook_entry *e, const char *key, char why[static OPTION_WHY_MAX])
{
	enum action taken;

	if (!key || !key[0])
		return 0;
	if (!key_parse(str_of(key), &e->code))
		return refuse(why, e, "no key is called \"%s\"", key);
	for (const struct hook_entry *other = entries; other < e; other++)
		if (other->code == e->code)
			return refuse(why, e, "its key %s is that of \"%s\"", key, other->label);
	int err = key_options_add(e->code, ACT_HOOK, &taken);
	if (err == -EEXIST)
		return refuse(why, e,
			"its key %s is that of \"%s\"; expected another, or another "
			"one for that in [keys]",
			key, actions[taken].name);
	return err ? refuse(why, e, "its key %s: %s", key, strerror(-err)) : 0;
}

static void compile(struct hook_entry *e, const struct hook_option *o)
{
	struct str items[HOOK_WORDS_MAX];
	size_t n = o->command.count;

	if (n > HOOK_WORDS_MAX) {
		snprintf(e->why, sizeof e->why, "more than %d words", HOOK_WORDS_MAX);
		return;
	}
	for (size_t i = 0; i < n; i++)
		items[i] = str_of(o->command.items[i]);
	hook_compile(&e->hook, items, n, o->shell, e->why);
}

/* What a command has against it is no reason not to start: the config may be one that another
 * program reads as well. */
static int check(const void *values, char why[static OPTION_WHY_MAX])
{
	const struct hook_option *o = values;
	int err = 0;

	entry_count = 0;
	for (size_t i = 0; i < HOOKS_MAX && !err; i++) {
		struct hook_entry *e = &entries[entry_count];
		if (!is_given(&o[i]))
			continue;
		*e = (struct hook_entry){.timeout = o[i].timeout,
			.least = gravities[o[i].on_finding],
			.every = o[i].every ? o[i].every : EVERY};
		name(e, &o[i]);
		compile(e, &o[i]);
		err = take_key(e, o[i].key, why);
		entry_count++;
	}
	return err;
}

struct option_table hook_option_table(void)
{
	entry_count = 0;
	memset(options, 0, sizeof options);
	return (struct option_table){.section = "actions.hooks",
		.defs = defs,
		.count = ARRAY_LEN(defs),
		.values = options,
		.tables_max = HOOKS_MAX,
		.size = sizeof options[0],
		.check = check,
		.about = "Programs to run on the row under the cursor; docs/hooks.md says how. "
			 "There may be 32."};
}

const struct hook_entry *hook_options_set(size_t *ret_count)
{
	*ret_count = entry_count;
	return entries;
}
