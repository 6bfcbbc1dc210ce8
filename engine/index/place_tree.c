/* Building, ordering a page and splitting one are the same recursion: cut the entries in two along
 * the axis that separates best, down to pages (with a node per cut), then down to blocks (without).
 * So the entries of a block lie close together and its box is small. */
#include "engine/index/place_tree.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/index/codes.h"

#include <string.h>

// Pages are built this full, so that the next few adds do not split them all.
#define PAGE_BUILT_ENTRIES 224u
#define CHANGES_MAX 64u  // then a page is put in order again: about 3 us
#define MERGE_BELOW 40u  // a page this empty joins its sister, if both together
#define MERGE_TOTAL 160u // hold no more than this

#define KM_PER_E7 1.1119492664455874e-5

typedef struct spread {
    yz_place_box box;
    uint32_t reach_min, reach_max;
} spread;

static int32_t key(const yz_place_entry *entry, yz_place_axis axis) {
    return yz_place_key(entry, axis);
}

static void widen(yz_place_box *box, int32_t lat, int32_t lon) {
    if (lat < box->lat_min) box->lat_min = lat;
    if (lat > box->lat_max) box->lat_max = lat;
    if (lon < box->lon_min) box->lon_min = lon;
    if (lon > box->lon_max) box->lon_max = lon;
}

static const yz_place_box EMPTY_BOX = {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN};

static spread spread_of(const yz_place_entry *entries, uint32_t count) {
    spread s = {EMPTY_BOX, UINT32_MAX, 0};
    for (uint32_t i = 0; i < count; i++) {
        widen(&s.box, entries[i].lat_e7, entries[i].lon_e7);
        uint32_t reach = entries[i].extra >> 24;
        if (reach < s.reach_min) s.reach_min = reach;
        if (reach > s.reach_max) s.reach_max = reach;
    }
    return s;
}

// cos of a latitude, roughly: it only decides where to cut.
static double cos_about(double degrees) {
    double z = degrees * degrees * (3.0462e-4 / 2);
    double c = 1.0 - z * (1.0 - z * (1.0 / 6));
    return c > 0.05 ? c : 0.05;
}

// People who travel far are candidates everywhere around, so cutting by place helps until a piece
// is as small as their reach; from there it pays to part them from those who do not travel.
static yz_place_axis axis_of(const spread *s, bool keeps_reach) {
    double height = ((double)s->box.lat_max - s->box.lat_min) * KM_PER_E7;
    double middle = ((double)s->box.lat_max + s->box.lat_min) * 0.5e-7;
    double width = ((double)s->box.lon_max - s->box.lon_min) * KM_PER_E7 * cos_about(middle);
    double longer = width > height ? width : height;
    if (keeps_reach && s->reach_max > s->reach_min) {
        double square = (double)yz_reach8_square(s->reach_max);
        if (longer * longer <= 4.0 * square) return YZ_AXIS_REACH;
    }
    if (longer <= 0.0) return YZ_AXIS_ROW;
    return width >= height ? YZ_AXIS_LON : YZ_AXIS_LAT;
}

static void swap(yz_place_entry *a, yz_place_entry *b) {
    yz_place_entry t = *a;
    *a = *b;
    *b = t;
}

static int32_t median(int32_t a, int32_t b, int32_t c) {
    if (a > b) {
        int32_t t = a;
        a = b;
        b = t;
    }
    return c < a ? a : c > b ? b : c;
}

// Afterwards no key before `at` is larger than any from `at` on (Hoare's FIND).
static void part(yz_place_entry *entries, uint32_t count, uint32_t at, yz_place_axis axis) {
    int64_t low = 0, high = (int64_t)count - 1;
    while (low < high) {
        int32_t pivot = median(key(&entries[low], axis), key(&entries[(low + high) / 2], axis),
                               key(&entries[high], axis));
        int64_t i = low, j = high;
        while (i <= j) {
            while (key(&entries[i], axis) < pivot)
                i += 1;
            while (key(&entries[j], axis) > pivot)
                j -= 1;
            if (i <= j) {
                if (i < j) swap(&entries[i], &entries[j]);
                i += 1;
                j -= 1;
            }
        }
        if ((int64_t)at <= j) {
            high = j;
        } else if ((int64_t)at >= i) {
            low = i;
        } else {
            return;
        }
    }
}

// Cuts in two, neither empty: keys before the cut are < *split, from it on >= *split.
static uint32_t cut(yz_place_entry *entries, uint32_t count, uint32_t at, yz_place_axis axis,
                    int32_t *split) {
    part(entries, count, at, axis);
    int32_t value = key(&entries[at], axis);
    uint32_t lower = 0;
    for (uint32_t i = 0; i < at; i++) {
        if (key(&entries[i], axis) < value) swap(&entries[i], &entries[lower++]);
    }
    if (lower == 0) { // the smallest value fills the lower half: it becomes the lower side
        int32_t next = INT32_MAX;
        for (uint32_t i = 0; i < count; i++) {
            int32_t k = key(&entries[i], axis);
            if (k > value && k < next) next = k;
        }
        value = next;
        for (uint32_t i = 0; i < count; i++) {
            if (key(&entries[i], axis) < value) swap(&entries[i], &entries[lower++]);
        }
    }
    yz_check(lower > 0 && lower < count);
    *split = value;
    return lower;
}

static void order_blocks(yz_place_entry *entries, uint32_t count, bool keeps_reach) {
    while (count > YZ_BLOCK_ENTRIES) {
        spread s = spread_of(entries, count);
        uint32_t blocks = (count + YZ_BLOCK_ENTRIES - 1) / YZ_BLOCK_ENTRIES;
        uint32_t at = blocks / 2 * YZ_BLOCK_ENTRIES;
        part(entries, count, at, axis_of(&s, keeps_reach));
        order_blocks(entries, at, keeps_reach);
        entries += at;
        count -= at;
    }
}

/* ---- pages ---- */

static size_t page_bytes(uint32_t room) {
    return sizeof(yz_place_page) + room * sizeof(yz_place_block);
}

static yz_place_page *page_new(yz_place_ground *ground, uint32_t room) {
    yz_place_page *page = yz_alloc_aligned(64, page_bytes(room));
    memset(page, 0, page_bytes(room));
    page->block_room = (uint8_t)room;
    ground->bytes += page_bytes(room);
    return page;
}

static void page_free(yz_place_ground *ground, yz_place_page *page) {
    ground->bytes -= page_bytes(page->block_room);
    yz_free(page);
}

static yz_place_page *page_of(yz_place_child child) {
    return (yz_place_page *)(child - 1);
}

static yz_place_child child_of_page(yz_place_page *page) {
    return (yz_place_child)page + 1;
}

static uint32_t blocks_for(uint32_t count) {
    return count == 0 ? 1 : (count + YZ_BLOCK_ENTRIES - 1) / YZ_BLOCK_ENTRIES;
}

static int64_t steps(int32_t place, int32_t origin, uint32_t shift) {
    return ((int64_t)place >> shift) - ((int64_t)origin >> shift);
}

// Origin and step for a box, with an eighth to spare on each side so that neighbours fit later.
static void page_frame(yz_place_page *page, const yz_place_box *box) {
    int64_t pad_lat = ((int64_t)box->lat_max - box->lat_min) / 8;
    int64_t pad_lon = ((int64_t)box->lon_max - box->lon_min) / 8;
    int64_t lat_min = box->lat_min - pad_lat, lat_max = box->lat_max + pad_lat;
    int64_t lon_min = box->lon_min - pad_lon, lon_max = box->lon_max + pad_lon;
    uint32_t shift = 0;
    while ((lat_max >> shift) - (lat_min >> shift) > UINT16_MAX ||
           (lon_max >> shift) - (lon_min >> shift) > UINT16_MAX) {
        shift += 1;
    }
    // Padding may pass the ends of int32; an origin must not, and no place lies out there.
    if (lat_min < -900000000) lat_min = -900000000;
    if (lon_min < -1800000000) lon_min = -1800000000;
    page->shift = (uint8_t)shift;
    page->lat_origin = (int32_t)((lat_min >> shift) * ((int64_t)1 << shift));
    page->lon_origin = (int32_t)((lon_min >> shift) * ((int64_t)1 << shift));
}

static bool page_reaches(const yz_place_page *page, int32_t lat, int32_t lon) {
    int64_t x = steps(lon, page->lon_origin, page->shift);
    int64_t y = steps(lat, page->lat_origin, page->shift);
    return x >= 0 && x <= UINT16_MAX && y >= 0 && y <= UINT16_MAX;
}

// Widens the box of block `b` by its entry `i`.
static void block_note(yz_place_page *page, uint32_t b, uint32_t i, bool keeps_reach) {
    const yz_place_block *block = &page->blocks[b];
    uint16_t x = block->x[i], y = block->y[i];
    if (x < page->x_min[b]) page->x_min[b] = x;
    if (x > page->x_max[b]) page->x_max[b] = x;
    if (y < page->y_min[b]) page->y_min[b] = y;
    if (y > page->y_max[b]) page->y_max[b] = y;
    uint8_t reach = keeps_reach ? (uint8_t)(block->extra[i] >> 24) : 0;
    if (reach > page->reach[b]) page->reach[b] = reach;
}

static void block_begin(yz_place_page *page, uint32_t b) {
    page->x_min[b] = page->y_min[b] = UINT16_MAX;
    page->x_max[b] = page->y_max[b] = 0;
    page->reach[b] = 0;
}

// There is room, and the place is within the frame.
static void page_append(yz_place_page *page, const yz_place_entry *entry, bool keeps_reach) {
    uint32_t b = page->count / YZ_BLOCK_ENTRIES, i = page->count % YZ_BLOCK_ENTRIES;
    yz_place_block *block = &page->blocks[b];
    if (i == 0) block_begin(page, b);
    block->x[i] = (uint16_t)steps(entry->lon_e7, page->lon_origin, page->shift);
    block->y[i] = (uint16_t)steps(entry->lat_e7, page->lat_origin, page->shift);
    block->gate[i] = entry->gate;
    block->extra[i] = entry->extra;
    block->row[i] = entry->row;
    block_note(page, b, i, keeps_reach);
    page->count += 1;
}

static void page_fill(yz_place_page *page, const yz_place_entry *entries, uint32_t count,
                      bool keeps_reach) {
    page->count = 0;
    page->changes = 0;
    for (uint32_t i = 0; i < count; i++)
        page_append(page, &entries[i], keeps_reach);
}

static yz_place_entry page_entry(const yz_place_page *page, uint32_t at) {
    const yz_place_block *block = &page->blocks[at / YZ_BLOCK_ENTRIES];
    uint32_t i = at % YZ_BLOCK_ENTRIES;
    return (yz_place_entry){
        .lat_e7 = (int32_t)(page->lat_origin + ((int64_t)block->y[i] << page->shift)),
        .lon_e7 = (int32_t)(page->lon_origin + ((int64_t)block->x[i] << page->shift)),
        .gate = block->gate[i],
        .extra = block->extra[i],
        .row = block->row[i],
    };
}

// All entries with their exact places, from the records.
static void page_gather(const yz_place_page *page, const yz_slab *records, yz_place_entry *out) {
    for (uint32_t i = 0; i < page->count; i++) {
        out[i] = page_entry(page, i);
        __builtin_prefetch(yz_slab_at(records, out[i].row));
    }
    for (uint32_t i = 0; i < page->count; i++) {
        memcpy(&out[i].lat_e7, yz_slab_at(records, out[i].row), 2 * sizeof(int32_t));
    }
}

// A new page with these entries, put in order.
static yz_place_page *page_of_entries(yz_place_ground *ground, yz_place_entry *entries,
                                      uint32_t count, const yz_place_box *box) {
    yz_place_page *page = page_new(ground, blocks_for(count));
    page_frame(page, box);
    order_blocks(entries, count, ground->keeps_reach);
    page_fill(page, entries, count, ground->keeps_reach);
    return page;
}

// Blocks loosen as entries come and go; the order (not the frame) is renewed now and then.
static void page_changed(yz_place_page *page, bool keeps_reach) {
    page->changes += 1;
    if (page->changes < CHANGES_MAX) return;
    yz_place_entry entries[YZ_PAGE_ENTRIES];
    uint32_t count = page->count;
    for (uint32_t i = 0; i < count; i++)
        entries[i] = page_entry(page, i);
    order_blocks(entries, count, keeps_reach);
    page_fill(page, entries, count, keeps_reach);
}

static yz_place_page *page_resized(yz_place_ground *ground, yz_place_page *page, uint32_t room) {
    yz_place_page *resized = page_new(ground, room);
    uint32_t kept = room < page->block_room ? room : page->block_room;
    memcpy(resized, page, page_bytes(kept));
    resized->block_room = (uint8_t)room;
    page_free(ground, page);
    return resized;
}

/* ---- the tree ---- */

typedef struct branch {
    yz_place_child child;
    yz_place_box box;
    uint8_t reach;
} branch;

static branch grow(yz_place_ground *ground, yz_place_entry *entries, uint32_t count) {
    spread s = spread_of(entries, count);
    branch b = {.box = s.box, .reach = ground->keeps_reach ? (uint8_t)s.reach_max : 0};
    if (count <= YZ_PAGE_ENTRIES) {
        b.child = child_of_page(page_of_entries(ground, entries, count, &s.box));
        return b;
    }
    uint32_t pages = (count + PAGE_BUILT_ENTRIES - 1) / PAGE_BUILT_ENTRIES;
    uint32_t at = (uint32_t)((uint64_t)count * (pages / 2) / pages);
    yz_place_node *node = yz_alloc_aligned(64, sizeof *node);
    memset(node, 0, sizeof *node);
    ground->bytes += sizeof *node;
    node->axis = (uint8_t)axis_of(&s, ground->keeps_reach);
    uint32_t lower = cut(entries, count, at, node->axis, &node->split);
    for (int side = 0; side < 2; side++) {
        branch half =
            side == 0 ? grow(ground, entries, lower) : grow(ground, entries + lower, count - lower);
        node->child[side] = half.child;
        node->box[side] = half.box;
        node->reach[side] = half.reach;
    }
    b.child = (yz_place_child)node;
    return b;
}

void yz_place_tree_build(yz_place_tree *tree, yz_place_ground *ground, yz_place_entry *entries,
                         uint32_t count) {
    yz_check(tree->root == 0);
    if (count == 0) return;
    branch b = grow(ground, entries, count);
    *tree = (yz_place_tree){.root = b.child, .box = b.box, .count = count, .reach = b.reach};
    ground->entries += count;
}

// The page in `slot` has no room, in space or in its frame: make two, or one with another frame.
static void page_renew(yz_place_ground *ground, yz_place_child *slot, const yz_place_entry *entry) {
    yz_place_page *page = page_of(*slot);
    yz_place_entry entries[YZ_PAGE_ENTRIES + 1];
    page_gather(page, ground->records, entries);
    entries[page->count] = *entry;
    *slot = grow(ground, entries, page->count + 1u).child;
    page_free(ground, page);
}

void yz_place_tree_add(yz_place_tree *tree, yz_place_ground *ground, const yz_place_entry *entry) {
    uint8_t reach = ground->keeps_reach ? (uint8_t)(entry->extra >> 24) : 0;
    ground->entries += 1;
    tree->count += 1;
    if (tree->root == 0) {
        yz_place_entry alone = *entry;
        branch b = grow(ground, &alone, 1);
        tree->root = b.child;
        tree->box = b.box;
        tree->reach = b.reach;
        return;
    }
    widen(&tree->box, entry->lat_e7, entry->lon_e7);
    if (reach > tree->reach) tree->reach = reach;
    yz_place_child *slot = &tree->root;
    while (!yz_place_is_page(*slot)) {
        yz_place_node *node = (yz_place_node *)*slot;
        int side = yz_place_side(node, entry);
        widen(&node->box[side], entry->lat_e7, entry->lon_e7);
        if (reach > node->reach[side]) node->reach[side] = reach;
        slot = &node->child[side];
    }
    yz_place_page *page = page_of(*slot);
    if (page->count == YZ_PAGE_ENTRIES || !page_reaches(page, entry->lat_e7, entry->lon_e7)) {
        page_renew(ground, slot, entry);
        return;
    }
    if (page->count == page->block_room * YZ_BLOCK_ENTRIES) {
        page = page_resized(ground, page, page->block_room + 1u);
        *slot = child_of_page(page);
    }
    page_append(page, entry, ground->keeps_reach);
    page_changed(page, ground->keeps_reach);
}

static uint32_t page_find(const yz_place_page *page, uint32_t row) {
    for (uint32_t b = 0; b < blocks_for(page->count); b++) {
        const uint32_t *rows = page->blocks[b].row;
        uint32_t found = 0;
        for (uint32_t i = 0; i < YZ_BLOCK_ENTRIES; i++)
            found |= (uint32_t)(rows[i] == row) << i;
        while (found != 0) {
            uint32_t at = b * YZ_BLOCK_ENTRIES + (uint32_t)__builtin_ctz(found);
            if (at < page->count) return at;
            found &= found - 1;
        }
    }
    return UINT32_MAX;
}

static void page_take_out(yz_place_page *page, uint32_t at, bool keeps_reach) {
    uint32_t last = page->count - 1u;
    if (at != last) {
        yz_place_block *to = &page->blocks[at / YZ_BLOCK_ENTRIES];
        const yz_place_block *from = &page->blocks[last / YZ_BLOCK_ENTRIES];
        uint32_t i = at % YZ_BLOCK_ENTRIES, j = last % YZ_BLOCK_ENTRIES;
        to->x[i] = from->x[j];
        to->y[i] = from->y[j];
        to->gate[i] = from->gate[j];
        to->extra[i] = from->extra[j];
        to->row[i] = from->row[j];
        block_note(page, at / YZ_BLOCK_ENTRIES, i, keeps_reach);
    }
    page->count = (uint16_t)last;
    page_changed(page, keeps_reach);
}

// Two small sisters become one page in the place of their node.
static void merge(yz_place_ground *ground, yz_place_child *slot) {
    yz_place_node *node = (yz_place_node *)*slot;
    yz_place_page *low = page_of(node->child[0]), *high = page_of(node->child[1]);
    yz_place_entry entries[MERGE_TOTAL];
    page_gather(low, ground->records, entries);
    page_gather(high, ground->records, entries + low->count);
    uint32_t count = (uint32_t)low->count + high->count;
    spread s = spread_of(entries, count);
    *slot = child_of_page(page_of_entries(ground, entries, count, &s.box));
    page_free(ground, low);
    page_free(ground, high);
    ground->bytes -= sizeof *node;
    yz_free(node);
}

void yz_place_tree_remove(yz_place_tree *tree, yz_place_ground *ground,
                          const yz_place_entry *entry) {
    yz_place_child *slot = &tree->root, *above = NULL;
    int side = 0;
    yz_check(tree->root != 0);
    while (!yz_place_is_page(*slot)) {
        yz_place_node *node = (yz_place_node *)*slot;
        side = yz_place_side(node, entry);
        above = slot;
        slot = &node->child[side];
    }
    yz_place_page *page = page_of(*slot);
    uint32_t at = page_find(page, entry->row);
    yz_check(at != UINT32_MAX);
    page_take_out(page, at, ground->keeps_reach);
    tree->count -= 1;
    ground->entries -= 1;
    if (page->count == 0) {
        page_free(ground, page);
        if (above == NULL) {
            *tree = (yz_place_tree){0};
            return;
        }
        yz_place_node *node = (yz_place_node *)*above;
        *above = node->child[1 - side];
        ground->bytes -= sizeof *node;
        yz_free(node);
        return;
    }
    if (blocks_for(page->count) + 2 <= page->block_room) {
        page = page_resized(ground, page, blocks_for(page->count) + 1);
        *slot = child_of_page(page);
    }
    if (above == NULL || page->count >= MERGE_BELOW) return;
    yz_place_child sister = ((yz_place_node *)*above)->child[1 - side];
    if (!yz_place_is_page(sister)) return;
    if (page->count + (uint32_t)page_of(sister)->count <= MERGE_TOTAL) merge(ground, above);
}

static void clear(yz_place_ground *ground, yz_place_child child) {
    if (yz_place_is_page(child)) {
        page_free(ground, page_of(child));
        return;
    }
    yz_place_node *node = (yz_place_node *)child;
    clear(ground, node->child[0]);
    clear(ground, node->child[1]);
    ground->bytes -= sizeof *node;
    yz_free(node);
}

void yz_place_tree_clear(yz_place_tree *tree, yz_place_ground *ground) {
    if (tree->root == 0) return;
    clear(ground, tree->root);
    ground->entries -= tree->count;
    *tree = (yz_place_tree){0};
}

/* ---- sound ---- */

typedef struct inspection {
    const yz_place_ground *ground;
    const char *why;
    uint64_t count;
} inspection;

static bool inside(const yz_place_box *box, int32_t lat, int32_t lon) {
    return lat >= box->lat_min && lat <= box->lat_max && lon >= box->lon_min && lon <= box->lon_max;
}

static void inspect_page(inspection *look, const yz_place_page *page, const yz_place_box *box,
                         uint8_t reach) {
    if (page->count == 0 || page->count > page->block_room * YZ_BLOCK_ENTRIES) {
        look->why = "place_tree: a page's count and room do not go together";
        return;
    }
    for (uint32_t at = 0; at < page->count; at++) {
        yz_place_entry entry = page_entry(page, at);
        int32_t place[2];
        memcpy(place, yz_slab_at(look->ground->records, entry.row), sizeof place);
        uint32_t b = at / YZ_BLOCK_ENTRIES, i = at % YZ_BLOCK_ENTRIES;
        const yz_place_block *block = &page->blocks[b];
        if (steps(place[0], page->lat_origin, page->shift) != block->y[i] ||
            steps(place[1], page->lon_origin, page->shift) != block->x[i]) {
            look->why = "place_tree: an entry does not lie where its record does";
        }
        if (!inside(box, place[0], place[1])) look->why = "place_tree: an entry outside its box";
        if (block->x[i] < page->x_min[b] || block->x[i] > page->x_max[b] ||
            block->y[i] < page->y_min[b] || block->y[i] > page->y_max[b]) {
            look->why = "place_tree: an entry outside its block's box";
        }
        if (look->ground->keeps_reach &&
            (entry.extra >> 24 > page->reach[b] || page->reach[b] > reach)) {
            look->why =
                "place_tree: an entry reaches farther than its block, or a block than its page";
        }
    }
    look->count += page->count;
}

static void inspect(inspection *look, yz_place_child child, const yz_place_box *box,
                    uint8_t reach) {
    if (yz_place_is_page(child)) {
        inspect_page(look, yz_place_page_of(child), box, reach);
        return;
    }
    const yz_place_node *node = yz_place_node_of(child);
    for (int side = 0; side < 2; side++) {
        const yz_place_box *half = &node->box[side];
        if (!inside(box, half->lat_min, half->lon_min) ||
            !inside(box, half->lat_max, half->lon_max) || node->reach[side] > reach) {
            look->why = "place_tree: a branch is wider than the one it hangs on";
        }
        inspect(look, node->child[side], half, node->reach[side]);
    }
}

bool yz_place_tree_sound(const yz_place_tree *tree, const yz_place_ground *ground,
                         const char **why) {
    inspection look = {.ground = ground};
    if (tree->root != 0) inspect(&look, tree->root, &tree->box, tree->reach);
    if (look.count != tree->count) look.why = "place_tree: the count is not that of the pages";
    if (look.why != NULL) *why = look.why;
    return look.why == NULL;
}
