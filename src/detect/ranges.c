// SPDX-License-Identifier: MIT
#include "detect/ranges.h"

#include "base/text.h"
#include "detect/ranges_json.h"

#include <errno.h>
#include <stdio.h>

struct range {
	struct prefix_item item; /* first */
	uint32_t file;           /* that had it first */
	uint64_t files;          /* a bit for each that has it */
};

_Static_assert(RANGES_FILES <= 64, "a bit for each");

struct reading {
	struct ranges *ranges;
	uint32_t file;
	uint64_t found;
	struct ranges_error *error;
};

int ranges_init(struct ranges *r)
{
	*r = (struct ranges){0};
	return prefixes_init(&r->prefixes, sizeof(struct range), RANGES_MAX, NULL);
}

void ranges_done(struct ranges *r)
{
	if (r->prefixes.pool.items)
		prefixes_done(&r->prefixes);
	r->files = 0;
}

static int fail(struct reading *in, unsigned line, const char *text)
{
	*in->error = (struct ranges_error){.line = line};
	snprintf(in->error->text, sizeof in->error->text, "%s", text);
	return -EINVAL;
}

static bool is_too_wide(const struct prefix *p)
{
	return p->bits < (addr_is_v4(&p->addr) ? 96 + 8 : 16);
}

static int keep(struct reading *in, const struct prefix *p)
{
	struct prefixes *t = &in->ranges->prefixes;
	struct range *range = prefixes_find(t, p);
	const uint64_t bit = UINT64_C(1) << in->file;

	in->found++;
	*(addr_is_v4(&p->addr) ? &in->ranges->speak_of_v4 : &in->ranges->speak_of_v6) |= bit;
	if (range) {
		in->ranges->networks[in->file] += !(range->files & bit);
		range->files |= bit;
		return 0;
	}
	if (t->pool.live == t->pool.cap) {
		in->ranges->left_out++;
		return 0;
	}
	range = prefixes_set(t, p);
	if (!range)
		return -ENOMEM;
	range->file = in->file;
	range->files = bit;
	in->ranges->networks[in->file]++;
	return 0;
}

/* JSON may write "/" as "\/", and PHP does. Nothing else that is escaped is in a network. */
static struct str without_escapes(struct str text, char buf[static PREFIX_TEXT_MAX])
{
	size_t n = 0;

	if (!text.n || text.n > PREFIX_TEXT_MAX || !memchr(text.p, '\\', text.n))
		return text;
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != '\\' || i + 1 == text.n || text.p[i + 1] != '/')
			buf[n++] = text.p[i];
	return (struct str){buf, n};
}

/* A text of a JSON file, or a line's first word. One that need not be a network may be anything. */
static int take_text(void *ctx, unsigned line, struct str text, bool must)
{
	struct reading *in = ctx;
	char buf[PREFIX_TEXT_MAX];
	struct prefix p;

	if (prefix_parse(without_escapes(text, buf), &p) < 0)
		return must ? fail(in, line, "expected a network, as 192.0.2.0/24") : 0;
	if (is_too_wide(&p))
		return must ? fail(in, line, "a network as wide as this is nobody's") : 0;
	return keep(in, &p);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* What a line begins with, up to a blank, a comma or a comment; empty when there is nothing. */
static struct str first_of(struct str line)
{
	size_t from = 0, to;

	while (from < line.n && is_blank(line.p[from]))
		from++;
	for (to = from; to < line.n && !is_blank(line.p[to]); to++)
		if (line.p[to] == ',' || line.p[to] == ';' || line.p[to] == '#')
			break;
	return (struct str){line.p + from, to - from};
}

static int read_lines(struct reading *in, struct str text)
{
	int err = 0;

	for (unsigned number = 1; !err && text.n; number++) {
		const char *end = memchr(text.p, '\n', text.n);
		struct str line = {text.p, end ? (size_t)(end - text.p) : text.n};
		struct str first = first_of(line);
		size_t used = line.n + (end ? 1 : 0);
		text = (struct str){text.p + used, text.n - used};
		if (first.n)
			err = take_text(in, number, first, true);
	}
	return err;
}

static bool is_json(struct str text)
{
	size_t i = 0;

	while (i < text.n && (is_blank(text.p[i]) || text.p[i] == '\n'))
		i++;
	return i < text.n && (text.p[i] == '{' || text.p[i] == '[');
}

static int read_json(struct reading *in, struct str text)
{
	unsigned line = 1;
	int err = ranges_json_read(text, take_text, in, &line);

	in->ranges->speak_of_v4 |= UINT64_C(1) << in->file;
	in->ranges->speak_of_v6 |= UINT64_C(1) << in->file;
	if (err == -EBADMSG)
		return fail(in, line, "not JSON");
	return err;
}

/* Windows' editors put a byte order mark before it. */
static struct str without_mark(struct str text)
{
	if (str_starts(text, STR_LIT("\xef\xbb\xbf")))
		return (struct str){text.p + 3, text.n - 3};
	return text;
}

int ranges_add(struct ranges *r, struct str name, struct str text, struct ranges_error *ret_error)
{
	struct reading in = {.ranges = r, .file = r->files, .error = ret_error};

	if (text.n > RANGES_TEXT_MAX || r->files == RANGES_FILES)
		return -E2BIG;
	text_copy(r->names[r->files++], RANGES_NAME_MAX, name);
	text = without_mark(text);
	int err = is_json(text) ? read_json(&in, text) : read_lines(&in, text);
	if (!err && in.found == 0)
		err = fail(&in, 1, "no network in it");
	return err;
}

uint64_t ranges_files(const struct ranges *r, const struct addr *a)
{
	const struct range *range;
	uint64_t files = 0;
	unsigned bits = 128;

	/* None is of no bits at all: is_too_wide. */
	while (r->files && (range = prefixes_match(&r->prefixes, a, bits))) {
		files |= range->files;
		bits = range->item.prefix.bits - 1u;
	}
	return files;
}

uint64_t ranges_speak_of(const struct ranges *r, const struct addr *a)
{
	return addr_is_v4(a) ? r->speak_of_v4 : r->speak_of_v6;
}

const char *ranges_find(const struct ranges *r, const struct addr *a)
{
	const struct range *range = prefixes_match(&r->prefixes, a, 128);

	return range ? r->names[range->file] : NULL;
}
