/* Which form, of what, and whether that can be. */
#include "net/sheet/inner.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

static const struct {
    const char *name, *media_type;
} FORMATS[SHEET_FORMAT_COUNT] = {
    [SHEET_AS_TEXT] = {"txt", "text/plain; charset=utf-8"},
    [SHEET_AS_CSV] = {"csv", "text/csv; charset=utf-8"},
    [SHEET_AS_XLSX] = {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    [SHEET_AS_MARKDOWN] = {"md", "text/markdown; charset=utf-8"},
    [SHEET_AS_HTML] = {"html", "text/html; charset=utf-8"},
    [SHEET_AS_JSON] = {"json", "application/json"},
};

const char *sheet_format_name(sheet_format format) {
    return FORMATS[format].name;
}

const char *sheet_media_type(sheet_format format) {
    return FORMATS[format].media_type;
}

bool sheet_format_of(yz_text name, sheet_format *format) {
    for (int i = 0; i < SHEET_FORMAT_COUNT; i++) {
        if (!yz_text_equal(name, yz_text_of(FORMATS[i].name))) continue;
        *format = (sheet_format)i;
        return true;
    }
    return false;
}

const sheet_words *sheet_words_of(const yz_sheet *s) {
    static const sheet_words ZH = {"zh-CN", "【待填写】", "（无记录）", "正文", "见工作表", "表"};
    static const sheet_words EN = {"en",   "[To be filled in]", "(no rows)",
                                   "Text", "See worksheet",     "Table"};
    return s->english ? &EN : &ZH;
}

// ---- what cannot be written ----

static yz_status refuse_full(const yz_sheet *s, sheet_problem *p) {
    snprintf(p->zh, sizeof p->zh,
             "内容超过了本文件的上限（%zu 字节），写不全就不写。请缩小查询范围，或分成几份。",
             s->bytes_max);
    snprintf(p->en, sizeof p->en,
             "there is more than this document may hold (%zu bytes), and a part of it is not "
             "written: narrow the question, or ask for several documents",
             s->bytes_max);
    return YZ_ERR_FULL;
}

static yz_status refuse_table(const yz_sheet *s, uint32_t table, sheet_problem *p) {
    snprintf(p->zh, sizeof p->zh, "没有第 %u 张表：本文件共有 %u 张，从 1 数起。", table,
             s->grid_count);
    snprintf(p->en, sizeof p->en, "there is no table %u: this document has %u, counted from 1",
             table, s->grid_count);
    return YZ_ERR_BAD_INPUT;
}

static yz_status refuse_csv(sheet_problem *p) {
    snprintf(p->zh, sizeof p->zh, "CSV 只装表，本文件没有表。请改用别的格式。");
    snprintf(p->en, sizeof p->en,
             "CSV holds tables and this document has none: ask for another form");
    return YZ_ERR_BAD_INPUT;
}

static yz_status refuse_stopped(sheet_problem *p) {
    snprintf(p->zh, sizeof p->zh,
             "没有写完：接收方不再接收（空间已满，或连接已断）。请缩小范围后重试。");
    snprintf(p->en, sizeof p->en,
             "not written to the end: whoever took it takes no more (no room, or gone); try again "
             "with less");
    return YZ_ERR_FULL;
}

// ---- writing ----

static yz_status write_to(const yz_sheet *s, const sheet_how *how, sheet_sink *sink,
                          sheet_problem *problem) {
    switch (how->format) {
    case SHEET_AS_TEXT: sheet_write_text(s, how->table, sink); break;
    case SHEET_AS_CSV:
        if (how->bom) sheet_put(sink, "\xEF\xBB\xBF", 3);
        sheet_write_csv(s, how->table, how->keys, sink);
        break;
    case SHEET_AS_XLSX: return sheet_write_xlsx(s, how->table, sink, problem);
    case SHEET_AS_MARKDOWN: sheet_write_markdown(s, how->table, sink); break;
    case SHEET_AS_HTML: sheet_write_html(s, how->table, sink); break;
    case SHEET_AS_JSON: sheet_write_json(s, how->table, sink); break;
    case SHEET_FORMAT_COUNT: break;
    }
    return YZ_OK;
}

yz_status sheet_write(const yz_sheet *s, const sheet_how *how, sheet_out out,
                      sheet_problem *problem) {
    yz_check(s->column == 0); // the last row is whole
    yz_check(how->format < SHEET_FORMAT_COUNT);
    if (s->full) return refuse_full(s, problem);
    if (how->table > s->grid_count) return refuse_table(s, how->table, problem);
    if (how->format == SHEET_AS_CSV && s->grid_count == 0) return refuse_csv(problem);
    sheet_sink sink = {.out = out};
    yz_status status = write_to(s, how, &sink, problem);
    if (status == YZ_OK) sheet_flush(&sink);
    yz_free(sink.room);
    if (status == YZ_OK && sink.stopped) return refuse_stopped(problem);
    return status;
}
