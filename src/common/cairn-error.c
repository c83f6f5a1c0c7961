/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The error domain and what its codes mean to a caller. No state, any thread. */
#include "cairn-error.h"

#include <gio/gio.h>

G_DEFINE_QUARK (cairn-error-quark, cairn_error)

static const struct
{
  const char *name;
  gboolean    may_retry;
} codes[] = {
  [CAIRN_ERROR_FAILED] = { "failed", FALSE },
  [CAIRN_ERROR_NETWORK] = { "network", TRUE },
  [CAIRN_ERROR_CERTIFICATE] = { "certificate", FALSE },
  [CAIRN_ERROR_NOT_PORTAL] = { "not-portal", FALSE },
  [CAIRN_ERROR_BUSY] = { "busy", TRUE },
  [CAIRN_ERROR_SERVER] = { "server", TRUE },
  [CAIRN_ERROR_CREDENTIALS] = { "credentials", FALSE },
  [CAIRN_ERROR_SIGN_IN] = { "sign-in", FALSE },
  [CAIRN_ERROR_FORBIDDEN] = { "forbidden", FALSE },
  [CAIRN_ERROR_NOT_FOUND] = { "not-found", FALSE },
  [CAIRN_ERROR_GONE] = { "gone", FALSE },
  [CAIRN_ERROR_CONFLICT] = { "conflict", FALSE },
  [CAIRN_ERROR_REJECTED] = { "rejected", FALSE },
  [CAIRN_ERROR_BAD_DATA] = { "bad-data", FALSE },
  [CAIRN_ERROR_TOO_LARGE] = { "too-large", FALSE },
  [CAIRN_ERROR_LOCKED] = { "locked", FALSE },
  [CAIRN_ERROR_KEYRING] = { "keyring", FALSE },
  [CAIRN_ERROR_STORAGE] = { "storage", TRUE },
  [CAIRN_ERROR_DAMAGED] = { "damaged", FALSE },
  [CAIRN_ERROR_IN_USE] = { "in-use", TRUE },
  [CAIRN_ERROR_USAGE] = { "usage", FALSE },
};

static gboolean
is_ours (const GError *error)
{
  return error != NULL && error->domain == CAIRN_ERROR &&
         error->code >= 0 && error->code < (int) G_N_ELEMENTS (codes);
}

/**
 * cairn_error_code_name:
 * @error: (nullable): an error of any domain
 *
 * The stable name of the error's code, as `cairnctl --json` prints it.
 *
 * Returns: a static string; "cancelled" for %G_IO_ERROR_CANCELLED, "failed" for other domains
 */
const char *
cairn_error_code_name (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return "cancelled";
  return is_ours (error) ? codes[error->code].name : codes[CAIRN_ERROR_FAILED].name;
}

/**
 * cairn_error_may_retry:
 * @error: (nullable): an error of any domain
 *
 * Whether the same request may succeed later without anybody changing anything.
 */
gboolean
cairn_error_may_retry (const GError *error)
{
  return is_ours (error) && codes[error->code].may_retry;
}
