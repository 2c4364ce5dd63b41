/* SPDX-License-Identifier: MIT */

/*
 * bench-bare BASE REQUESTS CONCURRENCY: fetches BASE/users/1 to BASE/users/REQUESTS with
 * libcurl and nothing else: reused handles, one curl_multi_poll loop, bodies dropped unread.
 * What anything on top of libcurl is measured against. Exit status 1 if a request failed.
 */

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>

struct bench {
    CURLM *multi;
    const char *base;
    unsigned long total, started, done, failed;
};

static size_t drop(char *data, size_t size, size_t count, void *context)
{
    (void)data, (void)context;
    return size * count;
}

static void start(struct bench *bench, CURL *easy)
{
    char url[512];
    if (bench->started == bench->total)
        return;
    snprintf(url, sizeof url, "%s/users/%lu", bench->base, ++bench->started);
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_multi_add_handle(bench->multi, easy);
}

static void take_finished(struct bench *bench)
{
    int left;
    for (CURLMsg *message; (message = curl_multi_info_read(bench->multi, &left));) {
        CURL *easy = message->easy_handle;
        long status = 0;
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        bench->failed += message->data.result != CURLE_OK || status != 200;
        bench->done++;
        curl_multi_remove_handle(bench->multi, easy);
        start(bench, easy);
    }
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: bench-bare BASE REQUESTS CONCURRENCY\n");
        return 2;
    }
    struct bench bench = {.base = argv[1], .total = strtoul(argv[2], NULL, 10)};
    unsigned long width = strtoul(argv[3], NULL, 10);
    if (!bench.total || !width || width > 10000)
        return 2;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    bench.multi = curl_multi_init();
    curl_multi_setopt(bench.multi, CURLMOPT_MAXCONNECTS, (long)width);
    CURL **handles = calloc(width, sizeof *handles);
    for (unsigned long i = 0; i < width; i++) {
        handles[i] = curl_easy_init();
        curl_easy_setopt(handles[i], CURLOPT_WRITEFUNCTION, drop);
        curl_easy_setopt(handles[i], CURLOPT_NOSIGNAL, 1L);
        start(&bench, handles[i]);
    }
    int running;
    while (curl_multi_perform(bench.multi, &running) == CURLM_OK) {
        take_finished(&bench);
        if (bench.done == bench.total)
            break;
        curl_multi_poll(bench.multi, NULL, 0, 1000, NULL);
    }
    for (unsigned long i = 0; i < width; i++)
        curl_easy_cleanup(handles[i]);
    free(handles);
    curl_multi_cleanup(bench.multi);
    curl_global_cleanup();
    return bench.failed || bench.done < bench.total;
}
