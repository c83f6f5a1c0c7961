/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CairnScopeOps:
 *
 * What a resource scope lets its bearer do (SMART App Launch 2.2, "Scopes for requesting FHIR resources").
 */
typedef enum
{
  CAIRN_SCOPE_CREATE = 1 << 0,
  CAIRN_SCOPE_READ = 1 << 1,
  CAIRN_SCOPE_UPDATE = 1 << 2,
  CAIRN_SCOPE_DELETE = 1 << 3,
  CAIRN_SCOPE_SEARCH = 1 << 4,
} CairnScopeOps;

/**
 * CairnScopes:
 *
 * A parsed, immutable set of OAuth scopes: SMART v2 (`patient/Observation.rs`), v1
 * (`patient/Observation.read`) and plain ones (`openid`). Scopes that are malformed are dropped. A scope of one
 * category (`patient/Observation.rs?category=SYSTEM|CODE`) allows some of a type, and only what looks: cairn_scopes_allow()
 * doesn't count it. With any other query a scope is kept as text and allows nothing.
 */
typedef struct _CairnScopes CairnScopes;

CairnScopes *cairn_scopes_parse      (const char *text);
CairnScopes *cairn_scopes_ref        (CairnScopes *self);
void         cairn_scopes_unref      (CairnScopes *self);
CairnScopes *cairn_scopes_intersect  (CairnScopes *requested, CairnScopes *allowed);
char        *cairn_scopes_to_string  (CairnScopes *self);
char       **cairn_scopes_to_strv    (CairnScopes *self);
gboolean     cairn_scopes_has        (CairnScopes *self, const char *scope);
gboolean     cairn_scopes_allow      (CairnScopes *self, const char *context, const char *type, CairnScopeOps ops);
gboolean     cairn_scopes_allow_some (CairnScopes *self, const char *context, const char *type, CairnScopeOps ops);
char       **cairn_scopes_dup_categories (CairnScopes *self, const char *context, const char *type, CairnScopeOps ops);
gboolean     cairn_scopes_is_empty   (CairnScopes *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CairnScopes, cairn_scopes_unref)

G_END_DECLS
