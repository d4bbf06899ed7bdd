// SPDX-License-Identifier: MIT
#include "log_lines.h"

#include "base/text.h"
#include "log/json_keys.h"
#include "log/json_scan.h"

#include <errno.h>

/* Caddy, by age. */
static void reads_caddy(void **state)
{
	(void)state;
	static const struct log_vector all[] = {
		/* 2.6 */
		{"{'level':'info','ts':1795335409.786408,'logger':'http.log.access.log0','msg':"
		 "'handled request','request':{'remote_ip':'127.0.0.1','remote_port':'36462',"
		 "'proto':'HTTP/1.1','method':'GET','host':'example.test','uri':'/plain','headers':"
		 "{'User-Agent':['curl/7.88.1']}},'duration':0.00441416,'size':6,'status':200}",
			"'ip':'127.0.0.1','logged':1795335409.786408,'method':'GET',"
			"'path':'/plain','status':200,'bytes':6,'proto':'HTTP/1.1',"
			"'agent':'curl/7.88.1','vhost':'example.test','port':36462,"
			"'took_us':4414"},
		/* 2.7, behind a proxy that it trusts; a 404 of level error */
		{"{'level':'error','ts':1795335409786.408,'logger':'http.log.access','request':"
		 "{'remote_ip':'10.0.0.2','remote_port':'1','client_ip':'203.0.113.7','proto':"
		 "'HTTP/2.0','method':'POST','host':'a.test:8443','uri':'/x?a=1','headers':"
		 "{'X-Forwarded-For':['203.0.113.7'],'referer':['https://b.test/'],'Accept':[]},"
		 "'tls':{'resumed':false,'version':772,'cipher_suite':4865,'proto':'h2'}},"
		 "'bytes_read':12,'user_id':'','duration':'73.259µs','size':0,'status':404,"
		 "'resp_headers':{'Server':['Caddy'],'Alt-Svc':['h3=\\':443\\'; ma=2592000']}}",
			"'ip':'10.0.0.2','client':'203.0.113.7','logged':1795335409.786408,"
			"'method':'POST','path':'/x?a=1','status':404,'bytes':0,'proto':'HTTP/2.0',"
			"'referer':'https://b.test/','claims':'203.0.113.7',"
			"'vhost':'a.test:8443','port':1,'took_us':73"},
		/* the same address twice is one */
		{"{'ts':1795335409,'request':{'remote_ip':'203.0.113.7','client_ip':'203.0.113.7',"
		 "'method':'GET','uri':'/'},'status':200}",
			"'ip':'203.0.113.7','logged':1795335409.000000,'method':'GET','path':'/',"
			"'status':200"},
		/* before 2.5 */
		{"{'level':'info','ts':1795335409.7,'logger':'http.log.access.log0','request':"
		 "{'remote_addr':'[2001:db8::1]:51734','proto':'HTTP/1.1','method':'GET','host':"
		 "'example.test','uri':'/','headers':{'User-Agent':[''],'USER-AGENT':['b']}},"
		 "'common_log':'2001:db8::1 - - [22/Nov/2026:08:14:15 +0000] \\'GET / HTTP/1.1\\' "
		 "200 6','duration':0.1,'size':6,'status':200,'resp_headers':{}}",
			"'ip':'2001:db8::1','logged':1795335409.700000,'method':'GET','path':'/',"
			"'status':200,'bytes':6,'proto':'HTTP/1.1','agent':'b',"
			"'vhost':'example.test','port':51734,'took_us':100000"},
		/* console format */
		{"2026/11/22 08:14:15.250\tINFO\thttp.log.access.log0\thandled "
		 "request\t{'request': "
		 "{'remote_ip': '127.0.0.1', 'remote_port': '9', 'proto': 'HTTP/1.1', 'method': "
		 "'GET', 'host': 'h', 'uri': '/a\\tb', 'headers': {'User-Agent': ['x']}}, "
		 "'bytes_read': 0, 'duration': 0.000014, 'size': 0, 'status': 308, 'resp_headers': "
		 "{'Server': ['Caddy']}}",
			"'ip':'127.0.0.1','logged':1795335255.250000,'method':'GET',"
			"'path':'/a\\\\x09b','status':308,'bytes':0,'proto':'HTTP/1.1','agent':'x',"
			"'vhost':'h','port':9,'took_us':14"},
		/* a header that came twice */
		{"{'request':{'remote_ip':'127.0.0.1','method':'GET','uri':'/','headers':"
		 "{'X-Forwarded-For':['203.0.113.7','198.51.100.9, 10.0.0.1'],"
		 "'User-Agent':['a','b']}},'status':200}",
			"'ip':'127.0.0.1','method':'GET','path':'/','status':200,'agent':'a',"
			"'claims':'203.0.113.7, 198.51.100.9, 10.0.0.1'"},
	};
	check_vectors(NULL, all, ARRAY_LEN(all));
}

static void reads_nginx_and_apache(void **state)
{
	(void)state;
	static const struct log_vector all[] = {
		{"{'time':'2026-11-22T08:14:14+00:00','remote_addr':'127.0.0.1','request':"
		 "'GET /x HTTP/1.1','status':200,'body_bytes_sent':6,'http_user_agent':'c'}",
			"'ip':'127.0.0.1','logged':1795335254.000000,'method':'GET','path':'/x',"
			"'status':200,'bytes':6,'proto':'HTTP/1.1','agent':'c'"},
		{"{'time_local':'22/Nov/2026:08:14:15 +0000','remote_addr':'::1','remote_port':"
		 "'80','request_method':'GET','request_uri':'/x?y','server_protocol':'HTTP/2.0',"
		 "'status':'404','bytes_sent':'612','http_referrer':'r','http_host':'h',"
		 "'http_x_forwarded_for':'1.2.3.4, 5.6.7.8'}",
			"'ip':'::1','logged':1795335255.000000,'method':'GET','path':'/x?y',"
			"'status':404,'bytes':612,'proto':'HTTP/2.0','referer':'r',"
			"'claims':'1.2.3.4, 5.6.7.8','vhost':'h','port':80"},
		/* TLS bytes, nothing, a blank: kept */
		{"{'msec':'1795335254.123','remote_addr':'127.0.0.1','request':"
		 "'\\u0016\\u0003\\u0001\xff','status':400,'bytes_sent':157,'http_user_agent':''}",
			"'ip':'127.0.0.1','logged':1795335254.123000,"
			"'path':'\\\\x16\\\\x03\\\\x01\\\\xff','status':400,'bytes':157,'kind':'"
			"TLS'"},
		{"{'remote_addr':'127.0.0.1','request':'','status':400,'size':0}",
			"'ip':'127.0.0.1','status':400,'bytes':0"},
		{"{'remote_addr':'127.0.0.1','request':'-','status':'408'}",
			"'ip':'127.0.0.1','status':408"},
		{"{'remote_addr':'127.0.0.1','request':null,'status':'-','size':'-','uri':'/'}",
			"'ip':'127.0.0.1','path':'/','bytes':0"},
		/* set_real_ip_from */
		{"{'remote_addr':'203.0.113.7','realip_remote_addr':'10.0.0.2',"
		 "'realip_remote_port':'77','request':'GET / HTTP/1.1','status':200}",
			"'ip':'10.0.0.2','client':'203.0.113.7','method':'GET','path':'/',"
			"'status':200,'proto':'HTTP/1.1','port':77"},
		/* a port is of the address that is named like it */
		{"{'realip_remote_addr':'10.0.0.1','remote_addr':'1.1.1.1','remote_port':'55',"
		 "'request':'GET /e HTTP/1.1','status':200}",
			"'ip':'10.0.0.1','client':'1.1.1.1','method':'GET','path':'/e',"
			"'status':200,'proto':'HTTP/1.1'"},
		{"{'remote_port':'55','realip_remote_addr':'10.0.0.1','remote_addr':'1.1.1.1',"
		 "'realip_remote_port':'77','uri':'/e','status':200}",
			"'ip':'10.0.0.1','client':'1.1.1.1','path':'/e','status':200,'port':77"},
		{"{'realip_remote_addr':'1.1.1.1','remote_addr':'1.1.1.1','remote_port':'55',"
		 "'uri':'/e','status':200}",
			"'ip':'1.1.1.1','path':'/e','status':200,'port':55"},
		/* the query apart */
		{"{'method':'GET','uri':'/a','args':'b=1','status':200}",
			"'method':'GET','path':'/a?b=1','status':200"},
		{"{'method':'GET','uri':'/a?b=1','args':'b=1','status':200}",
			"'method':'GET','path':'/a?b=1','status':200"},
		{"{'time':'[22/Nov/2026:08:14:15 +0000]','remoteIP':'203.0.113.5','host':'v',"
		 "'request':'/index.html','query':'?a','method':'GET','status':'200','userAgent':"
		 "'Mozilla \\x22evil\\x22','referer':'-'}",
			"'ip':'203.0.113.5','logged':1795335255.000000,'method':'GET',"
			"'path':'/index.html?a','status':200,'agent':'Mozilla "
			"\\'evil\\'','vhost':'v'"},
		/* nothing escaped, and nothing quoted */
		{"{'remote_addr':'127.0.0.1','request':'GET /'x' HTTP/1.1','status':200,"
		 "'http_user_agent':'a'b','bytes':,'time':-}",
			"'ip':'127.0.0.1','method':'GET','path':'/\\'x\\'','status':200,"
			"'proto':'HTTP/1.1','agent':'a\\'b'"},
		{"{'request':'GET \\/a\\u0022b\\ud83d\\ude00\\ud83d HTTP\\/1.1','status':'000'}",
			"'method':'GET','path':'/a\\'b\xf0\x9f\x98\x80\xef\xbf\xbd',"
			"'proto':'HTTP/1.1'"},
		{"{'remote_addr':'unix:','request':'GET / HTTP/1.1','status':200}",
			"'method':'GET','path':'/','status':200,'proto':'HTTP/1.1'"},
		{"{'remote_addr':'::ffff:192.0.2.1','request':'GET / HTTP/1.1','status':200}",
			"'ip':'192.0.2.1','method':'GET','path':'/','status':200,"
			"'proto':'HTTP/1.1'"},
	};
	check_vectors(NULL, all, ARRAY_LEN(all));
}

static void reads_traefik(void **state)
{
	(void)state;
	static const struct log_vector all[] = {
		{"{'ClientAddr':'203.0.113.5:51734','ClientHost':'203.0.113.5','ClientPort':'51734'"
		 ","
		 "'ClientUsername':'-','DownstreamContentSize':352,'DownstreamStatus':200,"
		 "'Duration':42000000,'OriginDuration':41000000,'OriginStatus':200,'RequestAddr':"
		 "'a.test','RequestHost':'a.test','RequestMethod':'GET','RequestPath':'/birthday',"
		 "'RequestProtocol':'HTTP/2.0','StartLocal':'2026-11-22T09:14:15+01:00',"
		 "'StartUTC':'2026-11-22T08:14:15.123456789Z','entryPointName':'web','level':'info'"
		 ","
		 "'msg':'','request_User-Agent':'Nikto','time':'2026-11-22T08:14:16Z'}",
			"'ip':'203.0.113.5','logged':1795335255.123456,'method':'GET',"
			"'path':'/birthday','status':200,'bytes':352,'proto':'HTTP/2.0',"
			"'agent':'Nikto','vhost':'a.test','port':51734,'took_us':42000,"
			"'upstream_status':200"},
		{"{'ClientAddr':'10.0.0.2:1','ClientHost':'203.0.113.7','RequestMethod':'GET',"
		 "'RequestPath':'/','DownstreamStatus':0}",
			"'ip':'10.0.0.2','method':'GET','path':'/','claims':'203.0.113.7',"
			"'port':1"},
		{"{'ClientAddr':'10.0.0.2:1','ClientHost':'6.6.6.6, 203.0.113.7','RequestMethod':"
		 "'GET','RequestPath':'/','DownstreamStatus':499}",
			"'ip':'10.0.0.2','method':'GET','path':'/','status':499,"
			"'claims':'6.6.6.6, 203.0.113.7','port':1"},
	};
	check_vectors(NULL, all, ARRAY_LEN(all));
}

/* A header is a claim, whatever its key is called. */
static void nobody_is_framed(void **state)
{
	(void)state;
#define REST      "'request':'GET /x HTTP/1.1','status':'200'}"
#define REST_READ "'method':'GET','path':'/x','status':200,'proto':'HTTP/1.1'"
	static const struct log_vector all[] = {
		{"{'client_ip':'203.0.113.66','remote_addr':'192.0.2.7'," REST,
			"'ip':'192.0.2.7'," REST_READ ",'claims':'203.0.113.66'"},
		{"{'remote_addr':'192.0.2.7','clientip':'203.0.113.66'," REST,
			"'ip':'192.0.2.7'," REST_READ ",'claims':'203.0.113.66'"},
		{"{'remote_addr':'192.0.2.7','ip':'203.0.113.66'," REST,
			"'ip':'192.0.2.7'," REST_READ ",'claims':'203.0.113.66'"},
		{"{'remote_host':'203.0.113.66','remote_ip':'192.0.2.7'," REST,
			"'ip':'192.0.2.7'," REST_READ ",'claims':'203.0.113.66'"},
		{"{'client':'2001:db8::66','remoteAddr':'192.0.2.7'," REST,
			"'ip':'192.0.2.7'," REST_READ ",'claims':'2001:db8::66'"},
		/* What a header of that name claims is told, not both. */
		{"{'remote_addr':'192.0.2.7','client_ip':'203.0.113.66','http_x_forwarded_for':"
		 "'203.0.113.67'," REST,
			"'ip':'192.0.2.7'," REST_READ ",'claims':'203.0.113.67'"},
		/* The same address under two names is one. */
		{"{'remote_addr':'192.0.2.7','client_ip':'192.0.2.7'," REST,
			"'ip':'192.0.2.7'," REST_READ},
		/* The only one that is named is the peer, as far as anybody knows. */
		{"{'client_ip':'192.0.2.7'," REST, "'ip':'192.0.2.7'," REST_READ},
		/* nginx's realip module says whom it trusts. */
		{"{'realip_remote_addr':'10.0.0.2','remote_addr':'192.0.2.7','client_ip':"
		 "'203.0.113.66'," REST,
			"'ip':'10.0.0.2','client':'192.0.2.7'," REST_READ
			",'claims':'203.0.113.66'"},
	};
	check_vectors(NULL, all, ARRAY_LEN(all));
#undef REST
#undef REST_READ
}

/* Servers and collectors that have names of their own. */
static void reads_other_writers(void **state)
{
	(void)state;
	static const struct log_vector all[] = {
		/* Envoy, as many configurations spell it */
		{"{':authority':'www.example.test','bytes_sent':12,'downstream_remote_address':"
		 "'192.0.2.7:59292','duration':11,'method':'GET','protocol':'HTTP/2',"
		 "'response_code':200,'start_time':'2026-11-22T08:14:15.000Z','user-agent':'curl/"
		 "8',"
		 "'x-envoy-origin-path':'/img.webp','x-forwarded-for':'203.0.113.9'}",
			"'ip':'192.0.2.7','logged':1795335255.000000,'method':'GET','path':"
			"'/img.webp','status':200,'bytes':12,'proto':'HTTP/2','agent':'curl/8',"
			"'claims':'203.0.113.9','vhost':'www.example.test','port':59292"},
		/* Istio */
		{"{'authority':'a.test','bytes_sent':5,'downstream_remote_address':'192.0.2.7:1',"
		 "'method':'GET','path':'/x','response_code':503,'start_time':"
		 "'2026-11-22T08:14:15.5Z','user_agent':'-','x_forwarded_for':null}",
			"'ip':'192.0.2.7','logged':1795335255.500000,'method':'GET','path':'/x',"
			"'status':503,'bytes':5,'vhost':'a.test','port':1"},
		/* Kong */
		{"{'request':{'method':'GET','uri':'/a?b=1','size':77,'headers':{'host':'a.test',"
		 "'user-agent':'curl/8'}},'response':{'status':404,'size':300,'headers':{}},"
		 "'client_ip':'192.0.2.7','started_at':1795335255000}",
			"'ip':'192.0.2.7','logged':1795335255.000000,'method':'GET','path':"
			"'/a?b=1','status':404,'bytes':300,'agent':'curl/8','vhost':'a.test'"},
		/* pino-http */
		{"{'level':30,'time':1795335255000,'req':{'method':'GET','url':'/x','headers':"
		 "{'host':'a.test','user-agent':'curl/8'},'remoteAddress':'::ffff:192.0.2.7',"
		 "'remotePort':51380},'res':{'statusCode':200},'responseTime':5,'msg':"
		 "'request completed'}",
			"'ip':'192.0.2.7','logged':1795335255.000000,'method':'GET','path':'/x',"
			"'status':200,'agent':'curl/8','vhost':'a.test','port':51380,"
			"'took_us':5000"},
		/* Cloudflare's Logpush */
		{"{'ClientIP':'192.0.2.7','ClientRequestHost':'a.test','ClientRequestMethod':"
		 "'HEAD','ClientRequestURI':'/','ClientRequestUserAgent':'curl/8',"
		 "'EdgeResponseBytes':77,'EdgeResponseStatus':200,'EdgeStartTimestamp':"
		 "1795335255000000000,'OriginResponseStatus':502}",
			"'ip':'192.0.2.7','logged':1795335255.000000,'method':'HEAD','path':'/',"
			"'status':200,'bytes':77,'agent':'curl/8','vhost':'a.test',"
			"'upstream_status':502"},
		/* Traefik keeps headers, if it is told to. */
		{"{'ClientAddr':'198.51.100.1:5','ClientHost':'198.51.100.1','DownstreamStatus':"
		 "200,'RequestMethod':'GET','RequestPath':'/x','request_Cf-Connecting-Ip':"
		 "'203.0.113.5'}",
			"'ip':'198.51.100.1','method':'GET','path':'/x','status':200,'claims':"
			"'203.0.113.5','port':5"},
		/* fluentd's parser of nginx's lines */
		{"{'remote':'192.0.2.7','host':'-','user':'-','method':'GET','path':'/x','code':"
		 "'200','size':'5','referer':'-','agent':'curl/8'}",
			"'ip':'192.0.2.7','method':'GET','path':'/x','status':200,'bytes':5,"
			"'agent':'curl/8'"},
		{"{'timestamp':'2026-11-22T08:14:15Z','remoteAddr':'192.0.2.7','method':'GET',"
		 "'url':'/x','statusCode':200,'userAgent':'curl/8'}",
			"'ip':'192.0.2.7','logged':1795335255.000000,'method':'GET','path':'/x',"
			"'status':200,'agent':'curl/8'"},
		{"{'ip':'192.0.2.7','host':'a.test','path':'/x','status':'200','referrer':'-',"
		 "'length':192,'date':'2026-11-22T08:14:15+00:00'}",
			"'ip':'192.0.2.7','logged':1795335255.000000,'path':'/x','status':200,"
			"'bytes':192,'vhost':'a.test'"},
	};
	check_vectors(NULL, all, ARRAY_LEN(all));
}

#define FLAT "{'remote_addr':'127.0.0.1','request':'GET / HTTP/1.1','status':200}"
#define READ "'ip':'127.0.0.1','method':'GET','path':'/','status':200,'proto':'HTTP/1.1'"

static void reads_odd_shapes(void **state)
{
	(void)state;
	static const struct log_vector all[] = {
		{FLAT, READ},
		{"\xef\xbb\xbf" FLAT "\r\n", READ},
		{FLAT " trailing", READ},
		{" { 'remote_addr' : '127.0.0.1' , 'request' : 'GET / HTTP/1.1' , 'status' : 200 "
		 "} ",
			READ},
		{"{'REMOTE_ADDR':'127.0.0.1','\\u0072equest':'GET / HTTP/1.1','Status':200}", READ},
		/* the last of a name counts, the best of several names */
		{"{'status':500,'remote_addr':'1.1.1.1','remote_addr':'127.0.0.1','path':'/no',"
		 "'request':'GET / HTTP/1.1','status':200}",
			READ},
		{"{'a':[{'status':500},[1,'}',{}]],'b':{'status':500,'c':{'d':'\\\\'}},"
		 "'remote_addr':'127.0.0.1','request':'GET / HTTP/1.1','status':200}",
			READ},
		/* cut off */
		{"{'remote_addr':'127.0.0.1','request':'GET / HTTP/1.1','status':200,'http_user_a",
			READ},
		{"{'remote_addr':'127.0.0.1','status':200,'request':'GET / HTTP/1.1", READ},
		{"{'status':200,'request':'GET /ab\\",
			"'method':'GET','path':'/ab\\\\','status':200"},
		/* wrong kinds */
		{"{'remote_addr':5,'request':['GET / HTTP/1.1','x'],'status':true,'uri':'/a'}",
			"'path':'/a'"},
		{"{'remote_addr':{},'request':'GET / HTTP/1.1','status':1e300,'size':-5,"
		 "'ts':1e300}",
			"'method':'GET','path':'/','proto':'HTTP/1.1'"},
		{"{'status':99,'size':99999999999999999999,'method':'GET','uri':'/'}",
			"'method':'GET','path':'/'"},
	};
	check_vectors(NULL, all, ARRAY_LEN(all));
}

static void reads_within_wrappers(void **state)
{
	(void)state;
	static const struct log_vector all[] = {
		{"<134>" FLAT, READ},
		{"<190>Nov 22 08:14:15 host nginx: " FLAT, READ},
		{"<190>Nov 22 08:14:15 nginx: " FLAT, READ},
		{"Nov 22 08:14:15 host caddy[12]: " FLAT, READ},
		{"Nov 22 08:14:15.123456 host caddy[12]: " FLAT, READ},
		{"Nov 22 08:14:15 host " FLAT, READ},
		{"<134>1 2026-11-22T08:14:15Z host nginx 12 - - " FLAT, READ},
		{"<134>1 2026-11-22T08:14:15Z h n 12 - [a b='c\\]d'][e f='g'] \xef\xbb\xbf" FLAT,
			READ},
		{"2026-11-22T08:14:15.1+00:00 host nginx: " FLAT, READ},
		{"2026-11-22T08:14:15+0000 host caddy[12]: " FLAT, READ},
		{"2026-11-22T08:14:15.123456789Z stdout F " FLAT, READ},
		{"2026-11-22T08:14:15.123456789Z stderr P " FLAT, READ},
		{"2026-11-22T08:14:15.123456789Z " FLAT, READ},
		{"caddy  | " FLAT, READ},
		{"[pod/caddy-5d/caddy] " FLAT, READ},
		{"caddy-5d caddy " FLAT, READ},
		{"Nov 2 08:14:15 web1 caddy[7]: " FLAT, READ},
		{"Sun 2026-11-22 08:14:15 UTC web1 caddy[71]: " FLAT, READ},
		{"1795335255.123456 web1 caddy[71]: " FLAT, READ},
		{"[12345.678901] web1 caddy[71]: " FLAT, READ},
		{"1 2026-11-22T08:14:15.1+00:00 web1 caddy - - - " FLAT, READ},
		{"\x1b[36mweb-1  | \x1b[0m" FLAT, READ},
		{"\x1b[1;36m" FLAT, READ},
		/* Not a label. */
		{"say \"x\" " FLAT, NULL},
		{"one two three " FLAT, NULL},
		{"caddy-1  | 2026-11-22T08:14:15.123456789Z " FLAT, READ},
		{"caddy  | 2026/11/22 08:14:15.250\tINFO\thttp.log.access\thandled request\t" FLAT,
			"'ip':'127.0.0.1','logged':1795335255.250000,'method':'GET','path':'/',"
			"'status':200,'proto':'HTTP/1.1'"},
	};
	check_vectors(NULL, all, ARRAY_LEN(all));
}

static void rejects_what_is_no_access_log(void **state)
{
	(void)state;
	static const struct log_vector all[] = {
		{"{", NULL},
		{"{}", NULL},
		{"{'", NULL},
		{"{'level':'info'}", NULL},
		{"{'level':'info','ts':1795335409.7,'logger':'admin','msg':'started','address':"
		 "'localhost:2019'}",
			NULL},
		{"{'request':{}}", NULL},
		{"{'request':5}", NULL},
		{"{'status':'ok'}", NULL},
		/* Nobody asked, and for nothing. */
		{"{'status':200}", NULL},
		{"{'level':'info','time':'2026-11-22T08:14:15Z','msg':'job done','status':200}",
			NULL},
		{"{'level':30,'time':1795335255000,'msg':'listening','code':200}", NULL},
		{"{'severity':'INFO','response':{'status':200},'message':'cron'}", NULL},
		/* An application's, which has a path in it. */
		{"{'level':'error','path':'/app','msg':'x'}", NULL},
		{"{'url':'http://x/'}", NULL},
		{"{'method':'POST','message':'called'}", NULL},
		{"[{'status':200}]", NULL},
		{"{'x':[[[[{'status':200", NULL},
		{"'status':200", NULL},
		{"2026/11/22 08:14:15.250\tINFO\tadmin\tstarted\t{'address': 'localhost:2019'}",
			NULL},
	};
	check_vectors(NULL, all, ARRAY_LEN(all));
}

/* Caddy tells of one request in several places; the others are of the format, but no request. */
static void passes_over_caddys_other_loggers(void **state)
{
	(void)state;
	static struct log_scratch scratch;
	static const char *const all[] = {
		"{\"logger\":\"http.log.error\",\"request\":{\"method\":\"GET\",\"uri\":\"/\"},"
		"\"status\":502}",
		"2026/11/22 08:14:15\tDEBUG\thttp.handlers.reverse_proxy\tx\t{\"request\": "
		"{\"method\": \"GET\"}, \"status\": 200}",
		/* Its own interface, which is no site of it. */
		"{\"level\":\"info\",\"ts\":1646861401.5,\"logger\":\"admin.api\",\"msg\":"
		"\"received "
		"request\",\"method\":\"GET\",\"host\":\"localhost:2019\",\"uri\":\"/config/\","
		"\"remote_ip\":\"127.0.0.1\",\"remote_port\":\"57302\"}",
		"2022/03/09 21:30:01.500\tINFO\tadmin.api\treceived request\t{\"method\": \"GET\", "
		"\"uri\": \"/config/\", \"remote_ip\": \"127.0.0.1\"}",
		/* How it starts and what else it does. */
		"{\"level\":\"info\",\"ts\":1646861401.5,\"logger\":\"tls.obtain\",\"msg\":"
		"\"acquiring "
		"lock\",\"identifier\":\"a.test\"}",
		"{\"level\":\"info\",\"ts\":1646861401.5,\"logger\":\"http.auto_https\",\"msg\":"
		"\"enabling automatic HTTP->HTTPS redirects\",\"server_name\":\"srv0\"}",
		"{\"level\":\"info\",\"ts\":1646861401.5,\"msg\":\"serving initial "
		"configuration\"}",
		"{\"level\":\"info\",\"ts\":1646861401.5,\"msg\":\"autosaved config (load with "
		"--resume flag)\",\"file\":\"/root/autosave.json\"}",
		"2022/03/09 21:30:01.500\tINFO\tserving initial configuration",
		"2022/03/09 21:30:01.500\tINFO\ttls.cache.maintenance\tstarted\t{\"cache\": "
		"\"0x1\"}",
		"2022/03/09 21:30:01.500\tWARN\tformatted with fmt\t{\"adapter\": \"caddyfile\"}",
	};
	struct event e;

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		const struct log_format *hint = NULL;
		if (log_parse(str_of(all[i]), &hint, &scratch, &e) != -ENOMSG)
			fail_msg("not passed over: %s", all[i]);
	}
}

static void survives_every_cut(void **state)
{
	(void)state;
	static const char line[] =
		"{\"a\\u00e9\":[1,{\"b\":\"\\\"\"}],\"request\":{\"uri\":\"/\\ud83d\\ude00\\x1b\","
		"\"headers\":{\"x-forwarded-for\":[\"1.2.3.4\",\"::1\"],\"user-agent\":[]}},"
		"\"ts\":1795335409.5,\"status\":\"200\"}";
	static struct log_scratch scratch;

	for (size_t n = 0; n < sizeof line; n++) {
		const struct log_format *hint = NULL;
		struct event e;
		char *copy = malloc(n + !n);
		memcpy(copy, line, n);
		log_parse((struct str){copy, n}, &hint, &scratch, &e);
		free(copy);
	}
}

/* As deep as a line is long: no recursion, no end of the stack. */
static void bounds_depth(void **state)
{
	(void)state;
	static struct log_scratch scratch;
	static char line[LOG_LINE_MAX];
	const struct log_format *hint = NULL;
	struct event e;

	memset(line, '[', sizeof line);
	memcpy(line, "{\"status\":200,\"uri\":\"/\",\"x\":", 28);
	assert_int_equal(log_parse((struct str){line, sizeof line}, &hint, &scratch, &e), 0);
	for (size_t i = 28; i + 5 <= sizeof line; i += 5)
		memcpy(line + i, "{\"a\":", 5);
	assert_int_equal(log_parse((struct str){line, sizeof line}, &hint, &scratch, &e), 0);
	memcpy(line, "{\"status\":200,\"uri\":\"/\",\"request\":{\"headers\":{", 46);
	assert_int_equal(log_parse((struct str){line, sizeof line}, &hint, &scratch, &e), 0);
}

/* Every text as long as can be, each with something to decode: all are there, clean and clipped. */
static void bounds_long_fields(void **state)
{
	(void)state;
	static struct log_scratch scratch;
	static char line[LOG_LINE_MAX];
	static const char *const names[] = {"method", "uri", "server_protocol", "http_referer",
		"http_user_agent", "http_host", "http_x_forwarded_for"};
	const struct log_format *hint = NULL;
	struct event e;
	size_t n = (size_t)sprintf(line, "{\"status\":200");

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		n += (size_t)sprintf(line + n, ",\"%s\":\"\\u0001", names[i]);
		for (int k = 0; k < 10000; k++) /* two bytes each, at an odd place */
			n += (size_t)sprintf(line + n, k ? "\xc3\xa9" : "x");
		n += (size_t)sprintf(line + n, "\"");
	}
	line[n++] = '}';
	assert_int_equal(log_parse((struct str){line, n}, &hint, &scratch, &e), 0);
	const struct str texts[] = {e.request.method, e.request.path, e.request.proto,
		e.request.referer, e.request.agent, e.request.vhost, e.request.claims};
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		assert_in_range(texts[i].n, EVENT_TEXT_MAX - 8, EVENT_TEXT_MAX);
		assert_true(text_is_clean(texts[i]));
	}
}

static void finds_keys_in_any_case(void **state)
{
	(void)state;
	const struct json_key *a = json_key_find(SCOPE_HEADERS, STR_LIT("User-Agent"));

	assert_non_null(a);
	assert_int_equal(a->item, ITEM_AGENT);
	assert_ptr_equal(a, json_key_find(SCOPE_HEADERS, STR_LIT("USER-AGENT")));
	assert_null(json_key_find(SCOPE_RESPONSE, STR_LIT("User-Agent")));
	assert_non_null(json_key_find(SCOPE_TOP, STR_LIT("Downstream_Remote_Address")));
	assert_null(json_key_find(SCOPE_TOP, STR_LIT("Downstream_Rexxxx_Address")));
	assert_null(json_key_find(SCOPE_TOP, STR_LIT("")));
	assert_int_equal(json_key_find(SCOPE_TOP, STR_LIT("ts"))->item, ITEM_TIME);
	assert_int_equal(json_key_find(SCOPE_TOP, STR_LIT("url"))->item, ITEM_PATH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_caddy),
		cmocka_unit_test(reads_nginx_and_apache),
		cmocka_unit_test(reads_traefik),
		cmocka_unit_test(nobody_is_framed),
		cmocka_unit_test(reads_other_writers),
		cmocka_unit_test(reads_odd_shapes),
		cmocka_unit_test(reads_within_wrappers),
		cmocka_unit_test(rejects_what_is_no_access_log),
		cmocka_unit_test(passes_over_caddys_other_loggers),
		cmocka_unit_test(survives_every_cut),
		cmocka_unit_test(bounds_depth),
		cmocka_unit_test(bounds_long_fields),
		cmocka_unit_test(finds_keys_in_any_case),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
