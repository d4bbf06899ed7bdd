/* SPDX-License-Identifier: MIT
 *
 * json_scan: JSON (RFC 8259) read forwards over borrowed bytes, one member at a time, without
 * a tree and without allocation. It is lenient where logs are broken: a document that is cut off
 * ends where it ends, a quote within a text that is not escaped does not end it, an unknown escape
 * and a control character stay what they are. What follows the document is not looked at.
 */
#ifndef NG_LOG_JSON_SCAN_H
#define NG_LOG_JSON_SCAN_H

#include "base/str.h"

#define JSON_DEPTH_MAX 64 /* arrays and objects within each other that are passed over */

struct json_scan {
	const char *p, *end; /* what is not read yet */
};

enum json_kind {
	JSON_STRING, /* text is what stands between the quotes */
	JSON_BARE,   /* a number, true, false, null, or what servers write without quotes */
	JSON_ARRAY,  /* entered: the scan is behind the bracket */
	JSON_OBJECT  /* entered: the scan is behind the brace */
};

struct json_value {
	struct str text;
	enum json_kind kind;
	bool escaped; /* text has a backslash: json_unescape() */
};

/* Goes into the object that the scan is at. */
bool json_enter(struct json_scan *s);

/* Goes to the next member's key, in the object that was entered: behind its opening quote. False
 * at the object's end, which is taken, and where no key follows. */
bool json_next_member(struct json_scan *s);

static inline bool json_member(struct json_scan *s)
{
	if (s->end - s->p < 2 || s->p[0] != ',' || s->p[1] != '"')
		return json_next_member(s);
	s->p += 2; /* as nearly always */
	return true;
}

/* Reads the key that the scan is in; then the value must be read. False when the document ends. */
bool json_key(struct json_scan *s, struct json_value *ret_key);

/* The next element, in the array that was entered. False at the array's end, which is taken. */
bool json_element(struct json_scan *s, struct json_value *ret_value);

/* The value that the scan is at. An array or object is entered, and must be read or skipped.
 * False when the document ends here. */
bool json_value(struct json_scan *s, struct json_value *ret_value);

/* Passes over the rest of what was entered. False when the document ends before it, is no JSON, or
 * is nested too deeply. */
bool json_skip(struct json_scan *s);

/* Writes the bytes that a JSON text stands for to buf, at most cap of them, any of which may come
 * out: \u0000, bad UTF-8. A lone surrogate is U+FFFD. Apache's \xNN is taken, too. Returns their
 * number. */
size_t json_unescape(char *buf, size_t cap, struct str text);

#endif
