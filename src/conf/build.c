// SPDX-License-Identifier: MIT
#include "conf/build.h"

#include "base/hash.h"
#include "base/opener.h"
#include "base/text.h"
#include "log/formats.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What the table's quick parser reads as well. */
static const char *const combined[] = {
	("$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent "
	 "\"$http_referer\" \"$http_user_agent\""),
	"%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\"",
	"%h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\"",
};

/* Collecting. */

static void set_text(char **at, struct str text)
{
	free(*at);
	*at = strndup(text.p ? text.p : "", text.n);
}

void conf_note(struct conf_build *b, const char *format, ...)
{
	struct server_confs *c = b->confs;
	char text[SERVER_TEXT_MAX];
	struct server_note note = {.server = b->server->name};
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	text_sanitise(note.text, sizeof note.text - 1, str_of(text));
	for (size_t i = 0; i < c->note_count; i++)
		if (c->notes[i].server == note.server && strcmp(c->notes[i].text, note.text) == 0)
			return;
	if (c->note_count < SERVER_NOTES_MAX)
		c->notes[c->note_count++] = note;
	else
		c->dropped++;
}

int conf_read(
	struct conf_build *b, const char *path, void (*take)(struct conf_build *b, struct str text))
{
	struct str text;
	char *buf;

	int err = conf_file_read(&b->budget, path, &text, &buf);
	if (err) {
		b->confs->left_out += err == -E2BIG && b->budget.depth > 0;
		if (b->budget.depth == CONF_DEPTH_MAX)
			conf_note(b, "%s: not read, files include each other more than %d deep",
				path, CONF_DEPTH_MAX);
		else if (b->budget.depth > 0 && err != -EISDIR)
			conf_note(b, "%s: %s", path, strerror(-err));
		return err;
	}
	b->budget.depth++;
	take(b, text);
	b->budget.depth--;
	free(buf);
	return 0;
}

static struct conf_format *format_named(struct conf_build *b, const char *name)
{
	for (size_t i = 0; i < b->format_count; i++)
		if (!b->formats[i].literal && strcmp(b->formats[i].name, name) == 0)
			return &b->formats[i];
	return NULL;
}

/* A format that a log spells out, which many may spell alike; NULL when there is no room. */
static struct conf_format *format_spelled(struct conf_build *b, const char *text)
{
	struct conf_format *f;

	for (size_t i = 0; i < b->format_count; i++) {
		f = &b->formats[i];
		if (f->literal && f->text && strcmp(f->text, text) == 0)
			return f;
	}
	if (b->format_count == SERVER_FORMATS_MAX) {
		b->confs->dropped++;
		return NULL;
	}
	f = &b->formats[b->format_count++];
	*f = (struct conf_format){
		.name = "its own", .literal = true, .dialect = b->server->dialect};
	set_text(&f->text, str_of(text));
	return f;
}

void conf_add_format(
	struct conf_build *b, struct str name, struct str text, enum log_dialect dialect)
{
	char key[CONF_NAME_MAX];

	snprintf(key, sizeof key, "%.*s", STR_FMT(name));
	struct conf_format *f = format_named(b, key);
	if (!f && b->format_count == SERVER_FORMATS_MAX) {
		b->confs->dropped++;
		return;
	}
	if (!f) {
		f = &b->formats[b->format_count++];
		memcpy(f->name, key, sizeof key);
	}
	set_text(&f->text, text);
	f->dialect = dialect;
}

/* Which file it is: what has the same path is the same. */
static void enter(struct conf_build *b, struct conf_log *log)
{
	uint64_t hash = hash_bytes(log->path, strlen(log->path));

	uint32_t self = (uint32_t)b->log_count++;

	log->file = self;
	log->next_of_file = CONF_NO_LOG;
	index_for_each_match (&b->files, hash, id)
		if (strcmp(b->logs[id].path, log->path) == 0)
			log->file = id;
	struct conf_log *first = &b->logs[log->file];
	if (first != log)
		b->logs[first->last_of_file].next_of_file = self;
	else if (index_add(&b->files, hash, self) < 0)
		b->confs->dropped++;
	first->last_of_file = self;
}

void conf_add_log(struct conf_build *b, struct str path, struct str format, struct str buffered)
{
	if (b->log_count >= CONF_LOGS_MAX / b->budget.part || path.n >= PATH_MAX) {
		b->confs->left_out++;
		return;
	}
	struct conf_log *log = &b->logs[b->log_count];
	set_text(&log->path, path);
	set_text(&log->format, format);
	text_sanitise(log->buffered, sizeof log->buffered - 1, buffered);
	log->context = b->context;
	log->conditional = b->conditional;
	log->stripped = b->stripped;
	if (log->path && log->format)
		enter(b, log);
}

void conf_add_error_log(struct conf_build *b, struct str path)
{
	uint64_t hash = hash_bytes(path.p, path.n);

	index_for_each_match (&b->error_files, hash, id)
		if (str_eq(str_of(b->error_logs[id]), path))
			return;
	if (b->error_log_count >= SERVER_LOGS_MAX / b->budget.part || path.n >= PATH_MAX) {
		b->confs->left_out++;
		return;
	}
	uint32_t id = (uint32_t)b->error_log_count;
	set_text(&b->error_logs[id], path);
	if (b->error_logs[id] && index_add(&b->error_files, hash, id) == 0)
		b->error_log_count++;
	else
		b->confs->left_out++;
}

void conf_add_nowhere(struct conf_build *b, struct str format)
{
	char *text = format.p && format_string_is(format) ? strndup(format.p, format.n) : NULL;

	if (text)
		format_spelled(b, text);
	free(text);
}

bool conf_join(char out[static PATH_MAX], const char *dir, struct str path)
{
	bool absolute = path.n && path.p[0] == '/';
	int n = snprintf(
		out, PATH_MAX, "%s%s%.*s", absolute ? "" : dir, absolute ? "" : "/", STR_FMT(path));

	return n > 0 && n < PATH_MAX;
}

/* Matching. */

/* quiet: nobody uses it, so nobody wants to know what is wrong with it. */
static const struct log_format *compile(struct conf_build *b, struct conf_format *f, bool quiet)
{
	const struct str text = str_of(f->text);
	const enum log_dialect dialect = f->dialect;
	const char *name = f->name;
	struct server_confs *c = b->confs;
	struct log_format *format;
	char error[FORMAT_STRING_ERROR_MAX], label[CONF_NAME_MAX + 32];

	for (size_t i = 0; i < ARRAY_LEN(combined) && dialect == b->server->dialect; i++)
		if (str_eq(text, str_of(combined[i])))
			return log_format_find(STR_LIT("combined"));
	if (c->format_count == SERVER_FORMATS_MAX) {
		c->dropped++;
		return NULL;
	}
	snprintf(label, sizeof label, "%s (%s)", name, b->server->name);
	int err = format_string_new(text, dialect, str_of(label), &format, error);
	if (err) {
		if (!quiet)
			conf_note(
				b, "format %s: %s", name, err == -EINVAL ? error : strerror(-err));
		return NULL;
	}
	f->is_other = !format_string_is_access(format);
	if (f->is_other && quiet) {
		format_string_free(format);
		return NULL;
	}
	c->formats[c->format_count++] = format;
	return format;
}

/* NULL for what has to be detected. *ret_is_other: what it spells out are no requests. */
static const struct log_format *resolve(
	struct conf_build *b, const char *format, bool *ret_is_other)
{
	const struct log_format *own = log_format_find(str_of(format));

	*ret_is_other = false;
	if (!format[0])
		return NULL;
	struct conf_format *f = format_named(b, format);
	if (!f && !own && !format_string_is(str_of(format)))
		conf_note(b, "format %s: not defined", format);
	if (!f && (own || !format_string_is(str_of(format))))
		return own;
	if (!f)
		f = format_spelled(b, format);
	if (!f || !f->text)
		return NULL;
	if (!f->compiled)
		f->compiled = compile(b, f, false);
	*ret_is_other = f->is_other;
	return f->compiled;
}

/* Several sites may write one log. */
static void merge_log(struct conf_build *b, struct server_log *log, const struct conf_log *from)
{
	bool is_other;

	if (resolve(b, from->format, &is_other) != log->format)
		conf_note(b, "%s: written in more than one format; %s is expected", log->path,
			log->format ? log->format->name : "what can be detected");
	if (from->buffered[0])
		memcpy(log->buffered, from->buffered, sizeof log->buffered);
}

/* /dev/stdout, and what images link to it: of whoever opens it, so here it would be ours. */
static bool is_stream(const char *path, const char *whole)
{
	char to[PATH_MAX];
	ssize_t n = opener_link(whole, to, sizeof to);
	struct str target = n > 0 ? (struct str){to, (size_t)n} : str_of(path);

	return str_starts(target, STR_LIT("/dev/")) || str_starts(target, STR_LIT("/proc/"));
}

/* Below the root. False, with a note, when there is nothing to follow. */
static bool whole_path(
	struct conf_build *b, const char *what, const char *named, char out[static PATH_MAX])
{
	const char *root = b->budget.root ? b->budget.root : "";

	if (snprintf(out, PATH_MAX, "%s%s", root, named) >= PATH_MAX)
		return false;
	if (!is_stream(named, out))
		return true;
	conf_note(b, "%s %s: a stream or device", what, named);
	return false;
}

static void look_at(struct conf_build *b, struct conf_log *log)
{
	char path[PATH_MAX];

	log->no_file = !whole_path(b, "log", log->path, path);
	log->no_use = b->budget.root && !log->no_file && !strpbrk(log->path, "*?[{") &&
		      !opener_can_read(b->budget.root, path + strlen(b->budget.root));
}

/* A user says nothing of logs that are root's, by whatever name; and a glob of his may not hide
 * which directory it leads to. */
static bool may_say(struct conf_build *b, const char *path)
{
	bool is_user = b->budget.owner.is_user;
	bool hides = is_user && strpbrk(path, "*?[{") &&
		     (strstr(path, "//") || strstr(path, "/./") || strstr(path, "/../"));

	b->confs->left_out += hides;
	return !hides && !(is_user && server_confs_covers(b->confs, path));
}

/* Another user was the first to name a file, and it is not his. */
static bool is_others(const struct conf_build *b, const struct server_log *log)
{
	const struct log_owner *owner = &b->budget.owner;
	struct stat st;

	return owner->is_user && log->owner.uid != owner->uid &&
	       opener_stat(NULL, log->path, &st) == 0 && st.st_uid == owner->uid;
}

static void take_log(struct conf_build *b, const struct conf_log *from)
{
	struct server_confs *c = b->confs;
	char path[PATH_MAX];

	if (!whole_path(b, "log", from->path, path))
		return;
	bool is_other;
	const struct log_format *format = resolve(b, from->format, &is_other);
	if (is_other) {
		conf_note(b,
			"%s: not followed, its format says nothing of clients and what they "
			"asked for",
			path);
		return;
	}
	if (!may_say(b, path))
		return;
	struct server_log *log = server_confs_at(c, path);
	if (log && is_others(b, log)) {
		log->owner = b->budget.owner;
		log->format = format;
		log->server = b->server->name;
		memcpy(log->buffered, from->buffered, sizeof log->buffered);
		return;
	}
	if (log) {
		merge_log(b, log, from);
		return;
	}
	struct server_log new = {.path = strdup(path),
		.format = format,
		.server = b->server->name,
		.owner = b->budget.owner};

	memcpy(new.buffered, from->buffered, sizeof new.buffered);
	if (!new.path)
		c->left_out++;
	else if (!server_confs_add(c, &new))
		free(new.path);
}

/* Many sites write one. Where errors stand among requests the log is an access log. */
static void take_error_log(struct conf_build *b, const char *named)
{
	struct server_confs *c = b->confs;
	char path[PATH_MAX];

	if (!whole_path(b, "error log", named, path) || !may_say(b, path) ||
		server_confs_at(c, path) || server_confs_error_at(c, path))
		return;
	struct server_error_log new = {
		.path = strdup(path), .server = b->server->name, .owner = b->budget.owner};

	if (!new.path)
		c->left_out++;
	else if (!server_confs_add_error(c, &new))
		free(new.path);
}

/* How much a log says of each request; 0: it is none of requests. */
static unsigned weigh(struct conf_build *b, const char *name)
{
	bool is_other;
	const struct log_format *format = resolve(b, name, &is_other);

	if (name[0] &&
		!format) /* nobody knows what is in it, or it is not what it was meant to be */
		return 1;
	for (size_t i = 0; i < b->confs->format_count; i++)
		if (b->confs->formats[i] == format)
			return is_other ? 0 : format_string_weight(format);
	return FORMAT_STRING_WEIGHT_COMBINED;
}

/* Formats that no log here uses: a line may come from elsewhere, as from a pipe or an old file. */
static void compile_rest(struct conf_build *b)
{
	for (size_t i = 0; i < b->format_count; i++)
		if (b->formats[i].text && !b->formats[i].compiled && !b->formats[i].is_other)
			b->formats[i].compiled = compile(b, &b->formats[i], true);
}

/* A program takes off the first word of each line, and writes the rest. */
static void strip_format(struct conf_build *b, struct conf_log *log)
{
	const struct conf_format *f = format_named(b, log->format);
	struct str text = str_of(f ? f->text : log->format);
	const char *blank = text.n ? memchr(text.p, ' ', text.n) : NULL;
	char *rest = NULL;

	if (blank && format_string_is(text)) {
		text = str_skip(text, (size_t)(blank - text.p) + 1);
		rest = strndup(text.p, text.n);
	}
	if (!rest)
		return;
	free(log->format);
	log->format = rest;
}

static void settle_log(struct conf_build *b, struct conf_log *log)
{
	look_at(b, log);
	if (log->stripped)
		strip_format(b, log);
	if (log->no_file)
		conf_add_nowhere(b, str_of(log->format));
}

void conf_forget(struct conf_build *b)
{
	for (size_t i = 0; i < b->format_count; i++)
		free(b->formats[i].text);
	memset(b->formats, 0, sizeof b->formats);
	b->format_count = 0;
}

void conf_build_finish(struct conf_build *b)
{
	for (size_t i = 0; i < b->log_count; i++)
		settle_log(b, &b->logs[i]);
	conf_once(b, weigh);
	for (size_t i = 0; i < b->log_count; i++) {
		if (!b->logs[i].repeats && !b->logs[i].no_file)
			take_log(b, &b->logs[i]);
		free(b->logs[i].path);
		free(b->logs[i].format);
	}
	compile_rest(b);
	for (size_t i = 0; i < b->error_log_count; i++) {
		take_error_log(b, b->error_logs[i]);
		free(b->error_logs[i]);
	}
	conf_forget(b);
	index_done(&b->files);
	index_done(&b->error_files);
	free(b);
}

struct conf_build *conf_build_new(
	struct server_confs *c, const struct conf_server *server, const char *root)
{
	struct conf_build *b = calloc(1, sizeof *b);

	if (!b)
		return NULL;
	b->confs = c;
	b->server = server;
	conf_budget_init(&b->budget, root, &c->stamps);
	return b;
}

int server_confs_read_text(
	struct server_confs *confs, const struct conf_server *server, struct str text)
{
	struct conf_build *b = conf_build_new(confs, server, NULL);

	if (!b)
		return -ENOMEM;
	strcpy(b->dir, "/etc/server");
	server->read_text(b, text);
	conf_build_finish(b);
	return 0;
}
