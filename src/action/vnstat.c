// SPDX-License-Identifier: MIT
#include "action/vnstat.h"

#include "base/text.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>

#define DEPTH_MAX 16
#define LIST_MAX  4096 /* items looked at of one list */
#define KIB       1024

static struct json_object *get(struct json_object *o, const char *name, enum json_type type)
{
	struct json_object *v;

	if (!json_object_is_type(o, json_type_object) || !json_object_object_get_ex(o, name, &v))
		return NULL;
	return json_object_is_type(v, type) ? v : NULL;
}

static struct str get_text(struct json_object *o, const char *name)
{
	struct json_object *v = get(o, name, json_type_string);

	if (!v)
		return STR_ABSENT;
	return (struct str){json_object_get_string(v), (size_t)json_object_get_string_len(v)};
}

static size_t length(struct json_object *list)
{
	size_t n = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;

	return n < LIST_MAX ? n : LIST_MAX;
}

/* A whole number of 0..most; false when it is none. */
static bool get_number(struct json_object *o, const char *name, int64_t most, uint64_t *ret)
{
	struct json_object *v = get(o, name, json_type_int);
	int64_t n = v ? json_object_get_int64(v) : -1;

	if (n < 0 || n > most)
		return false;
	*ret = (uint64_t)n;
	return true;
}

static bool read_month(struct json_object *o, uint64_t unit, struct vnstat_month *ret)
{
	struct json_object *date = get(o, "date", json_type_object);
	int64_t most = INT64_MAX / KIB;
	uint64_t year, month, rx, tx;

	if (!get_number(date, "year", 9999, &year) || !get_number(date, "month", 12, &month) ||
		!month || !get_number(o, "rx", most, &rx) || !get_number(o, "tx", most, &tx))
		return false;
	*ret = (struct vnstat_month){(uint32_t)year, (uint32_t)month, rx * unit, tx * unit};
	return true;
}

static bool is_later(const struct vnstat_month *a, const struct vnstat_month *b)
{
	return a->year != b->year ? a->year > b->year : a->month > b->month;
}

/* Version 1 begins with the latest month, version 2 ends with it. */
static bool read_latest(struct json_object *months, uint64_t unit, struct vnstat_month *ret)
{
	struct vnstat_month latest = {0}, month;

	for (size_t i = 0; i < length(months); i++)
		if (read_month(json_object_array_get_idx(months, i), unit, &month) &&
			is_later(&month, &latest))
			latest = month;
	if (!latest.month)
		return false;
	*ret = latest;
	return true;
}

/* How it is spelled in each version of the output, and the unit of its numbers. */
static const struct version {
	const char *number, *name, *months;
	uint64_t unit;
} versions[] = {
	{"1", "id", "months", KIB}, /* vnStat 1.13 to 1.18 */
	{"2", "name", "month", 1},  /* vnStat 2 */
};

static const struct version *version_of(struct json_object *root)
{
	struct str number = get_text(root, "jsonversion");

	for (size_t i = 0; i < ARRAY_LEN(versions); i++)
		if (str_eq(number, str_of(versions[i].number)))
			return &versions[i];
	return NULL;
}

static int refuse(int err, const char *text, char why[static VNSTAT_WHY_MAX])
{
	snprintf(why, VNSTAT_WHY_MAX, "%s", text);
	return err;
}

static int read_root(struct json_object *root, struct str interface, struct vnstat_month *ret,
	char why[static VNSTAT_WHY_MAX])
{
	const struct version *version = version_of(root);
	struct json_object *list = get(root, "interfaces", json_type_array);

	if (!version || !list)
		return refuse(-EINVAL, "vnstat answers in a format that is not known", why);
	for (size_t i = 0; i < length(list); i++) {
		struct json_object *o = json_object_array_get_idx(list, i);
		struct json_object *traffic = get(o, "traffic", json_type_object);
		if (!str_eq(get_text(o, version->name), interface))
			continue;
		if (read_latest(get(traffic, version->months, json_type_array), version->unit, ret))
			return 0;
		return refuse(-ENODATA, "vnstat has no month of it yet", why);
	}
	return refuse(-ENOENT, "vnstat does not watch it", why);
}

/* "Error: No interface matching "eth9" found in database.", its first line. */
static int take_message(struct str text, char why[static VNSTAT_WHY_MAX])
{
	const char *newline = memchr(text.p, '\n', text.n);
	char clean[VNSTAT_WHY_MAX / 2];

	if (newline)
		text.n = (size_t)(newline - text.p);
	text = text_clip(text, sizeof clean - 1);
	size_t n = text_sanitise(clean, sizeof clean, text);
	snprintf(why, VNSTAT_WHY_MAX, "vnstat: %.*s", (int)n, clean);
	return -ENOENT;
}

int vnstat_read(struct str text, struct str interface, struct vnstat_month *ret,
	char why[static VNSTAT_WHY_MAX])
{
	struct json_tokener *reader;

	if (str_take(&text, STR_LIT("Error: ")))
		return take_message(text, why);
	if (!text.n || text.n > VNSTAT_TEXT_MAX)
		return refuse(-EINVAL,
			text.n ? "vnstat's answer is too long" : "vnstat answers nothing", why);
	reader = json_tokener_new_ex(DEPTH_MAX);
	struct json_object *root =
		reader ? json_tokener_parse_ex(reader, text.p, (int)text.n) : NULL;
	int err = root ? read_root(root, interface, ret, why)
		       : refuse(-EINVAL, "vnstat's answer is no JSON", why);
	json_object_put(root);
	if (reader)
		json_tokener_free(reader);
	return err;
}
