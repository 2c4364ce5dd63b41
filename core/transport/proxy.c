/* SPDX-License-Identifier: MIT */
#include "transport/proxy.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What libcurl looks at, in its order: for the URL's scheme, then for all. HTTP_PROXY is not
 * among it: a server sets that for CGI programs. */
static const struct variable {
    const char *name;
    const char *scheme; /* NULL: any */
} variables[] = {{"http_proxy", "http:"},
                 {"https_proxy", "https:"},
                 {"HTTPS_PROXY", "https:"},
                 {"all_proxy", NULL},
                 {"ALL_PROXY", NULL}};

static bool is_set(const char *name)
{
    const char *value = getenv(name);
    return value && *value;
}

/* The first that counts for the URL (NULL: for any at all), and is not empty. */
static const struct variable *find_variable(const char *url)
{
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const struct variable *v = &variables[i];
        bool counts = !url || !v->scheme || strncasecmp(url, v->scheme, strlen(v->scheme)) == 0;
        if (counts && is_set(v->name))
            return v;
    }
    return NULL;
}

bool proxy_is_named(void)
{
    return find_variable(NULL) != NULL;
}

/* libcurl names a host without the brackets of IPv6. */
static void fill(struct proxy *out, const char *host, const char *port, const char *variable)
{
    bool brackets = host[0] == '[';
    snprintf(out->place, sizeof out->place, "%s:%s of %s", host, port, variable);
    snprintf(out->failure, sizeof out->failure, "Failed to connect to %.*s port %s ",
             (int)strlen(host) - (brackets ? 2 : 0), host + brackets, port);
    out->doubtful = is_set("no_proxy") || is_set("NO_PROXY");
}

bool proxy_find(const char *url, struct proxy *out)
{
    const struct variable *variable = find_variable(url);
    char *host = NULL, *port = NULL, *scheme = NULL;
    CURLU *parts = variable ? curl_url() : NULL;
    if (parts && curl_url_set(parts, CURLUPART_URL, getenv(variable->name),
                              CURLU_NON_SUPPORT_SCHEME | CURLU_GUESS_SCHEME) == CURLUE_OK) {
        curl_url_get(parts, CURLUPART_HOST, &host, 0);
        curl_url_get(parts, CURLUPART_PORT, &port, 0);
        curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0);
    }
    const char *usual = scheme && strcasecmp(scheme, "https") == 0 ? "443" : "1080";
    bool found = host != NULL;
    if (found)
        fill(out, host, port ? port : usual, variable->name);
    curl_free(host);
    curl_free(port);
    curl_free(scheme);
    curl_url_cleanup(parts);
    return found;
}

bool proxy_is_to_blame(const struct proxy *proxy, const char *message)
{
    return strncmp(message, proxy->failure, strlen(proxy->failure)) == 0;
}
