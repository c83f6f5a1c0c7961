/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-session.h"

G_BEGIN_DECLS

/**
 * CAIRN_FILES_MAX:
 *
 * Files that one message may have (8).
 */
#define CAIRN_FILES_MAX 8

/**
 * CairnFileState:
 * @CAIRN_FILE_READING: it is being checked and copied
 * @CAIRN_FILE_HERE: it is kept here, encrypted, and goes with its message
 * @CAIRN_FILE_SENDING: it is under way to the portal
 * @CAIRN_FILE_SENT: the portal has it, and not yet its message
 * @CAIRN_FILE_PORTAL: it is at the portal
 * @CAIRN_FILE_FETCHING: it is under way from the portal
 * @CAIRN_FILE_KEPT: it is at the portal, and opens without a connection
 * @CAIRN_FILE_REFUSED: it does not go; "problem" says why
 *
 * Where a file of a message stands.
 */
typedef enum
{
  CAIRN_FILE_READING,
  CAIRN_FILE_HERE,
  CAIRN_FILE_SENDING,
  CAIRN_FILE_SENT,
  CAIRN_FILE_PORTAL,
  CAIRN_FILE_FETCHING,
  CAIRN_FILE_KEPT,
  CAIRN_FILE_REFUSED,
} CairnFileState;

/**
 * CairnFileProblem:
 * @CAIRN_FILE_FINE: none
 * @CAIRN_FILE_KIND: it is no JPEG, PNG or WebP picture, no PDF and no text in UTF-8, or the portal takes none of that kind
 * @CAIRN_FILE_EMPTY: there is nothing in it
 * @CAIRN_FILE_TOO_LARGE: it has more bytes than the portal takes, or than 25 MB
 * @CAIRN_FILE_TOO_MANY: the message has as many files as the portal takes, or %CAIRN_FILES_MAX
 * @CAIRN_FILE_UNREADABLE: it can't be read
 * @CAIRN_FILE_BROKEN: it is a picture that can't be understood, so what gives a place away can't be taken out
 * @CAIRN_FILE_STORAGE: it can't be kept here: the disk is full, for example
 * @CAIRN_FILE_UNWANTED: the portal did not take it; "error" has its words
 * @CAIRN_FILE_MISSING: what came is not what the message says, or it can't be had now; "error" has more
 *
 * Why a file does not go, or did not come.
 */
typedef enum
{
  CAIRN_FILE_FINE,
  CAIRN_FILE_KIND,
  CAIRN_FILE_EMPTY,
  CAIRN_FILE_TOO_LARGE,
  CAIRN_FILE_TOO_MANY,
  CAIRN_FILE_UNREADABLE,
  CAIRN_FILE_BROKEN,
  CAIRN_FILE_STORAGE,
  CAIRN_FILE_UNWANTED,
  CAIRN_FILE_MISSING,
} CairnFileProblem;

/**
 * CairnFile:
 *
 * A file of a message, or of one that is being written. Read-only properties, all but "title" notified: "title" (name of the
 * file, or what its author calls it), "type" (media type, %NULL while it is unknown), "size" (bytes, −1 unknown), "state"
 * (#CairnFileState), "problem" (#CairnFileProblem), "progress" (0 to 1 of what is under way) and "error" (technical, nullable).
 * Main thread.
 */
#define CAIRN_TYPE_FILE (cairn_file_get_type ())
G_DECLARE_FINAL_TYPE (CairnFile, cairn_file, CAIRN, FILE, GObject)

const char      *cairn_file_get_title    (CairnFile *self);
const char      *cairn_file_get_media_type (CairnFile *self);
gint64           cairn_file_get_size     (CairnFile *self);
CairnFileState   cairn_file_get_state    (CairnFile *self);
CairnFileProblem cairn_file_get_problem  (CairnFile *self);
double           cairn_file_get_progress (CairnFile *self);
const char      *cairn_file_get_error    (CairnFile *self);

/* Of a message that is being written: a thread's key, "" for one that is not there yet */
GListModel      *cairn_outbox_get_draft_files  (CairnOutbox *self, const char *key);
void             cairn_outbox_attach           (CairnOutbox *self, const char *key, GFile *file);
void             cairn_outbox_attach_bytes     (CairnOutbox *self, const char *key, GBytes *bytes, const char *title);
void             cairn_outbox_detach           (CairnOutbox *self, CairnFile *file);

/* Of any */
void             cairn_session_open_file_async  (CairnSession *self, CairnFile *file, GCancellable *cancellable,
                                                 GAsyncReadyCallback callback, gpointer user_data);
CairnDocument   *cairn_session_open_file_finish (CairnSession *self, GAsyncResult *result, GError **error);
void             cairn_session_save_file_async  (CairnSession *self, CairnFile *file, GFile *to, GCancellable *cancellable,
                                                 GAsyncReadyCallback callback, gpointer user_data);
gboolean         cairn_session_save_file_finish (CairnSession *self, GAsyncResult *result, GError **error);

G_END_DECLS
