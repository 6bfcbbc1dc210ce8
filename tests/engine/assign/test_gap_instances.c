/* The generalised assignment problems of the data sets, whose best values are published: jobs with
 * loads, agents with capacities. Where an agent may take as many jobs as its smallest ones allow,
 * it is an assignment with openings that every solution is part of: so its optimum, proven here,
 * must be at least as good as the published one, and on some it is the same. Skipped where the set
 * is not. */
#include "engine/assign/checker.h"
#include "engine/assign/optimal.h"
#include "engine/base/alloc.h"
#include "tools/lines.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *folder(void) {
    const char *named = getenv("YIZHAN_DATASETS");
    return named && *named ? named : "../shared/datasets";
}

int main(int argc, char **argv) {
    char path[512];
    snprintf(path, sizeof path, "%s/gap-instances/bounds.txt", folder());
    if (access(path, R_OK) != 0) {
        printf("SKIP: %s is not there (set YIZHAN_DATASETS)\n", path);
        return 77;
    }
    struct criterion_test_set *tests = criterion_initialize();
    int code = 0;
    if (criterion_handle_args(argc, argv, true)) code = !criterion_run_all_tests(tests);
    criterion_finalize(tests);
    return code;
}

typedef struct instance {
    uint32_t agents, jobs;
    int64_t *cost, *load, *capacity; // agents x jobs, the same, agents
} instance;

static bool read_numbers(const char *name, int64_t **numbers, uint32_t *count) {
    char path[512];
    snprintf(path, sizeof path, "%s/gap-instances/%s.txt.gz", folder(), name);
    lines *l = lines_open(path);
    if (l == NULL) return false;
    uint32_t room = 0;
    yz_text line;
    *numbers = NULL;
    *count = 0;
    while (lines_next(l, &line)) {
        char *copy = yz_alloc(line.size + 1), *at = copy, *end;
        memcpy(copy, line.bytes, line.size);
        copy[line.size] = 0;
        for (long long value = strtoll(at, &end, 10); end != at; value = strtoll(at, &end, 10)) {
            if (*count == room) {
                room = room ? 2 * room : 1024;
                *numbers = yz_realloc(*numbers, room * sizeof **numbers);
            }
            (*numbers)[(*count)++] = value;
            at = end;
        }
        yz_free(copy);
    }
    lines_close(l);
    return true;
}

static int by_size(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

// As many jobs as fit when they are the agent's smallest.
static uint32_t openings(const instance *in, uint32_t agent) {
    int64_t *loads = yz_alloc(in->jobs * sizeof *loads), left = in->capacity[agent];
    memcpy(loads, in->load + (size_t)agent * in->jobs, in->jobs * sizeof *loads);
    qsort(loads, in->jobs, sizeof *loads, by_size);
    uint32_t count = 0;
    while (count < in->jobs && loads[count] <= left)
        left -= loads[count++];
    yz_free(loads);
    return count;
}

/* The best value of all jobs placed, proven. */
static int64_t best(const instance *in, bool least) {
    uint32_t edges = in->agents * in->jobs, n = in->jobs, at = 0;
    uint32_t *first = yz_alloc((n + 1) * sizeof *first);
    uint32_t *posting = yz_alloc(edges * sizeof *posting);
    uint32_t *capacity = yz_alloc(in->agents * sizeof *capacity);
    int64_t *value = yz_alloc(edges * sizeof *value), most = 0;
    for (uint32_t e = 0; e < edges; e++)
        most = in->cost[e] > most ? in->cost[e] : most;
    int64_t placed = most * n + 1; // worth more than all else together
    for (uint32_t j = 0; j < n; j++) {
        first[j] = at;
        for (uint32_t a = 0; a < in->agents; a++) {
            int64_t cost = in->cost[(size_t)a * n + j];
            posting[at] = a;
            value[at++] = least ? placed - cost : placed + cost;
        }
    }
    first[n] = at;
    for (uint32_t a = 0; a < in->agents; a++)
        capacity[a] = openings(in, a);
    yz_assign_graph g = {n, in->agents, first, posting, capacity};
    yz_optimal_result r = {.edge_of = yz_alloc(n * sizeof *r.edge_of),
                           .price = yz_alloc(in->agents * sizeof *r.price)};
    yz_optimal_options how = {0};
    cr_assert_eq(yz_optimal_solve(&g, value, NULL, &how, &r), YZ_OK);
    yz_optimal_proof p = yz_check_optimal(&g, value, NULL, r.edge_of, r.price, r.scale);
    cr_assert(p.total == p.bound && p.over_capacity + p.not_admissible + p.not_feasible == 0);
    int64_t rest = p.total - placed * n;
    yz_free(first);
    yz_free(posting);
    yz_free(capacity);
    yz_free(value);
    yz_free(r.edge_of);
    yz_free(r.price);
    cr_assert_eq(p.assigned, n);
    return least ? -rest : rest;
}

// Is it the published value itself?
static bool check_one(const char *name, bool least, int64_t low, int64_t high) {
    int64_t *numbers = NULL;
    uint32_t count;
    cr_assert(read_numbers(name, &numbers, &count), "%s", name);
    instance in = {.agents = (uint32_t)numbers[0], .jobs = (uint32_t)numbers[1]};
    size_t cells = (size_t)in.agents * in.jobs;
    cr_assert_eq(count, 2 + 2 * cells + in.agents, "%s", name);
    in.cost = numbers + 2;
    in.load = in.cost + cells;
    in.capacity = in.load + cells;
    int64_t found = best(&in, least);
    cr_assert(least ? found <= high : found >= low, "%s: %ld", name, found);
    yz_free(numbers);
    return low == high && found == low;
}

Test(gap_instances, are_never_better_than_the_assignment_they_are_part_of) {
    char path[512], name[64];
    snprintf(path, sizeof path, "%s/gap-instances/bounds.txt", folder());
    FILE *bounds = fopen(path, "r");
    long long low, high;
    uint32_t seen = 0, equal = 0;
    while (fscanf(bounds, "%63s %lld %lld", name, &low, &high) == 3) {
        char *kind = strrchr(name, '_');
        bool least = strcmp(kind, "_Min") == 0;
        *kind = 0;
        equal += check_one(name, least, low, high);
        seen += 1;
    }
    fclose(bounds);
    printf("gap instances: %u bounds, none passed, %u reached exactly\n", seen, equal);
    cr_assert(seen > 200 && equal > 0);
}
