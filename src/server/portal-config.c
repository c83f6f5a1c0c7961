/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that can be set about a portal, from one table: reading the key file, printing what is
 * in force, refusing what is unsafe, and finding the store's key. No state, any thread. */
#include "portal-config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/cairn-crypto.h"
#include "common/cairn-error.h"

#define CREDENTIAL_NAME "cairn-portal-key"   /* systemd's LoadCredential= */

/* Whose content can be told from what they say */
#define TYPES "image/jpeg image/png image/webp application/pdf text/plain"

typedef enum { TEXT, FLAG, NUMBER } KeyKind;

static const struct
{
  const char *group;
  const char *key;
  KeyKind     kind;
  gsize       offset;
  int         initial, min, max;
  const char *text;
} keys[] = {
  { "server", "listen", TEXT, G_STRUCT_OFFSET (PortalConfig, listen), .text = "127.0.0.1:8040" },
  { "server", "public_url", TEXT, G_STRUCT_OFFSET (PortalConfig, public_url) },
  { "server", "tls_cert", TEXT, G_STRUCT_OFFSET (PortalConfig, tls_cert) },
  { "server", "tls_key", TEXT, G_STRUCT_OFFSET (PortalConfig, tls_key) },
  { "server", "behind_proxy", FLAG, G_STRUCT_OFFSET (PortalConfig, behind_proxy) },
  { "server", "connections_per_address", NUMBER, G_STRUCT_OFFSET (PortalConfig, connections_per_address), 50, 1, 100000 },
  { "server", "live_sockets", NUMBER, G_STRUCT_OFFSET (PortalConfig, live_sockets), 5000, 0, 100000 },
  { "server", "log_requests", FLAG, G_STRUCT_OFFSET (PortalConfig, log_requests) },
  { "server", "metrics", TEXT, G_STRUCT_OFFSET (PortalConfig, metrics) },
  { "server", "key_file", TEXT, G_STRUCT_OFFSET (PortalConfig, key_file) },
  { "server", "name", TEXT, G_STRUCT_OFFSET (PortalConfig, name) },
  { "server", "support", TEXT, G_STRUCT_OFFSET (PortalConfig, support) },
  { "mail", "from", TEXT, G_STRUCT_OFFSET (PortalConfig, mail_from), .text = "portal@localhost" },
  { "mail", "host", TEXT, G_STRUCT_OFFSET (PortalConfig, mail_host) },
  { "mail", "port", NUMBER, G_STRUCT_OFFSET (PortalConfig, mail_port), 587, 1, 65535 },
  { "mail", "security", TEXT, G_STRUCT_OFFSET (PortalConfig, mail_security), .text = "starttls" },
  { "mail", "user", TEXT, G_STRUCT_OFFSET (PortalConfig, mail_user) },
  { "mail", "password_file", TEXT, G_STRUCT_OFFSET (PortalConfig, mail_password_file) },
  { "mail", "ca_file", TEXT, G_STRUCT_OFFSET (PortalConfig, mail_ca_file) },
  { "mail", "retry_seconds", NUMBER, G_STRUCT_OFFSET (PortalConfig, mail_retry_seconds), 30, 1, 3600 },
  { "mail", "timeout_seconds", NUMBER, G_STRUCT_OFFSET (PortalConfig, mail_timeout_seconds), 60, 1, 240 },
  { "text", "url", TEXT, G_STRUCT_OFFSET (PortalConfig, text_url) },
  { "text", "token_file", TEXT, G_STRUCT_OFFSET (PortalConfig, text_token_file) },
  { "rules", "registration", TEXT, G_STRUCT_OFFSET (PortalConfig, registration), .text = "open" },
  { "rules", "app_registration", TEXT, G_STRUCT_OFFSET (PortalConfig, app_registration), .text = "open" },
  { "rules", "second_factor", TEXT, G_STRUCT_OFFSET (PortalConfig, second_factor), .text = "optional" },
  { "rules", "terms_file", TEXT, G_STRUCT_OFFSET (PortalConfig, terms_file) },
  { "rules", "terms_version", TEXT, G_STRUCT_OFFSET (PortalConfig, terms_version) },
  { "messages", "reply_hours", NUMBER, G_STRUCT_OFFSET (PortalConfig, reply_hours), 48, 1, 8760 },
  { "messages", "emergency_text", TEXT, G_STRUCT_OFFSET (PortalConfig, emergency_text) },
  { "messages", "emergency_number", TEXT, G_STRUCT_OFFSET (PortalConfig, emergency_number) },
  { "messages", "phone", TEXT, G_STRUCT_OFFSET (PortalConfig, messages_phone) },
  { "messages", "keep_days", NUMBER, G_STRUCT_OFFSET (PortalConfig, keep_days), 7, 1, 365 },
  { "messages", "words", NUMBER, G_STRUCT_OFFSET (PortalConfig, words), 20000, 500, 100000 },
  { "messages", "attachments", NUMBER, G_STRUCT_OFFSET (PortalConfig, attachments), 8, 0, 20 },
  { "messages", "attachment_mb", NUMBER, G_STRUCT_OFFSET (PortalConfig, attachment_mb), 25, 1, 25 },
  { "messages", "attachment_types", TEXT, G_STRUCT_OFFSET (PortalConfig, attachment_types), .text = TYPES },
  { "rules", "access_token_seconds", NUMBER, G_STRUCT_OFFSET (PortalConfig, access_token_seconds), 900, 1, 3600 },
  { "rules", "refresh_token_days", NUMBER, G_STRUCT_OFFSET (PortalConfig, refresh_token_days), 90, 1, 3650 },
  { "rules", "password_min", NUMBER, G_STRUCT_OFFSET (PortalConfig, password_min), 15, 8, 64 },
  { "rules", "wrong_per_account", NUMBER, G_STRUCT_OFFSET (PortalConfig, wrong_per_account), 10, 3, 100 },
  { "rules", "wrong_per_address", NUMBER, G_STRUCT_OFFSET (PortalConfig, wrong_per_address), 50, 3, 10000 },
};

static char **
text_of (const PortalConfig *self, guint i)
{
  return (char **) ((char *) self + keys[i].offset);
}

static int *
number_of (const PortalConfig *self, guint i)
{
  return (int *) ((char *) self + keys[i].offset);
}

PortalConfig *
portal_config_new (const char *data)
{
  PortalConfig *self = g_new0 (PortalConfig, 1);

  self->data = g_strdup (data);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      if (keys[i].kind == TEXT)
        *text_of (self, i) = g_strdup (keys[i].text);
      else
        *number_of (self, i) = keys[i].initial;
    }
  return self;
}

PortalConfig *
portal_config_copy (const PortalConfig *self)
{
  PortalConfig *copy = g_new0 (PortalConfig, 1);

  copy->data = g_strdup (self->data);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      if (keys[i].kind == TEXT)
        *text_of (copy, i) = g_strdup (*text_of (self, i));
      else
        *number_of (copy, i) = *number_of (self, i);
    }
  return copy;
}

void
portal_config_free (PortalConfig *self)
{
  g_free (self->data);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (keys[i].kind == TEXT)
      g_free (*text_of (self, i));
  g_free (self);
}

static gboolean
load_key (PortalConfig *self, GKeyFile *file, const char *group, const char *key, GError **error)
{
  g_autoptr(GError) inner = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      if (!g_str_equal (keys[i].group, group) || !g_str_equal (keys[i].key, key))
        continue;
      if (keys[i].kind == TEXT)
        {
          g_free (*text_of (self, i));
          *text_of (self, i) = g_key_file_get_string (file, group, key, &inner);
        }
      else if (keys[i].kind == FLAG)
        *number_of (self, i) = g_key_file_get_boolean (file, group, key, &inner);
      else
        *number_of (self, i) = g_key_file_get_integer (file, group, key, &inner);
      if (inner == NULL && keys[i].kind == NUMBER &&
          (*number_of (self, i) < keys[i].min || *number_of (self, i) > keys[i].max))
        g_set_error (&inner, CAIRN_ERROR, CAIRN_ERROR_USAGE, "must be between %d and %d",
                     keys[i].min, keys[i].max);
      if (inner == NULL)
        return TRUE;
      g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_USAGE, "[%s] %s: %s", group, key,
                   inner->message);
      return FALSE;
    }
  g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_USAGE, "Unknown key \"%s\" in [%s]", key, group);
  return FALSE;
}

/* Reads a key file over what is set already; an unknown group or key is an error. */
gboolean
portal_config_load (PortalConfig *self, const char *path, GError **error)
{
  g_autoptr(GKeyFile) file = g_key_file_new ();
  g_autoptr(GError) inner = NULL;
  g_auto(GStrv) groups = NULL;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &inner))
    {
      g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_USAGE, "%s: %s", path, inner->message);
      return FALSE;
    }
  groups = g_key_file_get_groups (file, NULL);
  for (guint g = 0; groups[g] != NULL; g++)
    {
      g_auto(GStrv) names = g_key_file_get_keys (file, groups[g], NULL, NULL);

      for (guint k = 0; names[k] != NULL; k++)
        if (!load_key (self, file, groups[g], names[k], error))
          {
            g_prefix_error (error, "%s: ", path);
            return FALSE;
          }
    }
  return TRUE;
}

/* What is in force, as a key file; it holds names of secret files, never a secret. */
char *
portal_config_to_text (const PortalConfig *self)
{
  g_autoptr(GKeyFile) file = g_key_file_new ();

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      if (keys[i].kind == TEXT && *text_of (self, i) != NULL)
        g_key_file_set_string (file, keys[i].group, keys[i].key, *text_of (self, i));
      else if (keys[i].kind == FLAG)
        g_key_file_set_boolean (file, keys[i].group, keys[i].key, *number_of (self, i));
      else if (keys[i].kind == NUMBER)
        g_key_file_set_integer (file, keys[i].group, keys[i].key, *number_of (self, i));
    }
  return g_key_file_to_data (file, NULL, NULL);
}

GInetSocketAddress *
portal_config_dup_address (const char *listen, GError **error)
{
  const char *colon = strrchr (listen, ':');
  g_autofree char *host = NULL;
  GSocketAddress *address = NULL;
  guint64 port;

  if (colon != NULL && g_ascii_string_to_unsigned (colon + 1, 10, 0, 65535, &port, NULL))
    {
      host = g_strndup (listen, colon - listen);
      if (host[0] == '[' && g_str_has_suffix (host, "]"))
        {
          host[strlen (host) - 1] = '\0';
          memmove (host, host + 1, strlen (host));
        }
      address = g_inet_socket_address_new_from_string (host, port);
    }
  if (address == NULL)
    g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_USAGE,
                 "\"%s\" is no ADDRESS:PORT, such as 127.0.0.1:8040", listen);
  return G_INET_SOCKET_ADDRESS (address);
}

/* Nobody else's business. */
static gboolean
check_metrics (const PortalConfig *self, GError **error)
{
  g_autoptr(GInetSocketAddress) address = NULL;

  if (self->metrics == NULL)
    return TRUE;
  address = portal_config_dup_address (self->metrics, error);
  if (address == NULL)
    return FALSE;
  if (g_inet_address_get_is_loopback (g_inet_socket_address_get_address (address)))
    return TRUE;
  g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_USAGE, "metrics must be a loopback address, such as 127.0.0.1:9464");
  return FALSE;
}

/* Whether a host is this machine. */
gboolean
portal_config_is_here (const char *host)
{
  g_autoptr(GInetAddress) address = g_inet_address_new_from_string (host);

  return g_ascii_strcasecmp (host, "localhost") == 0 || (address != NULL && g_inet_address_get_is_loopback (address));
}

static gboolean
is_one_of (const char *text, const char *first, const char *second, const char *third)
{
  return text != NULL && (g_str_equal (text, first) || g_str_equal (text, second) || g_str_equal (text, third));
}

static char **
dup_words (const char *text)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_auto(GStrv) parts = g_strsplit_set (text, " ,;\t", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      g_strv_builder_add (builder, parts[i]);
  return g_strv_builder_end (builder);
}

/* Media types that patients may attach, in lower case. */
char **
portal_config_dup_types (const PortalConfig *self)
{
  return dup_words (self->attachment_types);
}

static gboolean
has_unknown_type (const PortalConfig *self)
{
  g_auto(GStrv) known = dup_words (TYPES), wanted = portal_config_dup_types (self);
  gboolean unknown = FALSE;

  for (guint i = 0; wanted[i] != NULL && !unknown; i++)
    unknown = !g_strv_contains ((const char *const *) known, wanted[i]);
  return unknown;
}

/* Codes and links must not travel in the clear either. */
static const char *
find_fault (const PortalConfig *self)
{
  g_autoptr(GUri) uri = self->text_url != NULL ? g_uri_parse (self->text_url, G_URI_FLAGS_NONE, NULL) : NULL;

  if (!is_one_of (self->mail_security, "starttls", "tls", "none"))
    return "[mail] security is starttls, tls or none";
  if (self->mail_host != NULL && strpbrk (self->mail_host, "/@ \t") != NULL)
    return "[mail] host is the name of a server";
  if (self->mail_host != NULL && g_str_equal (self->mail_security, "none") && !portal_config_is_here (self->mail_host))
    return "[mail] security=none is for a mail server on this machine only";
  if (self->mail_from == NULL || strchr (self->mail_from, '@') == NULL || strpbrk (self->mail_from, " <>\r\n\t") != NULL)
    return "[mail] from is an e-mail address";
  if ((self->mail_user == NULL) != (self->mail_password_file == NULL))
    return "[mail] user and password_file go together";
  if (self->text_url != NULL &&
      (uri == NULL || g_uri_get_host (uri) == NULL ||
       (!g_str_equal (g_uri_get_scheme (uri), "https") && !portal_config_is_here (g_uri_get_host (uri)))))
    return "[text] url must begin with https://";
  if (!is_one_of (self->registration, "open", "invitation", "closed"))
    return "[rules] registration is open, invitation or closed";
  if (!is_one_of (self->app_registration, "open", "closed", "closed"))
    return "[rules] app_registration is open or closed";
  if (!is_one_of (self->second_factor, "optional", "staff", "required"))
    return "[rules] second_factor is optional, staff or required";
  if (has_unknown_type (self))
    return "[messages] attachment_types are some of " TYPES;
  return NULL;
}

/* Refuses combinations that would send records in the clear. */
gboolean
portal_config_check (PortalConfig *self, GError **error)
{
  g_autoptr(GInetSocketAddress) address = portal_config_dup_address (self->listen, error);
  const char *fault = find_fault (self);

  if (address == NULL || !check_metrics (self, error))
    return FALSE;
  if (fault != NULL)
    {
      g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_USAGE, fault);
      return FALSE;
    }
  if ((self->tls_cert == NULL) != (self->tls_key == NULL))
    {
      g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_USAGE,
                           "tls_cert and tls_key go together");
      return FALSE;
    }
  if (self->public_url != NULL && !g_str_has_prefix (self->public_url, "https://") &&
      !g_str_has_prefix (self->public_url, "http://"))
    {
      g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_USAGE,
                           "public_url must begin with https://");
      return FALSE;
    }
  if (self->public_url != NULL && !g_str_has_suffix (self->public_url, "/"))
    {
      char *url = g_strconcat (self->public_url, "/", NULL);

      g_free (self->public_url);
      self->public_url = url;
    }
  if (!g_inet_address_get_is_loopback (g_inet_socket_address_get_address (address)) &&
      self->tls_cert == NULL && !self->behind_proxy)
    {
      g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_USAGE,
                   "%s is no loopback address: give a certificate (tls_cert, tls_key), or set behind_proxy when a "
                   "reverse proxy does TLS",
                   self->listen);
      return FALSE;
    }
  return TRUE;
}

static GBytes *
parse_key (const char *path, const char *data, gsize length, GError **error)
{
  guchar key[CAIRN_KEY_BYTES];
  gsize n = 0;

  if (length == CAIRN_KEY_BYTES)
    return g_bytes_new (data, length);
  while (length > 0 && g_ascii_isspace (data[length - 1]))
    length--;
  for (; n < CAIRN_KEY_BYTES && 2 * n + 1 < length; n++)
    {
      int high = g_ascii_xdigit_value (data[2 * n]), low = g_ascii_xdigit_value (data[2 * n + 1]);

      if (high < 0 || low < 0)
        break;
      key[n] = high << 4 | low;
    }
  if (n == CAIRN_KEY_BYTES && length == 2 * CAIRN_KEY_BYTES)
    return g_bytes_new (key, sizeof key);
  g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_USAGE,
               "%s holds no key: 64 hexadecimal digits are needed", path);
  return NULL;
}

static GBytes *
read_key (const char *path, GError **error)
{
  g_autofree char *data = NULL;
  g_autoptr(GError) inner = NULL;
  gsize length;

  if (g_file_get_contents (path, &data, &length, &inner))
    return parse_key (path, data, length, error);
  g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_STORAGE, "%s", inner->message);
  return NULL;
}

/* Two processes may start in an empty folder at once: the link makes one of them win. */
static gboolean
make_key (const char *path, GError **error)
{
  g_autoptr(GBytes) key = cairn_random_bytes (CAIRN_KEY_BYTES);
  g_autofree char *hex = cairn_hex_encode (g_bytes_get_data (key, NULL), CAIRN_KEY_BYTES);
  g_autofree char *line = g_strconcat (hex, "\n", NULL);
  g_autofree char *draft = g_strdup_printf ("%s.%d", path, (int) getpid ());
  gboolean done;

  done = g_file_set_contents_full (draft, line, -1,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0600, error) &&
         (link (draft, path) == 0 || errno == EEXIST);
  if (!done && error != NULL && *error == NULL)
    g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_STORAGE, "%s: %s", path, g_strerror (errno));
  g_unlink (draft);
  return done;
}

static char *
find_key (const PortalConfig *self, gboolean *beside)
{
  const char *credentials = g_getenv ("CREDENTIALS_DIRECTORY");
  g_autofree char *path = NULL;

  *beside = FALSE;
  if (self->key_file != NULL)
    return g_strdup (self->key_file);
  path = credentials != NULL ? g_build_filename (credentials, CREDENTIAL_NAME, NULL) : NULL;
  if (path != NULL && g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&path);
  *beside = TRUE;
  return g_build_filename (self->data, "key", NULL);
}

/* What to warn of at the start, or NULL. */
char *
portal_config_dup_warning (const PortalConfig *self)
{
  g_autofree char *path = NULL;
  gboolean beside;

  path = find_key (self, &beside);
  if (!beside)
    return NULL;
  return g_strdup_printf ("Warning: the key of the store lies beside it (%s), so whoever copies "
                          "the folder can read the "
                          "records. Give --key-file or a systemd credential named " CREDENTIAL_NAME
                          " instead.",
                          path);
}

/* Whether there is a key already, rather than one to be made. */
gboolean
portal_config_has_key (const PortalConfig *self)
{
  gboolean beside;
  g_autofree char *path = find_key (self, &beside);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* The store's key: --key-file, else systemd's credential, else one that is made beside the store.
 */
GBytes *
portal_config_load_key (const PortalConfig *self, GError **error)
{
  g_autofree char *path = NULL;
  gboolean beside;

  path = find_key (self, &beside);
  if (beside && !g_file_test (path, G_FILE_TEST_EXISTS))
    {
      if (portal_config_has_store (self, NULL))
        {
          g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_USAGE, "The store in %s needs its key: --key-file", self->data);
          return NULL;
        }
      if (!make_key (path, error))
        return NULL;
    }
  return read_key (path, error);
}

/* For what only looks at a portal or changes one: a mistyped folder must not become a new one. */
gboolean
portal_config_has_store (const PortalConfig *self, GError **error)
{
  g_autofree char *store = g_build_filename (self->data, PORTAL_STORE_FILE, NULL);

  if (g_file_test (store, G_FILE_TEST_EXISTS))
    return TRUE;
  g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_NOT_FOUND, "There is no portal in %s; import records into it first",
               self->data);
  return FALSE;
}
