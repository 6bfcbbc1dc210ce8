/* Every mistake gets its own sentence, where it stands, in both languages; and nothing is loaded.
 */
#include "tests/engine/policy/rules_kit.h"

#include <criterion/criterion.h>

typedef struct mistake {
    uint32_t line, column;
    const char *says; // how the English sentence begins
    const char *text; // behind HEAD, from line 3 on; with "!" before it, alone
} mistake;

static void refused(const char *text, uint32_t size, uint32_t line, uint32_t column,
                    const char *says) {
    yz_rules_problem problem;
    yz_rules_file file = {"test.rules", {text, size}};
    yz_rules *rules = (yz_rules *)&problem;
    const char *shown = size < 1000 ? text : "a long text";
    cr_expect_eq(yz_rules_load(&file, 1, &rules, &problem), YZ_ERR_BAD_INPUT, "%s", shown);
    cr_expect_null(rules);
    cr_expect_str_eq(problem.file, "test.rules", "%s", shown);
    cr_expect(problem.line == line && problem.column == column, "%s\nis refused at %u:%u: %s",
              shown, problem.line, problem.column, problem.what);
    cr_expect(strncmp(problem.what, says, strlen(says)) == 0, "%s\nis refused with: %s", shown,
              problem.what);
    yz_text zh = yz_text_of(problem.what_zh);
    const char *end = zh.size > 3 ? zh.bytes + zh.size - 3 : "";
    bool ends = !strcmp(end, "。") || !strcmp(end, "？") || !strcmp(end, "）");
    cr_expect(ends && yz_text_is_utf8(zh, NULL), "%s\nis refused with: %s", shown, zh.bytes);
}

static void all_refused(const mistake *mistakes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        static char text[4096];
        bool alone = mistakes[i].text[0] == '!';
        snprintf(text, sizeof text, "%s%s", alone ? "" : HEAD, mistakes[i].text + alone);
        refused(text, (uint32_t)strlen(text), mistakes[i].line, mistakes[i].column,
                mistakes[i].says);
    }
}
#define ALL_REFUSED(list) all_refused(list, sizeof list / sizeof list[0])

Test(refused, words_and_signs) {
    static const mistake MISTAKES[] = {
        {1, 1, "A rules file begins with the words yizhan-rules 1.", "!rule x { }"},
        {1, 1, "A rules file begins with the words yizhan-rules 1.", "!"},
        {1, 14, "Only version 1 of the rules language is known here: yizhan-r", "!yizhan-rules 2"},
        {3, 12, "“（” is no sign of the language; write ( instead.", "define x = （as_of）"},
        {3, 12, "“年” is no sign of the language; such characters stand only b", "define x = 年龄"},
        {3, 14, "“&” is no sign of the language; such characters stand only b", "define x = 1 & 2"},
        {3, 16, "A control character (code 1) stands here; take it out.", "define x = \"天\" \001"},
        {3, 12, "This text is not closed: put \" at its end, on the same line.",
         "define x = \"天水\ndefine y = 1"},
        {2, 12, "“年” is no sign of the language; such characters stand only b",
         "!yizhan-rules 1\ndefine x = 年\n"},
        {3, 12, "2023-02-29 is no day or month of the calendar; write a date ",
         "define x = 2023-02-29"},
        {3, 12, "2023-13 is no day or month of the calendar; write a date as ",
         "define x = 2023-13"},
        {3, 12, "2023-07-2 is no day or month of the calendar; write a date a",
         "define x = 2023-07-2"},
        {3, 12, "A name begins with a letter; between a number and a word sta",
         "define x = 5apples"},
        {3, 8, "This name is longer than 120 characters; take a shorter one.",
         "define "
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa = 1"},
        {3, 12, "1000000000000001 is too large; numbers go up to 1,000,000,00",
         "define x = 1000000000000001"},
        {3, 12, "10000000000000.01 is too large; numbers go up to 1,000,000,0",
         "define x = 10000000000000.01 yuan"},
        {3, 12, "1000000001 is too large; numbers go up to 1,000,000,000,000,",
         "define x = 1000000001%"},
        {3, 20, "4000000 is too large: no date is so far from another.",
         "define x = as_of + 4000000 days"},
        {3, 12, "1.5 is no whole number; a fraction stands only before yuan o", "define x = 1.5"},
        {3, 12, "1.505 has more than 2 digits behind the dot.", "define x = 1.505 yuan"},
        {3, 12, "0.0000001 has more than 6 digits behind the dot.", "define x = 0.0000001%"},
        {3, 8, "when is a word of the language and cannot be a name; take an", "define when = 1"},
        {3, 18, "per is a word of the language and cannot be a name; take ano",
         "define x = \"a\" = per"},
        {3, 10, "if is a word of the language and cannot be a name; take anot", "define x(if) = 1"},
        {3, 8, "to is a word of the language and cannot be a name; take anot", "notice to { }"},
    };
    ALL_REFUSED(MISTAKES);
}

Test(refused, grammar) {
    static const mistake MISTAKES[] = {
        {3, 8, "This { is not closed: a } is missing before line 5, column 1",
         "rule r {\n  decide serve\nrule s { decide serve }"},
        {3, 8, "This { is not closed: a } is missing before line 5, column 1",
         "rule r {\n  decide serve\n"},
        {3, 15, "This { is not closed: a } is missing before line 4, column 1",
         "param a.b int { 1 from 2023-01-01 ref n/1\n"},
        {3, 10, "This { is not closed: a } is missing before line 3, column 2",
         "notice x { level province"},
        {3, 10, "This { is not closed: a } is missing before line 4, column 1",
         "target t { name \"甲\" \"a\" value p count 1\n"},
        {3, 18, "The file ends where ) should stand.", "define x = (1 + 2"},
        {4, 1, "define stands where ) should be.", "define x = (1 + 2\ndefine y = 1"},
        {3, 20, "The file ends where a comma or ) should stand.", "define x = max(1, 2"},
        {3, 17, "The file ends where a comma or } should stand.", "define x = {1, 2"},
        {3, 14, "There is no division: compare a <= r * b in place of a / b <", "define x = 1 / 2"},
        {3, 19, "Only two sides are compared at once: write a <= b and b <= c",
         "define x = 1 <= 2 <= 3"},
        {3, 12, ") stands where a value should be.", "define x = )"},
        {3, 11, "The file ends where a value should stand.", "define x ="},
        {3, 26, "The file ends where else should stand.", "define x = if true then 1"},
        {3, 16, "not is a word of the language and cannot be a name; take ano",
         "define x = not not true"},
        {3, 9, "The file ends where = should stand.", "define x"},
        {4, 3, "decied is no clause of a rule; is decide meant?", "rule r {\n  decied serve }"},
        {3, 17, "pay stands where grant, serve or refer should be.", "rule r { decide pay }"},
        {3, 15, "grant stands where deny, blocked, expired or refer should be",
         "rule r { stop grant a true }"},
        {3, 19, "decide stands where a text between \" and \" should be.",
         "rule r { name \"一\" decide serve }"},
        {3, 15, "x stands where a number should be.", "rule r { area x }"},
        {3, 29, "week stands where ever, year or month should be.",
         "rule r { once person.id per week }"},
        {3, 15, "5 stands where a name should be.", "rule r { need 5 true }"},
        {3, 11, "number stands where a type (bool int percent yuan text date ",
         "param a.b number { }"},
        {3, 17, "int stands where percent should be.", "param a.b tiers int -> yuan { }"},
        {3, 1, "rules stands where notice, param, define, rule, target, check", "rules r { }"},
        {3, 14, "2 stands where notice, param, define, rule, target, check or", "define x = 1 2"},
        {3, 22, "2023 stands where a date, as 2023-01-01 should be.",
         "param a int { 1 from 2023 ref n/1 }"},
        {3, 33, "} stands where the clause, as ref gs60/5.2 (notice/measure.se",
         "param a int { 1 from 2023-01-01 }"},
        {3, 39, "} stands where / should be.", "param a int { 1 from 2023-01-01 ref n }"},
        {3, 39, "10000 is too large; a notice has no such measure.",
         "param a int { 1 from 2023-01-01 ref n/10000 }"},
        {3, 18, "5 stands where a text, a date or a name should be.", "notice x { level 5 }"},
        {3, 33, "soft stands where hold or review should be.",
         "check F { name \"一\" \"a\" severity soft when true }"},
    };
    ALL_REFUSED(MISTAKES);
}

Test(refused, texts_of_codes) {
#define CODED                                                                                      \
    "param few.days int { 1 from 2023-01-01 ref n/1 }\nrule r { decide serve need abc true }\n"
    static const mistake MISTAKES[] = {
        {5, 10, "The file ends where a text between \" and \" should stand.", CODED "text abc "},
        {5, 13, "The file ends where a text between \" and \" should stand.",
         CODED "text abc \"甲\""},
        {5, 6, "No rule has a code abd; is abc meant?", CODED "text abd \"甲\" \"a\""},
        {5, 6, "No rule has a code zzzzzz; a text belongs to the code of a n",
         CODED "text zzzzzz \"甲\" \"a\""},
        {5, 6, "No rule has a code abd; is abc meant?", CODED "text r.abd \"甲\" \"a\""},
        {5, 6, "There is no rule q; a text is for CODE, or RULE.CODE of one r",
         CODED "text q.abc \"甲\" \"a\""},
        {6, 6, "The text of abc is in this file twice, first in line 5; take",
         CODED "text abc \"甲\" \"a\"\ntext abc \"乙\" \"b\""},
        {5, 14, "{few.dais}: there is no such parameter; is few.days meant?",
         CODED "text abc \"甲\" \"a {few.dais}\""},
        {5, 10, "{}: there is no such parameter; between { and } stands the na",
         CODED "text abc \"甲{}\" \"a\""},
        {5, 10, "In a text { and } stand in pairs, with the name of a paramete",
         CODED "text abc \"{few.days\" \"a\""},
        {5, 10, "In a text { and } stand in pairs, with the name of a paramete",
         CODED "text abc \"}{few.days}\" \"a\""},
        {5, 10, "In a text { and } stand in pairs, with the name of a paramete",
         CODED "text abc \"{few.days{few.days}\" \"a\""},
        {5, 10, "In a text { and } stand in pairs, with the name of a paramete",
         CODED "text abc \"{few.days}}\" \"a\""},
        {5, 14, "A text of a code has 1 to 600 bytes; this one has 0.",
         CODED "text abc \"甲\" \"\""},
        {5, 6, "when is a word of the language and cannot be a name; take an",
         CODED "text when \"甲\" \"a\""},
        {3, 8, "This { is not closed: a } is missing before line 4, column 1",
         "rule r { decide serve\ntext abc \"甲\" \"a\""},
    };
    ALL_REFUSED(MISTAKES);
}

Test(refused, parameters) {
    static const mistake MISTAKES[] = {
        {3, 15, "This period ends (to) before it begins (from).",
         "param a int { 1 from 2023-01-01 to 2022-12-31 ref n/1 }"},
        {4, 2, "This period of a overlaps the one of line 3: end that one (t",
         "param a int { 1 from 2023-01-01 ref n/1\n 2 from 2024-01-01 ref n/1 }"},
        {3, 15, "This period of a overlaps the one of line 4: end that one (t",
         "param a int { 2 from 2024-01-01 ref n/1\n 1 from 2023-01-01 to 2024-01-01 ref n/1 }"},
        {3, 37, "There is no notice m; declare it with notice.",
         "param a int { 1 from 2023-01-01 ref m/1 }"},
        {3, 37, "There is no notice quite_another; declare it with notice.",
         "param a int { 1 from 2023-01-01 ref quite_another/1 }"},
        {3, 15, "The value of this parameter must be a whole number, as 12.",
         "param a int { 5% from 2023-01-01 ref n/1 }"},
        {3, 16, "The value of this parameter must be true or false.",
         "param a bool { 1 from 2023-01-01 ref n/1 }"},
        {3, 19, "The value of this parameter must be a percentage, as 5.5%.",
         "param a percent { 1 from 2023-01-01 ref n/1 }"},
        {3, 16, "The value of this parameter must be an amount, as 1500 yuan.",
         "param a yuan { 5% from 2023-01-01 ref n/1 }"},
        {3, 16, "The value of this parameter must be a text between \" and \".",
         "param a text { b from 2023-01-01 ref n/1 }"},
        {3, 16, "The value of this parameter must be a date, as 2023-01-01.",
         "param a date { 2023 from 2023-01-01 ref n/1 }"},
        {3, 16, "The value of this parameter must be a name without dots.",
         "param a name { \"b\" from 2023-01-01 ref n/1 }"},
        {3, 15, "The value of this parameter must be a set of at most 1024, a",
         "param a set { b from 2023-01-01 ref n/1 }"},
        {3, 19, "The value of this parameter must be made of names, texts, in",
         "param a set { {b, 5%} from 2023-01-01 ref n/1 }"},
        {3, 18, "The value of this parameter must be true: the dates are the ",
         "param a window { false from 2023-01-01 ref n/1 }"},
        {3, 44, "These tiers are out of order: each begins where the one befo",
         "param a tiers percent -> yuan { [0%,50%) 1 [60%,100%] 2 from 2023-01-01 ref n/1 }"},
        {3, 33, "These tiers are out of order: each begins where the one befo",
         "param a tiers percent -> yuan { [5%,100%] 1 from 2023-01-01 ref n/1 }"},
        {3, 44, "The last tier must end at 100%, with ].",
         "param a tiers percent -> yuan { [0%,50%) 1 [50%,90%] 2 from 2023-01-01 ref n/1 }"},
        {3, 44, "The last tier must end at 100%, with ].",
         "param a tiers percent -> yuan { [0%,50%) 1 [50%,100%) 2 from 2023-01-01 ref n/1 }"},
        {3, 33, "These tiers are out of order: each begins where the one befo",
         "param a tiers percent -> yuan { [0%,0%) 1 [0%,100%] 2 from 2023-01-01 ref n/1 }"},
        {3, 43, "The key 5 stands twice in this table.",
         "param a table int -> yuan { 5 -> 1 4 -> 2 5 -> 3 from 2023-01-01 ref n/1 }"},
        {4, 7, "The parameter p is in this file twice, first in line 3; take",
         "param p int { 1 from 2023-01-01 ref n/1 }\nparam p int { 1 from 2023-01-01 ref n/1 }\n"},
        {3, 7, "person.sex is already a fact; take another name.", "param person.sex int { }"},
        {3, 8, "p is already a parameter; take another name.",
         "define p = 1\nparam p int { 1 from 2023-01-01 ref n/1 }\n"},
        {3, 8, "The notice n is in this file twice, first in line 2; take on", "notice n { }"},
    };
    ALL_REFUSED(MISTAKES);
}

Test(refused, names) {
    static const mistake MISTAKES[] = {
        {3, 12, "person.sexx: person has no field of this name; is sex meant?",
         "define x = person.sexx"},
        {3, 12, "persn.sex is no fact, parameter or definition. Is it person.",
         "define x = persn.sex"},
        {3, 25, "mal is no word of sex, and no fact, parameter or definition.",
         "define x = person.sex = mal"},
        {3, 25, "enterprise is no word of sex, and no fact, parameter or defi",
         "define x = person.sex = enterprise"},
        {3, 42, "law_frm is no word of employer_kind, and no fact, parameter ",
         "define x = employer.kind in {enterprise, law_frm}"},
        {3, 35, "dibbao is no word of person_tag, and no fact, parameter or d",
         "define x = overlaps(person.tags, {dibbao})"},
        {3, 34, "nobody_knows_this is no word of person_tag, and no fact, par",
         "define x = contains(person.tags, nobody_knows_this)"},
        {3, 12, "m05.amount is no fact, parameter or definition.", "define x = m05.amount"},
        {4, 12, "There is no function or definition hlf; is half meant?",
         "define half(n) = n\ndefine x = hlf(1)"},
        {3, 12, "There is no function or definition fulmonths; is full_months",
         "define x = fulmonths(as_of, as_of)"},
        {3, 12, "There is no function or definition completely_unknown_thing;",
         "define x = completely_unknown_thing(1)"},
        {4, 12, "half takes arguments (1): write them behind it in parenthese",
         "define half(n) = n\ndefine x = half"},
        {4, 12, "half takes 1 argument, not 2.", "define half(n) = n\ndefine x = half(1, 2)"},
        {3, 12, "age takes 2 arguments, not 1.", "define x = age(as_of)"},
        {3, 12, "max takes 2 arguments or more, not 1.", "define x = max(1)"},
        {3, 12, "known takes 1 argument, not 0.", "define x = known()"},
        {3, 12, "“it” stands only inside any, count, sum, distinct or after e",
         "define x = it.from"},
        {3, 15, "“it” stands only inside any, count, sum, distinct or after e",
         "define f(n) = it.id\ndefine x = any(interns, f(1))"},
        {3, 15, "n.id: what stands before the dot is a date, it has no fields",
         "define f(n) = n.id\ndefine x = f(as_of)"},
        {3, 15, "i.nam: intern has no field of this name; yizhan policy facts ",
         "define f(i) = i.nam\ndefine x = any(interns, f(it) = \"a\")"},
        {4, 12, "A definition may not lead back to itself: x -> y -> x.",
         "define x = y\ndefine y = x"},
        {3, 12, "A definition may not lead back to itself: x -> x.", "define x = x"},
        {5, 15, "A definition may not lead back to itself: a -> b -> c -> a.",
         "define a(n) = b(n)\ndefine b(n) = c(n)\ndefine c(n) = a(n)\ndefine z = a(1)"},
        {3, 8, "age is already a built-in function; take another name.", "define age(n) = n"},
        {3, 8, "as_of is already a fact or an object; take another name.", "define as_of = 1"},
        {3, 8, "person is already a fact or an object; take another name.", "define person = 1"},
        {3, 13, "The argument n has this name already; take another.", "define f(n, n) = n"},
        {3, 10, "The argument it has this name already; take another.", "define f(it) = it"},
        {4, 8, "The definition x is in this file twice, first in line 3; tak",
         "define x = 1\ndefine x = 2"},
        {4, 6, "The rule r is in this file twice, first in line 3; take one ",
         "rule r { decide serve }\nrule r { decide serve }"},
        {3, 6, "m18 and d08 are built in; give the rule another name.",
         "rule m18 { decide serve }"},
        {5, 8, "t is a rule already; give the target another name.",
         "rule t { decide serve }\nparam p int { 1 from 2023-01-01 ref n/1 }\ntarget t { name "
         "\"一\" \"a\" value p count 1 }"},
        {3, 20, "There is no function or definition ags; is age meant?",
         "define unused(n) = ags(n, n)"},
        {4, 2, "adul is not a word (graduate_kind), and line 5 reads a so.",
         "param a set { {general,\n adul} from 2023-01-01 ref n/1 }\ndefine x = "
         "person.graduate_kind in a"},
        {3, 16, "mal is not a word (sex), and line 4 reads a so.",
         "param a name { mal from 2023-01-01 ref n/1 }\ndefine x = person.sex = a"},
        {3, 25, "5 is not a month, and line 4 reads a so.",
         "param a set { {2023-01, 5} from 2023-01-01 ref n/1 }\ndefine x = month(as_of) in a"},
    };
    ALL_REFUSED(MISTAKES);
}

Test(refused, kinds) {
    static const mistake MISTAKES[] = {
        {3, 18, "Left is a date, right is an int: both must be of one kind.",
         "define x = as_of = 1"},
        {3, 23, "Left is a word (sex), right is a word (employer_kind): both ",
         "define x = person.sex = employer.kind"},
        {3, 12, "This must be a number, a date or a month, but it is a text.",
         "define x = person.id < \"b\""},
        {3, 12, "This must be a single value, but it is a list (intern).",
         "define x = interns = interns"},
        {3, 18, "To a date only a span is added: write n * 1 days, 30 days or",
         "define x = as_of + 1"},
        {3, 18, "The days between two dates are days(from, to).", "define x = as_of - as_of"},
        {3, 18, "Left is a date, right is a percentage: both must be of one k",
         "define x = as_of + 5%"},
        {3, 16, "This must be a number, but it is a date.", "define x = 1 + as_of"},
        {3, 19, "Left is an amount in yuan, right is an amount in yuan: both ",
         "define x = 1 yuan * 1 yuan"},
        {3, 20, "More than two percentages in one product; round_fen() a part",
         "define x = 5% * 5% * 5%"},
        {3, 15, "Left is a percentage, right is a span of days: both must be ",
         "define x = 5% * 30 days"},
        {3, 15, "Left is a percentage, right is an int: both must be of one k",
         "define x = 5% > 1"},
        {3, 12, "This must be a condition (yes or no), but it is an int.", "define x = 1 and true"},
        {3, 16, "This must be a condition (yes or no), but it is an int.", "define x = not 1"},
        {3, 15, "This must be a condition (yes or no), but it is an int.",
         "define x = if 1 then 2 else 3"},
        {3, 32, "Left is an int, right is a date: both must be of one kind.",
         "define x = if true then 2 else as_of"},
        {3, 17, "Left is an int, right is an int: right must be a set of such",
         "define x = 1 in 2"},
        {3, 21, "Left is a date, right is a set of words (person_tag): right ",
         "define x = as_of in person.tags"},
        {3, 19, "Left is a text, right is a list (intern): right must be a se",
         "define x = \"a\" in interns"},
        {3, 13, "This element is a date, the set wants an int.", "define x = {as_of, 1}"},
        {3, 12, "A set holds words, texts, ints, dates or months, not a perce", "define x = {5%}"},
        {3, 21, "This must be a set of words or texts, but it is a list (inte",
         "define x = overlaps(interns, interns)"},
        {3, 16, "This must be a list or a set, but it is a text.",
         "define x = any(person.id, true)"},
        {3, 25, "This must be a condition (yes or no), but it is a text.",
         "define x = any(interns, it.id)"},
        {3, 25, "This must be a number, but it is a text.", "define x = sum(interns, it.id)"},
        {3, 36, "This must be a single value (of an object or a list, name a ",
         "define x = distinct(interns, true, it)"},
        {3, 16, "This must be a number or a date, but it is a text.",
         "define x = max(\"a\", \"b\")"},
        {3, 16, "This must be a date, but it is an int.", "define x = age(1, as_of)"},
        {3, 18, "This must be a date, but it is a month.", "define x = month(2023-01)"},
        {3, 17, "This must be a date, but it is an int.", "define x = year(5)"},
        {3, 19, "This must be a text, but it is an int.", "define x = prefix(1, 2)"},
        {3, 25, "This must be a list of insured months, but it is a list (int",
         "define x = joint_months(interns, {injury}, as_of, as_of)"},
        {3, 41, "This must be a set of insurances, but it is a set of words (",
         "define x = joint_months(hire.insurance, person.tags, as_of, as_of)"},
        {4, 17, "Here the name of a parameter that is a table of tiers must s",
         "param p int { 1 from 2023-01-01 ref n/1 }\ndefine x = tier(p, 1, 2)"},
        {4, 19, "Here the name of a parameter that is a table of amounts must",
         "param p int { 1 from 2023-01-01 ref n/1 }\ndefine x = lookup(p, 1)"},
        {4, 19, "Here the name of a parameter that is a window must stand.",
         "param p int { 1 from 2023-01-01 ref n/1 }\ndefine x = covers(p, as_of)"},
        {3, 19, "Here the name of a parameter that is a window must stand.",
         "define x = covers(as_of, as_of)"},
        {4, 12, "w is a window and cannot be read as a value: use covers(wind",
         "param w window { true from 2023-01-01 ref n/1 }\ndefine x = w"},
        {4, 12, "w is a table of amounts and cannot be read as a value: use l",
         "param w table int -> yuan { 1 -> 2 from 2023-01-01 ref n/1 }\ndefine x = w > 1"},
        {5, 14, "w is a table of tiers and cannot be read as a value: use tie",
         "param w tiers percent -> yuan { [0%,100%] 2 from 2023-01-01 ref n/1 }\ndefine f(t) = "
         "true\ndefine x = f(w)"},
        {3, 12, "This is too large for an amount in yuan.", "define x = 100000000000000 + 1 yuan"},
    };
    ALL_REFUSED(MISTAKES);
}

Test(refused, rules) {
    static const mistake MISTAKES[] = {
        {4, 39, "counts.t02 is already a fact",
         "rule r { decide refer amount external counts.t02 }\n"
         "rule s { decide refer amount external counts.t02 }"},
        {3, 6, "This rule has no decide (grant, serve or refer) and no monit",
         "rule r { need a true }"},
        {3, 23, "This clause stands in the rule already; take one out.",
         "rule r { decide serve decide serve }"},
        {3, 10, "A rule with monitor lines decides nothing; take decide out.",
         "rule r { decide serve monitor a true }"},
        {3, 10, "A rule that grants needs an amount clause.", "rule r { decide grant }"},
        {3, 23, "Only a rule that grants or refers has an amount.",
         "rule r { decide serve amount 5 }"},
        {3, 23, "A rule that refers has its amount from outside: amount exter",
         "rule r { decide refer amount 5 }"},
        {3, 25, "Only a rule that grants or refers has an amount.",
         "rule r { monitor a true amount 5 }"},
        {3, 30, "This must be a date, but it is an int.", "rule r { decide serve window 5 }"},
        {4, 42, "p is no window: valid wants param p window { true from ... }",
         "param p int { 1 from 2023-01-01 ref n/1 }\nrule r { decide serve window as_of valid p }"},
        {3, 42, "r.vald is no fact, parameter or definition.",
         "rule r { decide serve window as_of valid r.vald }"},
        {3, 42, "Here the name of a parameter that is a window must stand.",
         "rule r { decide serve window as_of valid as_of }"},
        {4, 23, "valid tests the date of a window clause, and there is none.",
         "param w window { true from 2023-01-01 ref n/1 }\nrule r { decide serve valid w }"},
        {3, 30, "This must be a condition (yes or no), but it is an int.",
         "rule r { decide serve need a 5 }"},
        {3, 30, "This must be a condition (yes or no), but it is a date.",
         "rule r { decide serve duty a as_of }"},
        {3, 35, "This must be a condition (yes or no), but it is a text.",
         "rule r { decide serve stop deny a \"b\" }"},
        {3, 30, "This must be an amount in yuan, but it is a date.",
         "rule r { decide grant amount as_of }"},
        {3, 37, "A payment does not record person.sex; keys are person.id, em",
         "rule r { decide grant amount 5 once person.sex per ever }"},
        {3, 37, "A key is a fact, as person.id.",
         "rule r { decide grant amount 5 once person.idd per ever }"},
        {3, 36, "This must be an int, but it is a percentage.",
         "rule r { decide grant amount 5 cap 5% per year person.id }"},
        {3, 40, "A payment does not record cert.number; keys are person.id, e",
         "rule r { decide grant amount 5 group g cert.number }"},
        {3, 37, "This must be a list or a set, but it is a date.",
         "rule r { decide serve reason a each as_of }"},
        {3, 50, "This must be a single value (of an object or a list, name a ",
         "rule r { decide serve reason a each interns show it }"},
        {3, 37, "This must be a condition (yes or no), but it is an int.",
         "rule r { decide serve reason a when 5 }"},
        {3, 32, "This must be a single value (of an object or a list, name a ",
         "rule r { decide serve record a interns }"},
        {3, 29, "This must be a single value (of an object or a list, name a ",
         "rule r { decide serve order interns }"},
        {3, 29, "This must be a number, but it is a text.",
         "rule r { decide serve order person.id / 2 }"},
        {4, 39, "p is the amount of r and must be a parameter of type yuan.",
         "param p int { 1 from 2023-01-01 ref n/1 }\nrule r { decide refer amount external p }"},
        {4, 6, "r.amount is the amount of r and must be a parameter of type ",
         "param r.amount int { }\nrule r { decide refer }"},
        {3, 31, "The value of a target is a parameter of type int or percent.",
         "target t { name \"一\" \"a\" value as_of count 1 }"},
        {4, 31, "A target in percent needs of: percent of what?",
         "param q percent { }\ntarget t { name \"一\" \"a\" value q count 1 }"},
        {4, 39, "This must be an int, but it is a date.",
         "param p int { 1 from 2023-01-01 ref n/1 }\ntarget t { name \"一\" \"a\" value p count "
         "as_of }"},
        {3, 43, "This must be a condition (yes or no), but it is an int.",
         "check F { name \"一\" \"a\" severity hold when 5 }"},
    };
    ALL_REFUSED(MISTAKES);
}

Test(refused, what_is_not_utf8) {
    static const char GBK[] = "yizhan-rules 1\nnotice n { issuer \"\xB8\xCA\xCB\xE0\" }\n";
    refused(GBK, sizeof GBK - 1, 2, 20, "This is not UTF-8; save the file as UTF-8");
}

/* `count` times `piece` between `before` and `after`. */
static char *repeated(const char *before, const char *piece, uint32_t count, const char *after,
                      uint32_t *size) {
    size_t one = strlen(piece), room = strlen(before) + count * one + strlen(after) + 1;
    char *text = malloc(room), *at = text;
    cr_assert_not_null(text);
    at += snprintf(at, room, "%s", before);
    for (uint32_t i = 0; i < count; i++, at += one)
        memcpy(at, piece, one);
    memcpy(at, after, strlen(after));
    *size = (uint32_t)(at - text) + (uint32_t)strlen(after);
    return text;
}

static void deep(const char *piece, uint32_t count, const char *after, uint32_t column,
                 const char *says) {
    uint32_t size;
    char *text = repeated(HEAD "define x = ", piece, count, after, &size);
    refused(text, size, 3, column, says);
    free(text);
}

Test(refused, what_is_nested_too_deep) {
    deep("(", 10000, "", 212, "This expression has more than 200 levels");
    deep("{", 10000, "", 212, "This expression has more than 200 levels");
    deep("max(", 10000, "", 812, "This expression has more than 200 levels");
    deep("if ", 10000, "", 612, "This expression has more than 200 levels");
    deep("not (", 10000, "", 1016, "This expression has more than 200 levels");
    deep("1+", 10000, "1", 411, "This expression has more than 200 levels");
}

Test(refused, definitions_that_call_too_deep_or_too_wide) {
    static char text[1 << 18];
    int at = snprintf(text, sizeof text, "%sdefine d0 = 1\n", HEAD);
    for (int i = 1; i < 10000; i++)
        at += snprintf(text + at, sizeof text - (size_t)at, "define d%d = d%d\n", i, i - 1);
    yz_rules_problem problem;
    cr_expect_null(kit_load(text, &problem));
    cr_expect_not_null(strstr(problem.what, "the definitions it calls included"), "%s",
                       problem.what);
    at = snprintf(text, sizeof text, "%sdefine d0 = 1\n", HEAD);
    for (int i = 1; i < 60; i++)
        at += snprintf(text + at, sizeof text - (size_t)at, "define d%d = d%d + d%d\n", i, i - 1,
                       i - 1);
    cr_expect_null(kit_load(text, &problem));
    cr_expect_not_null(strstr(problem.what, "parts with its definitions written out"), "%s",
                       problem.what);
}

Test(refused, a_file_that_is_too_long) {
    uint32_t size;
    char *text = repeated(HEAD, "# twelve byte", YZ_RULES_BYTES_MAX / 13, "\n", &size);
    cr_assert_gt(size, YZ_RULES_BYTES_MAX);
    refused(text, size, 1, 1, "This file has 4194");
    free(text);
}

Test(refused, a_definition_says_who_called_it) {
    yz_rules_problem problem;
    cr_expect_null(kit_load(HEAD "define f(a) = a > 1\ndefine g(b) = f(b)\n"
                                 "define x = g(1) and g(as_of)\n",
                            &problem));
    cr_expect_eq(problem.line, 3);
    cr_expect_str_eq(problem.what, "Left is a date, right is an int: both must be of one kind. "
                                   "(f is called so in line 4, column 15.)");
    cr_expect_str_eq(problem.what_zh, "左边是日期，右边是整数：两边必须同类。"
                                      "（f 在第 4 行第 15 列如此调用。）");
}

Test(refused, names_of_a_definition_nobody_calls) {
    yz_rules_problem problem;
    cr_expect_null(kit_load(HEAD "define f(a) = a.x > persn.birth_date", &problem));
    cr_expect_eq(problem.column, 21);
    cr_expect_not_null(strstr(problem.what, "Is it person.birth_date?"), "%s", problem.what);
}

/* What was sound alone is not sound with a later file: said where it is read. */
Test(refused, a_later_file_that_takes_away_what_a_rule_reads) {
    static const char BASE[] =
        HEAD "param a.days int { 30 from 2023-01-01 ref n/1 }\n"
             "define late(d) = as_of > d + a.days * 1 days\n"
             "rule r { decide serve\n  need in_time not late(hire.contract_start) }\n";
    static const struct {
        const char *text, *file, *says;
        uint32_t line, column;
    } LATER[] = {
        {"yizhan-rules 1\nparam a.days text { \"30\" from 2023-01-01 ref n/1 }", "base.rules",
         "This must be a number, but it is a text", 4, 30},
        {"yizhan-rules 1\ndefine late = as_of", "base.rules", "late takes 0 arguments, not 1", 6,
         20},
        {"yizhan-rules 1\ndefine late(d) = days(d, as_of)", "base.rules",
         "This must be a condition (yes or no), but it is an int", 6, 20},
        {"yizhan-rules 1\ndefine late(d) = not soon(d)\ndefine soon(d) = not late(d)",
         "later.rules", "A definition may not lead back to itself: late -> soon -> late.", 3, 22},
        {"yizhan-rules 1\ndefine late(d) = d > b.day", "later.rules", "b.day is no fact", 2, 22},
    };
    for (size_t i = 0; i < sizeof LATER / sizeof LATER[0]; i++) {
        yz_rules_file files[] = {{"base.rules", yz_text_of(BASE)},
                                 {"later.rules", yz_text_of(LATER[i].text)}};
        yz_rules_problem problem;
        yz_rules *rules;
        cr_assert_eq(yz_rules_load(files, 1, &rules, &problem), YZ_OK, "%s", problem.what);
        yz_rules_free(rules);
        cr_expect_eq(yz_rules_load(files, 2, &rules, &problem), YZ_ERR_BAD_INPUT);
        cr_expect_str_eq(problem.file, LATER[i].file, "%s: %s", LATER[i].text, problem.what);
        cr_expect(problem.line == LATER[i].line && problem.column == LATER[i].column,
                  "%s\nis refused at %u:%u: %s", LATER[i].text, problem.line, problem.column,
                  problem.what);
        cr_expect(strncmp(problem.what, LATER[i].says, strlen(LATER[i].says)) == 0, "%s",
                  problem.what);
    }
}

/* Any start of the worked example is refused or sound, and the end is never passed. */
Test(refused, every_start_of_the_worked_example_is_answered) {
    yz_text worked = kit_read("tests/engine/policy/worked.rules");
    cr_assert_gt(worked.size, 0);
    for (uint32_t size = 0; size < worked.size; size += 7) {
        char *cut = malloc(size + 1); // so that a sanitizer sees a step too far
        cr_assert_not_null(cut);
        memcpy(cut, worked.bytes, size);
        yz_rules_file file = {"cut.rules", {cut, size}};
        yz_rules_problem problem;
        yz_rules *rules;
        yz_status status = yz_rules_load(&file, 1, &rules, &problem);
        cr_expect(status == YZ_OK ? rules != NULL : problem.what[0] != '\0', "%u bytes", size);
        yz_rules_free(rules);
        free(cut);
    }
    free((char *)(uintptr_t)worked.bytes);
}
