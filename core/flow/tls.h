/* SPDX-License-Identifier: MIT */
#ifndef FLOW_TLS_H
#define FLOW_TLS_H

/* Files that TLS connections of a service use, as PEM; NULL: none, and the system's
 * authorities. Whether servers are checked is not among them: they always are. */
struct tls_files {
    char *ca;   /* certificates that vouch for servers, in place of all others */
    char *cert; /* of ours, for servers that ask who we are */
    char *key;  /* to it; NULL: it is in `cert` */
};

#endif
