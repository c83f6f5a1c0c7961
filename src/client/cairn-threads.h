/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cairn-session.h"

G_BEGIN_DECLS

/**
 * CairnUnsent:
 * @CAIRN_UNSENT_NOTHING: all of it is at the portal
 * @CAIRN_UNSENT_WAITING: something waits, or is being sent
 * @CAIRN_UNSENT_FAILED: the portal did not take something
 *
 * Whether all that was written in a thread is at the portal.
 */
typedef enum
{
  CAIRN_UNSENT_NOTHING,
  CAIRN_UNSENT_WAITING,
  CAIRN_UNSENT_FAILED,
} CairnUnsent;

/**
 * CairnThread:
 *
 * A conversation with the care team. What it says is there once it is loaded.
 *
 * Signal "changed": it says something else now.
 */
#define CAIRN_TYPE_THREAD (cairn_thread_get_type ())
G_DECLARE_FINAL_TYPE (CairnThread, cairn_thread, CAIRN, THREAD, GObject)

const char *cairn_thread_get_key       (CairnThread *self);
const char *cairn_thread_get_topic     (CairnThread *self);
const char *cairn_thread_get_name      (CairnThread *self);
const char *cairn_thread_get_reference (CairnThread *self);
const char *cairn_thread_get_role      (CairnThread *self);
const char *cairn_thread_get_words     (CairnThread *self);
gint64      cairn_thread_get_sent      (CairnThread *self);
gboolean    cairn_thread_get_own       (CairnThread *self);
gint64      cairn_thread_get_found     (CairnThread *self);
guint       cairn_thread_get_n_unread  (CairnThread *self);
gboolean    cairn_thread_get_closed    (CairnThread *self, const char **why);
CairnUnsent cairn_thread_get_unsent    (CairnThread *self);
gboolean    cairn_thread_get_loaded    (CairnThread *self);

/**
 * CairnThreads:
 *
 * A #GListModel of #CairnThread over a session's cache and outbox, that with the newest message first. It knows its order,
 * 8 bytes a thread; an item that was not read yet is a placeholder that fills in shortly after. Main thread.
 *
 * Properties: "session" (construct-only), "n-items", "loading" and "error" (read-only).
 */
#define CAIRN_TYPE_THREADS (cairn_threads_get_type ())
typedef struct _CairnThreads CairnThreads;
GType         cairn_threads_get_type   (void);

CairnThreads *cairn_threads_new        (CairnSession *session);
CairnThreads *cairn_threads_new_one    (CairnSession *session, const char *key);
void          cairn_threads_set_search (CairnThreads *self, const char *search);
const char   *cairn_threads_get_search (CairnThreads *self);
gboolean      cairn_threads_find       (CairnThreads *self, CairnThread *thread, guint *position);

G_END_DECLS
