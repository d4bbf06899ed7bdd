// SPDX-License-Identifier: MIT
/*
 * Names are found by the hash of their path. Those that the operator or a configuration spells out
 * have a place first; of those that globs match, when they are too many, those that are written.
 */
#include "log/set_parts.h"

#include "base/hash.h"
#include "log/glob.h"

#include <fnmatch.h>
#include <stdlib.h>

#define IDLE_MIN   (10 * USEC_PER_SEC) /* before a name makes way for another */
#define USERS_PART 8                   /* of all names, by the word of other users than root */

struct log_name *set_name_find(const struct log_set *set, const char *path)
{
	index_for_each_match (&set->names_by_path, hash_bytes(path, strlen(path)), slot)
		if (strcmp(set->names[slot]->path, path) == 0)
			return set->names[slot];
	return NULL;
}

static void ask_server(const struct log_set *set, struct log_name *name)
{
	struct log_configured c;

	name->stream.configured = NULL;
	name->stream.buffered = NULL;
	if (!set->look_up || !set->look_up(set->look_up_context, name->path, &name->owner, &c))
		return;
	name->stream.configured = c.format;
	name->stream.buffered = c.buffered;
}

static void take_input(struct log_set *set, struct log_name *name, const struct log_input *input)
{
	name->stream.format = input->format;
	set->user_names += input->owner.is_user;
	set->user_names -= name->owner.is_user;
	name->from_end = input->from_end;
	name->interval = input->interval > 0 ? input->interval : USEC_PER_SEC;
	name->stream.errors = input->errors;
	name->owner = input->owner;
	ask_server(set, name);
	if (set->changing)
		set_name_mark(set, name);
}

/* An input asks again for a name that the inputs before had. What was closed meanwhile is as well
 * off as it was. */
static void take_back(struct log_set *set, struct log_name *name, const struct log_input *input)
{
	name->let_go = false;
	take_input(set, name, input);
	if (name->is_parked)
		set_name_state(set, name, LOG_READING, NULL);
}

static uint32_t users_share(const struct log_set *set)
{
	return (set->names_max + USERS_PART - 1) / USERS_PART;
}

/* Whether there is room for so many names more, by the word of this owner. */
static bool has_room(const struct log_set *set, const struct log_owner *owner, size_t n)
{
	return set->name_count + n <= set->names_max &&
	       (!owner->is_user || set->user_names + n <= users_share(set));
}

static bool has_place(struct log_set *set, const struct log_owner *owner)
{
	uint32_t cap = set->name_cap ? 2 * set->name_cap : 64;

	if (!has_room(set, owner, 1))
		return false;
	if (set->name_count < set->name_cap)
		return true;
	struct log_name **names = realloc(set->names, cap * sizeof *names);
	if (!names)
		return false;
	set->names = names;
	set->name_cap = cap;
	return true;
}

struct log_name *set_name_get(struct log_set *set, const char *path, const struct log_input *input)
{
	struct log_name *name = set_name_find(set, path);

	if (name && name->let_go)
		take_back(set, name, input);
	if (name)
		return name;
	name = has_place(set, &input->owner) ? log_name_new(path) : NULL;
	if (!name)
		return NULL;
	name->hash = hash_bytes(path, strlen(path));
	name->slot = set->name_count;
	if (index_add(&set->names_by_path, name->hash, name->slot) < 0) {
		log_name_free(name);
		return NULL;
	}
	name->is_late = set->changing;
	take_input(set, name, input);
	name->dir = log_dirs_get(&set->dirs, path);
	log_dirs_join(&set->dirs, name->dir);
	set->names[set->name_count++] = name;
	return name;
}

/* Marks. */

void set_name_mark(struct log_set *set, struct log_name *name)
{
	if (name->is_marked)
		return;
	name->is_marked = true;
	name->next_marked = NULL;
	*set->marked_end = name;
	set->marked_end = &name->next_marked;
}

struct log_name *set_name_take_marked(struct log_set *set)
{
	struct log_name *name = set->marked;

	if (!name)
		return NULL;
	set->marked = name->next_marked;
	if (!set->marked)
		set->marked_end = &set->marked;
	name->is_marked = false;
	return name;
}

void log_set_touch(struct log_set *set, struct log_name *name)
{
	if (name->is_touched)
		return;
	name->is_touched = true;
	name->next_touched = NULL;
	*set->touched_end = name;
	set->touched_end = &name->next_touched;
}

struct log_name *log_set_take_touched(struct log_set *set)
{
	struct log_name *first = set->touched;

	for (struct log_name *name = first; name; name = name->next_touched)
		name->is_touched = false;
	set->touched = NULL;
	set->touched_end = &set->touched;
	return first;
}

void set_name_state(
	struct log_set *set, struct log_name *name, enum log_state state, const char *note)
{
	log_stream_set_state(&name->stream, state, note);
	if (!name->stream.is_state_reported)
		log_set_touch(set, name);
}

void set_name_error(struct log_set *set, struct log_name *name, int err)
{
	log_stream_set_error(&name->stream, err);
	if (!name->stream.is_state_reported)
		log_set_touch(set, name);
}

/* Forgetting. */

/* Nothing of it is left to do or to say. */
static bool is_loose(const struct log_name *name)
{
	return name->match != NAME_NAMED && !name->is_glob && name->files == 0 && !name->file &&
	       !name->is_marked && !name->is_touched && log_stream_is_reported(&name->stream);
}

static void forget(struct log_set *set, struct log_name *name)
{
	struct log_name *last = set->names[--set->name_count];

	set->user_names -= name->owner.is_user;
	index_remove(&set->names_by_path, name->hash, name->slot);
	if (last != name) {
		index_remove(&set->names_by_path, last->hash, last->slot);
		last->slot = name->slot;
		set->names[last->slot] = last;
		/* It cannot fail: there was room for it just now. */
		index_add(&set->names_by_path, last->hash, last->slot);
	}
	set->waiting -= name->waits;
	log_dirs_leave(&set->dirs, name->dir);
	for (size_t i = set->renames.n; i-- > 0;)
		if (set->renames.at[i].name == name)
			set->renames.at[i] = set->renames.at[--set->renames.n];
	log_name_free(name);
}

/* A name that is gone may come again, and its totals go on then: between a rename and the server's
 * next line there is none. It makes way only for others. */
static void forget_gone(struct log_set *set)
{
	bool many = set->name_count >= set->names_max * 3 / 4;
	bool many_of_users = set->user_names >= users_share(set) * 3 / 4;

	if (!many && !many_of_users)
		return;
	for (uint32_t i = set->name_count; i-- > 0;) {
		struct log_name *name = set->names[i];
		if (name->match != set->match && is_loose(name) && (many || name->owner.is_user))
			forget(set, name);
	}
}

/* The one that nothing was written to for the longest time makes way; false: all are written. What
 * root names makes no way for a user's. */
static bool make_way(struct log_set *set, const struct log_owner *owner, usec_t now)
{
	struct log_name *idlest = NULL;
	usec_t oldest = now - IDLE_MIN;

	for (uint32_t i = 0; i < set->name_count; i++) {
		struct log_name *name = set->names[i];
		bool busy = name->match == NAME_NAMED || name->is_glob || name->is_marked ||
			    name->is_touched || name->files > (name->file != NULL) ||
			    (name->file && name->file->links[QUEUE_READY].in) ||
			    (owner->is_user && !name->owner.is_user);
		usec_t active = name->file ? name->file->active : 0;
		if (busy || active > oldest)
			continue;
		idlest = name;
		oldest = active;
	}
	log_pace_spend(&set->acts, set->name_count / WORK_FILES);
	if (!idlest)
		return false;
	if (idlest->file)
		log_set_close(set, idlest->file);
	forget(set, idlest);
	return true;
}

/* Globs. */

struct fresh {
	char *path; /* owned */
	usec_t written;
};

struct matching {
	struct log_set *set;
	const struct log_input *input;
	struct fresh *fresh; /* matches that have no name yet */
	size_t n, cap;
	uint64_t lost; /* for want of memory */
};

static void take_match(void *context, const char *path)
{
	struct matching *m = context;
	struct log_name *name = set_name_find(m->set, path);

	if (name) {
		/* What a user named, too, is the operator's when he means it. */
		if (name->let_go || (name->owner.is_user && !m->input->owner.is_user))
			take_back(m->set, name, m->input);
		if (name->match != NAME_NAMED)
			name->match = m->set->match;
		return;
	}
	if (m->n == m->cap) {
		size_t cap = m->cap ? 2 * m->cap : 64;
		struct fresh *more = realloc(m->fresh, cap * sizeof *more);
		if (!more) {
			m->lost++;
			return;
		}
		m->fresh = more;
		m->cap = cap;
	}
	m->fresh[m->n] = (struct fresh){.path = strdup(path)};
	m->lost += !m->fresh[m->n].path;
	m->n += m->fresh[m->n].path != NULL;
}

static int by_time(const void *a, const void *b)
{
	const struct fresh *x = a, *y = b;

	return (x->written < y->written) - (x->written > y->written);
}

static struct log_name *take_fresh(
	struct log_set *set, const char *path, const struct log_input *input)
{
	struct log_name *name = set_name_get(set, path, input);

	if (!name)
		return NULL;
	name->match = set->match;
	set_name_mark(set, name);
	return name;
}

/* Those that were written last come first; more than there is room for have a place only if they
 * were written since the last time, and another was not. They are read from where they are. */
static void choose_fresh(struct matching *m, usec_t now)
{
	struct log_set *set = m->set;

	for (size_t i = 0; i < m->n; i++) {
		struct stat st;
		if (set_stat(set, m->fresh[i].path, &st) == 0)
			m->fresh[i].written = (usec_t)st.st_mtim.tv_sec * USEC_PER_SEC +
					      st.st_mtim.tv_nsec / 1000;
	}
	qsort(m->fresh, m->n, sizeof *m->fresh, by_time);
	for (size_t i = 0; i < m->n; i++) {
		struct stat st;
		const struct log_owner *owner = &m->input->owner;
		bool full = !has_room(set, owner, 1);
		if (full && set->matched && m->fresh[i].written >= set->matched)
			full = !make_way(set, owner, now);
		struct log_name *name = full ? NULL : take_fresh(set, m->fresh[i].path, m->input);
		set->leaving_out += !name;
		if (name && set->scanned && set_stat(set, name->path, &st) == 0 &&
			S_ISREG(st.st_mode))
			name->start_at = st.st_size;
	}
}

static void take_all_fresh(struct matching *m, usec_t now)
{
	bool crowded = !has_room(m->set, &m->input->owner, m->n);

	if (crowded)
		choose_fresh(m, now);
	for (size_t i = 0; i < m->n; i++) {
		if (!crowded)
			m->set->leaving_out += !take_fresh(m->set, m->fresh[i].path, m->input);
		free(m->fresh[i].path);
	}
	free(m->fresh);
	m->set->leaving_out += m->lost;
}

static struct log_glob glob_of(const struct log_set *set, const struct log_input *input)
{
	return (struct log_glob){
		.pattern = input->path, .root = set->root, .guessed = input->guessed};
}

static void match_glob(struct log_set *set, const struct log_input *input, usec_t now)
{
	struct matching m = {.set = set, .input = input};
	struct log_name *name = set_name_find(set, input->path);
	uint64_t before = set->leaving_out;
	size_t listed = 0;
	const struct log_glob glob = glob_of(set, input);
	int found = log_glob_expand(&glob, take_match, &m, &listed);

	set->work.listed += listed;
	take_all_fresh(&m, now);
	if (!name)
		return;
	name->is_glob = true;
	if (set->leaving_out > before || listed > LOG_GLOB_NAMES_MAX)
		set_name_state(
			set, name, LOG_UNREADABLE, "Matches more files than can be followed");
	else if (found < 0)
		set_name_error(set, name, found);
	else if (found == 0)
		set_name_state(set, name, LOG_MISSING, "No file matches");
	else if (name->stream.state != LOG_STATE_NONE)
		set_name_state(set, name, LOG_READING, NULL);
}

/* What is left of them is read, as after a rotation; their totals stay. */
static void let_go(struct log_set *set, usec_t now)
{
	for (uint32_t i = 0; i < set->name_count; i++) {
		struct log_name *name = set->names[i];
		if (!name->let_go)
			continue;
		if (name->file)
			set_detach(set, name->file, now);
		set->waiting -= name->waits;
		name->waits = name->shares = name->is_copy = name->is_glob = false;
		set_name_state(set, name, LOG_STATE_NONE, "No longer in the configuration");
	}
	set->changing = false;
}

static void match_input(struct log_set *set, const struct log_input *input, usec_t now)
{
	if (strpbrk(input->path, "*?[{") && log_glob_is(input->path)) {
		match_glob(set, input, now);
		return;
	}
	struct log_name *name = set_name_get(set, input->path, input);
	set->leaving_out += !name;
	if (!name)
		return;
	name->is_glob = false;
	name->match = NAME_NAMED;
}

bool set_names_match(struct log_set *set, usec_t now, uint64_t units)
{
	size_t first = set->match_at;
	uint64_t begun = set_matching_cost(set);

	if (!first) {
		set->match = set->match + 1 == NAME_NAMED ? 1 : set->match + 1;
		set->leaving_out = 0;
	}
	while (set->match_at < set->input_count) {
		size_t inputs = set->match_at - first;
		if (inputs && set_matching_cost(set) - begun + inputs >= units)
			return false;
		match_input(set, &set->inputs[set->match_at++], now);
	}
	set->match_at = 0;
	set->left_out = set->leaving_out;
	if (set->changing)
		let_go(set, now);
	forget_gone(set);
	return true;
}

/* What was named comes before what a glob matches: it has a place, and can say what is wrong, also
 * when matches take all the rest. */
void set_names_begin(struct log_set *set)
{
	for (size_t i = 0; i < set->input_count; i++) {
		struct log_name *name = set_name_get(set, set->inputs[i].path, &set->inputs[i]);
		if (name)
			name->match = NAME_NAMED;
	}
}

void set_names_consider(struct log_set *set, const char *path)
{
	for (size_t i = 0; i < set->glob_count; i++) {
		const struct log_input *input = &set->inputs[set->globs[i]];
		const struct log_glob glob = glob_of(set, input);
		if (!log_pace_may(&set->acts)) {
			set->match_due = true;
			return;
		}
		log_pace_spend(&set->acts, 1);
		/* fnmatch(3) has no braces, and nobody's home: the next expansion sees to them. */
		if (strchr(input->path, '{') || input->path[0] == '~') {
			set->match_due = true;
			continue;
		}
		if (fnmatch(input->path, path, FNM_PATHNAME | FNM_PERIOD) != 0)
			continue;
		set->work.looks++;
		if (!has_room(set, &input->owner, 1))
			set->match_due = true;
		else if (log_glob_takes(&glob, path))
			take_fresh(set, path, input);
		return;
	}
}

void set_names_change(struct log_set *set)
{
	set->changing = set->match_due = true;
	set->match_after = 0;
	set->match_at = 0;
	for (uint32_t i = 0; i < set->name_count; i++) {
		struct log_name *name = set->names[i];
		name->let_go = true; /* until an input asks for it */
		name->match = 0;
		name->stream.configured = name->stream.hint = NULL;
		name->stream.buffered = NULL;
		name->stream.vain = 0;
	}
	set_names_begin(set);
}

void set_names_done(struct log_set *set)
{
	for (uint32_t i = 0; i < set->name_count; i++)
		log_name_free(set->names[i]);
	free(set->names);
	index_done(&set->names_by_path);
}
