/* SPDX-License-Identifier: MIT */
#ifndef OUTPUT_STATS_H
#define OUTPUT_STATS_H

/*
 * What --stats prints and --stats-json writes: how many, how fast, how long. An observer of
 * results and attempts that costs some tens of nanoseconds for each and never allocates after
 * stats_new. Memory is fixed: four histograms.
 *
 * An attempt is counted either by its HTTP status, when it brought a whole response, or by its
 * error, so that the two together are all attempts. Cancelled attempts are among them, and
 * their times end where they were cut off.
 *
 * The file holds one JSON object. Times are in nanoseconds, sizes in bytes, both integers:
 *
 *     version       1; members may be added under the same version
 *     batch_id      the first part of every request id
 *     started_at    by the calendar, UTC: "2026-02-28T23:59:59Z"
 *     elapsed_ns    from the batch's start to its end
 *     items         total, succeeded, failed, cancelled: results by how they ended; and
 *                   from_journal: those among them that earlier runs had recorded
 *     attempts      total, retries; by_status {"200": n, ...} and by_error {"timeout": n, ...}:
 *                   resolve connect tls send receive timeout protocol too_large invalid refused
 *                   cancelled local other
 *     bytes_in, bytes_out    bodies of all attempts, as on the wire
 *     throughput    results_per_s (of this run alone), attempts_per_s: decimals
 *     latency       four histograms:
 *       attempts      of all attempts, from start to end
 *       succeeded     of those that brought an item's data
 *       first_byte    from an attempt's start to the first byte of its response
 *       items         of items that were sent, from the first attempt's start to the last's end
 *
 * Each histogram: count, min_ns, max_ns, mean_ns, p50_ns, p90_ns, p99_ns, p99_9_ns (null when
 * the count is 0) and buckets [[last_ns, count], ...], ascending, empty ones left out.
 * Recording each last_ns `count` times in another histogram of output/histogram.h gives the
 * same buckets, so files can be merged.
 */

#include "flow/ports.h"
#include "output/histogram.h"

#define STATS_STATUSES 600                        /* 0 to 599 */
#define STATS_ERRORS   (OVRMND_ERROR_REFUSED + 2) /* and one for what later versions add */

/* "timeout" for OVRMND_ERROR_TIMEOUT; NULL for OVRMND_ERROR_NONE. */
extern const char *const stats_error_names[STATS_ERRORS];

struct screen;

struct stats {
    struct observer observer; /* first: an observer can be cast back */
    char batch_id[16];
    int64_t started_at_s; /* since 1970 */
    uint64_t succeeded, failed, cancelled;
    uint64_t from_journal; /* of them; the caller's to set */
    uint64_t attempts, retries;
    uint64_t by_status[STATS_STATUSES];
    uint64_t by_error[STATS_ERRORS];
    uint64_t bytes_in, bytes_out;
    struct histogram all_ns, succeeded_ns, first_byte_ns, items_ns;
};

/* Ready to observe a batch that starts now; `started_at_s` is clock_wall_seconds(). The caller
 * calls stats_free. */
struct stats *stats_new(const char *batch_id, int64_t started_at_s);
void stats_free(struct stats *s);

/* Results that this run brought by itself, not the journal: what counts as throughput. */
uint64_t stats_own_results(const struct stats *s);

/* Prints it as a table on stderr. `elapsed_ns` is how long the batch took. [end] */
void stats_print(const struct stats *s, struct screen *screen, uint64_t elapsed_ns);

/* Writes the file, which appears when it is complete (output/writer.h). -1: OUTPUT_FAILED.
 * [end]
 */
int stats_write_json(const struct stats *s, uint64_t elapsed_ns, const char *path,
                     struct error *err);

#endif
