/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sqlite3.h>

#include "cairn-connection.h"

G_BEGIN_DECLS

#define CAIRN_CONNECTION_N_RECENT 64

/* What connections and statements know of each other; nobody else includes this. */
struct _CairnStatement
{
  CairnConnection *connection;
  sqlite3_stmt    *stmt;
  int              last;   /* the parameter that was bound last */
  gboolean         used;   /* bound or stepped since the last reset */
};

struct _CairnConnection
{
  sqlite3        *db;
  GThread        *thread;
  GHashTable     *statements;                          /* SQL → CairnStatement */
  CairnStatement *recent[CAIRN_CONNECTION_N_RECENT];   /* by the address of the SQL, which is mostly a literal */
};

static inline void
cairn_connection_check_thread (CairnConnection *self)
{
  g_assert (self->thread == g_thread_self ());
}

gboolean cairn_connection_fail (CairnConnection *self, int rc, GError **error);

G_END_DECLS
