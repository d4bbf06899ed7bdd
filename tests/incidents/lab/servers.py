# SPDX-License-Identifier: MIT
"""servers: real web servers on the server's :80 and :443, a backend behind each.

The site is the same everywhere: files below `www`, and all else is the backend's."""
import os
import signal
import subprocess

FORMATS = {
    "combined": "",
    "xff": '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent '
           '"$http_referer" "$http_user_agent" "$http_x_forwarded_for"',
    "realip": '$remote_addr $realip_remote_addr - $remote_user [$time_local] "$request" $status '
              '$body_bytes_sent "$http_referer" "$http_user_agent"',
}
TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript", "png": "image/png"}
APACHE_MODULES = "/usr/lib/apache2/modules"


def site(lab):
    for number in range(1, 41):
        lab.write(f"www/articles/{number}.html", "a" * (3000 + 137 * number))
    for number in range(1, 13):
        for kind, size in (("css", 4000), ("js", 20000), ("png", 9000)):
            lab.write(f"www/static/a{number}.{kind}", "s" * size)
    lab.write("www/index.html", "i" * 5000)
    lab.write("www/robots.txt", "User-agent: *\n")
    for name, size in (("video.mp4", 200), ("big.iso", 64)):
        with open(f"{lab.dir}/www/{name}", "wb") as f:
            f.truncate(size << 20)
    lab.write("access.log", "")
    os.chmod(lab.dir, 0o755)


def certificate(lab):
    lab.sh(f"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
           f"-subj /CN=web1.example -keyout {lab.dir}/key.pem -out {lab.dir}/cert.pem")


def start_backend(lab):
    lab.backend = lab.run_python("server", "backend.py")
    lab.wait_port(9000)


def nginx_config(lab, listen, log, options):
    """options: format, buffered, backlog, trust (networks), extra (directives of the server)."""
    d, words = lab.dir, FORMATS[options.get("format", "combined")]
    trust = "".join(f"set_real_ip_from {net}; " for net in options.get("trust", ()))
    types = " ".join(f"{mime} {suffix};" for suffix, mime in TYPES.items())
    buffer = " buffer=64k flush=20s" if options.get("buffered") else ""
    return f"""daemon off; worker_processes 1; user root; pid {d}/nginx.pid;
error_log {d}/error.log; worker_rlimit_nofile 8192;
events {{ worker_connections 4096; }}
http {{
 {f"log_format here '{words}';" if words else ""}
 access_log {d}/{log} {"here" if words else "combined"}{buffer};
 types {{ {types} }} default_type application/octet-stream; sendfile on;
 keepalive_timeout 65; keepalive_requests 1000; client_max_body_size 64m;
 client_body_temp_path {d}/body; proxy_temp_path {d}/proxy; fastcgi_temp_path {d}/fastcgi;
 uwsgi_temp_path {d}/uwsgi; scgi_temp_path {d}/scgi;
 {trust} {"real_ip_header X-Forwarded-For;" if trust else ""}
 {options.get("http", "")}
 server {{
  {listen} root {d}/www; {options.get("extra", "")}
  location / {{ try_files $uri $uri/index.html @backend; }}
  location @backend {{
   proxy_pass http://127.0.0.1:9000; proxy_http_version 1.1; proxy_connect_timeout 2s;
   proxy_read_timeout 60s; proxy_set_header Upgrade $http_upgrade;
   proxy_set_header Connection $http_connection;
  }}
 }}
}}"""


def start_nginx(lab, listen, port, log="access.log", **options):
    config = lab.write("nginx.conf", nginx_config(lab, listen, log, options))
    lab.web = lab.start("server", ["nginx", "-p", lab.dir, "-e", lab.dir + "/error.log", "-c", config])
    lab.wait_port(port)


def nginx(lab, backlog=511, **options):
    certificate(lab)
    listen = "".join(f"listen {at} backlog={backlog}{tls}{only}; " for at, tls, only in (
        ("80", "", ""), ("[::]:80", "", " ipv6only=on"), ("443", " ssl http2", ""),
        ("[::]:443", " ssl http2", " ipv6only=on")))
    listen += f"ssl_certificate {lab.dir}/cert.pem; ssl_certificate_key {lab.dir}/key.pem;"
    start_nginx(lab, listen, 80, **options)


def apache_site(lab, port, tls=""):
    """A file, /admin, or the backend's."""
    return f"""<VirtualHost *:{port}>
{tls}
RewriteEngine On
RewriteCond {lab.dir}/www%{{REQUEST_URI}} !-f
RewriteCond {lab.dir}/www%{{REQUEST_URI}} !-d
RewriteRule ^/(?!admin)(.*)$ http://127.0.0.1:9000/$1 [P,NE]
</VirtualHost>
"""


def apache_config(lab):
    d, password = lab.dir, lab.sh("openssl passwd -apr1 -salt abcdefgh right").strip()
    modules = "mpm_event authz_core authn_core authn_file authz_user auth_basic mime dir reqtimeout " \
        "rewrite proxy proxy_http ssl socache_shmcb"
    lab.write("htpasswd", f"admin:{password}\n")
    return "\n".join(f"LoadModule {m}_module {APACHE_MODULES}/mod_{m}.so" for m in modules.split()) + f"""
ServerRoot {d}
ServerName web1.example
PidFile {d}/apache.pid
DefaultRuntimeDir {d}
User www-data
Group www-data
Listen 80
Listen 443
TypesConfig /dev/null
{"".join(f"AddType {mime} .{suffix}{chr(10)}" for suffix, mime in TYPES.items())}
ErrorLog {d}/error.log
LogFormat "%h %l %u %t \\"%r\\" %>s %O \\"%{{Referer}}i\\" \\"%{{User-Agent}}i\\"" combined
CustomLog {d}/access.log combined
DocumentRoot {d}/www
DirectoryIndex index.html
KeepAliveTimeout 5
RequestReadTimeout header=20-40,minrate=500 body=20,minrate=500
StartServers 2
ThreadsPerChild 25
MaxRequestWorkers 150
<Directory {d}/www>
Require all granted
</Directory>
<Location /admin>
AuthType Basic
AuthName admin
AuthUserFile {d}/htpasswd
Require valid-user
</Location>
""" + apache_site(lab, 80) + apache_site(
        lab, 443, f"SSLEngine on\nSSLCertificateFile {d}/cert.pem\nSSLCertificateKeyFile {d}/key.pem")


def apache(lab):
    """As Debian has it: mpm_event, reqtimeout; /admin is behind a password."""
    certificate(lab)
    config = lab.write("apache.conf", apache_config(lab))
    lab.web = lab.start("server", ["apache2", "-DFOREGROUND", "-f", config])
    lab.wait_port(80)


def haproxy(lab):
    """Before nginx on the loopback; logs by syslog, without agents."""
    d = lab.dir
    lab.run_python("server", "syslogd.py", d + "/syslog", d + "/access.log")
    lab.wait_for("syslog", lambda: os.path.exists(d + "/syslog"))
    start_nginx(lab, "listen 127.0.0.1:8080;", 8080, log="nginx.log")
    config = f"""global
 log {d}/syslog local0
 maxconn 2000
defaults
 log global
 mode http
 option httplog
 option dontlognull
 option forwardfor
 timeout connect 5s
 timeout client 50s
 timeout server 50s
frontend www
 bind 192.0.2.80:80
 bind [2001:db8:80::80]:80
 default_backend nodes
backend nodes
 server n1 127.0.0.1:8080 check inter 3s
"""
    lab.web = lab.start("server", ["haproxy", "-db", "-f", lab.write("haproxy.cfg", config)])
    lab.wait_port(80)


def caddy(lab):
    """On :443 alone, also over QUIC."""
    d = lab.dir
    config = f"""{{
 admin off
 skip_install_trust
 storage file_system {d}/caddy
 default_sni web1.example
 log {{
  output file {d}/caddy.log
 }}
}}
https://web1.example, https://localhost {{
 tls internal
 root * {d}/www
 log {{
  output file {d}/access.log
  format json
 }}
 @file file {{
  try_files {{path}} {{path}}/index.html
 }}
 handle @file {{
  file_server
 }}
 handle {{
  reverse_proxy 127.0.0.1:9000
 }}
}}
"""
    homes = {name: d for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    lab.web = lab.start("server", ["caddy", "run", "--config", lab.write("Caddyfile", config),
                                   "--adapter", "caddyfile"], env=os.environ | homes)
    lab.wait_port(443)
    # It listens before it has its certificate.
    ready = "ip netns exec server curl -sk --resolve web1.example:443:192.0.2.80 " \
            "https://web1.example/robots.txt"
    lab.wait_for("certificate", lambda: "agent" in lab.sh(ready, check=False))


def lighttpd(lab):
    d = lab.dir
    types = ", ".join(f'".{suffix}" => "{mime}"' for suffix, mime in TYPES.items())
    config = f"""server.modules = ( "mod_accesslog", "mod_proxy" )
server.document-root = "{d}/www"
server.port = 80
server.errorlog = "{d}/error.log"
accesslog.filename = "{d}/access.log"
index-file.names = ( "index.html" )
mimetype.assign = ( {types}, "" => "application/octet-stream" )
$SERVER["socket"] == "[2001:db8:80::80]:80" {{ }}
$HTTP["url"] !~ "^/($|index|articles/|static/|robots|big.iso|video)" {{
 proxy.server = ( "" => (( "host" => "127.0.0.1", "port" => 9000 )) )
}}
"""
    lab.web = lab.start("server", ["lighttpd", "-D", "-f", lab.write("lighttpd.conf", config)])
    lab.wait_port(80)


SERVERS = {"nginx": nginx, "apache": apache, "haproxy": haproxy, "caddy": caddy,
           "lighttpd": lighttpd}
NEEDS = {"nginx": ["nginx"], "apache": ["apache2"], "haproxy": ["haproxy", "nginx"],
         "caddy": ["caddy", "curl"], "lighttpd": ["lighttpd"]}


def start(lab, kind, options):
    site(lab)
    start_backend(lab)
    SERVERS[kind](lab, **options)


def kill_backend(lab):
    lab.end(lab.backend)


def deploy(lab):
    """Every websocket ends."""
    lab.backend.send_signal(signal.SIGHUP)


def freeze(lab):
    """The workers stop; whoever comes waits in the accept queue."""
    workers = subprocess.run(["pgrep", "-P", str(lab.web.pid)], stdout=subprocess.PIPE, text=True,
                             check=True).stdout.split()
    for worker in workers:
        os.kill(int(worker), signal.SIGSTOP)
