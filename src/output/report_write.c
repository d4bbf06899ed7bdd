// SPDX-License-Identifier: MIT
#include "output/report_writers.h"

#include "base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <strings.h>
#include <time.h>

static const struct {
	const char *end;
	enum report_format format;
} ends[] = {{".html", REPORT_HTML}, {".htm", REPORT_HTML}, {".md", REPORT_MARKDOWN},
	{".json", REPORT_JSON}};

enum report_format report_format_of(const char *path)
{
	size_t n = strlen(path);

	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		size_t end = strlen(ends[i].end);
		if (n > end && strcasecmp(path + n - end, ends[i].end) == 0)
			return ends[i].format;
	}
	return REPORT_FORMATS;
}

int report_write(const struct report *r, enum report_format format, char **ret_text, size_t *ret_n)
{
	static void (*const writers[REPORT_FORMATS])(FILE * out, const struct report *r) = {
		[REPORT_HTML] = report_put_html,
		[REPORT_MARKDOWN] = report_put_markdown,
		[REPORT_JSON] = report_put_json,
	};
	char *text = NULL;
	size_t n = 0;
	FILE *out = r->failed ? NULL : open_memstream(&text, &n);

	if (!out)
		return -ENOMEM;
	writers[format](out, r);
	bool failed = ferror(out);
	if (fclose(out) != 0 || failed || n == 0) {
		free(text);
		return -ENOMEM;
	}
	*ret_text = text;
	*ret_n = n;
	return 0;
}

/* Values in words. */

/* "1,234,567" */
static struct str put_count(uint64_t n, char *buf)
{
	char digits[24];
	int len = snprintf(digits, sizeof digits, "%" PRIu64, n);
	size_t at = 0;

	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			buf[at++] = ',';
		buf[at++] = digits[i];
	}
	return (struct str){buf, at};
}

static struct str put_time(usec_t t, const char *format, char *buf)
{
	time_t seconds = (time_t)(t / USEC_PER_SEC);
	struct tm tm;
	size_t n = gmtime_r(&seconds, &tm) ? strftime(buf, REPORT_VALUE_MAX, format, &tm) : 0;

	return (struct str){buf, n};
}

struct str report_clock_text(usec_t t, char buf[static REPORT_VALUE_MAX])
{
	return put_time(t, "%H:%M:%S", buf);
}

struct str report_number_text(double v, char buf[static REPORT_VALUE_MAX])
{
	double most = v < 1e15 ? v : 1e15;

	if (most >= 10 || most == floor(most))
		return put_count((uint64_t)(most < 0 ? 0 : most + 0.5), buf);
	return (struct str){buf, (size_t)snprintf(buf, REPORT_VALUE_MAX, "%.1f", most)};
}

static struct str put_rate(double per_minute, char *buf)
{
	struct str s = report_number_text(per_minute, buf);

	return (struct str){buf, s.n + (size_t)snprintf(buf + s.n, REPORT_VALUE_MAX - s.n, "/min")};
}

struct str report_value_text(const struct report_value *v, char buf[static REPORT_VALUE_MAX])
{
	switch (v->kind) {
	case REPORT_NONE:
		break;
	case REPORT_TEXT:
	case REPORT_NAME:
	case REPORT_CODE:
		return v->text;
	case REPORT_COUNT:
		return put_count(v->n, buf);
	case REPORT_BYTES:
		return (struct str){buf, text_bytes(buf, v->n)};
	case REPORT_RATE:
		return put_rate(v->d, buf);
	case REPORT_PERCENT:
		return (struct str){buf, (size_t)snprintf(buf, REPORT_VALUE_MAX, "%.0f%%", v->d)};
	case REPORT_RATIO:
		return report_number_text(v->d, buf);
	case REPORT_TIME:
		return put_time(v->t, "%Y-%m-%d %H:%M:%S", buf);
	case REPORT_SPAN:
		return (struct str){buf, text_span(buf, (uint64_t)(v->t / USEC_PER_SEC))};
	}
	return STR_ABSENT;
}

bool report_value_is_number(const struct report_value *v)
{
	return v->kind == REPORT_COUNT || v->kind == REPORT_BYTES || v->kind == REPORT_RATE ||
	       v->kind == REPORT_PERCENT || v->kind == REPORT_RATIO;
}

bool report_series_peak(const struct report_graph *g, const struct report_series *s,
	double *ret_peak, uint32_t *ret_cell)
{
	bool any = false;

	for (uint32_t i = 0; i < g->n; i++) {
		if (isnan(s->at[i]) || (any && s->at[i] <= *ret_peak))
			continue;
		*ret_peak = s->at[i];
		*ret_cell = i;
		any = true;
	}
	return any;
}
