/* SPDX-License-Identifier: MIT */
#include "cli/words.h"

#include "base/buffer.h"
#include "base/memory.h"

#include <stdlib.h>

#define SPACE " \t\r\n"

void words_add(struct words *words, const char *word)
{
    words->items = memory_grow(words->items, (size_t)words->count + 2, sizeof *words->items);
    words->items[words->count++] = memory_copy(word);
    words->items[words->count] = NULL;
}

/* Takes one word, whose first character is at `at`, to the end of it. NULL: a quote is open. */
static const char *take_word(const char *at, struct buffer *word)
{
    char quote = '\0';
    for (; *at && (quote || !strchr(SPACE, *at)); at++) {
        if (*at == '\\' && quote != '\'' && at[1])
            (void)buffer_append_char(word, *++at);
        else if (quote ? *at == quote : *at == '\'' || *at == '"')
            quote = quote ? '\0' : *at;
        else
            (void)buffer_append_char(word, *at);
    }
    return quote ? NULL : at;
}

int words_split(const char *text, struct words *out, struct error *err)
{
    struct buffer word = {0};
    *out = (struct words){0};
    for (const char *at = text + strspn(text, SPACE); *at; at += strspn(at, SPACE)) {
        buffer_reset(&word);
        at = take_word(at, &word);
        if (!at) {
            buffer_free(&word);
            words_free(out);
            return error_set(err, ERROR_USAGE, "a quote is not closed in: %s", text);
        }
        words_add(out, buffer_text(&word));
    }
    buffer_free(&word);
    return 0;
}

void words_free(struct words *words)
{
    for (int i = 0; i < words->count; i++)
        free(words->items[i]);
    free(words->items);
    *words = (struct words){0};
}
