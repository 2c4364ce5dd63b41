/* SPDX-License-Identifier: MIT */

/*
 * `ovrmnd completion SHELL` prints a script for the shell, which asks `ovrmnd complete` what
 * may stand where the cursor is.
 */

#include "cli/commands.h"
#include "cli/complete.h"
#include "cli/options.h"
#include "cli/print.h"

#include <stdio.h>
#include <string.h>

static const char bash[] =
    "# bash completion for ovrmnd: source it, or put it where bash-completion looks, as\n"
    "# ~/.local/share/bash-completion/completions/ovrmnd\n"
    "_ovrmnd()\n"
    "{\n"
    "    local line word answers\n"
    "    COMPREPLY=()\n"
    "    answers=$(\"${COMP_WORDS[0]}\" complete -- \"${COMP_WORDS[@]:1:COMP_CWORD}\" "
    "2>/dev/null)\n"
    "    while IFS= read -r line; do\n"
    "        case $line in\n"
    "        :file) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$2\") ;;\n"
    "        :folder) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- \"$2\") ;;\n"
    "        ?*) COMPREPLY+=(\"${line%%$'\\t'*}\") ;;\n"
    "        esac\n"
    "    done <<<\"$answers\"\n"
    "}\n"
    "complete -F _ovrmnd ovrmnd\n";

static const char zsh[] =
    "#compdef ovrmnd\n"
    "# zsh completion for ovrmnd: put it as _ovrmnd into a folder of $fpath, or source it.\n"
    "_ovrmnd() {\n"
    "    local line\n"
    "    local -a answers\n"
    "    for line in \"${(@f)$(${words[1]} complete -- \"${(@)words[2,CURRENT]}\" "
    "2>/dev/null)}\"; do\n"
    "        case $line in\n"
    "        (:file) _files ;;\n"
    "        (:folder) _files -/ ;;\n"
    "        (?*) answers+=(\"${${line%%$'\\t'*}//:/\\\\:}:${line#*$'\\t'}\") ;;\n"
    "        esac\n"
    "    done\n"
    "    (( $#answers )) && _describe ovrmnd answers\n"
    "}\n"
    "if [ \"$funcstack[1]\" = _ovrmnd ]; then _ovrmnd \"$@\"; else compdef _ovrmnd ovrmnd; "
    "fi\n";

static const char fish[] =
    "# fish completion for ovrmnd: put it as ovrmnd.fish into ~/.config/fish/completions\n"
    "function __ovrmnd_complete\n"
    "    set -l words (commandline -opc) (commandline -ct)\n"
    "    for line in ($words[1] complete -- $words[2..-1] 2>/dev/null)\n"
    "        switch $line\n"
    "            case :file\n"
    "                __fish_complete_path (commandline -ct)\n"
    "            case :folder\n"
    "                __fish_complete_directories (commandline -ct)\n"
    "            case '*'\n"
    "                echo $line\n"
    "        end\n"
    "    end\n"
    "end\n"
    "complete -c ovrmnd -f -a '(__ovrmnd_complete)'\n";

struct completion_options {
    bool help;
};

static const struct option rows[] = {
    OPTION_ROW_HELP(offsetof(struct completion_options, help)),
    {0},
};

const struct option_table completion_option_table = {
    .command = "completion",
    .usage = "completion bash|zsh|fish",
    .summary = "Prints a script that makes the shell complete commands, options, targets and\n"
               "plugins.",
    .examples = "  source <(ovrmnd completion bash)\n"
                "  ovrmnd completion fish > ~/.config/fish/completions/ovrmnd.fish\n",
    .options = rows,
};

static int print_script(void *values, char **words, int count, struct error *err)
{
    static const struct {
        const char *shell, *script;
    } scripts[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};
    const char *shell = count > 0 ? words[0] : NULL;
    (void)values;
    for (size_t i = 0; shell && i < sizeof scripts / sizeof *scripts; i++)
        if (strcmp(shell, scripts[i].shell) == 0)
            return print_text(slice_of(scripts[i].script), err);
    if (!shell)
        return error_set(err, ERROR_USAGE, "say for which shell: bash, zsh or fish");
    return error_set(err, ERROR_USAGE,
                     "there is no completion for '%s'; expected bash, zsh or fish", shell);
}

int command_completion(int argc, char **argv)
{
    struct completion_options o = {0};
    return command_do(&completion_option_table, argc, argv, &o, print_script);
}

/* `ovrmnd complete -- WORDS`: for the scripts above. */
int command_complete(int argc, char **argv)
{
    struct buffer out = {0};
    struct error err;
    if (argc > 0 && strcmp(argv[0], "--") == 0) {
        argc--;
        argv++;
    }
    complete_words(argv, argc, &out);
    return print_buffer(&out, &err) ? 1 : 0;
}
