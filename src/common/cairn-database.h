/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "cairn-connection.h"

G_BEGIN_DECLS

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
void           cairn_database_write_async (CairnDatabase        *self,
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
