/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What patients attach: of a type that is taken, and really of it; and gone again when no message came to point at
 * it. On the writer. */
#include "portal-attachment.h"

#include <errno.h>
#include <magic.h>
#include <string.h>

#include "fhir/cairn-date.h"
#include "fhir/cairn-types.h"
#include "portal-messages.h"
#include "server/store/portal-store-content.h"
#include "server/store/portal-store-index.h"

#define LOOK_AT (64 * 1024)
#define MOST_A_SWEEP 100

struct _PortalMagic
{
  magic_t cookie;   /* NULL until it is used */
};

PortalMagic *
portal_magic_new (void)
{
  return g_new0 (PortalMagic, 1);
}

void
portal_magic_free (PortalMagic *self)
{
  if (self->cookie != NULL)
    magic_close (self->cookie);
  g_free (self);
}

static gboolean
open_cookie (PortalMagic *self)
{
  if (self->cookie != NULL)
    return TRUE;
  self->cookie = magic_open (MAGIC_MIME | MAGIC_ERROR | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_TAR | MAGIC_NO_CHECK_ELF);
  if (self->cookie != NULL && magic_load (self->cookie, NULL) == 0)
    return TRUE;
  g_message ("Types can't be told: %s", self->cookie != NULL ? magic_error (self->cookie) : g_strerror (errno));
  if (self->cookie != NULL)
    magic_close (self->cookie);
  self->cookie = NULL;
  return FALSE;
}

/* Plain words of any kind: what programs would run or browsers draw is no text here, whatever it calls itself. */
static gboolean
is_text (const char *found, gconstpointer data, gsize length)
{
  static const char *const drawn[] = { "text/html", "text/xml", "image/", "application/xml", "application/xhtml", "application/pdf",
                                       "application/postscript", "text/x-shellscript" };
  const char *end = (const char *) data + length, *bad;

  for (guint i = 0; i < G_N_ELEMENTS (drawn); i++)
    if (g_str_has_prefix (found, drawn[i]))
      return FALSE;
  if (memchr (data, '\0', length) != NULL)
    return FALSE;
  /* The last character may be cut in two */
  return g_utf8_validate (data, length, &bad) || (length == LOOK_AT && end - bad < 4);
}

/* Whether bytes are what a media type, without parameters, says; the first 64 KB tell. */
gboolean
portal_magic_fits (PortalMagic *self, const char *media_type, gconstpointer data, gsize length)
{
  const char *found;

  length = MIN (length, LOOK_AT);
  if (length == 0)
    return g_str_equal (media_type, "text/plain");
  if (!open_cookie (self))
    return FALSE;
  found = magic_buffer (self->cookie, data, length);
  if (found == NULL)
    return FALSE;
  if (g_str_equal (media_type, "text/plain"))
    return is_text (found, data, length);
  return g_str_has_prefix (found, media_type) && found[strlen (media_type)] == ';';
}

/* Whether patients may attach that at all; parameters don't matter. */
gboolean
portal_attachment_takes (const PortalConfig *config, const char *media_type)
{
  g_autofree char *plain = g_ascii_strdown (media_type, strcspn (media_type, "; \t"));
  g_auto(GStrv) types = portal_config_dup_types (config);

  return g_strv_contains ((const char *const *) types, plain);
}

/* Bytes of one. */
gsize
portal_attachment_most (const PortalConfig *config)
{
  return (gsize) config->attachment_mb * 1024 * 1024;
}

/* The beginning of what a Binary holds, wherever that is. */
static GBytes *
dup_beginning (PortalEdit *edit, PortalEditing *editing, CairnJson binary, GError **error)
{
  g_autofree char *data = NULL;
  gsize length;
  guchar *bytes;

  if (edit->content != 0)
    return portal_store_content_part (editing->db, edit->content, 0, error);
  data = cairn_json_dup_text_at (binary, "data");
  if (data == NULL)
    return g_bytes_new (NULL, 0);
  bytes = g_base64_decode (data, &length);
  return g_bytes_new_take (bytes, length);
}

static void
refuse (PortalEdit *edit, guint status, const char *code, const char *detail, const char *why)
{
  portal_edit_refuse (edit, status, code, why);
  edit->detail = detail;
}

/* Of what a patient uploads. */
gboolean
portal_attachment_settle (PortalEdit *edit, PortalEditing *editing, CairnJson binary, GError **error)
{
  g_autofree char *media_type = cairn_json_dup_text_at (binary, "contentType"), *plain = NULL;
  const PortalConfig *config = editing->call->service->config;
  g_autoptr(GBytes) bytes = NULL;

  if (editing->call->view->role != NULL || media_type == NULL)
    return TRUE;
  if (!portal_attachment_takes (config, media_type))
    {
      refuse (edit, 415, "not-supported", "type", PORTAL_ATTACHMENT_TYPE);
      return TRUE;
    }
  bytes = dup_beginning (edit, editing, binary, error);
  if (bytes == NULL)
    return FALSE;
  /* What came in parts was measured on its way */
  if (edit->content == 0 && g_bytes_get_size (bytes) > portal_attachment_most (config))
    {
      refuse (edit, 413, "too-long", "size", PORTAL_ATTACHMENT_SIZE);
      return TRUE;
    }
  plain = g_ascii_strdown (media_type, strcspn (media_type, "; \t"));
  if (!portal_magic_fits (editing->call->service->magic, plain, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)))
    {
      refuse (edit, 422, "invalid", "content", "What it holds is not of the type that it says");
      return TRUE;
    }
  return portal_store_content_await (editing->db, edit->id, cairn_date_now (), error);
}

/* Whether something points at it by now. */
static gboolean
is_used (CairnConnection *db, const char *id, gboolean *used, GError **error)
{
  g_autoptr(GPtrArray) pointing = portal_store_list_pointing (db, "points", "Binary", id, error);

  *used = pointing != NULL && pointing->len > 0;
  return pointing != NULL;
}

static gboolean
sweep_one (CairnConnection *db, PortalWrite *write, const char *id, guint *n, GError **error)
{
  PortalChange change;
  gboolean used;

  if (!is_used (db, id, &used, error))
    return FALSE;
  if (!used)
    {
      if (!portal_write_delete (write, "Binary", id, &change, error) || !portal_store_content_forget (db, id, error))
        return FALSE;
      (*n)++;
    }
  return portal_store_content_settle (db, id, error);
}

/* Deletes attachments that were uploaded before a time and never were sent, some a call; in a transaction of its own. */
gboolean
portal_attachment_sweep (CairnConnection *db, gint64 before, guint *n, GError **error)
{
  g_autoptr(GPtrArray) waiting = portal_store_content_list_waiting (db, before, MOST_A_SWEEP, error);
  g_autoptr(PortalWrite) write = NULL;

  *n = 0;
  if (waiting == NULL || waiting->len == 0)
    return waiting != NULL;
  write = portal_write_begin (db, error);
  for (guint i = 0; write != NULL && i < waiting->len; i++)
    if (!sweep_one (db, write, g_ptr_array_index (waiting, i), n, error))
      {
        cairn_connection_rollback (db);
        return FALSE;
      }
  if (write != NULL && portal_write_commit (write, error))
    return TRUE;
  cairn_connection_rollback (db);
  return FALSE;
}
