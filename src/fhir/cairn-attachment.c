/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attachments: what a resource says of them, their bytes when they are inside, and whether bytes are what was
 * said. Nothing is opened or run here. Any thread. */
#include "cairn-attachment.h"

#include <string.h>

#include "cairn-value.h"
#include "common/cairn-error.h"

#define MAX_ATTACHMENTS 50
#define MAX_URL 2000

/* Where each type has attachments. */
static const struct
{
  const char *type;
  const char *path;
} places[] = {
  { "Binary", "" },
  { "Communication", "payload.contentAttachment" },
  { "Consent", "sourceAttachment" },
  { "DiagnosticReport", "presentedForm" },
  { "DocumentReference", "content.attachment" },
  { "Media", "content" },
  { "Patient", "photo" },
  { "Practitioner", "photo" },
  { "RelatedPerson", "photo" },
};

/* What the first bytes of a file of each type are; PDF may begin a little later. */
static const struct
{
  const char *type;
  const char *mark;
  gsize       within;
} marks[] = {
  { "application/pdf", "%PDF-", 1024 },
  { "image/png", "\x89PNG\r\n", 0 },
  { "image/jpeg", "\xff\xd8\xff", 0 },
};

/**
 * cairn_media_type_dup:
 * @type: (nullable): a media type as written, maybe with parameters
 *
 * Returns: (transfer full) (nullable): the same in lower case, without parameters and by its usual name; %NULL when
 *   it is no media type
 */
char *
cairn_media_type_dup (const char *type)
{
  static const char *const names[][2] = {
    { "application/x-pdf", "application/pdf" }, { "image/jpg", "image/jpeg" }, { "image/pjpeg", "image/jpeg" },
    { "text/xml", "application/xml" }, { "text/rtf", "application/rtf" },
  };
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&^_.+-/";
  g_autofree char *plain = type != NULL ? g_strndup (type, strcspn (type, ";")) : NULL;
  g_autofree char *lower = NULL;

  if (plain == NULL || strchr (g_strstrip (plain), '/') == NULL || plain[strspn (plain, letters)] != '\0')
    return NULL;
  lower = g_ascii_strdown (plain, -1);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i][0], lower))
      return g_strdup (names[i][1]);
  return g_steal_pointer (&lower);
}

static gboolean
foreach (CairnJson resource, CairnJsonFunc func, gpointer data)
{
  CairnJson type = cairn_json_member (resource, "resourceType");

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    if (cairn_json_equals (type, places[i].type))
      return *places[i].path == '\0' ? func (resource, data) : cairn_json_foreach (resource, places[i].path, func, data);
  return TRUE;
}

static gboolean
add_attachment (CairnJson attachment, gpointer data)
{
  GPtrArray *list = data;
  g_autofree char *type = cairn_json_dup_text_at (attachment, "contentType");
  CairnAttachment *self;

  if (!cairn_json_is_object (attachment))
    return TRUE;
  self = g_new0 (CairnAttachment, 1);
  self->number = list->len;
  self->title = cairn_json_dup_text_at (attachment, "title");
  self->type = cairn_media_type_dup (type);
  self->url = cairn_json_dup_text_at (attachment, "url");
  if (self->url != NULL && (*self->url == '\0' || strlen (self->url) > MAX_URL))
    g_clear_pointer (&self->url, g_free);
  self->language = cairn_json_dup_text_at (attachment, "language");
  self->created = cairn_json_dup_text_at (attachment, "creation");
  self->hash = cairn_json_dup_text_at (attachment, "hash");
  if (!cairn_json_int64 (cairn_json_member (attachment, "size"), &self->size) || self->size < 0)
    self->size = -1;
  self->inside = cairn_json_type (cairn_json_member (attachment, "data")) == CAIRN_JSON_STRING;
  g_ptr_array_add (list, self);
  return list->len < MAX_ATTACHMENTS;
}

/**
 * cairn_attachment_list:
 * @resource: a resource
 *
 * Returns: (transfer full) (element-type CairnAttachment): its attachments in order, fifty at most
 */
GPtrArray *
cairn_attachment_list (CairnJson resource)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) cairn_attachment_free);

  foreach (resource, add_attachment, list);
  return list;
}

/**
 * cairn_attachment_copy:
 * @self: an attachment
 *
 * Returns: (transfer full): a copy
 */
CairnAttachment *
cairn_attachment_copy (const CairnAttachment *self)
{
  CairnAttachment *copy = g_memdup2 (self, sizeof *self);

  copy->title = g_strdup (self->title);
  copy->type = g_strdup (self->type);
  copy->url = g_strdup (self->url);
  copy->language = g_strdup (self->language);
  copy->created = g_strdup (self->created);
  copy->hash = g_strdup (self->hash);
  return copy;
}

/**
 * cairn_attachment_free:
 * @self: (transfer full): an attachment
 */
void
cairn_attachment_free (CairnAttachment *self)
{
  g_free (self->title);
  g_free (self->type);
  g_free (self->url);
  g_free (self->language);
  g_free (self->created);
  g_free (self->hash);
  g_free (self);
}

typedef struct
{
  guint     number;
  CairnJson data;
} Wanted;

static gboolean
find_data (CairnJson attachment, gpointer data)
{
  Wanted *wanted = data;

  if (!cairn_json_is_object (attachment))
    return TRUE;
  if (wanted->number > 0)
    {
      wanted->number--;
      return TRUE;
    }
  wanted->data = cairn_json_member (attachment, "data");
  return FALSE;
}

/**
 * cairn_attachment_dup_data:
 * @resource: a resource
 * @number: of the attachment, as in cairn_attachment_list()
 * @error: return location for a %CAIRN_ERROR_NOT_FOUND (it has no bytes inside), %CAIRN_ERROR_TOO_LARGE (over
 *   %CAIRN_ATTACHMENT_MAX_BYTES) or %CAIRN_ERROR_BAD_DATA (no base64)
 *
 * Returns: (transfer full) (nullable): the bytes inside
 */
GBytes *
cairn_attachment_dup_data (CairnJson resource, guint number, GError **error)
{
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= \t\r\n";
  Wanted wanted = { number, CAIRN_JSON_NONE };
  g_autofree char *text = NULL;
  gsize length;

  foreach (resource, find_data, &wanted);
  if (cairn_json_type (wanted.data) != CAIRN_JSON_STRING)
    {
      g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_NOT_FOUND, "The attachment has no data");
      return NULL;
    }
  if (wanted.data.length / 4 * 3 > CAIRN_ATTACHMENT_MAX_BYTES + CAIRN_ATTACHMENT_MAX_BYTES / 8)
    {
      g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_TOO_LARGE, "The attachment is too large");
      return NULL;
    }
  text = cairn_json_dup_string (wanted.data);
  length = strspn (text, letters);
  if (length == 0 || text[length] != '\0')
    {
      g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA, "The attachment is no base64");
      return NULL;
    }
  g_base64_decode_inplace (text, &length);
  if (length == 0 || length > CAIRN_ATTACHMENT_MAX_BYTES)
    {
      g_set_error_literal (error, CAIRN_ERROR, length == 0 ? CAIRN_ERROR_BAD_DATA : CAIRN_ERROR_TOO_LARGE,
                           length == 0 ? "The attachment is empty" : "The attachment is too large");
      return NULL;
    }
  return g_bytes_new_take (g_steal_pointer (&text), length);
}

static gboolean
has_mark (const char *type, GBytes *bytes)
{
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    if (g_strcmp0 (marks[i].type, type) == 0)
      {
        const char *found = g_strstr_len (data, (gssize) MIN (length, marks[i].within + strlen (marks[i].mark)), marks[i].mark);

        return found != NULL;
      }
  return TRUE;
}

static gboolean
has_hash (const char *hash, const char *sha1)
{
  g_autofree guchar *wanted = NULL;
  GString *text = g_string_new (NULL);
  gboolean same;
  gsize n;

  wanted = g_base64_decode (hash, &n);
  for (gsize i = 0; i < n; i++)
    g_string_append_printf (text, "%02x", wanted[i]);
  /* One that is not what FHIR asks for says nothing. */
  same = n != 20 || g_strcmp0 (text->str, sha1) == 0;
  g_string_free (text, TRUE);
  return same;
}

/**
 * cairn_attachment_check_parts:
 * @self: what was said of an attachment
 * @type: (nullable): the media type that the server named when it sent the bytes
 * @head: (nullable): how its bytes begin, a KB at least; %NULL when that was looked at before
 * @size: how many they are
 * @sha1: (nullable): SHA-1 of them in hexadecimal digits
 * @error: return location for a %CAIRN_ERROR_BAD_DATA
 *
 * As cairn_attachment_check(), for bytes that are not in memory as a whole.
 *
 * Returns: whether they are what the record says
 */
gboolean
cairn_attachment_check_parts (const CairnAttachment *self, const char *type, GBytes *head, gsize size, const char *sha1,
                              GError **error)
{
  g_autofree char *sent = cairn_media_type_dup (type);
  const char *why = NULL;

  if (sent != NULL && self->type != NULL && !g_str_equal (sent, self->type) && !g_str_equal (sent, "application/octet-stream"))
    why = "The attachment came with another type";
  else if (self->size >= 0 && (gsize) self->size != size)
    why = "The attachment came with another size";
  else if (self->hash != NULL && !has_hash (self->hash, sha1))
    why = "The attachment came with another hash";
  else if (head != NULL && !has_mark (self->type != NULL ? self->type : sent, head))
    why = "The attachment is not of the type that it says";
  if (why != NULL)
    g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA, why);
  return why == NULL;
}

/**
 * cairn_attachment_check:
 * @self: what was said of an attachment
 * @type: (nullable): the media type that the server named when it sent the bytes
 * @bytes: its bytes
 * @error: return location for a %CAIRN_ERROR_BAD_DATA
 *
 * Whether bytes are what the record says: of the same type, by the server's word and by their first bytes, of the
 * size and with the hash that are named.
 *
 * Returns: whether they are
 */
gboolean
cairn_attachment_check (const CairnAttachment *self, const char *type, GBytes *bytes, GError **error)
{
  g_autofree char *sha1 = self->hash != NULL ? g_compute_checksum_for_bytes (G_CHECKSUM_SHA1, bytes) : NULL;

  return cairn_attachment_check_parts (self, type, bytes, g_bytes_get_size (bytes), sha1, error);
}

/**
 * cairn_attachment_dup_text:
 * @attachment: an Attachment (FHIR R4 §2.24.0.5)
 *
 * Reads `data` of the types text/plain and text/html. What isn't UTF-8 is made so with replacement characters.
 *
 * Returns: (transfer full) (nullable): plain text; %NULL when it is of another type, elsewhere, larger than
 *   %CAIRN_ATTACHMENT_MAX_TEXT, or no base64
 */
char *
cairn_attachment_dup_text (CairnJson attachment)
{
  g_autofree char *type = cairn_json_dup_text_at (attachment, "contentType"), *text = NULL, *base64 = NULL;
  CairnJson encoded = cairn_json_member (attachment, "data");
  gboolean html = type != NULL && g_str_has_prefix (type, "text/html");
  g_autofree guchar *bytes = NULL;
  gsize length = 0;

  if ((!html && (type == NULL || !g_str_has_prefix (type, "text/plain"))) ||
      encoded.length > CAIRN_ATTACHMENT_MAX_TEXT / 3 * 4)
    return NULL;
  base64 = cairn_json_dup_string (encoded);
  if (base64 == NULL)
    return NULL;
  bytes = g_base64_decode (base64, &length);
  if (length == 0)
    return NULL;
  text = g_utf8_make_valid ((const char *) bytes, (gssize) length);
  return html ? cairn_narrative_dup_text (text) : g_steal_pointer (&text);
}
