/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a version fits a search parameter, and what it is sorted by: small look-ups in its index
 * rows, from a fixed set of statements, so that no request makes new ones. On the thread of the
 * connection. */
#include "portal-filter.h"

#include <string.h>

#define ROW " WHERE seq = :seq AND name = :name"

PortalFilter *
portal_filter_new (const PortalSearchParam *param)
{
  PortalFilter *self = g_new0 (PortalFilter, 1);

  self->param = param;
  self->values = g_ptr_array_new_with_free_func ((GDestroyNotify) portal_filter_value_free);
  return self;
}

void
portal_filter_value_free (PortalFilterValue *value)
{
  g_free (value->system);
  g_free (value->text);
  g_free (value->type);
  g_free (value);
}

void
portal_filter_free (PortalFilter *self)
{
  g_ptr_array_unref (self->values);
  g_clear_pointer (&self->chain, portal_filter_free);
  g_free (self);
}

/* The statement with the version and the parameter's name bound. */
static CairnStatement *
prepare (const PortalSearchParam *param, CairnConnection *db, gint64 seq, const char *sql, GError **error)
{
  CairnStatement *statement = cairn_connection_prepare (db, sql, error);

  if (statement == NULL)
    return NULL;
  cairn_statement_bind_int64 (statement, ":seq", seq);
  cairn_statement_bind_text (statement, ":name", param->name, -1);
  return statement;
}

static gboolean
has_row (CairnStatement *statement, gboolean *found, GError **error)
{
  if (!cairn_statement_step (statement, found, error))
    return FALSE;
  cairn_statement_reset (statement);
  return TRUE;
}

static CairnStatement *
prepare_token (const PortalSearchParam *param, const PortalFilterValue *value, CairnConnection *db, gint64 seq, GError **error)
{
  const char *sql;
  CairnStatement *statement;

  if (value->text == NULL)
    sql = "SELECT 1 FROM idx_token" ROW " AND system = :system LIMIT 1";
  else if (value->system == NULL)
    sql = "SELECT 1 FROM idx_token" ROW " AND code = :code LIMIT 1";
  else
    sql = "SELECT 1 FROM idx_token" ROW " AND code = :code AND system = :system LIMIT 1";
  statement = prepare (param, db, seq, sql, error);
  if (statement == NULL)
    return NULL;
  if (value->text != NULL)
    cairn_statement_bind_text (statement, ":code", value->text, -1);
  if (value->text == NULL || value->system != NULL)
    cairn_statement_bind_text (statement, ":system", value->system, -1);
  return statement;
}

static CairnStatement *
prepare_string (const PortalFilter *self, const PortalFilterValue *value, CairnConnection *db, gint64 seq, GError **error)
{
  CairnStatement *statement;

  statement = prepare (self->param, db, seq,
                       self->modifier == PORTAL_MODIFIER_EXACT
                         ? "SELECT 1 FROM idx_string" ROW " AND value = :text LIMIT 1"
                         : "SELECT 1 FROM idx_string" ROW " AND folded LIKE :text ESCAPE '\\' LIMIT 1",
                       error);
  if (statement != NULL)
    cairn_statement_bind_text (statement, ":text", value->text, -1);
  return statement;
}

static CairnStatement *
prepare_reference (const PortalSearchParam *param, const PortalFilterValue *value, CairnConnection *db, gint64 seq, GError **error)
{
  CairnStatement *statement;

  statement = prepare (param, db, seq,
                       value->type != NULL
                         ? "SELECT 1 FROM idx_reference" ROW
                           " AND target_id = :id AND target_type = :type LIMIT 1"
                         : "SELECT 1 FROM idx_reference" ROW
                           " AND target_id = :id AND target_type <> '' LIMIT 1",
                       error);
  if (statement == NULL)
    return NULL;
  cairn_statement_bind_text (statement, ":id", value->text, -1);
  if (value->type != NULL)
    cairn_statement_bind_text (statement, ":type", value->type, -1);
  return statement;
}

/* FHIR R4 §3.1.1.4.7 with a resource's [low, high) and a request's [start, end); ge and le take what
 * overlaps */
static CairnStatement *
prepare_date (const PortalSearchParam *param, const PortalFilterValue *value, CairnConnection *db, gint64 seq, GError **error)
{
#define DATE(condition) "SELECT 1 FROM idx_date" ROW " AND " condition " LIMIT 1"
  static const char *const statements[] = {
    [PORTAL_PREFIX_EQ] = DATE ("low >= :start AND high <= :end"),
    [PORTAL_PREFIX_NE] = DATE ("(low < :start OR high > :end)"),
    [PORTAL_PREFIX_GT] = DATE ("high > :end"),
    [PORTAL_PREFIX_LT] = DATE ("low < :start"),
    [PORTAL_PREFIX_GE] = DATE ("high > :start"),
    [PORTAL_PREFIX_LE] = DATE ("low < :end"),
    [PORTAL_PREFIX_SA] = DATE ("low >= :end"),
    [PORTAL_PREFIX_EB] = DATE ("high <= :start"),
  };
#undef DATE
  PortalPrefix prefix = value->prefix;
  CairnStatement *statement = prepare (param, db, seq, statements[prefix], error);

  if (statement == NULL)
    return NULL;
  if (prefix != PORTAL_PREFIX_GT && prefix != PORTAL_PREFIX_SA && prefix != PORTAL_PREFIX_LE)
    cairn_statement_bind_int64 (statement, ":start", value->start);
  if (prefix != PORTAL_PREFIX_LT && prefix != PORTAL_PREFIX_EB && prefix != PORTAL_PREFIX_GE)
    cairn_statement_bind_int64 (statement, ":end", value->end);
  return statement;
}

/* A number stands for all that round to it; units are compared as they are written. */
static CairnStatement *
prepare_quantity (const PortalSearchParam *param, const PortalFilterValue *value, CairnConnection *db, gint64 seq, GError **error)
{
#define QUANTITY(condition) "SELECT 1 FROM idx_number" ROW " AND " condition \
  " AND (:system IS NULL OR system = :system)" \
  " AND (:unit IS NULL OR code = :unit OR (:system IS NULL AND unit = :unit)) LIMIT 1"
  static const char *const statements[] = {
    [PORTAL_PREFIX_EQ] = QUANTITY ("low >= :low AND high < :high"),
    [PORTAL_PREFIX_NE] = QUANTITY ("(low < :low OR high >= :high)"),
    [PORTAL_PREFIX_GT] = QUANTITY ("high > :middle"),
    [PORTAL_PREFIX_LT] = QUANTITY ("low < :middle"),
    [PORTAL_PREFIX_GE] = QUANTITY ("high >= :middle"),
    [PORTAL_PREFIX_LE] = QUANTITY ("low <= :middle"),
    [PORTAL_PREFIX_SA] = QUANTITY ("low > :middle"),
    [PORTAL_PREFIX_EB] = QUANTITY ("high < :middle"),
  };
#undef QUANTITY
  CairnStatement *statement = prepare (param, db, seq, statements[value->prefix], error);

  if (statement == NULL)
    return NULL;
  if (value->prefix == PORTAL_PREFIX_EQ || value->prefix == PORTAL_PREFIX_NE)
    {
      cairn_statement_bind_double (statement, ":low", value->low);
      cairn_statement_bind_double (statement, ":high", value->high);
    }
  else
    cairn_statement_bind_double (statement, ":middle", (value->low + value->high) / 2);
  cairn_statement_bind_text (statement, ":system", value->system, -1);
  cairn_statement_bind_text (statement, ":unit", value->text, -1);
  return statement;
}

static gboolean
fits_value (const PortalFilter *self, const PortalFilterValue *value, CairnConnection *db, gint64 seq, gboolean *fits, GError **error)
{
  CairnStatement *statement = NULL;

  switch (self->param->kind)
    {
    case PORTAL_KIND_STRING:
      statement = prepare_string (self, value, db, seq, error);
      break;
    case PORTAL_KIND_DATE:
      statement = prepare_date (self->param, value, db, seq, error);
      break;
    case PORTAL_KIND_REFERENCE:
      statement = prepare_reference (self->param, value, db, seq, error);
      break;
    case PORTAL_KIND_QUANTITY:
      statement = prepare_quantity (self->param, value, db, seq, error);
      break;
    case PORTAL_KIND_TOKEN:
    case PORTAL_KIND_CODE:
    default:
      statement = prepare_token (self->param, value, db, seq, error);
      break;
    }
  return statement != NULL && has_row (statement, fits, error);
}

static gboolean
fits_missing (const PortalFilter *self, CairnConnection *db, gint64 seq, gboolean *fits, GError **error)
{
  static const char *const statements[] = {
    [PORTAL_KIND_TOKEN] = "SELECT 1 FROM idx_token" ROW " LIMIT 1",
    [PORTAL_KIND_CODE] = "SELECT 1 FROM idx_token" ROW " LIMIT 1",
    [PORTAL_KIND_STRING] = "SELECT 1 FROM idx_string" ROW " LIMIT 1",
    [PORTAL_KIND_DATE] = "SELECT 1 FROM idx_date" ROW " LIMIT 1",
    [PORTAL_KIND_REFERENCE] = "SELECT 1 FROM idx_reference" ROW " LIMIT 1",
    [PORTAL_KIND_QUANTITY] = "SELECT 1 FROM idx_number" ROW " LIMIT 1",
  };
  CairnStatement *statement = prepare (self->param, db, seq, statements[self->param->kind], error);
  gboolean found;

  if (statement == NULL || !has_row (statement, &found, error))
    return FALSE;
  *fits = found != self->missing;
  return TRUE;
}

static gboolean
fits_chain (const PortalFilter *self, CairnConnection *db, const PortalView *view, gint64 seq, gboolean *fits, GError **error)
{
  g_autoptr(GArray) pointed = g_array_new (FALSE, FALSE, sizeof (gint64));
  PortalAudiences audiences;

  *fits = FALSE;
  portal_view_get_audiences (view, self->chain->param->type, audiences);
  if (!portal_store_list_pointed (db, audiences, seq, self->param->name, self->chain->param->type,
                                  pointed, error))
    return FALSE;
  for (guint i = 0; i < pointed->len && !*fits; i++)
    if (!portal_filter_fits (self->chain, db, view, g_array_index (pointed, gint64, i), fits, error))
      return FALSE;
  return TRUE;
}

gboolean
portal_filter_fits (const PortalFilter  *self,
                    CairnConnection     *db,
                    const PortalView    *view,
                    gint64               seq,
                    gboolean            *fits,
                    GError             **error)
{
  if (self->chain != NULL)
    return fits_chain (self, db, view, seq, fits, error);
  if (self->modifier == PORTAL_MODIFIER_MISSING)
    return fits_missing (self, db, seq, fits, error);
  *fits = FALSE;
  for (guint i = 0; i < self->values->len && !*fits; i++)
    if (!fits_value (self, g_ptr_array_index (self->values, i), db, seq, fits, error))
      return FALSE;
  if (self->modifier == PORTAL_MODIFIER_NOT)
    *fits = !*fits;
  return TRUE;
}

gboolean
portal_filters_fit (GPtrArray         *filters,
                    CairnConnection   *db,
                    const PortalView  *view,
                    gint64             seq,
                    gboolean          *fits,
                    GError           **error)
{
  *fits = TRUE;
  for (guint i = 0; i < filters->len && *fits; i++)
    if (!portal_filter_fits (g_ptr_array_index (filters, i), db, view, seq, fits, error))
      return FALSE;
  return TRUE;
}

/* A text that sorts like the number. */
char *
portal_filter_encode (gint64 number)
{
  return g_strdup_printf ("%016" G_GINT64_MODIFIER "x", (guint64) number ^ ((guint64) 1 << 63));
}

/* The same of a double: its bits sort like it, once those of negative ones are turned around. */
static char *
encode_double (double number)
{
  guint64 bits;

  memcpy (&bits, &number, sizeof bits);
  bits = bits >> 63 ? ~bits : bits | (guint64) 1 << 63;
  return g_strdup_printf ("%016" G_GINT64_MODIFIER "x", bits);
}

/* What a version is sorted by, its first or last value; "" when it has none. NULL is an error. */
char *
portal_filter_dup_key (const PortalSearchParam  *param,
                       gboolean                  last,
                       CairnConnection          *db,
                       gint64                    seq,
                       GError                  **error)
{
#define FIRST(table, column) "SELECT min(" column ") FROM " table ROW
#define LAST(table, column) "SELECT max(" column ") FROM " table ROW
  static const char *const statements[][2] = {
    [PORTAL_KIND_TOKEN] = { FIRST ("idx_token", "code"), LAST ("idx_token", "code") },
    [PORTAL_KIND_CODE] = { FIRST ("idx_token", "code"), LAST ("idx_token", "code") },
    [PORTAL_KIND_STRING] = { FIRST ("idx_string", "folded"), LAST ("idx_string", "folded") },
    [PORTAL_KIND_DATE] = { FIRST ("idx_date", "low"), LAST ("idx_date", "low") },
    [PORTAL_KIND_REFERENCE] = { FIRST ("idx_reference", "target_id"), LAST ("idx_reference", "target_id") },
    [PORTAL_KIND_QUANTITY] = { FIRST ("idx_number", "low"), LAST ("idx_number", "low") },
  };
#undef FIRST
#undef LAST
  CairnStatement *statement = prepare (param, db, seq, statements[param->kind][last], error);
  char *key = NULL;
  gboolean row;

  if (statement == NULL || !cairn_statement_step (statement, &row, error))
    return NULL;
  if (!row || cairn_statement_is_null (statement, 0))
    key = g_strdup ("");
  else if (param->kind == PORTAL_KIND_DATE)
    key = portal_filter_encode (cairn_statement_int64 (statement, 0));
  else if (param->kind == PORTAL_KIND_QUANTITY)
    key = encode_double (cairn_statement_double (statement, 0));
  else
    key = g_strdup (cairn_statement_text (statement, 0, NULL));
  cairn_statement_reset (statement);
  return key;
}
