/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The gate that every JSON text from outside passes before anything else reads it. Any thread. */
#include "cairn-gate.h"

#include <string.h>

#include "cairn-error.h"
#include "cairn-gate-scanner.h"

struct _CairnGatePage
{
  GBytes *bytes;
  char   *head;
  gsize   head_length;
  GArray *entries;
};

static const char *const fault_names[] = {
  [CAIRN_GATE_FAULT_NONE] = "none",
  [CAIRN_GATE_FAULT_DEPTH] = "depth",
  [CAIRN_GATE_FAULT_NUL] = "nul",
  [CAIRN_GATE_FAULT_SURROGATE] = "lone-surrogate",
  [CAIRN_GATE_FAULT_DUPLICATE] = "duplicate-key",
  [CAIRN_GATE_FAULT_UTF8] = "not-utf8",
};

/* Skips a byte order mark and refuses what is over the limit or plainly of another encoding. */
static gboolean
open_text (GBytes *bytes, gsize limit, const char **text, gsize *length, GError **error)
{
  *text = g_bytes_get_data (bytes, length);
  if (*text == NULL)   /* no bytes at all */
    *text = "";
  if (*length > limit)
    {
      g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_TOO_LARGE, "%" G_GSIZE_FORMAT " bytes are more than the %"
                   G_GSIZE_FORMAT " that are taken", *length, limit);
      return FALSE;
    }
  if (*length >= 2 && (memcmp (*text, "\xff\xfe", 2) == 0 || memcmp (*text, "\xfe\xff", 2) == 0))
    {
      g_set_error_literal (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA, "The text is UTF-16; FHIR's JSON is UTF-8");
      return FALSE;
    }
  if (*length >= 3 && memcmp (*text, "\xef\xbb\xbf", 3) == 0)
    {
      *text += 3;
      *length -= 3;
    }
  return TRUE;
}

/**
 * cairn_gate_fault_name:
 * @fault: a fault
 *
 * Returns: its stable name, as `cairnctl quarantine` prints it
 */
const char *
cairn_gate_fault_name (CairnGateFault fault)
{
  return fault_names[fault];
}

/**
 * cairn_gate_check:
 * @bytes: a JSON text from outside
 * @limit: bytes that it may have
 * @value: (out): its one value, borrowed from @bytes
 * @error: return location
 *
 * Checks a text in which any fault refuses the whole (RFC 8259; duplicate names are refused as
 * RFC 7493 §2.3 asks). Errors: %CAIRN_ERROR_TOO_LARGE, %CAIRN_ERROR_BAD_DATA.
 *
 * Returns: whether it passed
 */
gboolean
cairn_gate_check (GBytes *bytes, gsize limit, CairnJson *value, GError **error)
{
  const char *text;
  gsize length;
  CairnGateScanner scanner;
  gboolean ok;

  if (!open_text (bytes, limit, &text, &length, error))
    return FALSE;
  cairn_gate_scanner_init (&scanner, text, length, FALSE);
  ok = cairn_gate_scanner_run (&scanner, value, error);
  cairn_gate_scanner_clear (&scanner);
  return ok;
}

static CairnGatePage *
page_from_scanner (CairnGateScanner *scanner, GBytes *bytes, CairnJson value)
{
  CairnGatePage *page = g_new0 (CairnGatePage, 1);
  const char *end = value.text + value.length;

  page->bytes = g_bytes_ref (bytes);
  page->entries = g_steal_pointer (&scanner->entries);
  if (scanner->array_start == NULL)
    page->head = g_strndup (value.text, value.length);
  else
    page->head = g_strdup_printf ("%.*s[]%.*s", (int) (scanner->array_start - value.text), value.text,
                                  (int) (end - scanner->array_end), scanner->array_end);
  page->head_length = strlen (page->head);
  return page;
}

/**
 * cairn_gate_page_new:
 * @bytes: a JSON text from outside
 * @limit: bytes that it may have, at most 1 GB
 * @error: return location
 *
 * Checks a page. Errors: %CAIRN_ERROR_TOO_LARGE; %CAIRN_ERROR_BAD_DATA for broken syntax, a cut-off
 * end, a fault outside an entry, or a text that is no object.
 *
 * Returns: (transfer full) (nullable): the page, or %NULL
 */
CairnGatePage *
cairn_gate_page_new (GBytes *bytes, gsize limit, GError **error)
{
  CairnGatePage *page = NULL;
  CairnJson value;
  const char *text;
  gsize length;
  CairnGateScanner scanner;

  if (!open_text (bytes, MIN (limit, 1 << 30), &text, &length, error))
    return NULL;
  cairn_gate_scanner_init (&scanner, text, length, TRUE);
  if (cairn_gate_scanner_run (&scanner, &value, error))
    {
      static const char *const kinds[] = { "nothing", "an object", "an array", "a string", "a number", "a boolean", "null" };

      if (cairn_json_is_object (value))
        page = page_from_scanner (&scanner, bytes, value);
      else
        g_set_error (error, CAIRN_ERROR, CAIRN_ERROR_BAD_DATA, "Not a Bundle: %s came", kinds[cairn_json_type (value)]);
    }
  cairn_gate_scanner_clear (&scanner);
  return page;
}

/**
 * cairn_gate_page_free:
 * @page: (transfer full): a page
 */
void
cairn_gate_page_free (CairnGatePage *page)
{
  g_bytes_unref (page->bytes);
  g_array_unref (page->entries);
  g_free (page->head);
  g_free (page);
}

/**
 * cairn_gate_page_get_head:
 * @page: a page
 *
 * Returns: the page's object with an empty array for "entry", so that reading its other members
 *   doesn't pass over the entries; borrowed
 */
CairnJson
cairn_gate_page_get_head (CairnGatePage *page)
{
  return (CairnJson) { page->head, page->head_length };
}

/**
 * cairn_gate_page_n_entries:
 * @page: a page
 *
 * Returns: how many elements "entry" has
 */
guint
cairn_gate_page_n_entries (CairnGatePage *page)
{
  return page->entries->len;
}

/**
 * cairn_gate_page_get_entry:
 * @page: a page
 * @index: which
 *
 * Returns: the element; borrowed from the page
 */
const CairnGateEntry *
cairn_gate_page_get_entry (CairnGatePage *page, guint index)
{
  g_return_val_if_fail (index < page->entries->len, NULL);
  return &g_array_index (page->entries, CairnGateEntry, index);
}
