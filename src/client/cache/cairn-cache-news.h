/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-cache.h"

G_BEGIN_DECLS

/**
 * CAIRN_CACHE_NEWS_ROWS:
 *
 * The rows of what is new, for SQL after FROM: results under a report that is new itself are that report's row. What is
 * counted anywhere, on Home and in the list of what is new are these.
 */
#define CAIRN_CACHE_NEWS_ROWS "news n WHERE NOT EXISTS (SELECT 1 FROM part p JOIN news h ON h.place = p.head" \
  " WHERE p.place = n.place)"

/**
 * CairnCacheNews:
 * @filled: whether the cache was complete once: all that is written since is news
 * @look: the newest meta.lastUpdated at the last look, ms since 1970 UTC; 0 when nobody has looked yet
 * @now: this machine's clock
 * @newest: the newest meta.lastUpdated of all that came
 * @saved: the same, as the cache has it
 *
 * What decides whether a record that comes is news. All instants but @now are the server's.
 */
typedef struct
{
  gboolean filled;
  gint64   look;
  gint64   now;
  gint64   newest;
  gint64   saved;
} CairnCacheNews;

/* On the database's thread: writing */
gboolean cairn_cache_news_begin  (CairnCacheNews *self, CairnConnection *connection, GError **error);
gboolean cairn_cache_news_note   (CairnCacheNews *self, CairnConnection *connection, gint64 place,
                                  const CairnSummary *summary, GError **error);
gboolean cairn_cache_news_end    (CairnCacheNews *self, CairnConnection *connection, GError **error);

/* On the database's thread: looking */
GPtrArray *cairn_cache_news_list (CairnConnection *connection, guint limit, GError **error);
gboolean cairn_cache_news_count  (CairnConnection *connection, gint64 *n, GError **error);
gboolean cairn_cache_news_forget (CairnConnection *connection, const char *reference, GError **error);
gboolean cairn_cache_news_look   (CairnConnection *connection, gint64 *look, GError **error);
gboolean cairn_cache_news_settle (CairnConnection *connection, gint64 look, GError **error);

G_END_DECLS
