// SPDX-License-Identifier: MIT
#include "conf/layouts.h"

const struct layout layouts[] = {
	{"distributions", &conf_nginx,
		{"/etc/nginx/nginx.conf", "/usr/local/nginx/conf/nginx.conf",
			"/usr/local/etc/nginx/nginx.conf"}},
	/* Plesk's nginx and Apache are where the distribution's are. */
	{"aaPanel", &conf_nginx, {"/www/server/nginx/conf/nginx.conf"}},
	{"GitLab", &conf_nginx, {"/var/opt/gitlab/nginx/conf/nginx.conf"}},
	{"OpenResty", &conf_nginx,
		{"/usr/local/openresty/nginx/conf/nginx.conf",
			"/opt/openresty/nginx/conf/nginx.conf"}},
	{"Angie", &conf_nginx, {"/etc/angie/angie.conf"}},
	{"Bitnami", &conf_nginx, {"/opt/bitnami/nginx/conf/nginx.conf"}},
	{"distributions", &conf_apache,
		{"/etc/apache2/apache2.conf", "/etc/httpd/conf/httpd.conf",
			"/etc/apache2/httpd.conf", "/usr/local/apache2/conf/httpd.conf",
			"/usr/local/etc/apache24/httpd.conf"}},
	{"cPanel", &conf_apache,
		{"/etc/apache2/conf/httpd.conf", "/usr/local/apache/conf/httpd.conf"}},
	{"aaPanel", &conf_apache, {"/www/server/apache/conf/httpd.conf"}},
	{"Bitnami", &conf_apache,
		{"/opt/bitnami/apache/conf/httpd.conf", "/opt/bitnami/apache2/conf/httpd.conf"}},
	{"distributions", &conf_caddy, {"/etc/caddy/Caddyfile", "/etc/caddy/caddy.json"}},
	{"distributions", &conf_lighttpd,
		{"/etc/lighttpd/lighttpd.conf", "/usr/local/etc/lighttpd/lighttpd.conf"}},
	{"distributions", &conf_haproxy,
		{"/etc/haproxy/haproxy.cfg", "/usr/local/etc/haproxy/haproxy.cfg",
			"/usr/local/etc/haproxy.conf"}},
	{"Bitnami", &conf_haproxy, {"/opt/bitnami/haproxy/conf/haproxy.cfg"}},
	{"its own", &conf_traefik,
		{"/etc/traefik/traefik.yml", "/etc/traefik/traefik.yaml",
			"/etc/traefik/traefik.toml"}},
	{"its own", &conf_litespeed, {"/usr/local/lsws/conf/httpd_config.conf"}},
};

const size_t layout_count = ARRAY_LEN(layouts);
