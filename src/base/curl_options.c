// SPDX-License-Identifier: MIT
#include "base/curl_options.h"

#include "base/str.h"

#include <stdio.h>

#if NG_CURL_PROTOCOLS_STR

static CURLcode allow(CURL *easy, CURLoption option, unsigned protocols)
{
	static const struct {
		unsigned bit;
		const char *name;
	} known[] = {
		{CURLPROTO_HTTP, "http"}, {CURLPROTO_HTTPS, "https"}, {CURLPROTO_GOPHER, "gopher"}};
	char names[32] = "";
	int n = 0;

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (protocols & known[i].bit)
			n += snprintf(names + n, sizeof names - (size_t)n, "%s%s", n ? "," : "",
				known[i].name);
	return curl_easy_setopt(easy, option, names);
}

CURLcode curl_allow(CURL *easy, unsigned protocols)
{
	return allow(easy, CURLOPT_PROTOCOLS_STR, protocols);
}

CURLcode curl_allow_redirect(CURL *easy, unsigned protocols)
{
	return allow(easy, CURLOPT_REDIR_PROTOCOLS_STR, protocols);
}

#else
#pragma GCC diagnostic ignored "-Wdeprecated-declarations" /* by a newer one, for the above */

CURLcode curl_allow(CURL *easy, unsigned protocols)
{
	return curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)protocols);
}

CURLcode curl_allow_redirect(CURL *easy, unsigned protocols)
{
	return curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS, (long)protocols);
}

#endif

CURLcode curl_leave_quickly(CURL *easy)
{
#if NG_CURL_QUICK_EXIT
	return curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#else
	(void)easy;
	return CURLE_OK;
#endif
}
