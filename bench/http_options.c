#include "bench/http_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool read_url(const char *text, http_options *o) {
    unsigned port = 0;
    char end = 0;
    if (sscanf(text, "http://%63[0-9.]:%u%c", o->url_host, &port, &end) < 2) return false;
    if ((end != 0 && end != '/') || port == 0 || port > 65535) return false;
    o->url_port = (uint16_t)port;
    return true;
}

static bool read_number(const char *name, const char *text, http_options *o) {
    char *rest;
    double n = strtod(text, &rest);
    if (*text == 0 || *rest != 0 || !(n >= 0) || n > 1e8) return false;
    if (strcmp(name, "--postings") == 0 && n >= 1) {
        o->set.postings = (uint32_t)n;
    } else if (strcmp(name, "--seekers") == 0 && n >= 1) {
        o->set.seekers = (uint32_t)n;
    } else if (strcmp(name, "--seed") == 0) {
        o->set.seed = (uint64_t)n;
    } else if (strcmp(name, "--connections") == 0 && n >= 1 && n <= 10000) {
        o->connections = (uint32_t)n;
    } else if (strcmp(name, "--seconds") == 0 && n > 0 && n <= 3600) {
        o->seconds = n;
    } else if (strcmp(name, "--rate") == 0) {
        o->rate = n;
    } else if (strcmp(name, "--writes-per-s") == 0 && n <= 1e6) {
        o->writes_per_s = n;
    } else if (strcmp(name, "--lines") == 0 && n >= 1) {
        o->lines = (uint32_t)n;
    } else {
        return false;
    }
    return true;
}

bool http_options_read(int argc, char **argv, http_options *o) {
    *o = (http_options){
        .set = {GENERATE_NORMAL, 1000000, 1000000, 1},
        .connections = 64,
        .seconds = 5,
        .writes_per_s = 5000,
        .lines = 1000000,
    };
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            o->json = true;
        } else if (strcmp(argv[i], "--dense") == 0) {
            o->set.kind = GENERATE_DENSE;
        } else if (strcmp(argv[i], "--gig") == 0) {
            o->set.kind = GENERATE_GIG;
        } else if (i + 1 < argc && strcmp(argv[i], "--url") == 0 && read_url(argv[i + 1], o)) {
            i += 1;
        } else if (i + 1 < argc && strcmp(argv[i], "--data-dir") == 0) {
            o->data_dir = argv[++i];
        } else if (i + 1 < argc && read_number(argv[i], argv[i + 1], o)) {
            i += 1;
        } else {
            fprintf(
                stderr,
                "usage: %s [--postings N] [--seekers N] [--seed N] [--dense|--gig]\n"
                "    [--connections N] [--seconds N] [--rate N] [--writes-per-s N] [--lines N]\n"
                "    [--url http://ADDRESS:PORT] [--data-dir DIR] [--json]\n",
                argv[0]);
            return false;
        }
    }
    return true;
}
