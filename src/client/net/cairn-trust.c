/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The certificate authority that CAIRN_CA_FILE adds to those of the system: same checks, one root more. */
#include "cairn-trust.h"

#include "common/cairn-error.h"

/**
 * cairn_trust_load:
 * @database: (out) (transfer full) (nullable): what is trusted beside the system's, %NULL for nothing
 * @error: return location for a %CAIRN_ERROR_CERTIFICATE
 *
 * Returns: whether CAIRN_CA_FILE is unset or could be read
 */
gboolean
cairn_trust_load (GTlsDatabase **database, GError **error)
{
  const char *path = g_getenv ("CAIRN_CA_FILE");
  g_autofree char *absolute = NULL;
  g_autoptr(GError) local_error = NULL;

  *database = NULL;
  if (path == NULL || *path == '\0')
    return TRUE;
  absolute = g_canonicalize_filename (path, NULL);
  *database = G_TLS_DATABASE (g_tls_file_database_new (absolute, &local_error));
  if (*database != NULL)
    return TRUE;
  g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_CERTIFICATE, "CAIRN_CA_FILE: %s", local_error->message);
  return FALSE;
}

/**
 * cairn_trust_accepts:
 * @database: what is trusted beside the system's
 * @certificate: what a server showed
 * @uri: the address that was asked for
 *
 * Returns: whether the certificate is valid for that address, with nothing wrong at all
 */
gboolean
cairn_trust_accepts (GTlsDatabase *database, GTlsCertificate *certificate, GUri *uri)
{
  g_autoptr(GSocketConnectable) identity = NULL;

  identity = g_network_address_new (g_uri_get_host (uri), (guint16) MAX (g_uri_get_port (uri), 0));
  return g_tls_database_verify_chain (database, certificate, G_TLS_DATABASE_PURPOSE_AUTHENTICATE_SERVER, identity, NULL,
                                      G_TLS_DATABASE_VERIFY_NONE, NULL, NULL) == 0;
}
