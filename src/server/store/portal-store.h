/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "common/cairn-database.h"
#include "common/cairn-json.h"
#include "server/portal-config.h"

G_BEGIN_DECLS

#define PORTAL_EVERYONE "*"   /* the audience of the directory */
#define PORTAL_ANYBODY ""     /* first of a list: a look-up by id takes any audience; searches pass it over,
                             unless it stands alone */
#define PORTAL_OWN "@"        /* before an account and its patient: what it made for itself */
#define PORTAL_HELD "#"       /* before a patient's id: staff see it, the patient doesn't yet */

typedef enum
{
  PORTAL_STATE_OLD,
  PORTAL_STATE_LIVE,
  PORTAL_STATE_GONE,
} PortalState;

/**
 * PortalRow:
 *
 * One version as it lies in the store. The strings are borrowed from a statement: good until its next
 * step. @audience and @state are set where the row was found through its audience.
 */
typedef struct
{
  gint64      seq;
  const char *type;
  const char *id;
  gint64      version;
  gint64      updated;   /* ms */
  gboolean    deleted;
  CairnJson   text;
  gint64      content;   /* 0, or of a Binary whose data isn't in its text */
  const char *audience;
  PortalState state;
} PortalRow;

typedef gboolean (*PortalRowFunc) (const PortalRow *row, gpointer data);
typedef gboolean (*PortalSeqFunc) (gint64 seq, gpointer data);

/**
 * PortalNews:
 * @gone: whether that audience doesn't see it any more
 *
 * Of a version that somebody may want to hear of.
 */
typedef struct
{
  gint64      seq;
  const char *type;
  const char *id;
  const char *audience;
  gboolean    gone;
} PortalNews;

typedef gboolean (*PortalNewsFunc) (const PortalNews *news, gpointer data);

/**
 * PortalStamp:
 * @updated: lastUpdated of all that this transaction writes, later than any before it
 * @seq: the last number given to a version
 * @first: the version of a resource that wasn't there
 */
typedef struct
{
  gint64 updated;
  gint64 seq;
  gint64 first;
} PortalStamp;

/**
 * PortalRange:
 *
 * lastUpdated in [from, to), without [not_from, not_to).
 */
typedef struct
{
  gint64 from, to;
  gint64 not_from, not_to;
} PortalRange;

#define PORTAL_RANGE_ALL ((PortalRange) { G_MININT64, G_MAXINT64, 0, 0 })

/* The files */
typedef struct _PortalStore PortalStore;

PortalStore   *portal_store_open        (const PortalConfig *config, GError **error);
gboolean       portal_store_add_readers (PortalStore *self, guint n, GError **error);
void           portal_store_close       (PortalStore *self);
CairnDatabase *portal_store_get_writer  (PortalStore *self);
CairnDatabase *portal_store_next_reader (PortalStore *self);
GBytes        *portal_store_get_key     (PortalStore *self);
CairnDatabase *portal_store_get_audit   (PortalStore *self);
CairnDatabase *portal_store_get_audit_reader (PortalStore *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PortalStore, portal_store_close)

/* Verbs, on the connection's thread */
gboolean portal_store_begin       (CairnConnection *db, PortalStamp *stamp, GError **error);
gboolean portal_store_commit      (CairnConnection *db, const PortalStamp *stamp, GError **error);
gboolean portal_store_last_seq    (CairnConnection *db, gint64 *seq, GError **error);
gboolean portal_store_is_empty    (CairnConnection *db, gboolean *empty, GError **error);
GBytes  *portal_store_load_secret (CairnConnection *db, const char *name, GError **error);
char    *portal_store_load_made   (CairnConnection *db, const char *name, char *(*make) (GError **error), GError **error);

gboolean portal_store_get_current (CairnConnection *db, const char *type, const char *id, PortalRow *row,
                                   gboolean *found, GError **error);
gboolean portal_store_next_current (CairnConnection *db, gint64 after, PortalRowFunc func, gpointer data, GError **error);
gboolean portal_store_put         (CairnConnection *db, PortalStamp *stamp, const char *type, const char *id,
                                   gint64 version, const char *method, const char *text, gsize length,
                                   gint64 content, GError **error);
gboolean portal_store_find_seen   (CairnConnection *db, const char *const *audiences, const char *type,
                                   const char *id, gint64 version, PortalRowFunc func, gpointer data, GError **error);
gboolean portal_store_search      (CairnConnection *db, const char *const *audiences, const char *type,
                                   const PortalRange *range, gint64 after, guint limit, PortalRowFunc func,
                                   gpointer data, GError **error);
gboolean portal_store_list_seqs   (CairnConnection *db, const char *const *audiences, const char *type,
                                   const PortalRange *range, gint64 after, PortalSeqFunc func, gpointer data,
                                   GError **error);
gboolean portal_store_get_made    (CairnConnection *db, const char *type, const char *id, gint64 *made, GError **error);
gboolean portal_store_list_news   (CairnConnection *db, gint64 after, guint limit, PortalNewsFunc func, gpointer data,
                                   GError **error);
gboolean portal_store_get_seq     (CairnConnection *db, const char *const *audiences, gint64 seq, PortalRowFunc func,
                                   gpointer data, GError **error);
gboolean portal_store_list_referring (CairnConnection *db, const char *const *audiences, const char *type,
                                   const char *name, const char *target_type, const char *target_id,
                                   PortalRowFunc func, gpointer data, GError **error);
gboolean portal_store_list_pointed (CairnConnection *db, const char *const *audiences, gint64 seq, const char *name,
                                   const char *target_type, GArray *found, GError **error);
gboolean portal_store_list_all    (CairnConnection *db, const char *const *audiences, gint64 since, gint64 after,
                                   PortalRowFunc func, gpointer data, GError **error);
gboolean portal_store_count       (CairnConnection *db, const char *const *audiences, const char *type,
                                   const PortalRange *range, gint64 *count, GError **error);
gboolean portal_store_history     (CairnConnection *db, const char *const *audiences, const char *type,
                                   const char *id, gint64 since, gint64 before, guint limit, PortalRowFunc func,
                                   gpointer data, GError **error);

G_END_DECLS
