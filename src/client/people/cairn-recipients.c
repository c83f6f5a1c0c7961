/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom one may write to, as a list: what is known here at once, what the portal says shortly after. Main thread. */
#include "cairn-directory.h"

#include "client/cairn-conversation.h"
#include "client/session/cairn-session-private.h"
#include "common/cairn-error.h"

#include <string.h>

struct _CairnRecipients
{
  GObject         parent_instance;

  CairnSession   *session;
  CairnDirectory *directory;    /* NULL before anything is known */
  GError         *error;
  GCancellable   *cancellable;
  gboolean        asking;
};

enum
{
  PROP_0,
  PROP_EMERGENCY_NUMBER,
  PROP_EMERGENCY_TEXT,
  PROP_ERROR,
  PROP_FILE_TYPES,
  PROP_LOADING,
  PROP_MAX_FILE_BYTES,
  PROP_MAX_FILES,
  PROP_MAX_WORDS,
  PROP_N_ITEMS,
  PROP_PHONE,
  PROP_REPLY_HOURS,
  PROP_SESSION,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CairnRecipients, cairn_recipients, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GType
get_item_type (GListModel *model)
{
  return CAIRN_TYPE_RECIPIENT;
}

static guint
get_n_items (GListModel *model)
{
  CairnRecipients *self = CAIRN_RECIPIENTS (model);

  return self->directory != NULL ? self->directory->recipients->len : 0;
}

static gpointer
get_item (GListModel *model, guint position)
{
  CairnRecipients *self = CAIRN_RECIPIENTS (model);

  return position < get_n_items (model) ? g_object_ref (self->directory->recipients->pdata[position]) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static gboolean
is_same (const CairnRecipient *a, const CairnRecipient *b)
{
  CairnRecipient *first = (CairnRecipient *) a, *second = (CairnRecipient *) b;

  return g_str_equal (cairn_recipient_get_reference (first), cairn_recipient_get_reference (second)) &&
         g_str_equal (cairn_recipient_get_name (first), cairn_recipient_get_name (second)) &&
         g_strcmp0 (cairn_recipient_get_about (first), cairn_recipient_get_about (second)) == 0 &&
         cairn_recipient_get_pool (first) == cairn_recipient_get_pool (second) &&
         cairn_recipient_get_reply_hours (first) == cairn_recipient_get_reply_hours (second);
}

static gboolean
are_same (const CairnDirectory *a, const CairnDirectory *b)
{
  if (a == NULL || a->recipients->len != b->recipients->len)
    return FALSE;
  for (guint i = 0; i < a->recipients->len; i++)
    if (!is_same (a->recipients->pdata[i], b->recipients->pdata[i]))
      return FALSE;
  return TRUE;
}

static const CairnMessageLimits *
get_limits (CairnRecipients *self)
{
  return cairn_outbox_get_limits (self->session->outbox);
}

static void
notify_text (CairnRecipients *self, const char *old, const char *now, guint property)
{
  if (g_strcmp0 (old, now) != 0)
    g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/* What is attached and sent from now on keeps to them. */
static void
take_limits (CairnRecipients *self)
{
  static const guint changed[] = { PROP_FILE_TYPES, PROP_MAX_FILE_BYTES, PROP_MAX_FILES, PROP_MAX_WORDS };

  cairn_outbox_set_limits (self->session->outbox, &self->directory->limits);
  for (guint i = 0; i < G_N_ELEMENTS (changed); i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[changed[i]]);
}

/* Who chooses from the list isn't disturbed when it says the same as before. */
static void
take_directory (CairnRecipients *self, CairnDirectory *directory)
{
  g_autoptr(CairnDirectory) old = g_steal_pointer (&self->directory);
  guint n = old != NULL ? old->recipients->len : 0;
  gboolean same = are_same (old, directory);

  if (same)
    {
      g_ptr_array_unref (directory->recipients);
      directory->recipients = g_ptr_array_ref (old->recipients);
    }
  self->directory = directory;
  if (!same)
    {
      g_list_model_items_changed (G_LIST_MODEL (self), 0, n, directory->recipients->len);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_ITEMS]);
    }
  if (old == NULL)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADING]);
  if (old == NULL || old->reply_hours != directory->reply_hours)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REPLY_HOURS]);
  if (old == NULL || !cairn_message_limits_equal (&old->limits, &directory->limits))
    take_limits (self);
  notify_text (self, old != NULL ? old->emergency_text : NULL, directory->emergency_text, PROP_EMERGENCY_TEXT);
  notify_text (self, old != NULL ? old->emergency_number : NULL, directory->emergency_number, PROP_EMERGENCY_NUMBER);
  notify_text (self, old != NULL ? old->phone : NULL, directory->phone, PROP_PHONE);
}

static void
take_error (CairnRecipients *self, GError *error)
{
  if (self->error == NULL && error == NULL)
    return;
  g_clear_error (&self->error);
  self->error = error;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
}

static void
directory_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(CairnRecipients) self = data;
  GError *error = NULL;
  CairnDirectory *directory = cairn_database_run_finish (CAIRN_DATABASE (source), result, &error);

  if (directory != NULL)
    take_directory (self, directory);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    take_error (self, g_steal_pointer (&error));
  g_clear_error (&error);
}

static gpointer
store (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  return cairn_directory_store (connection, data, error);
}

static gpointer
forget (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  cairn_directory_forget (connection);
  return cairn_directory_load (connection, error);
}

static gpointer
load (CairnConnection *connection, gpointer data, GCancellable *cancellable, GError **error)
{
  return cairn_directory_load (connection, error);
}

/* @bytes: (transfer full) (nullable): for @func */
static void
ask_cache (CairnRecipients *self, CairnDatabaseFunc func, GBytes *bytes)
{
  CairnDatabase *database = cairn_session_get_database (self->session, FALSE, NULL);

  if (database != NULL)
    cairn_database_run_async (database, func, bytes, (GDestroyNotify) g_bytes_unref, (GDestroyNotify) cairn_directory_free,
                              self->cancellable, directory_cb, g_object_ref (self));
  else
    g_clear_pointer (&bytes, g_bytes_unref);
}

static void
answer_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(CairnRecipients) self = data;
  GError *error = NULL;
  g_autoptr(CairnApiAnswer) answer = cairn_grant_send_finish (CAIRN_GRANT (source), result, &error);

  self->asking = FALSE;
  if (answer != NULL)
    {
      take_error (self, NULL);
      ask_cache (self, store, g_bytes_ref (answer->body));
    }
  else if (g_error_matches (error, CAIRN_ERROR, CAIRN_ERROR_NOT_FOUND))
    {
      take_error (self, NULL);
      ask_cache (self, forget, NULL);
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    take_error (self, g_steal_pointer (&error));
  g_clear_error (&error);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(CairnRecipients) self = data;
  CairnGrant *grant = CAIRN_GRANT (source);
  GError *error = NULL;
  const CairnServer *server = cairn_grant_connect_finish (grant, result, &error);
  g_autoptr(CairnApiRequest) request = NULL;
  g_autofree char *url = NULL;

  if (server == NULL || server->account_endpoint == NULL || !cairn_api_is_ours (cairn_grant_get_api (grant), server->account_endpoint))
    {
      self->asking = FALSE;
      if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        take_error (self, g_steal_pointer (&error));
      g_clear_error (&error);
      return;
    }
  url = g_strconcat (server->account_endpoint, g_str_has_suffix (server->account_endpoint, "/") ? "" : "/", "messages", NULL);
  request = cairn_api_request_new ("GET", url);
  request->accept = g_strdup ("application/json");
  request->tries = 2;
  cairn_grant_send_async (grant, request, self->cancellable, answer_cb, g_object_ref (self));
}

static void
session_changed_cb (CairnRecipients *self)
{
  if (self->directory == NULL || self->error != NULL)
    cairn_recipients_reload (self);
}

static void
cairn_recipients_constructed (GObject *object)
{
  CairnRecipients *self = CAIRN_RECIPIENTS (object);

  g_signal_connect_object (self->session, "changed", G_CALLBACK (session_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::online", G_CALLBACK (session_changed_cb), self, G_CONNECT_SWAPPED);
  cairn_recipients_reload (self);
  G_OBJECT_CLASS (cairn_recipients_parent_class)->constructed (object);
}

static void
cairn_recipients_dispose (GObject *object)
{
  g_cancellable_cancel (CAIRN_RECIPIENTS (object)->cancellable);
  G_OBJECT_CLASS (cairn_recipients_parent_class)->dispose (object);
}

static void
cairn_recipients_finalize (GObject *object)
{
  CairnRecipients *self = CAIRN_RECIPIENTS (object);

  g_clear_object (&self->session);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->directory, cairn_directory_free);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (cairn_recipients_parent_class)->finalize (object);
}

static void
cairn_recipients_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  CairnRecipients *self = CAIRN_RECIPIENTS (object);

  switch (id)
    {
    case PROP_EMERGENCY_NUMBER:
      g_value_set_string (value, cairn_recipients_get_emergency_number (self));
      break;
    case PROP_EMERGENCY_TEXT:
      g_value_set_string (value, cairn_recipients_get_emergency_text (self));
      break;
    case PROP_FILE_TYPES:
      g_value_set_boxed (value, cairn_recipients_get_file_types (self));
      break;
    case PROP_MAX_FILE_BYTES:
      g_value_set_int64 (value, cairn_recipients_get_max_file_bytes (self));
      break;
    case PROP_MAX_FILES:
      g_value_set_uint (value, cairn_recipients_get_max_files (self));
      break;
    case PROP_MAX_WORDS:
      g_value_set_uint64 (value, cairn_recipients_get_max_words (self));
      break;
    case PROP_PHONE:
      g_value_set_string (value, cairn_recipients_get_phone (self));
      break;
    case PROP_REPLY_HOURS:
      g_value_set_uint (value, cairn_recipients_get_reply_hours (self));
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case PROP_LOADING:
      g_value_set_boolean (value, cairn_recipients_get_loading (self));
      break;
    case PROP_N_ITEMS:
      g_value_set_uint (value, get_n_items (G_LIST_MODEL (self)));
      break;
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
cairn_recipients_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SESSION)
    CAIRN_RECIPIENTS (object)->session = g_value_dup_object (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
cairn_recipients_class_init (CairnRecipientsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->constructed = cairn_recipients_constructed;
  object_class->dispose = cairn_recipients_dispose;
  object_class->finalize = cairn_recipients_finalize;
  object_class->get_property = cairn_recipients_get_property;
  object_class->set_property = cairn_recipients_set_property;

  properties[PROP_EMERGENCY_NUMBER] = g_param_spec_string ("emergency-number", NULL, NULL, NULL, flags);
  properties[PROP_EMERGENCY_TEXT] = g_param_spec_string ("emergency-text", NULL, NULL, NULL, flags);
  properties[PROP_FILE_TYPES] = g_param_spec_boxed ("file-types", NULL, NULL, G_TYPE_STRV, flags);
  properties[PROP_MAX_FILE_BYTES] = g_param_spec_int64 ("max-file-bytes", NULL, NULL, 0, G_MAXINT64, CAIRN_ATTACHMENT_MAX_BYTES, flags);
  properties[PROP_MAX_FILES] = g_param_spec_uint ("max-files", NULL, NULL, 0, G_MAXUINT, CAIRN_FILES_MAX, flags);
  properties[PROP_MAX_WORDS] = g_param_spec_uint64 ("max-words", NULL, NULL, 0, G_MAXUINT64, CAIRN_MESSAGE_MAX_WORDS, flags);
  properties[PROP_PHONE] = g_param_spec_string ("phone", NULL, NULL, NULL, flags);
  properties[PROP_REPLY_HOURS] = g_param_spec_uint ("reply-hours", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  properties[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, TRUE, flags);
  properties[PROP_N_ITEMS] = g_param_spec_uint ("n-items", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, CAIRN_TYPE_SESSION, G_PARAM_READWRITE |
                                                  G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
cairn_recipients_init (CairnRecipients *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * cairn_recipients_new:
 * @session: who wants to write
 *
 * Returns: (transfer full): whom they may write to, which is read shortly after
 */
CairnRecipients *
cairn_recipients_new (CairnSession *session)
{
  g_return_val_if_fail (CAIRN_IS_SESSION (session), NULL);
  return g_object_new (CAIRN_TYPE_RECIPIENTS, "session", session, NULL);
}

/**
 * cairn_recipients_keep:
 * @session: an open session
 *
 * Asks the portal once what it says of messages, so that it is in the cache when there is no connection: the number for
 * emergencies among it. It goes on without anybody holding a list.
 */
void
cairn_recipients_keep (CairnSession *session)
{
  g_object_unref (cairn_recipients_new (session));
}

/**
 * cairn_recipients_reload:
 * @self: recipients
 *
 * Asks the portal again: Retry, and when somebody is about to write.
 */
void
cairn_recipients_reload (CairnRecipients *self)
{
  CairnGrant *grant;

  g_return_if_fail (CAIRN_IS_RECIPIENTS (self));

  if (self->directory == NULL)
    ask_cache (self, load, NULL);
  grant = cairn_session_get_grant (self->session);
  if (self->asking || cairn_grant_get_expired (grant))
    return;
  self->asking = TRUE;
  cairn_grant_connect_async (grant, self->cancellable, connected_cb, g_object_ref (self));
}

/**
 * cairn_recipients_find:
 * @self: recipients
 * @reference: (nullable): "Type/id"
 *
 * Returns: (transfer none) (nullable): who that is
 */
CairnRecipient *
cairn_recipients_find (CairnRecipients *self, const char *reference)
{
  g_return_val_if_fail (CAIRN_IS_RECIPIENTS (self), NULL);

  for (guint i = 0; i < get_n_items (G_LIST_MODEL (self)); i++)
    if (g_strcmp0 (cairn_recipient_get_reference (self->directory->recipients->pdata[i]), reference) == 0)
      return self->directory->recipients->pdata[i];
  return NULL;
}

/**
 * cairn_recipients_get_loading:
 * @self: recipients
 *
 * Returns: whether nothing is known yet
 */
gboolean
cairn_recipients_get_loading (CairnRecipients *self)
{
  g_return_val_if_fail (CAIRN_IS_RECIPIENTS (self), FALSE);
  return self->directory == NULL && self->error == NULL;
}

/**
 * cairn_recipients_get_error:
 * @self: recipients
 *
 * Returns: (transfer none) (nullable): why nothing newer is known
 */
const GError *
cairn_recipients_get_error (CairnRecipients *self)
{
  g_return_val_if_fail (CAIRN_IS_RECIPIENTS (self), NULL);
  return self->error;
}

/**
 * cairn_recipients_get_reply_hours:
 * @self: recipients
 *
 * Returns: hours until an answer comes at the latest, 0 when the clinic doesn't say
 */
guint
cairn_recipients_get_reply_hours (CairnRecipients *self)
{
  g_return_val_if_fail (CAIRN_IS_RECIPIENTS (self), 0);
  return self->directory != NULL ? self->directory->reply_hours : 0;
}

/**
 * cairn_recipients_get_emergency_text:
 * @self: recipients
 *
 * Returns: (nullable): what the clinic says one should do in an emergency
 */
const char *
cairn_recipients_get_emergency_text (CairnRecipients *self)
{
  g_return_val_if_fail (CAIRN_IS_RECIPIENTS (self), NULL);
  return self->directory != NULL ? self->directory->emergency_text : NULL;
}

/**
 * cairn_recipients_get_emergency_number:
 * @self: recipients
 *
 * Returns: (nullable): whom to call then
 */
const char *
cairn_recipients_get_emergency_number (CairnRecipients *self)
{
  g_return_val_if_fail (CAIRN_IS_RECIPIENTS (self), NULL);
  return self->directory != NULL ? self->directory->emergency_number : NULL;
}

/**
 * cairn_recipients_get_phone:
 * @self: recipients
 *
 * Returns: (nullable): the clinic's own number
 */
const char *
cairn_recipients_get_phone (CairnRecipients *self)
{
  g_return_val_if_fail (CAIRN_IS_RECIPIENTS (self), NULL);
  return self->directory != NULL ? self->directory->phone : NULL;
}

/**
 * cairn_recipients_get_max_words:
 * @self: recipients
 *
 * Returns: bytes that a message may have
 */
gsize
cairn_recipients_get_max_words (CairnRecipients *self)
{
  g_return_val_if_fail (CAIRN_IS_RECIPIENTS (self), 0);
  return get_limits (self)->words;
}

/**
 * cairn_recipients_get_max_files:
 * @self: recipients
 *
 * Returns: files that a message may have, %CAIRN_FILES_MAX at most; 0 when the clinic takes none
 */
guint
cairn_recipients_get_max_files (CairnRecipients *self)
{
  g_return_val_if_fail (CAIRN_IS_RECIPIENTS (self), 0);
  return get_limits (self)->files;
}

/**
 * cairn_recipients_get_max_file_bytes:
 * @self: recipients
 *
 * Returns: bytes that a file may have, %CAIRN_ATTACHMENT_MAX_BYTES at most
 */
goffset
cairn_recipients_get_max_file_bytes (CairnRecipients *self)
{
  g_return_val_if_fail (CAIRN_IS_RECIPIENTS (self), 0);
  return get_limits (self)->file_bytes;
}

/**
 * cairn_recipients_get_file_types:
 * @self: recipients
 *
 * Returns: (transfer none) (array zero-terminated=1): media types that the clinic takes and this program can send, good until
 *   "file-types" changes
 */
const char *const *
cairn_recipients_get_file_types (CairnRecipients *self)
{
  g_return_val_if_fail (CAIRN_IS_RECIPIENTS (self), NULL);
  return (const char *const *) get_limits (self)->types;
}
