/* report: the self-inspection report of a month, the closing report of a fair. The server makes
 * them; here they are asked for, and written where they belong. */
#include "tools/client.h"
#include "tools/cmd.h"
#include "tools/refusal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define PATH_BYTES_MAX 1800

// The form asked for, or that of the file's name, or Markdown.
static const char *format_of(const options *given) {
    static const char *const FORMATS[] = {"md", "html", "xlsx", "csv", "txt", "json"};
    const char *said = options_text(given, "format"), *out = options_text(given, "out");
    const char *dot = out != NULL ? strrchr(out, '.') : NULL;
    if (said != NULL) return said;
    for (size_t i = 0; dot != NULL && i < sizeof FORMATS / sizeof FORMATS[0]; i++) {
        if (strcmp(dot + 1, FORMATS[i]) == 0) return FORMATS[i];
    }
    return "md";
}

static bool add(char *path, const char *name, const char *value) {
    size_t size = strlen(path);
    if (value == NULL) return true;
    if (size + strlen(name) + 3 > PATH_BYTES_MAX) return false;
    snprintf(path + size, PATH_BYTES_MAX - size, "%c%s=", strchr(path, '?') ? '&' : '?', name);
    return client_encode(path, PATH_BYTES_MAX, value);
}

static int write_out(client *c, const char *out) {
    yz_text body = client_body(c);
    FILE *to = out != NULL ? fopen(out, "wb") : stdout;
    bool well = to != NULL && fwrite(body.bytes, 1, body.size, to) == body.size;
    if (to != NULL && (out != NULL ? fclose(to) : fflush(to)) != 0) well = false;
    if (well) return EXIT_OK;
    fprintf(stderr, "yizhan: report: %s: %s\n", out ? out : "stdout", strerror(errno));
    return EXIT_FAILED;
}

static int ask(const options *given, const char *path) {
    client *c = client_new(options_text(given, "url"));
    int status = client_get(c, path), code = EXIT_NO_SERVER;
    if (status == 200) {
        code = write_out(c, options_text(given, "out"));
    } else if (status == 0) {
        fprintf(stderr, "yizhan: report: %s\n", client_why(c));
    } else {
        refusal_say("report", status, client_body(c).bytes);
        code = refusal_code(status);
    }
    client_free(c);
    return code;
}

static int report(const options *given, const char *route, const char *division) {
    char path[PATH_BYTES_MAX];
    const char *format = format_of(given);
    if (strcmp(format, "xlsx") == 0 && options_text(given, "out") == NULL && isatty(1)) {
        fprintf(stderr, "yizhan: report: xlsx is no text for a terminal: say --out FILE\n");
        return EXIT_USAGE;
    }
    snprintf(path, sizeof path, "%s", route);
    bool fits = client_encode(path, sizeof path, options_argument(given, 0)) &&
                add(path, "format", format) && add(path, "division", division) &&
                add(path, "lang", options_text(given, "lang")) &&
                add(path, "as_of", options_text(given, "as-of"));
    if (fits) return ask(given, path);
    fprintf(stderr, "yizhan: report: what is asked for is too long\n");
    return EXIT_USAGE;
}

int cmd_report_month(const options *given) {
    return report(given, "/v1/reports/month/", options_text(given, "division"));
}

int cmd_report_fair(const options *given) {
    return report(given, "/v1/reports/fairs/", NULL);
}
