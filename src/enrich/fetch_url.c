// SPDX-License-Identifier: MIT
/* Which URLs may be fetched. */
#include "base/num.h"
#include "base/text.h"
#include "enrich/fetch.h"

#include <curl/curl.h>
#include <errno.h>

static int read_origin(CURLU *u, bool trusted, char *host, size_t cap, unsigned *ret_port)
{
	char *scheme = NULL, *name = NULL, *port = NULL, *user = NULL;
	uint64_t number = 0;
	int err = -EPERM;

	if (curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
		curl_url_get(u, CURLUPART_HOST, &name, 0) == CURLUE_OK &&
		curl_url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK &&
		num_u64(str_of(port), &number) == 0 &&
		curl_url_get(u, CURLUPART_USER, &user, 0) == CURLUE_NO_USER) {
		bool https = strcmp(scheme, "https") == 0, http = strcmp(scheme, "http") == 0;
		bool may = trusted ? https || http : https && number == FETCH_PORT_HTTPS;
		if (may && fetch_is_host(name, trusted) && strlen(name) < cap)
			err = 0;
	}
	if (!err) {
		text_copy(host, cap, str_of(name));
		*ret_port = (unsigned)number;
	}
	curl_free(scheme);
	curl_free(name);
	curl_free(port);
	curl_free(user);
	return err;
}

int fetch_origin(const char *url, bool trusted, char *host, size_t cap, unsigned *ret_port)
{
	CURLU *u = strlen(url) < FETCH_URL_MAX ? curl_url() : NULL;
	int err = -EPERM;

	if (u && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK)
		err = read_origin(u, trusted, host, cap, ret_port);
	curl_url_cleanup(u);
	return err;
}
