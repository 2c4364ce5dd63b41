/* SPDX-License-Identifier: MIT */
/* The library that broken/needs-library.c is linked to and then does not find. */
int absent_library_function(void);

__attribute__((visibility("default"))) int absent_library_function(void)
{
    return 0;
}
