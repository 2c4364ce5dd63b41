/* SPDX-License-Identifier: MIT */
#ifndef PLUGIN_ELF_H
#define PLUGIN_ELF_H

/*
 * Is this a shared object for this machine, and whole? Asked before dlopen, which words these
 * faults badly ("No such file" for another machine's library) or, when a file has been cut off,
 * dies of SIGBUS.
 */

/* A phrase that goes on from the file's name ("is cut off ..."), or NULL when nothing is wrong.
 * Static. */
const char *plugin_elf_fault(const char *path);

#endif
