// SPDX-License-Identifier: MIT
#include "enrich/download.h"

#include "base/file.h"
#include "base/curl_options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CONNECT_SECS   15L
#define SLOW_BYTES     1024L /* a second, on the average of STALLED_SECS: 60 MB would take a day */
#define STALLED_SECS   30L
#define WHOLE_SECS     3600L
#define REDIRECTS_MOST 5L

struct transfer {
	const struct download *d;
	int fd;
	uint64_t got;
	int err; /* why we ended it; 0: we did not */
};

static size_t take(char *p, size_t size, size_t n, void *context)
{
	struct transfer *t = context;

	t->err = size * n > t->d->most - t->got ? -EFBIG : file_write_all(t->fd, p, size * n);
	if (t->err)
		return 0;
	t->got += size * n;
	return size * n;
}

static int tell(void *context, curl_off_t total, curl_off_t got, curl_off_t up_total, curl_off_t up)
{
	struct transfer *t = context;

	(void)up_total;
	(void)up;
	if (!t->d->progress || t->d->progress(t->d->context, got > 0 ? (uint64_t)got : 0,
				       total > 0 ? (uint64_t)total : 0))
		return 0;
	t->err = -ECANCELED;
	return 1;
}

static CURLcode set_up(CURL *c, struct transfer *t, char *error)
{
	static const char https[] = "https://";
	bool secure = strncasecmp(t->d->url, https, sizeof https - 1) == 0;
	CURLcode err = curl_easy_setopt(c, CURLOPT_URL, t->d->url);

	/* Each returns 0 unless this libcurl does not know it; all must hold. */
	err |= curl_allow(c, CURLPROTO_HTTP | CURLPROTO_HTTPS);
	err |= curl_allow_redirect(c, CURLPROTO_HTTPS | (secure ? 0 : CURLPROTO_HTTP));
	err |= curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 1L);
	err |= curl_easy_setopt(c, CURLOPT_MAXREDIRS, REDIRECTS_MOST);
	err |= curl_easy_setopt(c, CURLOPT_FAILONERROR, 1L);
	err |= curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	err |= curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, CONNECT_SECS);
	err |= curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, SLOW_BYTES);
	err |= curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, STALLED_SECS);
	err |= curl_easy_setopt(c, CURLOPT_TIMEOUT, WHOLE_SECS);
	err |= curl_easy_setopt(c, CURLOPT_USERAGENT, "nethergaze/" NG_VERSION);
	err |= curl_easy_setopt(c, CURLOPT_ERRORBUFFER, error);
	err |= curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take);
	err |= curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
	err |= curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
	err |= curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, tell);
	err |= curl_easy_setopt(c, CURLOPT_XFERINFODATA, t);
	return err;
}

/* What libcurl's answer means to us. */
static int judge(CURL *c, const struct transfer *t, CURLcode code, const char *error, char *reason)
{
	long status = 0;

	if (t->err) {
		snprintf(reason, DOWNLOAD_REASON_MAX, "%s",
			t->err == -EFBIG       ? "larger than any such file should be"
			: t->err == -ECANCELED ? "interrupted"
					       : strerror(-t->err));
		return t->err;
	}
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	if (code == CURLE_HTTP_RETURNED_ERROR) {
		snprintf(reason, DOWNLOAD_REASON_MAX, "the server answers %ld", status);
		return status == 404 || status == 410 ? -ENOENT : -EREMOTEIO;
	}
	if (code == CURLE_OK && status != 200) { /* 204, or a redirect that leads nowhere */
		snprintf(reason, DOWNLOAD_REASON_MAX, "the server answers %ld, without a file",
			status);
		return -EREMOTEIO;
	}
	if (code == CURLE_OK)
		return 0;
	snprintf(reason, DOWNLOAD_REASON_MAX, "%s", error[0] ? error : curl_easy_strerror(code));
	return code == CURLE_OPERATION_TIMEDOUT ? -ETIMEDOUT : -EREMOTEIO;
}

int download(const struct download *d, int fd, char reason[static DOWNLOAD_REASON_MAX])
{
	struct transfer t = {.d = d, .fd = fd};
	char error[CURL_ERROR_SIZE] = "";
	CURL *c = curl_easy_init();

	if (!c) {
		snprintf(reason, DOWNLOAD_REASON_MAX, "%s", strerror(ENOMEM));
		return -ENOMEM;
	}
	CURLcode code = set_up(c, &t, error);
	if (code == CURLE_OK)
		code = curl_easy_perform(c);
	int err = judge(c, &t, code, error, reason);
	curl_easy_cleanup(c);
	return err;
}
