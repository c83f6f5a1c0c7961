/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cairnctl counts, list, show, quarantine: all from the cache. */
#include "ctl.h"

#include "common/cairn-error.h"
#include "fhir/cairn-date.h"
#include "fhir/cairn-facts.h"
#include "fhir/cairn-types.h"

#include <stdio.h>
#include <string.h>

static gpointer
run (CairnSession *session, CairnDatabaseFunc func, gpointer data, GError **error)
{
  CairnDatabase *database = cairn_session_get_database (session, TRUE, error);

  return database != NULL ? cairn_database_run (database, func, data, error) : NULL;
}

typedef struct
{
  GPtrArray *types;
  gint64     n_quarantined;
} Counts;

static gpointer
count (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  Counts *counts = data;

  counts->types = cairn_cache_counts (connection, error);
  return counts->types != NULL && cairn_cache_n_quarantined (connection, &counts->n_quarantined, error) ? counts : NULL;
}

int
ctl_counts (Ctl *ctl)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autoptr(GError) error = NULL;
  Counts counts = { NULL };
  CairnSession *session;
  int code;

  session = ctl_open (ctl, TRUE, &code);
  if (session == NULL)
    return code;
  if (run (session, count, &counts, &error) == NULL)
    {
      g_clear_pointer (&counts.types, g_ptr_array_unref);
      return ctl_fail (ctl, error);
    }
  json_builder_begin_object (builder);
  for (guint i = 0; i < counts.types->len; i++)
    {
      const CairnTypeCount *type = counts.types->pdata[i];

      json_builder_set_member_name (builder, type->type);
      json_builder_add_int_value (builder, type->n);
      if (!ctl->json)
        ctl_print ("%-24s %8" G_GINT64_FORMAT "\n", type->type, type->n);
    }
  json_builder_set_member_name (builder, "quarantined");
  json_builder_add_int_value (builder, counts.n_quarantined);
  json_builder_end_object (builder);
  if (ctl->json)
    ctl_print_json (builder);
  else
    ctl_print ("%-24s %8" G_GINT64_FORMAT "\n", "quarantined", counts.n_quarantined);
  g_ptr_array_unref (counts.types);
  return CTL_DONE;
}

static void
add_row (JsonBuilder *builder, const CairnCacheRow *row, const char *portal)
{
  g_autofree char *sort = row->has_start ? cairn_date_dup_sort (row->start) : NULL;
  g_auto(GStrv) flags = cairn_flags_to_strv (row->flags);

  json_builder_begin_object (builder);
  ctl_add_string (builder, "type", row->type);
  ctl_add_string (builder, "id", row->id);
  ctl_add_string (builder, "version", row->version);
  ctl_add_string (builder, "updated", row->updated);
  ctl_add_string (builder, "date", row->date);
  ctl_add_string (builder, "sort", sort);
  ctl_add_string (builder, "kind", row->kind);
  ctl_add_string (builder, "title", row->title);
  ctl_add_string (builder, "value", row->value);
  ctl_add_string (builder, "unit", row->unit);
  ctl_add_string (builder, "interpretation", row->interpretation);
  ctl_add_string (builder, "status", row->status);
  json_builder_set_member_name (builder, "flags");
  json_builder_begin_array (builder);
  for (guint i = 0; flags != NULL && flags[i] != NULL; i++)
    json_builder_add_string_value (builder, flags[i]);
  json_builder_end_array (builder);
  ctl_add_string (builder, "portal", portal);
  json_builder_end_object (builder);
}

static void
print_row (const CairnCacheRow *row)
{
  g_auto(GStrv) flags = cairn_flags_to_strv (row->flags);
  g_autofree char *marks = flags != NULL && flags[0] != NULL ? g_strjoinv (", ", flags) : NULL;

  ctl_print ("%-25s %s/%s  %s%s%s%s%s%s%s%s\n", row->date != NULL ? row->date : "-", row->type, row->id, row->title,
             row->value != NULL ? ": " : "", row->value != NULL ? row->value : "",
             row->unit != NULL ? " " : "", row->unit != NULL ? row->unit : "",
             marks != NULL ? " (" : "", marks != NULL ? marks : "", marks != NULL ? ")" : "");
}

static gpointer
list (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  return cairn_cache_list (connection, data, error);
}

int
ctl_list (Ctl *ctl)
{
  g_autoptr(GPtrArray) rows = NULL;
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autoptr(GError) error = NULL;
  const char *portal;
  CairnCacheQuery query;
  CairnSession *session;
  int code;

  if (g_str_equal (ctl->arguments[0], "quarantine"))
    return ctl_quarantine (ctl);
  if (ctl->limit < 0 || ctl->offset < 0)
    return ctl_usage (ctl, "--limit and --offset can't be negative");
  query = (CairnCacheQuery) {
    .type = g_str_equal (ctl->arguments[0], "all") ? NULL : ctl->arguments[0],
    .search = ctl->search, .since = ctl->since, .until = ctl->until,
    .limit = (guint) ctl->limit, .offset = (guint) ctl->offset,
  };
  if (query.type != NULL && !cairn_type_is_known (query.type))
    return ctl_usage (ctl, "“%s” is no resource type (“all”, “quarantine”, or a type such as Observation)", query.type);
  session = ctl_open (ctl, TRUE, &code);
  if (session == NULL)
    return code;
  rows = run (session, list, &query, &error);
  if (rows == NULL)
    return ctl_fail (ctl, error);
  portal = cairn_account_get_portal (cairn_session_get_account (session));
  json_builder_begin_array (builder);
  for (guint i = 0; i < rows->len; i++)
    {
      if (ctl->json)
        add_row (builder, rows->pdata[i], portal);
      else
        print_row (rows->pdata[i]);
    }
  json_builder_end_array (builder);
  if (ctl->json)
    ctl_print_json (builder);
  else if (rows->len == 0)
    puts ("None");
  return CTL_DONE;
}

static void
print_fact (const CairnFact *fact, const char **heading)
{
  g_auto(GStrv) lines = g_strsplit (fact->text, "\n", -1);
  g_autofree char *text = g_strjoinv ("\n    ", lines);

  if (g_strcmp0 (*heading, fact->heading) != 0)
    ctl_print ("\n%s\n", fact->heading != NULL ? fact->heading : "");
  *heading = fact->heading;
  ctl_print ("  %s: %s%s\n", fact->label, lines[0] != NULL && lines[1] != NULL ? "\n    " : "", text);
}

static void
print_facts (const CairnFacts *facts)
{
  const CairnSummary *summary = facts->summary;
  const char *heading = NULL;
  g_autofree char *value = cairn_value_dup_full (&facts->value);

  if (facts->warning != NULL)
    ctl_print ("! %s\n\n", facts->warning);
  ctl_print ("%s\n", summary->title);
  if (summary->term != NULL)
    ctl_print ("%s\n", summary->term);
  if (value != NULL || summary->value != NULL)
    ctl_print ("%s%s%s\n", value != NULL ? value : summary->value, facts->level != CAIRN_LEVEL_UNKNOWN ? ", " : "",
               facts->level != CAIRN_LEVEL_UNKNOWN ? cairn_level_get_words (facts->level) : "");
  for (guint i = 0; i < facts->facts->len; i++)
    print_fact (facts->facts->pdata[i], &heading);
  if (facts->narrative != NULL)
    ctl_print ("\n%s\n", facts->narrative);
}

static int
show_text (Ctl *ctl, CairnSession *session)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GBytes) text = NULL;
  g_autoptr(GError) error = NULL;

  cairn_session_load_text_async (session, ctl->arguments[0], NULL, ctl_done_cb, &result);
  text = cairn_session_load_text_finish (session, ctl_wait (&result), &error);
  if (text == NULL)
    return ctl_fail (ctl, error);
  fwrite (g_bytes_get_data (text, NULL), 1, g_bytes_get_size (text), stdout);
  putchar ('\n');
  return CTL_DONE;
}

int
ctl_show (Ctl *ctl)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(CairnFacts) facts = NULL;
  g_autoptr(GError) error = NULL;
  CairnSession *session;
  int code;

  session = ctl_open (ctl, TRUE, &code);
  if (session == NULL)
    return code;
  if (ctl->json)
    return show_text (ctl, session);
  cairn_session_load_async (session, ctl->arguments[0], NULL, ctl_done_cb, &result);
  facts = cairn_session_load_finish (session, ctl_wait (&result), &error);
  if (facts == NULL)
    return ctl_fail (ctl, error);
  print_facts (facts);
  return CTL_DONE;
}

static gpointer
list_quarantine (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  return cairn_cache_quarantine (connection, error);
}

int
ctl_quarantine (Ctl *ctl)
{
  g_autoptr(GPtrArray) rows = NULL;
  g_autoptr(JsonBuilder) builder = json_builder_new ();
  g_autoptr(GError) error = NULL;
  CairnSession *session;
  int code;

  session = ctl_open (ctl, TRUE, &code);
  if (session == NULL)
    return code;
  rows = run (session, list_quarantine, NULL, &error);
  if (rows == NULL)
    return ctl_fail (ctl, error);
  json_builder_begin_array (builder);
  for (guint i = 0; i < rows->len; i++)
    {
      const CairnQuarantineRow *row = rows->pdata[i];
      g_autofree char *text = g_utf8_make_valid (g_bytes_get_data (row->text, NULL), (gssize) g_bytes_get_size (row->text));

      json_builder_begin_object (builder);
      ctl_add_string (builder, "type", row->type);
      ctl_add_string (builder, "id", row->id);
      ctl_add_string (builder, "reason", row->reason);
      ctl_add_string (builder, "text", text);
      json_builder_end_object (builder);
      if (!ctl->json)
        ctl_print ("%s/%s  %s, %" G_GSIZE_FORMAT " bytes\n", row->type != NULL ? row->type : "?",
                   row->id != NULL ? row->id : "?", row->reason, g_bytes_get_size (row->text));
    }
  json_builder_end_array (builder);
  if (ctl->json)
    ctl_print_json (builder);
  else if (rows->len == 0)
    puts ("None");
  return CTL_DONE;
}
