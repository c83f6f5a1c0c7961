/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a list of records is narrowed down to. Main thread. */
#include "cairn-records-private.h"

/**
 * cairn_records_set_kinds:
 * @self: a list
 * @kinds: (nullable) (array zero-terminated=1): ids of kinds, or %NULL for the whole timeline
 */
void
cairn_records_set_kinds (CairnRecords *self, const char *const *kinds)
{
  gboolean same;

  g_return_if_fail (CAIRN_IS_RECORDS (self));

  if (kinds != NULL && kinds[0] == NULL)
    kinds = NULL;
  same = kinds == NULL || self->query.kinds == NULL ? (gpointer) kinds == (gpointer) self->query.kinds
                                                    : g_strv_equal (kinds, (const char *const *) self->query.kinds);
  if (same)
    return;
  g_strfreev (self->query.kinds);
  self->query.kinds = g_strdupv ((char **) kinds);
  cairn_records_restart (self);
  cairn_records_notify (self, CAIRN_RECORDS_PROP_KINDS);
}

/**
 * cairn_records_set_filter:
 * @self: a list
 * @filter: what to narrow it down to
 */
void
cairn_records_set_filter (CairnRecords *self, CairnRecordsFilter filter)
{
  static const CairnFlags flags[CAIRN_RECORDS_N_FILTERS] = {
    [CAIRN_RECORDS_PRELIMINARY] = CAIRN_FLAG_PRELIMINARY,
    [CAIRN_RECORDS_CORRECTED] = CAIRN_FLAG_CORRECTED,
    [CAIRN_RECORDS_CANCELLED] = CAIRN_FLAG_CANCELLED,
    [CAIRN_RECORDS_IN_ERROR] = CAIRN_FLAG_ENTERED_IN_ERROR,
  };

  g_return_if_fail (CAIRN_IS_RECORDS (self));
  g_return_if_fail (filter < CAIRN_RECORDS_N_FILTERS);

  if (self->filter == filter)
    return;
  self->filter = filter;
  self->query.news = filter == CAIRN_RECORDS_NEW;
  self->query.unusual = filter == CAIRN_RECORDS_UNUSUAL;
  self->query.flags = flags[filter];
  cairn_records_restart (self);
  cairn_records_notify (self, CAIRN_RECORDS_PROP_FILTER);
}

static gboolean
find_unfolded (CairnRecords *self, CairnRecord *record, guint *index)
{
  for (guint i = 0; i < self->query.unfolded->len; i++)
    if (g_array_index (self->query.unfolded, gint64, i) == *cairn_record_peek_rowid (record))
      {
        *index = i;
        return TRUE;
      }
  return FALSE;
}

/**
 * cairn_records_get_folds:
 * @self: a list
 *
 * Returns: whether results stand under their reports: in the whole timeline, not in what is left of it by search or filters
 */
gboolean
cairn_records_get_folds (CairnRecords *self)
{
  g_return_val_if_fail (CAIRN_IS_RECORDS (self), FALSE);
  return self->query.fold;
}

/**
 * cairn_records_get_unfolded:
 * @self: a list
 * @record: a report in it
 *
 * Returns: whether the results that are part of it stand under it
 */
gboolean
cairn_records_get_unfolded (CairnRecords *self, CairnRecord *record)
{
  guint index;

  g_return_val_if_fail (CAIRN_IS_RECORDS (self), FALSE);
  g_return_val_if_fail (CAIRN_IS_RECORD (record), FALSE);

  return self->query.fold && find_unfolded (self, record, &index);
}

/**
 * cairn_records_set_unfolded:
 * @self: a list
 * @record: a report in it
 * @unfolded: whether the results that are part of it shall stand under it
 */
void
cairn_records_set_unfolded (CairnRecords *self, CairnRecord *record, gboolean unfolded)
{
  gboolean was;
  guint index;

  g_return_if_fail (CAIRN_IS_RECORDS (self));
  g_return_if_fail (CAIRN_IS_RECORD (record));

  was = find_unfolded (self, record, &index);
  if (was == unfolded)
    return;
  if (unfolded)
    g_array_append_val (self->query.unfolded, *cairn_record_peek_rowid (record));
  else
    g_array_remove_index (self->query.unfolded, index);
  cairn_records_read_again (self);
}

/**
 * cairn_records_set_n_soon:
 * @self: a list
 * @n_soon: how many rows of what is yet to come stand in the whole timeline, the nearest; %G_MAXUINT for all
 */
void
cairn_records_set_n_soon (CairnRecords *self, guint n_soon)
{
  g_return_if_fail (CAIRN_IS_RECORDS (self));

  if (self->n_soon == n_soon)
    return;
  self->n_soon = n_soon;
  cairn_records_read_again (self);
}

/**
 * cairn_records_get_n_later:
 * @self: a list
 *
 * Returns: how many rows of what is yet to come are folded away; not 1, as it would save nothing
 */
guint
cairn_records_get_n_later (CairnRecords *self)
{
  g_return_val_if_fail (CAIRN_IS_RECORDS (self), 0);
  return self->n_later;
}

static void
set_string (CairnRecords *self, char **where, const char *value, guint property)
{
  if (value != NULL && *value == '\0')
    value = NULL;
  if (g_strcmp0 (*where, value) == 0)
    return;
  g_free (*where);
  *where = g_strdup (value);
  cairn_records_restart (self);
  cairn_records_notify (self, property);
}

/**
 * cairn_records_set_search:
 * @self: a list
 * @search: (nullable): words that all must occur, the last one as a beginning
 */
void
cairn_records_set_search (CairnRecords *self, const char *search)
{
  g_return_if_fail (CAIRN_IS_RECORDS (self));
  set_string (self, &self->query.search, search, CAIRN_RECORDS_PROP_SEARCH);
}

/**
 * cairn_records_set_since:
 * @self: a list
 * @since: (nullable): a FHIR date; nothing that starts before it
 */
void
cairn_records_set_since (CairnRecords *self, const char *since)
{
  g_return_if_fail (CAIRN_IS_RECORDS (self));
  set_string (self, &self->query.since, since, CAIRN_RECORDS_PROP_SINCE);
}

/**
 * cairn_records_set_until:
 * @self: a list
 * @until: (nullable): a FHIR date; nothing that starts after its end
 */
void
cairn_records_set_until (CairnRecords *self, const char *until)
{
  g_return_if_fail (CAIRN_IS_RECORDS (self));
  set_string (self, &self->query.until, until, CAIRN_RECORDS_PROP_UNTIL);
}
