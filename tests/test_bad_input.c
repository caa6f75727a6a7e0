/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every mistake a user can make: exit code 2, one line on stderr that says where, what and what
 * would be right, nothing on stdout, and no file made, changed or left behind. A table: to add a
 * case is to add a row. */
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <zlib.h>

#include "core/file.h"
#include "core/status.h"
#include "data/images.h"
#include "support.h"

/* What is refused is refused before memory is taken for it: no case may take more than this. */
enum { CASE_FILES_MAX = 5, MEMORY_MAX_KIB = 256 << 10 };

struct bad_file {
    const char *name; /* a folder if it ends in '/' */
    const char *bytes;
    size_t n;
};
#define FILE_OF(name, literal)                                                                     \
    {                                                                                              \
        name, literal, sizeof literal - 1                                                          \
    }
#define FOLDER(name)                                                                               \
    {                                                                                              \
        name, NULL, 0                                                                              \
    }

/* The program runs in the folder that holds the files. */
struct bad_case {
    const char *name;
    const char *arguments; /* of support_run */
    const char *message;   /* all of stderr but "spinet: " and the newline */
    struct bad_file file[CASE_FILES_MAX];
    void (*prepare)(void **state); /* makes what text cannot, after the files; or NULL */
};

/* ---- good data, to be spoilt one at a time ---- */

#define IDX_IMAGES_HEADER "\0\0\x08\x03\0\0\0\x02\0\0\0\x02\0\0\0\x02"
#define IDX_IMAGES        IDX_IMAGES_HEADER "\x10\x20\x30\x40\x50\x60\x70\x7f"
#define IDX_LABELS        "\0\0\x08\x01\0\0\0\x02\x01\x02"
#define CSV_IMAGES        "1,0,10,20,255\n2,1,2,3,4\n"
#define NETWORK_HEADER    "source_id,dendrite_id,weight,plastic\n"
/* of 4 inputs (120 to 123) and 2 classes */
#define NETWORK   NETWORK_HEADER "120,5,0.2,1\n124,0,1,0\n"
#define RUN       "train --quiet --no-pictures --set stopping.max_presentations=1 --out run "
#define RUN_FILES RUN "--set data.kind=files "
#define RUN_IDX                                                                                    \
    RUN_FILES "--set data.train_images=i --set data.train_labels=l "                               \
              "--set data.test_images=i --set data.test_labels=l"
#define RUN_CSV    RUN_FILES "--set data.train_images=a.csv --set data.test_images=a.csv"
#define RUN_PNG    RUN_FILES "--set data.train_images=p --set data.test_images=p"
#define RUN_CONFIG RUN "--config c.cfg"
#define REPLAY     "replay --quiet --network n.csv --images a.csv --out spikes.csv"
#define GOOD_NET   FILE_OF("n.csv", NETWORK)
#define GOOD_CSV   FILE_OF("a.csv", CSV_IMAGES)
#define RESULTS    FILE_OF("r.csv", "turnover,seed,accuracy\na,1,0.5\na,2,0.6\nb,1,0.7\nb,2,0.9\n")
#define TO_PNG                                                                                     \
    "convert it to PNG, in a folder a class (ImageMagick's `mogrify -format png FILE…` does it)"
#define SYNAPSE_IN " (with 4 inputs, the pixels of a.csv, and 80 pyramidal cells)"
#define MANIFEST   "run/manifest.json"

#define PARAMETERS           "\"parameters\": {\"turnover\": {\"period\": 10}}"
#define MANIFEST_OF(members) FOLDER("run/"), FILE_OF(MANIFEST, "{\"seed\": \"1\", " members "}\n")

static void write_png(void **state, const char *name, int side)
{
    uint8_t pixels[64] = {1, 2, 3, 4};
    assert_int_equal(png_write(support_path(state, name), pixels, side, side, 1), STATUS_OK);
}

static void truncate_file(void **state, const char *name, size_t n_less)
{
    size_t n;
    const char *path = support_path(state, name);
    free(support_read(path, &n));
    assert_int_equal(truncate(path, (off_t)(n - n_less)), 0);
}

static void make_png_of_other_size(void **state)
{
    write_png(state, "p/1/a.png", 2);
    write_png(state, "p/2/b.png", 3);
}

static void make_png_cut_short(void **state)
{
    write_png(state, "p/1/a.png", 4);
    truncate_file(state, "p/1/a.png", 20);
    write_png(state, "p/2/b.png", 4);
}

static void make_png_one_class(void **state)
{
    write_png(state, "p/1/a.png", 2);
}

static void make_gzip_cut_short(void **state)
{
    char text[4000];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = "0123456789,"[i * i % 11];
    support_write_gzip(state, "a.csv.gz", text, sizeof text);
    truncate_file(state, "a.csv.gz", 12);
}

static void make_idx_gzip_cut_short(void **state)
{
    support_write_gzip(state, "i", IDX_IMAGES, sizeof IDX_IMAGES - 1);
    truncate_file(state, "i", 10);
}

/* ---- what is there, but no place for a file ---- */

static void make_pipe(void **state)
{
    assert_int_equal(mkfifo(support_path(state, "pipe"), 0666), 0);
}

static void make_pipe_in_class(void **state)
{
    write_png(state, "p/1/a.png", 2);
    assert_int_equal(mkfifo(support_path(state, "p/1/b.png"), 0666), 0);
}

static void make_pipe_of_table(void **state)
{
    assert_int_equal(mkfifo(support_path(state, "pipe.csv"), 0666), 0);
}

/* The null device under a name of its own: where it may not be made, there is nothing to try. */
static void make_device(void **state)
{
    if (mknod(support_path(state, "null"), S_IFCHR | 0666, makedev(1, 3)) != 0)
        skip();
}

static void make_link_to_device(void **state)
{
    make_device(state);
    assert_int_equal(symlink("null", support_path(state, "link")), 0);
}

static void make_link_to_nothing(void **state)
{
    assert_int_equal(symlink("gone", support_path(state, "link")), 0);
}

static void make_link_to_the_network(void **state)
{
    assert_int_equal(symlink("n.csv", support_path(state, "link")), 0);
}

static void make_link_to_itself(void **state)
{
    assert_int_equal(symlink("link", support_path(state, "link")), 0);
}

static void append(void **state, const char *name, const void *bytes, size_t n)
{
    FILE *file = fopen(support_path(state, name), "ab");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

static void make_idx_gzip_with_more_behind(void **state)
{
    support_write_gzip(state, "i", IDX_IMAGES, sizeof IDX_IMAGES - 1);
    append(state, "i", "years of work", 13);
}

static void make_network_gzip_with_more_behind(void **state)
{
    support_write_gzip(state, "n.csv", NETWORK, sizeof NETWORK - 1);
    append(state, "n.csv", "\x1f", 1);
}

static void make_csv_gzip_with_more_behind(void **state)
{
    support_write_gzip(state, "a.csv.gz", CSV_IMAGES, sizeof CSV_IMAGES - 1);
    append(state, "a.csv.gz", "3,1,1,1,1\n", 10);
}

/* ---- what was made to exhaust the machine ---- */

/* Text of so many bytes, `unit` again and again behind `start`. */
static char *repeat(const char *start, const char *unit, size_t n, size_t *size)
{
    const size_t n_start = strlen(start), n_unit = strlen(unit);
    char *text = malloc(n_start + n + n_unit);
    assert_non_null(text);
    memcpy(text, start, n_start);
    *size = n_start;
    while (*size < n) {
        memcpy(text + *size, unit, n_unit);
        *size += n_unit;
    }
    return text;
}

static void write_long(void **state, const char *name, const char *start, const char *unit)
{
    size_t n;
    char *text = repeat(start, unit, 10 << 20, &n);
    support_write(state, name, text, n);
    free(text);
}

static void make_long_line_of_pixels(void **state)
{
    write_long(state, "a.csv", "1", ",0");
}

static void make_long_line_of_a_network(void **state)
{
    write_long(state, "n.csv", NETWORK_HEADER, "1");
}

static void make_long_line_of_parameters(void **state)
{
    write_long(state, "c.cfg", "turnover: { period = ", "1");
}

/* 64 x 64 x 24 conditions. */
static void make_sweep_of_98304_conditions(void **state)
{
    FILE *file = fopen(support_path(state, "a.sweep"), "w");
    assert_non_null(file);
    for (int f = 0; f < 3; f++) {
        fprintf(file, "%s { name = \"f%d\"; levels = (", f ? "," : "factors: (", f);
        for (int i = 0; i < (f < 2 ? 64 : 24); i++)
            fprintf(file, "%s { name = \"l%d\"; }", i ? "," : "", i);
        fprintf(file, " ); }\n");
    }
    fprintf(file, ");\n");
    assert_int_equal(fclose(file), 0);
}

static void make_long_line_of_a_sweep(void **state)
{
    write_long(state, "a.sweep", "title = \"", "a");
}

static void make_long_line_of_results(void **state)
{
    write_long(state, "r.csv", "seed,accuracy\n1,", "0");
}

static void make_long_line_of_a_manifest(void **state)
{
    write_long(state, MANIFEST, "{\"seed\": ", "1");
}

#define A_50  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A_200 A_50 A_50 A_50 A_50

static void make_manifest_of_a_long_text(void **state)
{
    size_t n;
    char *text =
        repeat("{\"seed\": \"1\", \"parameters\": {\"data\": {\"train_images\": \"", "a", 2000, &n);
    char whole[2100];
    snprintf(whole, sizeof whole, "%.*s\"}}}\n", (int)n, text);
    support_write_text(state, MANIFEST, whole);
    free(text);
}

static void make_manifest_that_names_itself(void **state)
{
    assert_int_equal(symlink("manifest.json", support_path(state, MANIFEST)), 0);
}

static void make_results_that_name_themselves(void **state)
{
    assert_int_equal(symlink("results.csv", support_path(state, "s/results.csv")), 0);
}

static void make_deep_manifest(void **state)
{
    write_long(state, MANIFEST, "", "[");
}

static void make_bomb(void **state, const char *name, const char *start, size_t n_start,
                      const char *unit)
{
    size_t n;
    char *text = repeat("", unit, 80 << 20, &n);
    memcpy(text, start, n_start);
    support_write_gzip(state, name, text, n);
    free(text);
}

/* A file that takes no room on the disk. */
static void make_sparse(void **state, const char *name, const char *start, size_t n_start,
                        off_t size)
{
    const char *path = support_write(state, name, start, n_start);
    assert_int_equal(truncate(path, size), 0);
}

static void make_bomb_of_images(void **state)
{
    make_bomb(state, "i", "\0\0\x08\x03\0\0\x0f\xe0\0\0\4\0\0\0\4\0", 16, "x");
    make_sparse(state, "l", "\0\0\x08\1\0\0\x0f\xe0", 8, 8 + 0xfe0);
}

static void make_bomb_of_pixels(void **state)
{
    make_bomb(state, "a.csv.gz", "", 0, "1,0,0,0,0\n2,9,9,9,9\n");
}

static void make_bomb_of_a_line(void **state)
{
    make_bomb(state, "a.csv.gz", "", 0, "1,");
}

static void make_bomb_of_synapses(void **state)
{
    make_bomb(state, "n.csv", NETWORK_HEADER "120,5,0.200000000000,1\n", 60, "120,5,0.2,1\n");
}

/* A header of a gzipped file that promises all that is possible, and nothing behind it. */
static void make_empty_promise(void **state)
{
    support_write_gzip(state, "i", "\0\0\x08\x03\0\0\x0f\xe0\0\0\4\0\0\0\4\0pixels", 22);
    make_sparse(state, "l", "\0\0\x08\1\0\0\x0f\xe0", 8, 8 + 0xfe0);
}

/* 400 images of 1024x1024 pixels, all there. */
static void make_400_large_images(void **state)
{
    make_sparse(state, "i", "\0\0\x08\x03\0\0\1\x90\0\0\4\0\0\0\4\0", 16, 16 + ((off_t)400 << 20));
}

#define PNG_START "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
/* 2x2 pixels of 8-bit grey, and the two other chunks of such an image */
#define PNG_HEADER PNG_START "\0\0\0\2\0\0\0\2\x08\0\0\0\0\x57\xdd\x52\xf8"
#define PNG_PIXELS "\0\0\0\x0eIDAT\x78\x9c\x63\x60\x64\x62\x60\x66\1\0\0\x1d\0\x0b\x0d\xb5\x52\x06"
#define PNG_END    "\0\0\0\0IEND\xae\x42\x60\x82"

static void make_png_of_an_endless_text(void **state)
{
    static const char start[] = PNG_HEADER "\x17\xd7\x84\0tEXt";
    make_sparse(state, "p/1/a.png", start, sizeof start - 1, 400000000);
}

/* An image like others but for a chunk of 300 MB that libpng does not know, and one of text. */
static void make_png_of_long_chunks(void **state)
{
    static const char start[] = PNG_HEADER "\x11\xe1\xa3\0teSt";
    static const char text[] = "\x11\xe1\xa3\0tEXta";
    static const char end[] = PNG_PIXELS PNG_END;
    const off_t n_long = 300000000 + 4;
    make_sparse(state, "p/1/a.png", start, sizeof start - 1, (off_t)(sizeof start - 1) + n_long);
    append(state, "p/1/a.png", text, sizeof text - 1);
    assert_int_equal(
        truncate(support_path(state, "p/1/a.png"), (off_t)(sizeof start - 1) + 8 + 2 * n_long), 0);
    append(state, "p/1/a.png", end, sizeof end - 1);
}

static void make_sparse_manifest(void **state)
{
    make_sparse(state, MANIFEST, "{", 1, (off_t)3 << 30);
}

static void make_sparse_parameters(void **state)
{
    make_sparse(state, "c.cfg", "#", 1, (off_t)3 << 30);
}

static void make_many_keys(void **state)
{
    size_t n;
    char *text = repeat("", "a=1 b=1 c=1 d=1 e=1 f=1 g=1 h=1 i=1 j=1\n", 20000, &n);
    support_write(state, "c.cfg", text, n);
    free(text);
}

static void make_packed_parameters(void **state)
{
    size_t n;
    char *text = repeat("", "# turnover\n", 300000, &n);
    support_write_gzip(state, "c.cfg", text, n);
    free(text);
}

static void make_deep_parameters(void **state)
{
    size_t n;
    char *text = repeat("# ((((((((((((((((((\na = ", "(", 20000, &n);
    support_write(state, "c.cfg", text, n);
    free(text);
}

static void make_sparse_checkpoint(void **state)
{
    make_sparse(state, "run/checkpoint-000000007.npz", "PK\3\4", 4, (off_t)60 << 30);
}

static void make_sparse_text(void **state)
{
    make_sparse(state, "a.csv", "1,0,0,0,0\n", 10, (off_t)60 << 30);
}

static void make_damaged_checkpoint(void **state)
{
    char bytes[400] = "PK\3\4";
    memcpy(bytes + 302, "SHA-256 of all bytes before this: ", 34);
    support_write(state, "run/checkpoint-000000007.npz", bytes, sizeof bytes);
}

#define FOLDERS FOLDER("p/"), FOLDER("p/1/")
#define SWEEP   "sweep --quiet --out out a.sweep "
#define SWEEP_OF(set)                                                                              \
    FILE_OF("a.sweep",                                                                             \
            "set = [" set "];\nfactors: ( { name = \"f\"; levels = ( { name = \"a\"; } ); } );\n")
#define FOUR_LEVELS "{ name = \"a\"; }, { name = \"b\"; }, { name = \"c\"; }, { name = \"d\"; }"
#define NAME_OF_63  "123456789-123456789-123456789-123456789-123456789-123456789-123"
#define UNFINISHED                                                                                 \
    FOLDER("run/"), FILE_OF(MANIFEST, "{\"seed\": \"1\", " PARAMETERS ", \"kernel\": \"naive\"}")

static const struct bad_case cases[] = {
    /* more than a machine has */
    {.name = "an_idx_header_of_2_to_the_31_images",
     .arguments = RUN_IDX,
     .message = "i: 2147483648 images, 1 to 10000000 are possible",
     .file = {FILE_OF("i", "\0\0\x08\x03\x80\0\0\0\0\0\0\1\0\0\0\1"), FILE_OF("l", IDX_LABELS)}},
    {.name = "an_idx_header_of_minus_one_images",
     .arguments = RUN_IDX,
     .message = "i: 4294967295 images, 1 to 10000000 are possible",
     .file = {FILE_OF("i", "\0\0\x08\x03\xff\xff\xff\xff\0\0\0\1\0\0\0\1"),
              FILE_OF("l", IDX_LABELS)}},
    {.name = "idx_images_of_more_bytes_than_are_possible",
     .arguments = RUN_IDX,
     .message = "i: 10000000 images of 1024x1024 pixels take 10485800000000 bytes, at most "
                "4294967296 are possible",
     .file = {FILE_OF("i", "\0\0\x08\x03\0\x98\x96\x80\0\0\4\0\0\0\4\0"),
              FILE_OF("l", IDX_LABELS)}},
    {.name = "a_labels_header_of_2_to_the_31",
     .arguments = RUN_IDX,
     .message = "l: 2147483648 labels for the 2 images of i",
     .file = {FILE_OF("i", IDX_IMAGES), FILE_OF("l", "\0\0\x08\x01\x80\0\0\0\1\2")}},
    {.name = "399_labels_for_400_mib_of_images",
     .arguments = RUN_IDX,
     .message = "l: 399 labels for the 400 images of i",
     .file = {FILE_OF("l", "\0\0\x08\x01\0\0\1\x8f")},
     .prepare = make_400_large_images},
    {.name = "labels_that_are_none_for_400_mib_of_images",
     .arguments = RUN_IDX,
     .message =
         "l: starts with 0x6e6f6e73, IDX labels start with 0x00000801: if it is CSV, name it "
         "*.csv; datasets/README.md says how to convert other files",
     .file = {FILE_OF("l", "nonsense")},
     .prepare = make_400_large_images},
    {.name = "labels_cut_short_for_400_mib_of_images",
     .arguments = RUN_IDX,
     .message = "l: holds 10 bytes, its header promises 408",
     .file = {FILE_OF("l", "\0\0\x08\x01\0\0\1\x90\1\2")},
     .prepare = make_400_large_images},
    {.name = "a_gzipped_idx_header_that_promises_4_gib",
     .arguments = RUN_IDX,
     .message =
         "i: its header promises 4261412880 bytes, over 200 times those of the file: if it is "
         "right, unpack the file first",
     .prepare = make_empty_promise},
    {.name = "a_gzipped_idx_file_with_something_behind_it",
     .arguments = RUN_IDX,
     .message = "i: something follows the gzip data",
     .file = {FILE_OF("l", IDX_LABELS)},
     .prepare = make_idx_gzip_with_more_behind},
    {.name = "a_gzipped_network_with_one_byte_behind_it",
     .arguments = REPLAY,
     .message = "n.csv: something follows the gzip data",
     .file = {GOOD_CSV},
     .prepare = make_network_gzip_with_more_behind},
    {.name = "a_gzipped_csv_with_a_line_behind_it",
     .arguments = RUN_FILES "--set data.train_images=a.csv.gz --set data.test_images=a.csv.gz",
     .message = "a.csv.gz: something follows the gzip data",
     .prepare = make_csv_gzip_with_more_behind},
    {.name = "a_gzip_bomb_of_images",
     .arguments = RUN_IDX,
     .message =
         "i: its header promises 4261412880 bytes, over 200 times those of the file: if it is "
         "right, unpack the file first",
     .prepare = make_bomb_of_images},
    {.name = "a_gzip_bomb_of_pixels",
     .arguments = RUN_FILES "--set data.train_images=a.csv.gz --set data.test_images=a.csv.gz",
     .message = "a.csv.gz: unpacks to over 200 times its size, as hardly any data do: if these "
                "should, unpack the file first",
     .prepare = make_bomb_of_pixels},
    {.name = "a_gzip_bomb_of_one_line",
     .arguments = RUN_FILES "--set data.train_images=a.csv.gz --set data.test_images=a.csv.gz",
     .message = "a.csv.gz: line 1: longer than 8388608 bytes",
     .prepare = make_bomb_of_a_line},
    {.name = "a_gzip_bomb_of_synapses",
     .arguments = REPLAY,
     .message = "n.csv: unpacks to over 200 times its size, as hardly any data do: if these "
                "should, unpack the file first",
     .file = {GOOD_CSV},
     .prepare = make_bomb_of_synapses},
    {.name = "a_png_of_60000_by_60000",
     .arguments = RUN_PNG,
     .message =
         "p/1/a.png: images of 60000x60000 pixels, 1 to 1048576 pixels an image are possible",
     .file = {FOLDERS, FILE_OF("p/1/a.png", PNG_START "\0\0\xea\x60\0\0\xea\x60\x08\0\0\0\0....")}},
    {.name = "a_png_of_2_to_the_32_by_1",
     .arguments = RUN_PNG,
     .message =
         "p/1/a.png: images of 4294967295x1 pixels, 1 to 1048576 pixels an image are possible",
     .file = {FOLDERS, FILE_OF("p/1/a.png", PNG_START "\xff\xff\xff\xff\0\0\0\1\x08\0\0\0\0....")}},
    {.name = "a_png_without_pixels",
     .arguments = RUN_PNG,
     .message = "p/1/a.png: images of 0x0 pixels, 1 to 1048576 pixels an image are possible",
     .file = {FOLDERS, FILE_OF("p/1/a.png", PNG_START "\0\0\0\0\0\0\0\0\x08\0\0\0\0....")}},
    {.name = "a_png_with_a_wrong_checksum",
     .arguments = RUN_PNG,
     .message = "p/1/a.png: is not an intact PNG image (IHDR: CRC error)",
     .file = {FOLDERS, FILE_OF("p/1/a.png", PNG_START "\0\0\0\2\0\0\0\2\x08\7\0\0\0....")}},
    {.name = "a_png_of_a_text_of_400_mb_without_an_end",
     .arguments = RUN_PNG,
     .message = "p/1/a.png: is not an intact PNG image (Read Error)",
     .file = {FOLDERS},
     .prepare = make_png_of_an_endless_text},
    {.name = "the_only_png_with_chunks_of_300_mb",
     .arguments = RUN_PNG,
     .message = "p: the training images have 1 class: expected 2 or more",
     .file = {FOLDERS},
     .prepare = make_png_of_long_chunks},
    {.name = "a_line_of_10_mb_in_a_csv",
     .arguments = RUN_CSV,
     .message = "a.csv: line 1: longer than 8388608 bytes",
     .prepare = make_long_line_of_pixels},
    {.name = "a_line_of_10_mb_in_a_network",
     .arguments = REPLAY,
     .message = "n.csv: line 2: longer than 8388608 bytes",
     .file = {GOOD_CSV},
     .prepare = make_long_line_of_a_network},
    {.name = "a_line_of_10_mb_in_a_parameter_file",
     .arguments = RUN_CONFIG,
     .message = "c.cfg: holds more than 262144 bytes, the most that are read",
     .prepare = make_long_line_of_parameters},
    {.name = "a_line_of_10_mb_in_a_sweep",
     .arguments = SWEEP,
     .message = "a.sweep: holds more than 262144 bytes, the most that are read",
     .prepare = make_long_line_of_a_sweep},
    {.name = "a_line_of_10_mb_in_results",
     .arguments = "stats r.csv --json out.json",
     .message = "r.csv: line 2: longer than 8388608 bytes",
     .prepare = make_long_line_of_results},
    {.name = "a_number_of_10_mb_in_a_manifest",
     .arguments = "maps run",
     .message = "run/manifest.json: line 1: too big integer",
     .file = {FOLDER("run/")},
     .prepare = make_long_line_of_a_manifest},
    {.name = "a_manifest_of_10_million_brackets",
     .arguments = "verify run",
     .message = "run/manifest.json: line 1: maximum parsing depth reached near '['",
     .file = {FOLDER("run/")},
     .prepare = make_deep_manifest},
    {.name = "a_manifest_of_3_gib",
     .arguments = "maps run",
     .message = "run/manifest.json: holds 3221225472 bytes, at most 1073741824 are read",
     .file = {FOLDER("run/")},
     .prepare = make_sparse_manifest},
    {.name = "a_parameter_file_of_3_gib",
     .arguments = RUN_CONFIG,
     .message = "c.cfg: holds more than 262144 bytes, the most that are read",
     .prepare = make_sparse_parameters},
    {.name = "a_gzipped_parameter_file_that_unpacks_to_more",
     .arguments = RUN_CONFIG,
     .message = "c.cfg: holds more than 262144 bytes, the most that are read",
     .prepare = make_packed_parameters},
    {.name = "a_parameter_file_of_more_keys_than_are_read",
     .arguments = RUN_CONFIG,
     .message = "c.cfg:205: more than 2048 keys",
     .prepare = make_many_keys},
    {.name = "a_parameter_file_of_20000_brackets",
     .arguments = RUN_CONFIG,
     .message = "c.cfg:2: nested too deeply: expected at most 16 brackets in each other",
     .prepare = make_deep_parameters},
    {.name = "a_csv_of_60_gib_of_zeros",
     .arguments = RUN_CSV,
     .message = "a.csv: line 2: longer than 8388608 bytes",
     .prepare = make_sparse_text},
    {.name = "a_parameter_that_asks_for_a_network_beyond_memory",
     .arguments = RUN "--set pyramidal.neurons=10000000 --set pyramidal.n_dendrites=1000",
     .message = "10050000000 dendrites: expected at most 1000000000"},
    {.name = "a_protocol_of_nothing_but_semicolons",
     .arguments = RUN "--set protocol.events=;;;;",
     .message = "protocol.events: event 1: expected day at ';;;;', as in \"day 7 for 3: formation "
                "2, clustered; day 20 for 10: elimination 1.5\""},

    /* numbers that are none */
    {.name = "minus_nan_for_a_number",
     .arguments = RUN "--set turnover.threshold=-nan",
     .message = "--set turnover.threshold = -nan: expected a number from 0 to 1"},
    {.name = "nan_of_a_kind_for_a_number",
     .arguments = RUN "--set turnover.threshold=nan(7)",
     .message = "--set turnover.threshold = nan(7): expected a number from 0 to 1"},
    {.name = "minus_infinity_for_a_number",
     .arguments = RUN "--set turnover.threshold=-infinity",
     .message = "--set turnover.threshold = -infinity: expected a number from 0 to 1"},
    {.name = "nan_for_a_whole_number",
     .arguments = RUN "--set turnover.period=nan",
     .message =
         "--set turnover.period = nan: expected a whole number from 1 to 1000000 presentations"},
    {.name = "infinity_for_threads",
     .arguments = RUN "--threads inf",
     .message = "--threads inf: expected a whole number from 1 to 1024"},
    {.name = "a_number_beyond_all_in_a_parameter_file",
     .arguments = RUN_CONFIG,
     .message = "c.cfg:1: turnover.threshold = inf: expected a number from 0 to 1",
     .file = {FILE_OF("c.cfg", "turnover: { threshold = 1e999; };\n")}},
    {.name = "a_weight_that_is_infinite",
     .arguments = REPLAY,
     .message = "n.csv: line 2: weight 'inf': expected a number from 0 to 100",
     .file = {GOOD_CSV, FILE_OF("n.csv", NETWORK_HEADER "120,5,inf,1\n")}},
    {.name = "nan_in_a_sweep",
     .arguments = SWEEP,
     .message = "a.sweep: set: turnover.threshold = nan: expected a number from 0 to 1",
     .file = {SWEEP_OF("\"turnover.threshold=nan\"")}},
    {.name = "nan_in_a_level_of_a_sweep",
     .arguments = SWEEP,
     .message =
         "a.sweep: factor f, level b: turnover.threshold = nan: expected a number from 0 to 1",
     .file = {FILE_OF("a.sweep",
                      "factors: ( { name = \"f\"; levels = ( { name = \"a\"; }, "
                      "{ name = \"b\"; set = [\"turnover.threshold=nan\"]; } ); } );\n")}},
    {.name = "levels_of_a_sweep_that_contradict_each_other",
     .arguments = SWEEP,
     .message = "a.sweep: f b, g x: data.kind = files: data.train_images and data.test_images must "
                "name the files",
     .file = {FILE_OF("a.sweep",
                      "factors: ( { name = \"f\"; levels = ( { name = \"a\"; }, { name = \"b\"; "
                      "set = [\"data.kind=files\"]; } ); }, { name = \"g\"; levels = ( { name = "
                      "\"x\"; } ); } );\n")}},
    {.name = "nan_in_a_manifest",
     .arguments = "maps run",
     .message = "run/manifest.json: line 1: invalid token near 'NaN'",
     .file = {FOLDER("run/"),
              FILE_OF(MANIFEST,
                      "{\"seed\": \"1\", \"parameters\": {\"turnover\": {\"threshold\": NaN}}}")}},
    {.name = "nan_in_results",
     .arguments = "stats r.csv --json out.json",
     .message =
         "r.csv: line 3: accuracy 'nan': expected a number, such as 0.95, or nothing where there "
         "is none",
     .file = {FILE_OF("r.csv", "turnover,seed,accuracy\nnone,1,0.5\nnone,2,nan\n")}},
    {.name = "infinity_in_results",
     .arguments = "stats r.csv --json out.json",
     .message =
         "r.csv: line 3: accuracy '1e999': expected a number, such as 0.95, or nothing where "
         "there is none",
     .file = {FILE_OF("r.csv", "turnover,seed,accuracy\nnone,1,0.5\nnone,2,1e999\n")}},

    /* names with spaces, quotes and newlines */
    {.name = "a_missing_folder_with_spaces_quotes_and_a_newline",
     .arguments = "maps it's" SUPPORT_SPACE "a\"b\"\nc",
     .message = "it's a\"b\"\\x0ac: holds no run, manifest.json is missing: expected a folder that "
                "`spinet "
                "train` made, or one in the runs/ of a sweep"},
    {.name = "missing_images_with_spaces_and_a_newline",
     .arguments =
         RUN_FILES "--set data.train_images=a" SUPPORT_SPACE "b\n.csv --set data.test_images=a.csv",
     .message = "a b\\x0a.csv: cannot be opened (No such file or directory)"},
    {.name = "an_option_with_a_terminals_commands",
     .arguments = "train --out run --seed \x1b[2J",
     .message = "--seed \\x1b[2J: expected a whole number from 0 to 9223372036854775807"},
    {.name = "a_key_with_a_newline",
     .arguments = RUN "--set turnover.period\n=3",
     .message = "--set turnover.period\\x0a: no such parameter; did you mean turnover.period?"},

    /* checkpoints */
    {.name = "a_checkpoint_that_is_something_else",
     .arguments = "train --quiet --resume run",
     .message = "run/checkpoint-000000007.npz: is no .npz file of spinet's",
     .file = {UNFINISHED, FILE_OF("run/checkpoint-000000007.npz", "years of work\n")}},
    {.name = "a_checkpoint_of_60_gib_of_zeros",
     .arguments = "train --quiet --resume run",
     .message = "run/checkpoint-000000007.npz: is damaged (it has 64424509440 bytes, and does not "
                "end with its checksum: cut off, or grown)",
     .file = {UNFINISHED},
     .prepare = make_sparse_checkpoint},
    {.name = "a_checkpoint_with_a_wrong_checksum",
     .arguments = "train --quiet --resume run",
     .message = "run/checkpoint-000000007.npz: is damaged (its checksum is wrong)",
     .file = {UNFINISHED},
     .prepare = make_damaged_checkpoint},
    {.name = "a_checkpoint_that_is_a_folder",
     .arguments = "train --quiet --resume run",
     .message = "run/checkpoint-000000007.npz: is a folder, a file is needed",
     .file = {UNFINISHED, FOLDER("run/checkpoint-000000007.npz/")}},
    {.name = "checkpoints_of_an_earlier_spinet",
     .arguments = "train --quiet --resume run",
     .message = "run/checkpoint-000000014.h5: is a checkpoint of an earlier spinet (HDF5), which "
                "this one does not read: go on with the spinet that manifest.json names, or begin "
                "the run anew (train --overwrite)",
     .file = {UNFINISHED, FILE_OF("run/checkpoint-000000007.h5", ""),
              FILE_OF("run/checkpoint-000000014.h5", "")}},
    {.name = "a_folder_to_resume_that_is_missing",
     .arguments = "train --quiet --resume run",
     .message = "run: no such folder"},
    {.name = "a_run_to_resume_of_a_kernel_there_is_not",
     .arguments = "train --quiet --resume run",
     .message =
         "run: was computed with kernel 'avx1024', which this machine lacks: --kernel "
         "fast uses its best one: the same spikes, but the last digits of weights may differ",
     .file = {FOLDER("run/"),
              FILE_OF(MANIFEST, "{\"seed\": \"1\", " PARAMETERS ", \"kernel\": \"avx1024\"}")}},

    /* sweeps, reports, results */
    {.name = "a_sweep_that_is_missing",
     .arguments = SWEEP,
     .message = "a.sweep: cannot be opened (No such file or directory)"},
    {.name = "a_sweep_without_factors",
     .arguments = SWEEP,
     .message = "a.sweep: has no factors: expected a list of them, as in experiments/shapes.sweep",
     .file = {FILE_OF("a.sweep", "runs = 3;\n")}},
    {.name = "a_sweep_with_a_level_that_leaves_the_folder",
     .arguments = SWEEP,
     .message = "a.sweep:1: level '../../a': expected a name of letters, digits, - _ + and .",
     .file = {FILE_OF("a.sweep",
                      "factors: ( { name = \"f\"; levels = ( { name = \"../../a\"; } ); } );\n")}},
    {.name = "a_sweep_with_a_title_in_latin_1",
     .arguments = SWEEP,
     .message = "a.sweep:2: title: expected a text of less than 256 bytes, in UTF-8",
     .file = {FILE_OF("a.sweep", "\ntitle = \"gr\xf6\xdf"
                                 "er\";\n")}},
    {.name = "a_sweep_with_a_mark_in_latin_1",
     .arguments = SWEEP,
     .message = "a.sweep:1: label: expected a text in UTF-8",
     .file = {FILE_OF("a.sweep", "marks: ( { label = \"\xf6\"; levels = [\"a\"]; } );\n")}},
    {.name = "a_sweep_with_a_test_that_is_none",
     .arguments = SWEEP,
     .message =
         "a.sweep:2: primary_test: expected paired, signed-rank, permutation, welch or pooled",
     .file = {FILE_OF("a.sweep", "\nprimary_test = \"t\";\n")}},
    {.name = "a_sweep_with_a_family_without_comparisons",
     .arguments = SWEEP,
     .message = "a.sweep:1: this: expected groups { name = \"…\"; compare = [\"A:B\"]; }",
     .file = {FILE_OF("a.sweep", "families: ( { name = \"all\"; } );\n")}},
    {.name = "a_sweep_with_a_misspelt_name_of_a_factor",
     .arguments = SWEEP,
     .message = "a.sweep:2: nmae: expected name, title or levels",
     .file = {FILE_OF("a.sweep", "factors: ( { levels = ( { name = \"a\"; } );\n"
                                 "nmae = \"f\"; } );\n")}},
    {.name = "a_sweep_with_a_factor_without_a_name",
     .arguments = SWEEP,
     .message = "a.sweep:1: this: expected groups { name = …; levels = …; }",
     .file = {FILE_OF("a.sweep", "factors: ( { levels = ( { name = \"a\"; } ); } );\n")}},
    {.name = "a_sweep_with_a_family_of_a_level_that_is_none",
     .arguments = SWEEP,
     .message = "a.sweep: families: 'a:c': expected two levels of f, A:B, or * for any",
     .file = {FILE_OF(
         "a.sweep", "factors: ( { name = \"f\"; levels = ( { name = \"a\"; }, { name = \"b\"; } "
                    "); } );\nfamilies: ( { name = \"g\"; compare = [\"a:b\", \"a:c\"]; } );\n")}},
    {.name = "a_sweep_with_a_level_in_latin_1",
     .arguments = SWEEP,
     .message = "a.sweep:1: level '…': expected a name of letters, digits, - _ + and .",
     .file = {FILE_OF("a.sweep",
                      "factors: ( { name = \"f\"; levels = ( { name = \"\xf6\"; } ); } );\n")}},
    {.name = "a_sweep_that_sets_latin_1",
     .arguments = SWEEP,
     .message = "a.sweep:1: this: expected a text in UTF-8",
     .file = {FILE_OF("a.sweep", "set = [\"data.train_images=\xf6\"];\n")}},
    {.name = "a_sweep_of_a_name_in_latin_1",
     .arguments = "sweep --quiet --out out \xf6.sweep",
     .message = "\xf6.sweep: the name is not UTF-8, as experiment.json needs it: rename it",
     .file = {FILE_OF("\xf6.sweep", "title = \"t\";\n")}},
    {.name = "a_sweep_of_negative_runs",
     .arguments = SWEEP,
     .message = "a.sweep:1: runs: expected a whole number from 1 to 100000",
     .file = {FILE_OF("a.sweep", "runs = -3;\n")}},
    {.name = "a_sweep_of_too_many_seeds",
     .arguments = SWEEP "--seeds 1..99999999999",
     .message = "--seeds: last 99999999999: expected a whole number from 1 to 100000",
     .file = {SWEEP_OF("")}},
    {.name = "a_sweep_of_seeds_up_to_the_largest_number",
     .arguments = SWEEP "--seeds 9223372036854775806..9223372036854775807",
     .message = "--seeds: last 9223372036854775807: expected a whole number from "
                "9223372036854775806 to 9223372036854775806",
     .file = {SWEEP_OF("")}},
    {.name = "a_sweep_of_runs_beyond_the_largest_seed",
     .arguments = SWEEP "--seeds 9223372036854775806..9223372036854775806 --runs 2",
     .message = "a.sweep: 2 seeds from 9223372036854775806: expected none above "
                "9223372036854775806",
     .file = {SWEEP_OF("")}},
    {.name = "a_sweep_of_too_many_conditions",
     .arguments = SWEEP,
     .message = "a.sweep: 98304 conditions: expected at most 10000",
     .prepare = make_sweep_of_98304_conditions},
    {.name = "a_sweep_of_too_many_runs",
     .arguments = SWEEP "--runs 100000",
     .message = "a.sweep: 16 conditions of 100000 seeds: expected at most 1000000 runs",
     .file = {FILE_OF("a.sweep", "factors: ( { name = \"f\"; levels = (" FOUR_LEVELS ") }, "
                                 "{ name = \"g\"; levels = (" FOUR_LEVELS ") } );\n")}},
    {.name = "a_sweep_with_two_levels_that_differ_by_case",
     .arguments = SWEEP,
     .message =
         "a.sweep: runs of two conditions would have one name where disks do not tell a from "
         "A, A-s1: f = A and f = a: rename a level",
     .file = {FILE_OF("a.sweep",
                      "factors: ( { name = \"f\"; levels = ( { name = \"A\"; }, { name = "
                      "\"b\"; }, { name = \"a\"; } ); } );\n")}},
    {.name = "a_sweep_with_two_conditions_of_one_name",
     .arguments = SWEEP,
     .message = "a.sweep: runs of two conditions would have one name, a-b-c-s1: f = a, g = b-c and "
                "f = a-b, g = c: rename a level",
     .file = {FILE_OF("a.sweep", "factors: (\n"
                                 "{ name = \"f\"; levels = ( { name = \"a\"; }, "
                                 "{ name = \"a-b\"; set = [\"turnover.period=20\"]; } ); },\n"
                                 "{ name = \"g\"; levels = ( { name = \"b-c\"; }, "
                                 "{ name = \"c\"; } ); } );\n")}},
    {.name = "a_sweep_with_names_of_runs_that_no_folder_can_have",
     .arguments = SWEEP,
     .message = "a.sweep: run " NAME_OF_63 "-" NAME_OF_63 "-" NAME_OF_63 "-" NAME_OF_63
                "-s20: a name of 259 bytes: expected at most 255: shorten names of levels",
     .file = {FILE_OF("a.sweep", "factors: ( { name = \"f\"; levels = ( { name = \"" NAME_OF_63
                                 "\"; } ); }, { name = \"g\"; levels = ( { name = \"" NAME_OF_63
                                 "\"; } ); }, { name = \"h\"; levels = ( { name = \"" NAME_OF_63
                                 "\"; } ); }, { name = \"i\"; levels = ( { name = \"" NAME_OF_63
                                 "\"; } ); } );\n")}},
    {.name = "a_shard_beyond_the_last",
     .arguments = SWEEP "--shard 9/8",
     .message = "--shard: I 9: expected a whole number from 1 to 8",
     .file = {SWEEP_OF("")}},
    {.name = "a_sweep_into_a_folder_that_holds_something_else",
     .arguments = SWEEP,
     .message = "out: holds something else than a sweep: name a new or empty folder",
     .file = {SWEEP_OF(""), FOLDER("out/"), FILE_OF("out/thesis.txt", "years of work\n")}},
    {.name = "a_report_of_a_folder_that_is_missing",
     .arguments = "report run",
     .message = "run: no such folder"},
    {.name = "a_report_of_a_folder_without_results",
     .arguments = "report run",
     .message =
         "run: holds neither a sweep, results.csv is missing, nor a run, manifest.json is missing",
     .file = {FOLDER("run/"), FILE_OF("run/thesis.txt", "years of work\n")}},
    {.name = "a_report_with_a_damaged_description",
     .arguments = "report run",
     .message = "run/experiment.json: line 1: unexpected token near end of file",
     .file = {FOLDER("run/"), FILE_OF("run/results.csv", "f,seed,accuracy\na,1,0.5\n"),
              FILE_OF("run/experiment.json", "{\"name\": ")}},
    {.name = "results_that_are_missing",
     .arguments = "stats r.csv --json out.json",
     .message = "r.csv: cannot be opened (No such file or directory)"},
    {.name = "results_without_a_seed",
     .arguments = "stats r.csv --json out.json",
     .message = "r.csv: line 1: column 'seed' is missing; a results file has its factors, then "
                "seed, then the measures",
     .file = {FILE_OF("r.csv", "turnover,accuracy\nnone,0.5\n")}},
    {.name = "results_with_a_run_twice",
     .arguments = "stats r.csv --json out.json",
     .message = "r.csv: line 3: the run with seed 1 is there twice, its factors and seed are those "
                "of line 2",
     .file = {FILE_OF("r.csv", "turnover,seed,accuracy\nnone,1,0.5\nnone,1,0.6\n")}},
    {.name = "results_with_a_row_cut_short",
     .arguments = "stats r.csv --json out.json",
     .message = "r.csv: line 2: 'none,1': 2 columns: expected 3, as in line 1",
     .file = {FILE_OF("r.csv", "turnover,seed,accuracy\nnone,1\n")}},
    {.name = "results_that_are_binary",
     .arguments = "stats r.csv --json out.json",
     .message = "r.csv: line 1: holds a NUL byte, this is not text",
     .file = {FILE_OF("r.csv", IDX_IMAGES)}},
    {.name = "results_with_line_ends_of_the_first_macintosh",
     .arguments = "stats r.csv --json out.json",
     .message = "r.csv: line 1: a CR alone ends no line: save it with LF or CR LF",
     .file = {FILE_OF("r.csv", "turnover,seed,accuracy\rnone,1,0.5\r")}},
    {.name = "verify_without_a_folder",
     .arguments = "verify",
     .message = "verify: name the folders of finished runs or sweeps"},
    {.name = "verify_of_a_run_that_is_not_finished",
     .arguments = "verify run",
     .message = "run: the run is not finished (no DONE in it): `spinet train --resume` goes on "
                "with it",
     .file = {UNFINISHED}},
    {.name = "verify_of_a_manifest_that_is_a_list",
     .arguments = "verify run",
     .message = "run/manifest.json: seed: expected a whole number as a text, as \"1\"",
     .file = {FOLDER("run/"), FILE_OF(MANIFEST, "[1, 2]\n")}},

    /* the command line */
    {.name = "an_unknown_command",
     .arguments = "trian --out run",
     .message = "trian: no such command; did you mean train?"},
    {.name = "a_command_like_none",
     .arguments = "weather",
     .message = "weather: no such command; `spinet --help` lists them"},
    {.name = "an_unknown_option",
     .arguments = "train --outt run",
     .message = "--outt: unknown option; did you mean --out?"},
    {.name = "an_option_like_none",
     .arguments = "train --weather=3",
     .message = "--weather=3: unknown option; `spinet train --help` lists the options"},
    {.name = "an_option_without_its_value",
     .arguments = "train --out",
     .message = "--out: missing argument: expected DIR; `spinet train --help` lists the options"},
    {.name = "pictures_without_their_format",
     .arguments = "report . --pictures",
     .message = "--pictures: missing argument: expected svg|png; `spinet report --help` lists the "
                "options"},
    {.name = "a_letter_without_its_value",
     .arguments = "train -o",
     .message = "-o: missing argument: expected DIR; `spinet train --help` lists the options"},
    {.name = "a_value_for_an_option_that_has_none",
     .arguments = "train --out run --quiet=3",
     .message =
         "--quiet=3: option does not take an argument; `spinet train --help` lists the options"},
    {.name = "train_without_out",
     .arguments = "train",
     .message = "train: --out DIR is needed, the folder for the results"},
    {.name = "train_with_an_empty_out",
     .arguments = "train --quiet --out ''",
     .message = "train: --out DIR is needed, the folder for the results"},
    {.name = "an_argument_too_many",
     .arguments = RUN "more",
     .message = "train more: expected options only, which begin with --: `spinet train --help` "
                "lists them"},
    {.name = "no_threads",
     .arguments = RUN "--threads 0",
     .message = "--threads 0: expected a whole number from 1 to 1024"},
    {.name = "threads_that_are_no_number",
     .arguments = RUN "--threads two",
     .message = "--threads two: expected a whole number from 1 to 1024"},
    {.name = "a_negative_seed",
     .arguments = RUN "--seed -1",
     .message = "--seed -1: expected a whole number from 0 to 9223372036854775807"},
    {.name = "a_seed_that_overflows",
     .arguments = RUN "--seed 99999999999999999999",
     .message = "--seed 99999999999999999999: expected a whole number from 0 to "
                "9223372036854775807"},
    {.name = "an_unknown_kernel",
     .arguments = RUN "--kernel slow",
     .message = "--kernel slow: expected fast, naive, portable, avx2 or avx512"},
    {.name = "an_unknown_preset",
     .arguments = "params --preset author",
     .message = "--preset author: expected authors or supplement"},
    {.name = "a_preset_after_a_set",
     .arguments = RUN "--preset authors",
     .message = "--preset authors: expected before --config and --set, which it would undo"},
    {.name = "params_with_an_argument",
     .arguments = "params data",
     .message = "params data: expected options only, which begin with --: `spinet params --help` "
                "lists them"},
    {.name = "spines_without_a_task",
     .arguments = "spines --out out",
     .message = "spines: name the folder of a finished run or sweep, or say --protocol "
                "NAME and --out DIR"},
    {.name = "spines_of_an_unknown_protocol",
     .arguments = "spines --protocol ketamin --out out",
     .message = "--protocol ketamin: expected all, events or a protocol.preset, as ketamine; "
                "did you mean ketamine?"},
    {.name = "spines_of_a_protocol_without_events",
     .arguments = "spines --protocol events --out out",
     .message = "--protocol events: there are none: expected --set protocol.events=\"…\""},
    {.name = "spines_of_a_protocol_and_events",
     .arguments = "spines --protocol all --out out --set protocol.events=day0for1:drift2",
     .message = "--protocol all: expected no protocol.events, which are for --protocol events"},
    {.name = "spines_over_no_days",
     .arguments = "spines --protocol all --out out --days 0",
     .message = "--days 0: expected a whole number from 1 to 1000"},
    {.name = "a_protocol_without_living_spines",
     .arguments = RUN "--set protocol.preset=ketamine",
     .message = "protocol: has no effect with intrinsic.form = none: expected geometric-ou, kesten "
                "or lognormal"},
    {.name = "a_protocol_that_contradicts_itself",
     .arguments = RUN "--set intrinsic.form=kesten --set "
                      "protocol.events=day1for2:drift2;day2for2:drift3",
     .message = "protocol.events: events 1 (day 1 to 3) and 2 (day 2 to 4) overlap and both set "
                "drift"},
    {.name = "a_protocol_with_a_factor_below_0",
     .arguments = RUN "--set intrinsic.form=kesten --set protocol.events=day1for2:formation-2",
     .message = "protocol.events: event 1: expected a number from 0 to 1000 at '-2', as in "
                "\"day 7 for 3: formation 2, clustered; day 20 for 10: elimination 1.5\""},
    {.name = "a_birth_rate_below_0",
     .arguments = RUN "--set intrinsic.birth_rate=-0.1",
     .message = "--set intrinsic.birth_rate = -0.1: expected a number from 0 to 10 1/day"},
    {.name = "a_probation_of_nothing",
     .arguments = RUN "--set clustered.probation=0",
     .message = "--set clustered.probation = 0: expected a whole number from 1 to 1000 "
                "presentations"},
    {.name = "spines_of_an_argument",
     .arguments = "spines --protocol all --out out a",
     .message = "spines a: --protocol takes no folder of runs"},
    {.name = "too_few_spines",
     .arguments = "spines --protocol all --out out --spines 10",
     .message = "--spines 10: expected a whole number from 100 to 10000000"},
    {.name = "maps_without_a_folder",
     .arguments = "maps",
     .message = "maps: name the folders of finished runs"},
    {.name = "maps_with_an_empty_name",
     .arguments = "maps ''",
     .message = "maps: the name of a folder is empty"},

    /* parameters by --set */
    {.name = "a_set_without_a_value",
     .arguments = RUN "--set turnover.period",
     .message = "--set turnover.period: expected group.key=value"},
    {.name = "an_unknown_key_in_set",
     .arguments = RUN "--set turnover.perid=3",
     .message = "--set turnover.perid: no such parameter; did you mean turnover.period?"},
    {.name = "an_unknown_key_like_no_other",
     .arguments = RUN "--set weather=3",
     .message = "--set weather: no such parameter; `spinet params` lists them all"},
    {.name = "a_real_for_a_whole_number",
     .arguments = RUN "--set turnover.period=1.5",
     .message = "--set turnover.period = 1.5: expected a whole number from 1 to 1000000 "
                "presentations"},
    {.name = "a_whole_number_out_of_range",
     .arguments = RUN "--set turnover.period=0",
     .message = "--set turnover.period = 0: expected a whole number from 1 to 1000000 "
                "presentations"},
    {.name = "a_whole_number_that_overflows",
     .arguments = RUN "--set turnover.period=18446744073709551617",
     .message = "--set turnover.period = 18446744073709551617: expected a whole number from 1 to "
                "1000000 presentations"},
    {.name = "nan_for_a_number",
     .arguments = RUN "--set turnover.threshold=nan",
     .message = "--set turnover.threshold = nan: expected a number from 0 to 1"},
    {.name = "inf_for_a_number",
     .arguments = RUN "--set plasticity.tau_tag_s=inf",
     .message = "--set plasticity.tau_tag_s = inf: expected a number from 60 to 1e+09 s"},
    {.name = "a_number_that_overflows",
     .arguments = RUN "--set input.rate_max_hz=1e999",
     .message = "--set input.rate_max_hz = 1e999: expected a number from 0 to 500 Hz"},
    {.name = "nothing_for_a_number",
     .arguments = RUN "--set turnover.threshold=",
     .message = "--set turnover.threshold = : expected a number from 0 to 1"},
    {.name = "an_unknown_choice",
     .arguments = RUN "--set turnover.policy=rnadom",
     .message =
         "--set turnover.policy = rnadom: expected one of none|random|constrained|clustered|own; "
         "did you mean random?"},
    {.name = "one_class",
     .arguments = RUN "--set data.classes=3",
     .message = "--set data.classes = 3: expected 2 to 100 different whole numbers from 0 to 999, "
                "as 3,8"},
    {.name = "the_same_class_twice",
     .arguments = RUN "--set data.classes=3,3",
     .message = "--set data.classes = 3,3: expected 2 to 100 different whole numbers from 0 to "
                "999, as 3,8"},
    {.name = "times_that_do_not_fit",
     .arguments = RUN "--set input.active_ms=4000",
     .message = "input.onset_ms + input.active_ms = 4100: expected at most input.duration_ms = "
                "4000"},
    {.name = "cells_that_the_classes_cannot_share",
     .arguments = RUN "--set pyramidal.neurons=81",
     .message = "pyramidal.neurons = 81: expected a multiple of the 2 classes, as 82"},
    {.name = "cells_that_do_not_fit_and_a_folder_within_folders",
     .arguments = "train --quiet --out a/b/c --set pyramidal.neurons=81",
     .message = "pyramidal.neurons = 81: expected a multiple of the 2 classes, as 82"},
    {.name = "more_synapses_than_there_can_be",
     .arguments = RUN "--set connections.control_dendrite_to_pyramidal_per_cell=10000 "
                      "--set pyramidal.neurons=10000000 --set pyramidal.n_dendrites=1",
     .message = "connections: 100325000020 synapses: expected at most 2000000000"},
    {.name = "files_that_are_not_named",
     .arguments = RUN "--set data.kind=files",
     .message = "data.kind = files: data.train_images and data.test_images must name the files"},

    /* parameter files */
    {.name = "a_parameter_file_that_is_missing",
     .arguments = RUN_CONFIG,
     .message = "c.cfg: cannot be opened (No such file or directory)"},
    {.name = "a_parameter_file_that_is_a_folder",
     .arguments = RUN_CONFIG,
     .message = "c.cfg: is a folder, a file is needed",
     .file = {FOLDER("c.cfg/")}},
    {.name = "a_syntax_error_in_a_parameter_file",
     .arguments = RUN_CONFIG,
     .message = "c.cfg:2: syntax error: expected groups of keys, as in turnover: { period = 20; };",
     .file = {FILE_OF("c.cfg", "turnover: {\n  period 3;\n};\n")}},
    {.name = "an_unknown_key_in_a_parameter_file",
     .arguments = RUN_CONFIG,
     .message = "c.cfg:2: turnover.perid: no such parameter; did you mean turnover.period?",
     .file = {FILE_OF("c.cfg", "turnover: {\n  perid = 3;\n};\n")}},
    {.name = "an_unknown_group_in_a_parameter_file",
     .arguments = RUN_CONFIG,
     .message = "c.cfg:3: turnovers: no such group; did you mean turnover?",
     .file = {FILE_OF("c.cfg", "\n\nturnovers: { period = 3; };\n")}},
    {.name = "a_text_for_a_number_in_a_parameter_file",
     .arguments = RUN_CONFIG,
     .message = "c.cfg:1: turnover.period = 10: expected a whole number from 1 to 1000000 "
                "presentations",
     .file = {FILE_OF("c.cfg", "turnover: { period = \"10\"; };\n")}},
    {.name = "a_number_out_of_range_in_a_parameter_file",
     .arguments = RUN_CONFIG,
     .message = "c.cfg:1: turnover.threshold = 1.5: expected a number from 0 to 1",
     .file = {FILE_OF("c.cfg", "turnover: { threshold = 1.5; };\n")}},
    {.name = "nan_in_a_parameter_file",
     .arguments = RUN_CONFIG,
     .message = "c.cfg:1: syntax error: expected groups of keys, as in turnover: { period = 20; };",
     .file = {FILE_OF("c.cfg", "turnover: { threshold = nan; };\n")}},
    {.name = "a_number_for_a_switch_in_a_parameter_file",
     .arguments = RUN_CONFIG,
     .message = "c.cfg:1: teacher.enabled = 1: expected one of true|false",
     .file = {FILE_OF("c.cfg", "teacher: { enabled = 1; };\n")}},
    {.name = "an_integer_in_a_parameter_file_that_would_wrap",
     .arguments = RUN_CONFIG,
     .message = "c.cfg:1: 4294967306: expected a whole number of 32 bits",
     .file = {FILE_OF("c.cfg", "turnover: { period = 4294967306; };\n")}},
    {.name = "an_include_in_a_parameter_file",
     .arguments = RUN_CONFIG,
     .message = "c.cfg:1: @include is not taken: name each file with a --config of its own",
     .file = {FILE_OF("c.cfg", "@include \"d\"\n"), FOLDER("d/")}},
    {.name = "labels_that_are_texts_in_a_parameter_file",
     .arguments = RUN_CONFIG,
     .message = "c.cfg:1: data.classes = a list of something else: expected 2 to 100 different "
                "whole numbers from 0 to 999, as 3,8",
     .file = {FILE_OF("c.cfg", "data: { classes = [\"3\", \"8\"]; };\n")}},
    {.name = "a_key_twice_in_a_parameter_file",
     .arguments = RUN_CONFIG,
     .message = "c.cfg:3: duplicate setting name",
     .file = {FILE_OF("c.cfg", "turnover: {\n  period = 3;\n  period = 4;\n};\n")}},

    {.name = "a_comment_without_an_end",
     .arguments = RUN_CONFIG,
     .message = "c.cfg:2: a comment begins here and has no end: expected */",
     .file = {FILE_OF("c.cfg", "# /*\n/* turnover: { policy = \"none\"; };\n/* // \n")}},
    {.name = "a_comment_without_an_end_in_a_sweep",
     .arguments = SWEEP,
     .message = "a.sweep:1: a comment begins here and has no end: expected */",
     .file = {FILE_OF("a.sweep", "/*/\ntitle = \"t\";\n")}},
    {.name = "a_text_without_an_end",
     .arguments = RUN_CONFIG,
     .message = "c.cfg:2: a text begins here and has no end: expected another \"",
     .file = {FILE_OF("c.cfg", "data: {\n  train_images = \"a\\\";\n};\n")}},
    {.name = "a_nul_character_in_a_text",
     .arguments = RUN_CONFIG,
     .message = "c.cfg:1: \\x00 in a text: expected no NUL character, which would end it",
     .file = {FILE_OF("c.cfg", "data: { train_images = \"\\\\x00\\X00b\"; };\n")}},

    /* the folder for the results */
    {.name = "a_folder_that_holds_something_else",
     .arguments = RUN,
     .message = "run: holds something else than a run: name a new or empty folder",
     .file = {FOLDER("run/"), FILE_OF("run/thesis.txt", "years of work\n")}},
    {.name = "a_folder_that_holds_something_else_and_overwrite",
     .arguments = RUN "--overwrite",
     .message = "run: holds something else than a run: name a new or empty folder",
     .file = {FOLDER("run/"), FILE_OF("run/thesis.txt", "years of work\n")}},
    {.name = "a_folder_that_holds_a_run",
     .arguments = RUN,
     .message = "run: holds a run already: name another folder, or say --overwrite",
     .file = {FOLDER("run/"), FILE_OF(MANIFEST, "{}\n"), FILE_OF("run/DONE", "")}},
    {.name = "overwrite_and_a_bad_parameter",
     .arguments = RUN "--overwrite --set pyramidal.neurons=81",
     .message = "pyramidal.neurons = 81: expected a multiple of the 2 classes, as 82",
     .file = {FOLDER("run/"), FILE_OF(MANIFEST, "{}\n"), FILE_OF("run/DONE", "")}},
    {.name = "a_file_where_the_folder_should_be",
     .arguments = RUN,
     .message = "run: is a file, a folder is needed",
     .file = {FILE_OF("run", "text\n")}},
    {.name = "a_file_where_a_folder_above_should_be",
     .arguments = "train --quiet --out a/run",
     .message = "a: is a file, a folder is needed",
     .file = {FILE_OF("a", "text\n")}},
    {.name = "a_home_that_no_shell_has_put_there",
     .arguments = "train --quiet --no-pictures --out=~/run",
     .message = "~/run: `~` is no home folder here, only where a word of a shell begins: name that "
                "in full (or ./~/run)"},
    {.name = "a_file_in_a_home_that_no_shell_has_put_there",
     .arguments = "stats ~/r.csv",
     .message = "~/r.csv: `~` is no home folder here, only where a word of a shell begins: name "
                "that in full"},
    {.name = "a_folder_that_cannot_be_made",
     .arguments = "train --quiet --no-pictures --out /proc/spinet",
     .message = "/proc/spinet: the folder cannot be made (No such file or directory)"},

    /* IDX */
    {.name = "images_that_are_missing",
     .arguments = RUN_IDX,
     .message = "i: cannot be opened (No such file or directory)",
     .file = {FILE_OF("l", IDX_LABELS)}},
    {.name = "labels_that_are_missing",
     .arguments = RUN_IDX,
     .message = "l: cannot be opened (No such file or directory)",
     .file = {FILE_OF("i", IDX_IMAGES)}},
    {.name = "labels_that_are_a_folder",
     .arguments = RUN_IDX,
     .message = "l: is a folder, an IDX file is needed",
     .file = {FILE_OF("i", IDX_IMAGES), FOLDER("l/")}},
    {.name = "idx_without_labels",
     .arguments = RUN_FILES "--set data.train_images=i --set data.test_images=i",
     .message =
         "i: is read as IDX images, which need a labels file: name it by data.train_labels "
         "(or give a folder of PNG images, *.csv or *.csv.gz; datasets/README.md says how to "
         "convert other files)",
     .file = {FILE_OF("i", IDX_IMAGES)}},
    {.name = "idx_cut_short",
     .arguments = RUN_IDX,
     .message = "i: holds 20 bytes, its header promises 24",
     .file = {FILE_OF("i", IDX_IMAGES_HEADER "abcd"), FILE_OF("l", IDX_LABELS)}},
    {.name = "idx_too_long",
     .arguments = RUN_IDX,
     .message = "i: holds 27 bytes, its header promises 24",
     .file = {FILE_OF("i", IDX_IMAGES "abc"), FILE_OF("l", IDX_LABELS)}},
    {.name = "an_idx_header_cut_short",
     .arguments = RUN_IDX,
     .message = "i: ends after 6 bytes, the header of IDX images has 16",
     .file = {FILE_OF("i", "\0\0\x08\x03\0\0"), FILE_OF("l", IDX_LABELS)}},
    {.name = "idx_that_is_something_else",
     .arguments = RUN_IDX,
     .message = "i: starts with 0x50390a31, IDX images start with 0x00000803: if it is CSV, name "
                "it *.csv; datasets/README.md says how to convert other files",
     .file = {FILE_OF("i", "P9\n10 10\n255\nxxxxxxxx"), FILE_OF("l", IDX_LABELS)}},
    {.name = "idx_of_floats",
     .arguments = RUN_IDX,
     .message = "i: starts with 0x00000d03, IDX images start with 0x00000803: its values are no "
                "unsigned bytes, convert them (datasets/README.md), images to 0 … 255",
     .file = {FILE_OF("i", "\0\0\x0d\x03"
                           "\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\0"),
              FILE_OF("l", IDX_LABELS)}},
    {.name = "idx_of_colours",
     .arguments = RUN_IDX,
     .message = "i: starts with 0x00000804, IDX images start with 0x00000803: it has 4 dimensions "
                "(colours?), make it grey: images, rows, columns",
     .file = {FILE_OF("i", "\0\0\x08\x04\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\3abc"),
              FILE_OF("l", IDX_LABELS)}},
    {.name = "idx_that_is_little_endian",
     .arguments = RUN_IDX,
     .message = "i: starts with 0x03080000, IDX images start with 0x00000803: its words are "
                "little-endian, write them big-endian, as numpy's '>u4'",
     .file = {FILE_OF("i", "\3\x08\0\0\1\0\0\0\1\0\0\0\1\0\0\0a"), FILE_OF("l", IDX_LABELS)}},
    {.name = "idx_labels_of_32_bits",
     .arguments = RUN_IDX,
     .message = "l: starts with 0x00000c01, IDX labels start with 0x00000801: its values are no "
                "unsigned bytes, convert them (datasets/README.md), images to 0 … 255",
     .file = {FILE_OF("i", IDX_IMAGES), FILE_OF("l", "\0\0\x0c\x01\0\0\0\2\0\0\0\1\0\0\0\2")}},
    {.name = "a_jpeg_for_idx",
     .arguments = RUN_IDX,
     .message = "i: is a JPEG image: " TO_PNG,
     .file = {FILE_OF("i", "\xff\xd8\xff\xe0 JFIF"), FILE_OF("l", IDX_LABELS)}},
    {.name = "an_npz_without_labels",
     .arguments = RUN_FILES "--set data.train_images=x.npz --set data.test_images=x.npz",
     .message =
         "x.npz: is a zip archive (an NPZ file of NumPy is one, too): unpack it, or write it "
         "as *.csv: datasets/README.md has the lines of Python",
     .file = {FILE_OF("x.npz", "PK\3\4 and so on")}},
    {.name = "a_parquet_for_idx",
     .arguments = RUN_IDX,
     .message = "i: starts with 0x50415231, IDX images start with 0x00000803: if it is CSV, name "
                "it *.csv; datasets/README.md says how to convert other files",
     .file = {FILE_OF("i", "PAR1 and so on"), FILE_OF("l", IDX_LABELS)}},
    {.name = "a_page_of_the_web_for_a_data_set",
     .arguments = RUN_IDX,
     .message = "i: is a page of the web, not the file it should be: fetch it again",
     .file = {FILE_OF("i", "<!DOCTYPE html><html>404</html>"), FILE_OF("l", IDX_LABELS)}},
    {.name = "labels_for_images",
     .arguments = RUN_IDX,
     .message =
         "i: starts with 0x00000801, IDX images start with 0x00000803: these are labels, the "
         "images are another file",
     .file = {FILE_OF("i", IDX_LABELS), FILE_OF("l", IDX_LABELS)}},
    {.name = "an_idx_header_that_promises_too_much",
     .arguments = RUN_IDX,
     .message = "i: 2147483647 images, 1 to 10000000 are possible",
     .file = {FILE_OF("i", "\0\0\x08\x03\x7f\xff\xff\xff\0\0\x08\0\0\0\x08\0"),
              FILE_OF("l", IDX_LABELS)}},
    {.name = "idx_images_that_are_too_large",
     .arguments = RUN_IDX,
     .message = "i: images of 4294967295x4294967295 pixels, 1 to 1048576 pixels an image are "
                "possible",
     .file = {FILE_OF("i", "\0\0\x08\x03\0\0\0\x01\xff\xff\xff\xff\xff\xff\xff\xff"),
              FILE_OF("l", IDX_LABELS)}},
    {.name = "idx_images_without_pixels",
     .arguments = RUN_IDX,
     .message = "i: images of 2x0 pixels, 1 to 1048576 pixels an image are possible",
     .file = {FILE_OF("i", "\0\0\x08\x03\0\0\0\x01\0\0\0\0\0\0\0\x02"), FILE_OF("l", IDX_LABELS)}},
    {.name = "more_labels_than_images",
     .arguments = RUN_IDX,
     .message = "l: 3 labels for the 2 images of i",
     .file = {FILE_OF("i", IDX_IMAGES), FILE_OF("l", "\0\0\x08\x01\0\0\0\x03\1\2\1")}},
    {.name = "labels_cut_short",
     .arguments = RUN_IDX,
     .message = "l: holds 9 bytes, its header promises 10",
     .file = {FILE_OF("i", IDX_IMAGES), FILE_OF("l", "\0\0\x08\x01\0\0\0\x02\1")}},
    {.name = "gzipped_idx_cut_short",
     .arguments = RUN_IDX,
     .message = "i: cannot be read (gzip data ends in the middle)",
     .file = {FILE_OF("l", IDX_LABELS)},
     .prepare = make_idx_gzip_cut_short},
    {.name = "a_class_that_the_training_data_lack",
     .arguments = RUN_IDX " --set data.classes=1,7",
     .message = "data.classes: i has no training image of class 7, but of 1, 2",
     .file = {FILE_OF("i", IDX_IMAGES), FILE_OF("l", IDX_LABELS)}},
    {.name = "a_class_that_the_test_data_lack",
     .arguments = RUN_FILES "--set data.train_images=a.csv --set data.test_images=b.csv",
     .message = "data.classes: b.csv has no test image of class 2, but of 1",
     .file = {GOOD_CSV, FILE_OF("b.csv", "1,1,2,3,4\n")}},
    {.name = "shapes_that_are_no_digits",
     .arguments = RUN "--set data.classes=3,8",
     .message = "data.classes: shapes-s1-o2 has no training image of class 3, but of 1, 2"},
    {.name = "training_images_of_one_class",
     .arguments = RUN_CSV,
     .message = "a.csv: the training images have 1 class: expected 2 or more",
     .file = {FILE_OF("a.csv", "1,1,2,3,4\n1,0,0,0,9\n")}},
    {.name = "test_images_of_another_size",
     .arguments = RUN_FILES "--set data.train_images=a.csv --set data.test_images=b.csv",
     .message = "b.csv: images of 1x1 pixels: expected 2x2 as in a.csv",
     .file = {GOOD_CSV, FILE_OF("b.csv", "1,1\n2,2\n")}},
    {.name = "test_images_of_another_size_than_edges_are_made_of",
     .arguments = RUN_FILES "--set data.train_images=a.csv --set data.test_images=b.csv "
                            "--set input.channels=edges",
     .message = "b.csv: images of 1x1 pixels: expected 2x2 as in a.csv",
     .file = {GOOD_CSV, FILE_OF("b.csv", "1,1\n2,2\n")}},

    /* other data after the first */
    {.name = "other_data_after_shapes",
     .arguments = RUN "--set data.other_train_images=i --set data.other_test_images=i",
     .message = "data.other_train_images: is for data of files: expected data.kind = "
                "files"},
    {.name = "labels_of_other_data_without_images",
     .arguments = RUN_IDX " --set data.other_test_labels=x",
     .message = "data.other_test_labels: expected both data.other_train_images and "
                "data.other_test_images, or no other data",
     .file = {FILE_OF("i", IDX_IMAGES), FILE_OF("l", IDX_LABELS)}},
    {.name = "idx_images_of_other_data_without_their_labels",
     .arguments = RUN_IDX " --set data.other_train_images=i --set data.other_train_labels=l "
                          "--set data.other_test_images=i",
     .message = "i: is read as IDX images, which need a labels file: name it by "
                "data.other_test_labels (or give a folder of PNG images, *.csv or *.csv.gz; "
                "datasets/README.md says how to convert other files)",
     .file = {FILE_OF("i", IDX_IMAGES), FILE_OF("l", IDX_LABELS)}},
    {.name = "labels_of_the_first_data_that_are_those_of_other_data",
     .arguments = RUN_IDX " --set data.other_train_images=a.csv --set data.other_test_images=a.csv",
     .message = "l: label 100 of image 2: expected 0 to 99 with other data "
                "(data.other_train_images), whose labels begin at 100",
     .file = {FILE_OF("i", IDX_IMAGES), FILE_OF("l", "\0\0\x08\x01\0\0\0\x02\x01\x64"), GOOD_CSV}},
    {.name = "labels_of_other_data_out_of_range",
     .arguments = RUN_CSV " --set data.other_train_images=i --set data.other_train_labels=l "
                          "--set data.other_test_images=a.csv",
     .message = "l: label 100 of image 2: expected 0 to 99 with other data "
                "(data.other_train_images), whose labels begin at 100",
     .file = {FILE_OF("i", IDX_IMAGES), FILE_OF("l", "\0\0\x08\x01\0\0\0\x02\x01\x64"), GOOD_CSV}},
    {.name = "a_class_in_two_groups_that_share_cells",
     .arguments = RUN_CSV " --set data.share=1;1",
     .message = "data.share: a class once more at '1': expected classes that are learned, each "
                "once, as in \"0 2 4; 1 3 5\"",
     .file = {GOOD_CSV}},

    /* CSV images */
    {.name = "a_csv_that_is_missing",
     .arguments = RUN_CSV,
     .message = "a.csv: cannot be opened (No such file or directory)"},
    {.name = "an_empty_csv",
     .arguments = RUN_CSV,
     .message = "a.csv: is empty, an image a line is needed",
     .file = {FILE_OF("a.csv", "")}},
    {.name = "a_pixel_out_of_range",
     .arguments = RUN_CSV,
     .message = "a.csv: line 2, column 4: '256' is not a pixel, a number from 0 to 255",
     .file = {FILE_OF("a.csv", "1,0,0,0,0\n2,0,0,256,0\n")}},
    {.name = "a_negative_pixel",
     .arguments = RUN_CSV,
     .message = "a.csv: line 1, column 2: '-1' is not a pixel, a number from 0 to 255",
     .file = {FILE_OF("a.csv", "1,-1,0,0,0\n2,0,0,0,0\n")}},
    {.name = "a_label_out_of_range",
     .arguments = RUN_CSV,
     .message = "a.csv: line 1, column 1: '1000' is not a label, a whole number from 0 to 999",
     .file = {FILE_OF("a.csv", "1000,0,0,0,0\n")}},
    {.name = "a_csv_whose_label_is_not_its_first_column",
     .arguments = RUN_CSV,
     .message = "a.csv: line 1: the first column is 'p0': expected `label`, and pixels behind it "
                "(or a file of labels of its own)",
     .file = {FILE_OF("a.csv", "p0,p1,p2,p3,label\n0,0,0,0,1\n")}},
    {.name = "a_csv_with_labels_and_a_file_of_them",
     .arguments = RUN_CSV " --set data.train_labels=l",
     .message = "a.csv: line 1: the first column is 'label': expected pixels alone, or leave the "
                "labels file out",
     .file = {FILE_OF("a.csv", "label,p0,p1,p2,p3\n" CSV_IMAGES), FILE_OF("l", IDX_LABELS)}},
    {.name = "a_csv_with_a_word_in_its_first_line",
     .arguments = RUN_CSV,
     .message = "a.csv: line 1, column 3: 'x' is not a pixel, a number from 0 to 255",
     .file = {FILE_OF("a.csv", "1,0,x,0,0\n2,0,0,0,0\n")}},
    {.name = "a_csv_with_semicolons",
     .arguments = RUN_CSV,
     .message = "a.csv: line 1: '1;0;5;0;0': expected numbers with commas between",
     .file = {FILE_OF("a.csv", "1;0;5;0;0\n2;0;0;0;0\n")}},
    {.name = "a_csv_with_semicolons_and_a_file_of_labels",
     .arguments = RUN_CSV " --set data.train_labels=l",
     .message = "a.csv: line 1: '0;5;0;0': expected numbers with commas between",
     .file = {FILE_OF("a.csv", "0;5;0;0\n0;0;0;0\n"), FILE_OF("l", IDX_LABELS)}},
    {.name = "a_csv_whose_first_column_has_a_long_name",
     .arguments = RUN_CSV,
     .message = "a.csv: line 1: the first column is 'p123456789p123456789p123456789p123456789': "
                "expected `label`, and pixels behind it (or a file of labels of its own)",
     .file = {FILE_OF("a.csv", "p123456789p123456789p123456789p123456789p123456789\n")}},
    {.name = "csv_images_all_black",
     .arguments = RUN_CSV,
     .message = "a.csv: all its images are black, none has a pixel that brings a spike: expected 0 "
                "(black) to 255 (white, input.intensity_max)",
     .file = {FILE_OF("a.csv", "1,0,0,0,0\n2,0,0,0,0\n")}},
    {.name = "a_pixel_above_the_white",
     .arguments = RUN_CSV " --set input.intensity_max=1",
     .message = "a.csv: line 1, column 3: '10' is not a pixel, a number from 0 to 1 "
                "(input.intensity_max)",
     .file = {GOOD_CSV}},
    {.name = "an_idx_pixel_above_the_white",
     .arguments = RUN_IDX " --set input.intensity_max=32",
     .message = "i: image 1 has a pixel of 48: expected at most input.intensity_max = 32",
     .file = {FILE_OF("i", IDX_IMAGES), FILE_OF("l", IDX_LABELS)}},
    {.name = "a_width_that_does_not_fit",
     .arguments = RUN_CSV " --set data.width=3",
     .message = "a.csv: line 1: 4 pixels besides the label, which do not fit data.width = 3 and "
                "data.height = 0 (0: what follows)",
     .file = {GOOD_CSV}},
    {.name = "a_width_that_is_not_that_of_the_idx",
     .arguments = RUN_IDX " --set data.width=3",
     .message = "i: images of 2x2 pixels, but data.width and data.height say 3x0: leave them 0, "
                "they are for CSV",
     .file = {FILE_OF("i", IDX_IMAGES), FILE_OF("l", IDX_LABELS)}},
    {.name = "fewer_csv_labels_than_images",
     .arguments = RUN_FILES "--set data.train_images=b.csv --set data.train_labels=l.csv "
                            "--set data.test_images=b.csv --set data.test_labels=l.csv",
     .message = "l.csv: 1 labels for the 2 images of b.csv",
     .file = {FILE_OF("b.csv", "1,2,3,4\n5,6,7,8\n"), FILE_OF("l.csv", "1\r\n")}},
    {.name = "csv_labels_that_are_words",
     .arguments = RUN_FILES "--set data.train_images=b.csv --set data.train_labels=l.csv "
                            "--set data.test_images=b.csv --set data.test_labels=l.csv",
     .message = "l.csv: line 1, column 1: 'cat' is not a label, a whole number from 0 to 999",
     .file = {FILE_OF("b.csv", "1,2,3,4\n5,6,7,8\n"), FILE_OF("l.csv", "cat,dog\n")}},
    {.name = "a_ragged_csv",
     .arguments = RUN_CSV,
     .message = "a.csv: line 2: 3 pixels, the lines before have 4",
     .file = {FILE_OF("a.csv", "1,0,0,0,0\n2,0,0,0\n")}},
    {.name = "a_csv_of_images_that_are_no_squares",
     .arguments = RUN_CSV,
     .message = "a.csv: line 1: 3 pixels besides the label, a square number is needed (else say "
                "data.width and data.height, or name the file of the labels if no column has them)",
     .file = {FILE_OF("a.csv", "1,0,0,0\n")}},
    {.name = "a_csv_with_an_empty_line",
     .arguments = RUN_CSV,
     .message = "a.csv: line 2: is empty, an image is needed",
     .file = {FILE_OF("a.csv", "1,0,0,0,0\n\n2,0,0,0,0\n")}},
    {.name = "a_csv_with_a_labels_file",
     .arguments = RUN_CSV " --set data.train_labels=l",
     .message = "a.csv: line 1: 5 pixels, a square number is needed (else say data.width and "
                "data.height, or name no file of labels if a column has them)",
     .file = {GOOD_CSV, FILE_OF("l", IDX_LABELS)}},
    {.name = "a_binary_csv",
     .arguments = RUN_CSV,
     .message = "a.csv: line 1: holds a NUL byte, this is not text",
     .file = {FILE_OF("a.csv", IDX_IMAGES)}},
    {.name = "a_gzipped_csv_cut_short",
     .arguments = RUN_FILES "--set data.train_images=a.csv.gz --set data.test_images=a.csv.gz",
     .message = "a.csv.gz: line 1: cannot be read (gzip data ends in the middle)",
     .prepare = make_gzip_cut_short},

    /* folders of PNG images */
    {.name = "an_empty_folder_of_images",
     .arguments = RUN_PNG,
     .message = "p: is empty, a folder of *.png files for each class is needed",
     .file = {FOLDER("p/")}},
    {.name = "a_label_without_images",
     .arguments = RUN_PNG,
     .message = "p/1: holds no *.png files",
     .file = {FOLDER("p/"), FOLDER("p/1/")}},
    {.name = "a_png_that_is_something_else",
     .arguments = RUN_PNG,
     .message = "p/1/a.png: is not a PNG image: convert it, or take it away",
     .file = {FOLDER("p/"), FOLDER("p/1/"), FILE_OF("p/1/a.png", "something else, in truth")}},
    {.name = "a_jpeg_named_png",
     .arguments = RUN_PNG,
     .message = "p/1/a.png: is a JPEG image: " TO_PNG,
     .file = {FOLDER("p/"), FOLDER("p/1/"), FILE_OF("p/1/a.png", "\xff\xd8\xff\xe0 JFIF")}},
    {.name = "a_jpeg_among_the_png_images",
     .arguments = RUN_PNG,
     .message = "p/1/a.jpg: is a JPEG image: " TO_PNG,
     .file = {FOLDER("p/"), FOLDER("p/1/"), FILE_OF("p/1/a.jpg", "\xff\xd8\xff\xe0 JFIF")}},
    {.name = "a_folder_above_the_classes",
     .arguments = RUN_PNG,
     .message = "p/train: is not a class: only folders named by their label, 0 to 999, can be "
                "here: rename "
                "it, or name a folder in it that has them as the images",
     .file = {FOLDER("p/"), FOLDER("p/train/"), FOLDER("p/train/1/")}},
    {.name = "a_folder_in_a_class",
     .arguments = RUN_PNG,
     .message = "p/1/more: is a folder in a class's folder, which holds *.png files alone",
     .file = {FOLDER("p/"), FOLDER("p/1/"), FOLDER("p/1/more/")}},
    {.name = "images_without_folders_of_classes",
     .arguments = RUN_PNG,
     .message =
         "p/a.png: is a PNG image: name the folder that has a folder of *.png files for each "
         "class",
     .file = {FOLDER("p/"), FILE_OF("p/a.png", "\x89PNG\r\n\x1a\n and so on")}},
    {.name = "a_png_cut_short",
     .arguments = RUN_PNG,
     .message = "p/1/a.png: is not an intact PNG image (Read Error)",
     .file = {FOLDER("p/"), FOLDER("p/1/"), FOLDER("p/2/")},
     .prepare = make_png_cut_short},
    {.name = "a_png_with_one_byte_behind_it",
     .arguments = RUN_PNG,
     .message = "p/1/a.png: something follows the PNG data",
     .file = {FOLDERS, FILE_OF("p/1/a.png", PNG_HEADER PNG_PIXELS PNG_END "\n")}},
    {.name = "a_png_of_another_size",
     .arguments = RUN_PNG,
     .message = "p/2/b.png: is 3x3 pixels, but p/1/a.png is 2x2: all images must have one size",
     .file = {FOLDER("p/"), FOLDER("p/1/"), FOLDER("p/2/")},
     .prepare = make_png_of_other_size},
    {.name = "a_class_folder_that_is_no_label",
     .arguments = RUN_PNG,
     .message =
         "p/three: is not a class: only folders named by their label, 0 to 999, can be here: "
         "rename it, or name a folder in it that has them as the images",
     .file = {FOLDER("p/"), FOLDER("p/three/")}},
    {.name = "a_text_among_the_png_images",
     .arguments = RUN_PNG,
     .message = "p/1/notes.txt: is not a *.png file, a class's folder holds nothing else",
     .file = {FOLDER("p/"), FOLDER("p/1/"), FILE_OF("p/1/notes.txt", "text\n")}},
    {.name = "png_images_of_one_class",
     .arguments = RUN_PNG,
     .message = "p: the training images have 1 class: expected 2 or more",
     .file = {FOLDER("p/"), FOLDER("p/1/")},
     .prepare = make_png_one_class},

    /* replay */
    {.name = "replay_without_its_options",
     .arguments = "replay --network n.csv",
     .message = "replay: --network, --images and --out are needed",
     .file = {GOOD_NET}},
    {.name = "replay_with_an_empty_out",
     .arguments = "replay --quiet --network n.csv --images a.csv --out ''",
     .message = "replay: --network, --images and --out are needed",
     .file = {GOOD_NET, GOOD_CSV}},
    {.name = "replay_into_a_folder_that_is_missing",
     .arguments = "replay --quiet --network n.csv --images a.csv --out no/spikes.csv",
     .message = "no/spikes.csv: cannot be written (No such file or directory)",
     .file = {GOOD_NET, GOOD_CSV}},
    {.name = "replay_onto_a_folder",
     .arguments = REPLAY,
     .message = "spikes.csv: is a folder, a file is needed",
     .file = {GOOD_NET, GOOD_CSV, FOLDER("spikes.csv/")}},
    {.name = "a_network_out_in_a_folder_that_is_missing",
     .arguments = REPLAY " --network-out no/end.csv",
     .message = "no/end.csv: cannot be written (No such file or directory)",
     .file = {GOOD_NET, GOOD_CSV}},
    {.name = "an_empty_network_out",
     .arguments = REPLAY " --network-out ''",
     .message = "--network-out: the name of a file is empty",
     .file = {GOOD_NET, GOOD_CSV}},
    {.name = "a_bench_into_a_folder_that_is_missing",
     .arguments = "bench --json no/bench.json",
     .message = "no/bench.json: cannot be written (No such file or directory)"},
    {.name = "one_file_for_spikes_and_network",
     .arguments = REPLAY " --network-out spikes.csv",
     .message = "spikes.csv: named by both --out and --network-out",
     .file = {GOOD_NET, GOOD_CSV}},
    {.name = "replay_of_a_third_label",
     .arguments = REPLAY,
     .message = "a.csv: image 3 has label 5, a third one: name the classes with --classes",
     .file = {GOOD_NET, FILE_OF("a.csv", CSV_IMAGES "5,0,0,0,0\n")}},
    {.name = "replay_of_one_label",
     .arguments = REPLAY,
     .message = "a.csv: its images have one label only: name the classes with --classes",
     .file = {GOOD_NET, FILE_OF("a.csv", "1,0,0,0,0\n")}},
    {.name = "replay_of_a_label_that_is_not_named",
     .arguments = REPLAY " --classes 1,3",
     .message = "a.csv: image 2 has label 2, which is not in --classes",
     .file = {GOOD_NET, GOOD_CSV}},
    {.name = "classes_that_are_one",
     .arguments = REPLAY " --classes 1",
     .message = "--classes 1: expected 2 to 100 different labels, as 3,8",
     .file = {GOOD_NET, GOOD_CSV}},
    {.name = "classes_that_are_no_numbers",
     .arguments = REPLAY " --classes one,two",
     .message = "--classes one,two: expected 2 to 100 different labels, as 3,8",
     .file = {GOOD_NET, GOOD_CSV}},

    /* network.csv */
    {.name = "a_network_that_is_missing",
     .arguments = REPLAY,
     .message = "n.csv: cannot be opened (No such file or directory)",
     .file = {GOOD_CSV}},
    {.name = "a_network_that_is_a_folder",
     .arguments = REPLAY,
     .message = "n.csv: is a folder, a file is needed",
     .file = {GOOD_CSV, FOLDER("n.csv/")}},
    {.name = "an_empty_network_file",
     .arguments = REPLAY,
     .message = "n.csv: is empty: expected a header, source_id,dendrite_id,weight,plastic",
     .file = {GOOD_CSV, FILE_OF("n.csv", "")}},
    {.name = "a_network_without_its_header",
     .arguments = REPLAY,
     .message = "n.csv: line 1: '120,5,0.2,1': has no column source_id: expected "
                "source_id,dendrite_id,weight,plastic",
     .file = {GOOD_CSV, FILE_OF("n.csv", "120,5,0.2,1\n")}},
    {.name = "a_synapse_with_a_column_too_few",
     .arguments = REPLAY,
     .message = "n.csv: line 2: '120,5,0.2': 3 columns: expected 4, as in line 1",
     .file = {GOOD_CSV, FILE_OF("n.csv", NETWORK_HEADER "120,5,0.2\n")}},
    {.name = "a_synapse_with_a_column_too_many",
     .arguments = REPLAY,
     .message = "n.csv: line 2: '120,5,0.2,1,0': 5 columns: expected 4, as in line 1",
     .file = {GOOD_CSV, FILE_OF("n.csv", NETWORK_HEADER "120,5,0.2,1,0\n")}},
    {.name = "a_negative_source",
     .arguments = REPLAY,
     .message = "n.csv: line 3: source_id '-1': expected a whole number from 0 to 2147483647",
     .file = {GOOD_CSV, FILE_OF("n.csv", NETWORK_HEADER "120,5,0.2,1\n-1,5,0.2,1\n")}},
    {.name = "a_dendrite_that_overflows",
     .arguments = REPLAY,
     .message = "n.csv: line 2: dendrite_id '4294967301': expected a whole number from 0 to "
                "2147483647",
     .file = {GOOD_CSV, FILE_OF("n.csv", NETWORK_HEADER "120,4294967301,0.2,1\n")}},
    {.name = "a_weight_that_is_nan",
     .arguments = REPLAY,
     .message = "n.csv: line 2: weight 'nan': expected a number from 0 to 100",
     .file = {GOOD_CSV, FILE_OF("n.csv", NETWORK_HEADER "120,5,nan,1\n")}},
    {.name = "a_negative_weight",
     .arguments = REPLAY,
     .message = "n.csv: line 2: weight '-0.5': expected a number from 0 to 100",
     .file = {GOOD_CSV, FILE_OF("n.csv", NETWORK_HEADER "120,5,-0.5,1\n")}},
    {.name = "a_plastic_weight_above_1",
     .arguments = REPLAY,
     .message = "n.csv: line 2: weight '1.5': expected 0 to 1, of a plastic synapse",
     .file = {GOOD_CSV, FILE_OF("n.csv", NETWORK_HEADER "120,5,1.5,1\n")}},
    {.name = "a_weight_in_base_16",
     .arguments = REPLAY,
     .message = "n.csv: line 2: weight '0x1p-3': expected a number from 0 to 100",
     .file = {GOOD_CSV, FILE_OF("n.csv", NETWORK_HEADER "120,5,0x1p-3,1\n")}},
    {.name = "a_weight_behind_a_space",
     .arguments = REPLAY,
     .message = "n.csv: line 2: weight ' 0.2': expected a number from 0 to 100",
     .file = {GOOD_CSV, FILE_OF("n.csv", NETWORK_HEADER "120,5, 0.2,1\n")}},
    {.name = "a_source_behind_a_plus",
     .arguments = REPLAY,
     .message = "n.csv: line 2: source_id '+120': expected a whole number from 0 to 2147483647",
     .file = {GOOD_CSV, FILE_OF("n.csv", NETWORK_HEADER "+120,5,0.2,1\n")}},
    {.name = "a_dendrite_behind_a_space",
     .arguments = REPLAY,
     .message = "n.csv: line 2: dendrite_id ' 5': expected a whole number from 0 to 2147483647",
     .file = {GOOD_CSV, FILE_OF("n.csv", NETWORK_HEADER "120, 5,0.2,1\n")}},
    {.name = "a_parameter_in_base_16",
     .arguments = RUN "--set turnover.threshold=0x1p-3",
     .message = "--set turnover.threshold = 0x1p-3: expected a number from 0 to 1"},
    {.name = "a_whole_number_behind_a_plus",
     .arguments = RUN "--set turnover.period=+10",
     .message = "--set turnover.period = +10: expected a whole number from 1 to 1000000 "
                "presentations"},
    {.name = "a_class_behind_a_space",
     .arguments = RUN "--set data.classes=3," SUPPORT_SPACE "8",
     .message = "--set data.classes = 3, 8: expected 2 to 100 different whole numbers from 0 to "
                "999, as 3,8"},
    {.name = "a_seed_behind_a_plus",
     .arguments = RUN "--seed +1",
     .message = "--seed +1: expected a whole number from 0 to 9223372036854775807"},
    {.name = "a_synapse_that_is_plastic_twice",
     .arguments = REPLAY,
     .message = "n.csv: line 2: plastic '2': expected 0 or 1",
     .file = {GOOD_CSV, FILE_OF("n.csv", NETWORK_HEADER "120,5,0.2,2\n")}},
    {.name = "a_source_that_is_not_there",
     .arguments = REPLAY,
     .message = "n.csv: synapse 1: source 126: expected 0 to 125" SYNAPSE_IN,
     .file = {GOOD_CSV, FILE_OF("n.csv", NETWORK_HEADER "126,5,0.2,1\n")}},
    {.name = "a_dendrite_that_is_not_there",
     .arguments = REPLAY,
     .message = "n.csv: synapse 1: dendrite 1200: expected 0 to 1199" SYNAPSE_IN,
     .file = {GOOD_CSV, FILE_OF("n.csv", NETWORK_HEADER "120,1200,0.2,1\n")}},
    {.name = "a_plastic_synapse_from_a_neuron",
     .arguments = REPLAY,
     .message = "n.csv: synapse 1: from source 7: a plastic synapse; those from the inputs (120 to "
                "123) are plastic, and no others" SYNAPSE_IN,
     .file = {GOOD_CSV, FILE_OF("n.csv", NETWORK_HEADER "7,805,0.2,1\n")}},
    {.name = "a_plastic_synapse_on_an_interneuron",
     .arguments = REPLAY,
     .message = "n.csv: synapse 1: a plastic synapse on dendrite 800: expected a pyramidal cell's, "
                "0 to 799" SYNAPSE_IN,
     .file = {GOOD_CSV, FILE_OF("n.csv", NETWORK_HEADER "120,800,0.2,1\n")}},
    {.name = "a_connection_the_model_has_not",
     .arguments = REPLAY,
     .message = "n.csv: synapse 2: from source 3 to dendrite 5: the model has no such "
                "connection" SYNAPSE_IN,
     .file = {GOOD_CSV, FILE_OF("n.csv", NETWORK_HEADER "120,5,0.2,1\n3,5,0.3,0\n")}},
    {.name = "images_of_a_size_that_is_not_the_networks",
     .arguments = REPLAY,
     .message = "n.csv: synapse 2: from source 124: a fixed synapse; those from the inputs (120 to "
                "128) are plastic, and no others (with 9 inputs, the pixels of a.csv, and 80 "
                "pyramidal cells)",
     .file = {GOOD_NET, FILE_OF("a.csv", "1,0,0,0,0,0,0,0,0,0\n2,1,1,1,1,1,1,1,1,1\n")}},

    {.name = "a_folder_with_a_temporary_file_of_somebody_else",
     .arguments = "train --quiet --set stopping.max_presentations=1 --out d",
     .message = "d: holds something else than a run: name a new or empty folder",
     .file = {FOLDER("d/"), FILE_OF("d/draft.tmp", "precious\n")}},
    {.name = "a_folder_for_a_sweep_with_a_temporary_file_of_somebody_else",
     .arguments = "sweep --quiet --out d a.sweep",
     .message = "d: holds something else than a sweep: name a new or empty folder",
     .file = {SWEEP_OF("\"test.max_images=1\""), FOLDER("d/"),
              FILE_OF("d/draft.tmp", "precious\n")}},
    /* outputs that are no files */
    {.name = "statistics_into_a_device",
     .arguments = "stats r.csv --json null",
     .message = "null: is a device, expected a new or an ordinary file",
     .file = {RESULTS},
     .prepare = make_device},
    {.name = "statistics_into_a_pipe",
     .arguments = "stats r.csv --json pipe",
     .message = "pipe: is a pipe, expected a new or an ordinary file",
     .file = {RESULTS},
     .prepare = make_pipe},
    {.name = "a_replay_into_a_device",
     .arguments = "replay --quiet --network n.csv --images a.csv --out null",
     .message = "null: is a device, expected a new or an ordinary file",
     .file = {GOOD_NET, GOOD_CSV},
     .prepare = make_device},
    {.name = "a_replay_into_a_link_to_a_device",
     .arguments = "replay --quiet --network n.csv --images a.csv --out link",
     .message = "link: is a device, expected a new or an ordinary file",
     .file = {GOOD_NET, GOOD_CSV},
     .prepare = make_link_to_device},
    {.name = "a_network_into_a_pipe",
     .arguments = REPLAY " --network-out pipe",
     .message = "pipe: is a pipe, expected a new or an ordinary file",
     .file = {GOOD_NET, GOOD_CSV},
     .prepare = make_pipe},
    {.name = "a_report_into_a_device",
     .arguments = "report --out null empty",
     .message = "null: is a device, expected a new or an ordinary file",
     .file = {FOLDER("empty/")},
     .prepare = make_device},
    {.name = "bench_into_a_device",
     .arguments = "bench --json null",
     .message = "null: is a device, expected a new or an ordinary file",
     .prepare = make_device},
    {.name = "a_replay_into_a_link_to_nothing",
     .arguments = "replay --quiet --network n.csv --images a.csv --out link",
     .message = "link: is a symbolic link to gone, which cannot be reached (No such file or "
                "directory)",
     .file = {GOOD_NET, GOOD_CSV},
     .prepare = make_link_to_nothing},
    {.name = "bench_into_a_link_to_itself",
     .arguments = "bench --json link",
     .message = "link: is a symbolic link to link, which cannot be reached (Too many levels of "
                "symbolic links)",
     .prepare = make_link_to_itself},
    {.name = "a_run_into_a_link_to_nothing",
     .arguments = "train --quiet --set stopping.max_presentations=1 --out link",
     .message = "link: is a symbolic link to gone, which cannot be reached (No such file or "
                "directory)",
     .prepare = make_link_to_nothing},
    {.name = "shapes_into_a_link_to_nothing",
     .arguments = "shapes --difficulty hard --count 1 --out link/shapes",
     .message = "link: is a symbolic link to gone, which cannot be reached (No such file or "
                "directory)",
     .prepare = make_link_to_nothing},

    /* outputs that are read as well, or twice */
    {.name = "images_replaced_by_spikes",
     .arguments = "replay --quiet --network n.csv --images a.csv --out ./a.csv",
     .message = "--out ./a.csv: would replace a.csv, which is read: name another file",
     .file = {GOOD_NET, GOOD_CSV}},
    {.name = "a_network_replaced_by_spikes",
     .arguments = "replay --quiet --network n.csv --images a.csv --out n.csv",
     .message = "--out n.csv: would replace n.csv, which is read: name another file",
     .file = {GOOD_NET, GOOD_CSV}},
    {.name = "images_replaced_by_a_network",
     .arguments = REPLAY " --network-out d/../a.csv",
     .message = "--network-out d/../a.csv: would replace a.csv, which is read: name another file",
     .file = {GOOD_NET, GOOD_CSV, FOLDER("d/")}},
    {.name = "a_network_replaced_by_a_network_through_a_link",
     .arguments = REPLAY " --network-out link",
     .message = "--network-out link: would replace n.csv, which is read: name another file",
     .file = {GOOD_NET, GOOD_CSV},
     .prepare = make_link_to_the_network},
    {.name = "parameters_replaced_by_spikes",
     .arguments = "replay --quiet --network n.csv --images a.csv --config c.cfg --out c.cfg",
     .message = "--out c.cfg: would replace c.cfg, which is read: name another file",
     .file = {GOOD_NET, GOOD_CSV, FILE_OF("c.cfg", "")}},
    {.name = "an_image_replaced_by_spikes",
     .arguments = "replay --quiet --network n.csv --images p --out p/1/a.png",
     .message = "--out p/1/a.png: is in p, which is read: name a file elsewhere",
     .file = {GOOD_NET, FOLDER("p/"), FOLDER("p/1/"), FILE_OF("p/1/a.png", "x")}},
    {.name = "spikes_and_network_of_one_new_file",
     .arguments = REPLAY " --network-out ./spikes.csv",
     .message = "./spikes.csv: named by both --out and --network-out",
     .file = {GOOD_NET, GOOD_CSV}},
    {.name = "spikes_and_network_of_one_old_file",
     .arguments = REPLAY " --network-out d/../spikes.csv",
     .message = "d/../spikes.csv: named by both --out and --network-out",
     .file = {GOOD_NET, GOOD_CSV, FOLDER("d/"), FILE_OF("spikes.csv", "old\n")}},
    {.name = "results_replaced_by_a_report",
     .arguments = "report --out sw/results.csv other sw/",
     .message = "--out sw/results.csv: is in sw/, which is read: name a file elsewhere",
     .file = {FOLDER("sw/"), FOLDER("other/"), FILE_OF("sw/results.csv", "years of work\n")}},
    {.name = "results_replaced_by_their_statistics",
     .arguments = "stats r.csv --json ./r.csv",
     .message = "--json ./r.csv: would replace r.csv, which is read: name another file",
     .file = {RESULTS}},

    /* what could be read but once, or never ends */
    {.name = "images_through_a_pipe",
     .arguments = RUN_FILES "--set data.train_images=pipe --set data.train_labels=l "
                            "--set data.test_images=pipe --set data.test_labels=l",
     .message = "pipe: is a pipe, an IDX file is needed",
     .file = {FILE_OF("l", IDX_LABELS)},
     .prepare = make_pipe},
    {.name = "labels_through_a_pipe",
     .arguments = RUN_FILES "--set data.train_images=i --set data.train_labels=pipe "
                            "--set data.test_images=i --set data.test_labels=pipe",
     .message = "pipe: is a pipe, an IDX file is needed",
     .file = {FILE_OF("i", IDX_IMAGES)},
     .prepare = make_pipe},
    {.name = "a_table_of_images_through_a_pipe",
     .arguments = RUN_FILES "--set data.train_images=pipe.csv --set data.test_images=pipe.csv",
     .message = "pipe.csv: is a pipe, a file is needed",
     .prepare = make_pipe_of_table},
    {.name = "a_pipe_among_pictures",
     .arguments = RUN_PNG,
     .message = "p/1/b.png: is a pipe, an image is needed",
     .file = {FOLDER("p/"), FOLDER("p/1/")},
     .prepare = make_pipe_in_class},
    {.name = "statistics_of_a_pipe",
     .arguments = "stats pipe",
     .message = "pipe: is a pipe, a file is needed",
     .prepare = make_pipe},
    {.name = "a_network_through_a_pipe",
     .arguments = "replay --quiet --network pipe --images a.csv --out spikes.csv",
     .message = "pipe: is a pipe, a file is needed",
     .file = {GOOD_CSV},
     .prepare = make_pipe},
    {.name = "parameters_from_a_device",
     .arguments = RUN "--config null",
     .message = "null: is a device, a file is needed",
     .prepare = make_device},

    /* shapes */
    {.name = "shapes_without_out",
     .arguments = "shapes --difficulty hard",
     .message = "shapes: --out DIR and --difficulty (or --stability and --overlap) are needed"},
    {.name = "shapes_with_an_empty_out",
     .arguments = "shapes --difficulty hard --out ''",
     .message = "shapes: --out DIR and --difficulty (or --stability and --overlap) are needed"},
    {.name = "shapes_without_overlap",
     .arguments = "shapes --stability 1 --out s",
     .message = "shapes: --out DIR and --difficulty (or --stability and --overlap) are needed"},
    {.name = "an_unknown_difficulty",
     .arguments = "shapes --difficulty impossible --out s",
     .message = "--difficulty impossible: expected easy, medium or hard"},
    {.name = "no_shapes",
     .arguments = "shapes --difficulty hard --count 0 --out s",
     .message = "--count 0: expected a whole number from 1 to 1000000"},
    {.name = "shapes_that_leave_the_image",
     .arguments = "shapes --stability 0 --overlap 9 --out s",
     .message = "shapes of stability 0 and overlap 9 do not fit into 20x20 pixels: stability is at "
                "most 2, overlap at most 8, and overlap + 2 * stability at least 0"},
    {.name = "shapes_into_a_file",
     .arguments = "shapes --difficulty hard --count 1 --out s",
     .message = "s: is a file, a folder is needed",
     .file = {FILE_OF("s", "text\n")}},
    {.name = "shapes_into_a_folder_that_holds_something_else",
     .arguments = "shapes --difficulty hard --count 1 --out s",
     .message = "s: holds something else than generated shapes (thesis.txt): name a new or empty "
                "folder",
     .file = {FOLDER("s/"), FILE_OF("s/thesis.txt", "years of work\n")}},

    {.name = "a_difficulty_and_a_stability",
     .arguments = "shapes --difficulty easy --stability 2 --out s",
     .message =
         "shapes: --difficulty stands for a --stability and an --overlap: expected it alone, "
         "or the two of them"},

    /* maps */
    {.name = "maps_of_a_folder_that_is_missing",
     .arguments = "maps run",
     .message = "run: holds no run, manifest.json is missing: expected a folder that `spinet "
                "train` made, or one in the runs/ of a sweep"},
    {.name = "maps_of_a_folder_without_a_run",
     .arguments = "maps run",
     .message = "run: holds no run, manifest.json is missing: expected a folder that `spinet "
                "train` made, or one in the runs/ of a sweep",
     .file = {FOLDER("run/"), FILE_OF("run/thesis.txt", "years of work\n")}},
    {.name = "a_manifest_that_is_a_folder",
     .arguments = "maps run",
     .message = MANIFEST ": is a folder, a file is needed",
     .file = {FOLDER("run/"), FOLDER(MANIFEST "/")}},
    {.name = "a_manifest_cut_short",
     .arguments = "maps run",
     .message = MANIFEST ": line 2: '}' expected near end of file",
     .file = {FOLDER("run/"), FILE_OF(MANIFEST, "{\n\"seed\": \"1\"")}},
    {.name = "a_manifest_without_a_seed",
     .arguments = "maps run",
     .message = MANIFEST ": seed: expected a whole number as a text, as \"1\"",
     .file = {FOLDER("run/"), FILE_OF(MANIFEST, "{" PARAMETERS "}\n")}},
    {.name = "a_manifest_with_a_negative_seed",
     .arguments = "maps run",
     .message = MANIFEST ": seed: expected a whole number as a text, as \"1\"",
     .file = {FOLDER("run/"), FILE_OF(MANIFEST, "{\"seed\": \"-1\", " PARAMETERS "}\n")}},
    {.name = "a_manifest_without_parameters",
     .arguments = "maps run",
     .message = MANIFEST ": has no parameters",
     .file = {FOLDER("run/"), FILE_OF(MANIFEST, "{\"seed\": \"1\"}\n")}},
    {.name = "a_manifest_with_an_unknown_parameter",
     .arguments = "maps run",
     .message = MANIFEST ": data.colour: no such parameter; `spinet params` lists them all",
     .file = {FOLDER("run/"),
              FILE_OF(MANIFEST, "{\"seed\": \"1\", \"parameters\": {\"data\": {\"colour\": 1}}}")}},
    {.name = "a_manifest_with_empty_parameters",
     .arguments = "maps run",
     .message = MANIFEST ": has no parameters",
     .file = {MANIFEST_OF("\"parameters\": {}")}},
    {.name = "a_manifest_with_a_number_as_a_text",
     .arguments = "maps run",
     .message = MANIFEST ": turnover.period = \"10\": expected a whole number from 1 to 1000000 "
                         "presentations",
     .file = {MANIFEST_OF("\"parameters\": {\"turnover\": {\"period\": \"10\"}}")}},
    {.name = "a_manifest_with_a_real_for_a_whole_number",
     .arguments = "maps run",
     .message = MANIFEST ": turnover.period = 10.0: expected a whole number from 1 to 1000000 "
                         "presentations",
     .file = {MANIFEST_OF("\"parameters\": {\"turnover\": {\"period\": 10.0}}")}},
    {.name = "a_manifest_with_a_text_for_a_number",
     .arguments = "maps run",
     .message = MANIFEST ": turnover.threshold = \"0.3\": expected a number from 0 to 1",
     .file = {MANIFEST_OF("\"parameters\": {\"turnover\": {\"threshold\": \"0.3\"}}")}},
    {.name = "a_manifest_with_a_text_for_a_switch",
     .arguments = "maps run",
     .message = MANIFEST ": teacher.enabled = \"true\": expected one of true|false",
     .file = {MANIFEST_OF("\"parameters\": {\"teacher\": {\"enabled\": \"true\"}}")}},
    {.name = "a_manifest_with_a_switch_for_a_choice",
     .arguments = "maps run",
     .message = MANIFEST ": data.kind = null: expected one of shapes|files",
     .file = {MANIFEST_OF("\"parameters\": {\"data\": {\"kind\": null}}")}},
    {.name = "a_manifest_with_labels_as_a_list",
     .arguments = "maps run",
     .message =
         MANIFEST ": data.classes = a list: expected 2 to 100 different whole numbers from 0 "
                  "to 999, as 3,8",
     .file = {MANIFEST_OF("\"parameters\": {\"data\": {\"classes\": [3, 8]}}")}},
    {.name = "a_manifest_with_a_parameter_twice",
     .arguments = "maps run",
     .message = MANIFEST ": line 1: duplicate object key near '\"period\"'",
     .file = {MANIFEST_OF("\"parameters\": {\"turnover\": {\"period\": 10, \"period\": 20}}")}},
    {.name = "a_manifest_with_a_kernel_that_is_no_text",
     .arguments = "maps run",
     .message = MANIFEST ": kernel: expected a text of less than 256 bytes",
     .file = {MANIFEST_OF(PARAMETERS ", \"kernel\": 7")}},
    {.name = "a_manifest_with_a_checksum_that_is_no_text",
     .arguments = "maps run",
     .message = MANIFEST ": train_labels: expected a text of less than 65 bytes",
     .file = {MANIFEST_OF(PARAMETERS ", \"data_sha256\": {\"train_labels\": null}")}},
    {.name = "a_manifest_with_checksums_that_are_a_list",
     .arguments = "maps run",
     .message = MANIFEST ": data_sha256: expected an object of texts",
     .file = {MANIFEST_OF(PARAMETERS ", \"data_sha256\": []")}},
    {.name = "a_manifest_with_presentations_that_are_no_whole_number",
     .arguments = "maps run",
     .message = MANIFEST ": presentations: expected a whole number from 0 to 2147483647",
     .file = {MANIFEST_OF(PARAMETERS ", \"presentations\": 1.5")}},
    {.name = "a_manifest_with_a_text_that_is_too_long",
     .arguments = "maps run",
     .message =
         MANIFEST ": data.train_images = " A_200 ": expected a text of less than 1024 bytes, "
                  "in UTF-8",
     .prepare = make_manifest_of_a_long_text,
     .file = {FOLDER("run/")}},
    {.name = "a_manifest_whose_parameters_contradict",
     .arguments = "maps run",
     .message = MANIFEST ": connections.w_min = 0.9: expected at most connections.w_max = 0.1",
     .file = {MANIFEST_OF("\"parameters\": {\"connections\": {\"w_min\": 0.9, \"w_max\": 0.1}}")}},
    {.name = "a_sweep_s_results_that_cannot_be_reached",
     .arguments = "report s",
     .message = "s/results.csv: cannot be opened (Too many levels of symbolic links)",
     .prepare = make_results_that_name_themselves,
     .file = {FOLDER("s/")}},
    {.name = "a_manifest_that_cannot_be_reached",
     .arguments = "maps run",
     .message = MANIFEST ": cannot be opened (Too many levels of symbolic links)",
     .prepare = make_manifest_that_names_itself,
     .file = {FOLDER("run/")}},
    {.name = "a_run_without_its_network",
     .arguments = "maps run",
     .message = "run/network.csv: cannot be opened (No such file or directory)",
     .file = {FOLDER("run/"), FILE_OF(MANIFEST, "{\"seed\": \"1\", " PARAMETERS "}"),
              FILE_OF("run/DONE", "")}},
    {.name = "a_run_that_is_not_finished",
     .arguments = "maps run",
     .message =
         "run: the run is not finished (no DONE in it): `spinet train --resume` goes on with it",
     .file = {FOLDER("run/"), FILE_OF(MANIFEST, "{\"seed\": \"1\", " PARAMETERS "}")}},
    {.name = "a_run_with_another_network",
     .arguments = "maps run",
     .message = "run/network.csv: synapse 2: source 522: expected 0 to 521",
     .file = {FOLDER("run/"), FILE_OF(MANIFEST, "{\"seed\": \"1\", " PARAMETERS "}"),
              FILE_OF("run/DONE", ""),
              FILE_OF("run/network.csv", NETWORK_HEADER "120,5,0.2,1\n522,0,1,0\n")}},
};
enum { N_CASES = sizeof cases / sizeof *cases };

/* ---- what is in the folder ---- */

static struct {
    char *line[64]; /* "path type size crc" */
    int n;
    size_t n_base;
} listing;

static int list_one(const char *path, const struct stat *info, int kind, struct FTW *place)
{
    (void)place;
    assert_true(listing.n < 64);
    unsigned long crc = 0;
    if (S_ISREG(info->st_mode) && info->st_size < 100 << 20) {
        size_t n;
        uint8_t *bytes = support_read(path, &n);
        crc = crc32(0, bytes, (unsigned)n);
        free(bytes);
    }
    assert_true(asprintf(&listing.line[listing.n++], "%s%s %o %lld %08lx\n", path + listing.n_base,
                         kind == FTW_F ? "" : "/", info->st_mode & S_IFMT,
                         kind == FTW_F ? (long long)info->st_size : 0, crc) > 0);
    return 0;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Everything in the folder, sorted, one a line, in new memory. */
static char *list_folder(void **state)
{
    const char *base = support_path(state, "");
    char *text;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    listing.n = 0;
    listing.n_base = strlen(base);
    assert_int_equal(nftw(base, list_one, 16, FTW_PHYS), 0);
    qsort(listing.line, (size_t)listing.n, sizeof *listing.line, by_text);
    for (int i = 0; i < listing.n; i++) {
        fputs(listing.line[i], stream);
        free(listing.line[i]);
    }
    fclose(stream);
    return text;
}

static void make_files(void **state, const struct bad_file *file)
{
    for (int i = 0; i < CASE_FILES_MAX && file[i].name; i++)
        if (file[i].bytes)
            support_write(state, file[i].name, file[i].bytes, file[i].n);
        else
            assert_int_equal(mkdir(support_path(state, file[i].name), 0777), 0);
}

static struct bad_case current; /* of the table, by its name */

static void expect_refusal(void **state)
{
    struct support_run run;
    char expected[2048];
    make_files(state, current.file);
    if (current.prepare)
        current.prepare(state);
    char *before = list_folder(state);
    support_run(state, &run, current.arguments);
    char *after = list_folder(state);
    snprintf(expected, sizeof expected, "spinet: %s\n", current.message);
    assert_string_equal(run.err, expected);
    assert_string_equal(run.out, "");
    assert_int_equal(run.exit_code, 2);
    assert_string_equal(after, before);
#if !defined(SPINET_DEBUG) /* sanitizers take some of their own */
    assert_true(run.memory_kib < MEMORY_MAX_KIB || support_is_slow());
#endif
    support_run_free(&run);
    free(before);
    free(after);
}

static int setup(void **state)
{
    const struct bad_case *chosen = *state;
    current = *chosen;
    return support_make_folder(state);
}

#define MARK "\xef\xbb\xbf" /* a byte order mark */

/* The rows above are refused for what they say, since without it they are not. */
static void given_the_data_unspoilt_when_used_expect_success(void **state)
{
    const struct bad_file files[] = {GOOD_NET, GOOD_CSV, FILE_OF("i", IDX_IMAGES),
                                     FILE_OF("l", IDX_LABELS), FOLDER("empty/")};
    make_files(state, files);
    assert_int_equal(file_make_folder(support_path(state, "p/1")), STATUS_OK);
    assert_int_equal(file_make_folder(support_path(state, "p/2")), STATUS_OK);
    write_png(state, "p/1/a.png", 2);
    write_png(state, "p/2/b.png", 2);
    support_write_text(state, "c.cfg", MARK "turnover: { period = 3; threshold = 0.1; };\n");
    support_write_text(state, "m.csv", MARK NETWORK);
    support_write_text(state, "b.csv", MARK CSV_IMAGES);
    free(support_run_well(state, RUN_IDX));
    free(support_run_well(state, RUN_CSV " --overwrite"));
    free(support_run_well(state, RUN_PNG " --overwrite"));
    free(support_run_well(state, RUN_CONFIG " --overwrite"));
    free(support_run_well(state, REPLAY " --network-out end.csv"));
    free(support_run_well(state, "replay --quiet --network m.csv --images b.csv --out marked.csv"));
    free(support_run_well(state, "shapes --difficulty hard --count 1 --out empty"));
    support_write_text(state, MANIFEST, MARK "{\"seed\": \"1\", " PARAMETERS "}");
    support_write_text(state, "run/network.csv", MARK NETWORK_HEADER);
    free(support_run_well(state, "maps run"));
}

/* A name is a name: nothing in it is a command to a shell, to a script of a page or to a terminal.
 */
#define ODD "it's" SUPPORT_SPACE "\"a\"\n$(touch" SUPPORT_SPACE "x);`touch" SUPPORT_SPACE "y`%s\\"

static void given_names_with_spaces_quotes_and_newlines_when_used_expect_success(void **state)
{
    static const char name[] = "it's \"a\"\n$(touch x);`touch y`%s\\";
    assert_int_equal(mkdir(support_path(state, name), 0777), 0);
    const char *const folders[] = {"/1", "/2"};
    for (int i = 0; i < 2; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", name, folders[i]);
        assert_int_equal(mkdir(support_path(state, path), 0777), 0);
        snprintf(path, sizeof path, "%s%s/a b'.png", name, folders[i]);
        write_png(state, path, 2);
    }
    support_write_text(state, "a\n'.sweep",
                       "runs = 1;\nset = [\"stopping.max_presentations=1\", "
                       "\"data.test_per_class=1\"];\nfactors: ( { name = \"f\"; levels = ( { name "
                       "= \"a\"; } ); } );\n");
    free(support_run_well(state, "train --quiet --threads 1 --set stopping.max_presentations=1 "
                                 "--set data.kind=files --set data.train_images=" ODD
                                 " --set data.test_images=" ODD " --out run" ODD));
    free(support_run_well(state, "maps run" ODD));
    free(support_run_well(state, "verify --threads 1 run" ODD));
    free(support_run_well(state, "sweep --quiet --threads 1 a\n'.sweep --out sweep" ODD));
    free(support_run_well(state, "report sweep" ODD));
    char *after = list_folder(state);
    assert_null(strstr(after, "/x "));
    assert_null(strstr(after, "/y "));
    assert_non_null(strstr(after, "/maps.png "));
    assert_non_null(strstr(after, "/report.html "));
    free(after);
}

int main(void)
{
    static struct CMUnitTest tests[N_CASES + 2];
    static char names[N_CASES][160];
    for (int i = 0; i < N_CASES; i++) {
        snprintf(names[i], sizeof names[i], "given_%s_when_run_expect_one_line_and_nothing_left",
                 cases[i].name);
        tests[i] = (struct CMUnitTest){names[i], expect_refusal, setup, support_remove_folder,
                                       (void *)(uintptr_t)&cases[i]};
    }
    tests[N_CASES] =
        (struct CMUnitTest)WITH_FOLDER(given_the_data_unspoilt_when_used_expect_success);
    tests[N_CASES + 1] = (struct CMUnitTest)WITH_FOLDER(
        given_names_with_spaces_quotes_and_newlines_when_used_expect_success);
    return _cmocka_run_group_tests("bad input", tests, N_CASES + 2, NULL, NULL);
}
