/* The tables as words: help on a screen, and the man page. */
#include "tools/options.h"

#include <string.h>

static void put_option_name(const option_spec *option, FILE *to) {
    fprintf(to, "--%s", option->name);
    if (option->kind != OPTION_FLAG) fprintf(to, " %s", option->value);
}

static uint32_t option_name_size(const option_spec *option) {
    return (uint32_t)(2 + strlen(option->name) +
                      (option->kind == OPTION_FLAG ? 0 : 1 + strlen(option->value)));
}

static void help_all(FILE *to) {
    fprintf(to, "yizhan - who fits whom: a job-matching server\n\n"
                "usage: yizhan COMMAND [OPTIONS] [ARGUMENTS]\n\ncommands:\n");
    for (uint32_t at = 0; at < COMMAND_COUNT; at++) {
        fprintf(to, "  %-16s %s\n", COMMANDS[at].name, COMMANDS[at].summary);
    }
    fprintf(to, "\nOptions also come from YIZHAN_* in the environment and from a file (--config);\n"
                "a flag beats the environment, the environment beats the file.\n"
                "More: yizhan help COMMAND, yizhan help --man | man -l -\n");
}

void options_help(const command_spec *command, FILE *to) {
    if (command == NULL) {
        help_all(to);
        return;
    }
    fprintf(to, "usage: yizhan %s [OPTIONS]%s%s\n\n%s.\n", command->name,
            *command->arguments ? " " : "", command->arguments, command->summary);
    if (command->detail) fprintf(to, "\n%s\n", command->detail);
    fprintf(to, "\noptions:\n");
    for (uint32_t at = 0; at < OPTION_COUNT; at++) {
        const option_spec *option = &OPTIONS[at];
        if (!option_belongs(option, command->name)) continue;
        uint32_t size = option_name_size(option);
        fprintf(to, "  ");
        put_option_name(option, to);
        // A long name gets a line of its own.
        if (size > 28) fprintf(to, "\n  %-28s", "");
        fprintf(to, "%*s %s", size > 28 ? 0 : (int)(28 - size), "", option->help);
        if (option->standard && option->kind != OPTION_FLAG) {
            fprintf(to, " (default %s)", option->standard);
        }
        fprintf(to, "\n");
    }
    fprintf(to, "  --help                       this\n");
}

bool options_help_group(const char *first, FILE *to) {
    size_t size = strlen(first);
    bool found = false;
    for (uint32_t at = 0; at < COMMAND_COUNT; at++) {
        const char *name = COMMANDS[at].name;
        if (strncmp(name, first, size) != 0 || (name[size] && name[size] != ' ')) continue;
        if (found) fputs("\n", to);
        options_help(&COMMANDS[at], to);
        found = true;
    }
    return found;
}

// ---- the man page ----

// roff: a backslash and a hyphen are escaped; a dot or a quote must not begin a line.
static void roff(const char *text, FILE *to) {
    bool line_begins = true;
    for (; *text; text++) {
        if (line_begins && (*text == '.' || *text == '\'')) fputs("\\&", to);
        if (*text == '\\') {
            fputs("\\e", to);
        } else if (*text == '-') {
            fputs("\\-", to);
        } else {
            fputc(*text, to);
        }
        line_begins = *text == '\n';
    }
}

// Paragraphs are parted by an empty line.
static void roff_paragraphs(const char *text, FILE *to) {
    while (text) {
        const char *end = strstr(text, "\n\n");
        char part[4096];
        snprintf(part, sizeof part, "%.*s", end ? (int)(end - text) : (int)strlen(text), text);
        fputs(".PP\n", to);
        roff(part, to);
        fputs("\n", to);
        text = end ? end + 2 : NULL;
    }
}

static void man_option(const option_spec *option, FILE *to) {
    fputs(".TP\n\\fB\\-\\-", to);
    roff(option->name, to);
    fputs("\\fR", to);
    if (option->kind != OPTION_FLAG) {
        fputs(" \\fI", to);
        roff(option->value, to);
        fputs("\\fR", to);
    }
    fputs("\n", to);
    roff(option->help, to);
    if (option->standard && option->kind != OPTION_FLAG) {
        fputs(" (default ", to);
        roff(option->standard, to);
        fputs(")", to);
    }
    fputs(".\n", to);
}

static void man_commands(FILE *to) {
    fputs(".SH COMMANDS\n", to);
    for (uint32_t at = 0; at < COMMAND_COUNT; at++) {
        const command_spec *command = &COMMANDS[at];
        fputs(".SS yizhan ", to);
        roff(command->name, to);
        if (*command->arguments) fputs(" ", to);
        roff(command->arguments, to);
        fputs("\n", to);
        roff(command->summary, to);
        fputs(".\n", to);
        if (command->detail) roff_paragraphs(command->detail, to);
        for (uint32_t i = 0; i < OPTION_COUNT; i++) {
            bool everyones = strcmp(OPTIONS[i].commands, "*") == 0;
            if (!everyones && option_belongs(&OPTIONS[i], command->name)) {
                man_option(&OPTIONS[i], to);
            }
        }
    }
}

void options_man(FILE *to) {
    fputs(".\\\" Made by `yizhan help --man` from tools/commands.c; do not edit.\n"
          ".TH YIZHAN 1 \"\" \"yizhan\" \"User commands\"\n"
          ".SH NAME\nyizhan \\- who fits whom: a job\\-matching server\n"
          ".SH SYNOPSIS\n.B yizhan\n.I COMMAND\n[\\fIOPTIONS\\fR] [\\fIARGUMENTS\\fR]\n"
          ".SH DESCRIPTION\nyizhan holds postings and job seekers in memory and answers who fits "
          "whom, exactly, and says why and why not.\n",
          to);
    man_commands(to);
    fputs(".SH OPTIONS OF EVERY COMMAND\n", to);
    for (uint32_t i = 0; i < OPTION_COUNT; i++) {
        if (strcmp(OPTIONS[i].commands, "*") == 0) man_option(&OPTIONS[i], to);
    }
    fputs(".TP\n\\fB\\-\\-help\\fR\nhelp for the command.\n"
          ".SH CONFIGURATION\nA flag beats the environment, the environment beats the file, the "
          "file beats the default. \\fB\\-\\-data\\-dir\\fR is \\fBYIZHAN_DATA_DIR\\fR in the "
          "environment and \\fBdata\\-dir = \\fIvalue\\fR in the file, which is the one named by "
          "\\fB\\-\\-config\\fR or \\fBYIZHAN_CONFIG\\fR, or else /etc/yizhan/yizhan.conf where "
          "it exists. An unknown option or key is an error, an unknown \\fBYIZHAN_*\\fR a warning. "
          "\\fB\\-\\-at\\fR and \\fB\\-\\-seq\\fR, the moment that is asked for, are flags only. "
          "\\fByizhan config print \\-\\-origin\\fR shows every value and where it came from.\n"
          ".SH EXIT STATUS\n"
          ".TP\n0\ndone\n.TP\n1\nthe operation failed\n.TP\n2\nwrong usage or configuration\n"
          ".TP\n3\nthe server cannot be reached\n"
          ".TP\n4\nimported in part: some lines were rejected\n"
          ".TP\n10\nthe data directory is in use by another process\n"
          ".TP\n11\nno rights to the data directory\n"
          ".TP\n12\nthe data directory is of a later version\n"
          ".TP\n13\nthe data directory is damaged; \\fByizhan verify\\fR says where\n"
          ".TP\n14\nthe master key is missing, open to others, or another one\n"
          ".TP\n15\nno room on the disk\n"
          ".TP\n16\nthe disk failed\n"
          ".SH ENVIRONMENT\n\\fBYIZHAN_*\\fR as above; \\fBYIZHAN_MASTER_KEY\\fR is the master key "
          "of the data directory, 64 hex digits, for where no file may hold it; \\fBNO_COLOR\\fR "
          "turns colour off.\n",
          to);
}
