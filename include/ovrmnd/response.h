/* SPDX-License-Identifier: MIT */
#ifndef OVRMND_RESPONSE_H
#define OVRMND_RESPONSE_H

/*
 * The ability to look at the body of a response, for a policy that has to know what a server
 * says and not only how: a 200 whose body is "busy", an error that names its cause.
 *
 * A success reaches `decide` of a retry policy only where the user lists its status
 * (--retry-on 200,503), since else it stands.
 */

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* host->extension(host, OVRMND_RESPONSE_BODY), asked in `create`. */
#define OVRMND_RESPONSE_BODY "ovrmnd.response-body/1"

struct ovrmnd_response_body {
    uint32_t size;
    uint32_t reserved;

    /* The body of the outcome that this call is about, in `decide` of a retry policy and in
     * `finished` of a retry policy or a scheduler; NULL everywhere else, and where no response
     * came or it has no body. `*length` becomes its bytes, 0 with NULL.
     *
     * The bytes are as the server meant them, compression undone, and may be any: they need not
     * be UTF-8 or end with NUL. Of a response that broke off or is too large, those that came.
     * They are the host's, and live until the plugin's function returns. [loop] */
    const char *(*text)(const struct ovrmnd_response_body *self, uint64_t *length);
};

#ifdef __cplusplus
}
#endif
#endif
