/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

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

/**
 * CairnDatabase:
 *
 * A database file with a worker thread of its own, which owns its connection and runs what is
 * handed to it in order. A program that must read while a bulk write runs opens the file twice.
 */
#define CAIRN_TYPE_DATABASE (cairn_database_get_type ())
G_DECLARE_FINAL_TYPE (CairnDatabase, cairn_database, CAIRN, DATABASE, GObject)

/**
 * CairnDatabaseFunc:
 * @connection: the connection, on its own thread
 * @data: the caller's
 * @cancellable: (nullable): to look at between steps of long work
 * @error: set when it returns %NULL or %FALSE because of a failure
 *
 * Work on the database's thread. A transaction that it leaves open is rolled back.
 *
 * Returns: the result to hand to cairn_database_run_finish()
 */
typedef gpointer (*CairnDatabaseFunc) (CairnConnection *connection,
                                       gpointer         data,
                                       GCancellable    *cancellable,
                                       GError         **error);

/**
 * CairnDatabaseSetup:
 *
 * Called once on the thread after the key is set and before the migrations, to register functions.
 */
typedef gboolean (*CairnDatabaseSetup) (CairnConnection *connection, GError **error);

CairnDatabase *cairn_database_open       (const char            *path,
                                          GBytes                *key,
                                          CairnDatabaseFlags     flags,
                                          const CairnMigration  *migrations,
                                          CairnDatabaseSetup     setup,
                                          GError               **error);
void           cairn_database_close      (CairnDatabase         *self);
gpointer       cairn_database_run        (CairnDatabase         *self,
                                          CairnDatabaseFunc      func,
                                          gpointer               data,
                                          GError               **error);
void           cairn_database_run_async  (CairnDatabase         *self,
                                          CairnDatabaseFunc      func,
                                          gpointer               data,
                                          GDestroyNotify         data_free,
                                          GDestroyNotify         result_free,
                                          GCancellable          *cancellable,
                                          GAsyncReadyCallback    callback,
                                          gpointer               user_data);
gpointer       cairn_database_run_finish (CairnDatabase         *self,
                                          GAsyncResult          *result,
                                          GError               **error);

G_END_DECLS
