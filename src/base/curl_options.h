/* SPDX-License-Identifier: MIT
 *
 * curl_options: what not every libcurl lets us ask for. The Makefile tries which options the one
 * that is here has: NG_CURL_PROTOCOLS_STR (since 7.85), NG_CURL_QUICK_EXIT (since 7.87).
 */
#ifndef NG_BASE_CURL_OPTIONS_H
#define NG_BASE_CURL_OPTIONS_H

#include <curl/curl.h>

/* The protocols that a transfer may use, of CURLPROTO_HTTP, CURLPROTO_HTTPS and CURLPROTO_GOPHER;
 * and those that a redirect may lead to. */
CURLcode curl_allow(CURL *easy, unsigned protocols);
CURLcode curl_allow_redirect(CURL *easy, unsigned protocols);

/* Or the end of a transfer waits for a thread in getaddrinfo(3), for as long as a name server is
 * silent. Nothing where that cannot be had. */
CURLcode curl_leave_quickly(CURL *easy);

#endif
