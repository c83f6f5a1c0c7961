/* SPDX-License-Identifier: GPL-3.0-or-later */
/* OAuth scopes with SMART's grammar (SMART App Launch 2.2, "Scopes"). Immutable after parsing; any thread. */
#include "cairn-scopes.h"

#include <string.h>

#define CATEGORY "category="
#define LOOKING (CAIRN_SCOPE_READ | CAIRN_SCOPE_SEARCH)
#define ALL_OPS (CAIRN_SCOPE_CREATE | CAIRN_SCOPE_READ | CAIRN_SCOPE_UPDATE | CAIRN_SCOPE_DELETE | CAIRN_SCOPE_SEARCH)

typedef struct
{
  char         *text;      /* as written */
  char         *context;   /* patient, user, system; NULL for a plain scope */
  char         *type;      /* "*" for all */
  char         *category;  /* SYSTEM|CODE or CODE; NULL without a query */
  CairnScopeOps ops;
} Scope;

struct _CairnScopes
{
  gatomicrefcount ref_count;
  GPtrArray      *scopes;   /* Scope, each text once, in order */
};

static void
scope_free (gpointer data)
{
  Scope *scope = data;

  g_free (scope->text);
  g_free (scope->context);
  g_free (scope->type);
  g_free (scope->category);
  g_free (scope);
}

/* v2's letters in their order "cruds", or v1's words. 0 when it is neither. */
static CairnScopeOps
parse_ops (const char *text)
{
  static const char letters[] = "cruds";
  CairnScopeOps ops = 0;
  gsize at = 0;

  if (g_str_equal (text, "read"))
    return CAIRN_SCOPE_READ | CAIRN_SCOPE_SEARCH;
  if (g_str_equal (text, "write"))
    return CAIRN_SCOPE_CREATE | CAIRN_SCOPE_UPDATE | CAIRN_SCOPE_DELETE;
  if (g_str_equal (text, "*"))
    return ALL_OPS;
  for (; *text != '\0'; text++, at++)
    {
      while (letters[at] != '\0' && letters[at] != *text)
        at++;
      if (letters[at] == '\0')
        return 0;
      ops |= 1u << at;
    }
  return ops;
}

static gboolean
is_type (const char *text)
{
  if (g_str_equal (text, "*"))
    return TRUE;
  if (!g_ascii_isupper (*text))
    return FALSE;
  while (g_ascii_isalpha (*text))
    text++;
  return *text == '\0';
}

static gboolean
is_scope_token (const char *text)
{
  for (; *text != '\0'; text++)
    if (*text <= 0x20 || *text == '"' || *text == '\\' || *text == 0x7f || (*text & 0x80) != 0)
      return FALSE;
  return TRUE;
}

/* "rs?category=SYSTEM|CODE": of a query that isn't known, nothing is allowed. */
static void
parse_query (Scope *scope, const char *ops, const char *query)
{
  g_autofree char *letters = g_strndup (ops, query - 1 - ops);
  CairnScopeOps all = parse_ops (letters);

  scope->category = g_strdup (g_str_has_prefix (query, CATEGORY) ? query + strlen (CATEGORY) : "");
  if (*scope->category != '\0' && strpbrk (scope->category, "&,?=") == NULL && !g_str_equal (scope->type, "*") &&
      (all & ~LOOKING) == 0)
    scope->ops = all;
}

static Scope *
parse_scope (const char *text)
{
  Scope *scope = g_new0 (Scope, 1);
  const char *slash = strchr (text, '/'), *dot = slash != NULL ? strchr (slash, '.') : NULL;

  scope->text = g_strdup (text);
  if (!g_str_has_prefix (text, "patient/") && !g_str_has_prefix (text, "user/") && !g_str_has_prefix (text, "system/"))
    return scope;
  if (dot != NULL)
    {
      scope->context = g_strndup (text, slash - text);
      scope->type = g_strndup (slash + 1, dot - slash - 1);
      if (strchr (dot, '?') != NULL && is_type (scope->type))
        {
          parse_query (scope, dot + 1, strchr (dot, '?') + 1);
          return scope;
        }
      scope->ops = parse_ops (dot + 1);
    }
  if (scope->ops == 0 || !is_type (scope->type))
    g_clear_pointer (&scope, scope_free);
  return scope;
}

static CairnScopes *
scopes_new (void)
{
  CairnScopes *self = g_new0 (CairnScopes, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->scopes = g_ptr_array_new_with_free_func (scope_free);
  return self;
}

static void
add_text (CairnScopes *self, const char *text)
{
  Scope *scope;

  if (*text == '\0' || !is_scope_token (text) || cairn_scopes_has (self, text))
    return;
  scope = parse_scope (text);
  if (scope != NULL)
    g_ptr_array_add (self->scopes, scope);
}

/**
 * cairn_scopes_parse:
 * @text: (nullable): scopes joined by spaces (RFC 6749 §3.3)
 *
 * Returns: (transfer full): the set
 */
CairnScopes *
cairn_scopes_parse (const char *text)
{
  CairnScopes *self = scopes_new ();
  g_auto(GStrv) words = g_strsplit (text != NULL ? text : "", " ", 256);

  for (guint i = 0; words[i] != NULL; i++)
    add_text (self, words[i]);
  return self;
}

/**
 * cairn_scopes_ref:
 * @self: a set
 *
 * Returns: (transfer full): the same
 */
CairnScopes *
cairn_scopes_ref (CairnScopes *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * cairn_scopes_unref:
 * @self: (transfer full): a set
 */
void
cairn_scopes_unref (CairnScopes *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_ptr_array_unref (self->scopes);
  g_free (self);
}

static CairnScopeOps
ops_for (CairnScopes *self, const char *context, const char *type)
{
  CairnScopeOps ops = 0;

  for (guint i = 0; i < self->scopes->len; i++)
    {
      const Scope *scope = g_ptr_array_index (self->scopes, i);

      if (g_strcmp0 (scope->context, context) == 0 && scope->category == NULL &&
          (g_str_equal (scope->type, "*") || g_strcmp0 (scope->type, type) == 0))
        ops |= scope->ops;
    }
  return ops;
}

static void
add_ops (CairnScopes *self, const Scope *scope, CairnScopeOps ops)
{
  g_autofree char *text = NULL;
  char letters[6] = "";
  guint n = 0;

  for (guint bit = 0; bit < 5; bit++)
    if ((ops & (1u << bit)) != 0)
      letters[n++] = "cruds"[bit];
  letters[n] = '\0';
  text = g_strdup_printf ("%s/%s.%s", scope->context, scope->type, letters);
  add_text (self, text);
}

/* What "all types" gets where only some are allowed. */
static void
add_allowed_types (CairnScopes *self, const Scope *wanted, CairnScopeOps had, CairnScopes *allowed)
{
  for (guint i = 0; i < allowed->scopes->len; i++)
    {
      const Scope *scope = g_ptr_array_index (allowed->scopes, i);
      CairnScopeOps ops = wanted->ops & scope->ops & ~had;

      if (g_strcmp0 (scope->context, wanted->context) == 0 && !g_str_equal (scope->type, "*") && scope->category == NULL &&
          ops != 0)
        add_ops (self, scope, ops);
    }
}

/**
 * cairn_scopes_intersect:
 * @requested: what a client asks for
 * @allowed: what it may have at most
 *
 * A requested scope stays as it is when all of it is allowed, and narrows to the operations that are
 * allowed for its type otherwise; one for all types narrows to those that are allowed. One of a category stays as it is
 * or goes.
 *
 * Returns: (transfer full): what to grant
 */
CairnScopes *
cairn_scopes_intersect (CairnScopes *requested, CairnScopes *allowed)
{
  CairnScopes *self = scopes_new ();

  for (guint i = 0; i < requested->scopes->len; i++)
    {
      const Scope *scope = g_ptr_array_index (requested->scopes, i);
      CairnScopeOps ops = scope->context != NULL ? scope->ops & ops_for (allowed, scope->context, scope->type) : 0;

      if (cairn_scopes_has (allowed, scope->text) || (ops != 0 && ops == scope->ops))
        add_text (self, scope->text);
      else if (ops != 0 && scope->category == NULL)
        add_ops (self, scope, ops);
      if (scope->context != NULL && g_str_equal (scope->type, "*"))
        add_allowed_types (self, scope, ops, allowed);
    }
  return self;
}

/**
 * cairn_scopes_to_strv:
 * @self: a set
 *
 * Returns: (transfer full): its scopes in their order
 */
char **
cairn_scopes_to_strv (CairnScopes *self)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < self->scopes->len; i++)
    g_strv_builder_add (builder, ((const Scope *) g_ptr_array_index (self->scopes, i))->text);
  return g_strv_builder_end (builder);
}

/**
 * cairn_scopes_to_string:
 * @self: a set
 *
 * Returns: (transfer full): its scopes joined by spaces
 */
char *
cairn_scopes_to_string (CairnScopes *self)
{
  g_auto(GStrv) words = cairn_scopes_to_strv (self);

  return g_strjoinv (" ", words);
}

/**
 * cairn_scopes_has:
 * @self: a set
 * @scope: a scope
 *
 * Returns: whether it is there as written
 */
gboolean
cairn_scopes_has (CairnScopes *self, const char *scope)
{
  for (guint i = 0; i < self->scopes->len; i++)
    if (g_str_equal (((const Scope *) g_ptr_array_index (self->scopes, i))->text, scope))
      return TRUE;
  return FALSE;
}

/**
 * cairn_scopes_allow:
 * @self: a set
 * @context: "patient", "user" or "system"
 * @type: a resource type
 * @ops: operations
 *
 * Returns: whether all of @ops are allowed on @type in that context
 */
gboolean
cairn_scopes_allow (CairnScopes *self, const char *context, const char *type, CairnScopeOps ops)
{
  return (ops_for (self, context, type) & ops) == ops;
}

/* Whether a scope of one category reaches so far. */
static gboolean
is_part (const Scope *scope, const char *context, const char *type, CairnScopeOps ops)
{
  return scope->category != NULL && (scope->ops & ops) == ops && g_str_equal (scope->context, context) &&
         g_str_equal (scope->type, type);
}

/**
 * cairn_scopes_allow_some:
 * @self: a set
 * @context: "patient", "user" or "system"
 * @type: a resource type
 * @ops: operations
 *
 * Returns: whether all of @ops are allowed on @type in that context, or on those of a category
 */
gboolean
cairn_scopes_allow_some (CairnScopes *self, const char *context, const char *type, CairnScopeOps ops)
{
  if (cairn_scopes_allow (self, context, type, ops))
    return TRUE;
  for (guint i = 0; i < self->scopes->len; i++)
    if (is_part (g_ptr_array_index (self->scopes, i), context, type, ops))
      return TRUE;
  return FALSE;
}

/**
 * cairn_scopes_dup_categories:
 * @self: a set
 * @context: "patient", "user" or "system"
 * @type: a resource type
 * @ops: operations
 *
 * Returns: (transfer full) (nullable): the only categories of @type that @ops are allowed on, as `SYSTEM|CODE` or `CODE`;
 *   %NULL when they are allowed on all
 */
char **
cairn_scopes_dup_categories (CairnScopes *self, const char *context, const char *type, CairnScopeOps ops)
{
  g_autoptr(GStrvBuilder) builder = NULL;

  if (cairn_scopes_allow (self, context, type, ops))
    return NULL;
  builder = g_strv_builder_new ();
  for (guint i = 0; i < self->scopes->len; i++)
    {
      const Scope *scope = g_ptr_array_index (self->scopes, i);

      if (is_part (scope, context, type, ops))
        g_strv_builder_add (builder, scope->category);
    }
  return g_strv_builder_end (builder);
}

/**
 * cairn_scopes_is_empty:
 * @self: a set
 *
 * Returns: whether it holds nothing
 */
gboolean
cairn_scopes_is_empty (CairnScopes *self)
{
  return self->scopes->len == 0;
}
