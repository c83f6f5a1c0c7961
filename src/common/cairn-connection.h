/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * CairnStatement:
 *
 * A prepared statement, owned and kept by its #CairnConnection. Parameters are bound by name
 * (":name"); unbound ones are NULL. Used on its connection's thread only.
 */
typedef struct _CairnStatement CairnStatement;

/**
 * CairnConnection:
 *
 * An open SQLCipher connection. It belongs to one thread: every function asserts that.
 */
typedef struct _CairnConnection CairnConnection;

/**
 * CairnMigration:
 * @sql: statements to run, or %NULL at the end of the list
 *
 * One step of a schema's history. Step n takes `PRAGMA user_version` from n to n+1, in one
 * transaction of its own. A schema newer than the list is refused with %CAIRN_ERROR_DAMAGED.
 */
typedef struct
{
  const char *sql;
} CairnMigration;

typedef enum
{
  CAIRN_DATABASE_DEFAULT = 0,
  CAIRN_DATABASE_READ_ONLY = 1 << 0,   /* for further connections beside a writer */
  CAIRN_DATABASE_DURABLE = 1 << 1,     /* synchronous=FULL: a commit survives loss of power */
} CairnDatabaseFlags;

/**
 * CairnDatabaseSetup:
 *
 * Called once on the thread after the key is set and before the migrations, to register functions.
 */
typedef gboolean (*CairnDatabaseSetup) (CairnConnection *connection, GError **error);

/* SQL of the connection's own thread */
gboolean        cairn_connection_exec        (CairnConnection *self, const char *sql, GError **error);
CairnStatement *cairn_connection_prepare     (CairnConnection *self, const char *sql, GError **error);
gboolean        cairn_connection_begin       (CairnConnection *self, GError **error);
gboolean        cairn_connection_commit      (CairnConnection *self, GError **error);
void            cairn_connection_rollback    (CairnConnection *self);
gboolean        cairn_connection_scalar      (CairnConnection *self, const char *sql, gint64 *value, GError **error);
gint64          cairn_connection_changes     (CairnConnection *self);
gint64          cairn_connection_last_rowid  (CairnConnection *self);
void            cairn_connection_bulk        (CairnConnection *self, gboolean bulk);
gpointer        cairn_connection_get_handle  (CairnConnection *self);
gboolean        cairn_connection_copy        (CairnConnection *self, CairnConnection *to, GError **error);

void            cairn_statement_bind_text    (CairnStatement *self, const char *name, const char *text, gssize length);
void            cairn_statement_bind_blob    (CairnStatement *self, const char *name, gconstpointer data, gsize length);
void            cairn_statement_bind_int64   (CairnStatement *self, const char *name, gint64 value);
void            cairn_statement_bind_double  (CairnStatement *self, const char *name, double value);
void            cairn_statement_bind_null    (CairnStatement *self, const char *name);
gboolean        cairn_statement_step         (CairnStatement *self, gboolean *row, GError **error);
gboolean        cairn_statement_run          (CairnStatement *self, GError **error);
void            cairn_statement_reset        (CairnStatement *self);
const char     *cairn_statement_text         (CairnStatement *self, int column, gsize *length);
GBytes         *cairn_statement_dup_blob     (CairnStatement *self, int column);
gint64          cairn_statement_int64        (CairnStatement *self, int column);
double          cairn_statement_double       (CairnStatement *self, int column);
gboolean        cairn_statement_is_null      (CairnStatement *self, int column);

CairnConnection *cairn_connection_open       (const char            *path,
                                              GBytes                *key,
                                              CairnDatabaseFlags     flags,
                                              const CairnMigration  *migrations,
                                              CairnDatabaseSetup     setup,
                                              GError               **error);
void             cairn_connection_close      (CairnConnection *self);

G_END_DECLS
